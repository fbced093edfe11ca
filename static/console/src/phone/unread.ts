/**
 * How many messages of the rep the customer has not read.
 *
 * It is asked for from time to time: the socket would not do, since it is an open chat page, and
 * what it is pushed counts as read.
 */
import { onUnmounted, ref, watch } from 'vue'
import { useRoute } from 'vue-router'
import { guestChat } from '../api/guestChat'
import { ApiError } from '../api/client'
import { guest } from './session'

const ASK_MS = 5_000

export function useUnread() {
  const route = useRoute()
  const unread = ref(0)

  async function ask(): Promise<void> {
    if (!guest.value || document.visibilityState === 'hidden') return
    try {
      const found = route.name === 'chat' ? 0 : await guestChat.unread(guest.value.repId)
      unread.value = route.name === 'chat' ? 0 : found
    } catch (error) {
      if (!(error instanceof ApiError)) throw error // the next time it may be known
    }
  }

  const timer = setInterval(() => void ask(), ASK_MS)
  watch(() => [route.name, guest.value], ask, { immediate: true })
  onUnmounted(() => {
    clearInterval(timer)
  })
  return unread
}

/** What a view of a conversation does: it opens it, stays at its end, pages upwards, and reads. */
import { computed, nextTick, onMounted, onUnmounted, ref, useTemplateRef, watch } from 'vue'
import { hasEarlier, lastSeq, type Message } from './conversation'
import type { Desk } from './desk'

const NEAR_PX = 80
const TICK_MS = 5_000
/** For how long a message may be taken back. */
const RECALL_MS = 120_000

/** The messages scroll in the element that the template calls `scroller`. */
export function useConversation(desk: Desk, peerId: () => number) {
  const scroller = useTemplateRef<HTMLElement>('scroller')
  const isOpening = ref(true)
  const isLoadingEarlier = ref(false)
  const isAtEnd = ref(true)
  const now = ref(Date.now())
  const conversation = computed(() => desk.conversation(peerId()))

  /** The messages, each with the day that begins with it. */
  const messages = computed(() =>
    conversation.value.messages.map((message, index, all) => {
      const day = message.at.slice(0, 10)
      return { message, day: all[index - 1]?.at.startsWith(day) ? undefined : day }
    }),
  )

  async function open(): Promise<void> {
    isOpening.value = true
    await desk.open(conversation.value)
    isOpening.value = false
    await toEnd()
  }

  async function toEnd(): Promise<void> {
    await nextTick()
    scroller.value?.scrollTo({ top: scroller.value.scrollHeight })
    isAtEnd.value = true
    markRead()
  }

  async function loadEarlier(): Promise<void> {
    const box = scroller.value
    if (!box || isLoadingEarlier.value) return
    isLoadingEarlier.value = true
    const below = box.scrollHeight - box.scrollTop
    await desk.loadEarlier(conversation.value)
    await nextTick()
    box.scrollTop = box.scrollHeight - below // what was being read stays where it is
    isLoadingEarlier.value = false
  }

  function onScroll(): void {
    const box = scroller.value
    if (!box) return
    isAtEnd.value = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX
    if (isAtEnd.value) markRead()
    const { messages: shown } = conversation.value
    if (box.scrollTop < NEAR_PX && shown.length && hasEarlier(conversation.value)) {
      void loadEarlier()
    }
  }

  /** What can be seen has been read. */
  function markRead(): void {
    if (document.visibilityState === 'visible' && isAtEnd.value) desk.markRead(conversation.value)
  }

  function canRecall({ isOwn, at }: Message): boolean {
    return isOwn && now.value - Date.parse(`${at.replace(' ', 'T')}+08:00`) < RECALL_MS
  }

  watch(
    () => [lastSeq(conversation.value), conversation.value.outbox.length, desk.state.value],
    () => {
      if (isAtEnd.value) void toEnd()
    },
  )

  // The end stays where it is when the keyboard or a drawer takes room.
  const resized = new ResizeObserver(() => {
    if (isAtEnd.value) void toEnd()
  })
  const tick = setInterval(() => (now.value = Date.now()), TICK_MS)
  onMounted(() => {
    document.addEventListener('visibilitychange', markRead)
    if (scroller.value) resized.observe(scroller.value)
    void open()
  })
  onUnmounted(() => {
    clearInterval(tick)
    resized.disconnect()
    document.removeEventListener('visibilitychange', markRead)
    desk.leave(conversation.value)
  })

  return {
    conversation,
    messages,
    isOpening,
    isLoadingEarlier,
    isAtEnd,
    isEmpty: computed(
      () => !conversation.value.messages.length && !conversation.value.outbox.length,
    ),
    canLoadEarlier: computed(() => hasEarlier(conversation.value)),
    canRecall,
    open,
    toEnd,
    loadEarlier,
    onScroll,
  }
}

/** An answer of the server that is kept up to date while it is looked at. */
import { onUnmounted, shallowRef, watch, type WatchSource } from 'vue'

const EVERY_MS = 10_000

/**
 * Read now, when the page becomes visible, and when something has changed, but then not too often.
 * What was read last stays when a later reading fails.
 */
export function useLive<T>(load: () => Promise<T>, changed: WatchSource) {
  const answer = shallowRef<T>()
  const error = shallowRef<unknown>()
  const isLoading = shallowRef(false)
  let turn = 0
  let lastAt = -Infinity
  let timer: ReturnType<typeof setTimeout> | undefined

  async function refresh(): Promise<void> {
    const mine = ++turn
    isLoading.value = true
    try {
      const found = await load()
      if (mine !== turn) return
      answer.value = found
      error.value = undefined
    } catch (reason) {
      if (mine === turn) error.value = reason
    } finally {
      if (mine === turn) isLoading.value = false
    }
  }

  function again(): void {
    clearTimeout(timer)
    timer = undefined
    if (document.hidden) return
    lastAt = Date.now()
    void refresh()
  }

  watch(changed, () => {
    timer ??= setTimeout(again, Math.max(0, lastAt + EVERY_MS - Date.now()))
  })
  document.addEventListener('visibilitychange', again)
  onUnmounted(() => {
    turn += 1
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', again)
  })
  void refresh()

  return { answer, error, isLoading, refresh }
}

import { shallowRef } from 'vue'

/** What a page shows of one answer, which is asked for at once and after a failure again. */
export function useAnswer<T>(ask: () => Promise<T>) {
  const answer = shallowRef<T>()
  const error = shallowRef<unknown>()
  const isLoading = shallowRef(false)

  async function load(): Promise<void> {
    isLoading.value = true
    error.value = undefined
    try {
      answer.value = await ask()
    } catch (reason) {
      error.value = reason
    }
    isLoading.value = false
  }

  void load()
  return { answer, error, isLoading, load }
}

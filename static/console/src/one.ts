/** One thing that is read from the server, and may be read again. */
import { shallowRef } from 'vue'

export function useOne<Thing>(load: () => Promise<Thing>) {
  const found = shallowRef<Thing>()
  const error = shallowRef<unknown>()
  const isLoading = shallowRef(false)

  async function refresh(): Promise<void> {
    isLoading.value = true
    try {
      found.value = await load()
      error.value = undefined
    } catch (reason) {
      error.value = reason
    } finally {
      isLoading.value = false
    }
  }

  void refresh()
  return { found, error, isLoading, refresh }
}

/** What one thing offers to the part of a page that shows it. */
export type One<Thing> = ReturnType<typeof useOne<Thing>>

/**
 * Lists that grow downwards. A page is read once and not again, since on the phone reading may be
 * what the server counts: a visit, a search.
 */
import { computed, shallowRef } from 'vue'
import type { Page } from '../api/calls'

export function usePages<Row>(load: (page: number) => Promise<Page<Row>>) {
  const rows = shallowRef<Row[]>([])
  const total = shallowRef<number>()
  const error = shallowRef<unknown>()
  const isLoading = shallowRef(false)
  let pages = 0
  /** What was asked for before the list started anew is not of it. */
  let turn = 0

  async function loadMore(): Promise<void> {
    turn += 1
    const mine = turn
    isLoading.value = true
    error.value = undefined
    try {
      const found = await load(pages + 1)
      if (mine !== turn) return
      rows.value = pages ? [...rows.value, ...found.ret_data] : found.ret_data
      total.value = found.data_count
      pages += 1
    } catch (reason) {
      if (mine !== turn) return
      error.value = reason
    }
    isLoading.value = false
  }

  void loadMore()

  return {
    rows,
    total,
    error,
    isLoading,
    hasMore: computed(() => rows.value.length < (total.value ?? 0)),
    loadMore,
    /** Start anew; what is shown stays until the first page has come. */
    restart: () => {
      pages = 0
      return loadMore()
    },
  }
}

export type Pages<Row> = ReturnType<typeof usePages<Row>>

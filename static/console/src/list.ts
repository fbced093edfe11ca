/** Lists that come in pages and follow the server: what is shown is what it said last. */
import { computed, onUnmounted, shallowRef, watch, type WatchSource } from 'vue'
import type { Page } from './api/calls'

/**
 * @param load gives a page, from 1
 * @param changed tells that the server has something new: the pages that are shown are read again
 * @param asked what is asked for; when it changes, the list starts anew
 */
export function useList<Row>(
  load: (page: number) => Promise<Page<Row>>,
  changed: WatchSource[],
  asked: WatchSource[] = [],
) {
  const rows = shallowRef<Row[]>()
  const total = shallowRef(0)
  const error = shallowRef<unknown>()
  const isLoading = shallowRef(false)
  let pages = 1
  /** How often the rows were wanted anew, and how often something else was asked for. */
  let wanted = 0
  let turn = 0
  let isGone = false

  /** Read all pages that are shown; one reading at a time, and one more if something changed. */
  async function refresh(): Promise<void> {
    wanted += 1
    if (isLoading.value) return
    isLoading.value = true
    let served = 0
    while (served !== wanted && !isGone) {
      served = wanted
      await read()
    }
    isLoading.value = false
  }

  async function read(): Promise<void> {
    const mine = turn
    const numbers = Array.from({ length: pages }, (_, index) => index + 1)
    try {
      const found = await Promise.all(numbers.map(load))
      if (mine !== turn) return
      rows.value = found.flatMap((page) => page.ret_data)
      total.value = found[0]?.data_count ?? 0
      error.value = undefined
    } catch (reason) {
      if (mine === turn) error.value = reason
    }
  }

  watch(changed, () => void refresh())
  watch(asked, () => {
    turn += 1
    pages = 1
    rows.value = undefined
    void refresh()
  })
  onUnmounted(() => {
    isGone = true
  })
  void refresh()

  return {
    rows,
    total,
    error,
    isLoading,
    hasMore: computed(() => (rows.value?.length ?? 0) < total.value),
    refresh,
    loadMore: () => {
      pages += 1
      return refresh()
    },
  }
}

/** What a list of rows offers to the page that shows it. */
export type List<Row> = ReturnType<typeof useList<Row>>

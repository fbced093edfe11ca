import { nextTick, watch, type WatchSource } from 'vue'

/** When what was opened closes again, the keyboard is where it was before. */
export function useReturnedFocus(isOpen: WatchSource<boolean>): void {
  let before: Element | null = null
  watch(isOpen, async (opens) => {
    if (opens) before = document.activeElement
    else if (before instanceof HTMLElement) {
      await nextTick()
      before.focus()
    }
  })
}

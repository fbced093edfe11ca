/** Writing a message: Enter sends it, and the other side is told now and then. */
import type { Ref } from 'vue'

const TYPING_MS = 3_000
export const MOST_CHARACTERS = 4_000

export function useWriting(
  text: Ref<string>,
  on: { send: (text: string) => void; typing: () => void },
) {
  let toldAt = 0

  function send(): void {
    const said = text.value.trim()
    if (!said) return
    on.send(said)
    text.value = ''
  }

  return {
    send,

    onEnter(event: KeyboardEvent): void {
      // Enter also ends the writing of a Chinese word.
      if (event.shiftKey || event.isComposing) return
      event.preventDefault()
      send()
    },

    onInput(): void {
      if (Date.now() - toldAt < TYPING_MS) return
      toldAt = Date.now()
      on.typing()
    },
  }
}

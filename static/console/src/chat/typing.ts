/** Who is typing: it is told from time to time, and over when nothing more is said. */

const TYPING_MS = 4_000

export function watchTyping(show: (peerId: number, isTyping: boolean) => void) {
  const timers = new Map<number, ReturnType<typeof setTimeout>>()

  function end(peerId: number): void {
    clearTimeout(timers.get(peerId))
    show(peerId, false)
  }

  return {
    end,

    begin(peerId: number): void {
      end(peerId)
      show(peerId, true)
      const over = () => {
        end(peerId)
      }
      timers.set(peerId, setTimeout(over, TYPING_MS))
    },
  }
}

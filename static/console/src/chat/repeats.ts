/** Frames that the server does not acknowledge, sent again when one is refused or may be lost. */

const AGAIN_MS = 1_000
const MOST = 10

/** @param send sends a frame; whether there was a connection */
export function openRepeats(send: (frame: object) => boolean) {
  /** The newest frames by what they are about; a refusal does not say which it concerns. */
  const frames = new Map<string, object>()
  let timer: ReturnType<typeof setTimeout> | undefined

  function repeat(): void {
    for (const frame of frames.values()) send(frame)
  }

  return {
    repeat,

    /** Send a frame that may as well come twice, in place of one about the same. */
    tell(name: string, frame: object): boolean {
      if (!send(frame)) return false
      frames.delete(name)
      frames.set(name, frame)
      for (const oldest of [...frames.keys()].slice(0, -MOST)) frames.delete(oldest)
      return true
    },

    /** One of them came too fast. */
    repeatLater(): void {
      clearTimeout(timer)
      timer = setTimeout(repeat, AGAIN_MS)
    },

    forget: (name: string) => frames.delete(name),

    forgetAll(): void {
      clearTimeout(timer)
      frames.clear()
    },
  }
}

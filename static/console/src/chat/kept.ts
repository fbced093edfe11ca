/**
 * What somebody has written and not sent, kept in the browser: it outlives the page.
 *
 * Every message has a key of its own, so that two tabs do not write over one another; one that both
 * of them send is the same for the server, by its name.
 */
import type { Outgoing } from './conversation'

export type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

const KEY = 'zhuge.chat.'
const DRAFT = 'draft'

/**
 * Open what an owner has kept; what others on its side have left is thrown away.
 *
 * @param owner its side and id, `rep.1`
 */
export function openKept(shelf: Shelf, owner: string) {
  const own = `${KEY}${owner}.`
  const side = `${KEY}${owner.split('.', 1)[0] ?? ''}.`
  for (const key of keys(side)) if (!key.startsWith(own)) shelf.removeItem(key)

  function keys(start: string): string[] {
    const all = Array.from({ length: shelf.length }, (_, index) => shelf.key(index) ?? '')
    return all.filter((key) => key.startsWith(start))
  }

  function put(key: string, text: string): void {
    try {
      shelf.setItem(key, text)
    } catch {
      // It is full: what is written lives as long as the page.
    }
  }

  const keyOf = (peerId: number, name: string) => `${own}${peerId}.${name}`

  return {
    /** With whom something waits to be sent. */
    peers(): number[] {
      const waiting = keys(own).filter((key) => !key.endsWith(`.${DRAFT}`))
      return [...new Set(waiting.map((key) => parseInt(key.slice(own.length))))]
    },

    /** What waits to be sent to a peer, in the order of writing. */
    outbox(peerId: number): Outgoing[] {
      const waiting = keys(keyOf(peerId, '')).filter((key) => key !== keyOf(peerId, DRAFT))
      const found = waiting.flatMap((key) => {
        try {
          return [JSON.parse(shelf.getItem(key) ?? '') as Outgoing]
        } catch {
          shelf.removeItem(key) // nothing that we have written
          return []
        }
      })
      return found.sort((a, b) => a.order - b.order)
    },

    keep(peerId: number, outgoing: Outgoing): void {
      put(keyOf(peerId, outgoing.clientMsgId), JSON.stringify(outgoing))
    },

    drop(peerId: number, clientMsgId: string): void {
      shelf.removeItem(keyOf(peerId, clientMsgId))
    },

    draft: (peerId: number): string => shelf.getItem(keyOf(peerId, DRAFT)) ?? '',

    keepDraft(peerId: number, text: string): void {
      if (text) put(keyOf(peerId, DRAFT), text)
      else shelf.removeItem(keyOf(peerId, DRAFT))
    },
  }
}

export type Kept = ReturnType<typeof openKept>

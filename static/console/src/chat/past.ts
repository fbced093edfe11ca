/** Reads conversations from the server's history: their newest part, what is missing, what was before. */
import type { MessageRow } from '../api/chat'
import { dropUpTo, hasAll, lastSeq, wholeUpTo, type Conversation } from './conversation'

/** Gives a page of the history with a peer, from 1, newest first; all of it is read then. */
export type History = (peerId: number, page: number, length: number) => Promise<MessageRow[]>

export const HISTORY_LENGTH = 30
/** How much of a history is read to close a gap. */
const MOST_PAGES = 5

export function readPast(
  history: History,
  taken: (conversation: Conversation, rows: MessageRow[]) => void,
) {
  /** Read a page of the history; whether it is the last one. */
  async function readPage(conversation: Conversation, page: number): Promise<boolean> {
    const rows = await history(conversation.peerId, page, HISTORY_LENGTH)
    const isEnd = rows.length < HISTORY_LENGTH
    taken(conversation, rows)
    // What has come since the server answered is not read by that.
    conversation.readByUs = Math.max(conversation.readByUs, rows[0]?.seq ?? 0)
    conversation.isWhole ||= isEnd
    return isEnd
  }

  return {
    /** Read the newest part of the history, and on until it meets what is there. */
    async reload(conversation: Conversation): Promise<void> {
      const known = wholeUpTo(conversation)
      try {
        for (let page = 1; page <= MOST_PAGES; page += 1) {
          const isEnd = await readPage(conversation, page)
          const isMet = hasAll(conversation, known)
          if (known === 0 || isEnd || isMet) break
          // Too much lies between: the rest is to be had by paging upwards.
          if (page === MOST_PAGES) dropUpTo(conversation, known)
        }
        conversation.failure = undefined
      } catch (error) {
        conversation.failure = error
      }
    },

    /** Read the part of the history before what is there. */
    async loadEarlier(conversation: Conversation): Promise<void> {
      const first = conversation.messages[0]?.seq ?? 0
      const newer = lastSeq(conversation) - first + 1
      try {
        await readPage(conversation, Math.floor(newer / HISTORY_LENGTH) + 1)
        conversation.failure = undefined
      } catch (error) {
        conversation.failure = error
      }
    },
  }
}

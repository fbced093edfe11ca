/**
 * The rep's desk: all of its conversations over one socket, with nothing lost and nothing doubled.
 *
 * A message waits in its conversation's outbox until the server says that it is stored, one of a
 * conversation under way at a time, so that they arrive in the order of writing; after a lost
 * connection it is sent again under the same name. What came meanwhile is caught up with by `since`,
 * and from the history where that is too much or a `seq` is missing.
 */
import { reactive, ref } from 'vue'
import type { Content, MessageRow } from '../api/calls'
import { Code, sign, type Credentials } from '../api/client'
import { connect } from './connection'
import {
  acknowledge,
  dropUpTo,
  hasAll,
  lastSeq,
  newConversation,
  recall,
  take,
  type Conversation,
  type Outgoing,
} from './conversation'
import type { ServerFrame } from './frames'

interface Options {
  url: string
  credentials: Credentials
  history: (customerId: number, page: number, length: number) => Promise<MessageRow[]>
  onSessionOver: () => void
  /** Told of what was refused and belongs to no message of the outbox. */
  onRefused: (msg: string) => void
  aliveMs?: number
  minDelayMs?: number
  ackMs?: number
}

export const HISTORY_LENGTH = 30
const ACK_MS = 10_000
const AGAIN_MS = 1_000
const TYPING_MS = 4_000
/** How much of a history is read to close a gap. */
const MOST_PAGES = 5
const MOST_POSITIONS = 2_000

export function openDesk(options: Options) {
  const { credentials, history, ackMs = ACK_MS } = options
  const conversations = reactive(new Map<number, Conversation>())
  const online = reactive(new Set<number>())
  /** Counted up when the radar, and when the contacts have changed on the server. */
  const changes = reactive({ radar: 0, contacts: 0 })
  const unread = ref<number>()
  /** The last `seq` of every customer that we know of; what `since` says. */
  const last = new Map<number, number>()
  /** The message under way of each conversation, until it is acknowledged or tried again. */
  const underWay = new Map<number, ReturnType<typeof setTimeout>>()
  const typingTimers = new Map<number, ReturnType<typeof setTimeout>>()
  let hasRegistered = false

  const connection = connect({
    ...options,
    register: () => ({
      type: 'register',
      ...sign(credentials),
      ...(hasRegistered && { since: positions() }),
    }),
    onFrame,
  })

  /** What we have seen; those that a frame has no room for are caught up with from their unread. */
  function positions(): Record<number, number> {
    const opened = [...last].filter(([customerId]) => conversations.has(customerId))
    return Object.fromEntries([...[...last].slice(-MOST_POSITIONS), ...opened])
  }

  function onFrame(frame: ServerFrame): void {
    switch (frame.kind) {
      case 'registered':
        registered(frame.last, frame.isRecovered)
        break
      case 'messages':
        for (const row of frame.rows) received(row)
        changes.contacts += 1
        break
      case 'sent':
        stored(frame.clientMsgId, frame.id, frame.seq)
        break
      case 'refused':
        refused(frame.code, frame.msg, frame.clientMsgId)
        break
      case 'read':
        whenOpen(frame.customerId, (open) => {
          open.readByCustomer = Math.max(open.readByCustomer, frame.seq)
        })
        break
      case 'typing':
        typing(frame.customerId)
        break
      case 'presence':
        for (const { customer_id, is_online } of frame.rows) {
          if (is_online) online.add(customer_id)
          else online.delete(customer_id)
        }
        break
      case 'recalled':
        whenOpen(frame.customerId, (open) => {
          recall(open, frame.seq)
        })
        changes.contacts += 1
        break
      case 'radar':
        changes.radar += 1
        changes.contacts += 1
        break
      case 'unread':
        unread.value = frame.count
        changes.contacts += 1
        break
      case 'other':
        break
    }
  }

  function registered(seqs: Map<number, number>, isRecovered: boolean): void {
    online.clear() // who is online is told after this
    // With `since` what is missing comes as messages; without it, the history is where it is.
    if (!hasRegistered || !isRecovered) {
      for (const [customerId, seq] of seqs) last.set(customerId, seq)
      for (const conversation of conversations.values()) void reload(conversation)
    }
    hasRegistered = true
    connection.send({ type: 'query_num' })
    changes.radar += 1
    changes.contacts += 1
    for (const timer of underWay.values()) clearTimeout(timer)
    underWay.clear()
    for (const conversation of conversations.values()) pump(conversation)
  }

  function received(row: MessageRow): void {
    const before = last.get(row.customer_id) ?? 0
    last.set(row.customer_id, Math.max(before, row.seq))
    stopTyping(row.customer_id)
    whenOpen(row.customer_id, (open) => {
      const waiting = open.outbox.length
      const isGap = row.seq > lastSeq(open) + 1
      take(open, [row])
      if (open.outbox.length < waiting) done(open)
      if (isGap) void reload(open)
    })
  }

  function stored(clientMsgId: string, id: number, seq: number): void {
    for (const conversation of conversations.values()) {
      if (!conversation.outbox.some((each) => each.clientMsgId === clientMsgId)) continue
      const isNext = seq === lastSeq(conversation) + 1
      acknowledge(conversation, clientMsgId, id, seq)
      if (isNext) last.set(conversation.customerId, seq)
      done(conversation)
    }
  }

  function refused(code: number, msg: string, clientMsgId: string | undefined): void {
    if (code === Code.FORBIDDEN) {
      options.onSessionOver()
      return
    }
    for (const conversation of conversations.values()) {
      const own = conversation.outbox.find((each) => each.clientMsgId === clientMsgId)
      if (!own) continue
      if (code === Code.THROTTLED || code === Code.AWAY) {
        wait(conversation, AGAIN_MS)
      } else {
        own.failure = msg
        done(conversation)
      }
      return
    }
    options.onRefused(msg)
  }

  /** Send the first message that waits, unless one is under way. */
  function pump(conversation: Conversation): void {
    const { customerId, outbox } = conversation
    const next = outbox.find((each) => each.failure === undefined)
    if (!next || underWay.has(customerId)) return
    const isSent = connection.send({
      user_id: credentials.userId,
      customer_id: customerId,
      // The name stands in the content too, so that a push of our own is known for what it is.
      content: JSON.stringify({ ...next.content, client_msg_id: next.clientMsgId }),
      client_msg_id: next.clientMsgId,
    })
    if (isSent) wait(conversation, ackMs)
  }

  function wait(conversation: Conversation, milliseconds: number): void {
    clearTimeout(underWay.get(conversation.customerId))
    const again = () => {
      done(conversation)
    }
    underWay.set(conversation.customerId, setTimeout(again, milliseconds))
  }

  function done(conversation: Conversation): void {
    clearTimeout(underWay.get(conversation.customerId))
    underWay.delete(conversation.customerId)
    pump(conversation)
  }

  function typing(customerId: number): void {
    clearTimeout(typingTimers.get(customerId))
    whenOpen(customerId, (open) => {
      open.isTyping = true
      typingTimers.set(
        customerId,
        setTimeout(() => {
          stopTyping(customerId)
        }, TYPING_MS),
      )
    })
  }

  function stopTyping(customerId: number): void {
    clearTimeout(typingTimers.get(customerId))
    whenOpen(customerId, (open) => {
      open.isTyping = false
    })
  }

  function whenOpen(customerId: number, act: (open: Conversation) => void): void {
    const conversation = conversations.get(customerId)
    if (conversation) act(conversation)
  }

  /** The conversation with a customer, which is kept up to date from its first use on. */
  function conversationWith(customerId: number): Conversation {
    if (!conversations.has(customerId)) conversations.set(customerId, newConversation(customerId))
    return conversations.get(customerId) as Conversation
  }

  /** Read the newest part of the history, and on until it meets what is there. */
  async function reload(conversation: Conversation): Promise<void> {
    const known = lastSeq(conversation)
    try {
      for (let page = 1; page <= MOST_PAGES; page += 1) {
        const isEnd = await readPage(conversation, page)
        const isMet = hasAll(conversation, known)
        if (page === 1) conversation.readByUs = lastSeq(conversation)
        if (known === 0 || isEnd || isMet) break
        // Too much lies between: the rest is to be had by paging upwards.
        if (page === MOST_PAGES) dropUpTo(conversation, known)
      }
      conversation.failure = undefined
    } catch (error) {
      conversation.failure = error
    }
    const { customerId } = conversation
    last.set(customerId, Math.max(last.get(customerId) ?? 0, lastSeq(conversation)))
  }

  /** Read a page of the history; whether it is the last one. */
  async function readPage(conversation: Conversation, page: number): Promise<boolean> {
    const rows = await history(conversation.customerId, page, HISTORY_LENGTH)
    const isEnd = rows.length < HISTORY_LENGTH
    take(conversation, rows)
    conversation.isWhole ||= isEnd
    return isEnd
  }

  return {
    state: connection.state,
    online,
    changes,
    unread,
    retry: connection.retry,
    close: connection.close,

    conversation: conversationWith,

    /** Read the newest part of a conversation: all of it is read then. */
    async open(conversation: Conversation): Promise<void> {
      await reload(conversation)
      changes.contacts += 1
    },

    /** Read the part of the history before what is there. */
    async loadEarlier(conversation: Conversation): Promise<void> {
      const first = conversation.messages[0]?.seq ?? 0
      const newer = lastSeq(conversation) - first + 1
      try {
        await readPage(conversation, Math.floor(newer / HISTORY_LENGTH) + 1)
      } catch (error) {
        conversation.failure = error
      }
    },

    send(conversation: Conversation, content: Content): void {
      conversation.outbox.push({ clientMsgId: newName(), content })
      pump(conversation)
    },

    resend(conversation: Conversation, outgoing: Outgoing): void {
      delete outgoing.failure
      pump(conversation)
    },

    discard(conversation: Conversation, outgoing: Outgoing): void {
      conversation.outbox.splice(conversation.outbox.indexOf(outgoing), 1)
    },

    /** Tell that what is shown has been read. */
    markRead(conversation: Conversation): void {
      const seq = lastSeq(conversation)
      if (seq <= conversation.readByUs) return
      const { customerId } = conversation
      if (connection.send({ type: 'read', customer_id: customerId, seq }))
        conversation.readByUs = seq
    },

    tellTyping(conversation: Conversation): void {
      connection.send({ type: 'typing', customer_id: conversation.customerId })
    },

    recall(conversation: Conversation, id: number): boolean {
      return connection.send({ type: 'recall', id, customer_id: conversation.customerId })
    },
  }
}

export type Desk = ReturnType<typeof openDesk>

/** A name that no other message has; `randomUUID` is missing where the page comes by http. */
function newName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

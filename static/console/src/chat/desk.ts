/**
 * A desk for conversations over one socket, with nothing lost and nothing doubled: a rep's with all
 * of its customers, or a customer's with its rep.
 *
 * What came while a connection was lost is caught up with by `since`, and from the history where
 * that is too much or a `seq` is missing; what waits to be sent is in the outbox.
 */
import { reactive, ref } from 'vue'
import type { Content, MessageRow } from '../api/chat'
import { Code, sign, type Credentials } from '../api/client'
import { connect } from './connection'
import {
  acknowledge,
  dropUpTo,
  lastSeq,
  newConversation,
  recall,
  take,
  type Conversation,
  type Outgoing,
} from './conversation'
import { read, type ServerFrame } from './frames'
import { openKept, type Shelf } from './kept'
import { openOutbox } from './outbox'
import { readPast, type History } from './past'
import { openRepeats } from './repeats'
import type { Seqs, Side } from './sides'
import { watchTyping } from './typing'

interface Options {
  url: string
  side: Side
  credentials: Credentials
  history: History
  /** Where what was written and not sent is kept. */
  shelf: Shelf
  onSessionOver: () => void
  /** Told of what was refused and belongs to no message of the outbox. */
  onRefused: (msg: string) => void
  aliveMs?: number
  answerMs?: number
  minDelayMs?: number
  ackMs?: number
}

const ACK_MS = 10_000
const MOST_POSITIONS = 2_000

export function openDesk(options: Options) {
  const { side, credentials, shelf, ackMs = ACK_MS } = options
  const conversations = reactive(new Map<number, Conversation>())
  const online = reactive(new Set<number>())
  /** Counted up when the radar, and when the contacts have changed on the server. */
  const changes = reactive({ radar: 0, contacts: 0 })
  const unread = ref<number>()
  /** The last `seq` of every peer that we know of; what `since` says. */
  const last: Seqs = new Map()
  /** Up to where peers have read. */
  const readByPeer: Seqs = new Map()
  let hasRegistered = false

  const kept = openKept(shelf, side.name)
  const past = readPast(options.history, taken)
  const outbox = openOutbox({ send: sendMessage, kept, ackMs })
  const typing = watchTyping((peerId, isTyping) => {
    whenOpen(peerId, (open) => {
      open.isTyping = isTyping
    })
  })
  const repeats = openRepeats((frame) => connection.send(frame))
  for (const peerId of kept.peers().filter(side.serves)) conversationWith(peerId)

  const connection = connect({
    ...options,
    register: () => ({
      type: 'register',
      ...sign(credentials),
      ...side.registration,
      ...(hasRegistered && { since: side.since(positions()) }),
    }),
    read: (text) => read(text, side),
    onFrame,
  })

  /** What we have seen; those that a frame has no room for are caught up with from their unread. */
  function positions(): Seqs {
    const opened = [...last].filter(([peerId]) => conversations.has(peerId))
    return new Map([...[...last].slice(-MOST_POSITIONS), ...opened])
  }

  function onFrame(frame: ServerFrame): void {
    switch (frame.kind) {
      case 'registered':
        registered(frame.last, frame.read, frame.isRecovered)
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
        readTo(frame.peerId, frame.seq)
        break
      case 'typing':
        typing.begin(frame.peerId)
        break
      case 'presence':
        for (const { peerId, isOnline } of frame.rows) {
          if (isOnline) online.add(peerId)
          else online.delete(peerId)
        }
        break
      case 'recalled':
        repeats.forget(`recall ${frame.id}`)
        whenOpen(frame.peerId, (open) => {
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

  function registered(seqs: Seqs, seen: Seqs, isRecovered: boolean): void {
    online.clear() // who is online is told after this
    for (const [peerId, seq] of seen) readTo(peerId, seq)
    // With `since` what is missing comes as messages; without it, the history is where it is.
    if (!hasRegistered || !isRecovered) {
      for (const [peerId, seq] of seqs) last.set(peerId, seq)
      for (const conversation of conversations.values()) {
        if (conversation.isOpened) void reload(conversation)
        // Reading it would tell the other side that somebody has: it is read when it is opened.
        else dropUpTo(conversation, lastSeq(conversation))
      }
    }
    hasRegistered = true
    connection.send({ type: 'query_num' })
    changes.radar += 1
    changes.contacts += 1
    repeats.repeat()
    for (const conversation of conversations.values()) outbox.goOn(conversation)
  }

  function received(row: MessageRow): void {
    const peerId = side.peerOf(row)
    last.set(peerId, Math.max(last.get(peerId) ?? 0, row.seq))
    typing.end(peerId)
    whenOpen(peerId, (open) => {
      const isGap = open.isOpened && row.seq > lastSeq(open) + 1
      taken(open, [row])
      if (isGap) void reload(open)
    })
  }

  /** Show messages, ours that were waiting among them. */
  function taken(conversation: Conversation, rows: MessageRow[]): void {
    for (const name of take(conversation, rows)) outbox.settle(conversation, name)
  }

  function stored(clientMsgId: string, id: number, seq: number): void {
    for (const conversation of conversations.values()) {
      if (!conversation.outbox.some((each) => each.clientMsgId === clientMsgId)) continue
      const isNext = seq === lastSeq(conversation) + 1
      acknowledge(conversation, clientMsgId, id, seq)
      if (isNext) last.set(conversation.peerId, seq)
      outbox.settle(conversation, clientMsgId)
    }
  }

  function refused(code: number, msg: string, clientMsgId: string | undefined): void {
    if (code === Code.FORBIDDEN) {
      options.onSessionOver()
      return
    }
    const isPassing = code === Code.THROTTLED || code === Code.AWAY
    for (const conversation of conversations.values()) {
      const own = conversation.outbox.find((each) => each.clientMsgId === clientMsgId)
      if (!own) continue
      if (isPassing) outbox.putOff(conversation)
      else outbox.fail(conversation, own, msg)
      return
    }
    if (isPassing) {
      repeats.repeatLater()
    } else {
      repeats.forgetAll()
      options.onRefused(msg)
    }
  }

  function sendMessage(peerId: number, { clientMsgId, content }: Outgoing): boolean {
    return connection.send({
      ...side.self,
      ...side.to(peerId),
      // The name stands in the content too, so that a push of our own is known for what it is.
      content: JSON.stringify({ ...content, client_msg_id: clientMsgId }),
      client_msg_id: clientMsgId,
    })
  }

  function readTo(peerId: number, seq: number): void {
    const moved = Math.max(readByPeer.get(peerId) ?? 0, seq)
    readByPeer.set(peerId, moved)
    whenOpen(peerId, (open) => {
      open.readByOther = moved
    })
  }

  function whenOpen(peerId: number, act: (open: Conversation) => void): void {
    const conversation = conversations.get(peerId)
    if (conversation) act(conversation)
  }

  /** The conversation with a peer, which is kept up to date from its first use on. */
  function conversationWith(peerId: number): Conversation {
    if (!conversations.has(peerId)) {
      const written = { outbox: kept.outbox(peerId), draft: kept.draft(peerId) }
      const readByOther = readByPeer.get(peerId) ?? 0
      const beginning = { peerId, ownSender: side.sender, ...written, readByOther }
      conversations.set(peerId, newConversation(beginning))
    }
    return conversations.get(peerId) as Conversation
  }

  async function reload(conversation: Conversation): Promise<void> {
    await past.reload(conversation)
    const { peerId } = conversation
    last.set(peerId, Math.max(last.get(peerId) ?? 0, lastSeq(conversation)))
  }

  return {
    state: connection.state,
    online,
    changes,
    unread,
    networkChanged: connection.networkChanged,

    close(): void {
      repeats.forgetAll()
      connection.close()
    },

    conversation: conversationWith,

    /** Read the newest part of a conversation: all of it is read then. */
    async open(conversation: Conversation): Promise<void> {
      conversation.isOpened = true
      await reload(conversation)
      changes.contacts += 1
    },

    /** Note that nobody looks at it any more. */
    leave(conversation: Conversation): void {
      conversation.isOpened = false
    },

    loadEarlier: (conversation: Conversation) => past.loadEarlier(conversation),

    /** Keep what is being written. */
    draft(conversation: Conversation, text: string): void {
      conversation.draft = text
      kept.keepDraft(conversation.peerId, text)
    },

    send(conversation: Conversation, content: Content): void {
      outbox.add(conversation, content)
    },

    resend(conversation: Conversation, outgoing: Outgoing): void {
      outbox.resend(conversation, outgoing)
    },

    discard(conversation: Conversation, outgoing: Outgoing): void {
      outbox.discard(conversation, outgoing)
    },

    /** Tell that what is shown has been read. */
    markRead(conversation: Conversation): void {
      const seq = lastSeq(conversation)
      const { peerId } = conversation
      if (seq <= conversation.readByUs) return
      if (repeats.tell(`read ${peerId}`, { type: 'read', ...side.to(peerId), seq }))
        conversation.readByUs = seq
    },

    tellTyping(conversation: Conversation): void {
      connection.send({ type: 'typing', ...side.to(conversation.peerId) })
    },

    recall(conversation: Conversation, id: number): boolean {
      return repeats.tell(`recall ${id}`, { type: 'recall', id, ...side.to(conversation.peerId) })
    },
  }
}

export type Desk = ReturnType<typeof openDesk>

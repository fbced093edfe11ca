/** The conversation with one peer: what was said, and what waits to be sent. */
import type { Content, MessageRow } from '../api/chat'
import { RECALLED } from './frames'

export interface Message {
  id: number
  seq: number
  isOwn: boolean
  content: Content
  /** Shanghai's wall clock, `2018-11-07 19:41:14`. */
  at: string
}

/** A message on its way; `failure` says why the server does not take it. */
export interface Outgoing {
  clientMsgId: string
  content: Content
  /** When it was written, in milliseconds: what is sent first. */
  order: number
  failure?: string
}

export interface Conversation {
  /** Who is talked to: a customer's id for the rep, the rep's for a customer. */
  readonly peerId: number
  /** Which `send_type` is our own. */
  readonly ownSender: number
  /** In the order of `seq`, without gaps. */
  messages: Message[]
  outbox: Outgoing[]
  /** What is being written. */
  draft: string
  /** What is known to be recalled, shown or not: a history may have been read before that. */
  recalled: Set<number>
  /** Up to where the other side is known to have read. */
  readByOther: number
  /** The newest message that we have told the server we have read. */
  readByUs: number
  isTyping: boolean
  /** Whether somebody looks into it; its history counts as read when it is loaded. */
  isOpened: boolean
  /** Whether its beginning is there. */
  isWhole: boolean
  /** The faces of both sides, as messages say. */
  faces: { rep: string; customer: string }
  /** Why a part of it could not be read. */
  failure: unknown
}

/** What a conversation begins with: what was written before the page was loaded. */
type Beginning = Pick<Conversation, 'peerId' | 'ownSender' | 'outbox' | 'draft' | 'readByOther'>

export function newConversation(beginning: Beginning): Conversation {
  return {
    ...beginning,
    messages: [],
    recalled: new Set(),
    readByUs: 0,
    isTyping: false,
    isOpened: false,
    isWhole: false,
    faces: { rep: '', customer: '' },
    failure: undefined,
  }
}

export function lastSeq(conversation: Conversation): number {
  return conversation.messages.at(-1)?.seq ?? 0
}

/** Up to where nothing is missing behind the first one that is there. */
export function wholeUpTo({ messages }: Conversation): number {
  const first = messages[0]?.seq ?? 0
  const gap = messages.findIndex(({ seq }, index) => seq !== first + index)
  return messages.at(gap < 0 ? -1 : gap - 1)?.seq ?? 0
}

export function hasEarlier({ messages, isWhole }: Conversation): boolean {
  return !isWhole && (messages[0]?.seq ?? 1) > 1
}

/** Whether nothing is missing behind a `seq`. */
export function hasAll({ messages }: Conversation, since: number): boolean {
  const newer = messages.filter(({ seq }) => seq > since)
  return newer.every(({ seq }, index) => seq === since + index + 1)
}

export function dropUpTo(conversation: Conversation, last: number): void {
  conversation.messages = conversation.messages.filter(({ seq }) => seq > last)
  conversation.isWhole = false
}

/**
 * Take messages in, each once, in whatever order they come.
 *
 * @returns what we called those of ours that waited until now
 */
export function take(conversation: Conversation, rows: MessageRow[]): string[] {
  const known = new Map(conversation.messages.map((message) => [message.seq, message]))
  const settled: string[] = []
  for (const row of rows) {
    known.set(row.seq, asKnown(conversation, asMessage(conversation, row)))
    conversation.faces = { rep: row.user_avatar, customer: row.customer_headimgurl }
    if (settle(conversation, row.client_msg_id)) settled.push(row.client_msg_id as string)
  }
  conversation.messages = [...known.values()].sort((a, b) => a.seq - b.seq)
  return settled
}

/** Show what the server has stored of ours, whichever of acknowledgement and push comes first. */
export function acknowledge(
  conversation: Conversation,
  clientMsgId: string,
  id: number,
  seq: number,
): void {
  const sent = conversation.outbox.find((each) => each.clientMsgId === clientMsgId)
  settle(conversation, clientMsgId)
  if (!sent || conversation.messages.some((message) => message.seq === seq)) return
  const message: Message = { id, seq, isOwn: true, content: sent.content, at: shanghaiNow() }
  conversation.messages = [...conversation.messages, asKnown(conversation, message)].sort(
    (a, b) => a.seq - b.seq,
  )
}

export function recall(conversation: Conversation, seq: number): void {
  conversation.recalled.add(seq)
  const message = conversation.messages.find((each) => each.seq === seq)
  if (message) message.content = RECALLED
}

function asKnown({ recalled }: Conversation, message: Message): Message {
  return recalled.has(message.seq) ? { ...message, content: RECALLED } : message
}

function settle({ outbox }: Conversation, clientMsgId: string | undefined): boolean {
  const index = outbox.findIndex((each) => each.clientMsgId === clientMsgId)
  if (index >= 0) outbox.splice(index, 1)
  return index >= 0
}

function asMessage({ ownSender }: Conversation, row: MessageRow): Message {
  return {
    id: row.id,
    seq: row.seq,
    isOwn: row.send_type === ownSender,
    content: row,
    // Histories write 2018-11-07T19:41:14.123, frames 2018-11-07 19:41:14.
    at: row.dateTime.replace('T', ' ').slice(0, 19),
  }
}

/** The time now as the server writes it. */
export function shanghaiNow(): string {
  return new Date(Date.now() + 8 * 3_600_000).toISOString().replace('T', ' ').slice(0, 19)
}

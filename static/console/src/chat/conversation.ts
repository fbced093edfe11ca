/** The conversation with one customer: what was said, and what waits to be sent. */
import { Sender, type Content, type MessageRow } from '../api/calls'
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
  failure?: string
}

export interface Conversation {
  readonly customerId: number
  /** In the order of `seq`, without gaps. */
  messages: Message[]
  outbox: Outgoing[]
  /** What is known to be recalled, shown or not: a history may have been read before that. */
  recalled: Set<number>
  /** Up to where the customer is known to have read. */
  readByCustomer: number
  /** The newest message that we have told the server we have read. */
  readByUs: number
  isTyping: boolean
  /** Whether its beginning is there. */
  isWhole: boolean
  /** Why a part of it could not be read. */
  failure: unknown
}

export function newConversation(customerId: number): Conversation {
  return {
    customerId,
    messages: [],
    outbox: [],
    recalled: new Set(),
    readByCustomer: 0,
    readByUs: 0,
    isTyping: false,
    isWhole: false,
    failure: undefined,
  }
}

export function lastSeq(conversation: Conversation): number {
  return conversation.messages.at(-1)?.seq ?? 0
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

/** Take messages in, each once, in whatever order they come. */
export function take(conversation: Conversation, rows: MessageRow[]): void {
  const known = new Map(conversation.messages.map((message) => [message.seq, message]))
  for (const row of rows) {
    known.set(row.seq, asKnown(conversation, asMessage(row)))
    settle(conversation, row.client_msg_id)
  }
  conversation.messages = [...known.values()].sort((a, b) => a.seq - b.seq)
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

function settle({ outbox }: Conversation, clientMsgId: string | undefined): void {
  const index = outbox.findIndex((each) => each.clientMsgId === clientMsgId)
  if (index >= 0) outbox.splice(index, 1)
}

function asMessage(row: MessageRow): Message {
  return {
    id: row.id,
    seq: row.seq,
    isOwn: row.send_type === Sender.REP,
    content: row,
    // Histories write 2018-11-07T19:41:14.123, frames 2018-11-07 19:41:14.
    at: row.dateTime.replace('T', ' ').slice(0, 19),
  }
}

/** The time now as the server writes it. */
export function shanghaiNow(): string {
  return new Date(Date.now() + 8 * 3_600_000).toISOString().replace('T', ' ').slice(0, 19)
}

/** The frames of the chat socket (docs/WEBSOCKET.md), as one side reads them. */
import { Kind, type Content, type MessageRow } from '../api/chat'
import type { PairNames, Seqs, Side } from './sides'

export interface RadarEvent {
  id: number
  customer_id: number
  action: string
  action_code: number
  log: string
  create_date: string
}

interface PresenceRow extends PairNames {
  is_online: 0 | 1
}

/** What the server says; `type` is missing where the documents have none. */
export type ServerFrame =
  | { kind: 'registered'; last: Seqs; read: Seqs; isRecovered: boolean }
  | { kind: 'messages'; rows: MessageRow[] }
  | { kind: 'sent'; id: number; seq: number; clientMsgId: string }
  | { kind: 'refused'; code: number; msg: string; clientMsgId: string | undefined }
  | { kind: 'read'; peerId: number; seq: number }
  | { kind: 'typing'; peerId: number }
  | { kind: 'presence'; rows: { peerId: number; isOnline: boolean }[] }
  | { kind: 'recalled'; peerId: number; id: number; seq: number }
  | { kind: 'radar'; event: RadarEvent }
  | { kind: 'unread'; count: number }
  | { kind: 'other' }

interface Wire {
  code: number
  msg: string
  type?: string
  data?: unknown
}

const OTHER: ServerFrame = { kind: 'other' }
const RECEIPT = 202

/** Read a frame; what a newer server may say beyond is `other`. */
export function read(text: string, side: Side): ServerFrame {
  const frame = JSON.parse(text) as Wire
  if (frame.code >= 300) return refusal(frame)
  if (frame.type !== undefined) return typed(frame, side)
  const data = frame.data as Record<string, unknown> | undefined
  if (!data) return OTHER
  if ('ret_data' in data) return { kind: 'messages', rows: data.ret_data as MessageRow[] }
  if ('recovered' in data) {
    return {
      kind: 'registered',
      last: side.seqs(data.seq),
      read: side.seqs(data.read),
      isRecovered: data.recovered as boolean,
    }
  }
  if (typeof data.client_msg_id === 'string') {
    const { id, seq } = data as { id: number; seq: number }
    return { kind: 'sent', id, seq, clientMsgId: data.client_msg_id }
  }
  return OTHER
}

function typed(frame: Wire, side: Side): ServerFrame {
  const data = frame.data as Record<string, unknown> & PairNames
  const { seq, id } = data as unknown as { seq: number; id: number }
  switch (frame.type) {
    case 'read':
      return frame.code === RECEIPT ? { kind: 'read', peerId: side.peerOf(data), seq } : OTHER
    case 'typing':
      return { kind: 'typing', peerId: side.peerOf(data) }
    case 'presence': {
      const rows = data.ret_data as PresenceRow[]
      return {
        kind: 'presence',
        rows: rows.map((row) => ({ peerId: side.peerOf(row), isOnline: row.is_online === 1 })),
      }
    }
    case 'recall':
      // The answer to the one who recalls names no customer, and the push tells it as well.
      return 'customer_id' in data
        ? { kind: 'recalled', peerId: side.peerOf(data), id, seq }
        : OTHER
    case 'radar':
      return { kind: 'radar', event: frame.data as RadarEvent }
    case 'query_num':
      return { kind: 'unread', count: data.unread_msg_num as number }
    default:
      return OTHER
  }
}

function refusal({ code, msg, data }: Wire): ServerFrame {
  const named = data as { client_msg_id?: string } | undefined
  return { kind: 'refused', code, msg, clientMsgId: named?.client_msg_id }
}

/** What a recalled message says, as histories have it. */
export const RECALLED: Content = { info_type: Kind.TEXT, msg: '[消息已撤回]', is_recalled: true }

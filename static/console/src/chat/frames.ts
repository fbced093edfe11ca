/** The frames of the chat socket, as README.md ("The socket") and docs/API.md have them. */
import type { Content, MessageRow } from '../api/calls'

export interface RadarEvent {
  id: number
  customer_id: number
  action: string
  action_code: number
  log: string
  create_date: string
}

export interface Presence {
  customer_id: number
  is_online: 0 | 1
}

/** What the server says; `type` is missing where the documents have none. */
export type ServerFrame =
  | { kind: 'registered'; last: Map<number, number>; isRecovered: boolean }
  | { kind: 'messages'; rows: MessageRow[] }
  | { kind: 'sent'; id: number; seq: number; clientMsgId: string }
  | { kind: 'refused'; code: number; msg: string; clientMsgId: string | undefined }
  | { kind: 'read'; customerId: number; seq: number }
  | { kind: 'typing'; customerId: number }
  | { kind: 'presence'; rows: Presence[] }
  | { kind: 'recalled'; customerId: number; seq: number }
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
export function read(text: string): ServerFrame {
  const frame = JSON.parse(text) as Wire
  if (frame.code >= 300) return refusal(frame)
  if (frame.type !== undefined) return typed(frame)
  const data = frame.data as Record<string, unknown> | undefined
  if (!data) return OTHER
  if ('ret_data' in data) return { kind: 'messages', rows: data.ret_data as MessageRow[] }
  if ('recovered' in data) {
    const last = Object.entries(data.seq as Record<string, number>)
    return {
      kind: 'registered',
      last: new Map(last.map(([id, seq]) => [Number(id), seq])),
      isRecovered: data.recovered as boolean,
    }
  }
  if (typeof data.client_msg_id === 'string') {
    const { id, seq } = data as { id: number; seq: number }
    return { kind: 'sent', id, seq, clientMsgId: data.client_msg_id }
  }
  return OTHER
}

function typed(frame: Wire): ServerFrame {
  const data = frame.data as Record<string, unknown>
  const customerId = data.customer_id as number
  const seq = data.seq as number
  switch (frame.type) {
    case 'read':
      return frame.code === RECEIPT ? { kind: 'read', customerId, seq } : OTHER
    case 'typing':
      return { kind: 'typing', customerId }
    case 'presence':
      return { kind: 'presence', rows: data.ret_data as Presence[] }
    case 'recall':
      // The answer to the one who recalls names no customer, and the push tells it as well.
      return 'customer_id' in data ? { kind: 'recalled', customerId, seq } : OTHER
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
export const RECALLED: Content = { info_type: 1, msg: '[消息已撤回]', is_recalled: true }

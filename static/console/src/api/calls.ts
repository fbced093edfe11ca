/** The calls that the console makes, with the shapes of their answers (/openapi.json). */
import type { Client } from './client'

export interface Page<Row> {
  ret_data: Row[]
  data_count: number
}

export interface Login {
  token: string
  user_id: number
  username: string
  company_id: number
  company_name: string
  role_id: number
  role_name: string
  avatar: string
}

export interface Photo {
  id: number
  photo_url: string
}

export interface OwnCard {
  id: number
  username: string
  avatar: string
  mingpian_avatar: string
  company: string
  area: string
  address: string
  position: string
  email: string
  wechat: string
  mingpian_phone: string
  telephone: string
  country: number | null
  is_show_phone: boolean
  own_phone: string
  popularity_num: number
  praise_num: number
  forward_num: number
  sign: string
  sign_num: number
  photo: Photo[]
  qr_code: string
  role_id: number
}

export interface LogRow {
  user_id: number
  customer_id: number
  headimgurl: string
  action: number
  log: string
  create_date: string
}

export interface ContactRow {
  customer_id: number
  src: string
  name: string
  dateTime: string
  msg: string
  kind: 'action' | 'chat'
  count: number
}

/** What a message says; fields beyond these depend on `info_type`. */
export interface Content {
  info_type: number
  msg?: string
  url?: string
  product_name?: string
  product_price?: string
  product_cover_url?: string
  is_recalled?: boolean
  /** Put there by the console, which knows its own messages by it. */
  client_msg_id?: string
}

export const Sender = { REP: 1, CUSTOMER: 2 } as const

export interface MessageRow extends Content {
  id: number
  seq: number
  customer_id: number
  user_id: number
  dateTime: string
  send_type: number
  customer: string
  customer_headimgurl: string
}

export interface Phrase {
  language_id: number
  language: string
}

export function calls(client: Client) {
  return {
    logIn: (username: string, password: string) =>
      client.post<Login>('/admin/login', { username, password }),

    logOut: () => client.post('/admin/logout'),

    ownCard: async () => {
      const { ret_data: rows } = await client.get<Page<OwnCard>>('/qiyeweixin/mingpian')
      return rows[0] as OwnCard
    },

    radar: (page: number, length: number, action?: number) =>
      client.get<Page<LogRow>>('/qiyeweixin/action/time', { current_page: page, length, action }),

    contacts: (page: number, length: number) =>
      client.get<Page<ContactRow>>('/qiyeweixin/contact', {
        current_page: page,
        length,
      }),

    /** A page of a chat, newest first; all of the chat is read then. */
    history: (customerId: number, page: number, length: number) =>
      client.get<MessageRow[]>('/qiyeweixin/chat', {
        customer_id: customerId,
        current_page: page,
        length,
      }),

    phrases: async () => {
      const answer = await client.get<{ data_count: { follow_language_data: Phrase[] } }>(
        '/qiyeweixin/follow_language',
        { length: 50 },
      )
      return answer.data_count.follow_language_data
    },
  }
}

export type Calls = ReturnType<typeof calls>

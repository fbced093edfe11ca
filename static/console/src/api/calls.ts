/** The calls that the console makes, with the shapes of their answers (/openapi.json). */
import type { MessageRow } from './chat'
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
  create_date: string
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
  }
}

export type Calls = ReturnType<typeof calls>

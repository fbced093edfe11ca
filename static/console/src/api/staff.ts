/** The staff of the company, for its managers. */
import { client } from '../session'
import type { Page } from './calls'

export const RepStatus = { ENABLED: 1, DISABLED: 2 } as const

export interface StaffRow {
  id: number
  username: string
  avatar: string
  position: string
  mingpian_phone: string
  role_name: string
  status: number
  status_text: string
  last_login_date: string | null
  popularity_num: number
  praise_num: number
  forward_num: number
  customer_num: number
}

export const staff = {
  list: (page: number, length: number, username: string) =>
    client.get<Page<StaffRow>>('/admin/user/user_list', {
      current_page: page,
      length,
      username,
    }),
}

/** The staff of the company, whom its managers change. */
import { client } from '../session'
import type { Page } from './calls'

export const RepStatus = { ENABLED: 1, DISABLED: 2 } as const

export interface StaffRow {
  id: number
  username: string
  memo_name: string
  avatar: string
  position: string
  role_id: number
  role_name: string
  company_id: number
  company_name: string
  status: number
  status_text: string
  last_login_date: string | null
  popularity_num: number
  praise_num: number
  forward_num: number
  customer_num: number
}

export interface StaffFilter {
  username?: string
  role_id?: number
  status?: number
  company_id?: number
}

/** A rep as it is to be; what is undefined stays as it is. */
export interface StaffDraft {
  username: string
  password?: string
  role_id?: number
  company_id?: number
  userid?: string
  /** Who gets the customers. */
  transfer_to?: number
}

interface Named {
  id: number
  name: string
}

export const staff = {
  list: (page: number, length: number, filter: StaffFilter) =>
    client.get<Page<StaffRow>>('/admin/user/user_list', {
      current_page: page,
      length,
      ...filter,
    }),

  roles: async () => (await client.get<Page<Named>>('/qiyeweixin/role')).ret_data,

  /** The companies that the caller may see: its own, for the platform's manager all. */
  companies: async () => (await client.get<Page<Named>>('/qiyeweixin/company')).ret_data,

  setStatus: (id: number, status: number) =>
    client.post(`/admin/user/update_status/${String(id)}`, { status }),

  add: (draft: StaffDraft) => client.post('/qiyeweixin/user/add/0', { ...draft }),

  update: (id: number, draft: StaffDraft) =>
    client.post(`/qiyeweixin/user/update/${String(id)}`, { ...draft }),

  remove: (id: number) => client.post(`/qiyeweixin/user/delete/${String(id)}`),
}

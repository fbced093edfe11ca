/** What a company shows of itself, for its managers: its website, and its own data. */
import { client } from '../session'
import type { Picture } from './uploads'

export interface Website {
  cover_picture: Picture[]
  content_picture: Picture[]
}

export const ShopKind = { PRODUCTS: 1, MALL: 2 } as const

export interface Company {
  company_id: number
  company_name: string
  area: string
  address: string
  is_customer_unique: boolean
  shopping_type: number
  mingpian_available_num: number
  mingpian_used_num: number
  account_expired_time: string | null
}

export interface CompanyForm {
  area: string
  address: string
  is_customer_unique: boolean
  shopping_type: number
}

export const website = {
  show: async () => (await client.get<{ ret_data: Website }>('/admin/website')).ret_data,

  /** Replace the website by these pictures, named by their ids, in this order. */
  replace: (covers: number[], contents: number[]) =>
    client.post('/admin/website/update/0', {
      cover_picture: JSON.stringify(covers),
      content_picture: JSON.stringify(contents),
    }),

  company: async () => (await client.get<{ ret_data: Company }>('/admin/company')).ret_data,

  changeCompany: ({ is_customer_unique: isUnique, ...form }: CompanyForm) =>
    client.post('/admin/company/update/0', { ...form, is_customer_unique: isUnique ? 1 : 0 }),
}

/** A rep's customers: what it knows of them, expects of them, and writes down. */
import { client } from '../session'
import type { LogRow, Page } from './calls'

/** The ways in which customers come to a rep, by the words that the server has for them. */
const SOURCE_OF: Record<string, number> = { 扫码: 1, 转发: 2, 搜索: 3, 公众号文章: 4 }
export const SOURCES = Object.values(SOURCE_OF)

export const ORDERS = ['expedted_pr', 'last_follow_time', 'last_activity_time'] as const
export type Order = (typeof ORDERS)[number]

export interface CustomerFile {
  id: number
  username: string
  headimgurl: string
  expected_time: string | null
  expedted_pr: string
  ai_pr: string
  ai_reasons: string[]
  superior: string
  source: string
  memo_name: string
  sex: number | null
  phone: string
  memo_phone: string
  email: string
  company: string
  position: string
  address: string
  birthday: string
  mem: string
  tag: string[]
  create_date: string
}

/** What a rep expects; a day that is expected once can be moved, not taken back. */
export interface Outlook {
  expedted_pr: number
  expected_time: string
}

/** What a rep notes. */
export interface Note {
  memo_name: string
  phone: string
  email: string
  company: string
  position: string
  address: string
  birthday: string
  mem: string
  sex: number | undefined
  source: number | undefined
}

export interface Tag {
  id: number
  name: string
}

export interface TagGroup {
  name: string
  tags: Tag[]
}

export interface FollowUp {
  follow_info: string
  create_date: string
}

export interface Entry {
  customer_id: number
  customer_username: string
  headimgurl: string
  expedted_pr: number
  source: number
  last_activity_time: string
  follow_status: string
}

export interface UsedTag extends Tag {
  customer_num: number
  customer_list: { id: number; headimgurl: string; name: string }[]
}

export function outlookOf(file: CustomerFile): Outlook {
  return { expedted_pr: Number(file.expedted_pr), expected_time: file.expected_time ?? '' }
}

export function noteOf(file: CustomerFile): Note {
  const { memo_name, email, company, position, address, birthday, mem } = file
  return {
    memo_name,
    phone: file.memo_phone,
    email,
    company,
    position,
    address,
    birthday,
    mem,
    sex: file.sex ?? undefined,
    source: SOURCE_OF[file.source],
  }
}

const ROOT = '/qiyeweixin'

export const customers = {
  file: (customerId: number) =>
    client.get<Page<CustomerFile>>(`${ROOT}/customer`, { customer_id: customerId }),

  /** Change what is expected; what is left out stays. */
  expect: (customerId: number, outlook: Partial<Outlook>) =>
    client.post(`${ROOT}/customer/update_customer/${customerId}`, { ...outlook }),

  /** Change what is noted; an empty text takes a note away, what is left out stays, but the sex. */
  note: (customerId: number, note: Partial<Note> & Pick<Note, 'sex'>) =>
    client.post(`${ROOT}/customer/update_information/${customerId}`, { ...note }),

  end: (customerId: number) => client.post(`${ROOT}/customer/delete/${customerId}`),

  tagGroups: async () => {
    const { ret_data: groups } = await client.get<{ ret_data: TagGroup[] }>(`${ROOT}/tag_list`)
    return groups
  },

  /** Let a customer have exactly these tags. */
  setTags: (customerId: number, tagIds: number[]) =>
    client.post(`${ROOT}/customer/update_tag/${customerId}`, { tag_list: JSON.stringify(tagIds) }),

  /** Make a tag of one's own, and put it on a customer. */
  addTag: (customerId: number, name: string) =>
    client.post<Tag>(`${ROOT}/tag_list/add_tag/${customerId}`, { name }),

  followUps: (customerId: number, page: number, length: number) =>
    client.get<Page<FollowUp>>(`${ROOT}/follow_info`, {
      customer_id: customerId,
      current_page: page,
      length,
    }),

  addFollowUp: (customerId: number, text: string) =>
    client.post(`${ROOT}/follow_info/add/${customerId}`, { follow_info: text }),

  /** What a customer has done, or one kind of it. */
  timeline: (customerId: number, page: number, length: number, action?: number) =>
    client.get<Page<LogRow>>(`${ROOT}/action/time`, {
      customer_id: customerId,
      current_page: page,
      length,
      action,
    }),

  /** The customers that came by a source and have a part of a name, their own or the noted one. */
  addressBook: (page: number, length: number, order: Order, source?: number, name = '') =>
    client.get<Page<Entry>>(`${ROOT}/tongxunlu`, {
      current_page: page,
      length,
      order,
      customer__source: source,
      username: name,
    }),

  /** The tags that are in use; the server counts the others too, so a short page is the last. */
  usedTags: async (page: number, length: number): Promise<Page<UsedTag>> => {
    const { ret_data, ret_count } = await client.get<{ ret_data: UsedTag[]; ret_count: number }>(
      `${ROOT}/tag_customer`,
      { current_page: page, length },
    )
    const isLast = ret_data.length < length
    return { ret_data, data_count: isLast ? (page - 1) * length + ret_data.length : ret_count }
  },
}

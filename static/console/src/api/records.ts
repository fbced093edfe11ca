/** What the company keeps: its customers, files of them, its audit log, and what was recalled. */
import { client } from '../session'
import type { Page } from './calls'
import type { Content } from './chat'

export interface RepName {
  user_id: number
  username: string
  /** The name that customers see, if it has one. */
  memo_name: string
}

export interface CustomerRow {
  id: number
  username: string
  headimgurl: string
  phone: string
  user_type: number
  user_type_text: string
  source: string[]
  belong_num: number
  belong_user: RepName[]
  chatinfo_count: number
  action_count: number
  order_count: number
  last_activity_time: string | null
  create_date: string | null
}

export interface Bond extends RepName {
  source: string
  expedted_pr: number
  last_follow_time: string | null
  last_activity_time: string | null
  create_date: string | null
}

export interface WholeCustomer extends Omit<CustomerRow, 'belong_user'> {
  sex: number | null
  country: string
  province: string
  city: string
  belong_user: Bond[]
}

export type CustomerSearch = Partial<
  Record<'name' | 'phone' | 'kind' | 'rep' | 'since' | 'until' | 'hasOrder' | 'isBound', string>
>

export type FollowUpSearch = Partial<Record<'rep' | 'customer' | 'since' | 'until', string>>
export type FileFormat = 'csv' | 'xlsx'

export interface Retention {
  log_days: number
  chat_days: number
}

const CUSTOMERS = '/admin/customer'

function asked(search: CustomerSearch) {
  return {
    customer__username: search.name,
    phone: search.phone,
    user_type: search.kind,
    uid: search.rep,
    create_date__gte: search.since,
    create_date__lt: search.until,
    has_order: search.hasOrder,
    is_belong: search.isBound,
  }
}

export const customers = {
  list: (page: number, length: number, search: CustomerSearch) =>
    client.get<Page<CustomerRow>>(`${CUSTOMERS}/customer_list`, {
      current_page: page,
      length,
      ...asked(search),
    }),

  one: async (id: number) => {
    const answer = await client.get<{ ret_data: WholeCustomer }>(`${CUSTOMERS}/customer_single`, {
      customer_id: id,
    })
    return answer.ret_data
  },

  file: (format: FileFormat, search: CustomerSearch) =>
    client.download(`${CUSTOMERS}/export`, { format, ...asked(search) }),

  followUps: (format: FileFormat, search: FollowUpSearch) =>
    client.download('/admin/follow_info/export', {
      format,
      uid: search.rep,
      customer_id: search.customer,
      create_date__gte: search.since,
      create_date__lt: search.until,
    }),

  /** Everything that is kept about one customer. */
  data: (id: number) => client.download(`${CUSTOMERS}/export_data/${id}`),

  /** Erase what is known of a customer for ever; the id is said twice. */
  erase: (id: number, confirmed: string) =>
    client.post(`${CUSTOMERS}/erase/${id}`, { confirm: confirmed }),
}

export const retention = {
  show: () => client.get<Retention>('/admin/retention'),
  change: (days: Retention) => client.post<Retention>('/admin/retention/update/0', { ...days }),
}

export interface AuditEntry {
  id: number
  user_id: number | null
  username: string
  action: string
  target_id: number | null
  fields: Record<string, unknown>
  address: string
  request_id: string
  /** Null while the call runs, and for ever if the server died in it. */
  code: number | null
  create_date: string
}

export type AuditSearch = Partial<Record<'rep' | 'action' | 'address' | 'since' | 'until', string>>

export interface RecallRow {
  id: number
  seq: number
  user_id: number
  username: string
  memo_name: string
  customer_id: number
  customer: string
  send_type: number
  content: Content
  /** When it was sent. */
  dateTime: string
  /** When it was recalled. */
  create_date: string
}

export type RecallSearch = Partial<Record<'rep' | 'since' | 'until', string>>

export const auditLog = {
  list: (page: number, length: number, search: AuditSearch) =>
    client.get<Page<AuditEntry>>('/admin/audit_log/audit_list', {
      current_page: page,
      length,
      target_user_id: search.rep,
      action: search.action,
      address: search.address,
      create_date__gte: search.since,
      create_date__lt: search.until,
    }),

  recalls: (page: number, length: number, search: RecallSearch) =>
    client.get<Page<RecallRow>>('/admin/audit_log/recall_list', {
      current_page: page,
      length,
      uid: search.rep,
      create_date__gte: search.since,
      create_date__lt: search.until,
    }),
}

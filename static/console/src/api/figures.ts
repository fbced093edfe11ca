/** The figures of the company (docs/API.md, "The home page of the back office"). */
import { client } from '../session'

/** What is counted, in the order of its numbers on the wire, which begin with 1. */
export const FIGURES = [
  'customer_num',
  'follow_num',
  'browse_num',
  'forward_num',
  'saved_total_num',
  'praise_sum',
] as const

export type Figure = (typeof FIGURES)[number]
export type Counts = Record<Figure, number>

export interface Licence {
  company_name: string
  mingpian_num: number
  user_count: number
  expired_time: string | null
  open_up_date: string
  available_days: number | null
  used_days: number
  customer_num: number
}

/** The windows end with yesterday; `count_data` is of all time. */
export interface Windows {
  count_data: Counts
  yesterday_data: Counts
  nearly_seven_days: Counts
  nearly_thirty_days: Counts
}

export interface DayCount {
  statics_date: string
  value: number
}

/** How often each action was done, by its number. */
export type ActionCounts = Partial<Record<number, number>>

interface Answer<T> {
  ret_data: T
}

export const figures = {
  licence: async () => (await client.get<Answer<Licence>>('/admin/home_page')).ret_data,

  windows: async () => (await client.get<Answer<Windows>>('/admin/home_page/acount_data')).ret_data,

  /** Day by day up to yesterday, the earliest first. */
  line: async (figure: Figure, days: number) => {
    const form = { index_type: FIGURES.indexOf(figure) + 1, days }
    return (await client.post<Answer<DayCount[]>>('/admin/home_page/line_info', form)).ret_data
  },

  /** What was done to all reps of the company since a day; for managers alone. */
  actionsOfCompany: async (since: string): Promise<ActionCounts> => {
    const { ret_data: rows } = await client.get<Answer<{ action: number; count: number }[]>>(
      '/admin/home_page/action_count',
      { create_date__gte: since },
    )
    return Object.fromEntries(rows.map(({ action, count }) => [action, count]))
  },

  /** What was done to the caller since a day. */
  ownActions: async (since: string): Promise<ActionCounts> => {
    const [counts] = await client.get<{ detail: ActionCounts }[]>('/qiyeweixin/action/count', {
      create_date__gte: since,
    })
    return counts?.detail ?? {}
  },
}

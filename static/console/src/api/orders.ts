/** The orders of the company's mall, for its managers. */
import { client } from '../session'
import type { Page } from './calls'

/** The states of an order; their names come with the orders. */
export const ORDER_STATUSES = [1, 8, 9, 10, 4, 2, 3, 5] as const
const WAITING = 1
const PAID = 8

export interface OrderRow {
  id: number
  orderNumber: string
  goodsName: string
  detailePicture: string
  goodsPrice: string
  unitRiceNum: number
  youHui: string
  yingFuKuan: string
  commissionFee: string
  phone: string
  theOrderStatus: number
  theOrderStatusName: string
  yewuUser: string
  customer_id: number
  customer__username: string
  headimgurl: string
  createDate: string
  stopDateTime: string | null
}

/** How much a state stands out. */
export function statusType(status: number): 'success' | 'warning' | 'info' {
  if (status === PAID) return 'success'
  return status === WAITING ? 'warning' : 'info'
}

export type OrderSearch = Partial<Record<'number' | 'status' | 'rep' | 'since' | 'until', string>>

export const orders = {
  list: (page: number, length: number, search: OrderSearch) =>
    client.get<Page<OrderRow>>('/admin/order/order_list', {
      current_page: page,
      length,
      orderNumber: search.number,
      status: search.status,
      uid: search.rep,
      create_date__gte: search.since,
      create_date__lt: search.until,
    }),

  one: async (id: number) => {
    const answer = await client.get<{ ret_data: OrderRow }>('/admin/order/order_single', {
      order_id: id,
    })
    return answer.ret_data
  },
}

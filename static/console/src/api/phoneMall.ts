/** The mall, as a customer looks through it, orders and pays. */
import { client, guest, shownRep } from '../phone/session'
import type { Page } from './calls'

export interface GoodsClass {
  id: number
  name: string
}

export interface FirstLevelClass extends GoodsClass {
  children: GoodsClass[]
}

export const GoodsStatus = { ON_SALE: 1 } as const

export interface GoodsRow {
  id: number
  goodsName: string
  classificationName: string
  goodsPrice: string
  goodsStatus: number
  goodsStatus_text: string
  topLunBoTu: string[]
}

export interface Goods extends GoodsRow {
  detailePicture: string[]
  content: string
}

export const OrderStatus = {
  UNPAID: 1,
  REFUNDED: 2,
  PAID: 8,
  CANCELLED: 10,
} as const

export interface OrderRow {
  id: number
  orderNumber: string
  /** Null where the goods are no more. */
  goodsId: number | null
  goodsName: string
  detailePicture: string
  goodsPrice: string
  unitRiceNum: number
  youHui: string
  yingFuKuan: string
  phone: string
  theOrderStatus: number
  theOrderStatusName: string
  yewuUser: string
  createDate: string
}

/** What the phone is given to pay with. */
export interface Payment {
  package: string
  order_id: number
}

const MALL = '/xiaochengxu/mallManage'
const ORDERS = '/xiaochengxu/order'

interface Wish {
  goodsId: number
  goodsNum?: number
  phoneNumber?: string
  /** The order that is paid, if it has been placed before. */
  fukuan?: number
}

export const phoneMall = {
  classes: () => client.get<FirstLevelClass[]>('/xiaochengxu/goodsClassShow'),

  goods: (page: number, length: number, classId?: number) =>
    client.get<Page<GoodsRow>>(`${MALL}/goods_list`, {
      current_page: page,
      length,
      parentName: classId,
    }),

  goodsSingle: async (goodsId: number) => {
    const { ret_data: rows } = await client.get<Page<Goods>>(`${MALL}/goods_single`, {
      product_id: goodsId,
    })
    return rows[0]
  },

  /** Ask the rep about goods: this is a message in their chat. */
  consult: (goodsId: number) =>
    client.get(`${MALL}/consult_product`, { product_id: goodsId, uid: shownRep() }),

  forward: (goodsId: number) =>
    client.get(`${MALL}/forward_product`, { product_id: goodsId, uid: shownRep() }),

  order: (wish: Wish) =>
    client.post<Payment>('/xiaochengxu/yuZhiFu', {
      u_id: shownRep(),
      xiaochengxu_id: guest.value?.programId,
      ...wish,
    }),

  /** Confirm a payment, as WeChat would have it done on the phone. */
  pay: (payment: Payment) => client.post('/xiaochengxu/test_pay', { package: payment.package }),

  orders: (page: number, length: number, status?: number) =>
    client.get<Page<OrderRow>>(`${ORDERS}/order_list`, { current_page: page, length, status }),

  orderSingle: async (orderId: number) =>
    (await client.get<{ ret_data: OrderRow }>(`${ORDERS}/order_single`, { order_id: orderId }))
      .ret_data,
}

/** What messages say, on both sides of the chat. */

export const Kind = { TEXT: 1, PRODUCT: 2, ASK_PHONE: 3, PICTURE: 4, VIDEO: 5 } as const
export const Sender = { REP: 1, CUSTOMER: 2 } as const

/** What a message says; fields beyond these depend on `info_type`. */
export interface Content {
  info_type: number
  msg?: string
  url?: string
  product_name?: string
  product_price?: string
  product_cover_url?: string
  product_id?: number
  is_recalled?: boolean
  /** Put there by the page, which knows its own messages by it. */
  client_msg_id?: string
}

export interface MessageRow extends Content {
  id: number
  seq: number
  customer_id: number
  user_id: number
  dateTime: string
  send_type: number
  user_avatar: string
  customer: string
  customer_headimgurl: string
}

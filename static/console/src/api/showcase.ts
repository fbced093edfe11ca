/** What a customer sees of a rep's company: its products and its website. */
import { client } from '../phone/session'
import type { Page } from './calls'

/** The pictures of a cover, or one item of an introduction. */
export interface Part {
  type: 'picture_url' | 'title' | 'content'
  data: string[]
}

export const ProductStatus = { RECOMMENDED: 3 } as const

interface ProductFacts {
  id: number
  name: string
  price: string
  reason: string
  status_code: number
}

export interface ListedProduct extends ProductFacts {
  content: { cover_data: Part[] }
}

export interface ShownProduct extends ProductFacts {
  content: { cover_data: Part[]; article_data: Part[] }
}

export interface Website {
  cover_picture: { picture_url: string }[]
  content_picture: { picture_url: string }[]
}

export const showcase = {
  products: (repId: number, page: number, length: number) =>
    client.get<Page<ListedProduct>>('/xiaochengxu/product/product_list', {
      uid: repId,
      current_page: page,
      length,
    }),

  product: async (repId: number, productId: number) => {
    const { ret_data: rows } = await client.get<Page<ShownProduct>>(
      '/xiaochengxu/product/product_single',
      { uid: repId, product_id: productId },
    )
    return rows[0] as ShownProduct
  },

  forward: (repId: number, productId: number) =>
    client.get('/xiaochengxu/product/forward_product', { uid: repId, product_id: productId }),

  /** Puts a message about the product into the chat. */
  consult: (repId: number, productId: number) =>
    client.get('/xiaochengxu/product/consult_product', { uid: repId, product_id: productId }),

  website: async (repId: number) => {
    const answer = await client.get<{ ret_data: Website }>('/xiaochengxu/website', { uid: repId })
    return answer.ret_data
  },
}

/** The pictures of a product's cover, the first of which stands in lists. */
export function coversOf(product: ListedProduct): string[] {
  return product.content.cover_data.flatMap((part) => part.data)
}

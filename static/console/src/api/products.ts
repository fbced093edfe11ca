/** The products of a company and of its reps, as the back office keeps them. */
import { client } from '../session'
import type { Page } from './calls'

export const ProductKind = { COMPANY: 1, PERSONAL: 2 } as const

export const ProductStatus = { PUBLISHED: 1, SHELVED: 2, RECOMMENDED: 3 } as const

/** What the list is asked for: what customers see, recommended or not, or what they do not. */
export const ProductFilter = { ON_SHOW: 1, SHELVED: 2 } as const

export const MOST_COVERS = 20
export const MOST_PARTS = 100

export interface ProductRow {
  product_id: number
  cover_picture: string
  name: string
  price: string
  publisher_date: string
  publisher: string
  status: string
  status_code: number
}

export interface Cover {
  id: number
  picture_url: string
}

/** A title, a paragraph or a picture of the introduction; what it is not is empty or missing. */
export interface ArticleRow {
  id: number
  order: number
  title?: string
  content?: string
  picture_url?: string
}

export interface Product {
  id: number
  name: string
  price: string
  reason: string
  publisher: string
  status: string
  status_code: number
  product_type: number
  cover_picture: Cover[]
  article_data: ArticleRow[]
}

/** A part of the introduction as it is written. */
export interface ArticleItem {
  article_id?: number
  title?: string
  content?: string
  picture_id?: number
}

/** A product as it is written: the whole of it. */
export interface ProductForm {
  name: string
  price: string
  reason: string
  product_type: number
  cover_picture_id: number[]
  article_data: ArticleItem[]
}

export const products = {
  list: (page: number, length: number, kind: number, status: number, name: string) =>
    client.get<Page<ProductRow>>('/admin/product/product_list', {
      current_page: page,
      length,
      product_type: kind,
      status,
      product_name: name,
    }),

  find: async (id: number) => {
    const { ret_data: rows } = await client.get<Page<Product>>('/admin/product/product_single', {
      product_id: id,
    })
    return rows[0] as Product
  },

  add: (form: ProductForm) =>
    client.post<{ product_id: number }>('/admin/product/add/0', written(form)),

  update: (id: number, form: ProductForm) =>
    client.post(`/admin/product/update/${id}`, written(form)),

  remove: (id: number) => client.post(`/admin/product/delete/${id}`),

  publish: (id: number) => setStatus(id, ProductStatus.PUBLISHED),

  shelve: (id: number) => setStatus(id, ProductStatus.SHELVED),

  /** Recommend one's own product or one of the company; the back office has no call for it. */
  recommend: (id: number) => client.post(`/qiyeweixin/product/recommend/${id}`),
}

function setStatus(id: number, status: number) {
  return client.post(`/admin/product/change_status/${id}`, { status })
}

function written({ cover_picture_id: covers, article_data: article, ...form }: ProductForm) {
  return {
    ...form,
    cover_picture_id: JSON.stringify(covers),
    article_data: JSON.stringify(article),
  }
}

/** The mall of a company as its managers keep it: goods, their classes, its settings. */
import { client } from '../session'
import type { Page } from './calls'

export const GoodsStatus = { ON_SALE: 1, NOT_YET: 2, SOLD_OUT: 3, TAKEN_OFF: 4 } as const

export const MOST_GOODS_PICTURES = 20
export const MOST_RECOMMENDED = 100

export interface GoodsRow {
  id: number
  goodsName: string
  /** The id of the class. */
  parentName: number | null
  classificationName: string
  goodsPrice: string
  commissionFee: string
  recommend_index: number
  goodsStatus: number
  goodsStatus_text: string
  topLunBoTu: string[]
  detailePicture: string[]
  content: string
  create_date: string
}

/** Goods as they are written: the whole of them. */
export interface GoodsForm {
  goodsName: string
  goodsPrice: string
  parentName?: number
  commissionFee: string
  recommend_index: number
  goodsStatus: number
  topLunBoTu: string[]
  detailePicture: string[]
  content: string
}

export interface GoodsClass {
  id: number
  name: string
  /** What its keeper says; nobody counts. */
  goodsNum: number
}

export interface FirstLevelClass extends GoodsClass {
  children: GoodsClass[]
}

export interface ClassForm {
  classificationName: string
  goodsNum: number
  parentClassification?: number
}

export interface Mall {
  shangChengName: string
  shangHuHao: string
  has_shangHuMiYao: boolean
}

/** What is empty stays as it is. */
export interface MallForm {
  shangChengName: string
  shangHuHao: string
  shangHuMiYao: string
}

const CLASSES = '/xiaochengxu/goodsClassOper'

export const goods = {
  list: (page: number, length: number, name: string, classId?: number, status?: number) =>
    client.get<Page<GoodsRow>>('/admin/goods/goods_list', {
      current_page: page,
      length,
      goodsName: name,
      parentName: classId,
      goodsStatus: status,
    }),

  add: (form: GoodsForm) => client.post('/admin/goods/add/0', written(form)),

  update: (id: number, form: GoodsForm) => client.post(`/admin/goods/update/${id}`, written(form)),

  setStatus: (id: number, goodsStatus: number) =>
    client.post(`/admin/goods/change_status/${id}`, { goodsStatus }),

  remove: (id: number) => client.post(`/admin/goods/delete/${id}`),

  classes: () => client.get<FirstLevelClass[]>('/xiaochengxu/goodsClassShow'),

  addClass: (form: ClassForm) => client.post(`${CLASSES}/add/0`, { ...form }),

  updateClass: (id: number, form: ClassForm) => client.post(`${CLASSES}/update/${id}`, { ...form }),

  removeClass: (id: number) => client.post(`${CLASSES}/delete/${id}`),

  mall: async () => (await client.get<{ ret_data: Mall }>('/admin/company')).ret_data,

  setUpMall: (form: MallForm) =>
    client.post('/xiaochengxu/jiChuSheZhiOper/addOrUpdate', { ...form }),
}

function written({ topLunBoTu: banners, detailePicture: details, ...form }: GoodsForm) {
  return {
    ...form,
    topLunBoTu: JSON.stringify(banners),
    detailePicture: JSON.stringify(details),
  }
}

/** A rep's own card: what it says, what stands on it, and what customers do with it. */
import { client } from '../session'
import type { Page } from './calls'

/** What a rep writes on its card; the sign is saved by a call of its own. */
export interface CardFacts {
  mingpian_phone: string
  is_show_phone: boolean
  wechat: string
  telephone: string
  email: string
  country: number | undefined
  area: string
  address: string
}

export const Country = { CHINA: 1, ABROAD: 2 } as const

export interface CardTag {
  id: number
  name: string
}

const CARD = '/qiyeweixin/mingpian'
const TAGS = '/qiyeweixin/tag_user'

export const card = {
  /** What is left out stays as it is; the phone never is. */
  write: ({ is_show_phone, country, ...facts }: Partial<CardFacts> & { mingpian_phone: string }) =>
    client.post(`${CARD}/save_info`, {
      ...facts,
      ...(is_show_phone !== undefined && { is_show_phone: String(is_show_phone) }),
      ...(country && { country }),
    }),

  writeSign: (sign: string) => client.post(`${CARD}/save_sign`, { sign }),

  deletePhoto: (id: number) => client.post(`${CARD}/delete_photo`, { photo_id: id }),

  tags: () => client.get<Page<CardTag>>(TAGS),

  addTag: (name: string) => client.post<CardTag[]>(`${TAGS}/add`, { name }),

  deleteTag: (id: number) => client.post(`${TAGS}/delete`, { id }),

  /** The address of the code that leads to the card. */
  code: async () =>
    (await client.get<{ qr_code_url: string }>('/qiyeweixin/qr_code_auth')).qr_code_url,

  /** The address of the poster, which is drawn anew if anything on it has changed. */
  poster: async () => (await client.get<{ poster_url: string }>(`${CARD}/save_poster`)).poster_url,

  /** How often customers have done what since a day, by the action's number. */
  counts: async (since: string) => {
    const [row] = await client.get<{ detail: Record<string, number> }[]>(
      '/qiyeweixin/action/count',
      { create_date__gte: since },
    )
    return row?.detail ?? {}
  },
}

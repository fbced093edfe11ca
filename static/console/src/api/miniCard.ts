/** A rep's card as its customer sees it, and what the customer does with it. */
import { client } from '../phone/session'
import type { Page, Photo } from './calls'

export interface ShownCard {
  id: number
  username: string
  mingpian_avatar: string
  company: string
  area: string
  address: string
  position: string
  email: string
  wechat: string
  /** Empty when the rep hides it. */
  mingpian_phone: string
  popularity_num: number
  praise_num: number
  forward_num: number
  is_praise: boolean
  sign: string
  is_sign: boolean
  sign_num: number
  photo: Photo[]
}

export interface KnownCard {
  id: number
  username: string
  /** Where the customer came from. */
  source: string
  avatar: string
  company: string
  position: string
}

/** What the rep is told that the customer has done. */
export type Deed = 'calling' | 'save_phone' | 'save_wechat' | 'forward'

const ROOT = '/xiaochengxu/mingpian'

export const miniCard = {
  /** Counts a view. */
  view: async (repId: number) => {
    const { ret_data: rows } = await client.get<Page<ShownCard>>(ROOT, { uid: repId })
    return rows[0] as ShownCard
  },

  known: () => client.get<Page<KnownCard>>(`${ROOT}/all`),

  note: (deed: Deed, repId: number) => client.get(`${ROOT}/${deed}`, { uid: repId }),

  togglePraise: async (repId: number) => {
    type Praise = Pick<ShownCard, 'praise_num' | 'is_praise'>
    const answer = await client.get<{ ret_data: Praise }>(`${ROOT}/praise`, { uid: repId })
    return answer.ret_data
  },

  likeSign: async (repId: number) => {
    type Likes = Pick<ShownCard, 'sign_num' | 'is_sign'>
    const answer = await client.get<{ ret_data: Likes }>(`${ROOT}/up_sign`, { uid: repId })
    return answer.ret_data
  },

  /** Where the finished picture is; the rep is told that it was saved. */
  poster: async (repId: number) => {
    const answer = await client.get<{ poster_url: string }>(`${ROOT}/save_poster`, { uid: repId })
    return answer.poster_url
  },
}

/** What a rep puts into its messages: phrases, products, pictures. */
import { client } from '../session'
import type { Page } from './calls'

export interface Phrase {
  language_id: number
  /** Whose it is; the system's are nobody's. */
  user_id: number | null
  language: string
}

export const LONGEST_PHRASE = 256

export interface OfferedProduct {
  id: number
  name: string
  price: string
  cover_picture: string
  publisher: string
  status_code: number
}

const SHELVED = 2

export const sending = {
  phrases: async () => {
    const answer = await client.get<{ data_count: { follow_language_data: Phrase[] } }>(
      '/qiyeweixin/follow_language',
      { length: 50 },
    )
    return answer.data_count.follow_language_data
  },

  addPhrase: (phrase: string) =>
    client.post('/qiyeweixin/follow_language/add/0', { custom_language: phrase }),

  deletePhrase: (id: number) => client.post(`/qiyeweixin/follow_language/delete/${id}`),

  products: (page: number, length: number) =>
    client.get<Page<OfferedProduct>>('/qiyeweixin/product/product_list', {
      current_page: page,
      length,
    }),
}

/** Whether customers may see a product. */
export function isOffered({ status_code }: OfferedProduct): boolean {
  return status_code !== SHELVED
}

/** What a rep puts into its messages: phrases, products, pictures. */
import type { UploadRoad } from '../upload'
import type { Page } from './calls'
import type { Client } from './client'

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
const INTRODUCTION = 2

interface PictureAnswer {
  ret_data: { picture_id: number; picture_url: string }
}

export function sendingCalls(client: Client) {
  return {
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

    /** The road for a picture to be sent: one that no product has yet may stand anywhere. */
    pictureRoad: {
      received: async (task) => {
        const status = await client.get<{ chunks: number[] }>('/qiyeweixin/product/upload_status', {
          task_id: task,
        })
        return status.chunks
      },
      send: (task, _name, number, chunk) =>
        client.post('/qiyeweixin/product/add_picture/0', {
          task_id: task,
          chunk: number,
          file: chunk,
        }),
      complete: async (task, name, count) => {
        const answer = await client.post<PictureAnswer>('/qiyeweixin/product/upload_complete/0', {
          task_id: task,
          filename: name,
          chunk: count,
          picture_type: INTRODUCTION,
        })
        return answer.ret_data.picture_url
      },
    } satisfies UploadRoad<string>,
  }
}

/** Whether customers may see a product. */
export function isOffered({ status_code }: OfferedProduct): boolean {
  return status_code !== SHELVED
}

/** How pictures go to the server: a rep's photos, and what a back office shows. */
import { client } from '../session'
import type { UploadRoad } from '../upload'
import type { Page, Photo } from './calls'
import type { Params } from './client'

export interface Picture {
  picture_id: number
  picture_url: string
}

const CARD = '/qiyeweixin/mingpian'

/** The photos on one's own card, where each stands as soon as it is complete. */
export const cardPhotos: UploadRoad<Photo> = {
  received: (task) => received(CARD, task),
  send: (task, name, number, chunk) =>
    client.post(`${CARD}/upload_photo/0`, {
      filename: name,
      task_id: task,
      chunk: number,
      file: chunk,
    }),
  complete: async (task, name) => {
    const made = await client.post<{ photo_id: number; photo_url: string }>(
      `${CARD}/upload_complete/0`,
      { filename: name, task_id: task },
    )
    return { id: made.photo_id, photo_url: made.photo_url }
  },
  listed: async () => {
    const { ret_data: photos } = await client.get<Page<Photo>>(`${CARD}/show_photo`)
    return new Map(photos.map((photo) => [photo.id, photo]))
  },
}

/**
 * Pictures for what the company shows; they are seen nowhere before something refers to them.
 *
 * @param segment whose calls are used: goods, website, case_manage, product
 * @param more what those calls want to know beyond the others when a picture is complete
 */
export function companyPictures(segment: string, more: Params = {}): UploadRoad<Picture> {
  const root = `/admin/${segment}`
  return {
    received: (task) => received(root, task),
    send: (task, name, number, chunk) =>
      client.post(`${root}/add_picture/0`, {
        img_name: name,
        timestamp: task,
        chunk: number,
        img_data: chunk,
      }),
    complete: async (task, name, count) => {
      const { ret_data: picture } = await client.post<{ ret_data: Picture }>(
        `${root}/upload_complete/0`,
        { img_name: name, timestamp: task, chunk_num: count, ...more },
      )
      return picture
    },
  }
}

async function received(root: string, task: string): Promise<number[]> {
  const { chunks } = await client.get<{ chunks: number[] }>(`${root}/upload_status`, {
    task_id: task,
  })
  return chunks
}

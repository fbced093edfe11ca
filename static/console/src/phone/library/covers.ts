import { pictureUrl } from '../../pictures'

/** The addresses in a cover, which is a JSON list of them, or empty. */
export function coversOf(cover: string): string[] {
  return cover ? (JSON.parse(cover) as string[]).map(pictureUrl) : []
}

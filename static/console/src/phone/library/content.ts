/** What a diary says: parts in their order, of the kinds that are known here. */
import type { Part } from '../../api/showcase'

const KINDS: readonly unknown[] = ['title', 'content', 'picture_url'] satisfies Part['type'][]

/** Read the parts of a content; what is not understood is passed over. */
export function partsOf(content: string): Part[] {
  const found: unknown = JSON.parse(content || '[]')
  return (Array.isArray(found) ? found : [found]).flatMap(partOf)
}

function partOf(part: unknown): Part[] {
  const { type, data } = Object(part) as Record<string, unknown>
  if (!KINDS.includes(type)) return []
  const texts = (Array.isArray(data) ? data : [data]).filter((one) => typeof one === 'string')
  return [{ type: type as Part['type'], data: texts }]
}

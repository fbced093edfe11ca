/** The content of a diary as it is edited: a flat row of headings, texts and pictures. */

export const KINDS = ['title', 'content', 'picture_url'] as const
export type Kind = (typeof KINDS)[number] | 'other'

export interface Part {
  /** Tells it from the others while it is moved. */
  key: number
  kind: Kind
  /** What it says, or the address of its picture; of other parts the JSON, which stays as it is. */
  text: string
}

let lastKey = 0

export function newPart(kind: Kind, text = ''): Part {
  lastKey += 1
  return { key: lastKey, kind, text }
}

/** Read what is stored; what the editor does not know is kept. */
export function parsed(content: string): Part[] {
  const stored = JSON.parse(content) as unknown
  return (Array.isArray(stored) ? stored : [stored]).flatMap(partsOf)
}

function partsOf(stored: unknown): Part[] {
  const { type, data } = (stored ?? {}) as { type?: unknown; data?: unknown }
  const kind = KINDS.find((each) => each === type)
  const texts = Array.isArray(data) ? (data as unknown[]) : [data]
  if (!kind || !texts.every((text) => typeof text === 'string')) {
    return [newPart('other', JSON.stringify(stored))]
  }
  return texts.map((text) => newPart(kind, text))
}

/** Write it in the form that the mini program shows; what was left empty is nothing. */
export function written(parts: Part[]): string {
  const stored = parts
    .filter(({ text }) => text.trim())
    .map(({ kind, text }) =>
      kind === 'other' ? (JSON.parse(text) as unknown) : { type: kind, data: [text] },
    )
  return JSON.stringify(stored)
}

/** A product as its editor holds it, between what the server shows and what it takes. */
import { type ArticleRow, type Product, type ProductForm, ProductKind } from '../../api/products'
import type { ListedPicture } from '../../pictures'

export type Part = { readonly key: number } & (
  | { kind: 'title' | 'content'; text: string; id?: number }
  | { kind: 'picture'; picture: ListedPicture }
)

export interface Draft {
  name: string
  price: string
  reason: string
  kind: number
  covers: ListedPicture[]
  article: Part[]
}

let lastKey = 0

export function newKey(): number {
  lastKey += 1
  return lastKey
}

export function emptyDraft(kind: number = ProductKind.PERSONAL): Draft {
  return { name: '', price: '', reason: '', kind, covers: [], article: [] }
}

export function draftOf(product: Product): Draft {
  return {
    name: product.name,
    price: product.price,
    reason: product.reason,
    kind: product.product_type,
    covers: product.cover_picture.map(({ id, picture_url: url }) => ({ id, url })),
    article: product.article_data.map(partOf),
  }
}

function partOf({ id, title, content, picture_url: url }: ArticleRow): Part {
  const key = newKey()
  if (url !== undefined) return { key, kind: 'picture', picture: { id, url } }
  return title
    ? { key, kind: 'title', text: title, id }
    : { key, kind: 'content', text: content ?? '', id }
}

/** The form to send; texts in which nothing stands are left out. */
export function formOf(draft: Draft): ProductForm {
  return {
    name: draft.name,
    price: draft.price,
    reason: draft.reason,
    product_type: draft.kind,
    cover_picture_id: draft.covers.flatMap(({ id }) => id ?? []),
    article_data: draft.article.flatMap((part) => {
      if (part.kind === 'picture') return { picture_id: part.picture.id }
      return part.text.trim() ? { [part.kind]: part.text, article_id: part.id } : []
    }),
  }
}

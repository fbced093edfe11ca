/** Who plays in the demo, as the server has put it into the page. */

export interface RepPart {
  id: number
  username: string
  company_id: number
  name: string
  company: string
}

export interface CustomerPart {
  code: string
  name: string
  /** The reps that it knows. */
  reps: number[]
}

export interface Cast {
  reps: RepPart[]
  customers: CustomerPart[]
}

export function readCast(): Cast {
  const said = document.querySelector<HTMLMetaElement>('meta[name=zhuge-cast]')?.content ?? ''
  return JSON.parse(said) as Cast
}

/** Whose phones are looked at; it stands in the address. */
export interface Chosen {
  repId: number
  code: string
}

export function remembered(cast: Cast): Chosen {
  const query = new URLSearchParams(location.search)
  const rep = cast.reps.find(({ id }) => id === Number(query.get('rep'))) ?? cast.reps[0]
  const code =
    query.get('customer') ?? cast.customers.find(({ reps }) => rep && reps.includes(rep.id))?.code
  return { repId: rep?.id ?? 0, code: code ?? newcomer() }
}

export function remember({ repId, code }: Chosen): void {
  const query = new URLSearchParams({ rep: String(repId), customer: code })
  history.replaceState(null, '', `?${query.toString()}`)
}

/** A code of somebody who has never been here: the demo's WeChat knows any number. */
export function newcomer(): string {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1))
  return `demo-customer-${1000 + (number % 1_000_000)}`
}

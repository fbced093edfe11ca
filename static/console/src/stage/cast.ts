/** Who plays in the demo, as the server has put it into the page. */

export interface RepPart {
  id: number
  code: string
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

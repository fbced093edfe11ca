/** A picture in a list that is put into an order; its id where the server names it by one. */
export interface ListedPicture {
  id?: number
  url: string
}

/** The address of a picture; some answers give it without the server's root. */
export function pictureUrl(address: string): string {
  return /^https?:/.test(address) ? address : `/${address.replace(/^\/+/, '')}`
}

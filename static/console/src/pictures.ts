/** The address of a picture: most calls give it absolute, some without the server's. */
export function pictureUrl(src: string): string {
  return /^https?:/.test(src) ? src : `/${src.replace(/^\/+/, '')}`
}

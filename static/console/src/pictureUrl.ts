/** Where a picture is, which most answers name without the server. */
export function pictureUrl(src: string): string {
  return /^https?:/.test(src) ? src : `/${src.replace(/^\/+/, '')}`
}

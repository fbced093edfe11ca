/** Hand a file over to the browser, which puts it where downloads go. */
import type { Download } from './api/client'

export function save({ name, content }: Download): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken hold of the file by then.
  setTimeout(() => {
    URL.revokeObjectURL(url)
  })
}

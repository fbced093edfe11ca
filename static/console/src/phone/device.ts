/** What WeChat does on a real phone, as far as a browser can. */

/** Put a text on the clipboard, and say whether the browser has let us. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Not allowed, or no clipboard, as on pages without TLS.
    return false
  }
}

/** Hand a file to the phone. */
export function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

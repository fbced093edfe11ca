/** A page that was built of files which a newer version has replaced loads itself again. */

const KEY = 'zhuge.renewed'
const AGAIN_MS = 60_000

window.addEventListener('vite:preloadError', (event) => {
  const before = Number(sessionStorage.getItem(KEY) ?? 0)
  if (Date.now() - before < AGAIN_MS) return // it is not the version
  event.preventDefault()
  sessionStorage.setItem(KEY, String(Date.now()))
  location.reload()
})

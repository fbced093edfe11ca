/**
 * Pages are loaded when they are first shown. One whose files a newer version has replaced is shown
 * by loading everything again; without a connection that would leave nothing at all, so then a
 * person is told, and everything is loaded again once the server is there.
 */
import type { RouteLocationNormalized, Router } from 'vue-router'

const KEY = 'zhuge.renewed'
const AGAIN_MS = 60_000
const ANSWER_MS = 3_000

/** Whether the server has this page, now. */
async function isServed(): Promise<boolean> {
  const signal = AbortSignal.timeout(ANSWER_MS)
  try {
    return (await fetch(location.pathname, { method: 'HEAD', cache: 'no-store', signal })).ok
  } catch {
    return false
  }
}

/** Whether loading everything again is due: not when it has just been of no use. */
function mayRenew(): boolean {
  const before = Number(sessionStorage.getItem(KEY) ?? 0)
  if (Date.now() - before < AGAIN_MS) return false // it is not the version
  sessionStorage.setItem(KEY, String(Date.now()))
  return true
}

/** @param tell that a page could not be loaded */
export function renewWhenLacking(router: Router, tell: () => void): void {
  let heading = router.currentRoute.value
  let isAsking = false
  /**
   * A stylesheet that did not come is not asked for again, and a page would be shown without it:
   * so everything is.
   */
  let isLacking = false

  function load(to: RouteLocationNormalized): void {
    location.assign(router.resolve(to.fullPath).href)
  }

  async function ask(): Promise<void> {
    isAsking = true
    if ((await isServed()) && mayRenew()) load(heading)
    else tell()
    isAsking = false
  }

  window.addEventListener('vite:preloadError', () => {
    isLacking = true
    if (!isAsking) void ask() // of the files of one page several may be missing
  })

  router.beforeEach(async (to) => {
    heading = to
    if (!isLacking || !(await isServed())) return true
    load(to)
    return false
  })
}

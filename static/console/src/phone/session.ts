/**
 * Whose phone this is: a customer of the mini program, looking at the card of a rep.
 *
 * The address says both, `/phone/?code=demo-customer-1&uid=1`: the code is what WeChat would give
 * the mini program. Who it was is kept with the tab, so that the page may be loaded again.
 */
import { readonly, ref } from 'vue'
import { Client, type Credentials } from '../api/client'

export interface Guest extends Credentials {
  /** The rep whose card it looks at. */
  repId: number
  /** The mini program: in the demo its id is its company's. */
  programId: number
  /** Empty until it has told; the rep's radar is silent about most of what nobody does. */
  name: string
}

interface Login {
  company_id: number
  user_id: number
  token: string
  username: string
}

/** What the demo's customers have in WeChat; its simulator draws a face for every address there. */
const AVATARS = 'https://thirdwx.qlogo.cn/guest'
const CARD_PAGE = 1
const KEY = 'zhuge.phone'
/** Read at once: the router takes the code out of the address. */
const address = new URLSearchParams(location.search)
const current = ref<Guest | null>(null)

export const guest = readonly(current)
export const client = new Client(() => current.value, forget)

/** End a session here, unless another one has begun meanwhile. */
export function forget(token: string): void {
  if (current.value?.token === token) keep(null)
}

function keep(someone: Guest | null): void {
  current.value = someone
  if (someone) sessionStorage.setItem(KEY, JSON.stringify(someone))
  else sessionStorage.removeItem(KEY)
}

/**
 * Log in with the code that the page was opened with, or be who one was in this tab. Whoever comes
 * for the first time becomes the rep's customer.
 *
 * @throws ApiError when the login is refused
 */
export async function arrive(): Promise<void> {
  const code = address.get('code')
  const repId = Number(address.get('uid'))
  if (!code || !repId) {
    const kept = sessionStorage.getItem(KEY)
    current.value = kept === null ? null : (JSON.parse(kept) as Guest)
    return
  }
  keep(null)
  const given = { code, user_type: 2, source: 1, uid: repId }
  const login = await client.get<Login>('/xiaochengxu/login', given)
  const entering = new Client(
    () => ({ userId: login.user_id, token: login.token }),
    () => undefined,
  )
  await entering.get('/xiaochengxu/login/binding', { uid: repId, source: 1 })
  keep({
    userId: login.user_id,
    token: login.token,
    repId,
    programId: login.company_id,
    name: login.username,
  })
}

/** Tell the server and the rep one's name, with the picture that one has in WeChat. */
export async function authorise(name: string): Promise<void> {
  const someone = current.value
  if (!someone) return
  await client.post('/xiaochengxu/login/send_user_info', {
    username: name,
    headimgurl: `${AVATARS}/${String(someone.userId)}`,
    page: CARD_PAGE,
    uid: someone.repId,
  })
  keep({ ...someone, name })
}

/** Look at the card of another rep, one that the customer knows. */
export function turnTo(repId: number): void {
  if (current.value) keep({ ...current.value, repId })
}

/** The rep whose card is looked at, for pages, which only somebody sees who is logged in. */
export function shownRep(): number {
  if (!current.value) throw new Error('nobody is here')
  return current.value.repId
}

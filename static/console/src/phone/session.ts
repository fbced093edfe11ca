/**
 * Whose phone this is: a customer of the mini program, looking at the card of a rep.
 *
 * The address says both, `/phone/?code=demo-customer-1&uid=1`: the code is what WeChat would give
 * the mini program. It is kept with the tab, so that the page may be loaded again.
 */
import { readonly, ref } from 'vue'
import { Client, type Credentials } from '../api/client'

export interface Guest extends Credentials {
  /** The rep whose card it looks at. */
  repId: number
}

interface Login {
  user_id: number
  token: string
}

const KEY = 'zhuge.phone'
const current = ref<Guest | null>(null)

export const guest = readonly(current)
export const client = new Client(() => current.value, forget)

export function forget(): void {
  current.value = null
  sessionStorage.removeItem(KEY)
}

/**
 * Log in with the code in the address, unless that has been done; whoever comes for the first time
 * becomes the rep's customer.
 *
 * @returns whether somebody is logged in now
 * @throws ApiError when the login is refused
 */
export async function arrive(): Promise<boolean> {
  const query = new URLSearchParams(location.search)
  const code = query.get('code')
  const repId = Number(query.get('uid'))
  const kept = sessionStorage.getItem(KEY)
  if (!code || !repId) {
    current.value = kept === null ? null : (JSON.parse(kept) as Guest)
    return current.value !== null
  }
  const login = await client.get<Login>('/xiaochengxu/login', {
    code,
    user_type: 2,
    source: 1,
    uid: repId,
  })
  current.value = { userId: login.user_id, token: login.token, repId }
  await client.get('/xiaochengxu/login/binding', { uid: repId, source: 1 })
  sessionStorage.setItem(KEY, JSON.stringify(current.value))
  return true
}

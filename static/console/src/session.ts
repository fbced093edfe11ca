/**
 * Who is signed in, kept in the browser and shared by its tabs; inside the demo's stage, kept with
 * the stage's tab alone, so that it disturbs nobody's own session.
 */
import { computed, readonly, ref } from 'vue'
import { calls } from './api/calls'
import { ApiError, Client, type Credentials } from './api/client'

export interface Session extends Credentials {
  username?: string
  companyName?: string
  avatar?: string
  /** 1 is a manager. */
  roleId?: number
}

const KEY = 'zhuge.session'
const MANAGER = 1
const isOnStage = window.parent !== window
/** What outlives the page, for this session. */
export const storage = isOnStage ? sessionStorage : localStorage

const current = ref<Session | null>(stored())

function stored(): Session | null {
  const text = storage.getItem(KEY)
  return text === null ? null : (JSON.parse(text) as Session)
}

function keep(session: Session | null): void {
  current.value = session
  if (session) storage.setItem(KEY, JSON.stringify(session))
  else storage.removeItem(KEY)
}

// The other tabs follow when one signs in or out.
window.addEventListener('storage', (event) => {
  if (event.storageArea !== storage || (event.key !== KEY && event.key !== null)) return
  const now = stored()
  // Nothing of one person's page may be left for another.
  if (current.value && now && now.token !== current.value.token) location.reload()
  else current.value = now
})

/** End a session here, unless another one has begun meanwhile. */
function forget(token: string): void {
  if (current.value?.token === token) keep(null)
}

export const client = new Client(() => current.value, forget)
export const api = calls(client)

export const session = {
  current: readonly(current),
  isOpen: computed(() => current.value !== null),
  isManager: computed(() => current.value?.roleId === MANAGER),
  forget,

  async logIn(username: string, password: string): Promise<void> {
    const login = await api.logIn(username, password)
    keep({
      userId: login.user_id,
      token: login.token,
      username: login.username,
      companyName: login.company_name,
      avatar: login.avatar,
      roleId: login.role_id,
    })
  },

  /** Sign out here in any case, and on the server if it can be reached. */
  async logOut(): Promise<void> {
    const token = current.value?.token ?? ''
    try {
      await api.logOut()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    } finally {
      forget(token)
    }
  },

  /** Take over what an OAuth login has put into the address (decisions S6). */
  land(query: Record<string, unknown>): void {
    const { token, user_id, avatar } = query
    if (typeof token !== 'string' || typeof user_id !== 'string') return
    keep({ token, userId: Number(user_id), ...(typeof avatar === 'string' && { avatar }) })
  },

  /** Ask who it is, where a login has not said it. */
  async introduce(): Promise<void> {
    const before = current.value
    if (!before || before.roleId !== undefined) return
    const card = await api.ownCard().catch((error: unknown) => {
      // The name can wait for the next page; who is not known to be a manager is none.
      if (error instanceof ApiError) return undefined
      throw error
    })
    if (!card || current.value?.token !== before.token) return
    keep({
      ...before,
      username: card.username,
      companyName: card.company,
      roleId: card.role_id,
    })
  },
}

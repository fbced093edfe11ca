/** Who is signed in, kept in the browser and shared by its tabs. */
import { computed, readonly, ref } from 'vue'
import { calls } from './api/calls'
import { ApiError, Client, type Credentials } from './api/client'

export interface Session extends Credentials {
  username?: string
  companyName?: string
  avatar?: string
}

const KEY = 'zhuge.session'

const current = ref<Session | null>(stored())

function stored(): Session | null {
  const text = localStorage.getItem(KEY)
  return text === null ? null : (JSON.parse(text) as Session)
}

function keep(session: Session | null): void {
  current.value = session
  if (session) localStorage.setItem(KEY, JSON.stringify(session))
  else localStorage.removeItem(KEY)
}

// The other tabs follow when one signs in or out.
window.addEventListener('storage', (event) => {
  if (event.key === KEY || event.key === null) current.value = stored()
})

function forget(): void {
  keep(null)
}

export const api = calls(new Client(() => current.value, forget))

export const session = {
  current: readonly(current),
  isOpen: computed(() => current.value !== null),
  forget,

  async logIn(username: string, password: string): Promise<void> {
    const login = await api.logIn(username, password)
    keep({
      userId: login.user_id,
      token: login.token,
      username: login.username,
      companyName: login.company_name,
      avatar: login.avatar,
    })
  },

  /** Sign out here in any case, and on the server if it can be reached. */
  async logOut(): Promise<void> {
    try {
      await api.logOut()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    } finally {
      forget()
    }
  },

  /** Take over what an OAuth login has put into the address (decisions S6). */
  land(query: Record<string, unknown>): void {
    const { token, user_id, avatar } = query
    if (typeof token !== 'string' || typeof user_id !== 'string') return
    keep({ token, userId: Number(user_id), ...(typeof avatar === 'string' && { avatar }) })
  },
}

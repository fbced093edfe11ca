/** The one way to the server's calls: signs, opens the envelope, turns refusals into errors. */
import { md5 } from 'js-md5'

export interface Credentials {
  userId: number
  token: string
}

export interface Signature {
  user_id: number
  timestamp: string
  rand_str: string
}

/** What a call is given; a file makes its body a form with parts. */
export type Params = Record<string, string | number | Blob | undefined>

export const Code = {
  OK: 200,
  NO_TASK: 403,
  FORBIDDEN: 404,
  THROTTLED: 429,
  AWAY: 503,
  UNREACHABLE: 0,
} as const

/** A call that was refused, or did not reach the server (`Code.UNREACHABLE`). */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    message: string,
    /** What is wrong with each field, by its name on the wire. */
    readonly errors: Record<string, string> = {},
  ) {
    super(message)
  }
}

interface Envelope<T> {
  code: number
  msg: string
  data: T
}

const TIMEOUT_MS = 20_000

/** Sign with a token (docs/API.md, "Signature"). */
export function sign({ userId, token }: Credentials, now = Date.now()): Signature {
  const timestamp = String(now)
  return { user_id: userId, timestamp, rand_str: md5(timestamp + token) }
}

export class Client {
  /**
   * @param credentials who calls; null before the login
   * @param onSessionOver called when the server takes the signature no more
   */
  constructor(
    private readonly credentials: () => Credentials | null,
    private readonly onSessionOver: () => void,
    private readonly root = '/zhugeleida',
  ) {}

  get<T>(path: string, params: Params = {}): Promise<T> {
    return this.call<T>('GET', path, params)
  }

  post<T>(path: string, params: Params = {}): Promise<T> {
    return this.call<T>('POST', path, params)
  }

  private async call<T>(method: 'GET' | 'POST', path: string, params: Params): Promise<T> {
    const credentials = this.credentials()
    const query = new URLSearchParams(asText(credentials ? { ...sign(credentials) } : {}))
    const init: RequestInit = { method, signal: AbortSignal.timeout(TIMEOUT_MS) }
    if (method === 'GET') {
      for (const [name, value] of Object.entries(asText(params))) query.set(name, value)
    } else {
      init.body = asBody(params)
    }
    const envelope = await this.fetched<T>(`${this.root}${path}?${query.toString()}`, init)
    if (envelope.code === Code.OK) return envelope.data
    if (envelope.code === Code.FORBIDDEN && credentials) this.onSessionOver()
    const { errors } = envelope.data as { errors?: Record<string, string> }
    throw new ApiError(envelope.code, envelope.msg, errors)
  }

  private async fetched<T>(url: string, init: RequestInit): Promise<Envelope<T>> {
    try {
      const response = await fetch(url, init)
      return (await response.json()) as Envelope<T>
    } catch {
      // No connection, a timeout, or something in between that does not speak our envelope.
      throw new ApiError(Code.UNREACHABLE, '')
    }
  }
}

function asText(params: Params): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) =>
      value === undefined || value instanceof Blob ? [] : [[name, String(value)]],
    ),
  )
}

function asBody(params: Params): URLSearchParams | FormData {
  const files = Object.entries(params).filter(([, value]) => value instanceof Blob)
  if (!files.length) return new URLSearchParams(asText(params))
  const form = new FormData()
  for (const [name, text] of Object.entries(asText(params))) form.set(name, text)
  for (const [name, file] of files) form.set(name, file as Blob, name)
  return form
}

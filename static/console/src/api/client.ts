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

/** A file that the server has written. */
export interface Download {
  name: string
  content: Blob
}

const TIMEOUT_MS = 20_000
const ATTACHED = /filename(?:="|\*=utf-8'')([^";]+)/i

/** Sign with a token (docs/API.md, "Signature"). */
export function sign({ userId, token }: Credentials, now = Date.now()): Signature {
  const timestamp = String(now)
  return { user_id: userId, timestamp, rand_str: md5(timestamp + token) }
}

export class Client {
  /**
   * @param credentials who calls; null before the login
   * @param onSessionOver told the token that the server takes no more
   */
  constructor(
    private readonly credentials: () => Credentials | null,
    private readonly onSessionOver: (token: string) => void,
    private readonly root = '/zhugeleida',
  ) {}

  get<T>(path: string, params: Params = {}): Promise<T> {
    return this.call<T>('GET', path, params)
  }

  post<T>(path: string, params: Params = {}): Promise<T> {
    return this.call<T>('POST', path, params)
  }

  /**
   * Fetch a file, for as long as it takes. It comes whole or not at all: one that breaks off is an
   * error, where a link to it would leave half a file, and show a refusal in the place of the page.
   * Browsers keep what is large of it on the disk.
   */
  async download(path: string, params: Params = {}): Promise<Download> {
    const { url, credentials } = this.address(path, params)
    const response = await reached(fetch(url))
    const [, name] = ATTACHED.exec(response.headers.get('Content-Disposition') ?? '') ?? []
    if (name !== undefined) {
      return { name: decodeURIComponent(name), content: await reached(response.blob()) }
    }
    return this.opened<never>(await enveloped(response), credentials)
  }

  private async call<T>(method: 'GET' | 'POST', path: string, params: Params): Promise<T> {
    const { url, credentials } = this.address(path, method === 'GET' ? params : {})
    const init: RequestInit = { method, signal: AbortSignal.timeout(TIMEOUT_MS) }
    if (method === 'POST') init.body = asBody(params)
    return this.opened(await enveloped<T>(await reached(fetch(url, init))), credentials)
  }

  /** The signed address of a call, and who has signed. */
  private address(path: string, params: Params): { url: string; credentials: Credentials | null } {
    const credentials = this.credentials()
    const query = new URLSearchParams(asText(credentials ? { ...sign(credentials) } : {}))
    for (const [name, value] of Object.entries(asText(params))) query.set(name, value)
    return { url: `${this.root}${path}?${query.toString()}`, credentials }
  }

  private opened<T>(envelope: Envelope<T>, credentials: Credentials | null): T {
    if (envelope.code === Code.OK) return envelope.data
    if (envelope.code === Code.FORBIDDEN && credentials) this.onSessionOver(credentials.token)
    const { errors } = envelope.data as { errors?: Record<string, string> }
    throw new ApiError(envelope.code, envelope.msg, errors)
  }
}

function enveloped<T>(response: Response): Promise<Envelope<T>> {
  return reached(response.json() as Promise<Envelope<T>>)
}

/** What fails is no connection, a timeout, or something that does not speak our envelope. */
async function reached<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch {
    throw new ApiError(Code.UNREACHABLE, '')
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

/**
 * Pictures on their way to the server, in chunks (docs/API.md, "Uploads").
 *
 * What has come stays on the server for a day, and the browser remembers what it calls an upload:
 * after a break, even after the page was closed, the same file goes on where it stopped.
 */
import { md5 } from 'js-md5'
import pRetry from 'p-retry'
import { ApiError, Code } from './api/client'

/** How one family of calls takes a picture. */
export interface UploadRoad<Picture> {
  /** Whose pictures these are, and where: what was begun elsewhere does not go on here. */
  place: () => string
  /** The numbers of the chunks that have come. */
  received: (task: string) => Promise<number[]>
  send: (task: string, name: string, number: number, chunk: Blob) => Promise<unknown>
  complete: (task: string, name: string, count: number) => Promise<Picture>
  /**
   * The pictures that are there, by their ids, where they are seen as soon as they are complete:
   * one that was made although the answer got lost is found among them. Where pictures are seen
   * only when something refers to them, another one is made, and the lost one is seen nowhere.
   */
  listed?: () => Promise<ReadonlyMap<number, Picture>>
}

export interface Watch {
  signal: AbortSignal
  /** Told which part of it has come, from 0 to 1. */
  onProgress: (part: number) => void
  /** Told that it waits for the server or the network; the next progress says that it goes on. */
  onPause: () => void
}

export const CHUNK_BYTES = 256 * 1024
export const MOST_BYTES = 20 * 1024 * 1024
const KEY = 'zhuge.upload.'
const RETRIES = { retries: 5, minTimeout: 500, randomize: true }
/** How often a lost picture is looked for: it may be being made just then. */
const LOOKS = { retries: 3, minTimeout: 500 }

/** An upload that is not over. */
interface Begun {
  task: string
  /** The newest picture that was there when this one was first asked to be made. */
  newest?: number
}

type Persistent = <T>(call: () => Promise<T>) => Promise<T>

/**
 * Send a picture.
 *
 * @throws ApiError when the server does not take it, or was away for too long
 */
export async function upload<Picture>(
  road: UploadRoad<Picture>,
  file: File,
  { signal, onProgress, onPause }: Watch,
): Promise<Picture> {
  const key = keyOf(road, file)
  const persistent = persistently(signal, onPause)
  try {
    const picture =
      (await sent(road, file, key, persistent, onProgress)) ??
      // What was begun has come to nothing, or to something that nobody can see.
      (await sent(road, file, key, persistent, onProgress))
    if (picture === undefined) throw new ApiError(Code.NO_TASK, '')
    localStorage.removeItem(key)
    return picture
  } catch (error) {
    // What the server has refused begins anew; what was broken off goes on.
    if (error instanceof ApiError && !isPassing(error)) localStorage.removeItem(key)
    throw error
  }
}

/** Send what is missing; undefined, with nothing begun any more, if no picture has come of it. */
async function sent<Picture>(
  road: UploadRoad<Picture>,
  file: File,
  key: string,
  persistent: Persistent,
  onProgress: Watch['onProgress'],
): Promise<Picture | undefined> {
  const { task, newest } = begun(key)
  const count = Math.max(1, Math.ceil(file.size / CHUNK_BYTES))
  const there = await persistent(() => unlessGone(road.received(task)))
  if (!there && newest !== undefined) return found(road, key, newest, persistent)
  const missing = Array.from({ length: count }, (_, number) => number).filter(
    (number) => !there?.includes(number),
  )
  onProgress((count - missing.length) / count)
  for (const [index, number] of missing.entries()) {
    const chunk = file.slice(number * CHUNK_BYTES, (number + 1) * CHUNK_BYTES)
    await persistent(() => road.send(task, file.name, number, chunk))
    onProgress((count - missing.length + index + 1) / count)
  }
  const before = road.listed ? await persistent(road.listed) : new Map<number, Picture>()
  const last = Math.max(0, ...before.keys())
  remember(key, { task, newest: last })
  const picture = await persistent(() => unlessGone(road.complete(task, file.name, count)))
  return picture ?? found(road, key, last, persistent)
}

/** Find the picture that was made of an upload that is gone. */
async function found<Picture>(
  { listed }: UploadRoad<Picture>,
  key: string,
  newest: number,
  persistent: Persistent,
): Promise<Picture | undefined> {
  localStorage.removeItem(key)
  if (!listed) return undefined
  const look = async () => {
    const pictures = await persistent(listed)
    const ids = [...pictures.keys()].filter((id) => id > newest)
    if (!ids.length) throw new ApiError(Code.NO_TASK, '')
    return pictures.get(Math.min(...ids))
  }
  return unlessGone(pRetry(look, { ...LOOKS, shouldRetry: ({ error }) => isGone(error) }))
}

/** Try a call again and again for a while, and wait with it for the network. */
function persistently(signal: AbortSignal, onPause: () => void): Persistent {
  return (call) =>
    pRetry(
      async () => {
        if (!navigator.onLine) {
          onPause()
          await online(signal)
        }
        return call()
      },
      {
        ...RETRIES,
        signal,
        onFailedAttempt: ({ error }) => {
          if (isPassing(error)) onPause()
        },
        shouldRetry: ({ error }) => isPassing(error),
      },
    )
}

function online(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(signal.reason as Error)
    }
    const goOn = () => {
      signal.removeEventListener('abort', stop)
      resolve()
    }
    window.addEventListener('online', goOn, { once: true, signal })
    signal.addEventListener('abort', stop, { once: true })
  })
}

/** What a call gives; undefined if the server does not know the upload, any more or yet. */
async function unlessGone<T>(calling: Promise<T>): Promise<T | undefined> {
  try {
    return await calling
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.code === Code.NO_TASK
}

/** Whether trying again may help. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    [Code.UNREACHABLE, Code.THROTTLED, Code.AWAY].some((code) => code === error.code)
  )
}

/** What the browser remembers the upload of a file by. */
function keyOf(road: UploadRoad<unknown>, file: File): string {
  const facts = [road.place(), file.name, file.size, file.lastModified, CHUNK_BYTES]
  return `${KEY}${md5(facts.join('\n'))}`
}

function begun(key: string): Begun {
  const known = localStorage.getItem(key)
  if (known !== null) return JSON.parse(known) as Begun
  const words = Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(16))
  return remember(key, { task: words.join('') })
}

function remember(key: string, upload: Begun): Begun {
  localStorage.setItem(key, JSON.stringify(upload))
  return upload
}

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
  /** The numbers of the chunks that have come. */
  received: (task: string) => Promise<number[]>
  send: (task: string, name: string, number: number, chunk: Blob) => Promise<unknown>
  complete: (task: string, name: string, count: number) => Promise<Picture>
  /**
   * The pictures that are there, by their ids, where they are seen as soon as they are complete:
   * one that has come although the answer got lost is found among them.
   */
  listed?: () => Promise<ReadonlyMap<number, Picture>>
}

export const CHUNK_BYTES = 256 * 1024
export const MOST_BYTES = 20 * 1024 * 1024
const RETRIES = 5
const KEY = 'zhuge.upload.'

/**
 * Send a picture.
 *
 * @param onProgress told which part of it has come, from 0 to 1
 * @throws ApiError when the server does not take it, or was away for too long
 */
export async function upload<Picture>(
  road: UploadRoad<Picture>,
  file: File,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (part: number) => void },
): Promise<Picture> {
  const { key, task } = taskOf(file)
  const persistent = <T>(call: () => Promise<T>): Promise<T> =>
    pRetry(call, {
      signal,
      retries: RETRIES,
      minTimeout: 500,
      randomize: true,
      shouldRetry: ({ error }) => isPassing(error),
    })
  const count = Math.max(1, Math.ceil(file.size / CHUNK_BYTES))
  try {
    const there = new Set(await persistent(() => receivedOf(road, task)))
    for (let number = 0; number < count; number += 1) {
      onProgress(number / count)
      if (there.has(number)) continue
      const chunk = file.slice(number * CHUNK_BYTES, (number + 1) * CHUNK_BYTES)
      await persistent(() => road.send(task, file.name, number, chunk))
    }
    const picture = await persistent(() => road.complete(task, file.name, count))
    localStorage.removeItem(key)
    onProgress(1)
    return picture
  } catch (error) {
    // What the server has refused begins anew; what was broken off goes on.
    if (error instanceof ApiError && !isPassing(error)) localStorage.removeItem(key)
    throw error
  }
}

async function receivedOf(road: UploadRoad<unknown>, task: string): Promise<number[]> {
  try {
    return await road.received(task)
  } catch (error) {
    if (error instanceof ApiError && error.code === Code.NO_TASK) return []
    throw error
  }
}

/** Whether trying again may help. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    [Code.UNREACHABLE, Code.THROTTLED, Code.AWAY].some((code) => code === error.code)
  )
}

/** What the server knows the upload of a file by, the same until it is complete. */
function taskOf(file: File): { key: string; task: string } {
  const key = `${KEY}${md5([file.name, file.size, file.lastModified].join('\n'))}`
  const known = localStorage.getItem(key)
  if (known !== null) return { key, task: known }
  const task = Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(16))
  localStorage.setItem(key, task.join(''))
  return { key, task: task.join('') }
}

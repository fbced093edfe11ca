import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '../src/api/client'
import { CHUNK_BYTES, upload, type UploadRoad } from '../src/upload'
import { PictureServer, type Made } from './pictures'

const CONTENT = Buffer.alloc(3 * CHUNK_BYTES - 7, 'picture')
const SENT = ['send 0', 'send 1', 'send 2']

let server: PictureServer
let network: EventTarget
let navigator: { onLine: boolean }

beforeEach(async () => {
  server = new PictureServer()
  await server.listen()
  const stored = new Map<string, string>()
  network = new EventTarget()
  navigator = { onLine: true }
  vi.stubGlobal('navigator', navigator)
  vi.stubGlobal('window', network)
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  })
})

afterEach(() => {
  vi.unstubAllGlobals()
  server.close()
})

function picture(): File {
  return new File([CONTENT], 'a.jpg', { type: 'image/jpeg', lastModified: 1 })
}

/** An upload as a page has it, which may be closed. */
function begin(road: UploadRoad<Made>, file = picture()) {
  const closing = new AbortController()
  const said: (number | 'paused')[] = []
  let wake: (() => void) | undefined
  const note = (what: number | 'paused') => {
    said.push(what)
    wake?.()
  }
  const made = upload(road, file, {
    signal: closing.signal,
    onProgress: note,
    onPause: () => {
      note('paused')
    },
  })
  made.catch(() => undefined)
  return {
    made,
    said,
    close: () => {
      closing.abort()
    },
    until: async (what: number | 'paused') => {
      while (!said.includes(what)) await new Promise<void>((resolve) => (wake = resolve))
    },
  }
}

function sends(): string[] {
  return server.calls.filter((call) => call.startsWith('send'))
}

test('chunks are sent in order, and the picture is what they make', async () => {
  const { made, said } = begin(server.road(true))
  expect((await made).content.equals(CONTENT)).toBe(true)
  expect(sends()).toEqual(SENT)
  expect(said).toEqual([0, 1 / 3, 2 / 3, 1])
})

test('a chunk whose connection was cut is sent again', async () => {
  server.faults.send = ['lost before', 'lost after']
  const { made, said } = begin(server.road(true))
  expect((await made).content.equals(CONTENT)).toBe(true)
  expect(sends()).toEqual(['send 0', 'send 0', ...SENT])
  expect(said).toEqual([0, 'paused', 'paused', 1 / 3, 2 / 3, 1])
})

test('after the page was closed, only what is missing is sent', async () => {
  const closed = begin(server.road(true))
  await closed.until(1 / 3)
  closed.close()
  await expect(closed.made).rejects.toThrow()
  const before = sends().length
  expect(before).toBeLessThan(3)
  const { made, said } = begin(server.road(true))
  expect((await made).content.equals(CONTENT)).toBe(true)
  expect(new Set(sends())).toEqual(new Set(SENT))
  expect(sends().length).toBeLessThanOrEqual(4)
  expect(said[0]).toBeGreaterThan(0)
})

test('another rep does not go on with it', async () => {
  const closed = begin(server.road(true))
  await closed.until(1 / 3)
  closed.close()
  await expect(closed.made).rejects.toThrow()
  server.calls.length = 0
  await begin(server.road(true, 2)).made
  expect(sends()).toEqual(SENT)
})

test('what is refused is not tried again, and begins anew', async () => {
  server.faults.complete = ['refused']
  const refused = await begin(server.road(true)).made.catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 303, message: '只能上传图片' })
  expect(refused).toBeInstanceOf(ApiError)
  expect(server.calls.filter((call) => call === 'complete')).toHaveLength(1)
  server.calls.length = 0
  await begin(server.road(true)).made
  expect(sends()).toEqual(SENT)
  expect(server.tasks.size).toBe(1)
})

test('a picture whose answer got lost is found and not doubled', async () => {
  server.add(Buffer.from('older'))
  server.faults.complete = ['lost after']
  const { made } = begin(server.road(true))
  expect(await made).toMatchObject({ id: 2 })
  expect(sends()).toEqual(SENT)
  expect(server.pictures.size).toBe(2)
})

test('it is found as well when the page was closed meanwhile', async () => {
  server.faults.complete = ['lost after']
  const closed = begin(server.road(true))
  await closed.until('paused')
  closed.close()
  await expect(closed.made).rejects.toThrow()
  expect((await begin(server.road(true)).made).content.equals(CONTENT)).toBe(true)
  expect(server.pictures.size).toBe(1)
})

test('a picture that was lost itself is sent anew', async () => {
  server.faults.complete = ['lost picture']
  const { made } = begin(server.road(true))
  expect((await made).content.equals(CONTENT)).toBe(true)
  expect(sends()).toEqual([...SENT, ...SENT])
  expect(server.pictures.size).toBe(1)
})

test('where nothing is listed, a picture whose answer got lost is made again', async () => {
  server.faults.complete = ['lost after']
  expect(await begin(server.road(false)).made).toMatchObject({ id: 2 })
})

test('without a network it waits, and goes on by itself', async () => {
  navigator.onLine = false
  const { made, said, until } = begin(server.road(true))
  await until('paused')
  expect(server.calls).toEqual([])
  navigator.onLine = true
  network.dispatchEvent(new Event('online'))
  await made
  expect(said).toEqual(['paused', 0, 1 / 3, 2 / 3, 1])
})

test('without a network it can be given up', async () => {
  navigator.onLine = false
  const { made, close, until } = begin(server.road(true))
  await until('paused')
  close()
  await expect(made).rejects.toThrow()
  expect(server.calls).toEqual([])
})

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ApiError, Client, Code, sign } from '../src/api/client'

const CREDENTIALS = { userId: 1, token: 'secret' }

let server: Server
let root: string
let asked: { method: string | undefined; url: URL; body: string }[]
let answer: string
let headers: Record<string, string>

beforeEach(async () => {
  asked = []
  headers = {}
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '', root)
      asked.push({ method: request.method, url, body: Buffer.concat(chunks).toString() })
      response.writeHead(200, headers)
      response.end(answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(() => {
  server.close()
})

function refused(calling: Promise<unknown>): Promise<ApiError> {
  return calling.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: unknown) => error as ApiError,
  )
}

test('a signature is the md5 of timestamp and token', () => {
  expect(sign(CREDENTIALS, 1_700_000_000_000)).toEqual({
    user_id: 1,
    timestamp: '1700000000000',
    rand_str: 'b21c9cdebed1b892a063e392dd4185b6',
  })
})

test('a call is signed in its query and gives what the envelope holds', async () => {
  answer = JSON.stringify({ code: 200, msg: '', data: { id: 5 } })
  const client = new Client(() => CREDENTIALS, expect.unreachable, root)
  expect(await client.post('/chat', { msg: '您好 +1', page: 2, none: undefined })).toEqual({
    id: 5,
  })
  const [call] = asked
  expect(call?.method).toBe('POST')
  expect([...(call?.url.searchParams.keys() ?? [])]).toEqual(['user_id', 'timestamp', 'rand_str'])
  expect(Object.fromEntries(new URLSearchParams(call?.body))).toEqual({ msg: '您好 +1', page: '2' })
})

test('a refusal is an error with its code, its text and its fields', async () => {
  answer = JSON.stringify({ code: 303, msg: '不能为空', data: { errors: { msg: '不能为空' } } })
  const client = new Client(() => CREDENTIALS, expect.unreachable, root)
  const error = await refused(client.get('/chat'))
  expect(error).toMatchObject({ code: 303, message: '不能为空', errors: { msg: '不能为空' } })
})

test('a signature that is taken no more ends the session', async () => {
  answer = JSON.stringify({ code: 404, msg: '非法请求', data: {} })
  let isOver = false
  const client = new Client(
    () => CREDENTIALS,
    () => (isOver = true),
    root,
  )
  expect((await refused(client.get('/chat'))).code).toBe(Code.FORBIDDEN)
  expect(isOver).toBe(true)
})

test('a refusal that comes late is told with the token that it was about', async () => {
  answer = JSON.stringify({ code: 404, msg: '非法请求', data: {} })
  let current = CREDENTIALS
  const ended: string[] = []
  const client = new Client(
    () => current,
    (token) => ended.push(token),
    root,
  )
  const calling = refused(client.get('/chat'))
  current = { userId: 2, token: 'next' } // somebody else has signed in meanwhile
  await calling
  expect(ended).toEqual(['secret'])
})

test('what is no envelope and what does not answer is unreachable', async () => {
  answer = '<h1>502 Bad Gateway</h1>'
  const client = new Client(() => null, expect.unreachable, root)
  expect((await refused(client.get('/chat'))).code).toBe(Code.UNREACHABLE)
  server.close()
  server.closeAllConnections()
  expect((await refused(client.get('/chat'))).code).toBe(Code.UNREACHABLE)
})

test('a file comes with its name, and a refusal to write one is an error', async () => {
  const client = new Client(() => CREDENTIALS, expect.unreachable, root)
  answer = 'a,b'
  headers = { 'Content-Disposition': "attachment; filename*=utf-8''%E5%AE%A2%E6%88%B7.csv" }
  const { name, content } = await client.download('/export', { format: 'csv' })
  expect([name, await content.text()]).toEqual(['客户.csv', 'a,b'])
  expect(asked[0]?.url.searchParams.get('format')).toBe('csv')
  headers = { 'Content-Disposition': 'attachment; filename="customer_1.json"' }
  expect((await client.download('/export')).name).toBe('customer_1.json')
  headers = {}
  answer = JSON.stringify({ code: 429, msg: '请稍后再试', data: {} })
  expect(await refused(client.download('/export'))).toMatchObject({
    code: Code.THROTTLED,
    message: '请稍后再试',
  })
})

test('a file that breaks off is no file', async () => {
  headers = {
    'Content-Disposition': 'attachment; filename="a.csv"',
    'Content-Length': '100',
    Connection: 'close',
  }
  answer = 'half of it'
  const client = new Client(() => CREDENTIALS, expect.unreachable, root)
  expect((await refused(client.download('/export'))).code).toBe(Code.UNREACHABLE)
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { MessageRow } from '../src/api/chat'
import { ApiError, Code } from '../src/api/client'
import { hasEarlier, type Conversation } from '../src/chat/conversation'
import { openDesk, type Desk } from '../src/chat/desk'
import { HISTORY_LENGTH } from '../src/chat/past'
import { repSide } from '../src/chat/sides'
import { MemoryShelf, Peer, row, Server, type Said } from './server'

const CUSTOMER = 7

let server: Server
let desk: Desk
/** What the server has stored, oldest first; the history's calls read it. */
let stored: MessageRow[]
let refusals: string[]
let shelf: MemoryShelf
let isOver: boolean
/** Whether the history cannot be read. */
let isAway: boolean
/** How often it has been asked for. */
let readings: number

beforeEach(async () => {
  vi.stubGlobal('WebSocket', WebSocket) // Node has its own from version 22 on
  stored = []
  refusals = []
  shelf = new MemoryShelf()
  isOver = false
  isAway = false
  readings = 0
  server = new Server()
  await server.listening()
  desk = newDesk()
})

function newDesk({ ackMs = 60_000, aliveMs = 300, repId = 1, minDelayMs = 10 } = {}): Desk {
  return openDesk({
    url: server.url,
    side: repSide(repId),
    credentials: { userId: repId, token: 'secret' },
    shelf,
    history: (_, page, length) => {
      readings += 1
      if (isAway) return Promise.reject(new ApiError(Code.AWAY, '服务暂不可用'))
      const newestFirst = stored.toReversed()
      return Promise.resolve(newestFirst.slice((page - 1) * length, page * length))
    },
    onSessionOver: () => (isOver = true),
    onRefused: (msg) => refusals.push(msg),
    aliveMs,
    answerMs: 200,
    minDelayMs,
    ackMs,
  })
}

afterEach(() => {
  desk.close()
  server.close()
})

/** Store messages of the customer, with seqs in a row. */
function store(from: number, to: number): void {
  for (let seq = from; seq <= to; seq += 1) stored.push(row(seq, `第${seq}条`))
}

async function registered(last: Record<number, number> = {}): Promise<Peer> {
  const peer = await server.peer()
  await next(peer, 'register')
  peer.welcome(last)
  await online()
  return peer
}

function online(): Promise<void> {
  return vi.waitFor(() => {
    expect(desk.state.value).toBe('online')
  })
}

/** Wait for the next frame of a type; messages have none. */
async function next(peer: Peer, type?: string): Promise<Said> {
  for (;;) {
    const frame = await peer.next()
    if (frame.type === type) return frame
  }
}

function texts(conversation: Conversation): (string | undefined)[] {
  return conversation.messages.map(({ content }) => content.msg)
}

async function opened(): Promise<Conversation> {
  const conversation = desk.conversation(CUSTOMER)
  await desk.open(conversation)
  return conversation
}

function say(conversation: Conversation, msg: string): void {
  desk.send(conversation, { info_type: 1, msg })
}

test('it registers for all customers, signed, and at first without since', async () => {
  const peer = await server.peer()
  const frame = await peer.next()
  expect(frame).toMatchObject({ type: 'register', user_id: 1 })
  expect(frame.rand_str).toMatch(/^[0-9a-f]{32}$/)
  expect(frame).not.toHaveProperty('since')
  expect(desk.state.value).toBe('connecting')
})

test('a lost connection is made again, with what was seen of every customer', async () => {
  const first = await registered({ 7: 3, 8: 5 })
  first.push(row(4, '您好'))
  await vi.waitFor(() => {
    expect(desk.changes.contacts).toBeGreaterThan(1)
  })
  first.cut()
  const second = await server.peer()
  expect((await next(second, 'register')).since).toEqual({ 7: 4, 8: 5 })
  expect(desk.state.value).toBe('offline')
  second.welcome({ 7: 4, 8: 5 })
  await online()
})

test('messages are shown once and in order, however often and in whatever order they come', async () => {
  const peer = await registered()
  const conversation = await opened()
  peer.push(row(1, 'a'), row(2, 'b'))
  peer.push(row(2, 'b'), row(1, 'a'), row(3, 'c'))
  await vi.waitFor(() => {
    expect(texts(conversation)).toEqual(['a', 'b', 'c'])
  })
})

test('a missing seq is read from the history', async () => {
  const peer = await registered()
  store(1, 2)
  const conversation = await opened()
  store(3, 5)
  peer.push(row(5, '第5条'))
  await vi.waitFor(() => {
    expect(conversation.messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
  })
})

test('where too much was missed the history closes the gap', async () => {
  store(1, 2)
  const first = await registered({ 7: 2 })
  const conversation = await opened()
  first.cut()
  const second = await server.peer()
  await next(second, 'register')
  store(3, 2 + HISTORY_LENGTH * 2)
  second.welcome({ 7: 2 + HISTORY_LENGTH * 2 }, false)
  await vi.waitFor(() => {
    expect(conversation.messages.length).toBe(2 + HISTORY_LENGTH * 2)
  })
})

test('a history that could not be read is read on from where it ends', async () => {
  store(1, 2)
  const first = await registered({ 7: 2 })
  const conversation = await opened()
  store(3, 5)
  isAway = true
  first.push(row(5, '第5条'))
  await vi.waitFor(() => {
    expect(conversation.failure).toBeInstanceOf(ApiError)
  })
  isAway = false
  await desk.open(conversation)
  expect(conversation.messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
  expect(conversation.failure).toBeUndefined()
})

test('a chat that nobody looks at any more is not read when the connection comes back', async () => {
  store(1, 2)
  const first = await registered({ 7: 2 })
  const conversation = await opened()
  desk.leave(conversation)
  const before = readings
  first.cut()
  const second = await server.peer()
  await next(second, 'register')
  store(3, 4)
  second.welcome({ 7: 4 }, false)
  await next(second, 'query_num')
  expect([readings, conversation.messages]).toEqual([before, []])
})

test('where far too much was missed the newest part is shown, without a hole', async () => {
  store(1, 2)
  const first = await registered({ 7: 2 })
  const conversation = await opened()
  first.cut()
  const second = await server.peer()
  await next(second, 'register')
  store(3, 1000)
  second.welcome({ 7: 1000 }, false)
  await vi.waitFor(() => {
    expect(conversation.messages[0]?.seq).toBe(1001 - HISTORY_LENGTH * 5)
  })
  expect(conversation.messages.at(-1)?.seq).toBe(1000)
  expect(hasEarlier(conversation)).toBe(true)
})

test('the history is paged upwards to its beginning', async () => {
  store(1, HISTORY_LENGTH + 5)
  const peer = await registered({ 7: HISTORY_LENGTH + 5 })
  const conversation = await opened()
  expect(conversation.messages[0]?.seq).toBe(6)
  expect(hasEarlier(conversation)).toBe(true)
  store(HISTORY_LENGTH + 6, HISTORY_LENGTH + 6)
  peer.push(row(HISTORY_LENGTH + 6, '新'))
  await vi.waitFor(() => {
    expect(conversation.messages.at(-1)?.content.msg).toBe('新')
  })
  await desk.loadEarlier(conversation)
  expect(conversation.messages.map(({ seq }) => seq)).toEqual(stored.map(({ seq }) => seq))
  expect(hasEarlier(conversation)).toBe(false)
})

test('a message is sent, acknowledged and pushed, and stands there once', async () => {
  const peer = await registered()
  const conversation = await opened()
  say(conversation, '您好')
  expect(conversation.outbox).toHaveLength(1)
  const frame = await next(peer)
  const content = JSON.parse(frame.content as string) as MessageRow
  expect(content).toMatchObject({ info_type: 1, msg: '您好', client_msg_id: frame.client_msg_id })
  peer.acknowledge(frame, 1)
  peer.push(row(1, '您好', { ...content, send_type: 1 }))
  await vi.waitFor(() => {
    expect(conversation.outbox).toEqual([])
    expect(conversation.messages).toMatchObject([{ seq: 1, id: 10, isOwn: true }])
  })
})

test('messages go out one after another, in the order of writing', async () => {
  const peer = await registered()
  const conversation = await opened()
  for (const msg of ['a', 'b', 'c']) say(conversation, msg)
  for (let seq = 1; seq <= 3; seq += 1) peer.acknowledge(await next(peer), seq)
  await vi.waitFor(() => {
    expect(texts(conversation)).toEqual(['a', 'b', 'c'])
  })
})

test('what is written without a connection is sent with the next', async () => {
  const first = await registered()
  const conversation = await opened()
  first.cut()
  await vi.waitFor(() => {
    expect(desk.state.value).toBe('offline')
  })
  say(conversation, '在吗')
  const second = await registered()
  second.acknowledge(await next(second), 1)
  await vi.waitFor(() => {
    expect(texts(conversation)).toEqual(['在吗'])
  })
})

test('a message whose acknowledgement was lost is not doubled', async () => {
  const first = await registered()
  const conversation = await opened()
  say(conversation, '您好')
  const sent = await next(first)
  first.cut() // it is stored, but who sent it does not know
  const second = await server.peer()
  await next(second, 'register')
  second.welcome({ 7: 1 })
  const again = await next(second)
  expect(again.client_msg_id).toBe(sent.client_msg_id)
  const content = JSON.parse(sent.content as string) as MessageRow
  second.push(row(1, '您好', { ...content, send_type: 1 }))
  await vi.waitFor(() => {
    expect(conversation.outbox).toEqual([])
  })
  second.acknowledge(again, 1)
  say(conversation, '还在吗')
  second.acknowledge(await next(second), 2)
  await vi.waitFor(() => {
    expect(texts(conversation)).toEqual(['您好', '还在吗'])
    expect(conversation.outbox).toEqual([])
  })
})

test('a message that nobody acknowledges is sent again', async () => {
  await server.peer()
  desk.close()
  desk = newDesk({ ackMs: 200 })
  const peer = await registered()
  const conversation = await opened()
  say(conversation, '您好')
  const first = await next(peer)
  const second = await next(peer)
  expect(second).toEqual(first)
})

test('a message that comes too fast waits and is sent again', async () => {
  const peer = await registered()
  const conversation = await opened()
  say(conversation, '您好')
  const { client_msg_id } = await next(peer)
  peer.say({ code: 429, msg: '操作过于频繁', data: { client_msg_id } })
  peer.acknowledge(await next(peer), 1)
  await vi.waitFor(() => {
    expect(texts(conversation)).toEqual(['您好'])
  })
})

test('a refused message says why, holds nothing up, and is sent again when asked', async () => {
  const peer = await registered()
  const conversation = await opened()
  say(conversation, 'a')
  say(conversation, 'b')
  const { client_msg_id } = await next(peer)
  peer.say({ code: 302, msg: '对应ID不存在', data: { client_msg_id } })
  peer.acknowledge(await next(peer), 1)
  await vi.waitFor(() => {
    expect(texts(conversation)).toEqual(['b'])
    expect(conversation.outbox).toMatchObject([{ failure: '对应ID不存在' }])
  })
  for (const each of conversation.outbox) desk.resend(conversation, each)
  expect((await next(peer)).client_msg_id).toBe(client_msg_id)
})

test('receipts, typing, presence and recalls are shown', async () => {
  store(1, 2)
  const peer = await registered({ 7: 2 })
  const conversation = await opened()
  const data = { user_id: 1, customer_id: CUSTOMER }
  peer.say({ code: 202, type: 'read', data: { ...data, seq: 2, is_customer_already_read: 1 } })
  peer.say({ code: 200, type: 'typing', data })
  const presence = [{ ...data, is_online: 1 }]
  peer.say({ code: 200, type: 'presence', data: { ret_data: presence, data_count: 1 } })
  peer.say({ code: 200, type: 'recall', id: 20, data: { ...data, id: 20, seq: 2, send_type: 2 } })
  await vi.waitFor(() => {
    expect(conversation).toMatchObject({ readByOther: 2, isTyping: true })
    expect(desk.online.has(CUSTOMER)).toBe(true)
    expect(conversation.messages[1]?.content.is_recalled).toBe(true)
  })
})

test('a message that was recalled stays so, whatever was read before', async () => {
  const peer = await registered()
  const conversation = desk.conversation(CUSTOMER)
  const data = { user_id: 1, customer_id: CUSTOMER }
  peer.say({ code: 200, type: 'recall', id: 20, data: { ...data, id: 20, seq: 2, send_type: 2 } })
  peer.push(row(1, '一'), row(2, '二'))
  await vi.waitFor(() => {
    expect(texts(conversation)).toEqual(['一', '[消息已撤回]'])
  })
})

test('reading and recalling are told to the server', async () => {
  const peer = await registered()
  const conversation = await opened()
  peer.push(row(1, 'a'))
  await vi.waitFor(() => {
    expect(conversation.messages).toHaveLength(1)
  })
  desk.markRead(conversation)
  desk.markRead(conversation)
  desk.recall(conversation, 10)
  expect(await next(peer, 'read')).toEqual({ type: 'read', customer_id: CUSTOMER, seq: 1 })
  expect(await peer.next()).toEqual({ type: 'recall', customer_id: CUSTOMER, id: 10 })
  peer.say({ code: 303, msg: '超过2分钟的消息不能撤回' })
  await vi.waitFor(() => {
    expect(refusals).toEqual(['超过2分钟的消息不能撤回'])
  })
})

test('a frame that was refused for its haste, or lost, is told again until it is done', async () => {
  const first = await registered()
  const conversation = await opened()
  first.push(row(1, 'a'))
  await vi.waitFor(() => {
    expect(conversation.messages).toHaveLength(1)
  })
  desk.markRead(conversation)
  const read = await next(first, 'read')
  first.say({ code: 429, msg: '操作过于频繁' })
  expect(await next(first, 'read')).toEqual(read)
  desk.recall(conversation, 20)
  await next(first, 'recall')
  const data = { user_id: 1, customer_id: CUSTOMER, id: 20, seq: 2, send_type: 1 }
  first.say({ code: 200, type: 'recall', id: 20, data })
  await vi.waitFor(() => {
    expect(conversation.recalled.has(2)).toBe(true)
  })
  first.cut()
  const second = await registered({ 7: 1 })
  expect(await next(second, 'read')).toEqual(read)
  say(conversation, '您好')
  expect(await second.next()).not.toHaveProperty('type') // the recall is not told again
  expect(refusals).toEqual([])
})

test('who comes back learns what was read meanwhile', async () => {
  const first = await registered({ 7: 2 })
  store(1, 2)
  const conversation = await opened()
  first.cut()
  const second = await server.peer()
  await next(second, 'register')
  second.welcome({ 7: 2 }, true, { 7: 2 })
  await vi.waitFor(() => {
    expect(conversation.readByOther).toBe(2)
  })
})

test('what was written and not sent outlives the page, and is sent once, in order', async () => {
  await server.peer()
  for (const msg of ['a', 'b']) say(desk.conversation(CUSTOMER), msg)
  desk.draft(desk.conversation(CUSTOMER), '还没写完')
  const names = desk.conversation(CUSTOMER).outbox.map(({ clientMsgId }) => clientMsgId)
  desk.close()
  desk = newDesk()
  const peer = await registered()
  const sent = [await next(peer)]
  peer.acknowledge(sent[0] as Said, 1)
  sent.push(await next(peer))
  peer.acknowledge(sent[1] as Said, 2)
  expect(sent.map((frame) => frame.client_msg_id)).toEqual(names)
  expect(desk.conversation(CUSTOMER).draft).toBe('还没写完')
  await vi.waitFor(() => {
    expect(desk.conversation(CUSTOMER).outbox).toEqual([])
  })
  desk.close()
  desk = newDesk()
  expect(desk.conversation(CUSTOMER).outbox).toEqual([])
})

test('what waits for a conversation that nobody looks into does not read its history', async () => {
  await server.peer()
  say(desk.conversation(CUSTOMER), 'a')
  desk.close()
  store(1, 3)
  desk = newDesk()
  const peer = await registered({ 7: 3 })
  peer.push(row(5, '第5条'))
  peer.acknowledge(await next(peer), 4)
  await vi.waitFor(() => {
    expect(desk.conversation(CUSTOMER).outbox).toEqual([])
  })
  expect(desk.conversation(CUSTOMER).messages.map(({ seq }) => seq)).toEqual([4, 5])
  store(4, 5)
  await desk.open(desk.conversation(CUSTOMER))
  expect(desk.conversation(CUSTOMER).messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5])
})

test('a refused message outlives the page with its reason, and is not sent by itself', async () => {
  const first = await registered()
  say(desk.conversation(CUSTOMER), 'a')
  const { client_msg_id } = await next(first)
  first.say({ code: 302, msg: '对应ID不存在', data: { client_msg_id } })
  await vi.waitFor(() => {
    expect(desk.conversation(CUSTOMER).outbox).toMatchObject([{ failure: '对应ID不存在' }])
  })
  desk.close()
  desk = newDesk()
  expect(desk.conversation(CUSTOMER).outbox).toMatchObject([{ failure: '对应ID不存在' }])
  const second = await registered()
  say(desk.conversation(CUSTOMER), 'b')
  expect(JSON.parse((await next(second)).content as string)).toMatchObject({ msg: 'b' })
})

test('what somebody else has left in the browser is thrown away', async () => {
  await server.peer()
  say(desk.conversation(CUSTOMER), '给他的')
  desk.draft(desk.conversation(CUSTOMER), '草稿')
  desk.close()
  shelf.setItem('zhuge.chat.customer.7.1.draft', '客户的')
  newDesk({ repId: 2 }).close()
  desk = newDesk()
  expect(desk.conversation(CUSTOMER)).toMatchObject({ outbox: [], draft: '' })
  expect(shelf.getItem('zhuge.chat.customer.7.1.draft')).toBe('客户的')
})

test('what happens on the radar and what is unread is counted as news', async () => {
  const peer = await registered()
  const before = desk.changes.radar
  peer.say({ code: 200, type: 'radar', data: { customer_id: CUSTOMER, log: '查看名片' } })
  peer.say({ code: 200, type: 'query_num', data: { unread_msg_num: 4 } })
  await vi.waitFor(() => {
    expect(desk.changes.radar).toBe(before + 1)
    expect(desk.unread.value).toBe(4)
  })
})

test('it says that it lives, and gives up a server that is silent', async () => {
  const peer = await registered()
  peer.isSilent = true
  expect(await next(peer, 'lived')).toEqual({ type: 'lived' })
  const second = await server.peer()
  expect(await next(second, 'register')).toMatchObject({ type: 'register' })
})

test('when the network has changed a connection that does not answer is given up soon', async () => {
  await server.peer()
  desk.close()
  desk = newDesk({ aliveMs: 60_000 })
  const peer = await registered()
  peer.isSilent = true
  desk.networkChanged()
  const second = await server.peer()
  expect(await next(second, 'register')).toMatchObject({ type: 'register' })
})

test('a connection that waits for its next try is made at once when the network is back', async () => {
  await server.peer()
  desk.close()
  desk = newDesk({ minDelayMs: 60_000 })
  const first = await registered()
  first.cut()
  await vi.waitFor(() => {
    expect(desk.state.value).toBe('offline')
  })
  desk.networkChanged()
  await registered()
})

test('a session that is over is not tried again', async () => {
  const peer = await server.peer()
  await peer.next()
  peer.say({ code: 404, msg: '非法请求' })
  await vi.waitFor(() => {
    expect(isOver).toBe(true)
    expect(desk.state.value).toBe('over')
  })
})

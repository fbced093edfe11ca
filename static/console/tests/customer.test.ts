import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Conversation } from '../src/chat/conversation'
import { openDesk, type Desk } from '../src/chat/desk'
import { customerSide } from '../src/chat/sides'
import { MemoryShelf, row, Server } from './server'

const REP = 1
const CUSTOMER = 7
const NAMES = { user_id: REP, customer_id: CUSTOMER }

let server: Server
let desk: Desk
let conversation: Conversation

beforeEach(async () => {
  vi.stubGlobal('WebSocket', WebSocket)
  server = new Server()
  await server.listening()
  desk = openDesk({
    url: server.url,
    side: customerSide(CUSTOMER, REP),
    credentials: { userId: CUSTOMER, token: 'secret' },
    history: () => Promise.resolve([row(2, '在', { send_type: 1 }), row(1, '在吗')]),
    shelf: new MemoryShelf(),
    onSessionOver: () => undefined,
    onRefused: () => undefined,
    minDelayMs: 10,
  })
  conversation = desk.conversation(REP)
})

afterEach(() => {
  desk.close()
  server.close()
})

test('a customer registers for its rep, and comes back with what it has of it', async () => {
  const first = await server.peer()
  expect(await first.next()).toMatchObject({ type: 'register', u_id: REP, user_id: CUSTOMER })
  await desk.open(conversation)
  first.welcomeCustomer(2)
  await vi.waitFor(() => {
    expect(desk.state.value).toBe('online')
  })
  first.cut()
  const second = await server.peer()
  expect(await second.next()).toMatchObject({ u_id: REP, user_id: CUSTOMER, since: 2 })
})

test('a customer talks as a rep does, from the other side', async () => {
  const peer = await server.peer()
  await peer.next()
  peer.welcomeCustomer(2, 1)
  await desk.open(conversation)
  expect(conversation.messages.map(({ isOwn }) => isOwn)).toEqual([true, false])
  expect(await peer.next()).toEqual({ type: 'query_num' })
  expect(conversation.readByOther).toBe(1)

  desk.send(conversation, { info_type: 1, msg: '请问怎么收费' })
  const frame = await peer.next()
  expect(frame).toMatchObject({ u_id: REP, user_id: CUSTOMER })
  peer.acknowledge(frame, 3)
  peer.push(row(4, '免费', { send_type: 1 }))
  const read = { ...NAMES, seq: 3, is_user_already_read: 1 }
  peer.say({ code: 202, type: 'read', data: read })
  peer.say({ code: 200, type: 'typing', data: NAMES })
  peer.say({
    code: 200,
    type: 'presence',
    data: { ret_data: [{ ...NAMES, is_online: 1 }], data_count: 1 },
  })
  await vi.waitFor(() => {
    expect(conversation).toMatchObject({ readByOther: 3, isTyping: true, outbox: [] })
    expect(desk.online.has(REP)).toBe(true)
  })
  expect(conversation.messages.map(({ isOwn }) => isOwn)).toEqual([true, false, true, false])

  desk.markRead(conversation)
  desk.tellTyping(conversation)
  desk.recall(conversation, 30)
  expect(await peer.next()).toEqual({ type: 'read', u_id: REP, seq: 4 })
  expect(await peer.next()).toEqual({ type: 'typing', u_id: REP })
  expect(await peer.next()).toEqual({ type: 'recall', u_id: REP, id: 30 })
  const recalled = { ...NAMES, id: 30, seq: 3, send_type: 2 }
  peer.say({ code: 200, type: 'recall', id: 30, data: recalled })
  await vi.waitFor(() => {
    expect(conversation.messages[2]?.content.is_recalled).toBe(true)
  })
})

/** A chat server on a real socket, as the desk's tests need it: it says what a test tells it to. */
import { WebSocketServer, type WebSocket } from 'ws'
import type { MessageRow } from '../src/api/chat'
import type { Shelf } from '../src/chat/kept'

export type Said = Record<string, unknown>

/** One connection of the desk, from the server's side. */
export class Peer {
  private readonly said: Said[] = []
  private wake: (() => void) | undefined
  /** Whether it does not answer that the desk lives. */
  isSilent = false

  constructor(private readonly socket: WebSocket) {
    socket.on('message', (text: Buffer) => {
      const frame = JSON.parse(text.toString()) as Said
      if (frame.type === 'lived' && !this.isSilent) {
        this.say({ code: 270, msg: 'pong' })
        return
      }
      this.said.push(frame)
      this.wake?.()
    })
  }

  /** Wait for the next frame of the desk. */
  async next(): Promise<Said> {
    while (!this.said.length) {
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
    return this.said.shift() as Said
  }

  say(frame: object): void {
    this.socket.send(JSON.stringify(frame))
  }

  /** Answer a rep's registration. */
  welcome(seq: Record<number, number>, recovered = true, read: Record<number, number> = {}): void {
    this.say({ code: 200, msg: '注册成功', data: { seq, read, recovered } })
  }

  /** Answer a customer's registration. */
  welcomeCustomer(seq: number, read = 0): void {
    this.say({ code: 200, msg: '注册成功', data: { seq, read, recovered: true } })
  }

  push(...rows: MessageRow[]): void {
    this.say({ code: 200, msg: '', data: { ret_data: rows, data_count: rows.length } })
  }

  acknowledge({ client_msg_id }: Said, seq: number): void {
    this.say({ code: 200, msg: '雷达消息-发送成功', data: { id: seq * 10, seq, client_msg_id } })
  }

  /** Cut the connection off, as a lost network does. */
  cut(): void {
    this.socket.terminate()
  }
}

export class Server {
  private readonly peers: Peer[] = []
  private wake: (() => void) | undefined
  private readonly server = new WebSocketServer({ port: 0, host: '127.0.0.1' })

  constructor() {
    this.server.on('connection', (socket) => {
      this.peers.push(new Peer(socket))
      this.wake?.()
    })
  }

  get url(): string {
    const address = this.server.address()
    if (address === null || typeof address === 'string') throw new Error('it does not listen')
    return `ws://127.0.0.1:${address.port}/`
  }

  async listening(): Promise<void> {
    if (this.server.address() !== null) return
    await new Promise((resolve) => this.server.once('listening', resolve))
  }

  /** Wait for the next connection. */
  async peer(): Promise<Peer> {
    while (!this.peers.length) {
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
    return this.peers.shift() as Peer
  }

  close(): void {
    for (const socket of this.server.clients) socket.terminate()
    this.server.close()
  }
}

export function row(seq: number, msg: string, more: Partial<MessageRow> = {}): MessageRow {
  return {
    id: seq * 10,
    seq,
    customer_id: 7,
    user_id: 1,
    dateTime: '2026-11-22 10:00:00',
    send_type: 2,
    user_avatar: 'statics/imgs/rep.jpg',
    customer: '王先生',
    customer_headimgurl: '/statics/imgs/a.jpg',
    info_type: 1,
    msg,
    ...more,
  }
}

/** What a browser keeps, without one. */
export class MemoryShelf implements Shelf {
  private readonly texts = new Map<string, string>()

  get length(): number {
    return this.texts.size
  }

  key(index: number): string | null {
    return [...this.texts.keys()][index] ?? null
  }

  getItem(key: string): string | null {
    return this.texts.get(key) ?? null
  }

  setItem(key: string, text: string): void {
    this.texts.set(key, text)
  }

  removeItem(key: string): void {
    this.texts.delete(key)
  }
}

/** A socket of the chat: registered, kept alive, and connected again when it is lost. */
import { WebSocket as ReconnectingSocket } from 'partysocket'
import { readonly, ref } from 'vue'
import type { ServerFrame } from './frames'

/** `offline` while it waits to try again; `over` when the session has ended. */
export type State = 'connecting' | 'online' | 'offline' | 'over'

interface Options {
  url: string
  /** The signed frame that registers; made anew for each connection. */
  register: () => object
  read: (text: string) => ServerFrame
  onFrame: (frame: ServerFrame) => void
  /** How often to say that we live; without an answer in twice that the socket is given up. */
  aliveMs?: number
  minDelayMs?: number
}

const ALIVE_MS = 20_000
const MIN_DELAY_MS = 500
const MAX_DELAY_MS = 15_000
const CONNECT_MS = 8_000
const FORBIDDEN = 404
const PONG_GRACE = 2

export function connect({
  url,
  register,
  read,
  onFrame,
  aliveMs = ALIVE_MS,
  minDelayMs = MIN_DELAY_MS,
}: Options) {
  const state = ref<State>('connecting')
  let heardAt = Date.now()

  const socket = new ReconnectingSocket(url, [], {
    // Clients that a stopped server has cut off together come back one by one.
    minReconnectionDelay: minDelayMs * (1 + Math.random()),
    maxReconnectionDelay: MAX_DELAY_MS * (0.75 + Math.random() / 2),
    reconnectionDelayGrowFactor: 1.8,
    connectionTimeout: CONNECT_MS,
    maxEnqueuedMessages: 0,
  })

  socket.addEventListener('open', () => {
    heardAt = Date.now()
    socket.send(JSON.stringify(register()))
  })
  socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
    heardAt = Date.now()
    const frame = read(data)
    if (frame.kind === 'registered') state.value = 'online'
    if (frame.kind === 'refused' && frame.code === FORBIDDEN) end('over')
    onFrame(frame)
  })
  socket.addEventListener('close', () => {
    if (state.value !== 'over') state.value = 'offline'
  })

  const alive = setInterval(() => {
    if (state.value !== 'online') return
    if (Date.now() - heardAt > aliveMs * PONG_GRACE) socket.reconnect()
    else send({ type: 'lived' })
  }, aliveMs)

  function end(last: State): void {
    state.value = last
    clearInterval(alive)
    socket.close()
  }

  /** Send a frame; false when there is no connection, and it is not sent then. */
  function send(frame: object): boolean {
    return state.value === 'online' && socket.send(JSON.stringify(frame))
  }

  return {
    state: readonly(state),
    send,
    /** Try at once, such as when the network is back. */
    retry: () => {
      if (state.value === 'offline') socket.reconnect()
    },
    close: () => {
      end('over')
    },
  }
}

export type Connection = ReturnType<typeof connect>

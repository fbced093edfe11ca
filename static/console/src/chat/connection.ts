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
  /** How often to say that we live; without an answer till the next time the socket is given up. */
  aliveMs?: number
  minDelayMs?: number
}

const ALIVE_MS = 20_000
const MIN_DELAY_MS = 500
const MAX_DELAY_MS = 15_000
const CONNECT_MS = 8_000
const FORBIDDEN = 404

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
  /** When it has said last that it lives; the browser may run its timers late. */
  let saidAt = 0
  let socket = open()

  function open(): ReconnectingSocket {
    const own = new ReconnectingSocket(url, [], {
      // Clients that a stopped server has cut off together come back one by one.
      minReconnectionDelay: minDelayMs * (1 + Math.random()),
      maxReconnectionDelay: MAX_DELAY_MS * (0.75 + Math.random() / 2),
      reconnectionDelayGrowFactor: 1.8,
      connectionTimeout: CONNECT_MS,
      maxEnqueuedMessages: 0,
    })
    own.addEventListener('open', () => {
      heardAt = Date.now()
      own.send(JSON.stringify(register()))
    })
    own.addEventListener('message', ({ data }: MessageEvent<string>) => {
      if (own !== socket) return
      heardAt = Date.now()
      const frame = read(data)
      if (frame.kind === 'registered') state.value = 'online'
      if (frame.kind === 'refused' && frame.code === FORBIDDEN) end('over')
      onFrame(frame)
    })
    own.addEventListener('close', () => {
      if (own === socket && state.value !== 'over') state.value = 'offline'
    })
    return own
  }

  const alive = setInterval(() => {
    if (state.value !== 'online') return
    if (saidAt > heardAt) {
      socket.reconnect()
    } else {
      saidAt = Date.now()
      send({ type: 'lived' })
    }
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
      if (state.value !== 'offline') return
      // One that waits for its next attempt is not to be hurried.
      socket.close()
      socket = open()
    },
    close: () => {
      end('over')
    },
  }
}

export type Connection = ReturnType<typeof connect>

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
  /** How long an answer may take when the network has changed. */
  answerMs?: number
  minDelayMs?: number
}

const ALIVE_MS = 20_000
const ANSWER_MS = 3_000
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
  answerMs = ANSWER_MS,
  minDelayMs = MIN_DELAY_MS,
}: Options) {
  const state = ref<State>('connecting')
  let heardAt = Date.now()
  /** When it has said last that it lives; the browser may run its timers late. */
  let saidAt = 0
  let doubt: ReturnType<typeof setTimeout> | undefined
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
    clearTimeout(doubt)
    socket.close()
  }

  /** Ask whether the connection still lives, and give it up unless that is answered soon. */
  function ask(): void {
    clearTimeout(doubt)
    const asked = socket
    const askedAt = Date.now()
    send({ type: 'lived' })
    doubt = setTimeout(() => {
      if (asked === socket && state.value === 'online' && heardAt < askedAt) socket.reconnect()
    }, answerMs)
  }

  /** Send a frame; false when there is no connection, and it is not sent then. */
  function send(frame: object): boolean {
    return state.value === 'online' && socket.send(JSON.stringify(frame))
  }

  return {
    state: readonly(state),
    send,
    /** The network has come or gone: try at once, or see whether the connection is still there. */
    networkChanged: () => {
      if (state.value === 'online') ask()
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

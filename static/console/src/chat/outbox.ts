/**
 * What waits to be sent.
 *
 * A message waits in its conversation until the server says that it is stored, one of a
 * conversation under way at a time, so that they arrive in the order of writing; after a lost
 * connection, and after the page was loaded again, it is sent again under the same name.
 */
import type { Content } from '../api/chat'
import type { Conversation, Outgoing } from './conversation'
import type { Kept } from './kept'

const AGAIN_MS = 1_000

interface Options {
  /** Sends a message; whether there was a connection. */
  send: (peerId: number, outgoing: Outgoing) => boolean
  kept: Kept
  /** How long to wait for an acknowledgement. */
  ackMs: number
}

export function openOutbox({ send, kept, ackMs }: Options) {
  /** The message under way of each conversation, until it is acknowledged or tried again. */
  const underWay = new Map<number, ReturnType<typeof setTimeout>>()
  let lastOrder = 0

  /** Send the first message that waits, unless one is under way. */
  function pump({ peerId, outbox }: Conversation, again: () => void): void {
    const next = outbox.find((each) => each.failure === undefined)
    if (next && !underWay.has(peerId) && send(peerId, next)) wait(peerId, ackMs, again)
  }

  function wait(peerId: number, milliseconds: number, again: () => void): void {
    clearTimeout(underWay.get(peerId))
    underWay.set(peerId, setTimeout(again, milliseconds))
  }

  /** Go on with what waits next. */
  function goOn(conversation: Conversation): void {
    clearTimeout(underWay.get(conversation.peerId))
    underWay.delete(conversation.peerId)
    start(conversation)
  }

  function start(conversation: Conversation): void {
    pump(conversation, () => {
      goOn(conversation)
    })
  }

  return {
    goOn,

    /** Try later: it came too fast, or the server cannot store it now. */
    putOff(conversation: Conversation): void {
      wait(conversation.peerId, AGAIN_MS, () => {
        goOn(conversation)
      })
    },

    add(conversation: Conversation, content: Content): void {
      lastOrder = Math.max(Date.now(), lastOrder + 1)
      const outgoing = { clientMsgId: newName(), content, order: lastOrder }
      conversation.outbox.push(outgoing)
      kept.keep(conversation.peerId, outgoing)
      start(conversation)
    },

    /** A message is stored: it need not be kept. */
    settle(conversation: Conversation, clientMsgId: string): void {
      kept.drop(conversation.peerId, clientMsgId)
      goOn(conversation)
    },

    /** A message was refused for good; what stands behind it goes on. */
    fail(conversation: Conversation, outgoing: Outgoing, reason: string): void {
      outgoing.failure = reason
      kept.keep(conversation.peerId, outgoing)
      goOn(conversation)
    },

    resend(conversation: Conversation, outgoing: Outgoing): void {
      delete outgoing.failure
      kept.keep(conversation.peerId, outgoing)
      start(conversation)
    },

    discard(conversation: Conversation, outgoing: Outgoing): void {
      conversation.outbox.splice(conversation.outbox.indexOf(outgoing), 1)
      kept.drop(conversation.peerId, outgoing.clientMsgId)
    },
  }
}

/** A name that no other message has; `randomUUID` is missing where the page comes by http. */
function newName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The two sides of the chat socket (docs/WEBSOCKET.md): what each says of itself and the other. */
import { Sender } from '../api/chat'

/** Whom a frame or a message concerns; `user_id` is the rep, whoever is told. */
export interface PairNames {
  user_id: number
  customer_id: number
}

/** By peer: a customer for the rep, the rep for a customer. */
export type Seqs = Map<number, number>

export interface Side {
  /** The name of what it keeps in the browser. */
  name: string
  /** Whether its socket is for a peer too. */
  serves: (peerId: number) => boolean
  sender: number
  /** Who registers, and for whom. */
  registration: object
  /** How a message says who it is from. */
  self: object
  /** How a frame says whom it is for. */
  to: (peerId: number) => object
  peerOf: (names: PairNames) => number
  /** Positions as an answer has them. */
  seqs: (told: unknown) => Seqs
  /** Positions as a registration has them. */
  since: (seqs: Seqs) => unknown
}

/** A rep, who talks to all of its customers over one socket. */
export function repSide(repId: number): Side {
  return {
    name: `rep.${repId}`,
    serves: () => true,
    sender: Sender.REP,
    registration: { user_id: repId },
    self: { user_id: repId },
    to: (peerId) => ({ customer_id: peerId }),
    peerOf: ({ customer_id }) => customer_id,
    seqs: (told) =>
      new Map(Object.entries(told as object).map(([id, seq]) => [Number(id), seq as number])),
    since: (seqs) => Object.fromEntries(seqs),
  }
}

/** A customer, whose socket is an open chat page with one rep. */
export function customerSide(customerId: number, repId: number): Side {
  return {
    name: `customer.${customerId}`,
    serves: (peerId) => peerId === repId,
    sender: Sender.CUSTOMER,
    registration: { u_id: repId, user_id: customerId },
    self: { user_id: customerId },
    to: (peerId) => ({ u_id: peerId }),
    peerOf: ({ user_id }) => user_id,
    seqs: (told) => new Map([[repId, told as number]]),
    since: (seqs) => seqs.get(repId) ?? 0,
  }
}

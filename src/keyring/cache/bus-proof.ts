import type { Integrity } from '../record/integrity.js'
import type { BusMessage, BusProof, BusSaying } from './key-bus.js'

/** Clocks of nodes may differ by so much; a message of longer ago is an old one that was sent again. */
export const MOST_AGE_MS = 300_000
/** So many of a node's messages may overtake each other: a pool of connections keeps no order. */
const WINDOW = 64
const MOST_SENDERS = 10_000

/** Signs what a node says, and tells what other nodes said from what anybody else put on the bus. */
export interface BusProver {
  prove(saying: BusSaying): BusMessage
  /** Whether a node of this keyring said it, for the first time. */
  isProven(message: BusMessage): boolean
}

interface Sender {
  /** The highest number that was heard. */
  last: number
  /** Which of the {@link WINDOW} numbers up to it were heard; bit 0 is the highest. */
  heard: bigint
}

/** Every member that means something, in a fixed order; JSON keeps texts apart. */
const provenText = (scope: string, said: BusSaying, { from, seq, atMs }: Omit<BusProof, 'keyId' | 'tag'>): string => {
  const { type, id, rev, status, node } = said as Partial<Record<string, unknown>>
  return `countersign bus 1\n${JSON.stringify([scope, type, id ?? null, rev ?? null, status ?? null, node ?? null, from, seq, atMs])}`
}

/**
 * @param node this node's name, which is drawn anew with every start
 * @param scope the keyring: nodes of another one that share the bus prove nothing here
 */
export function createBusProver(
  integrity: Integrity,
  node: string,
  scope: string,
  nowMs: () => number = Date.now,
): BusProver {
  // Its own messages come back, too, and show that the bus carries proofs: there is always room for them.
  const senders = new Map<string, Sender>([[node, { last: 0, heard: 0n }]])
  let seq = 0

  const isNew = (from: string, number: number): boolean => {
    const known = senders.get(from)
    if (known === undefined) {
      // Full of nodes that a key made: it takes those that are known, and waits for the rest.
      if (senders.size > MOST_SENDERS) return false
      senders.set(from, { last: number, heard: 1n })
      return true
    }
    const ahead = number - known.last
    if (ahead > 0) {
      known.heard = ahead >= WINDOW ? 1n : ((known.heard << BigInt(ahead)) | 1n) & FULL
      known.last = number
      return true
    }
    const bit = -ahead
    if (bit >= WINDOW || (known.heard >> BigInt(bit)) & 1n) return false
    known.heard |= 1n << BigInt(bit)
    return true
  }

  return {
    prove: (saying) => {
      const head = { from: node, seq: ++seq, atMs: Math.max(0, Math.floor(nowMs())) }
      return { ...saying, proof: { ...head, ...integrity.bind('bus', provenText(scope, saying, head)) } }
    },
    isProven: (message) => {
      const { proof } = message
      if (proof === undefined) return false
      // What a node says of itself, no other node says.
      if ('node' in message && message.node !== proof.from) return false
      if (!(Math.abs(nowMs() - proof.atMs) <= MOST_AGE_MS)) return false
      return integrity.isBound('bus', proof, provenText(scope, message, proof)) === true && isNew(proof.from, proof.seq)
    },
  }
}

const FULL = (1n << BigInt(WINDOW)) - 1n

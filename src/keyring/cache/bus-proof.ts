import type { Integrity } from '../record/integrity.js'
import type { BusContent, BusMessage, BusProof } from './key-bus.js'

/** Clocks of nodes may differ by so much; a message of longer ago is an old one that was sent again. */
export const MOST_AGE_MS = 300_000
/** So many of a node's messages may overtake each other: a pool of connections keeps no order. */
const WINDOW = 64
const MOST_SENDERS = 10_000

/** Signs the messages of one node, and verifies that a message is of a node of this keyring. */
export interface BusProver {
  prove(content: BusContent): BusMessage
  /** Whether a node of this keyring sent it, for the first time. */
  isProven(message: BusMessage): boolean
}

interface Sender {
  /** The highest number that was received. */
  last: number
  /** Which of the {@link WINDOW} numbers up to it were received; bit 0 is the highest. */
  received: bigint
}

/** Every member that means something, in a fixed order; JSON keeps texts apart. */
const provenText = (
  scope: string,
  content: BusContent,
  { from, seq, atMs }: Omit<BusProof, 'keyId' | 'tag'>,
): string => {
  const { type, id, rev, status, node } = content as Partial<Record<string, unknown>>
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
  const senders = new Map<string, Sender>([[node, { last: 0, received: 0n }]])
  let seq = 0

  const isNew = (from: string, number: number): boolean => {
    const known = senders.get(from)
    if (known === undefined) {
      // Full of names that a key signed: it takes those that are known, and no others.
      if (senders.size > MOST_SENDERS) return false
      senders.set(from, { last: number, received: 1n })
      return true
    }
    const ahead = number - known.last
    if (ahead > 0) {
      known.received = ahead >= WINDOW ? 1n : ((known.received << BigInt(ahead)) | 1n) & FULL
      known.last = number
      return true
    }
    const bit = -ahead
    if (bit >= WINDOW || (known.received >> BigInt(bit)) & 1n) return false
    known.received |= 1n << BigInt(bit)
    return true
  }

  return {
    prove: (content) => {
      const head = { from: node, seq: ++seq, atMs: Math.max(0, Math.floor(nowMs())) }
      return { ...content, proof: { ...head, ...integrity.bind('bus', provenText(scope, content, head)) } }
    },
    isProven: (message) => {
      const { proof } = message
      if (proof === undefined) return false
      // Messages about a node are valid from that node only.
      if ('node' in message && message.node !== proof.from) return false
      if (!(Math.abs(nowMs() - proof.atMs) <= MOST_AGE_MS)) return false
      return integrity.isBound('bus', proof, provenText(scope, message, proof)) === true && isNew(proof.from, proof.seq)
    },
  }
}

const FULL = (1n << BigInt(WINDOW)) - 1n

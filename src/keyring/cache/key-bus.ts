import { isInteger } from '../../errors.js'
import { KEK_ID } from '../record/kek.js'
import type { KeyStatus } from '../record/key-record.js'

/** The sender and time of a message, under a MAC that only the nodes of one keyring can make. */
export interface BusProof {
  /** The node that sent it. */
  readonly from: string
  /** +1 with every message of that node: one that was received before is ignored. */
  readonly seq: number
  readonly atMs: number
  /** Which key the MAC is of. */
  readonly keyId: string
  /** base64url. */
  readonly tag: string
}

/** A message between nodes. Without a proof it only has records read again. */
export type BusMessage = BusContent & { readonly proof?: BusProof }

/** The content of a message. */
export type BusContent =
  /** A record was written. */
  | { readonly type: 'change'; readonly id: string; readonly rev: number; readonly status: KeyStatus }
  /** A node no longer uses an older record of this id. */
  | { readonly type: 'ack'; readonly id: string; readonly rev: number; readonly node: string }
  /** The heartbeat of a node; `hello` asks the others for theirs. */
  | { readonly type: 'hello' | 'alive' | 'bye'; readonly node: string }

/**
 * Delivers changes to the other nodes at once. Messages may be lost: polling the store stands behind every bus. A bus carries
 * messages as they are, `proof` and all. A publisher that is no node can only have records read again; one that can cut the
 * bus, have them cached for a shorter time and waited for.
 */
export interface KeyBus {
  /** Sends a message to all other nodes. */
  publish(message: BusMessage): void | Promise<void>
  /**
   * Listens to the messages of other nodes.
   *
   * @param onMessage called with every message, also with this node's own
   * @param onState `true` when messages arrive from now on, `false` when they may be lost from now on
   * @returns how to stop listening
   */
  subscribe(
    onMessage: (message: BusMessage) => void,
    onState: (connected: boolean) => void,
  ): (() => void | Promise<void>) | Promise<() => void | Promise<void>>
}

const ID = /^[A-Za-z0-9._:@/+=~#-]{1,256}$/
const TAG = /^[A-Za-z0-9_-]{43}$/
const NODE = /^[A-Za-z0-9_-]{1,64}$/
const STATUSES: readonly unknown[] = ['active', 'rotating', 'disabled', 'revoked']

/** A message as text. */
export const busText = (message: BusMessage): string => JSON.stringify(message)

/** The message of a text, or `undefined`: a bus may be shared with other programs. */
export function parseBusText(text: unknown): BusMessage | undefined {
  if (typeof text !== 'string' || text.length > 1_024) return undefined
  try {
    return readBusMessage(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** The message that a value is, in a copy, or `undefined`. */
export function readBusMessage(value: unknown): BusMessage | undefined {
  const content = readContent(value)
  const given = (value as { readonly proof?: unknown } | null | undefined)?.proof
  if (content === undefined || given === undefined) return content
  const proof = readProof(given)
  return proof && { ...content, proof }
}

function readProof(value: unknown): BusProof | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { from, seq, atMs, keyId, tag } = value as Record<string, unknown>
  const isProof =
    typeof from === 'string' &&
    NODE.test(from) &&
    isInteger(seq, 1) &&
    isInteger(atMs, 0) &&
    typeof keyId === 'string' &&
    KEK_ID.test(keyId) &&
    typeof tag === 'string' &&
    TAG.test(tag)
  return isProof ? { from, seq: seq as number, atMs: atMs as number, keyId, tag } : undefined
}

function readContent(value: unknown): BusContent | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { type, id, rev, status, node } = value as Record<string, unknown>
  const ofRecord = typeof id === 'string' && ID.test(id) && isInteger(rev, 1)
  const ofNode = typeof node === 'string' && NODE.test(node)
  if (type === 'change')
    return ofRecord && STATUSES.includes(status)
      ? { type, id, rev: rev as number, status: status as KeyStatus }
      : undefined
  if (type === 'ack') return ofRecord && ofNode ? { type, id, rev: rev as number, node } : undefined
  return (type === 'hello' || type === 'alive' || type === 'bye') && ofNode ? { type, node } : undefined
}

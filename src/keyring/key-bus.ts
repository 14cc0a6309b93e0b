import type { KeyStatus } from './key-record.js'

/** What nodes tell each other. */
export type BusMessage =
  /** A record was written. */
  | { readonly type: 'change'; readonly id: string; readonly rev: number; readonly status: KeyStatus }
  /** A node no longer uses an older record of this id. */
  | { readonly type: 'ack'; readonly id: string; readonly rev: number; readonly node: string }
  /** A node is there; `hello` asks the others to say so, too. */
  | { readonly type: 'hello' | 'alive' | 'bye'; readonly node: string }

/**
 * How nodes hear of changes at once. Messages may be lost: polling the store stands behind every bus. Who may publish on it can
 * have keys refused for some minutes at a time and claim acknowledgements of others, but never open a key: keep it to the nodes.
 */
export interface KeyBus {
  publish(message: BusMessage): void | Promise<void>
  /**
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
const NODE = /^[A-Za-z0-9_-]{1,64}$/
const STATUSES: readonly unknown[] = ['active', 'rotating', 'disabled', 'revoked']

/** A message as text. */
export const busText = (message: BusMessage): string => JSON.stringify(message)

/** The message of a text, or `undefined`: a bus may be shared with anybody. */
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
  if (typeof value !== 'object' || value === null) return undefined
  const { type, id, rev, status, node } = value as Record<string, unknown>
  const ofRecord = typeof id === 'string' && ID.test(id) && Number.isSafeInteger(rev) && (rev as number) > 0
  const ofNode = typeof node === 'string' && NODE.test(node)
  if (type === 'change')
    return ofRecord && STATUSES.includes(status)
      ? { type, id, rev: rev as number, status: status as KeyStatus }
      : undefined
  if (type === 'ack') return ofRecord && ofNode ? { type, id, rev: rev as number, node } : undefined
  return (type === 'hello' || type === 'alive' || type === 'bye') && ofNode ? { type, node } : undefined
}

import { assertInteger, assertOptions } from '../errors.js'

/**
 * Remembers deliveries, so that one that comes again is known as such. A sender delivers again until it is answered with 2xx, so a
 * duplicate is no attack by itself: the receiver answers 200 and does nothing.
 */
export interface DeliveryStore {
  /**
   * True the first time, and atomic: of any number of equal claims exactly one is true. False for a delivery that was handled, and
   * `in-flight` for one that was claimed with a time to be handled and is neither settled nor released. Throwing means it is down.
   */
  claim(claim: DeliveryClaim): DeliveryAnswer | Promise<DeliveryAnswer>
  /** Forgets a delivery whose handler failed, so that the next attempt counts. */
  release(id: string): void | Promise<void>
  /**
   * Marks a delivery as handled, whether or not its claim is still there. A store without it cannot distinguish what is handled from what
   * was: every claim counts as handled.
   */
  settle?(claim: Omit<DeliveryClaim, 'handledByMs'>): void | Promise<void>
}

/** What a store says of a claim. */
export type DeliveryAnswer = boolean | 'in-flight'

/** One delivery that was verified. */
export interface DeliveryClaim {
  /** Scheme and delivery id, or scheme and a hash of what was signed. */
  readonly id: string
  /** The time of the claim, in milliseconds since the epoch. */
  readonly nowMs: number
  /** From this moment it may be forgotten. */
  readonly untilMs: number
  /**
   * Until when its handler has time. Not settled by then, its process is taken to have died: the delivery is forgotten, and the next
   * attempt counts. Absent: handled as soon as it is claimed.
   */
  readonly handledByMs?: number
}

/** Options of {@link memoryDeliveries}. */
export interface MemoryDeliveriesOptions {
  /** How many deliveries are kept; the oldest are forgotten first. Default 100 000. */
  readonly max?: number
}

/**
 * Deliveries of one process, in memory.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant.
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook, type Webhook } from 'countersign/webhook'
 *
 * const deliveries = memoryDeliveries()
 * export const receive = (webhook: Webhook, request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export function memoryDeliveries(options: MemoryDeliveriesOptions = {}): DeliveryStore {
  assertOptions('memoryDeliveries', options, { max: 1 })
  const { max = 100_000 } = options
  assertInteger('max', max, 1, 10_000_000, 'memoryDeliveries: ')
  const known = new Map<string, { readonly untilMs: number; readonly isHandled: boolean }>()
  const put = (id: string, untilMs: number, isHandled: boolean): void => {
    // Deleted first, so that the order of the map is that of the claims.
    known.delete(id)
    if (known.size >= max) known.delete(known.keys().next().value as string)
    known.set(id, { untilMs, isHandled })
  }
  return {
    claim: ({ id, nowMs, untilMs, handledByMs }) => {
      const before = known.get(id)
      if (before !== undefined && before.untilMs > nowMs) return before.isHandled ? false : 'in-flight'
      put(id, handledByMs ?? untilMs, handledByMs === undefined)
      return true
    },
    settle: ({ id, untilMs }) => put(id, untilMs, true),
    release: (id) => {
      known.delete(id)
    },
  }
}

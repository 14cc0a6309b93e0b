import { networkOf } from '../../access/ip-address.js'
import {
  assertInteger,
  assertOptions,
  CountersignError,
  isCountersignError,
  mustBe,
  type OptionNames,
} from '../../errors.js'
import type { Verdict } from '../../server/verdict.js'
import { deadline, unref } from '../../support/deadline.js'
import { ignoreErrors } from '../../support/ignore-errors.js'
import { userAgent } from '../../support/log-text.js'
import type { KeyStore, UsageDelta } from '../key-store.js'
import type { NewNetwork } from './entry.js'
import { type Entry, makeRoom, moveBack, networks, printable, restore, taken } from './entry.js'

/** Options of the usage tracker: where usage is written, and how often. */
export interface UsageTrackerOptions {
  /** With `usage`, the first network of a key in this process is compared with the last one in the store. */
  readonly store: Pick<KeyStore, 'addUsage'> & Partial<Pick<KeyStore, 'usage'>>
  /** How often what was seen is written, give or take a tenth. Default 60 000. */
  readonly flushMs?: number
  /** The most keys at a time. Default 100 000. */
  readonly maxKeys?: number
  /** Called when a key is used from a network it was not used from before. */
  readonly onNewNetwork?: (seen: NewNetwork) => void
  /** Called with what goes wrong in the background. Default: `console.error`. */
  readonly onError?: (error: unknown) => void
  /** How long `flush` and `close` wait for the store. Default 5 000. */
  readonly timeoutMs?: number
  /** Spreads the writes of several processes. Default `Math.random`. */
  readonly random?: () => number
}

/** When and from where keys are used, without a write a request. */
export interface UsageTracker {
  /** Takes note of a verdict on a key that exists. Never throws, never waits. */
  used(keyId: string, verdict: Verdict, nowMs: number): void
  /** When this process last accepted the key. The store has the times of the others. */
  lastUsedMs(keyId: string): number | undefined
  /**
   * Writes what was seen.
   *
   * @throws {CountersignError} whatever the store throws, `STORE_UNAVAILABLE` when it takes too long; nothing is forgotten then.
   */
  flush(): Promise<void>
  /** Stops the timer and flushes a last time. What cannot be written then goes to `onError`. */
  close(): Promise<void>
  /** Verdicts that were not counted, because there were too many keys or the store refused them for good. */
  readonly lost: number
}

const MOST_AT_ONCE = 1_000

const KNOWN: OptionNames<UsageTrackerOptions> = {
  store: 2,
  flushMs: 1,
  maxKeys: 1,
  onNewNetwork: 1,
  onError: 1,
  timeoutMs: 1,
  random: 1,
}

/**
 * Counts the use of keys in memory and writes it in batches: one call of the store a minute and 1 000 keys, however many requests
 * there are. A crash loses at most what was not written yet.
 *
 * A failed batch is kept and written with the next. The store writes a batch whole or not at all, so nothing is counted twice,
 * unless it wrote one and its answer was lost.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options out of range.
 * @example
 * ```ts
 * import { createUsageTracker, type KeyStore } from 'countersign/keyring'
 *
 * declare const store: KeyStore
 * const tracker = createUsageTracker({
 *   store,
 *   onNewNetwork: ({ keyId, network }) => console.log(`${keyId} is used from ${network}`),
 * })
 * await tracker.close()
 * ```
 */
export function createUsageTracker(options: UsageTrackerOptions): UsageTracker {
  assertOptions('createUsageTracker', options, KNOWN)
  const { store, flushMs = 60_000, maxKeys = 100_000, onNewNetwork, onError = console.error } = options
  const { timeoutMs = 5_000, random = Math.random } = options
  mustBe(typeof store?.addUsage === 'function', 'store', 'a key store, for example memoryKeyStore()', store)
  assertInteger('flushMs', flushMs, 10, 86_400_000)
  assertInteger('maxKeys', maxKeys, 1, 10_000_000)
  assertInteger('timeoutMs', timeoutMs, 1, 600_000)
  for (const [name, callback] of Object.entries({ onNewNetwork, onError, random }))
    mustBe(typeof callback === 'function' || callback === undefined, name, 'a function', callback)
  const entries = new Map<string, Entry>()
  let dirty: Entry[] = []
  let newest: Entry | undefined
  let lost = 0
  let reported = 0
  let writing: Promise<void> | undefined
  let timer: unknown
  let closed = false

  const enter = (id: string): Entry | undefined => {
    if (entries.size >= maxKeys && !makeRoom(entries)) {
      lost++
      return undefined
    }
    // It may be the one that went.
    newest = undefined
    // Written out: spread parts would make an object that is twenty times slower to change.
    const entry: Entry = {
      id,
      first: 0,
      last: 0,
      count: 0,
      failures: 0,
      ip: undefined,
      agent: undefined,
      lastUsedMs: 0,
      networks: undefined,
      unchecked: undefined,
      dirty: false,
    }
    entries.set(id, entry)
    return entry
  }
  const mark = (entry: Entry): void => {
    entry.dirty = true
    dirty.push(entry)
    schedule()
  }

  /** Another address than last time, or the first. */
  const moved = (entry: Entry, verdict: Verdict, nowMs: number): void => {
    const ip = verdict.clientIp
    entry.ip = ip
    entry.agent = printable(userAgent(verdict.request.fields))
    const network = networkOf(ip)
    if (network === undefined || ip === undefined) return
    const seen = { keyId: entry.id, network, ip, nowMs }
    if (entry.networks === undefined) {
      entry.networks = networks(network)
      entry.unchecked = seen
    } else if (!entry.networks.has(network)) ignoreErrors(() => onNewNetwork?.(seen))
  }

  /** The last network in the store, from before this process.  Without an answer the first one counts as known. */
  const holdAgainstStore = async (batch: readonly Entry[]): Promise<void> => {
    const asked = batch.filter(({ unchecked }) => unchecked !== undefined)
    if (asked.length === 0 || store.usage === undefined || onNewNetwork === undefined) return
    const known = await store.usage(asked.map(({ id }) => id))
    for (const entry of asked) {
      const seen = entry.unchecked as NewNetwork
      entry.unchecked = undefined
      const before = networkOf(known.get(entry.id)?.lastUsedIp)
      if (before === undefined || before === seen.network) continue
      if (entry.networks?.has(before) === false) ignoreErrors(() => onNewNetwork(seen))
    }
  }

  const write = async (): Promise<void> => {
    const waiting = dirty
    dirty = []
    const failures: unknown[] = []
    for (let at = 0; at < waiting.length; at += MOST_AT_ONCE) {
      const batch = waiting.slice(at, at + MOST_AT_ONCE)
      if (failures.length === 0) await holdAgainstStore(batch).catch((error) => ignoreErrors(() => onError(error)))
      const deltas = batch.map(taken)
      if (failures.length === 0) {
        try {
          await store.addUsage(deltas)
          for (const { id } of batch) moveBack(entries, id)
          continue
        } catch (error) {
          failures.push(error)
          if (isCountersignError(error, 'ARGUMENT_INVALID')) {
            // It will never take this; keeping it would keep everything behind it, too.
            lost += deltas.reduce((sum, { count, failures: refused }) => sum + count + refused, 0)
            continue
          }
        }
      }
      for (const [i, entry] of batch.entries()) {
        restore(entry, deltas[i] as UsageDelta)
        if (!entry.dirty) mark(entry)
      }
    }
    if (failures.length > 0) throw failures[0]
  }

  /** One write at a time: a slow store gets more with the next, not the same twice. */
  const flushed = (): Promise<void> => {
    writing ??= write().finally(() => {
      writing = undefined
    })
    return writing
  }
  const schedule = (): void => {
    if (timer !== undefined || closed) return
    timer = setTimeout(
      () => {
        timer = undefined
        if (lost > reported) {
          const count = lost - reported
          reported = lost
          ignoreErrors(() =>
            onError(new CountersignError('STORE_UNAVAILABLE', `${count} uses of keys were not counted`)),
          )
        }
        flushed().catch((error) => {
          ignoreErrors(() => onError(error))
          schedule()
        })
      },
      flushMs * (0.9 + 0.2 * random()),
    )
    unref(timer)
  }
  const flush = async (): Promise<void> => {
    // What is being written now does not hold what came since.
    if (writing !== undefined) await deadline(writing, timeoutMs).catch(() => {})
    if (dirty.length > 0) await deadline(flushed(), timeoutMs)
  }

  return {
    used: (keyId, verdict, givenMs) => {
      const entry = newest?.id === keyId ? newest : (entries.get(keyId) ?? enter(keyId))
      if (entry === undefined) return
      newest = entry
      if (!entry.dirty) mark(entry)
      if (!verdict.ok) {
        entry.failures++
        return
      }
      // Stores take whole milliseconds; a broken clock counts, and gives no time.
      const nowMs = givenMs >= 0 && givenMs <= 8.64e15 ? Math.floor(givenMs) : 0
      if (entry.ip !== verdict.clientIp || entry.lastUsedMs === 0) moved(entry, verdict, nowMs)
      if (entry.count++ === 0) entry.first = nowMs
      if (nowMs > entry.last) {
        entry.last = nowMs
        if (nowMs > entry.lastUsedMs) entry.lastUsedMs = nowMs
      }
    },
    lastUsedMs: (keyId) => {
      const found = entries.get(keyId)?.lastUsedMs
      return found === 0 ? undefined : found
    },
    flush,
    close: async () => {
      closed = true
      clearTimeout(timer as number)
      timer = undefined
      await flush().catch((error) => ignoreErrors(() => onError(error)))
    },
    get lost() {
      return lost
    },
  }
}

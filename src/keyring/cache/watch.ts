import { fail } from '../../errors.js'
import { unref } from '../../support/deadline.js'
import type { Writer } from '../change/writer.js'
import type { ChangedKey } from '../key-store.js'
import type { KeyringOptions } from '../keyring-options.js'
import type { Integrity } from '../record/integrity.js'
import type { LoadedKey } from '../record/load-key.js'
import { createKeyCache, type KeyCache } from './key-cache.js'
import { type Acknowledgement, createNodes, type Nodes } from './nodes.js'
import type { InvalidationSource } from './tombstones.js'

/** The longest TTL of a record: the bound that `revokeAndWait` and the documentation state. */
export const MAX_TTL_MS = 30_000
const POLL_PAGE = 1_000
/** Pages a poll reads before others get their turn; the next one goes on from there. */
const POLL_PAGES = 100

export interface WatchOptions {
  readonly changes: Writer['changes']
  readonly options: KeyringOptions
  readonly integrity: Integrity
  /** Invalidations of ids of other keyrings fill no memory. */
  readonly isOwnId: (id: unknown) => id is string
  readonly now: () => number
  readonly load: (id: string) => Promise<LoadedKey | undefined>
  readonly onError: (error: unknown) => void
  /** Called when the store lists a key as revoked. */
  readonly onRevoked?: (id: string) => Promise<unknown>
}

const ALONE: Acknowledgement = { done: Promise.resolve(0), count: () => 0, cancel: () => {} }

/** The cache of one node, and everything that keeps it from being old. */
export interface Watch {
  readonly cache: KeyCache
  readonly nodes: Nodes | undefined
  /** The longest TTL of a record. */
  readonly boundMs: number
  announce(change: ChangedKey): void
  /**
   * When every other node acknowledged that it uses nothing older, with their number. `undefined` where only the TTL bounds
   * it: no bus, or none that is known to work.
   */
  acknowledged(change: ChangedKey): Acknowledgement | undefined
  ready(): Promise<void>
  isStopped(): boolean
  stop(): Promise<void>
}

/**
 * Takes invalidations from the bus, and polls the store for them as well: a bus guarantees nothing. While neither is known to
 * work, records have a short TTL.
 */
export function createWatch({
  changes,
  options,
  integrity,
  isOwnId,
  now,
  load,
  onError,
  onRevoked,
}: WatchOptions): Watch {
  const { bus, otherNodes = 1, cache: limits = {} } = options
  const { ttlMs = MAX_TTL_MS, negativeTtlMs = 5_000, disconnectedTtlMs = 5_000, maxEntries = 100_000 } = limits
  const { pollMs = 5_000 } = limits
  let connected = bus === undefined
  // Changes before the first cursor would be missed by polling.
  let covered = pollMs === 0
  let cursor: string | undefined
  let stopped = false

  const cache = createKeyCache({
    load,
    now,
    // After `bye` other nodes no longer wait for this one, so it must not serve from cache.
    ttlMs: () => (stopped ? 0 : connected && covered ? ttlMs : Math.min(ttlMs, disconnectedTtlMs)),
    negativeTtlMs,
    maxEntries,
  })
  const invalidate = (change: ChangedKey, from: InvalidationSource | 'unproven'): void => {
    if (isOwnId(change.id)) cache.invalidate(change, from)
  }

  let polling: Promise<void> | undefined
  const pollOnce = async (): Promise<void> => {
    try {
      for (let page = 1; !stopped; page++) {
        const { changed, cursor: next } = await changes(cursor, POLL_PAGE)
        for (const change of changed) {
          invalidate(change, 'store')
          if (onRevoked !== undefined && change.status === 'revoked' && isOwnId(change.id))
            onRevoked(change.id).catch(onError)
        }
        const isStuck = next === cursor
        cursor = next
        if (changed.length < POLL_PAGE) break
        if (isStuck) fail('STORE_CORRUPTED', 'the store returned a full page of changes with the same cursor')
        if (page >= POLL_PAGES) fail('STORE_UNAVAILABLE', 'the store has more changes than can be read at a time')
      }
      covered = true
    } catch (error) {
      covered = false
      onError(error)
    }
  }
  /** One at a time: a slow store is not asked again while it works. */
  const poll = (): Promise<void> => {
    polling ??= pollOnce().finally(() => {
      polling = undefined
    })
    return polling
  }
  /** A question asked from now on: the answer to one that is under way may be older. */
  const pollAfresh = (): Promise<void> => (polling === undefined ? poll() : polling.then(poll))
  let turns = 0

  const nodes =
    bus &&
    createNodes({
      bus,
      integrity,
      scope: `${options.prefix}/${options.environment ?? 'live'}`,
      otherNodes,
      onChange: (change, isProven) => invalidate(change, isProven ? 'bus' : 'unproven'),
      onState: (state) => {
        const turn = ++turns
        connected = false
        // Messages of the meantime were missed: only once the store has been polled is the bus enough again.
        if (state)
          pollAfresh().then(() => {
            connected = turn === turns
          }, onError)
      },
      onError,
    })

  const started = (async () => {
    if (pollMs !== 0) await poll()
    await nodes?.start()
  })()
  started.catch(onError)
  const timer = pollMs === 0 ? undefined : setInterval(() => void poll(), pollMs)
  unref(timer)

  return {
    cache,
    nodes,
    boundMs: Math.max(ttlMs, disconnectedTtlMs),
    announce: (change) => {
      invalidate(change, 'store')
      nodes?.announce(change)
    },
    acknowledged: (change) => {
      // Only this process uses the store, and its cache is up to date.
      if (nodes === undefined) return pollMs === 0 || otherNodes === 0 ? ALONE : undefined
      if (!connected || !covered) return undefined
      const answer = nodes.acknowledged(change)
      // Once more, because a node may have missed it the first time.
      nodes.announce(change)
      return answer
    },
    ready: () => started,
    isStopped: () => stopped,
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await nodes?.stop()
    },
  }
}

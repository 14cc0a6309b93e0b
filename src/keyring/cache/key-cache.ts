import { CountersignError } from '../../errors.js'
import { putBounded } from '../../support/bounded-map.js'
import type { ChangedKey } from '../key-store.js'
import type { LoadedKey } from '../record/load-key.js'
import { createTombstones, type InvalidationSource } from './tombstones.js'

export interface KeyCacheOptions {
  /** Reads a record and makes it ready; `undefined` where there is none. */
  readonly load: (id: string) => Promise<LoadedKey | undefined>
  readonly now: () => number
  /** A clock that is never set. Default: the monotonic one. */
  readonly ticks?: () => number
  /** The TTL of an answer now; shorter while changes may be missed. */
  readonly ttlMs: () => number
  readonly negativeTtlMs: number
  readonly maxEntries: number
}

/** Records in memory, never older than their TTL, and never older than their tombstone. */
export interface KeyCache {
  /** The record that is fresh in memory. For any text: what is no id was never put in. */
  fresh(id: string): LoadedKey | undefined
  /** At once where the record is fresh. */
  get(id: string): LoadedKey | undefined | Promise<LoadedKey | undefined>
  /**
   * A record was changed: nothing older is answered from now on; after an invalidation of a bus alone, for some minutes. One
   * without a proof only has the record read again.
   */
  invalidate(change: ChangedKey, from?: InvalidationSource | 'unproven'): void
  readonly size: number
}

interface Entry {
  readonly loaded: LoadedKey
  readonly filledMs: number
  readonly filledTicks: number
}

/** How often a record is read again that is older than its tombstone: a replica may lag behind. */
const ATTEMPTS = 3
/** Ids asked of the store at a time; they add up where it hangs. */
const MOST_FLIGHTS = 10_000
/** Unknown ids that are remembered: callers can make up more of them. */
const MOST_UNKNOWN = 10_000

/**
 * One load at a time per id. An invalidation during a load makes its answer worthless, so an older fill cannot bring a revoked
 * key back; and revoked is final, whatever a store returns later.
 */
export function createKeyCache(options: KeyCacheOptions): KeyCache {
  const { load, now, ticks = () => performance.now(), ttlMs, negativeTtlMs, maxEntries } = options
  const entries = new Map<string, Entry>()
  const unknown = new Map<string, number>()
  const flights = new Map<string, Promise<LoadedKey | undefined>>()
  const tombstones = createTombstones(maxEntries, ticks)
  /** Ids of flights during which an invalidation without a proof came: their answer may be older. */
  const outdated = new Set<string>()

  const fill = async (id: string): Promise<LoadedKey | undefined> => {
    for (let attempt = 1; ; attempt++) {
      const startedMs = now()
      const startedTicks = ticks()
      const loaded = await load(id)
      if (outdated.delete(id) && attempt < ATTEMPTS) continue
      const known = tombstones.of(id)
      if (loaded === undefined) {
        // Records are never deleted: where there is a tombstone and no record, the store lost it.
        if (known !== undefined) throw stale(id)
        putBounded(unknown, id, startedMs, Math.min(maxEntries, MOST_UNKNOWN))
        return undefined
      }
      if (known === undefined || loaded.stored.rev >= known.rev) {
        if (known?.revoked === true && loaded.stored.status !== 'revoked') throw stale(id)
        const { rev, status } = loaded.stored
        // The store returned this revision: an older one that is put back later is refused for as long as this process runs.
        tombstones.invalidate({ id, rev, status }, 'store')
        unknown.delete(id)
        putBounded(entries, id, { loaded, filledMs: startedMs, filledTicks: startedTicks }, maxEntries)
        return loaded
      }
      if (attempt >= ATTEMPTS) throw stale(id)
    }
  }

  const fresh = (id: string, nowMs: number): LoadedKey | undefined => {
    const entry = entries.get(id)
    if (entry === undefined) return undefined
    const age = nowMs - entry.filledMs
    const most = ttlMs()
    // By both clocks: one that is set back does not make a record young again.
    return age >= 0 && age < most && ticks() - entry.filledTicks < most ? entry.loaded : undefined
  }

  return {
    fresh: (id) => fresh(id, now()),
    get: (id) => {
      const nowMs = now()
      const known = fresh(id, nowMs)
      if (known !== undefined) return known
      const sinceMs = nowMs - (unknown.get(id) ?? Number.NEGATIVE_INFINITY)
      if (sinceMs >= 0 && sinceMs < negativeTtlMs) return undefined
      const flight = flights.get(id)
      if (flight !== undefined) return flight
      if (flights.size >= MOST_FLIGHTS)
        return Promise.reject(new CountersignError('STORE_UNAVAILABLE', 'too many keys are being read at a time'))
      const started = fill(id).finally(() => {
        flights.delete(id)
        outdated.delete(id)
      })
      flights.set(id, started)
      return started
    },
    invalidate: (change, from = 'store') => {
      const { id, rev, status } = change
      if (from !== 'unproven') tombstones.invalidate(change, from)
      else if (flights.has(id)) outdated.add(id)
      unknown.delete(id)
      const entry = entries.get(id)
      if (entry === undefined || entry.loaded.stored.rev >= rev) return
      if (status === 'revoked' && from !== 'unproven') {
        // Overwritten, not dropped: the answer is known without asking the store.
        const loaded = revokedOf(entry.loaded, rev)
        putBounded(entries, id, { loaded, filledMs: now(), filledTicks: ticks() }, maxEntries)
      } else entries.delete(id)
    },
    get size() {
      return entries.size
    },
  }
}

const stale = (id: string): CountersignError =>
  new CountersignError('STORE_UNAVAILABLE', `the store returned an older record of "${id}" than announced`)

function revokedOf({ record, stored, lastUsedMs }: LoadedKey, rev: number): LoadedKey {
  const revoked = Object.freeze({ ...record, status: 'revoked' as const, rev })
  return { record: revoked, locked: revoked, stored: { ...stored, status: 'revoked', rev }, lastUsedMs }
}

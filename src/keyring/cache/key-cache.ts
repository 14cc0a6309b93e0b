import { CountersignError } from '../../errors.js'
import { putBounded } from '../../support/bounded-map.js'
import type { ChangedKey } from '../key-store.js'
import type { LoadedKey } from '../record/load-key.js'
import { createHeard, type NewsSource } from './heard.js'

export interface KeyCacheOptions {
  /** Reads a record and makes it ready; `undefined` where there is none. */
  readonly load: (id: string) => Promise<LoadedKey | undefined>
  readonly now: () => number
  /** A clock that nobody sets. Default: the monotonic one. */
  readonly ticks?: () => number
  /** How long an answer is believed now; shorter while changes may be missed. */
  readonly ttlMs: () => number
  readonly negativeTtlMs: number
  readonly maxEntries: number
}

/** Records in memory, never older than said, and never older than the newest change that was heard of. */
export interface KeyCache {
  /** What is fresh in memory. For any text: what is no id was never put in. */
  fresh(id: string): LoadedKey | undefined
  /** At once where the record is fresh. */
  get(id: string): LoadedKey | undefined | Promise<LoadedKey | undefined>
  /**
   * A record was changed: nothing older is answered from now on; where only a bus says so, for some minutes. What is said
   * without a proof only has the record read again.
   */
  note(change: ChangedKey, from?: NewsSource | 'unproven'): void
  readonly size: number
}

interface Entry {
  readonly loaded: LoadedKey
  readonly filledMs: number
  readonly filledTicks: number
}

/** How often a record is read again that is older than what was heard of it: a replica may lag behind. */
const ATTEMPTS = 3
/** Ids asked of the store at a time; they add up where it hangs. */
const MOST_FLIGHTS = 10_000
/** Unknown ids kept in mind: anybody can make up more of them. */
const MOST_UNKNOWN = 10_000

/**
 * One load at a time for each id. A change that is heard of while a load is under way makes its answer worthless, so an
 * older fill cannot bring a revoked key back; and revoked is final, whatever a store says later.
 */
export function createKeyCache(options: KeyCacheOptions): KeyCache {
  const { load, now, ticks = () => performance.now(), ttlMs, negativeTtlMs, maxEntries } = options
  const entries = new Map<string, Entry>()
  const unknown = new Map<string, number>()
  const flights = new Map<string, Promise<LoadedKey | undefined>>()
  const heard = createHeard(maxEntries, ticks)
  /** Ids of flights during which something was said without a proof: their answer may be older. */
  const stirred = new Set<string>()

  const fill = async (id: string): Promise<LoadedKey | undefined> => {
    for (let attempt = 1; ; attempt++) {
      const startedMs = now()
      const startedTicks = ticks()
      const loaded = await load(id)
      if (stirred.delete(id) && attempt < ATTEMPTS) continue
      const known = heard.of(id)
      if (loaded === undefined) {
        // Records are never deleted: one that was heard of and is not there is a store that lost it.
        if (known !== undefined) throw stale(id)
        putBounded(unknown, id, startedMs, Math.min(maxEntries, MOST_UNKNOWN))
        return undefined
      }
      if (known === undefined || loaded.stored.rev >= known.rev) {
        if (known?.revoked === true && loaded.stored.status !== 'revoked') throw stale(id)
        const { rev, status } = loaded.stored
        // The store said this revision: an older one that is put back later is refused for as long as this process runs.
        heard.note({ id, rev, status }, 'store')
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
        stirred.delete(id)
      })
      flights.set(id, started)
      return started
    },
    note: (change, from = 'store') => {
      const { id, rev, status } = change
      if (from !== 'unproven') heard.note(change, from)
      else if (flights.has(id)) stirred.add(id)
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
  new CountersignError('STORE_UNAVAILABLE', `the store answered an older record of "${id}" than was heard of`)

function revokedOf({ record, stored, lastUsedMs }: LoadedKey, rev: number): LoadedKey {
  const revoked = Object.freeze({ ...record, status: 'revoked' as const, rev })
  return { record: revoked, locked: revoked, stored: { ...stored, status: 'revoked', rev }, lastUsedMs }
}

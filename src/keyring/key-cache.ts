import { CountersignError } from '../errors.js'
import type { ChangedKey } from './key-store.js'
import type { LoadedKey } from './load-key.js'

export interface KeyCacheOptions {
  /** Reads a record and makes it ready; `undefined` where there is none. */
  readonly load: (id: string) => Promise<LoadedKey | undefined>
  readonly now: () => number
  /** How long an answer is believed now; shorter while changes may be missed. */
  readonly positiveMs: () => number
  readonly negativeMs: number
  readonly maxEntries: number
}

/** Records in memory, never older than said, and never older than the newest change that was heard of. */
export interface KeyCache {
  /** What is fresh in memory. For any text: what is no id was never put in. */
  fresh(id: string): LoadedKey | undefined
  /** At once where the record is fresh. */
  get(id: string): LoadedKey | undefined | Promise<LoadedKey | undefined>
  /** A record was changed: nothing older is answered from now on. */
  note(change: ChangedKey): void
  /** Forgets everything but what was revoked. */
  flush(): void
  /** The highest `rev` heard of. */
  heardOf(id: string): number
  readonly size: number
}

interface Entry {
  readonly loaded: LoadedKey
  readonly filledMs: number
}

/** How often a record is read again that is older than what was heard of it: a replica may lag behind. */
const ATTEMPTS = 3

/**
 * One load at a time for each id. A change that is heard of while a load is under way makes its answer worthless, so an
 * older fill cannot bring a revoked key back; and revoked is final, whatever a store says later.
 */
export function createKeyCache({ load, now, positiveMs, negativeMs, maxEntries }: KeyCacheOptions): KeyCache {
  const entries = new Map<string, Entry>()
  const unknown = new Map<string, number>()
  const flights = new Map<string, Promise<LoadedKey | undefined>>()
  const heard = new Map<string, { readonly rev: number; readonly revoked: boolean }>()

  /** First in, first out: what is in use comes back within a read, and the map needs no bookkeeping on a hit. */
  const put = <V>(map: Map<string, V>, id: string, value: V, most: number): void => {
    map.delete(id)
    if (map.size >= most) {
      const oldest = map.keys().next()
      if (oldest.done !== true) map.delete(oldest.value)
    }
    map.set(id, value)
  }

  const fill = async (id: string): Promise<LoadedKey | undefined> => {
    for (let attempt = 1; ; attempt++) {
      const startedMs = now()
      const loaded = await load(id)
      const known = heard.get(id)
      if (loaded === undefined) {
        // Records are never deleted: one that was heard of and is not there is a store that lost it.
        if (known !== undefined) throw stale(id)
        put(unknown, id, startedMs, Math.min(maxEntries, 10_000))
        return undefined
      }
      if (known === undefined || loaded.stored.rev >= known.rev) {
        if (known?.revoked === true && loaded.stored.status !== 'revoked') throw stale(id)
        if (loaded.stored.status === 'revoked') hear({ id, rev: loaded.stored.rev, status: 'revoked' })
        unknown.delete(id)
        put(entries, id, { loaded, filledMs: startedMs }, maxEntries)
        return loaded
      }
      if (attempt >= ATTEMPTS) throw stale(id)
    }
  }

  const hear = ({ id, rev, status }: ChangedKey): void => {
    const known = heard.get(id)
    if (known !== undefined && known.rev >= rev) return
    put(heard, id, { rev, revoked: status === 'revoked' || known?.revoked === true }, 4 * maxEntries)
  }

  const fresh = (id: string, nowMs: number): LoadedKey | undefined => {
    const entry = entries.get(id)
    if (entry === undefined) return undefined
    const age = nowMs - entry.filledMs
    return age >= 0 && age < positiveMs() ? entry.loaded : undefined
  }

  return {
    fresh: (id) => fresh(id, now()),
    get: (id) => {
      const nowMs = now()
      const known = fresh(id, nowMs)
      if (known !== undefined) return known
      const missedMs = unknown.get(id)
      if (missedMs !== undefined && nowMs - missedMs < negativeMs && nowMs >= missedMs) return undefined
      const flight = flights.get(id)
      if (flight !== undefined) return flight
      const started = fill(id).finally(() => {
        if (flights.get(id) === started) flights.delete(id)
      })
      flights.set(id, started)
      return started
    },
    note: (change) => {
      const { id, rev, status } = change
      hear(change)
      unknown.delete(id)
      const entry = entries.get(id)
      if (entry === undefined || entry.loaded.stored.rev >= rev) return
      if (status === 'revoked') {
        // Overwritten, not dropped: the answer is known without asking the store.
        put(entries, id, { loaded: revokedOf(entry.loaded, rev), filledMs: now() }, maxEntries)
      } else entries.delete(id)
    },
    flush: () => {
      entries.clear()
      unknown.clear()
    },
    heardOf: (id) => heard.get(id)?.rev ?? 0,
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

import { putBounded } from '../../support/bounded-map.js'
import type { ChangedKey } from '../key-store.js'

/** Where an invalidation comes from: the store itself, or a node on a bus. */
export type InvalidationSource = 'store' | 'bus'

/** The newest revision of a record that an invalidation named. */
export interface Tombstone {
  readonly rev: number
  /** Once true, for good. */
  readonly revoked: boolean
}

/** Remembers invalidations, so that no older record is served. */
export interface Tombstones {
  invalidate(change: ChangedKey, from: InvalidationSource): void
  of(id: string): Tombstone | undefined
}

/**
 * How long an invalidation from a bus alone stands against a store that returns an older record: far longer than a replica lags
 * or a poll takes, either of which then confirms it. Without an end, one wrong message would close a key for ever.
 */
export const UNCONFIRMED_TTL_MS = 300_000

/** Those of the store stay; those of a bus alone go after {@link UNCONFIRMED_TTL_MS}, and never push out the others. */
export function createTombstones(maxEntries: number, ticks: () => number): Tombstones {
  const confirmed = new Map<string, Tombstone>()
  const unconfirmed = new Map<string, Tombstone & { readonly atTicks: number }>()

  const unconfirmedOf = (id: string): Tombstone | undefined => {
    const found = unconfirmed.get(id)
    if (found === undefined || ticks() - found.atTicks < UNCONFIRMED_TTL_MS) return found
    unconfirmed.delete(id)
    return undefined
  }
  return {
    invalidate: ({ id, rev, status }, from) => {
      const before = from === 'store' ? confirmed.get(id) : unconfirmedOf(id)
      const tombstone = joined(before, { rev, revoked: status === 'revoked' })
      // A repeated message does not extend the TTL.
      if (tombstone === before) return
      if (from === 'store') putBounded(confirmed, id, tombstone, 4 * maxEntries)
      else putBounded(unconfirmed, id, { ...tombstone, atTicks: ticks() }, maxEntries)
    },
    of: (id) => joined(confirmed.get(id), unconfirmedOf(id)),
  }
}

function joined(a: Tombstone | undefined, b: Tombstone): Tombstone
function joined(a: Tombstone | undefined, b: Tombstone | undefined): Tombstone | undefined
function joined(a: Tombstone | undefined, b: Tombstone | undefined): Tombstone | undefined {
  if (a === undefined || b === undefined) return a ?? b
  if (a.rev >= b.rev && (a.revoked || !b.revoked)) return a
  return { rev: Math.max(a.rev, b.rev), revoked: a.revoked || b.revoked }
}

import { putBounded } from '../../support/bounded-map.js'
import type { ChangedKey } from '../key-store.js'

/** Who says so: the store itself, or a node on a bus. */
export type NewsSource = 'store' | 'bus'

/** The newest that was heard of a record. */
export interface News {
  readonly rev: number
  /** Once true, for good. */
  readonly revoked: boolean
}

/** What was heard of changes, so that no older record is believed. */
export interface Heard {
  note(change: ChangedKey, from: NewsSource): void
  of(id: string): News | undefined
}

/**
 * How long a bus alone is believed against a store that answers something older: far longer than a replica lags or a poll
 * takes, which then says so itself. Without an end, one wrong message would close a key for ever.
 */
export const BUS_ONLY_MS = 300_000

/** What the store said stays; what only a bus said goes after {@link BUS_ONLY_MS}, and never pushes out the other. */
export function createHeard(maxEntries: number, ticks: () => number): Heard {
  const known = new Map<string, News>()
  const said = new Map<string, News & { readonly atTicks: number }>()

  const saidOf = (id: string): News | undefined => {
    const found = said.get(id)
    if (found === undefined || ticks() - found.atTicks < BUS_ONLY_MS) return found
    said.delete(id)
    return undefined
  }
  return {
    note: ({ id, rev, status }, from) => {
      const before = from === 'store' ? known.get(id) : saidOf(id)
      const news = joined(before, { rev, revoked: status === 'revoked' })
      // Said again is not said anew: its time goes on.
      if (news === before) return
      if (from === 'store') putBounded(known, id, news, 4 * maxEntries)
      else putBounded(said, id, { ...news, atTicks: ticks() }, maxEntries)
    },
    of: (id) => joined(known.get(id), saidOf(id)),
  }
}

function joined(a: News | undefined, b: News): News
function joined(a: News | undefined, b: News | undefined): News | undefined
function joined(a: News | undefined, b: News | undefined): News | undefined {
  if (a === undefined || b === undefined) return a ?? b
  if (a.rev >= b.rev && (a.revoked || !b.revoked)) return a
  return { rev: Math.max(a.rev, b.rev), revoked: a.revoked || b.revoked }
}

import type { StoredKey } from './key-record.js'

/** The marks of a keyring, as its records need them. */
export interface RevokedRecords {
  /** The records, revoked where there is a mark: an older one was put back. */
  judged(records: readonly StoredKey[]): Promise<readonly StoredKey[]>
  /** Marks what is revoked. */
  mark(records: readonly StoredKey[]): Promise<void>
  /** Whether a record is revoked by its mark only. */
  isByMark(record: StoredKey): boolean
}

const REASON = 'marked as revoked: an older record was put back'

/** `ask` puts a limit on the time and gives failures their type. */
export function revokedRecords(
  marks: RevocationMarks,
  ask: <T>(question: () => T | Promise<T>) => Promise<T>,
): RevokedRecords {
  const byMark = new WeakSet<StoredKey>()
  const mark = async (records: readonly StoredKey[]): Promise<void> => {
    const revoked = records.filter(({ status }) => status === 'revoked')
    if (revoked.length === 0) return
    await ask(() => marks.mark(new Map(revoked.map(({ id, revokedAtMs = 0 }) => [id, revokedAtMs]))))
  }
  return {
    mark,
    isByMark: (record) => byMark.has(record),
    judged: async (records) => {
      if (records.length === 0) return records
      const known = await ask(() => marks.marked(records.map(({ id }) => id)))
      // Of another node, or of a time before there were marks.
      await mark(records.filter(({ id }) => !known.has(id)))
      return records.map((record) => {
        const revokedAtMs = known.get(record.id)
        if (revokedAtMs === undefined || record.status === 'revoked') return record
        const revoked: StoredKey = { ...record, status: 'revoked', revokedAtMs, revokedReason: REASON }
        byMark.add(revoked)
        return revoked
      })
    },
  }
}

/**
 * Which keys were revoked, kept apart from their records: an older record that is put back does not revive a key whose mark
 * is still there. Ids are only ever added. Who can write marks can have keys refused, and open none.
 */
export interface RevocationMarks {
  /** Those of the ids that are marked, with the time of their revocation in milliseconds since the epoch. */
  marked(ids: readonly string[]): ReadonlyMap<string, number> | Promise<ReadonlyMap<string, number>>
  /** Marks them. What is marked stays as it is. */
  mark(revoked: ReadonlyMap<string, number>): void | Promise<void>
}

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

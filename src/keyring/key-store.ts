import type { Environment, KeyStatus, KeyUsage, StoredKey } from './record/key-record.js'
import type { RevocationMarks } from './record/revocation-marks.js'

/** One record to be written. */
export interface KeyChange {
  /** The key as it is to be. */
  readonly record: StoredKey
  /** The `rev` the store must hold for this id now; 0 for a new id. */
  readonly expectedRev: number
}

/** An entry of {@link KeyStore.changes}, which also travels on a bus. */
export interface ChangedKey {
  /** Id of the key. */
  readonly id: string
  /** Counts the changes of its record. */
  readonly rev: number
  /** Its status now. */
  readonly status: KeyStatus
}

/** Which records a store lists; members that are left out match everything. */
export interface KeyQuery {
  /** Only keys of this environment. */
  readonly environment?: Environment
  /** Only keys of this owner. */
  readonly owner?: string
  /** Only keys of this status. */
  readonly status?: KeyStatus
  /** Only the record with this {@link StoredKey.secretHash}. */
  readonly secretHash?: string
  /** Only ids behind this one, in the order of their bytes. */
  readonly after?: string
  /** 1 to 1000. */
  readonly limit: number
}

/** The use of a key since the last report; a store adds it to its own. */
export interface UsageDelta {
  /** Id of the key. */
  readonly id: string
  /** When it was first used, in milliseconds since the epoch. */
  readonly firstUsedAtMs?: number
  /** When it was last used, in milliseconds since the epoch. */
  readonly lastUsedAtMs?: number
  /** Address of the last request. */
  readonly lastUsedIp?: string
  /** `User-Agent` of the last request. */
  readonly lastUsedAgent?: string
  /** Accepted requests to be added. */
  readonly count: number
  /** Refused requests to be added. */
  readonly failures: number
}

/**
 * Where records are kept. Every store passes `test/contract/key-store.ts`.
 *
 * A record is plain JSON; what `get` returns is equal to what was written, or the store throws. Throwing
 * `STORE_UNAVAILABLE` means "ask again later", `STORE_CORRUPTED` "an operator has to look at this".
 */
export interface KeyStore {
  /** The record of a key; `undefined` where there is none. */
  get(id: string): StoredKey | undefined | Promise<StoredKey | undefined>
  /**
   * Writes all the records or none: each only where the store holds the expected `rev`. A revoked record stays revoked: a
   * change of its status is refused like a wrong `rev`.
   *
   * @throws {CountersignError} `STORE_CONFLICT` where one of them does not; nothing was written then.
   */
  write(changes: readonly KeyChange[]): void | Promise<void>
  /** Records in the order of their ids, by the bytes of the id. */
  list(query: KeyQuery): readonly StoredKey[] | Promise<readonly StoredKey[]>
  /**
   * The changes behind a cursor, in an order in which no change can appear behind a later one; the newest change of a
   * record stands for its older ones. Without a cursor: nothing, and the cursor of now.
   */
  changes(
    after: string | undefined,
    limit: number,
  ): Promise<{ readonly changed: readonly ChangedKey[]; readonly cursor: string }>
  /** Adds what was seen, all in one go: earliest first use, latest last use (with its address and agent), sums of counts. Unknown ids are left out. */
  addUsage(deltas: readonly UsageDelta[]): void | Promise<void>
  /** Ids that were never used are absent. */
  usage(ids: readonly string[]): Promise<ReadonlyMap<string, KeyUsage>>
  /** Which keys were revoked, where the store keeps that apart from its records. */
  readonly revocations?: RevocationMarks
  /** Closes what the store has opened. */
  close?(): void | Promise<void>
}

import { isKeyId } from '../../crypto/key.js'
import { assertInteger, CountersignError, fail } from '../../errors.js'
import type { KeyChange, KeyQuery, UsageDelta } from '../key-store.js'
import type { StoredKey } from '../record/key-record.js'
import { parseStoredKey, parseUsageDelta } from '../record/stored-key.js'

const MOST = 1_000

/** A change that may be written: checked, and with the text that is read back later. */
export interface CheckedChange {
  readonly record: StoredKey
  readonly expectedRev: number
  readonly text: string
}

/**
 * The checks of every store before it writes: nothing that it would refuse to read.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for more than 1 000 changes, two of one id, a record that does not parse, or
 *   one whose `rev` is not the one behind `expectedRev`.
 */
export function checkedChanges(changes: readonly KeyChange[]): readonly CheckedChange[] {
  if (!Array.isArray(changes) || changes.length > MOST)
    fail('ARGUMENT_INVALID', '"changes" must be a list of at most 1000')
  const ids = new Set<string>()
  return changes.map(({ record, expectedRev }) => {
    const parsed =
      parseStoredKey(record) ??
      fail('ARGUMENT_INVALID', '"record" must be a key record, got something that does not parse')
    if (parsed.rev !== expectedRev + 1)
      fail('ARGUMENT_INVALID', `"rev" of a change must be ${expectedRev + 1}, got ${parsed.rev}`)
    if (ids.has(parsed.id)) fail('ARGUMENT_INVALID', '"changes" must hold one change an id')
    ids.add(parsed.id)
    return { record: parsed, expectedRev, text: JSON.stringify(parsed) }
  })
}

/**
 * Whether a change may be made to what the store holds. Nothing leads out of `revoked`.
 *
 * @throws {CountersignError} `STORE_CONFLICT`
 */
export function assertFits({ record, expectedRev }: CheckedChange, held: StoredKey | undefined): void {
  const fits = (held?.rev ?? 0) === expectedRev && (held?.status !== 'revoked' || record.status === 'revoked')
  if (!fits) throw conflict(record.id, expectedRev)
}

/** The error of a change that lost. */
export const conflict = (id: string, expectedRev: number): CountersignError =>
  new CountersignError('STORE_CONFLICT', `key "${id}" changed concurrently (expected rev ${expectedRev})`)

/** The error of a record that is there and does not parse, or is not the one it should be. It is left as it is. */
export const corrupted = (id: string): CountersignError =>
  new CountersignError('STORE_CORRUPTED', `key "${id}" has a record that no store wrote; it is left as it is`)

/** @throws {CountersignError} `ARGUMENT_INVALID` for a query that is not one. */
export function assertQuery({ limit, after, owner }: KeyQuery): void {
  assertLimit(limit)
  if (after !== undefined && !isKeyId(after)) fail('ARGUMENT_INVALID', '"after" must be a key id')
  if (owner !== undefined && typeof owner !== 'string') fail('ARGUMENT_INVALID', '"owner" must be a text')
}

/** @throws {CountersignError} `ARGUMENT_INVALID` unless 1 to 1000. */
export function assertLimit(limit: number): void {
  assertInteger('limit', limit, 1, MOST, '', 'ARGUMENT_INVALID')
}

/** @throws {CountersignError} `ARGUMENT_INVALID` for more than 100 000 reports, or one that does not parse. */
export function checkedDeltas(deltas: readonly UsageDelta[]): readonly UsageDelta[] {
  if (!Array.isArray(deltas) || deltas.length > 100_000)
    fail('ARGUMENT_INVALID', '"deltas" must be a list of at most 100000')
  return deltas.map(
    (one) => parseUsageDelta(one) ?? fail('ARGUMENT_INVALID', '"deltas" must hold an id, times and counts each'),
  )
}

/** Whether a query asks for a record. */
export const isAsked = (record: StoredKey, { environment, owner, status, secretHash, after }: KeyQuery): boolean =>
  (after === undefined || record.id > after) &&
  (environment === undefined || record.environment === environment) &&
  (owner === undefined || record.owner === owner) &&
  (status === undefined || record.status === status) &&
  (secretHash === undefined || record.secretHash === secretHash)

const CURSOR = /^([A-Za-z0-9_-]{22})\.(0|[1-9]\d{0,15})$/

/** The cursor of a store whose changes are numbered; `epoch` names the numbering. */
export const cursorText = (epoch: string, seq: number): string => `${epoch}.${seq}`

/**
 * Where a cursor stands. Of another numbering, or ahead of this one (a backup was restored), it stands at the beginning:
 * reporting a change twice is harmless, not reporting it keeps a revoked key alive.
 */
export function cursorSeq(cursor: string, epoch: string, latest: number): number {
  const [, named, seq] = (typeof cursor === 'string' && CURSOR.exec(cursor)) || []
  return named === epoch && Number(seq) <= latest ? Number(seq) : 0
}

import { CountersignError, fail } from '../../errors.js'
import { type CheckedChange, corrupted } from '../change/store-input.js'
import type { ChangedKey, UsageDelta } from '../key-store.js'
import type { KeyStatus, KeyUsage, StoredKey } from '../record/key-record.js'
import { parseStoredKey, parseUsage } from '../record/stored-key.js'

const DIGITS = /^(0|[1-9]\d{0,15})$/
const STATUSES: readonly unknown[] = ['active', 'rotating', 'disabled', 'revoked']

/** Owner and hash of a record, by which it is listed. JSON of a text ends with its quote: none is the start of another. */
const namesOf = ({ owner, secretHash }: StoredKey): string => `${JSON.stringify(owner)} ${secretHash ?? '-'}`

/** The header of a stored record, with the token of its write between its two parts. */
const HEAD = /^(\d+ [a-z]+) [A-Za-z0-9_-]{22} (.*)$/

/** A change as the script for writing takes it. */
export const changeArgs = ({ record, expectedRev, text }: CheckedChange): readonly string[] => [
  record.id,
  String(expectedRev),
  String(record.rev),
  record.status,
  namesOf(record),
  text,
]

/**
 * The record of a value, which is the asked one and agrees with the line in front of it.
 *
 * @throws {CountersignError} `STORE_CORRUPTED`
 */
export function recordOf(value: unknown, id: string): StoredKey {
  if (typeof value !== 'string') throw corrupted(id)
  const at = value.indexOf('\n')
  let record: StoredKey | undefined
  try {
    record = parseStoredKey(JSON.parse(value.slice(at + 1)))
  } catch {
    // What does not parse is no record.
  }
  const [, state, names] = HEAD.exec(value.slice(0, at)) ?? []
  if (record?.id !== id || state !== `${record.rev} ${record.status}` || names !== namesOf(record)) throw corrupted(id)
  return record
}

/** @throws {CountersignError} `STORE_UNAVAILABLE` for an answer that is no list of texts; `null` stands for nothing. */
export function textsOf(answer: unknown): readonly (string | null)[] {
  if (Array.isArray(answer) && answer.every((one) => one === null || typeof one === 'string')) return answer
  throw nonsense()
}

export const nonsense = (): CountersignError =>
  new CountersignError('STORE_UNAVAILABLE', 'the answer of Redis must be texts, got something else')

/** @throws {CountersignError} `STORE_CORRUPTED` for what is not the text of a safe integer. */
export function numberOf(value: unknown, what: string): number {
  const number = typeof value === 'string' && DIGITS.test(value) ? Number(value) : Number.NaN
  if (!Number.isSafeInteger(number))
    fail('STORE_CORRUPTED', `"${what}" must be the digits of an integer, got something else`)
  return number
}

/** @throws {CountersignError} `STORE_CORRUPTED` */
export function changedOf(id: string, rev: unknown, status: unknown): ChangedKey {
  if (!STATUSES.includes(status)) throw corrupted(id)
  return { id, rev: numberOf(rev, 'rev'), status: status as KeyStatus }
}

/** A report as the script for adding takes it. */
export const deltaArgs = (delta: UsageDelta): readonly string[] => [
  delta.id,
  ...[delta.firstUsedAtMs, delta.lastUsedAtMs, delta.lastUsedIp, delta.lastUsedAgent].map((one) => String(one ?? '')),
  String(delta.count),
  String(delta.failures),
]

/** In the order of {@link usageOf}. */
export const USAGE_FIELDS: readonly string[] = ['count', 'failures', 'first', 'last', 'ip', 'agent']

/**
 * The usage of the texts of {@link USAGE_FIELDS}; `undefined` for an id that was never used.
 *
 * @throws {CountersignError} `STORE_CORRUPTED`
 */
export function usageOf(texts: readonly (string | null)[], id: string): KeyUsage | undefined {
  const [count, failures, first, last, ip, agent] = texts
  if (typeof count !== 'string') return undefined
  const time = (text: string | null | undefined): number | undefined =>
    text === null ? undefined : numberOf(text, `usage of ${id}`)
  const usage = parseUsage({
    firstUsedAtMs: time(first),
    lastUsedAtMs: time(last),
    lastUsedIp: ip ?? undefined,
    lastUsedAgent: agent ?? undefined,
    count: numberOf(count, `usage of ${id}`),
    failures: numberOf(failures, `usage of ${id}`),
  })
  if (usage === undefined) fail('STORE_CORRUPTED', `the usage of "${id}" is not what was written`)
  return usage
}

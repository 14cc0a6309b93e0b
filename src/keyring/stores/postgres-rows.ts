import { isKeyId } from '../../crypto/key.js'
import { fail } from '../../errors.js'
import { corrupted } from '../change/store-input.js'
import type { ChangedKey } from '../key-store.js'
import type { KeyUsage, StoredKey } from '../record/key-record.js'
import { parseStoredKey, parseUsage } from '../record/stored-key.js'
import type { Row } from './postgres-query.js'

const DIGITS = /^(0|[1-9]\d{0,15})$/
const STATUSES: readonly unknown[] = ['active', 'rotating', 'disabled', 'revoked']

/** @throws {CountersignError} `STORE_CORRUPTED` for what is not the text of a safe integer. */
export function numberOf(value: unknown, what: string): number {
  const number = typeof value === 'string' && DIGITS.test(value) ? Number(value) : Number.NaN
  if (!Number.isSafeInteger(number))
    fail('STORE_CORRUPTED', `"${what}" must be the digits of an integer, got something else`)
  return number
}

/**
 * The record of a row, which is the asked one and agrees with the columns beside it: a record that was put into another
 * row, or a column that was changed alone, is refused.
 *
 * @throws {CountersignError} `STORE_CORRUPTED`
 */
export function recordOf(row: Row, asked: unknown = row['id']): StoredKey {
  const record = parseStoredKey(parsedJson(row['record']))
  const agrees =
    record !== undefined &&
    [record.id, record.id, String(record.rev), record.status].join(' ') ===
      [asked, row['id'], row['rev'], row['status']].join(' ')
  if (!agrees) throw corrupted(nameOf(asked))
  return record
}

function parsedJson(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}

const nameOf = (id: unknown): string => (isKeyId(id) ? id : 'with an id that is none')

/** @throws {CountersignError} `STORE_CORRUPTED` */
export function changedOf({ id, rev, status }: Row): ChangedKey {
  if (!isKeyId(id) || !STATUSES.includes(status)) throw corrupted(nameOf(id))
  return { id, rev: numberOf(rev, 'keys.rev'), status: status as ChangedKey['status'] }
}

const optional = (value: string | null | undefined, what: string): number | undefined =>
  value === null ? undefined : numberOf(value, what)

/** @throws {CountersignError} `STORE_CORRUPTED` */
export function usageOf({ id, first, last, ip, agent, count, failures }: Row): [string, KeyUsage] {
  const usage = parseUsage({
    firstUsedAtMs: optional(first, 'first_used_at_ms'),
    lastUsedAtMs: optional(last, 'last_used_at_ms'),
    lastUsedIp: ip ?? undefined,
    lastUsedAgent: agent ?? undefined,
    count: numberOf(count, 'count'),
    failures: numberOf(failures, 'failures'),
  })
  if (usage === undefined || typeof id !== 'string')
    fail('STORE_CORRUPTED', 'a row of "key_usage" must have times, an address, an agent and counts')
  return [id, usage]
}

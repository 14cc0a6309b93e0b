import type { KeyRecord } from '../../access/key-record.js'
import { isGrant } from '../../access/scope.js'
import { isKeyAlgorithm } from '../../crypto/algorithm.js'
import type { Secret } from '../../crypto/secret.js'
import {
  assertOptions,
  CountersignError,
  fail,
  isCountersignError,
  kindOf,
  mustBe,
  type OptionNames,
} from '../../errors.js'
import { deadline, isPromise } from '../../support/deadline.js'
import { LIMIT_HINTS, misnamed } from './misnamed.js'

/**
 * Asks a key source, or a key of it. What it throws is `KEY_SOURCE_FAILED`, so that its fault never reads as the client's
 * (also where it throws the code of a verdict); only a source that names its store (`STORE_UNAVAILABLE`, `STORE_CORRUPTED`)
 * or does not answer in time is `STORE_UNAVAILABLE`. Synchronous where the answer is.
 */
export function asked<T>(what: string, call: () => T | Promise<T>, timeoutMs: number): T | Promise<T> {
  try {
    const answer = call()
    if (!isPromise(answer)) return answer
    return deadline(answer, timeoutMs).catch((error: unknown) => {
      throw failure(what, error)
    })
  } catch (error) {
    throw failure(what, error)
  }
}

function failure(what: string, error: unknown): CountersignError {
  // Another party's error may quote anything, so only its kind is kept.
  const why = isCountersignError(error)
    ? error.message
    : `an unexpected ${error instanceof Error ? error.name : typeof error}`
  const store = isCountersignError(error) && error.code.startsWith('STORE_')
  return new CountersignError(store ? 'STORE_UNAVAILABLE' : 'KEY_SOURCE_FAILED', `${what} failed: ${why}`)
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isNamed = (value: unknown): boolean => isText(value) && value !== ''
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)
const isTime = (value: unknown): boolean => Number.isFinite(value) && (value as number) >= 0
const isSecret = (value: unknown): boolean =>
  isText(value) || (typeof value === 'object' && value !== null && typeof (value as Secret).reveal === 'function')
const isFlag = (value: unknown): boolean => typeof value === 'boolean'

/** The valid values of each optional member of a record. A wrong one would refuse its key for a reason that is none. */
const MEMBERS: ReadonlyArray<readonly [keyof KeyRecord, (value: unknown) => boolean, string]> = [
  ['owner', isNamed, 'a string that is not empty'],
  [
    'status',
    (value) => value === 'active' || value === 'disabled' || value === 'revoked',
    'active, disabled or revoked',
  ],
  ['passphrase', isSecret, 'a string or a Secret'],
  ['notBeforeMs', isTime, 'milliseconds since the epoch'],
  ['expiresAtMs', isTime, 'milliseconds since the epoch'],
  ['scopes', isTexts, 'a list of strings'],
  ['allowIp', isTexts, 'a list of strings'],
  ['denyIp', isTexts, 'a list of strings'],
  ['allowZeroPrefix', isFlag, 'true or false'],
  ['lineage', isNamed, 'a string that is not empty'],
  ['version', isTime, 'a number from 0'],
  ['replacedBy', isNamed, 'a string that is not empty'],
]

/**
 * Values that are also accepted from a key source. Its rows are older than these rules, hold `null` for what is absent and
 * members that no verdict reads; a key that cannot be misjudged is not closed for them.
 */
const ALSO: Readonly<Partial<Record<keyof KeyRecord, (value: unknown) => boolean>>> = {
  owner: isText,
  lineage: isText,
  notBeforeMs: Number.isFinite,
  expiresAtMs: Number.isFinite,
  passphrase: (value) => value === null,
  allowZeroPrefix: (value) => value === null,
  version: () => true,
  replacedBy: () => true,
}

type Also = typeof ALSO

/** The fault of a member of a record; `undefined` for none. Never a value of it. */
function memberProblem(record: KeyRecord, also: Also): string | undefined {
  for (const [name, fits, expected] of MEMBERS) {
    const value = record[name]
    if (value !== undefined && !fits(value) && also[name]?.(value) !== true)
      return `"${name}" must be ${expected}, got ${kindOf(value)}`
  }
  return undefined
}

function grantProblem(record: KeyRecord): string | undefined {
  // A grant that is written in another way grants nothing, and would deny its key without a reason.
  const at = record.scopes?.findIndex((scope) => !isGrant(scope)) ?? -1
  return at === -1
    ? undefined
    : `"scopes[${at}]" must be resource:action in lower case, "*" for a whole segment, got ${kindOf((record.scopes as readonly unknown[])[at])}`
}

const NAMES: OptionNames<KeyRecord> = {
  key: 2,
  owner: 1,
  status: 1,
  passphrase: 1,
  notBeforeMs: 1,
  expiresAtMs: 1,
  scopes: 1,
  allowIp: 1,
  denyIp: 1,
  allowZeroPrefix: 1,
  policy: 1,
  rateLimit: 1,
  lineage: 1,
  version: 1,
  replacedBy: 1,
}

/**
 * Checks a record of a fixed list, where there are no members of another source's.
 *
 * @throws {CountersignError} `CONFIG_INVALID`
 */
export function assertRecord(where: string, record: KeyRecord): void {
  if (typeof record === 'object' && record !== null && 'keyId' in record)
    fail('CONFIG_INVALID', `${where}: it must be a record such as { key }, got ${kindOf(record)}`)
  assertOptions(where, record, NAMES, LIMIT_HINTS)
  const { key } = record
  const isKey = typeof key?.verify === 'function' && isNamed(key.keyId) && isKeyAlgorithm(key.algorithm)
  mustBe(isKey, 'key', 'a verifying key', key, 'CONFIG_INVALID', `${where}: `)
  const problem =
    record.passphrase === ''
      ? '"passphrase" must not be empty: leave it out for none'
      : (memberProblem(record, {}) ?? grantProblem(record))
  if (problem !== undefined) fail('CONFIG_INVALID', `${where}: ${problem}`)
  sound.set(record, { ...record })
}

/** Records that were looked at, with their members as they were then: most sources answer the same object again. */
const sound = new WeakMap<KeyRecord, KeyRecord>()

/** Whether a record has the members that it had when it was looked at, and no others. */
function isAsItWas(record: KeyRecord): boolean {
  const was = sound.get(record)
  // Members that are computed are looked at every time.
  if (was?.key !== record.key) return false
  for (const name in record) if (record[name as keyof KeyRecord] !== was[name as keyof KeyRecord]) return false
  return true
}

/**
 * The fault of what a key source returned: not the record of this key, or a member of another type.
 * `undefined` for a sound record.
 */
export function recordFault(record: KeyRecord, keyId: string): CountersignError | undefined {
  const { key } = record
  if (typeof key?.verify !== 'function' || !isKeyAlgorithm(key.algorithm))
    return fault('something that is not a key record')
  if (key.keyId !== keyId) return fault('another key')
  if (isAsItWas(record)) return undefined
  const problem = memberProblem(record, ALSO)
  if (problem !== undefined) return fault(`a record whose ${problem}`)
  const odd = misnamed(record, NAMES)
  if (odd !== undefined) return fault(`a record ${odd}`)
  sound.set(record, { ...record })
  return undefined
}

const fault = (what: string): CountersignError =>
  new CountersignError('KEY_SOURCE_FAILED', `the key source returned ${what}`)

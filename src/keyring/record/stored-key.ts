import { KEY_LIMITS } from '../../access/key-limits.js'
import type { KeyPolicy, RateRule } from '../../access/key-record.js'
import { limitProblem } from '../../access/limit-problem.js'
import { type Limit, POLICY_LIMITS, RATE_LIMITS, within } from '../../access/limits.js'
import type { AeadId } from '../../crypto/aead.js'
import { isAlgorithm } from '../../crypto/algorithm.js'
import { base64Decode, base64urlDecode } from '../../crypto/encoding.js'
import { isKeyId } from '../../crypto/key.js'
import type { UsageDelta } from '../key-store.js'
import { KEK_ID } from './kek.js'
import type {
  KeyUsage,
  PublicMaterialRecord,
  RecordMac,
  SealedSecret,
  StoredAlgorithm,
  StoredKey,
} from './key-record.js'
import {
  type Fields,
  flag,
  integer,
  line,
  type MayMiss,
  matching,
  mayMiss,
  oneOf,
  type Reader,
  record,
} from './stored-fields.js'

/** A record's text is not longer than this, whatever its lists hold. */
export const MAX_RECORD_LENGTH = 262_144

const NONCE_BYTES: Readonly<Record<AeadId, number>> = { 'aes-256-gcm': 12, 'xchacha20-poly1305': 24 }
const TAG_BYTES = 16

/** A key id; not one that names what every object inherits. */
const id: Reader<string> = (value) => (isKeyId(value) && value !== '__proto__' ? value : undefined)
/** Whether a record can be of it; which of them a keyring has is up to its options. */
export const isStoredAlgorithm = (value: unknown): value is StoredAlgorithm =>
  isAlgorithm(value) || other(value) !== undefined
const other = matching(/^(ed25519\+)?ml-dsa-(44|65|87)$/)
const algorithm: Reader<StoredAlgorithm> = (value) => (isStoredAlgorithm(value) ? value : undefined)
/** One spelling a value: what decodes, encodes to the same text. */
const decoding =
  (decode: (value: string) => Uint8Array | undefined, atMost: number): Reader<string> =>
  (value) =>
    typeof value === 'string' && value.length <= atMost && decode(value) !== undefined ? value : undefined

const sealedFields = record<SealedSecret>({
  kind: oneOf('sealed'),
  encryption: oneOf<AeadId>('aes-256-gcm', 'xchacha20-poly1305'),
  kekId: line(1, 256),
  nonce: decoding(base64urlDecode, 32),
  sealed: decoding(base64urlDecode, 8_192),
  wrapped: mayMiss(decoding(base64urlDecode, 16_384)),
})

/** Nothing is sealed by nothing: a nonce of the right length and at least a tag, or a KMS that holds it all. */
const sealed: Reader<SealedSecret> = (value) => {
  const read = sealedFields(value)
  if (read === undefined) return undefined
  const bytes = (encoded: string): number => Math.floor((encoded.length * 3) / 4)
  if (read.sealed === '') return read.wrapped ? read : undefined
  return bytes(read.nonce) === NONCE_BYTES[read.encryption] && bytes(read.sealed) >= TAG_BYTES ? read : undefined
}

const publicKey = record<PublicMaterialRecord>({
  kind: oneOf('public'),
  spki: (value) => (value === '' ? undefined : decoding(base64Decode, 8_192)(value)),
  thumbprint: matching(/^[A-Za-z0-9_-]{43}$/),
})

/** The table of limits, for every entry point. */
const limited =
  <T>(limit: Limit): Reader<T> =>
  (value) => {
    const read = within(limit, value)
    return (Array.isArray(read) ? Object.freeze(read) : read) as T | undefined
  }
const limitedFields = <T extends object>(limits: { readonly [K in keyof Required<T>]: Limit }) =>
  Object.fromEntries(Object.entries<Limit>(limits).map(([name, limit]) => [name, limited<never>(limit)]))
const policy = record<KeyPolicy>(
  Object.fromEntries(
    Object.entries(limitedFields<KeyPolicy>(POLICY_LIMITS)).map(([name, reader]) => [name, mayMiss(reader)]),
  ) as unknown as Fields<KeyPolicy>,
)
const rate = record<RateRule>(limitedFields<RateRule>(RATE_LIMITS) as unknown as Fields<RateRule>)
const time = limited<number>(KEY_LIMITS.moment)
// Older records may have none.
const actor = limited<string>({ ...KEY_LIMITS.actor, least: 0 })

/** Every field of a record, in the order it is written in. What a MAC covers and what is read follow from it. */
const FIELDS: Fields<StoredKey> = {
  v: oneOf(1),
  id,
  rev: integer(1),
  environment: oneOf('live', 'test'),
  owner: limited(KEY_LIMITS.owner),
  name: limited(KEY_LIMITS.name),
  tags: limited(KEY_LIMITS.tags),
  algorithm,
  material: (value) => sealed(value) ?? publicKey(value),
  secretHash: mayMiss(matching(/^[A-Za-z0-9_-]{22,86}$/)),
  version: integer(1),
  lineage: id,
  replaces: mayMiss(id),
  replacedBy: mayMiss(id),
  overlapUntilMs: mayMiss(time),
  status: oneOf('active', 'rotating', 'disabled', 'revoked'),
  createdAtMs: time,
  createdBy: actor,
  changedAtMs: time,
  notBeforeMs: mayMiss(time),
  expiresAtMs: (value) => (value === null ? null : time(value)),
  rotateAtMs: mayMiss(time),
  rotateEveryMs: mayMiss(limited(KEY_LIMITS.rotateEveryMs)),
  scopes: limited(KEY_LIMITS.scopes),
  policy,
  allowIp: limited(KEY_LIMITS.allowIp),
  denyIp: limited(KEY_LIMITS.denyIp),
  allowZeroPrefix: mayMiss(flag),
  rateLimit: mayMiss(rate),
  lockAfterIdleMs: mayMiss(limited(KEY_LIMITS.lockAfterIdleMs)),
  activeSinceMs: time,
  disabledBy: mayMiss(actor),
  disabledReason: mayMiss(limited(KEY_LIMITS.reason)),
  revokedAtMs: mayMiss(time),
  revokedBy: mayMiss(actor),
  revokedReason: mayMiss(limited(KEY_LIMITS.reason)),
  mac: mayMiss(record<RecordMac>({ keyId: matching(KEK_ID), tag: matching(/^[A-Za-z0-9_-]{43}$/) })),
}
const fields = record<StoredKey>(FIELDS)

/** The names of the table. */
export const RECORD_FIELDS: readonly (keyof StoredKey)[] = /* @__PURE__ */ Object.keys(FIELDS) as (keyof StoredKey)[]

/** Members of a record that are limits of their own, by their path. */
const LIMITED: ReadonlyMap<string, Limit> = /* @__PURE__ */ (() =>
  new Map<string, Limit>([
    ...Object.entries(KEY_LIMITS),
    ...Object.entries(POLICY_LIMITS).map(([name, limit]) => [`policy.${name}`, limit] as const),
    ...Object.entries(RATE_LIMITS).map(([name, limit]) => [`rateLimit.${name}`, limit] as const),
  ]))()

const membersOf = (name: string, value: unknown): ReadonlyArray<readonly [string, unknown]> =>
  (name === 'policy' || name === 'rateLimit') && typeof value === 'object' && value !== null
    ? Object.entries(value).map(([inner, one]) => [`${name}.${inner}`, one])
    : [[name, value]]

/** Why a value is no record: the first member that does not fit, by its name. Nothing of a value is repeated. */
export function recordProblem(value: StoredKey): string {
  for (const [name, field] of Object.entries<Reader<unknown> | MayMiss<unknown>>(FIELDS)) {
    const found: unknown = value[name as keyof StoredKey]
    const read = typeof field === 'function' ? field(found) : found === undefined ? null : field.mayMiss(found)
    if (read !== undefined) continue
    for (const [path, one] of membersOf(name, found)) {
      const limit = LIMITED.get(path)
      const problem = limit && limitProblem(path, limit, one)
      if (problem !== undefined) return problem
    }
    return `"${name}" must be what its field holds`
  }
  const length = JSON.stringify(value).length
  return length > MAX_RECORD_LENGTH
    ? `the record must have at most ${MAX_RECORD_LENGTH} characters, would have ${length}`
    : 'its members must agree with each other'
}

/** Rules between fields. Each row is a way to give a key more life than it has, or another kind of secret. */
const RULES: ReadonlyArray<(key: StoredKey) => boolean> = [
  ({ algorithm, material }) => algorithm.startsWith('hmac') === (material.kind === 'sealed'),
  ({ material, secretHash }) => secretHash === undefined || material.kind === 'sealed',
  ({ status, revokedAtMs }) => (status === 'revoked') === (revokedAtMs !== undefined),
  ({ status, overlapUntilMs }) => status !== 'rotating' || overlapUntilMs !== undefined,
  (key) => key.replaces !== key.id && key.replacedBy !== key.id,
  (key) => JSON.stringify(key).length <= MAX_RECORD_LENGTH,
]

/**
 * The record that a value is, in a frozen copy, or `undefined`: every field there, of its type and within its bounds, and no
 * other field. A revoked record states when, a rotating one until when, and an HMAC key is a sealed secret.
 *
 * @example
 * ```ts
 * import { parseStoredKey } from 'countersign/keyring'
 *
 * console.assert(parseStoredKey(JSON.parse('{"id":"bot-1"}')) === undefined)
 * ```
 */
export function parseStoredKey(value: unknown): StoredKey | undefined {
  const key = fields(value)
  return key !== undefined && RULES.every((rule) => rule(key)) ? key : undefined
}

const seen = {
  firstUsedAtMs: mayMiss(time),
  lastUsedAtMs: mayMiss(time),
  lastUsedIp: mayMiss(line(1, 64)),
  lastUsedAgent: mayMiss(line(0, 256)),
  count: integer(0),
  failures: integer(0),
}

/** The usage that a value is, in a frozen copy, or `undefined`. */
export const parseUsage: Reader<KeyUsage> = record<KeyUsage>(seen)
/** The report of usage that a value is, in a frozen copy, or `undefined`. */
export const parseUsageDelta: Reader<UsageDelta> = record<UsageDelta>({ id, ...seen })

const picked = (
  a: number | undefined,
  b: number | undefined,
  pick: (...values: number[]) => number,
): number | undefined => (a === undefined ? b : b === undefined ? a : pick(a, b))

/** Adds what was seen since to the known use of a key. Address and agent belong to the latest use. */
export function mergeUsage(known: KeyUsage | undefined, delta: UsageDelta): KeyUsage {
  const before = known ?? { count: 0, failures: 0 }
  const later = delta.lastUsedAtMs !== undefined && delta.lastUsedAtMs >= (before.lastUsedAtMs ?? 0) ? delta : before
  return parseUsage({
    firstUsedAtMs: picked(before.firstUsedAtMs, delta.firstUsedAtMs, Math.min),
    lastUsedAtMs: picked(before.lastUsedAtMs, delta.lastUsedAtMs, Math.max),
    lastUsedIp: later.lastUsedIp,
    lastUsedAgent: later.lastUsedAgent,
    count: Math.min(before.count + delta.count, Number.MAX_SAFE_INTEGER),
    failures: Math.min(before.failures + delta.failures, Number.MAX_SAFE_INTEGER),
  }) as KeyUsage
}

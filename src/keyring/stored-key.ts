import type { AeadId } from '../crypto/aead.js'
import { ALGORITHMS, type Algorithm, isAlgorithm } from '../crypto/algorithm.js'
import { base64Decode, base64urlDecode } from '../crypto/encoding.js'
import { isKeyId } from '../crypto/key.js'
import type { KeyPolicy, RateRule } from '../server/key-source.js'
import type { KeyUsage, PublicMaterialRecord, SealedSecret, StoredKey } from './key-record.js'
import type { UsageDelta } from './key-store.js'
import {
  flag,
  integer,
  line,
  list,
  matching,
  mayMiss,
  oneOf,
  type Reader,
  record,
  text,
  time,
} from './stored-fields.js'

/** A record's text is not longer than this, whatever its lists hold. */
export const MAX_RECORD_LENGTH = 131_072

const NONCE_BYTES: Readonly<Record<AeadId, number>> = { 'aes-256-gcm': 12, 'xchacha20-poly1305': 24 }
const TAG_BYTES = 16

/** A key id; not one that names what every object inherits. */
const id: Reader<string> = (value) => (isKeyId(value) && value !== '__proto__' ? value : undefined)
const algorithm: Reader<Algorithm> = (value) => (isAlgorithm(value) ? value : undefined)
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

const ranges = list(matching(/^[0-9A-Fa-f:./]{2,64}$/), 256)
const policy = record<KeyPolicy>({
  methods: mayMiss(list(matching(/^[A-Z0-9!#$%&'*+.^_`|~-]{1,32}$/), 32)),
  pathPrefixes: mayMiss(list(line(1, 1_024), 256)),
  hosts: mayMiss(list(line(1, 270), 256)),
  maxBodyBytes: mayMiss(integer(0)),
  maxAgeMs: mayMiss(integer(0)),
  maxFutureMs: mayMiss(integer(0)),
  requireNonce: mayMiss(flag),
  requireBodyDigest: mayMiss(flag),
})

const fields = record<StoredKey>({
  v: oneOf(1),
  id,
  rev: integer(1),
  environment: oneOf('live', 'test'),
  owner: line(1, 256),
  name: line(0, 256),
  tags: list(line(1, 128), 16),
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
  createdBy: line(0, 256),
  changedAtMs: time,
  notBeforeMs: mayMiss(time),
  expiresAtMs: (value) => (value === null ? null : time(value)),
  rotateAtMs: mayMiss(time),
  rotateEveryMs: mayMiss(integer(1)),
  scopes: list(matching(/^[a-z0-9_.*:-]{1,129}$/), 256),
  policy,
  allowIp: ranges,
  denyIp: ranges,
  allowZeroPrefix: mayMiss(flag),
  rateLimit: mayMiss(record<RateRule>({ limit: integer(1), windowMs: integer(1) })),
  lockAfterIdleMs: mayMiss(integer(1)),
  activeSinceMs: time,
  disabledReason: mayMiss(text(0, 1_024)),
  revokedAtMs: mayMiss(time),
  revokedBy: mayMiss(line(0, 256)),
  revokedReason: mayMiss(text(0, 1_024)),
})

/** What must hold between fields. Each row is a way to give a key more life than it has, or another kind of secret. */
const RULES: ReadonlyArray<(key: StoredKey) => boolean> = [
  ({ algorithm, material }) => (ALGORITHMS[algorithm].family === 'hmac') === (material.kind === 'sealed'),
  ({ material, secretHash }) => secretHash === undefined || material.kind === 'sealed',
  ({ status, revokedAtMs }) => (status === 'revoked') === (revokedAtMs !== undefined),
  ({ status, overlapUntilMs }) => status !== 'rotating' || overlapUntilMs !== undefined,
  (key) => key.replaces !== key.id && key.replacedBy !== key.id,
  (key) => JSON.stringify(key).length <= MAX_RECORD_LENGTH,
]

/**
 * The record that a value is, in a frozen copy, or `undefined`: every field there, of its type and within its bounds, and no
 * other field. A revoked record says when, a rotating one until when, and an HMAC key is a sealed secret.
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

/** What is known of a key's use, and what was seen since. Address and agent belong to the latest use. */
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

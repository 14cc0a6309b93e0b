import { assertIpRules } from '../../access/ip-rules.js'
import type { KeyRecord } from '../../access/key-record.js'
import type { HmacAlgorithm } from '../../crypto/algorithm.js'
import { base64Decode } from '../../crypto/encoding.js'
import { hmacKey } from '../../crypto/hmac-key.js'
import type { VerifyingKey } from '../../crypto/key.js'
import type { OtherAlgorithm, RegistrableKeys } from '../../crypto/other-keys.js'
import { CountersignError, fail } from '../../errors.js'
import { defined } from '../../support/defined.js'
import type { KeyUsage, StoredKey } from './key-record.js'
import { endsAtMs } from './key-view.js'
import type { MaterialContext } from './material.js'
import { publicKeysOf } from './public-keys.js'
import type { Sealing } from './sealing.js'

/** A record as the verifier uses it, with what the keyring needs to judge and replace it. */
export interface KeyringRecord extends KeyRecord {
  /** The `rev` of the record. */
  readonly rev: number
  /** `live` or `test`. */
  readonly environment: StoredKey['environment']
  /** Words to find keys by. */
  readonly tags: readonly string[]
  /** What its owner calls it. */
  readonly name: string
  /** Unused for so long, in milliseconds, it is locked. */
  readonly lockAfterIdleMs?: number
}

/** A record ready for use, and what decides whether it is locked. */
export interface LoadedKey {
  readonly record: KeyringRecord
  /** The same key, disabled: what is answered when it was unused for too long. */
  readonly locked: KeyringRecord
  readonly stored: StoredKey
  readonly lastUsedMs: number
}

const STATUS = { active: 'active', rotating: 'active', disabled: 'disabled', revoked: 'revoked' } as const

/** Unseals, imports and compiles a record, once per cache fill. */
export async function loadKey(
  stored: StoredKey,
  usage: KeyUsage | undefined,
  { sealing, otherKeys }: Pick<MaterialContext, 'sealing' | 'otherKeys'>,
): Promise<LoadedKey> {
  const key = await verifyingKeyOf(stored, sealing, otherKeys)
  const end = endsAtMs(stored)
  const record: KeyringRecord = defined({
    key,
    owner: stored.owner,
    status: STATUS[stored.status],
    scopes: stored.scopes,
    allowIp: stored.allowIp,
    denyIp: stored.denyIp,
    lineage: stored.lineage,
    version: stored.version,
    rev: stored.rev,
    environment: stored.environment,
    tags: stored.tags,
    name: stored.name,
    notBeforeMs: stored.notBeforeMs,
    expiresAtMs: end,
    allowZeroPrefix: stored.allowZeroPrefix,
    policy: Object.keys(stored.policy).length === 0 ? undefined : stored.policy,
    lockAfterIdleMs: stored.lockAfterIdleMs,
    rateLimit: stored.rateLimit,
    replacedBy: stored.replacedBy,
  })
  const locked: KeyringRecord = record.status === 'active' ? { ...record, status: 'disabled' } : record
  for (const one of [record, locked]) {
    assertIpRules(one)
    Object.freeze(one)
  }
  return { record, locked, stored, lastUsedMs: usage?.lastUsedAtMs ?? 0 }
}

async function verifyingKeyOf(
  stored: StoredKey,
  sealing: Sealing | undefined,
  otherKeys: RegistrableKeys | undefined,
): Promise<VerifyingKey> {
  const { id: keyId, algorithm, material, version } = stored
  if (material.kind === 'public') {
    const spki = base64Decode(material.spki)
    if (spki === undefined) throw corrupted(keyId)
    const keys = publicKeysOf(algorithm, otherKeys)
    // What the library wrote once and cannot read now was changed since; the reason may quote it, so it is dropped.
    try {
      return await keys.open(spki, { keyId, algorithm: algorithm as OtherAlgorithm })
    } catch {
      throw corrupted(keyId)
    }
  }
  if (sealing === undefined) {
    fail('CONFIG_INVALID', 'the store holds sealed secrets: createKeyring needs "sealing"')
  }
  const secret = await sealing.open(material, { id: keyId, version, algorithm })
  try {
    if (!algorithm.startsWith('hmac')) throw corrupted(keyId)
    return hmacKey({ keyId, algorithm: algorithm as HmacAlgorithm, secret })
  } finally {
    secret.fill(0)
  }
}

const corrupted = (id: string): CountersignError =>
  new CountersignError('STORE_CORRUPTED', `the record of "${id}" holds no key of its algorithm`)

import type { KeyPolicy, RateRule } from '../../access/key-record.js'
import type { AeadId } from '../../crypto/aead.js'
import type { Algorithm } from '../../crypto/algorithm.js'
import type { OtherAlgorithm } from '../../crypto/other-keys.js'

/** Keys for trying out and keys for real are never mixed: a keyring has one environment. */
export type Environment = 'live' | 'test'

/**
 * - `active` may be used
 * - `rotating` has a successor and may be used until `overlapUntilMs`
 * - `disabled` may not be used until it is enabled again
 * - `revoked` never again; nothing leads out of it
 *
 * Expired is no state of the record: it follows from `expiresAtMs`, `overlapUntilMs` and the clock.
 */
export type KeyStatus = 'active' | 'rotating' | 'disabled' | 'revoked'

/** A shared secret as it lies in a store: never in the clear. All texts are base64url. */
export interface SealedSecret {
  /** Says that the material is a sealed secret. */
  readonly kind: 'sealed'
  /** The cipher that sealed it. */
  readonly encryption: AeadId
  /** Which key-encryption key sealed it. */
  readonly kekId: string
  /** The nonce of the cipher: another one for every secret. */
  readonly nonce: string
  /** Ciphertext and tag. Empty where `wrapped` holds everything (a KMS that encrypts by itself). */
  readonly sealed: string
  /** The data key as wrapped by a KMS or Vault; absent where the key-encryption key is at hand. */
  readonly wrapped?: string
}

/** A public key as it lies in a store: nothing about it is secret. */
export interface PublicMaterialRecord {
  /** Says that the material is a public key. */
  readonly kind: 'public'
  /** SubjectPublicKeyInfo in base64; of a pair of two keys both, one behind the other. */
  readonly spki: string
  /** RFC 7638 SHA-256 thumbprint, for finding the same key again. */
  readonly thumbprint: string
}

/** Binds a record to the key of its keyring: HMAC-SHA-256 over every other field. */
export interface RecordMac {
  /** Which key bound it. */
  readonly keyId: string
  /** base64url. */
  readonly tag: string
}

/** What a stored key can be of: {@link KeyringOptions.otherKeys} has those beside the algorithms of `countersign/crypto`. */
export type StoredAlgorithm = Algorithm | OtherAlgorithm

/** One key as a store keeps it: plain JSON, no secret in it that is not sealed. Never deleted, so that logs stay readable. */
export interface StoredKey {
  /** Version of the form of the record. */
  readonly v: 1
  /** The key's id, which every request names. */
  readonly id: string
  /** +1 with every change of the record; caches and stores compare it. */
  readonly rev: number
  /** `live` or `test`. */
  readonly environment: Environment
  /** Who has the key. */
  readonly owner: string
  /** What its owner calls it; '' for nothing. */
  readonly name: string
  /** Words to find keys by. */
  readonly tags: readonly string[]
  /** Never changes: another algorithm is another key. */
  readonly algorithm: StoredAlgorithm
  /** What the key is made of. */
  readonly material: SealedSecret | PublicMaterialRecord
  /** Keyed hash of a shared secret (base64url), by which a leaked one is found; reveals nothing without the key. */
  readonly secretHash?: string
  /** +1 with every rotation. */
  readonly version: number
  /** The id of the first key of the line; limits are counted by it, so that a rotation does not reset them. */
  readonly lineage: string
  /** The id of the key that this one took the place of. */
  readonly replaces?: string
  /** The id of the key that took this one's place. */
  readonly replacedBy?: string
  /** Until when both are good, in milliseconds since the epoch. */
  readonly overlapUntilMs?: number
  /** What may be done with it now. */
  readonly status: KeyStatus
  /** When it was made, in milliseconds since the epoch. */
  readonly createdAtMs: number
  /** Who made it. */
  readonly createdBy: string
  /** When the record last changed, in milliseconds since the epoch. */
  readonly changedAtMs: number
  /** Its first moment, in milliseconds since the epoch. Absent: from the start. */
  readonly notBeforeMs?: number
  /** `null`: never, which only an explicit option makes. */
  readonly expiresAtMs: number | null
  /** When the owner should rotate, at the latest. */
  readonly rotateAtMs?: number
  /** How often its owner should rotate it, in milliseconds. */
  readonly rotateEveryMs?: number
  /** What it may do: `orders:write`, `orders:*` … */
  readonly scopes: readonly string[]
  /** Limits of this key, which narrow the policy of the verifier. */
  readonly policy: KeyPolicy
  /** Addresses and ranges that it may be used from. Empty: anywhere. */
  readonly allowIp: readonly string[]
  /** Addresses and ranges that it may not be used from. */
  readonly denyIp: readonly string[]
  /** Confirms a range of all addresses (`0.0.0.0/0`). */
  readonly allowZeroPrefix?: boolean
  /** How many requests it may make. */
  readonly rateLimit?: RateRule
  /** Unused for so long, the key is locked until it is enabled again. */
  readonly lockAfterIdleMs?: number
  /** The idle time counts from here, or from the last use where that is later. */
  readonly activeSinceMs: number
  /** The actor that disabled it; only while it is. Older records have none. */
  readonly disabledBy?: string
  /** Why it was disabled. */
  readonly disabledReason?: string
  /** When it was revoked, in milliseconds since the epoch. */
  readonly revokedAtMs?: number
  /** Who revoked it. */
  readonly revokedBy?: string
  /** Why it was revoked. */
  readonly revokedReason?: string
  /** Written by the keyring, over everything above. Without it a record is refused. */
  readonly mac?: RecordMac
}

/** When and from where a key was used last; kept beside the record, and written in batches. */
export interface KeyUsage {
  /** The first accepted request, in milliseconds since the epoch. */
  readonly firstUsedAtMs?: number
  /** The last accepted request, in milliseconds since the epoch. */
  readonly lastUsedAtMs?: number
  /** The address of the last accepted request. */
  readonly lastUsedIp?: string
  /** The `User-Agent` of the last accepted request. */
  readonly lastUsedAgent?: string
  /** Requests that were accepted. */
  readonly count: number
  /** Requests that claimed this key and were refused. */
  readonly failures: number
}

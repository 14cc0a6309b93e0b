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
  readonly kind: 'sealed'
  readonly encryption: AeadId
  /** Which key-encryption key sealed it. */
  readonly kekId: string
  readonly nonce: string
  /** Ciphertext and tag. Empty where `wrapped` holds everything (a KMS that encrypts by itself). */
  readonly sealed: string
  /** The data key as wrapped by a KMS or Vault; absent where the key-encryption key is at hand. */
  readonly wrapped?: string
}

/** A public key as it lies in a store: nothing about it is secret. */
export interface PublicMaterialRecord {
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
  readonly v: 1
  readonly id: string
  /** +1 with every change of the record; caches and stores compare it. */
  readonly rev: number
  readonly environment: Environment
  readonly owner: string
  readonly name: string
  readonly tags: readonly string[]
  /** Never changes: another algorithm is another key. */
  readonly algorithm: StoredAlgorithm
  readonly material: SealedSecret | PublicMaterialRecord
  /** Keyed hash of a shared secret (base64url), by which a leaked one is found; reveals nothing without the key. */
  readonly secretHash?: string
  /** +1 with every rotation. */
  readonly version: number
  /** The id of the first key of the line; limits are counted by it, so that a rotation does not reset them. */
  readonly lineage: string
  readonly replaces?: string
  readonly replacedBy?: string
  readonly overlapUntilMs?: number
  readonly status: KeyStatus
  readonly createdAtMs: number
  readonly createdBy: string
  readonly changedAtMs: number
  readonly notBeforeMs?: number
  /** `null`: never, which only an explicit option makes. */
  readonly expiresAtMs: number | null
  /** When the owner should rotate, at the latest. */
  readonly rotateAtMs?: number
  readonly rotateEveryMs?: number
  readonly scopes: readonly string[]
  readonly policy: KeyPolicy
  readonly allowIp: readonly string[]
  readonly denyIp: readonly string[]
  readonly allowZeroPrefix?: boolean
  readonly rateLimit?: RateRule
  /** Unused for so long, the key is locked until it is enabled again. */
  readonly lockAfterIdleMs?: number
  /** The idle time counts from here, or from the last use where that is later. */
  readonly activeSinceMs: number
  /** The actor that disabled it; only while it is. Older records have none. */
  readonly disabledBy?: string
  readonly disabledReason?: string
  readonly revokedAtMs?: number
  readonly revokedBy?: string
  readonly revokedReason?: string
  /** Written by the keyring, over everything above. Without it a record is refused. */
  readonly mac?: RecordMac
}

/** When and from where a key was used last; kept beside the record, and written in batches. */
export interface KeyUsage {
  readonly firstUsedAtMs?: number
  readonly lastUsedAtMs?: number
  readonly lastUsedIp?: string
  readonly lastUsedAgent?: string
  /** Requests that were accepted. */
  readonly count: number
  /** Requests that claimed this key and were refused. */
  readonly failures: number
}

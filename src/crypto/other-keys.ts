import type { HybridAlgorithm, PostQuantumAlgorithm } from './algorithm.js'
import type { BytesFormat, PublicKeyMaterial } from './format/read-key.js'
import type { VerifyingKey } from './key.js'
import type { MlDsaJwkInput } from './ml-dsa-key.js'

/** A public key of a type that only a separate subpath has. */
export interface OtherKey {
  /** The name of its algorithm. */
  readonly algorithm: PostQuantumAlgorithm
  /** RFC 7638. */
  readonly thumbprint: string
  /** The key, called as its reader calls it. */
  named(keyId: string): VerifyingKey
}

/** Reads keys of such a type where others are read: `mlDsaKeys()` of `countersign/rfc9421/ml-dsa`. */
export interface OtherKeys {
  /** `undefined` for a JWK of another type. @throws {CountersignError} `KEY_MALFORMED`, `KEY_UNSUPPORTED`. */
  read(jwk: unknown): OtherKey | undefined
}

/** What a keyring can hold besides the algorithms of `countersign/crypto`. */
export type OtherAlgorithm = PostQuantumAlgorithm | HybridAlgorithm

/** The public keys of a pair, as its owner registers them with a keyring. */
export interface HybridPublicKey {
  /** Ed25519: PEM, a JWK, or 32 bytes. */
  readonly classical: PublicKeyMaterial
  /** ML-DSA: PEM, a JWK, or bytes. */
  readonly postQuantum: string | Uint8Array | MlDsaJwkInput
}

/** A public key of such a type as a client registers it, where it is no text and no bytes: a JWK of ML-DSA (RFC 9964), or a pair. */
export type OtherPublicKey = MlDsaJwkInput | HybridPublicKey

/** A public key as it is stored. */
export interface RegisteredKey {
  /** SubjectPublicKeyInfo; of a pair that of Ed25519, and behind it that of ML-DSA. */
  readonly spki: Uint8Array
  /** SHA-256 in base64url, by which the same key is found again. */
  readonly thumbprint: string
}

/**
 * Registers keys of such a type with a keyring: `mlDsaKeys()` of `countersign/rfc9421/ml-dsa`, or `hybridKeys()` of
 * `countersign/rfc9421/hybrid` for pairs as well.
 */
export interface RegistrableKeys {
  /** The algorithms that it has. */
  readonly algorithms: readonly OtherAlgorithm[]
  /** Checks a public key that its owner brings. @throws {CountersignError} `KEY_MALFORMED`, `KEY_UNSUPPORTED`. */
  register(
    publicKey: unknown,
    stated: { readonly algorithm: OtherAlgorithm; readonly format?: BytesFormat },
  ): RegisteredKey | Promise<RegisteredKey>
  /** The key of what was stored. @throws {CountersignError} for bytes that are no such key. */
  open(
    spki: Uint8Array,
    named: { readonly algorithm: OtherAlgorithm; readonly keyId: string },
  ): VerifyingKey | Promise<VerifyingKey>
}

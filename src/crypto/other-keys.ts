import type { PostQuantumAlgorithm } from './algorithm.js'
import type { VerifyingKey } from './key.js'

/** A public key of a type that only a subpath of its own has. */
export interface OtherKey {
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

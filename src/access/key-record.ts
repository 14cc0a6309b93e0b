import type { VerifyingKey } from '../crypto/key.js'
import type { Secret } from '../crypto/secret.js'

/** What one key may do besides its scopes. It only ever narrows what the verifier's policy allows. */
export interface KeyPolicy {
  /** Upper-case methods; absent allows any. */
  readonly methods?: readonly string[]
  /** Paths by whole segments: `/v1/orders` is itself and everything under `/v1/orders/`. Absent allows any. */
  readonly pathPrefixes?: readonly string[]
  /** Host names (with a port where it is not the default) among those of the verifier's policy. */
  readonly hosts?: readonly string[]
  /** Largest body that the key may send, in bytes. Default: that of the policy. */
  readonly maxBodyBytes?: number
  /** How old a signature may be. */
  readonly maxAgeMs?: number
  /** How far in the future its time may lie. */
  readonly maxFutureMs?: number
  /** Whether every signature of the key must have a nonce. Default: what the policy says. */
  readonly requireNonce?: boolean
  /** A body must be covered by its digest. */
  readonly requireBodyDigest?: boolean
}

/** So many in so long. */
export interface RateRule {
  /** Requests in a window. */
  readonly limit: number
  /** Length of the window, in milliseconds. */
  readonly windowMs: number
}

/** A key as the server knows it: what verifies, who owns it, and whether it may be used now. */
export interface KeyRecord {
  /** What verifies, with its id and its algorithm. */
  readonly key: VerifyingKey
  /** Whose key this is; identity in an accepted verdict. */
  readonly owner?: string
  /** `disabled` can be undone, `revoked` cannot. Default `active`. */
  readonly status?: 'active' | 'disabled' | 'revoked'
  /** What the owner has to know besides, for schemes that have a passphrase. */
  readonly passphrase?: string | Secret
  /** Milliseconds since the epoch; the key is refused before. */
  readonly notBeforeMs?: number
  /** Milliseconds since the epoch; the key is refused from this moment on. */
  readonly expiresAtMs?: number
  /** `resource:action` strings; only these are granted. */
  readonly scopes?: readonly string[]
  /** CIDR ranges or addresses the key may be used from; empty or absent allows any. */
  readonly allowIp?: readonly string[]
  /** CIDR ranges or addresses the key may never be used from; beats `allowIp`. */
  readonly denyIp?: readonly string[]
  /** Confirms that a range in `allowIp` or `denyIp` with a prefix of 0 is meant: it holds every address. */
  readonly allowZeroPrefix?: boolean
  /** Limits of this key, which narrow the policy and never widen it. */
  readonly policy?: KeyPolicy
  /** This key's rate, in place of the limiter's default. */
  readonly rateLimit?: RateRule
  /** What a key and its successors have in common; their rates are counted together. Default: the key id. */
  readonly lineage?: string
  /** Counts the changes of the key, where its store does: for the audit trail. */
  readonly version?: number
  /** A newer key has taken this one's place: it is still accepted, and its use is reported. */
  readonly replacedBy?: string
}

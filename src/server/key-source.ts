import type { VerifyingKey } from '../crypto/key.js'
import type { Secret } from '../crypto/secret.js'

/** A key as the server knows it: what verifies, who owns it, and whether it may be used now. */
export interface KeyRecord {
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
  /** Says that a range in `allowIp` or `denyIp` with a prefix of 0 is meant: it holds every address. */
  readonly allowZeroPrefix?: boolean
}

/** Where a server finds its keys. `undefined` means unknown; throwing means the store is down. */
export interface KeySource {
  get(keyId: string): KeyRecord | undefined | Promise<KeyRecord | undefined>
}

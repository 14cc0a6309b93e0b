import type { PublicKeyMaterial } from '../../crypto/format/read-key.js'
import type { KeySettings } from '../change/issue-options.js'
import type { Keyring, KeyringAudit } from '../keyring-options.js'
import type { KeyStatus, StoredAlgorithm } from '../record/key-record.js'
import type { KeyInfo } from '../record/key-view.js'
import type { Caller } from './caller.js'

/** One request to the API. */
export interface Call {
  readonly keyring: Keyring
  readonly caller: Caller
  readonly input: Input
  /** Of the path; present where it names a key, which the caller may see. */
  readonly key: KeyInfo
  readonly incident: NonNullable<KeyringAudit['incident']> | undefined
  /** The document, as it goes out. */
  readonly document: object
}

/** Everything that a query or body can hold; what each operation takes is in its table. */
export interface Input extends KeySettings {
  readonly owner?: string
  readonly algorithm?: StoredAlgorithm
  readonly publicKey?: PublicKeyMaterial
  readonly notBeforeMs?: number
  readonly expiresInMs?: number
  readonly neverExpires?: true
  readonly reason?: string
  readonly rev?: number
  readonly overlapMs?: number
  readonly compromised?: boolean
  readonly wait?: boolean
  readonly atMs?: number
  readonly sinceMs?: number
  readonly status?: KeyStatus
  readonly after?: string
  readonly limit?: number
  readonly since?: number
  readonly from?: number
  readonly to?: number
}

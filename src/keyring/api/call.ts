import type { Keyring, KeyringAudit } from '../keyring-options.js'
import type { KeyInfo } from '../record/key-view.js'
import type { Caller } from './caller.js'
import type { Input } from './input.js'

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

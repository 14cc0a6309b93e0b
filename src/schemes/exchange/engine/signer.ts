import type { SigningKey } from '../../../crypto/key.js'
import type { Signer } from '../../scheme.js'
import {
  type Credentials,
  type KeyCredentials,
  keyOf,
  passphraseOf,
  type SecretCredentials,
  windowOf,
} from './credentials.js'
import { type Account, signScheme } from './sign.js'
import type { VenueSpec } from './spec.js'

/** A venue's scheme with the key of one account, and what it takes to sign anything else for it. */
export interface BareSigner<K extends SigningKey = SigningKey> extends Signer<K> {
  readonly account: Account
}

export function bareSigner(spec: VenueSpec, credentials: Credentials): BareSigner {
  const key = keyOf(spec, credentials)
  // Rules see the venue's own options, and no secret.
  const { passphrase, recvWindow, secret: _, key: __, ...extra } = credentials as SecretCredentials & KeyCredentials
  const account: Account = {
    passphrase: passphraseOf(spec, key, passphrase),
    window: windowOf(spec, recvWindow),
    extra: { ...extra },
  }
  return { key, account, scheme: signScheme(spec, account) }
}

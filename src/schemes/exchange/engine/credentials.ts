import { utf8Decode } from '../../../crypto/encoding.js'
import type { HmacKey, SigningKey } from '../../../crypto/key.js'
import type { Secret } from '../../../crypto/secret.js'
import { CountersignError, type UsageCode } from '../../../errors.js'
import type { Nonces } from '../../scheme.js'
import { utf8Secret } from './secrets.js'
import type { VenueSpec } from './spec.js'

/** What every way to sign for a venue may state. */
export interface VenueOptions {
  /** The passphrase (memo, password) that belongs to the API key, at venues that have one. */
  readonly passphrase?: string | undefined
  /**
   * Receive window in milliseconds, at venues that have one. Sent and signed as it is; never widened. `none` states none,
   * where the venue allows that.
   */
  readonly recvWindow?: number | string | undefined
  /** Where the API lives, such as a test network or a double. Default: the venue's own origins. */
  readonly origin?: string | undefined
  /** Where nonces come from, at venues whose nonces increase. Default: one source for all signers of this process. */
  readonly nonces?: Nonces | undefined
  /** Another way of the same venue, where its page names some. */
  readonly variant?: string | undefined
}

/** API key and shared secret, as the venue shows them. Stating `secret` declares the key to be an HMAC key. */
export interface SecretCredentials extends VenueOptions {
  readonly apiKey: string
  readonly secret: string | Secret
}

/** A private key whose `keyId` is the API key. Its algorithm was declared when it was made: see `importVenueKey`. */
export interface KeyCredentials<K extends SigningKey = SigningKey> extends VenueOptions {
  readonly key: K
}

export type Credentials = SecretCredentials | KeyCredentials

const refuse = (code: UsageCode, text: string): never => {
  throw new CountersignError(code, text)
}

/** The key of some credentials. @throws {CountersignError} `CONFIG_INVALID`, `KEY_MALFORMED`, `ARGUMENT_INVALID`. */
export function keyOf(spec: VenueSpec, credentials: Credentials): SigningKey {
  if (!('key' in credentials)) return secretKeyOf(spec, credentials)
  const { key } = credentials
  if (!Object.hasOwn(spec.keys, key?.algorithm))
    refuse(
      'CONFIG_INVALID',
      `${spec.name} expected "key" of ${Object.keys(spec.keys)}, from importVenueKey(), got ${key?.algorithm}`,
    )
  // What another key answers would be sent as if it were the secret.
  if (spec.keys[key.algorithm]?.id === 'plain')
    refuse('CONFIG_INVALID', `${spec.name} is shown the secret: expected "secret", got a key`)
  return key
}

/** A shared secret as the venue's key. @throws {CountersignError} as {@link keyOf}. */
export function secretKeyOf(
  spec: VenueSpec,
  { apiKey, secret, passphrase }: Pick<SecretCredentials, 'apiKey' | 'secret' | 'passphrase'>,
): HmacKey {
  const { name, secretKey, secret: form = utf8Secret } = spec
  const bad = (got: string): never => refuse('KEY_MALFORMED', `"secret" expected ${form.name}, got ${got}`)
  if (secretKey === undefined)
    return refuse('CONFIG_INVALID', `${name} has no shared secrets: expected "key", from importVenueKey()`)
  // A Secret holds the same text. Whatever is neither reads as nothing.
  const text = typeof secret === 'string' ? secret : (utf8Decode(secret?.reveal?.()) ?? '')
  if (text.includes('-----BEGIN')) bad('a PEM: read it with importVenueKey() and state it as "key"')
  if (text === '' || text.trim() !== text) bad('nothing, or white space around it')
  if (text === apiKey || text === passphrase) bad('the API key or the passphrase once more')
  const bytes = form.read(text)
  return secretKey({
    keyId: apiKey,
    secret:
      bytes ?? bad(form.read(`${apiKey}`) === undefined ? 'other text' : 'other text: are key and secret swapped?'),
  })
}

/** The receive window as text. @throws {CountersignError} `CONFIG_INVALID`. */
export function windowOf({ name, window }: VenueSpec, recvWindow: VenueOptions['recvWindow']): string {
  if (recvWindow === undefined) return window?.usual ?? ''
  if (recvWindow === 'none' && window?.optional === true) return ''
  const text = String(recvWindow)
  return window !== undefined && /^[1-9]\d{0,6}(?:\.\d{1,3})?$/.test(text) && Number(text) <= window.max
    ? text
    : refuse(
        'CONFIG_INVALID',
        `"recvWindow" expected ${window ? `at most ${window.max} ms` : `none at ${name}`}, got ${text}`,
      )
}

/** The passphrase as it is sent. @throws {CountersignError} `CONFIG_INVALID`; its text is not repeated. */
export function passphraseOf(spec: VenueSpec, key: SigningKey, passphrase: string | undefined): string {
  const { name, passphrase: kind, keys } = spec
  if ((kind === undefined) !== (passphrase === undefined))
    refuse(
      'CONFIG_INVALID',
      `"passphrase" expected ${kind ? 'the one chosen when the API key was made' : `none at ${name}`}`,
    )
  if (passphrase === undefined) return ''
  // What a header line can hold; a venue's own form takes no more than letters and digits.
  if (!/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(passphrase))
    refuse('CONFIG_INVALID', '"passphrase" expected visible ASCII, without white space around it')
  if (kind !== 'signed') return passphrase
  const signature = key.sign(passphrase)
  if (!(signature instanceof Uint8Array)) return refuse('KEY_ASYNC', `${name} expected a key that answers at once`)
  return keys[key.algorithm]?.encode(signature) as string
}

import type { SigningKey } from '../../crypto/key.js'
import type { Secret } from '../../crypto/secret.js'
import { alternatives, fail, kindOf } from '../../errors.js'
import type { InsecureOption } from '../../message/target.js'
import type { Nonces } from '../../sources/sources.js'
import type { ExchangeSpec } from './spec.js'

/** Options that the factory of every exchange takes. */
export interface CommonOptions extends InsecureOption {
  /**
   * One of the exchange's own hosts in place of its first one, or another exchange that signs alike (a white label):
   * `https://host[:port]`. The host is signed where the exchange signs hosts.
   */
  readonly origin?: string
  /**
   * A proxy of your own in front of the exchange, with a path if it has one: `https://proxy.example/binance`. Requests go to
   * it; what is signed is what the exchange sees behind it: its own host, and the path without the proxy's.
   */
  readonly baseUrl?: string
}

/** At exchanges with a passphrase (memo, password) beside the API key. */
export interface PassphraseOption {
  /** The one chosen when the API key was made; a memo at BitMart. */
  readonly passphrase: string
}

/** At exchanges with a receive window. */
export interface WindowOption {
  /**
   * Receive window in milliseconds, from 100: what is less are seconds. Sent and signed as it is; never widened. `none`
   * states none, where the exchange allows that.
   */
  readonly recvWindow?: number | string | undefined
}

/** At exchanges whose requests carry a nonce. */
export interface NoncesOption {
  /** Where nonces come from. Default: one source for all signers of this process. */
  readonly nonces?: Nonces | undefined
}

/** At exchanges with more than one way to sign. */
export interface VariantOption<V extends string> {
  /** Another way of the same exchange; its page names them. */
  readonly variant?: V | undefined
}

/** At exchanges that have an environment besides the live one. */
export interface EnvironmentOption<E extends string> {
  /** Default `live`: real money. */
  readonly environment?: E | 'live'
}

/** At exchanges that have closed. */
export interface ClosedOption {
  /** Makes a signer although no server answers: for archives, tests and a mock. */
  readonly allowClosed?: true | undefined
}

/** At exchanges that have no environment besides the live one: for programs that read its name from a configuration. */
export type LiveOnly = EnvironmentOption<never>

/** All that some exchange takes besides its key, for code that is written for any of them. */
export interface ExchangeOptions
  extends CommonOptions,
    Partial<PassphraseOption>,
    WindowOption,
    NoncesOption,
    VariantOption<string>,
    EnvironmentOption<string>,
    ClosedOption {}

/**
 * API key and shared secret, as the exchange shows them, with its options `O`. Stating `secret` declares the key to be an HMAC
 * key.
 */
export type SecretCredentials<O = ExchangeOptions> = {
  /** The API key, as the exchange shows it. */
  readonly apiKey: string
  /** The secret, as the exchange shows it. */
  readonly secret: string | Secret
  /** Not beside a secret. */
  readonly key?: undefined
} & CommonOptions &
  O

/** A private key whose `keyId` is the API key, with the options `O`. Its algorithm was declared when it was made: see `importExchangeKey`. */
export type KeyCredentials<K extends SigningKey = SigningKey, O = ExchangeOptions> = {
  /** What signs: an imported key, a wallet's, or an object of your own with `keyId`, `algorithm` and `sign`. */
  readonly key: K
  // No "secret" here: the compiler explains the member of the union that has most of the names that were written.
  /** Not beside a key, which has its id. */
  readonly apiKey?: undefined
} & CommonOptions &
  O

/** What an exchange gave out: an API key with its secret, or with a key that signs. */
export type Credentials = SecretCredentials | KeyCredentials

/** The call that makes the private keys that an exchange takes, for messages. */
export const keyCallOf = ({ keys }: Pick<ExchangeSpec, 'keys'>): string =>
  Object.values(keys).find((output) => output?.keyCall)?.keyCall ??
  'await importExchangeKey(privateKey, { apiKey: name, type })'

/** The name of that function. */
export const makerOf = (spec: Pick<ExchangeSpec, 'keys'>): string => keyCallOf(spec).replace(/await |\(.*/g, '')

/** What is missing, by name. */
export const missingCredentials = ({ name, keys, secretKey }: ExchangeSpec): string =>
  `${name} has no credentials to sign with: state ${
    secretKey === undefined
      ? `"key", from ${makerOf({ keys })}()`
      : `"apiKey" and "secret"${Object.keys(keys).length > 1 ? ', or "key"' : ''}`
  }`

/** Makes a key of a shared secret, which accounts with key pairs alone have not. */
export type SharedSecrets = (spec: ExchangeSpec, account: SecretCredentials) => SigningKey

/** @throws {CountersignError} `CONFIG_INVALID`, with what makes the keys of an exchange that has no shared secrets. */
export const noSharedSecrets = (spec: ExchangeSpec, secret: unknown): never =>
  fail(
    'CONFIG_INVALID',
    `${spec.name} has no shared secrets: state "key", from ${makerOf(spec)}()${typeof secret === 'string' && /PRIVATE KEY/.test(secret) ? ', which reads the PEM that stands in "secret"' : ''}`,
  )

/** The key of some credentials. @throws {CountersignError} `CONFIG_INVALID`, `KEY_MALFORMED`, `ARGUMENT_INVALID`. */
export function keyOf(spec: ExchangeSpec, credentials: Credentials, secrets: SharedSecrets | undefined): SigningKey {
  const { name, keys } = spec
  const { key, apiKey, secret } = credentials as {
    readonly key?: SigningKey
    readonly apiKey?: unknown
    readonly secret?: unknown
  }
  if (key === undefined) {
    if (apiKey === undefined && secret === undefined) fail('CONFIG_INVALID', missingCredentials(spec))
    return secrets === undefined ? noSharedSecrets(spec, secret) : secrets(spec, credentials as SecretCredentials)
  }
  if (secret !== undefined)
    fail(
      'CONFIG_INVALID',
      `"key" and "secret" are two ways to sign at ${name}: state one of them${typeof key === 'string' ? '; an API key is "apiKey"' : ''}`,
    )
  if (apiKey !== undefined)
    fail('CONFIG_INVALID', `"apiKey" is the "keyId" of the key already: state it in ${makerOf(spec)}()`)
  if (typeof key?.sign !== 'function' || !Object.hasOwn(keys, key.algorithm))
    fail(
      'CONFIG_INVALID',
      `"key" must be a key of ${alternatives(Object.keys(keys))} at ${name}, from ${makerOf(spec)}(), got ${typeof key?.sign === 'function' ? key.algorithm : textKind(key)}`,
    )
  const output = keys[key.algorithm]
  // What another key answers would be sent as if it were the secret.
  if (output?.id === 'plain')
    fail('CONFIG_INVALID', `"key" must be left out at ${name}, which is shown the secret: state "secret"`)
  output?.assertKey?.(key)
  return key
}

/** What was passed for a key, with what to do where it is a text that people have of one. */
function textKind(key: unknown): string {
  if (typeof key !== 'string') return kindOf(key)
  if (/PRIVATE KEY/.test(key)) return 'the text of a PEM: pass await importExchangeKey(text, { apiKey, type })'
  if (/^organizations\//.test(key)) return 'the name of the key: that is "apiKey" of importExchangeKey()'
  return kindOf(key)
}

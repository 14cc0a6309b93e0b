import { utf8Decode } from '../../crypto/encoding.js'
import type { HmacKey, SigningKey } from '../../crypto/key.js'
import { ambiguousAround, type Secret, withoutLineBreak } from '../../crypto/secret.js'
import { alternatives, fail, kindOf } from '../../errors.js'
import type { InsecureOption } from '../../message/target.js'
import type { Nonces } from '../../sources/sources.js'
import { utf8Secret } from './secrets.js'
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
   * Receive window in milliseconds. Sent and signed as it is; never widened. `none` states none, where the exchange allows
   * that.
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
  readonly apiKey: string
  readonly secret: string | Secret
  readonly key?: undefined
} & CommonOptions &
  O

/** A private key whose `keyId` is the API key, with the options `O`. Its algorithm was declared when it was made: see `importExchangeKey`. */
export type KeyCredentials<K extends SigningKey = SigningKey, O = ExchangeOptions> = {
  readonly key: K
  // No "secret" here: the compiler explains the member of the union that has most of the names that were written.
  readonly apiKey?: undefined
} & CommonOptions &
  O

/** What an exchange gave out: an API key with its secret, or with a key that signs. */
export type Credentials = SecretCredentials | KeyCredentials

/** What stands before, behind or inside a text that must hold none of it; the text itself is not repeated. */
function blankIn(text: string): string | undefined {
  const at = text.search(/\s/)
  if (at === -1) return undefined
  const what = /[\r\n]/.test(/^\s+|\s+$/.exec(text)?.[0] ?? text.charAt(at)) ? 'a line break' : 'white space'
  return `${what} ${text.trimEnd() !== text ? 'at its end' : at === 0 ? 'at its start' : 'inside'}`
}

/** What makes the private keys that an exchange takes. */
export const makerOf = ({ keys }: Pick<ExchangeSpec, 'keys'>): KeyMaker => {
  for (const [algorithm, maker] of MAKERS) if (algorithm in keys) return maker
  // Base58 is how Solana writes everything.
  return keys.ed25519?.id === 'base58' ? 'solanaKey' : 'importExchangeKey'
}

type KeyMaker = 'walletKey' | 'cosmosKey' | 'starkKey' | 'solanaKey' | 'importExchangeKey'

const MAKERS: ReadonlyArray<readonly [algorithm: string, maker: KeyMaker]> = [
  ['ecdsa-secp256k1-keccak256', 'walletKey'],
  ['ecdsa-secp256k1-sha256', 'cosmosKey'],
  ['ecdsa-stark', 'starkKey'],
]

/** What is missing, by name. */
export const missingCredentials = ({ name, keys, secretKey }: ExchangeSpec): string =>
  `${name} has no credentials to sign with: state ${
    secretKey === undefined
      ? `"key", from ${makerOf({ keys })}()`
      : `"apiKey" and "secret"${Object.keys(keys).length > 1 ? ', or "key"' : ''}`
  }`

/** The key of some credentials. @throws {CountersignError} `CONFIG_INVALID`, `KEY_MALFORMED`, `ARGUMENT_INVALID`. */
export function keyOf(spec: ExchangeSpec, credentials: Credentials): SigningKey {
  const { name, keys } = spec
  const { key, apiKey, secret } = credentials as {
    readonly key?: SigningKey
    readonly apiKey?: unknown
    readonly secret?: unknown
  }
  if (key === undefined) {
    if (apiKey === undefined && secret === undefined) fail('CONFIG_INVALID', missingCredentials(spec))
    return secretKeyOf(spec, credentials as SecretCredentials)
  }
  if (secret !== undefined)
    fail('CONFIG_INVALID', `"key" and "secret" are two ways to sign at ${name}: state one of them`)
  if (apiKey !== undefined)
    fail('CONFIG_INVALID', `"apiKey" is the "keyId" of the key already: state it in ${makerOf(spec)}()`)
  if (typeof key?.sign !== 'function' || !Object.hasOwn(keys, key.algorithm))
    fail(
      'CONFIG_INVALID',
      `"key" must be a key of ${alternatives(Object.keys(keys))} at ${name}, from ${makerOf(spec)}(), got ${typeof key?.sign === 'function' ? key.algorithm : textKind(key)}`,
    )
  // What another key answers would be sent as if it were the secret.
  if (keys[key.algorithm]?.id === 'plain')
    fail('CONFIG_INVALID', `"key" must be left out at ${name}, which is shown the secret: state "secret"`)
  return key
}

/** What was passed for a key, with what to do where it is a text that people have of one. */
function textKind(key: unknown): string {
  if (typeof key !== 'string') return kindOf(key)
  if (/PRIVATE KEY/.test(key)) return 'the text of a PEM: pass await importExchangeKey(text, { apiKey, type })'
  if (/^organizations\//.test(key)) return 'the name of the key: that is "apiKey" of importExchangeKey()'
  return kindOf(key)
}

/** A shared secret as the exchange's key. @throws {CountersignError} as {@link keyOf}. */
export function secretKeyOf(
  spec: ExchangeSpec,
  {
    apiKey,
    secret,
    passphrase,
  }: { readonly apiKey: string; readonly secret: string | Secret; readonly passphrase?: string | undefined },
): HmacKey {
  const { name, secretKey, secret: form = utf8Secret } = spec
  const bad = (got: string): never => fail('KEY_MALFORMED', `"secret" must be ${form.name}, got ${got}`)
  if (secretKey === undefined)
    return fail(
      'CONFIG_INVALID',
      `${name} has no shared secrets: state "key", from ${makerOf(spec)}()${typeof secret === 'string' && /PRIVATE KEY/.test(secret) ? ', which reads the PEM that stands in "secret"' : ''}`,
    )
  if (typeof apiKey !== 'string' || apiKey === '')
    fail('ARGUMENT_INVALID', `"apiKey" must be the API key as text, got ${absent(apiKey)}`)
  const keyId = withoutLineBreak(apiKey)
  const blank = blankIn(keyId)
  if (blank !== undefined) fail('ARGUMENT_INVALID', `"apiKey" must be the API key alone, got one with ${blank}`)
  // A Secret holds the same text.
  const given = typeof secret === 'string' ? secret : utf8Decode(secret?.reveal?.())
  if (given === undefined || given === '') return bad(absent(secret))
  const text = withoutLineBreak(given)
  if (text.includes('-----BEGIN')) bad('a PEM: read it with importExchangeKey() and state it as "key"')
  if (text === '' || text.trim() !== text) bad(`one with ${blankIn(text) ?? 'nothing in it'}`)
  if (ambiguousAround(text) !== undefined) bad('one with quotes around it: remove them (docker --env-file keeps them)')
  if (!VISIBLE.test(text)) bad('one with other characters than visible ASCII')
  if (text === keyId || text === passphrase) bad('the API key or the passphrase once more')
  const bytes = form.read(text)
  // Kraken's API keys are base64 too, of 42 bytes; its secrets are 64 bytes, and so is what stands in the other's place.
  if (form !== utf8Secret && bytes?.length !== 64 && form.read(keyId)?.length === 64)
    bad('something shorter, while "apiKey" has the form of one: are key and secret swapped?')
  return secretKey({
    keyId,
    secret: bytes ?? bad(form.read(keyId) === undefined ? 'other text' : 'other text: are key and secret swapped?'),
  })
}

/** A missing value in words; most of them are variables of the environment that are not set. */
const absent = (value: unknown): string =>
  value === undefined ? 'undefined: is the environment variable set?' : kindOf(value)

/** The receive window as text. @throws {CountersignError} `CONFIG_INVALID`. */
export function windowOf({ name, window }: ExchangeSpec, recvWindow: ExchangeOptions['recvWindow']): string {
  if (recvWindow === undefined) return window?.default ?? ''
  if (recvWindow === 'none' && window?.optional === true) return ''
  const text = String(recvWindow)
  const form = window?.decimals === true ? /^[1-9]\d{0,6}(?:\.\d{1,3})?$/ : /^[1-9]\d{0,6}$/
  return window !== undefined && form.test(text) && Number(text) <= window.max
    ? text
    : fail(
        'CONFIG_INVALID',
        `"recvWindow" must be ${window?.decimals === true ? '' : 'whole '}milliseconds, at most ${window?.max} at ${name}, got ${typeof recvWindow === 'number' ? recvWindow : kindOf(recvWindow)}`,
      )
}

// What a header line can hold, without white space around it; an exchange's own form takes no more than letters and digits.
const VISIBLE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/

/** The passphrase as it is sent. @throws {CountersignError} `CONFIG_INVALID`; its text is not repeated. */
export function passphraseOf(spec: ExchangeSpec, key: SigningKey, given: string | undefined): string {
  const { name, passphrase: kind, keys } = spec
  if (kind === undefined) return ''
  if (typeof given !== 'string' || given === '')
    return fail(
      'CONFIG_INVALID',
      `"passphrase" must be the one chosen when the API key was made at ${name}, got ${absent(given)}`,
    )
  const passphrase = withoutLineBreak(given)
  if (VISIBLE.test(passphrase) && ambiguousAround(passphrase) !== undefined)
    fail('CONFIG_INVALID', '"passphrase" must be the passphrase alone, got one with quotes around it: remove them')
  if (!VISIBLE.test(passphrase))
    fail('CONFIG_INVALID', '"passphrase" must be visible ASCII, without white space around it, got other text')
  if (kind !== 'signed') return passphrase
  const signature = key.sign(passphrase)
  if (!(signature instanceof Uint8Array)) return fail('KEY_ASYNC', `${name} expected a key that answers at once`)
  return keys[key.algorithm]?.encode(signature) as string
}

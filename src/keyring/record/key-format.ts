import { crc32 } from '../../crypto/crc32.js'
import { utf8 } from '../../crypto/encoding.js'
import { drawBytes } from '../../crypto/random.js'
import { fail, kindOf, textKind } from '../../errors.js'
import type { Environment } from './key-record.js'

/** Letters and digits only: a double click selects the whole of a key. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** 119 bits: ids are public, and never meet. */
export const ID_LENGTH = 20
/** 62^43 is just above 2^256. */
export const SECRET_LENGTH = 43
export const CHECKSUM_LENGTH = 6

const PREFIX = /^[a-z][a-z0-9]{1,15}$/

/** How the keys of a service look: `acmek_live_…` is a key's id, `acmes_live_…` its secret. */
export interface KeyFormat {
  /** 2 to 16 lower-case letters and digits, in front of `k_` and `s_`. */
  readonly prefix: string
}

/**
 * Checks a prefix.
 *
 * @throws {CountersignError} `CONFIG_INVALID`. One letter is too short because it could make another service's prefix: `s`
 *   gives the `sk_live_` of Stripe, and secret scanners would send these keys there.
 */
export function assertPrefix(prefix: unknown): asserts prefix is string {
  if (typeof prefix !== 'string' || !PREFIX.test(prefix))
    fail(
      'CONFIG_INVALID',
      `"prefix" must be 2 to 16 lower-case letters and digits, a letter first, got ${textKind(prefix)}`,
    )
}

/** Uniform: 248 is the last multiple of 62 below 256, and what lies above is drawn again. */
function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of drawBytes(length - text.length + 8)) {
      if (byte < 248 && text.length < length) text += ALPHABET[byte % 62]
    }
  }
  return text
}

function checksum(text: string): string {
  let rest = crc32(utf8(text))
  let out = ''
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    out = (ALPHABET[rest % 62] as string) + out
    rest = Math.floor(rest / 62)
  }
  return out
}

/** A fresh public id, `acmek_live_` and 20 letters or digits. */
export const newKeyId = ({ prefix }: KeyFormat, environment: Environment): string =>
  `${prefix}k_${environment}_${randomText(ID_LENGTH)}`

/** A fresh secret of 256 bits with its checksum: `acmes_live_`, 43 and 6 letters or digits. */
export function newSecretText({ prefix }: KeyFormat, environment: Environment): string {
  const body = `${prefix}s_${environment}_${randomText(SECRET_LENGTH)}`
  return body + checksum(body)
}

const ID = /^([a-z][a-z0-9]{1,15})k_(live|test)_[0-9A-Za-z]{20}$/
const SECRET = /^([a-z][a-z0-9]{1,15})s_(live|test)_[0-9A-Za-z]{49}$/

/** Whether it is an id that some keyring made. */
export const isKeyringId = (id: unknown): id is string => typeof id === 'string' && ID.test(id)

/** The environment that an id of any keyring names. */
export const environmentOfKeyringId = (id: string): Environment | undefined =>
  ID.exec(id)?.[2] as Environment | undefined

/** The environment that an id of this prefix names; `undefined` for anything that is not such an id. */
export function environmentOfId(id: unknown, { prefix }: KeyFormat): Environment | undefined {
  const [, named, environment] = (typeof id === 'string' && ID.exec(id)) || []
  return named === prefix ? (environment as Environment) : undefined
}

/**
 * Whether a text is a secret of this prefix, with a valid checksum: prefix, length, alphabet and checksum, without a
 * lookup. A changed letter passes once in four thousand million times.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for a format without a prefix; the text may be anything.
 * @example
 * ```ts
 * import { isWellFormedSecret } from 'countersign/keyring'
 *
 * const typed = 'acmes_live_…'
 * if (!isWellFormedSecret(typed, { prefix: 'acme' })) console.error('This is not one of our secrets, or not all of it.')
 * ```
 */
export function isWellFormedSecret(text: unknown, format: KeyFormat): text is string {
  const { prefix } = Object(format) as Partial<KeyFormat>
  if (typeof prefix !== 'string' || !PREFIX.test(prefix))
    fail(
      'ARGUMENT_INVALID',
      `isWellFormedSecret: "format" must be an object with your prefix, such as { prefix: 'acme' }, got ${kindOf(prefix === undefined ? format : prefix)}`,
    )
  const [, named] = (typeof text === 'string' && SECRET.exec(text)) || []
  if (named !== prefix) return false
  const body = (text as string).slice(0, -CHECKSUM_LENGTH)
  return checksum(body) === (text as string).slice(-CHECKSUM_LENGTH)
}

/** The environment a well-formed secret names. */
export const environmentOfSecret = (text: string): Environment =>
  /^[a-z0-9]{1,16}s_live_/.test(text) ? 'live' : 'test'

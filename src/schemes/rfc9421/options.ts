import type { SigningKey } from '../../crypto/key.js'
import {
  assertOptions,
  CountersignError,
  fail,
  type KnownOptions,
  kindOf,
  mustBe,
  type OptionKind,
  type OptionNames,
} from '../../errors.js'
import { isDigestAlgorithm } from '../../message/digest-algorithm.js'
import { FLAG } from '../../support/option-kinds.js'
import type { ComponentInit } from './base.js'

/**
 * Allows a signature that leaves out the method, the authority, the path, the query, the content type or the body's digest, and a
 * response verifier that demands less than its preset.
 *
 * @deprecated To make it stand out: whatever is not covered can be changed on the way without being noticed.
 */
export const coverLess: unique symbol = Symbol('countersign.coverLess')

/** Options of {@link rfc9421}. */
export interface Rfc9421Options<K extends SigningKey = SigningKey> {
  /** What signs: `hmacKey()`, an imported private key, or an object of your own with `keyId`, `algorithm` and `sign`. */
  readonly key: K
  /** Name of this signature among others in the message. Default `sig1`. */
  readonly label?: string
  /** The application's tag (RFC 9421 2.3), for verifiers that choose by it. */
  readonly tag?: string
  /** Adds `expires`, this many milliseconds after `created` (whole seconds, rounded down). */
  readonly expiresInMs?: number
  /** Adds the algorithm's name; the verifier decides by the key anyway. Default `false`. */
  readonly alg?: boolean
  /** Adds a nonce. Default `true`: without one, a captured request can be sent again within the window. */
  readonly nonce?: boolean
  /** Content-Digest made for a body that has none yet (RFC 9530). Default `sha-256`. */
  readonly digest?: 'sha-256' | 'sha-512'
}

/** Options of {@link rfc9421Signer}. */
export interface Rfc9421SignerOptions<K extends SigningKey = SigningKey> extends Omit<Rfc9421Options<K>, 'digest'> {
  /** Covered whenever the message is signed; a component that is absent is an error. Default: method, authority, path, query. */
  readonly components?: readonly ComponentInit[]
  /** Covered where the message has the field. Default: `content-type` and `content-digest`. */
  readonly whenPresent?: readonly string[]
  /** As in {@link Rfc9421Options.digest}; `false` makes none. */
  readonly digest?: 'sha-256' | 'sha-512' | false
  /** Extension parameters after the registered ones, as `serializeParameters` writes them: `;zone="eu"`. */
  readonly parameters?: string
  /** Allows `components`, `whenPresent` or `digest` to leave out a part of the request: it can then be changed on the way. */
  readonly [coverLess]?: true
}

export const TEXT: OptionKind = [(value) => typeof value === 'string', 'text']

// RFC 9651 3.2: a dictionary key, of a plausible length.
export const LABEL: RegExp = /^[a-z*][a-z0-9_.*-]{0,63}$/
export const LABEL_TEXT: OptionKind = [
  (value) => typeof value === 'string' && LABEL.test(value),
  'a structured-field key',
]

/** What an option has to be: one of another type would be read as something that was not meant (`nonce: 0` as no nonce). */
const KNOWN: OptionNames<Rfc9421SignerOptions> = {
  key: 2,
  label: LABEL_TEXT,
  tag: TEXT,
  expiresInMs: [(value) => Number.isSafeInteger(value) && (value as number) >= 1000, 'an integer from 1000'],
  alg: FLAG,
  nonce: FLAG,
  // `false` is for rfc9421Signer(), and the preset refuses it by itself.
  digest: [
    (value) => value === false || (typeof value === 'string' && isDigestAlgorithm(value)),
    '"sha-256" or "sha-512", in lower case',
  ],
  components: 1,
  whenPresent: 1,
  parameters: TEXT,
}
const HINTS = {
  covered: 'components',
  algorithm: 'alg: true',
  keyId: 'key: a key with its keyId',
  secret: 'key: hmacKey({ … })',
}

/** Refuses an option that no signer reads, or of another type. @throws {CountersignError} `CONFIG_INVALID`. */
export function assertSignerOptions(where: string, options: unknown, more?: KnownOptions): void {
  assertOptions(where, options, { ...KNOWN, ...more }, HINTS)
  const { key } = options as { readonly key?: { readonly sign?: unknown } }
  const says = 'a signing key, such as hmacKey({ … })'
  mustBe(typeof key?.sign === 'function', 'key', says, key, 'CONFIG_INVALID', `${where}: `)
  const less = (options as { readonly [coverLess]?: unknown })[coverLess]
  if (less !== undefined && less !== true)
    fail('CONFIG_INVALID', `${where}: [coverLess] must be true, got ${kindOf(less)}`)
}

/** Errors found at set-up are the caller's, whatever code the same text would have on the wire. */
export function configured<T>(option: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw error instanceof CountersignError
      ? new CountersignError('CONFIG_INVALID', `"${option}": ${error.message}`)
      : error
  }
}

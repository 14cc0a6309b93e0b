import { base64 } from '../../../crypto/encoding.js'
import type { SigningKey } from '../../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { type HttpMessage, withFields } from '../../../message/message.js'
import { FLAG, oneOf, TEXT } from '../../../support/option-kinds.js'
import { type Prepared, type SignContext, type Signer, signatureText } from '../../scheme.js'
import { assertSigningKey, assertUnsignedRequest, PLAIN } from '../signing.js'
import { type BodyHash, bodyHashOf, isForm, METHODS, OAUTH1_ALGORITHMS, oauth1Base, requestPairs } from './base.js'
import { namesOf } from './key.js'
import { type Pair, percent } from './percent.js'

/** Options of {@link oauth1}. */
export interface OAuth1Options<K extends SigningKey = SigningKey> {
  /** {@link oauth1Key}, or an RSA key whose id is of {@link oauth1KeyId}. */
  readonly key: K
  /** Written into the header and not signed. */
  readonly realm?: string
  /**
   * How the body is bound by `oauth_body_hash`. Default `sha-256`; `sha-1` is what the extension names, and oauthlib sends.
   * Without one a body that is no form is not signed, and refused by `oauth1Verifier()`.
   */
  readonly bodyHash?: BodyHash
  /** Binds also a form and an empty body by its hash, as Mastercard demands. Default `false`. */
  readonly alwaysHash?: boolean
  /** Adds `oauth_version="1.0"`. Default `true`. */
  readonly version?: boolean
}

const KNOWN: OptionNames<OAuth1Options> = {
  key: 2,
  realm: TEXT,
  bodyHash: oneOf('sha-1', 'sha-256'),
  alwaysHash: FLAG,
  version: FLAG,
}
const HINTS = {
  consumerKey: 'key: oauth1Key({ … })',
  consumerSecret: 'key: oauth1Key({ … })',
  token: 'key: oauth1Key({ … })',
}

/**
 * OAuth 1.0a in `Authorization`, with HMAC-SHA1, HMAC-SHA256, HMAC-SHA512, RSA-SHA256 or RSA-SHA512 by the key. Parameters of the
 * query and of a form are signed one by one; another body by its hash.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws `MESSAGE_MALFORMED` and `AUTH_MALFORMED` for what cannot be signed.
 * @see {@link https://www.rfc-editor.org/rfc/rfc5849 | RFC 5849}
 * @example
 * ```ts
 * import { createSignedFetch, Secret } from 'countersign'
 * import { oauth1, oauth1Key } from 'countersign/legacy/oauth1'
 *
 * const key = oauth1Key({ consumerKey: 'dpf43f3p2l4k3l03', consumerSecret: Secret.fromText('kd94hf93k423kf44') })
 * const signedFetch = createSignedFetch(oauth1({ key }), { origins: ['https://photos.example.net'] })
 * ```
 */
export function oauth1<K extends SigningKey>(options: OAuth1Options<K>): Signer<K> {
  assertOptions('oauth1', options, KNOWN, HINTS)
  const { key, realm, bodyHash = 'sha-256', alwaysHash = false, version = true } = options
  assertSigningKey('oauth1', key, OAUTH1_ALGORITHMS)
  if (realm !== undefined && !PLAIN.test(realm))
    fail('CONFIG_INVALID', 'oauth1: "realm" must be visible ASCII without quotes')
  const names = namesOf(key.keyId)
  if (names === undefined) fail('CONFIG_INVALID', 'oauth1: the id of the key must be one of oauth1KeyId()')
  const [method] = [...METHODS].find(([, algorithm]) => algorithm === key.algorithm) as [string, unknown]
  const prepare = <M extends HttpMessage>(message: M, { nowMs, nonce }: SignContext): Prepared<M> => {
    assertUnsignedRequest('oauth1', message, 'authorization')
    const hashed = alwaysHash || (message.body !== null && !isForm(message))
    const own: readonly Pair[] = [
      ['oauth_consumer_key', names.consumerKey],
      ...(names.token === undefined ? [] : [['oauth_token', names.token] as const]),
      ['oauth_signature_method', method],
      ['oauth_timestamp', String(Math.floor(nowMs / 1000))],
      ['oauth_nonce', nonce],
      ...(version ? [['oauth_version', '1.0'] as const] : []),
      ...(hashed ? [['oauth_body_hash', bodyHashOf(bodyHash, message)] as const] : []),
    ]
    const pairs = requestPairs(message)
    if (pairs.some(([name]) => name.startsWith('oauth_')))
      fail('MESSAGE_MALFORMED', 'oauth1: the request holds oauth_ parameters already')
    const base = oauth1Base(message, pairs, own)
    return {
      base,
      encoding: 'base64',
      attach: (signature) => {
        const all = [...own, ['oauth_signature', signatureText(signature, base64)] as const]
        const text = all.map(([name, value]) => `${name}="${percent(value)}"`).join(', ')
        const stated = realm === undefined ? '' : `realm="${realm}", `
        return withFields(message, [...message.fields, 'Authorization', `OAuth ${stated}${text}`])
      },
      trace: () => ({
        scheme: 'oauth1',
        base,
        covered: ['method', 'base-uri', 'parameters', ...(hashed ? ['body'] : [])],
      }),
    }
  }
  return { scheme: { id: 'oauth1', prepare }, key }
}

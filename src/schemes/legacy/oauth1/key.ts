import { utf8, utf8Decode } from '../../../crypto/encoding.js'
import { hmacKey } from '../../../crypto/hmac-key.js'
import { hmacSha1Key } from '../../../crypto/hmac-sha1-key.js'
import type { HmacKey } from '../../../crypto/key.js'
import { Secret } from '../../../crypto/secret.js'
import { assertNeeded, assertOptions, fail, type OptionKind, type OptionNames } from '../../../errors.js'
import { oneOf, TEXT } from '../../../support/option-kinds.js'
import { percent, unpercent } from './percent.js'

/** The two names of a caller: the application, and the user it acts for. */
export interface OAuth1Names {
  /** The application, as the service knows it. */
  readonly consumerKey: string
  /** Absent where the application acts for itself ("two-legged"). */
  readonly token?: string
}

/** Options of {@link oauth1Key}. */
export interface OAuth1KeyOptions extends OAuth1Names {
  /** Of the consumer. */
  readonly consumerSecret: string | Secret
  /** Of the token. Default: none. */
  readonly tokenSecret?: string | Secret
  /** Default `hmac-sha1`, which is what OAuth 1.0a names; the others are further names of oauthlib. */
  readonly algorithm?: 'hmac-sha1' | 'hmac-sha256' | 'hmac-sha512'
}

// Services write it in capitals: `HMAC-SHA512`.
const ALGORITHM: OptionKind = /* @__PURE__ */ oneOf('hmac-sha1', 'hmac-sha256', 'hmac-sha512')
const KNOWN: OptionNames<OAuth1KeyOptions> = {
  consumerKey: [TEXT, 2],
  token: TEXT,
  consumerSecret: 2,
  tokenSecret: 1,
  algorithm: [ALGORITHM[0], `${ALGORITHM[1]}, in lower case`],
}
const NAMES: OptionNames<OAuth1Names> = { consumerKey: [TEXT, 2], token: TEXT }
const HINTS = { clientKey: 'consumerKey', clientSecret: 'consumerSecret', accessToken: 'token' }

/** A consumer secret under this many characters is one that was cut, or made up. */
const MIN_SECRET = 8

// A key id takes no percent sign: "~" stands for it, and is itself encoded.
const written = (text: string): string => percent(text).replaceAll('~', '%7E').replaceAll('%', '~')

/**
 * The id of the key that a consumer and a token stand for, in a key source: both, encoded, with a colon between them.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 * @example
 * ```ts
 * import { importSigningKey } from 'countersign/crypto'
 * import { oauth1KeyId } from 'countersign/legacy/oauth1'
 *
 * declare const pem: string
 * const keyId = oauth1KeyId({ consumerKey: 'L8BsagqCB4XhQg3b!414f4d' })
 * const key = await importSigningKey(pem, { keyId, algorithm: 'rsa-v1_5-sha256' })
 * ```
 */
export function oauth1KeyId(names: OAuth1Names): string {
  assertOptions('oauth1KeyId', names, NAMES, HINTS)
  assertNeeded('oauth1KeyId', names, NAMES)
  return keyIdOf(names.consumerKey, names.token)
}

/** The same of names that are checked. */
export const keyIdOf = (consumerKey: string, token: string | undefined): string =>
  token === undefined ? written(consumerKey) : `${written(consumerKey)}:${written(token)}`

/** The names in a key id; `undefined` where it is none of {@link oauth1KeyId}. */
export function namesOf(keyId: string): OAuth1Names | undefined {
  const [consumer = '', token] = keyId.split(':')
  const of = (text: string): string => unpercent(text.replaceAll('~', '%'), false)
  try {
    const consumerKey = of(consumer)
    const names: OAuth1Names = token === undefined ? { consumerKey } : { consumerKey, token: of(token) }
    // A third part, or another spelling, is written otherwise.
    return keyIdOf(consumerKey, names.token) === keyId ? names : undefined
  } catch {
    return undefined
  }
}

/**
 * The shared secrets of a consumer and a token as one key: `pct(consumerSecret)&pct(tokenSecret)` (RFC 5849 3.4.2).
 *
 * @throws {CountersignError} `KEY_WEAK` for a consumer secret under 8 characters; `CONFIG_INVALID`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc5849#section-3.4.2 | RFC 5849 3.4.2}
 * @example
 * ```ts
 * import { Secret } from 'countersign'
 * import { oauth1Key } from 'countersign/legacy/oauth1'
 *
 * const key = oauth1Key({
 *   consumerKey: 'dpf43f3p2l4k3l03',
 *   consumerSecret: Secret.fromText('kd94hf93k423kf44'),
 *   token: 'nnch734d00sl2jdk',
 *   tokenSecret: Secret.fromText('pfkkdhi9sl3r4s00'),
 * })
 * ```
 */
export function oauth1Key(options: OAuth1KeyOptions): HmacKey {
  assertOptions('oauth1Key', options, KNOWN, HINTS)
  assertNeeded<OAuth1Names>('oauth1Key', options, NAMES)
  const { consumerKey, token, algorithm = 'hmac-sha1' } = options
  const consumerSecret = textOf('consumerSecret', options.consumerSecret)
  const tokenSecret = options.tokenSecret === undefined ? '' : textOf('tokenSecret', options.tokenSecret)
  if (consumerSecret.length < MIN_SECRET)
    fail('KEY_WEAK', `"consumerSecret" must have at least ${MIN_SECRET} characters, got ${consumerSecret.length}`)
  if ((token === undefined) !== (tokenSecret === ''))
    fail('CONFIG_INVALID', 'oauth1Key: "token" and "tokenSecret" must be given together')
  const keyId = keyIdOf(consumerKey, token)
  const secret = new Secret(utf8(`${percent(consumerSecret)}&${percent(tokenSecret)}`))
  return algorithm === 'hmac-sha1' ? hmacSha1Key({ keyId, secret }) : hmacKey({ keyId, algorithm, secret })
}

function textOf(name: string, secret: string | Secret): string {
  const text = typeof secret === 'string' ? secret : utf8Decode(secret?.reveal?.() ?? new Uint8Array(0))
  return text === undefined || text === '' ? fail('KEY_WEAK', `"${name}" must be a text that is not empty`) : text
}

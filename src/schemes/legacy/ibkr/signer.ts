import { base64 } from '../../../crypto/encoding.js'
import type { SigningKey } from '../../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { type HttpMessage, withFields } from '../../../message/message.js'
import { TEXT } from '../../../support/option-kinds.js'
import { type Prepared, type SignContext, type Signer, signatureText } from '../../scheme.js'
import { assertSigningKey, assertUnsignedRequest, PLAIN } from '../signing.js'
import { byName, IBKR_ALGORITHMS, ibkrBase, METHODS, namesOf, type Pair, queryPairs, quoted } from './base.js'

/** Options of {@link ibkr}. */
export interface IbkrOptions<K extends SigningKey = SigningKey> {
  /** The key of a live session, from `ibkrSession()`. */
  readonly key: K
  /** Default `limited_poa`; `test_realm` for the consumer TESTCONS. */
  readonly realm?: string
}

const KNOWN: OptionNames<IbkrOptions> = { key: 2, realm: TEXT }
const HINTS = { liveSessionToken: 'key: ibkrSession({ … }).key(answer)' }

/** What a nonce may hold: it stands in the header as it is. */
const NONCE = /^[A-Za-z0-9._~-]{1,128}$/

/**
 * Requests to the Web API of Interactive Brokers in their form of OAuth 1.0a, with the key of a live session. Method, URL and query
 * are signed; **the body is not**, so an order is protected by TLS alone.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws `MESSAGE_MALFORMED`, and `AUTH_MALFORMED` for a query that cannot be
 *   signed.
 * @see {@link https://www.interactivebrokers.com/campus/ibkr-api-page/oauth-1-0a-extended/ | Interactive Brokers: OAuth 1.0a Extended}
 * @example
 * ```ts
 * import { createSignedFetch, type HmacKey } from 'countersign'
 * import { ibkr } from 'countersign/legacy/ibkr'
 *
 * declare const key: HmacKey
 * const signedFetch = createSignedFetch(ibkr({ key }), { origins: ['https://api.ibkr.com'] })
 * export const accounts = () => signedFetch('https://api.ibkr.com/v1/api/portfolio/accounts')
 * ```
 */
export function ibkr<K extends SigningKey>(options: IbkrOptions<K>): Signer<K> {
  assertOptions('ibkr', options, KNOWN, HINTS)
  return ibkrSigner('ibkr', options.key, options.realm)
}

/** {@link ibkr} with further parameters of the header. */
export function ibkrSigner<K extends SigningKey>(
  where: string,
  key: K,
  realm = 'limited_poa',
  more: readonly Pair[] = [],
): Signer<K> {
  assertSigningKey(where, key, IBKR_ALGORITHMS)
  if (!PLAIN.test(realm)) fail('CONFIG_INVALID', `${where}: "realm" must be visible ASCII without quotes`)
  const names = namesOf(key.keyId)
  if (names === undefined)
    fail(
      'CONFIG_INVALID',
      `${where}: the id of the key must be consumer key and access token, with a colon between them`,
    )
  const [consumerKey, accessToken] = names
  const [signatureMethod] = [...METHODS].find(([, algorithm]) => algorithm === key.algorithm) as [string, unknown]
  const prepare = <M extends HttpMessage>(message: M, { nowMs, nonce }: SignContext): Prepared<M> => {
    assertUnsignedRequest(where, message, 'authorization')
    if (!NONCE.test(nonce)) fail('MESSAGE_MALFORMED', `${where}: the nonce must be letters and digits`)
    const own: readonly Pair[] = [
      ['oauth_consumer_key', consumerKey],
      ['oauth_nonce', nonce],
      ['oauth_signature_method', signatureMethod],
      ['oauth_timestamp', String(Math.floor(nowMs / 1000))],
      ['oauth_token', accessToken],
      ...more,
    ]
    const query = queryPairs(message)
    const taken = new Set(own.map(([name]) => name))
    if (query.some(([name]) => taken.has(name) || name.startsWith('oauth_')))
      fail('MESSAGE_MALFORMED', `${where}: the query holds parameters of the signature already`)
    const base = ibkrBase(message, query, own)
    return {
      base,
      encoding: 'base64',
      attach: (signature) => {
        const all: readonly Pair[] = [...own, ['oauth_signature', quoted(signatureText(signature, base64))]]
        const text = [...all]
          .sort(byName)
          .map(([name, value]) => `${name}="${value}"`)
          .join(', ')
        return withFields(message, [...message.fields, 'Authorization', `OAuth realm="${realm}", ${text}`])
      },
      trace: () => ({ scheme: 'ibkr', base, covered: ['method', 'base-uri', 'parameters'] }),
    }
  }
  return { scheme: { id: 'ibkr', prepare }, key }
}

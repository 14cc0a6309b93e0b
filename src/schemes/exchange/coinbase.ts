import { hmacSha256Key } from '../../crypto/hmac-sha256-key.js'
import { CountersignError } from '../../errors.js'
import { argumentOf } from './engine/argument.js'
import { type Draft, targetOf } from './engine/draft.js'
import { hexTexts } from './engine/edge/hex-texts.js'
import { defineVenue, type VenueFactory } from './engine/edge/venue.js'
import { bearer, is, jwtInput, type Members, readJwt, text, whole } from './engine/jwt.js'
import { base64url, hex } from './engine/outputs.js'
import type { VenueSpec } from './engine/spec.js'
import { expiresIn, seconds } from './engine/times.js'

const LIFE_S = 120

/** Which claims a token has; three documents of the venue disagree. */
interface Claims {
  readonly iss: string
  /** With it goes `iat`. */
  readonly aud?: readonly string[]
  /** The claim that names the request. */
  readonly uri: 'uri' | 'uris'
}

const ALGORITHMS = { 'ecdsa-p256-sha256': 'ES256', ed25519: 'EdDSA' } as const
const uriOf = ({ method, host, path }: Draft): string => `${method} ${host}${path}`
const claim = ({ uri }: Claims, value: string): string | readonly string[] => (uri === 'uri' ? value : [value])

const baseOf =
  (claims: Claims, bound: boolean) =>
  (draft: Draft): string => {
    const { key, nonce, time, algorithm } = draft
    // Not signed, and nothing comes of a subscription without it.
    if (!bound) argumentOf(draft, 'channel')
    const exp = Number(time)
    const nbf = exp - LIFE_S
    return jwtInput(
      { alg: ALGORITHMS[algorithm as keyof typeof ALGORITHMS], kid: key, nonce, typ: 'JWT' },
      {
        sub: key,
        iss: claims.iss,
        ...(claims.aud && { aud: claims.aud, iat: nbf }),
        nbf,
        exp,
        ...(bound && { [claims.uri]: claim(claims, uriOf(draft)) }),
      },
    )
  }

const readOf = (claims: Claims, bound: boolean): ((draft: Draft) => void) => {
  const head: Members = {
    alg: text(/^(?:ES256|EdDSA)$/),
    kid: text(/./),
    nonce: text(hexTexts.pattern),
    typ: is('JWT'),
  }
  const body: Members = {
    sub: text(/./),
    iss: is(claims.iss),
    ...(claims.aud && { aud: is(claims.aud), iat: whole }),
    nbf: whole,
    exp: whole,
    ...(bound && { [claims.uri]: (value) => value !== undefined }),
  }
  return (draft) => {
    const { header, claims: stated } = readJwt(draft.payload, head, body)
    const { sub, nbf, exp, iat = nbf } = stated as { sub: string; nbf: number; exp: number; iat?: number }
    if (header['kid'] !== sub || iat !== nbf || exp !== nbf + LIFE_S)
      throw new CountersignError('AUTH_MALFORMED', `the token expected one key, and to be good for ${LIFE_S} s`)
    if (bound && !is(claim(claims, uriOf(draft)))(stated[claims.uri]))
      throw new CountersignError('SIGNATURE_INVALID', 'the token was made for another request')
    draft.key = sub
    draft.nonce = header['nonce'] as string
    draft.time = String(exp)
    draft.algorithm = header['alg'] === 'ES256' ? 'ecdsa-p256-sha256' : 'ed25519'
  }
}

const shared = {
  id: 'coinbase',
  name: 'Coinbase Advanced Trade',
  docs: 'https://docs.cdp.coinbase.com/coinbase-app/authentication-authorization/api-key-authentication',
  origins: ['https://api.coinbase.com'],
  clock: {
    path: '/api/v3/brokerage/time',
    read: (answer: { epochMillis: string }) => Number(answer.epochMillis),
    error: /request timestamp expired/,
  },
} as const

const tokens = (claims: Claims): VenueSpec => ({
  ...shared,
  keys: { 'ecdsa-p256-sha256': base64url, ed25519: base64url },
  time: expiresIn(LIFE_S * 1000, seconds),
  nonce: hexTexts,
  headers: bearer,
  base: baseOf(claims, true),
  read: readOf(claims, true),
  // A token names method, host and path; neither query nor body.
  covers: ['method', 'authority', 'path'],
  messages: {
    login: {
      base: baseOf(claims, false),
      read: readOf(claims, false),
      form: { type: 'subscribe', channel: '$channel', product_ids: '$productIds', jwt: '$payload.$sign' },
    },
  },
})

/**
 * Coinbase Advanced Trade with the tokens of a CDP key (ECDSA P-256 or Ed25519): REST, and the subscription that a WebSocket
 * starts with. Neither query nor body is signed: TLS alone protects an order's price.
 *
 * Three sources disagree about the claims. By default they are those of the page below; `variant: 'cdp-sdk'` makes those of
 * the CDP SDK (`aud` `cdp_service`, `uris`), `variant: 'cloud'` the older ones (`coinbase-cloud`, `retail_rest_api_proxy`);
 * ccxt makes the former for Ed25519 and the latter for ECDSA. `variant: 'hmac'` is for legacy API keys with a secret.
 *
 * @see {@link https://docs.cdp.coinbase.com/coinbase-app/authentication-authorization/api-key-authentication | Coinbase App, API key authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { importVenueKey } from 'countersign/exchange'
 * import { coinbase } from 'countersign/exchange/coinbase'
 *
 * declare const file: { readonly name: string; readonly privateKey: string }
 * const key = await importVenueKey(file.privateKey, { apiKey: file.name, type: 'ecdsa-p256' })
 * const signer = coinbase({ key })
 * const coinbaseFetch = createSignedFetch(signer)
 * export const accounts = () => coinbaseFetch('/api/v3/brokerage/accounts', { params: { limit: 250 } })
 * export const orders = () => signer.login({ channel: 'user', productIds: ['BTC-USD'] }).messages
 * ```
 */
export const coinbase: VenueFactory = /* @__PURE__ */ defineVenue(/* @__PURE__ */ tokens({ iss: 'cdp', uri: 'uri' }), {
  'cdp-sdk': /* @__PURE__ */ tokens({ iss: 'cdp', aud: ['cdp_service'], uri: 'uris' }),
  cloud: /* @__PURE__ */ tokens({ iss: 'coinbase-cloud', aud: ['retail_rest_api_proxy'], uri: 'uri' }),
  hmac: {
    ...shared,
    keys: { 'hmac-sha256': hex },
    secretKey: hmacSha256Key,
    time: seconds,
    headers: [
      ['CB-ACCESS-KEY', 'key'],
      ['CB-ACCESS-SIGN', 'sign'],
      ['CB-ACCESS-TIMESTAMP', 'time'],
    ],
    // The older API (v2) signs the query as well.
    base: (draft) =>
      draft.time + draft.method + (draft.path.startsWith('/v2/') ? targetOf(draft) : draft.path) + draft.body,
    covers: ['method', 'path', 'body'],
    messages: {
      login: {
        base: (draft) => draft.time + argumentOf(draft, 'channel') + (draft.extra['productIds'] ?? ''),
        form: {
          type: 'subscribe',
          channel: '$channel',
          product_ids: '$productIds',
          api_key: '$key',
          timestamp: '$time',
          signature: '$sign',
        },
      },
    },
  },
})

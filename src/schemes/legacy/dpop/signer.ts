import { algorithmSpec } from '../../../crypto/algorithm.js'
import { base64url } from '../../../crypto/encoding.js'
import { type Jwk, publicJwk } from '../../../crypto/format/jwk.js'
import { publicMaterialOf } from '../../../crypto/held.js'
import type { SigningKey } from '../../../crypto/key.js'
import { jwkThumbprint } from '../../../crypto/thumbprint.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { type HttpMessage, type HttpRequest, withFields } from '../../../message/message.js'
import { MEMBERS } from '../../../support/option-kinds.js'
import { type Prepared, type SignContext, type Signer, signatureText } from '../../scheme.js'
import { credentialsOf } from '../auth-params.js'
import { joseName, jwsInput } from '../jose.js'
import { assertSigningKey, assertUnsignedRequest } from '../signing.js'
import { athOf, DPOP_ALGORITHMS, htuOf } from './proof.js'

/** Options of {@link dpop}. */
export interface DpopOptions<K extends SigningKey = SigningKey> {
  /** The private key that tokens are bound to: ES256, ES384, ES512, EdDSA or RSA. */
  readonly key: K
  /** The access token, or what returns the one of the moment. It goes into `Authorization: DPoP`. Default: the request's own. */
  readonly accessToken?: string | (() => string)
  /** The public half, for a key that this package did not import (an HSM, WebCrypto). */
  readonly jwk?: Jwk
}

const TOKEN_KIND = [
  (value: unknown) => typeof value === 'function' || (typeof value === 'string' && value !== ''),
  'text, or a function that returns it',
] as const
const KNOWN: OptionNames<DpopOptions> = { key: 2, accessToken: TOKEN_KIND, jwk: MEMBERS }
const HINTS = { token: 'accessToken', nonce: 'nothing: the nonce of a server is learned from its answers' }

// RFC 6750 2.1, b64token; and what a nonce may hold (RFC 9449 8.1).
const TOKEN = /^[A-Za-z0-9._~+/-]{1,8192}=*$/
const NONCE = /^[!#-[\]-~]{1,512}$/
const MOST_ORIGINS = 100

/**
 * DPoP: a proof that the sender of an access token holds the key that it is bound to. Each request gets its own proof, with
 * `ath` where it carries a token. A nonce that a server hands out is kept per origin, and a request that was refused for it is
 * sent once more.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; `KEY_UNSUPPORTED` without a public half; signing throws `MESSAGE_MALFORMED`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449 | RFC 9449}
 * @example
 * ```ts
 * import { createSignedFetch, generateKeyPair } from 'countersign'
 * import { dpop } from 'countersign/legacy/dpop'
 *
 * declare const accessToken: string
 * const { signingKey: key } = await generateKeyPair('ecdsa-p256-sha256', { keyId: 'client-1' })
 * const boundFetch = createSignedFetch(dpop({ key, accessToken }), { origins: ['https://api.example.com'] })
 * ```
 */
export function dpop<K extends SigningKey>(options: DpopOptions<K>): Signer<K> {
  assertOptions('dpop', options, KNOWN, HINTS)
  const { key, accessToken } = options
  assertSigningKey('dpop', key, DPOP_ALGORITHMS)
  const jwk = publicHalf(key, options.jwk)
  // What servers handed out, last used last.
  const nonces = new Map<string, string>()

  const prepare = <M extends HttpMessage>(message: M, { algorithm, nowMs, nonce: jti }: SignContext): Prepared<M> => {
    assertUnsignedRequest('dpop', message, 'dpop')
    const own = typeof accessToken === 'function' ? accessToken() : accessToken
    if (own !== undefined) assertUnsignedRequest('dpop', message, 'authorization')
    const token = own ?? credentialsOf(message.fields, 'authorization', 'DPoP')
    if (token !== undefined && !TOKEN.test(token))
      fail('MESSAGE_MALFORMED', 'dpop: the access token cannot stand in a field')
    const nonce = nonces.get(originOf(message))
    const base = jwsInput(
      { typ: 'dpop+jwt', alg: joseName(algorithm), jwk },
      {
        jti,
        htm: message.method,
        htu: htuOf(message),
        iat: Math.floor(nowMs / 1000),
        ...(token !== undefined && { ath: athOf(token) }),
        ...(nonce !== undefined && { nonce }),
      },
    )
    const fields = own === undefined ? message.fields : [...message.fields, 'Authorization', `DPoP ${own}`]
    return {
      base,
      encoding: 'base64url',
      attach: (signature) => withFields(message, [...fields, 'DPoP', `${base}.${signatureText(signature, base64url)}`]),
      trace: () => ({ scheme: 'dpop', base, covered: ['htm', 'htu', ...(token === undefined ? [] : ['ath'])] }),
    }
  }

  return {
    scheme: { id: 'dpop', prepare },
    key,
    learn: ({ status, headers }, request) => {
      const stated = headers.get('dpop-nonce')
      if (stated === null || !NONCE.test(stated)) return false
      const origin = originOf(request)
      const isNew = nonces.get(origin) !== stated
      nonces.delete(origin)
      nonces.set(origin, stated)
      if (nonces.size > MOST_ORIGINS) nonces.delete(nonces.keys().next().value as string)
      // RFC 9449 8 and 9: a resource answers 401, an authorization server 400.
      return (
        isNew && (status === 400 || (status === 401 && /use_dpop_nonce/.test(headers.get('www-authenticate') ?? '')))
      )
    },
  }
}

const originOf = ({ scheme, authority }: HttpRequest): string => `${scheme}://${authority}`

function publicHalf(key: SigningKey, stated: Jwk | undefined): Jwk {
  const material = publicMaterialOf(key)
  if (material !== undefined) return publicJwk(algorithmSpec(key.algorithm), material)
  if (stated === undefined)
    fail('KEY_UNSUPPORTED', 'dpop: "jwk" must state the public half of a key that was made elsewhere')
  // Refuses what is no key; only the members that make the thumbprint go out, never a private one.
  jwkThumbprint(stated)
  const { kty, crv, x, y, n, e } = stated
  return JSON.parse(JSON.stringify({ kty, crv, x, y, n, e })) as Jwk
}

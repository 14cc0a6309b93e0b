import { CountersignError } from '../../errors.js'
import { hexTexts } from '../signer/nonce-formats.js'
import { argumentOf } from '../spec/arguments.js'
import type { Draft } from '../spec/draft.js'
import { is, jwtInput, type Members, readJwt, text, whole } from '../spec/jwt.js'
import type { ExchangeSpec } from '../spec/spec.js'

/** How long a token is good. */
export const LIFE_MS = 120_000
const LIFE_S = LIFE_MS / 1000

/** Which claims a token has; three documents of the exchange disagree. */
export interface Claims {
  readonly iss: string
  /** With it goes `iat`. */
  readonly aud?: readonly string[]
  /** The claim that names the request. */
  readonly uri: 'uri' | 'uris'
}

const ALGORITHMS = { 'ecdsa-p256-sha256': 'ES256', ed25519: 'EdDSA' } as const
const uriOf = ({ method, host, path }: Draft): string => `${method} ${host}${path}`
const claim = ({ uri }: Claims, value: string): string | readonly string[] => (uri === 'uri' ? value : [value])

/** What a token signs. `bound`: it names its request, as those of a socket do not. */
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

/** Takes a token with exactly these claims, for exactly this request. */
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
      throw new CountersignError('AUTH_MALFORMED', `the token must have one key, and be good for ${LIFE_S} s`)
    if (bound && !is(claim(claims, uriOf(draft)))(stated[claims.uri]))
      throw new CountersignError('SIGNATURE_INVALID', 'the token was made for another request')
    draft.key = sub
    draft.nonce = header['nonce'] as string
    draft.time = String(exp)
    draft.algorithm = header['alg'] === 'ES256' ? 'ecdsa-p256-sha256' : 'ed25519'
  }
}

/** What an exchange with such tokens has of them: REST, and the subscription that a WebSocket starts with. */
export const tokens = (claims: Claims): Pick<ExchangeSpec, 'base' | 'read' | 'messages'> => ({
  base: baseOf(claims, true),
  read: readOf(claims, true),
  messages: {
    login: {
      base: baseOf(claims, false),
      read: readOf(claims, false),
      template: { type: 'subscribe', channel: '$channel', product_ids: '$productIds', jwt: '$payload.$sign' },
    },
  },
})

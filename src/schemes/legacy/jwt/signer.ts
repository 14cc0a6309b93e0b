import { base64url } from '../../../crypto/encoding.js'
import type { SigningKey } from '../../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { assertFieldLine } from '../../../message/fields.js'
import { type HttpMessage, withFields } from '../../../message/message.js'
import { FLAG, MEMBERS, TEXT, whole } from '../../../support/option-kinds.js'
import { type Prepared, type SignContext, type Signer, signatureText } from '../../scheme.js'
import { joseName, jwsInput } from '../jose.js'
import { assertSigningKey, assertUnsignedRequest } from '../signing.js'
import { boundFacts, DEFAULT_BINDING, JWT_ALGORITHMS, type JwtBinding, OWN_CLAIMS } from './bind.js'

/** Options of {@link jwt}. */
export interface JwtOptions<K extends SigningKey = SigningKey> {
  /** HS256 to HS512, RS256, RS512, PS256, PS512, ES256, ES384, ES512 or EdDSA, by its algorithm. Its id is `kid`. */
  readonly key: K
  /** The claims that bind the token to its request. Default `{ htm: 'method', htu: 'url', bodyHash: 'body-base64url' }`. */
  readonly bind?: JwtBinding
  /** How long a token is good. Default 60 000. */
  readonly expiresInMs?: number
  /** Further claims, the same in each token: `iss`, `sub`, `aud`. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Adds `nbf`, the same as `iat`. Default `false`. */
  readonly notBefore?: boolean
  /** Where the token stands: `authorization` (the default), as `Bearer`, or a separate field. */
  readonly field?: string
}

const KNOWN: OptionNames<JwtOptions> = {
  key: 2,
  bind: MEMBERS,
  expiresInMs: whole(1_000, 86_400_000, ', in milliseconds'),
  claims: MEMBERS,
  notBefore: FLAG,
  field: TEXT,
}
const HINTS = {
  secret: 'key: hmacKey({ … })',
  expiresIn: 'expiresInMs',
  issuer: 'claims: { iss }',
  audience: 'claims: { aud }',
}

/**
 * A JSON Web Token for each request, which names the request it is for: method, URL and the hash of the body, in claims of your
 * choice. The algorithm is that of the key. `jti` is the nonce.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws `MESSAGE_MALFORMED`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519 | RFC 7519}, {@link https://www.rfc-editor.org/rfc/rfc7515 | RFC 7515}
 * @example
 * ```ts
 * import { createSignedFetch, hmacKey, randomBytes } from 'countersign'
 * import { jwt } from 'countersign/legacy/jwt'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const signer = jwt({ key, bind: { uri: 'target', bodyHash: 'body-hex' }, claims: { sub: 'bot-1' } })
 * const signedFetch = createSignedFetch(signer, { origins: ['https://api.example.com'] })
 * ```
 */
export function jwt<K extends SigningKey>(options: JwtOptions<K>): Signer<K> {
  assertOptions('jwt', options, KNOWN, HINTS)
  const {
    key,
    bind = DEFAULT_BINDING,
    expiresInMs = 60_000,
    claims = {},
    notBefore = false,
    field = 'authorization',
  } = options
  assertSigningKey('jwt', key, JWT_ALGORITHMS)
  assertFieldLine(field, '')
  const facts = boundFacts('jwt', bind)
  for (const name of [...OWN_CLAIMS, ...facts.map(([claim]) => claim)])
    if (Object.hasOwn(claims, name))
      fail('CONFIG_INVALID', `jwt: "claims" must not hold "${name}", which each token states itself`)
  const bearer = field.toLowerCase() === 'authorization'
  const prepare = <M extends HttpMessage>(message: M, { keyId, algorithm, nowMs, nonce }: SignContext): Prepared<M> => {
    assertUnsignedRequest('jwt', message, field.toLowerCase())
    const iat = Math.floor(nowMs / 1000)
    const base = jwsInput(
      { alg: joseName(algorithm), typ: 'JWT', kid: keyId },
      {
        ...claims,
        ...Object.fromEntries(facts.map(([claim, { of }]) => [claim, of(message)])),
        iat,
        ...(notBefore && { nbf: iat }),
        exp: iat + Math.floor(expiresInMs / 1000),
        jti: nonce,
      },
    )
    return {
      base,
      encoding: 'base64url',
      attach: (signature) => {
        const token = `${base}.${signatureText(signature, base64url)}`
        return withFields(
          message,
          bearer ? [...message.fields, 'Authorization', `Bearer ${token}`] : [...message.fields, field, token],
        )
      },
      trace: () => ({ scheme: 'jwt', base, covered: facts.map(([claim]) => claim) }),
    }
  }
  return { scheme: { id: 'jwt', prepare }, key }
}

import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { assertFieldLine } from '../../../message/fields.js'
import { type HttpRequest, isRequest } from '../../../message/message.js'
import { MEMBERS, oneOf, TEXT } from '../../../support/option-kinds.js'
import type { Weakness } from '../../scheme/weaknesses.js'
import { type BodyDigest, type Coverage, schemeDemands, type UntrustedSignature } from '../../scheme.js'
import { credentialsOf, singleValue } from '../auth-params.js'
import { readJws, textClaim, timeClaim } from '../jose.js'
import { type JsonObject, memberOf, textMember } from '../json.js'
import type { OlderScheme } from '../older-scheme.js'
import { uniqueNonce, untrusted } from '../untrusted.js'
import { boundFacts, DEFAULT_BINDING, JWT_ALGORITHMS, type JwtBinding } from './bind.js'

/** Options of {@link jwtVerifier}. */
export interface JwtVerifierOptions {
  /** The claims that bind a token to its request, as the signer has them. Default as of `jwt()`. */
  readonly bind?: JwtBinding
  /** `iss` must be this. Without it the claim is not looked at. */
  readonly issuer?: string
  /** `aud` must be this, or hold it. Without it the claim is not looked at: a token that states another service is accepted. */
  readonly audience?: string
  /** Where the id of the key stands: `kid` of the header (the default), or the claim `iss` or `sub`. */
  readonly keyIdIn?: 'kid' | 'iss' | 'sub'
  /** Where the token stands: `authorization` (the default), as `Bearer`, or a separate field. */
  readonly field?: string
}

const KNOWN: OptionNames<JwtVerifierOptions> = {
  bind: MEMBERS,
  issuer: TEXT,
  audience: TEXT,
  keyIdIn: oneOf('kid', 'iss', 'sub'),
  field: TEXT,
}
const HINTS = {
  algorithms: 'policy: algorithms',
  clockTolerance: 'policy: maxFutureMs',
  maxTokenAge: 'policy: maxAgeMs',
}

// What a header may bring a key with. The key is that of `keyIdIn`, from the key source.
const FOREIGN_KEYS = ['jwk', 'jku', 'x5u', 'x5c'] as const

/**
 * The verifying side of {@link jwt}. A token without a bound claim, for another request, without `iat` or `nbf`, with `alg: none`,
 * `crit` or a separate key is refused. A `Bearer` that is no JWT belongs to another scheme.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725 | RFC 8725, JSON Web Token Best Current Practices}
 * @example
 * ```ts
 * import { jwtVerifier } from 'countersign/legacy/jwt'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [jwtVerifier({ audience: 'https://api.example.com' })],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({ authorities: ['api.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function jwtVerifier(options: JwtVerifierOptions = {}): OlderScheme {
  assertOptions('jwtVerifier', options, KNOWN, HINTS)
  const { bind = DEFAULT_BINDING, issuer, audience, keyIdIn = 'kid', field = 'authorization' } = options
  assertFieldLine(field, '')
  const facts = boundFacts('jwtVerifier', bind)
  const all = new Set<Coverage>(facts.flatMap(([, { covers }]) => covers))
  const withBody: readonly Coverage[] = all.has('body') ? ['body'] : []
  const lower = field.toLowerCase()
  const bearer = lower === 'authorization'

  const read = (request: HttpRequest, token: string): UntrustedSignature => {
    const { header, claims, input, signature, algorithm } = readJws('the token', token)
    for (const name of FOREIGN_KEYS)
      if (memberOf(header, name) !== undefined) fail('AUTH_MALFORMED', 'the token brings a key of its own')
    const typ = memberOf(header, 'typ')
    if (typ !== undefined && !(typeof typ === 'string' && /^(?:application\/)?jwt$/i.test(typ)))
      fail('AUTH_MALFORMED', 'the token is of another type than JWT')
    const keyId = keyIdIn === 'kid' ? textMember('the header', header, 'kid') : textMember('the token', claims, keyIdIn)
    if (issuer !== undefined && memberOf(claims, 'iss') !== issuer)
      fail('SIGNATURE_INVALID', 'the token is of another issuer')
    if (audience !== undefined && !holds(memberOf(claims, 'aud'), audience))
      fail('SIGNATURE_INVALID', 'the token is for another audience')
    const [iat, nbf, exp] = ['iat', 'nbf', 'exp'].map((name) => timeClaim(claims, name))
    const digests: BodyDigest[] = []
    const covers = new Set<Coverage>()
    for (const [claim, { covers: covered, of, digest }] of facts) {
      const stated = textClaim(claims, claim)
      // Which of them have to be there is for the policy to demand.
      if (stated === undefined) continue
      if (digest !== undefined) digests.push(bodyDigest(digest(stated)))
      else if (stated !== of(request)) fail('SIGNATURE_INVALID', 'the token was made for another request')
      for (const fact of covered) covers.add(fact)
    }
    return untrusted({
      keyId,
      claimedAlgorithm: algorithm,
      // Whichever is later: before `nbf` a token is not good.
      createdMs: iat === undefined ? nbf : Math.max(iat, nbf ?? iat),
      expiresMs: exp,
      nonce: nonceOf(claims),
      covered: Object.keys(bind),
      covers,
      signature,
      base: () => input,
      bodyDigests: () => digests,
    })
  }

  return {
    id: 'jwt',
    weaknesses: weaknessesOf(all),
    demands: schemeDemands({
      require: [...all].filter((fact) => fact !== 'body'),
      requireWithBody: withBody,
      requireNonce: false,
      algorithms: JWT_ALGORITHMS,
    }),
    parse: (message) => {
      if (!isRequest(message)) return []
      const token = bearer ? credentialsOf(message.fields, lower, 'Bearer') : singleValue(message.fields, lower)
      if (token === undefined || (bearer && token.split('.', 4).length !== 3)) return []
      return [read(message, token)]
    },
    challenge: () => (bearer ? { field: 'WWW-Authenticate', value: 'Bearer' } : undefined),
  }
}

const holds = (stated: unknown, audience: string): boolean =>
  stated === audience || (Array.isArray(stated) && stated.includes(audience))

const bodyDigest = (digest: Uint8Array | undefined): BodyDigest =>
  digest?.length === 32 ? { hash: 'sha256', digest } : fail('AUTH_MALFORMED', 'the hash of the body must be a SHA-256')

function nonceOf(claims: JsonObject): string | undefined {
  const jti = textClaim(claims, 'jti')
  return jti === undefined ? undefined : uniqueNonce(jti)
}

function weaknessesOf(covers: ReadonlySet<Coverage>): readonly Weakness[] {
  const open: ReadonlyArray<readonly [Coverage, Weakness]> = [
    ['method', 'no-method'],
    ['authority', 'no-authority'],
    ['query', 'no-query'],
    ['body', 'no-body'],
  ]
  return open.filter(([fact]) => !covers.has(fact)).map(([, weakness]) => weakness)
}

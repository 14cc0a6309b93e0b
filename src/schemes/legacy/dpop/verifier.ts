import type { KeyAlgorithm } from '../../../crypto/algorithm.js'
import type { Jwk } from '../../../crypto/format/jwk.js'
import { jwkThumbprint } from '../../../crypto/thumbprint.js'
import { assertOptions, fail, isCountersignError, type OptionNames } from '../../../errors.js'
import { fieldValues, trimOws } from '../../../message/fields.js'
import { type HttpRequest, isRequest } from '../../../message/message.js'
import { FLAG, having, LIST } from '../../../support/option-kinds.js'
import { schemeDemands, type UntrustedSignature } from '../../scheme.js'
import { credentialsOf } from '../auth-params.js'
import { joseName, readJws, timeClaim } from '../jose.js'
import { type JsonObject, memberOf, textMember } from '../json.js'
import type { OlderScheme } from '../older-scheme.js'
import { untrusted } from '../untrusted.js'
import type { DpopNonces } from './nonces.js'
import { athOf, DPOP_ALGORITHMS, htuOf } from './proof.js'

/** Options of {@link dpopVerifier}. */
export interface DpopVerifierOptions {
  /**
   * Whether a request must carry an access token in `Authorization: DPoP`, which the proof names by its hash. Default `true`;
   * `false` for a token endpoint.
   */
  readonly accessToken?: boolean
  /** Nonces of this server, from `dpopNonces()`: a proof without a current one is refused, and the refusal holds one. */
  readonly nonces?: DpopNonces
  /** The algorithms that proofs may have. Default: ES256, ES384, ES512, EdDSA, RS256, RS512, PS256 and PS512. */
  readonly algorithms?: readonly KeyAlgorithm[]
}

const KNOWN: OptionNames<DpopVerifierOptions> = {
  accessToken: FLAG,
  nonces: having('nonces of dpopNonces()', 'current', 'accepts'),
  algorithms: LIST,
}
const HINTS = { algs: 'algorithms', nonce: 'nonces', maxAgeMs: 'policy: maxAgeMs' }
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/**
 * The verifying side of DPoP. The key comes with the proof, and its id is its RFC 7638 thumbprint (`jkt`): a key source of
 * `boundKeys()` accepts it where the access token is bound to it. Neither query nor body is covered.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-4.3 | RFC 9449 4.3}
 * @example
 * ```ts
 * import { dpopVerifier } from 'countersign/legacy/dpop'
 * import { boundKeys, createVerifier, memoryReplayStore, strictPolicy } from 'countersign/server'
 *
 * declare function introspect(token: string): Promise<{ jkt: string; owner: string } | undefined>
 *
 * const verifier = createVerifier({
 *   schemes: [dpopVerifier()],
 *   keys: boundKeys({ token: introspect }),
 *   policy: strictPolicy({ authorities: ['api.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function dpopVerifier(options: DpopVerifierOptions = {}): OlderScheme {
  assertOptions('dpopVerifier', options, KNOWN, HINTS)
  const { accessToken = true, nonces, algorithms = DPOP_ALGORITHMS } = options
  if (algorithms.length === 0 || !algorithms.every((one) => DPOP_ALGORITHMS.includes(one)))
    fail('CONFIG_INVALID', `dpopVerifier: "algorithms" must be some of ${DPOP_ALGORITHMS.join(', ')}`)
  const algs = algorithms.map(joseName).join(' ')

  const read = (request: HttpRequest, proof: string, token: string | undefined): UntrustedSignature => {
    const { header, claims, input, signature, algorithm } = readJws('the proof', proof)
    if (memberOf(header, 'typ') !== 'dpop+jwt') fail('AUTH_MALFORMED', 'the proof must be of type dpop+jwt')
    if (!algorithms.includes(algorithm)) fail('ALG_UNSUPPORTED', 'the proof has an algorithm that is not taken')
    const jwk = publicKeyOf(header)
    const of = (name: string): string => textMember('the proof', claims, name)
    const [jti, htm, htu] = [of('jti'), of('htm'), of('htu')]
    if (htm !== request.method || htu !== htuOf(request))
      fail('SIGNATURE_INVALID', 'the proof was made for another request')
    if (token !== undefined && of('ath') !== athOf(token))
      fail('SIGNATURE_INVALID', 'the proof was made for another access token')
    const nonce = memberOf(claims, 'nonce')
    // A code that is answered with 401: the answer brings the nonce to take.
    if (nonces !== undefined && !(typeof nonce === 'string' && nonces.accepts(nonce)))
      fail('TIMESTAMP_EXPIRED', 'the proof holds no current nonce of this server')
    return {
      ...untrusted({
        keyId: thumbprint(jwk),
        claimedAlgorithm: algorithm,
        createdMs: timeClaim(claims, 'iat'),
        nonce: jti,
        covered: ['htm', 'htu', ...(token === undefined ? [] : ['ath'])],
        covers: ['method', 'scheme', 'authority', 'path'],
        signature,
        base: () => input,
      }),
      carried: { jwk, algorithm, token },
    }
  }

  return {
    id: 'dpop',
    weaknesses: ['no-query', 'no-body'],
    demands: schemeDemands({
      require: ['method', 'authority', 'path'],
      requireWithBody: [],
      // `jti`, which RFC 9449 4.2 demands.
      requireNonce: true,
      algorithms,
    }),
    parse: (message) => {
      if (!isRequest(message)) return []
      const proofs = fieldValues(message.fields, 'dpop')
      const token = credentialsOf(message.fields, 'authorization', 'DPoP')
      if (proofs.length === 0 && token === undefined) return []
      // RFC 9449 4.3, step 1.
      if (proofs.length > 1) fail('AUTH_DUPLICATE', 'the request holds two proofs')
      if (proofs.length === 0) fail('AUTH_MALFORMED', 'the access token comes without a proof')
      if (accessToken !== (token !== undefined))
        fail(
          'AUTH_MALFORMED',
          `the proof must come ${accessToken ? 'with' : 'without'} an access token of the scheme DPoP`,
        )
      return [read(message, trimOws(proofs[0] as string), token)]
    },
    challenge: () => ({
      field: 'WWW-Authenticate',
      value: nonces === undefined ? `DPoP algs="${algs}"` : `DPoP error="use_dpop_nonce", algs="${algs}"`,
    }),
    moreChallenges:
      nonces === undefined
        ? []
        : [
            {
              field: 'DPoP-Nonce',
              // Read for each answer: a nonce does not live long.
              get value() {
                return nonces.current()
              },
            },
          ],
  }
}

/** The public key of a proof. @throws {CountersignError} `AUTH_MALFORMED` for none, and for one with a private half. */
function publicKeyOf(header: JsonObject): Jwk {
  const jwk = memberOf(header, 'jwk')
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk))
    fail('AUTH_MALFORMED', 'the proof holds no public key')
  for (const name of PRIVATE)
    if (memberOf(jwk as JsonObject, name) !== undefined) fail('AUTH_MALFORMED', 'the proof holds a private key')
  return jwk as Jwk
}

/** The id of the key. @throws {CountersignError} `AUTH_MALFORMED` where it is none. */
function thumbprint(jwk: Jwk): string {
  try {
    return jwkThumbprint(jwk)
  } catch (error) {
    if (isCountersignError(error)) fail('AUTH_MALFORMED', 'the proof holds no public key')
    throw error
  }
}

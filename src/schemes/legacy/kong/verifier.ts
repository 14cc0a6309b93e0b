import type { KeyAlgorithm } from '../../../crypto/algorithm.js'
import { base64Decode } from '../../../crypto/encoding.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { combinedValue } from '../../../message/fields.js'
import { isRequest } from '../../../message/message.js'
import { oneOf } from '../../../support/option-kinds.js'
import { schemeDemands } from '../../scheme.js'
import { assertKnownParams, authParams, credentialsOf, requiredParam } from '../auth-params.js'
import { fieldDigests } from '../digest-field.js'
import type { OlderScheme } from '../older-scheme.js'
import { dateOf } from '../times.js'
import { untrusted } from '../untrusted.js'
import { APISIX, type Dialect, GATEWAY_ALGORITHMS, gatewayBase, gatewayCovers, KONG, LISTED } from './dialect.js'

/** Options of {@link kongVerifier} and {@link apisixVerifier}. */
export interface GatewayVerifierOptions {
  /** The version of HTTP that `request-line` of Kong ends with. Default `1.1`. */
  readonly httpVersion?: '1.0' | '1.1' | '2.0'
}

const KNOWN: OptionNames<GatewayVerifierOptions> = { httpVersion: oneOf('1.0', '1.1', '2.0') }
const HINTS = {
  enforce_headers: 'policy: perScheme: { kong: { require } }',
  clock_skew: 'policy: maxAgeMs',
  validate_request_body: 'nothing: a body is always held to its digest',
}

const MAX_NAMES = 64

/**
 * Accepts what is signed for Kong's `hmac-auth`, and more strictly than Kong does: the date has to be signed, the target and the
 * host as well, a body by its `Digest`, and a field that is listed has to be there.
 *
 * @see {@link https://docs.konghq.com/hub/kong-inc/hmac-auth/ | Kong, HMAC Authentication}
 * @example
 * ```ts
 * import { kongVerifier } from 'countersign/legacy/kong'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [kongVerifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({ authorities: ['gateway.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export const kongVerifier = (options: GatewayVerifierOptions = {}): OlderScheme =>
  gatewayVerifier('kongVerifier', KONG, options)

/**
 * Accepts what is signed for `hmac-auth` of APISIX 3, by the same rules as {@link kongVerifier}. `Authorization: Signature` is
 * also that of draft-cavage: a verifier takes one of the two.
 *
 * @see {@link https://apisix.apache.org/docs/apisix/plugins/hmac-auth/ | APISIX, hmac-auth}
 * @example
 * ```ts
 * import { apisixVerifier } from 'countersign/legacy/kong'
 *
 * console.log(apisixVerifier().id)
 * ```
 */
export const apisixVerifier = (options: GatewayVerifierOptions = {}): OlderScheme =>
  gatewayVerifier('apisixVerifier', APISIX, options)

function gatewayVerifier(where: string, dialect: Dialect, options: GatewayVerifierOptions): OlderScheme {
  assertOptions(where, options, KNOWN, HINTS)
  const { httpVersion = '1.1' } = options
  const { id, scheme, idParam } = dialect
  const members = new Set([idParam, 'algorithm', 'headers', 'signature'])
  return {
    id,
    weaknesses: ['no-nonce'],
    demands: schemeDemands({
      require: ['method', 'authority', 'path', 'query'],
      requireWithBody: ['body'],
      requireNonce: false,
      algorithms: GATEWAY_ALGORITHMS,
    }),
    parse: (message) => {
      const text = isRequest(message) ? credentialsOf(message.fields, 'authorization', scheme) : undefined
      if (text === undefined || !isRequest(message)) return []
      // Kong reads either field: two of them could be read differently.
      if (credentialsOf(message.fields, 'proxy-authorization', scheme) !== undefined)
        fail('AUTH_DUPLICATE', 'the request has credentials in Proxy-Authorization besides')
      const params = authParams('Authorization', text)
      assertKnownParams('Authorization', params, members)
      const of = (name: string): string => requiredParam('Authorization', params, name)
      const keyId = of(idParam)
      const algorithm = of('algorithm') as KeyAlgorithm
      if (!GATEWAY_ALGORITHMS.includes(algorithm))
        fail('ALG_UNSUPPORTED', 'the signature names an algorithm that is not supported')
      const names = of('headers').split(' ')
      if (names.length > MAX_NAMES) fail('AUTH_TOO_LARGE', `the signature must list at most ${MAX_NAMES} headers`)
      if (!names.every((name) => LISTED.test(name)) || new Set(names).size !== names.length)
        fail('AUTH_MALFORMED', '"headers" must be different names in lower case, separated by one space')
      return [
        untrusted({
          keyId,
          claimedAlgorithm: algorithm,
          createdMs: createdOf(names, (name) => combinedValue(message.fields, name)),
          covered: names,
          covers: gatewayCovers(names, message),
          signature:
            base64Decode(of('signature')) ?? fail('SIGNATURE_MALFORMED', 'the signature must be canonical base64'),
          base: () => gatewayBase(dialect, keyId, names, message, httpVersion),
          bodyDigests: () => (names.includes('digest') ? fieldDigests(message.fields) : []),
        }),
      ]
    },
  }
}

/** `x-date` stands for a `Date` that a browser may not set. Where both are signed they have to be the same time. */
function createdOf(names: readonly string[], value: (name: string) => string | undefined): number | undefined {
  const times = ['x-date', 'date'].filter((name) => names.includes(name)).map((name) => dateOf(name, value(name) ?? ''))
  if (times.length === 2 && times[0] !== times[1]) fail('TIMESTAMP_MALFORMED', 'the request states two times')
  return times[0]
}

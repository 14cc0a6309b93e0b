import { base64Decode, utf8Decode } from '../../../crypto/encoding.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { hasField } from '../../../message/fields.js'
import { type HttpRequest, isRequest } from '../../../message/message.js'
import { splitTarget } from '../../../message/target.js'
import { LIST } from '../../../support/option-kinds.js'
import { type Coverage, schemeDemands, type UntrustedSignature } from '../../scheme.js'
import { authParams, credentialsOf, requiredParam } from '../auth-params.js'
import type { OlderScheme } from '../older-scheme.js'
import { secondsOf } from '../times.js'
import { uniqueNonce, untrusted } from '../untrusted.js'
import { type BodyHash, bodyHashOf, isForm, METHODS, OAUTH1_ALGORITHMS, oauth1Base, requestPairs } from './base.js'
import { keyIdOf } from './key.js'
import { type Pair, unpercent } from './percent.js'

/** Options of {@link oauth1Verifier}. */
export interface OAuth1VerifierOptions {
  /** How `oauth_body_hash` may be made. Default `['sha-256']`; `sha-1` is what oauthlib sends. */
  readonly bodyHashes?: readonly BodyHash[]
}

const KNOWN: OptionNames<OAuth1VerifierOptions> = { bodyHashes: LIST }
const HINTS = { bodyHash: 'bodyHashes' }

/** Bytes of a hash in base64, which is how one is recognised. */
const HASH_LENGTH: Readonly<Record<BodyHash, number>> = { 'sha-1': 28, 'sha-256': 44 }

/** Another one would be signed as if it stood in the query: who moves a parameter from there to here takes it from the application. */
const KNOWN_PARAMETERS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  ...['realm', 'oauth_consumer_key', 'oauth_token', 'oauth_signature_method', 'oauth_timestamp', 'oauth_nonce'],
  ...['oauth_version', 'oauth_signature', 'oauth_body_hash', 'oauth_callback', 'oauth_verifier'],
])

/**
 * The verifying side of OAuth 1.0a, for credentials in `Authorization`: in the query or in a form, as RFC 5849 3.5 allows besides,
 * they are refused, because a message then has two places for them. A body that is no form has to be bound by its hash, and so has
 * the body of a GET or HEAD. The id of the key is of `oauth1KeyId()`. What is not proven: whether a parameter stood in the query or
 * in a form without a hash. Demand `query-parameters` where that counts.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc5849#section-3.2 | RFC 5849 3.2}
 * @example
 * ```ts
 * import { oauth1Verifier } from 'countersign/legacy/oauth1'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [oauth1Verifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({ authorities: ['api.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function oauth1Verifier(options: OAuth1VerifierOptions = {}): OlderScheme {
  assertOptions('oauth1Verifier', options, KNOWN, HINTS)
  const { bodyHashes = ['sha-256'] } = options
  if (bodyHashes.length === 0 || !bodyHashes.every((one) => Object.hasOwn(HASH_LENGTH, one)))
    fail('CONFIG_INVALID', 'oauth1Verifier: "bodyHashes" must list sha-256 or sha-1')
  return {
    id: 'oauth1',
    weaknesses: ['moved-parameters', 'sha1', ...(bodyHashes.includes('sha-1') ? (['weak-body'] as const) : [])],
    // Parameters of a form are signed one by one.
    readsBody: true,
    demands: schemeDemands({
      require: ['method', 'authority', 'path', 'parameters'],
      requireWithBody: [],
      requireNonce: false,
      algorithms: OAUTH1_ALGORITHMS,
    }),
    parse: (message) => {
      if (!isRequest(message)) return []
      const text = credentialsOf(message.fields, 'authorization', 'OAuth')
      if (text !== undefined) return [read(message, text, bodyHashes)]
      if (hasOther(message) && !OF_OTHERS.some((name) => hasField(message.fields, name)))
        fail('AUTH_MALFORMED', 'the credentials stand in the query or in a form: here they are read in Authorization')
      return []
    },
    challenge: () => ({ field: 'WWW-Authenticate', value: 'OAuth' }),
  }
}

// With one of them another scheme may have signed the request, of which such a parameter is a part like any other.
const OF_OTHERS = ['authorization', 'signature']
const SIGNATURE = /(?:^|[?&])oauth_signature=/

/** Whether credentials stand where RFC 5849 3.5.2 and 3.5.3 have them as well. */
const hasOther = (request: HttpRequest): boolean =>
  SIGNATURE.test(splitTarget(request.target).query) ||
  (isForm(request) && request.body instanceof Uint8Array && SIGNATURE.test(utf8Decode(request.body) ?? ''))

function read(request: HttpRequest, text: string, bodyHashes: readonly BodyHash[]): UntrustedSignature {
  const params = authParams('Authorization', text)
  const own: Pair[] = []
  const values = new Map<string, string>()
  for (const [name, value] of params) {
    if (!KNOWN_PARAMETERS.has(name)) fail('AUTH_MALFORMED', 'Authorization holds an unknown parameter')
    const plain = unpercent(value, false)
    values.set(name, plain)
    // RFC 5849 3.4.1.3.1: everything in the header but the realm and the signature itself.
    if (name !== 'realm' && name !== 'oauth_signature') own.push([name, plain])
  }
  const of = (name: string): string => requiredParam('Authorization', values, name)
  const algorithm = METHODS.get(of('oauth_signature_method'))
  if (algorithm === undefined)
    fail('ALG_UNSUPPORTED', `"oauth_signature_method" must be one of ${[...METHODS.keys()].join(', ')}`)
  if ((values.get('oauth_version') ?? '1.0') !== '1.0') fail('AUTH_MALFORMED', '"oauth_version" must be 1.0')
  const pairs = requestPairs(request)
  if (pairs.some(([name]) => name.startsWith('oauth_')))
    fail('AUTH_DUPLICATE', 'the request holds oauth_ parameters besides those of Authorization')
  const stated = values.get('oauth_body_hash')
  return untrusted({
    keyId: keyIdOf(of('oauth_consumer_key'), values.get('oauth_token') || undefined),
    claimedAlgorithm: algorithm,
    createdMs: secondsOf('"oauth_timestamp"', of('oauth_timestamp')),
    nonce: uniqueNonce(of('oauth_nonce')),
    covered: ['method', 'base-uri', 'parameters', ...(stated === undefined ? [] : ['body'])],
    covers: coverage(request, stated !== undefined),
    signature:
      base64Decode(of('oauth_signature')) ?? fail('SIGNATURE_MALFORMED', 'the signature must be canonical base64'),
    base: () => {
      if (stated !== undefined) assertBodyHash(request, stated, bodyHashes)
      return oauth1Base(request, pairs, own)
    },
  })
}

// They take their parameters from the query: put into a form behind them, a parameter would be signed and not be read.
const WITHOUT_FORMS: ReadonlySet<string> = /* @__PURE__ */ new Set(['GET', 'HEAD'])

function coverage(request: HttpRequest, hashed: boolean): readonly Coverage[] {
  const always: readonly Coverage[] = ['method', 'scheme', 'authority', 'path']
  if (hashed) return [...always, 'query-parameters', 'parameters', 'body']
  const empty = request.body === null || (request.body instanceof Uint8Array && request.body.length === 0)
  if (empty) return [...always, 'query-parameters', 'parameters']
  // A parameter of the query could have been moved into a form on the way, and the other way round.
  return isForm(request) && !WITHOUT_FORMS.has(request.method) ? [...always, 'parameters'] : always
}

/** @throws {CountersignError} `DIGEST_MISMATCH`, and `ALG_UNSUPPORTED` for a hash that is not taken. */
function assertBodyHash(request: HttpRequest, stated: string, bodyHashes: readonly BodyHash[]): void {
  const kind = bodyHashes.find((one) => HASH_LENGTH[one] === stated.length)
  if (kind === undefined)
    fail('ALG_UNSUPPORTED', `"oauth_body_hash" must be made by ${bodyHashes.join(' or ')}, as "bodyHashes" states`)
  if (bodyHashOf(kind, request) !== stated) fail('DIGEST_MISMATCH', '"oauth_body_hash" is not that of the body')
}

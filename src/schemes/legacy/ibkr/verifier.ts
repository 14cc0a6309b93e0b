import { base64Decode } from '../../../crypto/encoding.js'
import { fail, mustBe } from '../../../errors.js'
import { type HttpRequest, isRequest } from '../../../message/message.js'
import { schemeDemands, type UntrustedSignature } from '../../scheme.js'
import { assertKnownParams, authParams, credentialsOf, requiredParam } from '../auth-params.js'
import type { OlderScheme } from '../older-scheme.js'
import { assertNoOptions } from '../signing.js'
import { secondsOf } from '../times.js'
import { uniqueNonce, untrusted } from '../untrusted.js'
import { IBKR_ALGORITHMS, ibkrBase, keyIdOf, METHODS, namesOf, queryPairs } from './base.js'

const KNOWN: ReadonlySet<string> = /* @__PURE__ */ new Set([
  ...['realm', 'oauth_consumer_key', 'oauth_token', 'oauth_signature_method', 'oauth_timestamp', 'oauth_nonce'],
  ...['oauth_signature', 'diffie_hellman_challenge'],
])

/**
 * The verifying side of {@link ibkr}, for a mock or a service that speaks as Interactive Brokers does. Requests of a session have
 * the key of `ibkrSessionAnswer()`; those for a session, the RSA key of `ibkrSignatureKey()`, and their `ibkrChallenge()`.
 * The body is not covered.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for any option.
 * @example
 * ```ts
 * import type { HmacKey } from 'countersign'
 * import { ibkrVerifier } from 'countersign/legacy/ibkr'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * declare const key: HmacKey
 * export const verifier = createVerifier({
 *   schemes: [ibkrVerifier()],
 *   keys: staticKeys([{ key }]),
 *   policy: strictPolicy({ authorities: ['api.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function ibkrVerifier(options: Readonly<Record<string, never>> = {}): OlderScheme {
  assertNoOptions('ibkrVerifier', options)
  return {
    id: 'ibkr',
    weaknesses: ['no-body'],
    demands: schemeDemands({
      require: ['method', 'authority', 'path', 'query-parameters'],
      requireWithBody: [],
      requireNonce: false,
      algorithms: IBKR_ALGORITHMS,
    }),
    parse: (message) => {
      const text = isRequest(message) ? credentialsOf(message.fields, 'authorization', 'OAuth') : undefined
      return text === undefined || !isRequest(message) ? [] : [read(message, text)]
    },
    challenge: () => ({ field: 'WWW-Authenticate', value: 'OAuth' }),
  }
}

function read(request: HttpRequest, text: string): UntrustedSignature {
  const params = authParams('Authorization', text)
  assertKnownParams('Authorization', params, KNOWN)
  const of = (name: string): string => requiredParam('Authorization', params, name)
  const keyId = keyIdOf(of('oauth_consumer_key'), of('oauth_token'))
  if (namesOf(keyId) === undefined) fail('AUTH_MALFORMED', 'consumer key and access token must be letters and digits')
  const algorithm = METHODS.get(of('oauth_signature_method'))
  if (algorithm === undefined) fail('ALG_UNSUPPORTED', 'the signature method is not supported')
  const own = [...params].filter(([name]) => name !== 'realm' && name !== 'oauth_signature')
  const query = queryPairs(request)
  if (query.some(([name]) => name.startsWith('oauth_') || KNOWN.has(name)))
    fail('AUTH_DUPLICATE', 'the query holds parameters of the signature besides those of Authorization')
  return untrusted({
    keyId,
    claimedAlgorithm: algorithm,
    createdMs: secondsOf('"oauth_timestamp"', of('oauth_timestamp')),
    nonce: uniqueNonce(of('oauth_nonce')),
    covered: ['method', 'base-uri', 'parameters'],
    covers: ['method', 'scheme', 'authority', 'path', 'query-parameters'],
    signature: signatureOf(of('oauth_signature')),
    base: () => ibkrBase(request, query, own),
  })
}

// Base64 in percent-encoding, in the one spelling that senders write.
const SIGNATURE = /^(?:[A-Za-z0-9]|%2B|%2F|%3D){8,2048}$/

const signatureOf = (text: string): Uint8Array =>
  (SIGNATURE.test(text) ? base64Decode(decodeURIComponent(text)) : undefined) ??
  fail('SIGNATURE_MALFORMED', 'the signature must be percent-encoded base64')

/**
 * What a request for a live session that was accepted asks with; `undefined` for any other request.
 *
 * @example
 * ```ts
 * import { ibkrChallenge } from 'countersign/legacy/ibkr'
 * import type { HttpRequest } from 'countersign/message'
 *
 * export const isForSession = (request: HttpRequest) => ibkrChallenge(request) !== undefined
 * ```
 */
export function ibkrChallenge(request: HttpRequest): string | undefined {
  mustBe(
    Array.isArray(request?.fields),
    'request',
    'a request with its fields',
    request,
    'ARGUMENT_INVALID',
    'ibkrChallenge: ',
  )
  const text = credentialsOf(request.fields, 'authorization', 'OAuth')
  return text === undefined ? undefined : authParams('Authorization', text).get('diffie_hellman_challenge')
}

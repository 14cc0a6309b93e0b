import { base64Decode } from '../../../crypto/encoding.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { type HttpMessage, type HttpRequest, isRequest } from '../../../message/message.js'
import { whole } from '../../../support/option-kinds.js'
import { bodyBytes } from '../../scheme/signed-bytes.js'
import { type Coverage, schemeDemands, type UntrustedSignature } from '../../scheme.js'
import { assertKnownParams, authParams, credentialsOf, requiredParam } from '../auth-params.js'
import type { OlderScheme } from '../older-scheme.js'
import { secondsOf } from '../times.js'
import { uniqueNonce, untrusted } from '../untrusted.js'
import { hawkBase, payloadHash } from './base.js'
import { bewitOf } from './bewit.js'
import { askedParts, coveredBy } from './signer.js'

/** Options of {@link hawkVerifier}. */
export interface HawkVerifierOptions {
  /** How long a signature is good, in milliseconds. Default 60 000, as Hawk has it; the policy's window holds besides. */
  readonly windowMs?: number
}

const KNOWN: OptionNames<HawkVerifierOptions> = { windowMs: whole(1_000, 3_600_000, ', in milliseconds') }
const HINTS = { timestampSkewSec: 'windowMs', nonceFunc: 'replay of createVerifier', maxAgeMs: 'windowMs' }

const MEMBERS: ReadonlySet<string> = /* @__PURE__ */ new Set(['id', 'ts', 'nonce', 'hash', 'ext', 'mac', 'app', 'dlg'])
const ANSWER: ReadonlySet<string> = /* @__PURE__ */ new Set(['hash', 'ext', 'mac'])

/**
 * The verifying side of Hawk. Method, target, host and port are signed, a body by its payload hash, which is required. A
 * signature is good for a minute. A nonce of 16 characters is remembered as it is; for a shorter one the signed text is.
 * With `createResponseVerifier` it verifies `Server-Authorization`, which does not cover the status: state what is demanded with
 * `coverLess`.
 *
 * @see {@link https://github.com/mozilla/hawk/blob/main/API.md | Hawk}
 * @example
 * ```ts
 * import { hawkVerifier } from 'countersign/legacy/hawk'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [hawkVerifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({ authorities: ['api.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function hawkVerifier(options: HawkVerifierOptions = {}): OlderScheme {
  assertOptions('hawkVerifier', options, KNOWN, HINTS)
  const { windowMs = 60_000 } = options
  return {
    id: 'hawk',
    weaknesses: [],
    // The hash is over the content type and the body.
    readsBody: true,
    demands: schemeDemands({
      require: ['method', 'authority', 'path', 'query'],
      requireWithBody: ['body'],
      requireNonce: false,
      algorithms: ['hmac-sha256'],
    }),
    parse: (message) => (isRequest(message) ? readRequest(message, windowMs) : readAnswer(message)),
    challenge: () => ({ field: 'WWW-Authenticate', value: 'Hawk' }),
  }
}

function readRequest(message: HttpRequest, windowMs: number): readonly UntrustedSignature[] {
  const text = credentialsOf(message.fields, 'authorization', 'Hawk')
  if (text === undefined) return []
  if (bewitOf(message.target) !== undefined) fail('AUTH_DUPLICATE', 'the request holds a bewit besides')
  const params = authParams('Authorization', text)
  assertKnownParams('Authorization', params, MEMBERS)
  const of = (name: string): string => requiredParam('Authorization', params, name)
  const [id, ts, nonce, mac] = [of('id'), of('ts'), of('nonce'), of('mac')]
  const [hash, ext, app, dlg] = ['hash', 'ext', 'app', 'dlg'].map((name) => params.get(name))
  const createdMs = secondsOf('"ts"', ts)
  if (dlg !== undefined && app === undefined) fail('AUTH_MALFORMED', '"dlg" needs "app"')
  const covers: readonly Coverage[] = ['method', 'authority', 'path', 'query']
  return [
    untrusted({
      keyId: id,
      createdMs,
      expiresMs: createdMs + windowMs,
      nonce: uniqueNonce(nonce),
      covered: coveredBy(hash),
      covers: hash === undefined ? covers : [...covers, 'body'],
      signature: macBytes(mac),
      base: () => {
        assertPayload(message, hash)
        return hawkBase('header', message, { ts, nonce, hash, ext, app, dlg })
      },
    }),
  ]
}

function readAnswer(message: HttpMessage): readonly UntrustedSignature[] {
  const text = credentialsOf(message.fields, 'server-authorization', 'Hawk')
  if (text === undefined || isRequest(message)) return []
  const { request } = message
  const asked = askedParts(request)
  if (request === undefined || asked === undefined)
    fail('AUTH_MALFORMED', 'the answer is signed for a request that is not signed with Hawk')
  const params = authParams('Server-Authorization', text)
  assertKnownParams('Server-Authorization', params, ANSWER)
  const [hash, ext] = [params.get('hash'), params.get('ext')]
  const covers: readonly Coverage[] = ['request:@method', 'request:@authority', 'request:@path', 'request:@query']
  return [
    untrusted({
      keyId: asked.id,
      createdMs: secondsOf('"ts"', asked.parts.ts),
      covered: coveredBy(hash),
      covers: hash === undefined ? covers : [...covers, 'body'],
      signature: macBytes(requiredParam('Server-Authorization', params, 'mac')),
      base: () => {
        assertPayload(message, hash)
        return hawkBase('response', request, { ...asked.parts, hash, ext })
      },
    }),
  ]
}

const macBytes = (text: string): Uint8Array =>
  base64Decode(text) ?? fail('SIGNATURE_MALFORMED', 'the MAC must be canonical base64')

/** @throws {CountersignError} `DIGEST_MISMATCH` where the hash is not that of the body. */
function assertPayload(message: HttpMessage, hash: string | undefined): void {
  if (hash !== undefined && payloadHash(message, bodyBytes('hawk', message)) !== hash)
    fail('DIGEST_MISMATCH', 'the payload hash is not that of the body')
}

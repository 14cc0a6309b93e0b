import { randomNonce } from '../crypto/random.js'
import { assertOptions, fail, mustBe, type OptionNames } from '../errors.js'
import type { HttpRequest, HttpResponse } from '../message/message.js'
import { type Signer, signPrepared } from '../schemes/scheme.js'
import type { Clock } from '../sources/monotonic-clock.js'
import { assertUnit } from '../support/asked.js'
import { PROBLEM_TYPE, problemText } from '../support/problem.js'
import type { Verifier } from './options.js'
import type { Refused } from './verdict.js'

/** The response to a refused request. */
export interface RefusalAnswer {
  /** The status to answer with. */
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** The body of the answer: a problem document (RFC 9457). */
  readonly body: string
}

/**
 * The public answer to a refused request, RFC 9457 problem details. It depends on the status alone: the code, the detail
 * and the key are for the audit trail, because a client that can distinguish refusals can look for keys. A 401 states how to sign
 * (RFC 9421 5.1), a 429 or 503 when to come back. With `explain` of the verifier, a caller that it allows reads code, detail and finding.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9457 | RFC 9457}
 * @example
 * ```ts
 * import { refusalResponse, type Refused, type Verifier } from 'countersign/server'
 *
 * export function refuse(verdict: Refused, verifier: Verifier): Response {
 *   const { status, headers, body } = refusalResponse(verdict, verifier)
 *   return new Response(body, { status, headers })
 * }
 * ```
 */
export function refusalResponse(
  {
    status,
    retryAfterMs,
    explanation,
    signatureError,
  }: Pick<Refused, 'status' | 'retryAfterMs' | 'explanation' | 'signatureError'>,
  { challenges }: Pick<Verifier, 'challenges'>,
): RefusalAnswer {
  const headers: Record<string, string> = {
    'cache-control': 'no-store',
    'content-type': PROBLEM_TYPE,
  }
  if (status === 401) {
    for (const { field, value } of challenges) {
      const name = field.toLowerCase()
      headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
    }
    // RFC 9110 11.6.1: a 401 carries at least one challenge, and RFC 9421 registers none.
    headers['www-authenticate'] ??= 'Signature'
  }
  if (signatureError !== undefined) headers['signature-error'] = signatureError
  if (status === 429 || status === 503) {
    headers['retry-after'] = String(Math.max(1, Math.ceil((retryAfterMs ?? 0) / 1000)))
  }
  return { status, headers, body: problemText(status, explanation) }
}

/** Cache headers of an answer to a verified request, unless its handler sets others. */
export const PRIVATE = 'private, no-store'

const PROOF = ['Authorization', 'Signature', 'Signature-Input']

/** A `Vary` value that names the fields a request is verified by, besides what it named before. */
export function varyOnProof(existing: string | null | undefined): string {
  if (!existing) return 'Authorization, Signature, Signature-Input'
  const named = existing.split(',').map((name) => name.trim())
  const known = named.map((name) => name.toLowerCase())
  return known.includes('*')
    ? '*'
    : [...named, ...PROOF.filter((name) => !known.includes(name.toLowerCase()))].join(', ')
}

/** Signs answers, each bound to the request it answers. */
export type ResponseSigner = (response: HttpResponse, request: HttpRequest) => Promise<HttpResponse>

/** Options of {@link createResponseSigner}. */
export interface ResponseSignerOptions {
  /** Default: the system clock. */
  readonly clock?: Clock
}

const SIGNER_OPTIONS: OptionNames<ResponseSignerOptions> = { clock: 1 }

/**
 * Signs responses with any scheme's signer. The signature covers the request as well (RFC 9421 2.4), so an answer cannot be
 * put under another question. The body must be in memory: its digest goes out before it does.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for something that is not a signer; signing throws what the scheme throws.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.4 | RFC 9421 2.4}
 * @example
 * ```ts
 * import { type Accepted, createResponseSigner, hmacKey, httpResponse, randomBytes, rfc9421 } from 'countersign/server'
 *
 * const key = hmacKey({ keyId: 'server-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const sign = createResponseSigner(rfc9421({ key }))
 * export const answer = (verdict: Accepted) => sign(httpResponse({ status: 200, body: 'ok' }), verdict.request)
 * ```
 */
export function createResponseSigner(signer: Signer, options: ResponseSignerOptions = {}): ResponseSigner {
  assertOptions('createResponseSigner', options, SIGNER_OPTIONS)
  const { clock = { now: Date.now } } = options
  mustBe(typeof clock?.now === 'function', 'clock', 'a clock with now()', clock)
  assertUnit('createResponseSigner: ', clock)
  if (typeof signer?.scheme?.prepare !== 'function' || typeof signer.key?.sign !== 'function') {
    fail('CONFIG_INVALID', '"signer" must be a scheme with a key, such as rfc9421({ key })')
  }
  const { scheme, key } = signer
  return (response, request) => {
    const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: clock.now(), nonce: randomNonce() }
    return signPrepared(scheme.prepare({ ...response, request }, context), key)
  }
}

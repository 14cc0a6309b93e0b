import { CountersignError, type ErrorCode, fail, type VerdictCode } from '../../errors.js'
import type { Parameters } from '../../message/structured-fields.js'
import type { SignContext } from '../scheme.js'
import type { Rfc9421Options } from './options.js'

/** The signature parameters of RFC 9421 2.3, checked for type and range. */
export interface SignatureParameters {
  readonly createdMs: number | undefined
  readonly expiresMs: number | undefined
  readonly nonce: string | undefined
  /** What `alg` names. */
  readonly claimedAlgorithm: string | undefined
  readonly keyId: string | undefined
  readonly tag: string | undefined
}

const MAX_PARAMETERS = 32
// Year 9999: anything later is not a time a client means, and milliseconds stay exact.
export const MAX_SECONDS = 253_402_300_799

/** Of each registered parameter its type, and the code of a refusal for another one. */
export const REGISTERED: Readonly<Record<string, readonly [type: string, code: VerdictCode]>> = {
  __proto__: null as never,
  created: ['integer', 'TIMESTAMP_MALFORMED'],
  expires: ['integer', 'TIMESTAMP_MALFORMED'],
  nonce: ['string', 'NONCE_MALFORMED'],
  alg: ['string', 'ALG_UNSUPPORTED'],
  keyid: ['string', 'AUTH_MALFORMED'],
  tag: ['string', 'AUTH_MALFORMED'],
}

/**
 * The parameters of one signature.
 *
 * @throws {CountersignError} the verdict code of the first parameter that is repeated, unknown, of another type or out of range.
 */
export function readParameters(params: Parameters, extensions: ReadonlySet<string>): SignatureParameters {
  if (params.length > MAX_PARAMETERS) {
    fail('AUTH_TOO_LARGE', `a signature must have at most ${MAX_PARAMETERS} parameters`)
  }
  const found: Record<string, unknown> = { __proto__: null }
  for (const [name, { type, value }] of params) {
    if (name in found) fail('AUTH_MALFORMED', 'a signature parameter is repeated')
    const [expected, code] = REGISTERED[name] ?? []
    // A Decimal is not an Integer: 1700000000.0 is refused, not rounded.
    if (code && type !== expected) fail(code, `"${name}" must have type ${expected}, got ${type}`)
    if (!code && !extensions.has(name)) fail('AUTH_MALFORMED', 'a signature parameter is unknown')
    found[name] = value
  }
  const { created, expires, nonce, alg, keyid, tag } = found as Readonly<
    Record<'created' | 'expires', number | undefined>
  > &
    Readonly<Record<'nonce' | 'alg' | 'keyid' | 'tag', string | undefined>>
  return {
    createdMs: created === undefined ? undefined : milliseconds(created),
    expiresMs: expires === undefined ? undefined : milliseconds(expires),
    nonce,
    claimedAlgorithm: alg,
    keyId: keyid,
    tag,
  }
}

/** Seconds since the epoch as milliseconds, clamped: too late to be a time is answered as what it is, in the future. */
export function milliseconds(seconds: number): number {
  if (seconds < 0) fail('TIMESTAMP_MALFORMED', 'a time must be seconds since the epoch, got less')
  return Math.min(seconds, MAX_SECONDS) * 1000
}

/** When a field fails to parse inside a time or nonce, the more exact code for it. */
export function timestampProblem(text: string, error: unknown): CountersignError | undefined {
  const at = error instanceof CountersignError ? /at offset (\d+)$/.exec(error.message) : null
  if (at === null) return undefined
  const offset = Number(at[1])
  const name = text.slice(text.lastIndexOf(';', Math.max(0, offset - 1)) + 1, offset + 1)
  if (/^ *(?:created|expires)=/.test(name))
    return new CountersignError('TIMESTAMP_MALFORMED', 'a time must be plain decimal digits')
  return /^ *nonce=/.test(name) ? new CountersignError('NONCE_MALFORMED', 'the nonce does not parse') : undefined
}

/** RFC 9651 4.1.6: a String. Small, because the signer needs nothing else of the serialiser. */
export function quoted(text: string, name: string, code: ErrorCode = 'ARGUMENT_INVALID'): string {
  // Nonces and tags hold nothing to escape; this runs for every request.
  // Stryker disable next-line ConditionalExpression: what follows writes the same
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`
  if (!/^[ -~]*$/.test(text)) fail(code, `"${name}" must be printable ASCII`)
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** Everything after the list: the part that never changes is written once. */
export function parameterWriter(
  options: Omit<Rfc9421Options, 'digest'>,
  extensions: string,
): (context: SignContext) => string {
  const { key, tag, alg = false, nonce = true, expiresInMs } = options
  // RFC 9421 3.3.7: algorithms of JOSE are not given, and no verifier takes a signature that does.
  if (alg && key.algorithm.startsWith('ml-dsa'))
    fail('CONFIG_INVALID', `"alg" must be left out: ${key.algorithm} is not registered`)
  let tail = alg ? `;alg="${key.algorithm}"` : ''
  tail += `;keyid="${key.keyId}"`
  if (tag !== undefined) tail += `;tag=${quoted(tag, 'tag', 'CONFIG_INVALID')}`
  tail += extensions
  return ({ nowMs, nonce: fresh }) => {
    const created = Math.floor(nowMs / 1000)
    // A clock that answers NaN, or in another unit, must not be signed.
    if (!(created >= 0 && created <= MAX_SECONDS))
      fail('ARGUMENT_INVALID', '"nowMs" must be milliseconds since the epoch')
    let out = `;created=${created}`
    if (expiresInMs !== undefined) out += `;expires=${created + Math.floor(expiresInMs / 1000)}`
    if (nonce) out += `;nonce=${quoted(fresh, 'nonce')}`
    return out + tail
  }
}

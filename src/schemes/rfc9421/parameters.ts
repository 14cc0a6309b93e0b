import { CountersignError, type VerdictCode } from '../../errors.js'
import type { Parameters } from '../../message/structured-fields.js'

/** The signature parameters of RFC 9421 2.3, checked for type and range. */
export interface SignatureParameters {
  readonly createdMs: number | undefined
  readonly expiresMs: number | undefined
  readonly nonce: string | undefined
  readonly alg: string | undefined
  readonly keyid: string | undefined
  readonly tag: string | undefined
}

const MAX_PARAMETERS = 32
// Year 9999: anything later is not a time a client means, and milliseconds stay exact.
const MAX_SECONDS = 253_402_300_799

const TYPES: Readonly<Record<string, readonly ['integer' | 'string', VerdictCode]>> = {
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
  if (params.length > MAX_PARAMETERS)
    throw new CountersignError('AUTH_TOO_LARGE', `a signature expected at most ${MAX_PARAMETERS} parameters`)
  const found: Record<string, string | number> = { __proto__: null as never }
  const seen = new Set<string>()
  for (const [name, bare] of params) {
    if (seen.has(name)) throw new CountersignError('AUTH_MALFORMED', 'a signature parameter is repeated')
    seen.add(name)
    const rule = TYPES[name]
    if (rule === undefined) {
      if (!extensions.has(name)) throw new CountersignError('AUTH_MALFORMED', 'a signature parameter is unknown')
      continue
    }
    // A Decimal is not an Integer: 1700000000.0 is refused, not rounded.
    if (bare.type !== rule[0])
      throw new CountersignError(rule[1], `parameter "${name}" expected type ${rule[0]}, got ${bare.type}`)
    found[name] = bare.value as string | number
  }
  return {
    createdMs: milliseconds(found['created'] as number | undefined),
    expiresMs: milliseconds(found['expires'] as number | undefined),
    nonce: found['nonce'] as string | undefined,
    alg: found['alg'] as string | undefined,
    keyid: found['keyid'] as string | undefined,
    tag: found['tag'] as string | undefined,
  }
}

function milliseconds(seconds: number | undefined): number | undefined {
  if (seconds === undefined) return undefined
  if (seconds < 0)
    throw new CountersignError('TIMESTAMP_MALFORMED', 'a time expected seconds since the epoch, got a negative number')
  // Too late to be a time is answered as what it is: in the future.
  return Math.min(seconds, MAX_SECONDS) * 1000
}

/** When a field fails to parse inside a time or nonce, the more exact code for it. */
export function timestampProblem(text: string, error: unknown): CountersignError | undefined {
  const offset =
    error instanceof CountersignError ? Number(/at offset (\d+)$/.exec(error.message)?.[1] ?? Number.NaN) : Number.NaN
  if (!Number.isSafeInteger(offset)) return undefined
  const name = text.slice(text.lastIndexOf(';', Math.max(0, offset - 1)) + 1, offset + 1)
  if (/^(?:created|expires)=/.test(name))
    return new CountersignError('TIMESTAMP_MALFORMED', 'a time expected plain decimal digits')
  return /^nonce=/.test(name) ? new CountersignError('NONCE_MALFORMED', 'the nonce does not parse') : undefined
}

import { CountersignError } from '../errors.js'
import type { HttpRequest } from '../message/message.js'

/** How one attempt went: an answer or an error of the transport, never both. */
export interface Attempt {
  /** Unsigned. */
  readonly request: HttpRequest
  readonly response: Response | undefined
  readonly error: unknown
  /** 1 for the first. */
  readonly attempt: number
}

/** When to send again. Every attempt is signed anew, with its own time and nonce. */
export interface RetryOptions {
  /** How often to send at most, the first time included: 1 to 10. */
  readonly attempts: number
  /**
   * Whether this outcome is worth another attempt. Default: no answer, 429, 502, 503 or 504, and a method that may be
   * repeated (RFC 9110 9.2.2): a POST that timed out may have placed its order.
   */
  readonly on?: (outcome: Attempt) => boolean
  /** Milliseconds to wait before the next attempt. Default: `Retry-After`, or 200, 400, 800 … with jitter, at most 30 000. */
  readonly backoffMs?: number | ((outcome: Attempt) => number)
}

const IDEMPOTENT = /^(?:GET|HEAD|PUT|DELETE|OPTIONS)$/
const MAX_MS = 30_000

const worthwhile = ({ request, response }: Attempt): boolean =>
  IDEMPOTENT.test(request.method) && (response === undefined || [429, 502, 503, 504].includes(response.status))

function wait({ response, attempt }: Attempt): number {
  const after = response?.headers.get('retry-after') ?? ''
  // The other form is a date, which a wrong clock would misread.
  if (/^\d{1,5}$/.test(after)) return Math.min(Number(after) * 1000, MAX_MS)
  return Math.min(100 * 2 ** attempt * (0.5 + Math.random()), MAX_MS)
}

/** Milliseconds to wait before another attempt, `undefined` for no more. */
export type RetryRule = (outcome: Attempt) => number | undefined

/**
 * A rule for {@link createSignedFetch}: so often, for such outcomes, with such pauses.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a number of attempts that is none.
 * @example
 * ```ts
 * import { createSignedFetch, hmacKey, randomBytes, retries, rfc9421 } from 'countersign'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const signedFetch = createSignedFetch(rfc9421({ key }), {
 *   origins: ['https://api.example.com'],
 *   retry: retries({ attempts: 3, backoffMs: 500 }),
 * })
 * ```
 */
export function retries({ attempts, on = worthwhile, backoffMs = wait }: RetryOptions): RetryRule {
  if (!(Number.isInteger(attempts) && attempts >= 1 && attempts <= 10))
    throw new CountersignError('CONFIG_INVALID', '"attempts" expected an integer from 1 to 10')
  return (outcome) => {
    if (outcome.attempt >= attempts || !on(outcome)) return undefined
    return typeof backoffMs === 'number' ? backoffMs : backoffMs(outcome)
  }
}

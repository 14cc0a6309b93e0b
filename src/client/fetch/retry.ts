import { assertOptions, mustBe, type OptionNames } from '../../errors.js'
import type { HttpRequest } from '../../message/message.js'

/** How one attempt went: an answer or an error of the transport, never both. */
export interface Attempt {
  /** Unsigned. */
  readonly request: HttpRequest
  /** The answer, where there is one. */
  readonly response: Response | undefined
  /** What `fetch` rejected with, where there is no answer. */
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

const KNOWN: OptionNames<RetryOptions> = { attempts: 2, on: 1, backoffMs: 1 }
const IDEMPOTENT = /^(?:GET|HEAD|PUT|DELETE|OPTIONS)$/
const MAX_MS = 30_000

const worthwhile = ({ request, response }: Attempt): boolean =>
  IDEMPOTENT.test(request.method) && (response === undefined || [429, 502, 503, 504].includes(response.status))

function wait({ response, attempt }: Attempt): number {
  const afterMs = retryAfterMs(response?.headers.get('retry-after'))
  return Math.min(afterMs ?? 100 * 2 ** attempt * (0.5 + Math.random()), MAX_MS)
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
export function retries(options: RetryOptions): RetryRule {
  assertOptions('retries', options, KNOWN)
  const { attempts, on = worthwhile, backoffMs = wait } = options
  assertAttempts('attempts', attempts)
  mustBe(typeof on === 'function', 'on', 'a function', on)
  const fits = typeof backoffMs === 'function' || (backoffMs >= 0 && backoffMs <= 86_400_000)
  mustBe(fits, 'backoffMs', 'a function or a number from 0 to 86400000', backoffMs)
  return (outcome) => {
    if (outcome.attempt >= attempts || !on(outcome)) return undefined
    return typeof backoffMs === 'number' ? backoffMs : backoffMs(outcome)
  }
}

// Not assertInteger(): every client of a signed fetch would carry it, for these two options.
const assertAttempts = (name: string, value: number): void =>
  mustBe(Number.isInteger(value) && value >= 1 && value <= 10, name, 'an integer from 1 to 10', value)

/** Milliseconds of a `Retry-After` field in seconds. Its other form is a date, which a wrong clock would misread. */
export const retryAfterMs = (value: string | null | undefined): number | undefined =>
  typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) * 1_000 : undefined

/** How a 503 with `Retry-After` is waited out. */
export interface RetryAfterOptions {
  /** How often to send at most, the first time included: 1 to 10. Default 6. */
  readonly attempts?: number
  /** How long to wait at most, over all attempts of one call. Default 20 000. */
  readonly maxWaitMs?: number
}

const KNOWN_AFTER: OptionNames<RetryAfterOptions> = { attempts: 1, maxWaitMs: 1 }

/** What one call has waited so far. */
export interface Waited {
  waits: number
  waitedMs: number
}

/**
 * Milliseconds to wait before the request is signed and sent again, `undefined` for no more; notes them. A server answers 503
 * with `Retry-After` where it did nothing (RFC 9110 15.6.4): a verifier does so before its handler runs, so that also a POST
 * may be repeated.
 */
export type RetryAfterRule = (
  status: number | undefined,
  retryAfter: string | null | undefined,
  waited: Waited,
) => number | undefined

const NEVER: RetryAfterRule = () => undefined

/** @throws {CountersignError} `CONFIG_INVALID` for numbers out of range. */
export function retryAfterRule(where: string, options: RetryAfterOptions | false): RetryAfterRule {
  if (options === false) return NEVER
  assertOptions(where, options, KNOWN_AFTER)
  const { attempts = 6, maxWaitMs = 20_000 } = options
  assertAttempts('retryAfter.attempts', attempts)
  mustBe(maxWaitMs >= 0 && maxWaitMs <= 600_000, 'retryAfter.maxWaitMs', 'a number from 0 to 600000', maxWaitMs)
  return (status, retryAfter, waited) => {
    const askedMs = status === 503 ? retryAfterMs(retryAfter) : undefined
    const leftMs = maxWaitMs - waited.waitedMs
    if (askedMs === undefined || waited.waits + 1 >= attempts || askedMs > leftMs) return undefined
    // 0.5, 1, 2, 4 … seconds where less is asked for: what asks again and again for a second is away for longer.
    const growingMs = askedMs === 0 ? 0 : 500 * 2 ** waited.waits
    const waitMs = Math.max(askedMs, Math.min(growingMs, leftMs))
    waited.waits++
    waited.waitedMs += waitMs
    return waitMs
  }
}

import { hashText } from '#backend/hash'
import { assertOptions, fail, isInteger, kindOf, type OptionNames } from '../errors.js'
import { deadline, isPromise } from '../support/deadline.js'
import { isV4, parseIp } from './ip-address.js'
import type { KeyRecord, RateRule } from './key-record.js'
import { RATE_LIMITS } from './limits.js'

/** Whether there was room, and when there will be. */
export interface RateAnswer {
  /** Whether the request is within its limit. */
  readonly ok: boolean
  /** Milliseconds until trying again makes sense; from 0. */
  readonly retryAfterMs: number
  /** Gives back what this answer took. Absent where nothing was taken, or nothing can be given back. */
  give?(): void | Promise<void>
}

/**
 * Counts. `countersign/server/rate-limiter-flexible` makes one from that library; anything else that counts exactly under
 * concurrency will do.
 *
 * @example
 * ```ts
 * import type { RateLimiter } from 'countersign/server'
 *
 * // Counts in this process, for ever: a demonstration of the shape.
 * const taken = new Map<string, number>()
 * export const atMost = (limit: number): RateLimiter => ({
 *   take: (bucket, cost) => {
 *     const sum = (taken.get(bucket) ?? 0) + cost
 *     if (sum > limit) return { ok: false, retryAfterMs: 60_000 }
 *     taken.set(bucket, sum)
 *     return { ok: true, retryAfterMs: 0, give: () => void taken.set(bucket, (taken.get(bucket) ?? cost) - cost) }
 *   },
 * })
 * ```
 */
export interface RateLimiter {
  /**
   * Takes `cost` from the bucket, by the limiter's rule or the one given. Throwing means the limiter is down. The name
   * of a bucket has at most 128 characters of `A-Za-z0-9:._@#-`, whatever the owner's or key's id holds.
   */
  take(bucket: string, cost: number, rule?: RateRule): RateAnswer | Promise<RateAnswer>
}

/**
 * Which rates a verifier holds its callers to. A limiter that is down, hangs or answers nonsense is answered with
 * `STORE_UNAVAILABLE`; let it fall back to local counting where that is not wanted.
 */
export interface RateLimits {
  /**
   * Per address (IPv6: per network of 64 bits), before any key is looked up or used: counts requests that were refused, and
   * those still being judged. So it bounds what guessing and flooding cost; an accepted request is given back. Set it above
   * what one address may have under way at once: what is refused for being over counts too. All callers whose address
   * could not be determined share one bucket.
   */
  readonly peer?: RateLimiter
  /** Per key and its successors, after everything else has passed. A key's own `rateLimit` goes before the limiter's rule. */
  readonly key?: RateLimiter
  /** Per owner, over all keys, after everything else has passed. A key without an owner is an owner of its own. */
  readonly owner?: RateLimiter
}

/** The bucket of an address: IPv6 callers own whole networks of 64 bits, so these are counted as one. */
export function peerBucket(ip: string | undefined): string {
  const address = parseIp(ip)
  if (address === undefined) return 'ip:undetermined'
  return isV4(address) ? `ip:${address[3]}` : `ip6:${address[0]}.${address[1]}`
}

/** The bucket of a key and its successors. */
export const keyBucket = (keyId: string, { lineage }: KeyRecord): string => bucketName('key', lineage ?? keyId)

/** The bucket of an owner. A key without one does not share the limit of unknown clients. */
export const ownerBucket = (keyId: string, record: KeyRecord): string =>
  record.owner === undefined ? bucketName('own', record.lineage ?? keyId) : bucketName('owner', record.owner)

const LONGEST = 96
const PLAIN = /^[A-Za-z0-9:._@-]*$/

/**
 * A name that any store can take: ids may hold anything, and a key of Redis up to 512 MB. What is long or holds other
 * characters is named by its hash, behind a `#` that no plain name has.
 *
 * @throws {CountersignError} `STORE_UNAVAILABLE` for an id that is not a text: the record is not what was stored.
 */
export function bucketName(kind: string, id: unknown): string {
  if (typeof id !== 'string') fail('KEY_SOURCE_FAILED', `the ${kind} to count by is not a text`)
  return id.length <= LONGEST && PLAIN.test(id) ? `${kind}:${id}` : `${kind}:#${hashText('sha256', id, 'base64url')}`
}

const isCount = (value: unknown, { from, to }: { readonly from: number; readonly to: number }): boolean =>
  isInteger(value, from, to)

const isWait = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER

/** Whether a rule can be meant: 1 to 1 000 000 000 in 1 ms to a year. */
const isRateRule = (rule: unknown): rule is RateRule => {
  const { limit, windowMs } = (rule ?? {}) as RateRule
  return isCount(limit, RATE_LIMITS.limit) && isCount(windowMs, RATE_LIMITS.windowMs)
}

const RULE: OptionNames<RateRule> = { limit: 2, windowMs: 2 }

/**
 * Checks a key's rate before it is stored.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for anything but 1 to 1 000 000 000 requests in 1 ms to a year.
 * @example
 * ```ts
 * import { assertRateRule } from 'countersign/server'
 *
 * assertRateRule({ limit: 100, windowMs: 60_000 })
 * ```
 */
export function assertRateRule(rule: RateRule): void {
  assertOptions('a rate', rule ?? {}, RULE)
  let fits = false
  try {
    fits = isRateRule(rule)
  } catch {
    // A getter that throws is no number.
  }
  if (!fits) {
    fail(
      'CONFIG_INVALID',
      `"limit" must be an integer from 1 to ${RATE_LIMITS.limit.to}, and "windowMs" one from 1 to ${RATE_LIMITS.windowMs.to}`,
    )
  }
}

/**
 * Takes from a bucket. A cost of 0 takes nothing and calls no store.
 *
 * @throws {CountersignError} `STORE_UNAVAILABLE` for a limiter that throws, hangs or answers nonsense, for a rule of a key that
 *   cannot be meant, and for a cost that is not an integer from 0: a negative one would give instead.
 */
export async function takeFrom(
  limiter: RateLimiter,
  bucket: string,
  cost: number,
  rule: RateRule | undefined,
  timeoutMs: number,
): Promise<RateAnswer> {
  if (!isInteger(cost, 0, RATE_LIMITS.limit.to))
    fail('HOST_FAULT', `"cost" must be an integer from 0, got ${kindOf(cost)}`)
  if (cost === 0) return FREE
  let sound = false
  try {
    sound = rule === undefined || isRateRule(rule)
  } catch {
    // A getter that throws is no number.
  }
  if (!sound) fail('KEY_SOURCE_FAILED', 'the key record has a rate that cannot be meant')
  sound = false
  let answer: RateAnswer
  try {
    const taken = limiter.take(bucket, cost, rule)
    answer = isPromise(taken) ? await deadline(taken, timeoutMs) : taken
    // An answer of a caller's limiter: everything about it is asked here, where throwing is expected.
    sound = answer.ok === true || (answer.ok === false && isWait(answer.retryAfterMs))
  } catch {
    fail('STORE_UNAVAILABLE', 'the rate limiter could not be asked')
  }
  if (sound) return answer
  fail('STORE_UNAVAILABLE', 'the rate limiter answered something that is not an answer')
}

const FREE: RateAnswer = { ok: true, retryAfterMs: 0 }

/** Gives back without waiting; a limiter that fails here only counts too much. */
export function refund(answer: RateAnswer | undefined): void {
  try {
    const given = answer?.give?.()
    if (isPromise(given)) given.then(undefined, () => {})
  } catch {
    // Counted once too often is the safe side.
  }
}

import { CountersignError } from '../errors.js'
import { deadline, isPromise } from './deadline.js'
import { isV4, parseIp } from './ip-address.js'
import type { KeyRecord, RateRule } from './key-source.js'

/** Whether there was room, and when there will be. */
export interface RateAnswer {
  readonly ok: boolean
  /** Milliseconds until trying again makes sense. */
  readonly retryAfterMs: number
}

/**
 * Counts. `countersign/server/rate-limiter-flexible` makes one from that library; anything else that counts exactly under
 * concurrency will do.
 */
export interface RateLimiter {
  /** Takes `cost` from the bucket, by the limiter's own rule or the one given. Throwing means the limiter is down. */
  take(bucket: string, cost: number, rule?: RateRule): RateAnswer | Promise<RateAnswer>
  /** Gives back what was taken. */
  give?(bucket: string, cost: number): void | Promise<void>
}

/** Which rates a verifier holds its callers to. */
export interface RateLimits {
  /**
   * Per address, before any key is looked up or used: counts requests that were refused, and those still being judged. So
   * it bounds what guessing and flooding cost; an accepted request is given back.
   */
  readonly peer?: RateLimiter
  /** Per key and its successors, after everything else has passed. */
  readonly key?: RateLimiter
  /** Per owner, over all keys, after everything else has passed. */
  readonly owner?: RateLimiter
}

/** The bucket of an address: IPv6 callers own whole networks of 64 bits, so these are counted as one. */
export function peerBucket(ip: string | undefined): string {
  const address = parseIp(ip)
  if (address === undefined) return 'ip:undetermined'
  return isV4(address) ? `ip:${address[3]}` : `ip6:${address[0]}.${address[1]}`
}

/**
 * Takes from a bucket; `undefined` where there was room, otherwise how long to wait.
 *
 * @throws {CountersignError} `STORE_UNAVAILABLE` for a limiter that throws, hangs or answers nonsense.
 */
export async function overLimit(
  limiter: RateLimiter,
  bucket: string,
  cost: number,
  rule: RateRule | undefined,
  timeoutMs: number,
): Promise<number | undefined> {
  let answer: RateAnswer
  try {
    const taken = limiter.take(bucket, cost, rule)
    answer = isPromise(taken) ? await deadline(taken, timeoutMs) : taken
  } catch {
    throw new CountersignError('STORE_UNAVAILABLE', 'the rate limiter could not be asked')
  }
  if (answer?.ok === true) return undefined
  if (answer?.ok !== false || !(answer.retryAfterMs >= 0))
    throw new CountersignError('STORE_UNAVAILABLE', 'the rate limiter answered something that is not an answer')
  return answer.retryAfterMs
}

/** Gives back without waiting; a limiter that fails here only counts too much. */
export function giveBack(limiter: RateLimiter, bucket: string, cost: number): void {
  try {
    const given = limiter.give?.(bucket, cost)
    if (isPromise(given)) given.catch(() => {})
  } catch {
    // Counted once too often is the safe side.
  }
}

/** The buckets that an accepted request is counted in. */
export const keyBucket = (keyId: string, { lineage }: KeyRecord): string => `key:${lineage ?? keyId}`

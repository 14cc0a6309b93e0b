import type { RateRule } from '../../access/key-record.js'
import type { RateAnswer, RateLimiter } from '../../access/rate-limit.js'
import { assertOptions, type OptionNames } from '../../errors.js'
import { whole } from '../../support/option-kinds.js'

/** Options of {@link memoryRateLimiter}: the rule of buckets that have none of their own. */
export interface MemoryRateOptions extends RateRule {
  /** Requests in `windowMs`, where a key has no rate of its own. */
  readonly limit: number
  /** Milliseconds in which a bucket fills up again. */
  readonly windowMs: number
  /** Buckets that are remembered at most. Default 100 000; more are refused until one is full again. */
  readonly maxBuckets?: number
}

const KNOWN: OptionNames<MemoryRateOptions> = {
  limit: [whole(1, 1_000_000_000), 2],
  windowMs: [whole(1, 31_622_400_000), 2],
  maxBuckets: whole(1, 10_000_000),
}

/**
 * Counts in this process: a bucket that holds `limit` and fills up again within `windowMs` (GCRA: one time per bucket). For one gate;
 * several share a limiter of `countersign/server/rate-limiter-flexible`.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 * @example
 * ```ts
 * import { memoryRateLimiter } from 'countersign/proxy'
 * import { rateLimits } from 'countersign/server'
 *
 * const limits = rateLimits({ key: memoryRateLimiter({ limit: 600, windowMs: 60_000 }) })
 * ```
 */
export function memoryRateLimiter(options: MemoryRateOptions): RateLimiter {
  assertOptions('memoryRateLimiter', options, KNOWN, { max: 'limit', points: 'limit', duration: 'windowMs' })
  const { limit, windowMs, maxBuckets = 100_000 } = options
  assertOptions('memoryRateLimiter', { limit: limit ?? null, windowMs: windowMs ?? null }, KNOWN)
  /** When each bucket is full again. */
  const fullAt = new Map<string, number>()
  const forget = (nowMs: number): void => {
    for (const [bucket, at] of fullAt) if (at <= nowMs) fullAt.delete(bucket)
  }
  return {
    take: (bucket, cost, rule = { limit, windowMs }): RateAnswer => {
      const nowMs = performance.now()
      const each = rule.windowMs / rule.limit
      if (fullAt.size >= maxBuckets && !fullAt.has(bucket)) forget(nowMs)
      const before = Math.max(fullAt.get(bucket) ?? 0, nowMs)
      const after = before + cost * each
      const overMs = after - nowMs - rule.windowMs
      // A millionth for what floating point adds up.
      if (overMs > 1e-6) return { ok: false, retryAfterMs: Math.ceil(overMs) }
      // Without room to remember it, letting it pass would be no limit.
      if (fullAt.size >= maxBuckets && !fullAt.has(bucket)) return { ok: false, retryAfterMs: Math.ceil(each) }
      fullAt.set(bucket, after)
      return {
        ok: true,
        retryAfterMs: 0,
        give: () => {
          const now = fullAt.get(bucket)
          if (now !== undefined) fullAt.set(bucket, now - cost * each)
        },
      }
    },
  }
}

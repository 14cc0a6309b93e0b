import type { RateRule } from '../../access/key-record.js'
import { type RateLimiter, takeFrom } from '../../access/rate-limit.js'
import { bucketOf, type PortalLogin } from './login.js'
import { refuse } from './refusal.js'

/** What is counted apart: reading, changing, making keys, and what costs the most: testing requests, reading the audit log. */
export type PortalKind = 'read' | 'change' | 'create' | 'costly'

/** Limiters for each kind, by owner; what is absent counts in this process. */
export type PortalLimits = Readonly<Partial<Record<PortalKind, RateLimiter>>>

const MINUTE = 60_000
/** A page with ten thousand keys reads a dozen times; a person changes a few keys a minute. */
export const DEFAULT_RATES: Readonly<Record<PortalKind, RateRule>> = {
  read: { limit: 600, windowMs: MINUTE },
  change: { limit: 60, windowMs: MINUTE },
  create: { limit: 20, windowMs: MINUTE },
  costly: { limit: 20, windowMs: MINUTE },
}

const LIMITER_TIMEOUT_MS = 1_000
const MOST_BUCKETS = 10_000

/** Counts in windows of one length, in this process. The oldest bucket goes where there are too many. */
export function windowLimiter({ limit, windowMs }: RateRule, now: () => number): RateLimiter {
  const buckets = new Map<string, { readonly endsMs: number; taken: number }>()
  return {
    take: (bucket, cost) => {
      const nowMs = now()
      let found = buckets.get(bucket)
      if (found === undefined || !(nowMs < found.endsMs)) {
        buckets.delete(bucket)
        if (buckets.size >= MOST_BUCKETS) buckets.delete(buckets.keys().next().value as string)
        found = { endsMs: nowMs + windowMs, taken: 0 }
        buckets.set(bucket, found)
      }
      if (found.taken + cost > limit) return { ok: false, retryAfterMs: Math.max(0, found.endsMs - nowMs) }
      found.taken += cost
      return { ok: true, retryAfterMs: 0 }
    },
  }
}

/**
 * The limiters of a portal as one question.
 *
 * @returns a function that throws a 429 for an owner who has used up the share of a kind
 */
export function rateGate(
  limits: PortalLimits,
  now: () => number,
): (kind: PortalKind, login: PortalLogin) => Promise<void> {
  const kinds = Object.keys(DEFAULT_RATES) as PortalKind[]
  const limiters = new Map(kinds.map((kind) => [kind, limits[kind] ?? windowLimiter(DEFAULT_RATES[kind], now)]))
  return async (kind, login) => {
    const limiter = limiters.get(kind) as RateLimiter
    const { ok, retryAfterMs } = await takeFrom(limiter, bucketOf(kind, login), 1, undefined, LIMITER_TIMEOUT_MS)
    if (!ok) refuse(429, 'RATE_LIMITED', 'too many requests: try again later', retryAfterMs)
  }
}

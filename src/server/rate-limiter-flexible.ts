import type { RateRule } from '../access/key-record.js'
import { assertRateRule, bucketName, type RateAnswer, type RateLimiter } from '../access/rate-limit.js'
import { assertInteger, assertOptions, fail, kindOf, type OptionNames } from '../errors.js'

/** The used part of a limiter of `rate-limiter-flexible`: any of its classes that can consume. */
export interface FlexibleLimiterLike {
  /** Resolves where there was room. Rejects with a `RateLimiterRes` where there was none, with an error where it is down. */
  consume(key: string, points?: number): Promise<unknown>
  /** Gives points back; without it nothing is ever given back. */
  reward?(key: string, points?: number): Promise<unknown>
}

/** A rule, as the library's options spell it. */
export interface FlexibleRule extends RateRule {
  /** The limit. */
  readonly points: number
  /** Whole seconds, rounded up: Redis expires in seconds, and a longer window is the stricter one. */
  readonly duration: number
  /** Keeps windows of different lengths apart in one store. */
  readonly keyPrefix: string
}

/** Options of {@link flexibleLimiter} for rules that differ from key to key. */
export interface FlexibleLimiterOptions {
  /** Makes the limiter of one rule; asked once per rule. It must use the `points`, `duration` and `keyPrefix` it is given. */
  readonly make: (rule: FlexibleRule) => FlexibleLimiterLike
  /** The rule of every bucket that has none of its own. */
  readonly default: RateRule
  /** Limiters kept at most. Only one whose counts have all ended is ever dropped. Default 1 000. */
  readonly maxRules?: number
}

const KNOWN: OptionNames<FlexibleLimiterOptions> = { make: 2, default: 2, maxRules: 1 }

/**
 * A {@link RateLimiter} over `rate-limiter-flexible` 11: either over one of its limiters, which then holds for every bucket,
 * or over a function that makes one for each rule, so that a key's own `rateLimit` counts. Over the limit is what the library
 * rejects with a `RateLimiterRes`; everything else throws, which a verifier answers with `STORE_UNAVAILABLE`, unless the
 * limiter has an `insuranceLimiter`. Points are given back only within the window they were taken in.
 *
 * What is refused for being over has been counted by the library as well; its windows end all the same. With
 * `inMemoryBlockOnConsumed` a flood does not reach the store.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for something that cannot consume, for a limiter that never forgets (`duration`
 *   below one second) or delays (`execEvenly`), for a `make` that keeps to another rule, and for a rule out of range: a window
 *   is at most 24 days, because the library's memory limiter forgets a longer one at once. From `take` the same, and
 *   `STORE_UNAVAILABLE`.
 * @see {@link https://github.com/animir/node-rate-limiter-flexible/wiki/Overall-example | rate-limiter-flexible}
 * @example
 * ```ts
 * import { rateLimits } from 'countersign/server'
 * import { type FlexibleLimiterLike, type FlexibleRule, flexibleLimiter } from 'countersign/server/rate-limiter-flexible'
 *
 * // import { RateLimiterMemory } from 'rate-limiter-flexible'
 * declare const RateLimiterMemory: new (options: FlexibleRule) => FlexibleLimiterLike
 *
 * export const limits = rateLimits({
 *   peer: flexibleLimiter({ make: (rule) => new RateLimiterMemory(rule), default: { limit: 300, windowMs: 60_000 } }),
 *   key: flexibleLimiter({ make: (rule) => new RateLimiterMemory(rule), default: { limit: 1_200, windowMs: 60_000 } }),
 * })
 * ```
 */
export function flexibleLimiter(limiter: FlexibleLimiterLike | FlexibleLimiterOptions): RateLimiter {
  // A limiter of the library is an object of some class with options of its own: only what cannot consume is one of ours.
  if (typeof (limiter as FlexibleLimiterLike | undefined)?.consume !== 'function') {
    assertOptions('flexibleLimiter', limiter ?? {}, KNOWN)
    const { make } = (limiter ?? {}) as Partial<FlexibleLimiterOptions>
    if (typeof make !== 'function')
      fail(
        'CONFIG_INVALID',
        `flexibleLimiter needs a limiter of rate-limiter-flexible, or "make" as a function, got ${kindOf(make)}`,
      )
    return perRule(limiter as FlexibleLimiterOptions)
  }
  const one = checked(limiter as FlexibleLimiterLike)
  return { take: (bucket, cost) => take(one, bucket, cost) }
}

/** The settings that a limiter of the library exposes. */
interface Shown {
  readonly points?: unknown
  readonly duration?: unknown
  readonly blockDuration?: unknown
  readonly inMemoryBlockDuration?: unknown
  readonly execEvenly?: unknown
}

const shownBy = (limiter: FlexibleLimiterLike): Shown =>
  // Wrappers such as RLWrapperTimeouts have a duration of 0, and the real limiter inside.
  (limiter as { readonly limiter?: Shown }).limiter ?? (limiter as Shown)

function checked(limiter: FlexibleLimiterLike, rule?: FlexibleRule): FlexibleLimiterLike {
  if (typeof limiter?.consume !== 'function')
    fail('CONFIG_INVALID', 'flexibleLimiter needs a limiter of rate-limiter-flexible, or { make, default }')
  const { points, duration, execEvenly } = shownBy(limiter)
  // RateLimiterRedis rounds down to whole seconds, and none means for ever.
  if (duration !== undefined && !((duration as number) >= 1))
    fail('CONFIG_INVALID', '"duration" of the limiter must be at least one second')
  if (execEvenly === true)
    fail('CONFIG_INVALID', '"execEvenly" of the limiter must be absent: a verifier does not wait')
  if (rule !== undefined && points !== undefined && (points !== rule.points || duration !== rule.duration))
    fail('CONFIG_INVALID', '"make" must keep to the "points" and "duration" it was given')
  return limiter
}

const MOST_MS = 24 * 86_400_000

function flexibleRule(rule: RateRule): FlexibleRule {
  assertRateRule(rule)
  const { limit, windowMs } = rule
  // setTimeout takes 2^31 - 1 ms; what is longer fires at once, and RateLimiterMemory would forget what it counts.
  if (windowMs > MOST_MS) fail('CONFIG_INVALID', `"windowMs" must be at most ${MOST_MS} (24 days)`)
  const duration = Math.ceil(windowMs / 1_000)
  // Not the limit: a key whose limit was changed goes on with what it has used.
  return { limit, windowMs, points: limit, duration, keyPrefix: `rate:${duration}` }
}

interface Kept {
  readonly limiter: FlexibleLimiterLike
  /** So long after its last use nothing is left that it counts. */
  readonly idleMs: number
  usedMs: number
}

function perRule({ make, default: standard, maxRules = 1_000 }: FlexibleLimiterOptions): RateLimiter {
  assertInteger('maxRules', maxRules, 1, 100_000)
  const made = (rule: RateRule): Kept => {
    const spelled = flexibleRule(rule)
    const limiter = checked(make(spelled), spelled)
    return { limiter, idleMs: idleTime(limiter, spelled), usedMs: performance.now() }
  }
  // Made at once: a wrong `make` shows when the server starts.
  const usual = made(standard)
  const kept = new Map<string, Kept>()
  const keep = (rule: RateRule): Kept => {
    const name = `${rule.limit}/${rule.windowMs}`
    let one = kept.get(name)
    if (one === undefined) {
      if (kept.size >= maxRules) dropIdle(kept)
      if (kept.size >= maxRules) fail('STORE_UNAVAILABLE', 'too many different rates are in use')
      one = made(rule)
      kept.set(name, one)
    }
    return one
  }
  return {
    take: (bucket, cost, rule) => {
      const own =
        rule === undefined || (rule.limit === standard.limit && rule.windowMs === standard.windowMs)
          ? usual
          : keep(rule)
      own.usedMs = performance.now()
      return take(own.limiter, bucket, cost)
    },
  }
}

function idleTime(limiter: FlexibleLimiterLike, { duration }: FlexibleRule): number {
  const { blockDuration, inMemoryBlockDuration } = shownBy(limiter)
  return 1_000 * Math.max(duration, Number(blockDuration ?? 0) || 0, Number(inMemoryBlockDuration ?? 0) || 0)
}

function dropIdle(kept: Map<string, Kept>): void {
  const nowMs = performance.now()
  for (const [name, { usedMs, idleMs }] of kept) if (nowMs - usedMs > idleMs) kept.delete(name)
}

interface Res {
  readonly msBeforeNext: number
  readonly consumedPoints: number
}

/** The library's answer, in one reading. An error, a number that is none, a wait below zero: no answer. */
function resOf(value: unknown): Res | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Error) return undefined
  const { msBeforeNext, consumedPoints } = value as Record<keyof Res, unknown>
  // A count that is NaN compares as "not over" in the library: it is the sign of a store that answered something else.
  return typeof msBeforeNext === 'number' &&
    msBeforeNext >= 0 &&
    msBeforeNext <= Number.MAX_SAFE_INTEGER &&
    Number.isFinite(consumedPoints)
    ? { msBeforeNext, consumedPoints: consumedPoints as number }
    : undefined
}

/** Names that a verifier gives; others may hold anything. */
const SHORT = /^[A-Za-z0-9:._@#-]{1,128}$/

const NONSENSE = 'the rate limiter answered something that is not an answer'

/** Points that come back later than this before the end of a window may arrive in the next one, and would widen it. */
const MARGIN_MS = 250

async function take(limiter: FlexibleLimiterLike, named: string, cost: number): Promise<RateAnswer> {
  const bucket = SHORT.test(named) ? named : bucketName('any', named)
  let res: Res | undefined
  const startedMs = performance.now()
  try {
    res = resOf(await limiter.consume(bucket, cost))
  } catch (error) {
    const over = resOf(error)
    if (over !== undefined) return { ok: false, retryAfterMs: over.msBeforeNext }
    // The message of a driver may hold its URL with a password in it.
    fail('STORE_UNAVAILABLE', 'the rate limiter is down')
  }
  if (res === undefined) fail('STORE_UNAVAILABLE', NONSENSE)
  const endsMs = startedMs + res.msBeforeNext - MARGIN_MS
  return {
    ok: true,
    retryAfterMs: 0,
    give: () => {
      if (limiter.reward === undefined || performance.now() > endsMs) return undefined
      return limiter.reward(bucket, cost).then(() => {})
    },
  }
}

import type { KeyRecord, RateRule } from '../access/key-record.js'
import {
  keyBucket,
  ownerBucket,
  peerBucket,
  type RateAnswer,
  type RateLimiter,
  type RateLimits,
  refund,
  takeFrom,
} from '../access/rate-limit.js'
import { assertOptions, fail, type OptionNames } from '../errors.js'
import { having } from '../support/option-kinds.js'
import { handIn } from './handed-in.js'
import type { Attempt } from './refusal.js'
import { refuse } from './verdict.js'

/** A request that has passed, and the key that it was signed with. */
interface Counted {
  readonly attempt: Attempt
  readonly keyId: string
  readonly record: KeyRecord
}

/** What {@link rateLimits} makes: the option `limits` of `createVerifier`. */
export interface RateLimiting {
  /** Before anything that costs more than reading the head. What it returns gives the place of the address back. */
  arrived(attempt: Attempt, timeoutMs: number): Promise<() => void> | undefined
  /** Last of all, so that a captured request sent again takes nothing from its key. */
  count(judgement: Counted, timeoutMs: number): Promise<unknown> | undefined
}

const LIMITER = /* @__PURE__ */ having('a limiter with take()', 'take')
const KNOWN: OptionNames<RateLimits> = { peer: LIMITER, key: LIMITER, owner: LIMITER }

/**
 * How much one address, key or owner may ask, for `limits` of {@link createVerifier}.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a limiter that cannot count, a name that is none of the three, and for none at all.
 * @example
 * ```ts
 * import { type RateLimiter, rateLimits } from 'countersign/server'
 *
 * export const limits = (perAddress: RateLimiter, perKey: RateLimiter) => rateLimits({ peer: perAddress, key: perKey })
 * ```
 */
export function rateLimits(limits: RateLimits): RateLimiting {
  assertOptions('rateLimits', limits, KNOWN)
  // Programs without types call it without anything, too.
  const { peer, key, owner } = limits ?? {}
  if (!peer && !key && !owner)
    fail('CONFIG_INVALID', 'rateLimits: at least one of "peer", "key" and "owner" must be a limiter, got none')
  return handIn('limits', {
    arrived: (attempt, timeoutMs) => {
      if (peer === undefined) return undefined
      const taken = limit(timeoutMs, attempt, peer, peerBucket(attempt.context.clientIp), 1)
      return taken.then((answer) => () => refund(answer))
    },
    count: (judgement, timeoutMs) =>
      key === undefined && owner === undefined ? undefined : takeRates(judgement, key, owner, timeoutMs),
  })
}

async function takeRates(
  { attempt, keyId, record }: Counted,
  key: RateLimiter | undefined,
  owner: RateLimiter | undefined,
  timeoutMs: number,
): Promise<void> {
  const cost = attempt.context.cost ?? 1
  const taken = key && (await limit(timeoutMs, attempt, key, keyBucket(keyId, record), cost, record.rateLimit))
  try {
    if (owner !== undefined) await limit(timeoutMs, attempt, owner, ownerBucket(keyId, record), cost)
  } catch (error) {
    // What the owner's other keys used up is not for this one to pay.
    refund(taken)
    throw error
  }
}

/** Takes from a bucket, or refuses and notes how long to wait. */
export async function limit(
  timeoutMs: number,
  attempt: Attempt,
  limiter: RateLimiter,
  bucket: string,
  cost: number,
  rule?: RateRule,
): Promise<RateAnswer> {
  const answer = await takeFrom(limiter, bucket, cost, rule, timeoutMs)
  if (answer.ok) return answer
  attempt.retryAfterMs = answer.retryAfterMs
  return refuse('RATE_LIMITED', 'too many requests')
}

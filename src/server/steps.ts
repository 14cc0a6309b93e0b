import { cappedBody, readBody } from '../message/body.js'
import { checkedBody } from '../message/content-digest.js'
import { type BodyStream, isStream } from '../message/message.js'
import type { BodyDigest, UntrustedSignature } from '../schemes/scheme.js'
import { ipProblem } from './ip-rules.js'
import { keyProblem } from './key-check.js'
import { keyPolicyProblem, narrowed } from './key-policy.js'
import type { KeyRecord, RateRule } from './key-source.js'
import type { Policy } from './policy.js'
import { type RateAnswer, type RateLimiter, takeFrom } from './rate-limit.js'
import type { Attempt } from './refusal.js'
import type { EffectivePolicy } from './scheme-policy.js'
import { scopeProblem } from './scope.js'
import { refuse } from './verdict.js'
import { windowDetail, windowProblem } from './window.js'

/** Refuses a key that may not be used now, from here, for this. Returns the policy that holds for it. */
export function usable(
  record: KeyRecord,
  policy: EffectivePolicy,
  { request, context: { clientIp, scope } }: Attempt,
  signature: UntrustedSignature,
  nowMs: number,
): EffectivePolicy {
  const state = keyProblem(record, nowMs) ?? ipProblem(record, clientIp) ?? scopeProblem(record, scope)
  if (state !== undefined) refuse(state, 'the key may not be used for this now, or from here')
  if (record.policy === undefined) return policy
  const own = narrowed(policy, record.policy)
  const outside = windowProblem(signature, own, nowMs)
  if (outside !== undefined) refuse(outside, `the key's own window: ${windowDetail(outside, signature, own, nowMs)}`)
  const problem = keyPolicyProblem(record.policy, request, signature, own)
  if (problem !== undefined) refuse(problem, "the key's own policy does not allow this")
  return own
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

/** The body while it arrives; without a digest, which only a policy that does not require one lets pass, just capped. */
export const streamOf = (body: BodyStream, digests: readonly BodyDigest[], { maxStreamBytes }: Policy): BodyStream =>
  digests.length === 0 ? cappedBody(body, maxStreamBytes) : checkedBody(body, digests, maxStreamBytes)

/** Reads a body that is still arriving, up to the cap. */
export async function buffer(attempt: Attempt, policy: Policy): Promise<void> {
  const { request } = attempt
  if (isStream(request.body)) {
    const body = await readBody(request.body, policy.maxBodyBytes)
    // Only now: trailers arrive behind the body.
    attempt.request = { ...request, body }
  }
}

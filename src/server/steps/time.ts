import type { VerdictCode } from '../../errors.js'
import type { UntrustedSignature } from '../../schemes/scheme.js'
import type { Clock } from '../../sources/monotonic-clock.js'
import { ignoreErrors } from '../../support/ignore-errors.js'
import { isoTime } from '../../support/log-text.js'
import type { AuditSink } from '../audit-event.js'
import type { EffectivePolicy } from '../policy/scheme-policy.js'
import type { Attempt } from '../refusal.js'
import { refuse } from '../verdict.js'

/**
 * Whether a signature's time lies in the window; `undefined` when it does. The comparisons ask for what is right, so that
 * a NaN can only ever refuse.
 */
export function windowProblem(
  { createdMs, expiresMs, endMs }: Pick<UntrustedSignature, 'createdMs' | 'expiresMs' | 'endMs'>,
  policy: Pick<EffectivePolicy, 'maxAgeMs' | 'maxFutureMs' | 'maxLifetimeMs' | 'untimed' | 'untilExpires'>,
  nowMs: number,
): VerdictCode | undefined {
  // False where there is none. A time that is no number is refused by what follows.
  if ((endMs as number) <= nowMs) return 'TIMESTAMP_EXPIRED'
  if (createdMs === undefined) {
    if (policy.untimed === undefined) return 'TIMESTAMP_MALFORMED'
    if (expiresMs === undefined) return undefined
    if (!(expiresMs > nowMs)) return 'TIMESTAMP_EXPIRED'
    return expiresMs - nowMs <= policy.maxLifetimeMs ? undefined : 'TIMESTAMP_MALFORMED'
  }
  if (!(createdMs <= nowMs + policy.maxFutureMs)) return 'TIMESTAMP_FUTURE'
  if (!(livesUntilExpires(expiresMs, policy) || createdMs >= nowMs - policy.maxAgeMs)) return 'TIMESTAMP_EXPIRED'
  if (expiresMs !== undefined) {
    if (!(expiresMs >= createdMs && expiresMs - createdMs <= policy.maxLifetimeMs)) return 'TIMESTAMP_MALFORMED'
    if (!(expiresMs > nowMs)) return 'TIMESTAMP_EXPIRED'
  }
  return undefined
}

/** Whether the end that a signature states stands in place of the age that the policy allows. */
const livesUntilExpires = (expiresMs: number | undefined, { untilExpires }: Pick<EffectivePolicy, 'untilExpires'>) =>
  untilExpires === true && expiresMs !== undefined

/** By how much a signature's time is off, for logs: it shows whose clock is wrong. */
export function windowDetail(
  code: VerdictCode,
  { createdMs, endMs, expiresMs = endMs }: Pick<UntrustedSignature, 'createdMs' | 'expiresMs' | 'endMs'>,
  policy: Pick<EffectivePolicy, 'maxAgeMs' | 'maxFutureMs' | 'untilExpires'>,
  nowMs: number,
): string {
  const { maxAgeMs, maxFutureMs } = policy
  if (code === 'TIMESTAMP_MALFORMED') return 'the signature has no time, or a lifetime that is not allowed'
  const agoMs = Math.round(nowMs - (createdMs ?? nowMs))
  if (code === 'TIMESTAMP_FUTURE')
    return `signed ${-agoMs} ms ahead of the clock of this server, ${maxFutureMs} are allowed`
  return agoMs > maxAgeMs && !livesUntilExpires(expiresMs, policy)
    ? `signed ${agoMs} ms ago by the clock of this server, ${maxAgeMs} are allowed`
    : `the signature expired ${Math.round(nowMs - (expiresMs as number))} ms ago by the clock of this server`
}

/** From this moment the window refuses the signature whatever else happens; until then its nonce must be remembered. */
export const forgottenAt = (
  createdMs: number,
  expiresMs: number | undefined,
  policy: Pick<EffectivePolicy, 'maxAgeMs' | 'untilExpires'>,
): number =>
  Math.min(
    livesUntilExpires(expiresMs, policy) ? Number.POSITIVE_INFINITY : createdMs + policy.maxAgeMs,
    expiresMs ?? Number.POSITIVE_INFINITY,
  ) + 1

/** Refuses while the clock is not safe: the age of a signature is then unknown. */
export function assertClock(clock: Clock, attempt: Attempt): void {
  if (clock.safe?.() !== false) return
  const problem = clock.problem?.()
  if (problem === undefined) refuse('CLOCK_UNSAFE', 'the clock of this machine jumped')
  const { stepMs, retryAfterMs } = problem as NonNullable<typeof problem>
  attempt.retryAfterMs = retryAfterMs
  refuse(
    'CLOCK_UNSAFE',
    // Stryker disable next-line EqualityOperator: a step of 0 is none
    `the clock of this machine was set ${stepMs < 0 ? 'back' : 'forward'} by ${Math.abs(stepMs)} ms`,
  )
}

/** Emits `clock.unsafe` and `clock.recovered` once per episode. A change is noticed with the next request. */
export function clockWatch(clock: Clock, audit: AuditSink | undefined): () => void {
  if (audit === undefined || clock.safe === undefined) return () => {}
  let safe = true
  return () => {
    // Stryker disable next-line OptionalChaining: a clock that has it keeps it
    if (clock.safe?.() === safe) return
    safe = !safe
    const problem = clock.problem?.()
    const time = isoTime(problem?.wallMs ?? clock.now())
    const event = safe ? 'clock.recovered' : 'clock.unsafe'
    const data = problem && { stepMs: problem.stepMs, retryAfterMs: problem.retryAfterMs }
    ignoreErrors(() =>
      audit({ v: 1, time, event, outcome: safe ? 'ok' : 'error', code: safe ? undefined : 'CLOCK_UNSAFE', data }),
    )
  }
}

import type { Clock } from '../../sources/monotonic-clock.js'
import { quietly } from '../../support/ignore-errors.js'
import { isoTime } from '../../support/log-text.js'
import type { AuditSink } from '../audit-event.js'
import type { Attempt } from '../refusal.js'
import { refuse } from '../verdict.js'

/** Refuses while the clock is not safe: the age of a signature is then unknown. */
export function assertClock(clock: Clock, attempt: Attempt): void {
  if (clock.safe?.() !== false) return
  const problem = clock.problem?.()
  if (problem === undefined) refuse('CLOCK_UNSAFE', 'the clock of this machine jumped')
  const { stepMs, retryAfterMs } = problem as NonNullable<typeof problem>
  attempt.retryAfterMs = retryAfterMs
  refuse(
    'CLOCK_UNSAFE',
    `the clock of this machine was set ${stepMs < 0 ? 'back' : 'forward'} by ${Math.abs(stepMs)} ms`,
  )
}

/** Emits `clock.unsafe` and `clock.recovered` once per episode. A change is noticed with the next request. */
export function clockWatch(clock: Clock, audit: AuditSink | undefined): () => void {
  if (audit === undefined || clock.safe === undefined) return () => {}
  let safe = true
  return () => {
    if (clock.safe?.() === safe) return
    safe = !safe
    const problem = clock.problem?.()
    const time = isoTime(problem?.wallMs ?? clock.now())
    const event = safe ? 'clock.recovered' : 'clock.unsafe'
    const data = problem && { stepMs: problem.stepMs, retryAfterMs: problem.retryAfterMs }
    quietly(() =>
      audit({ v: 1, time, event, outcome: safe ? 'ok' : 'error', code: safe ? undefined : 'CLOCK_UNSAFE', data }),
    )
  }
}

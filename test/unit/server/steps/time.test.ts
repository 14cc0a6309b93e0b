import { describe, expect, test } from 'vitest'
import type { AuditEvent } from '../../../../src/server/audit-event.js'
import type { Attempt } from '../../../../src/server/refusal.js'
import { assertClock, clockWatch, forgottenAt, windowDetail, windowProblem } from '../../../../src/server/steps/time.js'
import type { Clock } from '../../../../src/sources/monotonic-clock.js'

const NOW = 1_700_000_000_000
const untimed = { claim: () => true }
const window = { maxAgeMs: 60_000, maxFutureMs: 5_000, maxLifetimeMs: 90_000, untimed: undefined }

describe('the window of a signature with a time', () => {
  test.each([
    ['now', 0, undefined, undefined],
    ['as far ahead as allowed', 5_000, undefined, undefined],
    ['a millisecond further', 5_001, undefined, 'TIMESTAMP_FUTURE'],
    ['as old as allowed', -60_000, undefined, undefined],
    ['a millisecond older', -60_001, undefined, 'TIMESTAMP_EXPIRED'],
    ['no number', Number.NaN, undefined, 'TIMESTAMP_FUTURE'],
    ['and an end a millisecond ahead', -1_000, 1, undefined],
    ['and an end that is now', -1_000, 0, 'TIMESTAMP_EXPIRED'],
    ['and the longest life', 0, 90_000, undefined],
    ['and a life that is a millisecond longer', 0, 90_001, 'TIMESTAMP_MALFORMED'],
    ['ahead, and an end at that moment', 1, 1, undefined],
    ['ahead, and an end before it', 2, 1, 'TIMESTAMP_MALFORMED'],
    ['and an end that is no number', 0, Number.NaN, 'TIMESTAMP_MALFORMED'],
  ] as const)('a time is judged that is %s', (_, created, expires, problem) => {
    const times = { createdMs: NOW + created, expiresMs: expires === undefined ? undefined : NOW + expires }
    expect(windowProblem(times, window, NOW)).toBe(problem)
    // What a policy says of signatures without a time is nothing to one that has it.
    expect(windowProblem(times, { ...window, untimed }, NOW)).toBe(problem)
  })
})

describe('an end that the sender states besides', () => {
  test.each([
    ['a millisecond ahead', 1, undefined],
    ['that is now', 0, 'TIMESTAMP_EXPIRED'],
    ['that has passed', -1, 'TIMESTAMP_EXPIRED'],
  ] as const)('%s holds for a signature with and without a time', (_, end, problem) => {
    const endMs = NOW + end
    expect(windowProblem({ createdMs: NOW, expiresMs: undefined, endMs }, window, NOW)).toBe(problem)
    expect(windowProblem({ createdMs: undefined, expiresMs: undefined, endMs }, { ...window, untimed }, NOW)).toBe(
      problem,
    )
  })

  test('that has passed is what a refusal states', () => {
    const times = { createdMs: NOW - 1_000, expiresMs: undefined, endMs: NOW - 30 }
    expect(windowDetail('TIMESTAMP_EXPIRED', times, window, NOW)).toBe(
      'the signature expired 30 ms ago by the clock of this server',
    )
  })
})

describe('an end in place of the largest age', () => {
  const until = { ...window, untilExpires: true }
  const OLD = NOW - 80_000

  test.each([
    ['that is ahead lets an old signature in', OLD, NOW + 1, undefined],
    ['that is now refuses it', OLD, NOW, 'TIMESTAMP_EXPIRED'],
    ['that the signature does not have leaves it the age', OLD, undefined, 'TIMESTAMP_EXPIRED'],
    ['leaves the longest life as it is', OLD, OLD + 90_001, 'TIMESTAMP_MALFORMED'],
  ] as const)('the end of a signature %s', (_, createdMs, expiresMs, problem) => {
    expect(windowProblem({ createdMs, expiresMs }, until, NOW)).toBe(problem)
  })

  test('is there only where the policy has it', () => {
    const times = { createdMs: OLD, expiresMs: NOW + 1 }
    expect(windowProblem(times, { ...window, untilExpires: false }, NOW)).toBe('TIMESTAMP_EXPIRED')
  })

  test('is what a refusal states', () => {
    expect(windowDetail('TIMESTAMP_EXPIRED', { createdMs: OLD, expiresMs: NOW - 30 }, until, NOW)).toBe(
      'the signature expired 30 ms ago by the clock of this server',
    )
    expect(windowDetail('TIMESTAMP_EXPIRED', { createdMs: OLD, expiresMs: undefined }, until, NOW)).toBe(
      'signed 80000 ms ago by the clock of this server, 60000 are allowed',
    )
  })

  test('is how long a nonce is remembered', () => {
    expect(forgottenAt(OLD, NOW + 5_000, until)).toBe(NOW + 5_001)
    expect(forgottenAt(OLD, undefined, until)).toBe(OLD + 60_001)
  })
})

describe('the window of a signature without a time', () => {
  test.each([
    ['and without an end', undefined, undefined],
    ['and an end a millisecond ahead', 1, undefined],
    ['and an end that is now', 0, 'TIMESTAMP_EXPIRED'],
    ['and the longest life', 90_000, undefined],
    ['and a life that is a millisecond longer', 90_001, 'TIMESTAMP_MALFORMED'],
    ['and an end that is no number', Number.NaN, 'TIMESTAMP_EXPIRED'],
  ] as const)('a signature is judged without a time %s', (_, expires, problem) => {
    const times = { createdMs: undefined, expiresMs: expires === undefined ? undefined : NOW + expires }
    expect(windowProblem(times, { ...window, untimed }, NOW)).toBe(problem)
    // Without a store for them they are never accepted.
    expect(windowProblem(times, window, NOW)).toBe('TIMESTAMP_MALFORMED')
  })
})

test('a refusal says by how much the time is off', () => {
  const says = (
    code: 'TIMESTAMP_FUTURE' | 'TIMESTAMP_EXPIRED' | 'TIMESTAMP_MALFORMED',
    created?: number,
    expires?: number,
  ) =>
    windowDetail(
      code,
      {
        createdMs: created === undefined ? undefined : NOW + created,
        expiresMs: expires === undefined ? undefined : NOW + expires,
      },
      window,
      NOW,
    )
  expect(says('TIMESTAMP_FUTURE', 7_000)).toBe('signed 7000 ms ahead of the clock of this server, 5000 are allowed')
  expect(says('TIMESTAMP_EXPIRED', -60_001)).toBe('signed 60001 ms ago by the clock of this server, 60000 are allowed')
  expect(says('TIMESTAMP_EXPIRED', -60_000, -30)).toBe('the signature expired 30 ms ago by the clock of this server')
  expect(says('TIMESTAMP_EXPIRED', undefined, -30)).toBe('the signature expired 30 ms ago by the clock of this server')
  expect(says('TIMESTAMP_MALFORMED', -90_000)).toBe('the signature has no time, or a lifetime that is not allowed')
})

test('a nonce is remembered until the window refuses the signature whatever else happens', () => {
  expect(forgottenAt(NOW, undefined, window)).toBe(NOW + 60_001)
  expect(forgottenAt(NOW, NOW + 1_000, window)).toBe(NOW + 1_001)
  expect(forgottenAt(NOW, NOW + 90_000, window)).toBe(NOW + 60_001)
})

describe('a clock that is not safe', () => {
  const clockOf = (part: Partial<Clock>): Clock => ({ now: () => NOW, ...part })
  const problem = (stepMs: number) => ({ stepMs, retryAfterMs: 900, wallMs: NOW + 7 })

  test.each([
    [undefined, 'the clock of this machine jumped', undefined],
    [problem(-2_500), 'the clock of this machine was set back by 2500 ms', 900],
    [problem(400_000), 'the clock of this machine was set forward by 400000 ms', 900],
  ])('refuses, with the problem it states: %o', (stated, message, waits) => {
    const attempt = {} as Attempt
    const clock = clockOf({ safe: () => false, problem: () => stated })
    expect(() => assertClock(clock, attempt)).toThrow(expect.objectContaining({ code: 'CLOCK_UNSAFE', message }))
    expect(attempt.retryAfterMs).toBe(waits)
  })

  test('refuses where it cannot state its problem', () => {
    const clock = clockOf({ safe: () => false })
    expect(() => assertClock(clock, {} as Attempt)).toThrow(expect.objectContaining({ code: 'CLOCK_UNSAFE' }))
  })

  test.each([{}, { safe: () => true }])('does not refuse with %o', (part) => {
    expect(() => assertClock(clockOf(part), {} as Attempt)).not.toThrow()
  })

  test('is an event once, and another when it is safe again', () => {
    const events: AuditEvent[] = []
    const state = { safe: true, problem: true }
    const watch = clockWatch(
      clockOf({ safe: () => state.safe, problem: () => (state.problem ? problem(-2_500) : undefined) }),
      (event) => events.push(event),
    )
    watch()
    expect(events).toEqual([])
    state.safe = false
    watch()
    watch()
    Object.assign(state, { safe: true, problem: false })
    watch()
    watch()
    const step = { stepMs: -2_500, retryAfterMs: 900 }
    const time = (ms: number): string => new Date(ms).toISOString()
    expect(events).toEqual([
      { v: 1, time: time(NOW + 7), event: 'clock.unsafe', outcome: 'error', code: 'CLOCK_UNSAFE', data: step },
      { v: 1, time: time(NOW), event: 'clock.recovered', outcome: 'ok', code: undefined, data: undefined },
    ])
  })

  test('is an event without a step where it cannot state its problem', () => {
    const events: AuditEvent[] = []
    clockWatch(clockOf({ safe: () => false }), (event) => events.push(event))()
    expect(events).toMatchObject([{ event: 'clock.unsafe', code: 'CLOCK_UNSAFE', data: undefined }])
  })

  test('is not asked without a trail, and is no event where the clock does not know', () => {
    const events: AuditEvent[] = []
    let asked = 0
    clockWatch(clockOf({ safe: () => ++asked < 0 }), undefined)()
    clockWatch(clockOf({}), (event) => events.push(event))()
    expect(asked).toBe(0)
    expect(events).toEqual([])
  })
})

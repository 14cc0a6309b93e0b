import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ServerClock, type ServerClockOptions, serverClock } from '../../../src/sources/server-clock.js'
import { codeOf } from '../../expect-code.js'

const START = 1_700_000_000_000

/** A world with one true time, a local clock that is wrong, and a server some round trip away. */
function world(options: {
  /** Local time minus true time. */
  readonly skewMs?: number
  /** Way there and back, sample by sample; the last pair repeats. */
  readonly trips?: ReadonlyArray<readonly [number, number]>
  readonly clock?: Partial<ServerClockOptions>
  /** How fast the monotonic clock runs. */
  readonly rate?: number
  /** What the server answers when asked at this true time. */
  readonly answer?: (trueMs: number) => number
}) {
  const { trips = [[10, 10]], rate = 1, answer = (trueMs) => Math.floor(trueMs) } = options
  const state = { trueMs: START, skewMs: options.skewMs ?? 0, slept: 0, asked: 0 }
  const clock: ServerClock = serverClock({
    source: async () => {
      const [there, back] = trips[Math.min(state.asked++, trips.length - 1)] as readonly [number, number]
      state.trueMs += there
      const said = answer(state.trueMs)
      state.trueMs += back
      return said
    },
    local: () => Math.floor(state.trueMs + state.skewMs),
    monotonic: () => (state.trueMs - START - state.slept) * rate,
    ...options.clock,
  })
  return { clock, state, errorMs: () => clock.now() - state.trueMs }
}

describe('serverClock', () => {
  it('is the local clock until it has been set', () => {
    const { clock, errorMs } = world({ skewMs: 5_000 })
    expect(errorMs()).toBe(5_000)
    expect([clock.offsetMs, clock.needsSync]).toEqual([0, true])
  })

  it('uses the shortest round trip and is late by no more than that', async () => {
    const { clock, errorMs, state } = world({
      skewMs: 60_000,
      trips: [
        [400, 600],
        [20, 30],
        [5, 700],
        [90, 90],
        [25, 25],
      ],
    })
    expect(await clock.sync()).toBe(true)
    expect(state.asked).toBe(5)
    expect(errorMs()).toBeLessThanOrEqual(0)
    expect(errorMs()).toBeGreaterThan(-52)
    expect(clock.offsetMs).toBeLessThanOrEqual(-60_000)
    expect(clock.needsSync).toBe(false)
  })

  it('is never ahead of an honest server, whatever the network, the skew and the time that passes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -290_000, max: 290_000 }),
        fc.array(fc.tuple(fc.nat({ max: 2_000 }), fc.nat({ max: 2_000 })), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.nat({ max: 900_000 }),
        fc.constantFrom(1, 1_000),
        fc.constantFrom(1 - 1e-4, 1, 1 + 1e-4),
        async (skewMs, trips, samples, elapsed, resolution, rate) => {
          const answer = (trueMs: number): number => Math.floor(trueMs / resolution) * resolution
          const { clock, state, errorMs } = world({ skewMs, trips, answer, rate, clock: { samples } })
          await clock.sync()
          const best = Math.min(...trips.slice(0, samples).map(([there, back]) => there + back))
          expect(errorMs()).toBeLessThanOrEqual(0)
          state.trueMs += elapsed
          expect(errorMs()).toBeLessThanOrEqual(0)
          // Late by the round trip, the grain of the answer, the milliseconds cut off, the samples after the best and the pace.
          expect(errorMs()).toBeGreaterThan(-(best + resolution + 3 + (elapsed + 24_000) * 3e-4))
        },
      ),
    )
  })

  it('stays late when the local clock is set forward, set back, or the machine sleeps', async () => {
    for (const [change, slept] of [
      [3_600_000, 0],
      [-3_600_000, 0],
      [0, 3_600_000],
    ] as const) {
      const { clock, state, errorMs } = world({ skewMs: -2_000 })
      await clock.sync()
      state.skewMs += change
      state.trueMs += slept
      state.slept += slept
      expect(errorMs()).toBeLessThanOrEqual(0)
      expect(errorMs()).toBeGreaterThan(-slept - 500)
      expect(clock.needsSync).toBe(true)
    }
  })

  it('wants to be set again when it is old', async () => {
    const { clock, state } = world({ clock: { maxAgeMs: 60_000 } })
    await clock.sync()
    state.trueMs += 59_000
    expect(clock.needsSync).toBe(false)
    state.trueMs += 2_000
    expect(clock.needsSync).toBe(true)
  })

  it.each([301_000, -301_000])('refuses a time that is %s ms away, and stays as it was', async (lie) => {
    const { clock, errorMs } = world({ answer: (trueMs) => Math.floor(trueMs + lie) })
    expect(await codeOf(() => clock.sync())).toBe('CLOCK_UNTRUSTED')
    expect(errorMs()).toBe(0)
  })

  it('cannot be walked away step by step: the bound counts from the local clock', async () => {
    let lie = 0
    const { clock, state } = world({ answer: (trueMs) => Math.floor(trueMs + lie), clock: { cooldownMs: 0 } })
    for (lie = 0; lie <= 3_000_000; lie += 100_000) {
      await clock.sync().catch(() => false)
      expect(Math.abs(clock.now() - state.trueMs)).toBeLessThanOrEqual(300_000)
    }
  })

  it('keeps a good time when a later answer is forged', async () => {
    let lie = 0
    const { clock, errorMs, state } = world({
      skewMs: 90_000,
      answer: (trueMs) => trueMs + lie,
      clock: { cooldownMs: 0 },
    })
    await clock.sync()
    lie = 86_400_000
    state.trueMs += 1_000
    expect(await codeOf(() => clock.sync())).toBe('CLOCK_UNTRUSTED')
    expect(Math.abs(errorMs())).toBeLessThan(30)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, START + 0.5, String(START), undefined])(
    'takes %s for no answer',
    async (said) => {
      const { clock } = world({ answer: () => said as never })
      expect(await codeOf(() => clock.sync())).toBe('CLOCK_UNTRUSTED')
    },
  )

  it('takes answers that were too long on the way for none', async () => {
    const { clock } = world({ trips: [[3_000, 3_000]] })
    expect(await codeOf(() => clock.sync())).toBe('CLOCK_UNTRUSTED')
  })

  it('is content with one good answer among failures, and names the cause where there is none', async () => {
    let calls = 0
    const some = serverClock({
      source: async () => {
        if (calls++ !== 2) throw new Error('unreachable')
        return Date.now()
      },
    })
    expect(await some.sync()).toBe(false)
    expect(some.needsSync).toBe(false)
    const none = serverClock({ source: () => Promise.reject(new Error('unreachable')) })
    await expect(none.sync()).rejects.toMatchObject({ code: 'CLOCK_UNTRUSTED', cause: { message: 'unreachable' } })
  })

  it('asks once for many callers, and not again before the cooldown is over', async () => {
    const { clock, state } = world({ skewMs: 9_000, clock: { samples: 3, cooldownMs: 30_000 } })
    expect(await Promise.all([clock.sync(), clock.sync(), clock.sync()])).toEqual([true, true, true])
    expect(state.asked).toBe(3)
    expect(await clock.sync()).toBe(false)
    expect(state.asked).toBe(3)
    state.trueMs += 30_000
    expect(await clock.sync()).toBe(false)
    expect(state.asked).toBe(6)
  })

  it.each([
    { samples: 0 },
    { samples: 21 },
    { samples: 1.5 },
    { maxCorrectionMs: -1 },
    { maxCorrectionMs: Number.POSITIVE_INFINITY },
    { maxCorrectionMs: Number.NaN },
    { cooldownMs: Number.NaN },
  ])('the options %o are refused', async (options) => {
    expect(await codeOf(() => serverClock({ source: async () => 0, ...options }))).toBe('CONFIG_INVALID')
  })
})

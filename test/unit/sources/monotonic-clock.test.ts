import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { AuditEvent } from '../../../src/server/audit-event.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import {
  type MonotonicClock,
  type MonotonicClockOptions,
  monotonicClock,
} from '../../../src/sources/monotonic-clock.js'
import { codeOf, withCode } from '../../expect-code.js'
import { hmac, signedBy, verifierWith } from './clock-world.js'

const T0 = 1_790_000_000_000

/** A machine with both clocks, and the clock under test. */
function machine(options: MonotonicClockOptions = {}) {
  const time = { wall: T0, ticks: 10_000 }
  const clock: MonotonicClock = monotonicClock({ wall: () => time.wall, monotonic: () => time.ticks, ...options })
  return {
    clock,
    time,
    pass: (ms: number) => {
      time.wall += ms
      time.ticks += ms
    },
    set: (ms: number) => {
      time.wall += ms
    },
  }
}

describe('monotonicClock', () => {
  it('is the wall clock as long as that only runs and is slewed', () => {
    const { clock, pass, set, time } = machine()
    for (const slew of [0, 300, -300, 900, -900, 5, -400]) {
      pass(2_000)
      set(slew)
      expect(clock.safe()).toBe(true)
      expect(clock.now()).toBe(time.wall)
    }
    expect(clock.problem()).toBeUndefined()
  })

  it.each([
    [-70_000, 69_000],
    [-1_001, 1],
    [-3_600_000, 3_599_000],
  ])('set back by %d ms is unsafe for %d ms, and its time stands still', (step, waitMs) => {
    const { clock, pass, set, time } = machine()
    pass(1_000)
    const before = clock.now()
    set(step)
    expect(clock.safe()).toBe(false)
    expect(clock.problem()).toMatchObject({ stepMs: step, retryAfterMs: waitMs, wallMs: time.wall })
    pass(waitMs - 1)
    expect([clock.safe(), clock.now()]).toEqual([false, before])
    pass(1)
    expect([clock.safe(), clock.now()]).toEqual([true, before])
    pass(5_000)
    expect(clock.now()).toBe(time.wall)
  })

  it('notices a step back that many small ones make, and one between two readings', () => {
    const small = machine()
    for (let i = 0; i < 3; i++) {
      expect(small.clock.safe()).toBe(true)
      small.set(-400)
    }
    expect(small.clock.safe()).toBe(false)
    const slept = machine()
    slept.pass(100_000)
    slept.set(-70_000)
    expect(slept.clock.problem()).toMatchObject({ stepMs: -70_000, retryAfterMs: 69_000 })
  })

  it('is right ten seconds after a moment in which it was ahead', () => {
    const { clock, pass, set, time } = machine()
    pass(1_000)
    set(240_000)
    expect([clock.safe(), clock.now()]).toEqual([true, time.wall])
    pass(30_000)
    expect(clock.now()).toBe(time.wall)
    set(-240_000)
    expect(clock.problem()).toMatchObject({ stepMs: -240_000, retryAfterMs: 10_000 })
    pass(9_999)
    expect(clock.safe()).toBe(false)
    pass(1)
    expect([clock.safe(), clock.now()]).toEqual([true, time.wall])
  })

  it('recognizes each of several steps that are taken back one after the other', () => {
    const { clock, pass, set, time } = machine()
    for (const step of [20_000, 30_000, 40_000]) {
      set(step)
      expect(clock.safe()).toBe(true)
    }
    for (const step of [-40_000, -30_000, -20_000]) {
      set(step)
      expect(clock.safe()).toBe(false)
      pass(10_000)
      expect([clock.safe(), clock.now()]).toEqual([true, time.wall])
    }
  })

  it('does not take another step back for the correction of an earlier one', () => {
    const { clock, pass, set } = machine()
    set(240_000)
    expect(clock.safe()).toBe(true)
    set(-200_000)
    expect(clock.problem()).toMatchObject({ retryAfterMs: 199_000 })
    pass(20_000)
    expect(clock.safe()).toBe(false)
    // And while it is still being set, the ten seconds begin anew.
    set(-40_000)
    expect(clock.problem()).toMatchObject({ retryAfterMs: 10_000 })
    pass(5_000)
    set(3_000)
    expect(clock.safe()).toBe(false)
    set(-3_000)
    expect(clock.problem()).toMatchObject({ retryAfterMs: 10_000 })
    pass(10_000)
    expect(clock.safe()).toBe(true)
  })

  it('trusts a machine that slept for hours when its time has held for ten seconds', () => {
    const { clock, pass, set, time } = machine()
    pass(1_000)
    // The monotonic clock stood still.
    set(8 * 3_600_000)
    expect(clock.problem()).toMatchObject({ stepMs: 8 * 3_600_000, retryAfterMs: 10_000 })
    pass(9_000)
    expect(clock.safe()).toBe(false)
    pass(1_000)
    expect([clock.safe(), clock.now()]).toEqual([true, time.wall])
    set(-8 * 3_600_000)
    expect(clock.safe()).toBe(false)
    pass(10_000)
    expect([clock.safe(), clock.now()]).toEqual([true, time.wall])
  })

  it('forgets a step far ahead that is corrected before it has held', () => {
    const { clock, pass, set, time } = machine()
    set(3_600_000)
    expect(clock.safe()).toBe(false)
    pass(3_000)
    set(-3_600_000)
    expect([clock.safe(), clock.now()]).toEqual([true, time.wall])
  })

  it('is what an operator confirms, at once and in both directions', () => {
    for (const step of [-70_000, 3_600_000]) {
      const { clock, set, time } = machine()
      set(step)
      expect(clock.safe()).toBe(false)
      clock.confirm()
      expect([clock.safe(), clock.now(), clock.problem()]).toEqual([true, time.wall, undefined])
    }
  })

  it('is unsafe while the wall clock answers nonsense', () => {
    const { clock, time, pass } = machine()
    time.wall = Number.NaN
    expect(clock.safe()).toBe(false)
    expect(clock.problem()?.retryAfterMs).toBe(10_000)
    time.ticks += 60_000
    expect([clock.safe(), clock.now()]).toEqual([false, T0])
    time.wall = T0 + 60_000
    pass(0)
    expect([clock.safe(), clock.now()]).toEqual([true, T0 + 60_000])
  })

  it('is the clock of this machine where no other is given', () => {
    vi.useFakeTimers({ now: T0 })
    onTestFinished(() => void vi.useRealTimers())
    const clock = monotonicClock()
    for (const ms of [0, 5_000, 3_600_000]) {
      vi.advanceTimersByTime(ms)
      expect([clock.safe(), clock.now()]).toEqual([true, Date.now()])
    }
    vi.setSystemTime(Date.now() - 70_000)
    expect(clock.problem()).toMatchObject({ stepMs: -70_000, retryAfterMs: 69_000 })
  })

  it('follows a step forward of the length that is allowed, and no longer one', () => {
    for (const maxStepMs of [1_000, 60_000, 86_400_000]) {
      const followed = machine({ maxStepMs })
      followed.set(maxStepMs)
      expect([followed.clock.safe(), followed.clock.now()]).toEqual([true, T0 + maxStepMs])
      const doubted = machine({ maxStepMs })
      doubted.pass(500)
      doubted.set(maxStepMs + 1)
      expect([doubted.clock.safe(), doubted.clock.now()]).toEqual([false, T0])
      expect(doubted.clock.problem()).toMatchObject({ stepMs: maxStepMs + 1, retryAfterMs: 10_000 })
    }
  })

  it('remembers the longest step that is followed, whose correction it recognizes', () => {
    const { clock, set } = machine()
    set(300_000)
    expect(clock.safe()).toBe(true)
    set(-300_000)
    expect(clock.problem()?.retryAfterMs).toBe(10_000)
  })

  it('remembers steps, and neither the readings after them nor what clocks are slewed by', () => {
    for (const slew of [0, 1_000]) {
      const { clock, pass, set } = machine()
      set(240_000)
      for (let i = 0; i < 20; i++) {
        expect(clock.safe()).toBe(true)
        pass(100)
        set(slew)
      }
      expect(clock.safe()).toBe(true)
      set(-240_000 - 20 * slew)
      expect(clock.problem()?.retryAfterMs).toBe(10_000)
    }
  })

  it('shows the wall clock where that is slewed back, by a second at most', () => {
    for (const [ms, slew] of [
      [2_000, -1_000],
      [1_000, -1_000],
      [500, -400],
      [1_500, -900],
    ] as const) {
      const { clock, pass, set, time } = machine()
      pass(ms)
      set(slew)
      expect([clock.safe(), clock.now()]).toEqual([true, time.wall])
    }
  })

  it('is right at once where a step that was too long is set back to one that is followed', () => {
    const { clock, set, time } = machine()
    set(300_001)
    expect(clock.safe()).toBe(false)
    set(-1)
    expect([clock.safe(), clock.now()]).toEqual([true, time.wall])
  })

  it('has let pass what passed before a step back was seen', () => {
    const { clock, pass, set } = machine()
    pass(100_000)
    set(-70_000)
    expect(clock.now()).toBe(T0 + 100_000)
    pass(5_000)
    expect(clock.now()).toBe(T0 + 100_000)
  })

  it('shows whole milliseconds, though monotonic clocks have parts of them', () => {
    const { clock, pass, set, time } = machine()
    pass(1_000)
    time.ticks += 0.75
    set(-70_000)
    expect(clock.problem()).toEqual({ stepMs: -70_001, retryAfterMs: 69_000, wallMs: time.wall })
    expect(clock.now()).toBe(T0 + 1_000)
    const settling = machine()
    settling.set(3_600_000)
    expect(settling.clock.safe()).toBe(false)
    settling.time.ticks += 0.25
    expect(settling.clock.problem()?.retryAfterMs).toBe(10_000)
  })

  it('reports the step that began an episode, whatever is set after it', () => {
    const { clock, set } = machine()
    set(-70_000)
    expect(clock.problem()?.stepMs).toBe(-70_000)
    set(-30_000)
    expect(clock.problem()).toMatchObject({ stepMs: -70_000, retryAfterMs: 99_000 })
  })

  it('is right again as soon as it has caught up, where that is before ten seconds', () => {
    const { clock, pass, set } = machine()
    set(5_000)
    expect(clock.safe()).toBe(true)
    set(-5_000)
    expect(clock.problem()?.retryAfterMs).toBe(4_000)
    pass(4_000)
    expect([clock.safe(), clock.now()]).toEqual([true, T0 + 5_000])
  })

  it('counts ten seconds through corrections of a second, and anew after a larger one', () => {
    for (const [slew, leftMs] of [
      [1_000, 5_000],
      [-1_000, 5_000],
      [1_001, 10_000],
      [-1_001, 10_000],
    ] as const) {
      const { clock, pass, set } = machine()
      set(3_600_000)
      expect(clock.safe()).toBe(false)
      pass(5_000)
      set(slew)
      expect(clock.problem()?.retryAfterMs).toBe(leftMs)
    }
  })

  it('takes a step back for a correction where it ends within a second of the time before', () => {
    for (const [off, leftMs] of [
      [1_000, 10_000],
      [-1_000, 10_000],
      [1_001, 237_999],
      [-1_001, 240_001],
    ] as const) {
      const { clock, set } = machine()
      set(240_000)
      expect(clock.safe()).toBe(true)
      set(off - 240_000)
      expect(clock.problem()?.retryAfterMs).toBe(leftMs)
    }
  })

  it('remembers the last eight steps forward, and none before them', () => {
    for (const [steps, leftMs] of [
      [8, 10_000],
      [9, 179_000],
    ] as const) {
      const { clock, set } = machine()
      for (let i = 0; i < steps; i++) {
        set(20_000)
        expect(clock.safe()).toBe(true)
      }
      set(-20_000 * steps)
      expect(clock.problem()?.retryAfterMs).toBe(leftMs)
    }
  })

  it('forgets with a confirmation what was before it, and starts from both clocks as they are then', () => {
    const { clock, pass, set, time } = machine()
    set(240_000)
    expect(clock.safe()).toBe(true)
    pass(50_000)
    clock.confirm()
    pass(1_000)
    expect([clock.safe(), clock.now()]).toEqual([true, time.wall])
    set(-240_000)
    expect(clock.problem()?.retryAfterMs).toBe(239_000)
    pass(7_000)
    clock.confirm()
    expect([clock.now(), clock.safe()]).toEqual([time.wall, true])
  })

  it('refuses a clock that is none, that answers in seconds, and an option that it does not have', () => {
    const refused = (options: object, text: string) =>
      expect(() => monotonicClock(options)).toThrow(withCode('CONFIG_INVALID', text))
    refused({ wall: T0 }, '"wall"')
    refused({ monotonic: 5 }, '"monotonic"')
    refused({ wall: () => T0 / 1_000 }, '"wall" must answer')
    refused({ maxStep: 1_000 }, 'did you mean "maxStepMs"')
  })

  it('never goes back while it is safe, and never stays away, whatever is done to the wall clock', () => {
    let state = 11
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return (state >>> 8) % below
    }
    for (let run = 0; run < 200; run++) {
      const { clock, pass, set, time } = machine()
      let episode = false
      let last = clock.now()
      for (let i = 0; i < 50; i++) {
        pass(random(3_000))
        if (random(4) === 0) set(random(600_000) - 300_000)
        const safe = clock.safe()
        const now = clock.now()
        // Back only where an episode has ended by itself, and then to what the wall clock shows.
        if (now < last) expect([episode, safe, now]).toEqual([true, true, time.wall])
        if (safe) expect(Math.abs(now - time.wall)).toBeLessThanOrEqual(1_000)
        episode = !safe
        last = now
      }
      // Left alone, it is safe again when the time of the largest step has passed.
      const { retryAfterMs = 0 } = clock.problem() ?? {}
      pass(retryAfterMs)
      pass(10_000)
      expect([clock.safe(), Math.abs(clock.now() - time.wall) <= 1_000]).toEqual([true, true])
    }
  })

  it('refuses a step that cannot be meant', () => {
    for (const maxStepMs of [0, 999, 1.5, Number.NaN, 86_400_001, '300000' as never])
      expect(
        codeOf(() => monotonicClock({ maxStepMs })),
        String(maxStepMs),
      ).toBe('CONFIG_INVALID')
  })
})

describe('a verifier and its clock', () => {
  it('emits one event for the beginning of an episode and one for its end', async () => {
    const { clock, pass, set, time } = machine()
    const events: AuditEvent[] = []
    const verifier = verifierWith({ clock, replay: memoryReplayStore({ restartBarrier: false, clock }), events })
    const judge = async () => verifier.verify(await signedBy(hmac, time.wall))
    await judge()
    set(-70_000)
    for (let i = 0; i < 3; i++) await judge()
    pass(69_000)
    for (let i = 0; i < 3; i++) await judge()
    expect(events.map(({ event }) => event)).toEqual([
      ...['auth.ok', 'clock.unsafe', 'clock.jump', 'clock.jump', 'clock.jump'],
      ...['clock.recovered', 'auth.ok', 'auth.ok', 'auth.ok'],
    ])
    expect(events[1]).toMatchObject({
      code: 'CLOCK_UNSAFE',
      outcome: 'error',
      time: new Date(T0 - 70_000).toISOString(),
      data: { stepMs: -70_000, retryAfterMs: 69_000 },
    })
    expect(events[2]?.detail).toBe('the clock of this machine was set back by 70000 ms')
  })

  it('says by how much a time is off, to the audit trail and not to the client', async () => {
    const events: AuditEvent[] = []
    const verifier = verifierWith({
      clock: { now: () => T0 },
      replay: memoryReplayStore({ restartBarrier: false }),
      events,
    })
    const late = await verifier.verify(await signedBy(hmac, T0 - 361_000))
    const early = await verifier.verify(await signedBy(hmac, T0 + 9_000))
    expect([late, early]).toMatchObject([
      { code: 'TIMESTAMP_EXPIRED', detail: 'signed 361000 ms ago by the clock of this server, 300000 are allowed' },
      { code: 'TIMESTAMP_FUTURE', detail: 'signed 9000 ms ahead of the clock of this server, 5000 are allowed' },
    ])
    expect(events.map(({ tsSkewMs }) => tsSkewMs)).toEqual([361_000, -9_000])
  })
})

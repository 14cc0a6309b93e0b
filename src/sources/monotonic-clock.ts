import { assertInteger, assertOptions, type OptionNames } from '../errors.js'
import { assertParts, assertUnit, MONOTONIC, WALL } from '../support/asked.js'

/** What time it is, milliseconds since the epoch. */
export interface Clock {
  /** The time in milliseconds since the epoch. */
  now(): number
  /** False while the time cannot be trusted; a verifier then refuses with `CLOCK_UNSAFE`. Default: always safe. */
  safe?(): boolean
  /** What is wrong while {@link Clock.safe} is false: for the answer's `Retry-After` and the audit trail. */
  problem?(): ClockProblem | undefined
}

/** Why a clock is not safe. */
export interface ClockProblem {
  /** By how much the wall clock was set: negative for back. */
  readonly stepMs: number
  /** Milliseconds until the clock is safe again by itself, if nothing else happens. */
  readonly retryAfterMs: number
  /** What the wall clock shows now. */
  readonly wallMs: number
}

/** Time that does not go back unnoticed. */
export interface MonotonicClock extends Clock {
  safe(): boolean
  problem(): ClockProblem | undefined
  /** Trust the wall clock as it is now, after a step that was meant. */
  confirm(): void
}

/** Options of {@link monotonicClock}. */
export interface MonotonicClockOptions {
  /** A larger step forward makes the clock unsafe until it has held. Default 300 000. */
  readonly maxStepMs?: number
  /** Default `Date.now`. */
  readonly wall?: () => number
  /** Milliseconds that never jump. Default `performance.now`. */
  readonly monotonic?: () => number
}

const KNOWN: OptionNames<MonotonicClockOptions> = { maxStepMs: 1, wall: 1, monotonic: 1 }

// A wall clock further behind the monotonic one than this was set back, not corrected (NTP slews 0.5 ms a second).
const SLEW_MS = 1_000
/** A time that was doubted and has run evenly for so long is not a glitch. */
const SETTLE_MS = 10_000
/** Steps forward that are remembered, so that their correction is recognized. */
const MAX_LINES = 8
const NO_LINES: ReadonlyArray<Readonly<Line>> = []

/** Wall clock and monotonic clock, read together. */
interface Line {
  wallMs: number
  ticks: number
}

interface Doubt {
  readonly stepMs: number
  /** What the wall clock has shown since, as long as it runs evenly. */
  readonly line: Readonly<Line>
}

const onLine = ({ wallMs, ticks }: Readonly<Line>, atTicks: number): number => wallMs + (atTicks - ticks)

/**
 * The wall clock, checked against a monotonic one. While it is {@link MonotonicClock.safe}, `now()` never goes back.
 *
 * - **Set back** by more than a second: unsafe, because a window that is moved back lets replays in again. It becomes safe when
 *   the wall clock has caught up with the time it had before (a step of 70 s takes 70 s). After a step forward that is
 *   corrected (+240 s, then -240 s) the wall clock agrees again with the monotonic one as it was before the step, and it is
 *   safe when that has held for 10 s.
 * - **Set forward** by up to `maxStepMs`: followed; the window only closes. By more, which is also what a machine shows that
 *   slept, because most monotonic clocks stop meanwhile: unsafe until the new time has held for 10 s.
 * - {@link MonotonicClock.confirm} ends either at once, for an operator who set the clock.
 *
 * Nonces outlive all of it: memory and PostgreSQL keep them by the time that was signed, and a Redis store refuses what lies
 * outside the window by Redis' own time.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a `maxStepMs` that is not an integer from 1 000 to a day.
 * @example
 * ```ts
 * import { monotonicClock } from 'countersign/server'
 *
 * const clock = monotonicClock({ maxStepMs: 300_000 })
 * process.on('SIGUSR2', () => clock.confirm())
 * ```
 */
export function monotonicClock(options: MonotonicClockOptions = {}): MonotonicClock {
  assertOptions('monotonicClock', options, KNOWN)
  const { maxStepMs = 300_000, wall = Date.now, monotonic = () => performance.now() } = options
  assertParts('monotonicClock', options, WALL, MONOTONIC)
  assertUnit('monotonicClock: ', { now: wall }, '"wall" must answer')
  assertInteger('maxStepMs', maxStepMs, SLEW_MS, 86_400_000)
  // Changed in place, and no object is made to return from a reading: a verifier reads the clock four times a request.
  /** The two clocks as they were last read. */
  const now: Line = { wallMs: wall(), ticks: monotonic() }
  /** The two clocks as they were last trusted. */
  const line: Line = { ...now }
  /** Where the wall clock would be without each of its last steps forward. */
  let earlier = NO_LINES
  const last = { ms: now.wallMs }
  let doubt: Doubt | undefined

  /** Trusts the clocks as they were last read. */
  const trust = (before: ReadonlyArray<Readonly<Line>>): void => {
    line.wallMs = now.wallMs
    line.ticks = now.ticks
    earlier = before
    doubt = undefined
  }
  const stepped = (): ReadonlyArray<Readonly<Line>> => [{ ...line }, ...earlier].slice(0, MAX_LINES)

  /** Reads both clocks; how long it will take until the wall clock is trusted, 0 while it is. */
  const read = (): number => {
    now.wallMs = wall()
    now.ticks = monotonic()
    const expected = onLine(line, now.ticks)
    const stepMs = now.wallMs - expected
    // Asked for what is right, so that a NaN can only ever be unsafe.
    if (doubt === undefined && stepMs >= -SLEW_MS && stepMs <= maxStepMs && now.wallMs >= last.ms - SLEW_MS) {
      // Small differences are how clocks are corrected; following them keeps the two from drifting apart for ever.
      trust(stepMs > SLEW_MS ? stepped() : earlier)
      last.ms = Math.max(last.ms, now.wallMs)
      return 0
    }
    if (doubt === undefined) {
      // What passed since the last look has passed, whatever the wall clock shows.
      if (!(stepMs > maxStepMs)) last.ms = Math.max(last.ms, Math.floor(expected))
      doubt = { stepMs: Math.round(stepMs), line: { ...now } }
    } else if (!(Math.abs(now.wallMs - onLine(doubt.line, now.ticks)) <= SLEW_MS))
      doubt = { ...doubt, line: { ...now } }
    const settleMs = SETTLE_MS - (now.ticks - doubt.line.ticks)
    if (now.wallMs >= last.ms - SLEW_MS) {
      const ahead = now.wallMs > expected + maxStepMs
      if (ahead && settleMs > 0) return settleMs
      trust(ahead ? stepped() : earlier)
      last.ms = Math.max(last.ms, now.wallMs)
      return 0
    }
    const caughtUpMs = last.ms - SLEW_MS - now.wallMs
    const same = earlier.findIndex((one) => Math.abs(now.wallMs - onLine(one, now.ticks)) <= SLEW_MS)
    if (same === -1) return caughtUpMs
    if (settleMs > 0) return Math.min(caughtUpMs, settleMs)
    trust(earlier.slice(same + 1))
    last.ms = now.wallMs
    return 0
  }

  return {
    now: () => {
      read()
      return last.ms
    },
    safe: () => {
      read()
      return doubt === undefined
    },
    problem: () => {
      const waitMs = read()
      if (doubt === undefined) return undefined
      const { wallMs } = now
      return { stepMs: doubt.stepMs, retryAfterMs: Number.isFinite(waitMs) ? Math.ceil(waitMs) : SETTLE_MS, wallMs }
    },
    confirm: () => {
      now.wallMs = wall()
      now.ticks = monotonic()
      trust(NO_LINES)
      last.ms = now.wallMs
    },
  }
}

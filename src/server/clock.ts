/** What time it is, milliseconds since the epoch. */
export interface Clock {
  now(): number
  /** False after a jump that makes the window meaningless, until somebody confirms it. Default: always safe. */
  safe?(): boolean
}

/** Time that never goes back. */
export interface GuardedClock extends Clock {
  safe(): boolean
  /** Accept the current wall time after a jump. */
  confirm(): void
}

// A wall clock further behind the monotonic one than this was set back, not corrected.
const SLEW_MS = 1_000

/**
 * The wall clock, held to a monotonic one: a step back does not move the window back (replays would fit in again), and a
 * step forward beyond `maxStepMs` makes the clock unsafe until {@link GuardedClock.confirm}, because entries would be
 * forgotten early.
 *
 * @example
 * ```ts
 * import { guardedClock } from 'countersign/server'
 *
 * const clock = guardedClock({ maxStepMs: 300_000 })
 * ```
 */
export function guardedClock(
  options: { readonly maxStepMs?: number; readonly wall?: () => number; readonly monotonic?: () => number } = {},
): GuardedClock {
  const { maxStepMs = 300_000, wall = Date.now, monotonic = () => performance.now() } = options
  let anchorWall = wall()
  let anchorMonotonic = monotonic()
  let last = anchorWall
  let unsafe = false
  const now = (): number => {
    const seen = wall()
    const ticks = monotonic()
    const expected = anchorWall + (ticks - anchorMonotonic)
    if (seen > expected + maxStepMs) unsafe = true
    if (!unsafe && seen >= expected - SLEW_MS) {
      // Small differences are how clocks are corrected; following them keeps the two from drifting apart for ever.
      anchorWall = seen
      anchorMonotonic = ticks
      last = Math.max(last, seen)
    } else last = Math.max(last, Math.floor(expected))
    return last
  }
  return {
    now,
    safe: () => {
      now()
      return !unsafe
    },
    confirm: () => {
      anchorWall = wall()
      last = anchorWall
      anchorMonotonic = monotonic()
      unsafe = false
    },
  }
}

import { utf8 } from '../../src/crypto/encoding.js'
import { CASES, type Comparison, EARLY_EXIT, type TimedCase } from './cases.js'
import { LEAKS, SUSPECT, type Times, worstT } from './welch.js'

/** One comparison that was measured. */
export interface Timed {
  readonly name: string
  readonly file: string
  /** Of all runs, the t that is nearest to zero: what leaks, leaks each time. */
  readonly t: number
  readonly runs: number
  readonly measurements: number
  /** Nanoseconds a call, at the median. */
  readonly median: number
}

/** Calls that are timed together, because one is shorter than the clock is fine. */
const TOGETHER = 24
const WARM_UP = 4_000
const SLOTS = 64

/** A value that is right except for its last bit. Each slot has a separate copy, so that none lies better in a cache. */
function nearlyRight({ right, compare }: Comparison): readonly Uint8Array[] {
  const wrong = right.slice()
  wrong[wrong.length - 1] = (wrong[wrong.length - 1] as number) ^ 1
  if (compare(right.slice()) !== true || compare(wrong) !== false)
    throw new Error('a comparison must take the right value and refuse another one')
  return Array.from({ length: SLOTS }, () => wrong.slice())
}

/**
 * Two secrets, and for each a value that is nearly right. Both classes hold both values to both secrets: `near` each value to
 * its own secret, `far` to the other one. Nothing but that relation differs, so a value that is slow to read by itself, or a
 * secret that lies badly in memory, is in both. The order is random, so that what changes slowly on the machine meets both, too.
 */
function timesOf(timed: TimedCase, measurements: number): Times {
  const sides = ['b', 'm'].map((first) => timed.with(utf8(`${first}ezxuwqkjvhdpolsnfytgcraibmeox${first}q`)))
  const values = sides.map(nearlyRight)
  const order = crypto.getRandomValues(new Uint8Array(65_536))
  const times = { near: new Float64Array(measurements), far: new Float64Array(measurements) }
  const counts = { near: 0, far: 0 }
  let accepted = 0
  for (let i = 0; i < measurements + WARM_UP; i++) {
    const drawn = order[i % order.length] as number
    const [side, which] = [drawn & 1, (drawn & 2) === 0 ? 'near' : 'far'] as const
    const { compare } = sides[side] as Comparison
    const value = (values[which === 'near' ? side : 1 - side] as readonly Uint8Array[])[i % SLOTS] as Uint8Array
    const started = process.hrtime.bigint()
    for (let call = 0; call < TOGETHER; call++) if (compare(value) === true) accepted++
    const took = Number(process.hrtime.bigint() - started)
    if (i >= WARM_UP) times[which][counts[which]++] = took
  }
  if (accepted > 0) throw new Error(`${timed.name}: a wrong value was accepted`)
  return { near: times.near.subarray(0, counts.near), far: times.far.subarray(0, counts.far) }
}

/** Measures again, up to five times, as long as the two classes seem to differ. */
function measured(timed: TimedCase, measurements: number, runs: number): Timed {
  const { name, file } = timed
  let best: { t: number; median: number } | undefined
  let run = 0
  while (run < runs && (best === undefined || Math.abs(best.t) >= SUSPECT)) {
    run++
    const times = timesOf(timed, measurements)
    const t = worstT(times)
    const all = Float64Array.from([...times.near, ...times.far]).sort()
    const median = (all[all.length >> 1] as number) / TOGETHER
    if (best === undefined || Math.abs(t) < Math.abs(best.t)) best = { t, median }
  }
  return { name, file, runs: run, measurements, ...(best as { t: number; median: number }) }
}

/** What was found: the control first, without which the rest means nothing. */
export function* timings(measurements: number): Iterable<{ timed: Timed; isControl: boolean }> {
  yield { timed: measured(EARLY_EXIT, measurements, 1), isControl: true }
  for (const one of CASES) yield { timed: measured(one, measurements, 5), isControl: false }
}

export { LEAKS, SUSPECT }

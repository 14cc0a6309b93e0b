import { expect } from 'vitest'
import { cpuMs } from '../cpu-time.js'

/** The shortest of some runs, in milliseconds: everything above it is what the machine did besides. */
export async function bestMs(call: () => unknown, runs: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < runs; run++) {
    const started = cpuMs()
    await call()
    best = Math.min(best, cpuMs() - started)
  }
  return best
}

// Below this the clock and the call itself are what is measured.
const FLOOR_MS = 0.05

/**
 * Asserts that ten times the input takes at most twelve times as long. Measured up to five times, because a pause of the
 * machine makes anything slow; a quadratic step is slow every time.
 */
export async function linear(make: (size: number) => () => unknown, size: number): Promise<void> {
  const [small, large] = [make(size), make(10 * size)]
  let ratio = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 5 && ratio > 12; attempt++) {
    const base = Math.max(FLOOR_MS, await bestMs(small, 15))
    ratio = Math.min(ratio, (await bestMs(large, 7)) / base)
  }
  expect(ratio).toBeLessThanOrEqual(12)
}

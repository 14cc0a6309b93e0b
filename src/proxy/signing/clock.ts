import type { Service } from '../../schemes/scheme.js'
import type { Clock } from '../../sources/sources.js'

const MAX_CORRECTION_MS = 300_000
/** `Date` is exact to a second, and an answer is under way for a while. */
const MATERIAL_MS = 2_000
/** Of several requests under way one moves the clock. The others were signed before that, and are worth signing again too. */
const UNDER_WAY_MS = 5_000

/** What a refusal shows of the server's clock. */
interface Refusal {
  readonly status: number
  readonly headers: { get(name: string): string | null }
}

/**
 * This machine's clock until a 401 states a time that differs: then the server's, by at most five minutes. A 401 comes from in
 * front of the handler, so that what it refused was not executed and may be sent once more.
 */
export function refusalClock(
  nowMs: () => number = Date.now,
): { readonly clock: Clock } & Pick<Service, 'isClockError'> {
  let offsetMs = 0
  let movedAtMs = Number.NEGATIVE_INFINITY
  let moved = false
  return {
    clock: { now: () => nowMs() + offsetMs, sync: async () => moved },
    isClockError: (response: Refusal) => {
      if (response.status !== 401) return false
      const now = nowMs()
      const correctionMs = Date.parse(response.headers.get('date') ?? '') - now
      // NaN is no correction either.
      if (!(Math.abs(correctionMs) <= MAX_CORRECTION_MS)) return false
      const differs = Math.abs(correctionMs - offsetMs) >= MATERIAL_MS
      if (differs) {
        offsetMs = Math.abs(correctionMs) < MATERIAL_MS ? 0 : correctionMs
        movedAtMs = now
      }
      moved = differs || now - movedAtMs < UNDER_WAY_MS
      return moved
    },
  }
}

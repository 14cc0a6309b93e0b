import type { ExchangeSpec, LearningClock } from '../spec/spec.js'

const MAX_CORRECTION_MS = 300_000
const MATERIAL_MS = 1_000
// Of several requests under way one moves the clock. The others were signed before that, and are worth signing again too.
const UNDER_WAY_MS = 5_000

/**
 * This machine's clock, until the exchange refuses a time: then the moment the refusal itself states in its `Date` field, which
 * lies up to a second in the past. Late is right: exchanges forgive the past five seconds and more, the future one.
 */
export function learningClock({ clock }: ExchangeSpec): LearningClock {
  let offsetMs = 0
  let movedAtMs = Number.NEGATIVE_INFINITY
  let moved = false
  return {
    clock: {
      now: () => Date.now() + offsetMs,
      sync: async () => moved,
    },
    isClockError: async (response) => {
      if (clock === undefined || (response.ok && clock.status200 !== true)) return false
      const text = await startOf(response)
      if (!clock.error.test(text)) return false
      const nowMs = Date.now()
      const correctionMs = Date.parse(response.headers.get('date') ?? '') - nowMs
      // NaN is no correction either.
      const accepted = Math.abs(correctionMs) <= MAX_CORRECTION_MS
      if (accepted && Math.abs(correctionMs - offsetMs) >= MATERIAL_MS / 2) {
        offsetMs = correctionMs
        movedAtMs = nowMs
      }
      moved = accepted && Math.abs(nowMs - movedAtMs) < UNDER_WAY_MS
      return true
    },
  }
}

/** The first piece of an answer's body, read from a copy: refusals are short. */
async function startOf(response: Response): Promise<string> {
  const reader = response.clone().body?.getReader()
  if (reader === undefined) return ''
  const { value } = await reader.read()
  reader.cancel().catch(() => {})
  return new TextDecoder().decode(value?.subarray(0, 4096))
}

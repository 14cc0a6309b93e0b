import type { Clock, Service } from '../../../scheme.js'
import type { VenueSpec } from '../spec.js'

const MAX_CORRECTION_MS = 300_000
const MATERIAL_MS = 1_000

/**
 * This machine's clock, until the venue refuses a time: then the moment the refusal itself states in its `Date` field, which
 * lies up to a second in the past. Late is right: venues forgive the past five seconds and more, the future one.
 */
export function learningClock({ clock }: VenueSpec): { readonly clock: Clock } & Pick<Service, 'blamesClock'> {
  let offsetMs = 0
  let moved = false
  return {
    clock: {
      now: () => Date.now() + offsetMs,
      sync: async () => moved,
    },
    blamesClock: async (response) => {
      if (clock === undefined || (response.ok && clock.hidden !== true)) return false
      const text = await startOf(response)
      if (!clock.error.test(text)) return false
      const correctionMs = Date.parse(response.headers.get('date') ?? '') - Date.now()
      // NaN is no correction either.
      moved = Math.abs(correctionMs) <= MAX_CORRECTION_MS && Math.abs(correctionMs - offsetMs) >= MATERIAL_MS / 2
      if (moved) offsetMs = correctionMs
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

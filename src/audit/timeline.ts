import type { AuditEvent } from '../server/audit-event.js'

/** One piece of time. */
export interface IncidentBucket {
  /** Its start, ISO 8601 in UTC. */
  readonly at: string
  /** Requests that were accepted. */
  readonly accepted: number
  /** Refused although the signature was valid. */
  readonly refused: number
  /** Refused, and the key was only named. */
  readonly claimed: number
}

/** When a key was used, for a chart. */
export interface IncidentTimeline {
  /** The length of a bucket: from a minute to four weeks, as the time that was asked about needs it. */
  readonly bucketMs: number
  /** Oldest first; those without any event are left out. */
  readonly buckets: readonly IncidentBucket[]
}

const MINUTE = 60_000
/** Each divides the next, so that buckets are joined and never cut. They begin at multiples since the epoch: whole hours and days of UTC. */
const WIDTHS = /* @__PURE__ */ [1, 5, 15, 60, 180, 720, 1_440, 10_080, 40_320].map((minutes) => minutes * MINUTE)
const MOST_BUCKETS = 240

type Counts = [accepted: number, refused: number, claimed: number]
const kindOf = ({ outcome, proven }: AuditEvent): 0 | 1 | 2 => (outcome === 'ok' ? 0 : proven === true ? 1 : 2)

/** Counts events into buckets, which become wider as the time they are spread over does. Its size is bounded. */
export function newTimeline(): { add(event: AuditEvent): void; timeline(): IncidentTimeline } {
  let buckets = new Map<number, Counts>()
  let width = 0
  const widthMs = (): number => WIDTHS[width] as number
  const bucketAt = (all: Map<number, Counts>, timeMs: number): Counts => {
    const at = Math.floor(timeMs / widthMs()) * widthMs()
    const counts = all.get(at) ?? [0, 0, 0]
    all.set(at, counts)
    return counts
  }
  const isTooLong = (): boolean => {
    if (buckets.size > MOST_BUCKETS) return true
    const times = [...buckets.keys()]
    return (Math.max(...times) - Math.min(...times)) / widthMs() > MOST_BUCKETS
  }
  const widen = (): void => {
    while (width < WIDTHS.length - 1 && isTooLong()) {
      width++
      const wider = new Map<number, Counts>()
      for (const [at, counts] of buckets) {
        const into = bucketAt(wider, at)
        counts.forEach((count, i) => {
          into[i as 0] += count
        })
      }
      buckets = wider
    }
  }
  return {
    add: (event) => {
      const timeMs = Date.parse(event.time)
      if (Number.isNaN(timeMs)) return
      const before = buckets.size
      bucketAt(buckets, timeMs)[kindOf(event)]++
      // The widest are four weeks, so this many are eighteen years.
      if (buckets.size > before) widen()
      if (buckets.size > MOST_BUCKETS) buckets.delete(buckets.keys().next().value as number)
    },
    timeline: () => ({
      bucketMs: widthMs(),
      buckets: [...buckets]
        .sort(([a], [b]) => a - b)
        .map(([at, [accepted, refused, claimed]]) => ({
          at: new Date(at).toISOString(),
          accepted,
          refused,
          claimed,
        })),
    }),
  }
}

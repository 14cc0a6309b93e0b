import { type ActivityReport, keyActivity } from '../../audit/activity.js'
import type { AuditEntry } from '../../audit/event.js'
import type { IncidentReport } from '../../audit/incident.js'
import type { ReadSince } from '../../audit/lane.js'
import type { AuditEvent } from '../../server/audit-event.js'
import type { Clock } from '../../sources/monotonic-clock.js'
import { refuse } from './refusal.js'

/** The parts of an audit log that a portal uses: `createAuditLog()` has them all where one of its sinks can be read. */
export interface PortalAudit {
  /**
   * The events, oldest first. Those before `sinceMs` (milliseconds since the epoch) need not be among them: a log that can leave them
   * out is read faster.
   */
  readonly read?: (options?: ReadSince) => AsyncIterable<AuditEvent>
  /** What a key was used for since a moment, in milliseconds since the epoch. */
  readonly incident?: (keyId: string, sinceMs: number) => Promise<IncidentReport>
  /** Called before reading, so that the last events are there. */
  flush?(): Promise<void>
  /** Takes what the portal refused: whose session asked for a key of another owner. */
  record?(entry: AuditEntry): void
}

/** What is known of the use of keys, and from when. */
export interface Activity extends ActivityReport {
  readonly asOfMs: number
}

/** The audit log as the routes of a portal read it. */
export interface Trail {
  readonly audit: PortalAudit | undefined
  /** So many days of all keys, from memory unless that is old. Nothing older is read. */
  activity(days?: number): Promise<Activity>
  /** One pass over all events, or over those from a time on. */
  pass<T>(job: (events: AsyncIterable<AuditEvent>) => Promise<T>, since?: ReadSince): Promise<T>
  /** The report of one key. */
  incident(keyId: string, sinceMs: number): Promise<IncidentReport>
}

/** Days of the page. */
const USUAL_DAYS = 30
/** What a query can ask for at most. */
export const MOST_DAYS = 90
const DAY = 86_400_000
const SHORTEST_MS = 15_000
/** Reading takes at most a twentieth of the time, however long the log is. */
const REST = 20
const MOST_PASSES = 4

/**
 * Reads a log for the portal with bounded load: the days of all keys come from one pass, which all who ask share and
 * which is repeated at most every 15 seconds, and after twenty times as long as it took. Other passes are four at a time.
 */
export function openTrail(audit: PortalAudit | undefined, clock: Clock): Trail {
  const known = new Map<number, { readonly activity: Promise<Activity>; staleAtMs: number }>()
  let passes = 0

  const read = async <T>(job: (events: AsyncIterable<AuditEvent>) => Promise<T>, since?: ReadSince): Promise<T> => {
    const source = audit?.read
    if (source === undefined) return refuse(404, undefined, 'there is no audit log to read here')
    await audit?.flush?.()
    return job(source(since))
  }
  const inTurn = async <T>(job: () => Promise<T>): Promise<T> => {
    if (passes >= MOST_PASSES) refuse(503, 'STORE_UNAVAILABLE', 'the audit log is being read: try again', 1_000)
    passes++
    try {
      return await job()
    } finally {
      passes--
    }
  }
  const count = async (days: number): Promise<Activity> => {
    const asOfMs = Math.floor(clock.now())
    const startedMs = performance.now()
    const sinceMs = asOfMs - days * DAY
    const report = await read((events) => keyActivity(events, { nowMs: asOfMs, days }), { sinceMs })
    const own = known.get(days)
    if (own !== undefined)
      own.staleAtMs = performance.now() + Math.max(SHORTEST_MS, REST * (performance.now() - startedMs))
    return { ...report, asOfMs }
  }
  return {
    audit,
    activity: (asked = USUAL_DAYS) => {
      const days = asked <= USUAL_DAYS ? USUAL_DAYS : MOST_DAYS
      const own = known.get(days)
      if (own !== undefined && performance.now() < own.staleAtMs) return own.activity
      const activity = count(days)
      // Until it has ended, all wait for this one.
      known.set(days, { activity, staleAtMs: Number.POSITIVE_INFINITY })
      activity.catch(() => known.delete(days))
      return activity
    },
    pass: (job, since) => inTurn(() => read(job, since)),
    incident: (keyId, sinceMs) =>
      inTurn(async () => {
        const report = await audit?.incident?.(keyId, sinceMs)
        return report ?? refuse(404, undefined, 'there is no audit log to read here')
      }),
  }
}

import { networkOf } from '../access/ip-address.js'
import { momentProblem } from '../access/moment-problem.js'
import { assertInteger, assertOptions, fail, mustBe, type OptionNames } from '../errors.js'
import type { AuditEvent } from '../server/audit-event.js'
import { type IncidentTimeline, newTimeline } from './timeline.js'

/** When something happened, how often, and with which answers: `ok`, or the code of a refusal. Times are ISO 8601. */
export interface IncidentUse {
  /** When it was first seen, ISO 8601. */
  readonly first: string
  /** When it was last seen, ISO 8601. */
  readonly last: string
  /** Events of the group. */
  readonly count: number
  /** Events by their outcome. */
  readonly outcomes: Readonly<Record<string, number>>
}

/** One way in which a key was used. */
export interface IncidentGroup extends IncidentUse {
  /** The address, where it is known. */
  readonly clientIp: string | undefined
  /** The `User-Agent`, where it is known. */
  readonly userAgent: string | undefined
  /** Method and path. */
  readonly route: string
}

/** What came from one network in the time of an incident. */
export interface IncidentNetwork extends IncidentUse {
  /** `203.0.113.0/24`, a `/48` of IPv6, or `unknown`. */
  readonly network: string
}

/** One kind of use. */
export interface IncidentPart {
  /** All of it as one; `undefined` where there was nothing. */
  readonly total: IncidentUse | undefined
  /** Most used first. */
  readonly groups: readonly IncidentGroup[]
  /** The same by network, the busiest first. */
  readonly networks: readonly IncidentNetwork[]
  /** Everything beyond the most groups that are kept. */
  readonly more: IncidentUse | undefined
}

/** The answer to: when and from where was this key used? */
export interface IncidentReport {
  /** The key in question. */
  readonly keyId: string
  /** The time asked about, ISO 8601. */
  readonly since: string
  /** The end of the time that was looked at, ISO 8601; `undefined` for now. */
  readonly until: string | undefined
  /** Use by a holder of the key: the signature was valid, whatever the answer was. */
  readonly proven: IncidentPart
  /** Requests that only named the key. Those can be sent without it, as often and from anywhere. */
  readonly claimed: IncidentPart
  /** The same over time, for a chart: accepted and refused of the proven use, and what was only claimed. */
  readonly timeline: IncidentTimeline
  /** The changes of the key, oldest first, at most 1 000 events. */
  readonly changes: readonly AuditEvent[]
  /** Events that were read, about whatever key. */
  readonly events: number
  /** Lines that were no events. */
  readonly corrupt: number
  /** Events that the log reports as lost in that time: the report is then not complete. */
  readonly lost: number
  /** True where only a share of the accepted requests was kept. Counts are of what was kept. */
  readonly sampled: boolean
}

/** Options of an incident report: until when, and how much is kept. */
export interface IncidentOptions {
  /** The end of the report, in milliseconds since the epoch. Default: the last event. */
  readonly untilMs?: number
  /** How many groups and networks are kept, of each kind of use. Default 10 000. */
  readonly maxGroups?: number
  /** Names the route of a request, for example with ids replaced. Default: method and path. */
  readonly route?: (event: AuditEvent) => string
}

/** Events in any order: of a memory log, of files, of a database. `corrupt` counts what could not be read. */
export type IncidentReader =
  | ((AsyncIterable<AuditEvent> | Iterable<AuditEvent>) & { readonly corrupt?: number })
  | { read(): AsyncIterable<AuditEvent> & { readonly corrupt?: number } }

interface Use {
  first: string
  last: string
  count: number
  readonly outcomes: Record<string, number>
}

const MOST_CHANGES = 1_000
const MOST_STRAGGLERS = 100
const MOST_OUTCOMES = 64

const KNOWN: OptionNames<IncidentOptions> = { untilMs: 1, maxGroups: 1, route: 1 }

/**
 * When and from where a key was used: by address, user agent and route, with first, last, count and outcomes.
 *
 * @param reader events, or what has them: `memoryAuditLog`, the log itself, `readAuditFiles`
 * @param sinceMs milliseconds since the epoch
 * @throws {CountersignError} `ARGUMENT_INVALID` for a time that is none; and what the reader throws.
 * @example
 * ```ts
 * import { incident, printIncident } from 'countersign/keyring'
 * import { readAuditFiles } from 'countersign/keyring/audit-file'
 *
 * const events = readAuditFiles('/var/log/api/audit.jsonl')
 * const report = await incident(events, 'acmek_live_3fQm1Zx9TtYwK8bLr0Vu', Date.parse('2026-01-31'))
 * console.log(printIncident(report))
 * ```
 */
export async function incident(
  reader: IncidentReader,
  keyId: string,
  sinceMs: number,
  options: IncidentOptions = {},
): Promise<IncidentReport> {
  assertOptions('incident', options, KNOWN, {}, 'ARGUMENT_INVALID')
  const { untilMs, maxGroups = 10_000, route = routeOf } = options
  const since = isoOf(sinceMs, 'sinceMs')
  const until = untilMs === undefined ? undefined : isoOf(untilMs, 'untilMs')
  assertInteger('maxGroups', maxGroups, 1, 1_000_000, '', 'ARGUMENT_INVALID')
  mustBe(typeof route === 'function', 'route', 'a function', route, 'ARGUMENT_INVALID')
  mustBe(typeof keyId === 'string', 'keyId', 'the id of a key', keyId, 'ARGUMENT_INVALID')
  const source = eventsOf(reader)
  const proven = newPart(maxGroups)
  const claimed = newPart(maxGroups)
  const overTime = newTimeline()
  const changes: AuditEvent[] = []
  let [events, lost, stragglers] = [0, 0, 0]
  let sampled = false
  for await (const event of source) {
    events++
    const { time } = event
    // All times have one form, which sorts as text. An event without a time is shown rather than hidden.
    if (time !== '' && (time < since || (until !== undefined && time > until))) continue
    if (event.event === 'audit.dropped') lost += countOf(event)
    if (event.sample !== undefined) sampled = true
    if (event.keyId !== keyId) continue
    if (isOfKey(event)) {
      // The use of a rotated key is in the requests, too.
      if (event.event === 'key.used.rotating' && ++stragglers > MOST_STRAGGLERS) continue
      if (changes.length < MOST_CHANGES) changes.push(event)
    } else {
      ;(event.outcome === 'ok' || event.proven === true ? proven : claimed).add(event, route(event))
      overTime.add(event)
    }
  }
  const parts = { proven: proven.part(), claimed: claimed.part(), timeline: overTime.timeline() }
  return { keyId, since, until, ...parts, changes, events, corrupt: source.corrupt ?? 0, lost, sampled }
}

const isOfKey = ({ event }: AuditEvent): boolean => event.startsWith('key.') || event.startsWith('leak.')
const routeOf = ({ method = '', path = '' }: AuditEvent): string => `${method} ${path}`
const countOf = ({ data }: AuditEvent): number => {
  const count = data?.['count']
  return typeof count === 'number' && count > 0 ? count : 0
}

function isoOf(milliseconds: number, name: string): string {
  // Years of four digits, which sort as text.
  const problem = momentProblem(name, milliseconds)
  if (problem !== undefined || milliseconds >= 253_402_300_800_000)
    fail('ARGUMENT_INVALID', problem ?? `"${name}" must be a time before the year 10000`)
  return new Date(milliseconds).toISOString()
}

type Events = AsyncIterable<AuditEvent> & { readonly corrupt?: number }

/** The events of whatever can be read. @throws {CountersignError} `ARGUMENT_INVALID` */
export function eventsOf(reader: IncidentReader): Events {
  const { read } = Object(reader) as { readonly read?: unknown }
  const source: unknown = typeof read === 'function' ? read.call(reader) : reader
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: now } = Object(source) as AsyncIterable<unknown> &
    Iterable<unknown>
  mustBe(
    typeof source === 'object' && (typeof later === 'function' || typeof now === 'function'),
    'reader',
    'a log that can be read, such as readAuditFiles(path), or its events',
    reader,
    'ARGUMENT_INVALID',
  )
  return source as Events
}

interface Groups<T extends object> {
  add(key: string, what: T, event: AuditEvent): boolean
  sorted(): ReadonlyArray<T & IncidentUse>
}

function newGroups<T extends object>(most: number): Groups<T> {
  const all = new Map<string, T & Use>()
  return {
    add: (key, what, event) => {
      let group = all.get(key)
      if (group === undefined) {
        if (all.size >= most) return false
        group = { ...what, ...newUse(event) }
        all.set(key, group)
      }
      count(group, event)
      return true
    },
    sorted: () => [...all.values()].sort((a, b) => b.count - a.count || (a.first < b.first ? -1 : 1)),
  }
}

const newUse = ({ time }: AuditEvent): Use => ({ first: time, last: time, count: 0, outcomes: Object.create(null) })

function count(use: Use, { time, outcome, code }: AuditEvent): void {
  use.count++
  if (time !== '' && (time < use.first || use.first === '')) use.first = time
  if (time > use.last) use.last = time
  const known = outcome === 'ok' ? 'ok' : String(code ?? outcome).slice(0, 64)
  const name = known in use.outcomes || Object.keys(use.outcomes).length < MOST_OUTCOMES ? known : 'other'
  use.outcomes[name] = (use.outcomes[name] ?? 0) + 1
}

function newPart(most: number) {
  const groups = newGroups<Pick<IncidentGroup, 'clientIp' | 'userAgent' | 'route'>>(most)
  const inNetworks = newGroups<Pick<IncidentNetwork, 'network'>>(most)
  let total: Use | undefined
  let more: Use | undefined
  return {
    add: (event: AuditEvent, route: string): void => {
      total ??= newUse(event)
      count(total, event)
      const { clientIp: ip, userAgent: ua } = event
      const network = networkOf(ip) ?? 'unknown'
      inNetworks.add(network, { network }, event)
      if (groups.add(JSON.stringify([ip, ua, route]), { clientIp: ip, userAgent: ua, route }, event)) return
      more ??= newUse(event)
      count(more, event)
    },
    part: (): IncidentPart => ({ total, groups: groups.sorted(), networks: inNetworks.sorted(), more }),
  }
}

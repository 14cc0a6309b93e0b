import { refuseProblem } from '../access/limit-problem.js'
import { momentProblem } from '../access/moment-problem.js'
import { assertInteger, assertOptions, type OptionNames } from '../errors.js'
import type { AuditEvent } from '../server/audit-event.js'
import { defined } from '../support/defined.js'
import { eventsOf, type IncidentReader } from './incident.js'

/** One day of a key's use, in UTC. */
export interface ActivityDay {
  /** `2026-11-01` */
  readonly day: string
  /** Requests that were accepted. */
  readonly accepted: number
  /** Refused although the signature was valid: the sender has the key. */
  readonly refused: number
  /** Refused, and the key was only named: that can be sent without it. */
  readonly claimed: number
}

/** Who uses a key that has a successor. */
export interface OldKeyUse {
  /** The address of the last request. */
  readonly clientIp?: string
  /** `User-Agent` of the last request. */
  readonly userAgent?: string
  /** ISO 8601. */
  readonly first: string
  /** When it was last used, ISO 8601. */
  readonly last: string
  /** Accepted requests that the log has. */
  readonly count: number
}

/** What a log shows of the use of all keys. */
export interface ActivityReport {
  /** Days with use, oldest first, by the id of the key. */
  readonly days: ReadonlyMap<string, readonly ActivityDay[]>
  /** The latest first, by the id of the key that was replaced. */
  readonly oldKeys: ReadonlyMap<string, readonly OldKeyUse[]>
  /** True where the log holds only a share of the accepted requests. */
  readonly sampled: boolean
  /** Events that were read. */
  readonly events: number
}

/** What is counted. */
export interface ActivityOptions {
  /** The end of the last day that is counted, in milliseconds since the epoch. */
  readonly nowMs: number
  /** How many days, with the current one. Default 30, at most 366. */
  readonly days?: number
  /** How many keys are counted; later ones are left out. Default 100 000. */
  readonly maxKeys?: number
}

const DAY = 86_400_000
const MOST_USERS = 100
const KINDS = 3
const KNOWN: OptionNames<ActivityOptions> = { nowMs: 2, days: 1, maxKeys: 1 }

/**
 * The days on which keys were used, and who still uses keys that were replaced: one pass over a log, for all keys at once.
 * Counts are kept for keys that exist alone, so requests with invented ids fill nothing.
 *
 * @param reader events in any order, or what has them
 * @throws {CountersignError} `ARGUMENT_INVALID` for a time or a number that is none; and what the reader throws.
 * @example
 * ```ts
 * import { keyActivity } from 'countersign/keyring'
 * import { readAuditFiles } from 'countersign/keyring/audit-file'
 *
 * const { days } = await keyActivity(readAuditFiles('/var/log/api/audit.jsonl'), { nowMs: Date.now(), days: 30 })
 * for (const [keyId, used] of days) console.log(keyId, used.at(-1)?.accepted)
 * ```
 */
export async function keyActivity(reader: IncidentReader, options: ActivityOptions): Promise<ActivityReport> {
  assertOptions('keyActivity', options, KNOWN, {}, 'ARGUMENT_INVALID')
  const { nowMs, days = 30, maxKeys = 100_000 } = options
  refuseProblem(momentProblem('nowMs', nowMs))
  assertInteger('days', days, 1, 366, '', 'ARGUMENT_INVALID')
  assertInteger('maxKeys', maxKeys, 1, 1_000_000, '', 'ARGUMENT_INVALID')
  const first = Math.floor(nowMs / DAY) - days + 1
  const counts = new Map<string, Uint32Array>()
  const old = new Map<string, Map<string, Mutable<OldKeyUse>>>()
  let [events, sampled] = [0, false]

  const countsOf = (event: AuditEvent, keyId: string): Uint32Array | undefined => {
    const known = counts.get(keyId)
    // Only an event of a key that exists names its algorithm.
    if (known !== undefined || event.algorithm === undefined || counts.size >= maxKeys) return known
    const made = new Uint32Array(days * KINDS)
    counts.set(keyId, made)
    return made
  }
  for await (const event of eventsOf(reader)) {
    events++
    const { keyId, outcome, proven } = event
    if (event.sample !== undefined) sampled = true
    if (keyId === undefined) continue
    const day = Math.floor(Date.parse(event.time) / DAY) - first
    if (!(day >= 0 && day < days)) continue
    if (event.event === 'key.used.rotating') noteOld(old, keyId, event, 0)
    if (isOfKey(event)) continue
    if (event.event === 'auth.ok' && event.replacedBy !== undefined) noteOld(old, keyId, event, 1)
    const own = countsOf(event, keyId)
    if (own !== undefined) (own[day * KINDS + (outcome === 'ok' ? 0 : proven === true ? 1 : 2)] as number) += 1
  }
  return {
    days: new Map([...counts].map(([keyId, own]) => [keyId, daysOf(own, first)])),
    oldKeys: new Map([...old].map(([keyId, users]) => [keyId, latestFirst(users)])),
    sampled,
    events,
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const isOfKey = ({ event }: AuditEvent): boolean => /^(?:key|leak|audit|clock)\./.test(event)

function daysOf(own: Uint32Array, first: number): ActivityDay[] {
  const found: ActivityDay[] = []
  for (let i = 0; i < own.length; i += KINDS) {
    const [accepted = 0, refused = 0, claimed = 0] = own.subarray(i, i + KINDS)
    if (accepted + refused + claimed === 0) continue
    const day = new Date((first + i / KINDS) * DAY).toISOString().slice(0, 10)
    found.push({ day, accepted, refused, claimed })
  }
  return found
}

/** A use is in the log as an accepted request, unless those are sampled, and once a minute as a separate event. */
function noteOld(
  all: Map<string, Map<string, Mutable<OldKeyUse>>>,
  keyId: string,
  { clientIp, userAgent, time }: AuditEvent,
  count: number,
): void {
  const users = all.get(keyId) ?? new Map<string, Mutable<OldKeyUse>>()
  all.set(keyId, users)
  const who = JSON.stringify([clientIp, userAgent])
  const known = users.get(who)
  if (known === undefined) {
    if (users.size >= MOST_USERS) users.delete(users.keys().next().value as string)
    users.set(who, defined({ clientIp, userAgent, first: time, last: time, count }))
    return
  }
  known.count += count
  if (time < known.first) known.first = time
  if (time > known.last) known.last = time
}

const latestFirst = (users: Map<string, OldKeyUse>): OldKeyUse[] =>
  [...users.values()].sort((a, b) => (a.last < b.last ? 1 : a.last > b.last ? -1 : 0))

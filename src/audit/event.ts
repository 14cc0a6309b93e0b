import type { AuditEvent } from '../server/audit-event.js'
import { isoTime, withoutSecrets } from '../support/log-text.js'

/**
 * An event of a key, as it is made. Members that {@link AuditEvent} does not have are kept in its `data`, where
 * they are text, numbers or booleans.
 */
export interface AuditEntry {
  /** `key.revoke`, `leak.refused` … */
  readonly event: string
  /** When it happened, in milliseconds since the epoch. Default: now. */
  readonly atMs?: number | undefined
  /** ISO 8601. Default: the time of the log's clock. */
  readonly time?: string | undefined
  /** `ok`, `denied`, `error`; other words are put under one of these. */
  readonly outcome?: string | undefined
  /** The key that it is about. */
  readonly keyId?: string | undefined
  /** Which version of the key it was. */
  readonly keyVersion?: number | undefined
  /** Who owns the key. */
  readonly owner?: string | undefined
  /** The algorithm of the key. */
  readonly algorithm?: string | undefined
  /** Who did it: a person, a program, or the id of a key. */
  readonly actor?: string | undefined
  /** Why it was done, in the words of who did it. */
  readonly reason?: string | undefined
  /** The address of the client. */
  readonly clientIp?: string | undefined
  /** `User-Agent` of the client. */
  readonly userAgent?: string | undefined
  /** The name of the request in other logs. */
  readonly requestId?: string | undefined
  /** What happened, for people. */
  readonly detail?: string | undefined
  /** Further facts. Never a secret. */
  readonly data?: Readonly<Record<string, string | number | boolean>> | undefined
}

type Value = string | number | boolean

const NAME = /^(?:key|leak|audit|store|clock)\.[a-z_]{1,32}(?:\.[a-z_]{1,32})?$/
const LONGEST = 1_024
const MOST_DATA = 16
const TEXTS = [
  'keyId',
  'owner',
  'algorithm',
  'actor',
  'reason',
  'clientIp',
  'userAgent',
  'requestId',
  'detail',
] as const
const OTHERS: readonly string[] = ['event', 'atMs', 'time', 'outcome', 'keyVersion', 'data']
const isKnown = (name: string): boolean => OTHERS.includes(name) || (TEXTS as readonly string[]).includes(name)
const OUTCOMES: ReadonlyMap<unknown, AuditEvent['outcome']> = new Map([
  ['ok', 'ok'],
  ['denied', 'denied'],
  ['error', 'error'],
  ['revoked', 'ok'],
  ['failed', 'error'],
])

const cut = (text: string): string => withoutSecrets(text).slice(0, LONGEST)
const plain = (value: unknown): Value | undefined =>
  typeof value === 'string'
    ? cut(value)
    : typeof value === 'boolean' || Number.isFinite(value)
      ? (value as Value)
      : undefined

/** The event of an entry: bounded, whatever it holds. */
export function eventOf(entry: AuditEntry, nowMs: number): AuditEvent {
  const named = NAME.test(entry.event)
  const texts: Record<string, string> = {}
  for (const name of TEXTS) {
    const value: unknown = entry[name]
    if (typeof value === 'string') texts[name] = cut(value)
  }
  const more: Record<string, unknown> = { ...entry.data }
  for (const [name, value] of Object.entries(entry)) if (!isKnown(name)) more[name] = value
  if (!named) more['name'] = String(entry.event).slice(0, 64)
  const data = Object.entries(more)
    .map(([name, value]) => [name.slice(0, 64), plain(value)] as const)
    .filter((pair): pair is readonly [string, Value] => pair[1] !== undefined)
    .slice(0, MOST_DATA)
  const event = (named ? entry.event : 'audit.unnamed') as AuditEvent['event']
  return {
    v: 1,
    time: typeof entry.time === 'string' ? entry.time.slice(0, 32) : isoTime(entry.atMs ?? nowMs),
    event,
    outcome: OUTCOMES.get(entry.outcome) ?? (event.startsWith('store.') ? 'error' : outcomeOf(event)),
    ...texts,
    ...(Number.isSafeInteger(entry.keyVersion) && { keyVersion: entry.keyVersion }),
    ...(data.length !== 0 && { data: Object.fromEntries(data) }),
  }
}

const outcomeOf = (event: string): AuditEvent['outcome'] => (event.endsWith('.refused') ? 'denied' : 'ok')

/**
 * The ranks of a queue, so that it loses the least important first: events of keys and of the log itself before refusals of a
 * holder of the key, those before other refusals, and accepted requests last.
 */
export const RANKS = 4
export const rankOf = ({ event, proven }: AuditEvent): number =>
  event === 'auth.ok'
    ? 0
    : /^(?:key|leak|audit)\.|^clock\.(?:unsafe|recovered)$/.test(event)
      ? 3
      : proven === true
        ? 2
        : 1

// JSON escapes what is below U+0020. The rest of what is not ASCII holds terminal controls (U+009B) and line ends that only some
// readers see (U+0085, U+2028), and a byte of UTF-8 can change without the text changing.
const NOT_PLAIN = /[\x7f-\uffff]/g
const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

/** An event as one line of ASCII JSON, without the line end. */
export const auditLine = (event: AuditEvent): string => JSON.stringify(event).replace(NOT_PLAIN, escaped)

/** The longest line that is read. What this library writes is shorter. */
export const LONGEST_LINE = 65_536

/** The event of a line, or `undefined`. Its members are whatever the line holds. */
export function parseAuditLine(line: string): AuditEvent | undefined {
  if (line.length > LONGEST_LINE || !line.startsWith('{')) return undefined
  try {
    const value: Record<string, unknown> = JSON.parse(line)
    return typeof value['event'] === 'string' && typeof value['time'] === 'string'
      ? (value as unknown as AuditEvent)
      : undefined
  } catch {
    return undefined
  }
}

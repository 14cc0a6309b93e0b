import { isInteger, kindOf } from '../errors.js'
import type { KeyPolicy, RateRule } from './key-record.js'

/** Text: so many characters (code points, as JSON Schema counts them), all of it of the pattern. */
export interface TextLimit {
  readonly kind: 'text'
  readonly least: number
  readonly most: number
  /** A pattern of JSON Schema: ECMA-262 with the flag `u`. */
  readonly pattern: string
  /** What it is, after "must be": `an upper-case method`. */
  readonly says: string
}

export interface IntegerLimit {
  readonly kind: 'integer'
  readonly from: number
  readonly to: number
  readonly says?: string
}

export interface FlagLimit {
  readonly kind: 'flag'
}

export interface ListLimit {
  readonly kind: 'list'
  readonly least: number
  readonly most: number
  readonly of: TextLimit
  /** What they are, after "1 to 32": `upper-case methods`. */
  readonly says: string
}

/** How much of one member of a key is taken, at every door that reads it. */
export type Limit = TextLimit | IntegerLimit | FlagLimit | ListLimit

const SECOND = 1_000
const HOUR = 3_600 * SECOND
const DAY = 24 * HOUR
/** Ten years. */
export const MOST_MS: number = 3_660 * DAY
/** The last moment of a `Date`. */
const LAST_MS = 8.64e15

/** One line of printable text, in a log as on a page. */
const line = (least: number, most: number): TextLimit => ({
  kind: 'text',
  least,
  most,
  pattern: '^[^\\p{Cc}\\p{Cs}\\u2028\\u2029]*$',
  says: 'printable characters',
})
const text = (most: number, pattern: string, says: string): TextLimit => ({
  kind: 'text',
  least: 1,
  most,
  pattern,
  says,
})
const list = (least: number, most: number, of: TextLimit, says: string): ListLimit => ({
  kind: 'list',
  least,
  most,
  of,
  says,
})
const integer = (from: number, to: number, says?: string): IntegerLimit => ({
  kind: 'integer',
  from,
  to,
  ...(says === undefined ? {} : { says }),
})
const flag: FlagLimit = { kind: 'flag' }

// RFC 9110 5.6.2, upper case only.
const METHOD = text(32, "^[A-Z][A-Z0-9!#$%&'*+.^_`|~-]*$", 'an upper-case method')
// Path characters of RFC 3986 without percent-encoding, parameters and what reads like a wildcard: one way to write it.
const PREFIX = text(
  256,
  "^(?!.*\\/\\.+(?:\\/|$))\\/(?:[A-Za-z0-9._~!$&'()+,=:@-]+(?:\\/[A-Za-z0-9._~!$&'()+,=:@-]+)*)?$",
  'a path such as /v1/orders: no query, dot segment, "*", ";", "%" or slash at the end',
)
// A name of DNS has 253 characters (RFC 1035 2.3.4), a port six more.
const HOST = text(
  259,
  '^(?!.*:(?:80|443)$)(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\\[[0-9a-f:.]+\\])(?::\\d{1,5})?$',
  'a lower-case host name, without a default port',
)
const SCOPE = text(
  129,
  '^(?:[a-z0-9_.-]{1,64}|\\*):(?:[a-z0-9_.-]{1,64}|\\*)$',
  'resource:action in lower case, "*" for a whole segment',
)
const RANGE = text(49, '^[0-9A-Fa-f:.]{2,45}(?:\\/\\d{1,3})?$', 'an IP address or CIDR range')
const RANGES = list(0, 256, RANGE, 'IP addresses or CIDR ranges')

/** What the policy of a key may hold. */
export const POLICY_LIMITS: { readonly [K in keyof Required<KeyPolicy>]: Limit } = {
  methods: list(1, 32, METHOD, 'upper-case methods'),
  pathPrefixes: list(1, 256, PREFIX, 'paths such as /v1/orders'),
  hosts: list(1, 64, HOST, 'lower-case host names'),
  maxBodyBytes: integer(0, 2 ** 40),
  maxAgeMs: integer(1, DAY),
  maxFutureMs: integer(0, DAY),
  requireNonce: flag,
  requireBodyDigest: flag,
}

/** What the rate of a key may be: up to a year long. */
export const RATE_LIMITS: { readonly [K in keyof Required<RateRule>]: IntegerLimit } = {
  limit: integer(1, 1_000_000_000),
  windowMs: integer(1, 366 * DAY),
}

/** The members of a key record, and of the calls about one, that have a limit. */
export interface KeyLimits {
  readonly name: TextLimit
  readonly tags: ListLimit
  readonly scopes: ListLimit
  readonly allowIp: ListLimit
  readonly denyIp: ListLimit
  readonly allowZeroPrefix: FlagLimit
  readonly lockAfterIdleMs: IntegerLimit
  readonly rotateEveryMs: IntegerLimit
  readonly owner: TextLimit
  readonly actor: TextLimit
  readonly reason: TextLimit
  readonly expiresInMs: IntegerLimit
  readonly overlapMs: IntegerLimit
  readonly moment: IntegerLimit
}

/** What else may be stated of a key. Their sum fits a record, so nothing is refused for its size that was taken here. */
export const KEY_LIMITS: KeyLimits = {
  name: line(0, 128),
  tags: list(0, 16, line(1, 64), 'texts of 1 to 64 printable characters'),
  scopes: list(0, 256, SCOPE, 'texts resource:action'),
  allowIp: RANGES,
  denyIp: RANGES,
  allowZeroPrefix: flag,
  lockAfterIdleMs: integer(HOUR, MOST_MS, 'at least an hour, in milliseconds'),
  rotateEveryMs: integer(DAY, MOST_MS, 'at least a day, in milliseconds'),
  owner: line(1, 256),
  actor: line(1, 256),
  reason: line(0, 1_024),
  expiresInMs: integer(SECOND, MOST_MS, 'at least 1000 and at most ten years, in milliseconds'),
  overlapMs: integer(0, 366 * DAY, 'milliseconds, at most a year'),
  moment: integer(0, LAST_MS, 'milliseconds since the epoch'),
}

const patterns = /* @__PURE__ */ new Map<string, RegExp>()
const matches = (pattern: string, value: string): boolean => {
  let compiled = patterns.get(pattern)
  if (compiled === undefined) {
    compiled = new RegExp(pattern, 'u')
    patterns.set(pattern, compiled)
  }
  return compiled.test(value)
}

/** Code points; a long text is not walked. */
export function lengthOf(value: string, most: number): number {
  if (value.length <= most || value.length > 2 * most) return value.length
  let length = 0
  for (const _ of value) length++
  return length
}

function fits({ least, most, pattern }: TextLimit, value: unknown): value is string {
  if (typeof value !== 'string') return false
  const length = lengthOf(value, most)
  return length <= most && length >= least && matches(pattern, value)
}

/** The value as it may be used, in a copy of which each item was read once; `undefined` where it is beyond the limit. */
export function within(limit: Limit, value: unknown): unknown {
  if (limit.kind === 'text') return fits(limit, value) ? value : undefined
  if (limit.kind === 'flag') return typeof value === 'boolean' ? value : undefined
  if (limit.kind === 'integer') return isInteger(value, limit.from, limit.to) ? value + 0 : undefined
  if (!Array.isArray(value)) return undefined
  const { length } = value
  if (!(length >= limit.least && length <= limit.most)) return undefined
  const texts: string[] = []
  for (let i = 0; i < length; i++) {
    const text: unknown = Object.getOwnPropertyDescriptor(value, i)?.value
    if (!fits(limit.of, text)) return undefined
    texts.push(text)
  }
  return texts
}

/**
 * What is wrong with a moment that a caller states. A time in seconds reads as one in January 1970: a key would end at once, and
 * a report begin before there was anything.
 */
export function momentProblem(name: string, value: unknown): string | undefined {
  const problem = limitProblem(name, KEY_LIMITS.moment, value)
  if (problem !== undefined || !((value as number) >= 1e9 && (value as number) < 1e11)) return problem
  return `"${name}" must be milliseconds since the epoch, got ${value}, which seems to be seconds`
}

const saysOf = (limit: Limit): string => {
  if (limit.kind === 'flag') return 'true or false'
  if (limit.kind === 'integer') return limit.says ?? `an integer from ${limit.from} to ${limit.to}`
  if (limit.kind === 'list') return `an array of ${limit.least} to ${limit.most} ${limit.says}`
  return limit.says === 'printable characters'
    ? `${limit.least} to ${limit.most} ${limit.says}`
    : `${limit.says}, of ${limit.most} characters at most`
}

const gotOf = (value: unknown): string => {
  if (Array.isArray(value)) return `an array of ${value.length}`
  return typeof value === 'string' && value !== '' ? `a string of ${value.length} characters` : kindOf(value)
}

/** What is wrong with a value, with the name of the member or item; `undefined` for nothing. Never a part of the value. */
export function limitProblem(name: string, limit: Limit, value: unknown): string | undefined {
  if (within(limit, value) !== undefined) return undefined
  if (limit.kind === 'list' && Array.isArray(value) && value.length >= limit.least && value.length <= limit.most) {
    const at = value.findIndex((item) => !fits(limit.of, item))
    if (at !== -1) return `"${name}[${at}]" must be ${saysOf(limit.of)}, got ${gotOf(value[at])}`
    // Each read once more, and fitting now: a computed item may be another one at every reading.
    return `"${name}" must be an array of plain values, got one with computed or missing items`
  }
  return `"${name}" must be ${saysOf(limit)}, got ${gotOf(value)}`
}

import { isInteger } from '../errors.js'
import type { KeyPolicy, RateRule } from './key-record.js'

/** Text: so many characters (code points, as JSON Schema counts them), all of it of the pattern. */
export interface TextLimit {
  readonly kind: 'text'
  readonly least: number
  readonly most: number
  /** A pattern of JSON Schema: ECMA-262 with the flag `u`. */
  readonly pattern: string
  /** What it is, after "must be". Default: the words of its pattern, which a bundle that refuses nothing by name has not. */
  readonly says?: string
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
  /** What they are, after "1 to 32". Default: the words of their pattern. */
  readonly says?: string
}

/** How much of one member of a key is taken, by every function that reads it. */
export type Limit = TextLimit | IntegerLimit | FlagLimit | ListLimit

// As they are, not worked out: a bundler keeps what it would have to calculate.
const DAY = 86_400_000
const YEAR = 31_622_400_000
const TEBIBYTE = 1_099_511_627_776

const text = (most: number, pattern: string): TextLimit => ({ kind: 'text', least: 1, most, pattern })
export const list = (least: number, most: number, of: TextLimit): ListLimit => ({ kind: 'list', least, most, of })
export const integer = (from: number, to: number, says?: string): IntegerLimit => ({
  kind: 'integer',
  from,
  to,
  ...(says !== undefined && { says }),
})
export const flag: FlagLimit = { kind: 'flag' }

// RFC 9110 5.6.2, upper case only.
export const METHOD: TextLimit = /* @__PURE__ */ text(32, "^[A-Z][A-Z0-9!#$%&'*+.^_`|~-]*$")
// Path characters of RFC 3986 without percent-encoding, parameters and what reads like a wildcard: one way to write it.
export const PREFIX: TextLimit = /* @__PURE__ */ text(
  256,
  "^(?!.*\\/\\.+(?:\\/|$))\\/(?:[A-Za-z0-9._~!$&'()+,=:@-]+(?:\\/[A-Za-z0-9._~!$&'()+,=:@-]+)*)?$",
)
// A name of DNS has 253 characters (RFC 1035 2.3.4), a port six more.
export const HOST: TextLimit = /* @__PURE__ */ text(
  259,
  '^(?!.*:(?:80|443)$)(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\\[[0-9a-f:.]+\\])(?::\\d{1,5})?$',
)
export const SCOPE: TextLimit = /* @__PURE__ */ text(129, '^(?:[a-z0-9_.-]{1,64}|\\*):(?:[a-z0-9_.-]{1,64}|\\*)$')
export const RANGE: TextLimit = /* @__PURE__ */ text(49, '^[0-9A-Fa-f:.]{2,45}(?:\\/\\d{1,3})?$')
/** Of one line of printable text, in a log as on a page. */
export const PRINTABLE = '^[^\\p{Cc}\\p{Cs}\\u2028\\u2029]*$'

/** What grants a key may have. */
export const SCOPES: ListLimit = /* @__PURE__ */ list(0, 256, SCOPE)
/** How many ranges of addresses one list holds. */
export const MOST_RANGES = 256
/** What addresses it may be used from, or not. */
export const RANGES: ListLimit = /* @__PURE__ */ list(0, MOST_RANGES, RANGE)

/** What the policy of a key may hold. */
export const POLICY_LIMITS: { readonly [K in keyof Required<KeyPolicy>]: Limit } = {
  methods: /* @__PURE__ */ list(1, 32, METHOD),
  pathPrefixes: /* @__PURE__ */ list(1, 256, PREFIX),
  hosts: /* @__PURE__ */ list(1, 64, HOST),
  maxBodyBytes: /* @__PURE__ */ integer(0, TEBIBYTE),
  maxAgeMs: /* @__PURE__ */ integer(1, DAY),
  maxFutureMs: /* @__PURE__ */ integer(0, DAY),
  requireNonce: flag,
  requireBodyDigest: flag,
}

/** What the rate of a key may be: up to a year long. */
export const RATE_LIMITS: { readonly [K in keyof Required<RateRule>]: IntegerLimit } = {
  limit: /* @__PURE__ */ integer(1, 1_000_000_000),
  windowMs: /* @__PURE__ */ integer(1, YEAR),
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

export function fits({ least, most, pattern }: TextLimit, value: unknown): value is string {
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

import { fail, kindOf } from '../errors.js'
import { fits, HOST, type Limit, METHOD, PREFIX, PRINTABLE, RANGE, SCOPE, type TextLimit, within } from './limits.js'

/*
 * The words for what is beyond a limit. Apart from the limits: a store of keys reads records by them, and names nothing.
 */

const PRINTABLE_TEXT = 'printable characters'

/** What a text of a pattern is, after "must be", and what a list of them holds, after "1 to 32". */
const WORDS: ReadonlyMap<string, readonly [one: string, several: string]> = /* @__PURE__ */ new Map([
  [METHOD.pattern, ['an upper-case method', 'upper-case methods']],
  [
    PREFIX.pattern,
    ['a path such as /v1/orders: no query, dot segment, "*", ";", "%" or slash at the end', 'paths such as /v1/orders'],
  ],
  [HOST.pattern, ['a lower-case host name, without a default port', 'lower-case host names']],
  [SCOPE.pattern, ['resource:action in lower case, "*" for a whole segment', 'texts resource:action']],
  [RANGE.pattern, ['an IP address or CIDR range', 'IP addresses or CIDR ranges']],
  [PRINTABLE, [PRINTABLE_TEXT, 'texts of 1 to 64 printable characters']],
])
const wordsOf = ({ pattern }: TextLimit): readonly [one: string, several: string] =>
  WORDS.get(pattern) as readonly [string, string]

const saysOf = (limit: Limit): string => {
  if (limit.kind === 'flag') return 'true or false'
  if (limit.kind === 'integer') return limit.says ?? `an integer from ${limit.from} to ${limit.to}`
  if (limit.kind === 'list') return `an array of ${limit.least} to ${limit.most} ${limit.says ?? wordsOf(limit.of)[1]}`
  const says = limit.says ?? wordsOf(limit)[0]
  return says === PRINTABLE_TEXT
    ? `${limit.least} to ${limit.most} ${says}`
    : `${says}, of ${limit.most} characters at most`
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

/** Refuses an argument with what is wrong with it, if anything is. @throws {CountersignError} `ARGUMENT_INVALID`. */
export function refuseProblem(problem: string | undefined): void {
  if (problem !== undefined) fail('ARGUMENT_INVALID', problem)
}

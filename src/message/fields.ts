import { fail, kindOf } from '../errors.js'

/**
 * Field lines in the order of the wire, flat: `[name, value, name, value …]`. The shape of Node's `rawHeaders`, so a
 * server pays nothing to get it; duplicates are kept, names keep their case.
 */
export type FieldLines = readonly string[]

/** Header fields as a caller may write them. */
export type FieldsInit =
  | FieldLines
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Iterable<readonly [string, string]>

// RFC 9110 5.6.2 token; 5.5 field-value (obs-text is let through here and refused where a base is built from it).
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const VALUE = /^[^\0\r\n\u0100-\uffff]*$/

/** Throws `MESSAGE_MALFORMED` unless the pair can stand on one field line (a value that could start a second line cannot). */
export function assertFieldLine(name: string, value: string): void {
  if (typeof name !== 'string' || !NAME.test(name)) {
    fail('MESSAGE_MALFORMED', 'a field name must be an HTTP token, got other characters')
  }
  if (typeof value !== 'string' || !VALUE.test(value)) {
    fail(
      'MESSAGE_MALFORMED',
      `field "${name}" must be one line of Latin-1 text, got ${
        typeof value === 'string' ? 'a value with a line break, NUL or wide character' : kindOf(value)
      }`,
    )
  }
}

/**
 * Flat, checked field lines from any of the accepted shapes.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` for a line that cannot be put on the wire.
 * @example
 * ```ts
 * import { fieldLines } from 'countersign/message'
 *
 * const lines = fieldLines({ accept: 'text/plain', 'set-cookie': ['a=1', 'b=2'] })
 * ```
 */
export function fieldLines(init: FieldsInit | undefined): FieldLines {
  if (init === undefined) return []
  if (typeof init !== 'object' || init === null) {
    fail('MESSAGE_MALFORMED', `"headers" must be an object, pairs or flat lines, got ${typeof init}`)
  }
  const out: string[] = []
  const add = (name: string, value: string): void => {
    assertFieldLine(name, value)
    out.push(name, value)
  }
  if (Array.isArray(init) && typeof init[0] === 'string') {
    if (init.length % 2 !== 0) fail('MESSAGE_MALFORMED', 'flat field lines must be pairs of name and value')
    for (let i = 0; i < init.length; i += 2) add(init[i] as string, init[i + 1] as string)
  } else if (Symbol.iterator in init) {
    for (const [name, value] of init as Iterable<readonly [string, string]>) add(name, value)
  } else {
    const record = init as Readonly<Record<string, string | readonly string[] | undefined>>
    for (const name of Object.keys(record)) {
      const value = record[name]
      if (value === undefined) continue
      if (Array.isArray(value)) for (const one of value) add(name, one)
      else add(name, value as string)
    }
  }
  return out
}

// Asked for every field of every request: most names come in lower case, and need no copy.
const sameName = (name: string, lower: string): boolean =>
  name.length === lower.length && (name === lower || name.toLowerCase() === lower)

/**
 * Every value of a field, in order, as received. `lower` is the lower-case name.
 *
 * @example
 * ```ts
 * import { fieldValues } from 'countersign/message'
 *
 * const cookies = fieldValues(['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'], 'set-cookie')
 * ```
 */
export function fieldValues(lines: FieldLines, lower: string): string[] {
  const out: string[] = []
  for (let i = 0; i < lines.length; i += 2) if (sameName(lines[i] as string, lower)) out.push(lines[i + 1] as string)
  return out
}

/** The first of {@link fieldValues}, without a list of them. */
export function firstValue(lines: FieldLines, lower: string): string | undefined {
  for (let i = 0; i < lines.length; i += 2) if (sameName(lines[i] as string, lower)) return lines[i + 1]
  return undefined
}

/**
 * True when at least one line has that lower-case name.
 *
 * @example
 * ```ts
 * import { hasField } from 'countersign/message'
 *
 * console.log(hasField(['Accept', '*'], 'accept'))
 * ```
 */
export function hasField(lines: FieldLines, lower: string): boolean {
  for (let i = 0; i < lines.length; i += 2) if (sameName(lines[i] as string, lower)) return true
  return false
}

/**
 * One value as RFC 9421 2.1 prints it: obsolete folds become one space, optional white space (SP and HTAB only) is cut
 * at both ends, everything inside stays.
 */
export const normalizeValue = (value: string): string => trimOws(value.includes('\n') ? unfold(value) : value)

/** A value, or a member of a list, without the SP and HTAB around it: other white space is a part of it (RFC 9110 5.6.3). */
export const trimOws = (value: string): string => value.slice(startOf(value), endOf(value, value.length))

/** Each obsolete fold, with the white space around it, as one space. Other line breaks stay, for the base to refuse. */
function unfold(value: string): string {
  const [first = '', ...rest] = value.split('\n')
  const out = [first]
  for (const line of rest) {
    const start = startOf(line)
    if (start === 0) {
      out.push('\n', line)
      continue
    }
    const before = out.pop() as string
    const end = endOf(before, before.endsWith('\r') ? before.length - 1 : before.length)
    out.push(before.slice(0, end), ' ', line.slice(start))
  }
  return out.join('')
}

const isOws = (code: number): boolean => code === 0x20 || code === 0x09

/** Where the leading white space ends. */
function startOf(text: string): number {
  let at = 0
  while (isOws(text.charCodeAt(at))) at++
  return at
}

/** Where the white space before `end` starts. */
function endOf(text: string, end: number): number {
  let at = end
  while (isOws(text.charCodeAt(at - 1))) at--
  return at
}

/**
 * All values of a field joined by `, ` (RFC 9421 2.1); `undefined` where there is none, which is not the empty value.
 *
 * @example
 * ```ts
 * import { combinedValue } from 'countersign/message'
 *
 * console.log(combinedValue(['A', ' 1 ', 'a', '2'], 'a') === '1, 2')
 * ```
 */
export const combinedValue = (lines: FieldLines, lower: string): string | undefined =>
  joined(lines, lower, normalizeValue)

/** {@link combinedValue} of a message to be sent: it has no folds, which no sender may make (RFC 9112 5.2). */
export const sentValue = (lines: FieldLines, lower: string): string | undefined => joined(lines, lower, trimOws)

function joined(lines: FieldLines, lower: string, normalize: (value: string) => string): string | undefined {
  let out: string | undefined
  for (let i = 0; i < lines.length; i += 2) {
    if (!sameName(lines[i] as string, lower)) continue
    const value = normalize(lines[i + 1] as string)
    out = out === undefined ? value : `${out}, ${value}`
  }
  return out
}

/**
 * The lines without those of the given lower-case names.
 *
 * @example
 * ```ts
 * import { withoutFields } from 'countersign/message'
 *
 * const lines = withoutFields(['Host', 'a', 'Accept', '*'], 'host')
 * ```
 */
export function withoutFields(lines: FieldLines, ...lower: readonly string[]): FieldLines {
  const out: string[] = []
  for (let i = 0; i < lines.length; i += 2) {
    if (!lower.includes((lines[i] as string).toLowerCase())) out.push(lines[i] as string, lines[i + 1] as string)
  }
  return out
}

/**
 * The field lines of an HTTP/2 header block as HTTP/1.1 would have them: without pseudo-header fields, and with the cookie
 * crumbs of RFC 9113 8.2.3 as the one line that every application reads. Lines of HTTP/1.1 come back as they are.
 */
export function http2Fields(lines: FieldLines): FieldLines {
  if (lines[0]?.startsWith(':') !== true) return lines
  const out: string[] = []
  let cookie = -1
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] as string
    const value = lines[i + 1] as string
    if (name.startsWith(':')) continue
    if (cookie !== -1 && sameName(name, 'cookie')) out[cookie] += `; ${value}`
    else {
      if (sameName(name, 'cookie')) cookie = out.length + 1
      out.push(name, value)
    }
  }
  return out
}

import { CountersignError, fail } from '../../errors.js'
import { type FieldLines, fieldValues, normalizeValue } from '../../message/fields.js'

/** Longer than any honest credentials; all below is linear in at most this much. */
export const MAX_CREDENTIALS = 16_384

// One parameter with what ends it. No escapes: none of the schemes here writes a quote or a backslash into a value.
const PARAMETER = /[ \t]*([A-Za-z][A-Za-z0-9_-]*)=(?:"([ !#-[\]-~]*)"|(\d{1,15}))[ \t]*(?:,|$)/y

/**
 * The parameters of `Authorization: scheme name="value", …` (RFC 9110 11.4). A value is a quoted string without escapes, or
 * digits.
 *
 * @throws {CountersignError} `AUTH_MALFORMED` for anything else, `AUTH_DUPLICATE` for a name that is repeated,
 *   `AUTH_TOO_LARGE`.
 */
export function authParams(what: string, text: string): ReadonlyMap<string, string> {
  if (text.length > MAX_CREDENTIALS) fail('AUTH_TOO_LARGE', `${what} has more than ${MAX_CREDENTIALS} characters`)
  const out = new Map<string, string>()
  for (let at = 0; at < text.length; at = PARAMETER.lastIndex) {
    PARAMETER.lastIndex = at
    const found = PARAMETER.exec(text)
    if (found === null) throw malformed(what)
    const name = found[1] as string
    if (out.has(name)) fail('AUTH_DUPLICATE', `${what} holds a parameter twice`)
    out.set(name, (found[2] ?? found[3]) as string)
    // A comma at the end announces another parameter.
    if (PARAMETER.lastIndex === text.length && found[0].endsWith(',')) throw malformed(what)
  }
  if (out.size === 0) throw malformed(what)
  return out
}

const malformed = (what: string): CountersignError =>
  new CountersignError('AUTH_MALFORMED', `${what} must be parameters such as name="value", separated by commas`)

/** The member of parsed credentials that has to be there. @throws {CountersignError} `AUTH_MALFORMED`. */
export function requiredParam(what: string, params: ReadonlyMap<string, string>, name: string): string {
  const value = params.get(name)
  return value === undefined || value === '' ? fail('AUTH_MALFORMED', `${what} lacks "${name}"`) : value
}

/** Refuses a parameter that the scheme does not have. @throws {CountersignError} `AUTH_MALFORMED`. */
export function assertKnownParams(what: string, params: ReadonlyMap<string, string>, known: ReadonlySet<string>): void {
  for (const name of params.keys()) if (!known.has(name)) fail('AUTH_MALFORMED', `${what} holds an unknown parameter`)
}

/**
 * What follows the name of an authentication scheme in a field that holds credentials; `undefined` where the field is absent or
 * of another scheme. The name may have either case (RFC 9110 11.1).
 *
 * @throws {CountersignError} `AUTH_DUPLICATE` for a second line of the field: the two could be read differently.
 */
export function credentialsOf(fields: FieldLines, field: string, scheme: string): string | undefined {
  const values = fieldValues(fields, field).map(normalizeValue)
  const lower = scheme.toLowerCase()
  const mine = values.find(
    (text) => text.slice(0, lower.length).toLowerCase() === lower && /^[ \t]|^$/.test(text.slice(lower.length)),
  )
  if (mine === undefined) return undefined
  if (values.length > 1) fail('AUTH_DUPLICATE', `field "${field}" is repeated`)
  return normalizeValue(mine.slice(lower.length))
}

/** A field that may stand once. @throws {CountersignError} `HEADER_DUPLICATE`. */
export function singleValue(fields: FieldLines, field: string): string | undefined {
  const values = fieldValues(fields, field)
  if (values.length > 1) fail('HEADER_DUPLICATE', `field "${field}" is repeated`)
  return values[0] === undefined ? undefined : normalizeValue(values[0])
}

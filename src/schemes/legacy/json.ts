import { base64urlDecode, utf8Decode } from '../../crypto/encoding.js'
import { fail } from '../../errors.js'
import { MAX_CREDENTIALS } from './auth-params.js'

export type JsonObject = Readonly<Record<string, unknown>>

// The tokens of valid JSON that matter here: what opens and closes, and texts (a name with its colon).
const TOKENS = /[{}[\]]|"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g

/**
 * The object of a JSON text, in which no object has a name twice: of two members, one reader takes the first and another the
 * last.
 *
 * @throws {CountersignError} `AUTH_MALFORMED`.
 */
export function jsonObject(what: string, text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    fail('AUTH_MALFORMED', `${what} must be JSON`)
  }
  const open: Array<Set<unknown> | undefined> = []
  for (const [token, colon] of text.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (colon !== undefined) {
      const names = open.at(-1) as Set<unknown>
      // Another spelling of a name is that name.
      const name: unknown = JSON.parse(token.slice(0, -colon.length))
      if (names.has(name)) fail('AUTH_MALFORMED', `${what} holds a name twice`)
      names.add(name)
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    fail('AUTH_MALFORMED', `${what} must be an object`)
  return value as JsonObject
}

/** The object of JSON in unpadded base64url. @throws {CountersignError} `AUTH_MALFORMED`. */
export function encodedObject(what: string, text: string): JsonObject {
  if (text.length > MAX_CREDENTIALS) fail('AUTH_TOO_LARGE', `${what} has more than ${MAX_CREDENTIALS} characters`)
  const bytes = base64urlDecode(text)
  const json = bytes === undefined ? undefined : utf8Decode(bytes)
  return json === undefined
    ? fail('AUTH_MALFORMED', `${what} must be JSON in unpadded base64url`)
    : jsonObject(what, json)
}

/** A member that a JSON object has itself. */
export const memberOf = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined

/** A member that is text and not empty. @throws {CountersignError} `AUTH_MALFORMED`. */
export function textMember(what: string, object: JsonObject, name: string): string {
  const value = memberOf(object, name)
  return typeof value === 'string' && value !== '' ? value : fail('AUTH_MALFORMED', `${what} lacks the text "${name}"`)
}

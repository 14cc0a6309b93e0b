import { base64url, base64urlDecode, utf8, utf8Decode } from '../../crypto/encoding.js'
import { CountersignError, isInteger } from '../../errors.js'
import { isObject, readJson } from './json-text.js'
import type { Header } from './spec.js'

/** What each member must be; a member without a test is refused. */
export type Members = Readonly<Record<string, (value: unknown) => boolean>>

/** Exactly this text, or a list of exactly these. */
export const is =
  (expected: string | readonly string[]) =>
  (value: unknown): boolean =>
    typeof expected === 'string'
      ? value === expected
      : Array.isArray(value) && value.length === expected.length && expected.every((one, at) => value[at] === one)

/** A text of that form. */
export const text =
  (form: RegExp) =>
  (value: unknown): boolean =>
    typeof value === 'string' && form.test(value)

/** Whole seconds or milliseconds, as a number. */
export const whole = (value: unknown): boolean => isInteger(value, 1)

/** That, or no such member. */
export const optional =
  (test: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || test(value)

const encoded = (part: object): string => base64url(utf8(JSON.stringify(part)))

/** What a JWT signs (RFC 7515 5.1): members stand in the order in which they are given. */
export const jwtInput = (header: object, claims: object): string => `${encoded(header)}.${encoded(claims)}`

/** `Authorization: Bearer …` (RFC 6750 2.1) with a JWT in its compact form. */
export const bearer: readonly Header[] = [
  [
    'Authorization',
    ({ payload, sign }) => `Bearer ${payload}.${sign}`,
    /^Bearer (?<payload>[\w-]+\.[\w-]+)\.(?<sign>[\w-]+)$/,
  ],
]

/** One part of a token. @throws {CountersignError} `AUTH_MALFORMED`. */
function members(part: string, expected: Members): Readonly<Record<string, unknown>> {
  const bytes = base64urlDecode(part)
  const json = bytes === undefined ? undefined : utf8Decode(bytes)
  const value = json === undefined ? undefined : readJson(json)
  if (!isObject(value)) throw new CountersignError('AUTH_MALFORMED', 'the token must be JSON objects in base64url')
  for (const name of [...Object.keys(expected), ...Object.keys(value)]) {
    const test = Object.hasOwn(expected, name) ? expected[name] : undefined
    if (test?.(Object.hasOwn(value, name) ? value[name] : undefined) !== true)
      throw new CountersignError('AUTH_MALFORMED', `the token's "${name}" must be what the exchange documents`)
  }
  return value
}

/** Both parts of what was signed, with the given members and no others. @throws {CountersignError} `AUTH_MALFORMED`. */
export function readJwt(
  payload: string,
  header: Members,
  claims: Members,
): { readonly header: Readonly<Record<string, unknown>>; readonly claims: Readonly<Record<string, unknown>> } {
  const [first = '', second = '', ...more] = payload.split('.')
  if (more.length > 0) throw new CountersignError('AUTH_MALFORMED', 'the token must have three parts')
  return { header: members(first, header), claims: members(second, claims) }
}

import { sha256Hex } from '#backend/sha256'
import { fail } from '../../errors.js'
import type { FieldLines } from '../../message/fields.js'
import { type HttpRequest, isStream } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import type { CanonicalHeaders, Rules, Variant } from './variant.js'

const SPACES = /[\t\n\v\f\r ]+/g
const OUTER_SPACE = /^ | $/g
const ODD_SPACE = /[\t\n\v\f\r]|^ | {2}| $/
// A field is bytes, and what they are as text is not agreed on: what one side signs as UTF-8 another one reads as Latin-1.
const OTHER_THAN_ASCII = /[^\n\t -~]/

// Not `trim`, which takes more than the spaces of HTTP: what it takes would not be signed.
export const ofValue = (value: string): string =>
  ODD_SPACE.test(value) ? value.replace(SPACES, ' ').replace(OUTER_SPACE, '') : value

/**
 * The fields that are wanted, and `host`: sorted, with several values of one in the order of the wire, as AWS has it.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` for a value with characters that are not ASCII.
 */
export function sortedHeaders(
  fields: FieldLines,
  authority: string,
  isWanted: (lower: string) => boolean,
  valueText: (value: string) => string = ofValue,
): CanonicalHeaders {
  const names: string[] = []
  const values: string[] = []
  const add = (name: string, value: string): void => {
    let at = names.length
    for (; at > 0; at--) {
      const last = names[at - 1] as string
      if (last > name) continue
      if (last < name) break
      values[at - 1] += `,${value}`
      return
    }
    names.splice(at, 0, name)
    values.splice(at, 0, value)
  }
  if (isWanted('host')) add('host', ofValue(authority))
  for (let i = 0; i < fields.length; i += 2) {
    const lower = (fields[i] as string).toLowerCase()
    // The host is a part of its own of a message, whatever line it came in.
    if (lower !== 'host' && isWanted(lower)) add(lower, valueText(fields[i + 1] as string))
  }
  let lines = ''
  for (let i = 0; i < names.length; i++) lines += `${names[i]}:${values[i]}\n`
  if (OTHER_THAN_ASCII.test(lines)) fail('MESSAGE_MALFORMED', 'a signed field must hold ASCII characters only')
  return { list: names.join(';'), names, lines }
}

/** {@link sortedHeaders}, as the variant writes them. */
export const canonicalHeaders = (
  fields: FieldLines,
  authority: string,
  isWanted: (lower: string) => boolean,
  variant: Pick<Variant, 'headers'>,
): CanonicalHeaders => (variant.headers ?? sortedHeaders)(fields, authority, isWanted)

/**
 * The query, sorted by name and then by value, both as they are encoded.
 *
 * @param query without its "?"
 * @param dropped names of parameters that are left out
 */
export function canonicalQuery(
  query: string,
  text: (text: string) => string,
  dropped?: ReadonlySet<string>,
  extra: readonly string[] = [],
  hasBarePairs = false,
): string {
  const pairs: string[] = [...extra]
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = text(equals === -1 ? pair : pair.slice(0, equals))
    if (dropped?.has(name)) continue
    // "!" comes before every character of what is encoded, and is none of them: a shorter name sorts first.
    const value = equals === -1 ? '' : text(pair.slice(equals + 1))
    pairs.push(hasBarePairs && value === '' ? name : `${name}!${value}`)
  }
  // By code unit, as `sort` compares texts.
  return pairs.sort().join('&').replaceAll('!', '=')
}

/** A parameter for `extra` of {@link canonicalQuery}. */
export const extraPair = (name: string, value: string): string => `${name}!${value}`

/** What is needed of a request besides its headers. */
export interface CanonicalParts {
  readonly variant: Variant
  readonly rules: Rules
  readonly headers: CanonicalHeaders
  /** Last line: the hash of the body, or the word for one that is not signed. */
  readonly payload: string
  readonly dropped?: ReadonlySet<string>
  readonly extra?: readonly string[]
}

/** The canonical request: what is hashed into the string to sign. */
export function canonicalRequest(
  { method, target }: Pick<HttpRequest, 'method' | 'target'>,
  { variant, rules, headers, payload, dropped, extra }: CanonicalParts,
): string {
  const { path, query } = splitTarget(target)
  const { queryText, hasBarePairs } = variant
  const search =
    variant.canonicalQuery?.(query.slice(1)) ?? canonicalQuery(query.slice(1), queryText, dropped, extra, hasBarePairs)
  return `${method}\n${variant.path(path, rules)}\n${search}\n${headers.lines}\n${headers.list}\n${payload}`
}

/** The text that the key signs. */
export function stringToSign(
  { label, isTimed, scope }: Variant,
  time: string,
  area: string,
  canonical: string,
): string {
  const lines = `${label}\n${isTimed ? `${time}\n` : ''}${scope === undefined ? '' : `${area}\n`}`
  return lines + sha256Hex(canonical)
}

/** What stands in place of the hash of a body that is not signed. */
export const UNSIGNED = 'UNSIGNED-PAYLOAD'

/** The SHA-256 of nothing. */
export const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** The hash of a body that is in memory. @throws {CountersignError} `MESSAGE_MALFORMED` for one that is not. */
export function bodyHash({ body }: Pick<HttpRequest, 'body'>): string {
  if (body === null) return EMPTY_HASH
  if (isStream(body))
    fail('MESSAGE_MALFORMED', 'a body that is a stream must be signed by a hash that is stated, or be left unsigned')
  return sha256Hex(body)
}

/** The last line of a canonical request, of what is stated in place of the body's hash. */
export const payloadText = (
  { payloadText: of }: Variant,
  { body }: Pick<HttpRequest, 'body'>,
  payload: string,
): string => (of === undefined ? payload : of(payload, isEmptyBody(body)))

/** Whether a body is known to have no byte. */
export const isEmptyBody = (body: HttpRequest['body']): boolean =>
  body === null || (body instanceof Uint8Array && body.length === 0)

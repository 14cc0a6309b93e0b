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
    // The host is a separate part of a message, whatever line it came in.
    if (lower !== 'host' && isWanted(lower)) add(lower, valueText(fields[i + 1] as string))
  }
  let lines = ''
  for (let i = 0; i < names.length; i++) lines += `${names[i]}:${values[i]}\n`
  if (OTHER_THAN_ASCII.test(lines)) fail('MESSAGE_MALFORMED', 'a signed field must be ASCII')
  return { list: names.join(';'), names, lines }
}

/** {@link sortedHeaders}, as the variant writes them. */
export const canonicalHeaders = (
  fields: FieldLines,
  authority: string,
  isWanted: (lower: string) => boolean,
  variant: Pick<Variant, 'headers'>,
): CanonicalHeaders => (variant.headers ?? sortedHeaders)(fields, authority, isWanted)

/** A parameter as {@link canonicalQuery} sorts it: "!" comes before every character of what is encoded, and is none of them. */
export const extraPair = (name: string, value: string): string => `${name}!${value}`

/**
 * The query, sorted by name and then by value, both as they are encoded.
 *
 * @param query without its "?"
 * @param pairOf a parameter of encoded parts as it is sorted; `undefined` leaves it out
 */
export function canonicalQuery(
  query: string,
  text: (text: string) => string,
  pairOf: (name: string, value: string) => string | undefined = extraPair,
  extra: readonly string[] = [],
): string {
  const pairs = extra.slice()
  for (const one of query.split('&')) {
    if (one === '') continue
    const equals = `${one}=`.indexOf('=')
    const pair = pairOf(text(one.slice(0, equals)), text(one.slice(equals + 1)))
    if (pair !== undefined) pairs.push(pair)
  }
  // By code unit, as `sort` compares texts.
  return pairs.sort().join('&').replaceAll('!', '=')
}

/**
 * {@link canonicalQuery}, as the variant writes it.
 *
 * @param dropped names of parameters that are left out
 */
export const variantQuery = (
  { canonicalQuery: asSent, queryText, hasBarePairs }: Pick<Variant, 'canonicalQuery' | 'queryText' | 'hasBarePairs'>,
  query: string,
  dropped?: ReadonlySet<string>,
  extra?: readonly string[],
): string => {
  if (asSent !== undefined) return asSent(query)
  const pairOf = (name: string, value: string): string | undefined =>
    dropped?.has(name) ? undefined : hasBarePairs && value === '' ? name : extraPair(name, value)
  return canonicalQuery(query, queryText, pairOf, extra)
}

/** The canonical request of its parts, which are canonical themselves. */
export const canonicalForm = (
  method: string,
  path: string,
  query: string,
  { lines, list }: Pick<CanonicalHeaders, 'lines' | 'list'>,
  payload: string,
): string => `${method}\n${path}\n${query}\n${lines}\n${list}\n${payload}`

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
  const search = variantQuery(variant, query.slice(1), dropped, extra)
  return canonicalForm(method, variant.path(path, rules), search, headers, payload)
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
    fail('MESSAGE_MALFORMED', 'a body that is a stream must be signed by a hash that is given, or be left unsigned')
  return sha256Hex(body)
}

/** The last line of a canonical request, of what is given in place of the body's hash. */
export const payloadText = (
  { payloadText: of }: Variant,
  { body }: Pick<HttpRequest, 'body'>,
  payload: string,
): string => (of === undefined ? payload : of(payload, isEmptyBody(body)))

/** Whether a body is known to have no byte. */
export const isEmptyBody = (body: HttpRequest['body']): boolean =>
  body === null || (body instanceof Uint8Array && body.length === 0)

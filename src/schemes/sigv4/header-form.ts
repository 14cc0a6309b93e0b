import { fail } from '../../errors.js'
import { type FieldLines, fieldValues, hasField } from '../../message/fields.js'
import { type HttpMessage, type HttpRequest, isRequest } from '../../message/message.js'
import { bodyHash, canonicalHeaders, canonicalRequest, payloadText, stringToSign, UNSIGNED } from './canonical.js'
import type { CanonicalHeaders, Rules, Variant } from './variant.js'

// As the AWS SDKs have it: hop-by-hop fields, those that proxies write, and the signature itself.
const UNSIGNED_FIELDS =
  'authorization cache-control connection expect from keep-alive max-forwards pragma proxy-authorization ' +
  'proxy-connection referer te trailer transfer-encoding upgrade user-agent x-amzn-trace-id'

/** The names of the fields that are not signed. */
export const unsignable = (further: readonly string[] = []): Set<string> =>
  new Set([...UNSIGNED_FIELDS.split(' '), ...further])

/** A part of the scope. */
export const PART: RegExp = /^[\w.-]{1,128}$/

/** The scope behind its day: `/us-east-1/s3/aws4_request`. @throws {CountersignError} `CONFIG_INVALID`. */
export function areaOf(
  where: string,
  { scope = [], services = PART, terminator }: Pick<Variant, 'scope' | 'services' | 'terminator'>,
  places: Readonly<Record<'region' | 'service', string>>,
): string {
  let area = ''
  for (const name of scope) {
    if (!(name === 'service' ? services : PART).test(places[name]))
      fail('CONFIG_INVALID', `${where}: "${name}" must be a part of the scope in lower case, such as us-east-1 or s3`)
    area += `/${places[name]}`
  }
  return `${area}/${terminator}`
}

/** A request that carries none of the fields that a signer adds. @throws {CountersignError} `MESSAGE_MALFORMED`. */
export function unsignedRequest(message: HttpMessage, { name }: Variant, ...added: readonly string[]): HttpRequest {
  if (!isRequest(message)) fail('MESSAGE_MALFORMED', `${name} signs requests only`)
  for (const field of added) {
    if (hasField(message.fields, field.toLowerCase()))
      fail('MESSAGE_MALFORMED', `the request has a field ${field} already: sign the one that was not signed yet`)
  }
  return message
}

// As the caller states it: one of Google's conformance tests has 63 digits. A verifier takes 64.
const DECLARED = /^(?:[0-9a-f]{1,64}|UNSIGNED-PAYLOAD|STREAMING-[A-Z0-9-]{1,64})$/

/** The last line of the canonical request: what the message states already, or the hash of its body. */
export function payloadOf(request: HttpRequest, { fields }: Variant, unsignedPayload: boolean): string {
  const [stated, another] = fieldValues(request.fields, fields.hash.toLowerCase())
  if (stated === undefined) return unsignedPayload ? UNSIGNED : bodyHash(request)
  if (another !== undefined || !DECLARED.test(stated))
    fail('MESSAGE_MALFORMED', `${fields.hash} must be one hash in lower-case hexadecimal, or UNSIGNED-PAYLOAD`)
  return stated
}

/** What a signature in the header is made with, besides the key. */
export interface HeaderSettings {
  readonly rules: Rules
  readonly token: string | undefined
  readonly unsignedPayload: boolean
  /** Further fields that the variant adds. */
  readonly extra: ReadonlyArray<readonly [name: string, value: string]>
  isSigned(lower: string): boolean
}

/** A request with everything but its signature. */
export interface HeaderForm {
  /** Those of the request, and behind them what the signer has added. */
  readonly fields: FieldLines
  readonly headers: CanonicalHeaders
  readonly canonical: string
  /** What the key signs. */
  readonly base: string
}

/**
 * What is signed, of a request whose signature stands in its header.
 *
 * @param area the scope with its day
 * @throws {CountersignError} `MESSAGE_MALFORMED` for a request that cannot be signed.
 */
export function headerForm(
  message: HttpMessage,
  variant: Variant,
  settings: HeaderSettings,
  time: string,
  area: string,
  nonce: string,
): HeaderForm {
  const request = unsignedRequest(message, variant, 'Authorization', variant.fields.date)
  const { rules } = settings
  const payload = payloadOf(request, variant, settings.unsignedPayload)
  const fields = withOwn(request, variant, settings, time, payload, nonce)
  const headers = canonicalHeaders(fields, request.authority, settings.isSigned, variant)
  const parts = { variant, rules, headers, payload: payloadText(variant, request, payload) }
  const canonical = canonicalRequest(request, parts)
  return { fields, headers, canonical, base: stringToSign(variant, time, area, canonical) }
}

function withOwn(
  { fields }: HttpRequest,
  { fields: names }: Variant,
  { token, rules, extra }: HeaderSettings,
  time: string,
  payload: string,
  nonce: string,
): FieldLines {
  const out = [...fields, names.date, time]
  if (token !== undefined) out.push(names.token as string, token)
  for (const [name, value] of extra) out.push(name, value)
  if (names.nonce !== undefined) out.push(names.nonce, nonce)
  if (rules.bodyField && fieldValues(fields, names.hash.toLowerCase()).length === 0) out.push(names.hash, payload)
  return out
}

/** The value of the field `Authorization`. */
export function authorization(
  { label, members: { credential, signed, between }, scope }: Variant,
  keyId: string,
  area: string,
  { list }: CanonicalHeaders,
  signature: string,
): string {
  const who = `${credential}=${keyId}${scope === undefined ? '' : `/${area}`}`
  const what = list === '' ? '' : `${signed}=${list}${between}`
  return `${label} ${who}${between}${what}Signature=${signature}`
}

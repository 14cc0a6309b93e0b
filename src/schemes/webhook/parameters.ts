import { utf8, utf8Decode } from '../../crypto/encoding.js'
import { fail, type VerdictCode } from '../../errors.js'
import type { HttpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import type { Codec } from './codecs.js'
import { signatureBytes } from './places.js'
import type { SignaturePlace, TimePlace } from './webhook.js'

/** Name and value, decoded. */
export type Parameter = readonly [name: string, value: string]

/** More than any sender writes; sorting them is the costliest thing that is done before a signature is known to be right. */
const MAX_PARAMETERS = 1_000
const PERCENT = 0x25
const PLUS = 0x2b

const digit = (byte: number | undefined): number =>
  byte === undefined ? -1 : '0123456789abcdef'.indexOf(String.fromCharCode(byte).toLowerCase())

/** Decodes application/x-www-form-urlencoded; `undefined` where it is broken, which lenient decoders guess at. */
function decoded(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text
  const bytes = utf8(text)
  const out = new Uint8Array(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (byte === PERCENT) {
      const [high, low] = [digit(bytes[at + 1]), digit(bytes[at + 2])]
      if (high < 0 || low < 0) return undefined
      out[length++] = high * 16 + low
      at += 2
    } else out[length++] = byte === PLUS ? 0x20 : byte
  }
  return utf8Decode(out.subarray(0, length))
}

/**
 * The pairs of a query or a form, decoded, in their order.
 *
 * @throws {CountersignError} the code for a broken escape or bytes that are no UTF-8, `AUTH_TOO_LARGE` for too many.
 */
export function parametersOf(text: string, code: VerdictCode): readonly Parameter[] {
  if (text === '') return []
  const all = text.split('&', MAX_PARAMETERS + 1)
  if (all.length > MAX_PARAMETERS) fail('AUTH_TOO_LARGE', `there must be at most ${MAX_PARAMETERS} parameters`)
  return all.map((pair) => {
    const at = pair.indexOf('=')
    const name = decoded(at === -1 ? pair : pair.slice(0, at))
    const value = at === -1 ? '' : decoded(pair.slice(at + 1))
    if (name === undefined || value === undefined) return fail(code, 'a parameter is not encoded as a form is')
    return [name, value]
  })
}

/** The pairs of the query. */
export const queryOf = (request: HttpRequest): readonly Parameter[] =>
  parametersOf(splitTarget(request.target).query.slice(1), 'TARGET_MALFORMED')

/** The pairs of a body that is a form. */
export const formOf = (body: Uint8Array): readonly Parameter[] =>
  parametersOf(utf8Decode(body) ?? fail('BODY_UNREADABLE', 'the body is no UTF-8'), 'BODY_UNREADABLE')

/** The one value of a name. @throws {CountersignError} `AUTH_DUPLICATE` for two: which of them counts is undefined. */
export function oneParameter(all: readonly Parameter[], name: string): string | undefined {
  const found = all.filter(([one]) => one === name)
  if (found.length > 1) fail('AUTH_DUPLICATE', `"${name}" must stand once, got ${found.length}`)
  return found[0]?.[1]
}

/** The request with one more parameter at the end of its query. */
export function withParameter(request: HttpRequest, name: string, value: string): HttpRequest {
  const { target } = request
  const mark = target.includes('?') ? (/[?&]$/.test(target) ? '' : '&') : '?'
  return { ...request, target: `${target}${mark}${name}=${encodeURIComponent(value)}` }
}

/** A signature in the query. */
export const inQuery = (name: string, codec: Codec): SignaturePlace => ({
  codec,
  read: (request) => {
    const text = oneParameter(queryOf(request), name)
    return text === undefined ? undefined : { signatures: [signatureBytes(text, codec, `"${name}"`)] }
  },
  write: ([signature], { request }) => withParameter(request, name, signature as string),
})

/** A time in the query. */
export const timeInQuery = (name: string): TimePlace => ({
  read: (request) => oneParameter(queryOf(request), name),
  write: (request, time) =>
    oneParameter(queryOf(request), name) === undefined ? withParameter(request, name, time) : request,
})

/** Sorts by UTF-16 code units, as no locale does. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

import { equalBytes, nibbleOf, utf8 } from '../../crypto/encoding.js'
import { fail } from '../../errors.js'
import { type HttpMessage, type HttpRequest, isRequest } from '../../message/message.js'
import { normalizeAuthority, splitTarget } from '../../message/target.js'

/** Finds the value of one component in a message. */
export type Resolve = (message: HttpMessage) => string

/** A resolver that reads a request; a response has no such component. */
export const ofRequest =
  (read: (request: HttpRequest) => string): Resolve =>
  (message) =>
    isRequest(message) ? read(message) : fail('COMPONENT_MISSING', 'a request component in a response')

// 2.2.1: case-sensitive, no transformation.
export const method = (request: HttpRequest): string => request.method
export const authority = (request: HttpRequest): string => normalizeAuthority(request.authority, request.scheme)
export const path = (request: HttpRequest): string => splitTarget(request.target).path
// 2.2.7: an absent query is "?".
export const query = (request: HttpRequest): string => splitTarget(request.target).query || '?'

/** RFC 9421 2.2.2: scheme, authority, path and query; never a fragment. */
function targetUri(request: HttpRequest): string {
  const { target } = request
  const scheme = request.scheme.toLowerCase()
  if (target.startsWith('/')) return `${scheme}://${authority(request)}${target}`
  // RFC 9112 3.3: the asterisk form names the server itself, with an empty path.
  return target === '*' ? `${scheme}://${authority(request)}` : target
}

/**
 * The derived components of RFC 9421 2.2, by name. The ninth takes an argument: {@link queryParam}.
 */
export const DERIVED: Readonly<Record<string, Resolve>> = {
  __proto__: null as never,
  '@method': /* @__PURE__ */ ofRequest(method),
  '@target-uri': /* @__PURE__ */ ofRequest(targetUri),
  '@authority': /* @__PURE__ */ ofRequest(authority),
  '@scheme': /* @__PURE__ */ ofRequest((request) => request.scheme.toLowerCase()),
  // 2.2.5: the raw request target, whatever its form.
  '@request-target': /* @__PURE__ */ ofRequest((request) => request.target),
  '@path': /* @__PURE__ */ ofRequest(path),
  '@query': /* @__PURE__ */ ofRequest(query),
  '@status': (message) =>
    isRequest(message) ? fail('COMPONENT_MISSING', '@status in a request') : String(message.status),
}

// A letter of either case; negative for anything else.
const hexDigit = (code: number): number => nibbleOf(code > 0x40 ? code | 0x20 : code)

/**
 * application/x-www-form-urlencoded decoding of one name or value (WHATWG URL 5.1): `+` is a space, and a percent sign that
 * starts no escape stands for itself. `undefined` for bytes that are not UTF-8: the platform would put one replacement
 * character for all of them, so two requests would have one base.
 */
function decode(text: string): string | undefined {
  // A lone surrogate is no character, and has no bytes.
  if (/\p{Surrogate}/u.test(text)) return undefined
  const spaced = text.replaceAll('+', ' ')
  // Stryker disable next-line ConditionalExpression: without escapes the long way gives the same text, later
  if (!spaced.includes('%')) return spaced
  const bytes = utf8(spaced)
  let end = 0
  for (let at = 0; at < bytes.length; at++) {
    // Beyond the end there is no digit either.
    const high = bytes[at] === 0x25 ? hexDigit(bytes[at + 1] as number) : -1
    const low = high < 0 ? -1 : hexDigit(bytes[at + 2] as number)
    bytes[end++] = low < 0 ? (bytes[at] as number) : (high << 4) | low
    if (low >= 0) at += 2
  }
  const decoded = bytes.subarray(0, end)
  const out = lenient.decode(decoded)
  // Checked without an exception: a hostile query may hold thousands of them.
  return out.includes('\ufffd') && !equalBytes(utf8(out), decoded) ? undefined : out
}

const lenient = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true })

// The percent-encode set of application/x-www-form-urlencoded (WHATWG URL 1.3), with "%20" for space as RFC 9421 2.2.8
// prints it. encodeURIComponent leaves ! ' ( ) ~ alone, which that set encodes.
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** The parameters of a query by their encoded names, values still as they came; `null` for a name that is there twice. */
type Query = ReadonlyMap<string, string | null>

function readQuery(query: string): Query {
  const out = new Map<string, string | null>()
  for (const pair of query.slice(1).split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = decode(at === -1 ? pair : pair.slice(0, at))
    // A component's name is text, so nothing can cover such a parameter.
    if (name === undefined) continue
    const encoded = encode(name)
    out.set(encoded, out.has(encoded) ? null : at === -1 ? '' : pair.slice(at + 1))
  }
  return out
}

// Read once per message: a signature may cover 64 parameters of one query.
const queries = /* @__PURE__ */ new WeakMap<HttpRequest, { readonly target: string; readonly query: Query }>()

function queryOf(request: HttpRequest): Query {
  const { target } = request
  const known = queries.get(request)
  // What is kept only saves time, and linear-time.test.ts, which measures it, judges no mutant.
  // Stryker disable next-line ConditionalExpression: read again, it is the same
  if (known?.target === target) return known.query
  const query = readQuery(splitTarget(target).query)
  // Stryker disable next-line ObjectLiteral: read again, it is the same
  queries.set(request, { target, query })
  return query
}

/**
 * The resolver of `@query-param` (RFC 9421 2.2.8): the value, decoded and encoded again. The name is the encoded one. A
 * parameter that appears twice is an error: which one would the application read?
 */
export const queryParam = (name: string): Resolve =>
  ofRequest((request) => {
    const value = queryOf(request).get(name)
    if (value === undefined) fail('COMPONENT_MISSING', 'a covered query parameter is absent')
    if (value === null) return fail('MESSAGE_MALFORMED', 'a covered query parameter appears more than once')
    const text = decode(value)
    return text === undefined ? fail('MESSAGE_MALFORMED', 'a covered query parameter is not UTF-8') : encode(text)
  })

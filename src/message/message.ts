import { utf8 } from '../crypto/encoding.js'
import { assertInteger, assertOptions, fail, kindOf, type OptionNames } from '../errors.js'
import type { Body, BodyStream } from '../support/body.js'
import { type FieldLines, type FieldsInit, fieldLines } from './fields.js'
import { parseUrl } from './target.js'

/** One request exactly as it is on the wire. Immutable: signing returns a new one. */
export interface HttpRequest {
  /** As it is on the wire: case counts. */
  readonly method: string
  /** `https` or `http`, as the client sees it (a proxy may have ended TLS). */
  readonly scheme: string
  /** Host and port as the client named them: `Host` or `:authority`. */
  readonly authority: string
  /** The request target, raw: `/path?query`, an absolute form, or `*`. Never decoded, never re-parsed. */
  readonly target: string
  /** The fields, name and value in turn, in their order. */
  readonly fields: FieldLines
  /** Fields behind the body. Never a part of {@link HttpMessage.fields}. */
  readonly trailers?: FieldLines | undefined
  /** The bytes; `null` for none. */
  readonly body: Body
}

/** One response exactly as it is on the wire, with the request it answers where that is known. */
export interface HttpResponse {
  /** The status code. */
  readonly status: number
  /** The fields, name and value in turn, in their order. */
  readonly fields: FieldLines
  /** Fields behind the body. */
  readonly trailers?: FieldLines | undefined
  /** The bytes; `null` for none. */
  readonly body: Body
  /** The request this answers, for components with the `req` parameter (RFC 9421 2.4). */
  readonly request?: HttpRequest
}

/** A message that can be signed or verified: a request or a response. */
export type HttpMessage = HttpRequest | HttpResponse

/**
 * True for a request, false for a response.
 *
 * @example
 * ```ts
 * import { type HttpMessage, isRequest } from 'countersign/message'
 *
 * export const name = (message: HttpMessage) => (isRequest(message) ? message.method : message.status)
 * ```
 */
export const isRequest = (message: HttpMessage): message is HttpRequest => 'method' in message

/** True for a body that is not in memory. */
export const isStream = (body: Body): body is BodyStream => body !== null && !(body instanceof Uint8Array)

/** The same message with other field lines. Written out: a spread costs more than everything else an attach does. */
export function withFields<M extends HttpMessage>(message: M, fields: FieldLines): M {
  if (!isRequest(message)) return { ...message, fields }
  const { method, scheme, authority, target, trailers, body } = message
  return { method, scheme, authority, target, fields, trailers, body } satisfies HttpRequest as HttpMessage as M
}

// RFC 9110 5.6.2: a method is a token; lower case stays lower case.
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}$/

export function assertMethod(method: unknown): asserts method is string {
  if (typeof method !== 'string' || !METHOD.test(method)) {
    fail('MESSAGE_MALFORMED', '"method" must be an HTTP token of at most 64 characters')
  }
}

/** Objects are refused: the bytes that a serializer on the other side makes of them are unknown. */
function wireBody(body: Body | string): Body {
  if (typeof body === 'string') return utf8(body)
  if (body === null || body instanceof Uint8Array) return body
  if (typeof body === 'object' && (Symbol.asyncIterator in body || 'getReader' in body)) return body
  fail('ARGUMENT_INVALID', '"body" must be null, string, Uint8Array or a stream of them')
}

/** Parts of {@link httpRequest}. */
export interface HttpRequestInit {
  /** Default `GET`. */
  readonly method?: string
  /** Where it goes, with `http:` or `https:`. */
  readonly url: string | URL
  /** Its fields: flat lines, pairs, an object or `Headers`. Default none. */
  readonly headers?: FieldsInit
  /** Fields behind the body. Default none. */
  readonly trailers?: FieldsInit
  /** Text is sent as UTF-8. Default none. */
  readonly body?: Body | string
}

/** Parts of {@link httpResponse}. */
export interface HttpResponseInit {
  /** The status code. */
  readonly status: number
  /** Its fields: flat lines, pairs, an object or `Headers`. Default none. */
  readonly headers?: FieldsInit
  /** Fields behind the body. Default none. */
  readonly trailers?: FieldsInit
  /** Text is sent as UTF-8. Default none. */
  readonly body?: Body | string
  /** The request this answers. */
  readonly request?: HttpRequest
}

const REQUEST: OptionNames<HttpRequestInit> = { method: 1, url: 2, headers: 1, trailers: 1, body: 1 }
const RESPONSE: OptionNames<HttpResponseInit> = { status: 2, headers: 1, trailers: 1, body: 1, request: 1 }

/**
 * A request from its parts. The URL is taken as `fetch` would send it (RFC 3986 dot segments resolved, fragment cut); a
 * string body is its UTF-8.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` for a method, URL or field that cannot be put on the wire.
 * @example
 * ```ts
 * import { httpRequest } from 'countersign'
 *
 * const order = httpRequest({
 *   method: 'POST',
 *   url: 'https://api.example.com/v1/orders?dry=1',
 *   headers: { 'content-type': 'application/json' },
 *   body: '{"symbol":"BTCUSDT"}',
 * })
 * ```
 */
export function httpRequest(init: HttpRequestInit): HttpRequest {
  assertOptions('httpRequest', init, REQUEST, { header: 'headers', fields: 'headers' })
  const { method = 'GET', body = null } = init
  assertMethod(method)
  const { scheme, authority, target } = parseUrl(init.url)
  return {
    method,
    scheme,
    authority,
    target,
    fields: fieldLines(init.headers),
    ...(init.trailers !== undefined && { trailers: fieldLines(init.trailers) }),
    body: wireBody(body),
  }
}

/**
 * A response from its parts.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` for a status or field that cannot be put on the wire.
 * @example
 * ```ts
 * import { httpResponse } from 'countersign'
 *
 * const created = httpResponse({ status: 201, headers: { 'content-type': 'text/plain' }, body: 'ok' })
 * ```
 */
export function httpResponse(init: HttpResponseInit): HttpResponse {
  assertOptions('httpResponse', init, RESPONSE, { header: 'headers', fields: 'headers' })
  const { status, body = null } = init
  assertInteger('status', status, 100, 599, '', 'MESSAGE_MALFORMED')
  return {
    status,
    fields: fieldLines(init.headers),
    ...(init.trailers !== undefined && { trailers: fieldLines(init.trailers) }),
    body: wireBody(body),
    ...(init.request !== undefined && { request: init.request }),
  }
}

// fetch, "normalize a method": these and no others, so "patch" stays as it is.
const NORMALIZED = /^(?:get|post|put|delete|options|head)$/i

/**
 * A method as `fetch` sends it: the six that are commonly written in small letters are turned into capitals, others stay.
 *
 * @see {@link https://fetch.spec.whatwg.org/#concept-method-normalize | Fetch Standard, normalize a method}
 */
export const normalMethod = (method: string): string => (NORMALIZED.test(method) ? method.toUpperCase() : method)

/**
 * The method of a request to an exchange, as `fetch` would send it. What `fetch` leaves in small letters although there is one in
 * capitals (`patch`) would be signed and refused there.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`.
 */
export function upperMethod(method: unknown): string {
  // What most requests are needs no look at each character.
  if (method === 'GET' || method === 'POST') return method
  if (typeof method !== 'string' || !METHOD.test(method))
    fail('ARGUMENT_INVALID', `"method" must be an HTTP method, got ${kindOf(method)}`)
  if (method !== 'PATCH' && method.toUpperCase() === 'PATCH')
    fail('ARGUMENT_INVALID', '"method" must be PATCH in capital letters: fetch does not change it')
  return normalMethod(method)
}

import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { assertOptions, fail, kindOf, mustBe, type OptionNames } from '../errors.js'
import type { Body } from '../support/body.js'
import { type FieldLines, firstValue, hasField, http2Fields } from './fields.js'
import { consumed, incomingBody, restoringBody } from './from-node-body.js'
import type { HttpRequest, HttpResponse } from './message.js'

/** What Node servers hand out, with what frameworks put on it. */
export type NodeRequest = (IncomingMessage | Http2ServerRequest) & {
  /** The target before a router cut it (Express). */
  readonly originalUrl?: unknown
  /** What a body parser has left. */
  readonly body?: unknown
  /** The bytes of the body, where something has kept them. */
  readonly rawBody?: unknown
}

/** Options of {@link fromIncomingMessage}. */
export interface FromNodeRequestOptions {
  /** What the client used: behind a proxy that ends TLS, not what this socket carries. */
  readonly scheme: 'https' | 'http'
  /** What the client named, where a proxy has changed it. Default: `:authority` or `Host`. */
  readonly authority?: string
  /** The body's raw bytes, where a framework has captured them before parsing. Default: `request.rawBody`, if bytes. */
  readonly rawBody?: Uint8Array
}

/**
 * A request as Node's HTTP/1 and HTTP/2 servers received it: raw target (`originalUrl` where a framework cut a prefix), raw
 * field lines, and the body as a stream that has not been touched. Once a verifier (or `readBody`) has read it to its end, its
 * bytes are in the request's stream again, so that what stands behind reads it as if it were new. The authority is '', which no policy admits, where there
 * is none or `Host` contradicts `:authority`.
 *
 * @throws {CountersignError} `BODY_CONSUMED` when something has read or parsed the body without keeping its bytes: mount the
 *   verifier before body parsers; `ARGUMENT_INVALID` for a `rawBody` that is not bytes.
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { fromIncomingMessage } from 'countersign/server/node'
 *
 * createServer((request, response) => {
 *   const message = fromIncomingMessage(request, { scheme: 'https', authority: 'api.example.com' })
 *   response.end(message.target)
 * })
 * ```
 */
export function fromIncomingMessage(request: NodeRequest, options: FromNodeRequestOptions): HttpRequest {
  assertOptions('fromIncomingMessage', options, REQUEST_OPTIONS, {
    publicOrigin: 'authority',
    host: 'authority',
  })
  if (!Array.isArray((request as Partial<NodeRequest> | null | undefined)?.rawHeaders))
    fail(
      'ARGUMENT_INVALID',
      `fromIncomingMessage: "request" must be a request of node:http or node:http2 with its rawHeaders, got ${kindOf(request)}; a Fetch Request is read by fromFetchRequest()`,
    )
  if (options.scheme !== 'https' && options.scheme !== 'http')
    fail('CONFIG_INVALID', `"scheme" must be "https" or "http", got ${kindOf(options.scheme)}`)
  return incomingRequest(request, options)
}

const REQUEST_OPTIONS: OptionNames<FromNodeRequestOptions> = { scheme: 2, authority: 1, rawBody: 1 }

/** {@link fromIncomingMessage} for a middleware, whose options are checked once. */
export function incomingRequest(request: NodeRequest, options: FromNodeRequestOptions): HttpRequest {
  const { rawHeaders, originalUrl } = request
  const http2 = rawHeaders[0]?.startsWith(':') === true
  const fields = http2 ? http2Fields(rawHeaders) : rawHeaders
  const message = {
    method: request.method ?? '',
    scheme: options.scheme,
    authority: options.authority ?? authorityOf(http2 ? firstValue(rawHeaders, ':authority') : undefined, fields),
    target: typeof originalUrl === 'string' ? originalUrl : (request.url ?? ''),
    fields,
    body: requestBody(request, fields, options.rawBody),
  }
  return http2 || hasField(fields, 'transfer-encoding') ? withTrailers(message, request) : message
}

/** Options of {@link fromIncomingResponse}. */
export interface FromNodeResponseOptions {
  /** The request this answers, for components with the `req` parameter. */
  readonly request?: HttpRequest
}

const RESPONSE_OPTIONS: OptionNames<FromNodeResponseOptions> = { request: 1 }

/**
 * A response as Node's HTTP client received it, the body still as it was on the wire (Node undoes no content coding).
 *
 * @throws {CountersignError} `BODY_CONSUMED` when something has read the body.
 * @example
 * ```ts
 * import { get } from 'node:https'
 * import { fromIncomingResponse } from 'countersign/server/node'
 *
 * get('https://api.example.com/', (response) => {
 *   console.log(fromIncomingResponse(response).status)
 * })
 * ```
 */
export function fromIncomingResponse(
  response: IncomingMessage & { readonly req?: { readonly method?: string } },
  options: FromNodeResponseOptions = {},
): HttpResponse {
  assertOptions('fromIncomingResponse', options, RESPONSE_OPTIONS)
  mustBe(
    Array.isArray(response?.rawHeaders),
    'response',
    'an IncomingMessage of node:http',
    response,
    'ARGUMENT_INVALID',
  )
  const { rawHeaders: fields, statusCode: status = 0 } = response
  const { request } = options
  const method = request?.method ?? response.req?.method
  // RFC 9112 6.3: these never have a body, whatever their fields state.
  const bodyless = method === 'HEAD' || status < 200 || status === 204 || status === 304 || isEmpty(fields)
  if (!bodyless) assertUntouched(response, fields)
  const message = {
    status,
    fields,
    body: bodyless ? null : incomingBody(response),
    ...(request !== undefined && { request }),
  }
  return hasField(fields, 'transfer-encoding') ? withTrailers(message, response) : message
}

/** Trailers arrive after the body, so they are looked up when asked for. */
function withTrailers<M extends object>(message: M, source: { readonly rawTrailers: string[] }): M {
  return Object.defineProperty(message, 'trailers', { enumerable: true, get: () => source.rawTrailers })
}

function authorityOf(authority: string | undefined, fields: FieldLines): string {
  const host = firstValue(fields, 'host')
  // RFC 9113 8.3.1: a Host that names something else makes the request malformed.
  if (host !== undefined && authority !== undefined && host.toLowerCase() !== authority.toLowerCase()) return ''
  return authority ?? host ?? ''
}

const isEmpty = (fields: FieldLines): boolean =>
  !hasField(fields, 'transfer-encoding') && /^0+$/.test(firstValue(fields, 'content-length') ?? '')

/**
 * False only where there is certainly no content. An HTTP/2 stream knows whether it ended with its header block. In HTTP/1 the
 * head decides (RFC 9112 6.3), but only for what Node's parser made: a host that builds a request from parts may hand
 * over bytes beside any head.
 */
function mayHaveBody(request: NodeRequest, fields: FieldLines): boolean {
  if ('stream' in request) return !request.stream.endAfterHeaders
  if (hasField(fields, 'transfer-encoding') || (hasField(fields, 'content-length') && !isEmpty(fields))) return true
  // Where the head announces nothing, Node's parser makes nothing.
  return !isParsed(request) && typeof request.on === 'function' && !request.readableEnded && !request.destroyed
}

const parserOf = ({ socket }: NodeRequest): unknown =>
  (socket as { readonly parser?: unknown } | null | undefined)?.parser

/** True for a message of a connection that Node's HTTP parser reads. */
const isParsed = (request: NodeRequest): boolean => {
  const parser = parserOf(request)
  return typeof parser === 'object' && parser !== null
}

/** True for the very message that the parser has made last. */
const isBeingParsed = (request: NodeRequest): boolean =>
  (parserOf(request) as { readonly incoming?: unknown } | null | undefined)?.incoming === request

/** True for a body that a framework or host has put on a request whose head announces none. */
const isEmptyBody = (body: unknown): boolean =>
  body === undefined ||
  body === null ||
  body === '' ||
  (body instanceof Uint8Array ? body.length === 0 : typeof body === 'object' && Object.keys(body).length === 0)

function requestBody(request: NodeRequest, fields: FieldLines, given: Uint8Array | undefined): Body {
  if (given !== undefined) {
    if (given instanceof Uint8Array) return given
    fail('ARGUMENT_INVALID', `"rawBody" must be Uint8Array, got ${typeof given}`)
  }
  const { body, rawBody } = request
  if (rawBody instanceof Uint8Array && rawBody.length > 0) return rawBody
  // Some parsers leave an empty object where there was nothing to parse.
  if (!mayHaveBody(request, fields) && isEmptyBody(body)) return null
  if (rawBody instanceof Uint8Array) return rawBody
  // A raw parser keeps the bytes, unless it has undone a content coding.
  if (body instanceof Uint8Array && !hasField(fields, 'content-encoding')) return body
  if (body !== undefined) throw consumed()
  assertUntouched(request, fields)
  // Node's parser ends a body where its length says; another host may hand over more than its head announces, and so may another
  // stream before the socket of Node's server.
  const isSized = isBeingParsed(request) && !hasField(fields, 'transfer-encoding')
  return restoringBody(request, isSized ? Number(firstValue(fields, 'content-length')) : Number.NaN)
}

// A silent empty body here would turn into a digest that does not match, or, worse, into one that does.
function assertUntouched(stream: IncomingMessage | Http2ServerRequest, fields: FieldLines): void {
  const { readableDidRead, readableEnded, readableEncoding, readableFlowing, readableLength, complete } = stream
  // A chunked body may be empty; one with a length that has arrived and left nothing behind went somewhere else.
  const gone = complete && readableLength === 0 && hasField(fields, 'content-length') && !isEmpty(fields)
  if (readableDidRead || readableEnded || readableEncoding !== null || readableFlowing === true || gone)
    throw consumed()
}

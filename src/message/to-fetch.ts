import { CountersignError } from '../errors.js'
import type { Body, BodyStream } from '../support/body.js'
import { type FieldLines, fieldLines } from './fields.js'
import { type HttpMessage, type HttpRequest, type HttpResponse, isStream } from './message.js'
import { normalizeAuthority, parseUrl } from './target.js'

/** Further options of `fetch`; the message itself decides method, headers and body. */
export type ToFetchInit = Omit<RequestInit, 'method' | 'headers' | 'body'>

/** Fields that `fetch` writes itself from the URL and the body. */
const OWN: ReadonlySet<string> = /* @__PURE__ */ new Set(['host', 'content-length'])
/** Of a stream it does not know the length: Node and Bun send the one that is given. */
const OWN_OF_STREAM: ReadonlySet<string> = /* @__PURE__ */ new Set(['host'])

/**
 * A Fetch `Request` that sends exactly this message. Redirects are not followed unless `init` allows it: they would carry
 * the signature to wherever they point.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` where `fetch` would send something else: a target that it rewrites, a bare
 *   `?` (Node drops it), a fragment, trailers, a GET with a body, a field or method that it forbids.
 * @example
 * ```ts
 * import { httpRequest, toFetchRequest } from 'countersign/message'
 *
 * const message = httpRequest({ method: 'PUT', url: 'https://api.example.com/a?b=1', body: 'text' })
 * export const response = (signal: AbortSignal) => fetch(toFetchRequest(message, { signal }))
 * ```
 */
export function toFetchRequest(message: HttpRequest, init: ToFetchInit = {}): Request {
  const { method, scheme, authority, target, body } = message
  const host = normalizeAuthority(authority, scheme)
  const url = `${scheme}://${host}${target}`
  // Glued together, the parts may read as others: "a" and "/b", "a/b" and "/".
  const read = parseUrl(url)
  if (read.authority !== host) throw unsendable('this authority')
  if (read.target !== target || target.endsWith('?')) throw unsendable('this request target')
  refuseTrailers(message)
  if (isStream(body) && !streamsRequests()) throw unsendable('a streamed body')
  const headers = toHeaders(message.fields, isStream(body) ? OWN_OF_STREAM : OWN)
  const own = { redirect: 'manual', ...init, method, headers, body: toBody(body) } as const
  const request = made(() => new Request(url, isStream(body) ? { ...own, ...HALF } : own), 'this message')
  // What is signed must be what is sent, and the platform parses and rewrites URLs and methods.
  if (request.url !== url) throw unsendable('this request target')
  if (request.method !== method) throw unsendable('this method')
  return request
}

/**
 * A Fetch `Response` with this message's status, fields and body.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` for what a `Response` cannot be: a status below 200, a body with a status
 *   that has none (204, 205, 304), trailers.
 * @example
 * ```ts
 * import { httpResponse, toFetchResponse } from 'countersign/message'
 *
 * export const handler = (): Response => toFetchResponse(httpResponse({ status: 200, body: 'ok' }))
 * ```
 */
export function toFetchResponse(message: HttpResponse): Response {
  const { status, body } = message
  refuseTrailers(message)
  // An empty body is no body to `Response`, which refuses even that with 204.
  const content = body instanceof Uint8Array && body.length === 0 ? null : toBody(body)
  return made(() => new Response(content, { status, headers: toHeaders(message.fields) }), 'this response')
}

/**
 * A `Headers` of these lines, without the named fields.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` for a line that cannot be sent.
 */
export function toHeaders(fields: FieldLines, without?: ReadonlySet<string>): Headers {
  const headers = new Headers()
  const lines = fieldLines(fields)
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] as string
    if (without?.has(name.toLowerCase()) !== true) headers.append(name, lines[i + 1] as string)
  }
  return headers
}

/** Required with a stream, and unknown to the DOM types. */
const HALF: object = { duplex: 'half' }

/** Where request streams are not supported, a stream is sent as the text "[object ReadableStream]", with its type. */
function streamsRequests(): boolean {
  const probe = new Request('https://probe.invalid', { method: 'POST', body: new ReadableStream(), ...HALF })
  return !probe.headers.has('content-type')
}

const unsendable = (what: string): CountersignError =>
  new CountersignError('MESSAGE_MALFORMED', `fetch cannot send ${what} as it is`)

/** The platform's errors repeat the URL, which may hold a key, so they are not passed on as a cause. */
function made<T>(make: () => T, what: string): T {
  try {
    return make()
  } catch {
    throw unsendable(what)
  }
}

function refuseTrailers({ trailers = [] }: HttpMessage): void {
  if (trailers.length > 0) throw unsendable('trailers')
}

const toBody = (body: Body): BodyInit | null =>
  isStream(body) ? toReadableStream(body) : (body as Uint8Array<ArrayBuffer> | null)

/** Chunks as a web stream, pulled one at a time; cancelling it stops the source. */
export function toReadableStream(source: BodyStream): ReadableStream<Uint8Array> {
  let iterator: AsyncIterator<Uint8Array> | undefined
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      iterator ??= source[Symbol.asyncIterator]()
      const { done, value } = await iterator.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
    cancel: async (reason) => {
      await iterator?.return?.(reason)
    },
  })
}

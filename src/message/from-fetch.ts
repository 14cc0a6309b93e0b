import { assertOptions, fail, mustBe, type OptionNames, urlKind } from '../errors.js'
import type { Body } from '../support/body.js'
import { assertCap, readBody, streamChunks } from '../support/body.js'
import { type FieldLines, hasField } from './fields.js'
import type { HttpRequest, HttpResponse } from './message.js'
import { type Destination, parseUrl } from './target.js'

/** How the body of a Fetch message is taken. */
export interface FromFetchOptions {
  /** Read the body now, at most this many bytes. Without it the body stays a stream that can be read once. */
  readonly capBytes?: number
}

/** Options of {@link fromFetchRequest}. */
export interface FromFetchRequestOptions extends FromFetchOptions {
  /**
   * Origin the client used, such as `https://api.example.com`, where a proxy has replaced it in `request.url`. The path and
   * query are the request's own.
   */
  readonly publicOrigin?: string
}

/** Options of {@link fromFetchResponse}. */
export interface FromFetchResponseOptions extends FromFetchOptions {
  /** The request this answers, for components with the `req` parameter. */
  readonly request?: HttpRequest
}

const REQUEST_OPTIONS: OptionNames<FromFetchRequestOptions> = { capBytes: 1, publicOrigin: 1 }
const RESPONSE_OPTIONS: OptionNames<FromFetchResponseOptions> = { capBytes: 1, request: 1 }

/**
 * A Fetch `Request` as it is on the wire. Its URL has been normalised by the platform already (dot segments resolved,
 * fragment cut), which is what a client's `fetch` sends; behind a server that rewrites URLs the signed target is lost.
 * Reads the body's stream: clone the request first where something else needs it.
 *
 * @throws {CountersignError} `BODY_CONSUMED` when the body was read before, `BODY_TOO_LARGE`, `BODY_UNREADABLE`,
 *   `CONFIG_INVALID` for a `publicOrigin` that is not an origin, `MESSAGE_MALFORMED` for a URL that is not http(s).
 * @see {@link https://fetch.spec.whatwg.org/#request-class | Fetch, Request class}
 * @example
 * ```ts
 * import { fromFetchRequest } from 'countersign/message'
 *
 * export const received = (request: Request) =>
 *   fromFetchRequest(request, { publicOrigin: 'https://api.example.com', capBytes: 1_000_000 })
 * ```
 */
export async function fromFetchRequest(request: Request, options: FromFetchRequestOptions = {}): Promise<HttpRequest> {
  assertOptions('fromFetchRequest', options, REQUEST_OPTIONS)
  const { publicOrigin, capBytes } = options
  assertFetched('fromFetchRequest', 'request', 'a Fetch Request', request)
  const own = parseUrl(request.url)
  const { scheme, authority } = publicOrigin === undefined ? own : parseOrigin(publicOrigin)
  return {
    method: request.method,
    scheme,
    authority,
    target: own.target,
    fields: fromHeaders(request.headers),
    body: await fetchedBody(request, capBytes, request.method === 'GET' || request.method === 'HEAD'),
  }
}

/**
 * A Fetch `Response` as it is on the wire. `fetch` has undone a content coding by then, so a body that came with one can no
 * longer be compared with its digest.
 *
 * @throws {CountersignError} `BODY_CONSUMED`, `BODY_TOO_LARGE`, `BODY_UNREADABLE`; `MESSAGE_MALFORMED` for an opaque or
 *   error response; `CONTENT_ENCODING_UNSUPPORTED` for a decoded body with a `Content-Digest`.
 * @example
 * ```ts
 * import { fromFetchResponse, type HttpRequest } from 'countersign/message'
 *
 * export const answer = (response: Response, request: HttpRequest) =>
 *   fromFetchResponse(response, { request, capBytes: 1_000_000 })
 * ```
 */
export async function fromFetchResponse(
  response: Response,
  options: FromFetchResponseOptions = {},
): Promise<HttpResponse> {
  assertOptions('fromFetchResponse', options, RESPONSE_OPTIONS)
  return fetchedResponse(response, options)
}

/** {@link fromFetchResponse} of options that are right. */
export async function fetchedResponse(
  response: Response,
  { request, capBytes }: FromFetchResponseOptions,
): Promise<HttpResponse> {
  assertFetched('fromFetchResponse', 'response', 'a Fetch Response', response)
  const { status } = response
  if (status < 100) fail('MESSAGE_MALFORMED', 'response must have a status, got none')
  const fields = fromHeaders(response.headers)
  const coding = response.headers.get('content-encoding')
  // Only what came over the network was decoded, and only that has a URL.
  if (
    response.url !== '' &&
    response.body !== null &&
    hasField(fields, 'content-digest') &&
    (coding ?? 'identity').toLowerCase() !== 'identity'
  ) {
    fail(
      'CONTENT_ENCODING_UNSUPPORTED',
      'fetch has decoded the body, so its Content-Digest cannot be checked: ask for Accept-Encoding identity',
    )
  }
  const body = await fetchedBody(response, capBytes, false)
  return { status, fields, body, ...(request && { request }) }
}

function assertFetched(where: string, name: string, says: string, message: unknown): void {
  const { url, headers } = (message ?? {}) as { readonly url?: unknown; readonly headers?: Partial<Headers> }
  const fits = typeof url === 'string' && typeof headers?.forEach === 'function'
  mustBe(fits, name, says, message, 'ARGUMENT_INVALID', `${where}: `)
}

/**
 * Scheme and authority of an origin.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for anything that has a path, query, fragment or credentials.
 */
export function parseOrigin(origin: string): Pick<Destination, 'scheme' | 'authority'> {
  let parts: Destination | undefined
  try {
    parts = parseUrl(origin)
  } catch {}
  if (parts === undefined || parts.target !== '/' || origin.includes('#')) {
    const got = parts === undefined ? urlKind(origin) : 'a URL with more than its host'
    fail('CONFIG_INVALID', `"publicOrigin" must be an origin such as https://api.example.com, got ${got}`)
  }
  return parts
}

/** Field lines of a `Headers`. Repeated fields are combined by then, except `Set-Cookie`. */
export function fromHeaders(headers: Headers): FieldLines {
  const out: string[] = []
  const cookies = headers.getSetCookie?.()
  headers.forEach((value, name) => {
    // Some runtimes list it combined, which cannot be undone (RFC 9110 5.3), some line by line.
    if (name !== 'set-cookie' || cookies === undefined) out.push(name, value)
  })
  for (const cookie of cookies ?? []) out.push('set-cookie', cookie)
  return out
}

/** The body of what a `fetch` or a platform handed out; the whole of it where there is a cap. `null` where it has none. */
export async function fetchedBody(
  source: Request | Response,
  capBytes: number | undefined,
  bodyless: boolean,
): Promise<Body> {
  if (capBytes !== undefined) assertCap(capBytes)
  if (source.bodyUsed) fail('BODY_CONSUMED', 'the body was read before it could be signed or verified')
  const stream = source.body as ReadableStream<Uint8Array> | null | undefined
  if (stream === null || (stream === undefined && bodyless)) return null
  if (stream?.locked) fail('BODY_CONSUMED', 'the body is being read elsewhere, or was already')
  const body = stream === undefined ? buffered(source) : streamChunks(stream)
  return capBytes === undefined ? body : readBody(body, capBytes)
}

/** For browsers whose `Request` has no `body`: they can only give all of it at once. */
async function* buffered(source: Request | Response): AsyncGenerator<Uint8Array, void, undefined> {
  yield new Uint8Array(await source.arrayBuffer())
}

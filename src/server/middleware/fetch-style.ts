import { type FieldLines, hasField, http2Fields } from '../../message/fields.js'
import { fromFetchRequest, fromHeaders } from '../../message/from-fetch.js'
import { type HttpRequest, type HttpResponse, isStream } from '../../message/message.js'
import { toFetchResponse, toReadableStream } from '../../message/to-fetch.js'
import type { Signer } from '../../schemes/scheme.js'
import type { Body } from '../../support/body.js'
import { PRIVATE, type RefusalAnswer, type ResponseSigner, varyOnProof } from '../respond.js'
import type { Accepted, Verdict } from '../verdict.js'
import type { Arrival, Gate, MiddlewareOptions } from './gate.js'
import type { PublicUrl } from './public-url.js'

/** Further options of the middleware of Fetch-style hosts. */
export interface FetchMiddlewareOptions extends MiddlewareOptions {
  /** Signs every answer to a verified request. The answer is buffered for it, and must not be changed after it. */
  readonly signResponses?: Signer
}

/** Node's request, where a Fetch-style host on Node passes it on (as `@hono/node-server` does). */
interface RawIncoming {
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly socket?: { readonly remoteAddress?: string; readonly encrypted?: boolean }
}

/** What srvx (h3, Nitro) puts on its requests on Node. */
interface OnNode {
  readonly runtime?: { readonly node?: { readonly req?: Partial<RawIncoming> } }
}

/**
 * The raw request of such a host, from what it passes on or from the request itself. What it shows, a Fetch `Request` hides:
 * duplicate fields and the target as it came.
 */
export function rawIncoming(host: unknown, request?: object): RawIncoming | undefined {
  const incoming =
    (host as { incoming?: Partial<RawIncoming> } | null | undefined)?.incoming ??
    (request as OnNode)?.runtime?.node?.req
  return typeof incoming?.url === 'string' && Array.isArray(incoming.rawHeaders) ? (incoming as RawIncoming) : undefined
}

/** Judges a Fetch request. */
export async function judgeFetch(
  gate: Gate,
  request: Request,
  incoming: RawIncoming | undefined,
  peer: string | undefined,
): Promise<Verdict | undefined> {
  const { method, url } = request
  const fields = incoming === undefined ? fromHeaders(request.headers) : http2Fields(incoming.rawHeaders)
  const arrival: Arrival = {
    method,
    target: incoming?.url ?? url,
    fields,
    peer: peer ?? incoming?.socket?.remoteAddress,
    encrypted: url.startsWith('https:'),
  }
  return gate.judge(arrival, async (where) => {
    const message = await fromFetchRequest(request)
    return {
      ...message,
      ...publicly(where),
      fields,
      ...(incoming !== undefined && { target: incoming.url }),
      body: await announced(message.body, fields),
    }
  })
}

/** A body that may be none: some hosts give every POST a stream, and only reading it shows that nothing was sent. */
async function announced(body: Body, fields: FieldLines): Promise<Body> {
  if (!isStream(body) || hasField(fields, 'content-length') || hasField(fields, 'transfer-encoding')) return body
  const chunks = body[Symbol.asyncIterator]()
  let first: Promise<IteratorResult<Uint8Array>> | undefined = chunks.next()
  try {
    if ((await first).done === true) return null
  } catch {
    // The reader of the body gets the error.
  }
  const next = (): Promise<IteratorResult<Uint8Array>> => {
    const step = first ?? chunks.next()
    first = undefined
    return step
  }
  const rest: AsyncIterator<Uint8Array> =
    chunks.return === undefined ? { next } : { next, return: () => chunks.return!() }
  return { [Symbol.asyncIterator]: () => rest }
}

/** Scheme and authority where they differ from the request's URL. */
const publicly = ({ scheme, authority }: PublicUrl): Partial<HttpRequest> =>
  authority === undefined ? { scheme } : { scheme, authority }

/** Requests as handlers get them, with their verdicts. */
const verdicts = new WeakMap<object, Accepted>()

/** The verdict on a request that {@link requestWithBody} has made. */
export const verdictFor = (request: object): Accepted | undefined => verdicts.get(request)

/** The request with its verified body, which can be read once more. */
export function requestWithBody(request: Request, verdict: Accepted): Request {
  const made = withBody(request, verdict)
  verdicts.set(made, verdict)
  return made
}

function withBody(request: Request, { body, bodyStream }: Accepted): Request {
  // Hosts have classes of their own that no platform takes for a Request.
  const own = request instanceof Request && Object.getPrototypeOf(request) === Request.prototype
  const { method, headers } = request
  const bodyless = /^(?:GET|HEAD)$/i.test(method)
  // Firefox's Request has no `body` at all.
  if (own && (request.body === null || (bodyless && request.body === undefined))) return request
  const from: Request | string = own ? request : request.url
  const parts: RequestInit = own ? {} : { method, headers: new Headers(headers), signal: request.signal ?? null }
  if (bodyless && !own) return new Request(from, parts)
  return bodyStream === undefined
    ? new Request(from, { ...parts, body: (body ?? new Uint8Array()) as BodyInit })
    : new Request(from, { ...parts, body: toReadableStream(bodyStream), ...HALF })
}

/** Required with a stream, and unknown to the DOM types. */
const HALF: object = { duplex: 'half' }

export const refusalToFetch = ({ status, headers, body }: RefusalAnswer): Response =>
  new Response(body, { status, headers })

/** The answer to a verified request, kept out of shared caches and signed where a signer is given. */
export async function acceptedToFetch(
  response: Response,
  verdict: Accepted,
  sign: ResponseSigner | undefined,
): Promise<Response> {
  // A redirect or a fetched response has headers that cannot be changed.
  const headers = new Headers(response.headers)
  if (!headers.has('cache-control')) headers.set('cache-control', PRIVATE)
  headers.set('vary', varyOnProof(headers.get('vary')))
  const { status, statusText } = response
  if (sign === undefined) return new Response(response.body, { status, statusText, headers })
  const body = response.body === null ? null : new Uint8Array(await response.arrayBuffer())
  const message: HttpResponse = { status, fields: fromHeaders(headers), body }
  return sign(message, verdict.request).then(toFetchResponse)
}

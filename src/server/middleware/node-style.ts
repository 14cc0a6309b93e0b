import { kindOf } from '../../errors.js'
import { firstValue, hasField } from '../../message/fields.js'
import { type HttpRequest, isStream } from '../../message/message.js'
import { readBody } from '../../support/body.js'
import { isPromise } from '../../support/deadline.js'
import { ignoreErrors } from '../../support/ignore-errors.js'
import { PRIVATE, type RefusalAnswer, varyOnProof } from '../respond.js'
import { streamRefusal } from '../steps/stream-failure.js'
import type { Verdict } from '../verdict.js'
import type { Arrival, Gate } from './gate.js'
import type { PublicUrl } from './public-url.js'

/** The common part of Node's HTTP/1 and HTTP/2 requests, as far as it is needed here. */
export interface IncomingLike {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly rawHeaders: readonly string[]
  readonly headers?: object
  readonly httpVersionMajor: number
  readonly complete: boolean
  readonly socket: { readonly remoteAddress?: string | undefined; readonly encrypted?: boolean }
  /** Of HTTP/2. */
  readonly stream?: { readonly endAfterHeaders?: boolean }
  rawBody?: unknown
}

/** The same for responses. */
export interface OutgoingLike {
  statusCode: number
  readonly headersSent?: boolean
  getHeader(name: string): number | string | readonly string[] | undefined
  setHeader(name: string, value: string): unknown
  end(body: string): unknown
}

/** Reads a message from a host's request: `fromIncomingMessage`, which only Node-only files may import. */
export type Take<R> = (request: R, url: PublicUrl & { readonly scheme: 'https' | 'http' }) => HttpRequest

/** Hosts that build a request themselves leave out parts of it, and a part that is missing looks like one that was not sent. */
export function hostFault({ method, url, rawHeaders, headers }: Partial<IncomingLike>): string | undefined {
  if (typeof method !== 'string' || method === '' || typeof url !== 'string' || url === '')
    return 'the host handed over a request without a method or a target'
  if (!Array.isArray(rawHeaders) || rawHeaders.length % 2 !== 0)
    return `the host handed over a request whose "rawHeaders" must be a list of names and values, got ${kindOf(rawHeaders)}`
  // `headers` is built when it is read, so it is only read where it matters.
  if (rawHeaders.length === 0 && Object.keys(headers ?? {}).length > 0)
    return 'the host handed over "headers" and an empty "rawHeaders" (serverless-http does): set request.rawHeaders from its event before the verifier, or use the Fetch handler'
  return undefined
}

const arrivalOf = (request: IncomingLike): Arrival => {
  const fault = hostFault(request)
  const { method, url, rawHeaders } = request
  const socket = request.socket as IncomingLike['socket'] | undefined
  return {
    method: String(method ?? ''),
    target: String(url ?? ''),
    fields: fault === undefined ? rawHeaders : [],
    peer: socket?.remoteAddress,
    encrypted: socket?.encrypted === true,
    // An HTTP/2 stream states whether it ended with its header block.
    hasContent: request.stream?.endAfterHeaders === false,
    ...(fault !== undefined && { fault }),
  }
}

/**
 * Judges a Node request. The raw body of an accepted one is left on it as `rawBody`, because it can be read once only. A short
 * body mostly comes in one packet with its head, and Node's parser hands it over before the next microtask: to begin there takes less
 * than to wait for it with listeners.
 */
export const judgeIncoming = <R extends IncomingLike>(
  gate: Gate,
  request: R,
  take: Take<R>,
): Verdict | undefined | Promise<Verdict | undefined> =>
  comesWithHead(request) ? SOON.then(() => judgeNow(gate, request, take)) : judgeNow(gate, request, take)

const SOON = /* @__PURE__ */ Promise.resolve()

const comesWithHead = ({ complete, rawHeaders }: Partial<IncomingLike>): boolean =>
  complete === false && Array.isArray(rawHeaders) && SMALL.test(firstValue(rawHeaders, 'content-length') ?? '')

function judgeNow<R extends IncomingLike>(
  gate: Gate,
  request: R,
  take: Take<R>,
): Verdict | undefined | Promise<Verdict | undefined> {
  const verdict = gate.judge(arrivalOf(request), (url) => {
    const message = take(request, url as Parameters<Take<R>>[1])
    return isStream(message.body) && !isAnnounced(request) ? withReadBody(message, gate.maxBodyBytes) : message
  })
  return isPromise(verdict) ? verdict.then((one) => withRawBody(request, one)) : withRawBody(request, verdict)
}

function withRawBody(request: IncomingLike, verdict: Verdict | undefined): Verdict | undefined {
  if (verdict?.ok === true && verdict.body !== null) request.rawBody = verdict.body
  return verdict
}

/** HTTP/1 announces every body (RFC 9112 6.3). Only a host that builds requests itself has a stream behind a head without one. */
const isAnnounced = ({ rawHeaders, httpVersionMajor }: IncomingLike): boolean =>
  httpVersionMajor > 1 || hasField(rawHeaders, 'content-length') || hasField(rawHeaders, 'transfer-encoding')

/** The request with what such a stream holds, which is mostly nothing. */
async function withReadBody(message: HttpRequest, capBytes: number): Promise<HttpRequest> {
  const body = await readBody(message.body, capBytes)
  return { ...message, body: body?.length === 0 ? null : body }
}

// A body of up to this size is let in and thrown away, so that the connection can be used again.
const SMALL = /^\d{1,5}$/

/** Sends a refusal. A large body that will not be read must not be received either, so its connection ends. */
export function sendRefusal(
  request: IncomingLike,
  response: OutgoingLike,
  { status, headers, body }: RefusalAnswer,
): void {
  // Something else may have given up on the request while its body was being read.
  if (response.headersSent === true) return
  response.statusCode = status
  for (const name of Object.keys(headers)) response.setHeader(name, headers[name] as string)
  if (isUnread(request)) response.setHeader('connection', 'close')
  response.end(body)
}

/** True where a large or endless body is still on its way. HTTP/2 ends a stream without ending the connection. */
export function isUnread({ complete, httpVersionMajor, rawHeaders }: IncomingLike): boolean {
  if (complete || httpVersionMajor > 1 || !Array.isArray(rawHeaders)) return false
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === 'content-length') return !SMALL.test(rawHeaders[i + 1] as string)
  }
  return true
}

/** Keeps answers to verified requests out of shared caches, unless the handler sets something else after this. */
export function markPrivate(response: Pick<OutgoingLike, 'getHeader' | 'setHeader' | 'headersSent'>): void {
  if (response.headersSent === true) return
  if (response.getHeader('cache-control') === undefined) response.setHeader('cache-control', PRIVATE)
  const vary = response.getHeader('vary')
  response.setHeader('vary', varyOnProof(typeof vary === 'object' ? vary.join(',') : vary?.toString()))
}

/** The further members of a response that {@link sendFailure} uses. */
interface FailingResponse extends OutgoingLike {
  getHeaderNames(): string[]
  removeHeader(name: string): unknown
  readonly socket?: { destroy(): unknown } | null
  readonly stream?: { destroy?(): unknown }
}

/** Answers a request whose handler failed with 500, or ends its connection where an answer has begun. Never throws. */
export function sendFailure(response: FailingResponse, { status, headers, body }: RefusalAnswer): void {
  ignoreErrors(() => {
    if (response.headersSent === true) {
      // RFC 9112 9.6: only the end of the connection shows the client that this is not all.
      if (typeof response.stream?.destroy === 'function') response.stream.destroy()
      else response.socket?.destroy()
      return
    }
    for (const name of response.getHeaderNames()) response.removeHeader(name)
    response.statusCode = status
    for (const name of Object.keys(headers)) response.setHeader(name, headers[name] as string)
    // How much of the body was read is unknown.
    if (response.stream === undefined) response.setHeader('connection', 'close')
    response.end(body)
  })
}

/** Listeners of a failing stream that answer nothing: this one, and the one that keeps the process alive. */
const SILENT = 2

/**
 * Answers for a reader that does not notice that its streamed body has failed: `pipe()`, and 'data' with 'end', listen to no
 * error, and would leave the request open for ever. Any other listener notices, and answers itself.
 */
export function answerUnheard(gate: Gate, verdict: Verdict | undefined, request: object, response: object): void {
  if (verdict?.ok !== true || verdict.bodyStream === undefined) return
  const stream = request as {
    on(name: 'error', listener: (error: unknown) => void): unknown
    listenerCount(name: 'error'): number
  }
  stream.on('error', (error) => {
    const refused = streamRefusal(error)
    if (refused === undefined || stream.listenerCount('error') > SILENT) return
    if ((response as { readonly writableEnded?: boolean }).writableEnded !== true)
      sendFailure(response as FailingResponse, gate.answer(refused))
  })
}

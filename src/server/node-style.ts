import type { HttpRequest } from '../message/message.js'
import type { Arrival, Gate } from './gate.js'
import type { PublicUrl } from './public-url.js'
import { PRIVATE, type RefusalAnswer, varyOnProof } from './respond.js'
import type { Verdict } from './verdict.js'

/** What Node's HTTP/1 and HTTP/2 requests have in common, as far as it is needed here. */
export interface IncomingLike {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly rawHeaders: readonly string[]
  readonly httpVersionMajor: number
  readonly complete: boolean
  readonly socket: { readonly remoteAddress?: string | undefined; readonly encrypted?: boolean }
  rawBody?: unknown
}

/** The same for responses. */
export interface OutgoingLike {
  statusCode: number
  getHeader(name: string): number | string | readonly string[] | undefined
  setHeader(name: string, value: string): unknown
  end(body: string): unknown
}

/** Reads a message from a host's own request: `fromIncomingMessage`, which only Node-only files may import. */
export type Take<R> = (request: R, url: PublicUrl & { readonly scheme: 'https' | 'http' }) => HttpRequest

const arrivalOf = ({ method = '', url = '', rawHeaders, socket }: IncomingLike): Arrival => ({
  method,
  target: url,
  fields: rawHeaders,
  peer: socket.remoteAddress,
  encrypted: socket.encrypted === true,
})

/** Judges a Node request. The raw body of an accepted one is left on it as `rawBody`, because it can be read once only. */
export async function judgeIncoming<R extends IncomingLike>(
  gate: Gate,
  request: R,
  take: Take<R>,
): Promise<Verdict | undefined> {
  const verdict = await gate.judge(arrivalOf(request), (url) => take(request, url as Parameters<Take<R>>[1]))
  if (verdict?.ok === true && verdict.body !== null) request.rawBody = verdict.body
  return verdict
}

// A body of up to this size is let in and thrown away, so that the connection can be used again.
const SMALL = /^\d{1,5}$/

/** Sends a refusal. A large body that nobody will read must not be received either, so its connection ends. */
export function sendRefusal(
  request: IncomingLike,
  response: OutgoingLike,
  { status, headers, body }: RefusalAnswer,
): void {
  response.statusCode = status
  for (const name of Object.keys(headers)) response.setHeader(name, headers[name] as string)
  if (isUnread(request)) response.setHeader('connection', 'close')
  response.end(body)
}

/** True where a large or endless body is still on its way. HTTP/2 ends a stream without ending the connection. */
export function isUnread({ complete, httpVersionMajor, rawHeaders }: IncomingLike): boolean {
  if (complete || httpVersionMajor > 1) return false
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === 'content-length') return !SMALL.test(rawHeaders[i + 1] as string)
  }
  return true
}

/** Keeps answers to verified requests out of shared caches, unless the handler sets something else after this. */
export function markPrivate(response: Pick<OutgoingLike, 'getHeader' | 'setHeader'>): void {
  if (response.getHeader('cache-control') === undefined) response.setHeader('cache-control', PRIVATE)
  const vary = response.getHeader('vary')
  response.setHeader('vary', varyOnProof(typeof vary === 'object' ? vary.join(',') : vary?.toString()))
}

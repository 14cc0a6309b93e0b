import { stringify } from 'node:querystring'
import type { Dispatcher } from 'undici'
import { fail } from '../errors.js'
import { hasField } from '../message/fields.js'
import { assertMethod, type HttpRequest, normalMethod } from '../message/message.js'
import { memberName, refuseValue, scalarText } from '../message/values.js'
import type { Body, BodyStream } from '../support/body.js'
import type { Signal } from '../support/deadline.js'
import { isSource, readSource } from './fetch/body.js'
import { headerLines } from './header-lines.js'

/** The request of a dispatch, its body aside. */
export function requestOf(
  { origin, path, query, method: given, headers }: Dispatcher.DispatchOptions,
  parsed: ReadonlyMap<string, URL>,
): HttpRequest {
  if (origin === undefined)
    fail('ORIGIN_REFUSED', '"origin" of the dispatch must be given: use an Agent, or pass "origin"')
  const { protocol, host } = typeof origin === 'string' ? (parsed.get(origin) ?? new URL(origin)) : origin
  assertMethod(given)
  // As fetch does; undici itself sends what it is given, which servers refuse.
  const method = normalMethod(given)
  if (method === 'CONNECT' || !path.startsWith('/'))
    fail('MESSAGE_MALFORMED', '"path" of the dispatch must start at the root, and CONNECT is not signed')
  // As undici writes it: what is signed must be what it would have made.
  const added = query === undefined || query === null ? '' : stringify(queryTexts(query))
  if (added !== '' && /[?#]/.test(path))
    fail('MESSAGE_MALFORMED', '"query" of the dispatch must be absent where the path has one')
  const target = added === '' ? path : `${path}?${added}`
  return { method, scheme: protocol.slice(0, -1), authority: host, target, fields: headerLines(headers), body: null }
}

/** The values of a query, as the same rule has them everywhere: what `stringify` would make empty is refused. */
function queryTexts(query: object): Record<string, string | string[]> {
  const out: Record<string, string | string[]> = {}
  const textOf = (name: string, value: unknown): string =>
    scalarText(name, value) ??
    refuseValue(name, value, undefined, ': where the service takes JSON text, pass JSON.stringify(value)')
  for (const [name, value] of Object.entries(query)) {
    const path = memberName('query', name)
    if (Array.isArray(value)) out[name] = Array.from(value, (one, at) => textOf(memberName(path, at), one))
    else if (value !== undefined) out[name] = textOf(path, value)
  }
  return out
}

/** The request with its body's bytes; a stream that comes with its digest stays one. */
export function withBody(
  request: HttpRequest,
  body: unknown,
  capBytes: number,
  signal: Signal,
): HttpRequest | Promise<HttpRequest> {
  const carry = (bytes: Uint8Array): HttpRequest =>
    Object.assign({}, request, { body: bytes.length === 0 ? null : (bytes as Body) })
  if (body === null || body === undefined) return request
  // From Node's pool of buffers, where a TextEncoder would allocate one of its own.
  if (typeof body === 'string') return carry(Buffer.from(body))
  if (body instanceof Uint8Array) return carry(body)
  if (isSource(body)) {
    if (hasField(request.fields, 'content-digest')) return { ...request, body: body as BodyStream }
    return readSource(body, capBytes, signal instanceof AbortSignal ? signal : undefined).then(carry)
  }
  fail(
    'ARGUMENT_INVALID',
    '"body" must be a string, bytes or a stream; give FormData and Blob to createSignedFetch, or to new Response(body).bytes()',
  )
}

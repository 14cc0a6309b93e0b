import { fail, urlKind } from '../../errors.js'
import { assertFetchInit } from '../../message/fetch-init.js'
import { hasField } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import type { Destination } from '../../message/target.js'
import type { BuiltRequest } from '../../schemes/scheme.js'
import type { BodyStream } from '../../support/body.js'
import type { Signal } from '../../support/deadline.js'
import { bodyBytes, isSource, type Source } from './body.js'

/** A parsed URL as every platform's fetch puts it on the wire: some send a bare "?" and others drop it, so it goes first. */
export function destinationOf(url: URL): Destination {
  // An empty query that is set is one that is taken away.
  if (url.search === '') url.search = ''
  const { protocol, host, pathname, search } = url
  return { scheme: protocol.slice(0, -1), authority: host, target: pathname + search }
}

/** The URL of a request as it is sent: a signature may stand in its query. */
export const urlOf = ({ scheme, authority, target }: Destination): string => `${scheme}://${authority}${target}`

/** What `fetch` was asked for, in the parts that signing, retries and redirects need. */
export interface Plan extends Omit<BuiltRequest, 'body'> {
  /** Still to be read, and no part of the request yet. */
  readonly body: unknown
}

type Input = string | URL | Request
const SETTINGS = ['cache', 'credentials', 'integrity', 'keepalive', 'mode', 'referrer', 'referrerPolicy'] as const

const IN_URL = 'the query of the URL'
const IN_BODY = '"body" with JSON.stringify()'
/** What only the signer of an exchange reads, and what other clients call things. */
const HINTS: Readonly<Record<string, string>> = {
  params: IN_URL,
  query: IN_URL,
  qs: IN_URL,
  searchParams: IN_URL,
  json: IN_BODY,
  data: IN_BODY,
  payload: IN_BODY,
  form: '"body" with URLSearchParams',
}
const NAMES = { own: [], hints: HINTS }

/**
 * Reads the arguments of `fetch` as the platform would, without touching them: relative URLs, method case, and which
 * fields a page may set are the platform's decision, and only what it lets through is signed.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for `no-cors`, a relative URL outside of a page and members that no platform reads, `BODY_CONSUMED`; and the
 *   platform's own TypeError for what it would not send.
 */
export function planOf(input: Input, init: RequestInit = {}): Plan {
  assertFetchInit(init, NAMES)
  // By shape, because a Request may come from another realm or from undici.
  const given = typeof input === 'object' && 'clone' in input ? input : undefined
  // In this mode a browser drops the signature's fields silently.
  if ((init.mode ?? given?.mode) === 'no-cors') fail('ARGUMENT_INVALID', 'mode "no-cors" cannot sign')
  const body = init.body ?? bodyOf(given)
  const url = given?.url ?? (input as string | URL)
  let outline: Request
  try {
    outline = new Request(url, {
      method: init.method ?? given?.method ?? 'GET',
      headers: init.headers ?? given?.headers ?? [],
    })
  } catch (error) {
    // The platform's words name no way out: only a page has an origin that a path may be of.
    if (URL.canParse(url, globalThis.location?.href)) throw error
    fail('ARGUMENT_INVALID', `the URL must be absolute, got ${urlKind(url)}`)
  }
  const { method } = outline
  if (body !== null && /^(?:GET|HEAD)$/.test(method)) fail('ARGUMENT_INVALID', `${method} cannot have a body`)
  return {
    request: { ...destinationOf(new URL(outline.url)), method, fields: [...outline.headers].flat(), body: null },
    body,
    rest: { ...settingsOf(given), ...init },
    signal: init.signal === undefined ? given?.signal : init.signal,
    redirect: init.redirect ?? given?.redirect,
  }
}

/** The request with its body in memory; a stream that comes with its digest stays one, and can be sent once. */
export async function loadBody({ request, body, signal }: Plan, capBytes: number): Promise<HttpRequest> {
  if (body === null) return request
  const { fields } = request
  if (isSource(body) && hasField(fields, 'content-digest')) return { ...request, body: body as BodyStream }
  const [bytes, type] = await bodyBytes(body, capBytes, signal)
  return {
    ...request,
    fields: type === null || hasField(fields, 'content-type') ? fields : [...fields, 'content-type', type],
    body: bytes.length === 0 ? null : bytes,
  }
}

/** The arguments that make the platform send exactly this message. */
export function initOf(message: HttpRequest, rest: RequestInit, signal: Signal): RequestInit {
  const { method, fields, body } = message
  const headers = fields.flatMap((name, i) => (i % 2 ? [] : [[name, fields[i + 1]]]))
  // "duplex" is what a streamed body needs and any other ignores; the DOM types do not know it.
  return { ...rest, duplex: 'half', method, headers, body, redirect: 'manual', signal } as unknown as RequestInit
}

/** The body of a Request: a clone's, so that the caller's object stays unread. */
function bodyOf(given: Request | undefined): Source | Request | null {
  if (given === undefined || given.body === null || /^(?:GET|HEAD)$/.test(given.method)) return null
  if (given.bodyUsed) fail('BODY_CONSUMED', 'the body was read already')
  const clone = given.clone()
  // Some browsers have no Request.body.
  return clone.body ?? clone
}

/** Members that are there: some platforms throw for settings they do not know, so none is made up. */
function settingsOf(given: Request | undefined): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const name of SETTINGS) {
    const value = given?.[name]
    if (value !== undefined && value !== 'navigate') out[name] = value
  }
  return out
}

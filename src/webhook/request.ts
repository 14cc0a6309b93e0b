import { utf8 } from '../crypto/encoding.js'
import { assertOptions, fail, isMembers, kindOf, type OptionNames } from '../errors.js'
import { type FieldLines, type FieldsInit, fieldLines } from '../message/fields.js'
import { fetchedBody } from '../message/from-fetch.js'
import type { HttpRequest } from '../message/message.js'
import { parseUrl } from '../message/target.js'

/** A delivery as a platform hands it over: the raw body, never what a parser made of it. */
export interface WebhookRequest {
  /** Its fields: `Headers`, an object, pairs or flat lines. */
  readonly headers: FieldsInit
  /** As it came, before a parser has read it. */
  readonly body: Uint8Array | string | null
  /** Default `POST`. */
  readonly method?: string
  /** The URL that the sender called, for schemes that sign it. */
  readonly url?: string | URL
}

const PARTS: OptionNames<WebhookRequest> = { headers: 2, body: 2, method: 1, url: 1 }
const PART_HINTS = {
  rawBody: 'body',
  payload: 'body',
  header: 'headers',
  deliveries: 'receiveWebhook(webhook, request, { deliveries })',
}

/** A request of the platform's kind. */
export const isFetch = (request: Request | WebhookRequest): request is Request =>
  typeof (request as Request)?.headers?.get === 'function' && typeof (request as Request).url === 'string'

/** Its message, with the body read. @throws {CountersignError} `BODY_CONSUMED`, `BODY_TOO_LARGE`, `TARGET_MALFORMED`. */
export async function fromFetch(request: Request, maxBodyBytes: number): Promise<HttpRequest> {
  if (request.bodyUsed)
    fail(
      'BODY_CONSUMED',
      'the body was read before: hand the request over first, and read verdict.json() or verdict.text()',
    )
  const lines: string[] = []
  for (const [name, value] of request.headers) lines.push(name, value)
  const body = (await fetchedBody(request, maxBodyBytes, /^(?:GET|HEAD)$/.test(request.method))) as Uint8Array | null
  return { ...destination(request.url), method: request.method, fields: lines, body }
}

/** A URL that no sender signs is not read. */
const NOWHERE = { scheme: 'https', authority: '', target: '/' } as const

// All parts stay as they came: a URL parser would encode, shorten or lower what its sender has signed as it is.
const RAW = /^(https?):\/\/([^/?#\\\s]+)([^#]*)/i

/** @throws {CountersignError} `TARGET_MALFORMED`: hosts make a URL of what the client has sent. */
function destination(url: string | URL | undefined): Pick<HttpRequest, 'scheme' | 'authority' | 'target'> {
  if (url === undefined) return NOWHERE
  // Stryker disable next-line ConditionalExpression: a URL object reads as its text
  const raw = typeof url === 'string' ? RAW.exec(url) : null
  try {
    if (raw === null) return parseUrl(url)
    const [, scheme, authority, target] = raw as unknown as readonly [string, string, string, string]
    // Whether it is a host, and no user name before one.
    parseUrl(`${scheme}://${authority}/`)
    return { scheme: scheme.toLowerCase(), authority, target: target.startsWith('/') ? target : `/${target}` }
  } catch (error) {
    return fail('TARGET_MALFORMED', (error as Error).message)
  }
}

/** What frameworks hand to handlers: a request of Node or around one, the one of Hono, the context of Koa. */
const isOfFramework = (request: WebhookRequest): boolean =>
  typeof request === 'object' && request !== null && ('rawHeaders' in request || 'raw' in request || 'req' in request)

/** The message that the parts are of. @throws {CountersignError} `CONFIG_INVALID`, `TARGET_MALFORMED`. */
export function fromParts(request: WebhookRequest): HttpRequest {
  if (isOfFramework(request))
    fail(
      'CONFIG_INVALID',
      'the request is one of a framework: Express, Fastify, Koa and node:http take webhookVerifier() as middleware; in Hono pass c.req.raw; anywhere pass { headers, body } with the raw body',
    )
  if (!isMembers(request))
    fail(
      'CONFIG_INVALID',
      `"request" must be a Request of Fetch, or { headers, body } with the raw body, got ${kindOf(request)}`,
    )
  // Nearly always right, and asked for every delivery: the names of what is wrong are found only then.
  // Stryker disable next-line ConditionalExpression,BooleanLiteral: it only saves the call
  for (const name in request) if (!Object.hasOwn(PARTS, name)) assertOptions('request', request, PARTS, PART_HINTS)
  const { headers, body, method = 'POST', url } = request
  if (!(body === null || typeof body === 'string' || body instanceof Uint8Array))
    fail(
      'CONFIG_INVALID',
      `"body" must be the raw body (bytes, or the text as it came), got ${kindOf(body)}: read it before a body parser does`,
    )
  const { scheme, authority, target } = destination(url)
  // Written out: a spread costs more than finding the signature does.
  return {
    method,
    scheme,
    authority,
    target,
    fields: linesOf(headers),
    body: typeof body === 'string' ? utf8(body) : body,
  }
}

const isOwn = Object.prototype.hasOwnProperty

/** Field lines as they came. What a host hands over was read from the wire, so it is not checked again to be sent. */
function linesOf(headers: FieldsInit): FieldLines {
  if (Array.isArray(headers) && headers.length % 2 === 0 && headers.every((one) => typeof one === 'string'))
    return headers
  if (typeof headers !== 'object' || headers === null || Symbol.iterator in headers) return fieldLines(headers)
  const out: string[] = []
  // Twice as quick as a list of the names.
  for (const name in headers) {
    if (!isOwn.call(headers, name)) continue
    const value = (headers as Readonly<Record<string, unknown>>)[name]
    if (typeof value === 'string') out.push(name, value)
    else if (value !== undefined) return fieldLines(headers)
  }
  return out
}

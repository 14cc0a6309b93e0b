import { base64Decode, utf8 } from '../../crypto/encoding.js'
import { type FieldLines, fieldValues } from '../../message/fields.js'

type Values = Readonly<Record<string, string | undefined>>
type Lists = Readonly<Record<string, readonly string[] | undefined>>

/** What API Gateway (payload formats 1.0 and 2.0), a function URL or a load balancer invokes a function with, as far as it is read. */
export interface LambdaEvent {
  /** `2.0` of HTTP APIs and function URLs, `1.0` of HTTP APIs; REST APIs and load balancers have none. */
  readonly version?: string
  /** Method, of payload version 1.0 and of load balancers. */
  readonly httpMethod?: string
  /** Path, of the same. */
  readonly path?: string
  /** Path, of payload version 2.0. */
  readonly rawPath?: string
  /** Query as it came, of payload version 2.0. */
  readonly rawQueryString?: string
  /** Cookies, which version 2.0 takes out of the fields. */
  readonly cookies?: readonly string[]
  /** Fields, one value each. */
  readonly headers?: Values | null
  /** Fields, all values each. */
  readonly multiValueHeaders?: Lists | null
  /** Query, one value per name. */
  readonly queryStringParameters?: Values | null
  /** Query, all values per name. */
  readonly multiValueQueryStringParameters?: Lists | null
  /** Text, or base64. */
  readonly body?: string | null
  /** Whether the body is base64. */
  readonly isBase64Encoded?: boolean
  // Any object: the events of @types/aws-lambda have interfaces here, which have no index signature.
  /** What the service states of the call: method, address of the client. */
  readonly requestContext: object
}

interface EventContext {
  readonly elb?: unknown
  readonly path?: string
  readonly domainName?: string
  readonly http?: { readonly method?: string; readonly sourceIp?: string }
  readonly identity?: { readonly sourceIp?: string | null }
}

const contextOf = (event: LambdaEvent): EventContext => event.requestContext

/** The request of an event as it was on the wire, as far as the platform shows it. */
export interface EventRequest {
  readonly method: string
  readonly target: string
  readonly fields: FieldLines
  readonly body: Uint8Array | null
  readonly peer: string | undefined
  readonly encrypted: boolean
}

/** Why an event cannot be read; `undefined` for one that can. */
export function eventFault(event: unknown): string | undefined {
  const { requestContext, httpMethod, path, rawPath, body, cookies } = Object(event) as Partial<LambdaEvent>
  if (typeof requestContext !== 'object' || requestContext === null)
    return 'the event must be one of API Gateway, a function URL or a load balancer: it has no "requestContext"'
  const { http } = requestContext as EventContext
  if (typeof (httpMethod ?? http?.method) !== 'string' || typeof (rawPath ?? path) !== 'string')
    return 'the event must be one of API Gateway, a function URL or a load balancer: it has no method or no path'
  if (typeof (body ?? '') !== 'string' || !Array.isArray(cookies ?? []))
    return 'the event must be one of API Gateway, a function URL or a load balancer: its body is no text, or its cookies are no list'
  return undefined
}

/** Reads the parts of an event. What the platform has decoded is written again in the one form that clients send. */
export function readEvent(event: LambdaEvent): EventRequest {
  const { http, identity, elb } = contextOf(event)
  const fields = fieldsOf(event)
  return {
    method: event.httpMethod ?? http?.method ?? '',
    target: pathOf(event) + queryOf(event),
    fields,
    body: bodyOf(event),
    peer: http?.sourceIp ?? identity?.sourceIp ?? undefined,
    // Only a load balancer can be asked without TLS, and it sets this field itself.
    encrypted: elb === undefined || fieldValues(fields, 'x-forwarded-proto').at(-1) === 'https',
  }
}

// RFC 3986 3.3: what stands in a path as it is. Anything else was encoded, "%" included.
const NOT_PATH = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/gu

/**
 * The path that was sent. REST APIs, function URLs and load balancers hand over what came; of a REST API the stage is in
 * `requestContext.path` alone. HTTP APIs decode it: https://github.com/honojs/hono/issues/2156
 */
function pathOf(event: LambdaEvent): string {
  const { path: whole, elb, domainName = '' } = contextOf(event)
  if (event.version === undefined) return (elb === undefined ? whole : undefined) ?? event.path ?? ''
  const path = event.rawPath ?? event.path ?? ''
  return /\.lambda-url\.[a-z0-9-]+\.on\.aws$/.test(domainName) ? path : path.replace(NOT_PATH, encoded)
}

/** RFC 3986 2.1, of text that may hold half a character, which encodeURIComponent throws for. */
const encoded = (text: string): string => encodeURIComponent(text.replace(HALVES, '\ufffd'))
const HALVES = /\p{Surrogate}/gu

function queryOf(event: LambdaEvent): string {
  if (event.rawQueryString !== undefined) return event.rawQueryString === '' ? '' : `?${event.rawQueryString}`
  const { queryStringParameters: single, multiValueQueryStringParameters: several } = event
  // A load balancer does not decode them; API Gateway does.
  const written = contextOf(event).elb === undefined ? encoded : (text: string) => text
  const pairs = linesOf(several, single).map(([name, value]) => `${written(name)}=${written(value)}`)
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function fieldsOf(event: LambdaEvent): FieldLines {
  const lines = linesOf(event.multiValueHeaders, event.headers).flat()
  // Format 2.0 takes them out of the headers. RFC 6265 5.4: a client sends one line.
  // Emulators of the platform write null for none.
  const cookies = event.cookies ?? []
  return cookies.length === 0 || fieldValues(lines, 'cookie').length > 0
    ? lines
    : [...lines, 'cookie', cookies.join('; ')]
}

/** Names and values; the lists have all of them, where the platform makes such lists. */
function linesOf(several: Lists | null | undefined, single: Values | null | undefined): Array<[string, string]> {
  const out: Array<[string, string]> = []
  for (const [name, values] of Object.entries(several ?? single ?? {}))
    for (const value of Array.isArray(values) ? values : [values ?? []].flat()) out.push([name, String(value)])
  return out
}

function bodyOf({ body, isBase64Encoded }: LambdaEvent): Uint8Array | null {
  if (body === undefined || body === null || body === '') return null
  // What does not decode is a body that no digest fits.
  return (isBase64Encoded === true ? base64Decode(body) : undefined) ?? utf8(body)
}

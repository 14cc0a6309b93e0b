import { utf8, utf8Decode } from '../../crypto/encoding.js'
import { fail, isCountersignError, kindOf, nearest } from '../../errors.js'
import { type FieldLines, fieldValues, hasField } from '../../message/fields.js'
import { isPrintable } from '../../support/ascii.js'
import { readBody } from '../../support/body.js'
import { endToEnd, filtered } from '../fields.js'
import { begin, type Logged, type ProxyLog } from '../log.js'
import { problemOf } from '../problem.js'
import { type OpenTarget, openTarget, type ProxyRoute, type ProxyTarget } from '../signing/target.js'
import type { Upstream, UpstreamAnswer, UpstreamRequest } from '../upstream.js'
import { secretsOf, shownText, withoutSecrets } from './shown.js'

/** An API as an assistant sees it: a name, and what may be called. */
export interface Api {
  readonly name: string
  readonly target: OpenTarget
  /** `GET /orders/*`, one for each route; none where everything may be called. */
  readonly routes: readonly string[]
}

/** A tool of the Model Context Protocol. */
export interface Tool {
  readonly name: string
  readonly description: string
  readonly inputSchema: { readonly type: 'object'; readonly [name: string]: unknown }
  readonly annotations: Readonly<Record<string, boolean | string>>
}

/** What a call of a tool gives to the assistant. */
export interface ToolResult {
  readonly content: Array<{ readonly type: 'text'; readonly text: string }>
  readonly isError: boolean
}

/** What a call is made with. */
export interface Calling {
  readonly apis: readonly Api[]
  readonly upstreams: ReadonlyMap<OpenTarget, Upstream>
  readonly log: ProxyLog | undefined
  readonly maxAnswerBytes: number
}

/** @throws {CountersignError} `CONFIG_INVALID` for two of one name, and as `createSigningProxy` does. */
export function apisOf(where: string, targets: readonly ProxyTarget[]): readonly Api[] {
  if (!Array.isArray(targets) || targets.length === 0)
    fail('CONFIG_INVALID', `${where}: "targets" must be a list of targets, got ${kindOf(targets)}`)
  const apis = targets.map((given, at): Api => {
    const target = openTarget(given, `${where}: targets[${at}]`)
    const routes = (given.routes ?? []).map(
      ({ method = 'any method', path }: ProxyRoute) => `${[method].flat().join('|')} ${path}`,
    )
    const name = target.prefix === '/' ? new URL(target.origin).host : target.prefix.slice(1)
    return { name, target, routes }
  })
  for (const [at, { name }] of apis.entries())
    if (apis.findIndex((one) => one.name === name) !== at)
      fail('CONFIG_INVALID', `${where}: "targets[${at}].prefix" must be another one, got a second "${name}"`)
  return apis
}

const READING = /^(?:(?:GET|HEAD)\|?)+ /

/** The one tool: a call of an API. Its description is all that an assistant learns of the set-up. */
export function toolsOf(apis: readonly Api[]): readonly Tool[] {
  const lines = apis.map(
    ({ name, target, routes }) => `- ${name} (${target.origin}): ${routes.join(', ') || 'any path'}`,
  )
  const readOnly = apis.every(({ routes }) => routes.length > 0 && routes.every((route) => READING.test(route)))
  return [
    {
      name: 'call_api',
      description: `Sends one request to one of these APIs, signed with a key that stays with this server, and returns status and body. Nothing else can be called:\n${lines.join('\n')}`,
      inputSchema: {
        type: 'object',
        properties: {
          api: { type: 'string', enum: apis.map(({ name }) => name), description: 'Name of the API.' },
          method: { type: 'string', enum: [...METHODS_OFFERED], default: 'GET' },
          path: { type: 'string', description: 'Path, with the query as it is sent: /orders?symbol=BTCUSDT' },
          headers: {
            type: 'object',
            additionalProperties: { type: 'string' },
            description: 'Further fields. Credentials are replaced.',
          },
          body: { description: 'Text as it is sent, or a value that is sent as JSON.' },
        },
        required: ['api', 'path'],
        additionalProperties: false,
      },
      annotations: {
        title: 'Call a signed API',
        readOnlyHint: readOnly,
        destructiveHint: !readOnly,
        openWorldHint: true,
      },
    },
  ]
}

const METHODS_OFFERED = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const ARGUMENTS = ['api', 'method', 'path', 'headers', 'body']

/** Everything that a call may come to is a result: an assistant reads it and goes on. */
export async function callTool(
  { apis, upstreams, log, maxAnswerBytes }: Calling,
  given: unknown,
  signal: AbortSignal,
): Promise<ToolResult> {
  let logged: Logged | undefined
  try {
    const { api, method, path, fields, body } = asked(apis, given)
    logged = begin(log, method, path)
    const { target } = api
    Object.assign(logged.facts, { upstream: target.origin, keyId: target.keyId() })
    const refused = target.refusal(method, path, fields)
    if (refused !== undefined) fail('ROUTE_REFUSED', refused)
    const upstream = upstreams.get(target) ?? fail('CONFIG_INVALID', 'the server is closed')
    if (body !== null && body.length > target.limits.maxBodyBytes)
      fail('BODY_TOO_LARGE', `the body must have at most ${target.limits.maxBodyBytes} bytes`)
    const own = filtered(endToEnd(fields), (field) => !OF_THIS_SERVER.has(field))
    const request = target.clean(target.address({ method, target: path, fields: own, body }))
    const secrets = new Set<string>()
    const noting: Upstream = {
      ...upstream,
      send: (sent: UpstreamRequest) => {
        for (const one of secretsOf(request, sent)) secrets.add(one)
        return upstream.send(sent)
      },
    }
    const answer = await target.send(noting, request, signal, logged)
    const text = shownText(withoutSecrets(await textOf(answer, maxAnswerBytes, logged), [...secrets]))
    logged.end(answer.status)
    return { content: [{ type: 'text', text }], isError: answer.status >= 400 }
  } catch (error) {
    const { status, code, detail } = problemOf(error)
    if (logged !== undefined) Object.assign(logged.facts, { code, detail })
    logged?.end(status)
    if (!isCountersignError(error) && signal.aborted) throw error
    return { content: [{ type: 'text', text: `${code}: ${detail}` }], isError: true }
  }
}

/** The digest is of the body that is sent, and what would come compressed could not be shown. */
const OF_THIS_SERVER: ReadonlySet<string> = new Set(['content-digest', 'repr-digest', 'accept-encoding'])

interface Asked {
  readonly api: Api
  readonly method: string
  readonly path: string
  readonly fields: FieldLines
  readonly body: Uint8Array | null
}

/** @throws {CountersignError} `ARGUMENT_INVALID` with what was expected, in the words of the tool. */
function asked(apis: readonly Api[], given: unknown): Asked {
  if (typeof given !== 'object' || given === null)
    return invalid(`the arguments must be an object, got ${kindOf(given)}`)
  const { api: name, method = 'GET', path, headers = {}, body } = given as Readonly<Record<string, unknown>>
  const unknown = Object.keys(given).find((one) => !ARGUMENTS.includes(one))
  if (unknown !== undefined)
    invalid(`unknown argument "${unknown.slice(0, 64)}"; did you mean "${nearest(unknown, ARGUMENTS) ?? 'api'}"?`)
  const api = apis.find((one) => one.name === name)
  if (api === undefined)
    return invalid(
      `"api" must be ${apis.map((one) => `"${one.name}"`).join(' or ')}, got ${typeof name === 'string' ? 'another name' : kindOf(name)}`,
    )
  if (!METHODS_OFFERED.includes(method as 'GET'))
    invalid(`"method" must be ${METHODS_OFFERED.join(', ')}, got ${kindOf(method)}`)
  // What a request line ends at, and what is not sent.
  if (typeof path !== 'string' || !/^\/[\x21-\x22\x24-\x7e]*$/.test(path))
    return invalid('"path" must start with "/" and hold no space, "#" or character that is not percent-encoded')
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers))
    invalid(`"headers" must be an object of texts, got ${kindOf(headers)}`)
  const fields = Object.entries(headers as object).flatMap(([field, value]) =>
    typeof value === 'string' && /^[\w-]+$/.test(field) && isPrintable(value)
      ? [field, value]
      : invalid('"headers" must be names of letters, digits and "-", with printable texts'),
  )
  const isJson = body !== undefined && body !== null && typeof body !== 'string'
  const type = isJson && !hasField(fields, 'content-type') ? ['Content-Type', 'application/json'] : []
  const text = isJson ? JSON.stringify(body) : (body as string | null | undefined)
  return {
    api,
    method: method as string,
    path,
    fields: [...fields, ...type],
    body: text === undefined || text === null || text === '' ? null : utf8(text),
  }
}

const invalid = (message: string): never => fail('ARGUMENT_INVALID', `call_api: ${message}`)

/** Fields of an answer that say what to do next. Nothing that would be a credential, such as a cookie, is among them. */
const SHOWN = ['content-type', 'location', 'retry-after', 'x-request-id', 'link']

async function textOf({ status, fields, body }: UpstreamAnswer, most: number, logged: Logged): Promise<string> {
  const head = [
    `HTTP ${status}`,
    ...SHOWN.flatMap((name) => fieldValues(fields, name).map((value) => `${name}: ${value}`)),
  ]
  let bytes: Uint8Array
  try {
    bytes = (await readBody(body, most)) ?? new Uint8Array()
  } catch (error) {
    body.destroy()
    if (!isCountersignError(error, 'BODY_TOO_LARGE')) throw error
    return [...head, '', `(the body has more than ${most} bytes and is left out: ask for less)`].join('\n')
  }
  logged.facts.bytesOut = bytes.length
  const text = utf8Decode(bytes)
  return [...head, '', text ?? `(${bytes.length} bytes that are no text)`].join('\n')
}

import { fail, kindOf } from '../errors.js'

/** The objects of hosts that are easily passed for one another. */
type HostKind =
  | 'fetch'
  | 'node'
  | 'express'
  | 'koa'
  | 'hono'
  | 'fastify'
  | 'application'
  | 'answer'
  | 'promise'
  | 'parts'
  | 'response'
  | 'event'

const WORDS: Readonly<Record<HostKind, string>> = {
  fetch: 'a Fetch Request',
  node: 'a Node request',
  express: 'an Express request',
  koa: 'a context of Koa',
  hono: 'a context of Hono',
  fastify: 'a Fastify request',
  application: 'an application',
  answer: 'a response',
  promise: 'a promise',
  parts: 'an object of parts',
  response: 'an HttpResponse',
  event: 'an event of a platform',
}

/** Where each of them is verified. */
const MIDDLEWARE: Readonly<Partial<Record<HostKind, string>>> = {
  fetch: 'withSignature() of countersign/server/fetch',
  node: 'verifyRequest() or withSignature() of countersign/server/node',
  express: 'requireSignature() of countersign/server/express',
  koa: 'requireSignature() of countersign/server/koa',
  hono: 'requireSignature() of countersign/server/hono',
  fastify: 'requireSignature() of countersign/server/fastify',
}

/** The value that `verify` takes instead. */
const REMEDIES: Readonly<Partial<Record<HostKind, string>>> = {
  fetch: 'pass await fromFetchRequest(request) of countersign/message',
  node: 'pass fromIncomingMessage(request, { scheme: "https" }) of countersign/server/node',
  express: 'pass fromIncomingMessage(req, { scheme: "https" }) of countersign/server/node',
  promise: 'await it',
  parts: 'pass httpRequest({ method, url, headers, body })',
  response: 'a response is verified by createResponseVerifier() of countersign/client',
}

type Loose = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null
const isFunction = (value: unknown): boolean => typeof value === 'function'
const isNode = (value: unknown): boolean => isObject(value) && Array.isArray(value['rawHeaders'])
const isFetch = (value: unknown): boolean =>
  isObject(value) &&
  typeof value['url'] === 'string' &&
  isObject(value['headers']) &&
  isFunction(value['headers']['get'])

/** The kind of host's object that a value is; the first that fits. Getters of the value may throw. */
function hostKind(value: unknown): HostKind | undefined {
  try {
    if (isFunction(value)) {
      const { handle, use } = value as unknown as Loose
      return isFunction(handle) && isFunction(use) ? 'application' : undefined
    }
    if (!isObject(value)) return undefined
    // Before promises: an application of Fastify has a then().
    if (isFunction(value['register']) || (isFunction(value['use']) && ('listen' in value || 'fetch' in value)))
      return 'application'
    if (isFunction(value['then'])) return 'promise'
    if (isNode(value)) return isObject(value['res']) && isFunction(value['app']) ? 'express' : 'node'
    if (isFunction(value['setHeader']) && isFunction(value['end'])) return 'answer'
    if (isFetch(value)) return 'status' in value ? 'answer' : 'fetch'
    if (isNode(value['req'])) return 'koa'
    if (isNode(value['raw'])) return 'fastify'
    if (isObject(value['req']) && isFetch(value['req']['raw'])) return 'hono'
    if (typeof value['status'] === 'number' && Array.isArray(value['fields'])) return 'response'
    if ('requestContext' in value || 'rawPath' in value || 'httpMethod' in value) return 'event'
    return 'url' in value || 'headers' in value ? 'parts' : undefined
  } catch {
    // A proxy may throw at any question.
    return undefined
  }
}

/** Describes a value in words that are safe to print; hosts' objects by their names. */
export function hostWords(value: unknown): string {
  const kind = hostKind(value)
  return kind === undefined ? kindOf(value) : WORDS[kind]
}

/** How a value is verified, to be put behind what it is; empty where that is unknown. */
function remedy(value: unknown): string {
  const kind = hostKind(value)
  if (kind === undefined) return ''
  const ways = [
    REMEDIES[kind],
    MIDDLEWARE[kind] && `${REMEDIES[kind] === undefined ? '' : 'or '}use ${MIDDLEWARE[kind]}`,
  ]
  const text = ways.filter((way) => way !== undefined).join(', ')
  return text === '' ? '' : `: ${text}`
}

const TEXTS = ['method', 'scheme', 'authority', 'target'] as const

/**
 * The fault of a value that was passed as an {@link HttpRequest}: a host's request, a part that is missing. `undefined`
 * for a request, whatever it holds.
 */
export function requestProblem(request: unknown): string | undefined {
  if (isObject(request)) {
    const { method, scheme, authority, target, fields, body } = request
    if (
      typeof method === 'string' &&
      typeof scheme === 'string' &&
      typeof authority === 'string' &&
      typeof target === 'string' &&
      Array.isArray(fields) &&
      typeof body === 'object'
    )
      return undefined
    const hasSome = hostKind(request) === undefined && ('target' in request || 'fields' in request)
    const part = hasSome ? TEXTS.find((name) => typeof request[name] !== 'string') : undefined
    if (part !== undefined) return `"request.${part}" must be a string, got ${kindOf(request[part])}`
    if (hasSome && !Array.isArray(fields))
      return `"request.fields" must be a list of names and values, got ${kindOf(fields)}`
    if (hasSome) return `"request.body" must be null, a Uint8Array or a stream of them, got ${kindOf(body)}`
  }
  const advice =
    remedy(request) || ': pass httpRequest({ method, url, headers, body }), or use the middleware of the host'
  return `"request" must be an HttpRequest, got ${hostWords(request)}${advice}`
}

/**
 * Refuses what a host of another kind passes to a middleware: it was mounted where another one belongs. A request of the right
 * host that lacks something is the matter of `hostFault`.
 *
 * @throws {CountersignError} `CONFIG_INVALID`
 */
export function assertHostRequest(where: string, kinds: readonly [HostKind, ...HostKind[]], request: unknown): void {
  const kind = hostKind(request)
  const middleware = kind === undefined || kinds.includes(kind) ? undefined : MIDDLEWARE[kind]
  if (isObject(request) && middleware === undefined && kind !== 'application' && kind !== 'promise') return
  const advice = middleware === undefined ? '' : `: use ${middleware}`
  fail('CONFIG_INVALID', `${where} must be called with ${WORDS[kinds[0]]}, got ${hostWords(request)}${advice}`)
}

/**
 * Refuses what a Fetch handler is called with that is no Request.
 *
 * @throws {CountersignError} `CONFIG_INVALID`
 */
export function assertFetchRequest(where: string, request: unknown): void {
  if (isFetch(request)) return
  const kind = hostKind(request)
  const middleware = kind === undefined ? undefined : MIDDLEWARE[kind]
  const advice = middleware === undefined ? '' : `: use ${middleware}`
  fail('CONFIG_INVALID', `${where} must be called with a Fetch Request, got ${hostWords(request)}${advice}`)
}

/**
 * The same for the rest of what Node's hosts call a listener or a middleware with.
 *
 * @throws {CountersignError} `CONFIG_INVALID`
 */
export function assertNodeCall(where: string, kind: 'node' | 'express', request: unknown, response: unknown): void {
  // Nothing else has raw headers: whatever more Node's request holds, it is one.
  if (!isNode(request)) assertHostRequest(where, [kind, 'node', 'express'], request)
  if (!isObject(response) || !isFunction(response['end']))
    fail(
      'CONFIG_INVALID',
      `${where} must be called with a request and its response, got ${hostWords(response)} for the response`,
    )
}

/**
 * Refuses what is no scope, also where `requireScope` was mounted without being called.
 *
 * @throws {CountersignError} `CONFIG_INVALID`
 */
export function assertCalled(where: string, value: unknown, example: string): void {
  if (hostKind(value) !== undefined)
    fail('CONFIG_INVALID', `${where} got ${hostWords(value)}: it was mounted without being called, write ${example}`)
}

/**
 * Refuses what no verifier is, with what was forgotten: to call a factory, or to make a verifier of the options.
 *
 * @param example How the function is called rightly, such as `app.use(requireSignature(verifier))`.
 * @throws {CountersignError} `CONFIG_INVALID`
 */
export function assertVerifier(where: string, verifier: unknown, example: string): void {
  const { verify, schemes, spec } = (verifier ?? {}) as Loose
  if (isFunction(verify) && isObject((verifier as Loose)['policy'])) return
  const kind = hostKind(verifier)
  const advice = Array.isArray(schemes)
    ? ': pass createVerifier(options)'
    : isObject(spec)
      ? ': pass webhookVerifier(webhook)'
      : kind === 'promise'
        ? ': await it'
        : kind !== undefined
          ? `: it was mounted without being called, write ${example}`
          : isFunction(verifier)
            ? `: a verifier comes first, write ${example}`
            : ''
  fail('CONFIG_INVALID', `${where}: "verifier" must be what createVerifier() made, got ${hostWords(verifier)}${advice}`)
}

/**
 * Refuses a handler that is none when it is handed over, and not on the first request.
 *
 * @throws {CountersignError} `CONFIG_INVALID`
 */
export function assertHandler(where: string, handler: unknown, example: string): void {
  if (typeof handler === 'function') return
  const swapped = isFunction((handler as Loose | null | undefined)?.['verify']) ? ': the verifier comes first' : ''
  fail(
    'CONFIG_INVALID',
    `${where}: "handler" must be a function, got ${hostWords(handler)}${swapped}; write ${example}`,
  )
}

import type { SignedFetchOptions } from '../../client/fetch/options.js'
import { createSignedFetch } from '../../client/fetch/signed-fetch.js'
import { assertSigner } from '../../client/sign-request.js'
import { assertOptions, fail, kindOf, type OptionNames, urlKind } from '../../errors.js'
import type { FieldLines } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import { allowInsecure, type InsecureOption, isSecure, PLAIN_HTTP } from '../../message/target.js'
import type { BuiltRequest, Service, Signer } from '../../schemes/scheme.js'
import { scopeRule } from '../../server/middleware/scope-question.js'
import { readPath } from '../../server/steps/read-path.js'
import { LIST, milliseconds, TEXT, whole } from '../../support/option-kinds.js'
import type { Ending } from '../hang-up.js'
import type { Logged } from '../log.js'
import type { Upstream, UpstreamAnswer } from '../upstream.js'
import { type HeldAnswer, heldAnswer } from './answer.js'
import { refusalClock } from './clock.js'
import { leadsOut, otherReading } from './confine.js'
import { type Cleaner, cleanerOf } from './credentials.js'
import { fieldsOf, signsDigestAlone } from './scheme-facts.js'

/** What a program may call at a target. */
export interface ProxyRoute {
  /** Upper-case method, or several; `GET` holds for `HEAD` too. Absent: every method. */
  readonly method?: string | readonly string[]
  /** `/orders`, `/orders/:id` (one segment), `/orders/*` (everything under it), `/*`: as `routes` of the middlewares. */
  readonly path: string
}

/** One service that a proxy signs for. */
export interface ProxyTarget extends InsecureOption {
  /** `https://api.example.com`, with a path where all requests go below one. Default: the home of an exchange's signer. */
  readonly target?: string
  /** `rfc9421({ key })`, or the signer of an exchange. */
  readonly signer: Signer
  /** The path of the proxy that leads to it, and which is cut off: `/okx`. Default `/`. */
  readonly prefix?: string
  /** What may be called. Default: everything. */
  readonly routes?: readonly ProxyRoute[]
  /** Largest body that is read into memory to be signed. Default 16 MiB. */
  readonly maxBodyBytes?: number
  /** Largest body that is passed on while it arrives: one with a `Content-Digest` of the client's own. Default 1 GiB. */
  readonly maxStreamBytes?: number
  /** Until the answer begins, and between two pieces of it. Default 60 000. */
  readonly timeoutMs?: number
  /** Connections to it at the same time. Default 128. */
  readonly connections?: number
}

const KNOWN: OptionNames<ProxyTarget> = {
  target: TEXT,
  signer: 2,
  prefix: TEXT,
  routes: LIST,
  maxBodyBytes: whole(0),
  maxStreamBytes: whole(0),
  timeoutMs: milliseconds(1, 600_000),
  connections: whole(1, 1_024),
}
const ROUTE: OptionNames<ProxyRoute> = { method: 1, path: 2 }
const HINTS = { url: 'target', origin: 'target', key: 'signer: rfc9421({ key })', path: 'prefix', timeout: 'timeoutMs' }

/** A target, checked. */
export interface OpenTarget {
  /** Where it is named in a message: `targets[0]`. */
  readonly name: string
  readonly prefix: string
  /** Scheme and authority that requests are sent to. */
  readonly origin: string
  readonly keyId: () => string
  readonly limits: { readonly maxBodyBytes: number; readonly maxStreamBytes: number }
  readonly settings: { readonly origin: string; readonly timeoutMs: number; readonly connections: number }
  /** Whether the body of a message with a digest may be signed while it arrives: its digest, and not its bytes, is what is signed. */
  streams(message: HttpRequest): boolean
  /** The target of the request behind the prefix, or undefined where this is not the one. */
  strip(target: string): string | undefined
  /** Why a request is not allowed; undefined where it is. */
  refusal(method: string, target: string, fields: FieldLines): string | undefined
  /** What a client asked for, addressed to the target and without its own credentials. */
  address(request: Pick<HttpRequest, 'method' | 'target' | 'fields' | 'body'>): HttpRequest
  /** Takes out the client's credentials: of a body too, once it is there. */
  clean: Cleaner['clean']
  /** The same for a body that has come since. */
  cleanBody: Cleaner['cleanBody']
  /** Signs, sends, and sends once more what was refused for its time. */
  send(upstream: Upstream, request: HttpRequest, ending: Ending, logged: Logged): Promise<UpstreamAnswer>
}

const PREFIX = /^(?:\/[A-Za-z0-9._~-]{1,64}){1,16}$/

/** @throws {CountersignError} `CONFIG_INVALID`. */
export function openTarget(given: ProxyTarget, name: string): OpenTarget {
  assertOptions(name, given, KNOWN, HINTS)
  const { signer, prefix = '/', timeoutMs = 60_000, connections = 128 } = given
  assertSigner(name, signer)
  if (prefix !== '/' && (!PREFIX.test(prefix) || /\/\.{1,2}(?:\/|$)/.test(prefix)))
    fail('CONFIG_INVALID', `${name}: "prefix" must be "/", or plain segments such as /okx without a final /`)
  const url = urlOf(given, name)
  const base = url.pathname === '/' ? '' : url.pathname.replace(/\/$/, '')
  const [scheme, authority] = [url.protocol.slice(0, -1), url.host]
  // The table of an exchange states which fields are its own; of any other scheme they are found out.
  const { clean, cleanBody } = cleanerOf(signer, signer.service === undefined ? fieldsOf(signer) : [])
  const policy = policyOf(given.routes, name)
  return {
    name,
    prefix,
    origin: url.origin,
    keyId: () => signer.key.keyId,
    limits: { maxBodyBytes: given.maxBodyBytes ?? 16_777_216, maxStreamBytes: given.maxStreamBytes ?? 1_073_741_824 },
    settings: { origin: url.origin, timeoutMs, connections },
    streams: (message) => signer.service === undefined && signsDigestAlone(signer, message),
    strip: (target) => {
      if (prefix === '/') return target
      if (!target.startsWith(prefix)) return undefined
      const rest = target.slice(prefix.length)
      return rest.startsWith('/') ? rest : rest === '' || rest.startsWith('?') ? `/${rest}` : undefined
    },
    refusal: (method, target, fields) =>
      policy(method, target) ??
      (base === '' ? undefined : leadsOut(target)) ??
      (base === '' && isOpen(given.routes) ? undefined : otherReading(target, fields)),
    clean,
    cleanBody,
    address: ({ method, target, fields, body }) =>
      clean({ method, scheme, authority, target: base + target, fields, body }),
    send: senderOf(signer, url.origin, given),
  }
}

function urlOf({ target, signer, ...rest }: ProxyTarget, name: string): URL {
  const { baseUrl, origins } = (signer.service ?? {}) as Partial<Service> & { readonly baseUrl?: string }
  const text = target ?? baseUrl ?? fail('CONFIG_INVALID', `${name}: "target" must be https://host[:port], got nothing`)
  const url = typeof text === 'string' && URL.canParse(text) && !/\s/.test(text) ? new URL(text) : undefined
  if (url === undefined || url.username + url.password + url.search + url.hash !== '' || !isSecure(url.origin, rest))
    return fail(
      'CONFIG_INVALID',
      `${name}: "target" must be https://host[:port], or of this machine, without credentials and query, got ${
        url?.protocol === 'http:' && !isSecure(url.origin, rest) ? PLAIN_HTTP : urlKind(text)
      }`,
    )
  if (origins !== undefined && !origins.includes(url.origin))
    fail(
      'CONFIG_INVALID',
      `${name}: "target" must be an origin that the signer is for: ${origins.slice(0, 3).join(', ')}`,
    )
  return url
}

/** Whether every method and path may be called. */
const isOpen = (routes: readonly ProxyRoute[] | undefined): boolean =>
  routes === undefined || routes.some(({ method, path }) => method === undefined && path === '/*')

/** The rule of `routes`: the same table, and the same readings of a path, as in front of a service. */
function policyOf(
  routes: readonly ProxyRoute[] | undefined,
  name: string,
): (method: string, target: string) => string | undefined {
  if (routes === undefined) return () => undefined
  const table = routes.map((route, at) => {
    assertOptions(`${name}: routes[${at}]`, route, ROUTE, { methods: 'method', url: 'path' })
    return { ...route, scope: 'none' }
  })
  const rule = scopeRule({ routes: table })
  const anywhere = new Set(table.filter(({ path }) => path === '/*').flatMap(({ method }) => method ?? ['']))
  if (anywhere.has('GET')) anywhere.add('HEAD')
  return (method, target) => {
    // No reading of the path decides anything here, so that it may be any.
    if (anywhere.has('') || anywhere.has(method)) return undefined
    const reading = readPath(target, method)
    if ('problem' in reading) return `${reading.problem}, so that no route can be chosen by it`
    const request = { method, scheme: 'https', authority: '', target, fields: [], body: null }
    // A service that decodes twice resolves what has one reading here.
    const out = leadsOut(target)
    if (out !== undefined) return out
    return rule(request, reading) === undefined ? undefined : 'no route of the policy lists this method and path'
  }
}

/** The signed fetch with the upstream as its transport. */
function senderOf(signer: Signer, origin: string, given: ProxyTarget): OpenTarget['send'] {
  interface Rest {
    readonly upstream: Upstream
    readonly logged: Logged
    /** Not the signal of the fetch, which would listen to it at every step: it is asked here, before anything is sent. */
    readonly ending: Ending
  }
  const transport = async (url: string, init: object): Promise<HeldAnswer> => {
    const { method, headers, body, ending, upstream, logged } = init as Rest & {
      readonly method: string
      readonly headers: ReadonlyArray<readonly [string, string]>
      readonly body: HttpRequest['body']
    }
    if (ending.aborted) throw ending.reason
    logged.facts.attempts = (logged.facts.attempts ?? 0) + 1
    // Raw: nothing parses the URL again.
    const answer = await upstream.send({
      method,
      target: url.slice(origin.length),
      fields: headers.flat(),
      body,
      signal: ending,
    })
    return heldAnswer(answer)
  }
  const options = {
    // Of a separate service: the exchange's clock learns from the exchange's refusals.
    ...(signer.service === undefined && { origins: [origin], ...refusalClock() }),
    ...(given[allowInsecure] === true && { [allowInsecure]: true }),
    // A request that is there already is neither parsed nor written again.
    buildRequest: (built: unknown) => built as BuiltRequest,
    // A 503 may come from behind what executes: the client decides.
    retryAfter: false,
    redirects: { max: 0 },
    maxBodyBytes: given.maxBodyBytes ?? 16_777_216,
    fetch: transport,
  } as unknown as SignedFetchOptions
  const send = createSignedFetch(signer, options) as unknown as (built: BuiltRequest) => Promise<HeldAnswer>
  return async (upstream, request, ending, logged) => {
    const rest = { upstream, logged, ending } as unknown as RequestInit
    const held = await send({ request, body: null, rest, signal: null, redirect: 'manual' })
    return held.answer
  }
}

/** @throws {CountersignError} `CONFIG_INVALID` for no target, and for two with one prefix. */
export function openTargets(where: string, targets: readonly ProxyTarget[]): readonly OpenTarget[] {
  if (!Array.isArray(targets) || targets.length === 0)
    fail(
      'CONFIG_INVALID',
      `${where}: "targets" must be a list of targets, got ${Array.isArray(targets) ? 'an empty one' : kindOf(targets)}`,
    )
  const open = targets.map((target, at) => openTarget(target, `${where}: targets[${at}]`))
  for (const [at, { prefix }] of open.entries()) {
    const other = open.findIndex((one) => one.prefix === prefix)
    if (other !== at)
      fail('CONFIG_INVALID', `${where}: "targets[${at}].prefix" must not be that of "targets[${other}]", got the same`)
  }
  // The longest first: /okx/eu is no path of /okx.
  return [...open].sort((a, b) => b.prefix.length - a.prefix.length)
}

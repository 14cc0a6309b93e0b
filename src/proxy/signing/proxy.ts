import { assertOptions, CountersignError, fail, isCountersignError, type OptionNames } from '../../errors.js'
import { fieldValues, hasField, http2Fields } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import { ignoreErrors } from '../../support/ignore-errors.js'
import { FUNCTION, LIST, MEMBERS, milliseconds } from '../../support/option-kinds.js'
import { type Address, addressOf, assertAuthorities, isItself, type ListenOptions, ownAuthorities } from '../address.js'
import { hasContent, statedLength, streamedBody, wholeBody } from '../body.js'
import { endToEnd } from '../fields.js'
import { handlerOf } from '../handling.js'
import { abortOnHangUp, HANG_UP } from '../hang-up.js'
import { type Answering, type Incoming, type Listener, openListener, type TlsOptions } from '../listener.js'
import type { Logged, ProxyLog } from '../log.js'
import { type Problem, problemOf, sendProblem } from '../problem.js'
import { relay } from '../relay.js'
import { loadUndici, openUpstream, type Upstream } from '../upstream.js'
import { guard } from './guard.js'
import { type OpenTarget, openTargets, type ProxyTarget } from './target.js'

/** Options of {@link createSigningProxy}. */
export interface SigningProxyOptions {
  /** The services that are signed for, each below a separate prefix. */
  readonly targets: readonly ProxyTarget[]
  /** Where to listen. Default: any free port of 127.0.0.1. */
  readonly listen?: ListenOptions
  /** Further names that `Host` may have, each `host[:port]`: what a container calls the proxy. */
  readonly hosts?: readonly string[]
  /** Certificate and key, where clients speak TLS to the proxy; with it HTTP/2 is negotiated. */
  readonly tls?: TlsOptions
  /** Called once per request, when its answer has ended. */
  readonly log?: ProxyLog
  /** Called with what should not happen. Default: `console.error`. */
  readonly onError?: (error: unknown) => void
  /** How long `close()` waits for requests that have begun. Default 10 000. */
  readonly graceMs?: number
}

const KNOWN: OptionNames<SigningProxyOptions> = {
  targets: [LIST, 2],
  listen: MEMBERS,
  hosts: LIST,
  tls: MEMBERS,
  log: FUNCTION,
  onError: FUNCTION,
  graceMs: milliseconds(0, 600_000),
}
const HINTS = { target: 'targets', port: 'listen: { port }', host: 'listen: { host }', signer: 'targets: [{ signer }]' }
const TLS: OptionNames<TlsOptions> = { cert: 2, key: 2 }

/** A proxy that may listen. */
export interface SigningProxy {
  /**
   * Starts. Resolves with where it listens.
   *
   * @throws {CountersignError} `CONFIG_INVALID` where undici is not installed, the port is taken, a target is the proxy itself, or it
   *   listens already.
   */
  listen(): Promise<{ readonly origin: string; readonly port: number }>
  /** Takes no new connection, waits for what has begun, and ends the rest after `graceMs`. */
  close(): Promise<void>
}

/**
 * A reverse proxy on this machine that signs what any program sends through it: curl, Postman, a script, an agent that must not hold
 * the key. It replaces the client's credentials, follows no redirect, and repeats nothing but what was refused for its time, once.
 *
 * It listens on loopback unless that is changed by name, answers only to its own `Host`, and refuses requests of pages in a browser.
 * Every program on the machine that can connect may use the keys within `routes`: see the threat model in docs/proxy.md.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant.
 * @example
 * ```ts
 * import { hmacKey, randomBytes, rfc9421 } from 'countersign'
 * import { createSigningProxy } from 'countersign/proxy'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const proxy = createSigningProxy({
 *   targets: [
 *     { target: 'https://api.example.com', signer: rfc9421({ key }), routes: [{ method: 'GET', path: '/orders/*' }] },
 *   ],
 *   log: (entry) => console.log(JSON.stringify(entry)),
 * })
 * const { origin } = await proxy.listen()
 * console.log(`curl ${origin}/orders/1`)
 * await proxy.close()
 * ```
 */
export function createSigningProxy(options: SigningProxyOptions): SigningProxy {
  const where = 'createSigningProxy'
  assertOptions(where, options, KNOWN, HINTS)
  const { listen, hosts = [], tls, log, onError = console.error, graceMs = 10_000 } = options
  if (options.targets === undefined)
    fail('CONFIG_INVALID', `${where}: "targets" must be a list of targets, got nothing`)
  if (tls !== undefined) assertOptions(`${where}: tls`, tls, TLS)
  assertAuthorities(where, 'hosts', hosts)
  const address = addressOf(where, listen)
  const targets = openTargets(where, options.targets)
  if (address.port !== 0) assertOthers(targets, address, address.port)
  const scheme = tls === undefined ? 'http' : 'https'
  let running: { readonly listener: Listener; readonly upstreams: ReadonlyMap<OpenTarget, Upstream> } | undefined
  let own: ReadonlySet<string> = new Set()

  const serve = async (request: Incoming, response: Answering, logged: Logged): Promise<void> => {
    const { facts } = logged
    const ending = abortOnHangUp(response)
    let asked: Asked | undefined
    try {
      asked = whatIsAsked(request, own, scheme, targets)
      if ('code' in asked) {
        refuse(request, response, logged, asked)
        return
      }
      const { target, message } = asked
      facts.upstream = target.origin
      facts.keyId = target.keyId()
      const upstream = running?.upstreams.get(target) ?? fail('CONFIG_INVALID', 'the proxy is closed')
      const ready = await withBody(request, message, target)
      const answer = await target.send(upstream, ready, ending, logged)
      await relay(response, answer, logged, ending)
    } catch (error) {
      if (ending.aborted || error === HANG_UP) return
      if (!isCountersignError(error)) ignoreErrors(() => onError(error))
      refuse(request, response, logged, problemOf(error))
    }
  }
  const handler = handlerOf(serve, log, onError)
  return {
    listen: async () => {
      if (running !== undefined) fail('CONFIG_INVALID', 'the proxy listens already')
      const undici = await loadUndici()
      const listener = openListener({ ...address, tls, ...handler })
      const upstreams = new Map(targets.map((target) => [target, openUpstream(undici, target.settings)]))
      running = { listener, upstreams }
      try {
        const port = await listener.listen()
        own = ownAuthorities(address, port, hosts, scheme)
        assertOthers(targets, address, port)
        const host = address.host.includes(':') ? `[${address.host}]` : address.host
        return { origin: `${scheme}://${host}:${port}`, port }
      } catch (error) {
        await listener.close(0)
        await Promise.all([...upstreams.values()].map((upstream) => upstream.close()))
        running = undefined
        throw error
      }
    },
    close: async () => {
      const closing = running
      if (closing === undefined) return
      await closing.listener.close(graceMs)
      running = undefined
      await Promise.all([...closing.upstreams.values()].map((upstream) => upstream.close()))
    },
  }
}

type Asked = Problem | { readonly target: OpenTarget; readonly message: HttpRequest }

/** Where a request goes and as what, or why nowhere. */
function whatIsAsked(
  request: Incoming,
  own: ReadonlySet<string>,
  scheme: string,
  targets: readonly OpenTarget[],
): Asked {
  const { rawHeaders, method = '', url = '' } = request
  const http2 = rawHeaders[0]?.startsWith(':') === true
  const fields = http2Fields(rawHeaders)
  const authority = http2 ? fieldValues(rawHeaders, ':authority')[0] : undefined
  const guarded = guard({ method, target: url, authority, fields }, own, scheme)
  if (typeof guarded !== 'string') return guarded
  // RFC 9110 7.8: a server may ignore an upgrade; to h2c it is what Java's client asks for. A WebSocket would not be signed.
  if (fieldValues(fields, 'upgrade').some((value) => /websocket/i.test(value)))
    return { status: 501, code: 'ROUTE_REFUSED', detail: 'a WebSocket is not passed on' }
  for (const target of targets) {
    const inner = target.strip(guarded)
    if (inner === undefined) continue
    const detail = target.refusal(method, inner, fields)
    if (detail !== undefined) return { status: 403, code: 'ROUTE_REFUSED', detail }
    return { target, message: target.address({ method, target: inner, fields: endToEnd(fields), body: null }) }
  }
  return { status: 403, code: 'ROUTE_REFUSED', detail: 'no target of this proxy has a prefix of this path' }
}

/** The message with its body: in memory, or a stream where its digest came with it. */
async function withBody(request: Incoming, message: HttpRequest, target: OpenTarget): Promise<HttpRequest> {
  const raw = http2Fields(request.rawHeaders)
  if (!hasContent(request, raw)) return message
  if (hasField(message.fields, 'content-digest') && target.streams(message)) {
    const length = statedLength(raw)
    const fields = length === undefined ? message.fields : [...message.fields, 'Content-Length', String(length)]
    return { ...message, fields, body: streamedBody(request, raw, target.limits.maxStreamBytes) }
  }
  const body = await wholeBody(request, raw, target.limits.maxBodyBytes)
  return target.cleanBody({ ...message, body })
}

/** Answers a request that goes nowhere. A body that is still on its way ends the connection: it is not read. */
function refuse(request: Incoming, response: Answering, logged: Logged, problem: Problem): void {
  logged.facts.code = problem.code
  logged.facts.detail = problem.detail
  const sent = sendProblem(response, problem, logged.requestId, !request.complete)
  // RFC 9112 9.6: an answer that has begun can only be broken off.
  if (!sent && !response.writableEnded) response.destroy()
}

/** @throws {CountersignError} `CONFIG_INVALID` for a target that is the proxy itself: every request would never end. */
function assertOthers(targets: readonly OpenTarget[], address: Address, port: number): void {
  for (const { name, origin } of targets)
    if (isItself(origin, address, port))
      throw new CountersignError('CONFIG_INVALID', `${name}: "target" must be another server, got the proxy itself`)
}

import type { Server } from 'node:http'
import { assertOptions, fail, isCountersignError, type OptionKind, type OptionNames, urlKind } from '../../errors.js'
import { fieldValues } from '../../message/fields.js'
import { parseOrigin } from '../../message/from-fetch.js'
import { type InsecureOption, isSecure, normalizeAuthority, PLAIN_HTTP } from '../../message/target.js'
import type { MiddlewareOptions } from '../../server/middleware/gate.js'
import { verifyRequest } from '../../server/middleware/node.js'
import { type IncomingLike, type OutgoingLike, sendRefusal } from '../../server/middleware/node-style.js'
import type { Verifier } from '../../server/options.js'
import { refusalResponse } from '../../server/respond.js'
import type { Accepted, Refused } from '../../server/verdict.js'
import { defined } from '../../support/defined.js'
import { ignoreErrors } from '../../support/ignore-errors.js'
import { short } from '../../support/log-text.js'
import { FUNCTION, MEMBERS, milliseconds, oneOf, TEXT, whole } from '../../support/option-kinds.js'
import { addressOf, isItself, type ListenOptions } from '../address.js'
import { handlerOf } from '../handling.js'
import { abortOnHangUp, type Ending } from '../hang-up.js'
import { type Answering, type Incoming, type Listener, openListener, type TlsOptions } from '../listener.js'
import type { Logged, ProxyLog, ProxyLogEntry } from '../log.js'
import { problemOf, sendProblem } from '../problem.js'
import { relay } from '../relay.js'
import { loadUndici, openUpstream, type Upstream } from '../upstream.js'
import { adminServer, listenOn, takesConnections } from './admin.js'
import { type Forwarding, forwardedRequest, markedAnswer, signsOverride } from './forward.js'
import { gateMetrics } from './metrics.js'

/** How requests are judged: as in front of a handler of this process. */
type Judging = Pick<
  MiddlewareOptions,
  'publicOrigin' | 'trustedProxies' | 'forwarded' | 'scope' | 'routes' | 'cost' | 'acceptEncodedSlash'
>

/** Options of {@link createGate}. */
export interface GateOptions extends Judging, InsecureOption {
  /** What `createVerifier()` of `countersign/server` made. */
  readonly verifier: Verifier
  /** The service behind the gate: `http://127.0.0.1:8080`. Nothing else may be able to reach it. */
  readonly upstream: string
  /** Default: any free port of 127.0.0.1. Unlike a signing proxy a gate is meant to be reached: any address will do. */
  readonly listen?: Omit<ListenOptions, 'beyondLoopback'>
  /** Certificate and key, where the gate ends TLS itself; HTTP/2 is then negotiated. */
  readonly tls?: TlsOptions
  /** Where `/healthz`, `/readyz` and `/metrics` are served. Default: nowhere. */
  readonly admin?: ListenOptions
  /** `all` fields of a request go on, or `covered` ones only: what the signature does not cover anyone on the way can have written. Default `all`. */
  readonly forward?: Forwarding
  /**
   * Names of fields that the service does not get, whether they are signed or not: those by which a scheme of your own proves a
   * request (`ok-access-sign`, `ok-access-passphrase`). `Signature` and `Signature-Input` never go on.
   */
  readonly withhold?: readonly string[]
  /** Until the upstream's answer begins, and between two pieces of it. Default 60 000. */
  readonly timeoutMs?: number
  /** Connections to the upstream at the same time. Default 128. */
  readonly connections?: number
  /** Called once per request, when its answer has ended. */
  readonly log?: ProxyLog
  /** Called with what should not happen. Default: `console.error`. */
  readonly onError?: (error: unknown) => void
  /** How long `close()` waits for requests that have begun. Default 10 000. */
  readonly graceMs?: number
  /** How long `/readyz` says no before connections are refused, so that a load balancer notices. Default 0. */
  readonly drainMs?: number
}

const FIELD_NAMES: OptionKind = [
  (value) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string' && /^[!#$%&'*+.^_`|~\w-]{1,256}$/.test(one)),
  'a list of names of fields',
]
const KNOWN: OptionNames<GateOptions> = {
  verifier: 1,
  upstream: TEXT,
  listen: MEMBERS,
  tls: MEMBERS,
  admin: MEMBERS,
  forward: oneOf('all', 'covered'),
  withhold: FIELD_NAMES,
  timeoutMs: milliseconds(1, 600_000),
  connections: whole(1, 1_024),
  log: FUNCTION,
  onError: FUNCTION,
  graceMs: milliseconds(0, 600_000),
  drainMs: milliseconds(0, 600_000),
  publicOrigin: 1,
  trustedProxies: 1,
  forwarded: 1,
  scope: 1,
  routes: 1,
  cost: 1,
  acceptEncodedSlash: 1,
}
const HINTS = {
  target: 'upstream',
  keys: 'verifier: createVerifier({ keys })',
  port: 'listen: { port }',
  scopes: 'scope',
}

/** A gate that may listen. */
export interface Gate {
  /**
   * Starts. Resolves with where it listens.
   *
   * @throws {CountersignError} `CONFIG_INVALID` where undici is not installed, a port is taken, the upstream is the gate itself, or it
   *   listens already.
   */
  listen(): Promise<{ readonly origin: string; readonly port: number; readonly adminOrigin?: string }>
  /** Says that it is not ready, takes no new connection, waits for what has begun, and ends the rest after `graceMs`. */
  close(): Promise<void>
}

/**
 * A verifier as a reverse proxy, in front of a service in any language. What it accepts goes on with `X-Countersign-Key`, `-Owner` and
 * `-Scopes`, and with the body that was proven, byte for byte, under a length of its own. A client's own such fields, in any spelling,
 * never do, nor does a field whose name has another character than letters, digits and `-`.
 *
 * Every body is in memory before the upstream sees any of it, up to `maxBodyBytes` of the policy.
 *
 * The verifier may be of any scheme: what `createVerifier({ schemes })` takes. Fields by which another scheme than RFC 9421 proves a
 * request go on to the service, unless `withhold` names them.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant.
 * @example
 * ```ts
 * import { createGate } from 'countersign/proxy'
 * import type { Verifier } from 'countersign/server'
 *
 * export async function start(verifier: Verifier): Promise<void> {
 *   const gate = createGate({
 *     verifier,
 *     upstream: 'http://127.0.0.1:8080',
 *     publicOrigin: 'https://api.example.com',
 *     routes: [{ method: 'GET', path: '/orders/*', scope: 'orders:read' }],
 *     listen: { port: 8443 },
 *     admin: { port: 9464 },
 *   })
 *   await gate.listen()
 *   process.once('SIGTERM', () => void gate.close())
 * }
 * ```
 */
export function createGate(options: GateOptions): Gate {
  const where = 'createGate'
  assertOptions(where, options ?? null, KNOWN, HINTS)
  const { verifier, listen, tls, admin, forward = 'all', log, onError = console.error } = options
  const { graceMs = 10_000, drainMs = 0, timeoutMs = 60_000, connections = 128 } = options
  const { publicOrigin, trustedProxies, forwarded, scope, routes, cost, acceptEncodedSlash } = options
  const origin = upstreamOf(where, options)
  const withheld = new Set((options.withhold ?? []).map((name) => name.toLowerCase()))
  assertOptions(`${where}: listen`, listen, { host: 1, port: 1 })
  const address = addressOf(where, { ...listen, beyondLoopback: true })
  const assertOther = (port: number): void => {
    if (isItself(origin, address, port))
      fail('CONFIG_INVALID', `${where}: "upstream" must be another server, got the gate itself`)
  }
  if (address.port !== 0) assertOther(address.port)
  const adminAddress = admin === undefined ? undefined : addressOf(where, admin, 'admin')
  const judging = { publicOrigin, trustedProxies, forwarded, scope, routes, cost, acceptEncodedSlash, onError }
  const byRoute = routes !== undefined || typeof scope === 'function'
  const verify = verifyRequest(verifier, defined(judging))
  const metrics = gateMetrics()
  let upstream: Upstream | undefined
  let listener: Listener | undefined
  let adminListener: Server | undefined
  let draining = false

  const called = publicOrigin === undefined || trustedProxies !== undefined ? undefined : parseOrigin(publicOrigin)
  /** A stated origin stands in place of `Host`, so that another one would pass unseen: a proxy of one's own may write it, no client. */
  const wrongHost = (request: Incoming): Refused | undefined => {
    if (called === undefined) return undefined
    const { rawHeaders } = request
    const named = [...fieldValues(rawHeaders, 'host'), ...fieldValues(rawHeaders, ':authority')]
    const own = normalizeAuthority(called.authority, called.scheme)
    if (named.length > 0 && named.every((host) => normalizeAuthority(host, called.scheme) === own)) return undefined
    const message = { ...called, method: request.method ?? '', target: request.url ?? '', fields: [], body: null }
    return verifier.refuse(message, 'HOST_MISMATCH', `the request names another host than "${own}"`)
  }
  const serve = async (request: Incoming, response: Answering, logged: Logged): Promise<void> => {
    const ending = abortOnHangUp(response)
    try {
      const verdict = wrongHost(request) ?? (await verify(request, response))
      if (verdict?.ok === false && verdict.code === 'HOST_MISMATCH' && !response.headersSent)
        sendRefusal(request as IncomingLike, response as OutgoingLike, refusalResponse(verdict, verifier))
      if (verdict?.ok !== true) {
        logged.facts.code = verdict?.code ?? 'HOST_FAULT'
        logged.facts.detail = verdict?.detail
        logged.facts.claimedKeyId = short(verdict?.claimedKeyId)
        return
      }
      logged.facts.keyId = verdict.keyId
      logged.facts.owner = verdict.owner
      await pass(verdict, response, logged, ending)
    } catch (error) {
      if (ending.aborted) return
      if (!isCountersignError(error)) ignoreErrors(() => onError(error))
      const problem = problemOf(error)
      logged.facts.code = problem.code
      logged.facts.detail = problem.detail
      // What the verifier found is said in its own words only; here the upstream has failed, and the client was proven.
      if (!sendProblem(response, problem, logged.requestId, true) && !response.writableEnded) response.destroy()
    }
  }
  const pass = async (verdict: Accepted, response: Answering, logged: Logged, ending: Ending): Promise<void> => {
    if (!verdict.request.target.startsWith('/')) fail('TARGET_MALFORMED', 'the request target must be a path')
    // A key that may call one route could sign such a field, and have the service run another.
    if (byRoute && signsOverride(verdict))
      fail(
        'TARGET_MALFORMED',
        'a field asks the service for another method or path than the one whose scope was asked for',
      )
    logged.facts.upstream = origin
    const open = upstream ?? fail('UPSTREAM_UNAVAILABLE', 'the gate is closed')
    const answer = await open.send({
      ...forwardedRequest(verdict, logged.requestId, forward, withheld),
      signal: ending,
    })
    await relay(response, answer, logged, ending, markedAnswer)
  }
  const counted: ProxyLog = (entry: ProxyLogEntry) => {
    metrics.end(entry.code ?? 'ok', entry.status, entry.durationMs)
    log?.(entry)
  }
  const handler = handlerOf(serve, counted, onError, metrics.begin)
  const unready = async (): Promise<string | undefined> => {
    if (draining) return 'draining'
    return (await takesConnections(origin)) ? undefined : 'the upstream takes no connections'
  }
  const stop = async (): Promise<void> => {
    await listener?.close(graceMs)
    await upstream?.close()
    adminListener?.closeAllConnections()
    await new Promise<void>((resolve) =>
      adminListener === undefined ? resolve() : adminListener.close(() => resolve()),
    )
    listener = upstream = adminListener = undefined
  }
  return {
    listen: async () => {
      if (listener !== undefined) fail('CONFIG_INVALID', 'the gate listens already')
      upstream = openUpstream(await loadUndici(), { origin, timeoutMs, connections })
      listener = openListener({ ...address, tls, ...handler })
      draining = false
      try {
        const port = await listener.listen()
        assertOther(port)
        const host = address.host.includes(':') ? `[${address.host}]` : address.host
        const own = { origin: `${tls === undefined ? 'http' : 'https'}://${host}:${port}`, port }
        if (adminAddress === undefined) return own
        adminListener = adminServer({ metrics: () => metrics.text({ draining }), unready })
        const adminPort = await listenOn(adminListener, adminAddress)
        return { ...own, adminOrigin: `http://${adminAddress.host}:${adminPort}` }
      } catch (error) {
        await stop()
        throw error
      }
    },
    close: async () => {
      if (listener === undefined) return
      draining = true
      if (drainMs > 0) await new Promise((resolve) => setTimeout(resolve, drainMs))
      await stop()
    },
  }
}

function upstreamOf(where: string, { upstream, ...rest }: GateOptions): string {
  const url =
    typeof upstream === 'string' && URL.canParse(upstream) && !/\s/.test(upstream) ? new URL(upstream) : undefined
  if (
    url === undefined ||
    url.pathname !== '/' ||
    url.username + url.password + url.search + url.hash !== '' ||
    !isSecure(url.origin, rest)
  )
    fail(
      'CONFIG_INVALID',
      `${where}: "upstream" must be http://127.0.0.1:port, or https://host[:port], without a path, got ${
        url?.protocol === 'http:' && !isSecure(url.origin, rest) ? PLAIN_HTTP : urlKind(upstream)
      }`,
    )
  return url.origin
}

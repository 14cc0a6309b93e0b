import type { Server } from 'node:http'
import { assertOptions, fail, isCountersignError } from '../../errors.js'
import { fieldValues } from '../../message/fields.js'
import { parseOrigin } from '../../message/from-fetch.js'
import { normalizeAuthority } from '../../message/target.js'
import { verifyRequest } from '../../server/middleware/node.js'
import { type IncomingLike, type OutgoingLike, sendRefusal } from '../../server/middleware/node-style.js'
import { refusalResponse } from '../../server/respond.js'
import type { Accepted, Refused } from '../../server/verdict.js'
import { sleep } from '../../support/deadline.js'
import { defined } from '../../support/defined.js'
import { ignoreErrors } from '../../support/ignore-errors.js'
import { short } from '../../support/log-text.js'
import { addressOf, isItself } from '../address.js'
import { handlerOf } from '../handling.js'
import { abortOnHangUp, type Ending } from '../hang-up.js'
import { type Answering, type Incoming, type Listener, openListener } from '../listener.js'
import type { Logged, ProxyLog, ProxyLogEntry } from '../log.js'
import { problemOf, sendProblem } from '../problem.js'
import { relay } from '../relay.js'
import { loadUndici, openUpstream, type Upstream } from '../upstream.js'
import { adminServer, listenOn, takesConnections } from './admin.js'
import { forwardedRequest, markedAnswer, signsOverride } from './forward.js'
import { gateMetrics } from './metrics.js'
import { GATE_HINTS, GATE_OPTIONS, type GateOptions, upstreamOf } from './options.js'

/** A gate that may listen. */
export interface Gate {
  /**
   * Starts. Resolves with where it listens.
   *
   * @throws {CountersignError} `CONFIG_INVALID` where undici is not installed, a port is taken, the upstream is the gate itself, or it
   *   listens already.
   */
  listen(): Promise<{ readonly origin: string; readonly port: number; readonly adminOrigin?: string }>
  /** Answers that it is not ready, takes no new connection, waits for what has begun, and ends the rest after `graceMs`. */
  close(): Promise<void>
}

/**
 * A verifier as a reverse proxy, in front of a service in any language. What it accepts goes on with `X-Countersign-Key`, `-Owner` and
 * `-Scopes`, and with the body that was proven, byte for byte, under a length of its own. Such fields of a client, in any spelling,
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
  assertOptions(where, options, GATE_OPTIONS, GATE_HINTS)
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
  /** A given origin stands in place of `Host`, so that another one would pass unseen: a proxy of one's own may write it, no client. */
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
      if (drainMs > 0) await sleep(drainMs)
      await stop()
    },
  }
}

import type { Context, MiddlewareHandler } from 'hono'
import type { OptionNames } from '../../errors.js'
import { assertHostRequest, assertVerifier } from '../host-values.js'
import type { Verifier } from '../options.js'
import { createResponseSigner } from '../respond.js'
import type { Accepted } from '../verdict.js'
import { settleDelivery } from './delivery.js'
import {
  acceptedToFetch,
  type FetchMiddlewareOptions,
  judgeFetch,
  rawIncoming,
  refusalToFetch,
  requestWithBody,
} from './fetch-style.js'
import { assertFirst, openGate } from './gate.js'
import { assertMiddlewareOptions, MIDDLEWARE_OPTIONS } from './options.js'
import { scopeCheck } from './route-scope.js'

export type { Route } from './routes.js'
export type { ScopeQuestion } from './scope-question.js'

/** Options of {@link requireSignature}. */
export interface HonoOptions extends FetchMiddlewareOptions {
  /**
   * The address of the connection, for example by an adapter's `getConnInfo`. Needed for address rules and proxies; on Node
   * it is found without.
   */
  readonly peer?: (context: Context) => string | undefined
}

const KNOWN: OptionNames<HonoOptions> = { ...MIDDLEWARE_OPTIONS, signResponses: 1, peer: 1 }

/** The variables that the middleware sets in the context. */
export interface VerifiedEnv {
  /** What `c.get()` knows behind the middleware. */
  Variables: {
    /** Who sent this request, and what is proven about it. Never set by a header. */
    verdict: Accepted
  }
}

/**
 * Hono 4 middleware: behind it `c.get('verdict')` is set, and `c.req` reads the verified body. Use it once, before anything
 * that reads the body.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options; requests throw `BODY_CONSUMED` where something has read the
 *   body first.
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import type { Verifier } from 'countersign/server'
 * import { type VerifiedEnv, requireSignature } from 'countersign/server/hono'
 *
 * export const api = (verifier: Verifier) =>
 *   new Hono<VerifiedEnv>()
 *     .use(requireSignature(verifier, { publicOrigin: 'https://api.example.com' }))
 *     .post('/orders', async (c) => c.json({ owner: c.get('verdict').owner, order: await c.req.json() }))
 * ```
 */
export function requireSignature(verifier: Verifier, options: HonoOptions = {}): MiddlewareHandler<VerifiedEnv> {
  assertVerifier('requireSignature', verifier, 'app.use(requireSignature(verifier))')
  assertMiddlewareOptions('requireSignature', options, KNOWN)
  const { peer, signResponses } = options
  const gate = openGate(verifier, options)
  const sign = signResponses === undefined ? undefined : createResponseSigner(signResponses)
  return async (c, next) => {
    assertHostRequest('requireSignature() of countersign/server/hono', ['hono'], c)
    assertFirst(c.get('verdict'))
    const verdict = await judgeFetch(gate, c.req.raw, rawIncoming(c.env), peer?.(c))
    if (verdict?.ok === false) return refusalToFetch(gate.answer(verdict))
    if (verdict === undefined) return next()
    c.set('verdict', verdict)
    c.req.raw = requestWithBody(c.req.raw, verdict)
    await next()
    await settleDelivery(gate, verdict, c.res.status)
    const answer = await acceptedToFetch(c.res, verdict, sign)
    // Hono merges the headers of the response that is replaced, also those that were changed.
    c.res = undefined
    c.res = answer
  }
}

/**
 * Asks for a scope at a route, behind {@link requireSignature}: the request is not verified again, and a key without the scope gets
 * the same 403 and the same event of the audit trail as by the `scope` option. The router decides which middleware runs, so
 * no spelling of a path leads around it.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a scope that is none; requests throw it where they were not verified.
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import type { Verifier } from 'countersign/server'
 * import { requireScope, type VerifiedEnv, requireSignature } from 'countersign/server/hono'
 *
 * export const api = (verifier: Verifier) =>
 *   new Hono<VerifiedEnv>()
 *     .use(requireSignature(verifier))
 *     .delete('/orders/:id', requireScope('orders:write'), (c) => c.body(null, 204))
 * ```
 */
export function requireScope(scope: string): MiddlewareHandler<VerifiedEnv> {
  const check = scopeCheck(scope)
  return async (c, next) => {
    const refused = check(c.get('verdict'))
    return refused === undefined ? next() : refusalToFetch(refused)
  }
}

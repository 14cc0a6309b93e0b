import type { Context, MiddlewareHandler } from 'hono'
import {
  acceptedToFetch,
  type FetchMiddlewareOptions,
  judgeFetch,
  rawIncoming,
  refusalToFetch,
  requestWithBody,
} from '../fetch-style.js'
import { assertFirst, openGate } from '../gate.js'
import type { Verifier } from '../options.js'
import { createResponseSigner } from '../respond.js'
import type { Accepted } from '../verdict.js'

/** Options of {@link verified}. */
export interface HonoOptions extends FetchMiddlewareOptions {
  /**
   * The address of the connection, for example by an adapter's `getConnInfo`. Needed for address rules and proxies; on Node
   * it is found without.
   */
  readonly peer?: (context: Context) => string | undefined
}

/** What the middleware leaves in the context. */
export interface VerifiedEnv {
  Variables: {
    /** Who sent this request, and what is proven about it. No header says it. */
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
 * import { type VerifiedEnv, verified } from 'countersign/server/hono'
 *
 * export const api = (verifier: Verifier) =>
 *   new Hono<VerifiedEnv>()
 *     .use(verified(verifier, { publicOrigin: 'https://api.example.com' }))
 *     .post('/orders', async (c) => c.json({ owner: c.get('verdict').owner, order: await c.req.json() }))
 * ```
 */
export function verified(verifier: Verifier, options: HonoOptions = {}): MiddlewareHandler<VerifiedEnv> {
  const { peer, signResponses } = options
  const gate = openGate(verifier, options)
  const sign = signResponses === undefined ? undefined : createResponseSigner(signResponses)
  return async (c, next) => {
    assertFirst(c.get('verdict'))
    const verdict = await judgeFetch(gate, c.req.raw, rawIncoming(c.env), peer?.(c))
    if (verdict?.ok === false) return refusalToFetch(gate.answer(verdict))
    if (verdict === undefined) return next()
    c.set('verdict', verdict)
    c.req.raw = requestWithBody(c.req.raw, verdict)
    await next()
    const answer = await acceptedToFetch(c.res, verdict, sign)
    // Hono merges the headers of the response that is replaced, also those that were changed.
    c.res = undefined
    c.res = answer
  }
}

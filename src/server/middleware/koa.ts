import type { Context, Middleware } from 'koa'
import { incomingRequest } from '../../message/from-node.js'
import { assertHostRequest, assertVerifier } from '../host-values.js'
import type { Verifier } from '../options.js'
import { PRIVATE, type RefusalAnswer, varyOnProof } from '../respond.js'
import type { Accepted } from '../verdict.js'
import { releaseDelivery, watchAnswer } from './delivery.js'
import { assertFirst, type MiddlewareOptions, openGate } from './gate.js'
import { answerUnheard, type IncomingLike, isUnread, judgeIncoming } from './node-style.js'
import { assertMiddlewareOptions } from './options.js'
import { scopeCheck } from './route-scope.js'

export type { MiddlewareOptions } from './gate.js'
export type { Route } from './routes.js'
export type { ScopeQuestion } from './scope-question.js'

/** The members that the middleware sets in `ctx.state`. */
export interface VerifiedState {
  /** Who sent this request, and what is proven about it. Never set by a header. */
  verdict: Accepted
}

/**
 * Koa 3 middleware: behind it `ctx.state.verdict` is set, `ctx.request.rawBody` is the verified body, and body parsers read the
 * request as if it were new. Use it once, before them; the signed path is the original one, whatever a mount has cut.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options; requests throw `BODY_CONSUMED` where a parser has read the
 *   body first.
 * @example
 * ```ts
 * import Koa from 'koa'
 * import type { Verifier } from 'countersign/server'
 * import { requireSignature } from 'countersign/server/koa'
 *
 * export function api(verifier: Verifier) {
 *   const app = new Koa()
 *   app.use(requireSignature(verifier, { publicOrigin: 'https://api.example.com' }))
 *   app.use((ctx) => {
 *     ctx.body = `hello ${ctx.state['verdict'].owner}`
 *   })
 *   return app
 * }
 * ```
 */
export function requireSignature(verifier: Verifier, options: MiddlewareOptions = {}): Middleware<VerifiedState> {
  assertVerifier('requireSignature', verifier, 'app.use(requireSignature(verifier))')
  assertMiddlewareOptions('requireSignature', options)
  const gate = openGate(verifier, options)
  return async (ctx, next) => {
    assertHostRequest('requireSignature() of countersign/server/koa', ['koa'], ctx)
    assertFirst(ctx.state.verdict)
    // koa-mount cuts the prefix from the raw request as well.
    const req = Object.assign(ctx.req, { originalUrl: ctx.originalUrl })
    const verdict = await judgeIncoming(gate, req, incomingRequest)
    if (verdict?.ok === false) {
      sendRefused(ctx as unknown as Context, req, gate.answer(verdict))
      return
    }
    if (verdict !== undefined) {
      ctx.state.verdict = verdict
      if (verdict.body !== null) Object.assign(ctx.request, { rawBody: verdict.body })
      answerUnheard(gate, verdict, ctx.req, ctx.res)
      watchAnswer(gate, verdict, ctx.res)
    }
    try {
      await next()
    } catch (error) {
      await releaseDelivery(gate, verdict)
      // Koa answers with 500 unless an answer has begun, and then leaves its connection open.
      if (ctx.headerSent) ctx.res.destroy()
      throw error
    }
    if (verdict !== undefined && !ctx.headerSent) {
      if (!ctx.response.get('cache-control')) ctx.set('cache-control', PRIVATE)
      ctx.set('vary', varyOnProof(ctx.response.get('vary')))
    }
  }
}

/**
 * Asks for a scope at a route, behind {@link requireSignature}: the request is not verified again, and a key without the scope gets
 * the same 403 and the same event of the audit trail as by the `scope` option. Routers decide which middleware runs, so no
 * spelling of a path leads around it.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a scope that is none; requests throw it where they were not verified.
 * @example
 * ```ts
 * import Koa from 'koa'
 * import type { Verifier } from 'countersign/server'
 * import { requireScope, requireSignature } from 'countersign/server/koa'
 *
 * // With a router: router.delete('/orders/:id', requireScope('orders:write'), handler)
 * export const api = (verifier: Verifier) => new Koa().use(requireSignature(verifier)).use(requireScope('orders:write'))
 * ```
 */
export function requireScope(scope: string): Middleware<VerifiedState> {
  const check = scopeCheck(scope)
  return (ctx, next) => {
    const refused = check(ctx.state.verdict)
    if (refused === undefined) return next()
    sendRefused(ctx as unknown as Context, ctx.req, refused)
    return undefined
  }
}

function sendRefused(ctx: Context, request: IncomingLike, { status, headers, body }: RefusalAnswer): void {
  ctx.status = status
  ctx.set(headers as Record<string, string>)
  if (isUnread(request)) ctx.set('connection', 'close')
  ctx.body = body
}

import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { fail } from '../../errors.js'
import { incomingRequest } from '../../message/from-node.js'
import { assertNodeCall, assertVerifier } from '../host-values.js'
import type { Verifier } from '../options.js'
import type { Accepted } from '../verdict.js'
import { watchAnswer } from './delivery.js'
import { assertFirst, type MiddlewareOptions, openGate } from './gate.js'
import { answerUnheard, judgeIncoming, markPrivate, sendRefusal } from './node-style.js'
import { assertMiddlewareOptions } from './options.js'
import { scopeCheck } from './route-scope.js'

export type { MiddlewareOptions } from './gate.js'
export type { Route } from './routes.js'
export type { ScopeQuestion } from './scope-question.js'

declare global {
  // biome-ignore lint/style/noNamespace: the place that @types/express sets aside for this
  namespace Express {
    interface Request {
      /** Who sent this request, and what is proven about it. Set by `requireSignature`, never by a header. */
      verdict?: Accepted
      /** The body's raw bytes. */
      rawBody?: Uint8Array
    }
  }
}

/**
 * Express 5 middleware: behind it `req.verdict` is set, `req.rawBody` is the verified body, and body parsers read the request as
 * if it were new: `req.body` is what they make of it, and `undefined` without one. Mount it once, before body parsers (or with
 * {@link keepRawBody} in them), on the application, a router or a route; the signed path is the original one, whatever prefix a
 * router has cut.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options. `BODY_CONSUMED` goes to the error handler where a parser has
 *   read the body first.
 * @example
 * ```ts
 * import express from 'express'
 * import type { Verifier } from 'countersign/server'
 * import { requireSignature } from 'countersign/server/express'
 *
 * export function api(verifier: Verifier) {
 *   const app = express()
 *   app.post('/orders', requireSignature(verifier, { scope: 'orders:write' }), express.json(), (req, res) => {
 *     res.json({ owner: req.verdict?.owner, order: req.body })
 *   })
 *   return app
 * }
 * ```
 */
export function requireSignature(verifier: Verifier, options: MiddlewareOptions = {}): RequestHandler {
  assertVerifier('requireSignature', verifier, 'app.use(requireSignature(verifier))')
  assertMiddlewareOptions('requireSignature', options)
  const gate = openGate(verifier, options)
  const judge = async (req: Request, res: Response, next: NextFunction): Promise<void> => {
    assertFirst(req.verdict)
    const verdict = await judgeIncoming(gate, req, incomingRequest)
    if (verdict?.ok === false) {
      sendRefusal(req, res, gate.answer(verdict))
      return
    }
    if (verdict !== undefined) {
      req.verdict = verdict
      markPrivate(res)
      answerUnheard(gate, verdict, req, res)
      watchAnswer(gate, verdict, res)
    }
    next()
  }
  // Express 4 does not look at what a middleware returns.
  return (req, res, next) => {
    assertNodeCall('requireSignature() of countersign/server/express', 'express', req, res)
    void judge(req, res, next).catch(next)
  }
}

/**
 * Asks for a scope at a route, behind {@link requireSignature}: the request is not verified again, and a key without the scope gets
 * the same 403 and the same event of the audit trail as by the `scope` option. Routes decide which middleware runs, so no
 * spelling of a path leads around it.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a scope that is none; to the error handler where the request was not
 *   verified.
 * @example
 * ```ts
 * import express from 'express'
 * import type { Verifier } from 'countersign/server'
 * import { requireScope, requireSignature } from 'countersign/server/express'
 *
 * export const api = (verifier: Verifier) =>
 *   express()
 *     .use(requireSignature(verifier))
 *     .delete('/orders/:id', requireScope('orders:write'), (_req, res) => void res.sendStatus(204))
 * ```
 */
export function requireScope(scope: string): RequestHandler {
  const check = scopeCheck(scope)
  return (req: Request, res: Response, next: NextFunction) => {
    const refused = check(req.verdict)
    if (refused === undefined) next()
    else sendRefusal(req, res, refused)
  }
}

/**
 * The `verify` option of Express body parsers, for applications that parse before they verify: keeps the raw bytes. The
 * parser must not undo content codings (`inflate: false`), because the digest is over the coded bytes.
 *
 * @throws {CountersignError} `CONFIG_INVALID` where it is called by anything but a body parser.
 * @example
 * ```ts
 * import express from 'express'
 * import type { Verifier } from 'countersign/server'
 * import { keepRawBody, requireSignature } from 'countersign/server/express'
 *
 * export const api = (verifier: Verifier) =>
 *   express().use(express.json({ verify: keepRawBody, inflate: false }), requireSignature(verifier))
 * ```
 */
export function keepRawBody(req: object, _res: unknown, body: Uint8Array): void {
  if (typeof req !== 'object' || req === null || !(body instanceof Uint8Array))
    fail('CONFIG_INVALID', 'keepRawBody is the option itself, and is not called: express.json({ verify: keepRawBody })')
  Object.assign(req, { rawBody: body })
}

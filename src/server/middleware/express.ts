import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { fromIncomingMessage } from '../../message/from-node.js'
import { assertFirst, type MiddlewareOptions, openGate } from '../gate.js'
import { judgeIncoming, markPrivate, sendRefusal } from '../node-style.js'
import type { Verifier } from '../options.js'
import type { Accepted } from '../verdict.js'

export type { MiddlewareOptions } from '../gate.js'

declare global {
  // biome-ignore lint/style/noNamespace: the place that @types/express sets aside for this
  namespace Express {
    interface Request {
      /** Who sent this request, and what is proven about it. Set by `verified`; no header says it. */
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
 * import { verified } from 'countersign/server/express'
 *
 * export function api(verifier: Verifier) {
 *   const app = express()
 *   app.post('/orders', verified(verifier, { scope: 'orders:write' }), express.json(), (req, res) => {
 *     res.json({ owner: req.verdict?.owner, order: req.body })
 *   })
 *   return app
 * }
 * ```
 */
export function verified(verifier: Verifier, options: MiddlewareOptions = {}): RequestHandler {
  const gate = openGate(verifier, options)
  return async (req: Request, res: Response, next: NextFunction) => {
    assertFirst(req.verdict)
    const verdict = await judgeIncoming(gate, req, fromIncomingMessage)
    if (verdict?.ok === false) {
      sendRefusal(req, res, gate.answer(verdict))
      return
    }
    if (verdict !== undefined) {
      req.verdict = verdict
      markPrivate(res)
    }
    next()
  }
}

/**
 * The `verify` option of Express body parsers, for applications that parse before they verify: keeps the raw bytes. The
 * parser must not undo content codings (`inflate: false`), because the digest is over the coded bytes.
 *
 * @example
 * ```ts
 * import express from 'express'
 * import type { Verifier } from 'countersign/server'
 * import { keepRawBody, verified } from 'countersign/server/express'
 *
 * export const api = (verifier: Verifier) =>
 *   express().use(express.json({ verify: keepRawBody, inflate: false }), verified(verifier))
 * ```
 */
export function keepRawBody(req: object, _res: unknown, body: Uint8Array): void {
  Object.assign(req, { rawBody: body })
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import { incomingRequest } from '../../message/from-node.js'
import { assertNodeCall, assertVerifier } from '../host-values.js'
import type { Verifier } from '../options.js'
import type { RefusalAnswer } from '../respond.js'
import type { Accepted } from '../verdict.js'
import { watchAnswer } from './delivery.js'
import { assertFirst, type MiddlewareOptions, openGate } from './gate.js'
import { judgeIncoming, markPrivate, sendRefusal } from './node-style.js'
import { assertMiddlewareOptions, MIDDLEWARE_OPTIONS } from './options.js'
import { scopeCheck } from './route-scope.js'

export type { MiddlewareOptions } from './gate.js'
export type { Route } from './routes.js'
export type { ScopeQuestion } from './scope-question.js'

/** The part of Nest's `ExecutionContext` that a guard reads. */
export interface GuardContext {
  /** Request and response, of an HTTP server. */
  switchToHttp(): { getRequest<T>(): T; getResponse<T>(): T }
}

/** A guard of Nest. */
export interface Guard {
  /** Whether the request may go on. */
  canActivate(context: GuardContext): Promise<boolean>
}

type GuardedRequest = IncomingMessage & {
  verdict?: Accepted
  raw?: IncomingMessage & { rawBody?: unknown }
  rawBody?: unknown
}
type GuardedResponse = ServerResponse & { raw?: ServerResponse; hijack?(): unknown }

const { streamBody: _, exemptPreflight: __, ...KNOWN } = MIDDLEWARE_OPTIONS

/**
 * A guard of NestJS 10 and later, on Express or Fastify: `app.useGlobalGuards(signatureGuard(verifier))`, or `@UseGuards()` on a
 * controller or a route. Behind it `request.verdict` is set. Guards run behind body parsers, so the application has to keep the bytes:
 * `NestFactory.create(AppModule, { rawBody: true })`. A refused request is answered by the guard, in front of every exception
 * filter.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options. To the exception filters goes `BODY_CONSUMED` without `rawBody: true`.
 * @see {@link https://docs.nestjs.com/faq/raw-body | NestJS, raw body}
 * @example
 * ```ts
 * import type { Verifier } from 'countersign/server'
 * import { signatureGuard } from 'countersign/server/nest'
 *
 * // const app = await NestFactory.create(AppModule, { rawBody: true })
 * export const protect = (app: { useGlobalGuards(guard: object): unknown }, verifier: Verifier) =>
 *   app.useGlobalGuards(signatureGuard(verifier, { publicOrigin: 'https://api.example.com' }))
 * ```
 */
export function signatureGuard(
  verifier: Verifier,
  options: Omit<MiddlewareOptions, 'streamBody' | 'exemptPreflight'> = {},
): Guard {
  assertVerifier('signatureGuard', verifier, 'app.useGlobalGuards(signatureGuard(verifier))')
  assertMiddlewareOptions('signatureGuard', options, KNOWN)
  const gate = openGate(verifier, options)
  return {
    canActivate: async (context) => {
      const { request, raw, response } = httpOf(context)
      assertNodeCall('signatureGuard()', 'node', raw, response)
      assertFirst(request.verdict)
      // Fastify keeps what its parser read on its own request.
      if (raw !== request && request.rawBody !== undefined) raw.rawBody = request.rawBody
      const verdict = await judgeIncoming(gate, raw, incomingRequest)
      if (verdict?.ok !== true) return verdict === undefined ? false : refuse(context, gate.answer(verdict))
      request.verdict = verdict
      markPrivate(response)
      watchAnswer(gate, verdict, response)
      return true
    },
  }
}

/**
 * A guard that asks for a scope at a route, behind {@link signatureGuard} or a middleware: the request is not verified again, and a
 * key without the scope gets the same 403 and the same event of the audit trail as by the `scope` option.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a scope that is none; requests throw it where they were not verified.
 * @example
 * ```ts
 * import { scopeGuard } from 'countersign/server/nest'
 *
 * export const guards = [scopeGuard('orders:write')]
 * // @UseGuards(...guards) @Post('orders') place() {}
 * ```
 */
export function scopeGuard(scope: string): Guard {
  const check = scopeCheck(scope)
  return {
    canActivate: async (context) => {
      const refused = check(httpOf(context).request.verdict)
      return refused === undefined ? true : refuse(context, refused)
    },
  }
}

/** The requests of Nest and of Node, which are one on Express. */
function httpOf(context: GuardContext) {
  const http = context.switchToHttp()
  const request = http.getRequest<GuardedRequest>()
  const reply = http.getResponse<GuardedResponse>()
  return { request, reply, raw: request.raw ?? request, response: reply.raw ?? reply }
}

/** Answers here: an exception would reach the filters, which have a separate form for it. */
function refuse(context: GuardContext, answer: RefusalAnswer): false {
  const { raw, reply, response } = httpOf(context)
  reply.hijack?.()
  sendRefusal(raw, response, answer)
  return false
}

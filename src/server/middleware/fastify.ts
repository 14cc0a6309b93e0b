import { Readable } from 'node:stream'
import type {
  FastifyInstance,
  FastifyPluginCallback,
  FastifyReply,
  FastifyRequest,
  preHandlerHookHandler,
} from 'fastify'
import { fail } from '../../errors.js'
import { incomingRequest } from '../../message/from-node.js'
import { assertVerifier, hostWords } from '../host-values.js'
import type { Verifier } from '../options.js'
import { PRIVATE, type RefusalAnswer, varyOnProof } from '../respond.js'
import type { Accepted } from '../verdict.js'
import { releaseDelivery, watchAnswer } from './delivery.js'
import { assertFirst, type MiddlewareOptions, openGate } from './gate.js'
import { answerUnheard, isUnread, judgeIncoming } from './node-style.js'
import { assertMiddlewareOptions } from './options.js'
import { scopeCheck } from './route-scope.js'

export type { MiddlewareOptions } from './gate.js'
export type { Route } from './routes.js'
export type { ScopeQuestion } from './scope-question.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent this request, and what is proven about it. Set by `requireSignature`, never by a header. `null` without it. */
    verdict: Accepted | null
    /** The body's raw bytes. */
    rawBody?: Uint8Array
  }
  interface FastifyContextConfig {
    /** The scope a route needs, `resource:action`, or `'none'`; beats `scope` and `routes` of the plugin. */
    scope?: string
  }
}

/**
 * Fastify 5 plugin: every route of the instance it is registered on is verified before its body is parsed, and the parsers
 * then get the verified bytes. `request.verdict` is set; a route names its scope in `config: { scope: 'orders:write' }`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options. `BODY_CONSUMED` goes to the error handler where another hook
 *   has read the body first.
 * @example
 * ```ts
 * import fastify from 'fastify'
 * import type { Verifier } from 'countersign/server'
 * import { requireSignature } from 'countersign/server/fastify'
 *
 * export async function api(verifier: Verifier) {
 *   const app = fastify()
 *   await app.register(requireSignature(verifier, { publicOrigin: 'https://api.example.com' }))
 *   app.post('/orders', { config: { scope: 'orders:write' } }, (request) => ({ owner: request.verdict?.owner }))
 *   return app
 * }
 * ```
 */
export function requireSignature(verifier: Verifier, options: MiddlewareOptions = {}): FastifyPluginCallback {
  assertVerifier('requireSignature', verifier, 'app.register(requireSignature(verifier))')
  assertMiddlewareOptions('requireSignature', options)
  const plain = openGate(verifier, options)
  const scoped = new Map<string, typeof plain>()
  // What the router has found beats what a table finds.
  const { routes: _, ...ofRoute } = options
  const gateFor = (scope: string | undefined): typeof plain => {
    if (scope === undefined) return plain
    const gate = scoped.get(scope) ?? openGate(verifier, { ...ofRoute, scope })
    scoped.set(scope, gate)
    return gate
  }
  const plugin = (app: FastifyInstance, _: unknown, done: (error?: Error) => void): void => {
    assertFastify(app)
    if (!app.hasRequestDecorator('verdict')) app.decorateRequest('verdict', null)
    app.addHook('onRoute', ({ config }) => {
      // A scope that no grant could satisfy is an error of the set-up, so it is found there.
      gateFor((config as { scope?: string } | undefined)?.scope)
    })
    app.addHook('preParsing', (request, reply, payload, next) => {
      const judge = async (): Promise<void> => {
        assertFirst(request.verdict)
        const gate = gateFor(request.routeOptions.config.scope)
        const raw = request.raw as typeof request.raw & { rawBody?: unknown }
        const verdict = await judgeIncoming(gate, raw, incomingRequest)
        if (verdict?.ok === false) return sendRefused(request, reply, gate.answer(verdict))
        if (verdict === undefined) return next(null, payload)
        request.verdict = verdict
        if (verdict.body !== null) request.rawBody = verdict.body
        answerUnheard(gate, verdict, request.raw, reply.raw)
        watchAnswer(gate, verdict, reply.raw)
        const read = verifiedPayload(request.raw, payload, verdict)
        // A body that fails with no listener would end the process, which the host's stream does not.
        if (read !== payload) (read as Readable).on('error', () => {})
        next(null, read)
      }
      judge().catch(next)
    })
    app.addHook('onError', (request, _reply, _error, next) => {
      // Before the answer goes out, which may be no answer at all.
      void releaseDelivery(plain, request.verdict ?? undefined).then(() => next())
    })
    app.addHook('onSend', (request, reply, _payload, next) => {
      if (request.verdict !== null) {
        if (!reply.hasHeader('cache-control')) reply.header('cache-control', PRIVATE)
        reply.header('vary', varyOnProof(reply.getHeader('vary')?.toString()))
      }
      next()
    })
    done()
  }
  // Without its own scope a plugin's hooks hold for the instance that registers it, which is the purpose of a gate.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}

function assertFastify(app: unknown): void {
  if (typeof (app as Partial<FastifyInstance> | null | undefined)?.hasRequestDecorator === 'function') return
  fail(
    'CONFIG_INVALID',
    `requireSignature() of countersign/server/fastify must be registered, app.register(requireSignature(verifier)), got ${hostWords(app)}`,
  )
}

/**
 * The body that the parsers read: the request's stream, where the verified bytes are in it again (multipart parsers look
 * nowhere else), or a stream of them.
 */
function verifiedPayload<P>(raw: Readable, payload: P, { body, bodyStream }: Accepted): P | Readable {
  const read =
    bodyStream ??
    (body === null || (payload === (raw as unknown) && raw.readable && !raw.readableDidRead) ? undefined : [body])
  return read === undefined ? payload : Readable.from(read, { objectMode: false })
}

/**
 * Asks for a scope at a route, behind {@link requireSignature}, as a `preHandler` hook: the request is not verified again, and a key
 * without the scope gets the same 403 and the same event of the audit trail as by `config.scope`. The router decides which
 * hook runs, so no spelling of a path leads around it.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a scope that is none; to the error handler where the request was not
 *   verified.
 * @example
 * ```ts
 * import fastify from 'fastify'
 * import type { Verifier } from 'countersign/server'
 * import { requireScope, requireSignature } from 'countersign/server/fastify'
 *
 * export async function api(verifier: Verifier) {
 *   const app = fastify()
 *   await app.register(requireSignature(verifier))
 *   app.delete('/orders/:id', { preHandler: requireScope('orders:write') }, (_request, reply) => reply.code(204).send())
 *   return app
 * }
 * ```
 */
export function requireScope(scope: string): preHandlerHookHandler {
  const check = scopeCheck(scope)
  return (request, reply, done) => {
    const refused = check(request.verdict)
    if (refused === undefined) done()
    else sendRefused(request, reply, refused)
  }
}

function sendRefused(request: FastifyRequest, reply: FastifyReply, { status, headers, body }: RefusalAnswer): void {
  if (isUnread(request.raw)) reply.header('connection', 'close')
  reply.code(status).headers(headers).send(body)
}

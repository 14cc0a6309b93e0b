import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { incomingRequest } from '../../message/from-node.js'
import { isPromise } from '../../support/deadline.js'
import { ignoreErrors } from '../../support/ignore-errors.js'
import { assertHandler, assertNodeCall, assertVerifier } from '../host-values.js'
import type { Verifier } from '../options.js'
import { refusalResponse } from '../respond.js'
import { streamRefusal } from '../steps/stream-failure.js'
import type { Accepted, Verdict } from '../verdict.js'
import { releaseDelivery, watchAnswer } from './delivery.js'
import { type Gate, type MiddlewareOptions, openGate } from './gate.js'
import { answerUnheard, judgeIncoming, markPrivate, sendFailure, sendRefusal } from './node-style.js'
import { assertMiddlewareOptions, MIDDLEWARE_OPTIONS } from './options.js'
import { scopeCheck } from './route-scope.js'

export {
  type FromNodeRequestOptions,
  type FromNodeResponseOptions,
  fromIncomingMessage,
  fromIncomingResponse,
  type NodeRequest,
} from '../../message/from-node.js'
export type { MiddlewareOptions } from './gate.js'
export type { Route } from './routes.js'
export type { ScopeQuestion } from './scope-question.js'
export { type SendingResponse, type SentAnswer, signAndSend } from './sign-and-send.js'

const { exemptPreflight: _, ...KNOWN } = MIDDLEWARE_OPTIONS

type Incoming = IncomingMessage | Http2ServerRequest
type Outgoing = ServerResponse | Http2ServerResponse

/**
 * Verification for `node:http`, `node:https` and `node:http2`. The returned function judges one request and, where it is
 * refused, has answered it. An accepted body is `verdict.body`. `undefined` is a CORS preflight, with `exemptPreflight` only.
 * Where something has read the body first, `onError` gets `BODY_CONSUMED` and the verdict is `HOST_FAULT`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options.
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import type { Verifier } from 'countersign/server'
 * import { verifyRequest } from 'countersign/server/node'
 *
 * export function start(verifier: Verifier) {
 *   const verify = verifyRequest(verifier, { publicOrigin: 'https://api.example.com' })
 *   return createServer(async (request, response) => {
 *     const verdict = await verify(request, response)
 *     if (verdict?.ok) response.end(`hello ${verdict.owner}`)
 *   })
 * }
 * ```
 */
export function verifyRequest(
  verifier: Verifier,
  options: MiddlewareOptions = {},
): (request: Incoming, response: Outgoing) => Promise<Verdict | undefined> {
  assertVerifier('verifyRequest', verifier, 'const verify = verifyRequest(verifier)')
  assertMiddlewareOptions('verifyRequest', options)
  const answered = answering(openGate(verifier, options))
  return async (request, response) => {
    assertNodeCall('verifyRequest()', 'node', request, response)
    return answered(request, response)
  }
}

const DONE = /* @__PURE__ */ Promise.resolve()

/** Judges one request and answers it where it is refused; at once where nothing has to be waited for. */
function answering(
  gate: Gate,
): (request: Incoming, response: Outgoing) => Verdict | undefined | Promise<Verdict | undefined> {
  const settled = (request: Incoming, response: Outgoing, verdict: Verdict | undefined): Verdict | undefined => {
    if (verdict?.ok === false) sendRefusal(request, response, gate.answer(verdict))
    else if (verdict !== undefined) {
      markPrivate(response)
      answerUnheard(gate, verdict, request, response)
      watchAnswer(gate, verdict, response)
    }
    return verdict
  }
  const failed = (request: Incoming, response: Outgoing, error: unknown): Verdict | undefined => {
    // A listener that is not awaited must not end the process: the request is answered here as well.
    const verdict = gate.refusedFor(error)
    if (verdict === undefined) throw error
    gate.report(error)
    return settled(request, response, verdict)
  }
  return (request, response) => {
    let verdict: Verdict | undefined | Promise<Verdict | undefined>
    try {
      verdict = judgeIncoming(gate, request, incomingRequest)
    } catch (error) {
      return failed(request, response, error)
    }
    if (!isPromise(verdict)) return settled(request, response, verdict)
    return verdict.then(
      (one) => settled(request, response, one),
      (error: unknown) => failed(request, response, error),
    )
  }
}

/**
 * A request listener that only ever sees verified requests. What the handler throws, also while it reads a streamed body whose
 * client hangs up, goes to `onError`; the request is answered with 500, or its connection ends where an answer has begun. Where
 * it is the failure of the streamed body, the answer is the one to such a body that is read first: 401, 413 or 400.
 *
 * For HTTP/2 state the types of the handler's parameters (`Http2ServerRequest`, `Http2ServerResponse`); without any they are those of
 * `node:http`, whichever version of its types is installed.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options.
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import type { Verifier } from 'countersign/server'
 * import { withSignature } from 'countersign/server/node'
 *
 * export const start = (verifier: Verifier) =>
 *   createServer(withSignature(verifier, (_request, response, verdict) => response.end(`hello ${verdict.owner}`)))
 * ```
 */
export function withSignature<I extends Incoming = IncomingMessage, O extends Outgoing = ServerResponse>(
  verifier: Verifier,
  handler: (request: I, response: O, verdict: Accepted) => unknown,
  options: Omit<MiddlewareOptions, 'exemptPreflight'> = {},
): (request: I, response: O) => Promise<void> {
  const example = 'createServer(withSignature(verifier, (request, response, verdict) => …))'
  assertVerifier('withSignature', verifier, example)
  assertHandler('withSignature', handler, example)
  assertMiddlewareOptions('withSignature', options, KNOWN)
  const answered = answering(openGate(verifier, options))
  const { onError = console.error } = options
  const failed = async (response: O, error: unknown, verdict?: Accepted): Promise<void> => {
    ignoreErrors(() => onError(error))
    await releaseDelivery({ report: onError }, verdict)
    sendFailure(
      response as Parameters<typeof sendFailure>[0],
      refusalResponse(streamRefusal(error) ?? { status: 500, retryAfterMs: undefined }, verifier),
    )
  }
  // No async functions: each would make a handful of objects for every request, also where nothing is waited for.
  const handled = (request: I, response: O, verdict: Verdict | undefined): Promise<void> => {
    if (verdict?.ok !== true) return DONE
    const broken = (error: unknown): Promise<void> => failed(response, error, verdict)
    try {
      const answer: unknown = handler(request, response, verdict)
      // As for `await`, a function may be thenable too.
      return typeof (answer as { readonly then?: unknown } | null | undefined)?.then === 'function'
        ? Promise.resolve(answer).then(() => {}, broken)
        : DONE
    } catch (error) {
      return broken(error)
    }
  }
  return (request, response) => {
    try {
      assertNodeCall('withSignature()', 'node', request, response)
      const judged = answered(request, response)
      if (!isPromise(judged)) return handled(request, response, judged)
      return judged.then(
        (verdict) => handled(request, response, verdict),
        (error: unknown) => failed(response, error),
      )
    } catch (error) {
      return failed(response, error)
    }
  }
}

/**
 * A handler of {@link withSignature} that only runs where the key has a scope. The request is not verified again; a key
 * without the scope gets the same 403 and the same event of the audit trail as by the `scope` option.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a scope that is none; the handler throws it where the request was not
 *   verified.
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import type { Verifier } from 'countersign/server'
 * import { withSignature, requireScope } from 'countersign/server/node'
 *
 * export const start = (verifier: Verifier) =>
 *   createServer(
 *     withSignature(verifier, requireScope('orders:read', (_request, response) => response.end('orders'))),
 *   )
 * ```
 */
export function requireScope<I extends Incoming = IncomingMessage, O extends Outgoing = ServerResponse>(
  scope: string,
  handler: (request: I, response: O, verdict: Accepted) => unknown,
): (request: I, response: O, verdict: Accepted) => unknown {
  const check = scopeCheck(scope)
  assertHandler('requireScope', handler, 'requireScope("orders:read", (request, response, verdict) => …)')
  return (request, response, verdict) => {
    const refused = check(verdict)
    return refused === undefined ? handler(request, response, verdict) : sendRefusal(request, response, refused)
  }
}

import { fail, type OptionNames } from '../../errors.js'
import { assertFetchRequest, assertHandler, assertVerifier } from '../host-values.js'
import type { Verifier } from '../options.js'
import { createResponseSigner } from '../respond.js'
import { streamRefusal } from '../steps/stream-failure.js'
import type { Accepted, Verdict } from '../verdict.js'
import { releaseDelivery, settleDelivery } from './delivery.js'
import {
  acceptedToFetch,
  type FetchMiddlewareOptions,
  judgeFetch,
  rawIncoming,
  refusalToFetch,
  requestWithBody,
  verdictFor,
} from './fetch-style.js'
import { openGate } from './gate.js'
import { assertMiddlewareOptions, MIDDLEWARE_OPTIONS } from './options.js'
import { scopeCheck } from './route-scope.js'

export type { FetchMiddlewareOptions } from './fetch-style.js'
export type { Route } from './routes.js'
export type { ScopeQuestion } from './scope-question.js'

/** Options of {@link withSignature}. */
export interface WithSignatureOptions<Rest extends readonly unknown[]>
  extends Omit<FetchMiddlewareOptions, 'exemptPreflight'> {
  /** The address of the connection, which each platform has in a place of its own. Needed for address rules and proxies. */
  readonly peer?: (request: Request, ...rest: Rest) => string | undefined
  /** Answers CORS preflights, which browsers cannot sign. Without it they are refused like any unsigned request. */
  readonly preflight?: (request: Request, ...rest: Rest) => Response | Promise<Response>
}

const { exemptPreflight: _, ...SHARED } = MIDDLEWARE_OPTIONS
const KNOWN: OptionNames<WithSignatureOptions<[]>> = { ...SHARED, signResponses: 1, peer: 1, preflight: 1 }

/**
 * A Fetch handler (Workers, Deno, Bun, Next) that only ever sees verified requests. It gets the request with its body as
 * verified, the verdict, and whatever else the platform passes. What it throws goes to `onError` and is answered with 500, as is
 * a body that something has read first (`BODY_CONSUMED`); the failure of a streamed body with 401, 413 or 400.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options.
 * @example
 * ```ts
 * import type { Verifier } from 'countersign/server'
 * import { withSignature } from 'countersign/server/fetch'
 *
 * export const worker = (verifier: Verifier) => ({
 *   fetch: withSignature(verifier, (_request, verdict) => new Response(`hello ${verdict.owner}`), {
 *     publicOrigin: 'https://api.example.com',
 *     peer: (request) => request.headers.get('cf-connecting-ip') ?? undefined,
 *   }),
 * })
 * ```
 */
export function withSignature<Rest extends readonly unknown[]>(
  verifier: Verifier,
  handler: (request: Request, verdict: Accepted, ...rest: Rest) => Response | Promise<Response>,
  options: WithSignatureOptions<Rest> = {},
): (request: Request, ...rest: Rest) => Promise<Response> {
  const example = 'withSignature(verifier, (request, verdict) => new Response(…))'
  assertVerifier('withSignature', verifier, example)
  assertHandler('withSignature', handler, example)
  assertMiddlewareOptions('withSignature', options, KNOWN)
  const { peer, preflight, signResponses } = options
  const gate = openGate(verifier, { ...options, exemptPreflight: preflight !== undefined })
  const sign = signResponses === undefined ? undefined : createResponseSigner(signResponses)
  return async (request, ...rest) => {
    let verdict: Verdict | undefined
    try {
      assertFetchRequest('withSignature()', request)
      verdict = await judgeFetch(gate, request, rawIncoming(rest[0], request), peer?.(request, ...rest))
      if (verdict === undefined) return await (preflight as NonNullable<typeof preflight>)(request, ...rest)
      if (!verdict.ok) return refusalToFetch(gate.answer(verdict))
      const response = await handler(requestWithBody(request, verdict), verdict, ...rest)
      await settleDelivery(gate, verdict, response.status)
      return await acceptedToFetch(response, verdict, sign)
    } catch (error) {
      if (verdict?.ok) await releaseDelivery(gate, verdict)
      if (isRouting(error)) throw error
      gate.report(error)
      const refused = streamRefusal(error)
      return refusalToFetch(refused === undefined ? gate.failure : gate.answer(refused))
    }
  }
}

/** Next moves on by errors (`redirect()`, `notFound()`), which are its own and no failure. */
const isRouting = (error: unknown): boolean => {
  const digest: unknown = (error as { digest?: unknown } | null | undefined)?.digest
  return typeof digest === 'string' && digest.startsWith('NEXT_')
}

/**
 * The verdict on a request that came through {@link withSignature}, for the handlers of an application behind it: with Elysia, h3,
 * Nitro and any other that has a `fetch`, `withSignature(verifier, (request) => app.fetch(request))` stands in front of all of it.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for any other request, also for a copy: nothing is known about it.
 * @example
 * ```ts
 * import type { Verifier } from 'countersign/server'
 * import { verdictOf, withSignature } from 'countersign/server/fetch'
 *
 * const app = { fetch: (request: Request) => new Response(`hello ${verdictOf(request).owner}`) }
 * export const worker = (verifier: Verifier) => ({ fetch: withSignature(verifier, (request) => app.fetch(request)) })
 * ```
 */
export function verdictOf(request: Request): Accepted {
  return (
    verdictFor(Object(request)) ??
    fail('CONFIG_INVALID', 'verdictOf() found no verified request: put withSignature() in front of the application')
  )
}

/**
 * A handler of {@link withSignature} that only runs where the key has a scope. The request is not verified again; a key without the
 * scope gets the same 403 and the same event of the audit trail as by the `scope` option.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a scope that is none; the handler throws it where the request was not
 *   verified.
 * @example
 * ```ts
 * import type { Verifier } from 'countersign/server'
 * import { withSignature, requireScope } from 'countersign/server/fetch'
 *
 * export const GET = (verifier: Verifier) =>
 *   withSignature(verifier, requireScope('orders:read', (_request, verdict) => new Response(`orders of ${verdict.owner}`)))
 * ```
 */
export function requireScope<Rest extends readonly unknown[]>(
  scope: string,
  handler: (request: Request, verdict: Accepted, ...rest: Rest) => Response | Promise<Response>,
): (request: Request, verdict: Accepted, ...rest: Rest) => Promise<Response> {
  const check = scopeCheck(scope)
  assertHandler('requireScope', handler, 'requireScope("orders:read", (request, verdict) => …)')
  return async (request, verdict, ...rest) => {
    const refused = check(verdict)
    return refused === undefined ? handler(request, verdict, ...rest) : refusalToFetch(refused)
  }
}

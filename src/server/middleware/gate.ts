import { fail, isCountersignError, isInteger, kindOf, type VerdictCode } from '../../errors.js'
import { hasField } from '../../message/fields.js'
import { parseOrigin } from '../../message/from-fetch.js'
import type { HttpRequest } from '../../message/message.js'
import { normalizeAuthority } from '../../message/target.js'
import { isPromise } from '../../support/deadline.js'
import { ignoreErrors } from '../../support/ignore-errors.js'
import { verdictOf } from '../at-once.js'
import type { Verifier } from '../options.js'
import { type RefusalAnswer, refusalResponse } from '../respond.js'
import { type CanonicalPath, readPath } from '../steps/read-path.js'
import type { Refused, Verdict } from '../verdict.js'
import type { PathOptions, StreamedBody, VerifyContext } from '../verify-context.js'
import { type PublicUrl, type PublicUrlOptions, readerOf, type SocketFacts } from './public-url.js'
import { rememberJudged } from './route-scope.js'
import { type ScopeOptions, scopeRule } from './scope-question.js'

/** The options that every middleware has. */
export interface MiddlewareOptions extends PublicUrlOptions, PathOptions, ScopeOptions {
  /** `streamedBody` hands the body out while it arrives (`verdict.bodyStream`) instead of reading it first; see `Accepted`. */
  readonly streamBody?: StreamedBody | undefined
  /**
   * Let CORS preflights through without a verdict: browsers cannot sign them. Only where the next handler answers them and
   * does nothing else. Default `false`.
   */
  readonly exemptPreflight?: boolean
  /** For the audit trail: what the service calls a request, such as the value of `X-Request-Id` from its own proxy. */
  readonly requestId?: (request: HttpRequest) => string | undefined
  /** How much a request takes from the rates of its key and owner, an integer from 0. Default 1. */
  readonly cost?: number | ((request: HttpRequest) => number)
  /** Called with what should not happen: a bug that was answered with 503, a configuration error. Default: `console.error`. */
  readonly onError?: (error: unknown) => void
}

/** The facts of a request that a host has before its body is read. */
export interface Arrival extends SocketFacts {
  readonly method: string
  readonly target: string
  /** Content that the head does not announce, as in HTTP/2. */
  readonly hasContent?: boolean
  /** The part of the request that the host did not pass on, so that it cannot be judged. */
  readonly fault?: string | undefined
}

/** The part of a middleware that is the same everywhere. */
export interface Gate {
  /**
   * Judges a request, at once where nothing has to be waited for; `undefined` for an exempt preflight. Never fails, with one
   * exception.
   *
   * @throws {CountersignError} `BODY_CONSUMED`: the set-up is wrong, and every request will show it.
   */
  judge(
    arrival: Arrival,
    take: (url: PublicUrl) => HttpRequest | Promise<HttpRequest>,
  ): Verdict | undefined | Promise<Verdict | undefined>
  /** How much of a body may be read to find out whether there is one. */
  readonly maxBodyBytes: number
  answer(verdict: Refused): RefusalAnswer
  /** The verdict on a request that {@link Gate.judge} rejected for. */
  refusedFor(error: unknown): Refused | undefined
  /** The answer to a request whose handler failed. */
  readonly failure: RefusalAnswer
  /** Reports an error and never throws. */
  report(error: unknown): void
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * Checks a middleware's options once.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, also for a `publicOrigin` that the policy
 *   would refuse in every request.
 */
export function openGate(verifier: Verifier, options: MiddlewareOptions): Gate {
  if (typeof verifier?.verify !== 'function')
    fail('CONFIG_INVALID', `"verifier" must be what createVerifier() made, got ${kindOf(verifier)}`)
  const { scope, routes, streamBody, exemptPreflight = false, requestId, cost } = options
  const { onError = console.error, acceptAbsoluteForm, acceptEncodedSlash, acceptAnyPath } = options
  const neededFor = scopeRule(options)
  const byMethod = routes !== undefined || typeof scope === 'function'
  if (acceptAnyPath === true && byMethod)
    fail('CONFIG_INVALID', '"acceptAnyPath" goes with one "scope" for all paths, not with "routes" or a function')
  if (cost !== undefined && typeof cost !== 'function' && !isInteger(cost, 0))
    fail('CONFIG_INVALID', `"cost" must be an integer from 0 or a function, got ${kindOf(cost)}`)
  const reader = readerOf(options)
  if (options.publicOrigin !== undefined) {
    const { scheme, authority } = parseOrigin(options.publicOrigin)
    const { authorities } = verifier.policy
    // Only a verifier of webhooks has none: they are signed for no host, or for the one that is given here.
    if (authorities.length > 0 && !authorities.includes(normalizeAuthority(authority, scheme))) {
      fail('CONFIG_INVALID', '"publicOrigin" is not among the "authorities" of the policy')
    }
  }
  const report = (error: unknown): void => ignoreErrors(() => onError(error))
  /** A name is for the log alone: without one the request is judged all the same. */
  const named = (name: NonNullable<MiddlewareOptions['requestId']>, request: HttpRequest): string | undefined => {
    try {
      const id: unknown = name(request)
      return typeof id === 'string' ? id : undefined
    } catch (error) {
      report(error)
      return undefined
    }
  }
  /** Why a request is refused before a scope is asked for: what is behind this may read another one in it. */
  const ambiguity = (
    request: HttpRequest,
    reading: ReturnType<typeof readPath>,
  ): readonly [VerdictCode, string] | undefined => {
    if ('problem' in reading) return ['TARGET_MALFORMED', reading.problem]
    const overridden = byMethod && verifier.policy.methodOverrideFields.some((name) => hasField(request.fields, name))
    return overridden ? ['METHOD_MALFORMED', 'a method override would need another scope'] : undefined
  }
  /** Fails closed; neither the response nor the event reveals the text of another party's error. */
  const fault = (error: unknown, { method, target, fields }: Arrival, context: VerifyContext): Refused => {
    const request: HttpRequest = { method, scheme: '', authority: '', target, fields, body: null }
    const known = isCountersignError(error)
    const code =
      known && (error.code === 'BODY_TOO_LARGE' || error.code === 'BODY_UNREADABLE') ? error.code : 'HOST_FAULT'
    return verifier.refuse(request, code, known ? error.message : 'an unexpected error in the middleware', context)
  }
  const consumed = new WeakMap<object, Refused>()
  const failed = (error: unknown, arrival: Arrival, context: VerifyContext): Refused => {
    const refused = fault(error, arrival, context)
    if (isCountersignError(error, 'BODY_CONSUMED')) {
      consumed.set(error, refused)
      throw error
    }
    if (refused.code === 'HOST_FAULT') report(error)
    return refused
  }
  const judgeTaken = (taken: HttpRequest, context: Writable<VerifyContext>): Verdict | Promise<Verdict> => {
    const request = withTarget(taken, reader)
    const id = requestId === undefined ? undefined : named(requestId, request)
    if (id !== undefined) context.requestId = id
    const reading = readPath(request.target, request.method, options)
    const refused = ambiguity(request, reading)
    if (refused !== undefined) return verifier.refuse(request, ...refused, context)
    const needed = neededFor(request, reading as CanonicalPath)
    if (needed !== undefined) context.scope = needed
    if (cost !== undefined) context.cost = typeof cost === 'function' ? cost(request) : cost
    const verdict = verdictOf(verifier, request, context, cost === undefined)
    return isPromise(verdict) ? verdict.then((one) => remembered(one, context)) : remembered(verdict, context)
  }
  const remembered = (verdict: Verdict, context: VerifyContext): Verdict => {
    // No verdict stands for a preflight, which is let through: what judged nothing must not look like one.
    if (typeof verdict?.ok !== 'boolean') fail('HOST_FAULT', 'the verifier returned no verdict')
    if (verdict.ok) rememberJudged(verdict, verifier, context)
    return verdict
  }
  return {
    judge: (arrival, take) => {
      let context: Writable<VerifyContext> = {}
      try {
        if (arrival.fault !== undefined) fail('HOST_FAULT', arrival.fault)
        if (exemptPreflight && isPreflight(arrival)) return undefined
        const url = reader.trace(arrival)
        const { clientIp, peerIp, ipSource } = url
        context = { clientIp, peerIp, ipSource, streamBody }
        // The verifier reads the path by the same rule.
        if (acceptAbsoluteForm === true) context.acceptAbsoluteForm = true
        if (acceptEncodedSlash === true) context.acceptEncodedSlash = true
        if (acceptAnyPath === true) context.acceptAnyPath = true
        const taken = take(url)
        const verdict = isPromise(taken) ? taken.then((one) => judgeTaken(one, context)) : judgeTaken(taken, context)
        return isPromise(verdict) ? verdict.catch((error: unknown) => failed(error, arrival, context)) : verdict
      } catch (error) {
        return failed(error, arrival, context)
      }
    },
    // Whatever was thrown: a WeakMap has nothing for what is no object.
    refusedFor: (error) => consumed.get(error as object),
    failure: refusalResponse({ status: 500, retryAfterMs: undefined }, verifier),
    maxBodyBytes: verifier.policy.maxBodyBytes,
    answer: (verdict) => refusalResponse(verdict, verifier),
    report,
  }
}

/**
 * Refuses to judge a request again: its nonce is spent, so the second verdict could only be a replay.
 *
 * @throws {CountersignError} `CONFIG_INVALID`: the middleware is mounted twice on one route.
 */
export function assertFirst(verdict: unknown): void {
  if (verdict === undefined || verdict === null) return
  fail(
    'CONFIG_INVALID',
    'the request was verified before: mount the verifier once, and let routes ask for their scopes by requireScope()',
  )
}

/** Fetch standard, CORS-preflight request: without these two fields OPTIONS is a request like any other. */
const isPreflight = ({ method, fields, hasContent }: Arrival): boolean =>
  method === 'OPTIONS' &&
  hasContent !== true &&
  hasField(fields, 'origin') &&
  hasField(fields, 'access-control-request-method') &&
  !hasField(fields, 'content-length') &&
  !hasField(fields, 'transfer-encoding')

function withTarget(request: HttpRequest, reader: { target(received: string): string }): HttpRequest {
  const target = reader.target(request.target)
  if (target === request.target) return request
  // Members may be getters (trailers arrive late), which a spread would read now.
  const members = { ...Object.getOwnPropertyDescriptors(request), target: { value: target, enumerable: true } }
  return Object.defineProperties({}, members) as HttpRequest
}

import { fail, type OptionNames } from '../../errors.js'
import { fieldLines, fieldValues } from '../../message/fields.js'
import type { HttpRequest, HttpResponse } from '../../message/message.js'
import type { Signer } from '../../schemes/scheme.js'
import { assertHandler, assertVerifier } from '../host-values.js'
import type { Verifier } from '../options.js'
import { createResponseSigner, PRIVATE, type RefusalAnswer, type ResponseSigner, varyOnProof } from '../respond.js'
import type { Accepted, Verdict } from '../verdict.js'
import { releaseDelivery, settleDelivery } from './delivery.js'
import { type Gate, type MiddlewareOptions, openGate } from './gate.js'
import { type EventRequest, eventFault, type LambdaEvent, readEvent } from './lambda-event.js'
import { answerOf, type LambdaResult, type ResultForm, resultOf } from './lambda-result.js'
import { assertMiddlewareOptions, MIDDLEWARE_OPTIONS } from './options.js'
import type { PublicUrl } from './public-url.js'
import { scopeCheck } from './route-scope.js'

export type { LambdaEvent } from './lambda-event.js'
export type { LambdaResult } from './lambda-result.js'
export type { Route } from './routes.js'
export type { ScopeQuestion } from './scope-question.js'

/** Options of {@link withSignature}. */
export interface LambdaOptions extends Omit<MiddlewareOptions, 'exemptPreflight' | 'streamBody'> {
  /** The address of the client, where the event has none: behind a load balancer, its own entry of `X-Forwarded-For`. */
  readonly peer?: (event: LambdaEvent) => string | undefined
  /** The target as the client sent it, where the platform hands over another: behind the path mapping of a custom domain. */
  readonly target?: (event: LambdaEvent) => string | undefined
  /** Signs every answer to a verified request. */
  readonly signResponses?: Signer
}

const { exemptPreflight: _, streamBody: __, ...SHARED } = MIDDLEWARE_OPTIONS
const KNOWN: OptionNames<LambdaOptions> = { ...SHARED, peer: 1, target: 1, signResponses: 1 }

/**
 * A Lambda handler that only ever sees verified requests, behind API Gateway (REST and HTTP APIs, payload formats 1.0 and 2.0), a
 * function URL or a load balancer. What was verified is in the verdict: `verdict.body` has the bytes of the body, decoded where the
 * event holds base64. What the handler throws goes to `onError` and is answered with 500.
 *
 * REST APIs hand over a decoded query without the order of different names, HTTP APIs a decoded path: what clients sent is written
 * again in the form of `encodeURIComponent`, so that any other spelling is refused. Function URLs and load balancers hand over
 * what came.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options.
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html | payload formats}
 * @example
 * ```ts
 * import type { Verifier } from 'countersign/server'
 * import { withSignature } from 'countersign/server/lambda'
 *
 * export const handlerOf = (verifier: Verifier) =>
 *   withSignature(verifier, async (_event, verdict) => ({ statusCode: 200, body: `hello ${verdict.owner}` }), {
 *     publicOrigin: 'https://api.example.com',
 *   })
 * ```
 */
export function withSignature<E extends LambdaEvent, Rest extends readonly unknown[]>(
  verifier: Verifier,
  handler: (event: E, verdict: Accepted, ...rest: Rest) => unknown,
  options: LambdaOptions = {},
): (event: E, ...rest: Rest) => Promise<LambdaResult> {
  const example = 'withSignature(verifier, async (event, verdict) => ({ statusCode: 200 }))'
  assertVerifier('withSignature', verifier, example)
  assertHandler('withSignature', handler, example)
  assertMiddlewareOptions('withSignature', options, KNOWN)
  const { peer, target, signResponses } = options
  const gate = openGate(verifier, options)
  const sign = signResponses === undefined ? undefined : createResponseSigner(signResponses)

  const judge = (event: E): ReturnType<Gate['judge']> => {
    const fault = eventFault(event)
    if (fault !== undefined) return gate.judge({ ...NOTHING, fault }, none)
    const read = readEvent(event)
    const request: EventRequest = {
      ...read,
      target: target?.(event) ?? read.target,
      peer: peer?.(event) ?? read.peer,
    }
    return gate.judge({ ...request, hasContent: request.body !== null }, (url) => messageOf(request, url))
  }
  return async (event, ...rest) => {
    const form: ResultForm = Object(event)
    let verdict: Verdict | undefined
    try {
      verdict = await judge(event)
      if (verdict?.ok !== true) return refused(verdict === undefined ? gate.failure : gate.answer(verdict), form)
      const answer = answerOf(await handler(event, verdict, ...rest), form)
      await settleDelivery(gate, verdict, answer.status)
      return await completed(answer, verdict, sign, form)
    } catch (error) {
      if (verdict?.ok) await releaseDelivery(gate, verdict)
      gate.report(error)
      return refused(gate.failure, form)
    }
  }
}

/**
 * A handler of {@link withSignature} that only runs where the key has a scope. The request is not verified again; a key without the
 * scope gets the same 403 and the same event of the audit trail as by the `scope` option.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a scope that is none; the handler throws it where the request was not verified.
 * @example
 * ```ts
 * import type { Verifier } from 'countersign/server'
 * import { requireScope, withSignature } from 'countersign/server/lambda'
 *
 * export const handlerOf = (verifier: Verifier) =>
 *   withSignature(verifier, requireScope('orders:read', async () => ({ statusCode: 200, body: '[]' })))
 * ```
 */
export function requireScope<E extends LambdaEvent, Rest extends readonly unknown[]>(
  scope: string,
  handler: (event: E, verdict: Accepted, ...rest: Rest) => unknown,
): (event: E, verdict: Accepted, ...rest: Rest) => unknown {
  const check = scopeCheck(scope)
  assertHandler('requireScope', handler, 'requireScope("orders:read", async (event, verdict) => …)')
  return (event, verdict, ...rest) => {
    const answer = check(verdict)
    return answer === undefined ? handler(event, verdict, ...rest) : refused(answer, Object(event))
  }
}

const NOTHING = { method: '', target: '', fields: [], peer: undefined, encrypted: true } as const

const none = (): never => fail('HOST_FAULT', 'the event is no request')

/** The message of an event, with the host that the client named. */
function messageOf({ method, target, fields, body }: EventRequest, { scheme, authority }: PublicUrl): HttpRequest {
  const hosts = fieldValues(fields, 'host')
  return {
    method,
    scheme,
    authority: authority ?? (hosts.length === 1 ? (hosts[0] as string) : ''),
    target,
    fields,
    body,
  }
}

const refused = ({ status, headers, body }: RefusalAnswer, form: ResultForm): LambdaResult =>
  resultOf({ status, fields: fieldLines(headers), body: new TextEncoder().encode(body) }, form)

/** The result of a handler's answer, signed where a signer is given. */
async function completed(
  answer: HttpResponse,
  { request }: Accepted,
  sign: ResponseSigner | undefined,
  form: ResultForm,
): Promise<LambdaResult> {
  const kept = keptPrivate(answer)
  if (sign === undefined) return resultOf(kept, form)
  return sign(kept, request).then((signed) => resultOf(signed, form))
}

/** The answer, kept out of shared caches. */
function keptPrivate(answer: HttpResponse): HttpResponse {
  const { fields } = answer
  const cached = fieldValues(fields, 'cache-control').length > 0
  const vary = varyOnProof(fieldValues(fields, 'vary').join(', '))
  const rest = fields.filter((_part, i) => (fields[i - (i % 2)] as string).toLowerCase() !== 'vary')
  return { ...answer, fields: [...rest, ...(cached ? [] : ['cache-control', PRIVATE]), 'vary', vary] }
}

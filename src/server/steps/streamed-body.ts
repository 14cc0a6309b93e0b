import { type CountersignError, isCountersignError, VERDICT_STATUS } from '../../errors.js'
import { checkedBody } from '../../message/content-digest.js'
import { bodyCheck } from '../../message/digest-stream.js'
import type { HttpRequest } from '../../message/message.js'
import type { UntrustedSignature } from '../../schemes/scheme.js'
import { type BodyStream, type CheckInPlace, cappedBody, checkInPlace } from '../../support/body.js'
import { handIn } from '../handed-in.js'
import type { Policy } from '../policy/policy.js'
import type { Refused } from '../verdict.js'
import type { StreamedBody } from '../verify-context.js'
import { uncoveredBody } from './coverage.js'
import { attachRefusal } from './stream-failure.js'

/**
 * For `streamBody` of a middleware or of `verify`: hands a large body out while it arrives, its last chunk held back until the
 * digest has matched. What is wrong with the body is a refusal of a request whose head was accepted, emitted once. The error
 * carries the members that Express, Fastify, Koa and Hono read of one, so that their own handlers answer with it.
 *
 * @example
 * ```ts
 * import { streamedBody, type Verifier } from 'countersign/server'
 * import { withSignature } from 'countersign/server/fetch'
 *
 * export const upload = (verifier: Verifier, store: (part: Uint8Array) => Promise<void>) =>
 *   withSignature(
 *     verifier,
 *     async (_request, { bodyStream }) => {
 *       for await (const part of bodyStream ?? []) await store(part)
 *       return new Response(null, { status: 204 })
 *     },
 *     { streamBody: streamedBody },
 *   )
 * ```
 */
export const streamedBody: StreamedBody = /* @__PURE__ */ handIn('streamBody', (verifier, refusalFor, emit) => {
  let refused: Refused | undefined
  let isAccepted = false
  const failed = (error: unknown): void => {
    if (!isCountersignError(error) || !Object.hasOwn(VERDICT_STATUS, error.code)) return
    const isFirst = refused === undefined
    refused ??= refusalFor(error)
    attachRefusal(error, refused, verifier)
    if (isFirst && isAccepted) emit(refused)
  }
  return {
    failed,
    open: (request, signature, policy) => streamOf(request, signature, policy, failed),
    accepted: () => {
      isAccepted = true
      if (refused !== undefined) emit(refused)
    },
  }
})

/**
 * The body while it arrives, held to the policy as it comes: the digests at its end, and, where the signature does not cover
 * what a body needs, not a single byte of it. The stream of a Node request is held to it for every reader of the request.
 * What is wrong with it is reported, whichever reader meets it.
 */
export function streamOf(
  request: HttpRequest,
  { covers, bodyDigests }: Pick<UntrustedSignature, 'covers' | 'bodyDigests'>,
  policy: Pick<Policy, 'maxStreamBytes' | 'requireWithBody'>,
  failed: (error: unknown) => void,
): BodyStream {
  const { maxStreamBytes } = policy
  const uncovered = uncoveredBody(covers, request, policy)
  const body = request.body as BodyStream
  if (checkInPlace in body) {
    const check = { ...bodyCheck(bodyDigests, maxStreamBytes, uncovered), failed }
    ;(body as CheckInPlace)[checkInPlace](check)
    return watchedBody(cappedBody(body, maxStreamBytes), failed)
  }
  const source = uncovered === undefined ? body : withoutBytes(body, uncovered)
  return watchedBody(
    bodyDigests.length === 0 ? cappedBody(source, maxStreamBytes) : checkedBody(source, bodyDigests, maxStreamBytes),
    failed,
  )
}

async function* watchedBody(body: BodyStream, failed: (error: unknown) => void): BodyStream {
  try {
    for await (const chunk of body) yield chunk
  } catch (error) {
    failed(error)
    throw error
  }
}

async function* withoutBytes(body: BodyStream, error: CountersignError): BodyStream {
  for await (const chunk of body) {
    if (chunk.length > 0) throw error
    yield chunk
  }
}

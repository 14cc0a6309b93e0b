import { hash } from '#backend/hash'
import { equalBytes } from '../../crypto/encoding.js'
import type { CountersignError } from '../../errors.js'
import { checkedBody } from '../../message/content-digest.js'
import { bodyCheck } from '../../message/digest-stream.js'
import { isStream } from '../../message/message.js'
import type { UntrustedSignature } from '../../schemes/scheme.js'
import type { BodyStream } from '../../support/body.js'
import { type CheckInPlace, cappedBody, checkInPlace, readStream } from '../../support/body.js'
import type { Policy } from '../policy/policy.js'
import type { Attempt } from '../refusal.js'
import { refuse } from '../verdict.js'
import { assertBodyCovered, hasBody, uncoveredBody } from './coverage.js'
import type { StreamWatch } from './stream-failure.js'

/**
 * The body while it arrives, held to the policy as it comes: the digests at its end, and, where the signature does not cover
 * what a body needs, not a single byte of it. The stream of a Node request is held to it for every reader of the request.
 * What is wrong with it goes to `watch`, whichever reader meets it.
 */
export function streamOf(
  { request }: Attempt,
  { covers, bodyDigests }: UntrustedSignature,
  policy: Policy,
  watch: StreamWatch,
): BodyStream {
  const { maxStreamBytes } = policy
  const uncovered = uncoveredBody(covers, request, policy)
  const body = request.body as BodyStream
  if (checkInPlace in body) {
    const check = { ...bodyCheck(bodyDigests, maxStreamBytes, uncovered), failed: watch.failed }
    ;(body as CheckInPlace)[checkInPlace](check)
    return watchedBody(cappedBody(body, maxStreamBytes), watch)
  }
  const source = uncovered === undefined ? body : withoutBytes(body, uncovered)
  return watchedBody(
    bodyDigests.length === 0 ? cappedBody(source, maxStreamBytes) : checkedBody(source, bodyDigests, maxStreamBytes),
    watch,
  )
}

async function* watchedBody(body: BodyStream, { failed }: StreamWatch): BodyStream {
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

/**
 * Holds a body that was read to the policy and to its digests, whatever the head announced.
 *
 * @throws {CountersignError} `DIGEST_MISSING`, `COMPONENT_MISSING`, `DIGEST_MISMATCH`.
 */
export function assertBodyProven(
  { request }: Attempt,
  { covers, bodyDigests }: UntrustedSignature,
  policy: Policy,
): void {
  assertBodyCovered({ covers }, request, policy)
  // A Fetch Request of a GET has no body, whatever was sent: a handler that asks its host for it would read what nothing has proven.
  if (request.body === null && (covers.has('body') || covers.has('parameters')) && hasBody(request))
    refuse('DIGEST_MISMATCH', 'the head announces a body, and the host has handed over none')
  const body = request.body ?? EMPTY
  // Nothing else is left by the steps before; what is not bytes must not pass for an empty body.
  if (!(body instanceof Uint8Array)) refuse('BODY_UNREADABLE', 'the host has handed over a body that is no bytes')
  for (const { hash: name, digest } of bodyDigests)
    if (!equalBytes(hash(name, body), digest)) refuse('DIGEST_MISMATCH', 'the body is not the one that was signed')
}

const EMPTY = /* @__PURE__ */ new Uint8Array(0)

/** Reads a body that is still arriving, up to the cap. */
export function buffer(attempt: Attempt, policy: Policy): Promise<void> | undefined {
  const { request } = attempt
  if (!isStream(request.body)) return undefined
  return readStream(request.body, policy.maxBodyBytes).then((body) => {
    // Only now: trailers arrive behind the body. Not spread: V8 takes ten times as long for a spread with a member replaced.
    attempt.request = Object.assign({}, request, { body })
  })
}

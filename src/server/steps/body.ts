import { hashMatches } from '#backend/hash'
import { type HttpRequest, isStream } from '../../message/message.js'
import type { UntrustedSignature } from '../../schemes/scheme.js'
import { readStream, streamAtOnce } from '../../support/body.js'
import type { Policy } from '../policy/policy.js'
import type { Attempt } from '../refusal.js'
import { refuse } from '../verdict.js'
import { assertBodyCovered, hasBody } from './coverage.js'

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
    if (!hashMatches(name, body, digest)) refuse('DIGEST_MISMATCH', 'the body is not the one that was signed')
}

const EMPTY = /* @__PURE__ */ new Uint8Array(0)

/** Reads a body that is still arriving, up to the cap; nothing has to be waited for where it has come with its head. */
export function buffer(attempt: Attempt, policy: Policy): Promise<void> | undefined {
  const { body } = attempt.request
  if (!isStream(body)) return undefined
  const put = (bytes: Uint8Array): void => {
    // Only now: trailers arrive behind the body. In two steps: V8 takes ten times as long for a spread with a member replaced.
    const request: { -readonly [K in keyof HttpRequest]: HttpRequest[K] } = { ...attempt.request }
    request.body = bytes
    attempt.request = request
  }
  const there = streamAtOnce(body, policy.maxBodyBytes)
  return there === undefined ? readStream(body, policy.maxBodyBytes).then(put) : void put(there)
}

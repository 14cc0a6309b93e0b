import type { KeyRecord } from '../access/key-record.js'
import { keyBucket, ownerBucket, peerBucket, refund } from '../access/rate-limit.js'
import { signatureBytesOf } from '../crypto/algorithm.js'
import type { Bytes } from '../crypto/key.js'
import { CountersignError } from '../errors.js'
import { isStream } from '../message/message.js'
import type { UntrustedSignature, VerifyScheme } from '../schemes/scheme.js'
import type { Clock } from '../sources/monotonic-clock.js'
import { isPromise } from '../support/deadline.js'
import type { VerifierOptions } from './options.js'
import { noReplayProtection } from './policy/policy.js'
import type { EffectivePolicy } from './policy/scheme-policy.js'
import { type Attempt, AUTHORIZING, CLAIMING, IDENTIFYING } from './refusal.js'
import { assertBodyProven, buffer, streamOf } from './steps/body.js'
import { assertNonce, claimedKeyId, pick } from './steps/candidate.js'
import { claimForEver, claimNonce, limit, replayClaim } from './steps/claim.js'
import { assertBodyFits, assertCovers } from './steps/coverage.js'
import {
  baseFor,
  type Decoys,
  keyProblem,
  matchesPassphrase,
  noteDecoy,
  recordProblem,
  verifyDecoy,
} from './steps/key-check.js'
import { asked, recordFault } from './steps/key-lookup.js'
import { usable } from './steps/key-policy.js'
import { assertOnePath } from './steps/read-path.js'
import type { StreamWatch } from './steps/stream-failure.js'
import { assertClock, windowDetail, windowProblem } from './steps/time.js'
import { assertUnambiguous, assertUnfolded } from './steps/unambiguous.js'
import { type Accepted, refuse } from './verdict.js'

/** What requests are judged with. */
export interface Parts extends Required<Omit<VerifierOptions, 'audit' | 'clock' | 'explain' | 'signatureError'>> {
  readonly clock: Clock
  readonly decoys: Decoys
  readonly policies: ReadonlyMap<VerifyScheme, EffectivePolicy>
  /** Nothing is claimed: what comes of it lets nothing in. */
  readonly isTrial?: true
}

/** Whether the body is handed out while it arrives. */
export const isStreamed = ({ request, context }: Attempt): boolean =>
  context.streamBody === true && isStream(request.body)

/**
 * The pipeline, top to bottom. Every step either passes or throws a verdict code; {@link Attempt.stage} has what a failure
 * means.
 */
export async function judge(parts: Parts, attempt: Attempt, watch: StreamWatch | undefined): Promise<Accepted> {
  const { clock, limits, storeTimeoutMs } = parts
  const { context } = attempt
  assertClock(clock, attempt)
  assertUnambiguous(attempt.request, parts.policy)
  if (context.scope !== undefined) assertOnePath(attempt.request, context)
  assertBodyFits(attempt.request, parts.policy, context.streamBody === true)
  // Before anything that costs more than reading the head.
  const peer = limits.peer && (await limit(storeTimeoutMs, attempt, limits.peer, peerBucket(context.clientIp), 1))
  if (parts.schemes.some((scheme) => scheme.readsBody === true)) await buffer(attempt, parts.policy)

  const [scheme, signature] = pick(parts.schemes, attempt.request, parts.policy)
  // From here on what holds for signatures of this scheme, which no other scheme has loosened.
  const policy = parts.policies.get(scheme) as EffectivePolicy
  const keyId = claimedKeyId(signature)
  attempt.claimedKeyId = keyId
  attempt.signature = signature
  attempt.scheme = scheme
  assertCovers(signature.covers, attempt.request, policy)
  assertUnfolded(signature, attempt.request.fields)
  const nowMs = clock.now()
  const problem = windowProblem(signature, policy, nowMs)
  if (problem !== undefined) refuse(problem, windowDetail(problem, signature, policy, nowMs))
  if (policy.requireExpires && signature.expiresMs === undefined)
    refuse('TIMESTAMP_MALFORMED', 'the signature does not state its end')
  assertNonce(signature.nonce, policy)
  const base = signature.base

  attempt.stage = IDENTIFYING
  let record = await identify(parts, attempt, keyId, signature, base, policy)

  attempt.stage = AUTHORIZING
  let own = usable(record, policy, attempt, signature, nowMs)
  // Asked anew: a scheme may have read the body, and then what was read has to be proven.
  const streamed = watch !== undefined && isStreamed(attempt)
  if (!streamed) {
    if (isStream(attempt.request.body)) {
      await buffer(attempt, own)
      // A body may take minutes to arrive, and the key may have been taken back meanwhile.
      const now = asked('the key source', () => parts.keys.get(keyId, signature.carried), storeTimeoutMs)
      const latest = isPromise(now) ? await now : now
      // One that is gone is as good as unknown.
      if (latest === undefined || latest === null) return refuse('KEY_UNKNOWN', 'the key is gone')
      if (latest !== record) {
        const changed = recordFault(latest, keyId) ?? recordProblem(latest, signature, policy)
        if (changed !== undefined) throw changed
        own = usable(latest, policy, attempt, signature, clock.now())
        record = latest
        attempt.record = latest
      }
    }
    assertBodyProven(attempt, signature, own)
  }
  if (signature.covers.has('body') && signature.bodyDigests.length === 0 && scheme.readsBody !== true)
    refuse('DIGEST_MISSING', 'the signed digest names no supported algorithm')
  // Waiting for stores and bodies takes time: what was fresh may not be any more.
  assertClock(clock, attempt)
  const lateMs = clock.now()
  const late = windowProblem(signature, own, lateMs)
  if (late !== undefined) refuse(late, `while it was being read: ${windowDetail(late, signature, own, lateMs)}`)
  const over = keyProblem(record, lateMs)
  if (over !== undefined) refuse(over, 'the life of the key ended while the request was being read')

  attempt.stage = CLAIMING
  if (parts.isTrial === true) {
    // Neither remembered nor asked about: a store has no question that claims nothing.
    if (signature.createdMs === undefined && own.untimed === undefined)
      refuse('TIMESTAMP_MALFORMED', 'the signature carries no time')
  } else if (signature.createdMs === undefined) {
    await claimForEver(own.untimed, keyId, signature, base, storeTimeoutMs)
  } else if (parts.replay !== noReplayProtection && signature.reusable !== true) {
    const claim = replayClaim(keyId, signature, base, policy, lateMs)
    await claimNonce(parts.replay, claim, attempt, storeTimeoutMs)
  }
  // Last of all, so that a captured request sent again takes nothing from its key.
  const cost = context.cost ?? 1
  const taken =
    limits.key && (await limit(storeTimeoutMs, attempt, limits.key, keyBucket(keyId, record), cost, record.rateLimit))
  try {
    if (limits.owner !== undefined) await limit(storeTimeoutMs, attempt, limits.owner, ownerBucket(keyId, record), cost)
  } catch (error) {
    // What the owner's other keys used up is not for this one to pay.
    refund(taken)
    throw error
  }
  refund(peer)

  const { request } = attempt
  return {
    ok: true,
    keyId,
    owner: record.owner,
    record,
    scheme: scheme.id,
    label: signature.label,
    tag: signature.tag,
    createdMs: signature.createdMs,
    expiresMs: signature.expiresMs,
    nonce: signature.nonce,
    covered: signature.covered,
    body: request.body instanceof Uint8Array ? request.body : null,
    bodyStream: streamed ? streamOf(attempt, signature, own, watch) : undefined,
    request,
    clientIp: context.clientIp,
  }
}

/** The key whose holder has signed. A refusal does not depend on whether the key exists, and costs one verification. */
async function identify(
  { keys, decoys, storeTimeoutMs }: Parts,
  attempt: Attempt,
  keyId: string,
  signature: UntrustedSignature,
  base: Bytes,
  policy: EffectivePolicy,
): Promise<KeyRecord> {
  const answer = asked('the key source', () => keys.get(keyId, signature.carried), storeTimeoutMs)
  const found = isPromise(answer) ? await answer : answer
  const impossible =
    found === undefined || found === null
      ? new CountersignError('KEY_UNKNOWN', 'no such key')
      : (recordFault(found, keyId) ?? recordProblem(found, signature, policy))
  if (impossible?.code !== 'KEY_SOURCE_FAILED') {
    attempt.record = found ?? undefined
    if (attempt.record !== undefined) noteDecoy(decoys, attempt.record.key)
  }
  if (impossible !== undefined) {
    await verifyDecoy(decoys, keyId, signature, storeTimeoutMs)
    throw impossible
  }
  const record = found as KeyRecord
  const { key } = record
  const checked = asked(
    'the key',
    () => key.verify(signature.passphrase === undefined ? base : baseFor(signature, record), signature.signature),
    storeTimeoutMs,
  )
  const valid: unknown = isPromise(checked) ? await checked : checked
  // Any other value is a bug in a key, and bugs fail closed.
  if (typeof valid !== 'boolean') refuse('KEY_SOURCE_FAILED', 'the key returned neither true nor false')
  if (valid !== true) refuse('SIGNATURE_INVALID', 'the signature does not match')
  // The size of an RSA key shows only in what it has signed.
  if (signatureBytesOf(key.algorithm) === 0) noteDecoy(decoys, key, signature.signature.length)
  if (signature.passphrase !== undefined || record.passphrase !== undefined) {
    const known = asked('the key', () => matchesPassphrase(signature, record), storeTimeoutMs)
    if ((isPromise(known) ? await known : known) !== true)
      refuse('PASSPHRASE_INVALID', 'the passphrase is not that of the key')
  }
  return record
}

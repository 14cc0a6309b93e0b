import { isPromise } from '../support/deadline.js'
import { isStreamed, Judgement, type Parts, type Step } from './judgement.js'
import { noReplayProtection } from './policy/policy.js'
import type { EffectivePolicy } from './policy/scheme-policy.js'
import { type Attempt, AUTHORIZING, CLAIMING } from './refusal.js'
import { assertBodyProven, buffer } from './steps/body.js'
import { assertNonce, claimedKeyId, pick } from './steps/candidate.js'
import { claimForEver, claimNonce, replayClaim } from './steps/claim.js'
import { assertBodyFits, assertCovers } from './steps/coverage.js'
import { findKey, verifyPassphrase, verifySignature } from './steps/identify.js'
import { keyProblem, recordProblem } from './steps/key-check.js'
import { asked, recordFault } from './steps/key-lookup.js'
import { usable } from './steps/key-policy.js'
import { assertOnePath } from './steps/read-path.js'
import { assertClock, windowDetail, windowProblem } from './steps/time.js'
import { assertUnambiguous, assertUnfolded, TWO_SLASHES } from './steps/unambiguous.js'
import { type Accepted, refuse } from './verdict.js'
import type { StreamWatch } from './verify-context.js'

/**
 * The pipeline, top to bottom. {@link Attempt.stage} has what a failure means. A step that has its answer at once returns
 * nothing, so that a request whose keys and stores are in memory is judged without a turn of the event loop between two steps.
 */
const STEPS: readonly Step[] = [
  readHead,
  readEarlyBody,
  readSignature,
  findKey,
  verifySignature,
  verifyPassphrase,
  authorize,
  readBody,
  proveBody,
  claim,
  count,
]

/** Runs the steps. It throws at once what fails before anything has to be waited for. */
export const judge = (parts: Parts, attempt: Attempt, watch: StreamWatch | undefined): Accepted | Promise<Accepted> =>
  runFrom(0, new Judgement(parts, attempt, watch))

function runFrom(first: number, judgement: Judgement): Accepted | Promise<Accepted> {
  for (let at = first; at < STEPS.length; at++) {
    const waiting = (STEPS[at] as Step)(judgement)
    if (waiting !== undefined)
      return waiting.then(() => {
        judgement.hasWaited = true
        return runFrom(at + 1, judgement)
      })
  }
  return accepted(judgement)
}

function readHead(judgement: Judgement): Promise<unknown> | undefined {
  const { parts, attempt } = judgement
  const { context, request } = attempt
  assertClock(parts.clock, attempt)
  assertUnambiguous(request, parts.policy)
  if (context.scope !== undefined) assertOnePath(request, context)
  assertBodyFits(request, parts.policy, context.streamBody !== undefined)
  return parts.limits?.arrived(attempt, parts.storeTimeoutMs)?.then((giveBack) => {
    judgement.giveBack = giveBack
  })
}

function readEarlyBody({ parts, attempt }: Judgement): Promise<unknown> | undefined {
  return parts.readsBody ? buffer(attempt, parts.policy) : undefined
}

function readSignature(judgement: Judgement): undefined {
  const { parts, attempt } = judgement
  const { request } = attempt
  const [scheme, signature] = pick(parts.schemes, request, parts.policy)
  const policy = parts.policies.get(scheme) as EffectivePolicy
  const keyId = claimedKeyId(signature)
  attempt.claimedKeyId = keyId
  attempt.signature = signature
  attempt.scheme = scheme
  // Where a path is signed in another form, the host that such a target seems to name could be put before it.
  if (request.target.startsWith('//') && !(scheme.takesEmptySegment === true && signature.covers.has('path')))
    refuse('TARGET_MALFORMED', TWO_SLASHES)
  assertCovers(signature.covers, request, policy)
  assertUnfolded(signature, request.fields)
  const nowMs = parts.clock.now()
  const problem = windowProblem(signature, policy, nowMs)
  if (problem !== undefined) refuse(problem, windowDetail(problem, signature, policy, nowMs))
  if (policy.requireExpires && signature.expiresMs === undefined)
    refuse('TIMESTAMP_MALFORMED', 'the signature does not state its end')
  assertNonce(signature.nonce, policy)
  judgement.base = signature.base
  judgement.scheme = scheme
  judgement.signature = signature
  judgement.policy = policy
  judgement.keyId = keyId
  judgement.nowMs = nowMs
}

function authorize(judgement: Judgement): undefined {
  const { attempt, record, policy, signature, nowMs } = judgement
  attempt.stage = AUTHORIZING
  judgement.own = usable(record, policy, attempt, signature, nowMs)
}

/** Whether the body is left to whatever reads it. Asked anew: a scheme may have read it, and then what was read has to be proven. */
const isLeft = ({ attempt, watch }: Judgement): boolean => watch !== undefined && isStreamed(attempt)

function readBody(judgement: Judgement): Promise<unknown> | undefined {
  if (isLeft(judgement)) return undefined
  return buffer(judgement.attempt, judgement.own)?.then(() => askAgain(judgement))
}

async function askAgain(judgement: Judgement): Promise<void> {
  const { parts, attempt, keyId, signature, policy } = judgement
  // A body may take minutes to arrive, and the key may have been taken back meanwhile.
  const now = asked('the key source', () => parts.keys.get(keyId, signature.carried), parts.storeTimeoutMs)
  const latest = isPromise(now) ? await now : now
  // One that is gone is as good as unknown.
  if (latest === undefined || latest === null) return refuse('KEY_UNKNOWN', 'the key is gone')
  if (latest === judgement.record) return
  const changed = recordFault(latest, keyId) ?? recordProblem(latest, signature, policy)
  if (changed !== undefined) throw changed
  judgement.own = usable(latest, policy, attempt, signature, parts.clock.now())
  judgement.record = latest
  attempt.record = latest
}

function proveBody(judgement: Judgement): undefined {
  const { parts, attempt, scheme, signature, record, own } = judgement
  if (!isLeft(judgement)) assertBodyProven(attempt, signature, own)
  if (signature.covers.has('body') && signature.bodyDigests.length === 0 && scheme.readsBody !== true)
    refuse('DIGEST_MISSING', 'the signed digest names no supported algorithm')
  // Waiting for stores and bodies takes time: what was fresh may not be any more.
  if (judgement.hasWaited) assertClock(parts.clock, attempt)
  const lateMs = judgement.hasWaited ? parts.clock.now() : judgement.nowMs
  const late = windowProblem(signature, own, lateMs)
  if (late !== undefined) refuse(late, `while it was being read: ${windowDetail(late, signature, own, lateMs)}`)
  const over = keyProblem(record, lateMs)
  if (over !== undefined) refuse(over, 'the life of the key ended while the request was being read')
  judgement.lateMs = lateMs
}

function claim({
  parts,
  attempt,
  keyId,
  signature,
  base,
  policy,
  own,
  lateMs,
}: Judgement): Promise<unknown> | undefined {
  const { replay, storeTimeoutMs } = parts
  attempt.stage = CLAIMING
  if (parts.isTrial === true) {
    // Neither remembered nor asked about: a store has no question that claims nothing.
    if (signature.createdMs === undefined && own.untimed === undefined)
      refuse('TIMESTAMP_MALFORMED', 'the signature carries no time')
    return undefined
  }
  if (signature.createdMs === undefined) return claimForEver(own.untimed, keyId, signature, base, storeTimeoutMs)
  if (replay === noReplayProtection || signature.reusable === true) return undefined
  return claimNonce(replay, replayClaim(keyId, signature, base, policy, lateMs), attempt, storeTimeoutMs)
}

function count(judgement: Judgement): Promise<unknown> | undefined {
  const { limits, storeTimeoutMs } = judgement.parts
  return limits?.count(judgement, storeTimeoutMs)
}

function accepted(judgement: Judgement): Accepted {
  const { attempt, watch, scheme, signature, own, keyId, record } = judgement
  const { request, context } = attempt
  judgement.giveBack?.()
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
    bodyStream: watch !== undefined && isStreamed(attempt) ? watch.open(request, signature, own) : undefined,
    request,
    clientIp: context.clientIp,
  }
}

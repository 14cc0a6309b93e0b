import type { KeyRecord } from '../access/key-record.js'
import { keyBucket, ownerBucket, peerBucket, refund } from '../access/rate-limit.js'
import { contextScopeFault } from '../access/scope.js'
import { ALGORITHMS } from '../crypto/algorithm.js'
import { CountersignError } from '../errors.js'
import { type HttpRequest, isStream } from '../message/message.js'
import type { VerifyScheme } from '../schemes/scheme.js'
import { type Clock, monotonicClock } from '../sources/monotonic-clock.js'
import { isPromise } from '../support/deadline.js'
import { quietly } from '../support/ignore-errors.js'
import { type AuditFacts, auditEvent } from './audit-event.js'
import { requestProblem } from './host-values.js'
import type { Verifier, VerifierOptions } from './options.js'
import type { Policy } from './policy/policy.js'
import { noReplayProtection } from './policy/policy.js'
import { type EffectivePolicy, policiesOf } from './policy/scheme-policy.js'
import { checkedPolicy } from './policy/strict-policy.js'
import { type Attempt, refusal } from './refusal.js'
import type { ReplayStore } from './replay/replay-store.js'
import { assertBodyProven, buffer, streamOf } from './steps/body.js'
import { assertNonce, claimedKeyId, pick } from './steps/candidate.js'
import { claimForEver, claimNonce, limit, replayClaim } from './steps/claim.js'
import { assertBodyFits, assertCovers } from './steps/coverage.js'
import {
  baseFor,
  type Decoys,
  keyProblem,
  matchesPassphrase,
  newDecoys,
  noteDecoy,
  recordProblem,
  verifyDecoy,
} from './steps/key-check.js'
import { asked, recordFault } from './steps/key-lookup.js'
import { usable } from './steps/key-policy.js'
import { assertOnePath } from './steps/read-path.js'
import { type StreamWatch, streamWatch } from './steps/stream-failure.js'
import { assertClock, clockWatch, windowDetail, windowProblem } from './steps/time.js'
import { assertUnambiguous, assertUnfolded } from './steps/unambiguous.js'
import { type Accepted, refuse, type Verdict } from './verdict.js'
import { assertContext, assertRefusal, assertVerifierOptions } from './verifier-options.js'
import type { VerifyContext } from './verify-context.js'

export type { Verifier, VerifierOptions } from './options.js'
export { noReplayProtection } from './policy/policy.js'
export type { VerifyContext } from './verify-context.js'

/**
 * A verifier: the pipeline from raw request to verdict, cheapest and least trusting step first, the one write last.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a set-up that cannot be safe (no scheme, no policy, no replay decision).
 * @example
 * ```ts
 * import { createVerifier, hmacKey, memoryReplayStore, randomBytes, rfc9421Verifier, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const verifier = createVerifier({
 *   schemes: [rfc9421Verifier()],
 *   keys: staticKeys([{ key, owner: 'alice', scopes: ['orders:write'] }]),
 *   policy: strictPolicy({ authorities: ['api.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function createVerifier(options: VerifierOptions): Verifier {
  assertVerifierOptions(options)
  const { schemes, keys, replay, clock = monotonicClock(), audit, limits = {}, storeTimeoutMs = 250 } = options
  const policy = checkedPolicy(options.policy)
  const policies = policiesOf(schemes, policy)
  if (replay !== noReplayProtection) for (const one of policies.values()) assertRemembers(replay, one)
  const parts: Parts = {
    schemes,
    keys,
    policy,
    policies,
    replay,
    clock,
    limits,
    storeTimeoutMs,
    decoys: newDecoys(keys.samples?.() ?? []),
  }
  const watchClock = clockWatch(clock, audit)
  const emit = (attempt: Attempt, verdict: Verdict, startedMs: number, signature: Signed = attempt.signature): void => {
    const { context, record } = attempt
    if (keys.used !== undefined && record !== undefined)
      quietly(() => keys.used?.(record.key.keyId, verdict, clock.now()))
    if (audit === undefined) return
    const facts = { context, record, startedMs, signature }
    quietly(() => audit(auditEvent(verdict, clock.now(), facts), verdict, facts))
  }
  const challenges = schemes.flatMap((scheme) => challengeOf(scheme, policies.get(scheme) as EffectivePolicy))
  return {
    policy,
    challenges,
    verify: async (request, context = {}) => {
      assertContext('verify', context)
      const problem = requestProblem(request)
      const attempt = newAttempt(problem === undefined ? request : NO_REQUEST, context)
      // A scope may be made of what a request holds, so it ends in a verdict: it would deny every key as if that lacked it.
      const fault = problem ?? contextScopeFault(context.scope)
      const startedMs = audit === undefined ? 0 : performance.now()
      watchClock()
      const watch = isStreamed(attempt)
        ? streamWatch(
            { challenges },
            // Only once the key is known to be the sender's, and for the codes of verdicts.
            (error) => refusal(attempt, error),
            (refused) => emit(attempt, refused, startedMs),
          )
        : undefined
      const judged =
        fault === undefined
          ? judge(parts, attempt, watch)
          : Promise.reject(new CountersignError('HOST_FAULT', `verify: ${fault}`))
      const verdict = await judged.catch((error: unknown): Verdict => refusal(attempt, error))
      emit(attempt, verdict, startedMs)
      watch?.accepted()
      return verdict
    },
    refuse: (request, code, detail, context = {}, accepted) => {
      assertRefusal(code, detail)
      assertContext('refuse', context)
      const problem = requestProblem(request)
      if (problem !== undefined) throw new CountersignError('CONFIG_INVALID', `refuse: ${problem}`)
      const attempt: Attempt = { ...newAttempt(request, context), record: accepted?.record }
      attempt.claimedKeyId = accepted?.keyId
      const verdict = refusal(attempt, new CountersignError(code, detail))
      emit(attempt, verdict, performance.now(), accepted)
      return verdict
    },
  }
}

/** The challenge to a refused client: what the policy requires of this scheme, whatever it requires of the others. */
const challengeOf = (scheme: VerifyScheme, policy: EffectivePolicy): Verifier['challenges'] => {
  const { require, requireWithBody, requireWhenPresent, requireNonce: nonce, requireExpires: expires, select } = policy
  // A client covers a plain field where it has it, and cannot cover a member that is not there.
  const fields = requireWhenPresent.filter((fact) => !fact.includes(';'))
  const one = scheme.challenge?.(new Set([...require, ...requireWithBody, ...fields]), { nonce, expires, select })
  return one === undefined ? [] : [one]
}

/** Stands in a verdict, and in the audit trail, for something that is no request. */
const NO_REQUEST: HttpRequest = { method: '', scheme: '', authority: '', target: '', fields: [], body: null }

type Signed = AuditFacts['signature']

const newAttempt = (request: HttpRequest, context: VerifyContext): Attempt => ({
  request,
  context,
  claimedKeyId: undefined,
  signature: undefined,
  status: undefined,
  asking: false,
  record: undefined,
  retryAfterMs: undefined,
})

/** Whether the body is handed out while it arrives. */
const isStreamed = ({ request, context }: Attempt): boolean => context.streamBody === true && isStream(request.body)

/** A store that forgets earlier than the window closes would refuse everything near its edge, or worse. */
function assertRemembers({ maxAgeMs, maxFutureMs }: ReplayStore, policy: Policy): void {
  if ((maxAgeMs ?? Infinity) < policy.maxAgeMs || (maxFutureMs ?? Infinity) < policy.maxFutureMs) {
    throw new CountersignError('CONFIG_INVALID', '"replay" must be a store that covers the window of the policy')
  }
}

interface Parts extends Required<Omit<VerifierOptions, 'audit' | 'clock'>> {
  readonly clock: Clock
  readonly decoys: Decoys
  readonly policies: ReadonlyMap<VerifyScheme, EffectivePolicy>
}

/** The pipeline, top to bottom. Every step either passes or throws a verdict code. */
async function judge(parts: Parts, attempt: Attempt, watch: StreamWatch | undefined): Promise<Accepted> {
  const { clock, limits } = parts
  const { context } = attempt
  assertClock(clock, attempt)

  assertUnambiguous(attempt.request, parts.policy)
  if (context.scope !== undefined) assertOnePath(attempt.request, context)
  assertBodyFits(attempt.request, parts.policy, context.streamBody === true)
  // Before anything that costs more than reading the head.
  const peer = limits.peer && (await limit(parts.storeTimeoutMs, attempt, limits.peer, peerBucket(context.clientIp), 1))
  if (parts.schemes.some((scheme) => scheme.readsBody === true)) await buffer(attempt, parts.policy)

  const [scheme, signature] = pick(parts.schemes, attempt.request, parts.policy)
  // From here on what holds for signatures of this scheme, which no other scheme has loosened.
  const policy = parts.policies.get(scheme) as EffectivePolicy
  const keyId = claimedKeyId(signature)
  attempt.claimedKeyId = keyId
  attempt.signature = signature
  assertCovers(signature.covers, attempt.request, policy)
  assertUnfolded(signature, attempt.request.fields)
  const nowMs = clock.now()
  const problem = windowProblem(signature, policy, nowMs)
  if (problem !== undefined) refuse(problem, windowDetail(problem, signature, policy, nowMs))
  if (policy.requireExpires && signature.expiresMs === undefined)
    refuse('TIMESTAMP_MALFORMED', 'the signature does not state its end')
  assertNonce(signature.nonce, policy)
  const base = signature.base

  // From here on the answer must not depend on whether the key exists.
  attempt.status = 401
  attempt.asking = true
  const answer = asked('the key source', () => parts.keys.get(keyId), parts.storeTimeoutMs)
  const found = isPromise(answer) ? await answer : answer
  const impossible =
    found === undefined || found === null
      ? new CountersignError('KEY_UNKNOWN', 'no such key')
      : (recordFault(found, keyId) ?? recordProblem(found, signature, policy))
  if (impossible?.code !== 'KEY_SOURCE_FAILED') {
    attempt.record = found ?? undefined
    if (attempt.record !== undefined) noteDecoy(parts.decoys, attempt.record.key)
  }
  if (impossible !== undefined) {
    await verifyDecoy(parts.decoys, keyId, signature, parts.storeTimeoutMs)
    throw impossible
  }
  let record = found as KeyRecord
  const { key } = record
  const checked = asked(
    'the key',
    () => key.verify(signature.passphrase === undefined ? base : baseFor(signature, record), signature.signature),
    parts.storeTimeoutMs,
  )
  const valid: unknown = isPromise(checked) ? await checked : checked
  // Any other value is a bug in a key, and bugs fail closed.
  if (typeof valid !== 'boolean') refuse('KEY_SOURCE_FAILED', 'the key returned neither true nor false')
  if (valid !== true) refuse('SIGNATURE_INVALID', 'the signature does not match')
  // The size of an RSA key shows only in what it has signed.
  if (ALGORITHMS[key.algorithm].signatureBytes === 0) noteDecoy(parts.decoys, key, signature.signature.length)
  if (signature.passphrase !== undefined || record.passphrase !== undefined) {
    const known = asked('the key', () => matchesPassphrase(signature, record), parts.storeTimeoutMs)
    if ((isPromise(known) ? await known : known) !== true)
      refuse('PASSPHRASE_INVALID', 'the passphrase is not that of the key')
  }
  attempt.status = undefined
  attempt.asking = false

  let own = usable(record, policy, attempt, signature, nowMs)

  // Asked anew: a scheme may have read the body, and then what was read has to be proven.
  const streamed = watch !== undefined && isStreamed(attempt)
  if (!streamed) {
    if (isStream(attempt.request.body)) {
      await buffer(attempt, own)
      // A body may take minutes to arrive, and the key may have been taken back meanwhile.
      const now = asked('the key source', () => parts.keys.get(keyId), parts.storeTimeoutMs)
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
  if (signature.covers.has('body') && signature.bodyDigests.length === 0 && scheme.readsBody !== true) {
    refuse('DIGEST_MISSING', 'the signed digest names no supported algorithm')
  }

  // Waiting for stores and bodies takes time: what was fresh may not be any more.
  assertClock(clock, attempt)
  const lateMs = clock.now()
  const late = windowProblem(signature, own, lateMs)
  if (late !== undefined) refuse(late, `while it was being read: ${windowDetail(late, signature, own, lateMs)}`)
  const over = keyProblem(record, lateMs)
  if (over !== undefined) refuse(over, 'the life of the key ended while the request was being read')
  attempt.asking = true
  if (signature.createdMs === undefined) {
    await claimForEver(own.untimed, keyId, signature, base, parts.storeTimeoutMs)
  } else if (parts.replay !== noReplayProtection) {
    const claim = replayClaim(keyId, signature, base, policy, lateMs)
    await claimNonce(parts.replay, claim, attempt, parts.storeTimeoutMs)
  }

  // Last of all, so that a captured request sent again takes nothing from its key.
  const cost = context.cost ?? 1
  const taken =
    limits.key &&
    (await limit(parts.storeTimeoutMs, attempt, limits.key, keyBucket(keyId, record), cost, record.rateLimit))
  try {
    if (limits.owner !== undefined)
      await limit(parts.storeTimeoutMs, attempt, limits.owner, ownerBucket(keyId, record), cost)
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

import { contextScopeFault } from '../access/scope.js'
import { CountersignError, fail, kindOf } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import type { VerifyScheme } from '../schemes/scheme.js'
import { monotonicClock } from '../sources/monotonic-clock.js'
import { isPromise } from '../support/deadline.js'
import { ignoreErrors } from '../support/ignore-errors.js'
import { logWeaknesses } from '../support/weak-scheme.js'
import { verifyOf } from './at-once.js'
import { type AuditFacts, auditEvent } from './audit-event.js'
import type { ExplainFacts } from './explain.js'
import { requestProblem } from './host-values.js'
import { judge } from './judge.js'
import { isStreamed, type Parts } from './judgement.js'
import type { TriedOut, Verifier, VerifierOptions } from './options.js'
import { noReplayProtection, type Policy } from './policy/policy.js'
import { type EffectivePolicy, policiesOf } from './policy/scheme-policy.js'
import { checkedPolicy } from './policy/strict-policy.js'
import { type Attempt, READING, refusal } from './refusal.js'
import type { ReplayStore } from './replay/replay-store.js'
import { newDecoys } from './steps/key-check.js'
import { clockWatch } from './steps/time.js'
import type { Refused, Verdict } from './verdict.js'
import { assertContext, assertRefusal, assertVerifierOptions } from './verifier-options.js'
import type { StreamedBody, StreamWatch, VerifyContext } from './verify-context.js'

export type { TriedOut, Verifier, VerifierOptions } from './options.js'
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
  const { schemes, keys, replay, clock = monotonicClock(), audit, limits, storeTimeoutMs = 250 } = options
  const { explain, signatureError } = options
  const policy = checkedPolicy(options.policy)
  const policies = policiesOf(schemes, policy)
  // Stryker disable next-line ConditionalExpression: a symbol has no memory that is too short
  if (replay !== noReplayProtection) for (const one of policies.values()) assertRemembers(replay, one)
  for (const scheme of schemes) logWeaknesses(scheme)
  const parts: Parts = {
    schemes,
    readsBody: schemes.some(({ readsBody }) => readsBody === true),
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
    // Stryker disable next-line ConditionalExpression,LogicalOperator: it only saves the call, which without both does nothing
    if (keys.used !== undefined && record !== undefined)
      // Stryker disable next-line OptionalChaining: it is there
      ignoreErrors(() => keys.used?.(record.key.keyId, verdict, clock.now()))
    if (audit === undefined) return
    const facts = { context, record, startedMs, signature }
    ignoreErrors(() => audit(auditEvent(verdict, clock.now(), facts), verdict, facts))
  }
  const factsOf =
    ({ context, record }: Attempt) =>
    (): ExplainFacts => ({ context, policy, key: record?.key, nowMs: clock.now() })
  const coded = (refused: Refused, attempt: Attempt): Refused => explain?.coded(refused, factsOf(attempt)) ?? refused
  const watchOf = (attempt: Attempt, startedMs: number): StreamWatch =>
    (attempt.context.streamBody as StreamedBody)(
      { challenges },
      // Only once the key is known to be the sender's, and for the codes of verdicts.
      (error) => coded(refusal(attempt, error), attempt),
      (refused) => emit(attempt, refused, startedMs),
    )
  const challenges = schemes.flatMap((scheme) => challengeOf(scheme, policies.get(scheme) as EffectivePolicy))
  const settled = (
    attempt: Attempt,
    verdict: Verdict,
    startedMs: number,
    watch: StreamWatch | undefined,
  ): Verdict | Promise<Verdict> => {
    emit(attempt, verdict, startedMs)
    watch?.accepted()
    if (verdict.ok) return verdict
    const field = signatureError?.(verdict, { attempt, policies })
    // It becomes a field of the answer.
    if (field !== undefined && (typeof field !== 'string' || /[^\x20-\x7e]/.test(field)))
      fail('CONFIG_INVALID', `"signatureError" must return a line of ASCII or undefined, got ${kindOf(field)}`)
    const refused = field ? { ...verdict, signatureError: field } : verdict
    return explain?.explained(refused, factsOf(attempt)) ?? refused
  }
  const judgeRequest = (
    request: HttpRequest,
    context: VerifyContext,
    isChecked?: boolean,
  ): Verdict | Promise<Verdict> => {
    if (!isChecked) assertContext('verify', context)
    const problem = requestProblem(request)
    const attempt = newAttempt(problem === undefined ? request : NO_REQUEST, context)
    // A scope may be made of what a request holds, so it ends in a verdict: it would deny every key as if that lacked it.
    const fault = named('verify', problem ?? contextScopeFault(context.scope))
    // Stryker disable next-line ConditionalExpression: it only saves the reading
    const startedMs = audit === undefined ? 0 : performance.now()
    watchClock()
    const watch = isStreamed(attempt) ? watchOf(attempt, startedMs) : undefined
    const verdict = judgedOf(parts, attempt, watch, fault)
    return isPromise(verdict)
      ? settledLater(verdict, attempt, startedMs, watch)
      : settled(attempt, verdict, startedMs, watch)
  }
  // A separate function: its closure would be made for every request.
  const settledLater = (
    judged: Promise<Verdict>,
    attempt: Attempt,
    startedMs: number,
    watch: StreamWatch | undefined,
  ): Promise<Verdict> => judged.then((verdict) => settled(attempt, verdict, startedMs, watch))
  return {
    policy,
    challenges,
    verify: verifyOf(judgeRequest),
    tryOut: async (request, context = {}) => {
      assertContext('tryOut', context)
      const fault = named('tryOut', requestProblem(request) ?? contextScopeFault(context.scope))
      const attempt = newAttempt(request, { ...context, streamBody: undefined })
      const judged = judgedOf({ ...parts, limits: undefined, isTrial: true }, attempt, undefined, fault)
      const verdict = isPromise(judged) ? await judged : judged
      return triedOut(verdict, attempt)
    },
    refuse: (request, code, detail, context = {}, accepted) => {
      assertRefusal(code, detail)
      assertContext('refuse', context)
      const problem = requestProblem(request)
      if (problem !== undefined) fail('CONFIG_INVALID', `refuse: ${problem}`)
      const attempt: Attempt = { ...newAttempt(request, context), record: accepted?.record }
      attempt.claimedKeyId = accepted?.keyId
      const verdict = refusal(attempt, new CountersignError(code, detail))
      emit(attempt, verdict, performance.now(), accepted)
      return coded(verdict, attempt)
    },
  }
}

/** What a caller passed that is none of the message's fault, with where. */
const named = (where: string, problem: string | undefined): string | undefined =>
  problem === undefined ? undefined : `${where}: ${problem}`

/** The verdict, whatever fails on the way to it: at once, unless a store, a key or a body had to be waited for. */
function judgedOf(
  parts: Parts,
  attempt: Attempt,
  watch: StreamWatch | undefined,
  fault: string | undefined,
): Verdict | Promise<Verdict> {
  try {
    if (fault !== undefined) fail('HOST_FAULT', fault)
    const judged = judge(parts, attempt, watch)
    return isPromise(judged) ? judged.catch((error: unknown): Verdict => refusal(attempt, error)) : judged
  } catch (error) {
    return refusal(attempt, error)
  }
}

/** The challenge to a refused client: what the policy requires of this scheme, whatever it requires of the others. */
const challengeOf = (scheme: VerifyScheme, policy: EffectivePolicy): Verifier['challenges'] => {
  const { require, requireWithBody, requireWhenPresent, requireNonce: nonce, requireExpires: expires, select } = policy
  // A client covers a plain field where it has it, and cannot cover a member that is not there.
  const fields = requireWhenPresent.filter((fact) => !fact.includes(';'))
  const one = scheme.challenge?.(new Set([...require, ...requireWithBody, ...fields]), { nonce, expires, select })
  return [...(one === undefined ? [] : [one]), ...(scheme.moreChallenges ?? [])]
}

/** A verdict as what lets nothing in. */
const triedOut = (verdict: Verdict, { stage, claimedKeyId }: Attempt): TriedOut => ({
  wouldAccept: verdict.ok,
  code: verdict.ok ? undefined : verdict.code,
  detail: verdict.ok ? undefined : verdict.detail,
  keyId: claimedKeyId,
  reachedKey: stage !== READING,
})

/** Stands in a verdict, and in the audit trail, for something that is no request. */
const NO_REQUEST: HttpRequest = { method: '', scheme: '', authority: '', target: '', fields: [], body: null }

type Signed = AuditFacts['signature']

const newAttempt = (request: HttpRequest, context: VerifyContext): Attempt => ({
  request,
  context,
  claimedKeyId: undefined,
  signature: undefined,
  stage: READING,
  record: undefined,
  retryAfterMs: undefined,
})

/** A store that forgets earlier than the window closes would refuse everything near its edge, or worse. */
function assertRemembers({ maxAgeMs, maxFutureMs }: ReplayStore, policy: Policy): void {
  if ((maxAgeMs ?? Infinity) < policy.maxAgeMs || (maxFutureMs ?? Infinity) < policy.maxFutureMs) {
    fail('CONFIG_INVALID', '"replay" must cover the window of the policy: raise maxAgeMs or maxFutureMs')
  }
}

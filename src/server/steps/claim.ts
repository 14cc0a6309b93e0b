import { hashText } from '#backend/hash'
import type { Bytes } from '../../crypto/key.js'
import type { VerdictCode } from '../../errors.js'
import type { UntrustedSignature } from '../../schemes/scheme.js'
import { deadline, isPromise } from '../../support/deadline.js'
import type { SchemePolicy } from '../policy/policy.js'
import { noReplayProtection } from '../policy/policy.js'
import type { EffectivePolicy } from '../policy/scheme-policy.js'
import type { Attempt } from '../refusal.js'
import type { ReplayClaim, ReplayOutcome, ReplayStore } from '../replay/replay-store.js'
import { refuse } from '../verdict.js'
import { forgottenAt } from './time.js'

/** The verdict for each answer of a replay store. */
const REFUSALS: ReadonlyMap<unknown, readonly [VerdictCode, detail: string]> = new Map<
  Exclude<ReplayOutcome, 'claimed'>,
  readonly [VerdictCode, string]
>([
  ['replay', ['REPLAY', 'this key has used this nonce before']],
  ['full', ['REPLAY_STORE_FULL', 'the replay store cannot remember another nonce']],
  // A request that is signed after the barrier gets through.
  ['barrier', ['REPLAY_BARRIER', 'signed before the replay store could remember it']],
  ['clock', ['CLOCK_UNSAFE', 'the clocks of this machine and of the replay store differ']],
])

/** Claims a nonce, or refuses. A refusal for the barrier states how long a client has to wait before it signs again. */
export function claimNonce(
  store: ReplayStore,
  claim: ReplayClaim,
  attempt: Attempt,
  timeoutMs: number,
): Promise<undefined> | undefined {
  const claimed = store.claim(claim)
  return isPromise(claimed)
    ? deadline(claimed, timeoutMs).then((outcome) => assertClaimed(outcome, store, claim, attempt))
    : assertClaimed(claimed, store, claim, attempt)
}

function assertClaimed(outcome: ReplayOutcome, store: ReplayStore, claim: ReplayClaim, attempt: Attempt): undefined {
  if (outcome === 'claimed') return
  if (outcome === 'barrier' && store.barrierMs !== undefined) {
    // By the client's clock: signed times are often whole seconds, and whole seconds later they are past the barrier.
    const waitMs = store.barrierMs + 1 - claim.createdMs
    if (waitMs > 0) attempt.retryAfterMs = waitMs
  }
  const [code, detail] = REFUSALS.get(outcome) ?? ['STORE_UNAVAILABLE', 'the replay store gave an unknown answer']
  refuse(code, detail)
}

/** The claim of a verified signature, which the store has to remember. */
export function replayClaim(
  keyId: string,
  signature: UntrustedSignature,
  base: Bytes,
  policy: EffectivePolicy,
  nowMs: number,
): ReplayClaim {
  const createdMs = signature.createdMs as number
  return {
    keyId,
    nonce: claimedNonce(signature, base),
    createdMs,
    expiresAtMs: forgottenAt(createdMs, signature.expiresMs, policy),
    nowMs,
  }
}

// Without a nonce the signed text itself must be new; never the signature, of which one text may have many.
const claimedNonce = (signature: UntrustedSignature, base: Bytes): string =>
  signature.nonce ?? hashText('sha256', base, 'base64url')

/**
 * Claims the nonce of a signature without a time. No window ends its life, so a store that forgets cannot hold it.
 *
 * @throws {CountersignError} `REPLAY`, `TIMESTAMP_MALFORMED`, `STORE_UNAVAILABLE`.
 */
export function claimForEver(
  untimed: SchemePolicy['untimed'] | undefined,
  keyId: string,
  signature: UntrustedSignature,
  base: Bytes,
  timeoutMs: number,
): Promise<undefined> | undefined {
  if (untimed === noReplayProtection) return
  if (untimed === undefined) return refuse('TIMESTAMP_MALFORMED', 'the signature carries no time')
  const claimed = untimed.claim(keyId, claimedNonce(signature, base))
  return isPromise(claimed) ? deadline(claimed, timeoutMs).then(assertFirst) : assertFirst(claimed)
}

function assertFirst(first: unknown): undefined {
  // Only `true` is a yes, and only `false` is a no: anything else is a store that does not work.
  if (first === true) return
  refuse(first === false ? 'REPLAY' : 'STORE_UNAVAILABLE', 'the nonce could not be claimed')
}

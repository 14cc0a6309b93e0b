import { assertOptions, isCountersignError, mustBe, type OptionNames } from '../../errors.js'
import { isPromise } from '../../support/deadline.js'
import { FUNCTION } from '../../support/option-kinds.js'
import { type MemoryReplayOptions, memoryReplayStore } from './memory.js'
import type { ReplayClaim, ReplayOutcome, ReplayStore } from './replay-store.js'

/** Options of {@link withLocalFallback}. */
export interface LocalFallbackOptions extends Omit<MemoryReplayOptions, 'restartBarrier'> {
  /** Called with every claim that this process decided alone: for the audit trail. */
  readonly onFallback?: (claim: ReplayClaim, outcome: ReplayOutcome) => void
}

const KNOWN: OptionNames<LocalFallbackOptions> = {
  onFallback: FUNCTION,
  maxEntries: 1,
  maxPerKeyShare: 1,
  maxAgeMs: 1,
  maxFutureMs: 1,
  bucketMs: 1,
  clock: 1,
  singleProcess: 1,
}

/**
 * A shared store, and this process's memory while it is away: each process may then accept a message once. For routes whose
 * requests do no harm when repeated, such as reads, and for those only: give them a separate verifier. What this process
 * has accepted it never accepts again, whichever of the two decided; after its start it decides alone only on what was
 * signed later.
 *
 * The shared store's `deadlineMs` must be shorter than the verifier's `storeTimeoutMs`, or the second answer comes too late.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options the memory store refuses.
 * @example
 * ```ts
 * import { withLocalFallback } from 'countersign/server'
 * import { type NodeRedisLike, redisReplayStore } from 'countersign/replay/redis'
 *
 * export const noncesForReads = (client: NodeRedisLike) =>
 *   withLocalFallback(redisReplayStore({ client, deadlineMs: 100 }), { onFallback: () => console.warn('decided alone') })
 * ```
 */
export function withLocalFallback(shared: ReplayStore, options: LocalFallbackOptions = {}): ReplayStore {
  assertOptions('withLocalFallback', options, KNOWN)
  mustBe(typeof shared?.claim === 'function', 'shared', 'a replay store', shared)
  const { onFallback, ...sizes } = options
  // Said or not, other processes are meant to be there: that is what this store gives up for a while.
  const local = memoryReplayStore({ maxPerKeyShare: 1, singleProcess: true, ...sizes })
  let decidedAlone = false
  return {
    maxAgeMs: Math.min(local.maxAgeMs, shared.maxAgeMs ?? Number.POSITIVE_INFINITY),
    maxFutureMs: Math.min(local.maxFutureMs, shared.maxFutureMs ?? Number.POSITIVE_INFINITY),
    get barrierMs() {
      return decidedAlone ? local.barrierMs : shared.barrierMs
    },
    ready: async () => {
      await Promise.all([shared.ready?.(), local.ready()])
    },
    claim: async (claim) => {
      let outcome: ReplayOutcome
      try {
        const answer = shared.claim(claim)
        outcome = isPromise(answer) ? await answer : answer
      } catch (error) {
        if (!isCountersignError(error, 'STORE_UNAVAILABLE')) throw error
        const alone = local.claim(claim)
        decidedAlone = true
        onFallback?.(claim, alone)
        return alone
      }
      decidedAlone = false
      return outcome === 'claimed' && local.claim(claim) === 'replay' ? 'replay' : outcome
    },
  }
}

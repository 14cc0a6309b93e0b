import { hash } from '#backend/hash'
import { sleep } from '../../support/deadline.js'

/** One nonce that a verified message carried. */
export interface ReplayClaim {
  /** The key that has signed. */
  readonly keyId: string
  /** The nonce that was signed. */
  readonly nonce: string
  /** The signed timestamp, milliseconds since the epoch. */
  readonly createdMs: number
  /** From this moment the message is refused for its age anyway, so the entry may go. */
  readonly expiresAtMs: number
  /** The verifier's time, in milliseconds since the epoch. */
  readonly nowMs: number
}

/**
 * - `claimed` first use
 * - `replay` this key used this nonce before
 * - `full` the store cannot remember it, so the message must be refused
 * - `barrier` signed before this store could remember: after a restart the window is not covered yet
 * - `clock` outside the window by the store's clock: this machine's is wrong
 */
export type ReplayOutcome = 'claimed' | 'replay' | 'full' | 'barrier' | 'clock'

/** Remembers nonces. `claim` is atomic: of any number of equal claims exactly one is `claimed`. Throwing means it is down. */
export interface ReplayStore {
  /** Remembers a nonce, unless it is known already: one atomic step. */
  claim(claim: ReplayClaim): ReplayOutcome | Promise<ReplayOutcome>
  /** Where memory is bounded in time: the oldest signed time it has room for, and with `maxFutureMs` the farthest ahead. */
  readonly maxAgeMs?: number
  /** How far ahead a signed time may lie, in milliseconds. */
  readonly maxFutureMs?: number
  /** Signed times up to this one are refused with `barrier`, as far as it is known: for `Retry-After`. */
  readonly barrierMs?: number | undefined
  /** Resolves when the barrier is over: a server that listens only then refuses no request for it. */
  ready?(): Promise<void>
}

/** Longest sleep: a clock may be set meanwhile, and timers are not exact. */
const NAP_MS = 1_000

/**
 * Waits until what is signed now is past a barrier. Signed times are often whole seconds, cut off: so until a whole second
 * after the barrier has begun.
 *
 * @param leftMs How long it is until the barrier; negative once it is behind.
 */
export async function barrierPassed(leftMs: () => number | Promise<number>): Promise<void> {
  for (;;) {
    const waitMs = (await leftMs()) + WHOLE_SECOND_MS
    if (!(waitMs > 0)) return
    await sleep(Math.min(waitMs, NAP_MS))
  }
}

/** How far a time in whole seconds may lag behind. */
export const WHOLE_SECOND_MS = 1_000

/**
 * Sixteen bytes that stand for one nonce of one key at one signed time. Not of the signature: one message has many texts of
 * it (base64 variants, ECDSA's n-s, random padding). None of the three can hold a line feed, so no two claims run together.
 */
export const claimFingerprint = ({ keyId, createdMs, nonce }: ReplayClaim): Uint8Array =>
  hash('sha256', `${keyId}\n${createdMs}\n${nonce}`).subarray(0, 16)

import type { KeyRecord } from '../access/key-record.js'
import type { VerifyingKey } from '../crypto/key.js'
import type { Verdict } from './verdict.js'

/** Where a server finds its keys. `undefined` means unknown; throwing means the store is down. */
export interface KeySource {
  /** Asked once per request, and once more after a body that had to be waited for: keys are revoked meanwhile. */
  get(keyId: string): KeyRecord | undefined | Promise<KeyRecord | undefined>
  /**
   * Keys that stand for unknown ones until the first known one was asked for, one per algorithm in use, so that the time of a
   * refusal reveals nothing from the first request on. Asked once, when a verifier is made.
   */
  samples?(): readonly VerifyingKey[]
  /** Told of every verdict on a key that exists. It must not throw, and it must not wait. */
  used?(keyId: string, verdict: Verdict, nowMs: number): void
}

import { ALGORITHMS, isAlgorithm } from '../crypto/algorithm.js'
import type { VerifyingKey } from '../crypto/key.js'
import type { VerdictCode } from '../errors.js'
import type { UntrustedSignature } from '../schemes/scheme.js'
import { deadline, isPromise } from './deadline.js'
import type { KeyRecord } from './key-source.js'
import type { Policy } from './policy.js'
import { refuse } from './verdict.js'

/** The last real key of each algorithm: unknown key ids are verified against one, so that they take as long. */
export type Decoys = Map<string, VerifyingKey>

/** Spends on an unknown key id what a known one would have cost. The answer is thrown away. */
export async function spendLikewise(decoys: Decoys, signature: UntrustedSignature, timeoutMs: number): Promise<void> {
  const key = decoys.get(signature.claimedAlgorithm ?? '') ?? decoyFor(decoys, signature.signature.length)
  const answer = key?.verify(signature.base, signature.signature)
  // A remote key may hang, for a stranger's key id as for its own.
  if (isPromise(answer)) await deadline(answer, timeoutMs)
}

function decoyFor(decoys: Decoys, length: number): VerifyingKey | undefined {
  for (const key of decoys.values()) {
    const { signatureBytes } = ALGORITHMS[key.algorithm]
    if (signatureBytes === length || (signatureBytes === 0 && length >= 128)) return key
  }
  return undefined
}

/**
 * The record a key source answered, checked: right shape, right id, and an algorithm that the message did not veto.
 *
 * @throws {CountersignError} `STORE_UNAVAILABLE`, `ALG_MISMATCH`, `SIGNATURE_MALFORMED`.
 */
export function checkRecord(record: KeyRecord, keyId: string, signature: UntrustedSignature, policy: Policy): void {
  const { key } = record
  if (typeof key?.verify !== 'function' || !isAlgorithm(key.algorithm)) {
    refuse('STORE_UNAVAILABLE', 'the key source answered something that is not a key record')
  }
  if (key.keyId !== keyId) refuse('STORE_UNAVAILABLE', 'the key source answered another key')
  const { claimedAlgorithm } = signature
  if (claimedAlgorithm !== undefined && claimedAlgorithm !== key.algorithm) {
    refuse('ALG_MISMATCH', 'the signature names another algorithm than its key')
  }
  if (policy.algorithms !== undefined && !policy.algorithms.includes(key.algorithm)) {
    refuse('ALG_MISMATCH', 'the policy does not allow the algorithm of the key')
  }
  const { signatureBytes } = ALGORITHMS[key.algorithm]
  if (signatureBytes !== 0 && signature.signature.length !== signatureBytes) {
    refuse('SIGNATURE_MALFORMED', `the signature expected ${signatureBytes} bytes, got ${signature.signature.length}`)
  }
}

/** Why a key may not be used at this moment; `undefined` when it may. Asked only after a valid signature. */
export function keyProblem(
  { status = 'active', notBeforeMs, expiresAtMs }: KeyRecord,
  nowMs: number,
): VerdictCode | undefined {
  if (status === 'revoked') return 'KEY_REVOKED'
  if (status !== 'active') return 'KEY_DISABLED'
  if (notBeforeMs !== undefined && !(nowMs >= notBeforeMs)) return 'KEY_NOT_YET_VALID'
  return expiresAtMs !== undefined && !(nowMs < expiresAtMs) ? 'KEY_EXPIRED' : undefined
}

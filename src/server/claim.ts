import { hashText } from '#backend/hash'
import type { Bytes } from '../crypto/key.js'
import type { VerdictCode } from '../errors.js'
import type { UntrustedSignature } from '../schemes/scheme.js'
import type { Policy } from './policy.js'
import type { ReplayClaim, ReplayOutcome } from './replay/replay-store.js'
import { forgottenAt } from './window.js'

/** What a replay store's answer means for the message. */
export const REPLAY_REFUSAL: Readonly<Record<Exclude<ReplayOutcome, 'claimed'>, VerdictCode>> = {
  replay: 'REPLAY',
  full: 'REPLAY_STORE_FULL',
  // Signed before this process could remember nonces: the client signs again and gets through.
  barrier: 'TIMESTAMP_EXPIRED',
}

/** What the store has to remember of a verified signature. */
export function replayClaim(
  keyId: string,
  signature: UntrustedSignature,
  base: Bytes,
  policy: Policy,
  nowMs: number,
): ReplayClaim {
  const createdMs = signature.createdMs as number
  return {
    keyId,
    // Without a nonce the signed text itself must be new; never the signature, of which one text may have many.
    nonce: signature.nonce ?? hashText('sha256', base, 'base64url'),
    createdMs,
    expiresAtMs: forgottenAt(createdMs, signature.expiresMs, policy),
    nowMs,
  }
}

import { hash } from '#backend/hash'
import type { ReplayClaim } from './replay-store.js'

/**
 * Sixteen bytes that stand for one nonce of one key at one signed time. Not of the signature: one message has many texts of
 * it (base64 variants, ECDSA's n-s, random padding). None of the three can hold a line feed, so no two claims run together.
 */
export const claimFingerprint = ({ keyId, createdMs, nonce }: ReplayClaim): Uint8Array =>
  hash('sha256', `${keyId}\n${createdMs}\n${nonce}`).subarray(0, 16)

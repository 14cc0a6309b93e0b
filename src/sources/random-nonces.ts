import { randomNonce } from '../crypto/random.js'
import type { Nonces } from './sources.js'

export type { Nonces }

/**
 * Random nonces of 132 bits: unique without any state, which is what a replay store asks for. The default.
 *
 * @example
 * ```ts
 * import { hmacKey, randomBytes, rfc9421 } from 'countersign'
 * import { createSignedFetch, randomNonces } from 'countersign/client'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const signedFetch = createSignedFetch(rfc9421({ key }), {
 *   origins: ['https://api.example.com'],
 *   nonces: randomNonces(),
 * })
 * ```
 */
export const randomNonces = (): Nonces => RANDOM

/** What {@link randomNonces} returns: it has no state, so one is enough. */
export const RANDOM: Nonces = { next: randomNonce }

import { CountersignError } from '../errors.js'
import { held } from './held.js'
import type { SigningKey, SyncSigningKey, SyncVerifyingKey, VerifyingKey } from './key.js'

/**
 * True where a key made by this library answers at once: HMAC, Ed25519 and ECDSA everywhere, RSA on Node, none that lives
 * in WebCrypto or verifies in the thread pool. Keys made elsewhere are never assumed to; give them the type
 * {@link SyncSigningKey} instead.
 *
 * @example
 * ```ts
 * import { importSigningKey, isSyncKey } from 'countersign/crypto'
 *
 * declare const pem: string
 * const key = await importSigningKey(pem, { keyId: 'bot-1', algorithm: 'rsa-pss-sha512' })
 * const signature = isSyncKey(key) ? key.sign('text') : await key.sign('text')
 * ```
 */
export function isSyncKey(key: SigningKey): key is SyncSigningKey
export function isSyncKey(key: VerifyingKey): key is SyncVerifyingKey
export function isSyncKey(key: SigningKey | VerifyingKey): boolean {
  return held(key)?.sync === true
}

/**
 * The same key, typed as one that answers at once.
 *
 * @throws {CountersignError} `KEY_ASYNC` where {@link isSyncKey} is false.
 * @example
 * ```ts
 * import { importSigningKey, requireSync } from 'countersign/crypto'
 *
 * declare const pem: string
 * const key = requireSync(await importSigningKey(pem, { keyId: 'bot-1', algorithm: 'rsa-v1_5-sha256' })) // fine on Node
 * ```
 */
export function requireSync<K extends SigningKey>(key: K): K & SyncSigningKey
export function requireSync<K extends VerifyingKey>(key: K): K & SyncVerifyingKey
export function requireSync(key: SigningKey | VerifyingKey): SigningKey | VerifyingKey {
  if (held(key)?.sync === true) return key
  throw new CountersignError('KEY_ASYNC', 'key expected to answer at once, got one that must be awaited')
}

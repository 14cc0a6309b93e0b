import { fail } from '../errors.js'
import { equalBytes } from './encoding.js'
import type { RsaPrivate, RsaPublic } from './format/rsa-der.js'
import type { SigningKey, SyncPrivateKey, SyncSigningKey, SyncVerifyingKey, VerifyingKey } from './key.js'

/** The public half of a key: the 32 bytes of Ed25519, the uncompressed point of ECDSA, the numbers of RSA. */
export type PublicMaterial = Uint8Array | RsaPublic

/** The private half: the seed of Ed25519, the scalar of ECDSA, the numbers of RSA. */
export type PrivateMaterial = Uint8Array | RsaPrivate

/** What the library knows about a key that it made itself. */
export interface Held {
  /** The key answers at once. */
  readonly sync: boolean
  /** Of either half; costly to ask a private key for. */
  readonly publicMaterial?: PublicMaterial
  readonly privateMaterial?: PrivateMaterial
  /** HMAC only. */
  readonly secretBytes?: number
}

// Beside the key, not on it: no printer, clone or property walk over a key object can reach material.
const HELD: WeakMap<object, Held> = /* @__PURE__ */ new WeakMap()

/** Freezes a new key and remembers what it is. */
export function hold<K extends object>(key: K, facts: Held): Readonly<K> {
  HELD.set(key, facts)
  return Object.freeze(key)
}

/** Facts about a key of this library; `undefined` for one made elsewhere. */
export const held = (key: unknown): Held | undefined => HELD.get(key as object)

/** The public half of a key of this library, given either half. */
export const publicMaterialOf = (key: SigningKey | VerifyingKey): PublicMaterial | undefined =>
  held(key)?.publicMaterial

/** {@link publicMaterialOf} for what cannot do without. @throws {CountersignError} `KEY_UNSUPPORTED`. */
export function knownPublic(key: SigningKey | VerifyingKey): PublicMaterial {
  const material = publicMaterialOf(key)
  if (material !== undefined) return material
  fail('KEY_UNSUPPORTED', 'key must be one this library imported, with a public half')
}

/** The same signing key with its public half beside it, made on first use; not for RSA. */
export function withPublicHalf(
  key: SyncSigningKey,
  make: (keyId: string, material: Uint8Array) => SyncVerifyingKey,
): SyncPrivateKey {
  const { keyId, algorithm, sign } = key
  const facts = held(key) as Held
  let half: SyncVerifyingKey | undefined
  return hold(
    {
      keyId,
      algorithm,
      sign,
      get verifyingKey() {
        half ??= make(keyId, facts.publicMaterial as Uint8Array)
        return half
      },
    },
    facts,
  )
}

/** True where bytes that a file states as the public half are that of a key just made of it, not of RSA; absent is fine. */
export const statesOwnPublicKey = (key: SigningKey, stated: Uint8Array | undefined): boolean =>
  stated === undefined || equalBytes(publicMaterialOf(key) as Uint8Array, stated)

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
  fail('KEY_ASYNC', 'key must answer at once, not with a promise')
}

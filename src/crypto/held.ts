import { fail } from '../errors.js'
import { equalBytes } from './encoding.js'
import type { RsaPrivate, RsaPublic } from './format/rsa-der.js'
import type { SigningKey, SyncPrivateKey, SyncSigningKey, SyncVerifyingKey, VerifyingKey } from './key.js'

/** The public half of a key, by family. */
export type PublicMaterial =
  | { readonly family: 'ed25519'; readonly publicKey: Uint8Array }
  | { readonly family: 'ecdsa'; readonly point: Uint8Array }
  | { readonly family: 'rsa'; readonly rsa: RsaPublic }

/** The private half, with what an export needs beside it. */
export type PrivateMaterial =
  | { readonly family: 'ed25519'; readonly seed: Uint8Array }
  | { readonly family: 'ecdsa'; readonly scalar: Uint8Array }
  | { readonly family: 'rsa'; readonly rsa: RsaPrivate }

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
export const held = (key: unknown): Held | undefined =>
  typeof key === 'object' && key !== null ? HELD.get(key) : undefined

/** The public half of a key of this library, given either half. */
export const publicMaterialOf = (key: SigningKey | VerifyingKey): PublicMaterial | undefined =>
  held(key)?.publicMaterial

/** The same signing key with its public half beside it, made on first use. */
export function withPublicHalf(
  key: SyncSigningKey,
  make: (key: SyncSigningKey, material: PublicMaterial) => SyncVerifyingKey,
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
        half ??= make(key, facts.publicMaterial as PublicMaterial)
        return half
      },
    },
    facts,
  )
}

/** True where bytes that a file states as the public half are it; absent is fine. */
export function statesOwnPublicKey(key: SigningKey, stated: Uint8Array | undefined): boolean {
  if (stated === undefined) return true
  const own = publicMaterialOf(key)
  const bytes = own?.family === 'ed25519' ? own.publicKey : own?.family === 'ecdsa' ? own.point : undefined
  return bytes !== undefined && equalBytes(bytes, stated)
}

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

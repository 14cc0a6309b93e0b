import { assertOptions, fail, type OptionKind, type OptionNames } from '../errors.js'
import { FLAG } from '../support/option-kinds.js'
import type { KeyAlgorithm } from './algorithm.js'

/** What is signed: a string where the text itself is the base (signed as its UTF-8), or bytes. Both backends take both. */
export type Bytes = string | Uint8Array

/** How a signature is written as text. `base64` is padded standard base64, `base64url` is unpadded. */
export type TextEncoding = 'hex' | 'base64' | 'base64url'

/**
 * Something that signs: a held private key, a shared secret, or five lines around an HSM, a KMS or a remote signer.
 *
 * @example
 * ```ts
 * import type { SigningKey } from 'countersign'
 *
 * declare const kms: { sign(keyName: string, message: Uint8Array): Promise<Uint8Array> }
 *
 * const remote: SigningKey = {
 *   keyId: 'orders-2026',
 *   algorithm: 'ecdsa-p256-sha256',
 *   sign: (base) => kms.sign('orders', typeof base === 'string' ? new TextEncoder().encode(base) : base),
 * }
 * ```
 */
export interface SigningKey {
  /** Under which id the other side knows the key. */
  readonly keyId: string
  /** What it signs with. */
  readonly algorithm: KeyAlgorithm
  /** The signature of these bytes; text is signed as UTF-8. */
  sign(base: Bytes): Uint8Array | Promise<Uint8Array>
}

/** Something that checks signatures of one algorithm with one key. Never throws on a bad signature: that is `false`. */
export interface VerifyingKey {
  /** Under which id the key is known. */
  readonly keyId: string
  /** What it verifies. */
  readonly algorithm: KeyAlgorithm
  /** Whether the signature is one of these bytes. False for whatever else it is; it does not throw. */
  verify(base: Bytes, signature: Uint8Array): boolean | Promise<boolean>
}

/** A {@link SigningKey} that answers at once. Signing synchronously with any other key does not compile. */
export interface SyncSigningKey extends SigningKey {
  /** The MAC of these bytes, at once. */
  sign(base: Bytes): Uint8Array
  /** The signature as text, for keys that can write it without making bytes first. Same value as encoding `sign(base)`. */
  signText?(base: Bytes, encoding: TextEncoding): string
}

/** A {@link VerifyingKey} that answers at once. */
export interface SyncVerifyingKey extends VerifyingKey {
  /** Whether the MAC is one of these bytes, in a time that does not depend on it. */
  verify(base: Bytes, signature: Uint8Array): boolean
}

/** Both halves of a shared secret: a party that can verify an HMAC can also make one. */
export interface HmacKey extends SyncSigningKey, SyncVerifyingKey {
  /** `verify` of parts that are joined as they are, for keys that can read them without a copy. */
  verifyParts?(parts: readonly Bytes[], signature: Uint8Array): boolean
}

/** A {@link SigningKey} whose public half is known. */
export interface PrivateKey extends SigningKey {
  /** The public half. */
  readonly verifyingKey: VerifyingKey
}

/** A {@link PrivateKey} that answers at once, and so does its public half. */
export interface SyncPrivateKey extends SyncSigningKey {
  /** The public half, which answers at once. */
  readonly verifyingKey: SyncVerifyingKey
}

/** A private key with its public half. */
export interface KeyPair<S extends SigningKey = SigningKey, V extends VerifyingKey = VerifyingKey> {
  /** The private half. */
  readonly signingKey: S
  /** The public half. */
  readonly verifyingKey: V
}

// What base64 starts with (a thumbprint is a key id, and so is a Kraken API key), then the characters of URLs and e-mail addresses. No white space,
// quote, wildcard, brace, percent or comma: nothing that a header, a log, a query language or a store key reads as syntax.
const KEY_ID = /^[A-Za-z0-9_/+-][A-Za-z0-9._:@/+=~#-]{0,255}$/

/** True for 1 to 256 characters of `A-Za-z0-9._:@/+=~#-` that start with a letter, digit, `_`, `-`, `/` or `+`. */
export const isKeyId = (keyId: unknown): keyId is string => typeof keyId === 'string' && KEY_ID.test(keyId)

/**
 * Refuses a key id that is not of the form of {@link isKeyId}.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` with the expectation; the id itself is not repeated.
 */
export function assertKeyId(keyId: unknown): asserts keyId is string {
  if (isKeyId(keyId)) return
  const got = typeof keyId === 'string' ? keyId.length : typeof keyId
  fail('ARGUMENT_INVALID', `"keyId" must be 1 to 256 of A-Za-z0-9._:@/+=~#-, got ${got}`)
}

/** Options of what imports a public key, whatever its family. */
export const VERIFYING_OPTIONS: Readonly<Record<'keyId' | 'algorithm', 2> & Record<'format', 1>> &
  Readonly<Record<'threadPool', OptionKind>> = { keyId: 2, algorithm: 2, format: 1, threadPool: FLAG }

/** Options of what imports a private key. */
export const SIGNING_OPTIONS: typeof VERIFYING_OPTIONS & { readonly passphrase: 1 } = {
  keyId: 2,
  algorithm: 2,
  format: 1,
  passphrase: 1,
  threadPool: FLAG,
}

// As other libraries call them.
const HINTS: Readonly<Record<string, string>> = { id: 'keyId', kid: 'keyId', alg: 'algorithm', password: 'passphrase' }

/**
 * Refuses what a function of this room does not read.
 *
 * @param hints what to write instead of the names of others, where they are not those of {@link HINTS}
 * @throws {CountersignError} `ARGUMENT_INVALID`.
 */
export const assertKeyOptions = <T extends object>(
  where: string,
  options: T,
  known: OptionNames<T>,
  hints: Readonly<Record<string, string>> = HINTS,
): void => assertOptions(where, options, known, hints, 'ARGUMENT_INVALID')

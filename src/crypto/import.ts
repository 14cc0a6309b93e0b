import {
  ALGORITHMS,
  type Algorithm,
  assertAlgorithm,
  type EcdsaAlgorithm,
  type Family,
  type HmacAlgorithm,
  type RsaAlgorithm,
} from './algorithm.js'
import type { Passphrase } from './format/pbes2.js'
import type { BytesFormat, PrivateKeyMaterial, PublicKeyMaterial } from './format/read-key.js'
import { importEcdsaSigningKey, importEcdsaVerifyingKey } from './import-ecdsa.js'
import { importEd25519SigningKey, importEd25519VerifyingKey } from './import-ed25519.js'
import { importHmacKey } from './import-hmac.js'
import { importRsaSigningKey, importRsaVerifyingKey } from './import-rsa.js'
import {
  assertKeyOptions,
  type HmacKey,
  type PrivateKey,
  SIGNING_OPTIONS,
  type SigningKey,
  type SyncPrivateKey,
  type SyncVerifyingKey,
  VERIFYING_OPTIONS,
  type VerifyingKey,
} from './key.js'
import { refuseMlDsa } from './of-ml-dsa.js'
import type { Secret } from './secret.js'

/** How to read a private key. */
export interface ImportSigningKeyOptions<A extends Algorithm = Algorithm> {
  /** What the other side knows the key by. */
  readonly keyId: string
  /** Given by you, never guessed from the file; the file must agree. */
  readonly algorithm: A
  /** What bytes are; default `raw`. A string is always PEM, an object always a JWK. */
  readonly format?: BytesFormat
  /** Of an encrypted PKCS#8; an unencrypted key is then refused. */
  readonly passphrase?: Passphrase
  /** RSA on Node: sign in the thread pool. */
  readonly threadPool?: boolean
}

/** How to read a public key. */
export interface ImportVerifyingKeyOptions<A extends Algorithm = Algorithm> {
  /** What signatures name the key by. */
  readonly keyId: string
  /** Given by you, never guessed from the file; the file must agree. */
  readonly algorithm: A
  /** What bytes are; default `raw`. A string is always PEM, an object always a JWK. */
  readonly format?: BytesFormat
  /**
   * On Node: verify in the thread pool, so that the event loop stays free. The key must then be awaited; a verifier does, within
   * its `storeTimeoutMs`.
   */
  readonly threadPool?: boolean
}

/**
 * A private key (or shared secret) of any kind, ready to sign: PEM with PKCS#8, SEC 1 or PKCS#1, encrypted PKCS#8, JWK, DER
 * or raw bytes, on every runtime. Import once and hold the key: reading one can take twelve times as long as signing.
 *
 * To keep other families out of a browser bundle use {@link hmacKey}, {@link importEd25519SigningKey},
 * {@link importEcdsaSigningKey} or {@link importRsaSigningKey}.
 *
 * @throws {CountersignError} `KEY_MALFORMED` where the material is not a private key of the given algorithm;
 * `KEY_PASSPHRASE` for a missing, wrong or superfluous passphrase; `KEY_UNSUPPORTED` for another encryption or a cost beyond
 * the limits (10 000 000 PBKDF2 rounds, 256 MiB of scrypt); `KEY_WEAK` for a key that cannot be safe; `ARGUMENT_INVALID`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc5958 | RFC 5958}, {@link https://www.rfc-editor.org/rfc/rfc8018 | RFC 8018}
 * @example
 * ```ts
 * import { importSigningKey } from 'countersign/crypto'
 *
 * declare const pem: string
 * const key = await importSigningKey(pem, { keyId: 'bot-1', algorithm: 'ed25519' })
 * const signature = key.sign('text')
 * ```
 */
export async function importSigningKey(
  material: Exclude<PrivateKeyMaterial, string>,
  options: ImportSigningKeyOptions<HmacAlgorithm>,
): Promise<HmacKey>
export async function importSigningKey(
  material: PrivateKeyMaterial,
  options: ImportSigningKeyOptions<'ed25519' | EcdsaAlgorithm>,
): Promise<SyncPrivateKey>
export async function importSigningKey(
  material: PrivateKeyMaterial,
  options: ImportSigningKeyOptions<RsaAlgorithm>,
): Promise<PrivateKey>
export async function importSigningKey(
  material: PrivateKeyMaterial,
  options: ImportSigningKeyOptions,
): Promise<SigningKey>
export async function importSigningKey(
  material: PrivateKeyMaterial,
  options: ImportSigningKeyOptions,
): Promise<SigningKey> {
  assertKeyOptions('importSigningKey', options, SIGNING_OPTIONS)
  refuseMlDsa('importSigningKey', options.algorithm, 'importMlDsaKey() or mlDsaKey()', 'ARGUMENT_INVALID')
  assertAlgorithm(options.algorithm)
  return SIGNING[ALGORITHMS[options.algorithm].family](material, options as ImportSigningKeyOptions<never>)
}

type ImportSigning = (material: PrivateKeyMaterial, options: ImportSigningKeyOptions<never>) => Promise<SigningKey>

const SIGNING: Readonly<Record<Family, ImportSigning>> = {
  hmac: async (material, { algorithm, keyId }) => importHmacKey(algorithm, keyId, material, 'sign'),
  ed25519: importEd25519SigningKey,
  ecdsa: importEcdsaSigningKey,
  rsa: importRsaSigningKey,
}

/**
 * A public key (or shared secret) of any kind, ready to verify.
 *
 * This takes what the mathematics allow; before you store a key that you received, call
 * {@link validateForRegistration}.
 *
 * @throws {CountersignError} `KEY_MALFORMED` where the material is not a public key of the given algorithm, in particular
 * where it is a private one; `KEY_WEAK` for a key under which signatures prove nothing; `ARGUMENT_INVALID`.
 * @example
 * ```ts
 * import { importVerifyingKey } from 'countersign/crypto'
 *
 * declare const jwk: JsonWebKey
 * const key = await importVerifyingKey(jwk, { keyId: 'bot-1', algorithm: 'ecdsa-p256-sha256' })
 * ```
 */
export async function importVerifyingKey(
  material: Exclude<PrivateKeyMaterial, string>,
  options: ImportVerifyingKeyOptions<HmacAlgorithm>,
): Promise<HmacKey>
export async function importVerifyingKey(
  material: PublicKeyMaterial,
  options: ImportVerifyingKeyOptions<'ed25519' | EcdsaAlgorithm> & { readonly threadPool?: false },
): Promise<SyncVerifyingKey>
export async function importVerifyingKey(
  material: PublicKeyMaterial | Secret,
  options: ImportVerifyingKeyOptions,
): Promise<VerifyingKey>
export async function importVerifyingKey(
  material: PublicKeyMaterial | Secret,
  options: ImportVerifyingKeyOptions,
): Promise<VerifyingKey> {
  assertKeyOptions('importVerifyingKey', options, VERIFYING_OPTIONS)
  assertAlgorithm(options.algorithm)
  const { family } = ALGORITHMS[options.algorithm]
  return VERIFYING[family](material as PublicKeyMaterial, options as ImportVerifyingKeyOptions<never>)
}

type ImportVerifying = (material: PublicKeyMaterial, options: ImportVerifyingKeyOptions<never>) => Promise<VerifyingKey>

const VERIFYING: Readonly<Record<Family, ImportVerifying>> = {
  hmac: async (material, { algorithm, keyId }) => importHmacKey(algorithm, keyId, material, 'verify'),
  ed25519: importEd25519VerifyingKey,
  ecdsa: importEcdsaVerifyingKey,
  rsa: importRsaVerifyingKey,
}

import { fail } from '../errors.js'
import { oneOf } from '../support/option-kinds.js'
import { ALGORITHMS } from './algorithm.js'
import { ed25519PrivateKey, ed25519VerifyingKey } from './ed25519-key.js'
import { ed25519PrivateReader, ed25519PublicReader } from './format/ed25519-format.js'
import type { Passphrase } from './format/pbes2.js'
import {
  type BytesFormat,
  type PrivateKeyMaterial,
  type PublicKeyMaterial,
  readPrivateKey,
  readPublicKey,
} from './format/read-key.js'
import { statesOwnPublicKey } from './held.js'
import {
  assertKeyOptions,
  SIGNING_OPTIONS,
  type SyncPrivateKey,
  type SyncVerifyingKey,
  VERIFYING_OPTIONS,
  type VerifyingKey,
} from './key.js'

// With what importSigningKey passes on.
const algorithm = /* @__PURE__ */ oneOf('ed25519')

/**
 * An Ed25519 private key from PEM (PKCS#8, also encrypted), JWK, DER, or 32 raw bytes (64 where the public key follows).
 * A file that states a public key which is not its own is refused.
 *
 * @throws {CountersignError} as {@link importSigningKey}.
 * @see {@link https://www.rfc-editor.org/rfc/rfc8410 | RFC 8410}
 * @example
 * ```ts
 * import { importEd25519SigningKey } from 'countersign/crypto'
 *
 * declare const pem: string
 * const key = await importEd25519SigningKey(pem, { keyId: 'bot-1', passphrase: 'correct horse battery staple' })
 * ```
 */
export async function importEd25519SigningKey(
  material: PrivateKeyMaterial,
  options: { readonly keyId: string; readonly format?: BytesFormat; readonly passphrase?: Passphrase },
): Promise<SyncPrivateKey> {
  const known = { ...SIGNING_OPTIONS, algorithm }
  assertKeyOptions('importEd25519SigningKey', options, known)
  const { seed, publicKey } = await readPrivateKey(ed25519PrivateReader, ALGORITHMS.ed25519, material, options)
  const key = ed25519PrivateKey({ keyId: options.keyId, seed })
  if (!statesOwnPublicKey(key, publicKey)) {
    fail('KEY_MALFORMED', 'Ed25519 private key must match the public key beside it')
  }
  return key
}

/**
 * An Ed25519 public key from PEM (SubjectPublicKeyInfo), JWK, DER or 32 raw bytes.
 *
 * @throws {CountersignError} as {@link importVerifyingKey}.
 * @example
 * ```ts
 * import { importEd25519VerifyingKey } from 'countersign/crypto'
 *
 * declare const jwk: JsonWebKey
 * const key = await importEd25519VerifyingKey(jwk, { keyId: 'bot-1' })
 * ```
 */
export async function importEd25519VerifyingKey(
  material: PublicKeyMaterial,
  options: { readonly keyId: string; readonly format?: BytesFormat; readonly threadPool?: false },
): Promise<SyncVerifyingKey>
export async function importEd25519VerifyingKey(
  material: PublicKeyMaterial,
  options: { readonly keyId: string; readonly format?: BytesFormat; readonly threadPool?: boolean },
): Promise<VerifyingKey>
export async function importEd25519VerifyingKey(
  material: PublicKeyMaterial,
  options: { readonly keyId: string; readonly format?: BytesFormat; readonly threadPool?: boolean },
): Promise<VerifyingKey> {
  const known = { ...VERIFYING_OPTIONS, algorithm }
  assertKeyOptions('importEd25519VerifyingKey', options, known)
  const { keyId, format, threadPool = false } = options
  const publicKey = readPublicKey(ed25519PublicReader, ALGORITHMS.ed25519, material, format)
  return ed25519VerifyingKey({ keyId, publicKey, threadPool })
}

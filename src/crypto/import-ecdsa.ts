import { ecdsaPoint } from '#backend/ecdsa'
import { fail } from '../errors.js'
import { ALGORITHMS, assertAlgorithm, type EcdsaAlgorithm } from './algorithm.js'
import { ecdsaPrivateKey, ecdsaVerifyingKey } from './ecdsa-key.js'
import { ecdsaPrivateReader, ecdsaPublicReader } from './format/ecdsa-format.js'
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

/**
 * An ECDSA private key from PEM (PKCS#8, also encrypted, or SEC 1 `EC PRIVATE KEY`), JWK, DER, or its raw scalar. The curve
 * must be the algorithm's, by name.
 *
 * @throws {CountersignError} as {@link importSigningKey}.
 * @see {@link https://www.rfc-editor.org/rfc/rfc5915 | RFC 5915}
 * @example
 * ```ts
 * import { importEcdsaSigningKey } from 'countersign/crypto'
 *
 * declare const pem: string
 * const key = await importEcdsaSigningKey(pem, { keyId: 'bot-1', algorithm: 'ecdsa-p256-sha256' })
 * ```
 */
export async function importEcdsaSigningKey(
  material: PrivateKeyMaterial,
  options: {
    /** Under which id the other side knows the key. */
    readonly keyId: string
    /** Decides the curve as well. */
    readonly algorithm: EcdsaAlgorithm
    /** What bytes are, where the material is bytes: it is not guessed. */
    readonly format?: BytesFormat
    /** Of an encrypted PEM. */
    readonly passphrase?: Passphrase
  },
): Promise<SyncPrivateKey> {
  assertKeyOptions('importEcdsaSigningKey', options, SIGNING_OPTIONS)
  const { keyId, algorithm } = options
  assertAlgorithm(algorithm, 'ecdsa')
  const spec = ALGORITHMS[algorithm]
  const { scalar, point } = await readPrivateKey(ecdsaPrivateReader, spec, material, options)
  const key = ecdsaPrivateKey({ keyId, algorithm, scalar })
  // A given point off the curve is as wrong as another one.
  if (point !== undefined && !statesOwnPublicKey(key, ecdsaPoint(spec, point) ?? point)) {
    fail('KEY_MALFORMED', 'EC private key must match the public key beside it')
  }
  return key
}

/**
 * An ECDSA public key from PEM (SubjectPublicKeyInfo), JWK, DER or a raw point.
 *
 * @throws {CountersignError} as {@link importVerifyingKey}.
 * @example
 * ```ts
 * import { importEcdsaVerifyingKey } from 'countersign/crypto'
 *
 * declare const pem: string
 * const key = await importEcdsaVerifyingKey(pem, { keyId: 'bot-1', algorithm: 'ecdsa-p256-sha256', threadPool: true })
 * ```
 */
export async function importEcdsaVerifyingKey(
  material: PublicKeyMaterial,
  options: EcdsaImportOptions & { readonly threadPool?: false },
): Promise<SyncVerifyingKey>
export async function importEcdsaVerifyingKey(
  material: PublicKeyMaterial,
  options: EcdsaImportOptions & { readonly threadPool?: boolean },
): Promise<VerifyingKey>
export async function importEcdsaVerifyingKey(
  material: PublicKeyMaterial,
  options: EcdsaImportOptions & { readonly threadPool?: boolean },
): Promise<VerifyingKey> {
  assertKeyOptions('importEcdsaVerifyingKey', options, VERIFYING_OPTIONS)
  const { keyId, algorithm, format, threadPool = false } = options
  assertAlgorithm(algorithm, 'ecdsa')
  const point = readPublicKey(ecdsaPublicReader, ALGORITHMS[algorithm], material, format)
  return ecdsaVerifyingKey({ keyId, algorithm, point, threadPool })
}

interface EcdsaImportOptions {
  readonly keyId: string
  readonly algorithm: EcdsaAlgorithm
  readonly format?: BytesFormat
}

import { FLAG } from '../support/option-kinds.js'
import { ALGORITHMS, type RsaAlgorithm } from './algorithm.js'
import { assertAlgorithm } from './assert-algorithm.js'
import type { Passphrase } from './format/pbes2.js'
import {
  type BytesFormat,
  type PrivateKeyMaterial,
  type PublicKeyMaterial,
  readPrivateKey,
  readPublicKey,
} from './format/read-key.js'
import { rsaPrivateReader, rsaPublicReader } from './format/rsa-format.js'
import { assertKeyId, type PrivateKey, type VerifyingKey } from './key.js'
import { assertKeyOptions } from './key-options.js'
import { rsaSigningKey, rsaVerifyingKey } from './rsa-key.js'

/**
 * An RSA private key from PEM (PKCS#8, also encrypted, or PKCS#1 `RSA PRIVATE KEY`), JWK or DER. On Node it answers at once
 * (see {@link requireSync}), or in the thread pool with `threadPool: true`; elsewhere through WebCrypto.
 *
 * @throws {CountersignError} as {@link importSigningKey}.
 * @see {@link https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1 | RFC 8017 A.1}
 * @example
 * ```ts
 * import { importRsaSigningKey } from 'countersign/crypto'
 *
 * declare const pem: string
 * const key = await importRsaSigningKey(pem, { keyId: 'bot-1', algorithm: 'rsa-pss-sha512', threadPool: true })
 * ```
 */
export async function importRsaSigningKey(
  material: PrivateKeyMaterial,
  options: RsaImportOptions & { readonly passphrase?: Passphrase },
): Promise<PrivateKey> {
  assertKeyOptions('importRsaSigningKey', options, {
    keyId: 1,
    algorithm: 1,
    format: 1,
    passphrase: 1,
    threadPool: FLAG,
  })
  assertKeyId(options.keyId)
  assertAlgorithm(options.algorithm, 'rsa')
  const rsa = await readPrivateKey(rsaPrivateReader, ALGORITHMS[options.algorithm], material, options)
  return rsaSigningKey(rsa, options)
}

/**
 * An RSA public key from PEM (SubjectPublicKeyInfo or PKCS#1 `RSA PUBLIC KEY`), JWK or DER.
 *
 * @throws {CountersignError} as {@link importVerifyingKey}.
 * @example
 * ```ts
 * import { importRsaVerifyingKey } from 'countersign/crypto'
 *
 * declare const pem: string
 * const key = await importRsaVerifyingKey(pem, { keyId: 'bot-1', algorithm: 'rsa-v1_5-sha256' })
 * ```
 */
export async function importRsaVerifyingKey(
  material: PublicKeyMaterial,
  options: RsaImportOptions,
): Promise<VerifyingKey> {
  assertKeyOptions('importRsaVerifyingKey', options, { keyId: 1, algorithm: 1, format: 1, threadPool: FLAG })
  assertKeyId(options.keyId)
  assertAlgorithm(options.algorithm, 'rsa')
  const rsa = readPublicKey(rsaPublicReader, ALGORITHMS[options.algorithm], material, options.format)
  return rsaVerifyingKey(rsa, options)
}

interface RsaImportOptions {
  readonly keyId: string
  readonly algorithm: RsaAlgorithm
  readonly format?: BytesFormat
  readonly threadPool?: boolean
}

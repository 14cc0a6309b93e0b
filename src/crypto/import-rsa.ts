import { rsaSigner, rsaVerifier } from '#backend/rsa'
import { ALGORITHMS, assertAlgorithm, type RsaAlgorithm } from './algorithm.js'
import type { Passphrase } from './format/pbes2.js'
import {
  type BytesFormat,
  type PrivateKeyMaterial,
  type PublicKeyMaterial,
  readPrivateKey,
  readPublicKey,
} from './format/read-key.js'
import { bitLength, type RsaPrivate, type RsaPublic, rsaPkcs8, rsaSpki } from './format/rsa-der.js'
import { rsaPrivateReader, rsaPublicReader } from './format/rsa-format.js'
import { hold } from './held.js'
import {
  assertKeyId,
  assertKeyOptions,
  type PrivateKey,
  SIGNING_OPTIONS,
  VERIFYING_OPTIONS,
  type VerifyingKey,
} from './key.js'

/** What both halves of an RSA key are made with. */
export interface RsaKeyOptions {
  readonly keyId: string
  readonly algorithm: RsaAlgorithm
  readonly threadPool?: boolean
}

// Backends get their keys in one canonical spelling: browsers refuse the RSASSA-PSS identifier and PKCS#1 files.

/** A private key from checked members. */
export async function rsaSigningKey(rsa: RsaPrivate, options: RsaKeyOptions): Promise<PrivateKey> {
  const { keyId, algorithm, threadPool = false } = options
  const { run, sync } = await rsaSigner(ALGORITHMS[algorithm], rsaPkcs8(rsa), threadPool)
  const publicMaterial = { n: rsa.n, e: rsa.e }
  const verifyingKey = await rsaVerifyingKey(publicMaterial, options)
  return hold({ keyId, algorithm, sign: run, verifyingKey }, { sync, privateMaterial: rsa, publicMaterial })
}

/** A public key from checked members. */
export async function rsaVerifyingKey(rsa: RsaPublic, options: RsaKeyOptions): Promise<VerifyingKey> {
  const { keyId, algorithm, threadPool = false } = options
  const { run, sync } = await rsaVerifier(ALGORITHMS[algorithm], rsaSpki(rsa), threadPool)
  const size = Math.ceil(bitLength(rsa.n) / 8)
  // RFC 8017 8.1.2 and 8.2.2, step 1. OpenSSL takes a PSS signature without its leading zeros for the same signature.
  const verify: VerifyingKey['verify'] = (base, signature) => signature.length === size && run(base, signature)
  return hold({ keyId, algorithm, verify }, { sync, publicMaterial: rsa })
}

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
  assertKeyOptions('importRsaSigningKey', options, SIGNING_OPTIONS)
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
  assertKeyOptions('importRsaVerifyingKey', options, VERIFYING_OPTIONS)
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

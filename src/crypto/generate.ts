import { rsaGenerate } from '#backend/rsa'
import { fail } from '../errors.js'
import {
  ALGORITHMS,
  type Algorithm,
  assertAlgorithm,
  type EcdsaAlgorithm,
  type HmacAlgorithm,
  type RsaAlgorithm,
} from './algorithm.js'
import { ecdsaPrivateKey, randomScalar } from './ecdsa-key.js'
import { ed25519PrivateKey } from './ed25519-key.js'
import { importRsaSigningKey } from './import-rsa.js'
import {
  assertKeyId,
  assertKeyOptions,
  type KeyPair,
  type PrivateKey,
  type SyncPrivateKey,
  type SyncVerifyingKey,
} from './key.js'
import { refuseMlDsa } from './of-ml-dsa.js'
import { drawBytes } from './random.js'
import { Secret } from './secret.js'

/** Bits of a new RSA modulus: 128-bit strength (SP 800-57 part 1, table 2). */
const DEFAULT_MODULUS = 3072
const MIN_MODULUS = 2048
const MAX_MODULUS = 8192
const SEED_BYTES = 32

/**
 * A new shared secret, as long as the hash's output (RFC 2104 section 3): 32, 48 or 64 random bytes.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for an algorithm that is not HMAC.
 * @example
 * ```ts
 * import { generateSecret, hmacKey } from 'countersign/crypto'
 *
 * const secret = generateSecret('hmac-sha256')
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret })
 * ```
 */
export function generateSecret(algorithm: HmacAlgorithm): Secret {
  assertAlgorithm(algorithm, 'hmac')
  return new Secret(drawBytes(ALGORITHMS[algorithm].hashBytes))
}

/**
 * A new key pair. Export the private half with {@link exportPrivateKey}, the public one with {@link exportPublicKey}.
 * In a browser, prefer a key that cannot be exported: make it with WebCrypto and wrap it in {@link webCryptoSigningKey}.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for an HMAC algorithm (see {@link generateSecret}), a modulus that is not
 * 2048 to 8192 bits in steps of 8 (default 3072), or a modulus for another family; `KEY_UNSUPPORTED` for RSA without WebCrypto.
 * @example
 * ```ts
 * import { exportPublicKey, generateKeyPair } from 'countersign/crypto'
 *
 * const { signingKey, verifyingKey } = await generateKeyPair('rsa-pss-sha512', { keyId: 'bot-1', modulusLength: 4096 })
 * console.log(signingKey.keyId, exportPublicKey(verifyingKey, 'pem'))
 * ```
 */
export async function generateKeyPair(
  algorithm: 'ed25519' | EcdsaAlgorithm,
  options: { readonly keyId: string },
): Promise<KeyPair<SyncPrivateKey, SyncVerifyingKey>>
export async function generateKeyPair(
  algorithm: Exclude<Algorithm, HmacAlgorithm>,
  options: { readonly keyId: string; readonly modulusLength?: number },
): Promise<KeyPair<PrivateKey>>
export async function generateKeyPair(
  algorithm: Exclude<Algorithm, HmacAlgorithm>,
  options: { readonly keyId: string; readonly modulusLength?: number },
): Promise<KeyPair<PrivateKey>> {
  assertKeyOptions('generateKeyPair', options, { keyId: 2, modulusLength: 1 })
  const { keyId, modulusLength } = options
  assertKeyId(keyId)
  refuseMlDsa('generateKeyPair', algorithm, 'mlDsaKey({ keyId, algorithm, seed: randomBytes(32) })', 'ARGUMENT_INVALID')
  assertAlgorithm(algorithm)
  const { family } = ALGORITHMS[algorithm]
  if (family === 'hmac')
    fail('ARGUMENT_INVALID', '"algorithm" must be one of key pairs: generateSecret() makes secrets')
  if (modulusLength !== undefined && family !== 'rsa')
    fail('ARGUMENT_INVALID', '"modulusLength" must be left out: only RSA has one')
  const signingKey = await GENERATE[family](algorithm, keyId, modulusLength ?? DEFAULT_MODULUS)
  return { signingKey, verifyingKey: signingKey.verifyingKey }
}

const GENERATE = {
  ed25519: (_algorithm: Algorithm, keyId: string): PrivateKey =>
    ed25519PrivateKey({ keyId, seed: drawBytes(SEED_BYTES) }),
  ecdsa: (algorithm: Algorithm, keyId: string): PrivateKey =>
    ecdsaPrivateKey({ keyId, algorithm: algorithm as EcdsaAlgorithm, scalar: randomScalar(ALGORITHMS[algorithm]) }),
  rsa: async (algorithm: Algorithm, keyId: string, modulusLength: number): Promise<PrivateKey> => {
    const sound = Number.isInteger(modulusLength) && modulusLength % 8 === 0
    if (!sound || modulusLength < MIN_MODULUS || modulusLength > MAX_MODULUS) {
      fail('ARGUMENT_INVALID', `"modulusLength" must be ${MIN_MODULUS} to ${MAX_MODULUS} in steps of 8`)
    }
    const der = await rsaGenerate(ALGORITHMS[algorithm], modulusLength)
    return importRsaSigningKey(der, { keyId, algorithm: algorithm as RsaAlgorithm, format: 'der' })
  },
} as const

import { ecdsaPoint, ecdsaPoolVerifier, ecdsaSigner, ecdsaVerifier, isEcdsaScalar } from '#backend/ecdsa'
import { fail } from '../errors.js'
import { FLAG } from '../support/option-kinds.js'
import { ECDSA_ALGORITHMS, type EcdsaAlgorithm, type HashSpec } from './algorithm.js'
import { assertBytes } from './encoding.js'
import { hold, withPublicHalf } from './held.js'
import {
  assertKeyId,
  assertKeyOptions,
  type SyncPrivateKey,
  type SyncSigningKey,
  type SyncVerifyingKey,
  type VerifyingKey,
} from './key.js'
import { drawBytes } from './random.js'
import { revealed, type Secret } from './secret.js'

/** A uniform scalar: draw again until one is in range (FIPS 186-5 A.2.2), which nearly always is the first. */
export function randomScalar(spec: HashSpec): Uint8Array {
  for (;;) {
    const scalar = drawBytes(spec.signatureBytes / 2)
    // Of its first byte the order of P-521 has one bit.
    if (spec.curve === 'P-521') scalar[0] = (scalar[0] as number) & 1
    if (isEcdsaScalar(spec, scalar)) return scalar
  }
}

function ecdsaSpec(algorithm: EcdsaAlgorithm): HashSpec {
  const spec = ECDSA_ALGORITHMS[algorithm]
  if (spec !== undefined) return spec
  fail('ARGUMENT_INVALID', '"algorithm" must be an ECDSA algorithm')
}

/**
 * An ECDSA key that signs, from its scalar, 32 bytes for P-256, 48 for P-384 and 66 for P-521, and nothing else in the bundle: PEM, JWK and
 * passphrases are {@link importEcdsaSigningKey}'s, the public half is {@link ecdsaPrivateKey}'s. Answers at once on every
 * runtime.
 *
 * Signatures are `r ‖ s` of fixed width. Two of the same text differ on Node (random nonces) and agree in browsers
 * (RFC 6979); do not compare them.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for a bad key id, algorithm or length; `KEY_WEAK` for a scalar out of range.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-3.3.4 | RFC 9421 3.3.4}
 * @example
 * ```ts
 * import { ecdsaSigningKey } from 'countersign/crypto'
 *
 * declare const scalar: Uint8Array
 * const key = ecdsaSigningKey({ keyId: 'bot-1', algorithm: 'ecdsa-p256-sha256', scalar })
 * ```
 */
export function ecdsaSigningKey(options: {
  /** Under which id the other side knows the key. */
  readonly keyId: string
  /** Decides the curve as well. */
  readonly algorithm: EcdsaAlgorithm
  /** The private number, as long as the curve's field: 32, 48 or 66 bytes. */
  readonly scalar: Uint8Array | Secret
}): SyncSigningKey {
  return signingKey('ecdsaSigningKey', options)
}

function signingKey(where: string, options: Parameters<typeof ecdsaSigningKey>[0]): SyncSigningKey {
  assertKeyOptions(where, options, { keyId: 2, algorithm: 2, scalar: 2 })
  const { keyId, algorithm } = options
  assertKeyId(keyId)
  const spec = ecdsaSpec(algorithm)
  const scalar = new Uint8Array(revealed(options.scalar, 'scalar', spec.signatureBytes / 2))
  if (!isEcdsaScalar(spec, scalar)) fail('KEY_WEAK', 'EC private key must be from 1 to the order less one')
  const { sign, publicKey } = ecdsaSigner(spec, scalar)
  return hold(
    { keyId, algorithm, sign },
    {
      sync: true,
      privateMaterial: scalar,
      get publicMaterial() {
        return publicKey()
      },
    },
  )
}

/**
 * {@link ecdsaSigningKey} with its public half beside it, as `verifyingKey`.
 *
 * @throws {CountersignError} as {@link ecdsaSigningKey}.
 * @example
 * ```ts
 * import { ecdsaPrivateKey, exportPublicKey } from 'countersign/crypto'
 *
 * declare const scalar: Uint8Array
 * const key = ecdsaPrivateKey({ keyId: 'bot-1', algorithm: 'ecdsa-p256-sha256', scalar })
 * console.log(exportPublicKey(key.verifyingKey, 'pem'))
 * ```
 */
export const ecdsaPrivateKey = (options: Parameters<typeof ecdsaSigningKey>[0]): SyncPrivateKey =>
  withPublicHalf(signingKey('ecdsaPrivateKey', options), (keyId, point) =>
    ecdsaVerifyingKey({ keyId, algorithm: options.algorithm, point }),
  )

/**
 * An ECDSA public key from its point (SEC 1 2.3.3), compressed or uncompressed. High and low `s` are both accepted, as
 * RFC 9421 and OpenSSL do, so a signature is not a unique name of a message. `threadPool` as in {@link ed25519VerifyingKey}.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for a bad key id, algorithm or type; `KEY_WEAK` for a point off the curve.
 * @example
 * ```ts
 * import { ecdsaVerifyingKey } from 'countersign/crypto'
 *
 * declare const point: Uint8Array
 * const key = ecdsaVerifyingKey({ keyId: 'bot-1', algorithm: 'ecdsa-p384-sha384', point })
 * ```
 */
export function ecdsaVerifyingKey(options: {
  /** Under which id the key is known. */
  readonly keyId: string
  /** Decides the curve as well. */
  readonly algorithm: EcdsaAlgorithm
  /** The public key as a point, compressed or not. */
  readonly point: Uint8Array
  /** With `true` it verifies in the thread pool of Node. Default `false`. */
  readonly threadPool?: false
}): SyncVerifyingKey
export function ecdsaVerifyingKey(options: {
  /** Under which id the key is known. */
  readonly keyId: string
  /** Decides the curve as well. */
  readonly algorithm: EcdsaAlgorithm
  /** The public key as a point, compressed or not. */
  readonly point: Uint8Array
  /** With `true` it verifies in the thread pool of Node. Default `false`. */
  readonly threadPool?: boolean
}): VerifyingKey
export function ecdsaVerifyingKey(options: {
  readonly keyId: string
  readonly algorithm: EcdsaAlgorithm
  readonly point: Uint8Array
  readonly threadPool?: boolean
}): VerifyingKey {
  assertKeyOptions('ecdsaVerifyingKey', options, { keyId: 2, algorithm: 2, point: 2, threadPool: FLAG })
  const { keyId, algorithm, threadPool = false } = options
  assertKeyId(keyId)
  const spec = ecdsaSpec(algorithm)
  assertBytes(options.point, 'point')
  const point = ecdsaPoint(spec, options.point)
  if (point === undefined) fail('KEY_WEAK', `public key must be a point of ${spec.curve}`)
  const verify = (threadPool ? ecdsaPoolVerifier : ecdsaVerifier)(spec, point)
  return hold({ keyId, algorithm, verify }, { sync: !threadPool, publicMaterial: point })
}

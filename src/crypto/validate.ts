import { ecdsaPoint } from '#backend/ecdsa'
import { fail } from '../errors.js'
import { ALGORITHMS, type Algorithm, type AlgorithmSpec, assertAlgorithm, type HmacAlgorithm } from './algorithm.js'
import { isPrimeOrderPoint } from './backend/ed25519-group.js'
import { assertEd25519PublicKey } from './ed25519-key.js'
import { ecdsaPublicReader } from './format/ecdsa-format.js'
import { ed25519PublicReader } from './format/ed25519-format.js'
import { type BytesFormat, type PublicKeyMaterial, readPublicKey } from './format/read-key.js'
import { bitLength, type RsaPublic, toBigInt } from './format/rsa-der.js'
import { rsaPublicReader } from './format/rsa-format.js'
import { held, type PublicMaterial } from './held.js'
import { readHmacSecret } from './import-hmac.js'
import { assertKeyOptions, type VerifyingKey } from './key.js'
import type { Secret } from './secret.js'

const MIN_SECRET_BYTES = 32
const MIN_MODULUS_BITS = 2048
const MAX_MODULUS_BITS = 8192
const MIN_EXPONENT = 65_537n
const MAX_EXPONENT = 2n ** 32n - 1n

const READERS = { ed25519: ed25519PublicReader, ecdsa: ecdsaPublicReader, rsa: rsaPublicReader } as const

const weak = (expected: string): never => fail('KEY_WEAK', `key must have ${expected}`)

/**
 * Refuses keys that a server must not accept from anyone, before they are stored: shared secrets below 32 bytes, RSA outside
 * 2048 to 8192 bits or with an exponent outside 65537 to 2^32, Ed25519 points that are not canonical, off the curve, of small
 * order or with a small-order part, EC points off the curve. Returns nothing where all is well; both backends agree.
 *
 * @param key A public key in any form {@link importVerifyingKey} takes, a shared secret, or a verifying key made from one.
 * @throws {CountersignError} `KEY_WEAK` with the rule that was broken; `KEY_MALFORMED` where the material is not a public key
 * of the given algorithm, in particular where it is a private one; `KEY_UNSUPPORTED` for a key whose material is not known
 * here (WebCrypto, remote); `ARGUMENT_INVALID` where key and algorithm differ.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-7.3 | RFC 9421 7.3}
 * @example
 * ```ts
 * import { isCountersignError } from 'countersign'
 * import { validateForRegistration } from 'countersign/crypto'
 *
 * function mayRegister(pem: string): boolean {
 *   try {
 *     validateForRegistration(pem, { algorithm: 'rsa-pss-sha512' })
 *     return true
 *   } catch (error) {
 *     if (isCountersignError(error, 'KEY_WEAK') || isCountersignError(error, 'KEY_MALFORMED')) return false
 *     throw error
 *   }
 * }
 * ```
 */
export function validateForRegistration(
  key: PublicKeyMaterial | Secret | VerifyingKey,
  options: { readonly algorithm: Algorithm; readonly format?: BytesFormat },
): void {
  assertKeyOptions('validateForRegistration', options, { algorithm: 2, format: 1 })
  const { algorithm, format } = options
  assertAlgorithm(algorithm)
  const spec = ALGORITHMS[algorithm]
  if (typeof key === 'object' && key !== null && ('verify' in key || 'sign' in key)) {
    validateKey(key as VerifyingKey, algorithm)
  } else if (spec.family === 'hmac') {
    checkSecret(readHmacSecret(algorithm as HmacAlgorithm, key, 'verify').length)
  } else {
    checkPublic(spec, readPublicKey<PublicMaterial>(READERS[spec.family], spec, key, format))
  }
}

function validateKey(key: VerifyingKey, algorithm: Algorithm): void {
  const facts = held(key)
  if (facts?.privateMaterial !== undefined || ('sign' in key && ALGORITHMS[algorithm].family !== 'hmac')) {
    fail('KEY_MALFORMED', 'key must be a public key, got a private one')
  }
  if (key.algorithm !== algorithm) {
    fail('ARGUMENT_INVALID', `"algorithm" must be that of the key, ${key.algorithm}`)
  }
  if (facts?.secretBytes !== undefined) checkSecret(facts.secretBytes)
  else if (facts?.publicMaterial !== undefined) checkPublic(ALGORITHMS[algorithm], facts.publicMaterial)
  else fail('KEY_UNSUPPORTED', 'key must be one this library imported; validate its material')
}

function checkSecret(length: number): void {
  if (length < MIN_SECRET_BYTES) weak(`at least ${MIN_SECRET_BYTES} bytes of shared secret, got ${length}`)
}

function checkPublic(spec: AlgorithmSpec, material: PublicMaterial): void {
  if (!(material instanceof Uint8Array)) {
    checkRsa(material)
  } else if (spec.curve !== undefined) {
    if (ecdsaPoint(spec, material) === undefined) weak(`a point of ${spec.curve}`)
  } else {
    assertEd25519PublicKey(material)
    if (!isPrimeOrderPoint(material)) weak('an Ed25519 point of prime order')
  }
}

/** What {@link rsaPublicReader} lets through is odd in both; these are the tighter bounds for untrusted keys. */
function checkRsa({ n, e }: RsaPublic): void {
  const bits = bitLength(n)
  if (bits < MIN_MODULUS_BITS || bits > MAX_MODULUS_BITS) {
    weak(`an RSA modulus of ${MIN_MODULUS_BITS} to ${MAX_MODULUS_BITS} bits, got ${bits}`)
  }
  const exponent = toBigInt(e)
  if (exponent < MIN_EXPONENT || exponent > MAX_EXPONENT) weak('an RSA exponent from 65537, below 2^32')
}

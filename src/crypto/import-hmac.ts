import { fail } from '../errors.js'
import { ALGORITHMS, type HmacAlgorithm } from './algorithm.js'
import { readJwk } from './format/jwk.js'
import { refuseMaterial } from './format/read-key.js'
import { hmacKey } from './hmac-key.js'
import type { HmacKey } from './key.js'
import { Secret } from './secret.js'

/** As many bytes as a PEM file has before its label, and some empty lines. */
const PEM_START = 64

/**
 * Throws `KEY_MALFORMED` for bytes that are the text of a PEM file: a public key used as a shared secret would let anyone
 * sign. Only a veto; nothing is ever taken for a PEM because it looks like one.
 */
export function refusePemText(secret: Uint8Array): void {
  if (/^[\t\n\r ]*-----BEGIN /.test(String.fromCharCode(...secret.subarray(0, PEM_START)))) {
    fail('KEY_MALFORMED', 'HMAC secret must be random bytes, got a PEM file')
  }
}

/** The bytes of a shared secret: raw, {@link Secret}, or a JWK of type `oct`. A string never becomes one. */
export function readHmacSecret(algorithm: HmacAlgorithm, material: unknown, operation: 'sign' | 'verify'): Uint8Array {
  if (typeof material === 'string' && material !== '') {
    fail(
      'KEY_MALFORMED',
      '"secret" must be bytes, a Secret or a JWK, got a string: Secret.fromText(text), or its bytes where it is base64 or hex',
    )
  }
  if (typeof material !== 'object' || material === null || material instanceof Promise)
    return refuseMaterial('"secret" must be bytes, a Secret or a JWK', material)
  const secret =
    material instanceof Secret
      ? material.reveal()
      : material instanceof Uint8Array
        ? material
        : readJwk(material, ALGORITHMS[algorithm], 'oct', operation).bytes('k')
  refusePemText(secret)
  return secret
}

/** A shared secret as a key. */
export const importHmacKey = (
  algorithm: HmacAlgorithm,
  keyId: string,
  material: unknown,
  operation: 'sign' | 'verify',
): HmacKey => hmacKey({ keyId, algorithm, secret: readHmacSecret(algorithm, material, operation) })

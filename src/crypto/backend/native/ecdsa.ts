import crypto from 'node:crypto'
import type { Curve, HashSpec } from '../../algorithm.js'
import { base64url, hex } from '../../encoding.js'
import { ecdsaPkcs8 } from '../../format/ecdsa-der.js'
import type { VerifyingKey } from '../../key.js'
import type { PrivateHalf } from '../backend.js'
import { nodeSigner, nodeVerifier, poolVerifier } from './node-key.js'

const OPENSSL_CURVE = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' } as const
const curveOf = (spec: HashSpec): Curve => spec.curve as Curve

// Group orders (SP 800-186 section 3.2.1). As text: hexadecimal of one width compares like the number.
const ORDER = {
  'P-256': 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  'P-384': 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  'P-521':
    '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
} as const

/** Versions of OpenSSL differ in what they make of a number out of range. */
export function isEcdsaScalar(spec: HashSpec, scalar: Uint8Array): boolean {
  const text = hex(scalar)
  return /[^0]/.test(text) && text < ORDER[curveOf(spec)]
}

// RFC 9421 3.3.4 and 3.3.5: r and s side by side in fixed width, not DER.
const DSA_ENCODING = 'ieee-p1363'

/** ECDSA over OpenSSL; each signature takes a fresh random nonce. */
export function ecdsaSigner(spec: HashSpec, scalar: Uint8Array): PrivateHalf {
  const der = ecdsaPkcs8(spec, scalar)
  const key = crypto.createPrivateKey({ key: der as Buffer, format: 'der', type: 'pkcs8' })
  der.fill(0)
  return {
    sign: nodeSigner(spec.hash, { key, dsaEncoding: DSA_ENCODING }),
    publicKey: () =>
      new Uint8Array(
        crypto
          .createPublicKey(key)
          .export({ format: 'der', type: 'spki' })
          .slice(-1 - spec.signatureBytes),
      ),
  }
}

// Through JWK: OpenSSL 3.0 decodes DER more slowly.
function publicKeyObject(spec: HashSpec, point: Uint8Array): crypto.VerifyKeyObjectInput {
  const half = 1 + spec.signatureBytes / 2
  const jwk = {
    kty: 'EC',
    crv: curveOf(spec),
    x: base64url(point.subarray(1, half)),
    y: base64url(point.subarray(half)),
  }
  return { key: crypto.createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: DSA_ENCODING }
}

export const ecdsaVerifier = (spec: HashSpec, point: Uint8Array): ReturnType<typeof nodeVerifier> =>
  nodeVerifier(spec.hash, publicKeyObject(spec, point))

export const ecdsaPoolVerifier = (spec: HashSpec, point: Uint8Array): VerifyingKey['verify'] =>
  poolVerifier(spec.hash, publicKeyObject(spec, point))

export function ecdsaPoint(spec: HashSpec, point: Uint8Array): Uint8Array | undefined {
  // OpenSSL also takes the hybrid form (06, 07), a second spelling; Node gives nothing back for nothing.
  const [first] = point
  if (first !== 2 && first !== 3 && first !== 4) return undefined
  try {
    const curve = OPENSSL_CURVE[curveOf(spec)]
    return new Uint8Array(crypto.ECDH.convertKey(point, curve, undefined, undefined, 'uncompressed') as Buffer)
  } catch {
    return undefined
  }
}

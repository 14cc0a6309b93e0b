import { p256, p384, p521 } from '@noble/curves/nist.js'
import type { Curve, HashSpec } from '../../algorithm.js'
import type { SyncVerifyingKey } from '../../key.js'
import type { PrivateHalf } from '../backend.js'
import { hash, toBytes } from './hash.js'

const CURVES: Readonly<Record<Curve, typeof p256>> = { 'P-256': p256, 'P-384': p384, 'P-521': p521 }
const curve = (spec: HashSpec): typeof p256 => CURVES[spec.curve as Curve]

// `lowS: false` on both sides: neither RFC 9421 nor JOSE asks for low S, and OpenSSL neither makes nor requires it.
const OPTIONS = { prehash: true, lowS: false, format: 'compact' } as const
const HASHED = { prehash: false, lowS: false, format: 'compact' } as const

export const isEcdsaScalar = (spec: HashSpec, scalar: Uint8Array): boolean => curve(spec).utils.isValidSecretKey(scalar)

/** ECDSA over noble with deterministic nonces (RFC 6979). */
export function ecdsaSigner(spec: HashSpec, scalar: Uint8Array): PrivateHalf {
  const c = curve(spec)
  return {
    sign: (base) => c.sign(toBytes(base), scalar, OPTIONS),
    publicKey: () => c.getPublicKey(scalar, false),
  }
}

export function ecdsaVerifier(spec: HashSpec, point: Uint8Array): SyncVerifyingKey['verify'] {
  const c = curve(spec)
  // Not hashed by the curve, which has one hash: another one is asked for to recognise what a sender did.
  return (base, signature) =>
    signature.length === spec.signatureBytes && c.verify(signature, hash(spec.hash, base), point, HASHED)
}

/** JavaScript has no thread pool; same as {@link ecdsaVerifier}. */
export const ecdsaPoolVerifier: typeof ecdsaVerifier = ecdsaVerifier

export function ecdsaPoint(spec: HashSpec, point: Uint8Array): Uint8Array | undefined {
  try {
    return curve(spec).Point.fromBytes(point).toBytes(false)
  } catch {
    // No point of the curve.
  }
  return undefined
}

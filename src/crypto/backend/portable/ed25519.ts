import { ed25519 } from '@noble/curves/ed25519.js'
import { concatBytes, equalBytes, hex } from '../../encoding.js'
import type { SyncVerifyingKey } from '../../key.js'
import type { PrivateHalf } from '../backend.js'
import { HASHES, toBytes } from './hash.js'

/** Ed25519 (RFC 8032) over noble. */
export const ed25519Signer = (seed: Uint8Array): PrivateHalf => ({
  sign: (base) => ed25519.sign(toBytes(base), seed),
  publicKey: () => ed25519.getPublicKey(seed),
})

const HALF = 32
const SIGNATURE = 64

/**
 * The equation that OpenSSL checks: `encode(S·B - k·A)` is, byte for byte, the R that was sent. noble's own `verify`
 * multiplies by the cofactor, so it accepts signatures with a small-order part in R that node:crypto refuses; the two
 * backends must never disagree. Decoding the key once and R never also halves the time.
 */
export function ed25519Verifier(publicKey: Uint8Array): SyncVerifyingKey['verify'] {
  const { Point } = ed25519
  const order = Point.Fn.ORDER
  const negated = decodeNegated(publicKey)
  return (base, signature) => {
    if (negated === undefined || signature.length !== SIGNATURE) return false
    const r = signature.subarray(0, HALF)
    const s = littleEndian(signature.subarray(HALF))
    // RFC 8032 5.1.7: without this bound S + L would be a second signature of the same message.
    if (s >= order) return false
    const k = littleEndian(HASHES.sha512(concatBytes(r, publicKey, toBytes(base)))) % order
    return equalBytes(Point.BASE.multiplyUnsafe(s).add(negated.multiplyUnsafe(k)).toBytes(), r)
  }
}

/** JavaScript has no thread pool; same as {@link ed25519Verifier}. */
export const ed25519PoolVerifier: typeof ed25519Verifier = ed25519Verifier

function decodeNegated(publicKey: Uint8Array) {
  try {
    return ed25519.Point.fromBytes(publicKey).negate()
  } catch {
    return undefined
  }
}

const littleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`)

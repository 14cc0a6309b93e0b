import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { hex } from '../encoding.js'

/*
 * What wallets sign with. No runtime has Keccak-256, and few have this curve, so there is one for all of them.
 *
 * @noble/secp256k1 of the same author would be 4.1 kB in place of 15.7 (gzip), makes the same signatures and signs in about
 * half the time (3.2.0 beside @noble/curves 2.4.0). It is not used: it inverts the secret nonce as it is, which the curve here
 * blinds with fresh random bytes; its current version was never audited; and it recovers a key in twice the time or more.
 */

/** Keccak-256 as Ethereum has it: SHA-3 before its padding changed. */
export const keccak256 = (bytes: Uint8Array): Uint8Array => keccak_256(bytes)

/** SEC 2 2.4.1: the order of the group. */
export const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** The point of a scalar, 65 bytes. */
export const secp256k1Point = (scalar: Uint8Array): Uint8Array => secp256k1.getPublicKey(scalar, false)

/** `r ‖ s` and which of two points `r` is of. Deterministic (RFC 6979), with the lower `s`. */
export function secp256k1Sign(digest: Uint8Array, scalar: Uint8Array): { compact: Uint8Array; recovery: number } {
  const made = secp256k1.sign(digest, scalar, { prehash: false, lowS: true, format: 'recovered' })
  return { compact: made.subarray(1), recovery: made[0] as number }
}

/** The point whose scalar made a signature; `undefined` where no scalar did. */
export function secp256k1Recover(digest: Uint8Array, compact: Uint8Array, recovery: number): Uint8Array | undefined {
  const recovered = new Uint8Array(65)
  recovered[0] = recovery
  recovered.set(compact, 1)
  try {
    return secp256k1.Point.fromBytes(secp256k1.recoverPublicKey(recovered, digest, { prehash: false })).toBytes(false)
  } catch {
    // An r that is the abscissa of no point.
  }
  return undefined
}

/** The point of a scalar in 33 bytes: SEC 1 2.3.3, compressed. */
export const secp256k1ShortPoint = (scalar: Uint8Array): Uint8Array => secp256k1.getPublicKey(scalar, true)

/** True for 33 bytes that are a point of the curve. */
export const isSecp256k1ShortPoint = (bytes: Uint8Array): boolean => secp256k1.utils.isValidPublicKey(bytes, true)

/** `r ‖ s` over the SHA-256 of a message: deterministic, with the lower `s`, as Cosmos asks. */
export const secp256k1SignSha256 = (message: Uint8Array, scalar: Uint8Array): Uint8Array =>
  secp256k1.sign(message, scalar, { prehash: true, lowS: true, format: 'compact' })

/** False also for the higher of the two values that `s` can have. */
export function secp256k1VerifySha256(message: Uint8Array, compact: Uint8Array, point: Uint8Array): boolean {
  try {
    return secp256k1.verify(compact, message, point, { prehash: true, lowS: true, format: 'compact' })
  } catch {
    return false
  }
}

/**
 * The points that may have signed digests with one signature: with its recovery bit, and with the other one. Most of the work is
 * done once. `undefined` where no scalar made it.
 */
export function secp256k1Recoverer(
  compact: Uint8Array,
  recovery: number,
): ((digest: Uint8Array) => readonly [Uint8Array, Uint8Array]) | undefined {
  const { Point } = secp256k1
  const { Fn } = Point
  try {
    const bytes = new Uint8Array(33)
    bytes[0] = 2 + recovery
    bytes.set(compact.subarray(0, 32), 1)
    const inverse = Fn.inv(Fn.fromBytes(compact.subarray(0, 32)))
    // SEC 1 4.1.6: Q = r^-1 (s R - z G); the other recovery bit has -R in place of R.
    const mask = Point.fromBytes(bytes).multiply(Fn.mul(Fn.fromBytes(compact.subarray(32)), inverse))
    return (digest) => {
      const base = Point.BASE.multiply(Fn.neg(Fn.mul(Fn.create(BigInt(`0x${hex(digest)}`)), inverse)))
      return [mask.add(base).toBytes(false), base.subtract(mask).toBytes(false)]
    }
  } catch {
    // An r that is the abscissa of no point, or a number that is none of the field.
  }
  return undefined
}

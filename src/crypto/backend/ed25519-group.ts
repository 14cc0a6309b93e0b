import { ed25519 } from '@noble/curves/ed25519.js'

/**
 * True for the encoding of a point in the group of prime order. Keys with a small-order part verify on some
 * implementations and not on others; node:crypto has no check for it, so both backends use noble.
 */
export function isPrimeOrderPoint(publicKey: Uint8Array): boolean {
  try {
    const point = ed25519.Point.fromBytes(publicKey)
    return !point.isSmallOrder() && point.isTorsionFree()
  } catch {
    return false
  }
}

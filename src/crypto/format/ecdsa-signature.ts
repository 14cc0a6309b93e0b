import { isCountersignError } from '../../errors.js'
import { derReader, integer, sequence } from './der.js'

/** An ECDSA signature as X.509 has it (RFC 3279 2.2.3), of the fixed-width `r ‖ s` that keys give. */
export function ecdsaSignatureDer(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2
  return sequence(integer(signature.subarray(0, half)), integer(signature.subarray(half)))
}

/**
 * The fixed-width `r ‖ s` of a DER signature; `undefined` for anything but the one encoding of two integers that fit.
 *
 * @param width of each integer, in bytes
 */
export function ecdsaSignatureOfDer(der: Uint8Array, width: number): Uint8Array | undefined {
  try {
    const reader = derReader(der)
    const both = reader.inside()
    reader.end()
    const parts = [both.integer(), both.integer()]
    both.end()
    const out = new Uint8Array(2 * width)
    for (const [at, part] of parts.entries()) {
      if (part.length > width) return undefined
      out.set(part, (at + 1) * width - part.length)
    }
    return out
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return undefined
  }
}

import { concatBytes } from '../../crypto/encoding.js'
import { derReader, integer, sequence } from '../../crypto/format/der.js'
import { isCountersignError } from '../../errors.js'

/** An ECDSA signature as keys of this package make it (`r ‖ s`), in the DER of X9.62 that OpenSSL writes. */
export function ecdsaToDer(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2
  return sequence(integer(signature.subarray(0, half)), integer(signature.subarray(half)))
}

/** The same back, both numbers of `size` bytes; `undefined` for anything but strict DER of two such numbers. */
export function ecdsaFromDer(der: Uint8Array, size: number): Uint8Array | undefined {
  try {
    const outer = derReader(der)
    const inner = outer.inside()
    outer.end()
    const [r, s] = [inner.integer(), inner.integer()]
    inner.end()
    if (r.length > size || s.length > size) return undefined
    return concatBytes(new Uint8Array(size - r.length), r, new Uint8Array(size - s.length), s)
  } catch (error) {
    if (isCountersignError(error)) return undefined
    throw error
  }
}

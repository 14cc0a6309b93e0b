import { CountersignError } from '../errors.js'
import type { HashSpec } from './algorithm.js'
import { hex } from './encoding.js'
import { randomBytes } from './random.js'

// Group orders (SP 800-186 section 3.2.1). As text: hexadecimal of one width compares like the number.
const ORDER = {
  'P-256': 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  'P-384': 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
} as const

const inRange = (spec: HashSpec, scalar: Uint8Array): boolean => {
  const text = hex(scalar)
  return /[^0]/.test(text) && text < ORDER[spec.curve as 'P-256']
}

/** Throws `KEY_WEAK` unless 0 < scalar < order; backends differ in what they make of the rest. */
export function assertScalar(spec: HashSpec, scalar: Uint8Array): void {
  if (!inRange(spec, scalar))
    throw new CountersignError('KEY_WEAK', 'EC private key expected from 1 to the order less one')
}

/** A uniform scalar: draw again until one is in range (FIPS 186-5 A.2.2), which nearly always is the first. */
export function randomScalar(spec: HashSpec): Uint8Array {
  for (;;) {
    const scalar = randomBytes(spec.signatureBytes / 2)
    if (inRange(spec, scalar)) return scalar
  }
}

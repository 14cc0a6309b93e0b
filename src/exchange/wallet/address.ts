import { keccak256 } from '../../crypto/backend/secp256k1.js'
import { hex, hexDecode, utf8 } from '../../crypto/encoding.js'
import { fail, kindOf } from '../../errors.js'

/** Without the checksum that letters of both cases are. */
export const ADDRESS: RegExp = /^0x[0-9a-fA-F]{40}$/

/** The address with the case of its letters that EIP-55 makes a checksum of. */
export function checksumAddress(bytes: Uint8Array): string {
  const text = hex(bytes)
  const digest = keccak256(utf8(text))
  let out = '0x'
  for (let at = 0; at < 40; at++) {
    const half = ((digest[at >> 1] as number) >> (at % 2 === 0 ? 4 : 0)) & 15
    const digit = text.charAt(at)
    out += half >= 8 ? digit.toUpperCase() : digit
  }
  return out
}

/**
 * The 20 bytes of an address. Letters of both cases are its checksum, which must be right.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` under the name that the caller gave it.
 * @see {@link https://eips.ethereum.org/EIPS/eip-55 | EIP-55}
 */
export function addressBytes(value: unknown, name: string): Uint8Array {
  if (typeof value !== 'string' || !ADDRESS.test(value))
    return fail(
      'ARGUMENT_INVALID',
      `"${name}" must be an address of 0x and 40 hexadecimal digits, got ${typeof value === 'string' ? `${value.length} characters` : kindOf(value)}`,
    )
  const digits = value.slice(2)
  const bytes = hexDecode(digits.toLowerCase()) as Uint8Array
  if (/[a-f]/.test(digits) && /[A-F]/.test(digits) && checksumAddress(bytes) !== value)
    return fail(
      'ARGUMENT_INVALID',
      `"${name}" must be an address whose checksum is right: a digit or a letter's case changed`,
    )
  return bytes
}

import { hex, hexDecode } from '../../../crypto/encoding.js'
import { hmacKey } from '../../../crypto/hmac-key.js'
import { hmacSha1Key } from '../../../crypto/hmac-sha1-key.js'
import type { HmacKey } from '../../../crypto/key.js'
import { Secret } from '../../../crypto/secret.js'
import { fail } from '../../../errors.js'

/** The prime and the generator that a consumer has registered. */
export interface Group {
  readonly prime: bigint
  readonly generator: bigint
}

const HEX = /^[0-9a-fA-F]{1,2048}$/
const FEWEST_BITS = 2_048

/** @throws {CountersignError} `CONFIG_INVALID` for what is no odd number, `KEY_WEAK` for a prime under 2048 bits. */
export function groupOf(where: string, prime: string, generator: number): Group {
  const text = typeof prime === 'string' ? prime.replace(/[\s:]/g, '') : ''
  if (!HEX.test(text)) fail('CONFIG_INVALID', `${where}: "prime" must be a hexadecimal number`)
  const value = BigInt(`0x${text}`)
  if (value % 2n === 0n) fail('CONFIG_INVALID', `${where}: "prime" must be odd`)
  if (value.toString(2).length < FEWEST_BITS)
    fail('KEY_WEAK', `${where}: "prime" must have at least ${FEWEST_BITS} bits`)
  return { prime: value, generator: BigInt(generator) }
}

/** Not in constant time: for exponents that live for one exchange, and for one decryption of a text of one's own. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

export const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${hex(bytes) || '0'}`)

/** Big-endian; a byte 00 stands before a first bit that is set, as in Java's `BigInteger.toByteArray()`. */
export function bytesOf(value: bigint): Uint8Array {
  const text = value.toString(16)
  const even = text.length % 2 === 1 ? `0${text}` : text
  const bytes = hexDecode(even) as Uint8Array
  return (bytes[0] as number) < 0x80 ? bytes : Uint8Array.of(0, ...bytes)
}

/** What the other side has sent. @throws {CountersignError} `AUTH_MALFORMED` for what gives a secret that anyone knows. */
export function publicValueOf(text: unknown, { prime }: Group): bigint {
  const value = typeof text === 'string' && HEX.test(text) ? BigInt(`0x${text}`) : 0n
  return value > 1n && value < prime - 1n
    ? value
    : fail('AUTH_MALFORMED', 'the Diffie-Hellman value is outside its group')
}

/** A live session: the key that signs requests, and the one whose signature over the consumer key proves the session. */
export interface Session {
  readonly key: HmacKey
  readonly proof: HmacKey
}

/** The live session token: HMAC-SHA1 of the access token's secret, under what the two sides share. */
export function sessionOf(keyId: string, shared: bigint, secret: Uint8Array): Session {
  const token = new Secret(hmacSha1Key({ keyId, secret: new Secret(bytesOf(shared)) }).sign(secret))
  return {
    key: hmacKey({ keyId, algorithm: 'hmac-sha256', secret: token }),
    proof: hmacSha1Key({ keyId, secret: token }),
  }
}

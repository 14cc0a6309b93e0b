import { fail } from '../../errors.js'
import { concatBytes, hex, hexDecode } from '../encoding.js'

/** Tags of X.690 that keys are made of. */
export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
  context0: 0xa0,
  context1: 0xa1,
  context2: 0xa2,
  context3: 0xa3,
} as const

/** No key of a supported kind comes near this; it bounds the work on hostile input. */
export const MAX_DER = 32_768

/**
 * A strict reader of one DER value after the other (X.690 section 10): definite, minimal lengths, minimal integers, whole
 * bytes in bit strings. Every method throws `KEY_MALFORMED` on anything else. It never recurses.
 */
export interface DerReader {
  /** Tag of the next value, `undefined` at the end. */
  peek(): number | undefined
  /** Contents of the next value, which must have this tag. */
  next(tag: number): Uint8Array
  /** Reader of a constructed value's contents; a SEQUENCE unless a tag is given. */
  inside(tag?: number): DerReader
  /** Big-endian magnitude of a non-negative INTEGER without leading zeros; zero is one zero byte. */
  integer(): Uint8Array
  /** A non-negative INTEGER up to `max`. */
  small(max: number): number
  /** Contents of an OBJECT IDENTIFIER in hexadecimal. */
  oid(): string
  octets(): Uint8Array
  bits(): Uint8Array
  /** Throws unless everything was read. */
  end(): void
}

const malformed = (expected: string): never => fail('KEY_MALFORMED', `key must be DER with ${expected}`)

/** Reads DER from bytes. The arrays it hands out are views. */
export function derReader(bytes: Uint8Array): DerReader {
  if (bytes.length > MAX_DER) malformed(`at most ${MAX_DER} bytes, got ${bytes.length}`)
  let at = 0

  const next = (tag: number): Uint8Array => {
    // The byte that came is not shown: it may be the first byte of a secret.
    if (bytes[at] !== tag) malformed(`tag ${tag}`)
    const first = bytes[at + 1] ?? malformed('a length')
    let start = at + 2
    let length = first
    if (first > 0x7f) {
      const count = first & 0x7f
      // 0x80 is BER's indefinite length; two bytes reach past MAX_DER.
      if (count === 0 || count > 2 || start + count > bytes.length) malformed('a definite length')
      length = 0
      for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + i] as number)
      if (length < 0x80 || (count === 2 && length < 0x100)) malformed('a minimal length')
      start += count
    }
    if (start + length > bytes.length) malformed('all its bytes')
    at = start + length
    return bytes.subarray(start, at)
  }

  const integer = (): Uint8Array => {
    const value = next(TAG.integer)
    const first = value[0] ?? malformed('a non-empty integer')
    if (first > 0x7f) malformed('a non-negative integer')
    if (first !== 0 || value.length === 1) return value
    if ((value[1] as number) < 0x80) malformed('a minimal integer')
    return value.subarray(1)
  }

  return {
    peek: () => bytes[at],
    next,
    inside: (tag = TAG.sequence) => derReader(next(tag)),
    integer,
    small: (max) => {
      const value = integer()
      let number = 0
      for (const byte of value) number = number * 256 + byte
      return number <= max ? number : malformed(`an integer up to ${max}`)
    },
    oid: () => hex(next(TAG.oid)),
    octets: () => next(TAG.octetString),
    bits: () => {
      const value = next(TAG.bitString)
      if (value[0] !== 0) malformed('a bit string of whole bytes')
      return value.subarray(1)
    },
    end: () => {
      if (at !== bytes.length) malformed('nothing after its last value')
    },
  }
}

/** One DER value: tag, minimal length, contents (X.690 section 10.1). */
export function tlv(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(...contents)
  const { length } = body
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return concatBytes(Uint8Array.of(tag, ...header), body)
}

export const sequence = (...contents: readonly Uint8Array[]): Uint8Array => tlv(TAG.sequence, ...contents)

export const octetString = (bytes: Uint8Array): Uint8Array => tlv(TAG.octetString, bytes)

export const bitString = (bytes: Uint8Array): Uint8Array => tlv(TAG.bitString, Uint8Array.of(0), bytes)

export const oid = (hex: string): Uint8Array => tlv(TAG.oid, hexDecode(hex) as Uint8Array)

export const derNull = (): Uint8Array => tlv(TAG.null)

/** A non-negative INTEGER from its big-endian magnitude. */
export function integer(magnitude: Uint8Array): Uint8Array {
  let start = 0
  while (start < magnitude.length - 1 && magnitude[start] === 0) start++
  const minimal = magnitude.subarray(start)
  // A set top bit would make it negative.
  return (minimal[0] ?? 0) > 0x7f ? tlv(TAG.integer, Uint8Array.of(0), minimal) : tlv(TAG.integer, minimal)
}

/** A non-negative INTEGER below 2^32. */
export const smallInteger = (value: number): Uint8Array =>
  integer(Uint8Array.of((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff))

/** Object identifiers as the hexadecimal of their DER contents, with the document that assigns them. */

export const OID_ED25519 = '2b6570' // RFC 8410
export const OID_EC = '2a8648ce3d0201' // RFC 5480
export const OID_P256 = '2a8648ce3d030107'
export const OID_P384 = '2b81040022'
export const OID_P521 = '2b81040023'
export const OID_RSA = '2a864886f70d010101' // RFC 8017
export const OID_RSA_PSS = '2a864886f70d01010a'
export const OID_MGF1 = '2a864886f70d010108'
export const OID_SHA256 = '608648016503040201'
export const OID_SHA384 = '608648016503040202'
export const OID_SHA512 = '608648016503040203'
export const OID_PBES2 = '2a864886f70d01050d' // RFC 8018
export const OID_PBKDF2 = '2a864886f70d01050c'
export const OID_SCRYPT = '2b06010401da47040b' // RFC 7914
export const OID_HMAC_SHA256 = '2a864886f70d0209'
export const OID_AES256_CBC = '60864801650304012a'

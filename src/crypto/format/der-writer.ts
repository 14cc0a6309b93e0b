import { concatBytes, hexDecode } from '../encoding.js'
import { TAG } from './der.js'

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

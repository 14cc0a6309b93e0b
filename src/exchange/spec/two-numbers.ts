import { hexDecode } from '../../crypto/encoding.js'

// Two numbers of at most 256 bits, as Starknet's libraries print them.
const TWO_NUMBERS = /^\["(0|[1-9]\d{0,77})","(0|[1-9]\d{0,77})"\]$/

/** The 64 bytes of `["r","s"]`; `undefined` for every other text. */
export function readTwoNumbers(text: string): Uint8Array | undefined {
  const [, r, s] = TWO_NUMBERS.exec(text) ?? []
  if (r === undefined || s === undefined) return undefined
  const [first, second] = [BigInt(r).toString(16), BigInt(s).toString(16)]
  return first.length > 64 || second.length > 64
    ? undefined
    : hexDecode(first.padStart(64, '0') + second.padStart(64, '0'))
}

// BIP 173: 32 characters without those that look alike, and a checksum that finds up to four wrong ones.
const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const
const MAX_LENGTH = 90

function polymod(values: readonly number[]): number {
  let sum = 1
  for (const value of values) {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ value
    for (const [at, one] of GENERATOR.entries()) if ((top >>> at) & 1) sum ^= one
  }
  return sum >>> 0
}

const expanded = (prefix: string): readonly number[] => [
  ...Array.from(prefix, (letter) => letter.charCodeAt(0) >> 5),
  0,
  ...Array.from(prefix, (letter) => letter.charCodeAt(0) & 31),
]

/** Groups of bits in another width; `undefined` where what is left over is not padding of zeros. */
function regroup(values: Iterable<number>, from: number, to: number, pad: boolean): number[] | undefined {
  const out: number[] = []
  let held = 0
  let bits = 0
  for (const value of values) {
    held = ((held << from) | value) & 0xfff
    bits += from
    while (bits >= to) {
      bits -= to
      out.push((held >> bits) & ((1 << to) - 1))
    }
  }
  if (pad && bits > 0) out.push((held << (to - bits)) & ((1 << to) - 1))
  return !pad && (bits >= from || (held & ((1 << bits) - 1)) !== 0) ? undefined : out
}

/** Bytes as text with a prefix and a checksum. @see {@link https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki | BIP 173} */
export function bech32(prefix: string, bytes: Uint8Array): string {
  const data = regroup(bytes, 8, 5, true) as number[]
  const sum = polymod([...expanded(prefix), ...data, 0, 0, 0, 0, 0, 0]) ^ 1
  const check = [25, 20, 15, 10, 5, 0].map((shift) => (sum >>> shift) & 31)
  return `${prefix}1${[...data, ...check].map((value) => LETTERS.charAt(value)).join('')}`
}

/** The bytes of such a text, in lower case; `undefined` for another prefix, a wrong checksum or anything else. */
export function bech32Decode(prefix: string, text: string): Uint8Array | undefined {
  if (text.length > MAX_LENGTH || !text.startsWith(`${prefix}1`)) return undefined
  const values = Array.from(text.slice(prefix.length + 1), (letter) => LETTERS.indexOf(letter))
  if (values.length < 6 || values.includes(-1) || polymod([...expanded(prefix), ...values]) !== 1) return undefined
  const bytes = regroup(values.slice(0, -6), 5, 8, false)
  return bytes && new Uint8Array(bytes)
}

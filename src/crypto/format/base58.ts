const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const MAX_CHARACTERS = 128

/** True where a text could be base58: none of `0OIl`, and nothing that only base64 has. */
export const isBase58 = (text: string): boolean => /^[1-9A-HJ-NP-Za-km-z]+$/.test(text)

/** Bytes of base58 with Bitcoin's alphabet, as NEAR and Orderly write keys; `undefined` for anything else. */
export function base58Decode(text: string): Uint8Array | undefined {
  if (text.length > MAX_CHARACTERS || !isBase58(text)) return undefined
  let value = 0n
  for (const character of text) value = value * 58n + BigInt(ALPHABET.indexOf(character))
  const zeros = /^1*/.exec(text)?.[0].length as number
  const digits = value === 0n ? '' : value.toString(16)
  const bytes = digits.length % 2 === 0 ? digits : `0${digits}`
  const out = new Uint8Array(zeros + bytes.length / 2)
  for (let i = 0; i < bytes.length; i += 2) out[zeros + i / 2] = Number.parseInt(bytes.slice(i, i + 2), 16)
  return out
}

/** Base58 of bytes. */
export function base58(bytes: Uint8Array): string {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  let text = ''
  for (; value > 0n; value /= 58n) text = ALPHABET.charAt(Number(value % 58n)) + text
  const zeros = bytes.findIndex((byte) => byte !== 0)
  return '1'.repeat(zeros === -1 ? bytes.length : zeros) + text
}

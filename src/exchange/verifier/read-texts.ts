import { type KeyAlgorithm, signatureBytesOf } from '../../crypto/algorithm.js'
import { base64Decode, base64urlDecode, hexDecode, utf8Decode } from '../../crypto/encoding.js'
import { base58Decode } from '../../crypto/format/base58.js'
import type { Output, OutputId } from '../spec/outputs.js'
import { secretDigest } from '../spec/static-secret.js'
import type { TimeUnit } from '../spec/times.js'
import { readTwoNumbers } from '../spec/two-numbers.js'

/** The bytes of a signature; `undefined` for every spelling but the one the exchange writes. */
const READ: Readonly<Record<OutputId, (text: string) => Uint8Array | undefined>> = {
  hex: hexDecode,
  anyhex: (text) => hexDecode(text.toLowerCase()),
  HEX: (text) => (/[a-f]/.test(text) ? undefined : hexDecode(text.toLowerCase())),
  base64: base64Decode,
  base64url: base64urlDecode,
  'base64url=': (text) =>
    /[+/]/.test(text) ? undefined : base64Decode(text.replaceAll('-', '+').replaceAll('_', '/')),
  'base64(hex)': (text) => {
    const digits = text.length > 512 ? undefined : base64Decode(text)
    return digits === undefined ? undefined : hexDecode(utf8Decode(digits) ?? 'none')
  },
  '0xhex': (text) => (text.startsWith('0x') ? hexDecode(text.slice(2)) : undefined),
  'r,s': readTwoNumbers,
  base58: base58Decode,
  // There is no signature: the secret's digest stands for it, and fits the table's size.
  plain: secretDigest,
}

/** The signature in the form of the first algorithm it can be one of; the key's decides in the end. */
export function readSignature(
  keys: Readonly<Partial<Record<KeyAlgorithm, Output>>>,
  only: Output | undefined,
  text: string,
): Uint8Array | undefined {
  for (const algorithm of Object.keys(keys) as KeyAlgorithm[]) {
    const bytes = READ[(only ?? (keys[algorithm] as Output)).id](text)
    const signatureBytes = signatureBytesOf(algorithm)
    // RSA's length is that of its key: 2048 bits at the least.
    if (bytes !== undefined && (signatureBytes === 0 ? bytes.length >= 256 : bytes.length === signatureBytes))
      return bytes
  }
  return undefined
}

/** A date that prints itself again is one that exists. */
function readDate(text: string, length: number): number | undefined {
  if (text.length !== length) return undefined
  const time = Date.parse(length === 19 ? `${text}Z` : text)
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, length) !== text ? undefined : time
}

const readMilliseconds = (text: string) => (/^[1-9]\d{12}$/.test(text) ? Number(text) : undefined)
const readSeconds = (text: string) => (/^[1-9]\d{9}$/.test(text) ? Number(text) * 1000 : undefined)

/** Milliseconds since the epoch; `undefined` for text of any other form. */
export const READ_TIME: Readonly<Record<TimeUnit, (text: string) => number | undefined>> = {
  ms: readMilliseconds,
  s: readSeconds,
  'ms or s': (text) => readMilliseconds(text) ?? readSeconds(text),
  'decimal s': (text) => (/^[1-9]\d{9}(?:\.\d{1,9})?$/.test(text) ? Math.round(Number(text) * 1000) : undefined),
  iso: (text) => readDate(text, 24),
  utc: (text) => readDate(text, 19),
}

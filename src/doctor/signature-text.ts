import { base64Decode, base64urlDecode, hexDecode, utf8Decode } from '../crypto/encoding.js'
import { withoutEnd } from '../schemes/scheme/text-ends.js'

/** A reading of the text of a signature. */
export interface SignatureReading {
  readonly bytes: Uint8Array
  /** In words: `base64`. */
  readonly form: string
  /** What had to be forgiven, where it did. */
  readonly flaw?: string
}

const lenientBase64 = (text: string): Uint8Array | undefined => {
  const plain = withoutEnd(text.replaceAll('-', '+').replaceAll('_', '/'), '=')
  return /^[A-Za-z0-9+/]+$/.test(plain) && plain.length % 4 !== 1
    ? base64Decode(plain + '==='.slice((plain.length + 3) % 4))
    : undefined
}

const READERS: ReadonlyArray<readonly [form: string, read: (text: string) => Uint8Array | undefined]> = [
  ['hexadecimal', hexDecode],
  ['upper-case hexadecimal', (text) => (/^[0-9A-F]+$/.test(text) ? hexDecode(text.toLowerCase()) : undefined)],
  ['base64', base64Decode],
  ['URL-safe base64', (text) => base64urlDecode(text)],
  ['base64 with or without padding', lenientBase64],
  [
    'base64 of the hexadecimal text',
    (text) => nested(base64Decode(text) ?? lenientBase64(text), (inside) => hexDecode(inside.toLowerCase())),
  ],
  ['hexadecimal of the base64 text', (text) => nested(hexDecode(text.toLowerCase()), base64Decode)],
  ['hexadecimal of the hexadecimal text', (text) => nested(hexDecode(text.toLowerCase()), hexDecode)],
  ['base64 twice', (text) => nested(base64Decode(text), base64Decode)],
]

function nested(bytes: Uint8Array | undefined, read: (text: string) => Uint8Array | undefined): Uint8Array | undefined {
  const inside = bytes === undefined ? undefined : utf8Decode(bytes)
  return inside === undefined || inside === '' ? undefined : read(inside)
}

// What is left over of code around it: brackets, commas and the like.
function withoutStray(text: string): string {
  let end = text.length
  while (end > 0 && !/[A-Za-z0-9+/=_-]/.test(text[end - 1] as string)) end--
  return text.slice(0, end).replace(/^[^A-Za-z0-9+/_-]+/, '')
}

// Digits of the hashes that are written in hexadecimal.
const HASHES = new Set([32, 40, 56, 64, 96, 128])

/** What a text may have become on its way, and its name. */
const REPAIRS: ReadonlyArray<readonly [flaw: string, repair: (text: string) => string]> = [
  ['"+" became a space: the signature was not percent-encoded in the query', (text) => text.replaceAll(' ', '+')],
  [
    'it is percent-encoded where it is sent as it is',
    (text) => (/%[0-9A-Fa-f]{2}/.test(text) ? decodeURIComponent(text.replace(/%(?![0-9A-Fa-f]{2})/g, '%25')) : text),
  ],
  [
    'it is percent-encoded once too often',
    (text) => (/%25[0-9A-Fa-f]{2}/.test(text) ? decodeURIComponent(decodeURIComponent(text)) : text),
  ],
  ['quotes stand around it', (text) => text.replace(/^["'](.*)["']$/s, '$1')],
  ['white space stands around or in it', (text) => text.replace(/\s+|%0A|%0D/gi, '')],
  ['"0x" stands before it', (text) => text.replace(/^0x/i, '')],
  ['a character that no signature has stands before or behind it', withoutStray],
  ['colons stand around it', (text) => text.replace(/^:(.*):$/s, '$1')],
  ["it is the text of Python bytes (b'…')", (text) => text.replace(/^b'(.*)'$/s, '$1')],
  [
    'its leading zero is lost: it was written as a number',
    (text) =>
      /^[0-9a-fA-F]+$/.test(text) && HASHES.has(text.length + 1 + (text.length % 2 ? 0 : 1))
        ? text.padStart(text.length + 1 + (text.length % 2 ? 0 : 1), '0')
        : text,
  ],
  ['a label stands before it', (text) => text.replace(/^(?:sha\d+=|v\d=|Bearer |HMAC |Signature )/i, '')],
]

/** Everything that a text may be, what needs no forgiving first. */
export function readingsOf(text: string): readonly SignatureReading[] {
  const out: SignatureReading[] = []
  const seen = new Set<string>()
  const add = (candidate: string, flaw?: string): void => {
    for (const [form, read] of READERS) {
      const bytes = read(candidate)
      const key = `${form} ${bytes === undefined ? '' : bytes.join()}`
      if (bytes === undefined || bytes.length < 8 || seen.has(key)) continue
      seen.add(key)
      out.push(flaw === undefined ? { bytes, form } : { bytes, form, flaw })
    }
  }
  add(text)
  for (const [flaw, repair] of REPAIRS) {
    const repaired = safe(() => repair(text))
    if (repaired !== undefined && repaired !== text) add(repaired, flaw)
  }
  return out
}

function safe(read: () => string): string | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

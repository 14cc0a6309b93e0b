import { hexDecode, utf8, utf8Decode } from '../../crypto/encoding.js'

/** Bytes and texts as languages print them, which stand for a body in what people paste. */

const WRITTEN: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|([nrt'"\\]))/g

/** Bytes of Python: `b'…'` and `b"…"`, in which what is no ASCII stands as `\xNN`; `undefined` for other text. */
export function ofPython(text: string): string | undefined {
  const found = /^b(?:'([^\n]*)'|"([^\n]*)")$/.exec(text.trim())
  const own = found?.[1] ?? found?.[2]
  if (own === undefined) return undefined
  const plain = (_: string, __: string | undefined, one = ''): string => WRITTEN[one] ?? one
  if (!own.includes('\\x')) return own.replace(ESCAPE, plain)
  const parts: number[] = []
  let from = 0
  for (const found of own.matchAll(ESCAPE)) {
    parts.push(...utf8(own.slice(from, found.index)))
    const [all, code, one] = found
    if (code === undefined) parts.push(...utf8(plain(all, undefined, one)))
    else parts.push(Number.parseInt(code, 16))
    from = found.index + all.length
  }
  parts.push(...utf8(own.slice(from)))
  return utf8Decode(Uint8Array.from(parts))
}

/** `<Buffer 7b 22 …>` of Node. It shows fifty bytes at most, and says how many are behind them. */
export function ofBuffer(text: string): string | undefined {
  const [, digits = '', more] = /^<Buffer((?: [0-9a-f]{2})+)( \.\.\. \d+ more bytes)?>$/.exec(text.trim()) ?? []
  const bytes = digits === '' ? undefined : hexDecode(digits.replaceAll(' ', ''))
  const own = bytes === undefined ? undefined : utf8Decode(bytes)
  return own === undefined ? undefined : more === undefined ? own : `${own}...`
}

/** A text of JSON in the quotes and escapes of a program, in which no quote stands as it is; `undefined` for other text. */
export function ofQuotes(text: string): string | undefined {
  if (!/^"(?:\s|\\[nrt])*[[{]\s*\\"/.test(text)) return undefined
  try {
    return String(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** What JSON makes of the bytes of Node: `{ "type": "Buffer", "data": […] }`. */
export function bufferOf(value: Readonly<Record<string, unknown>>): Uint8Array | undefined {
  const { type, data } = value
  return type === 'Buffer' && Array.isArray(data) && data.every((one) => Number.isInteger(one) && one >= 0 && one < 256)
    ? Uint8Array.from(data as number[])
    : undefined
}

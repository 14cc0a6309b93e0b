import { nibbleOf, utf8Decode } from '../crypto/encoding.js'
import { CountersignError } from '../errors.js'
import {
  type Bare,
  CLASS,
  codeAt,
  DIGIT,
  DIGITS,
  LOWER,
  PLAIN_DISPLAY,
  PLAIN_STRING,
  skipClass,
  TOKEN,
  TOKEN_START,
} from './sf-types.js'

/** One parse: a text and the index of the next character. */
export interface Cursor {
  readonly text: string
  readonly end: number
  readonly strictBinary: boolean
  at: number
}

/** The next character as its code, 0 at the end. */
export const next = ({ text, at, end }: Cursor): number => codeAt(text, at, end)

/** The one error of the parser. The offset points into the field's combined value, which is not repeated. */
export const malformed = (expected: string, at: number): CountersignError =>
  new CountersignError('FIELD_MALFORMED', `structured field must have ${expected} at offset ${at}`)

/** RFC 9651 4.2.3.1. */
export function parseBare(cursor: Cursor): Bare {
  const code = next(cursor)
  if (code === 0x22) return parseString(cursor)
  if (code === 0x2d || ((CLASS[code] as number) & DIGIT) !== 0) return parseNumber(cursor)
  if (code === 0x3a) return parseBinary(cursor)
  if (((CLASS[code] as number) & TOKEN_START) !== 0) return parseToken(cursor)
  if (code === 0x3f) return parseBoolean(cursor)
  if (code === 0x40) return parseDate(cursor)
  if (code === 0x25) return parseDisplay(cursor)
  throw malformed('an item', cursor.at)
}

function parseNumber(cursor: Cursor): Bare {
  const { text, end, at: start } = cursor
  const first = text.charCodeAt(start) === 0x2d ? start + 1 : start
  const dot = skipClass(text, first, end, DIGIT)
  if (dot === first) throw malformed('a digit', dot)
  if (codeAt(text, dot, end) !== 0x2e) {
    if (dot - first > 15) throw malformed('at most 15 digits', first)
    cursor.at = dot
    // Adding 0 turns "-0" into 0: the data model has one zero.
    return { type: 'integer', value: Number(text.slice(start, dot)) + 0 }
  }
  const after = skipClass(text, dot + 1, end, DIGIT)
  if (dot - first > 12 || after === dot + 1 || after - dot > 4)
    throw malformed('at most 12 digits, a dot, 1 to 3 digits', first)
  cursor.at = after
  return { type: 'decimal', value: Number(text.slice(start, after)) + 0 }
}

function parseString(cursor: Cursor): Bare {
  const { text, end } = cursor
  let from = cursor.at + 1
  let value = ''
  for (;;) {
    const at = skipClass(text, from, end, PLAIN_STRING)
    const code = codeAt(text, at, end)
    if (code === 0x22) {
      cursor.at = at + 1
      const rest = text.slice(from, at)
      return { type: 'string', value: value === '' ? rest : value + rest }
    }
    const escaped = code === 0x5c ? codeAt(text, at + 1, end) : 0
    if (escaped !== 0x22 && escaped !== 0x5c) throw malformed('a closed string of printable ASCII', at)
    value += text.slice(from, at) + (escaped === 0x22 ? '"' : '\\')
    from = at + 2
  }
}

function parseToken(cursor: Cursor): Bare {
  const start = cursor.at
  cursor.at = skipClass(cursor.text, start, cursor.end, TOKEN)
  return { type: 'token', value: cursor.text.slice(start, cursor.at) }
}

function parseBoolean(cursor: Cursor): Bare {
  const code = codeAt(cursor.text, cursor.at + 1, cursor.end)
  if (code !== 0x30 && code !== 0x31) throw malformed('?0 or ?1', cursor.at)
  cursor.at += 2
  return { type: 'boolean', value: code === 0x31 }
}

function parseDate(cursor: Cursor): Bare {
  const start = cursor.at++
  const { type, value } = parseNumber(cursor)
  if (type !== 'integer') throw malformed('whole seconds', start)
  return { type: 'date', value }
}

function parseDisplay(cursor: Cursor): Bare {
  const { text, end, at: start } = cursor
  if (codeAt(text, start + 1, end) !== 0x22) throw malformed('%"', start)
  const bytes: number[] = []
  for (let at = start + 2; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22) {
      const value = utf8Decode(Uint8Array.from(bytes))
      if (value === undefined) throw malformed('UTF-8', start)
      cursor.at = at + 1
      return { type: 'display', value }
    }
    if (code === 0x25) {
      const high = nibbleOf(codeAt(text, at + 1, end))
      const low = nibbleOf(codeAt(text, at + 2, end))
      if (high < 0 || low < 0) throw malformed('two lower-case hex digits', at + 1)
      bytes.push(high * 16 + low)
      at += 2
    } else if (((CLASS[code] as number) & PLAIN_DISPLAY) !== 0) bytes.push(code)
    else throw malformed('printable ASCII', at)
  }
  throw malformed('a closing quote', end)
}

const BASE64 = /* @__PURE__ */ base64Values()

function base64Values(): Int8Array {
  const values = new Int8Array(128).fill(-1)
  const alphabet = `${LOWER.toUpperCase()}${LOWER}${DIGITS}+/`
  for (let i = 0; i < 64; i++) values[alphabet.charCodeAt(i)] = i
  return values
}

/** The bytes of the one member `name=:…:` that a text is, in strict base64; `undefined` for anything else. */
export function memberBytes(text: string, name: string): Uint8Array | undefined {
  const { length } = name
  // Behind another character it has no value, but parameters: what ends the last of them is no value of it.
  if (text.charCodeAt(length) !== 0x3d || !text.startsWith(name)) return undefined
  const cursor = { text, end: text.length, strictBinary: true, at: length + 1 }
  try {
    const { type, value } = parseBare(cursor)
    if (type === 'binary' && cursor.at === cursor.end) return value
  } catch {}
  return undefined
}

// Decoded here because `atob` costs more than the rest of a Signature field together, and forgives white space.
function parseBinary(cursor: Cursor): Bare {
  const { text } = cursor
  const start = cursor.at + 1
  const close = text.indexOf(':', start)
  if (close === -1) throw malformed('a closing colon', cursor.end)
  let end = close
  while (close - end < 2 && text.charCodeAt(end - 1) === 0x3d) end--
  const length = end - start
  const spare = length & 3
  // Padding is right, or absent altogether (RFC 9651 4.2.7 says a parser should take that).
  const padded = ((close - start) & 3) === 0
  if (spare === 1 || (!padded && (cursor.strictBinary || close !== end))) throw malformed('padded base64', start)
  const value = new Uint8Array((length >> 2) * 3 + (spare === 0 ? 0 : spare - 1))
  let bits = 0
  let size = 0
  let out = 0
  let at = start
  // Four at a time while all is well, for every signature and digest; what is not is found by the loop behind it, with its offset.
  for (; at + 4 <= end; at += 4) {
    const [a, b, c, d] = [
      text.charCodeAt(at),
      text.charCodeAt(at + 1),
      text.charCodeAt(at + 2),
      text.charCodeAt(at + 3),
    ]
    if ((a | b | c | d) > 127) break
    const four =
      ((BASE64[a] as number) << 18) |
      ((BASE64[b] as number) << 12) |
      ((BASE64[c] as number) << 6) |
      (BASE64[d] as number)
    if (four < 0) break
    value[out] = four >> 16
    value[out + 1] = four >> 8
    value[out + 2] = four
    out += 3
  }
  for (; at < end; at++) {
    const digit = BASE64[text.charCodeAt(at)]
    if (digit === undefined || digit < 0) throw malformed('base64', at)
    bits = ((bits << 6) | digit) & 0xffff
    size += 6
    if (size >= 8) {
      size -= 8
      value[out++] = bits >> size
    }
  }
  if (cursor.strictBinary && (bits & ((1 << size) - 1)) !== 0) throw malformed('canonical base64', end - 1)
  cursor.at = close + 1
  return { type: 'binary', value }
}

import { base64, utf8, utf8Decode } from '../crypto/encoding.js'
import { CountersignError } from '../errors.js'
import { isWord, PLAIN_STRING, skipClass, TOKEN, TOKEN_START } from './sf-chars.js'
import type { Bare } from './sf-types.js'

/** The one error of the serializer. */
export const unserializable = (expected: string): CountersignError =>
  new CountersignError('FIELD_MALFORMED', `structured field cannot be written: expected ${expected}`)

const PRINTABLE = /^[ -~]*$/

const WRITE: { readonly [T in Bare['type']]: (value: never) => string } = {
  integer,
  decimal,
  date: (value: number) => `@${integer(value)}`,
  string: quoted,
  token: (value: string) => {
    if (!isWord(value, TOKEN_START, TOKEN)) throw unserializable('a token')
    return value
  },
  display,
  binary: (value: Uint8Array) => `:${base64(value)}:`,
  boolean: (value: boolean) => (value ? '?1' : '?0'),
}

function quoted(value: string): string {
  if (skipClass(value, 0, value.length, PLAIN_STRING) === value.length) return `"${value}"`
  if (!PRINTABLE.test(value)) throw unserializable('a string of printable ASCII')
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}

function integer(value: number): string {
  if (!Number.isInteger(value) || value > 999_999_999_999_999 || value < -999_999_999_999_999)
    throw unserializable('an integer of at most 15 digits')
  return String(value)
}

// RFC 9651 4.1.5: three fractional digits, ties to even. Done on the shortest decimal text of the number, because the
// caller meant 0.0025 and not the binary fraction next to it.
function decimal(value: number): string {
  const text = String(Math.abs(value))
  // Only magnitudes below 1e-6 or from 1e21 are printed with an exponent.
  const [whole = '', fraction = ''] = text.includes('e-') ? ['0'] : text.split('.')
  if (!/^\d{1,12}$/.test(whole)) throw unserializable('a decimal with at most 12 digits before the dot')
  const rest = fraction.slice(3)
  let thousandths = Number(whole + fraction.slice(0, 3).padEnd(3, '0'))
  // Text order is number order here: the shortest text has no trailing zero, so a tie is exactly "5".
  if (rest > '5' || (rest === '5' && thousandths % 2 === 1)) thousandths++
  const digits = String(thousandths).padStart(4, '0')
  if (digits.length > 15) throw unserializable('a decimal with at most 12 digits before the dot')
  const tail = digits.slice(-3).replace(/0{1,2}$/, '')
  return `${value < 0 && thousandths > 0 ? '-' : ''}${digits.slice(0, -3)}.${tail}`
}

function display(value: string): string {
  const bytes = utf8(value)
  // A lone surrogate has no UTF-8; the encoder would write U+FFFD in its place.
  if (utf8Decode(bytes) !== value) throw unserializable('well-formed Unicode')
  let out = '%"'
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x25
    out += plain ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`
  }
  return `${out}"`
}

/**
 * A bare item (RFC 9651 4.1.3.1).
 *
 * @throws {CountersignError} `FIELD_MALFORMED` for a value that its type cannot carry.
 * @example
 * ```ts
 * import { serializeBare } from 'countersign/message'
 *
 * console.log(serializeBare({ type: 'decimal', value: 1 }) === '1.0')
 * ```
 */
export function serializeBare(bare: Bare): string {
  if (bare.type === 'string') return quoted(bare.value)
  if (!Object.hasOwn(WRITE, bare.type)) throw unserializable('a known type')
  return WRITE[bare.type](bare.value as never)
}

import { base64, utf8, utf8Decode } from '../crypto/encoding.js'
import { CountersignError } from '../errors.js'
import {
  type Bare,
  type InnerList,
  type Item,
  isWord,
  KEY,
  KEY_START,
  type Member,
  type Parameters,
  PLAIN_STRING,
  skipClass,
  TOKEN,
  TOKEN_START,
} from './sf-types.js'

/** The one error of the serializer. */
export const unserializable = (expected: string): CountersignError =>
  new CountersignError('FIELD_MALFORMED', `structured field cannot be written: must be ${expected}`)

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

/**
 * What RFC 9651 4.2.2 makes of duplicate keys: the last value, in the place of the first. Returns the same array where
 * there are none.
 *
 * @example
 * ```ts
 * import { lastWins, parseDictionary } from 'countersign/message'
 *
 * const members = new Map(lastWins(parseDictionary('a=1, b=2, a=3')))
 * ```
 */
export function lastWins<T>(entries: ReadonlyArray<readonly [string, T]>): ReadonlyArray<readonly [string, T]> {
  const { length } = entries
  // A handful of entries, the common case: comparing pairs allocates nothing, and the bound keeps it linear.
  if (length <= 8) {
    let unique = true
    for (let i = 1; i < length && unique; i++) {
      const name = (entries[i] as readonly [string, T])[0]
      for (let j = 0; j < i && unique; j++) unique = (entries[j] as readonly [string, T])[0] !== name
    }
    if (unique) return entries
  }
  const map = new Map(entries)
  return map.size === entries.length ? entries : [...map]
}

function key(name: string): string {
  if (!isWord(name, KEY_START, KEY)) throw unserializable('a key')
  return name
}

/**
 * Parameters, each with its semicolon (RFC 9651 4.1.1.2); of duplicates the last wins.
 *
 * @throws {CountersignError} `FIELD_MALFORMED` for a key that is none or a value that its type cannot carry.
 * @example
 * ```ts
 * import { parseItem, serializeParameters } from 'countersign/message'
 *
 * console.log(serializeParameters(parseItem('a; q=1; r').params) === ';q=1;r')
 * ```
 */
export function serializeParameters(params: Parameters): string {
  let out = ''
  for (const [name, value] of lastWins(params)) {
    out += `;${key(name)}`
    if (value.type !== 'boolean' || !value.value) out += `=${serializeBare(value)}`
  }
  return out
}

/**
 * An Item with its parameters (RFC 9651 4.1.3).
 *
 * @throws {CountersignError} `FIELD_MALFORMED` for a value that its type cannot carry.
 * @example
 * ```ts
 * import { serializeItem } from 'countersign/message'
 *
 * const item = serializeItem({ kind: 'item', value: { type: 'token', value: 'gzip' }, params: [] })
 * ```
 */
export function serializeItem(item: Item): string {
  return serializeBare(item.value) + serializeParameters(item.params)
}

/**
 * An Inner List with its parameters (RFC 9651 4.1.1.1).
 *
 * @throws {CountersignError} `FIELD_MALFORMED` for a value that its type cannot carry.
 * @example
 * ```ts
 * import { serializeInnerList } from 'countersign/message'
 *
 * const nothing = serializeInnerList({ kind: 'list', items: [], params: [['created', { type: 'integer', value: 1618884473 }]] })
 * ```
 */
export function serializeInnerList(list: InnerList): string {
  let out = ''
  for (const item of list.items) out += out === '' ? serializeItem(item) : ` ${serializeItem(item)}`
  return `(${out})${serializeParameters(list.params)}`
}

/**
 * An Item or an Inner List, whichever the member is.
 *
 * @throws {CountersignError} `FIELD_MALFORMED` for a value that its type cannot carry.
 * @example
 * ```ts
 * import { parseList, serializeMember } from 'countersign/message'
 *
 * const members = parseList('a, (b c)').map(serializeMember)
 * ```
 */
export function serializeMember(member: Member): string {
  return member.kind === 'list' ? serializeInnerList(member) : serializeItem(member)
}

/**
 * A List (RFC 9651 4.1.1). An empty list is the empty text: such a field is not sent at all.
 *
 * @throws {CountersignError} `FIELD_MALFORMED` for a value that its type cannot carry.
 * @example
 * ```ts
 * import { parseList, serializeList } from 'countersign/message'
 *
 * console.log(serializeList(parseList('a,b')) === 'a, b')
 * ```
 */
export function serializeList(members: readonly Member[]): string {
  return members.map(serializeMember).join(', ')
}

/**
 * A Dictionary (RFC 9651 4.1.2); of duplicates the last wins. An empty one is the empty text: such a field is not sent.
 *
 * @throws {CountersignError} `FIELD_MALFORMED` for a value that its type cannot carry.
 * @example
 * ```ts
 * import { parseDictionary, serializeDictionary } from 'countersign/message'
 *
 * const canonical = serializeDictionary(parseDictionary('a=1,b;x=?1,a=2'))
 * console.log(canonical === 'a=2, b;x')
 * ```
 */
export function serializeDictionary(entries: ReadonlyArray<readonly [string, Member]>): string {
  const out: string[] = []
  for (const [name, member] of lastWins(entries)) {
    const bareTrue = member.kind === 'item' && member.value.type === 'boolean' && member.value.value
    out.push(key(name) + (bareTrue ? serializeParameters(member.params) : `=${serializeMember(member)}`))
  }
  return out.join(', ')
}

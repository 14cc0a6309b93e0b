import { assertOptions, type OptionNames } from '../errors.js'
import { FLAG } from '../support/option-kinds.js'
import { type Cursor, malformed, next, parseBare } from './sf-bare.js'
import {
  type Bare,
  CLASS,
  type InnerList,
  type Item,
  KEY,
  KEY_START,
  type Member,
  type Parameters,
  type ParseOptions,
  skipClass,
} from './sf-types.js'

const KNOWN: OptionNames<ParseOptions> = { strictBinary: FLAG }
const EMPTY: Parameters = /* @__PURE__ */ Object.freeze([])
const TRUE: Bare = /* @__PURE__ */ Object.freeze({ type: 'boolean', value: true })

/**
 * A field that is one Item (RFC 9651 3.3).
 *
 * @throws {CountersignError} `FIELD_MALFORMED`, with the offset of the first character that cannot stand there.
 * @example
 * ```ts
 * import { parseItem } from 'countersign/message'
 *
 * const { value } = parseItem('text/plain;q=0.5')
 * if (value.type === 'token') console.log(value.value)
 * ```
 */
export function parseItem(text: string, options?: ParseOptions): Item {
  const cursor = open(text, options)
  const item = oneItem(cursor)
  skipSpaces(cursor)
  if (cursor.at < cursor.end) throw malformed('the end', cursor.at)
  return item
}

/**
 * A field that is a List (RFC 9651 3.1). Several field lines are joined by `, ` first. An empty text is an empty list.
 *
 * @throws {CountersignError} `FIELD_MALFORMED`, with the offset of the first character that cannot stand there.
 * @example
 * ```ts
 * import { parseList } from 'countersign/message'
 *
 * const members = parseList('sig1, (a b);q=9')
 * console.log(members.length)
 * ```
 */
export function parseList(text: string, options?: ParseOptions): readonly Member[] {
  const cursor = open(text, options)
  const out: Member[] = []
  if (cursor.at === cursor.end) return out
  do out.push(member(cursor))
  while (another(cursor))
  return out
}

/**
 * A field that is a Dictionary (RFC 9651 3.2), in the order of the wire with duplicate keys kept; {@link lastWins} gives
 * what the RFC makes of them. Several field lines are joined by `, ` first.
 *
 * @throws {CountersignError} `FIELD_MALFORMED`, with the offset of the first character that cannot stand there.
 * @example
 * ```ts
 * import { parseDictionary } from 'countersign/message'
 *
 * for (const [label, member] of parseDictionary('sig1=:AAEC:, sig2')) console.log(label, member.kind)
 * ```
 */
export function parseDictionary(text: string, options?: ParseOptions): ReadonlyArray<readonly [string, Member]> {
  const cursor = open(text, options)
  const out: Array<readonly [string, Member]> = []
  if (cursor.at === cursor.end) return out
  do {
    const name = key(cursor)
    if (next(cursor) === 0x3d) {
      cursor.at++
      out.push([name, member(cursor)])
    } else out.push([name, { kind: 'item', value: TRUE, params: parameters(cursor) }])
  } while (another(cursor))
  return out
}

function open(text: string, options: ParseOptions | undefined): Cursor {
  for (const name in options)
    if (name !== 'strictBinary' || typeof options.strictBinary !== 'boolean') assertOptions('parse', options, KNOWN)
  if (typeof text !== 'string') throw malformed(`a string, got ${typeof text},`, 0)
  const cursor = { text, end: text.length, strictBinary: options?.strictBinary === true, at: 0 }
  skipSpaces(cursor)
  return cursor
}

/** Between two members: true after a comma that something follows, false at the end. */
function another(cursor: Cursor): boolean {
  skipOws(cursor)
  if (cursor.at === cursor.end) return false
  if (next(cursor) !== 0x2c) throw malformed('a comma', cursor.at)
  cursor.at++
  skipOws(cursor)
  if (cursor.at === cursor.end) throw malformed('a member after the comma', cursor.at)
  return true
}

function member(cursor: Cursor): Member {
  return next(cursor) === 0x28 ? innerList(cursor) : oneItem(cursor)
}

function innerList(cursor: Cursor): InnerList {
  const { end } = cursor
  const items: Item[] = []
  cursor.at++
  for (;;) {
    const before = cursor.at
    skipSpaces(cursor)
    if (cursor.at === end) throw malformed('a closing parenthesis', end)
    if (next(cursor) === 0x29) {
      cursor.at++
      return { kind: 'list', items, params: parameters(cursor) }
    }
    if (items.length > 0 && before === cursor.at) throw malformed('a space or a closing parenthesis', before)
    items.push(oneItem(cursor))
  }
}

function oneItem(cursor: Cursor): Item {
  const value = parseBare(cursor)
  return { kind: 'item', value, params: parameters(cursor) }
}

function parameters(cursor: Cursor): Parameters {
  if (next(cursor) !== 0x3b) return EMPTY
  const out: Array<readonly [string, Bare]> = []
  do {
    cursor.at++
    skipSpaces(cursor)
    const name = key(cursor)
    if (next(cursor) === 0x3d) {
      cursor.at++
      out.push([name, parseBare(cursor)])
    } else out.push([name, TRUE])
  } while (next(cursor) === 0x3b)
  return out
}

function key(cursor: Cursor): string {
  const { text, at } = cursor
  if (((CLASS[next(cursor)] as number) & KEY_START) === 0) throw malformed('a key', at)
  cursor.at = skipClass(text, at + 1, cursor.end, KEY)
  return text.slice(at, cursor.at)
}

function skipSpaces(cursor: Cursor): void {
  while (next(cursor) === 0x20) cursor.at++
}

function skipOws(cursor: Cursor): void {
  for (let code = next(cursor); code === 0x20 || code === 0x09; code = next(cursor)) cursor.at++
}

import { isWord, KEY, KEY_START } from './sf-chars.js'
import { serializeBare, unserializable } from './sf-serialize-bare.js'
import type { InnerList, Item, Member, Parameters } from './sf-types.js'

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

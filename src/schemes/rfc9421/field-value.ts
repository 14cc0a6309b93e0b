import { CountersignError } from '../../errors.js'
import { combinedValue, type FieldLines, fieldValues, normalizeValue } from '../../message/fields.js'
import type { HttpMessage } from '../../message/message.js'
import {
  lastWins,
  type Member,
  parseDictionary,
  parseItem,
  parseList,
  serializeBare,
  serializeDictionary,
  serializeItem,
  serializeList,
  serializeMember,
} from '../../message/structured-fields.js'
import { absentField, badComponent } from './component.js'
import type { Resolve } from './derived.js'

/** How a field is structured, which the `sf` parameter must know (RFC 9421 2.1.1). */
export type FieldType = 'list' | 'dictionary' | 'item'

/** Field types by lower-case name. */
export type FieldTypes = Readonly<Record<string, FieldType>>

/** Structured fields of the HTTP Field Name registry that requests and responses commonly carry. */
export const FIELD_TYPES: FieldTypes = {
  __proto__: null as never,
  'accept-ch': 'list',
  'accept-signature': 'dictionary',
  'cache-status': 'list',
  'cdn-cache-control': 'dictionary',
  'client-cert': 'item',
  'client-cert-chain': 'list',
  'content-digest': 'dictionary',
  'cross-origin-embedder-policy': 'item',
  'cross-origin-opener-policy': 'item',
  'origin-agent-cluster': 'item',
  priority: 'dictionary',
  'proxy-status': 'list',
  'repr-digest': 'dictionary',
  signature: 'dictionary',
  'signature-input': 'dictionary',
  'want-content-digest': 'dictionary',
  'want-repr-digest': 'dictionary',
}

const STRICT: Readonly<Record<FieldType, (text: string) => string>> = {
  item: (text) => serializeItem(parseItem(text)),
  list: (text) => serializeList(parseList(text)),
  dictionary: (text) => serializeDictionary(lastWins(parseDictionary(text))),
}

function bytesOf(value: string): Uint8Array {
  // Some runtimes decode field values as UTF-8. Cut to a byte, two characters would give one base.
  if (/[^\0-\xff]/.test(value)) {
    throw new CountersignError('MESSAGE_MALFORMED', 'a covered field holds a character that is no byte')
  }
  return Uint8Array.from(value, (char) => char.charCodeAt(0))
}

/** The resolver of one field with its parameters. Throws `AUTH_MALFORMED` for parameters that exclude one another. */
export function fieldResolver(
  name: string,
  parameters: { readonly sf?: boolean; readonly key?: string; readonly bs?: boolean; readonly tr?: boolean },
  types: FieldTypes,
): Resolve {
  const { sf, key, bs, tr } = parameters
  const lines = tr === true ? trailersOf : headersOf
  if (bs === true) {
    if (sf === true || key !== undefined) throw badComponent('component parameter "bs" excludes "sf" and "key"')
    return (message) => {
      const values = fieldValues(lines(message), name)
      if (values.length === 0) throw absentField(name)
      return values.map((value) => serializeBare({ type: 'binary', value: bytesOf(normalizeValue(value)) })).join(', ')
    }
  }
  const combined = (message: HttpMessage): string => {
    const value = combinedValue(lines(message), name)
    if (value === undefined) throw absentField(name)
    return value
  }
  if (key !== undefined) {
    return (message) => {
      const member = dictionaryOf(lines(message), name, combined(message)).get(key)
      if (member === undefined) throw absentField(name)
      return serializeMember(member)
    }
  }
  if (sf === true) {
    const type = Object.hasOwn(types, name) ? types[name] : FIELD_TYPES[name]
    if (type === undefined) {
      throw badComponent(`the structured type of field "${name}" is unknown: state it in "fieldTypes"`)
    }
    return (message) => STRICT[type](combined(message))
  }
  if (name === 'set-cookie') {
    // RFC 9110 5.3: its lines cannot be joined by a comma, so the plain value would be ambiguous.
    throw badComponent('field "set-cookie" can only be covered with "bs"')
  }
  return combined
}

// Read once a message: a signature may cover 64 members of one dictionary. The text is compared, so that what was read is
// what is there, whoever changes the lines.
const dictionaries = /* @__PURE__ */ new WeakMap<FieldLines, Map<string, ReadDictionary>>()

interface ReadDictionary {
  readonly text: string
  readonly members: ReadonlyMap<string, Member>
}

function dictionaryOf(lines: FieldLines, name: string, text: string): ReadonlyMap<string, Member> {
  const read = dictionaries.get(lines) ?? new Map<string, ReadDictionary>()
  const known = read.get(name)
  if (known?.text === text) return known.members
  // RFC 9651 4.2.2: of a repeated key the last one counts, as in a Map.
  const members = new Map(parseDictionary(text))
  read.set(name, { text, members })
  dictionaries.set(lines, read)
  return members
}

const headersOf = (message: HttpMessage): FieldLines => message.fields
const trailersOf = (message: HttpMessage): FieldLines => message.trailers ?? []

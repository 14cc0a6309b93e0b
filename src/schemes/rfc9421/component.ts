import { assertOptions, fail, mustBe, type OptionNames } from '../../errors.js'
import { type FieldLines, fieldValues, normalizeValue } from '../../message/fields.js'
import type { HttpMessage } from '../../message/message.js'
import {
  type Item,
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
import { FLAG } from '../../support/option-kinds.js'
import {
  absentField,
  assertFieldName,
  badComponent,
  type Component,
  fromRequest,
  headersOf,
  memoFor,
  plainComponent,
  plainField,
} from './base.js'
import { queryParam, type Resolve } from './derived.js'
import { configured, TEXT } from './options.js'

/** Parameters of a component identifier (RFC 9421 2.1 and 2.2.8). */
export interface ComponentParameters {
  /** Strict structured-field serialisation (2.1.1). */
  readonly sf?: boolean
  /** One member of a dictionary field (2.1.2). */
  readonly key?: string
  /** Each line as a byte sequence (2.1.3); the only safe way to cover `set-cookie`. */
  readonly bs?: boolean
  /** From the trailers (2.1.4). */
  readonly tr?: boolean
  /** From the request that the response answers (2.4). */
  readonly req?: boolean
  /** `@query-param` only: the encoded name of the parameter (2.2.8). */
  readonly name?: string
}

const KNOWN: OptionNames<ComponentParameters> = { sf: FLAG, key: TEXT, bs: FLAG, tr: FLAG, req: FLAG, name: TEXT }

/**
 * A component from the item of a covered-components list. Throws `AUTH_MALFORMED` for what RFC 9421 does not allow there. With
 * `once`, of a signature that was received, it resolves no member of a dictionary that is repeated.
 */
export function componentFromItem(item: Item, types: FieldTypes, once = false): Component {
  if (item.value.type !== 'string') throw badComponent('a covered component is not a string')
  const name = item.value.value
  if (item.params.length === 0) return plainComponent(name)
  const parameters: Record<string, string | true> = { __proto__: null as never }
  const sorted: string[] = []
  for (const [key, value] of item.params) {
    if (key in parameters) throw badComponent('a component parameter is repeated')
    if (!Object.hasOwn(KNOWN, key)) throw badComponent('a component parameter is unknown')
    if (KNOWN[key as keyof typeof KNOWN] === FLAG) {
      if (value.type !== 'boolean' || !value.value) throw badComponent(`component parameter "${key}" is not a flag`)
      parameters[key] = true
      sorted.push(key)
    } else {
      if (value.type !== 'string') throw badComponent(`component parameter "${key}" is not a string`)
      parameters[key] = value.value
      sorted.push(`${key}=${JSON.stringify(value.value)}`)
    }
  }
  const resolve = resolver(name, parameters, types, once)
  return {
    name,
    id: serializeItem(item),
    memo: memoFor(name),
    canonical: `${name};${sorted.sort().join(';')}`,
    resolve: parameters['req'] === true ? fromRequest(resolve) : resolve,
  }
}

/**
 * A component with parameters, for the list a signer covers. `fieldTypes` states the structured type of a field covered with
 * `sf` that is not among the registered ones.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a name or parameters that RFC 9421 does not allow together.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2 | RFC 9421 2}
 * @example
 * ```ts
 * import { component, hmacKey, randomBytes, rfc9421Signer } from 'countersign'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const signer = rfc9421Signer({
 *   key,
 *   components: ['@method', '@target-uri', component('cache-control', { key: 'max-age' }), component('x-trace', { bs: true })],
 * })
 * ```
 */
export function component(name: string, parameters: ComponentParameters = {}, fieldTypes: FieldTypes = {}): Component {
  assertOptions('component', parameters, KNOWN)
  mustBe(typeof name === 'string', 'name', 'a text such as "@path"', name, 'CONFIG_INVALID', 'component: ')
  const params: Array<readonly [string, Item['value']]> = []
  for (const [key, value] of Object.entries(parameters) as Array<[string, string | boolean | undefined]>) {
    if (value === undefined || value === false) continue
    params.push([key, typeof value === 'string' ? { type: 'string', value } : { type: 'boolean', value: true }])
  }
  const item: Item = { kind: 'item', value: { type: 'string', value: name }, params }
  return configured('component', () => componentFromItem(item, fieldTypes))
}

function resolver(
  name: string,
  parameters: Readonly<Record<string, string | true>>,
  types: FieldTypes,
  once: boolean,
): Resolve {
  if (!name.startsWith('@')) {
    assertFieldName(name)
    if ('name' in parameters) throw badComponent('component parameter "name" applies to @query-param only')
    return fieldResolver(name, parameters as ComponentParameters, types, once)
  }
  const query = name === '@query-param'
  for (const key in parameters) {
    if (key !== 'req' && !(query && key === 'name'))
      throw badComponent(`component parameter "${key}" does not apply to ${name}`)
  }
  return query && 'name' in parameters ? queryParam(parameters['name'] as string) : plainComponent(name).resolve
}

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

const STRICT: Readonly<Record<FieldType, (text: string) => string | undefined>> = {
  item: (text) => {
    const item = parseItem(text)
    return repeatsParameter(item) ? undefined : serializeItem(item)
  },
  list: (text) => {
    const list = parseList(text)
    return list.some(repeatsParameter) ? undefined : serializeList(list)
  },
  dictionary: (text) => {
    const members = parseDictionary(text)
    const repeats = lastWins(members) !== members || members.some(([, member]) => repeatsParameter(member))
    return repeats ? undefined : serializeDictionary(members)
  },
}

function bytesOf(value: string): Uint8Array {
  // Some runtimes decode field values as UTF-8. Cut to a byte, two characters would give one base.
  if (/[^\0-\xff]/.test(value)) {
    fail('MESSAGE_MALFORMED', 'a covered field holds a character that is no byte')
  }
  return Uint8Array.from(value, (char) => char.charCodeAt(0))
}

/** Whether a parameter is repeated, of the member or of what is in its list. */
const repeatsParameter = (member: Member): boolean =>
  lastWins(member.params) !== member.params || (member.kind === 'list' && member.items.some(repeatsParameter))

const repeated = (name: string): never =>
  fail('HEADER_DUPLICATE', `covered field "${name}" repeats a member or a parameter`)

/** The resolver of one field with its parameters. Throws `AUTH_MALFORMED` for parameters that exclude one another. */
function fieldResolver(
  name: string,
  parameters: { readonly sf?: boolean; readonly key?: string; readonly bs?: boolean; readonly tr?: boolean },
  types: FieldTypes,
  once: boolean,
): Resolve {
  const { sf, key, bs, tr } = parameters
  const lines = tr === true ? trailersOf : headersOf
  if (bs === true) {
    if (sf === true || key !== undefined) throw badComponent('component parameter "bs" excludes "sf" and "key"')
    return (message) => {
      const values = fieldValues(lines(message), name)
      if (values.length === 0) absentField(name)
      return values.map((value) => serializeBare({ type: 'binary', value: bytesOf(normalizeValue(value)) })).join(', ')
    }
  }
  const combined = plainField(name, lines)
  if (key !== undefined) {
    return (message) => {
      const found = dictionaryOf(name, combined(message)).get(key)
      if (!found) fail('COMPONENT_MISSING', `covered field "${name}" has no member ${JSON.stringify(key.slice(0, 64))}`)
      // Of a repeated member the last one is signed (RFC 9651 4.2.2): another reader takes the one that a hop has put before it.
      if (once && found[1]) repeated(name)
      found[2] ??= serializeMember(found[0])
      return found[2]
    }
  }
  if (sf === true) {
    const type = Object.hasOwn(types, name) ? types[name] : FIELD_TYPES[name]
    if (type === undefined) {
      throw badComponent(`the structured type of field "${name}" is unknown: state it in "fieldTypes"`)
    }
    // The strict form of what is repeated shows the last one alone: a reader of the field may take the first.
    return (message) => STRICT[type](combined(message)) ?? repeated(name)
  }
  return combined
}

// Read once per message: a signature may cover 64 members of one dictionary. By the text, which decides what is in there; not by
// the message, because a WeakMap with a new key for each costs more than a signature's base.
const dictionaries = /* @__PURE__ */ new Map<string, Dictionary>()
const MOST_DICTIONARIES = 8
const MAX_REMEMBERED = 16_384

/** The last member of each name, whether it, or a parameter of it, is repeated, and its strict form once that was asked for. */
type Dictionary = ReadonlyMap<string, [member: Member, repeats: boolean, strict?: string]>

function dictionaryOf(name: string, text: string): Dictionary {
  const known = dictionaries.get(text)
  // Stryker disable next-line ConditionalExpression: read anew, a text has the same members
  if (known !== undefined) return known
  const members = new Map<string, [Member, boolean]>()
  for (const [key, member] of parseDictionary(text))
    members.set(key, [member, members.has(key) || repeatsParameter(member)])
  // What carries credentials is not kept.
  // Stryker disable next-line ConditionalExpression,EqualityOperator,LogicalOperator,BlockStatement: what is kept shows in memory alone
  if (text.length <= MAX_REMEMBERED && memoFor(name) !== undefined) {
    // Stryker disable next-line ConditionalExpression,EqualityOperator: the same
    if (dictionaries.size >= MOST_DICTIONARIES) dictionaries.clear()
    dictionaries.set(text, members)
  }
  return members
}

const trailersOf = (message: HttpMessage): FieldLines => message.trailers ?? []

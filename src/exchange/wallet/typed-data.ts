import { keccak256 } from '../../crypto/backend/secp256k1.js'
import { concatBytes, utf8 } from '../../crypto/encoding.js'
import { fail, kindOf } from '../../errors.js'
import { isPlainObject } from '../../message/values.js'
import {
  DOMAIN_TYPE,
  domainFields,
  joinedBase,
  structEncoder,
  structText,
  type TypedData,
  type TypedDataField,
} from './typed-struct.js'
import { atomic, type Encode } from './typed-values.js'
import { wrong } from './wrong-value.js'

export { type TypedData, type TypedDataDomain, type TypedDataField, typedDataOf } from './typed-struct.js'

type Types = TypedData['types']

/** Lists and structs within one another. Types may name themselves, so depth is bounded where values are read. */
const MAX_DEPTH = 32
const MAX_ITEMS = 10_000
// Hyperliquid has a colon in the names of its structs.
const STRUCT_NAME = /^[A-Za-z_$][\w$:]{0,127}$/
const FIELD_NAME = /^[A-Za-z_$][\w$]{0,127}$/
const ARRAY = /^(.+)\[(\d{0,4})\]$/

/** The type of an item, whatever lists stand around it. */
function itemType(type: string): string {
  const found = ARRAY.exec(type)
  return found === null ? type : itemType(found[1] as string)
}

/** The members of one struct. @throws {CountersignError} `ARGUMENT_INVALID` for a name without one, and for members that are none. */
function fieldsOf(types: Types, name: string): readonly TypedDataField[] {
  const fields = Object.hasOwn(types, name) ? types[name] : undefined
  if (!Array.isArray(fields) || !STRUCT_NAME.test(name))
    return fail(
      'ARGUMENT_INVALID',
      `"types" must have a list of fields for "${name.slice(0, 64)}", got ${kindOf(fields)}`,
    )
  for (const [at, field] of fields.entries())
    if (!FIELD_NAME.test(String(field?.name)) || typeof field?.type !== 'string')
      fail('ARGUMENT_INVALID', `"types.${name}[${at}]" must be { name, type }, got ${kindOf(field)}`)
  if (new Set(fields.map((field) => field.name)).size < fields.length)
    fail('ARGUMENT_INVALID', `"types.${name}" must have each name once`)
  return fields
}

/** A struct and every other that it names, themselves in order of appearance. */
function reached(types: Types, name: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  if (seen.has(name)) return seen
  seen.add(name)
  for (const { type } of fieldsOf(types, name)) {
    const item = itemType(type)
    if (atomic(item) === undefined) reached(types, item, seen)
  }
  return seen
}

/** `encodeType`: the struct, and behind it those it names, by name. */
export function typeText(types: Types, name: string): string {
  const others = [...reached(types, name)].filter((one) => one !== name).sort()
  return [name, ...others].map((one) => structText(one, fieldsOf(types, one))).join('')
}

/** `keccak256(encodeType(name))`. */
export const typeHash = (types: Types, name: string): Uint8Array => keccak256(utf8(typeText(types, name)))

/** The structs of some typed data, each made ready once. */
function structs(types: Types): (name: string) => Encode {
  const ready = new Map<string, Encode>()

  const encoderOf = (type: string, depth: number): Encode => {
    if (depth > MAX_DEPTH) fail('ARGUMENT_INVALID', `the types must have at most ${MAX_DEPTH} levels`)
    const [, item, count] = ARRAY.exec(type) ?? []
    if (item === undefined)
      return (
        atomic(type) ??
        ((value, path) => {
          // A level is two characters at least.
          if (path.length > 2 * MAX_DEPTH && path.split('.').length > MAX_DEPTH)
            fail('ARGUMENT_INVALID', `"${path}" must have at most ${MAX_DEPTH} levels`)
          return encoderOfStruct(type)(value, path)
        })
      )
    const each = encoderOf(item, depth + 1)
    return (value, path) => {
      if (!Array.isArray(value)) return wrong(path, `a list of ${item}`, value)
      if (count !== '' && value.length !== Number(count))
        fail('ARGUMENT_INVALID', `"${path}" must have ${count} items, got ${value.length}`)
      if (value.length > MAX_ITEMS) fail('ARGUMENT_INVALID', `"${path}" must have at most ${MAX_ITEMS} items`)
      return keccak256(concatBytes(...value.map((one, at) => each(one, `${path}[${at}]`))))
    }
  }

  const encoderOfStruct = (name: string): Encode => {
    const known = ready.get(name)
    if (known !== undefined) return known
    const parts = fieldsOf(types, name).map((field) => [field.name, encoderOf(field.type, 0)] as const)
    const encode = structEncoder(name, typeText(types, name), parts)
    ready.set(name, encode)
    return encode
  }

  return encoderOfStruct
}

/** The members that a domain has, in the order of the standard, or in the one that its own type states. */
const domainType = ({ types, domain }: Omit<TypedData, 'message'>): readonly TypedDataField[] =>
  Object.hasOwn(types, DOMAIN_TYPE) ? (types[DOMAIN_TYPE] as readonly TypedDataField[]) : domainFields(domain)

/** `hashStruct` of the domain, for tables that compare it. */
export const domainSeparator = (typed: TypedData): Uint8Array =>
  structs({ ...typed.types, [DOMAIN_TYPE]: domainType(typed) })(DOMAIN_TYPE)(typed.domain, 'domain')

/** `hashStruct` of the message alone. */
export const hashStruct = ({ types, primaryType, message }: TypedData): Uint8Array =>
  structs(types)(primaryType)(message, 'message')

/**
 * What a wallet signs for typed data: `0x19 0x01`, the hash of the domain, the hash of the message. 66 bytes; the key hashes them
 * with Keccak-256.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` with the path of what does not fit its type, of a member that is not signed, and
 *   of a type that is none.
 * @see {@link https://eips.ethereum.org/EIPS/eip-712 | EIP-712}
 * @example
 * ```ts
 * import { typedDataBase, walletKey } from 'countersign/exchange/wallet'
 *
 * declare const privateKey: string
 * const signature = walletKey({ privateKey }).sign(
 *   typedDataBase({
 *     domain: { name: 'Example', version: '1', chainId: 1 },
 *     types: { Note: [{ name: 'text', type: 'string' }] },
 *     primaryType: 'Note',
 *     message: { text: 'hello' },
 *   }),
 * )
 * ```
 */
export function typedDataBase(typed: TypedData): Uint8Array {
  const { types, primaryType, message, domain } = Object(typed) as TypedData
  if (!isPlainObject(types)) return wrong('types', 'structs by name', types)
  if (!isPlainObject(domain)) return wrong('domain', 'an object', domain)
  if (typeof primaryType !== 'string') return wrong('primaryType', 'the name of a struct', primaryType)
  return readied(typed)(message, typed)
}

type Shape = Omit<TypedData, 'message'>

/** Hashes what does not depend on the message: the domain, and the types. */
function readied(shape: Shape): (message: unknown, typed: TypedData) => Uint8Array {
  const { types, primaryType, domain } = shape
  const hash = structs({ ...types, [DOMAIN_TYPE]: domainType(shape) })
  const separator = hash(DOMAIN_TYPE)(domain, 'domain')
  const encode = primaryType === DOMAIN_TYPE ? undefined : hash(primaryType)
  return (message, typed) => joinedBase(typed, separator, encode?.(message, 'message'))
}

/** {@link typedDataBase} for many messages of one type in one domain, neither of which may change afterwards. */
export function typedDataMaker(shape: Shape): (message: TypedData['message']) => Uint8Array {
  let made: ReturnType<typeof readied> | undefined
  return (message) => {
    made ??= readied(shape)
    return made(message, { ...shape, message })
  }
}

import { keccak256 } from '../../crypto/backend/secp256k1.js'
import { concatBytes, utf8 } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { fail, kindOf, nearest } from '../../errors.js'
import { isPlainObject } from '../../message/values.js'
import { atomic, type Encode, wrong } from './typed-values.js'

/** One member of a struct: its name, and its type as Solidity writes it. */
export interface TypedDataField {
  readonly name: string
  readonly type: string
}

/** What separates one use of a wallet from every other. Only the members that are there are signed. */
export interface TypedDataDomain {
  readonly name?: string
  readonly version?: string
  readonly chainId?: number | bigint | string
  readonly verifyingContract?: string
  readonly salt?: string | Uint8Array
}

/** Typed data as EIP-712 has it, and as `eth_signTypedData_v4`, viem and ethers take it. */
export interface TypedData {
  /** Structs by name. `EIP712Domain` may be left out: it follows from the domain. */
  readonly types: Readonly<Record<string, readonly TypedDataField[]>>
  readonly primaryType: string
  readonly domain: TypedDataDomain
  /** Integers are numbers, bigints, or text (decimal, or hexadecimal with `0x`); bytes and addresses hexadecimal with `0x`. */
  readonly message: Readonly<Record<string, unknown>>
}

type Types = TypedData['types']

// Members of a domain in the order in which the standard lists them ("Definition of domainSeparator").
const DOMAIN: readonly TypedDataField[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
  { name: 'salt', type: 'bytes32' },
]
const DOMAIN_TYPE = 'EIP712Domain'

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
  return [name, ...others]
    .map((one) => `${one}(${fieldsOf(types, one).map((field) => `${field.type} ${field.name}`)})`)
    .join('')
}

/** `keccak256(encodeType(name))`. */
export const typeHash = (types: Types, name: string): Uint8Array => keccak256(utf8(typeText(types, name)))

/** The structs of some typed data, each made ready once. */
function structs(types: Types): (name: string) => Encode {
  const ready = new Map<string, Encode>()

  const encoderOf = (type: string, depth: number): Encode => {
    if (depth > MAX_DEPTH) fail('ARGUMENT_INVALID', `the types must have at most ${MAX_DEPTH} levels`)
    const [, item, count] = ARRAY.exec(type) ?? []
    if (item === undefined) return atomic(type) ?? ((value, path) => structEncoder(type)(value, path))
    const each = encoderOf(item, depth + 1)
    return (value, path) => {
      if (!Array.isArray(value)) return wrong(path, `a list of ${item}`, value)
      if (count !== '' && value.length !== Number(count))
        fail('ARGUMENT_INVALID', `"${path}" must have ${count} items, got ${value.length}`)
      if (value.length > MAX_ITEMS) fail('ARGUMENT_INVALID', `"${path}" must have at most ${MAX_ITEMS} items`)
      return keccak256(concatBytes(...value.map((one, at) => each(one, `${path}[${at}]`))))
    }
  }

  const structEncoder = (name: string): Encode => {
    const known = ready.get(name)
    if (known !== undefined) return known
    const fields = fieldsOf(types, name)
    const ownHash = typeHash(types, name)
    const names = fields.map((field) => field.name)
    const parts = fields.map((field) => [field.name, encoderOf(field.type, 0)] as const)
    const encode: Encode = (value, path) => {
      if (!isPlainObject(value)) return wrong(path, `an object of type ${name}`, value)
      // A level is two characters at least.
      if (path.length > 2 * MAX_DEPTH && path.split('.').length > MAX_DEPTH)
        fail('ARGUMENT_INVALID', `"${path}" must have at most ${MAX_DEPTH} levels`)
      for (const given of Object.keys(value))
        if (!names.includes(given) && value[given] !== undefined) {
          const near = nearest(given, names)
          fail(
            'ARGUMENT_INVALID',
            `"${path}" must have no member "${given.slice(0, 64)}", which ${name} does not sign${near === undefined ? '' : `: did you mean "${near}"?`}`,
          )
        }
      const out = new Uint8Array(32 * (parts.length + 1))
      out.set(ownHash)
      let at = 0
      for (const [part, each] of parts) {
        at += 32
        out.set(each(value[part], `${path}.${part}`), at)
      }
      return keccak256(out)
    }
    ready.set(name, encode)
    return encode
  }

  return structEncoder
}

/** The members that a domain has, in the order of the standard, or in the one that its own type states. */
function domainType({ types, domain }: Omit<TypedData, 'message'>): readonly TypedDataField[] {
  if (Object.hasOwn(types, DOMAIN_TYPE)) return types[DOMAIN_TYPE] as readonly TypedDataField[]
  return DOMAIN.filter(({ name }) => domain[name as keyof TypedDataDomain] !== undefined)
}

/** `hashStruct` of the domain, for tables that compare it. */
export const domainSeparator = (typed: TypedData): Uint8Array =>
  structs({ ...typed.types, [DOMAIN_TYPE]: domainType(typed) })(DOMAIN_TYPE)(typed.domain, 'domain')

/** `hashStruct` of the message alone. */
export const hashStruct = ({ types, primaryType, message }: TypedData): Uint8Array =>
  structs(types)(primaryType)(message, 'message')

// Beside the bytes: a wallet that is asked over an interface of its own needs the data, not what is made of it.
const TYPED: WeakMap<object, TypedData> = /* @__PURE__ */ new WeakMap()

/** The typed data that a base was made of; `undefined` for any other base. */
export const typedDataOf = (base: Bytes): TypedData | undefined =>
  typeof base === 'string' ? undefined : TYPED.get(base)

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
  const base = readied(typed)(message)
  TYPED.set(base, typed)
  return base
}

type Shape = Omit<TypedData, 'message'>

/** Hashes what does not depend on the message: the domain, and the types. */
function readied(shape: Shape): (message: unknown) => Uint8Array {
  const { types, primaryType, domain } = shape
  const hash = structs({ ...types, [DOMAIN_TYPE]: domainType(shape) })
  const separator = hash(DOMAIN_TYPE)(domain, 'domain')
  const alone = primaryType === DOMAIN_TYPE
  const encode = alone ? undefined : hash(primaryType)
  return (message) => {
    const out = new Uint8Array(alone ? 34 : 66)
    out[0] = 0x19
    out[1] = 0x01
    out.set(separator, 2)
    if (encode !== undefined) out.set(encode(message, 'message'), 34)
    return out
  }
}

/** {@link typedDataBase} for many messages of one type in one domain, neither of which may change afterwards. */
export function typedDataMaker(shape: Shape): (message: TypedData['message']) => Uint8Array {
  let made: ReturnType<typeof readied> | undefined
  return (message) => {
    made ??= readied(shape)
    const base = made(message)
    TYPED.set(base, { ...shape, message })
    return base
  }
}

import { keccak256 } from '../../crypto/backend/secp256k1.js'
import { concatBytes, hexDecode, utf8 } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { fail, kindOf, nearest } from '../../errors.js'
import { isPlainObject } from '../../message/values.js'
import { addressBytes } from './address.js'
import { wellFormed } from './well-formed.js'

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
type Encode = (value: unknown, path: string) => Uint8Array

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
const INTEGER = /^(u?)int(\d{1,3})$/
const FIXED_BYTES = /^bytes(\d{1,2})$/

const wrong = (path: string, must: string, value: unknown): never =>
  fail('ARGUMENT_INVALID', `"${path}" must be ${must}, got ${kindOf(value)}`)

function integerOf(value: unknown, path: string, must: string): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value === 'string' && value.length <= 80 && /^(?:-?\d+|0x[0-9a-fA-F]+)$/.test(value)) return BigInt(value)
  return wrong(path, must, value)
}

/** 32 bytes, most significant first; a negative number as its two's complement. */
function word(value: bigint): Uint8Array {
  const out = new Uint8Array(32)
  let rest = BigInt.asUintN(256, value)
  for (let at = 31; rest > 0n; at--) {
    out[at] = Number(rest & 0xffn)
    rest >>= 8n
  }
  return out
}

/** Bytes as they are, or as hexadecimal with `0x`. */
function bytesOf(value: unknown, path: string, must: string): Uint8Array {
  if (value instanceof Uint8Array) return value
  const bytes =
    typeof value === 'string' && value.startsWith('0x') ? hexDecode(value.slice(2).toLowerCase()) : undefined
  return bytes ?? wrong(path, must, value)
}

/** A type without members. `undefined` for the name of a struct, and for what is no type. */
function atomic(type: string): Encode | undefined {
  if (type === 'string')
    return (value, path) =>
      keccak256(utf8(typeof value === 'string' ? wellFormed(value, path) : wrong(path, 'text', value)))
  if (type === 'bytes') return (value, path) => keccak256(bytesOf(value, path, 'bytes, or hexadecimal with 0x'))
  if (type === 'bool')
    return (value, path) => word(typeof value === 'boolean' ? BigInt(value) : wrong(path, 'true or false', value))
  if (type === 'address')
    return (value, path) => {
      const out = new Uint8Array(32)
      out.set(addressBytes(value, path), 12)
      return out
    }
  const fixed = Number(FIXED_BYTES.exec(type)?.[1] ?? 0)
  if (fixed >= 1 && fixed <= 32)
    return (value, path) => {
      const must = `${fixed} bytes, or as many as hexadecimal with 0x`
      const bytes = bytesOf(value, path, must)
      if (bytes.length !== fixed) fail('ARGUMENT_INVALID', `"${path}" must be ${must}, got ${bytes.length}`)
      // On the left: bytes are no number.
      const out = new Uint8Array(32)
      out.set(bytes)
      return out
    }
  const [, unsigned, size] = INTEGER.exec(type) ?? []
  const bits = Number(size ?? 0)
  if (bits < 8 || bits > 256 || bits % 8 !== 0 || size !== String(bits)) return undefined
  const [low, high] = unsigned === 'u' ? [0n, 1n << BigInt(bits)] : [-(1n << BigInt(bits - 1)), 1n << BigInt(bits - 1)]
  return (value, path) => {
    const must = `an integer that fits ${type}`
    const number = integerOf(value, path, must)
    if (number < low || number >= high) fail('ARGUMENT_INVALID', `"${path}" must be ${must}`)
    return word(number)
  }
}

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
      if (path.split('.').length > MAX_DEPTH)
        fail('ARGUMENT_INVALID', `"${path}" must have at most ${MAX_DEPTH} levels`)
      for (const given of Object.keys(value))
        if (!names.includes(given) && value[given] !== undefined) {
          const near = nearest(given, names)
          fail(
            'ARGUMENT_INVALID',
            `"${path}" must have no member "${given.slice(0, 64)}", which ${name} does not sign${near === undefined ? '' : `: did you mean "${near}"?`}`,
          )
        }
      return keccak256(concatBytes(ownHash, ...parts.map(([part, each]) => each(value[part], `${path}.${part}`))))
    }
    ready.set(name, encode)
    return encode
  }

  return structEncoder
}

/** The members that a domain has, in the order of the standard, or in the one that its own type states. */
function domainType({ types, domain }: TypedData): readonly TypedDataField[] {
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
  const all = { ...types, [DOMAIN_TYPE]: domainType(typed) }
  const hash = structs(all)
  const base = concatBytes(
    new Uint8Array([0x19, 0x01]),
    hash(DOMAIN_TYPE)(domain, 'domain'),
    primaryType === DOMAIN_TYPE ? new Uint8Array() : hash(primaryType)(message, 'message'),
  )
  TYPED.set(base, typed)
  return base
}

/**
 * What a wallet signs for a text: EIP-191 version `0x45`, the prefix with the length in bytes before it.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for anything but text or bytes.
 * @see {@link https://eips.ethereum.org/EIPS/eip-191 | EIP-191}
 * @example
 * ```ts
 * import { personalMessageBase, walletKey } from 'countersign/exchange/wallet'
 *
 * declare const privateKey: string
 * const signature = walletKey({ privateKey }).sign(personalMessageBase('hello'))
 * ```
 */
export function personalMessageBase(message: Bytes): Uint8Array {
  if (typeof message !== 'string' && !((message as unknown) instanceof Uint8Array))
    wrong('message', 'text or bytes', message)
  const bytes = typeof message === 'string' ? utf8(wellFormed(message, 'message')) : message
  return concatBytes(utf8(`\x19Ethereum Signed Message:\n${bytes.length}`), bytes)
}

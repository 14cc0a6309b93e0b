import { keccak256 } from '../../crypto/backend/secp256k1.js'
import { utf8 } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { isPlainObject } from '../../message/values.js'
import { assertNames } from './members.js'
import { atomic, type Encode } from './typed-values.js'
import { wrong } from './wrong-value.js'

/** One member of a struct: its name, and its type as Solidity writes it. */
export interface TypedDataField {
  /** Name of the member. */
  readonly name: string
  /** Its type, such as `uint256`. */
  readonly type: string
}

/** What separates one use of a wallet from every other. Only the members that are there are signed. */
export interface TypedDataDomain {
  /** Name of the application. */
  readonly name?: string
  /** Version of the application. */
  readonly version?: string
  /** Number of the chain. */
  readonly chainId?: number | bigint | string
  /** Address of the contract that checks it. */
  readonly verifyingContract?: string
  /** What tells two applications apart that are alike otherwise. */
  readonly salt?: string | Uint8Array
}

/** Typed data as EIP-712 has it, and as `eth_signTypedData_v4`, viem and ethers take it. */
export interface TypedData {
  /** Structs by name. `EIP712Domain` may be left out: it follows from the domain. */
  readonly types: Readonly<Record<string, readonly TypedDataField[]>>
  /** The struct that is signed. */
  readonly primaryType: string
  /** For which application and chain. */
  readonly domain: TypedDataDomain
  /** Integers are numbers, bigints, or text (decimal, or hexadecimal with `0x`); bytes and addresses hexadecimal with `0x`. */
  readonly message: Readonly<Record<string, unknown>>
}

// Members of a domain in the order in which the standard lists them ("Definition of domainSeparator").
const DOMAIN: readonly TypedDataField[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
  { name: 'salt', type: 'bytes32' },
]
export const DOMAIN_TYPE = 'EIP712Domain'

/** The members that a domain has, in that order. */
export const domainFields = (domain: TypedDataDomain): readonly TypedDataField[] =>
  DOMAIN.filter(({ name }) => domain[name as keyof TypedDataDomain] !== undefined)

/** A struct as `encodeType` writes it. */
export const structText = (name: string, fields: readonly TypedDataField[]): string =>
  `${name}(${fields.map((field) => `${field.type} ${field.name}`)})`

/**
 * `hashStruct` of values of one struct.
 *
 * @param type `encodeType` of the struct
 * @param parts what encodes each member, in their order
 */
export function structEncoder(
  name: string,
  type: string,
  parts: ReadonlyArray<readonly [name: string, encode: Encode]>,
): Encode {
  const ownHash = keccak256(utf8(type))
  const names = parts.map(([part]) => part)
  return (value, path) => {
    if (!isPlainObject(value)) return wrong(path, `an object of type ${name}`, value)
    const given = Object.keys(value).filter((one) => value[one] !== undefined)
    assertNames(given, path, names, `, which ${name} does not sign`)
    const out = new Uint8Array(32 * (parts.length + 1))
    out.set(ownHash)
    let at = 0
    for (const [part, each] of parts) {
      at += 32
      out.set(each(value[part], `${path}.${part}`), at)
    }
    return keccak256(out)
  }
}

// Beside the bytes: a wallet that is asked over an interface of its own needs the data, not what is made of it.
const TYPED: WeakMap<object, TypedData> = /* @__PURE__ */ new WeakMap()

/** The typed data that a base was made of; `undefined` for any other base. */
export const typedDataOf = (base: Bytes): TypedData | undefined =>
  typeof base === 'string' ? undefined : TYPED.get(base)

/** `0x19 0x01`, the hash of the domain, and that of the message unless the domain is the message. */
export function joinedBase(typed: TypedData, separator: Uint8Array, hash?: Uint8Array): Uint8Array {
  const out = new Uint8Array(hash === undefined ? 34 : 66)
  out[0] = 0x19
  out[1] = 0x01
  out.set(separator, 2)
  if (hash !== undefined) out.set(hash, 34)
  TYPED.set(out, typed)
  return out
}

/** Members of a struct as Solidity writes them, `uint64 time,string amount`. */
export const fieldsOf = (text: string): readonly TypedDataField[] =>
  text.split(',').map((one) => {
    const [type = '', name = ''] = one.split(' ')
    return { name, type }
  })

const flatEncoder = (name: string, fields: readonly TypedDataField[]): Encode =>
  structEncoder(
    name,
    structText(name, fields),
    fields.map((field) => [field.name, atomic(field.type) as Encode]),
  )

/**
 * What a wallet signs for a struct of a table of this package, whose members are no lists and no structs: where nothing else is
 * signed, a bundle holds nothing for either. Types and domain may not change afterwards.
 *
 * @param path what errors call the message
 * @throws {CountersignError} `ARGUMENT_INVALID` with the path of what does not fit its type, and of a member that is not signed.
 */
export function flatTypedData(
  primaryType: string,
  fields: readonly TypedDataField[],
  domain: TypedDataDomain,
  path: string,
): (message: TypedData['message']) => Uint8Array {
  const separator = flatEncoder(DOMAIN_TYPE, domainFields(domain))(domain, 'domain')
  const encode = flatEncoder(primaryType, fields)
  const types = { [primaryType]: fields }
  return (message) => joinedBase({ types, primaryType, domain, message }, separator, encode(message, path))
}

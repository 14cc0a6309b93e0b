import { keccak256 } from '../../crypto/backend/secp256k1.js'
import { hex, utf8 } from '../../crypto/encoding.js'
import { fail, kindOf } from '../../errors.js'
import { isPrintable } from '../../support/ascii.js'

/** The order of the field that Starknet counts in, whose elements are called felts. */
export const FELT_PRIME: bigint = /* @__PURE__ */ BigInt(
  '0x800000000000011000000000000000000000000000000000000000000000001',
)

const MAX_SHORT_STRING = 31
const MASK_250 = (1n << 250n) - 1n

/** A text of at most 31 characters of ASCII as the number that its bytes are. @throws {CountersignError} `ARGUMENT_INVALID`. */
export function shortString(text: string, path: string): bigint {
  if (text.length > MAX_SHORT_STRING || !isPrintable(text))
    fail('ARGUMENT_INVALID', `"${path}" must be at most ${MAX_SHORT_STRING} characters of ASCII`)
  return text === '' ? 0n : BigInt(`0x${hex(utf8(text))}`)
}

/**
 * A value as a felt: a number, digits, `0x` with hexadecimal digits, or any other text as a short string.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` with the path of what is none.
 */
export function feltOf(value: unknown, path: string): bigint {
  const felt =
    typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))
      ? BigInt(value)
      : typeof value !== 'string'
        ? fail('ARGUMENT_INVALID', `"${path}" must be a whole number or text, got ${kindOf(value)}`)
        : /^(?:0x[0-9a-fA-F]{1,64}|\d{1,77})$/.test(value)
          ? BigInt(value)
          : shortString(value, path)
  return felt >= 0n && felt < FELT_PRIME
    ? felt
    : fail('ARGUMENT_INVALID', `"${path}" must be from 0 to the order of Starknet's field`)
}

/** An element of the field from a number that may be negative. */
export const signedFelt = (value: bigint): bigint => (value < 0n ? FELT_PRIME + value : value)

/** Starknet's hash of a text: 250 bits of Keccak. Names of types are given so. */
export const starknetKeccak = (text: string): bigint => BigInt(`0x${hex(keccak256(utf8(text)))}`) & MASK_250

/** `0x` and digits without zeros before them, as Starknet writes numbers. */
export const feltText = (felt: bigint): string => `0x${felt.toString(16)}`

/** Felts, and lists of them that are hashed first. */
export type FeltTree = ReadonlyArray<bigint | FeltTree>

/** In front of a list it makes the others the leaves of a Merkle tree (SNIP-12, revision 1), which no struct could be. */
export const MERKLE: FeltTree = []

/** How lists are hashed: typed data of revision 0 in a chain of Pedersen hashes, later ones with Poseidon. */
export type FeltHash = 'pedersen' | 'poseidon'

const textOf = (tree: FeltTree): string =>
  `[${tree.map((one) => (typeof one === 'bigint' ? `"${feltText(one)}"` : textOf(one))).join()}]`

/** What a Stark key signs, as text: the hash, and what is hashed. The key does that, so that its library is nowhere else. */
export const feltBase = (hash: FeltHash, tree: FeltTree): string => `${hash}${textOf(tree)}`

const MAX_BASE = 65_536
const MAX_DEPTH = 8

function treeOf(value: unknown, depth: number): FeltTree | undefined {
  if (!Array.isArray(value) || depth > MAX_DEPTH) return undefined
  const out: Array<bigint | FeltTree> = []
  for (const one of value) {
    const found =
      typeof one === 'string' ? (/^0x[0-9a-f]{1,64}$/.test(one) ? BigInt(one) : undefined) : treeOf(one, depth + 1)
    if (found === undefined || (typeof found === 'bigint' && found >= FELT_PRIME)) return undefined
    out.push(found)
  }
  return out
}

/** The parts of {@link feltBase} again; `undefined` for any other text. */
export function readFeltBase(base: string): { readonly hash: FeltHash; readonly tree: FeltTree } | undefined {
  const hash = base.startsWith('pedersen[') ? 'pedersen' : base.startsWith('poseidon[') ? 'poseidon' : undefined
  if (hash === undefined || base.length > MAX_BASE || !/^[[\]",0-9a-fx]+$/.test(base.slice(8))) return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(base.slice(8))
  } catch {
    return undefined
  }
  const tree = treeOf(parsed, 0)
  return tree && { hash, tree }
}

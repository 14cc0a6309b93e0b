import { keccak256 } from '../../crypto/backend/secp256k1.js'
import { hexDecode, utf8 } from '../../crypto/encoding.js'
import { fail } from '../../errors.js'
import { addressBytes } from './address.js'
import { wellFormed } from './well-formed.js'
import { wrong } from './wrong-value.js'

/** The 32 bytes of a value, which errors call by its path. @throws {CountersignError} `ARGUMENT_INVALID`. */
export type Encode = (value: unknown, path: string) => Uint8Array

const INTEGER = /^(u?)int(\d{1,3})$/
const FIXED_BYTES = /^bytes(\d{1,2})$/

/** Refuses a value by its path. */
function integerOf(value: unknown, path: string, must: string): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value === 'string' && value.length <= 80 && /^(?:-?\d+|0x[0-9a-fA-F]+)$/.test(value)) return BigInt(value)
  return wrong(path, must, value)
}

/** 32 bytes, most significant first; a negative number as its two's complement. */
function word(value: bigint): Uint8Array {
  const out = new Uint8Array(32)
  const view = new DataView(out.buffer)
  let rest = BigInt.asUintN(256, value)
  for (let at = 24; rest > 0n; at -= 8) {
    view.setBigUint64(at, BigInt.asUintN(64, rest))
    rest >>= 64n
  }
  return out
}

/** The same for a whole number from 0 to 2^53. */
function smallWord(value: number): Uint8Array {
  const out = new Uint8Array(32)
  const view = new DataView(out.buffer)
  view.setUint32(24, Math.floor(value / 2 ** 32))
  view.setUint32(28, value % 2 ** 32)
  return out
}

/** The last value and its bytes: accounts, sides and networks are the same from one message to the next. */
function remembered(encode: Encode): Encode {
  let last: unknown
  let bytes: Uint8Array | undefined
  return (value, path) => {
    if (typeof value === 'string' && value === last && bytes !== undefined) return bytes
    const made = encode(value, path)
    last = value
    bytes = made
    return made
  }
}

/** Bytes as they are, or as hexadecimal with `0x`. */
function bytesOf(value: unknown, path: string, must: string): Uint8Array {
  if (value instanceof Uint8Array) return value
  const bytes =
    typeof value === 'string' && value.startsWith('0x') ? hexDecode(value.slice(2).toLowerCase()) : undefined
  return bytes ?? wrong(path, must, value)
}

/** A type without members. `undefined` for the name of a struct, and for what is no type. */
export function atomic(type: string): Encode | undefined {
  if (type === 'string')
    return remembered((value, path) =>
      keccak256(utf8(typeof value === 'string' ? wellFormed(value, path) : wrong(path, 'text', value))),
    )
  if (type === 'bytes') return (value, path) => keccak256(bytesOf(value, path, 'bytes, or hexadecimal with 0x'))
  if (type === 'bool')
    return (value, path) => word(typeof value === 'boolean' ? BigInt(value) : wrong(path, 'true or false', value))
  if (type === 'address')
    return remembered((value, path) => {
      const out = new Uint8Array(32)
      out.set(addressBytes(value, path), 12)
      return out
    })
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
    // Every type of 64 bits or more holds these.
    if (bits >= 64 && typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return smallWord(value)
    const must = `an integer that fits ${type}`
    const number = integerOf(value, path, must)
    if (number < low || number >= high) fail('ARGUMENT_INVALID', `"${path}" must be ${must}`)
    return word(number)
  }
}

import { utf8 } from '../../crypto/encoding.js'
import { fail, kindOf } from '../../errors.js'
import { isPlainObject } from '../../message/values.js'
import { wellFormed } from './well-formed.js'

const MAX_DEPTH = 32
const TWO_32 = 2 ** 32

/** Bytes that grow by doubling. */
class Writer {
  #bytes: Uint8Array = new Uint8Array(512)
  #view: DataView = new DataView(this.#bytes.buffer)
  #length = 0

  /** Where so many bytes may be written. */
  #room(count: number): number {
    const at = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length))
      grown.set(this.#bytes)
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    return at
  }

  byte(value: number): void {
    const at = this.#room(1)
    this.#bytes[at] = value
  }

  append(more: Uint8Array): void {
    const at = this.#room(more.length)
    this.#bytes.set(more, at)
  }

  /** Text of characters below 128 that is shorter than 32; false, and nothing written, for any other. */
  short(text: string): boolean {
    const count = text.length
    if (count >= 32) return false
    for (let at = 0; at < count; at++) if (text.charCodeAt(at) > 127) return false
    const from = this.#room(count + 1)
    this.#bytes[from] = 0xa0 | count
    for (let at = 0; at < count; at++) this.#bytes[from + 1 + at] = text.charCodeAt(at)
    return true
  }

  /** A number in 1, 2 or 4 bytes, most significant first, behind the byte that tells which; below 0 its two's complement. */
  small(first: number, size: number, value: number): void {
    const at = this.#room(1 + size)
    this.#bytes[at] = first
    if (size === 1) this.#bytes[at + 1] = value
    else if (size === 2) this.#view.setUint16(at + 1, value)
    else this.#view.setUint32(at + 1, value)
  }

  /** The same in 8 bytes. */
  wide(first: number, value: bigint): void {
    const at = this.#room(9)
    this.#bytes[at] = first
    this.#view.setBigUint64(at + 1, BigInt.asUintN(64, value))
  }

  taken(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }
}

/** The first bytes of a length of 1, 2 and 4 bytes; 0 where there is no such form. */
type Forms = readonly [one: number, two: number, four: number]

const TEXT: Forms = [0xd9, 0xda, 0xdb]
const LIST: Forms = [0, 0xdc, 0xdd]
const MAP: Forms = [0, 0xde, 0xdf]

/** The first byte of a short one, or that of the smallest form that holds the count, and the count. */
function length(out: Writer, count: number, short: number, below: number, [one, two, four]: Forms): void {
  if (count < below) out.byte(short | count)
  else if (count < 256 && one !== 0) out.small(one, 1, count)
  else if (count < 65_536) out.small(two, 2, count)
  else out.small(four, 4, count)
}

type Write = (out: Writer, value: never, path: string, depth: number) => void

const large = (out: Writer, value: bigint, path: string): void => {
  if (value < -(1n << 63n) || value >= 1n << 64n)
    fail('ARGUMENT_INVALID', `"${path}" must be an integer of at most 64 bits`)
  out.wide(value < 0n ? 0xd3 : 0xcf, value)
}

const integer = (out: Writer, value: number, path: string): void => {
  if (value >= -32 && value < 128) out.byte(value & 0xff)
  else if (value >= TWO_32 || value < -TWO_32 / 2) large(out, BigInt(value), path)
  else if (value >= 0) {
    if (value < 256) out.small(0xcc, 1, value)
    else if (value < 65_536) out.small(0xcd, 2, value)
    else out.small(0xce, 4, value)
  } else if (value >= -128) out.small(0xd0, 1, value)
  else if (value >= -32_768) out.small(0xd1, 2, value)
  else out.small(0xd2, 4, value)
}

const text = (out: Writer, value: string, path: string): void => {
  if (out.short(value)) return
  const bytes = utf8(wellFormed(value, path))
  length(out, bytes.length, 0xa0, 32, TEXT)
  out.append(bytes)
}

/** By what `typeof` says; lists and null are objects to it. */
const WRITE: Readonly<Record<string, Write>> = {
  boolean: (out, value: boolean) => out.byte(value ? 0xc3 : 0xc2),
  bigint: (out, value: bigint, path) =>
    value >= -0x80000000n && value < 0x100000000n ? integer(out, Number(value), path) : large(out, value, path),
  number: (out, value: number, path) => {
    // A number with a fraction has a float's bytes in one library and its text in another.
    if (!Number.isSafeInteger(value))
      fail('ARGUMENT_INVALID', `"${path}" must be an integer, or text such as "0.1", got another number`)
    integer(out, value, path)
  },
  string: text,
  object: (out, value: object | null, path, depth) => {
    if (value === null) out.byte(0xc0)
    else if (Array.isArray(value)) {
      length(out, value.length, 0x90, 16, LIST)
      for (const [at, one] of value.entries()) write(out, one, `${path}[${at}]`, depth + 1)
    } else if (isPlainObject(value)) {
      const members = Object.keys(value).filter((name) => value[name] !== undefined)
      length(out, members.length, 0x80, 16, MAP)
      for (const name of members) {
        text(out, name, path)
        write(out, value[name], `${path}.${name}`, depth + 1)
      }
    } else unwritable(value, path)
  },
}

const unwritable = (value: unknown, path: string): never =>
  fail('ARGUMENT_INVALID', `"${path}" must be something that JSON can say, got ${kindOf(value)}`)

function write(out: Writer, value: unknown, path: string, depth: number): void {
  if (depth > MAX_DEPTH) fail('ARGUMENT_INVALID', `"${path}" must have at most ${MAX_DEPTH} levels`)
  const one = WRITE[typeof value] ?? unwritable(value, path)
  one(out, value as never, path, depth)
}

/**
 * MessagePack of what JSON can say, each number and length in its smallest form, members in the order in which they stand: both are
 * signed where an exchange hashes it. Members that are `undefined` are left out.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` with the path of a number that is no integer of 64 bits, and of what JSON cannot say.
 * @see {@link https://github.com/msgpack/msgpack/blob/master/spec.md | MessagePack}
 *
 * @example
 * ```ts
 * import { messagePack } from 'countersign/exchange/wallet'
 *
 * console.assert(messagePack({ a: 1 }, 'action').length === 4)
 * ```
 */
export function messagePack(value: unknown, name: string): Uint8Array {
  const out = new Writer()
  write(out, value, name, 0)
  return out.taken()
}

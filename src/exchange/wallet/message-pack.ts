import { utf8 } from '../../crypto/encoding.js'
import { fail, kindOf } from '../../errors.js'
import { isPlainObject } from '../../message/values.js'
import { wellFormed } from './well-formed.js'

const MAX_DEPTH = 32

/** Bytes that grow by doubling. */
class Writer {
  #bytes: Uint8Array = new Uint8Array(256)
  #length = 0

  bytes(...values: readonly number[]): void {
    this.append(values)
  }

  append(more: ArrayLike<number>): void {
    if (this.#length + more.length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more.length))
      grown.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = grown
    }
    this.#bytes.set(more, this.#length)
    this.#length += more.length
  }

  /** An unsigned integer of some bytes, most significant first. */
  unsigned(value: bigint, size: number): void {
    for (let shift = BigInt(8 * (size - 1)); shift >= 0n; shift -= 8n) this.bytes(Number((value >> shift) & 0xffn))
  }

  taken(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }
}

/** One form of a length or a number: up to what it reaches, its first byte, and how many bytes follow. */
type Form = readonly [below: bigint, first: number, size: number]

const UNSIGNED: readonly Form[] = [
  [1n << 8n, 0xcc, 1],
  [1n << 16n, 0xcd, 2],
  [1n << 32n, 0xce, 4],
  [1n << 64n, 0xcf, 8],
]
// Negative numbers as far as the bytes reach, by their magnitude less one.
const SIGNED: readonly Form[] = [
  [1n << 7n, 0xd0, 1],
  [1n << 15n, 0xd1, 2],
  [1n << 31n, 0xd2, 4],
  [1n << 63n, 0xd3, 8],
]
const TEXT: readonly Form[] = [
  [1n << 8n, 0xd9, 1],
  [1n << 16n, 0xda, 2],
  [1n << 32n, 0xdb, 4],
]
const LIST: readonly Form[] = [
  [1n << 16n, 0xdc, 2],
  [1n << 32n, 0xdd, 4],
]
const MAP: readonly Form[] = [
  [1n << 16n, 0xde, 2],
  [1n << 32n, 0xdf, 4],
]

/** The first byte of a short one, or that of the smallest form that holds the count, and the count. */
function length(out: Writer, count: number, short: number, below: number, forms: readonly Form[]): void {
  if (count < below) out.bytes(short | count)
  else {
    const [, first, size] = forms.find(([most]) => BigInt(count) < most) as Form
    out.bytes(first)
    out.unsigned(BigInt(count), size)
  }
}

type Write = (out: Writer, value: never, path: string, depth: number) => void

const integer = (out: Writer, value: bigint, path: string): void => {
  if (value >= -32n && value < 128n) out.bytes(Number(value) & 0xff)
  else {
    const forms = value < 0n ? SIGNED : UNSIGNED
    const form = forms.find(([most]) => (value < 0n ? -value - 1n : value) < most)
    if (form === undefined) fail('ARGUMENT_INVALID', `"${path}" must be an integer of at most 64 bits`)
    out.bytes(form[1])
    out.unsigned(BigInt.asUintN(8 * form[2], value), form[2])
  }
}

const text = (out: Writer, value: string, path: string): void => {
  const bytes = utf8(wellFormed(value, path))
  length(out, bytes.length, 0xa0, 32, TEXT)
  out.append(bytes)
}

/** By what `typeof` says; lists and null are objects to it. */
const WRITE: Readonly<Record<string, Write>> = {
  boolean: (out, value: boolean) => out.bytes(value ? 0xc3 : 0xc2),
  bigint: integer,
  number: (out, value: number, path) => {
    // A number with a fraction has a float's bytes in one library and its text in another.
    if (!Number.isSafeInteger(value))
      fail('ARGUMENT_INVALID', `"${path}" must be an integer, or text such as "0.1", got another number`)
    integer(out, BigInt(value), path)
  },
  string: text,
  object: (out, value: object | null, path, depth) => {
    if (value === null) out.bytes(0xc0)
    else if (Array.isArray(value)) {
      length(out, value.length, 0x90, 16, LIST)
      for (const [at, one] of value.entries()) write(out, one, `${path}[${at}]`, depth + 1)
    } else if (isPlainObject(value)) {
      const members = Object.entries(value).filter(([, member]) => member !== undefined)
      length(out, members.length, 0x80, 16, MAP)
      for (const [name, member] of members) {
        text(out, name, path)
        write(out, member, `${path}.${name}`, depth + 1)
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
 */
export function messagePack(value: unknown, name: string): Uint8Array {
  const out = new Writer()
  write(out, value, name, 0)
  return out.taken()
}

import { utf8 } from '../../crypto/encoding.js'
import { fail } from '../../errors.js'
import { isPlainObject } from '../../message/values.js'
import { wellFormed } from './well-formed.js'
import { wrong } from './wrong-value.js'

const MAX_DEPTH = 32
const TWO_32 = 2 ** 32

/** Bytes that grow by doubling. */
class Writer {
  #bytes: Uint8Array = new Uint8Array(512)
  #length = 0

  /** Where so many bytes may be written. */
  #room(count: number): number {
    const at = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length))
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    return at
  }

  /** An integer in so many bytes, at most 4, most significant first; below 0 its two's complement. */
  bytes(size: number, value: number): void {
    const at = this.#room(size)
    for (let i = 0; i < size; i++) this.#bytes[at + i] = value >>> (8 * (size - 1 - i))
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

  taken(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }
}

/** The first byte of a text, list or map that is short, below how many it is one, and the first bytes before longer counts. */
type Forms = readonly [short: number, below: number, one: number, two: number, four: number]

// Only texts have a form of one byte.
const TEXT: Forms = [0xa0, 32, 0xd9, 0xda, 0xdb]
const LIST: Forms = [0x90, 16, 0, 0xdc, 0xdd]
const MAP: Forms = [0x80, 16, 0, 0xde, 0xdf]

function length(out: Writer, count: number, [short, below, one, two, four]: Forms): void {
  const size = count < below ? 0 : count < 256 && one !== 0 ? 1 : count < 65_536 ? 2 : 4
  out.bytes(1, [short | count, one, two, 0, four][size] as number)
  out.bytes(size, count)
}

type Write = (out: Writer, value: never, path: string, depth: number) => void

const large = (out: Writer, value: bigint, path: string): void => {
  if (value < -(1n << 63n) || value >= 1n << 64n)
    fail('ARGUMENT_INVALID', `"${path}" must be an integer of at most 64 bits`)
  out.bytes(1, value < 0n ? 0xd3 : 0xcf)
  out.bytes(4, Number(BigInt.asUintN(32, value >> 32n)))
  out.bytes(4, Number(BigInt.asUintN(32, value)))
}

const integer = (out: Writer, value: number, path: string): void => {
  // One bit of a negative number is its sign.
  const needed = value < 0 ? -2 * (value + 1) : value
  const form = needed < 256 ? 0 : needed < 65_536 ? 1 : 2
  if (needed >= TWO_32) large(out, BigInt(value), path)
  else if (value >= -32 && value < 128) out.bytes(1, value)
  else {
    out.bytes(1, (value < 0 ? 0xd0 : 0xcc) + form)
    out.bytes(1 << form, value)
  }
}

const text = (out: Writer, value: string, path: string): void => {
  if (out.short(value)) return
  const bytes = utf8(wellFormed(value, path))
  length(out, bytes.length, TEXT)
  out.append(bytes)
}

/** By what `typeof` says; lists and null are objects to it. */
const WRITE: Readonly<Record<string, Write>> = {
  boolean: (out, value: boolean) => out.bytes(1, value ? 0xc3 : 0xc2),
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
    if (value === null) out.bytes(1, 0xc0)
    else if (Array.isArray(value)) {
      length(out, value.length, LIST)
      for (const [at, one] of value.entries()) write(out, one, `${path}[${at}]`, depth + 1)
    } else if (isPlainObject(value)) {
      const members = Object.keys(value).filter((name) => value[name] !== undefined)
      length(out, members.length, MAP)
      for (const name of members) {
        text(out, name, path)
        write(out, value[name], `${path}.${name}`, depth + 1)
      }
    } else wrong(path, 'something that JSON can say', value)
  },
}

function write(out: Writer, value: unknown, path: string, depth: number): void {
  if (depth > MAX_DEPTH) fail('ARGUMENT_INVALID', `"${path}" must have at most ${MAX_DEPTH} levels`)
  const one = WRITE[typeof value] ?? wrong(path, 'something that JSON can say', value)
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

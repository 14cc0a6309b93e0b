import { base64, base64Decode, concatBytes, utf8, utf8Decode } from '../../crypto/encoding.js'
import { fail, nearest } from '../../errors.js'
import { isObject } from '../spec/json-text.js'
import { wellFormed } from './well-formed.js'
import { wrong } from './wrong-value.js'

// Protocol Buffers, version 3, as far as transactions of the Cosmos SDK need them.
// https://protobuf.dev/programming-guides/encoding/

type Scalar = 'string' | 'bytes' | 'bool' | 'uint32' | 'uint64' | 'fixed32'

/** Kind of a field: a scalar, the names of an enumeration by their numbers, or the fields of a message. */
type Kind = Scalar | readonly string[] | ProtoMessage

/**
 * A field: its number, its kind, and `repeated`, or the name of the group of which only one field may be there. Such a field is
 * written whatever its value is.
 */
export type ProtoField = readonly [number: number, kind: Kind, more?: 'repeated' | `one of ${string}`]

/** Fields by the names of the `.proto` file, in the order in which they are written: that of the file. */
export interface ProtoMessage {
  readonly [name: string]: ProtoField
}

/** What a message says: integers of 64 bits as text, bytes as base64, enumerations by name. */
export type ProtoValue = Readonly<Record<string, unknown>>

const VARINT = 0
const LENGTH = 2
const FIXED32 = 5
const MAX_UINT32 = 0xffff_ffff
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn

const wireOf = (kind: Kind): number =>
  Array.isArray(kind) || kind === 'bool' || kind === 'uint32' || kind === 'uint64'
    ? VARINT
    : kind === 'fixed32'
      ? FIXED32
      : LENGTH

const isEnum = (kind: Kind): kind is readonly string[] => Array.isArray(kind)
const isMessage = (kind: Kind): kind is ProtoMessage => isObject(kind)
/** Numbers of a list stand in one field, without their own. */
const isPacked = (kind: Kind, more: ProtoField[2]): boolean => more === 'repeated' && wireOf(kind) !== LENGTH

function varint(value: bigint): Uint8Array {
  const out: number[] = []
  let rest = value
  do {
    out.push(Number(rest & 127n) | (rest > 127n ? 128 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return new Uint8Array(out)
}

/** An integer in every spelling that is one. */
function integerOf(value: unknown, max: bigint, path: string): bigint {
  if (typeof value === 'bigint' && value >= 0n && value <= max) return value
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && BigInt(value) <= max)
    return BigInt(value)
  if (typeof value === 'string' && /^(?:0|[1-9]\d{0,19})$/.test(value) && BigInt(value) <= max) return BigInt(value)
  return wrong(path, `an integer from 0 to ${max}, as a number or digits`, value)
}

const numberWriters: Readonly<Record<'bool' | 'uint32' | 'uint64', (value: unknown, path: string) => bigint>> = {
  bool: (value, path) => (typeof value === 'boolean' ? BigInt(value) : wrong(path, 'true or false', value)),
  uint32: (value, path) => integerOf(value, BigInt(MAX_UINT32), path),
  uint64: (value, path) => integerOf(value, MAX_UINT64, path),
}

function enumNumber(names: readonly string[], value: unknown, path: string): bigint {
  const at = names.indexOf(value as string)
  if (at >= 0) return BigInt(at)
  const near = typeof value === 'string' ? nearest(value, names) : undefined
  return near === undefined
    ? wrong(path, `one of ${names.join(', ')}`, value)
    : fail('ARGUMENT_INVALID', `"${path}" must be one of ${names.join(', ')}: did you mean "${near}"?`)
}

/** The value of a field without its number and length. */
function writeValue(kind: Kind, value: unknown, path: string): Uint8Array {
  if (isEnum(kind)) return varint(enumNumber(kind, value, path))
  if (isMessage(kind)) return writeProto(kind, value, path)
  if (kind === 'string') return typeof value === 'string' ? utf8(wellFormed(value, path)) : wrong(path, 'text', value)
  if (kind === 'bytes') {
    const bytes = value instanceof Uint8Array ? value : typeof value === 'string' ? base64Decode(value) : undefined
    return bytes ?? wrong(path, 'bytes, or text in base64', value)
  }
  if (kind !== 'fixed32') return varint(numberWriters[kind](value, path))
  const out = new Uint8Array(4)
  new DataView(out.buffer).setUint32(0, Number(integerOf(value, BigInt(MAX_UINT32), path)), true)
  return out
}

/** True for what is not written: it is what a field that is not there reads as. */
const isDefault = (kind: Kind, bytes: Uint8Array): boolean =>
  !isMessage(kind) && (wireOf(kind) === LENGTH ? bytes.length === 0 : bytes.every((byte) => byte === 0))

function fieldOf(number: number, wire: number, value: Uint8Array): Uint8Array {
  const tag = varint(BigInt(number * 8 + wire))
  return wire === LENGTH ? concatBytes(tag, varint(BigInt(value.length)), value) : concatBytes(tag, value)
}

/**
 * A message in bytes, always the same ones: fields in the order of the table, and none that has its default.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` with the path of what does not fit.
 */
export function writeProto(message: ProtoMessage, value: unknown, path: string): Uint8Array {
  if (!isObject(value)) return wrong(path, 'an object', value)
  assertNames(message, value, path)
  const parts: Uint8Array[] = []
  const groups = new Set<string>()
  for (const [name, [number, kind, more]] of Object.entries(message)) {
    const one = value[name]
    if (one === undefined) continue
    const at = `${path}.${name}`
    if (more === 'repeated') {
      if (!Array.isArray(one)) return wrong(at, 'a list', one)
      const items = one.map((item, index) => writeValue(kind, item, `${at}[${index}]`))
      if (!isPacked(kind, more)) parts.push(...items.map((item) => fieldOf(number, LENGTH, item)))
      else if (items.length > 0) parts.push(fieldOf(number, LENGTH, concatBytes(...items)))
      continue
    }
    const bytes = writeValue(kind, one, at)
    if (more !== undefined) {
      if (groups.has(more)) fail('ARGUMENT_INVALID', `"${at}" must not stand beside another ${more.slice(7)}`)
      groups.add(more)
    }
    if (more !== undefined || !isDefault(kind, bytes)) parts.push(fieldOf(number, wireOf(kind), bytes))
  }
  return concatBytes(...parts)
}

function assertNames(message: ProtoMessage, value: ProtoValue, path: string): void {
  for (const name of Object.keys(value))
    if (!Object.hasOwn(message, name)) {
      const near = nearest(name, Object.keys(message))
      fail(
        'ARGUMENT_INVALID',
        `"${path}" must have no member "${name.slice(0, 64)}"${near === undefined ? '' : `: did you mean "${near}"?`}`,
      )
    }
}

const malformed = (why: string): never => fail('AUTH_MALFORMED', `the transaction must ${why}`)

/** Reads bytes in order. */
interface Cursor {
  readonly bytes: Uint8Array
  at: number
}

function readVarint(cursor: Cursor, max: bigint): bigint {
  let value = 0n
  for (let shift = 0n; ; shift += 7n) {
    const byte = cursor.bytes[cursor.at++]
    if (byte === undefined || shift > 63n) return malformed('have whole numbers')
    value |= BigInt(byte & 127) << shift
    if (byte >= 128) continue
    // One number has one spelling: no zeros at its end.
    if ((byte === 0 && shift > 0n) || value > max) return malformed('have numbers in their shortest form')
    return value
  }
}

function readSlice(cursor: Cursor, length: number): Uint8Array {
  const end = cursor.at + length
  if (end > cursor.bytes.length) return malformed('be whole')
  const slice = cursor.bytes.subarray(cursor.at, end)
  cursor.at = end
  return slice
}

const readLength = (cursor: Cursor): Uint8Array => readSlice(cursor, Number(readVarint(cursor, BigInt(MAX_UINT32))))

function readValue(kind: Kind, cursor: Cursor): unknown {
  if (isEnum(kind)) return kind[Number(readVarint(cursor, BigInt(kind.length - 1)))]
  if (isMessage(kind)) return readProto(kind, readLength(cursor))
  if (kind === 'string') return utf8Decode(readLength(cursor)) ?? malformed('have texts in UTF-8')
  if (kind === 'bytes') return base64(readLength(cursor))
  if (kind === 'bool') return readVarint(cursor, 1n) === 1n
  if (kind === 'uint32') return Number(readVarint(cursor, BigInt(MAX_UINT32)))
  if (kind === 'uint64') return String(readVarint(cursor, MAX_UINT64))
  const slice = readSlice(cursor, 4)
  return new DataView(slice.buffer, slice.byteOffset, 4).getUint32(0, true)
}

function readPacked(kind: Kind, cursor: Cursor): unknown[] {
  const inside: Cursor = { bytes: readLength(cursor), at: 0 }
  const items: unknown[] = []
  while (inside.at < inside.bytes.length) items.push(readValue(kind, inside))
  return items
}

/**
 * The message that bytes are: every field known and of its kind, once unless it is a list, in any order. What is not there is
 * `undefined`.
 *
 * @throws {CountersignError} `AUTH_MALFORMED`.
 */
export function readProto(message: ProtoMessage, bytes: Uint8Array): ProtoValue {
  const fields = new Map(Object.entries(message).map(([name, field]) => [field[0], [name, field] as const]))
  const out: Record<string, unknown> = Object.create(null)
  const cursor: Cursor = { bytes, at: 0 }
  const groups = new Set<string>()
  while (cursor.at < bytes.length) {
    const tag = Number(readVarint(cursor, BigInt(MAX_UINT32)))
    const found = fields.get(tag >>> 3)
    if (found === undefined) return malformed('have no fields that are not known here')
    const [name, [, kind, more]] = found
    const packed = isPacked(kind, more)
    if ((tag & 7) !== (packed ? LENGTH : wireOf(kind))) return malformed('have fields of their kind')
    const list = more === 'repeated' && !packed
    if (!list && out[name] !== undefined) return malformed('have each field once')
    if (packed) out[name] = readPacked(kind, cursor)
    else if (!list) out[name] = readValue(kind, cursor)
    else if (out[name] === undefined) out[name] = [readValue(kind, cursor)]
    else (out[name] as unknown[]).push(readValue(kind, cursor))
    if (more === undefined || more === 'repeated') continue
    if (groups.has(more)) return malformed('have one field of each choice')
    groups.add(more)
  }
  return out
}

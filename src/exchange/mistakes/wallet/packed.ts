import { concatBytes, utf8 } from '../../../crypto/encoding.js'
import { isInteger } from '../../../errors.js'
import { messagePack } from '../../wallet/message-pack.js'

/** Bytes of a value in another form than the smallest; `undefined` for those that are as they should be. */
export type Leaf = (value: unknown, name: string) => Uint8Array | undefined

const header = (count: number, short: number, long: number): Uint8Array =>
  count < 16 ? new Uint8Array([short | count]) : new Uint8Array([long, count >> 8, count & 255])

/** MessagePack as another library writes it. What is too large for it is not written. */
export function packedWith(value: unknown, leaf: Leaf, name = ''): Uint8Array {
  const own = leaf(value, name)
  if (own !== undefined) return own
  if (Array.isArray(value))
    return concatBytes(header(value.length, 0x90, 0xdc), ...value.map((one) => packedWith(one, leaf, name)))
  if (typeof value !== 'object' || value === null) return messagePack(value, 'action')
  const members = Object.entries(value).filter(([, one]) => one !== undefined)
  return concatBytes(
    header(members.length, 0x80, 0xde),
    ...members.flatMap(([key, one]) => [messagePack(key, 'action'), packedWith(one, leaf, key)]),
  )
}

/** A number as a float of 64 bits. */
export function float64(value: number): Uint8Array {
  const out = new Uint8Array(9)
  out[0] = 0xcb
  new DataView(out.buffer).setFloat64(1, value)
  return out
}

/** Eight bytes, most significant first, or last. */
export function eightBytes(value: number, little = false): Uint8Array {
  const out = new Uint8Array(8)
  new DataView(out.buffer).setBigUint64(0, BigInt(value), little)
  return out
}

const uint64 = (value: number): Uint8Array => concatBytes(new Uint8Array([0xcf]), eightBytes(value))
const isCount = (value: unknown): value is number => isInteger(value, 0)

/** Other writers, by what they do. */
export const OTHER_PACKERS: ReadonlyArray<readonly [detail: string, pack: (action: object) => Uint8Array]> = [
  [
    'integers of 2^32 and more as floats',
    (action) => packedWith(action, (value) => (isCount(value) && value >= 2 ** 32 ? float64(value) : undefined)),
  ],
  ['every number as a float', (action) => packedWith(action, (value) => (isCount(value) ? float64(value) : undefined))],
  ['every number in 64 bits', (action) => packedWith(action, (value) => (isCount(value) ? uint64(value) : undefined))],
  ['JSON', (action) => utf8(JSON.stringify(action))],
]

import { describe, expect, test } from 'vitest'
import { hex } from '../../../../src/crypto/encoding.js'
import { messagePack } from '../../../../src/exchange/wallet/index.js'
import { withCode } from '../../../expect-code.js'

// The formats of the specification, each at both of its ends.
const FORMS: ReadonlyArray<readonly [value: unknown, bytes: string]> = [
  [null, 'c0'],
  [false, 'c2'],
  [true, 'c3'],
  [0, '00'],
  [127, '7f'],
  [128, 'cc80'],
  [255, 'ccff'],
  [256, 'cd0100'],
  [65_535, 'cdffff'],
  [65_536, 'ce00010000'],
  [4_294_967_295, 'ceffffffff'],
  [4_294_967_296, 'cf0000000100000000'],
  [2n ** 64n - 1n, 'cfffffffffffffffff'],
  [-1, 'ff'],
  [-32, 'e0'],
  [-33, 'd0df'],
  [-128, 'd080'],
  [-129, 'd1ff7f'],
  [-32_768, 'd18000'],
  [-32_769, 'd2ffff7fff'],
  [-2_147_483_648, 'd280000000'],
  [-2_147_483_649, 'd3ffffffff7fffffff'],
  [-(2n ** 63n), 'd38000000000000000'],
  ['', 'a0'],
  ['ä', 'a2c3a4'],
  ['a'.repeat(31), `bf${'61'.repeat(31)}`],
  ['a'.repeat(32), `d920${'61'.repeat(32)}`],
  ['a'.repeat(255), `d9ff${'61'.repeat(255)}`],
  ['a'.repeat(256), `da0100${'61'.repeat(256)}`],
  [[], '90'],
  [Array(15).fill(0), `9f${'00'.repeat(15)}`],
  [Array(16).fill(0), `dc0010${'00'.repeat(16)}`],
  [{}, '80'],
  [{ b: 1, a: [true] }, '82a16201a16191c3'],
  [{ a: undefined, b: 1 }, '81a16201'],
]

describe('MessagePack', () => {
  test.each(FORMS)('the bytes of form %# are as the specification has them', (value, bytes) =>
    expect(hex(messagePack(value, 'action'))).toBe(bytes),
  )

  test('a map of sixteen has a length of two bytes, and long texts one of four', () => {
    const map = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`k${at}`, at]))
    expect(hex(messagePack(map, 'action')).slice(0, 6)).toBe('de0010')
    expect(hex(messagePack('a'.repeat(65_536), 'action').subarray(0, 5))).toBe('db00010000')
    expect(messagePack(Array(70_000).fill(1), 'action').subarray(0, 5)).toEqual(
      Uint8Array.from([0xdd, 0, 1, 0x11, 0x70]),
    )
  })

  test.each([
    ['a fraction', 0.1],
    ['a number that is none', Number.NaN],
    ['an integer that a number cannot hold', 2 ** 53],
    ['an integer of 65 bits', 2n ** 64n],
    ['a negative one', -(2n ** 63n) - 1n],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a function', () => 1],
    ['undefined', undefined],
    ['a symbol', Symbol('x')],
  ])('%s is refused by its path', (_, value) => {
    expect(() => messagePack({ orders: [value] }, 'action')).toThrow(withCode('ARGUMENT_INVALID', '"action.orders[0]"'))
  })
})

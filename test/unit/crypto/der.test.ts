import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bitString,
  derReader,
  integer,
  MAX_DER,
  octetString,
  sequence,
  smallInteger,
  TAG,
  tlv,
} from '../../../src/crypto/format/der.js'
import { isCountersignError } from '../../../src/errors.js'
import { codeOf } from '../../expect-code.js'
import { bytes, hexOf } from './key-files.js'

describe('what is not DER is refused', () => {
  const refused: readonly [name: string, hex: string, read: (hex: string) => unknown][] = [
    ['nothing', '', (hex) => derReader(bytes(hex)).octets()],
    ['a tag without length', '04', (hex) => derReader(bytes(hex)).octets()],
    ['another tag', '0401aa', (hex) => derReader(bytes(hex)).integer()],
    ['fewer bytes than the length says', '0402aa', (hex) => derReader(bytes(hex)).octets()],
    ['indefinite length', '30800201010000', (hex) => derReader(bytes(hex)).inside()],
    ['a long length that fits the short form', `04817f${'aa'.repeat(127)}`, (hex) => derReader(bytes(hex)).octets()],
    ['a length with a leading zero', `048200ff${'aa'.repeat(255)}`, (hex) => derReader(bytes(hex)).octets()],
    ['a length of three bytes', `0483010000${'aa'.repeat(10)}`, (hex) => derReader(bytes(hex)).octets()],
    ['a cut length', '0482ff', (hex) => derReader(bytes(hex)).octets()],
    ['an empty integer', '0200', (hex) => derReader(bytes(hex)).integer()],
    ['a negative integer', '0201ff', (hex) => derReader(bytes(hex)).integer()],
    ['an integer with a needless zero', '0202007f', (hex) => derReader(bytes(hex)).integer()],
    ['an integer above the bound', '02020100', (hex) => derReader(bytes(hex)).small(255)],
    ['an integer above any bound', `0208${'7f'.repeat(8)}`, (hex) => derReader(bytes(hex)).small(2 ** 40)],
    ['unused bits in a bit string', '030201aa', (hex) => derReader(bytes(hex)).bits()],
    ['an empty bit string', '0300', (hex) => derReader(bytes(hex)).bits()],
  ]
  test.each(refused)('DER that is refused: %s', async (_name, hex, read) => {
    expect(await codeOf(() => read(hex))).toBe('KEY_MALFORMED')
  })

  test('bytes after the last value are refused', async () => {
    const reader = derReader(bytes('0401aa00'))
    expect(reader.octets()).toEqual(bytes('aa'))
    expect(await codeOf(() => reader.end())).toBe('KEY_MALFORMED')
  })

  test('more than any key needs', async () => {
    expect(await codeOf(() => derReader(new Uint8Array(MAX_DER + 1)))).toBe('KEY_MALFORMED')
  })
})

test('what is written reads back', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 700 }),
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      (octets, magnitude) => {
        const outer = derReader(sequence(octetString(octets), integer(magnitude), bitString(octets)))
        const inside = outer.inside()
        outer.end()
        expect(inside.octets()).toEqual(octets)
        expect(BigInt(`0x${hexOf(inside.integer())}`)).toBe(BigInt(`0x${hexOf(magnitude)}`))
        expect(inside.bits()).toEqual(octets)
        inside.end()
      },
    ),
  )
})

test.each([
  [0, '020100'],
  [1, '020101'],
  [127, '02017f'],
  [128, '02020080'],
  [600_000, '02030927c0'],
  [0xffffffff, '020500ffffffff'],
])('the integer %i is written and read as DER has it', (value, der) => {
  expect(hexOf(smallInteger(value))).toBe(der)
  expect(derReader(bytes(der)).small(value)).toBe(value)
})

test('lengths switch form where DER wants it', () => {
  expect(hexOf(tlv(TAG.octetString, new Uint8Array(127)).subarray(0, 2))).toBe('047f')
  expect(hexOf(tlv(TAG.octetString, new Uint8Array(128)).subarray(0, 3))).toBe('048180')
  expect(hexOf(tlv(TAG.octetString, new Uint8Array(256)).subarray(0, 4))).toBe('04820100')
})

test('random bytes are read or refused with KEY_MALFORMED, never anything else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
      const reader = derReader(noise)
      try {
        for (const read of [reader.oid, reader.octets, reader.integer, reader.bits]) read()
      } catch (error) {
        expect(isCountersignError(error, 'KEY_MALFORMED')).toBe(true)
      }
    }),
  )
})

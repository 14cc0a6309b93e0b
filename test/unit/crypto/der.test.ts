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

test.each([
  ['an indefinite length', '3080', 'a definite length'],
  ['a length that was cut', '0482ff', 'a definite length'],
  ['a length of three bytes that would fit', `0483000080${'aa'.repeat(128)}`, 'a definite length'],
  ['a length of one byte that fits the short form', `04817f${'aa'.repeat(127)}`, 'a minimal length'],
  ['a length of two bytes that fits one', `048200ff${'aa'.repeat(255)}`, 'a minimal length'],
  ['a length alone', '048180', 'all its bytes'],
  ['another tag', '040101', 'tag 2'],
  ['nothing', '', 'tag 2'],
])('the refusal of %s says what was expected', (_, hex, expected) => {
  const reader = derReader(bytes(hex))
  const tag = hex.startsWith('3') ? TAG.sequence : expected === 'tag 2' ? TAG.integer : TAG.octetString
  expect(() => reader.next(tag)).toThrow(`key must be DER with ${expected}`)
})

test.each([127, 128, 255, 256, MAX_DER - 4])('a value of %i bytes is read', (size) => {
  expect(derReader(tlv(TAG.octetString, new Uint8Array(size).fill(1))).octets()).toHaveLength(size)
})

test.each([
  ['020100', '00'],
  ['0202007f', undefined],
  ['02020080', '80'],
  ['02027fff', '7fff'],
  ['0203008000', '8000'],
])('the integer %s is read without the byte of its sign', (hex, magnitude) => {
  if (magnitude === undefined) expect(() => derReader(bytes(hex)).integer()).toThrow('a minimal integer')
  else expect(hexOf(derReader(bytes(hex)).integer())).toBe(magnitude)
})

test('a bound may be reached by an integer, and not exceeded', () => {
  expect(derReader(bytes('020107')).small(7)).toBe(7)
  expect(() => derReader(bytes('020108')).small(7)).toThrow('an integer up to 7')
  expect(() => derReader(bytes(`0209${'7f'.repeat(9)}`)).small(2 ** 40)).toThrow('an integer up to')
})

test.each([
  ['', '0200'],
  ['00', '020100'],
  ['0000', '020100'],
  ['0001', '020101'],
  ['00ff', '020200ff'],
  ['80', '02020080'],
])('the magnitude %j is written in its shortest form', (magnitude, der) => {
  expect(hexOf(integer(bytes(magnitude)))).toBe(der)
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

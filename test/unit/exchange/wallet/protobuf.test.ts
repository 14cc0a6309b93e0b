import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hex, hexDecode } from '../../../../src/crypto/encoding.js'
import { type ProtoMessage, readProto, writeProto } from '../../../../src/exchange/wallet/protobuf.js'
import { withCode } from '../../../expect-code.js'

const INNER = { text: [1, 'string'], number: [2, 'uint32'] } as const satisfies ProtoMessage
const ALL = {
  text: [1, 'string'],
  bytes: [2, 'bytes'],
  flag: [3, 'bool'],
  small: [4, 'uint32'],
  large: [5, 'uint64'],
  fixed: [6, 'fixed32'],
  kind: [7, ['NONE', 'ONE', 'TWO']],
  inner: [8, INNER],
  inners: [9, INNER, 'repeated'],
  numbers: [10, 'uint64', 'repeated'],
  left: [11, 'uint32', 'one of side'],
  right: [12, 'fixed32', 'one of side'],
  far: [2047, 'string'],
} as const satisfies ProtoMessage

const write = (value: object, message: ProtoMessage = ALL): string => hex(writeProto(message, value, 'value'))
const read = (text: string): object => ({ ...readProto(ALL, hexDecode(text) as Uint8Array) })

describe('what is written', () => {
  test.each([
    ['text', { text: 'é' }, '0a02c3a9'],
    ['bytes, as base64 too', { bytes: 'AQI=' }, '12020102'],
    ['a flag', { flag: true }, '1801'],
    ['integers in every spelling', { small: 300, large: '18446744073709551615' }, '20ac0228ffffffffffffffffff01'],
    ['four bytes, the lowest first', { fixed: 1 }, '3501000000'],
    ['the number of a name', { kind: 'TWO' }, '3802'],
    ['an empty message', { inner: {} }, '4200'],
    ['a list of messages', { inners: [{ text: 'a' }, {}] }, '4a030a01614a00'],
    ['a list of numbers in one field', { numbers: [1, 300n, '2'] }, '520401ac0202'],
    ['a choice whatever its value is', { left: 0 }, '5800'],
    ['no defaults', { text: '', flag: false, small: 0, large: '0', fixed: 0, kind: 'NONE', numbers: [] }, ''],
    ['a number of two bytes', { far: 'x' }, 'fa7f0178'],
  ])('a message is written with %s', (_, value, bytes) => {
    expect(write(value)).toBe(bytes)
  })

  test.each([
    [{ texts: 'a' }, 'did you mean "text"?'],
    [{ text: 1 }, '"value.text" must be text'],
    [{ text: '\ud800' }, 'surrogate'],
    [{ bytes: '%' }, '"value.bytes" must be bytes, or text in base64'],
    [{ flag: 1 }, '"value.flag" must be true or false'],
    [{ small: -1 }, '"value.small" must be an integer from 0'],
    [{ small: 4294967296 }, '"value.small" must be'],
    [{ small: 0.5 }, '"value.small" must be'],
    [{ large: 2 ** 53 }, '"value.large" must be'],
    [{ large: '01' }, '"value.large" must be'],
    [{ large: '18446744073709551616' }, '"value.large" must be'],
    [{ kind: 'TOW' }, 'did you mean "TWO"?'],
    [{ kind: 2 }, '"value.kind" must be one of'],
    [{ inner: [] }, '"value.inner" must be an object'],
    [{ inner: { txt: '' } }, '"value.inner" must have no member "txt"'],
    [{ inners: {} }, '"value.inners" must be a list'],
    [{ left: 1, right: 1 }, '"value.right" must not stand beside another side'],
  ])('the value %j is refused', (value, text) => {
    expect(() => write(value)).toThrow(withCode('ARGUMENT_INVALID'))
    expect(() => write(value)).toThrow(text)
  })
})

describe('what is read', () => {
  test('fields in any order, as the official client writes some messages', () => {
    expect(read('18010a0161')).toEqual({ flag: true, text: 'a' })
  })

  test.each([
    ['a field that is not known', '6801'],
    ['a field of another kind', '0801'],
    ['a field twice', '18011801'],
    ['both of a choice', '58006500000000'],
    ['a number that goes on', '2080'],
    ['a number in more bytes than it takes', '208000'],
    ['a number of more than 64 bits', '28ffffffffffffffffff02'],
    ['a number of more than 32 bits', '208080808010'],
    ['a flag that is 2', '1802'],
    ['a name that is not there', '3803'],
    ['a length past the end', '0a05'],
    ['four bytes that are three', '35010000'],
    ['text that is no UTF-8', '0a01ff'],
    ['field 0', '00'],
    ['a list of numbers one by one', '5001'],
  ])('a message with %s is refused', (_, bytes) => {
    expect(() => read(bytes)).toThrow(withCode('AUTH_MALFORMED'))
  })

  const inner = fc.record({ text: fc.string({ minLength: 1 }), number: fc.integer({ min: 1, max: 0xffffffff }) })
  const value = fc.record(
    {
      text: fc.string({ minLength: 1, unit: 'grapheme' }),
      flag: fc.constant(true),
      small: fc.integer({ min: 1, max: 0xffffffff }),
      large: fc.bigInt(1n, 2n ** 64n - 1n).map(String),
      fixed: fc.integer({ min: 1, max: 0xffffffff }),
      kind: fc.constantFrom('ONE', 'TWO'),
      inner,
      inners: fc.array(inner, { minLength: 1 }),
      numbers: fc.array(fc.bigInt(0n, 2n ** 64n - 1n).map(String), { minLength: 1 }),
    },
    { requiredKeys: [] },
  )

  test('is what was written', () => {
    fc.assert(
      fc.property(value, (one) => {
        expect(JSON.parse(JSON.stringify(read(write(one))))).toEqual(one)
      }),
    )
  })

  test('random bytes are read or refused as malformed, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          readProto(ALL, bytes)
        } catch (error) {
          expect(error).toEqual(withCode('AUTH_MALFORMED'))
        }
      }),
    )
  })
})

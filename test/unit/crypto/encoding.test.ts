import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  assertBytes,
  base64,
  base64Decode,
  base64url,
  base64urlDecode,
  concatBytes,
  ENCODE,
  equalBytes,
  hex,
  hexDecode,
  utf8,
  utf8Decode,
} from '../../../src/crypto/encoding.js'
import { codeOf } from '../../expect-code.js'

const some = fc.uint8Array({ maxLength: 100 })

test('every encoding is node’s, and decodes to what it came from', () => {
  fc.assert(
    fc.property(some, (data) => {
      const buffer = Buffer.from(data)
      expect([hex(data), base64(data), base64url(data)]).toEqual([
        buffer.toString('hex'),
        buffer.toString('base64'),
        buffer.toString('base64url'),
      ])
      expect(hexDecode(hex(data))).toEqual(data)
      expect(base64Decode(base64(data))).toEqual(data)
      expect(base64urlDecode(base64url(data))).toEqual(data)
      expect(ENCODE.base64url(data)).toBe(base64url(data))
    }),
  )
})

test('base64 encodes 200 001 bytes as Buffer does', () => {
  const long = new Uint8Array(200_001).map((_, i) => i)
  expect(base64(long)).toBe(Buffer.from(long).toString('base64'))
})

test('whatever decodes is the only spelling of its bytes', () => {
  const alphabet = 'ABCZabz019+/-_= \n"'
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 12 }), (text) => {
      for (const [decode, encode] of [
        [base64Decode, base64],
        [base64urlDecode, base64url],
        [hexDecode, hex],
      ] as const) {
        const data = decode(text)
        if (data !== undefined) expect(encode(data)).toBe(text)
      }
    }),
    { numRuns: 500 },
  )
})

describe('other spellings are refused', () => {
  test.each([
    'QQ',
    'QQ=',
    'QQ===',
    'QR==',
    'Q Q=',
    'QQ==\n',
    '"QQ=="',
    'QQ==QQ==',
    '=',
    '====',
    'Q===',
    'QQ=A',
    '-_-_',
    'QQ\0=',
  ])('base64 refuses the text %j', (text) => expect(base64Decode(text)).toBeUndefined())
  test.each(['QQ==', 'Q', 'QR', 'QUI=', '+/+/', 'QQ ', 'QQQQQ'])('the base64url text %j is refused', (text) =>
    expect(base64urlDecode(text)).toBeUndefined(),
  )
  test.each(['0', 'AB', '0x00', 'zz', ' 00', '00 ', '٠٠'])('the hex text %j is refused', (text) =>
    expect(hexDecode(text)).toBeUndefined(),
  )
})

test('no character stands for the digits of another one', () => {
  for (const [decode, digits, length] of [
    [base64Decode, /[A-Za-z0-9+/]/, 4],
    [base64urlDecode, /[A-Za-z0-9_-]/, 4],
    [hexDecode, /[0-9a-f]/, 2],
  ] as const) {
    for (let code = 0; code < 0x180; code++) {
      const one = String.fromCharCode(code)
      expect([one, decode(one.repeat(length)) !== undefined]).toEqual([one, digits.test(one)])
    }
  }
})

test('UTF-8 both ways; what is not valid is undefined', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(utf8Decode(utf8(text))).toBe(text)
    }),
  )
  expect(utf8Decode(Uint8Array.of(0xff))).toBeUndefined()
  expect(utf8Decode(Uint8Array.of(0xc0, 0x80))).toBeUndefined()
  expect(utf8Decode(Uint8Array.of(0xed, 0xa0, 0x80))).toBeUndefined()
  expect(utf8Decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa')
})

test('bytes are joined, and are compared to the last one', () => {
  fc.assert(
    fc.property(some, some, (a, b) => {
      expect(concatBytes(a, b)).toEqual(new Uint8Array([...a, ...b]))
      expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0)
      expect(equalBytes(a, new Uint8Array(a))).toBe(true)
      if (a.length > 0) {
        const changed = new Uint8Array(a)
        changed[a.length - 1] = (changed[a.length - 1] as number) ^ 0x80
        expect(equalBytes(a, changed)).toBe(false)
      }
    }),
  )
  expect(concatBytes()).toEqual(new Uint8Array(0))
})

test('assertBytes names what was expected and what came, not the value', async () => {
  for (const [value, length] of [
    ['text', undefined],
    [null, undefined],
    [[1], undefined],
    [new Uint8Array(3), 4],
    [new ArrayBuffer(4), 4],
  ] as const) {
    expect(await codeOf(() => assertBytes(value, 'seed', length))).toBe('ARGUMENT_INVALID')
  }
  expect(() => assertBytes('hunter2', 'seed', 32)).toThrow('"seed" must be a Uint8Array of 32 bytes, got a string')
  expect(() => assertBytes(null, 'seed')).toThrow('"seed" must be a Uint8Array, got null')
  expect(() => assertBytes(Buffer.alloc(4), 'seed', 4)).not.toThrow()
})

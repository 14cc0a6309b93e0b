import { describe, expect, test } from 'vitest'
import { base58, base58Decode, isBase58 } from '../../../src/crypto/format/base58.js'
import { bytes } from './key-files.js'

// draft-msporny-base58-03, section 5, and the edges of its rules.
describe.each([
  ['Hello World!', '48656c6c6f20576f726c6421', '2NEpo7TZRRrLZSi2U'],
  [
    'The quick brown fox jumps over the lazy dog.',
    Buffer.from('The quick brown fox jumps over the lazy dog.').toString('hex'),
    'USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z',
  ],
  ['two zeros before others', '0000287fb4cd', '11233QC4'],
  ['a zero alone', '00', '1'],
  ['zeros alone', '000000', '111'],
  ['a number of one digit', '39', 'z'],
  ['a number of half a byte', '0a', 'B'],
  ['the last byte', 'ff', '5Q'],
])('base58 of %s', (_, hex, text) => {
  test('is written as it is printed', () => expect(base58(bytes(hex))).toBe(text))
  test('is read again', () => expect(base58Decode(text)).toEqual(bytes(hex)))
})

test('no bytes are an empty text, which is nothing that is read', () => {
  expect(base58(new Uint8Array(0))).toBe('')
  expect(base58Decode('')).toBeUndefined()
})

test.each(['0', 'O', 'I', 'l', '+', '/', '=', ' ', 'é', '\n'])('%j is in no base58', (character) => {
  for (const text of [character, `a${character}`, `${character}a`, `a${character}a`]) {
    expect(isBase58(text)).toBe(false)
    expect(base58Decode(text)).toBeUndefined()
  }
})

test('at most 128 characters are read, since the time grows with the square of their number', () => {
  expect(base58Decode('1'.repeat(128))).toEqual(new Uint8Array(128))
  expect(base58Decode('1'.repeat(129))).toBeUndefined()
})

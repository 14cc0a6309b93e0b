import { describe, expect, test } from 'vitest'
import { base58 } from '../../../src/crypto/format/base58.js'
import { bareBytes, keyBytes, publicApiKey } from '../../../src/crypto/format/key-bytes.js'
import { withCode } from '../../expect-code.js'
import { bytes, derOf, hexOf, keyFile, pemOf } from './key-files.js'

/** A seed whose base64 has every character that the two alphabets write differently. */
const seed = Uint8Array.from({ length: 32 }, (_, i) => (i % 3 === 0 ? 0xfb : 0xff))
const pair = new Uint8Array([...seed, ...seed])
const DER = derOf(keyFile('ed25519'))
const PRIVATE = { form: 'private', label: 'PRIVATE KEY', oid: '2b6570' }
const base64 = (value: Uint8Array): string => Buffer.from(value).toString('base64')
const base64url = (value: Uint8Array): string => Buffer.from(value).toString('base64url')
const broken = (text: string): string => `${text.slice(0, 10)}\n \t${text.slice(10, 20)} ${text.slice(20)}`

describe.each<readonly [string, Uint8Array, unknown]>([
  ['a seed', seed, undefined],
  ['a seed and its public key', pair, undefined],
  ['the DER of a key', DER, PRIVATE],
])('%s', (_, value, structure) => {
  test.each([
    ['hexadecimal', hexOf(value)],
    ['hexadecimal in capitals', hexOf(value).toUpperCase()],
    ['hexadecimal behind 0x', `0x${hexOf(value)}`],
    ['hexadecimal behind 0X', `0X${hexOf(value)}`],
    ['base64', base64(value)],
    ['base64 without padding', base64(value).replace(/=+$/, '')],
    ['base64 for URLs', base64url(value)],
    ['base64 in lines', broken(base64(value))],
    ['hexadecimal in lines', broken(hexOf(value))],
  ])('is read from %s', (_name, text) => {
    expect(bareBytes(text)).toEqual({ bytes: value, structure })
    expect(keyBytes(text)).toEqual({ bytes: value, structure })
  })
})

test('0x within hexadecimal belongs to it', () => {
  const value = bytes(`a0${'11'.repeat(31)}`)
  // The text has "0x" nowhere: only the first two characters are ever a prefix.
  expect(bareBytes(hexOf(value))).toEqual({ bytes: value, structure: undefined })
})

test('a seed that begins like DER stays a seed', () => {
  // A SEQUENCE of one integer and its rest would be read as a structure, were its length not that of a seed.
  const like = new Uint8Array([0x30, 30, 0x02, 1, 5, 0x04, 25, ...new Uint8Array(25)])
  expect(like).toHaveLength(32)
  expect(bareBytes(hexOf(like))).toEqual({ bytes: like, structure: undefined })
  const long = new Uint8Array([0x30, 62, 0x02, 1, 5, 0x04, 57, ...new Uint8Array(57)])
  expect(long).toHaveLength(64)
  expect(bareBytes(base64(long))).toEqual({ bytes: long, structure: undefined })
})

test.each(['', 'no base64 !', 'a', 'AB', 'AA=A', 'A===', `zz${'11'.repeat(31)}`])('%j is no bytes', (text) => {
  if (text === '') expect(bareBytes(text)?.bytes).toHaveLength(0)
  else expect(bareBytes(text)?.structure).toBeUndefined()
})

test('padding stands at the end alone', () => {
  const text = base64(seed)
  expect(bareBytes(`${text.slice(0, 20)}=${text.slice(20, -1)}`)).toBeUndefined()
  expect(bareBytes(`${text}==`)).toBeUndefined()
})

describe('text between BEGIN and END', () => {
  test('is a key, by its structure and not by its label', () => {
    expect(keyBytes(pemOf('PUBLIC KEY', DER))).toEqual({ bytes: DER, structure: PRIVATE })
  })

  test('is refused where it is no key', () => {
    expect(() => keyBytes(pemOf('PRIVATE KEY', DER.subarray(0, 20)))).toThrow(
      withCode('KEY_MALFORMED', 'got one that was cut or is damaged'),
    )
  })
})

describe('base58', () => {
  test('is read behind ed25519: only', () => {
    expect(keyBytes(`ed25519:${base58(seed)}`)).toEqual({ bytes: seed, structure: undefined })
    expect(keyBytes(`ed25519: ${broken(base58(pair))}`)).toEqual({ bytes: pair, structure: undefined })
    expect(keyBytes('ed25519:0OIl')).toBeUndefined()
    expect(keyBytes(`${base64(seed)}ed25519:`)).toBeUndefined()
  })

  const both = { 32: new Uint8Array(32).fill(0x10), 64: new Uint8Array(64).fill(0x10) }
  test.each([32, 64] as const)('that could be base64 of %i bytes without padding is refused', (size) => {
    const text = base64url(both[size])
    expect(text).toMatch(/^[1-9A-HJ-NP-Za-km-z]+$/)
    expect(() => keyBytes(text)).toThrow(withCode('KEY_MALFORMED', 'it could be both'))
    expect(keyBytes(base64(both[size]))).toEqual({ bytes: both[size], structure: undefined })
    expect(keyBytes(hexOf(both[size]).replaceAll('0', '1'))?.bytes).toHaveLength(size)
  })

  test('is not looked for in base64 of any other length, or with a character that only base64 has', () => {
    expect(keyBytes(base64url(new Uint8Array(33).fill(0x10)))?.bytes).toHaveLength(33)
    expect(keyBytes(`0${base64url(both[32]).slice(1)}`)?.bytes).toHaveLength(32)
  })
})

test('text that is nothing of the kind is no key', () => {
  expect(keyBytes('hello world!')).toBeUndefined()
})

describe('an API key that is a public key', () => {
  test('is read in base64, and in base58 behind ed25519:', () => {
    expect(publicApiKey(base64(seed))).toEqual(seed)
    expect(publicApiKey(`ed25519:${base58(seed)}`)).toEqual(seed)
  })

  test.each([
    ['base64 of 31 bytes', base64(seed.subarray(1))],
    ['base64 without padding', base64(seed).slice(0, -1)],
    ['base64 of 33 bytes', base64(new Uint8Array(33))],
    ['base64 for URLs', base64url(seed)],
    ['base58 of 31 bytes', `ed25519:${base58(seed.subarray(1))}`],
    ['base58 without what says so', base58(seed)],
    ['ed25519: behind it', `${base58(seed)}ed25519:`],
    ['44 characters of anything', '-'.repeat(44)],
    ['nothing', ''],
    ['base64 of 32 bytes in a line that is longer', ` ${base64(seed)}`],
  ])('is not read from %s', (_, text) => {
    expect(publicApiKey(text)).toBeUndefined()
  })
})

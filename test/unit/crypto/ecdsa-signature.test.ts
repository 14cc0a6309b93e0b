import { expect, test } from 'vitest'
import { ecdsaSignatureDer, ecdsaSignatureOfDer } from '../../../src/crypto/format/ecdsa-signature.js'
import { bytes, hexOf } from './key-files.js'

test.each([
  ['two short numbers', `${'00'.repeat(31)}01${'00'.repeat(31)}7f`, '300602010102017f'],
  [
    'numbers with the top bit set',
    `${'80'}${'00'.repeat(31)}ff${'11'.repeat(31)}`,
    `304602210080${'00'.repeat(31)}022100ff${'11'.repeat(31)}`,
  ],
  ['a zero', `${'00'.repeat(32)}${'00'.repeat(31)}01`, '3006020100020101'],
])('a signature of %s is written as DER and read again', (_, fixed, der) => {
  expect(hexOf(ecdsaSignatureDer(bytes(fixed)))).toBe(der)
  expect(hexOf(ecdsaSignatureOfDer(bytes(der), 32) as Uint8Array)).toBe(fixed)
})

test.each([
  ['an integer that does not fit', `3026022101${'00'.repeat(32)}020101`],
  ['a second integer that does not fit', `3026020101022101${'00'.repeat(32)}`],
  ['bytes behind it', '300602010102017f00'],
  ['a third integer', '300902010102017f020101'],
  ['one integer', '3003020101'],
  ['a needless zero', '30070202000102017f'],
  ['a negative integer', '30060201ff02017f'],
  ['nothing', ''],
])('no signature is read from %s', (_, der) => {
  expect(ecdsaSignatureOfDer(bytes(der), 32)).toBeUndefined()
})

test('what is no signature because of a bug is not taken for a wrong one', () => {
  expect(() => ecdsaSignatureOfDer(undefined as never, 32)).toThrow(TypeError)
})

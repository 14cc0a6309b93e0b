import { expect, test } from 'vitest'
import { derNull, integer, octetString, oid, sequence, smallInteger } from '../../../src/crypto/format/der.js'
import { structureOf } from '../../../src/crypto/format/key-structure.js'
import { bytes, derOf, keyFile } from './key-files.js'

const RSA = '2a864886f70d010101'
const ED25519 = '2b6570'
const EC = '2a8648ce3d0201'

test.each<readonly [string, unknown]>([
  ['ed25519', { form: 'private', label: 'PRIVATE KEY', oid: ED25519 }],
  ['p256', { form: 'private', label: 'PRIVATE KEY', oid: EC }],
  ['rsa', { form: 'private', label: 'PRIVATE KEY', oid: RSA }],
  ['rsa-pkcs1', { form: 'private', label: 'RSA PRIVATE KEY', oid: RSA }],
  ['p384-sec1', { form: 'private', label: 'EC PRIVATE KEY', oid: EC }],
  ['ed25519-scrypt-aes128', { form: 'encrypted', label: 'ENCRYPTED PRIVATE KEY' }],
  ['ed25519-public', { form: 'public', label: 'PUBLIC KEY' }],
  ['rsa-public', { form: 'public', label: 'PUBLIC KEY' }],
  ['rsa-public-pkcs1', { form: 'public', label: 'PUBLIC KEY' }],
  ['ed25519-certificate', { form: 'certificate' }],
])('the structure of %s.pem is recognised without its label', (file, structure) => {
  const pem = keyFile(file)
  const block = pem.slice(pem.lastIndexOf('-----BEGIN '))
  expect(structureOf(derOf(block))).toEqual(structure)
})

test.each<readonly [string, Uint8Array]>([
  ['nothing', new Uint8Array(0)],
  ['bytes', bytes('0102030405')],
  ['a value that is no SEQUENCE', octetString(bytes('00'))],
  ['an empty SEQUENCE', sequence()],
  ['one integer', sequence(smallInteger(1))],
  ['an integer and something else', sequence(smallInteger(1), derNull())],
  ['an integer and an empty identifier', sequence(smallInteger(0), sequence())],
  ['a key with bytes behind it', new Uint8Array([...derOf(keyFile('ed25519')), 0])],
  ['a key that was cut', derOf(keyFile('ed25519')).subarray(0, 40)],
  ['a text', sequence(oid('2b6570'))],
])('%s has no structure of a key', (_, der) => {
  expect(structureOf(der)).toBeUndefined()
})

test('two integers are a public key of RSA, and three are part of a private one', () => {
  const number = integer(bytes('7f'))
  expect(structureOf(sequence(number, number))).toEqual({ form: 'public', label: 'PUBLIC KEY' })
  expect(structureOf(sequence(number, number, number))).toMatchObject({ label: 'RSA PRIVATE KEY' })
})

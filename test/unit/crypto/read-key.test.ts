import { describe, expect, test } from 'vitest'
import { ALGORITHMS } from '../../../src/crypto/algorithm.js'
import type { PrivateReader, PublicReader } from '../../../src/crypto/format/key-reader.js'
import { type BytesFormat, readPrivateKey, readPublicKey } from '../../../src/crypto/format/read-key.js'
import { Secret } from '../../../src/crypto/secret.js'
import { withCode } from '../../expect-code.js'
import { derOf, hexOf, keyFile, pemOf } from './key-files.js'

const spec = ALGORITHMS.ed25519
/** Says how it was asked, which is all that is of interest here. */
const PUBLIC: PublicReader<string> = {
  kty: 'OKP',
  raw: (_, bytes) => `raw ${hexOf(bytes).slice(0, 8)} of ${bytes.length}`,
  spki: (_, { oid }, publicKey) => `spki ${oid} ${publicKey.length}`,
  jwk: (_, jwk) => `jwk ${jwk.bytes('x').length}`,
  legacy: (_, label, der) => (label === 'OLD PUBLIC KEY' ? `legacy ${der.length}` : undefined),
}
const PRIVATE: PrivateReader<string> = {
  ...PUBLIC,
  pkcs8: (_, { algorithm }) => `pkcs8 ${algorithm.oid}`,
  legacy: (_, label, der) => (label === 'OLD PRIVATE KEY' ? `legacy ${der.length}` : undefined),
}
const read = (material: unknown, format?: BytesFormat, reader = PUBLIC) => readPublicKey(reader, spec, material, format)
const readSecret = (material: unknown, options: Parameters<typeof readPrivateKey>[3] = {}, reader = PRIVATE) =>
  readPrivateKey(reader, spec, material, options)
const malformed = (text: string) => withCode('KEY_MALFORMED', text)

const pem = keyFile('ed25519-public')
const der = derOf(pem)
const SPKI = 'spki 2b6570 32'
const privatePem = keyFile('ed25519')
const PKCS8 = 'pkcs8 2b6570'

describe('a public key', () => {
  test('is text in PEM, with its format given or not', () => {
    expect(read(pem)).toBe(SPKI)
    expect(read(pem, 'pem')).toBe(SPKI)
    for (const format of ['raw', 'der'] as const)
      expect(() => read(pem, format)).toThrow(malformed(`bytes for format ${format}, got a string`))
  })

  test('is bytes of the format that is given, raw by default', () => {
    expect(read(der)).toBe('raw 302a3005 of 44')
    expect(read(der, 'raw')).toBe('raw 302a3005 of 44')
    expect(read(der, 'der')).toBe(SPKI)
    expect(read(Buffer.from(pem), 'pem')).toBe(SPKI)
    expect(() => read(der, 'jwk' as never)).toThrow(malformed('of format raw, der or pem'))
    expect(() => read(Uint8Array.of(0xff), 'pem')).toThrow(malformed('PEM text'))
  })

  test('is copied, since the caller may wipe what was given', () => {
    const given = Buffer.from(der)
    let own: Uint8Array | undefined
    read(given, 'raw', {
      ...PUBLIC,
      raw: (_, bytes) => {
        own = bytes
        return ''
      },
    })
    given.fill(0)
    expect(own).toEqual(der)
  })

  test('is not taken for raw bytes where it is the text of a file', () => {
    const text = (length: number) => new Uint8Array(length).fill(0x2d, 0, 2)
    expect(() => read(text(67))).toThrow(malformed('raw bytes, got those of a PEM file'))
    expect(() => read(Buffer.from(pem))).toThrow(malformed('raw bytes, got those of a PEM file'))
    expect(read(text(66))).toBe('raw 2d2d0000 of 66')
    expect(read(text(67), 'raw')).toBe('raw 2d2d0000 of 67')
    expect(read(new Uint8Array(67).fill(0x2d, 0, 1))).toBe('raw 2d000000 of 67')
    expect(read(new Uint8Array(67).fill(0x2d, 1, 2))).toBe('raw 002d0000 of 67')
  })

  test('is an object as a JWK, without a format', () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }
    expect(read(jwk)).toBe('jwk 3')
    for (const format of ['raw', 'der', 'pem'] as const)
      expect(() => read(jwk, format)).toThrow(malformed(`bytes for format ${format}, got`))
  })

  test.each([
    ['nothing', undefined, 'is the environment variable set?'],
    ['null', null, 'is the environment variable set?'],
    ['an empty text', '', 'is the environment variable set?'],
    ['a number', 5, 'the key must be PEM text, bytes, a Secret or a JWK, got a number'],
    ['a promise', Promise.resolve(pem), 'the key must be PEM text, bytes, a Secret or a JWK, got'],
    ['a function', () => pem, 'the key must be PEM text, bytes, a Secret or a JWK, got'],
    ['a Secret', new Secret(der), 'a public key, got a Secret'],
    ['too long a text', 'A'.repeat(131_073), 'at most 131072 characters, got 131073'],
    ['as long a text as is looked at', 'A'.repeat(131_072), 'PEM, or the base64 of its DER'],
    ['a text of raw bytes', Buffer.alloc(32, 1).toString('base64'), 'raw bytes are passed as bytes, not as text'],
    ['a text that is nothing', 'hello!', 'raw bytes are passed as bytes, not as text'],
    ['a certificate without its lines', derText(keyFile('ed25519-certificate')), 'PEM of a key, got a certificate'],
  ])('is not %s', (_, material, text) => {
    expect(() => read(material)).toThrow(malformed(text))
  })

  test('is the base64 of its DER, by the structure of it', () => {
    expect(read(derText(pem))).toBe(SPKI)
    expect(() => read(derText(privatePem))).toThrow(
      malformed('PEM of a public key of the given algorithm, got private'),
    )
  })

  test('has a label that the family knows', () => {
    expect(read(pemOf('OLD PUBLIC KEY', der))).toBe('legacy 44')
    const { legacy: _, ...without } = PUBLIC
    for (const reader of [PUBLIC, without])
      expect(() => read(pemOf('OTHER PUBLIC KEY', der), undefined, reader)).toThrow(
        malformed('PEM of a public key of the given algorithm, got another algorithm'),
      )
    expect(() => read(privatePem)).toThrow(malformed('got private'))
    expect(() => read(pemOf('PARAMETERS', der))).toThrow(malformed('got other'))
    expect(() => read(pemOf('PRIVATE KEY OF', der))).toThrow(malformed('got other'))
  })
})

describe('a private key', () => {
  test('is PEM, DER, raw bytes, a Secret or a JWK', async () => {
    expect(await readSecret(privatePem)).toBe(PKCS8)
    expect(await readSecret(derOf(privatePem), { format: 'der' })).toBe(PKCS8)
    expect(await readSecret(new Uint8Array(32))).toBe('raw 00000000 of 32')
    expect(await readSecret(new Secret(new Uint8Array(32)))).toBe('raw 00000000 of 32')
    expect(await readSecret({ kty: 'OKP', crv: 'Ed25519', x: 'AAAA', d: 'AAAA' })).toBe('jwk 3')
    await expect(readSecret({ kty: 'OKP', crv: 'Ed25519', x: 'AAAA' })).rejects.toEqual(malformed('a private key'))
  })

  test('has a label that the family knows', async () => {
    expect(await readSecret(pemOf('OLD PRIVATE KEY', der))).toBe('legacy 44')
    const { legacy: _, ...without } = PRIVATE
    for (const reader of [PRIVATE, without])
      await expect(readSecret(pemOf('OTHER PRIVATE KEY', der), {}, reader)).rejects.toEqual(
        malformed('PEM of a private key of the given algorithm, got another algorithm'),
      )
  })

  const encrypted = keyFile('ed25519-scrypt-aes128')
  const passphrase = 'correct horse battery staple'

  test('is decrypted where its label says so, or DER comes with a passphrase', async () => {
    expect(await readSecret(encrypted, { passphrase })).toBe(PKCS8)
    expect(await readSecret(derOf(encrypted), { format: 'der', passphrase })).toBe(PKCS8)
    await expect(readSecret(encrypted)).rejects.toEqual(withCode('KEY_PASSPHRASE', 'needs a passphrase'))
    await expect(readSecret(derOf(encrypted), { format: 'der' })).rejects.toEqual(withCode('KEY_MALFORMED'))
  })

  test.each<readonly [string, unknown]>([
    ['a PEM file', privatePem],
    ['raw bytes', new Uint8Array(32)],
    ['a JWK', { kty: 'OKP', crv: 'Ed25519', x: 'AAAA', d: 'AAAA' }],
  ])('is not encrypted as %s, and a passphrase for it is a mistake', async (_, material) => {
    await expect(readSecret(material, { passphrase })).rejects.toEqual(
      withCode('KEY_PASSPHRASE', 'key is not encrypted, although a passphrase is given'),
    )
  })
})

/** What stands between the lines. */
function derText(text: string): string {
  return Buffer.from(derOf(text)).toString('base64')
}

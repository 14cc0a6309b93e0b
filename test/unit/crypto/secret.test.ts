import util from 'node:util'
import { describe, expect, test } from 'vitest'
import { ALGORITHMS } from '../../../src/crypto/algorithm.js'
import { crc32 } from '../../../src/crypto/crc32.js'
import { held } from '../../../src/crypto/held.js'
import { checkedSha256Key, hmacKey, hmacSha256Key } from '../../../src/crypto/hmac-key.js'
import { importHmacKey, readHmacSecret, refusePemText } from '../../../src/crypto/import-hmac.js'
import {
  ambiguousAround,
  cleanSecretBytes,
  cleanSecretText,
  isSecret,
  passphraseText,
  revealed,
  Secret,
  withoutLineBreak,
} from '../../../src/crypto/secret.js'
import { subtle, webCryptoParameters } from '../../../src/crypto/subtle.js'
import { textOf, withCode } from '../../expect-code.js'
import { hexOf } from './key-files.js'

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

describe('what an editor or a shell adds to a secret', () => {
  test.each([
    ['secret\n', 'secret'],
    ['secret\r\n', 'secret'],
    ['\ufeffsecret\n', 'secret'],
    ['secret\n\n', 'secret\n'],
    ['se\ncret', 'se\ncret'],
    ['sec\ufeffret', 'sec\ufeffret'],
    ['secret\r', 'secret\r'],
    ['\n', ''],
  ])('is taken from %j', (text, clean) => {
    expect(withoutLineBreak(text)).toBe(clean)
  })
})

describe('what stands around a secret', () => {
  test.each([
    [' secret', 'white space'],
    ['secret ', 'white space'],
    ['secret\n', 'white space'],
    ['"secret"', 'quotes (docker --env-file keeps them)'],
    ["'secret'", 'quotes (docker --env-file keeps them)'],
    ['`se\ncret`', 'quotes (docker --env-file keeps them)'],
    ['""', 'quotes (docker --env-file keeps them)'],
  ])('could be part of %j or not', (text, around) => {
    expect(ambiguousAround(text)).toBe(around)
    expect(textOf(() => cleanSecretText('"x"', text.replace(/\n$/, '\n\n'), 'ARGUMENT_INVALID'))).toBe(
      `ARGUMENT_INVALID "x" must be the secret alone, got ${around} around it: remove that, or pass bytes where it is meant`,
    )
  })

  test.each([
    'secret',
    'two words',
    '"secret',
    'secret"',
    '"secret\'',
    'a"secret"',
    '"secret"a',
    ' -----BEGIN PRIVATE KEY-----',
    ' LS0tLS1CRUdJTi ',
    '{"json": 1} ',
    ' \n{"json": 1}',
  ])('is nothing, or read elsewhere, in %j', (text) => {
    expect(ambiguousAround(text)).toBeUndefined()
    expect(cleanSecretText('"x"', text, 'ARGUMENT_INVALID')).toBe(text)
  })

  test('is white space where braces stand later in the text', () => {
    expect(ambiguousAround(' a{')).toBe('white space')
  })
})

describe('a secret of bytes', () => {
  const clean = (bytes: Uint8Array) => cleanSecretBytes('"x"', bytes, 'KEY_MALFORMED')

  test.each([
    ['text', utf8('secret')],
    ['no text', Uint8Array.of(0xff, 0x20)],
    ['text with a zero in it', utf8(' \0')],
  ])('stays as it is where it is %s', (_, bytes) => {
    expect(clean(bytes)).toBe(bytes)
  })

  test('loses what an editor adds, and is refused with what could be either', () => {
    expect(clean(utf8('secret\n'))).toEqual(utf8('secret'))
    expect(() => clean(utf8('secret '))).toThrow(withCode('KEY_MALFORMED', '"x" must be the secret alone'))
  })
})

test('a passphrase of text is its UTF-8 without the line break of a file', () => {
  expect(passphraseText('pässword\n')).toEqual(utf8('pässword'))
  expect(() => passphraseText('"quoted"')).toThrow(withCode('KEY_PASSPHRASE', 'passphrase must be the secret alone'))
})

describe('a Secret', () => {
  const secret = Secret.fromText('geheim é\n')

  test('shows nothing of itself', () => {
    const own = Secret.fromText('geheim é\n')
    expect([`${own}`, JSON.stringify({ secret: own }), util.inspect(own), own.length]).toEqual([
      '[secret]',
      '{"secret":"[secret]"}',
      '[secret]',
      9,
    ])
    expect(Object.isFrozen(own)).toBe(true)
    expect(Object.keys(own)).toEqual([])
  })

  test('keeps a copy, and gives copies', () => {
    const bytes = Buffer.from('geheim')
    const own = new Secret(bytes)
    bytes.fill(0)
    own.reveal().fill(0)
    expect(own.revealText()).toBe('geheim')
    expect(own.reveal()).toEqual(utf8('geheim'))
  })

  test('is made of text alone, and read as text where it is one', () => {
    expect(secret.revealText()).toBe('geheim é')
    for (const wrong of [5, undefined, utf8('a')] as unknown as string[])
      expect(() => Secret.fromText(wrong)).toThrow(withCode('ARGUMENT_INVALID', '"text" must be a string'))
    expect(() => Secret.fromText(' a')).toThrow(withCode('ARGUMENT_INVALID', '"text" must be the secret alone'))
    expect(() => new Secret(Uint8Array.of(0xff)).revealText()).toThrow(withCode('ARGUMENT_INVALID', 'must be text'))
  })

  test('is known by its shape', () => {
    expect(isSecret(secret)).toBe(true)
    expect(isSecret({ revealText: () => '' })).toBe(true)
    for (const other of [undefined, null, 'text', {}, { revealText: 'text' }, utf8('a')])
      expect(isSecret(other)).toBe(false)
  })

  test('is read as bytes are, of a length that is given', () => {
    const bytes = utf8('12')
    expect(revealed(bytes, 'x')).toBe(bytes)
    expect(revealed(secret, 'x')).toEqual(utf8('geheim é'))
    expect(revealed(bytes, 'x', 2)).toBe(bytes)
    expect(() => revealed(bytes, 'x', 3)).toThrow(withCode('ARGUMENT_INVALID', '"x"'))
    for (const other of [undefined, null, 'text', {}, { reveal: undefined }] as never[])
      expect(() => revealed(other, 'x')).toThrow(withCode('ARGUMENT_INVALID', '"x"'))
  })
})

describe('a key of a shared secret', () => {
  const parts = { keyId: 'k', secret: utf8('secret') }

  test('answers at once, and its length is known', () => {
    for (const key of [
      hmacKey({ ...parts, algorithm: 'hmac-sha256' }),
      hmacSha256Key(parts),
      checkedSha256Key(parts),
    ]) {
      expect(held(key)).toEqual({ sync: true, secretBytes: 6 })
      expect([key.keyId, key.algorithm]).toEqual(['k', 'hmac-sha256'])
      expect(key.verify('text', key.sign('text'))).toBe(true)
    }
  })

  test('is made of bytes or a Secret, and never of text or nothing', () => {
    for (const make of [hmacSha256Key, (options: typeof parts) => hmacKey({ ...options, algorithm: 'hmac-sha256' })]) {
      expect(() => make({ ...parts, secret: 'text' as never })).toThrow(
        withCode('ARGUMENT_INVALID', 'got a string: Secret.fromText(text)'),
      )
      expect(() => make({ ...parts, secret: new Uint8Array(0) })).toThrow(withCode('KEY_WEAK', 'at least 1 byte'))
      expect(() => make({ ...parts, keyId: '' })).toThrow(withCode('ARGUMENT_INVALID', '"keyId"'))
      expect(() => make({ ...parts, extra: 1 } as never)).toThrow(withCode('ARGUMENT_INVALID', '"extra"'))
    }
    expect(() => hmacKey({ ...parts, algorithm: 'ed25519' as never })).toThrow(
      withCode('ARGUMENT_INVALID', '"algorithm" must be one of hmac-sha256'),
    )
  })
})

describe('a shared secret that is imported', () => {
  const read = (material: unknown, operation: 'sign' | 'verify' = 'sign') =>
    readHmacSecret('hmac-sha256', material, operation)
  const pem = '-----BEGIN PUBLIC KEY-----\n'

  test('is bytes, a Secret or a JWK', () => {
    const bytes = utf8('secret')
    expect(read(bytes)).toBe(bytes)
    expect(read(new Secret(bytes))).toEqual(bytes)
    expect(read({ kty: 'oct', k: 'c2VjcmV0', key_ops: ['sign'] })).toEqual(bytes)
    expect(() => read({ kty: 'oct', k: 'c2VjcmV0', key_ops: ['sign'] }, 'verify')).toThrow(withCode('KEY_MALFORMED'))
  })

  test.each<readonly [unknown, string]>([
    ['secret', 'got a string: Secret.fromText(text)'],
    ['', 'is the environment variable set?'],
    [undefined, 'is the environment variable set?'],
    [null, 'is the environment variable set?'],
    [5, '"secret" must be bytes, a Secret or a JWK, got'],
    [Promise.resolve(), '"secret" must be bytes, a Secret or a JWK, got'],
  ])('is not %o', (material, text) => {
    expect(() => read(material)).toThrow(withCode('KEY_MALFORMED', text))
  })

  test.each([
    ['a PEM file', utf8(pem)],
    ['a PEM file behind empty lines', utf8(`\r\n\t ${pem}`)],
    ['a PEM file in a Secret', new Secret(utf8(pem))],
    ['a PEM file in a JWK', { kty: 'oct', k: Buffer.from(pem).toString('base64url') }],
    ['a PEM file behind as many empty lines as are looked at', utf8(`${'\n'.repeat(53)}${pem}`)],
  ])('is not %s', (_, material) => {
    expect(() => read(material)).toThrow(withCode('KEY_MALFORMED', 'got a PEM file'))
  })

  test('may hold such a line where it is not the first', () => {
    expect(() => refusePemText(utf8(`a${pem}`))).not.toThrow()
    expect(() => refusePemText(utf8(`${'\n'.repeat(54)}${pem}`))).not.toThrow()
    expect(() => refusePemText(utf8('-----BEGIN'))).not.toThrow()
  })

  test('makes a key of its algorithm that signs and verifies', () => {
    const key = importHmacKey('hmac-sha512', 'k', utf8('secret'), 'sign')
    expect([key.keyId, key.algorithm]).toEqual(['k', 'hmac-sha512'])
    expect(key.verify('text', key.sign('text'))).toBe(true)
  })
})

test.each([
  ['', 0],
  ['a', 0xe8b7be43],
  // The check value of the catalogue of CRCs.
  ['123456789', 0xcbf43926],
  ['\xff'.repeat(40), 0x8cd04c73],
])('the CRC-32 of %j is right', (text, crc) => {
  expect(crc32(new Uint8Array(Buffer.from(text, 'latin1'))) >>> 0).toBe(crc)
})

describe('WebCrypto', () => {
  test('is that of the platform, and missed where there is none', () => {
    expect(subtle()).toBe(globalThis.crypto.subtle)
    const own = Object.getOwnPropertyDescriptor(globalThis, 'crypto') as PropertyDescriptor
    try {
      for (const value of [undefined, {}]) {
        Object.defineProperty(globalThis, 'crypto', { value, configurable: true })
        expect(() => subtle()).toThrow(withCode('KEY_UNSUPPORTED', 'WebCrypto needs a secure context'))
      }
    } finally {
      Object.defineProperty(globalThis, 'crypto', own)
    }
  })

  test('is told the hash and, for PSS, a salt of its length', () => {
    expect(webCryptoParameters(ALGORITHMS['rsa-pss-sha512'])).toEqual({
      name: 'RSA-PSS',
      hash: 'SHA-512',
      saltLength: 64,
    })
    expect(hexOf(Uint8Array.of(webCryptoParameters(ALGORITHMS['hmac-sha256']).saltLength))).toBe('20')
  })
})

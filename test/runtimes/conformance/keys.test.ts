import { readFileSync } from 'node:fs'
import { type Algorithm, exportPublicKey, importSigningKey, importVerifyingKey } from 'countersign/crypto'
import { describe, expect, test } from 'vitest'
import { codeOf, outcomeOf } from '../../expect-code.js'

const FOLDER = new URL('../../vectors/pkcs8/', import.meta.url)
const file = (name: string): string => readFileSync(new URL(`${name}.pem`, FOLDER), 'utf8')
const passphrase = 'correct horse battery staple'
const keyId = 'bot-1'

/** Files as OpenSSL writes them, with the algorithm and another file of the same key. */
const READ: ReadonlyArray<readonly [name: string, algorithm: Algorithm, same: string]> = [
  ['ed25519', 'ed25519', 'ed25519'],
  ...[
    'pbkdf2-sha1-aes128',
    'pbkdf2-sha224-aes192',
    'pbkdf2-sha256-aes256',
    'pbkdf2-sha256-100000-aes256',
    'pbkdf2-sha384-aes256',
    'pbkdf2-sha512-aes256',
    'scrypt-aes128',
    'scrypt-aes256',
  ].map((how) => [`ed25519-${how}`, 'ed25519', 'ed25519'] as const),
  ['p256', 'ecdsa-p256-sha256', 'p256'],
  ['p256-sec1', 'ecdsa-p256-sha256', 'p256-sec1'],
  ['p384-sec1', 'ecdsa-p384-sha384', 'p384-sec1'],
  ['p384-scrypt-aes256', 'ecdsa-p384-sha384', 'p384-sec1'],
  ['rsa', 'rsa-pss-sha512', 'rsa'],
  ['rsa-pkcs1', 'rsa-v1_5-sha256', 'rsa-pkcs1'],
  ['rsa-pbkdf2-sha256-aes256', 'rsa-pss-sha512', 'rsa'],
]

describe('keys as OpenSSL writes them', () => {
  test.each(READ)('the file %s.pem is read', async (name, algorithm, same) => {
    const read = () => importSigningKey(file(name), { keyId, algorithm, ...encrypted(name) })
    // Chromium's WebCrypto and Deno's node:crypto have no AES-192, which is refused by a separate code.
    if (/aes192/.test(name) && (await outcomeOf(read)) === 'KEY_UNSUPPORTED') return
    const key = await read()
    const plain = await importSigningKey(file(same), { keyId, algorithm })
    const pem = exportPublicKey(key, 'pem')
    expect(pem).toBe(exportPublicKey(plain, 'pem'))
    const verifyingKey = await importVerifyingKey(pem, { keyId, algorithm })
    const signature = await key.sign('text')
    expect(await verifyingKey.verify('text', signature)).toBe(true)
    expect(await verifyingKey.verify('Text', signature)).toBe(false)
  })

  test('a public half is the half of its private one', async () => {
    const key = await importSigningKey(file('ed25519'), { keyId, algorithm: 'ed25519' })
    expect(exportPublicKey(key, 'pem')).toBe(file('ed25519-public'))
  })
})

const encrypted = (name: string): { passphrase?: string } => (/aes/.test(name) ? { passphrase } : {})

describe('refused', () => {
  test.each([
    ['ed25519-pbkdf2-des3', passphrase, 'KEY_UNSUPPORTED'],
    ['ed25519-pbes1', passphrase, 'KEY_UNSUPPORTED'],
    ['ed448', undefined, 'KEY_MALFORMED'],
    ['ed25519-scrypt-aes128', 'another passphrase', 'KEY_PASSPHRASE'],
    ['ed25519-pbkdf2-sha256-aes256', undefined, 'KEY_PASSPHRASE'],
  ])('%s.pem with %s is refused', async (name, given, code) => {
    const options = given === undefined ? {} : { passphrase: given }
    expect(await codeOf(() => importSigningKey(file(name), { keyId, algorithm: 'ed25519', ...options }))).toBe(code)
  })
})

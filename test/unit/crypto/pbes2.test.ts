import crypto from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Algorithm } from '../../../src/crypto/algorithm.js'
import { derNull, derReader, octetString, oid, sequence, smallInteger } from '../../../src/crypto/format/der.js'
import { encryptPkcs8, MAX_PBKDF2_ITERATIONS } from '../../../src/crypto/format/pbes2.js'
import { exportPublicKey, importSigningKey, Secret } from '../../../src/crypto/index.js'
import { cpuMs } from '../../cpu-time.js'
import { codeOf } from '../../expect-code.js'
import { derOf, hexOf, keyFile, PASSPHRASE, pemOf } from './key-files.js'

const keyId = 'k'
const algorithm = 'ed25519'
const passphrase = PASSPHRASE

const PBES2 = '2a864886f70d01050d'
const AES256 = sequence(oid('60864801650304012a'), octetString(new Uint8Array(16)))
const pbkdf2 = (iterations: number, ...more: Uint8Array[]): Uint8Array =>
  sequence(oid('2a864886f70d01050c'), sequence(octetString(new Uint8Array(8)), smallInteger(iterations), ...more))
const scrypt = (N: number, r: number, p: number): Uint8Array =>
  sequence(
    oid('2b06010401da47040b'),
    sequence(octetString(new Uint8Array(8)), smallInteger(N), smallInteger(r), smallInteger(p)),
  )
const container = (kdf: Uint8Array, cipher = AES256, data = new Uint8Array(16)): string =>
  pemOf('ENCRYPTED PRIVATE KEY', sequence(sequence(oid(PBES2), sequence(kdf, cipher)), octetString(data)))

describe('reads what OpenSSL writes', () => {
  test.each([
    'ed25519-pbkdf2-sha1-aes128',
    'ed25519-pbkdf2-sha224-aes192',
    'ed25519-pbkdf2-sha256-aes256',
    'ed25519-pbkdf2-sha256-100000-aes256',
    'ed25519-pbkdf2-sha384-aes256',
    'ed25519-pbkdf2-sha512-aes256',
    'ed25519-scrypt-aes128',
    'ed25519-scrypt-aes256',
  ])('the file %s.pem is read', async (file) => {
    const key = await importSigningKey(keyFile(file), { keyId, algorithm, passphrase })
    expect(exportPublicKey(key, 'pem')).toBe(keyFile('ed25519-public'))
  })

  test.each<[string, Algorithm, string]>([
    ['p384-scrypt-aes256', 'ecdsa-p384-sha384', 'p384-sec1'],
    ['rsa-pbkdf2-sha256-aes256', 'rsa-pss-sha512', 'rsa'],
  ])('the file %s.pem is read, with its algorithm', async (file, name, plain) => {
    const key = await importSigningKey(keyFile(file), { keyId, algorithm: name, passphrase })
    const expected = crypto.createPublicKey(keyFile(plain)).export({ format: 'pem', type: 'spki' })
    expect(exportPublicKey(key, 'pem')).toBe(expected)
  })

  test('a passphrase may be text, bytes or a Secret; DER needs its format given', async () => {
    const pem = keyFile('ed25519-pbkdf2-sha256-aes256')
    for (const same of [Buffer.from(passphrase), Secret.fromText(passphrase)]) {
      const key = await importSigningKey(derOf(pem), { keyId, algorithm, passphrase: same, format: 'der' })
      expect(exportPublicKey(key, 'pem')).toBe(keyFile('ed25519-public'))
    }
    expect(await codeOf(() => importSigningKey(derOf(pem), { keyId, algorithm, format: 'der' }))).toBe('KEY_MALFORMED')
  })
})

describe('refused', () => {
  const file = 'ed25519-pbkdf2-sha256-aes256'
  test.each([undefined, '', new Uint8Array(0), 5 as never])('the passphrase %o is refused', async (none) => {
    const options = { keyId, algorithm, ...(none === undefined ? {} : { passphrase: none }) } as const
    expect(await codeOf(() => importSigningKey(keyFile(file), options))).toBe('KEY_PASSPHRASE')
  })

  test('a wrong passphrase is refused', async () => {
    const pem = keyFile('ed25519-scrypt-aes128')
    for (const wrong of [
      `${passphrase} `,
      passphrase.slice(1),
      passphrase.toUpperCase(),
      'x',
      '\0',
      Secret.fromText('x'),
    ]) {
      expect(await codeOf(() => importSigningKey(pem, { keyId, algorithm, passphrase: wrong }))).toBe('KEY_PASSPHRASE')
    }
  })

  // One wrong passphrase in 256 leaves valid padding over noise.
  test.each([
    new Uint8Array(0),
    new Uint8Array(48).fill(0x30),
    Uint8Array.of(0x30, 1, 2),
    derOf(keyFile('ed25519')).slice(1),
  ])('a wrong passphrase whose padding happens to be right: %#', async (noise) => {
    const key = crypto.pbkdf2Sync(passphrase, new Uint8Array(8), 1, 32, 'sha1')
    const cipher = crypto.createCipheriv('aes-256-cbc', key, new Uint8Array(16))
    const pem = container(pbkdf2(1), AES256, Buffer.concat([cipher.update(noise), cipher.final()]))
    expect(await codeOf(() => importSigningKey(pem, { keyId, algorithm, passphrase }))).toBe('KEY_PASSPHRASE')
  })

  test('another algorithm inside is no passphrase problem', async () => {
    const options = { keyId, algorithm: 'rsa-pss-sha512', passphrase } as const
    expect(await codeOf(() => importSigningKey(keyFile(file), options))).toBe('KEY_MALFORMED')
  })

  test.each(['ed25519-pbkdf2-des3', 'ed25519-pbes1'])('the weak encryption of %s.pem is refused', async (weak) => {
    expect(await codeOf(() => importSigningKey(keyFile(weak), { keyId, algorithm, passphrase }))).toBe(
      'KEY_UNSUPPORTED',
    )
  })
})

describe('a hostile file cannot make us work', () => {
  test.each<[name: string, pem: string, code: string]>([
    ['no PBKDF2 rounds', container(pbkdf2(0)), 'KEY_UNSUPPORTED'],
    ['too many PBKDF2 rounds', container(pbkdf2(MAX_PBKDF2_ITERATIONS + 1)), 'KEY_UNSUPPORTED'],
    ['four thousand million rounds', container(pbkdf2(0xffffffff)), 'KEY_UNSUPPORTED'],
    ['another PRF', container(pbkdf2(1, sequence(oid('2a864886f70d0201'), derNull()))), 'KEY_UNSUPPORTED'],
    ['another key length', container(pbkdf2(1, smallInteger(16))), 'KEY_UNSUPPORTED'],
    [
      'a long salt',
      container(sequence(oid('2a864886f70d01050c'), sequence(octetString(new Uint8Array(2000)), smallInteger(1)))),
      'KEY_UNSUPPORTED',
    ],
    ['scrypt N = 1', container(scrypt(1, 8, 1)), 'KEY_UNSUPPORTED'],
    ['scrypt N = 0', container(scrypt(0, 8, 1)), 'KEY_UNSUPPORTED'],
    ['scrypt N not a power of two', container(scrypt(1000, 8, 1)), 'KEY_UNSUPPORTED'],
    ['scrypt memory', container(scrypt(2 ** 19, 8, 1)), 'KEY_UNSUPPORTED'],
    ['scrypt N = 2^31', container(scrypt(2 ** 31, 1, 1)), 'KEY_UNSUPPORTED'],
    ['scrypt work', container(scrypt(2 ** 18, 8, 8)), 'KEY_UNSUPPORTED'],
    ['scrypt r', container(scrypt(2, 65, 1)), 'KEY_UNSUPPORTED'],
    ['scrypt p', container(scrypt(2, 1, 65)), 'KEY_UNSUPPORTED'],
    ['scrypt r = 0', container(scrypt(2, 0, 1)), 'KEY_UNSUPPORTED'],
    ['another KDF', container(sequence(oid('2a03'), sequence())), 'KEY_UNSUPPORTED'],
    [
      'another cipher',
      container(pbkdf2(1), sequence(oid('60864801650304012e'), octetString(new Uint8Array(16)))),
      'KEY_UNSUPPORTED',
    ],
    [
      'a short IV',
      container(pbkdf2(1), sequence(oid('60864801650304012a'), octetString(new Uint8Array(8)))),
      'KEY_MALFORMED',
    ],
    ['no parameters', container(sequence(oid('2a864886f70d01050c'))), 'KEY_MALFORMED'],
  ])('a file with %s is refused at once', async (_name, pem, code) => {
    const start = cpuMs()
    expect(await codeOf(() => importSigningKey(pem, { keyId, algorithm, passphrase }))).toBe(code)
    expect(cpuMs() - start).toBeLessThan(2_000)
  })
})

test('writes what node:crypto reads, with 600 000 rounds of PBKDF2-HMAC-SHA-256 and AES-256-CBC', async () => {
  const pkcs8 = derOf(keyFile('ed25519'))
  const der = await encryptPkcs8(pkcs8, passphrase)
  const key = crypto.createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8', passphrase })
  expect(new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }))).toEqual(pkcs8)
  expect(hexOf(der)).toContain('02030927c0') // INTEGER 600000
  expect(hexOf(der)).toContain('300c06082a864886f70d02090500') // hmacWithSHA256
  expect(hexOf(der)).toContain('60864801650304012a') // aes256-CBC
  // Salt and IV are fresh each time: nothing of 16 bytes repeats.
  const random = (file: Uint8Array): string[] => {
    const info = derReader(file).inside()
    const pbes2 = info.inside()
    pbes2.oid()
    const [kdf, cipher] = ((inner) => [inner.inside(), inner.inside()] as const)(pbes2.inside())
    kdf.oid()
    cipher.oid()
    return [kdf.inside().octets(), cipher.octets(), info.octets().subarray(0, 16)].map(hexOf)
  }
  const all = [...random(der), ...random(await encryptPkcs8(pkcs8, passphrase))]
  expect(all.every((text) => text.length === 32)).toBe(true)
  expect(new Set(all).size).toBe(6)
})

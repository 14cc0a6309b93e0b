import { createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  type Algorithm,
  importEcdsaSigningKey,
  importEcdsaVerifyingKey,
  importEd25519SigningKey,
  importEd25519VerifyingKey,
  importRsaSigningKey,
  importRsaVerifyingKey,
  importSigningKey,
  importVerifyingKey,
  Secret,
  type SigningKey,
  type VerifyingKey,
  validateForRegistration,
} from '../../../src/crypto/index.js'
import { type ExchangeKeyType, importExchangeKey } from '../../../src/exchange/index.js'
import { cpuMs } from '../../cpu-time.js'
import { withCode } from '../../expect-code.js'
import { keyFile } from './key-files.js'

/*
 * One rule for keys that are text: what became of a PEM on its way through an environment variable, a JSON file or an editor is
 * read alike by everything that reads keys, and what is something else is refused with what to do.
 */

const KINDS: ReadonlyArray<readonly [file: string, algorithm: Algorithm, type: ExchangeKeyType]> = [
  ['ed25519', 'ed25519', 'ed25519'],
  ['p256', 'ecdsa-p256-sha256', 'ecdsa-p256'],
  ['p256-sec1', 'ecdsa-p256-sha256', 'ecdsa-p256'],
  ['rsa', 'rsa-v1_5-sha256', 'rsa'],
]

const bare = (pem: string): string =>
  pem.replace(/-----BEGIN EC PARAMETERS[\s\S]*END EC PARAMETERS-----/, '').replace(/-----[^-]+-----|\s/g, '')
const STATES: ReadonlyArray<readonly [what: string, make: (pem: string) => string]> = [
  ['as it is', (pem) => pem],
  ['CRLF', (pem) => pem.replaceAll('\n', '\r\n')],
  ['escaped line breaks', (pem) => pem.replaceAll('\n', '\\n')],
  ['line breaks escaped twice', (pem) => pem.replaceAll('\n', '\\\\n')],
  ['no line breaks', (pem) => pem.replaceAll('\n', '')],
  ['quotes', (pem) => `"${pem.replaceAll('\n', '\\n')}"`],
  ['quotes of JSON within those of a shell', (pem) => `'${JSON.stringify(pem)}'`],
  ['a byte order mark', (pem) => `\ufeff${pem}`],
  ['blank lines around it', (pem) => `\n\n  ${pem}\n\n`],
  ['no-break spaces', (pem) => pem.replaceAll('\n', '\u00a0')],
  ['base64 of the file', (pem) => btoa(pem)],
  ['wrapped base64 of the file', (pem) => `${btoa(pem).replace(/.{76}/g, '$&\n')}\n`],
  ['base64 without the lines around it', bare],
  ['the same in the URL alphabet', (pem) => bare(pem).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')],
  ['hexadecimal of its DER', (pem) => Buffer.from(bare(pem), 'base64').toString('hex')],
]

const family = (algorithm: Algorithm, text: string | Secret, options: object): Promise<SigningKey> =>
  algorithm === 'ed25519'
    ? importEd25519SigningKey(text, { keyId: 'k', ...options })
    : algorithm.startsWith('ecdsa')
      ? importEcdsaSigningKey(text, { keyId: 'k', algorithm: algorithm as 'ecdsa-p256-sha256', ...options })
      : importRsaSigningKey(text, { keyId: 'k', algorithm: algorithm as 'rsa-v1_5-sha256', ...options })

const publicFamily = (algorithm: Algorithm, text: string): Promise<unknown> =>
  algorithm === 'ed25519'
    ? importEd25519VerifyingKey(text, { keyId: 'k' })
    : algorithm.startsWith('ecdsa')
      ? importEcdsaVerifyingKey(text, { keyId: 'k', algorithm: algorithm as 'ecdsa-p256-sha256' })
      : importRsaVerifyingKey(text, { keyId: 'k', algorithm: algorithm as 'rsa-v1_5-sha256' })

describe.each(KINDS)('a key file: %s', (file, algorithm, type) => {
  const pem = keyFile(file)
  const publicPem = createPublicKey(pem).export({ type: 'spki', format: 'pem' }) as string

  test.each(STATES)('%s is read by everything that reads keys', async (_, make) => {
    const text = make(pem)
    const publicKey: VerifyingKey = await importVerifyingKey(make(publicPem), { keyId: 'k', algorithm })
    const keys = await Promise.all([
      importSigningKey(text, { keyId: 'k', algorithm }),
      importSigningKey(Secret.fromText(text.trim()), { keyId: 'k', algorithm, format: 'pem' }),
      importSigningKey(Buffer.from(text), { keyId: 'k', algorithm, format: 'pem' }),
      family(algorithm, text, {}),
      importExchangeKey(text, { apiKey: 'k', type }),
    ])
    for (const key of keys) expect(await publicKey.verify('text', (await key.sign('text')) as Uint8Array)).toBe(true)
    await publicFamily(algorithm, make(publicPem))
    validateForRegistration(make(publicPem), { algorithm })
  })
})

describe('text that is no key', () => {
  const seed = Buffer.alloc(32, 7)
  const hidden = 'c2VjcmV0LW9mLWEtdGVzdA=='
  const message = async (call: () => unknown): Promise<string> => {
    try {
      await call()
    } catch (error) {
      return `${(error as { code: string }).code} ${(error as Error).message}`
    }
    return 'taken'
  }

  test.each([
    ['a path', '/etc/bot/key.pem', /^KEY_MALFORMED .*the path of a file: pass its contents/],
    ['a JWK as text', '{"kty":"OKP","d":"hidden"}', /^KEY_MALFORMED .*a JWK: parse it/],
    ['OpenSSH', '-----BEGIN OPENSSH PRIVATE KEY-----\nhidden', /^KEY_UNSUPPORTED .*ssh-keygen -p -m PKCS8/],
    ['PuTTY', 'PuTTY-User-Key-File-3: ssh-ed25519', /^KEY_UNSUPPORTED .*puttygen/],
    ['a public key', keyFile('ed25519-public'), /^KEY_MALFORMED .*the public key, which is the half/],
    ['a seed as base64', seed.toString('base64'), /^KEY_MALFORMED .*raw bytes are passed as bytes/],
    ['a seed as hex', seed.toString('hex'), /^KEY_MALFORMED .*raw bytes are passed as bytes/],
    ['a shared secret', hidden, /^KEY_MALFORMED .*raw bytes are passed as bytes/],
    ['a cut PEM', keyFile('ed25519').split('\n').slice(0, 2).join('\n'), /^KEY_MALFORMED .*cut off/],
    ['nothing', '', /^KEY_MALFORMED/],
    ['far too much', 'A'.repeat(200_000), /^KEY_MALFORMED .*at most/],
  ])('%s is refused as a private one, with what to do', async (_, text, expected) => {
    const found = await message(() => importSigningKey(text, { keyId: 'k', algorithm: 'ed25519' }))
    expect(found).toMatch(expected)
    expect(found).not.toContain('hidden')
    if (text !== '') expect(found).not.toContain(text)
  })

  test.each([
    ['a path', 'key.pub', /^KEY_MALFORMED .*the path of a file: pass its contents/],
    ['a JWK as text', '{"kty":"OKP"}', /^KEY_MALFORMED .*parse a JWK and pass the object/],
    ['OpenSSH', `ssh-ed25519 AAAA${hidden} me@host`, /^KEY_UNSUPPORTED .*ssh-keygen -e -m PKCS8/],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /^KEY_MALFORMED .*openssl x509/],
    ['a private key', keyFile('ed25519'), /^KEY_MALFORMED .*got private/],
    ['a private key without its lines', bare(keyFile('ed25519')), /^KEY_MALFORMED .*got private/],
    ['raw bytes as base64', seed.toString('base64'), /^KEY_MALFORMED .*raw bytes are passed as bytes/],
  ])('%s is refused as a public one, with what to do', async (_, text, expected) => {
    for (const call of [
      () => importVerifyingKey(text, { keyId: 'k', algorithm: 'ed25519' }),
      () => validateForRegistration(text, { algorithm: 'ed25519' }),
    ])
      expect(await message(call)).toMatch(expected)
  })

  test('is never a shared secret, in whatever form it comes', async () => {
    for (const [, make] of STATES)
      await expect(
        importSigningKey(make(keyFile('ed25519')) as never, { keyId: 'k', algorithm: 'hmac-sha256' }),
      ).rejects.toEqual(withCode('KEY_MALFORMED'))
  })

  test('costs little, however much of it there is', () => {
    for (const text of [
      '"'.repeat(131_072),
      '-----BEGIN '.repeat(11_000),
      '\\'.repeat(131_072),
      '\\\\n'.repeat(40_000),
      '{'.repeat(131_072),
      'a.'.repeat(65_000),
      ' '.repeat(131_072),
      '\n'.repeat(131_072),
      'A\n'.repeat(65_000),
      '-----BEGIN A-----'.repeat(7_000),
      'LS0tLS1CRUdJTi'.repeat(9_000),
    ]) {
      const start = cpuMs()
      expect(() => validateForRegistration(text, { algorithm: 'ed25519' })).toThrow(withCode('KEY_MALFORMED'))
      expect(cpuMs() - start).toBeLessThan(1_000)
    }
  })
})

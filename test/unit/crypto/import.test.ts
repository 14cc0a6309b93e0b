import crypto from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Algorithm } from '../../../src/crypto/algorithm.js'
import {
  exportPublicKey,
  generateSecret,
  hmacKey,
  importSigningKey,
  importVerifyingKey,
  type PrivateKeyMaterial,
  randomBytes,
  Secret,
  type SigningKey,
} from '../../../src/crypto/index.js'
import { kindOf } from '../../../src/errors.js'
import { codeOf } from '../../expect-code.js'
import { bytes, derOf, keyFile, PASSPHRASE, pemOf } from './key-files.js'

const keyId = 'k'

/** Signs with the imported key and verifies with node:crypto and the file's public key. */
async function signsFor(key: SigningKey, pem: string, options: object = {}): Promise<boolean> {
  const publicKey = crypto.createPublicKey(pem)
  const digest = key.algorithm === 'ed25519' ? null : key.algorithm.endsWith('384') ? 'sha384' : key.algorithm.slice(-6)
  return crypto.verify(digest, Buffer.from('text'), { key: publicKey, ...options }, await key.sign('text'))
}

describe('every private form signs for its public key', () => {
  const p1363 = { dsaEncoding: 'ieee-p1363' }
  const pss = (saltLength: number) => ({ padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength })
  test.each<[file: string, algorithm: Algorithm, publicOf: string, options: object]>([
    ['ed25519', 'ed25519', 'ed25519-public', {}],
    ['p256', 'ecdsa-p256-sha256', 'p256-public', p1363],
    ['p256-sec1', 'ecdsa-p256-sha256', 'p256-public', p1363],
    ['p384-sec1', 'ecdsa-p384-sha384', 'p384-sec1', p1363],
    ['rsa', 'rsa-v1_5-sha256', 'rsa-public', {}],
    ['rsa', 'rsa-pss-sha256', 'rsa-public', pss(32)],
    ['rsa', 'rsa-pss-sha512', 'rsa-public', pss(64)],
    ['rsa-pkcs1', 'rsa-pss-sha512', 'rsa-public', pss(64)],
    ['rsa-pss', 'rsa-pss-sha256', 'rsa-pss', pss(32)],
    ['rsa-pss', 'rsa-pss-sha512', 'rsa-pss', pss(64)],
    ['rsa-pss-sha512', 'rsa-pss-sha512', 'rsa-pss-sha512-public', pss(64)],
  ])('the key of %s.pem signs as %s', async (file, algorithm, publicOf, options) => {
    const pem = keyFile(file)
    const key = await importSigningKey(pem, { keyId, algorithm })
    expect({ keyId: key.keyId, algorithm: key.algorithm }).toEqual({ keyId, algorithm })
    expect(await signsFor(key, keyFile(publicOf), options)).toBe(true)

    const escaped = await importSigningKey(pem.replaceAll('\n', '\\n'), { keyId, algorithm })
    const asBytes = await importSigningKey(Buffer.from(pem), { keyId, algorithm, format: 'pem' })
    const asSecret = await importSigningKey(Secret.fromText(pem), { keyId, algorithm, format: 'pem' })
    for (const same of [escaped, asBytes, asSecret]) {
      expect(await signsFor(same, keyFile(publicOf), options)).toBe(true)
    }
    // What node:crypto makes of the same file.
    if (file.startsWith('rsa-pss')) return
    const jwk = crypto.createPrivateKey(pem).export({ format: 'jwk' })
    expect(await signsFor(await importSigningKey(jwk, { keyId, algorithm }), keyFile(publicOf), options)).toBe(true)
    const der = crypto.createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' })
    const fromDer = await importSigningKey(der, { keyId, algorithm, format: 'der' })
    expect(await signsFor(fromDer, keyFile(publicOf), options)).toBe(true)
  })
})

describe('every public form is the same key', () => {
  test.each<[file: string, algorithm: Algorithm]>([
    ['ed25519-public', 'ed25519'],
    ['p256-public', 'ecdsa-p256-sha256'],
    ['p256-public-compressed', 'ecdsa-p256-sha256'],
    ['rsa-public', 'rsa-pss-sha512'],
    ['rsa-public-pkcs1', 'rsa-v1_5-sha256'],
    ['rsa-pss-sha512-public', 'rsa-pss-sha512'],
  ])('the key of %s.pem verifies', async (file, algorithm) => {
    const pem = keyFile(file)
    const key = await importVerifyingKey(pem, { keyId, algorithm })
    // Canonical form: uncompressed, rsaEncryption identifier.
    const canonical = exportPublicKey(key, 'pem')
    const again = await importVerifyingKey(exportPublicKey(key, 'jwk'), { keyId, algorithm })
    expect(exportPublicKey(again, 'pem')).toBe(canonical)
    const der = await importVerifyingKey(exportPublicKey(key, 'der'), { keyId, algorithm, format: 'der' })
    expect(exportPublicKey(der, 'pem')).toBe(canonical)
    if (algorithm.startsWith('rsa')) return
    const raw = await importVerifyingKey(exportPublicKey(key, 'raw'), { keyId, algorithm })
    expect(exportPublicKey(raw, 'pem')).toBe(canonical)
  })
})

test('Ed25519 takes 32 raw bytes of seed, or 64 with the public key behind it', async () => {
  const seed = bytes('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60')
  const publicKey = bytes('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')
  for (const material of [seed, Buffer.concat([seed, publicKey]), new Secret(seed)]) {
    const key = await importSigningKey(material, { keyId, algorithm: 'ed25519' })
    expect(exportPublicKey(key, 'raw')).toEqual(publicKey)
  }
  const foreign = Buffer.concat([seed, publicKey.map((byte, i) => (i === 31 ? byte ^ 0x80 : byte))])
  expect(await codeOf(() => importSigningKey(foreign, { keyId, algorithm: 'ed25519' }))).toBe('KEY_MALFORMED')
})

test('the caller may wipe what it imported from', async () => {
  const der = Buffer.from(derOf(keyFile('rsa')))
  const seed = Buffer.from(randomBytes(32))
  const rsa = await importSigningKey(der, { keyId, algorithm: 'rsa-pss-sha512', format: 'der' })
  const ed = await importSigningKey(seed, { keyId, algorithm: 'ed25519' })
  const [before, edBefore] = [exportPublicKey(rsa, 'pem'), new Uint8Array(ed.sign('text'))]
  der.fill(0)
  seed.fill(0)
  expect(exportPublicKey(rsa, 'pem')).toBe(before)
  expect(await signsFor(rsa, before, { padding: 6, saltLength: 64 })).toBe(true)
  expect(new Uint8Array(ed.sign('text'))).toEqual(edBefore)
})

const anyPrivate: readonly [file: string, algorithm: Algorithm][] = [
  ['ed25519', 'ed25519'],
  ['p256', 'ecdsa-p256-sha256'],
  ['p256-sec1', 'ecdsa-p256-sha256'],
  ['rsa', 'rsa-pss-sha512'],
  ['rsa-pkcs1', 'rsa-v1_5-sha256'],
]

describe('halves are not mixed up', () => {
  test.each(anyPrivate)('private %s.pem is no public key', async (file, algorithm) => {
    const pem = keyFile(file)
    const jwk = crypto.createPrivateKey(pem).export({ format: 'jwk' })
    const der = derOf(pem.slice(pem.lastIndexOf('-----BEGIN')))
    for (const call of [
      () => importVerifyingKey(pem, { keyId, algorithm }),
      () => importVerifyingKey(jwk, { keyId, algorithm }),
      () => importVerifyingKey(der, { keyId, algorithm, format: 'der' }),
      () => importVerifyingKey(pemOf('PUBLIC KEY', der), { keyId, algorithm }),
    ]) {
      expect(await codeOf(call)).toBe('KEY_MALFORMED')
    }
  })

  test.each<[file: string, algorithm: Algorithm]>([
    ['ed25519-public', 'ed25519'],
    ['p256-public', 'ecdsa-p256-sha256'],
    ['rsa-public', 'rsa-pss-sha512'],
    ['rsa-public-pkcs1', 'rsa-v1_5-sha256'],
    ['ed25519-certificate', 'ed25519'],
  ])('public %s.pem is no private key', async (file, algorithm) => {
    const pem = keyFile(file)
    const jwk = crypto.createPublicKey(pem).export({ format: 'jwk' })
    for (const call of [
      () => importSigningKey(pem, { keyId, algorithm }),
      () => importSigningKey(jwk, { keyId, algorithm }),
      () => importSigningKey(derOf(pem), { keyId, algorithm, format: 'der' }),
      () => importSigningKey(pemOf('PRIVATE KEY', derOf(pem)), { keyId, algorithm }),
    ]) {
      expect(await codeOf(call)).toBe('KEY_MALFORMED')
    }
  })

  test('a Secret is no public key, a certificate neither', async () => {
    const secret = new Secret(randomBytes(32))
    expect(await codeOf(() => importVerifyingKey(secret, { keyId, algorithm: 'ed25519' }))).toBe('KEY_MALFORMED')
    const certificate = keyFile('ed25519-certificate')
    expect(await codeOf(() => importVerifyingKey(certificate, { keyId, algorithm: 'ed25519' }))).toBe('KEY_MALFORMED')
  })
})

describe('the given algorithm decides', () => {
  const all: readonly Algorithm[] = ['ed25519', 'ecdsa-p256-sha256', 'ecdsa-p384-sha384', 'rsa-pss-sha512']
  test.each([...anyPrivate, ['ed448', 'ed25519'], ['secp256k1', 'ecdsa-p256-sha256']] as [string, Algorithm][])(
    '%s.pem is only what it is',
    async (file, algorithm) => {
      const family = algorithm.split('-')[0] as string
      const others = file === 'ed448' || file === 'secp256k1' ? all : all.filter((name) => !name.startsWith(family))
      for (const other of others) {
        expect(await codeOf(() => importSigningKey(keyFile(file), { keyId, algorithm: other }))).toBe('KEY_MALFORMED')
        const jwk = crypto.createPrivateKey(keyFile(file)).export({ format: 'jwk' })
        expect(await codeOf(() => importSigningKey(jwk, { keyId, algorithm: other }))).toBe('KEY_MALFORMED')
      }
    },
  )

  test.each<[file: string, algorithm: Algorithm]>([
    ['rsa-pss', 'rsa-v1_5-sha256'],
    ['rsa-pss-sha512', 'rsa-v1_5-sha256'],
    ['rsa-pss-sha512', 'rsa-pss-sha256'],
    ['p256-sec1-explicit', 'ecdsa-p256-sha256'],
    ['p384-sec1', 'ecdsa-p256-sha256'],
  ])('%s.pem is refused for %s', async (file, algorithm) => {
    expect(await codeOf(() => importSigningKey(keyFile(file), { keyId, algorithm }))).toBe('KEY_MALFORMED')
  })

  test('explicit curve parameters in a public key are refused', async () => {
    const pem = keyFile('p256-public-explicit')
    expect(await codeOf(() => importVerifyingKey(pem, { keyId, algorithm: 'ecdsa-p256-sha256' }))).toBe('KEY_MALFORMED')
  })

  test('an algorithm that does not exist is the caller’s mistake', async () => {
    for (const algorithm of ['', 'ED25519', 'none', 'constructor', '__proto__', undefined, 5] as never[]) {
      expect(await codeOf(() => importSigningKey(keyFile('ed25519'), { keyId, algorithm }))).toBe('ARGUMENT_INVALID')
      expect(await codeOf(() => importVerifyingKey(keyFile('ed25519'), { keyId, algorithm }))).toBe('ARGUMENT_INVALID')
    }
  })

  test('a key id that cannot go on the wire is refused', async () => {
    for (const [file, algorithm] of anyPrivate) {
      expect(await codeOf(() => importSigningKey(keyFile(file), { keyId: 'a b', algorithm }))).toBe('ARGUMENT_INVALID')
    }
  })
})

describe('forms are stated, not guessed', () => {
  test.each<[name: string, material: unknown, format: string | undefined, code: string]>([
    ['PEM text as raw bytes', Buffer.from(keyFile('ed25519')), undefined, 'KEY_MALFORMED'],
    ['DER as raw', derOf(keyFile('ed25519')), undefined, 'KEY_MALFORMED'],
    ['raw as DER', new Uint8Array(32), 'der', 'KEY_MALFORMED'],
    ['a string as DER', keyFile('ed25519'), 'der', 'KEY_MALFORMED'],
    ['a JWK as PEM', { kty: 'OKP' }, 'pem', 'KEY_MALFORMED'],
    ['bytes that are no UTF-8 as PEM', Uint8Array.of(0xff, 0xfe), 'pem', 'KEY_MALFORMED'],
    ['an unknown format', new Uint8Array(32), 'base64', 'KEY_MALFORMED'],
    ['hexadecimal text', '00'.repeat(32), undefined, 'KEY_MALFORMED'],
    ['null', null, undefined, 'KEY_MALFORMED'],
    ['undefined', undefined, undefined, 'KEY_MALFORMED'],
    ['a number', 5, undefined, 'KEY_MALFORMED'],
    ['an ArrayBuffer', new ArrayBuffer(32), undefined, 'KEY_MALFORMED'],
    ['31 bytes', new Uint8Array(31), undefined, 'KEY_MALFORMED'],
    ['33 bytes', new Uint8Array(33), undefined, 'KEY_MALFORMED'],
  ])('the import refuses %s', async (_name, material, format, code) => {
    const options = { keyId, algorithm: 'ed25519', ...(format === undefined ? {} : { format }) } as never
    expect(await codeOf(() => importSigningKey(material as PrivateKeyMaterial, options))).toBe(code)
    if (typeof material !== 'string' || format !== undefined) {
      expect(await codeOf(() => importVerifyingKey(material as Uint8Array, options))).toBe(code)
    }
  })

  test('RSA has no raw form', async () => {
    const options = { keyId, algorithm: 'rsa-pss-sha512' } as const
    expect(await codeOf(() => importSigningKey(derOf(keyFile('rsa')), options))).toBe('KEY_MALFORMED')
    expect(await codeOf(() => importVerifyingKey(derOf(keyFile('rsa-public')), options))).toBe('KEY_MALFORMED')
  })
})

describe('shared secrets', () => {
  const algorithm = 'hmac-sha256'
  const secret = randomBytes(32)
  const tag = hmacKey({ keyId, algorithm, secret }).sign('text')

  test('bytes, Secret and JWK are the same key, for both halves', async () => {
    const jwk = { kty: 'oct', k: Buffer.from(secret).toString('base64url'), alg: 'HS256' }
    for (const material of [secret, new Secret(secret), jwk]) {
      expect((await importVerifyingKey(material, { keyId, algorithm })).verify('text', tag)).toBe(true)
      expect((await importSigningKey(material, { keyId, algorithm })).verify('text', tag)).toBe(true)
    }
  })

  test('a PEM never becomes one: as text, as bytes, with white space before it', async () => {
    for (const file of ['rsa-public', 'ed25519-public', 'rsa', 'ed25519-certificate']) {
      const pem = keyFile(file)
      for (const material of [pem, Buffer.from(pem), Buffer.from(`\r\n \t${pem}`), Secret.fromText(pem)]) {
        const options = { keyId, algorithm } as const
        expect(await codeOf(() => importVerifyingKey(material as Uint8Array, options))).toBe('KEY_MALFORMED')
        expect(await codeOf(() => importSigningKey(material as Uint8Array, options))).toBe('KEY_MALFORMED')
      }
    }
  })

  test.each<[name: string, jwk: object]>([
    ['an Ed25519 JWK', crypto.createPublicKey(keyFile('ed25519-public')).export({ format: 'jwk' })],
    ['another hash', { kty: 'oct', k: 'AAAA', alg: 'HS512' }],
    ['no secret', { kty: 'oct' }],
    ['padded base64', { kty: 'oct', k: 'AAAAAA==' }],
  ])('a shared secret is refused: %s', async (_name, jwk) => {
    expect(await codeOf(() => importVerifyingKey(jwk, { keyId, algorithm }))).toBe('KEY_MALFORMED')
  })

  test('and an HMAC secret never becomes a private key', async () => {
    const jwk = { kty: 'oct', k: Buffer.from(secret).toString('base64url') }
    for (const other of ['ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512'] as const) {
      expect(await codeOf(() => importSigningKey(jwk, { keyId, algorithm: other }))).toBe('KEY_MALFORMED')
    }
  })

  test('generated ones are as long as the hash', () => {
    expect(
      ['hmac-sha256', 'hmac-sha384', 'hmac-sha512'].map((name) => generateSecret(name as 'hmac-sha256').length),
    ).toEqual([32, 48, 64])
  })
})

test('a superfluous passphrase is refused', async () => {
  for (const [file, algorithm] of anyPrivate) {
    expect(await codeOf(() => importSigningKey(keyFile(file), { keyId, algorithm, passphrase: PASSPHRASE }))).toBe(
      'KEY_PASSPHRASE',
    )
  }
})

test.each([undefined, null, 5, true, () => {}, Promise.resolve('pem')])(
  'what is no material is refused as what it is: %o',
  async (material) => {
    for (const [read, algorithm] of [
      [importSigningKey, 'ed25519'],
      [importSigningKey, 'ecdsa-p256-sha256'],
      [importSigningKey, 'rsa-pss-sha256'],
      [importSigningKey, 'hmac-sha256'],
      [importVerifyingKey, 'ed25519'],
      [importVerifyingKey, 'hmac-sha256'],
    ] as const)
      await expect(read(material as never, { keyId, algorithm } as never)).rejects.toThrow(
        expect.objectContaining({
          code: 'KEY_MALFORMED',
          message: expect.stringContaining(`, got ${kindOf(material)}`),
        }),
      )
  },
)

describe('P-521', () => {
  test('Node and WebCrypto make the keys and signatures that are read here, and read the ones from here', async () => {
    const { generateKeyPairSync, sign, verify } = await import('node:crypto')
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp521r1' })
    const options = { keyId: 'k', algorithm: 'ecdsa-p521-sha512' } as const
    const text = Buffer.from('text')
    const pem = { type: 'pkcs8', format: 'pem' } as const
    for (const material of [
      privateKey.export(pem),
      privateKey.export({ type: 'sec1', format: 'pem' }),
      privateKey.export({ format: 'jwk' }),
    ]) {
      const own = await importSigningKey(material as string, options)
      const signature = own.sign('text') as Uint8Array
      expect(signature).toHaveLength(132)
      expect(verify('sha512', text, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
    }
    const signature = sign('sha512', text, { key: privateKey, dsaEncoding: 'ieee-p1363' })
    for (const material of [publicKey.export({ type: 'spki', format: 'pem' }), publicKey.export({ format: 'jwk' })]) {
      const own = await importVerifyingKey(material as string, options)
      expect(own.verify('text', signature)).toBe(true)
      expect(own.verify('texts', signature)).toBe(false)
    }
  })
})

test('Node reads what RSA with SHA-512 has signed here, and the other way round, in PKCS #1 v1.5', async () => {
  const { generateKeyPairSync, sign, verify } = await import('node:crypto')
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const options = { keyId: 'k', algorithm: 'rsa-v1_5-sha512' } as const
  const text = Buffer.from('text')
  const own = await importSigningKey({ ...privateKey.export({ format: 'jwk' }), alg: 'RS512' }, options)
  const signature = await Promise.resolve(own.sign('text'))
  expect(verify('sha512', text, publicKey, signature)).toBe(true)
  expect(verify('sha256', text, publicKey, signature)).toBe(false)
  const reader = await importVerifyingKey(publicKey.export({ type: 'spki', format: 'pem' }).toString(), options)
  const accepts = async (hash: string): Promise<boolean> => reader.verify('text', sign(hash, text, privateKey))
  expect([await accepts('sha512'), await accepts('sha256')]).toEqual([true, false])
  await expect(
    importSigningKey({ ...privateKey.export({ format: 'jwk' }), alg: 'RS256' }, options),
  ).rejects.toMatchObject({ code: 'KEY_MALFORMED' })
})

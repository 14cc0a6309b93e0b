import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { importVerifyingKey } from '../../../src/crypto/index.js'
import { type DiagnoseOptions, diagnose } from '../../../src/doctor/index.js'
import { EC_KEY, ED25519_KEY, OTHER_RSA_KEY, RSA_KEY } from '../../doctor/keys.mjs'

const params = '("@method" "@authority" "@path");created=1700000000;keyid="k1"'
const base = `"@method": GET\n"@authority": api.example.com\n"@path": /v1\n"@signature-params": ${params}`
const request = (signature: Uint8Array, label = 'sig1', extra = '') =>
  `GET /v1 HTTP/1.1\r\nHost: api.example.com\r\nSignature-Input: sig1=${params}${extra}\r\nSignature: ${label}=:${Buffer.from(signature).toString('base64')}:\r\n\r\n`
const publicOf = (pem: string) => createPublicKey(pem).export({ type: 'spki', format: 'pem' }) as string

const first = async (signature: Uint8Array, options: DiagnoseOptions) => {
  const { findings, signature: verdict, tried } = await diagnose(request(signature), { budgetMs: 20_000, ...options })
  const { id, cause, certainty } = findings[0] ?? {}
  return { id, cause, certainty, verdict, tried }
}
const PSS = constants.RSA_PKCS1_PSS_PADDING
const bytes = Buffer.from(base)
const rsa = { publicKey: publicOf(RSA_KEY), algorithm: 'rsa-pss-sha512' } as const

/** Read with another hash, one padding in 256 looks like one: then that is tested as well, and refused. */
const FEW = expect.toSatisfy((tried: number) => tried >= 1 && tried <= 6)

describe('an RSA signature is read with the public key', () => {
  test('as it is meant', async () => {
    const made = sign('sha512', bytes, { key: RSA_KEY, padding: PSS, saltLength: 64 })
    expect(await first(made, rsa)).toMatchObject({ verdict: 'fits', tried: FEW })
  })

  test.each([
    ['no salt', 'sha512', 0, /has 0 bytes, where 64 are meant/],
    ['the salt of another hash', 'sha512', 32, /has 32 bytes, where 64/],
    ['the longest salt', 'sha512', constants.RSA_PSS_SALTLEN_MAX_SIGN, /has 190 bytes, the most that fit, where 64/],
  ])('the finding is right for PSS with %s', async (_, hash, saltLength, cause) => {
    const made = sign(hash, bytes, { key: RSA_KEY, padding: PSS, saltLength })
    expect(await first(made, rsa)).toMatchObject({
      id: 'rsa-salt-length',
      certainty: 'proven',
      cause: expect.stringMatching(cause),
      tried: FEW,
    })
  })

  test.each([
    ['PKCS #1 v1.5 for PSS', sign('sha512', bytes, RSA_KEY), rsa, /PKCS #1 v1.5 with SHA512, where rsa-pss-sha512/],
    [
      'PSS for PKCS #1 v1.5',
      sign('sha256', bytes, { key: RSA_KEY, padding: PSS, saltLength: 32 }),
      { ...rsa, algorithm: 'rsa-v1_5-sha256' },
      /PSS with SHA256, where rsa-v1_5-sha256/,
    ],
    ['another hash', sign('sha1', bytes, RSA_KEY), { ...rsa, algorithm: 'rsa-v1_5-sha256' }, /SHA1/],
  ] as const)('the finding is right for %s', async (_, made, options, cause) => {
    expect(await first(made, options)).toMatchObject({
      id: 'algorithm',
      cause: expect.stringMatching(cause),
      tried: FEW,
    })
  })

  test('of another key it is certain without any text', async () => {
    // Without a salt: what another key makes of it is the same in every run.
    const made = sign('sha512', bytes, OTHER_RSA_KEY)
    expect(await first(made, rsa)).toMatchObject({
      id: 'key-other',
      certainty: 'proven',
      verdict: 'unexplained',
      tried: 0,
    })
  })

  test('its padding is certain also where no text fits', async () => {
    const made = sign('sha512', Buffer.from('something else'), RSA_KEY)
    expect(await first(made, rsa)).toMatchObject({ id: 'algorithm', certainty: 'proven', verdict: 'unexplained' })
  })

  test('a modulus whose length is no multiple of 8 bits', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_049 })
    const made = sign('sha512', bytes, { key: privateKey, padding: PSS, saltLength: 0 })
    const publicPem = (publicKey as KeyObject).export({ type: 'spki', format: 'pem' }) as string
    expect(await first(made, { ...rsa, publicKey: publicPem })).toMatchObject({ id: 'rsa-salt-length' })
  })

  test('a key object takes the place of PEM', async () => {
    const key = await importVerifyingKey(publicOf(RSA_KEY), { keyId: 'k1', algorithm: 'rsa-v1_5-sha256' })
    expect(await first(sign('sha256', bytes, RSA_KEY), { key })).toMatchObject({ verdict: 'fits' })
  })
})

describe('an ECDSA signature', () => {
  const ec = { publicKey: publicOf(EC_KEY), algorithm: 'ecdsa-p256-sha256' } as const
  test.each([
    ['as it is meant', sign('sha256', bytes, { key: EC_KEY, dsaEncoding: 'ieee-p1363' }), undefined],
    ['in DER', sign('sha256', bytes, { key: EC_KEY, dsaEncoding: 'der' }), 'ecdsa-der'],
    ['with another hash', sign('sha512', bytes, { key: EC_KEY, dsaEncoding: 'ieee-p1363' }), 'algorithm'],
    ['in DER with another hash', sign('sha384', bytes, { key: EC_KEY, dsaEncoding: 'der' }), 'ecdsa-der'],
  ])('the finding is right for one that is made %s', async (_, made, id) => {
    expect((await first(made, ec)).id).toBe(id)
  })

  test('of Ed25519 is one of another algorithm, which its length tells', async () => {
    expect(await first(sign('sha512', bytes, RSA_KEY), { publicKey: publicOf(ED25519_KEY) })).toMatchObject({
      id: 'signature-length',
      certainty: 'proven',
    })
  })
})

import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
import { expect, test } from 'vitest'
import { mlDsaKey, mlDsaVerifyingKey } from '../../../src/crypto/ml-dsa.js'
import { type DiagnoseOptions, diagnose } from '../../../src/doctor/index.js'
import { withCode } from '../../expect-code.js'
import PEM from '../../vectors/rfc9964/pem.json' with { type: 'json' }

const params = '("@method" "@authority" "@path");created=1700000000;keyid="k1"'
const base = `"@method": GET\n"@authority": api.example.com\n"@path": /v1\n"@signature-params": ${params}`
const seed = new Uint8Array(32).fill(9)
const small = mlDsaKey({ keyId: 'k1', algorithm: 'ml-dsa-44', seed, mlDsa })
const large = mlDsaKey({ keyId: 'k1', algorithm: 'ml-dsa-65', seed, mlDsa })

const found = async (signature: Uint8Array, options: DiagnoseOptions) => {
  const text = `GET /v1 HTTP/1.1\r\nHost: api.example.com\r\nSignature-Input: sig1=${params}\r\nSignature: sig1=:${Buffer.from(signature).toString('base64')}:\r\n\r\n`
  const { findings, signature: verdict } = await diagnose(text, { budgetMs: 5_000, ...options })
  return { verdict, first: findings[0] }
}

test('a signature of ML-DSA fits its key', async () => {
  expect(await found(small.sign(base), { key: small.verifyingKey })).toMatchObject({ verdict: 'fits' })
})

test('a signature of another parameter set is named', async () => {
  const { verdict, first } = await found(large.sign(base), { key: small.verifyingKey })
  expect(verdict).not.toBe('fits')
  expect(first).toMatchObject({
    id: 'signature-length',
    certainty: 'proven',
    cause: 'The signature is not one of ml-dsa-44: it has 3309 bytes, not 2420.',
  })
  expect(JSON.stringify(first)).toContain('ML-DSA-65')
})

test.each<[what: string, publicKey: string | object, text: string]>([
  ['as PEM', PEM.keys[0]?.public ?? '', 'a key of ML-DSA-44'],
  ['as PEM of another set', PEM.keys[1]?.public ?? '', 'a key of ML-DSA-65'],
  ['as JWK', large.publicJwk, 'a key of ML-DSA-65'],
  ['as JWK of a set that is none', { kty: 'AKP', alg: 'hidden', pub: '' }, 'a key of type AKP'],
])('a public key %s is known for what it is', async (_, publicKey, text) => {
  await expect(found(small.sign(base), { publicKey } as DiagnoseOptions)).rejects.toThrow(
    withCode('KEY_UNSUPPORTED', `${text}: pass "key", from importMlDsaVerifyingKey()`),
  )
})

test('its key is what mlDsaVerifyingKey() makes', () => {
  expect(
    mlDsaVerifyingKey({ keyId: 'k1', algorithm: 'ml-dsa-44', publicKey: small.publicJwk, mlDsa }).publicJwk,
  ).toEqual(small.publicJwk)
})

import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
import { expect, test } from 'vitest'
import { exportPrivateKey, exportPublicKey, generateKeyPair, importSigningKey } from '../../../src/crypto/index.js'
import { mlDsaKey } from '../../../src/crypto/ml-dsa.js'
import { withCode } from '../../expect-code.js'

// ML-DSA has a separate subpath, which no bundle is to pay for: what has functions for the other algorithms says where it is.

const key = mlDsaKey({ keyId: 'pq-1', algorithm: 'ml-dsa-65', seed: new Uint8Array(32), mlDsa })
const named = (algorithm: string) => ({ keyId: 'pq-1', algorithm: algorithm as never })

test.each<[what: string, call: () => unknown, code: 'ARGUMENT_INVALID' | 'KEY_UNSUPPORTED', text: string]>([
  [
    'generateKeyPair',
    () => generateKeyPair('ml-dsa-65' as never, { keyId: 'pq-1' }),
    'ARGUMENT_INVALID',
    'generateKeyPair has no ml-dsa-65: mlDsaKey({ keyId, algorithm, seed: randomBytes(32) }) of countersign/rfc9421/ml-dsa',
  ],
  [
    'generateKeyPair, of a pair',
    () => generateKeyPair('ed25519+ml-dsa-44' as never, { keyId: 'pq-1' }),
    'ARGUMENT_INVALID',
    'generateKeyPair has no ml-dsa-44: mlDsaKey({ keyId, algorithm, seed',
  ],
  [
    'importSigningKey',
    () => importSigningKey('a text', named('ml-dsa-87')),
    'ARGUMENT_INVALID',
    'importSigningKey has no ml-dsa-87: importMlDsaKey() or mlDsaKey() of countersign/rfc9421/ml-dsa',
  ],
  [
    'exportPublicKey',
    async () => exportPublicKey(key, 'pem'),
    'KEY_UNSUPPORTED',
    'exportPublicKey has no ml-dsa-65: "publicJwk" of mlDsaKey() or mlDsaVerifyingKey() of countersign/rfc9421/ml-dsa',
  ],
  [
    'exportPublicKey, of the public half',
    async () => exportPublicKey(key.verifyingKey, 'jwk'),
    'KEY_UNSUPPORTED',
    '"publicJwk" of mlDsaKey() or mlDsaVerifyingKey()',
  ],
  [
    'exportPrivateKey',
    () => exportPrivateKey(key, 'pem'),
    'KEY_UNSUPPORTED',
    'exportPrivateKey has no ml-dsa-65: keep the seed of mlDsaKey() of countersign/rfc9421/ml-dsa',
  ],
])('%s of a key of ML-DSA names what does it', async (_, call, code, text) => {
  await expect(call()).rejects.toThrow(withCode(code, text))
})

test('another name that is no algorithm is refused as before', async () => {
  await expect(generateKeyPair('ml-dsa' as never, { keyId: 'pq-1' })).rejects.toThrow(
    withCode('ARGUMENT_INVALID', '"algorithm" must be a supported algorithm'),
  )
})

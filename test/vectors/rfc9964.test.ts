import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
import { describe, expect, test } from 'vitest'
import type { PostQuantumAlgorithm } from '../../src/crypto/algorithm.js'
import { base64urlDecode } from '../../src/crypto/encoding.js'
import { mlDsaKey, mlDsaThumbprint, mlDsaVerifyingKey } from '../../src/crypto/ml-dsa.js'
import VECTORS from './rfc9964/jose.json' with { type: 'json' }

// The only published vectors of ML-DSA near this: none exists for HTTP message signatures.
describe.each(VECTORS.vectors)('$alg of RFC 9964, appendix A.1,', ({ alg, kid, jws }) => {
  const algorithm = alg.toLowerCase() as PostQuantumAlgorithm
  const key = mlDsaKey({ keyId: kid, algorithm, seed: new Uint8Array(32), mlDsa })
  const [header, payload, signature] = jws.split('.') as [string, string, string]

  test('has the thumbprint that is printed as its key id', () => {
    expect(mlDsaThumbprint(key.publicJwk)).toBe(kid)
    expect(key.publicJwk).toMatchObject({ kty: 'AKP', alg, kid })
  })

  test('has signed the token that is printed', () => {
    const bytes = base64urlDecode(signature) as Uint8Array
    const read = mlDsaVerifyingKey({ keyId: kid, algorithm, publicKey: key.publicJwk, mlDsa })
    expect(read.verify(`${header}.${payload}`, bytes)).toBe(true)
    expect(read.verify(`${header}.${payload}.`, bytes)).toBe(false)
  })
})

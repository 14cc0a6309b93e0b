import { createHash, webcrypto } from 'node:crypto'
import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
import { describe, expect, test } from 'vitest'
import type { PostQuantumAlgorithm } from '../../../src/crypto/algorithm.js'
import { base64url } from '../../../src/crypto/encoding.js'
import { isSyncKey } from '../../../src/crypto/held.js'
import {
  type MlDsaModule,
  mlDsaKey,
  mlDsaKeys,
  mlDsaThumbprint,
  mlDsaVerifyingKey,
  mlDsaWebCryptoSigningKey,
  mlDsaWebCryptoVerifyingKey,
} from '../../../src/crypto/ml-dsa.js'
import { Secret } from '../../../src/crypto/secret.js'
import { codeOf, textOf } from '../../expect-code.js'

const SEED = new Uint8Array(32).fill(9)
const ALGORITHMS: readonly PostQuantumAlgorithm[] = ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87']
const options = { keyId: 'pq-1', algorithm: 'ml-dsa-44', mlDsa } as const
const key = mlDsaKey({ ...options, seed: SEED })
const { publicJwk } = key
const privateJwk = { ...publicJwk, priv: base64url(SEED) }

/** Whether this runtime has ML-DSA itself. */
const isNative = ((): boolean => {
  try {
    mlDsaKey({ keyId: 'pq-1', algorithm: 'ml-dsa-44', seed: SEED })
    return true
  } catch {
    return false
  }
})()

describe('a key of ML-DSA', () => {
  test.each(ALGORITHMS)('of %s signs what its public half verifies, and nothing else', (algorithm) => {
    const one = mlDsaKey({ ...options, algorithm, seed: Secret.fromText('x'.repeat(32)) })
    const signature = one.sign('a text')
    expect(one.verifyingKey.verify('a text', signature)).toBe(true)
    expect(one.verifyingKey.verify(new TextEncoder().encode('a text'), signature)).toBe(true)
    expect(one.verifyingKey.verify('a texT', signature)).toBe(false)
    expect(one.verifyingKey.verify('a text', signature.slice(1))).toBe(false)
    signature[100] = (signature[100] as number) ^ 1
    expect(one.verifyingKey.verify('a text', signature)).toBe(false)
    expect(isSyncKey(one) && isSyncKey(one.verifyingKey)).toBe(true)
    expect(JSON.stringify(one)).not.toContain('priv')
  })

  test('is read from a private JWK whose halves belong together, and from no other', () => {
    expect(mlDsaKey({ ...options, seed: privateJwk }).publicJwk).toEqual(publicJwk)
    const other = mlDsaKey({ ...options, seed: new Uint8Array(32) }).publicJwk.pub
    const wrong: ReadonlyArray<readonly [jwk: object, text: string]> = [
      [{ ...privateJwk, pub: other }, 'the "pub" that belongs to its "priv"'],
      [{ ...privateJwk, kty: 'OKP' }, '"kty" AKP and "alg" ML-DSA-44'],
      [{ ...privateJwk, alg: 'ML-DSA-65' }, '"kty" AKP and "alg" ML-DSA-44'],
      [{ ...privateJwk, alg: undefined }, '"kty" AKP and "alg" ML-DSA-44'],
      [{ ...privateJwk, priv: base64url(new Uint8Array(31)) }, '"priv" of 32 bytes'],
      [{ ...privateJwk, priv: `${base64url(SEED)}=` }, '"priv" of 32 bytes'],
      [{ ...privateJwk, use: 'enc' }, '"use" sig or none'],
      [{ ...privateJwk, key_ops: ['verify'] }, '"key_ops" with sign or none'],
      [{ ...publicJwk }, '"priv" of 32 bytes'],
      [Object.create(privateJwk), '"kty" AKP'],
    ]
    for (const [seed, text] of wrong) {
      const said = textOf(() => mlDsaKey({ ...options, seed }))
      expect(said).toContain('KEY_MALFORMED')
      expect(said).toContain(text)
    }
    expect(textOf(() => mlDsaKey({ ...options, seed: null as never }))).toBe(
      'KEY_MALFORMED "seed" must be bytes or a JWK, got null',
    )
    for (const more of [{ use: 'sig' }, { key_ops: ['sign', 'verify'] }])
      expect(mlDsaKey({ ...options, seed: { ...privateJwk, ...more } }).publicJwk).toEqual(publicJwk)
    const hex = '0a'.repeat(32)
    const said = textOf(() => mlDsaKey({ ...options, seed: hex as never }))
    expect(said).toBe('KEY_MALFORMED "seed" must be bytes or a JWK, got a string')
    expect(codeOf(() => mlDsaKey({ ...options, seed: SEED.slice(1) }))).toBe('ARGUMENT_INVALID')
    expect(codeOf(() => mlDsaKey({ ...options, seed: SEED, algorithm: 'ML-DSA-44' as never }))).toBe('ARGUMENT_INVALID')
  })

  test('has a public half that is read from a public JWK or its bytes', () => {
    const signature = key.sign('a text')
    for (const publicKey of [publicJwk, { ...publicJwk, key_ops: ['verify'] }])
      expect(mlDsaVerifyingKey({ ...options, publicKey }).verify('a text', signature)).toBe(true)
    expect(codeOf(() => mlDsaVerifyingKey({ ...options, publicKey: privateJwk }))).toBe('KEY_MALFORMED')
    expect(codeOf(() => mlDsaVerifyingKey({ ...options, publicKey: new Uint8Array(1311) }))).toBe('KEY_MALFORMED')
    expect(textOf(() => mlDsaVerifyingKey({ ...options, publicKey: 'pub' as never }))).toBe(
      'KEY_MALFORMED "publicKey" must be bytes or a JWK, got a string',
    )
    expect(codeOf(() => mlDsaThumbprint({ ...publicJwk, alg: 'ML-DSA-65' }))).toBe('KEY_MALFORMED')
    expect(codeOf(() => mlDsaThumbprint(null as never))).toBe('KEY_MALFORMED')
    expect(mlDsaThumbprint({ ...publicJwk, kid: 'another' })).toBe(mlDsaThumbprint(publicJwk))
  })

  test('has a thumbprint of its members in their order', () => {
    const text = JSON.stringify({ alg: 'ML-DSA-44', kty: 'AKP', pub: publicJwk.pub })
    expect(mlDsaThumbprint(publicJwk)).toBe(createHash('sha256').update(text).digest('base64url'))
  })

  test('takes no answer of the module but true, and none about a signature of another length', () => {
    const answering = (verify: () => unknown) =>
      mlDsaVerifyingKey({
        ...options,
        publicKey: publicJwk,
        mlDsa: { ...mlDsa, ml_dsa44: { ...mlDsa.ml_dsa44, verify } } as unknown as MlDsaModule,
      })
    const signature = new Uint8Array(2420)
    expect(answering(() => true).verify('a text', signature)).toBe(true)
    for (const length of [0, 2419, 2421])
      expect(answering(() => true).verify('a text', new Uint8Array(length))).toBe(false)
    expect(answering(() => 1).verify('a text', signature)).toBe(false)
    const throwing = answering(() => {
      throw new RangeError('of the module')
    })
    expect(throwing.verify('a text', signature)).toBe(false)
  })

  test('needs the functions that the module has', () => {
    for (const one of [null, {}, mlDsa.ml_dsa44, { ml_dsa44: { ...mlDsa.ml_dsa44, verify: 1 } }]) {
      const made = () => mlDsaKey({ ...options, seed: SEED, mlDsa: one as unknown as MlDsaModule })
      expect(textOf(made)).toContain('ARGUMENT_INVALID "mlDsa" must be the module @noble/post-quantum/ml-dsa.js')
    }
  })

  test.skipIf(isNative)('is refused where neither the runtime nor the caller has the algorithm', () => {
    const bare = { keyId: 'pq-1', algorithm: 'ml-dsa-44' } as const
    expect(textOf(() => mlDsaKey({ ...bare, seed: SEED }))).toContain('KEY_UNSUPPORTED this runtime has no ML-DSA')
    expect(codeOf(() => mlDsaVerifyingKey({ ...bare, publicKey: publicJwk }))).toBe('KEY_UNSUPPORTED')
  })

  test.skipIf(isNative)('is refused by what reads keys of others before the first one comes', () => {
    const text =
      'KEY_UNSUPPORTED mlDsaKeys: this runtime has no ML-DSA: "mlDsa" must be passed, import * as mlDsa from "@noble/post-quantum'
    for (const none of [undefined, {}, { mlDsa: undefined }])
      expect(textOf(() => mlDsaKeys(none as never))).toContain(text)
  })

  test.runIf(isNative)('is read from others by the runtime itself', () => {
    expect(mlDsaKeys().algorithms).toEqual(ALGORITHMS)
  })

  test('is read from others with the whole module alone', () => {
    expect(mlDsaKeys({ mlDsa }).algorithms).toEqual(ALGORITHMS)
    for (const one of [null, {}, mlDsa.ml_dsa44, { ml_dsa44: mlDsa.ml_dsa44, ml_dsa65: mlDsa.ml_dsa65 }])
      expect(textOf(() => mlDsaKeys({ mlDsa: one as unknown as MlDsaModule }))).toContain(
        'ARGUMENT_INVALID "mlDsa" must be the module @noble/post-quantum/ml-dsa.js',
      )
  })

  test.runIf(isNative).each(ALGORITHMS)('of %s is the same key in the runtime and in noble', (algorithm) => {
    const bare = { keyId: 'pq-1', algorithm } as const
    const ours = mlDsaKey({ ...bare, seed: SEED })
    const theirs = mlDsaKey({ ...bare, seed: SEED, mlDsa })
    expect(ours.publicJwk).toEqual(theirs.publicJwk)
    expect(theirs.verifyingKey.verify('a text', ours.sign('a text'))).toBe(true)
    expect(ours.verifyingKey.verify('a text', theirs.sign('a text'))).toBe(true)
    expect(ours.verifyingKey.verify('a texT', theirs.sign('a text'))).toBe(false)
    expect(mlDsaVerifyingKey({ ...bare, publicKey: theirs.publicJwk }).publicJwk).toEqual(ours.publicJwk)
  })

  test.runIf(isNative && process.versions['bun'] === undefined)('of WebCrypto signs what noble verifies', async () => {
    const stated = { keyId: 'tab-1', algorithm: 'ml-dsa-44' } as const
    const pair = (await webcrypto.subtle.generateKey({ name: 'ML-DSA-44' } as never, false, [
      'sign',
      'verify',
    ])) as unknown as CryptoKeyPair
    const jwk = await webcrypto.subtle.exportKey('jwk', pair.publicKey as never)
    const signature = await mlDsaWebCryptoSigningKey(pair.privateKey, stated).sign('a text')
    expect(mlDsaVerifyingKey({ ...stated, publicKey: jwk as never, mlDsa }).verify('a text', signature)).toBe(true)
    const verifying = mlDsaWebCryptoVerifyingKey(pair.publicKey, stated)
    expect(await verifying.verify('a text', signature)).toBe(true)
    expect(await verifying.verify('a texT', signature)).toBe(false)
    expect(await verifying.verify('a text', signature.slice(1))).toBe(false)
  })
})

import { describe, expect, test, vi } from 'vitest'
import { held, isSyncKey } from '../../../src/crypto/held.js'
import { mlDsaWebCryptoSigningKey, mlDsaWebCryptoVerifyingKey } from '../../../src/crypto/ml-dsa-web-crypto.js'
import { codeOf, textOf } from '../../expect-code.js'

describe('a key of ML-DSA', () => {
  test('of WebCrypto must be of the given algorithm, type and usage', () => {
    const of = (name: string, type: string, ...usages: string[]) => ({ algorithm: { name }, type, usages }) as CryptoKey
    const stated = { keyId: 'tab-1', algorithm: 'ml-dsa-44' } as const
    for (const one of [
      of('ML-DSA-65', 'private', 'sign'),
      of('ML-DSA-44', 'public', 'sign'),
      of('ML-DSA-44', 'private'),
      undefined as never,
    ])
      expect(codeOf(() => mlDsaWebCryptoSigningKey(one, stated))).toBe('KEY_MALFORMED')
    expect(codeOf(() => mlDsaWebCryptoVerifyingKey(of('ML-DSA-44', 'private', 'sign'), stated))).toBe('KEY_MALFORMED')
    expect(isSyncKey(mlDsaWebCryptoSigningKey(of('ML-DSA-44', 'private', 'sign'), stated))).toBe(false)
  })

  test('of WebCrypto is taken by its members, and by no fewer', () => {
    const stated = { keyId: 'tab-1', algorithm: 'ml-dsa-44' } as const
    const whole = { algorithm: { name: 'ML-DSA-44' }, type: 'public', usages: ['verify'] }
    expect(mlDsaWebCryptoVerifyingKey(whole as unknown as CryptoKey, stated)).toMatchObject(stated)
    for (const less of [
      null,
      { ...whole, algorithm: undefined },
      { ...whole, usages: undefined },
      { ...whole, usages: ['sign'] },
    ])
      expect(textOf(() => mlDsaWebCryptoVerifyingKey(less as unknown as CryptoKey, stated))).toBe(
        'KEY_MALFORMED CryptoKey must be a public key of ML-DSA-44 with usage verify',
      )
  })

  test('of WebCrypto is asked with the bytes of a text, and never about a signature of another length', async () => {
    const { subtle } = globalThis.crypto
    const sign = vi.spyOn(subtle, 'sign').mockResolvedValue(Uint8Array.of(1, 2).buffer)
    const verify = vi.spyOn(subtle, 'verify').mockResolvedValue(true)
    try {
      const of = (type: string, usage: string) =>
        ({ algorithm: { name: 'ML-DSA-44' }, type, usages: [usage] }) as unknown as CryptoKey
      const stated = { keyId: 'tab-1', algorithm: 'ml-dsa-44' } as const
      const [own, other] = [of('private', 'sign'), of('public', 'verify')]
      const signing = mlDsaWebCryptoSigningKey(own, stated)
      const verifying = mlDsaWebCryptoVerifyingKey(other, stated)
      expect(await signing.sign('é')).toEqual(Uint8Array.of(1, 2))
      expect(sign.mock.calls).toEqual([[{ name: 'ML-DSA-44' }, own, Uint8Array.of(0xc3, 0xa9)]])
      for (const length of [0, 2419, 2421]) expect(await verifying.verify('é', new Uint8Array(length))).toBe(false)
      expect(verify).not.toHaveBeenCalled()
      const signature = new Uint8Array(2420)
      expect(await verifying.verify('é', signature)).toBe(true)
      expect(verify.mock.calls).toEqual([[{ name: 'ML-DSA-44' }, other, signature, Uint8Array.of(0xc3, 0xa9)]])
      verify.mockResolvedValue(false)
      expect(await verifying.verify('é', signature)).toBe(false)
      expect(signing).toMatchObject(stated)
      for (const one of [signing, verifying]) expect(held(one)).toEqual({ sync: false })
    } finally {
      vi.restoreAllMocks()
    }
  })
})

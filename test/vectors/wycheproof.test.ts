import { expect, test } from 'vitest'
import { aesCbcDecrypt, aesCbcEncrypt, pbkdf2 } from '#backend/kdf'
import { AEADS, openSealed, sealFresh } from '../../src/crypto/aead.js'
import type { Algorithm } from '../../src/crypto/algorithm.js'
import { concatBytes } from '../../src/crypto/encoding.js'
import { hmacKey, importVerifyingKey, jwkThumbprint, type VerifyingKey } from '../../src/crypto/index.js'
import { describeShared, sharedJson } from '../shared-vectors.js'

interface Case {
  readonly tcId: number
  readonly comment: string
  readonly result: 'valid' | 'invalid' | 'acceptable'
}

interface Suite<G, T> {
  readonly numberOfTests: number
  readonly testGroups: readonly (G & { readonly tests: readonly (T & Case)[] })[]
}

interface PublicKeyGroup {
  readonly publicKeyDer: string
  readonly publicKeyPem: string
  readonly publicKeyJwk?: JsonWebKey
  readonly keyJwk?: JsonWebKey
  readonly sha: string
  readonly mgfSha?: string
  readonly sLen?: number
  readonly keySize?: number
}

interface Signed {
  readonly msg: string
  readonly sig: string
}

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const hexOf = (value: Uint8Array): string => Buffer.from(value).toString('hex')
const load = <G, T>(file: string): Suite<G, T> => sharedJson(`wycheproof/${file}_test.json`)

/** The group's key, read from each of its forms; they must be the same key. */
async function keyOf(group: PublicKeyGroup, algorithm: Algorithm): Promise<VerifyingKey> {
  const options = { keyId: 'k', algorithm } as const
  const key = await importVerifyingKey(bytes(group.publicKeyDer), { ...options, format: 'der' })
  const name = jwkThumbprint(key)
  expect(jwkThumbprint(await importVerifyingKey(group.publicKeyPem, options))).toBe(name)
  const jwk = group.publicKeyJwk ?? group.keyJwk
  if (jwk !== undefined) expect(jwkThumbprint(await importVerifyingKey(jwk, options))).toBe(name)
  return key
}

// Each verdict is compared with the file's, on both backends: equal to it means equal to each other. "acceptable" (a
// PKCS#1 encoding without NULL) counts as invalid.
function signatures(
  file: string,
  algorithm: Algorithm,
  count: number,
  inScope: (group: PublicKeyGroup) => boolean = () => true,
): void {
  test(`${file} has ${count} signatures with ${algorithm}, each judged as it says`, async () => {
    const suite = load<PublicKeyGroup, Signed>(file)
    const wrong: unknown[] = []
    let ran = 0
    for (const group of suite.testGroups.filter(inScope)) {
      const key = await keyOf(group, algorithm)
      for (const { tcId, comment, msg, sig, result } of group.tests) {
        const verdict = await key.verify(bytes(msg), bytes(sig))
        if (verdict !== (result === 'valid')) wrong.push({ tcId, comment, result, verdict })
        ran++
      }
    }
    expect(wrong).toEqual([])
    expect(ran).toBe(count)
  })
}

describeShared('Wycheproof', () => {
  signatures('ed25519', 'ed25519', 151)
  signatures('ecdsa_secp256r1_sha256_p1363', 'ecdsa-p256-sha256', 262)
  signatures('ecdsa_secp384r1_sha384_p1363', 'ecdsa-p384-sha384', 280)
  signatures('rsa_signature_2048_sha256', 'rsa-v1_5-sha256', 259)
  signatures('rsa_signature_3072_sha256', 'rsa-v1_5-sha256', 259)
  signatures('rsa_signature_4096_sha256', 'rsa-v1_5-sha256', 258)
  signatures('rsa_pss_2048_sha256_mgf1_32', 'rsa-pss-sha256', 108)
  signatures('rsa_pss_4096_sha512_mgf1_64', 'rsa-pss-sha512', 179)

  const pinned = (sha: string, sLen: number) => (group: PublicKeyGroup) =>
    group.sha === sha && group.mgfSha === sha && group.sLen === sLen
  signatures('rsa_pss_misc', 'rsa-pss-sha256', 1, pinned('SHA-256', 32))
  signatures('rsa_pss_misc', 'rsa-pss-sha512', 1, pinned('SHA-512', 64))

  for (const [algorithm, sha] of [
    ['rsa-pss-sha256', 'SHA-256'],
    ['rsa-pss-sha512', 'SHA-512'],
  ] as const) {
    test(`rsa_pss_misc: every other salt, MGF1 hash or hash is refused by ${algorithm}`, async () => {
      const suite = load<PublicKeyGroup, Signed>('rsa_pss_misc')
      const length = sha === 'SHA-256' ? 32 : 64
      const accepted: unknown[] = []
      let ran = 0
      for (const group of suite.testGroups) {
        if (pinned(sha, length)(group)) continue
        const key = await keyOf(group, algorithm)
        for (const { tcId, msg, sig } of group.tests) {
          if (await key.verify(bytes(msg), bytes(sig))) accepted.push({ tcId, sha: group.sha, sLen: group.sLen })
          ran++
        }
      }
      expect(accepted).toEqual([])
      expect(ran).toBe(149)
    })
  }

  for (const [file, algorithm, count, exceptions] of [
    // Number 221 is that file's downgrade case: a good signature with SHA-256.
    ['rsa_signature_2048_sha512', 'rsa-v1_5-sha256', 259, [221]],
    ['ecdsa_secp256r1_sha256', 'ecdsa-p256-sha256', 484, []],
  ] as const) {
    test(`${file} has ${count} signatures of another hash or encoding, all refused by ${algorithm}`, async () => {
      const accepted: unknown[] = []
      let ran = 0
      for (const group of load<PublicKeyGroup, Signed>(file).testGroups) {
        const key: VerifyingKey = await importVerifyingKey(group.publicKeyPem, { keyId: 'k', algorithm })
        for (const { tcId, msg, sig } of group.tests) {
          if (await key.verify(bytes(msg), bytes(sig))) accepted.push(tcId)
          ran++
        }
      }
      expect(accepted).toEqual(exceptions)
      expect(ran).toBe(count)
    })
  }

  for (const [file, algorithm] of [
    ['hmac_sha256', 'hmac-sha256'],
    ['hmac_sha384', 'hmac-sha384'],
    ['hmac_sha512', 'hmac-sha512'],
  ] as const) {
    test(`${file} has 174 tags, and truncated ones are refused`, () => {
      const suite = load<
        { readonly tagSize: number },
        { readonly key: string; readonly msg: string; readonly tag: string }
      >(file)
      const full = Number(algorithm.slice(-3))
      const wrong: unknown[] = []
      let ran = 0
      for (const group of suite.testGroups) {
        for (const { tcId, key, msg, tag, result } of group.tests) {
          const mac = hmacKey({ keyId: 'k', algorithm, secret: bytes(key) })
          const expected = result === 'valid' && group.tagSize === full
          const verdict = mac.verify(bytes(msg), bytes(tag))
          // A truncated tag that is valid is the beginning of ours.
          const begins = hexOf(mac.sign(bytes(msg))).startsWith(tag)
          if (verdict !== expected || begins !== (result === 'valid')) wrong.push({ tcId, result, verdict })
          ran++
        }
      }
      expect(wrong).toEqual([])
      expect(ran).toBe(174)
    })
  }

  test('pbkdf2_hmacsha256 derives its 60 keys', async () => {
    const suite = load<object, PbkdfCase>('pbkdf2_hmacsha256')
    const cases = suite.testGroups.flatMap((group) => group.tests)
    for (const { password, salt, iterationCount, dkLen, dk } of cases) {
      expect(hexOf(await pbkdf2('sha256', bytes(password), bytes(salt), iterationCount, dkLen))).toBe(dk)
    }
    expect(cases.length).toBe(60)
  })

  test('pbes2_hmacsha256_aes_256 opens its 84 ciphertexts', async () => {
    const suite = load<object, PbesCase>('pbes2_hmacsha256_aes_256')
    const cases = suite.testGroups.flatMap((group) => group.tests)
    for (const { password, salt, iterationCount, iv, msg, ct } of cases) {
      const key = await pbkdf2('sha256', bytes(password), bytes(salt), iterationCount, 32)
      expect(hexOf(await aesCbcEncrypt(key, bytes(iv), bytes(msg)))).toBe(ct)
      expect(hexOf((await aesCbcDecrypt(key, bytes(iv), bytes(ct))) as Uint8Array)).toBe(msg)
    }
    expect(cases.length).toBe(84)
  })

  // XChaCha20-Poly1305 with another nonce size is in that file as invalid, and opens nothing here either.
  for (const [file, id, inScope, count, valid] of [
    ['aes_gcm', 'aes-256-gcm', ({ keySize, ivSize }: AeadGroup) => keySize === 256 && ivSize === 96, 66, 39],
    ['xchacha20_poly1305', 'xchacha20-poly1305', () => true, 315, 246],
  ] as const) {
    const groups = load<AeadGroup, AeadCase>(file).testGroups.filter((group) => group.tagSize === 128 && inScope(group))
    const cases = groups.flatMap((group) => group.tests)
    const aead = AEADS[id]

    test(`${file} has ${count} messages sealed and opened by ${id}, and truncated tags are refused`, () => {
      const wrong: unknown[] = []
      for (const { tcId, comment, key, iv, aad, msg, ct, tag, result } of cases) {
        const [k, n, a] = [bytes(key), bytes(iv), bytes(aad)]
        const open = (tagBytes: number): Uint8Array | undefined =>
          openSealed(aead, k, n, concatBytes(bytes(ct), bytes(tag).subarray(0, tagBytes)), a)
        const plain = open(16)
        const opens = plain !== undefined && hexOf(plain) === msg
        const seals = result === 'invalid' || hexOf(aead.seal(k, n, bytes(msg), a)) === ct + tag
        if (opens !== (result === 'valid') || (plain === undefined) === opens || !seals) wrong.push({ tcId, comment })
        for (const tagBytes of [0, 4, 12, 15]) if (open(tagBytes) !== undefined) wrong.push({ tcId, tagBytes })
      }
      expect(wrong).toEqual([])
      expect(cases.length).toBe(count)
      expect(cases.filter(({ result }) => result === 'valid').length).toBe(valid)
    })
  }

  test('aes_gcm has 14 other nonce sizes of 256-bit keys, and all are refused', () => {
    const groups = load<AeadGroup, AeadCase>('aes_gcm').testGroups.filter(
      ({ keySize, ivSize }) => keySize === 256 && ivSize !== 96,
    )
    const accepted = groups.flatMap((group) =>
      group.tests.filter(({ key, iv, aad, ct, tag }) => {
        const sealed = concatBytes(bytes(ct), bytes(tag))
        return openSealed(AEADS['aes-256-gcm'], bytes(key), bytes(iv), sealed, bytes(aad)) !== undefined
      }),
    )
    expect(accepted).toEqual([])
    expect(groups.length).toBe(14)
  })

  test('a fresh nonce is of the size that the vectors have', () => {
    for (const [id, bits] of [
      ['aes-256-gcm', 96],
      ['xchacha20-poly1305', 192],
    ] as const)
      expect(sealFresh(AEADS[id], new Uint8Array(32), new Uint8Array(0), new Uint8Array(0)).nonce.length).toBe(bits / 8)
  })
})

interface AeadGroup {
  readonly keySize: number
  readonly ivSize: number
  readonly tagSize: number
}

interface AeadCase {
  readonly key: string
  readonly iv: string
  readonly aad: string
  readonly msg: string
  readonly ct: string
  readonly tag: string
}

interface PbkdfCase {
  readonly password: string
  readonly salt: string
  readonly iterationCount: number
  readonly dkLen: number
  readonly dk: string
}

interface PbesCase {
  readonly password: string
  readonly salt: string
  readonly iterationCount: number
  readonly iv: string
  readonly msg: string
  readonly ct: string
}

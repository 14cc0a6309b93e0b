import { describe, expect, test, vi } from 'vitest'
import { ALGORITHMS, ECDSA_ALGORITHMS } from '../../../src/crypto/algorithm.js'
import { ecdsaPrivateKey, ecdsaSigningKey, ecdsaVerifyingKey, randomScalar } from '../../../src/crypto/ecdsa-key.js'
import {
  assertEd25519PublicKey,
  ed25519PrivateKey,
  ed25519SigningKey,
  ed25519VerifyingKey,
} from '../../../src/crypto/ed25519-key.js'
import {
  held,
  hold,
  isSyncKey,
  knownPublic,
  publicMaterialOf,
  requireSync,
  statesOwnPublicKey,
  withPublicHalf,
} from '../../../src/crypto/held.js'
import { importEcdsaSigningKey, importEcdsaVerifyingKey } from '../../../src/crypto/import-ecdsa.js'
import { importEd25519SigningKey, importEd25519VerifyingKey } from '../../../src/crypto/import-ed25519.js'
import { importRsaSigningKey, importRsaVerifyingKey } from '../../../src/crypto/import-rsa.js'
import { assertKeyId, assertKeyOptions, isKeyId, type SigningKey, type VerifyingKey } from '../../../src/crypto/key.js'
import { codeOf, textOf, withCode } from '../../expect-code.js'
import { bytes, hexOf, keyFile } from './key-files.js'

const keyId = 'k'
const algorithm = 'ed25519'
const seed = new Uint8Array(32).fill(1)
const publicKey = new Uint8Array(ed25519SigningKeyPublic())
function ed25519SigningKeyPublic(): Uint8Array {
  return publicMaterialOf(ed25519SigningKey({ keyId, seed })) as Uint8Array
}

describe('the id of a key', () => {
  test.each(['a', '_', '/', '+', '-', '9', 'a'.repeat(256), 'a.b:c@d/e+f=g~h#i-j_k', 'https://a.example/b#c'])(
    'may be %s',
    (id) => {
      expect(isKeyId(id)).toBe(true)
      assertKeyId(id)
    },
  )

  test.each<readonly [unknown, unknown]>([
    ['', 0],
    ['a'.repeat(257), 257],
    ['.a', 2],
    ['=a', 2],
    ['a b', 3],
    ['a\n', 2],
    ['é', 1],
    ['a"', 2],
    ['a,b', 3],
    ['a%20', 4],
    [5, 'number'],
    [undefined, 'undefined'],
    [['a'], 'object'],
  ])('may not be %j, whose length or type is said', (id, got) => {
    expect(isKeyId(id)).toBe(false)
    expect(textOf(() => assertKeyId(id))).toBe(
      `ARGUMENT_INVALID "keyId" must be 1 to 256 of A-Za-z0-9._:@/+=~#-, got ${got}`,
    )
  })
})

test('options as other libraries call them are refused with the name here', () => {
  for (const [wrong, right] of [
    ['id', 'keyId'],
    ['kid', 'keyId'],
    ['alg', 'algorithm'],
    ['password', 'passphrase'],
  ] as const) {
    const options = { keyId, [wrong]: 'x' } as { keyId: string }
    expect(
      textOf(() => assertKeyOptions('make', options, { keyId: 2, algorithm: 1, passphrase: 1 } as never)),
    ).toContain(`"${right}"`)
  }
})

describe('what is known of a key', () => {
  const own = { keyId, algorithm, sign: () => new Uint8Array(64) } as const

  test('stands beside it, and the key is frozen', () => {
    const facts = { sync: true, publicMaterial: seed }
    const key = hold({ ...own }, facts)
    expect(Object.isFrozen(key)).toBe(true)
    expect(held(key)).toBe(facts)
    expect(publicMaterialOf(key)).toBe(seed)
    expect(knownPublic(key)).toBe(seed)
    expect(held({ ...key })).toBeUndefined()
  })

  test.each([undefined, null, 'key', 5, {}, () => 0])('is nothing of %o', (other) => {
    expect(held(other)).toBeUndefined()
    expect(isSyncKey(other as SigningKey)).toBe(false)
    expect(() => requireSync(other as SigningKey)).toThrow(withCode('KEY_ASYNC'))
    expect(() => knownPublic(other as SigningKey)).toThrow(withCode('KEY_UNSUPPORTED', 'with a public half'))
  })

  test('says whether it answers at once', () => {
    const [sync, waits] = [true, false].map((one) => hold({ ...own }, { sync: one }))
    expect([isSyncKey(sync as SigningKey), isSyncKey(waits as SigningKey)]).toEqual([true, false])
    expect(requireSync(sync as SigningKey)).toBe(sync)
    expect(() => requireSync(waits as SigningKey)).toThrow(withCode('KEY_ASYNC', 'key must answer at once'))
    expect(() => knownPublic(sync as SigningKey)).toThrow(withCode('KEY_UNSUPPORTED'))
  })

  test('a public half is made once, when it is asked for', () => {
    let made = 0
    const half = { keyId, algorithm, verify: () => true } as const
    const pair = withPublicHalf(hold({ ...own }, { sync: true, publicMaterial: seed }), (id, material) => {
      made++
      expect([id, material]).toEqual([keyId, seed])
      return half
    })
    expect(made).toBe(0)
    expect([pair.verifyingKey, pair.verifyingKey]).toEqual([half, half])
    expect(made).toBe(1)
    expect([pair.keyId, pair.algorithm, pair.sign]).toEqual([keyId, algorithm, own.sign])
    expect(isSyncKey(pair)).toBe(true)
    expect(Object.isFrozen(pair)).toBe(true)
  })

  test('a stated public key is its own, or none is stated', () => {
    const key = hold({ ...own }, { sync: true, publicMaterial: seed })
    expect(statesOwnPublicKey(key, undefined)).toBe(true)
    expect(statesOwnPublicKey(key, seed.slice())).toBe(true)
    expect(statesOwnPublicKey(key, new Uint8Array(32))).toBe(false)
    expect(statesOwnPublicKey(key, seed.subarray(1))).toBe(false)
  })
})

describe('a public key of Ed25519', () => {
  const top = (hex: string): string => `${hex.slice(0, 62)}${(Number.parseInt(hex.slice(62), 16) | 0x80).toString(16)}`
  const SMALL = [
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ]
  test.each([...SMALL, ...SMALL.map(top)])('of small order is weak: %s', (hex) => {
    expect(() => assertEd25519PublicKey(bytes(hex))).toThrow(withCode('KEY_WEAK', 'of large order'))
  })

  const ABOVE = ['ed', 'ee', 'ef', 'f0', 'ff'].map((low) => `${low}${'ff'.repeat(30)}7f`)
  test.each([...ABOVE, ...ABOVE.map(top)])('with a number from the prime on is no canonical form: %s', (hex) => {
    expect(() => assertEd25519PublicKey(bytes(hex))).toThrow(withCode('KEY_WEAK', 'canonical form'))
  })

  test.each([
    `eb${'ff'.repeat(30)}7f`,
    `ed${'ff'.repeat(29)}fe7f`,
    `edfe${'ff'.repeat(29)}7f`,
    `ed${'ff'.repeat(30)}7e`,
    `02${'00'.repeat(31)}`,
    `00${'00'.repeat(30)}01`,
  ])('near to those is none of them: %s', (hex) => {
    const key = bytes(hex)
    assertEd25519PublicKey(key)
    // What was looked at is as it was.
    expect(hexOf(key)).toBe(hex)
  })
})

describe('keys of Ed25519', () => {
  test('that were made of bytes do not change with them', () => {
    const mine = Buffer.from(seed)
    const key = ed25519PrivateKey({ keyId, seed: mine })
    const before = hexOf(key.sign('text'))
    mine.fill(0)
    expect(hexOf(key.sign('text'))).toBe(before)
    const half = Buffer.from(publicKey)
    const verifier = ed25519VerifyingKey({ keyId, publicKey: half })
    half.fill(0)
    expect(verifier.verify('text', bytes(before))).toBe(true)
    expect(held(key)?.privateMaterial).toEqual(seed)
  })

  test('name the function in their errors', () => {
    for (const [name, make] of Object.entries({ ed25519SigningKey, ed25519PrivateKey }))
      expect(textOf(() => make({ keyId, seed, extra: 1 } as never))).toContain(name)
    expect(textOf(() => ed25519VerifyingKey({ keyId, publicKey, extra: 1 } as never))).toContain('ed25519VerifyingKey')
    expect(() => ed25519SigningKey({ keyId: '', seed })).toThrow(withCode('ARGUMENT_INVALID', '"keyId"'))
    expect(() => ed25519VerifyingKey({ keyId: '', publicKey })).toThrow(withCode('ARGUMENT_INVALID', '"keyId"'))
    expect(() => ed25519VerifyingKey({ keyId, publicKey: publicKey.subarray(1) })).toThrow(
      withCode('ARGUMENT_INVALID', '"publicKey"'),
    )
    expect(() => ed25519VerifyingKey({ keyId, publicKey, threadPool: 1 as never })).toThrow(
      withCode('ARGUMENT_INVALID'),
    )
  })

  test('are read with the public key that belongs to them alone', async () => {
    const pair = new Uint8Array([...seed, ...publicKey])
    expect(publicMaterialOf(await importEd25519SigningKey(pair, { keyId }))).toEqual(publicKey)
    pair[63] = (pair[63] as number) ^ 1
    await expect(importEd25519SigningKey(pair, { keyId })).rejects.toEqual(withCode('KEY_MALFORMED', 'must match'))
    await expect(importEd25519SigningKey(pair, { keyId, algorithm: 'rsa' } as never)).rejects.toEqual(
      withCode('ARGUMENT_INVALID', '"algorithm"'),
    )
    await expect(importEd25519VerifyingKey(publicKey, { keyId, passphrase: 'x' } as never)).rejects.toEqual(
      withCode('ARGUMENT_INVALID', '"passphrase"'),
    )
    expect(isSyncKey(await importEd25519VerifyingKey(publicKey, { keyId }))).toBe(true)
  })
})

describe('keys of ECDSA', () => {
  const scalar = new Uint8Array(32).fill(1)
  const options = { keyId, algorithm: 'ecdsa-p256-sha256', scalar } as const

  test.each(Object.keys(ECDSA_ALGORITHMS) as (keyof typeof ECDSA_ALGORITHMS)[])(
    'a random scalar of %s is one, and has its length',
    (name) => {
      const spec = ECDSA_ALGORITHMS[name]
      for (let i = 0; i < 8; i++) {
        const random = randomScalar(spec)
        expect(random).toHaveLength(spec.signatureBytes / 2)
        expect(ecdsaSigningKey({ keyId, algorithm: name, scalar: random }).sign('text')).toHaveLength(
          spec.signatureBytes,
        )
      }
    },
  )

  test.each<readonly [keyof typeof ECDSA_ALGORITHMS, readonly string[], string]>([
    // Above the order, zero, and then one in range.
    ['ecdsa-p256-sha256', ['ff', '00', '80'], '80'],
    ['ecdsa-p384-sha384', ['00', '81'], '81'],
    // Of the first byte one bit is used: with more, hardly any number would be in range.
    ['ecdsa-p521-sha512', ['00', 'fd'], '01'],
  ])('a random scalar of %s is drawn until one is in range', (name, draws, first) => {
    const left = [...draws]
    const drawn = vi.spyOn(globalThis.crypto, 'getRandomValues').mockImplementation((array) => {
      const byte = Number.parseInt(left.shift() as string, 16)
      return (array as unknown as Uint8Array).fill(byte) as never
    })
    try {
      const found = hexOf(randomScalar(ECDSA_ALGORITHMS[name]))
      expect(found.slice(0, 2)).toBe(first)
      expect(found.slice(2)).toBe((draws.at(-1) as string).repeat(found.length / 2 - 1))
      expect(left).toEqual([])
    } finally {
      drawn.mockRestore()
    }
  })

  test('that were made of bytes do not change with them', () => {
    const mine = Buffer.from(scalar)
    const key = ecdsaPrivateKey({ ...options, scalar: mine })
    mine.fill(0)
    expect(key.verifyingKey.verify('text', key.sign('text'))).toBe(true)
    expect(held(key)?.privateMaterial).toEqual(scalar)
    expect([key.keyId, key.algorithm, key.verifyingKey.algorithm]).toEqual([
      keyId,
      'ecdsa-p256-sha256',
      'ecdsa-p256-sha256',
    ])
  })

  test('name the function in their errors, and refuse what is none', () => {
    for (const [name, make] of Object.entries({ ecdsaSigningKey, ecdsaPrivateKey }))
      expect(textOf(() => make({ ...options, extra: 1 } as never))).toContain(name)
    const point = publicMaterialOf(ecdsaSigningKey(options)) as Uint8Array
    const verifying = { keyId, algorithm: options.algorithm, point }
    expect(textOf(() => ecdsaVerifyingKey({ ...verifying, extra: 1 } as never))).toContain('ecdsaVerifyingKey')
    expect(() => ecdsaSigningKey({ ...options, keyId: '' })).toThrow(withCode('ARGUMENT_INVALID', '"keyId"'))
    expect(() => ecdsaVerifyingKey({ ...verifying, keyId: '' })).toThrow(withCode('ARGUMENT_INVALID', '"keyId"'))
    expect(() => ecdsaSigningKey({ ...options, scalar: scalar.subarray(1) })).toThrow(
      withCode('ARGUMENT_INVALID', '"scalar"'),
    )
    expect(() => ecdsaSigningKey({ ...options, scalar: new Uint8Array(32) })).toThrow(withCode('KEY_WEAK', 'from 1'))
    for (const name of ['hmac-sha256', 'toString', undefined] as never[]) {
      expect(codeOf(() => ecdsaSigningKey({ ...options, algorithm: name }))).toBe('ARGUMENT_INVALID')
      expect(codeOf(() => ecdsaVerifyingKey({ ...verifying, algorithm: name }))).toBe('ARGUMENT_INVALID')
    }
    expect(() => ecdsaVerifyingKey({ ...verifying, point: 'x' as never })).toThrow(
      withCode('ARGUMENT_INVALID', '"point"'),
    )
    expect(() => ecdsaVerifyingKey({ ...verifying, point: new Uint8Array(65).fill(4) })).toThrow(
      withCode('KEY_WEAK', 'a point of P-256'),
    )
  })

  test('are read for an algorithm of that family', async () => {
    const rsa = { keyId, algorithm: 'rsa-pss-sha256' } as never
    await expect(importEcdsaSigningKey(scalar, rsa)).rejects.toEqual(withCode('ARGUMENT_INVALID', 'ecdsa algorithm'))
    await expect(importEcdsaVerifyingKey(scalar, rsa)).rejects.toEqual(withCode('ARGUMENT_INVALID', 'ecdsa algorithm'))
    const pem = keyFile('p256-public')
    const key = await importEcdsaVerifyingKey(pem, { keyId, algorithm: 'ecdsa-p256-sha256' })
    expect(isSyncKey(key)).toBe(true)
  })

  test('are read with the public key that belongs to them alone', async () => {
    const x = Buffer.from(publicMaterialOf(ecdsaSigningKey(options)) as Uint8Array)
    const text = (from: number, to: number) => x.subarray(from, to).toString('base64url')
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      d: Buffer.from(scalar).toString('base64url'),
      x: text(1, 33),
      y: text(33, 65),
    }
    const read = (change: object) =>
      importEcdsaSigningKey({ ...jwk, ...change }, { keyId, algorithm: options.algorithm })
    expect((await read({})).sign('text')).toHaveLength(64)
    expect(publicMaterialOf(await importEcdsaSigningKey(scalar, { keyId, algorithm: options.algorithm }))).toHaveLength(
      65,
    )
    // Off the curve, and another point of it: the one with the other y.
    const other = publicMaterialOf(ecdsaSigningKey({ ...options, scalar: new Uint8Array(32).fill(2) })) as Uint8Array
    for (const change of [
      { y: text(1, 33) },
      {
        x: Buffer.from(other.subarray(1, 33)).toString('base64url'),
        y: Buffer.from(other.subarray(33)).toString('base64url'),
      },
    ])
      await expect(read(change)).rejects.toEqual(withCode('KEY_MALFORMED', 'must match the public key beside it'))
  })
})

describe('keys of RSA', () => {
  const options = { keyId, algorithm: 'rsa-pss-sha256' } as const

  test('are read for an algorithm of that family, with an id', async () => {
    const ecdsa = { keyId, algorithm: 'ecdsa-p256-sha256' } as never
    await expect(importRsaSigningKey(keyFile('rsa'), ecdsa)).rejects.toEqual(
      withCode('ARGUMENT_INVALID', 'rsa algorithm'),
    )
    await expect(importRsaVerifyingKey(keyFile('rsa-public'), ecdsa)).rejects.toEqual(
      withCode('ARGUMENT_INVALID', 'rsa algorithm'),
    )
    await expect(importRsaSigningKey(keyFile('rsa'), { ...options, keyId: '' })).rejects.toEqual(
      withCode('ARGUMENT_INVALID', '"keyId"'),
    )
    await expect(importRsaVerifyingKey(keyFile('rsa-public'), { ...options, keyId: '' })).rejects.toEqual(
      withCode('ARGUMENT_INVALID', '"keyId"'),
    )
    await expect(importRsaVerifyingKey(keyFile('rsa-public'), { ...options, extra: 1 } as never)).rejects.toEqual(
      withCode('ARGUMENT_INVALID', '"extra"'),
    )
    await expect(importRsaSigningKey(keyFile('rsa'), { ...options, extra: 1 } as never)).rejects.toEqual(
      withCode('ARGUMENT_INVALID', '"extra"'),
    )
  })

  test('verify signatures of the length of the modulus alone', async () => {
    const pair = await importRsaSigningKey(keyFile('rsa'), options)
    const half: VerifyingKey = await importRsaVerifyingKey(keyFile('rsa-public'), options)
    const signature = await pair.sign('text')
    for (const key of [pair.verifyingKey, half]) {
      expect(await key.verify('text', signature)).toBe(true)
      expect(await key.verify('text', new Uint8Array([0, ...signature]))).toBe(false)
      expect(await key.verify('text', signature.subarray(1))).toBe(false)
      expect([key.keyId, key.algorithm]).toEqual([keyId, 'rsa-pss-sha256'])
    }
    expect(held(pair)?.publicMaterial).toEqual(held(half)?.publicMaterial)
    expect(Object.keys(held(pair)?.privateMaterial as object)).toHaveLength(8)
    expect(ALGORITHMS[options.algorithm].signatureBytes).toBe(0)
  })

  test('verify no signature without its leading zero, which OpenSSL takes for the same number', async () => {
    const signature = Buffer.from(
      'AAgyfyFpih6uTHVoBh2Vt+gLxeTqEPkwIsDEhGQjM+bstEXDBaJSXJCX1mBwr03WDUbi3emZorsqTpNnG5KSqP9Tat+g4O8O7XMt' +
        'ZbX/UwVv/skZ5505IH40oX2Li7o0zG6YX2Z5jZbEoxDUQBCkTvdsrVGnayUHzsKTV7gXZizIpiLW4dhjNoPGlZyYEQws4U0P1VUk' +
        'Sn4U7xloVPn+0FxVlYduxc94td9Rj9anAL+7clpv6Lea9N3wHBuPgMbq8HR89PoKpO4r5QNyptTSPgaNIpKNBEwQQpEf/yGqFsNT' +
        'cy+4rkRG98xaruD4My/MeEESC81iDx2s9sOV69w1AQ==',
      'base64',
    )
    const key = await importRsaVerifyingKey(keyFile('rsa-public'), options)
    expect(signature[0]).toBe(0)
    expect(await key.verify('text', new Uint8Array(signature))).toBe(true)
    expect(await key.verify('text', new Uint8Array(signature.subarray(1)))).toBe(false)
  })

  test('verify in the thread pool where that is asked for, and then have to be awaited', async () => {
    const isNative = process.env['COUNTERSIGN_BACKEND'] === 'native'
    const waits = await importRsaVerifyingKey(keyFile('rsa-public'), { ...options, threadPool: true })
    expect(isSyncKey(waits)).toBe(false)
    expect(isSyncKey(await importRsaVerifyingKey(keyFile('rsa-public'), options))).toBe(isNative)
    expect(isSyncKey(await importRsaSigningKey(keyFile('rsa'), { ...options, threadPool: true }))).toBe(false)
    expect(isSyncKey(await importRsaSigningKey(keyFile('rsa'), options))).toBe(isNative)
  })
})

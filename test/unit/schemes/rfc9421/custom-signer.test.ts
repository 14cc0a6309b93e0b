import { describe, expect, test } from 'vitest'
import type { HttpMessage } from '../../../../src/message/message.js'
import { component, coverLess, rfc9421, rfc9421Signer } from '../../../../src/schemes/rfc9421/index.js'
import { configured } from '../../../../src/schemes/rfc9421/options.js'
import { assertFreeLabel, signerOf } from '../../../../src/schemes/rfc9421/signer.js'
import {
  type UnregisteredAlgorithmOptions,
  unregisteredAlgorithm,
  unregisteredVerifier,
} from '../../../../src/schemes/rfc9421/unregistered.js'
import { textOf, withCode } from '../../../expect-code.js'
import { CONTEXT, KEY, request, response } from './support.js'

const ALL: readonly string[] = ['@method', '@authority', '@path', '@query', 'content-type', 'content-digest']

describe('the label of a signature', () => {
  test.each([
    [[]],
    [['Signature', 'sig2=:AAAA:']],
    [['Signature-Input', 'sig2=("sig1");created=1']],
    [['Signature', 'sig10=:AAAA:, xsig1=:AAAA:']],
    [['X-Signature', 'sig1=:AAAA:']],
    [['Signature', '']],
  ])('is free beside %j', (fields) => {
    expect(() => assertFreeLabel(fields, 'sig1')).not.toThrow()
  })

  test.each([
    [['Signature', 'sig1=:AAAA:']],
    [['signature-input', 'sig1=();created=1']],
    [['SIGNATURE', 'sig2=:AAAA:, sig1=:AAAA:']],
    [['Signature-Input', 'sig2=();created=1,sig1=()']],
    [['Signature', 'sig1']],
    [['Signature', 'sig1;a=1']],
    [['Signature', 'sig2=:AAAA:', 'Signature', ' sig1=:AAAA:']],
  ])('is taken by %j', (fields) => {
    expect(textOf(() => assertFreeLabel(fields, 'sig1'))).toBe('MESSAGE_MALFORMED a signature "sig1" is there already')
    expect(() => rfc9421({ key: KEY }).scheme.prepare(request({ fields }), CONTEXT)).toThrow(
      withCode('MESSAGE_MALFORMED'),
    )
    expect(() => rfc9421({ key: KEY, label: 'sig3' }).scheme.prepare(request({ fields }), CONTEXT)).not.toThrow()
  })
})

describe('a signer cannot cover its own signature', () => {
  const parts = (label: string) => [
    component('signature', { key: label }),
    component('signature', { key: label, sf: true }),
    component('signature-input', { key: label }),
    component('signature', { bs: true }),
    component('signature-input', { sf: true }),
  ]
  const make = (one: unknown, label?: string) => () =>
    rfc9421Signer({ key: KEY, components: [...ALL, one as string], ...(label !== undefined && { label }) })

  test('by whatever parameters', () => {
    for (const one of ['signature', 'signature-input', ...parts('sig1')])
      expect(make(one)).toThrow(withCode('CONFIG_INVALID', 'cannot cover its own signature'))
    for (const one of parts('mine')) expect(make(one, 'mine')).toThrow(withCode('CONFIG_INVALID', 'its own signature'))
  })

  test('but that of another, by its name', () => {
    for (const one of parts('sig1').slice(0, 3)) expect(make(one, 'mine')).not.toThrow()
    expect(() => rfc9421Signer({ key: KEY, whenPresent: ['content-type', 'content-digest', 'signature'] })).toThrow(
      withCode('CONFIG_INVALID', 'its own signature'),
    )
  })
})

describe('what a signer covers', () => {
  const covered = (options: object, message: HttpMessage = request({ fields: ['X-A', '1', 'Content-Type', 'a/b'] })) =>
    rfc9421Signer({ key: KEY, ...options })
      .scheme.prepare(message, CONTEXT)
      .trace().covered

  test('is the preset, and each optional field that is there', () => {
    expect(covered({})).toEqual(['"@method"', '"@authority"', '"@path"', '"@query"', '"content-type"'])
    expect(covered({ whenPresent: ['content-type', 'content-digest', 'x-a', 'x-b'] })).toEqual([
      ...['"@method"', '"@authority"', '"@path"', '"@query"', '"content-type"', '"x-a"'],
    ])
    expect(covered({ components: ['@method'], whenPresent: [], [coverLess]: true })).toEqual(['"@method"'])
  })

  test('may be a component of a response without the permission to cover less', () => {
    expect(covered({ components: ['@status'], whenPresent: [] }, response())).toEqual(['"@status"'])
    expect(() => rfc9421Signer({ key: KEY, components: [component('@method', { req: true })] })).toThrow(
      withCode('CONFIG_INVALID', 'leaves out method'),
    )
  })

  test('is a list', () => {
    expect(() => rfc9421Signer({ key: KEY, components: 'x' as never })).toThrow(
      withCode('CONFIG_INVALID', '"components" must be a list, got a string'),
    )
    expect(() => rfc9421Signer({ key: KEY, whenPresent: {} as never })).toThrow(
      withCode('CONFIG_INVALID', '"whenPresent" must be a list, got an object'),
    )
  })
})

describe('extension parameters', () => {
  test.each(['', ';zone', ';zone=eu', ';a="b c"', ';a="\\"\\\\"', ';*x=1', ';createdx=1', ';a=1;b', ';a=b:c/d'])(
    '%j are written as they are',
    (parameters) => {
      const { base } = rfc9421Signer({ key: KEY, parameters }).scheme.prepare(request(), CONTEXT)
      expect(String(base).endsWith(`;keyid="bot-1"${parameters}`)).toBe(true)
    },
  )

  test.each([';', ';=1', ';1a', ';a=', ';a="', ';a="\\x"', ';a b', 'a', ';created', ';keyid="x"', ';a;tag=1', ';a=1 '])(
    '%j are refused',
    (parameters) => {
      expect(() => rfc9421Signer({ key: KEY, parameters })).toThrow(withCode('CONFIG_INVALID', '"parameters" must be'))
    },
  )
})

test('a fault that is no error of this library stays what it is where a signer is made', () => {
  const fault = new TypeError('a bug')
  expect(() =>
    configured('components', () => {
      throw fault
    }),
  ).toThrow(fault)
  expect(configured('components', () => 5)).toBe(5)
})

test('a signer of a profile has the name of it, and an id of its key that can be written', () => {
  const shape = () => ({ components: [], list: '()' })
  expect(signerOf({ key: KEY }, shape, '').scheme.id).toBe('rfc9421')
  const { scheme, key } = signerOf({ key: KEY }, shape, ';x', 'profile')
  const prepared = scheme.prepare(request(), CONTEXT)
  expect([scheme.id, key, prepared.trace().scheme, prepared.encoding]).toEqual(['profile', KEY, 'profile', 'base64'])
  expect(() => signerOf({ key: { ...KEY, keyId: 'a b' } }, shape, '')).toThrow(withCode('ARGUMENT_INVALID', '"keyId"'))
})

describe('an algorithm of your own', () => {
  const OPTIONS: UnregisteredAlgorithmOptions<string, string> = {
    name: 'own-algorithm',
    signatureBytes: 2,
    sign: (base) => base.slice(0, 2),
    verify: (base, signature) => base[0] === signature[0],
  }
  const make = (more: object) => () => unregisteredAlgorithm({ ...OPTIONS, ...more } as typeof OPTIONS)

  test('signs and verifies bytes, whether they come as text or not', () => {
    const { name, signingKey, verifyingKey } = unregisteredAlgorithm(OPTIONS)
    const key = signingKey({ keyId: 'k', privateKey: 'p' })
    const half = verifyingKey({ keyId: 'k', publicKey: 'p' })
    expect([name, key.keyId, key.algorithm, half.keyId, half.algorithm]).toEqual([
      ...['own-algorithm', 'k', 'own-algorithm', 'k', 'own-algorithm'],
    ])
    const signature = Uint8Array.of(97, 98)
    for (const base of ['abc', Uint8Array.of(97, 98, 99)]) {
      expect(key.sign(base)).toEqual(signature)
      expect(half.verify(base, signature)).toBe(true)
    }
    expect(half.verify('xbc', signature)).toBe(false)
    for (const length of [0, 1, 3]) expect(half.verify('abc', new Uint8Array(length).fill(97))).toBe(false)
    expect([key, half, unregisteredAlgorithm(OPTIONS)].every((one) => Object.isFrozen(one))).toBe(true)
  })

  test('gives its own keys to its own functions', () => {
    const seen: unknown[] = []
    const { signingKey, verifyingKey } = unregisteredAlgorithm<string, string>({
      ...OPTIONS,
      name: 'own-algorithm-2',
      sign: (_, privateKey) => {
        seen.push(privateKey)
        return new Uint8Array(2)
      },
      verify: (_, __, publicKey) => {
        seen.push(publicKey)
        return true
      },
    })
    expect(signingKey({ keyId: 'k', privateKey: 'private' }).sign('')).toHaveLength(2)
    expect(verifyingKey({ keyId: 'k', publicKey: 'public' }).verify('', new Uint8Array(2))).toBe(true)
    expect(seen).toEqual(['private', 'public'])
  })

  test.each<readonly [object, string]>([
    [{ name: 'ab' }, '"name" must be 3 to 64'],
    [{ name: 'a'.repeat(65) }, '"name" must be 3 to 64'],
    [{ name: 'a b c' }, '"name" must be 3 to 64'],
    [{ name: '.abc' }, '"name" must be 3 to 64'],
    [{ name: 'ES256K' }, '"name" must not be one that is known: "ES256K"'],
    [{ name: 'ml-dsa-99' }, '"name" must not be one that is known'],
    [{ name: 'rsa-pss-sha384' }, '"name" must not be one that is known'],
    [{ name: 'hmac-sha1' }, '"name" must not be one that is known'],
    [{ name: 'a128kw' }, '"name" must not be one that is known'],
    [{ name: 'OWN-ALGORITHM' }, '"name" must not be one that is known'],
    [{ name: 'ValueOf' }, '"name" must not be one that is known'],
    [{ signatureBytes: -1 }, '"signatureBytes"'],
    [{ signatureBytes: 8_193 }, '"signatureBytes"'],
    [{ signatureBytes: 3 }, 'is defined already'],
    [{ sign: 5 }, '"sign"'],
    [{ verify: undefined }, '"verify"'],
    [{ alg: 'x' }, '"name"'],
  ])('is refused: %o', (more, text) => {
    unregisteredAlgorithm(OPTIONS)
    expect(make(more)).toThrow(withCode('CONFIG_INVALID', text))
  })

  test.each([
    'abc',
    'a'.repeat(64),
    'xes256',
    'es256x',
    'a-none',
    'none-a',
    'x-ml-dsa',
    'x-rsa-sha256',
    'rsa-sha256-x',
  ])('may be called %s', (name) => {
    expect(make({ name })).not.toThrow()
  })

  test('may have signatures of 8192 bytes, and of any length where the key decides it', () => {
    expect(make({ name: 'own-large', signatureBytes: 8_192 })).not.toThrow()
    const any = unregisteredAlgorithm({ ...OPTIONS, name: 'own-any', signatureBytes: 0 })
    expect(any.verifyingKey({ keyId: 'k', publicKey: '' }).verify('a', Uint8Array.of(97))).toBe(true)
    expect(() => any.signingKey({ keyId: 'k', privateKey: '' }).sign('')).toThrow(
      withCode('KEY_MALFORMED', '"sign" must return a signature'),
    )
    const two = unregisteredAlgorithm({ ...OPTIONS, name: 'own-two' })
    expect(() => two.signingKey({ keyId: 'k', privateKey: '' }).sign('a')).toThrow(
      withCode('KEY_MALFORMED', '"sign" must return 2 bytes'),
    )
  })

  test('has keys with an id', () => {
    const { signingKey, verifyingKey } = unregisteredAlgorithm(OPTIONS)
    expect(() => signingKey({ keyId: '', privateKey: '' })).toThrow(withCode('ARGUMENT_INVALID', '"keyId"'))
    expect(() => verifyingKey({ keyId: '', publicKey: '' })).toThrow(withCode('ARGUMENT_INVALID', '"keyId"'))
  })

  test('is named to a verifier by its definition', () => {
    const own = unregisteredAlgorithm(OPTIONS)
    const verifier = unregisteredVerifier({ algorithms: [own] })
    const signed = (alg: string) =>
      request({ fields: ['Signature-Input', `sig1=("@method");created=1;alg="${alg}"`, 'Signature', 'sig1=:AAAA:'] })
    const stated = (alg: string) => verifier.parse(signed(alg))[0]?.claimedAlgorithm
    expect([stated('own-algorithm'), stated('ed25519')]).toEqual(['own-algorithm', 'ed25519'])
    expect(() => stated('other-algorithm')).toThrow(withCode('ALG_UNSUPPORTED'))
    expect(() => unregisteredVerifier({ algorithms: [own, { name: own.name }] })).toThrow(
      withCode('CONFIG_INVALID', '"algorithms[1]" must be made by unregisteredAlgorithm()'),
    )
    expect(() => unregisteredVerifier({ algorithms: [] })).toThrow(withCode('CONFIG_INVALID', 'must name at least one'))
    expect(() => unregisteredVerifier({} as never)).toThrow(withCode('CONFIG_INVALID'))
    expect(() => unregisteredVerifier({ algorithms: [own], extra: 1 } as never)).toThrow(
      withCode('CONFIG_INVALID', '"extra"'),
    )
  })
})

import { describe, expect, test } from 'vitest'
import { ecdsaPrivateKey, exportPublicKey, jwkThumbprint } from '../../../src/crypto/index.js'
import type { CarriedKey } from '../../../src/schemes/scheme.js'
import { type BoundToken, boundKeys } from '../../../src/server/bound-keys.js'
import { withCode } from '../../expect-code.js'

const own = ecdsaPrivateKey({ keyId: 'x', algorithm: 'ecdsa-p256-sha256', scalar: new Uint8Array(32).fill(8) })
const jkt = jwkThumbprint(own)
const { kty, crv, x, y } = exportPublicKey(own, 'jwk') as Readonly<Record<'kty' | 'crv' | 'x' | 'y', string>>
const carried: CarriedKey = { jwk: { kty, crv, x, y }, algorithm: 'ecdsa-p256-sha256', token: 'good' }
const alone: CarriedKey = { ...carried, token: undefined }
const byToken = (token: BoundToken | null | undefined) =>
  boundKeys({ token: (text) => (text === 'good' ? (token as BoundToken) : undefined) })

describe('a key that comes with the message', () => {
  test('is taken where its token is bound to it, with what the token grants', async () => {
    const record = await byToken({ jkt, owner: 'alice', scopes: ['orders:read'] }).get(jkt, carried)
    expect(record).toEqual({ key: expect.anything(), owner: 'alice', scopes: ['orders:read'] })
    expect([record?.key.keyId, record?.key.algorithm]).toEqual([jkt, 'ecdsa-p256-sha256'])
    expect(await record?.key.verify('base', own.sign('base'))).toBe(true)
  })

  test('is unknown where its token is not good, of another key, or not there', async () => {
    expect(await byToken({ jkt }).get(jkt, { ...carried, token: 'other' })).toBeUndefined()
    expect(await byToken({ jkt }).get(jkt, alone)).toBeUndefined()
    for (const token of [undefined, null, { jkt: `${jkt}x` }, { jkt: '' }, { jkt: 5 }, {}, { jkt: [jkt] }])
      expect(await byToken(token as BoundToken).get(jkt, carried)).toBeUndefined()
    expect(await byToken({ jkt: 'x' }).get(jkt, carried)).toBeUndefined()
  })

  test('is asked for by its token alone, and an error of that goes on', async () => {
    const asked: string[] = []
    const keys = boundKeys({
      token: async (text) => {
        asked.push(text)
        throw new Error('away')
      },
    })
    expect(await keys.get(jkt, alone)).toBeUndefined()
    expect(asked).toEqual([])
    await expect(keys.get(jkt, carried)).rejects.toThrow('away')
    expect(asked).toEqual(['good'])
  })

  test('is any key without a token at a token endpoint, and grants nothing', async () => {
    const keys = boundKeys({ unbound: true })
    expect(await keys.get(jkt, alone)).toEqual({ key: expect.objectContaining({ keyId: jkt }) })
    expect(await keys.get(jkt, carried)).toBeUndefined()
  })

  test('is unknown where it is none, or of an algorithm that is none', async () => {
    const keys = boundKeys({ unbound: true })
    for (const other of [
      { ...alone, jwk: {} },
      { ...alone, jwk: { kty, crv, x, y: x } },
      { ...alone, algorithm: 'none' },
      { ...alone, algorithm: 'toString' },
    ])
      expect(await keys.get(jkt, other as CarriedKey)).toBeUndefined()
  })

  test('is needed: no key is known by its id alone', async () => {
    expect(await byToken({ jkt }).get(jkt)).toBeUndefined()
    expect(await boundKeys({ unbound: true }).get(jkt)).toBeUndefined()
  })

  test('is no key where its id cannot be one, which is a fault of this side', async () => {
    await expect(boundKeys({ unbound: true }).get('', alone)).rejects.toThrow(withCode('ARGUMENT_INVALID'))
  })
})

test('one of the two ways must be given, and only one', () => {
  const token = (): undefined => undefined
  for (const options of [{}, { unbound: false }, { token, unbound: true }])
    expect(() => boundKeys(options)).toThrow(
      withCode('CONFIG_INVALID', 'boundKeys: either "token" or "unbound: true" must be given'),
    )
  for (const [options, text] of [
    [{ token: 'x' }, '"token" must be a function'],
    [{ unbound: 'yes' }, '"unbound" must be'],
    [{ introspect: token }, 'did you mean "token"'],
    [{ accessToken: token }, 'did you mean "token"'],
  ] as const)
    expect(() => boundKeys(options as never)).toThrow(withCode('CONFIG_INVALID', text))
  expect(() => boundKeys({ token, unbound: false })).not.toThrow()
})

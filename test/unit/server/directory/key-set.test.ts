import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ed25519PrivateKey } from '../../../../src/crypto/ed25519-key.js'
import { exportPublicKey } from '../../../../src/crypto/export.js'
import { jwkThumbprint } from '../../../../src/crypto/thumbprint.js'
import { type KeySet, type KeySetLimits, readKeySet } from '../../../../src/server/directory/key-set.js'
import { withCode } from '../../../expect-code.js'

const of = (fill: number, members: object = {}) => ({
  ...exportPublicKey(ed25519PrivateKey({ keyId: 'any', seed: new Uint8Array(32).fill(fill) }).verifyingKey, 'jwk'),
  kid: undefined,
  ...members,
})
const read = (keys: readonly unknown[], limits: Partial<KeySetLimits> = {}, known?: KeySet): Promise<KeySet> =>
  readKeySet(JSON.stringify({ keys }), { maxKeys: 10, algorithms: ['ed25519'], ...limits }, known)

describe('a set of keys that are named by their thumbprints', () => {
  it('leaves out a key of another name, and takes one of none', async () => {
    const [own, nameless, other] = [of(1), of(2), of(3)].map((key) => ({
      key,
      thumbprint: jwkThumbprint(key as never),
    }))
    if (own === undefined || nameless === undefined || other === undefined) throw new Error('three keys were made')
    const keys = [{ ...own.key, kid: own.thumbprint }, nameless.key, { ...other.key, kid: 'other' }]
    const strict = await read(keys, { kidIsThumbprint: true })
    expect([...strict.byId.keys()].sort()).toEqual([own.thumbprint, nameless.thumbprint].sort())
    expect(strict.problems).toEqual([withCode('KEY_MALFORMED', 'key 2 left out: JWK must have its SHA-256 thumbprint')])
    for (const kidIsThumbprint of [false, undefined]) {
      const lax = await read(keys, kidIsThumbprint === undefined ? {} : { kidIsThumbprint })
      expect(lax.byId.has('other')).toBe(true)
      expect(lax.problems).toEqual([])
    }
  })
})

describe('a set of keys', () => {
  it('has an RSA key that is there for two algorithms by its two ids, and not by its thumbprint', async () => {
    const rsa = { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(256, 0xff).toString('base64url') }
    const keys = [
      { ...rsa, alg: 'PS512', kid: 'pss' },
      { ...rsa, alg: 'RS256', kid: 'pkcs1' },
    ]
    const { byId } = await read(keys, { algorithms: ['rsa-pss-sha512', 'rsa-v1_5-sha256'] })
    expect([...byId.keys()].sort()).toEqual(['pkcs1', 'pss'])
  })

  it('lets other work have its turn after four keys that it has checked, sound or left out, and after none that it knows', async () => {
    const pauses = vi.spyOn(globalThis, 'setTimeout')
    onTestFinished(() => pauses.mockRestore())
    const turns = async (keys: readonly unknown[], known?: KeySet): Promise<readonly [number, KeySet]> => {
      pauses.mockClear()
      const set = await read(keys, {}, known)
      return [pauses.mock.calls.length, set]
    }
    const sound = [1, 2, 3, 4].map((fill) => of(fill))
    const [paused, known] = await turns(sound)
    expect(paused).toBe(1)
    expect((await turns(sound, known))[0]).toBe(0)
    expect((await turns(sound.slice(1)))[0]).toBe(0)
    const left = [5, 6, 7, 8].map((fill) => of(fill, { use: 'enc' }))
    expect((await turns(left))[0]).toBe(1)
    expect((await turns([...sound, ...left]))[0]).toBe(2)
  })

  it.each([5, 'kty', true, null, []])('leaves out %j, which is no key', async (one) => {
    const { byId, problems } = await read([one])
    expect(byId.size).toBe(0)
    expect(problems).toEqual([withCode('KEY_UNSUPPORTED', 'key 0 left out')])
  })
})

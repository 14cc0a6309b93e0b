import { describe, expect, it } from 'vitest'
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

import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
import { describe, expect, it } from 'vitest'
import { signRequest } from '../../../src/client/sign-request.js'
import { base64urlDecode } from '../../../src/crypto/encoding.js'
import { exportPublicKey } from '../../../src/crypto/export.js'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import type { SigningKey } from '../../../src/crypto/key.js'
import { mlDsaKey, mlDsaKeys, mlDsaThumbprint, mlDsaVerifyingKey } from '../../../src/crypto/ml-dsa.js'
import { mlDsaSpki } from '../../../src/crypto/ml-dsa-import.js'
import type { StoredKey } from '../../../src/keyring/record/key-record.js'
import { parseStoredKey } from '../../../src/keyring/record/stored-key.js'
import { httpRequest } from '../../../src/message/message.js'
import { hybrid, hybridKeys, hybridVerifier } from '../../../src/schemes/rfc9421/hybrid/index.js'
import { rfc9421Signer, rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import type { Signer } from '../../../src/schemes/scheme.js'
import { createVerifier, memoryReplayStore, type Policy, strictPolicy } from '../../../src/server/index.js'
import { sampleRecord } from '../../contract/key-records.js'
import { withCode } from '../../expect-code.js'
import { ALICE, BY, type KeyringWorld, keyringWorld, rebound } from './keyring-world.js'

const otherKeys = hybridKeys(mlDsaKeys({ mlDsa }))
const seedOf = (fill: number) => new Uint8Array(32).fill(fill)
const keyOf = (fill: number, keyId = 'any') => mlDsaKey({ keyId, algorithm: 'ml-dsa-44', seed: seedOf(fill), mlDsa })
const classicOf = (fill: number, keyId = 'any') => ed25519PrivateKey({ keyId, seed: seedOf(fill) })
const { publicJwk, verifyingKey } = keyOf(1)
const raw = base64urlDecode(publicJwk.pub) as Uint8Array
const der = mlDsaSpki(verifyingKey)
const pem = `-----BEGIN PUBLIC KEY-----\n${Buffer.from(der).toString('base64')}\n-----END PUBLIC KEY-----\n`
const larger = mlDsaKey({ keyId: 'any', algorithm: 'ml-dsa-65', seed: seedOf(1), mlDsa })
const ML_DSA = { ...ALICE, algorithm: 'ml-dsa-44' } as const
const PAIR = { ...ALICE, algorithm: 'ed25519+ml-dsa-44' } as const
const pairOf = (fill: number) => ({
  classical: exportPublicKey(classicOf(fill), 'pem'),
  postQuantum: keyOf(fill).publicJwk,
})

/** The code of the verdict on a request that was signed so. */
async function judged(
  { keyring, nowMs }: KeyringWorld,
  signer: Signer,
  algorithms: Policy['algorithms'] = ['ml-dsa-44', 'ed25519+ml-dsa-44'],
): Promise<string> {
  const clock = { now: () => nowMs }
  const verifier = createVerifier({
    schemes: [isPair(signer) ? hybridVerifier() : rfc9421Verifier()],
    keys: keyring,
    policy: strictPolicy({
      authorities: ['api.example'],
      algorithms: algorithms as never,
    }),
    replay: memoryReplayStore({ clock, restartBarrier: false }),
    clock,
    storeTimeoutMs: 20_000,
  })
  const verdict = await verifier.verify(
    await signRequest(httpRequest({ url: 'https://api.example/orders' }), signer, { clock }),
  )
  return verdict.ok ? `ok ${verdict.owner}` : verdict.code
}
const isPair = ({ key }: Signer): boolean => key.algorithm.startsWith('ed25519+')
const components = ['@method', '@authority', '@path', '@query'] as const
const alone = (key: SigningKey): Signer => rfc9421Signer({ key, components })
const both = (classical: SigningKey, postQuantum: SigningKey): Signer => hybrid({ classical, postQuantum, components })

describe('a keyring with keys of ML-DSA', () => {
  it('registers a public key in each form, shows and finds it as any other, and keeps no secret', async () => {
    const world = keyringWorld({ otherKeys })
    for (const [publicKey, format] of [
      [publicJwk],
      [pem],
      [raw],
      [raw, 'raw'],
      [der, 'der'],
      [Buffer.from(pem), 'pem'],
    ] as const) {
      const { key, secret } = await world.keyring.issue({
        ...ML_DSA,
        publicKey: publicKey as never,
        ...(format && { format }),
      })
      expect(secret).toBeUndefined()
      expect(key).toMatchObject({ algorithm: 'ml-dsa-44', thumbprint: mlDsaThumbprint(publicJwk), state: 'active' })
      expect(await world.keyring.describe(key.id)).toEqual(key)
      expect(await judged(world, alone(keyOf(1, key.id)))).toBe('ok alice')
    }
    expect((await world.keyring.list()).keys).toHaveLength(6)
  })

  it('works without sealing, and for another node over the same store', async () => {
    const world = keyringWorld({ otherKeys: mlDsaKeys({ mlDsa }) })
    const { key } = await world.keyring.issue({ ...ML_DSA, publicKey: publicJwk as never })
    expect(await judged(world.node({ otherKeys }), alone(keyOf(1, key.id)))).toBe('ok alice')
  })

  it('rotates with an overlap, and refuses the same key after a compromise', async () => {
    const world = keyringWorld({ otherKeys })
    const { key } = await world.keyring.issue({ ...ML_DSA, publicKey: publicJwk as never })
    const next = await world.keyring.rotate(key.id, {
      ...BY,
      publicKey: keyOf(2).publicJwk as never,
      overlapMs: 60_000,
    })
    expect(next.key).toMatchObject({ algorithm: 'ml-dsa-44', version: 2, lineage: key.id })
    expect(await judged(world, alone(keyOf(1, key.id)))).toBe('ok alice')
    expect(await judged(world, alone(keyOf(2, next.key.id)))).toBe('ok alice')
    expect(await judged(world, alone(keyOf(1, next.key.id)))).toBe('SIGNATURE_INVALID')
    const again = { ...BY, publicKey: keyOf(2).publicJwk as never, compromised: true }
    await expect(world.keyring.rotate(next.key.id, again)).rejects.toThrow(withCode('ARGUMENT_INVALID', 'compromised'))
    await world.keyring.revoke(next.key.id, BY)
    expect(await judged(world, alone(keyOf(2, next.key.id)))).toBe('KEY_REVOKED')
  })

  it('verifies only where the policy names the algorithm, and only signatures of it', async () => {
    const world = keyringWorld({ otherKeys })
    const { key } = await world.keyring.issue({ ...ML_DSA, publicKey: publicJwk as never })
    expect(await judged(world, alone(keyOf(1, key.id)), ['ed25519'])).toBe('ALG_MISMATCH')
    expect(await judged(world, alone(classicOf(1, key.id)))).toBe('SIGNATURE_MALFORMED')
    expect(await judged(world, alone({ ...larger, keyId: key.id }))).toBe('SIGNATURE_MALFORMED')
    expect(await judged(world, alone(keyOf(3, key.id)))).toBe('SIGNATURE_INVALID')
  })

  it('takes no private half, no other parameter set, and no other kind of key', async () => {
    const { keyring } = keyringWorld({ otherKeys })
    const refused = async (publicKey: unknown, code: string, more: object = {}) =>
      expect(keyring.issue({ ...ML_DSA, publicKey: publicKey as never, ...more })).rejects.toThrow(withCode(code))
    await refused({ ...publicJwk, priv: 'AA' }, 'KEY_MALFORMED')
    await refused(seedOf(1), 'KEY_MALFORMED')
    await refused(pem.replaceAll('PUBLIC', 'PRIVATE'), 'KEY_MALFORMED')
    await refused(larger.publicJwk, 'KEY_MALFORMED')
    await refused(mlDsaSpki(larger.verifyingKey), 'KEY_MALFORMED', { format: 'der' })
    await refused(exportPublicKey(classicOf(1), 'pem'), 'KEY_UNSUPPORTED')
    await refused(exportPublicKey(classicOf(1), 'jwk'), 'KEY_MALFORMED')
    await refused(der.subarray(0, -1), 'KEY_MALFORMED', { format: 'der' })
    await refused(undefined, 'ARGUMENT_INVALID')
    await refused(publicJwk, 'ARGUMENT_INVALID', { secret: seedOf(1) })
    await refused(publicJwk, 'KEY_MALFORMED', { algorithm: 'ed25519' })
    await refused(publicJwk, 'ARGUMENT_INVALID', { algorithm: 'ml-dsa-99' })
    expect((await keyring.list()).keys).toHaveLength(0)
  })

  it('is needed by name where it was left out: to issue such a key, and to read one that a store has', async () => {
    const world = keyringWorld({ otherKeys })
    const { key } = await world.keyring.issue({ ...ML_DSA, publicKey: publicJwk as never })
    const without = keyringWorld({ store: world.store })
    const needed = withCode('CONFIG_INVALID', '"otherKeys" is required for ml-dsa-44')
    await expect(without.keyring.issue({ ...ML_DSA, publicKey: publicJwk as never })).rejects.toThrow(needed)
    await expect(without.keyring.get(key.id)).rejects.toThrow(needed)
    // The record is still one: it can be shown and revoked there.
    expect(await without.keyring.revoke(key.id, BY)).toMatchObject({ state: 'revoked' })
    const alone = keyringWorld({ otherKeys: mlDsaKeys({ mlDsa }) })
    await expect(alone.keyring.issue({ ...PAIR, publicKey: pairOf(1) })).rejects.toThrow(
      withCode('CONFIG_INVALID', '"otherKeys" is required for ed25519+ml-dsa-44'),
    )
    const nameless = keyringWorld({ otherKeys: { register: () => undefined, open: () => undefined } as never })
    await expect(nameless.keyring.issue({ ...ML_DSA, publicKey: publicJwk as never })).rejects.toThrow(needed)
    expect(() => keyringWorld({ otherKeys: {} as never })).toThrow(withCode('CONFIG_INVALID', 'mlDsaKeys()'))
  })

  it('reads no record whose bytes are of another algorithm', async () => {
    const spki = Buffer.from(der).toString('base64')
    const material = { kind: 'public', spki, thumbprint: mlDsaThumbprint(publicJwk) } as const
    for (const algorithm of ['ml-dsa-65', 'ed25519', 'ed25519+ml-dsa-44'] as const) {
      const world = keyringWorld({ otherKeys })
      const { key } = await world.keyring.issue({ ...ML_DSA, publicKey: publicJwk as never })
      const found = (await world.store.get(key.id)) as StoredKey
      await world.store.write([{ record: rebound({ ...found, rev: 2, algorithm }), expectedRev: 1 }])
      await expect(world.node({ otherKeys }).keyring.get(key.id)).rejects.toThrow(withCode('STORE_CORRUPTED'))
    }
    for (const algorithm of ['ML-DSA-44', 'ml-dsa-44 ', 'ed25519+ml-dsa-99', 'rsa+ml-dsa-44', ['ml-dsa-44']])
      expect(parseStoredKey(sampleRecord({ material, algorithm: algorithm as never }))).toBeUndefined()
    expect(parseStoredKey(sampleRecord({ algorithm: 'ml-dsa-44' }))).toBeUndefined()
  })
})

describe('a keyring with pairs', () => {
  const issued = async () => {
    const world = keyringWorld({ otherKeys })
    const { key } = await world.keyring.issue({ ...PAIR, publicKey: pairOf(1) })
    return { world, id: key.id, key }
  }

  it('verifies what both keys have signed, and rotates the pair', async () => {
    const { world, id, key } = await issued()
    expect(key).toMatchObject({ algorithm: 'ed25519+ml-dsa-44', thumbprint: expect.stringMatching(/^[\w-]{43}$/) })
    expect(await judged(world, both(classicOf(1, id), keyOf(1, `${id}-pq`)))).toBe('ok alice')
    const next = await world.keyring.rotate(id, { ...BY, publicKey: pairOf(2) })
    expect(next.key.thumbprint).not.toBe(key.thumbprint)
    expect(await judged(world, both(classicOf(2, next.key.id), keyOf(2, `${next.key.id}-pq`)))).toBe('ok alice')
  })

  it('refuses either of the two again after a compromise', async () => {
    const { world, id } = await issued()
    const [old, fresh] = [pairOf(1), pairOf(2)]
    for (const publicKey of [
      old,
      { ...old, postQuantum: fresh.postQuantum },
      { ...fresh, postQuantum: old.postQuantum },
    ])
      await expect(world.keyring.rotate(id, { ...BY, publicKey, compromised: true })).rejects.toThrow(
        withCode('ARGUMENT_INVALID', 'compromised'),
      )
    expect((await world.keyring.rotate(id, { ...BY, publicKey: fresh, compromised: true })).key.version).toBe(2)
  })

  it('does not count one of the two alone, under either id', async () => {
    const { world, id } = await issued()
    const every = ['ml-dsa-44', 'ed25519', 'ed25519+ml-dsa-44'] as const
    expect(await judged(world, alone(classicOf(1, id)), every)).toBe('SIGNATURE_MALFORMED')
    expect(await judged(world, alone(keyOf(1, id)), every)).toBe('SIGNATURE_MALFORMED')
    expect(await judged(world, alone(keyOf(1, `${id}-pq`)), every)).toBe('KEY_UNKNOWN')
  })

  it('does not count a pair of which one is wrong, swapped or under another id', async () => {
    const { world, id } = await issued()
    expect(await judged(world, both(classicOf(2, id), keyOf(1, `${id}-pq`)))).toBe('SIGNATURE_INVALID')
    expect(await judged(world, both(classicOf(1, id), keyOf(2, `${id}-pq`)))).toBe('SIGNATURE_INVALID')
    expect(await judged(world, both(classicOf(1, id), keyOf(1, `${id}-other`)))).toBe('SIGNATURE_INVALID')
  })

  it('registers two public keys and nothing else', async () => {
    const { keyring } = keyringWorld({ otherKeys })
    const { classical, postQuantum } = pairOf(1)
    const refused = async (publicKey: unknown, code: string, more: object = {}) =>
      expect(keyring.issue({ ...PAIR, publicKey: publicKey as never, ...more })).rejects.toThrow(withCode(code))
    for (const one of [
      publicJwk,
      classical,
      raw,
      {},
      { classical },
      { postQuantum },
      { classical, postQuantum, third: 1 },
    ])
      await refused(one, 'KEY_MALFORMED')
    await refused({ classical: postQuantum, postQuantum: classical }, 'KEY_MALFORMED')
    await refused({ classical, postQuantum: { ...postQuantum, priv: 'AA' } }, 'KEY_MALFORMED')
    await refused({ classical, postQuantum: larger.publicJwk }, 'KEY_MALFORMED')
    await refused({ classical: new Uint8Array(32), postQuantum }, 'KEY_WEAK')
    await refused({ classical, postQuantum }, 'ARGUMENT_INVALID', { format: 'der' })
    expect(() => hybridKeys({} as never)).toThrow(withCode('CONFIG_INVALID', 'mlDsaKeys()'))
    expect(mlDsaVerifyingKey({ keyId: 'k', algorithm: 'ml-dsa-44', publicKey: raw, mlDsa }).publicJwk.pub).toBe(
      publicJwk.pub,
    )
  })
})

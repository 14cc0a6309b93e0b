import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
import { describe, expect, it } from 'vitest'
import { pastedKey } from '../../../../src/console/page/create/public-key-text.js'
import { kindsOf, newSource, prepare } from '../../../../src/console/page/create/source.js'
import { settingsOf } from '../../../../src/console/portal/options.js'
import type { PostQuantumAlgorithm } from '../../../../src/crypto/algorithm.js'
import { base64 } from '../../../../src/crypto/encoding.js'
import { mlDsaKey, mlDsaKeys } from '../../../../src/crypto/ml-dsa.js'
import { mlDsaSpki } from '../../../../src/crypto/ml-dsa-import.js'
import { withCode } from '../../../expect-code.js'
import { ALICE, closesPortals, ORIGIN, portalWorld, SCOPES } from './portal-world.js'

closesPortals()

const keyOf = (algorithm: PostQuantumAlgorithm) =>
  mlDsaKey({ keyId: 'pq', algorithm, seed: new Uint8Array(32).fill(7), mlDsa })
const pemOf = (algorithm: PostQuantumAlgorithm): string =>
  `-----BEGIN PUBLIC KEY-----\n${base64(mlDsaSpki(keyOf(algorithm).verifyingKey))}\n-----END PUBLIC KEY-----\n`
const NAMES = ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const
const otherKeys = mlDsaKeys({ mlDsa })

describe.each(NAMES)('a public key of %s', (algorithm) => {
  const { publicJwk } = keyOf(algorithm)
  const pem = pemOf(algorithm)

  it('is known by the page as PEM and as JWK, where it is offered', () => {
    expect(pastedKey(pem, ['ed25519', algorithm])).toEqual({ publicKey: pem.trim(), algorithm })
    expect(pastedKey(JSON.stringify(publicJwk), ['ed25519', algorithm])).toEqual({ publicKey: publicJwk, algorithm })
    for (const text of [pem, JSON.stringify(publicJwk)])
      expect(pastedKey(text, ['ed25519'])).toEqual({ problem: 'ownNotOffered' })
  })

  it('does not leave the page with its private half', () => {
    const secret = { ...publicJwk, priv: base64(new Uint8Array(32)) }
    for (const text of [JSON.stringify(secret), pem.replaceAll('PUBLIC', 'PRIVATE')])
      expect(pastedKey(text, [algorithm])).toEqual({ problem: 'ownPrivate' })
  })

  it('is registered through the portal where the keyring has it', async () => {
    const { as } = portalWorld({ algorithms: ['ed25519', algorithm] }, { otherKeys })
    const alice = as(ALICE)
    expect((await alice('GET session')).json.algorithms).toEqual(['ed25519', algorithm])
    for (const pasted of [pem, JSON.stringify(publicJwk)]) {
      const { body } = await prepare({ ...newSource('own'), pasted }, ['ed25519', algorithm])
      const made = await alice('POST keys', { name: 'pq', scopes: ['orders:read'], ...body })
      expect([made.status, made.json.key?.algorithm]).toEqual([201, algorithm])
    }
  })
})

it('a keyring without ML-DSA refuses such a key, with the option that it lacks', async () => {
  const alice = portalWorld({ algorithms: ['ed25519', 'ml-dsa-65'] }).as(ALICE)
  const told = await alice('POST keys', {
    name: 'pq',
    scopes: ['orders:read'],
    algorithm: 'ml-dsa-65',
    publicKey: pemOf('ml-dsa-65'),
  })
  expect(told.status).toBe(422)
  expect(told.text).toContain('otherKeys')
})

it('a session that grants other algorithms alone is neither offered ML-DSA nor given one', async () => {
  const { as } = portalWorld({ algorithms: ['ed25519', 'ml-dsa-65'] }, { otherKeys })
  const session = { ...ALICE, mayGrant: { scopes: ['orders:*'], algorithms: ['ed25519' as const] } }
  expect((await as(session)('GET session')).json.algorithms).toEqual(['ed25519'])
  const body = { name: 'pq', scopes: ['orders:read'], algorithm: 'ml-dsa-65', publicKey: pemOf('ml-dsa-65') }
  expect((await as(session)('POST keys', body)).status).toBe(403)
})

it('ML-DSA alone leaves one kind of key: one of your own', () => {
  expect(kindsOf(['ml-dsa-65'])).toEqual(['own'])
})

it('a page cannot offer pairs, which are two keys', () => {
  const { keyring } = portalWorld()
  const options = { keyring, session: () => undefined, scopes: SCOPES, publicOrigin: ORIGIN }
  for (const algorithms of [['ed25519+ml-dsa-65'], ['ml-dsa'], []])
    expect(() => settingsOf({ ...options, algorithms: algorithms as never })).toThrow(
      withCode('CONFIG_INVALID', '"algorithms" must be a list of algorithms of countersign/crypto, or ml-dsa-44'),
    )
})

import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { akpAlgorithm, akpMembers, akpThumbprint } from '../../../src/crypto/akp.js'

const MEMBERS = { alg: 'ML-DSA-65', kty: 'AKP', pub: 'AAEC' } as const

test.each(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'])('a public key of %s is read by its members alone', (alg) => {
  const members = akpMembers({ pub: 'AAEC', kty: 'AKP', alg, kid: 'a', priv: 'b' })
  expect(members).toEqual({ alg, kty: 'AKP', pub: 'AAEC' })
  expect(akpAlgorithm(members as NonNullable<typeof members>)).toBe(alg.toLowerCase())
})

test.each<[string, unknown]>([
  ['null', null],
  ['undefined', undefined],
  ['a text', 'AKP'],
  ['a function with the members', Object.assign(() => {}, MEMBERS)],
  ['an object that inherits them', Object.create(MEMBERS)],
  ['another type', { ...MEMBERS, kty: 'OKP' }],
  ['no type', { alg: MEMBERS.alg, pub: MEMBERS.pub }],
  ['another algorithm', { ...MEMBERS, alg: 'ML-DSA-66' }],
  ['an algorithm with something before it', { ...MEMBERS, alg: 'xML-DSA-65' }],
  ['an algorithm with something behind it', { ...MEMBERS, alg: 'ML-DSA-655' }],
  ['an algorithm in a list', { ...MEMBERS, alg: ['ML-DSA-65'] }],
  ['an inherited algorithm', Object.assign(Object.create({ alg: MEMBERS.alg }), { kty: 'AKP', pub: 'AAEC' })],
  ['no public key', { ...MEMBERS, pub: undefined }],
  ['an empty public key', { ...MEMBERS, pub: '' }],
  ['a public key that is no text', { ...MEMBERS, pub: ['AAEC'] }],
  ['a public key in another spelling', { ...MEMBERS, pub: 'AAEC=' }],
])('%s is no public key of type AKP', (_, jwk) => {
  expect(akpMembers(jwk)).toBeUndefined()
})

test('a thumbprint is the hash of the members in their order', () => {
  const text = '{"alg":"ML-DSA-65","kty":"AKP","pub":"AAEC"}'
  expect(akpThumbprint(MEMBERS)).toBe(createHash('sha256').update(text).digest('base64url'))
})

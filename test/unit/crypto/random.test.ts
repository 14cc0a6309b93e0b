import { expect, test } from 'vitest'
import { randomScalar } from '../../../src/crypto/ecdsa-key.js'
import { ALGORITHMS, isAlgorithm, randomBytes, randomNonce } from '../../../src/crypto/index.js'
import { codeOf } from '../../expect-code.js'

test('nonces have 22 characters of 64, and never repeat', () => {
  const nonces = Array.from({ length: 5000 }, randomNonce)
  for (const nonce of nonces) expect(nonce).toMatch(/^[A-Za-z0-9_-]{22}$/)
  expect(new Set(nonces).size).toBe(nonces.length)
})

test('all 64 characters are as likely at every place', () => {
  const rounds = 12_800
  const counts = Array.from({ length: 22 }, () => new Map<string, number>())
  for (let i = 0; i < rounds; i++) {
    const nonce = randomNonce()
    for (const [place, count] of counts.entries()) {
      const character = nonce[place] as string
      count.set(character, (count.get(character) ?? 0) + 1)
    }
  }
  for (const count of counts) {
    expect(count.size).toBe(64)
    // Chi-squared with 63 degrees of freedom exceeds 155 once in 10^9 tables.
    const expected = rounds / 64
    const chi = [...count.values()].reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0)
    expect(chi).toBeLessThan(155)
  }
})

test.each([undefined, null, '32', [1, 2, 3], 1.5, -1, 65_537, Number.NaN, 32n])(
  'a length of random bytes that is none is refused: %o',
  (length) => {
    expect(codeOf(() => randomBytes(length as number))).toBe('ARGUMENT_INVALID')
  },
)

test('random bytes and scalars have their length and differ', () => {
  expect(randomBytes(0).length).toBe(0)
  expect(randomBytes(33).length).toBe(33)
  expect(randomBytes(32)).not.toEqual(randomBytes(32))
  for (const name of ['ecdsa-p256-sha256', 'ecdsa-p384-sha384', 'ecdsa-p521-sha512'] as const) {
    const [a, b] = [randomScalar(ALGORITHMS[name]), randomScalar(ALGORITHMS[name])]
    expect(a.length).toBe(ALGORITHMS[name].signatureBytes / 2)
    expect(a).not.toEqual(b)
  }
})

test('the table has its eleven algorithms and nothing from a prototype', () => {
  expect(Object.keys(ALGORITHMS)).toHaveLength(11)
  expect(Object.keys(ALGORITHMS).every(isAlgorithm)).toBe(true)
  for (const name of [
    'constructor',
    'toString',
    '__proto__',
    'hasOwnProperty',
    'Ed25519',
    'RS256',
    '',
    ' ed25519',
    null,
    5,
    ['ed25519'],
  ]) {
    expect(isAlgorithm(name)).toBe(false)
  }
  expect(Object.isFrozen(ALGORITHMS) && Object.values(ALGORITHMS).every(Object.isFrozen)).toBe(true)
})

import { expect, test } from 'vitest'
import { ALGORITHM_NAMES, ALGORITHMS, isAlgorithm, signatureBytesOf } from '../../../src/crypto/algorithm.js'

test('the list of all algorithms has the rows of the table, with the same length of a signature', () => {
  expect(ALGORITHM_NAMES).toEqual(Object.keys(ALGORITHMS))
  for (const name of ALGORITHM_NAMES.filter(isAlgorithm))
    expect([name, signatureBytesOf(name)]).toEqual([name, ALGORITHMS[name].signatureBytes])
})

test.each(['toString', '__proto__', 'EdDSA', 'HMAC-SHA256', '', undefined, 5])('%j is no algorithm', (name) => {
  expect(isAlgorithm(name)).toBe(false)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareNames } from '../../src/schemes/azure/header-order.js'
import { AZURE_SCHEMES } from '../contract/schemes/azure.js'
import { schemeLaws } from './scheme-laws.js'

for (const row of AZURE_SCHEMES) schemeLaws(row.name, row)

test('names of fields are in one order, whatever order they come in', () => {
  const name = fc.string({ unit: fc.constantFrom(...'ab-_1'), minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      expect(Math.sign(compareNames(a, b)) + Math.sign(compareNames(b, a))).toBe(0)
      expect(compareNames(a, b) === 0).toBe(a === b)
      if (compareNames(a, b) < 0 && compareNames(b, c) < 0) expect(compareNames(a, c)).toBeLessThan(0)
    }),
  )
})

import { expect, test } from 'vitest'
import { WAYS } from '../../../../src/doctor/exchange/way.js'
import { FAMILIES } from '../../../../src/doctor/families/families.js'
import { FAMILY_IDS } from '../../../../src/doctor/families/ids.js'

test('the names that are listed apart are those of the families, and no exchange has one of them', () => {
  const own = FAMILIES.flatMap(({ ids }) => ids)
  expect([...FAMILY_IDS].sort()).toEqual([...own].sort())
  expect(new Set(own).size).toBe(own.length)
  expect(WAYS.filter(({ id }) => own.includes(id))).toEqual([])
})

import { describe, expect, it } from 'vitest'
import { BASIC_TIME, EXTENDED_TIME } from '../../../../src/schemes/sigv4/time.js'

const YEARS = [-1, 0, 1, 1969, 2015, 9999, 10_000, 12_345]

describe.each([
  ['basic', BASIC_TIME, 16],
  ['extended', EXTENDED_TIME, 20],
] as const)('the %s time', (_, format, length) => {
  it.each(YEARS)('of the year %i is read in its one length, or not at all', (year) => {
    const ms = new Date(Date.UTC(2000, 0, 1)).setUTCFullYear(year)
    const iso = new Date(ms).toISOString()
    const isCommon = year >= 0 && year <= 9999
    // Also right behind writing it, when its text is remembered.
    for (const text of [format.write(ms), iso, `${iso.slice(0, -8)}Z`, `${iso.slice(0, -5)}Z`]) {
      const found = format.read(text)
      expect(found).toBe(isCommon && text === format.write(ms) ? ms : undefined)
      if (found !== undefined) expect(text).toHaveLength(length)
    }
  })
})

it('the first and the last second of four digits are read, and the one behind it is not written as one', () => {
  expect(BASIC_TIME.read('99991231T235959Z')).toBe(253_402_300_799_000)
  expect(BASIC_TIME.read('00000101T000000Z')).toBe(-62_167_219_200_000)
  expect(EXTENDED_TIME.read('9999-12-31T23:59:59Z')).toBe(253_402_300_799_000)
  expect(BASIC_TIME.read(BASIC_TIME.write(253_402_300_800_000))).toBeUndefined()
})

import { describe, expect, it } from 'vitest'
import { FingerprintTable, KeyShares } from '../../../../src/server/replay/memory-tables.js'

type Fingerprint = readonly [number, number, number, number]

/** Puts fingerprints into a table, as the store does it. */
const tableOf = (...all: Fingerprint[]): FingerprintTable => {
  const table = new FingerprintTable()
  for (const one of all) table.insert(table.find(...one), ...one)
  return table
}

describe('FingerprintTable', () => {
  const known: Fingerprint = [1, 2, 3, 4]

  it('holds a fingerprint by all of its four words', () => {
    const table = tableOf(known)
    expect(table.find(...known)).toBeGreaterThanOrEqual(0)
    // The second word is the place: others of the same place must differ in one word only.
    for (const other of [
      [5, 2, 3, 4],
      [1, 2 + 64, 3, 4],
      [1, 2, 5, 4],
      [1, 2, 3, 5],
    ] as Fingerprint[])
      expect(table.find(...other), String(other)).toBeLessThan(0)
  })

  it('goes on at its beginning where the last place is taken', () => {
    const last: Fingerprint[] = [
      [1, 63, 0, 0],
      [1, 63, 0, 1],
      [1, 63, 0, 2],
    ]
    const table = tableOf(...last)
    expect(last.map((one) => table.find(...one) / 4)).toEqual([63, 0, 1])
  })

  it('holds everything through each growth, which comes above two thirds and not before', () => {
    const table = new FingerprintTable()
    const first = table.bytes
    const all = Array.from({ length: 200 }, (_, i): Fingerprint => [i * 2 + 1, i * 7, i, i])
    for (const [i, one] of all.entries()) {
      const place = table.find(...one)
      expect(place).toBeLessThan(0)
      table.insert(place, ...one)
      expect(table.size).toBe(i + 1)
      // 64 places at first: 42 of them are less than two thirds, 43 are more.
      expect(table.bytes / first).toBe(i < 42 ? 1 : i < 85 ? 2 : i < 170 ? 4 : 8)
    }
    for (const one of all) expect(table.find(...one)).toBeGreaterThanOrEqual(0)
    expect(table.find(0xffff_ffff, 0, 0, 0)).toBeLessThan(0)
  })

  it('has room for 64 fingerprints of 16 bytes at first', () => {
    expect(new FingerprintTable().bytes).toBe(64 * 16)
  })
})

describe('KeyShares', () => {
  it('counts for each key what it has in each place, and forgets a place at once', () => {
    const shares = new KeyShares(2)
    shares.add('a', 0)
    shares.add('a', 1)
    shares.add('a', 1)
    shares.add('b', 1)
    expect([shares.of('a'), shares.of('b'), shares.of('c')]).toEqual([3, 1, 0])
    shares.clear(1)
    expect([shares.of('a'), shares.of('b')]).toEqual([1, 0])
    shares.clear(1)
    expect(shares.of('a')).toBe(1)
    shares.add('b', 0)
    shares.clear(0)
    expect([shares.of('a'), shares.of('b')]).toEqual([0, 0])
  })
})

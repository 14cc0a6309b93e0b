import { afterAll, describe, expect, test } from 'vitest'
import { CATALOGUE, type Group, type Outcome } from './catalogue.js'
import { closeAll } from './hosts.js'

/**
 * Asserts an outcome and notes that the row has shown it. The outcome must be one the row names: an attack that is refused
 * for another reason than expected has not been understood.
 */
export type Shows = (actual: unknown, expected: Outcome, what?: string) => void

interface Executed {
  readonly group: Group | undefined
  readonly shown: Set<Outcome>
}
const executed = new Map<number, Executed>()
let collecting = false
let current: Group | undefined

/** From here on cases are only counted, not run: how one test can see what all files hold. */
export const collectOnly = (): void => {
  collecting = true
}

/** The numbers that have at least one case in the files loaded so far. */
export const collected = (): ReadonlySet<number> => new Set(executed.keys())

/** One executable case of the catalogue. */
export function attack(number: number, how: string, body: (shows: Shows) => unknown, timeoutMs = 30_000): void {
  const row = CATALOGUE.find((one) => one.number === number)
  if (row === undefined || row.later !== undefined) throw new Error(`row ${number} is not one that is executed`)
  const state = executed.get(number) ?? { group: current, shown: new Set<Outcome>() }
  executed.set(number, state)
  if (collecting) return
  const shows: Shows = (actual, expected, what) => {
    expect([...row.codes, 'ok'], `row ${number} does not name ${expected}`).toContain(expected)
    expect(actual, what).toBe(expected)
    state.shown.add(expected)
  }
  test(`${number}. ${row.attack}: ${how}`, { timeout: timeoutMs }, async () => {
    expect.hasAssertions()
    await body(shows)
  })
}

/** One group of the catalogue: every row of it has a case, and every code it names was really seen. */
export function attacks(group: Group, body: () => void): void {
  if (collecting) {
    body()
    return
  }
  describe(group, () => {
    current = group
    body()
    afterAll(closeAll)
    test('every row was executed and has shown each of its codes', () => {
      const rows = CATALOGUE.filter((row) => row.group === group && row.later === undefined)
      // Other files may have run in this process.
      const own = [...executed].filter(([, one]) => one.group === group).map(([number]) => number)
      expect(own.sort((a, b) => a - b)).toEqual(rows.map(({ number }) => number))
      const unseen = rows.flatMap(({ number, codes }) =>
        codes.filter((code) => executed.get(number)?.shown.has(code) !== true).map((code) => `${number}: ${code}`),
      )
      expect(unseen).toEqual([])
    })
  })
}

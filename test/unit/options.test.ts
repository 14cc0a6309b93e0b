import { describe, expect, test } from 'vitest'
import { isCountersignError } from '../../src/errors.js'
import { KINDS, NEEDING } from '../contract/options/kinds.js'
import { ROOMS } from '../contract/options/rooms.js'

/** The error of a call, however it is made known. */
async function failure(call: () => unknown): Promise<unknown> {
  try {
    await call()
  } catch (error) {
    return error
  }
  return undefined
}

for (const [room, { rows }] of Object.entries(ROOMS)) {
  describe.skipIf(rows.length === 0)(`options of ${room}`, () => {
    test.each(rows)('$name refuses a misspelt option by name', async ({ call, misspelt }) => {
      expect(await failure(() => call({}))).toBeUndefined()
      expect(misspelt.length).toBeGreaterThan(0)
      for (const [wrong, meant] of misspelt) {
        const error = await failure(() => call({ [wrong]: 1 }))
        expect(error, wrong).toSatisfy((found: unknown) => isCountersignError(found))
        expect((error as Error).message).toContain(`"${wrong}"`)
        expect((error as Error).message).toContain(meant)
      }
    })
  })
}

/** What stands in a variable of the environment, or is left of a calculation. */
const NO_FLAGS: readonly unknown[] = ['no', 'false', 0, 1, null]
const NO_NUMBERS: readonly unknown[] = ['5', -1, Number.NaN, true, null, 5n]

describe('options that are numbers, or true or false', () => {
  const rows = new Map(Object.values(ROOMS).flatMap(({ rows }) => rows.map((row) => [row.name, row] as const)))

  test.each(Object.entries(KINDS))('%s refuses another type or a number out of range by name', async (name, kinds) => {
    const call = rows.get(name)?.call
    if (call === undefined) throw new Error(`no row is called ${name}`)
    const { flags = [], numbers = [], nullable = [] } = kinds
    const accepted: string[] = []
    for (const [names, values] of [
      [flags, NO_FLAGS],
      [numbers, NO_NUMBERS],
    ] as const)
      for (const option of names)
        for (const value of values) {
          if (value === null && nullable.includes(option)) continue
          const error = await failure(() => call({ [option]: value }))
          const said =
            isCountersignError(error) &&
            new RegExp(`[".]${option}"`).test(error.message) &&
            !error.message.includes('unknown option')
          if (!said)
            accepted.push(`${option}: ${String(value)} gives ${error === undefined ? 'nothing' : String(error)}`)
        }
    expect(accepted).toEqual([])
  })
})

test('an error about an option names no other function than the one that was called', async () => {
  const rows = Object.values(ROOMS).flatMap(({ rows }) => rows)
  const called = ({ name }: (typeof rows)[number]): string => /#(\w+)/.exec(name)?.[1] ?? name
  const functions = new Set(rows.map(called))
  const others: string[] = []
  for (const row of rows) {
    const error = await failure(() => row.call({ [row.misspelt[0]?.[0] as string]: 1 }))
    const [named = ''] = String((error as Error).message).split(':')
    if (functions.has(named) && named !== called(row)) others.push(`${row.name}: ${String(error)}`)
  }
  expect(others).toEqual([])
})

test('no function is listed twice', () => {
  const names = Object.values(ROOMS).flatMap(({ rows }) => rows.map(({ name }) => name))
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
})

/** What a function is called like where its options were forgotten, or are another value. */
const NO_OPTIONS: readonly unknown[] = [undefined, null, 'text', 5, [], () => {}]

describe('a function that cannot do without options', () => {
  test.each(Object.entries(NEEDING))('%s says so, whatever is passed in their place', (_, call) => {
    for (const given of NO_OPTIONS) {
      let error: unknown
      try {
        call(given as never)
      } catch (thrown) {
        error = thrown
      }
      expect(error, String(given)).toSatisfy((found: unknown) => isCountersignError(found))
    }
  })
})

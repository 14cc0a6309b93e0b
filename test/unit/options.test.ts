import { describe, expect, test } from 'vitest'
import { isCountersignError } from '../../src/errors.js'
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

test('no function is listed twice', () => {
  const names = Object.values(ROOMS).flatMap(({ rows }) => rows.map(({ name }) => name))
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
})

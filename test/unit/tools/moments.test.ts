import { expect, test } from 'vitest'
import { isCountersignError } from '../../../src/errors.js'
import { ROOMS } from '../../contract/options/rooms.js'

const ROWS = Object.values(ROOMS).flatMap(({ rows }) => rows)

/** Functions that are told the moment of signing or verifying. */
const TOLD = [
  'countersign/sigv4#presign',
  'countersign/sigv4#goog4PostPolicy',
  'countersign/sigv4#sigv4PostPolicy',
  'countersign/sigv4#verifyPostPolicy',
  'countersign/azure#azureSasUrl',
]

async function refusal(call: () => unknown): Promise<string> {
  try {
    await call()
    return 'taken'
  } catch (error) {
    return isCountersignError(error) ? `${error.code} ${error.message}` : String(error)
  }
}

test.each(ROWS.filter(({ name }) => TOLD.includes(name)).map((row) => [row.name, row] as const))(
  '%s refuses a moment in seconds, which would be one in 1970',
  async (_, { call }) => {
    const seconds = await refusal(() => call({ nowMs: 1_700_000_000 }))
    expect(seconds).toMatch(/^CONFIG_INVALID .*"nowMs" must be milliseconds since the epoch.*, got 1700000000$/)
    expect(await refusal(() => call({ nowMs: '1700000000000' }))).toMatch(/"nowMs" must be milliseconds/)
    expect(await refusal(() => call({ nowMs: Number.NaN }))).toMatch(/"nowMs" must be milliseconds/)
  },
)

test('the rows of functions that are told a moment are there', () => {
  const names = ROWS.map(({ name }) => name)
  expect(TOLD.filter((name) => !names.includes(name))).toEqual([])
})

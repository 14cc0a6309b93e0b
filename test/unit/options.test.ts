import { describe, expect, test } from 'vitest'
import { isCountersignError } from '../../src/errors.js'
import { KINDS, NEEDING } from '../contract/options/kinds.js'
import { ROOMS } from '../contract/options/rooms.js'
import type { OptionsRow } from '../contract/options/row.js'
import { caught } from '../expect-code.js'

const SECRETS = { env: 'environment variable' }
/** What is named in place of an option that is left out, where that is not its own name. */
const ANOTHER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // Without it the defaults are used, and the runtime of these tests has none of them.
  'countersign/client/browser-key#browserKey': {
    database: 'IndexedDB',
    algorithms: 'IndexedDB',
    keyId: 'IndexedDB',
  },
  'countersign/client/load-secret#loadSecret': SECRETS,
  'countersign/client/load-secret#secretText': SECRETS,
  'countersign/client/load-secret#signingKeyFrom': SECRETS,
  'countersign/client/load-secret#readVaultFile': SECRETS,
  'countersign/client/load-secret#writeVaultFile': SECRETS,
  'countersign/client/load-secret#updateVaultFile': SECRETS,
  // The list that it is a member of.
  'countersign/client#keyset: a member': { key: 'keys' },
  // A key in place of both.
  'countersign/exchange/okx#okx without a key': { key: 'apiKey' },
  // What the format must have.
  'countersign/keyring#createLeakReportHandler': { format: 'prefix' },
  'countersign/server/rate-limiter-flexible#flexibleLimiter': { default: 'limit' },
  // What it is of every key.
  ...Object.fromEntries(
    ['sigv4', 'sigv4a', 'goog4', 'acs3', 'huawei', 'oss4', 'tc3', 'tos4', 'volc'].map((name) => [
      `countersign/sigv4#${name}Key`,
      { accessKeyId: 'keyId' },
    ]),
  ),
}

for (const [room, { rows }] of Object.entries(ROOMS)) {
  describe.skipIf(rows.length === 0)(`options of ${room}`, () => {
    test.each(rows)('$name refuses a misspelt option by name', async ({ call, misspelt }) => {
      expect(await caught(() => call({}))).toBeUndefined()
      expect(misspelt.length).toBeGreaterThan(0)
      for (const [wrong, meant] of misspelt) {
        const error = await caught(() => call({ [wrong]: 1 }))
        expect(error, wrong).toSatisfy((found: unknown) => isCountersignError(found))
        expect((error as Error).message).toContain(`"${wrong}"`)
        expect((error as Error).message).toContain(meant)
      }
    })
  })
}

/** The names that a function knows: it lists them where a name is like none of them. */
async function namesOf({ call }: OptionsRow): Promise<readonly string[]> {
  const error = await caught(() => call({ qqqqqqqqqqqqqqqqqqqqqqqqqqq: 1 }))
  return /known: (.*)$/.exec((error as Error).message)?.[1]?.split(', ') ?? []
}

for (const [room, { rows }] of Object.entries(ROOMS)) {
  describe.skipIf(rows.length === 0)(`needed options of ${room}`, () => {
    test.each(rows)('$name names what is left out of its options', async (row) => {
      const wrong: string[] = []
      for (const name of await namesOf(row)) {
        const error = await caught(() => row.call({ [name]: undefined }))
        if (error === undefined) continue
        const text = isCountersignError(error) ? error.message : String(error)
        const called = ANOTHER[row.name]?.[name] ?? name
        if (!isCountersignError(error) || !new RegExp(`\\b${called}\\b`).test(text)) wrong.push(`${name}: ${text}`)
      }
      expect(wrong).toEqual([])
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
          const error = await caught(() => call({ [option]: value }))
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
    const error = await caught(() => row.call({ [row.misspelt[0]?.[0] as string]: 1 }))
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

import { existsSync, readdirSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { casesOf } from './cases.js'
import { ccxtHas } from './ccxt.js'
import { differences } from './differences.js'
import { oracles } from './oracles.js'
import { rows } from './rows.js'
import { summary, type Tally } from './summary.js'
import { type Factory, prepareRow } from './try-case.js'

const VENUES = 'src/exchange/catalogue'
// VENUE=okx narrows it down while one is being written.
const only = process.env['VENUE'] ?? ''
const tallies: Tally[] = []

/** The factory of a venue, by the name of its file. */
async function factoryOf(venue: string): Promise<Factory> {
  const module = (await import(/* @vite-ignore */ `../../${VENUES}/${venue}.ts`)) as Readonly<Record<string, Factory>>
  return module[venue.replace(/-(\w)/g, (_, one: string) => one.toUpperCase())] as Factory
}

describe('requests that ccxt signs, and ours beside them', () => {
  for (const row of rows.filter(({ name }) => name.startsWith(only))) {
    test.skipIf(!existsSync(`${VENUES}/${row.venue}.ts`))(row.name, async () => {
      const run = prepareRow(row, await factoryOf(row.venue))
      const known = differences.filter((one) => one.row === row.name)
      const used = new Set()
      const problems: string[] = []
      const outcomes = [...casesOf(row.calls)].map(({ name, call, params }) => {
        const outcome = run(call, params)
        const difference = known.find(({ cases }) => cases.test(name))
        used.add(difference)
        const expected = difference?.result ?? 'same'
        if (outcome.result !== expected)
          problems.push(`${name}: expected ${expected}, got ${outcome.result}: ${outcome.seen}`)
        if (outcome.escaped.length > 0)
          problems.push(`${name}: accepted after a change at ${outcome.escaped}: ${outcome.seen}`)
        return outcome
      })
      tallies.push({ row, outcomes })
      expect(problems.join('\n')).toBe('')
      expect(known.filter((one) => !used.has(one))).toEqual([])
    })
  }

  test('every venue of the package is here, or has another oracle', () => {
    const files = readdirSync(VENUES).flatMap((file) => (/^(?!index)[\w-]+\.ts$/.test(file) ? [file.slice(0, -3)] : []))
    const here = new Set(rows.map(({ venue }) => venue))
    expect(files.filter((file) => !here.has(file) && oracles[file] === undefined)).toEqual([])
    expect(Object.keys(oracles).filter((venue) => ccxtHas(venue.replaceAll('-', '')))).toEqual([])
  })
})

afterAll(() => {
  console.log(summary(tallies))
  for (const [venue, oracle] of Object.entries(oracles)) console.log(`${venue}: not in ccxt; ${oracle}`)
})

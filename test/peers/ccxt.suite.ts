import { existsSync, readdirSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { casesOf } from './cases.js'
import { ccxtHas } from './ccxt.js'
import { differences } from './differences.js'
import { oracles, otherOracles } from './oracles.js'
import { rows } from './rows.js'
import { summary, type Tally } from './summary.js'
import { type Factory, prepareRow } from './try-case.js'

const EXCHANGES = 'src/exchange/catalogue'
// EXCHANGE=okx narrows it down while one is being written.
const only = process.env['EXCHANGE'] ?? ''
const tallies: Tally[] = []

/** The factory of an exchange, by the name of its file. */
async function factoryOf(exchange: string): Promise<Factory> {
  const module = (await import(/* @vite-ignore */ `../../${EXCHANGES}/${exchange}.ts`)) as Readonly<
    Record<string, Factory>
  >
  return module[exchange.replace(/-(\w)/g, (_, one: string) => one.toUpperCase())] as Factory
}

describe('requests that ccxt signs, and ours beside them', () => {
  for (const row of rows.filter(({ name }) => name.startsWith(only))) {
    test.skipIf(!existsSync(`${EXCHANGES}/${row.exchange}.ts`))(`both sign the same at ${row.name}`, async () => {
      const run = prepareRow(row, await factoryOf(row.exchange))
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

  test('every exchange of the package is here, or has another oracle', () => {
    const files = readdirSync(EXCHANGES).flatMap((file) =>
      /^(?!index)[\w-]+\.ts$/.test(file) ? [file.slice(0, -3)] : [],
    )
    const here = new Set(rows.map(({ exchange }) => exchange))
    expect(files.filter((file) => !here.has(file) && { ...oracles, ...otherOracles }[file] === undefined)).toEqual([])
    expect(Object.keys(oracles).filter((exchange) => ccxtHas(exchange.replaceAll('-', '')))).toEqual([])
  })
})

afterAll(() => {
  console.log(summary(tallies))
  for (const [exchange, oracle] of Object.entries(oracles)) console.log(`${exchange}: not in ccxt; ${oracle}`)
})

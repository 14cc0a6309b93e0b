import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { beyondNoise } from '../../../bench/lib/noise.mjs'
import { chosen, TABLES } from '../../../tools/tables.mjs'

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }

const row = (measured: number, part: object = {}) => ({
  ...{ name: 'a', what: 'a / by hand', measured, quartiles: [measured * 0.99, measured * 1.01] },
  ...{ bar: 1, goal: 0.9, least: false, unit: '', verdict: 'bar' as const },
  ...part,
})
const moved = (then: ReturnType<typeof row>, now: ReturnType<typeof row>): boolean =>
  beyondNoise([then], [now]).length === 1

describe('a measured row is written again', () => {
  test('where its median has moved by more than 5 %, up or down, and where it is no number any more', () => {
    expect(moved(row(1), row(1.06))).toBe(true)
    expect(moved(row(1), row(0.94))).toBe(true)
    expect(moved(row(1), row(Number.NaN))).toBe(true)
  })

  test('where it is new, or is held to another bar, or says something else', () => {
    expect(moved(row(1), row(1, { name: 'b' }))).toBe(true)
    expect(moved(row(1), row(1, { bar: 0.9 }))).toBe(true)
    expect(moved(row(1), row(1, { what: 'b / by hand' }))).toBe(true)
  })

  test('and not where it moved by less than 5 %, or by less than the rounds of one of the runs lie apart', () => {
    expect(moved(row(1), row(1.04))).toBe(false)
    expect(moved(row(1, { quartiles: [0.9, 1.1] }), row(1.15))).toBe(false)
    expect(moved(row(1), row(1.15, { quartiles: [1, 1.3] }))).toBe(false)
  })
})

describe('the tables', () => {
  test('are made by scripts that exist, into files that exist', () => {
    for (const { script, files } of TABLES) {
      expect(Object.keys(scripts)).toContain(script)
      for (const file of files) expect(existsSync(file), file).toBe(true)
    }
  })

  test('are chosen by the names of their scripts, and another name is refused with those there are', () => {
    expect(chosen(undefined)).toBe(TABLES)
    expect(chosen('bench,size').map(({ script }) => script)).toEqual(['size', 'bench'])
    expect(() => chosen('speed')).toThrow(/must be of .*bench.*got "speed"/)
  })
})

test('the README says of ccxt what was measured last, rounded', () => {
  const { results } = JSON.parse(readFileSync('bench/results.json', 'utf8')) as {
    results: ReadonlyArray<{ readonly name: string; readonly measured: number }>
  }
  const { measured = 0 } = results.find(({ name }) => name === 'exchange/binance/hmac/ccxt') ?? {}
  const [, said] = /took about (\d+) times as long there \(ccxt/.exec(readFileSync('README.md', 'utf8')) ?? []
  expect(Math.abs(measured - Number(said))).toBeLessThan(0.75)
})

describe('the section on contributing', () => {
  /** What other scripts call, and what makes one page that `npm run check` compares. */
  const INNER = /^(?:build(?::.+)?|types|lint|check:(?!lock$).+|docs:(?!site$).+|vectors|release)$/
  const section = (file: string, from: RegExp): string =>
    readFileSync(file, 'utf8').split(from)[1]?.split(/^## /m)[0] ?? ''
  const named = (text: string): Set<string> =>
    new Set(
      [...text.matchAll(/(?:npm run |npm (?!run )|`)(?!npm )([a-z][\w:-]*)(?=[`\s])/g)].map(
        ([, name]) => name as string,
      ),
    )

  test('of the README names every command', () => {
    const names = named(section('README.md', /^## Contributing$/m))
    expect(Object.keys(scripts).filter((name) => !INNER.test(name) && !names.has(name))).toEqual([])
  })

  test('names no command that there is not', () => {
    const names = [
      ...named(section('README.md', /^## Contributing$/m)),
      ...named(section('CONTRIBUTING.md', /^## Commands$/m)),
    ]
    expect(names.filter((name) => name.includes(':') && scripts[name] === undefined)).toEqual([])
  })

  test('of CONTRIBUTING.md says of every command what it shows', () => {
    const names = named(section('CONTRIBUTING.md', /^## Commands$/m))
    expect(Object.keys(scripts).filter((name) => !INNER.test(name) && !names.has(name))).toEqual([])
  })
})

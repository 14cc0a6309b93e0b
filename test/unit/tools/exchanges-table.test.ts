import { describe, expect, test } from 'vitest'
import type { ExchangeSpec } from '../../../src/exchange/index.js'
import { page } from '../../../tools/exchanges-page.mjs'
import { exchangeRows, type Row, samePage } from '../../../tools/exchanges-table.mjs'

const spec: ExchangeSpec = {
  id: 'acme',
  name: 'Acme',
  docs: 'https://docs.acme.example/auth',
  origins: ['https://api.acme.example'],
  keys: {},
  base: ({ path, window }) => path + window,
  covers: ['path'],
}
const acme = (more: Partial<ExchangeSpec>, variants: Row['variants'] = {}): Row => ({
  id: 'acme',
  exported: 'acme',
  spec: { ...spec, ...more },
  variants,
  gzip: 321,
})
/** What was found out about it, as nothing but the named kinds. */
const found = (kinds: readonly string[] = [], fields: readonly string[] = [], wrong: readonly string[] = []) =>
  new Map([['acme', { id: 'acme', kinds, fields, wrong }]])
const lineOf = (row: Row): string | undefined =>
  page([row], 5000, found())
    .text.split('\n')
    .find((line) => line.startsWith('| [Acme]'))

describe('the page of exchanges', () => {
  test('has a line for an exchange that says as little as it may', () => {
    expect(lineOf(acme({}))).toBe(
      '| [Acme](https://docs.acme.example/auth) | `acme` from `…/acme` |  |  |  | ? | path | none | none | none | REST | 0.32 kB |',
    )
  })

  test('says how a socket is signed in', () => {
    const base = () => ''
    expect(lineOf(acme({ messages: { login: { base, template: {} }, order: { base, template: {} } } }))).toContain(
      '| login message; also `order` | REST, socket |',
    )
    expect(lineOf(acme({ messages: { login: { base, headers: [] } } }))).toContain(
      '| upgrade headers (not in browsers) |',
    )
    expect(lineOf(acme({ messages: { login: { base, query: [] } } }))).toContain('| login in the URL | REST |')
    expect(lineOf(acme({ messages: { order: { base, template: {} } } }))).toContain(
      '| signature in each message: `order` |',
    )
  })

  test('lists what was changed without being noticed, and fields by their names', () => {
    const { text } = page([acme({})], 5000, found(['method', 'query: another value', 'authority'], ['X-Account']))
    expect(text).toContain('**Not the method**: Acme.')
    expect(text).toContain('**Not the query**: Acme.')
    expect(text).toContain('**Not the path**: .')
    expect(text).toContain('**The host** is signed only by: .')
    expect(text).toContain('beside the signature, not in it: Acme (`X-Account`).')
  })

  test('complains about a claim that a change gets past, and about an exchange without samples', () => {
    expect(page([acme({})], 5000, found([], [], ['acme: path changes the path'])).problems).toContain(
      'claims too much: acme: path changes the path',
    )
    expect(page([acme({})], 5000, new Map()).problems).toContain('acme has no sample in test/exchange/samples')
  })

  test('the page complains about a variant without an explanation', () => {
    expect(page([acme({}, { other: spec })], 5000, found()).problems).toContain(
      'tools/exchanges-notes.mjs says nothing of "other" at acme',
    )
  })

  test('is the same where only a size moved a little', () => {
    expect(samePage('a 0.40 kB b', 'a 0.45 kB b')).toBe(true)
    expect(samePage('a 0.40 kB b', 'a 0.55 kB b')).toBe(false)
    expect(samePage('a 0.40 kB b', 'c 0.40 kB b')).toBe(false)
    expect(samePage('a 0.40 kB b', 'a b')).toBe(false)
  })

  // Bundles each of them, which takes its time beside other suites.
  test('knows every exchange of the package, each once', { timeout: 120_000 }, async () => {
    const { rows } = await exchangeRows()
    const ids = rows.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(['okx', 'binance', 'kraken']))
    expect(new Set(ids).size).toBe(ids.length)
    expect(rows.map(({ spec: { id } }) => id)).toEqual(ids)
  })
})

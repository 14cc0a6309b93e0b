import { describe, expect, test } from 'vitest'
import type { VenueSpec } from '../../../src/schemes/exchange/index.js'
import { page } from '../../../tools/venues-page.mjs'
import { type Row, samePage, venueRows } from '../../../tools/venues-table.mjs'

const spec: VenueSpec = {
  id: 'acme',
  name: 'Acme',
  docs: 'https://docs.acme.example/auth',
  origins: ['https://api.acme.example'],
  keys: {},
  base: ({ path, window }) => path + window,
  covers: ['path'],
}
const acme = (more: Partial<VenueSpec>, variants: Row['variants'] = {}): Row => ({
  id: 'acme',
  exported: 'acme',
  spec: { ...spec, ...more },
  variants,
  gzip: 321,
})
const lineOf = (row: Row): string | undefined =>
  page([row], 5000)
    .text.split('\n')
    .find((line) => line.startsWith('| [Acme]'))

describe('the page of venues', () => {
  test('has a line for a venue that says as little as it may', () => {
    expect(lineOf(acme({}))).toBe(
      '| [Acme](https://docs.acme.example/auth) | `acme` from `…/acme` |  |  | ? | path | none | none | none | REST | 0.32 kB |',
    )
  })

  test('says how a socket is signed in', () => {
    const base = () => ''
    expect(lineOf(acme({ messages: { login: { base, form: {} }, order: { base, form: {} } } }))).toContain(
      '| login message; also `order` | REST, socket |',
    )
    expect(lineOf(acme({ messages: { login: { base, headers: [] } } }))).toContain(
      '| upgrade headers (not in browsers) |',
    )
    expect(lineOf(acme({ messages: { login: { base, query: [] } } }))).toContain('| login in the URL | REST |')
    expect(lineOf(acme({ messages: { order: { base, form: {} } } }))).toContain(
      '| signature in each message: `order` |',
    )
  })

  test('tells a window that is signed from one that is not', () => {
    const window = { usual: '', max: 5000 }
    const loose = (row: Row) => page([row], 5000).text.match(/receive window\*\* .*: (.*)\./)?.[1]
    expect(loose(acme({ window }))).toBe('')
    expect(loose(acme({ window, base: ({ path }) => path }))).toBe('Acme')
  })

  test('complains about a variant that nobody explains', () => {
    expect(page([acme({}, { other: spec })], 5000).problems).toContain(
      'tools/venues-notes.mjs says nothing of "other" at acme',
    )
  })

  test('is the same where only a size moved a little', () => {
    expect(samePage('a 0.40 kB b', 'a 0.45 kB b')).toBe(true)
    expect(samePage('a 0.40 kB b', 'a 0.55 kB b')).toBe(false)
    expect(samePage('a 0.40 kB b', 'c 0.40 kB b')).toBe(false)
    expect(samePage('a 0.40 kB b', 'a b')).toBe(false)
  })

  test('knows every venue of the package, each once', async () => {
    const { rows } = await venueRows()
    const ids = rows.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(['okx', 'binance', 'kraken']))
    expect(new Set(ids).size).toBe(ids.length)
    expect(rows.map(({ spec: { id } }) => id)).toEqual(ids)
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isAsked, mayHold, unknownNames } from '../../../bench/lib/select.mjs'
import { SUITES } from '../../../bench/lib/suites.mjs'

const NAMES = ['rfc9421/hmac/sign/by-hand', 'rfc9421/hmac/verify/by-hand', 'exchange/okx/ccxt']
const known = SUITES.flatMap(({ names }) => names)
const page = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

describe('the names of bench rows', () => {
  test('a name or any beginning of it selects the rows below, and a part of a word selects nothing', () => {
    const below = (...asked: string[]) => NAMES.filter((name) => isAsked(name, asked))
    expect(below()).toEqual(NAMES)
    expect(below('rfc9421/hmac/verify')).toEqual([NAMES[1]])
    expect(below('rfc9421', 'exchange/okx/ccxt')).toEqual(NAMES)
    expect(below('rfc9421/hmac/ver')).toEqual([])
  })

  test('a suite is loaded for a name above its rows and for one of them, and for no other', () => {
    expect(mayHold('rfc9421/hmac/verify', ['rfc9421'])).toBe(true)
    expect(mayHold('rfc9421/hmac/verify', ['rfc9421/hmac/verify/by-hand'])).toBe(true)
    expect(mayHold('rfc9421/hmac/verify', ['rfc9421/hmac/sign'])).toBe(false)
  })

  test('an unknown name is refused with the nearest ones', () => {
    expect(unknownNames(['rfc9421/hmac', 'exchange'], NAMES)).toEqual([])
    expect(unknownNames(['rfc9421/hmac/verfy'], NAMES)).toEqual([
      expect.stringMatching(/"rfc9421\/hmac\/verfy"; the nearest: rfc9421\/hmac\/verify, /),
    ])
  })

  test('every name in the tables of docs/performance.md and every `--only` of the docs exists', () => {
    const text = page('docs/performance.md')
    const rows = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name as string)
    expect(rows.length).toBeGreaterThan(100)
    expect(new Set(rows).size).toBe(rows.length)
    expect(rows.filter((name) => !isAsked(name, known))).toEqual([])
    const asked = [...`${text}${page('README.md')}`.matchAll(/--only ([\w/,-]+)/g)].flatMap(([, list]) =>
      (list as string).split(','),
    )
    expect(asked.length).toBeGreaterThan(3)
    expect(asked.filter((one) => !known.some((name) => mayHold(name, [one])))).toEqual([])
  })
})

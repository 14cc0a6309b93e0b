import { expect, test } from 'vitest'
import { alternatives, assertOptions, isCountersignError, kindOf, nearest } from '../../src/errors.js'
import { MEMBERS } from '../../src/support/option-kinds.js'

const KNOWN = { maxAgeMs: 1, authorities: 1, recvWindow: 1, allowIp: 1, url: 1 } as const

const message = (options: unknown, hints?: Record<string, string>): string => {
  try {
    assertOptions('somePolicy', options, KNOWN, hints)
  } catch (error) {
    if (isCountersignError(error, 'CONFIG_INVALID')) return error.message
    throw error
  }
  return ''
}

test('known options, no options and an empty object are accepted', () => {
  expect(message(undefined)).toBe('')
  expect(message({})).toBe('')
  expect(message({ maxAgeMs: 1, url: undefined })).toBe('')
})

test.each([
  ['maxAge', 'maxAgeMs'],
  ['recvwindow', 'recvWindow'],
  ['allowIPs', 'allowIp'],
  ['authoritys', 'authorities'],
  ['ulr', 'url'],
])('an unknown option "%s" is refused by name, with "%s" as the nearest known one', (wrong, meant) => {
  expect(message({ [wrong]: 1 })).toBe(`somePolicy: unknown option "${wrong}"; did you mean "${meant}"?`)
})

test('an unknown option that is near no other lists the known ones', () => {
  expect(message({ zebra: 1 })).toBe(
    'somePolicy: unknown option "zebra"; known: maxAgeMs, authorities, recvWindow, allowIp, url',
  )
})

test('a hint replaces the guess, and an unknown option is refused also when its value is undefined', () => {
  expect(message({ sandbox: undefined }, { sandbox: 'environment: "demo"' })).toBe(
    'somePolicy: unknown option "sandbox"; did you mean environment: "demo"?',
  )
})

test('names of Object.prototype are options like any other, and none of them is known', () => {
  expect(message({ toString: 1 })).toContain('unknown option "toString"')
  expect(message(JSON.parse('{"__proto__": 1}'))).toContain('unknown option "__proto__"')
})

test('what is no object is refused by its kind, never by its value', () => {
  expect(message('hunter2')).toBe('somePolicy needs options: { … }, got a string')
  expect(message(null)).toBe('somePolicy needs options: { … }, got null')
  expect(message(['a'])).toBe('somePolicy needs options: { … }, got an array')
})

test('options that are needed are named where none came, with or without a kind', () => {
  const known = { store: [MEMBERS, 2], prefix: 2, cache: MEMBERS, onError: 1 } as const
  const left = (options: unknown) => () => assertOptions('keys', options, known)
  expect(left(undefined)).toThrow(/^keys needs options: \{ store, prefix \}, got nothing$/)
  expect(left(5)).toThrow(/^keys needs options: \{ store, prefix \}, got a number$/)
  // What is left out of them is for who reads it: it knows more about it than its name.
  expect(left({})).not.toThrow()
  expect(left({ store: 5 })).toThrow('"store" must be an object, got a number')
})

test('a value is described by its kind', () => {
  expect([undefined, null, '', 'x', 1, 1n, true, {}, [], new Date(0), () => 0].map(kindOf)).toEqual([
    'nothing',
    'null',
    'an empty string',
    'a string',
    'a number',
    'a bigint',
    'a boolean',
    'an object',
    'an array',
    'a Date',
    'a function',
  ])
})

test('a kind has its article, and a promise the word that is missing', () => {
  expect([new AbortController(), new URL('a:b'), Promise.resolve('hunter2'), new Error('x')].map(kindOf)).toEqual([
    'an AbortController',
    'a URL',
    'a Promise (is an await missing?)',
    'an Error',
  ])
})

test('a kind has its own name also where a bundler has numbered it', () => {
  // As `@hono/node-server` puts it in place of the platform's.
  class Request$1 {}
  class $1 {}
  expect([new Request$1(), new $1()].map(kindOf)).toEqual(['a Request', 'an object'])
})

test('names are joined as a sentence has them', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(alternatives)).toEqual(['', 'a', 'a or b', 'a, b or c'])
})

test('a name that is nothing like the others has no nearest one, however long it is', () => {
  expect(nearest('z'.repeat(10_000), ['maxAgeMs'])).toBeUndefined()
  expect(nearest('tow', ['bot', 'two'])).toBe('two')
  expect(['identity', 'max'].map((name) => nearest(name, ['id', 'maxAge', 'maxAgeMs']))).toEqual([undefined, 'maxAge'])
  expect(nearest('', ['maxAgeMs'])).toBeUndefined()
})

test('one letter too many, too few, another or out of its place is recognised anywhere in a name', () => {
  for (const name of Object.keys(KNOWN))
    for (let at = 0; at < name.length; at++) {
      const [before, letter, after] = [name.slice(0, at), name[at], name.slice(at + 1)]
      const mistakes = [before + after, `${before}q${after}`, `${before}q${letter}${after}`, before + after + letter]
      for (const mistake of mistakes) expect([mistake, nearest(mistake, Object.keys(KNOWN))]).toEqual([mistake, name])
    }
})

import { describe, expect, test } from 'vitest'
import { KEY_LIMITS } from '../../../src/access/key-limits.js'
import { limitProblem, refuseProblem } from '../../../src/access/limit-problem.js'
import { type Limit, lengthOf, within } from '../../../src/access/limits.js'
import { momentProblem } from '../../../src/access/moment-problem.js'
import { withCode } from '../../expect-code.js'

const TEXT = { kind: 'text', least: 1, most: 4, pattern: '^[a-z😀]*$', says: 'lower-case letters' } as const
const LINE = { ...TEXT, least: 0, pattern: '^.*$', says: 'printable characters' } as const
const INTEGER = { kind: 'integer', from: 2, to: 4 } as const
const LIST = { kind: 'list', least: 1, most: 2, of: TEXT, says: 'words' } as const

describe('the length of a text', () => {
  test('is counted in code points, and a text that is far too long is not walked', () => {
    expect(lengthOf('', 3)).toBe(0)
    expect(lengthOf('abc', 3)).toBe(3)
    expect(lengthOf('abcd', 3)).toBe(4)
    // Three code points in six units: within. Four in eight: walked no more.
    expect(lengthOf('😀😀😀', 3)).toBe(3)
    expect(lengthOf('😀😀😀a', 3)).toBe(7)
    // As many units as are allowed: it cannot be too long, however it is counted.
    expect(lengthOf('😀a', 3)).toBe(3)
  })
})

describe('what is within a limit', () => {
  test.each<[string, Limit, unknown, boolean]>([
    ['a text', TEXT, 'abcd', true],
    ['a text of code points', TEXT, '😀😀😀😀', true],
    ['a text that is too long', TEXT, 'abcde', false],
    ['a text that is too short', TEXT, '', false],
    ['a text of another pattern', TEXT, 'A', false],
    ['a number for a text', TEXT, 5, false],
    ['a flag', { kind: 'flag' }, false, true],
    ['a text for a flag', { kind: 'flag' }, 'false', false],
    ['the least integer', INTEGER, 2, true],
    ['the greatest integer', INTEGER, 4, true],
    ['one below', INTEGER, 1, false],
    ['one above', INTEGER, 5, false],
    ['a fraction', INTEGER, 2.5, false],
    ['a text for an integer', INTEGER, '3', false],
    ['the shortest list', LIST, ['a'], true],
    ['the longest list', LIST, ['a', 'b'], true],
    ['an empty list', LIST, [], false],
    ['a list that is too long', LIST, ['a', 'b', 'c'], false],
    ['a list with a wrong item', LIST, ['a', 'B'], false],
    ['a list with a hole', LIST, Array(2), false],
    ['no list', LIST, { 0: 'a', length: 1 }, false],
  ])('the answer is right for %s', (_, limit, value, fits) => {
    const found = within(limit, value)
    expect(found).toEqual(fits ? value : undefined)
  })

  test('a list is copied, each item read once; minus zero is zero', () => {
    const list = ['a', 'b']
    const copy = within(LIST, list) as string[]
    expect(copy).not.toBe(list)
    const getter = Object.defineProperty(['a'], 0, { get: () => 'b' })
    expect(within(LIST, getter)).toBeUndefined()
    expect(Object.is(within({ kind: 'integer', from: 0, to: 1 }, -0), 0)).toBe(true)
  })
})

describe('what is said of a value beyond its limit', () => {
  test.each<[Limit, unknown, string | undefined]>([
    [TEXT, 'abc', undefined],
    [TEXT, 'abcde', '"x" must be lower-case letters, of 4 characters at most, got a string of 5 characters'],
    [TEXT, '', '"x" must be lower-case letters, of 4 characters at most, got an empty string'],
    [TEXT, 5, '"x" must be lower-case letters, of 4 characters at most, got a number'],
    [LINE, 'abcde', '"x" must be 0 to 4 printable characters, got a string of 5 characters'],
    [{ kind: 'flag' }, 'yes', '"x" must be true or false, got a string of 3 characters'],
    [INTEGER, 5, '"x" must be an integer from 2 to 4, got a number'],
    [{ ...INTEGER, says: 'two to four' }, null, '"x" must be two to four, got null'],
    [LIST, [], '"x" must be an array of 1 to 2 words, got an array of 0'],
    [LIST, ['a', 'b', 'c'], '"x" must be an array of 1 to 2 words, got an array of 3'],
    [LIST, ['A', 'b', 'c'], '"x" must be an array of 1 to 2 words, got an array of 3'],
    [LIST, 'a', '"x" must be an array of 1 to 2 words, got a string of 1 characters'],
    [LIST, ['a', 'B'], '"x[1]" must be lower-case letters, of 4 characters at most, got a string of 1 characters'],
    [LIST, [['a']], '"x[0]" must be lower-case letters, of 4 characters at most, got an array of 1'],
    [
      LIST,
      Object.defineProperty(['a'], 0, { get: () => 'a' }),
      '"x" must be an array of plain values, got one with computed or missing items',
    ],
  ])('the words for %j and %j are right: %s', (limit, value, expected) => {
    expect(limitProblem('x', limit, value)).toBe(expected)
  })

  test('a problem is refused with its words, and none is not', () => {
    expect(() => refuseProblem('"x" must be a word')).toThrow(withCode('ARGUMENT_INVALID', '"x" must be a word'))
    expect(() => refuseProblem(undefined)).not.toThrow()
  })

  test('a moment in seconds is said to be one', () => {
    for (const value of [0, 1e9 - 1, 1e11, 1.7e12]) expect(momentProblem('endMs', value), String(value)).toBeUndefined()
    for (const value of [1e9, 1_700_000_000, 1e11 - 1])
      expect(momentProblem('endMs', value)).toBe(
        `"endMs" must be milliseconds since the epoch, got ${value}, which seems to be seconds`,
      )
    expect(momentProblem('endMs', -1)).toBe(limitProblem('endMs', KEY_LIMITS.moment, -1))
    expect(momentProblem('endMs', '1700000000')).toMatch(/^"endMs" must be milliseconds since the epoch, got a string/)
  })
})

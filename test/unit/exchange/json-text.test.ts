import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isCountersignError } from '../../../src/errors.js'
import { isObject, readExactJson, readJson } from '../../../src/exchange/spec/json-text.js'
import { codeOf, textOf } from '../../expect-code.js'

/** What becomes of a text, its refusal as well. */
function outcome(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    return isCountersignError(error) ? error.message : error
  }
}

describe('JSON as it would be printed again', () => {
  // A space before it is all that a text needs to be read token by token.
  const same = (text: string): void => {
    expect(outcome(() => readExactJson(text))).toEqual(outcome(() => readExactJson(` ${text}`)))
    expect(outcome(() => readJson(text))).toEqual(outcome(() => readJson(` ${text}`)))
    expect(outcome(() => readJson(text, true))).toEqual(outcome(() => readJson(` ${text}`, true)))
  }

  test('is read as every other text is', () => {
    fc.assert(fc.property(fc.json(), same))
  })

  test.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":1}',
    '[{"a":{"b":1,"b":2}}]',
    '{"__proto__":1,"__proto__":2}',
    '{"__proto__":{"a":1}}',
    '{"1":1,"0":2}',
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '{"oid":1234567890123456789}',
    '{"oid":"1234567890123456789"}',
    '[999999999999999,-999999999999999,0.1,1e21,-0]',
    '1.2345678901234567',
    `${'['.repeat(64)}${']'.repeat(64)}`,
    `${'['.repeat(65)}${']'.repeat(65)}`,
    JSON.stringify({ text: '[{'.repeat(100) }),
    `[${'1'.repeat(81)}]`,
    '"\\ud800"',
    '{"a":',
    '',
  ])('%s is read as with a space before it', (text) => {
    same(text)
  })

  test('a name that is there twice is refused', () => {
    expect(codeOf(() => readExactJson('{"a":1,"a":1}'))).toBe('MESSAGE_MALFORMED')
  })
})

describe('JSON that is read token by token', () => {
  const TWICE = 'MESSAGE_MALFORMED the text must be JSON in which no object has a name twice'

  test.each([
    ' {"a":1,"a":1}',
    ' {"a" :1,"a"\n:2}',
    ' {"a":1,"\\u0061":1}',
    ' {"\\"":1,"\\u0022":1}',
    ' {"":1,"":1}',
    ' {"a":{},"a":1}',
    ' {"a":[{"b":1}],"c":[],"a":1}',
    ' [{"b":1},{"b":1,"b":2}]',
    ' {"a":"{","a":1}',
    ' {"a":"\\"}","a":1}',
    ' {"a":',
    ' ',
  ])('the text %j is refused', (text) => {
    expect(textOf(() => readExactJson(text))).toBe(TWICE)
    expect(textOf(() => readJson(text))).toBe(TWICE)
    expect(textOf(() => readJson(text, true))).toBe(TWICE)
  })

  test.each([
    ' [{"a":1},{"a":1}]',
    ' {"a":{"a":{"a":1}},"b":1}',
    ' {"a":[1,"a"],"b":"a"}',
    ' {"a\\\\":1,"a":1}',
    ' {"a":"\\"a\\":","b":":"}',
    ' ["a","a"]',
  ])('%j has each name once', (text) => {
    expect(readExactJson(text)).toEqual(JSON.parse(text))
    expect(readJson(text)).toEqual(JSON.parse(text))
  })

  test('a number is the text that stands there where that is asked for, and no text is taken for one', () => {
    expect(readJson(' {"1":0.10,"a":[-1,2e5,1E+2,true,null],"b":"7","c":"x 1 \\" 2"}', true)).toEqual({
      1: '0.10',
      a: ['-1', '2e5', '1E+2', true, null],
      b: '7',
      c: 'x 1 " 2',
    })
    expect(readJson('{"a":0.1}', true)).toEqual({ a: '0.1' })
    expect(readJson('{"a":0.1}')).toEqual({ a: 0.1 })
  })

  test('an integer that a number would round is a bigint, and everything else what it was', () => {
    const text =
      '{"n1":[9007199254740991,9007199254740992,-9007199254740993,1234567890.1234567,1e30],"t":["n1","t2","",{}]}'
    expect(readExactJson(text)).toEqual({
      n1: [9007199254740991, 9007199254740992n, -9007199254740993n, 1234567890.1234567, 1e30],
      t: ['n1', 't2', '', {}],
    })
    expect(readExactJson(' [999999999999999, 1.10]')).toEqual([999999999999999, 1.1])
  })

  const nested = (levels: number): string => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`

  test('no more than 64 levels are walked, and lists side by side are none', () => {
    for (const space of ['', ' ']) {
      expect(readExactJson(space + nested(64))).toEqual(JSON.parse(nested(64)))
      expect(textOf(() => readExactJson(space + nested(66)))).toBe('MESSAGE_MALFORMED JSON must have at most 64 levels')
      const beside = `[${Array(100).fill('{}').join(',')}]`
      expect(readExactJson(space + beside)).toEqual(JSON.parse(beside))
    }
    expect(textOf(() => readExactJson(` ${'['.repeat(65)}${']'.repeat(65)}`))).toMatch(/at most 64 levels$/)
  })

  test('no number of more than 80 characters is read as an integer', () => {
    expect(readExactJson(`[${'1'.repeat(80)}]`)).toEqual([BigInt('1'.repeat(80))])
    for (const long of [`[${'1'.repeat(81)}]`, ` [1,${'1'.repeat(81)},1]`])
      expect(textOf(() => readExactJson(long))).toBe(
        'MESSAGE_MALFORMED numbers in JSON must have at most 80 characters',
      )
  })
})

test('an object is no list, and not null', () => {
  expect([{}, Object.create(null), [], null, undefined, 'a', () => {}].map(isObject)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ])
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isCountersignError } from '../../../src/errors.js'
import { readExactJson, readJson } from '../../../src/exchange/spec/json-text.js'
import { codeOf } from '../../expect-code.js'

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

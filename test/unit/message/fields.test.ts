import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  assertFieldLine,
  combinedValue,
  type FieldsInit,
  fieldLines,
  fieldValues,
  hasField,
  http2Fields,
  normalizeValue,
  withoutFields,
} from '../../../src/message/fields.js'
import { cpuMs } from '../../cpu-time.js'
import { codeOf, textOf } from '../../expect-code.js'

describe('fieldLines', () => {
  test('takes flat lines, pairs, records and Headers', () => {
    const expected = ['A', '1', 'b', '2']
    expect(fieldLines(expected)).toStrictEqual(expected)
    expect(
      fieldLines([
        ['A', '1'],
        ['b', '2'],
      ]),
    ).toStrictEqual(expected)
    expect(fieldLines({ A: '1', b: '2', c: undefined })).toStrictEqual(expected)
    expect(
      fieldLines(
        new Map([
          ['A', '1'],
          ['b', '2'],
        ]),
      ),
    ).toStrictEqual(expected)
    expect(fieldLines(new Headers({ A: '1', b: '2' }))).toStrictEqual(['a', '1', 'b', '2'])
    expect(fieldLines([])).toStrictEqual([])
    expect(fieldLines(undefined)).toStrictEqual([])
  })

  test('keeps duplicates, order and case', () => {
    expect(fieldLines({ 'Set-Cookie': ['a', 'b'] })).toStrictEqual(['Set-Cookie', 'a', 'Set-Cookie', 'b'])
    expect(fieldLines(['X', '1', 'y', '2', 'x', '3'])).toStrictEqual(['X', '1', 'y', '2', 'x', '3'])
  })

  test('a name from Object.prototype is a name', () => {
    expect(fieldLines({ constructor: '1' } as unknown as FieldsInit)).toStrictEqual(['constructor', '1'])
    expect(hasField(['a', '1'], 'constructor')).toBe(false)
  })

  test('every shape gives the same lines', () => {
    const name = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/)
    const value = fc.stringMatching(/^[^\0\r\n\u0100-\uffff]{0,20}$/)
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 8 }), (pairs) => {
        const flat = pairs.flat()
        const lines = fieldLines(pairs)
        expect(lines).toStrictEqual(flat)
        expect(fieldLines(lines)).toStrictEqual(flat)
        for (const [one] of pairs) {
          const lower = one.toLowerCase()
          const own = pairs.filter(([other]) => other.toLowerCase() === lower).map(([, v]) => v)
          expect(fieldValues(lines, lower)).toStrictEqual(own)
          expect(combinedValue(lines, lower)).toBe(own.map(normalizeValue).join(', '))
          expect(hasField(withoutFields(lines, lower), lower)).toBe(false)
        }
      }),
    )
  })

  test.each<unknown>([
    ['a'],
    ['a b', '1'],
    ['', '1'],
    ['a:', '1'],
    ['é', '1'],
    ['a', 'x\ny'],
    ['a', 'x\r'],
    ['a', 'x\0'],
    ['a', '\u0100'],
    ['a', 1],
    { a: 1 },
    { a: null },
    { a: ['1', 2] },
    { 'a\r\nb': '1' },
    [['a', 'x\r\nInjected: 1']],
    'a',
    null,
    7,
  ])('the lines %j are refused', (init) => {
    expect(codeOf(() => fieldLines(init as FieldsInit))).toBe('MESSAGE_MALFORMED')
  })

  test('a number is neither a name nor a value, though its text would be', () => {
    expect(codeOf(() => assertFieldLine(7 as never, '1'))).toBe('MESSAGE_MALFORMED')
    expect(codeOf(() => assertFieldLine(null as never, '1'))).toBe('MESSAGE_MALFORMED')
    expect(codeOf(() => assertFieldLine('a', 7 as never))).toBe('MESSAGE_MALFORMED')
  })

  test('flat lines are pairs: one that lacks its value is said to', () => {
    expect(textOf(() => fieldLines(['a', '1', 'b']))).toBe(
      'MESSAGE_MALFORMED flat field lines must be pairs of name and value',
    )
  })

  test('a name may be every character of a token, a value every byte but NUL and line breaks', () => {
    const token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    for (const one of token) expect(fieldLines([one, ''])).toStrictEqual([one, ''])
    for (const one of '"(),/:;<=>?@[\\]{}\u007f\t ') {
      for (const name of [one, `${one}a`, `a${one}`])
        expect(codeOf(() => assertFieldLine(name, ''))).toBe('MESSAGE_MALFORMED')
    }
    for (let code = 0; code < 0x200; code++) {
      const value = `a${String.fromCharCode(code)}b`
      const isRefused = code === 0 || code === 0x0a || code === 0x0d || code > 0xff
      if (isRefused) expect(codeOf(() => assertFieldLine('a', value))).toBe('MESSAGE_MALFORMED')
      else expect(assertFieldLine('a', value)).toBeUndefined()
    }
  })

  test('the error names the field, never its value', () => {
    expect(() => assertFieldLine('x-key', 'sec\nret')).toThrow(/x-key/)
    expect(() => assertFieldLine('x-key', 'sec\nret')).not.toThrow(/sec|ret"/)
  })
})

describe('names', () => {
  test('are compared without regard to case, and only where they are as long', () => {
    const lines = ['Host', 'a', 'host', 'b', 'hos', 'c', 'hosts', 'd', 'HOST', 'e', 'h0st', 'f']
    expect(fieldValues(lines, 'host')).toStrictEqual(['a', 'b', 'e'])
    expect(combinedValue(lines, 'host')).toBe('a, b, e')
    expect(hasField(['hosts', 'host'], 'host')).toBe(false)
    // In small letters this one is two characters long.
    expect(hasField(['\u0130', '1'], 'i\u0307')).toBe(false)
  })

  test('of one field or several are taken out, and every other line stays', () => {
    const lines = ['Host', 'accept', 'Accept', '*', 'X', '1', 'accept', 'host', 'x', '2']
    expect(withoutFields(lines, 'host')).toStrictEqual(['Accept', '*', 'X', '1', 'accept', 'host', 'x', '2'])
    expect(withoutFields(lines, 'accept', 'host')).toStrictEqual(['X', '1', 'x', '2'])
    expect(withoutFields(lines)).toStrictEqual(lines)
    expect(withoutFields([], 'host')).toStrictEqual([])
  })
})

describe('http2Fields', () => {
  test('gives lines of HTTP/1.1 back as they are', () => {
    const lines = ['Host', 'a', 'Cookie', 'a=1', 'cookie', 'b=2', ':path', '/']
    expect(http2Fields(lines)).toBe(lines)
    const none: readonly string[] = []
    expect(http2Fields(none)).toBe(none)
  })

  test('leaves out the pseudo-header fields, wherever they stand', () => {
    expect(http2Fields([':method', 'GET', 'a', '1', ':path', '/', 'b', ':2'])).toStrictEqual(['a', '1', 'b', ':2'])
    expect(http2Fields([':method', 'GET'])).toStrictEqual([])
  })

  test('joins the crumbs of a cookie where the first one stands', () => {
    const crumbs = ['cookie', 'a=1', 'x', '1', 'Cookie', 'b=2', 'x', '2', 'cookie', 'c=3']
    const joined = ['cookie', 'a=1; b=2; c=3', 'x', '1', 'x', '2']
    expect(http2Fields([':method', 'GET', ...crumbs])).toStrictEqual(joined)
    expect(http2Fields([':method', 'GET', 'y', '0', ...crumbs])).toStrictEqual(['y', '0', ...joined])
    expect(http2Fields([':method', 'GET', 'x', '1', 'cookies', 'a', 'cookies', 'b'])).toStrictEqual([
      ...['x', '1', 'cookies', 'a', 'cookies', 'b'],
    ])
  })
})

describe('values as RFC 9421 2.1 combines them', () => {
  const lines = [
    'X-OWS-Header',
    '   Leading and trailing whitespace.   \t',
    'X-Obs-Fold-Header',
    'Obsolete\r\n    line folding.',
    'Cache-Control',
    'max-age=60',
    'X-Empty',
    '',
    'Cache-Control',
    '   must-revalidate',
  ]

  test('white space is cut at both ends, several lines are joined, a fold becomes a space', () => {
    expect(combinedValue(lines, 'x-ows-header')).toBe('Leading and trailing whitespace.')
    expect(combinedValue(lines, 'x-obs-fold-header')).toBe('Obsolete line folding.')
    expect(combinedValue(lines, 'cache-control')).toBe('max-age=60, must-revalidate')
  })

  test('an empty value is not an absent one', () => {
    expect(combinedValue(lines, 'x-empty')).toBe('')
    expect(combinedValue(lines, 'x-absent')).toBeUndefined()
    expect(fieldValues(lines, 'x-absent')).toStrictEqual([])
  })

  test.each([
    ['a   b', 'a   b'],
    ['\u00a0a\u00a0', '\u00a0a\u00a0'],
    ['a \t\r\n \t b', 'a b'],
    ['a\n b\n\tc', 'a b c'],
    ['a\r\n \r\n b', 'a  b'],
    ['a\nb', 'a\nb'],
    ['a\r\nb', 'a\r\nb'],
    ['a\n', 'a\n'],
    ['\t ', ''],
  ])('the value %j is combined to %j', (value, normal) => {
    expect(normalizeValue(value)).toBe(normal)
  })

  test('folds and spaces take linear time', () => {
    const start = cpuMs()
    for (const value of [`${' '.repeat(200_000)}x\n`, '\n '.repeat(100_000), ' \n'.repeat(100_000)])
      normalizeValue(value)
    // Quadratic time would be minutes.
    expect(cpuMs() - start).toBeLessThan(2_000)
  })
})

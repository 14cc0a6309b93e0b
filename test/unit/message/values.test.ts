import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  assertJsonValue,
  assertMembers,
  isPlainNumber,
  isPlainObject,
  isWellFormed,
  memberName,
  numberText,
  refuseValue,
  scalarText,
  writeJson,
} from '../../../src/message/values.js'
import { textOf } from '../../expect-code.js'

const refused = (name: string, expected: string, got: string): string =>
  `ARGUMENT_INVALID "${name}" must be ${expected}, got ${got}`

describe('memberName', () => {
  test('a list is counted, a member is named, and what is longer than 64 characters is cut', () => {
    expect(memberName('params', 0)).toBe('params[0]')
    expect(memberName('params', 'a')).toBe('params.a')
    expect(memberName('p', 'x'.repeat(64))).toBe(`p.${'x'.repeat(64)}`)
    expect(memberName('p', 'x'.repeat(65))).toBe(`p.${'x'.repeat(64)}`)
  })
})

describe('numbers', () => {
  const PLAIN = [0, -0, 1, -1, 1.5, 1e-6, -1e-6, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]
  test.each(PLAIN)('%d is printed as the digits it was written with', (value) => {
    expect(isPlainNumber(value)).toBe(true)
    expect(numberText('n', value)).toBe(String(value))
    expect(numberText('n', value)).not.toContain('e')
  })

  const small = (value: number): string =>
    refused('n', 'a number that is written without an exponent, or its decimal digits as text', String(value))
  const large = refused('n', 'a safe integer, a bigint or text', 'a number beyond 2^53')
  const finite = (value: number): string => refused('n', 'a finite number or text', String(value))
  test.each([
    [9.999e-7, small(9.999e-7)],
    [-9.999e-7, small(-9.999e-7)],
    [Number.MIN_VALUE, small(Number.MIN_VALUE)],
    [Number.MAX_SAFE_INTEGER + 1, large],
    [Number.MIN_SAFE_INTEGER - 1, large],
    [Number.MAX_VALUE, large],
    [Number.NaN, finite(Number.NaN)],
    [Number.POSITIVE_INFINITY, finite(Number.POSITIVE_INFINITY)],
    [Number.NEGATIVE_INFINITY, finite(Number.NEGATIVE_INFINITY)],
  ])('%d is refused for what is wrong with it', (value, why) => {
    expect(isPlainNumber(value)).toBe(false)
    expect(textOf(() => numberText('n', value))).toBe(why)
    expect(textOf(() => scalarText('n', value))).toBe(why)
    expect(textOf(() => assertJsonValue('n', value))).toBe(why)
  })
})

describe('isWellFormed', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const HALVES = ['\ud800', '\udbff', '\udc00', '\udfff']
  const GOOD = ['', 'a', 'é', '\ud7ff', '\ue000', '\uffff', '\ud800\udc00', '\udbff\udfff', 'a\ud83d\ude00b']
  const BAD = [
    ...HALVES,
    ...HALVES.map((half) => `a${half}b`),
    '\ud800\ud800\udc00',
    '\ud800\udc00\udc00',
    '\udc00\ud800',
    '\ud800\ud7ff',
    '\ud800\ue000',
    '\ud7ff\udc00',
    '\ue000\udfff',
  ]

  test('every half of a pair needs its other half', () => {
    expect(GOOD.map(isWellFormed)).toStrictEqual(GOOD.map(() => true))
    expect(BAD.map(isWellFormed)).toStrictEqual(BAD.map(() => false))
  })

  test('an engine without the method of that name answers the same', () => {
    const own = Object.getOwnPropertyDescriptor(String.prototype, 'isWellFormed') as PropertyDescriptor
    Reflect.deleteProperty(String.prototype, 'isWellFormed')
    try {
      expect(GOOD.map(isWellFormed)).toStrictEqual(GOOD.map(() => true))
      expect(BAD.map(isWellFormed)).toStrictEqual(BAD.map(() => false))
    } finally {
      Object.defineProperty(String.prototype, 'isWellFormed', own)
    }
  })

  test('an engine that has the method is asked, which costs a fraction', () => {
    const asked = vi.spyOn(String.prototype as unknown as { isWellFormed(): boolean }, 'isWellFormed')
    isWellFormed('a')
    expect(asked).toHaveBeenCalledTimes(1)
  })
})

describe('scalarText', () => {
  test('is the text of a text, a number, a bigint and a boolean, and of nothing else', () => {
    expect(scalarText('v', '')).toBe('')
    expect(scalarText('v', 'é')).toBe('é')
    expect(scalarText('v', 1.5)).toBe('1.5')
    expect(scalarText('v', 2n ** 64n)).toBe('18446744073709551616')
    expect([scalarText('v', true), scalarText('v', false)]).toStrictEqual(['true', 'false'])
    for (const value of [undefined, null, [], {}, new Date(0), Symbol('a'), () => 1])
      expect(scalarText('v', value)).toBeUndefined()
  })

  test('a text without its UTF-8 is refused', () => {
    expect(textOf(() => scalarText('v', 'a\ud800'))).toBe(refused('v', 'well-formed text', 'a lone surrogate'))
  })
})

describe('refuseValue', () => {
  test('says what was passed, and what may be', () => {
    const why = 'text, a number, a boolean or a list of them'
    expect(textOf(() => refuseValue('v', null))).toBe(refused('v', why, 'null'))
    expect(textOf(() => refuseValue('v', undefined))).toBe(refused('v', why, 'nothing'))
    expect(textOf(() => refuseValue('v', Symbol('secret')))).toBe(refused('v', why, 'a symbol'))
    expect(textOf(() => refuseValue('v', new Map(), 'text'))).toBe(refused('v', 'text', 'a Map'))
  })

  test('only a plain object has the advice of its caller', () => {
    const got = (value: unknown): string => textOf(() => refuseValue('v', value, 'text', ': pass JSON'))
    expect(got({ a: 1 })).toBe(refused('v', 'text', 'an object: pass JSON'))
    expect(got([])).toBe(refused('v', 'text', 'an array'))
    expect(got(new Map())).toBe(refused('v', 'text', 'a Map'))
  })

  test('an object that writes itself as JSON is passed as its text', () => {
    const got = (value: unknown): string => textOf(() => refuseValue('v', value, 'text', ': pass JSON'))
    expect(got(new Date(0))).toBe(refused('v', 'text', 'a Date: pass its text, such as String(value)'))
    expect(got({ toJSON: () => 1 })).toBe(refused('v', 'text', 'an object: pass its text, such as String(value)'))
    expect(got({ toJSON: 'data' })).toBe(refused('v', 'text', 'an object: pass JSON'))
  })
})

describe('isPlainObject', () => {
  class Point {
    readonly x = 1
  }

  test('is true for what an object literal makes, also without a prototype and in another realm', () => {
    const foreign: unknown = runInNewContext('({ a: 1 })')
    expect([{}, { a: 1 }, Object.create(null), foreign].map(isPlainObject)).toStrictEqual([true, true, true, true])
  })

  test('is false for everything else', () => {
    const bare = Object.setPrototypeOf(() => 1, null) as unknown
    const others = [
      undefined,
      null,
      1,
      'a',
      true,
      1n,
      Symbol('a'),
      [],
      () => 1,
      bare,
      new Point(),
      new Date(0),
      new Map(),
    ]
    expect(others.map(isPlainObject)).toStrictEqual(others.map(() => false))
    expect(isPlainObject(Object.create({ a: 1 }))).toBe(false)
  })
})

/** `levels` lists, one inside the other. */
const nested = (levels: number): unknown => {
  let value: unknown = 1
  for (let i = 0; i < levels; i++) value = [value]
  return value
}
/** The same of objects. */
const nestedObjects = (levels: number): unknown => {
  let value: unknown = 1
  for (let i = 0; i < levels; i++) value = { a: value }
  return value
}
const JSON_VALUE = 'text, a number, a boolean, null, a list or a plain object'

describe('assertJsonValue', () => {
  test.each<unknown>([
    '',
    'é',
    0,
    1.5,
    null,
    true,
    false,
    [],
    {},
    ['a', 1, true, false, null, [], {}],
    { a: 'a', b: 1, c: true, d: false, e: null, f: [1], g: { h: 'x' }, i: undefined },
    Object.assign(Object.create(null), { a: [null] }),
    { toJSON: 'data' },
  ])('the value %j is JSON', (value) => {
    expect(assertJsonValue('v', value)).toBe(false)
  })

  test.each<readonly [string, unknown]>([
    ['itself', 1n],
    ['first in a list', [1n, 'a', [], null]],
    ['last in a list', ['a', [], null, 1n]],
    ['first in an object', { a: 1n, b: 'a', c: {} }],
    ['last in an object', { b: 'a', c: {}, a: 1n }],
    ['deep inside', { a: [{ b: [1n] }, {}], c: [] }],
  ])('a bigint, %s, is one that JSON.stringify cannot write', (_, value) => {
    expect(assertJsonValue('v', value)).toBe(true)
  })

  const sparse = [1, 2]
  sparse.length = 3
  test.each<readonly [unknown, string]>([
    [undefined, refused('v', JSON_VALUE, 'nothing')],
    [() => 1, refused('v', JSON_VALUE, 'a function')],
    [Symbol('a'), refused('v', JSON_VALUE, 'a symbol')],
    [new Map(), refused('v', JSON_VALUE, 'a Map')],
    [new Date(0), refused('v', JSON_VALUE, 'a Date: pass its text, such as String(value)')],
    [{ toJSON: () => 1 }, refused('v', JSON_VALUE, 'an object: pass its text, such as String(value)')],
    ['\ud800', refused('v', 'well-formed text', 'a lone surrogate')],
    [['a', undefined], refused('v[1]', JSON_VALUE, 'nothing')],
    [sparse, refused('v[2]', JSON_VALUE, 'nothing')],
    [[['\udfff']], refused('v[0][0]', 'well-formed text', 'a lone surrogate')],
    [{ a: { b: Number.NaN } }, refused('v.a.b', 'a finite number or text', 'NaN')],
    [{ a: [1n, new Map()] }, refused('v.a[1]', JSON_VALUE, 'a Map')],
    [{ '\ud800': 1 }, refused('v.\ud800', 'well-formed text', 'a lone surrogate')],
    [{ '\ud800': undefined }, refused('v.\ud800', 'well-formed text', 'a lone surrogate')],
  ])('%o is refused with the name of the value', (value, why) => {
    expect(textOf(() => assertJsonValue('v', value))).toBe(why)
  })

  test('lists and objects are 64 deep at most, counted from the outermost', () => {
    expect(assertJsonValue('v', nested(65))).toBe(false)
    expect(assertJsonValue('v', nestedObjects(65))).toBe(false)
    const why = 'at most 64 objects deep'
    const deep = (step: string): string => refused(`v${step.repeat(65)}`, why, 'more, or an object inside itself')
    expect(textOf(() => assertJsonValue('v', nested(66)))).toBe(deep('[0]'))
    expect(textOf(() => assertJsonValue('v', nestedObjects(66)))).toBe(deep('.a'))
    const circular: { self?: unknown } = {}
    circular.self = circular
    expect(textOf(() => assertJsonValue('v', circular))).toBe(deep('.self'))
  })
})

describe('assertMembers', () => {
  test('says whether a member is a bigint, and leaves out those that are undefined', () => {
    expect(assertMembers('v', {})).toBe(false)
    expect(assertMembers('v', { a: 1, b: undefined, c: [undefined].slice(1) })).toBe(false)
    expect(assertMembers('v', { a: 1n, b: [] })).toBe(true)
    expect(textOf(() => assertMembers('v', { a: 1, b: () => 1 }))).toBe(refused('v.b', JSON_VALUE, 'a function'))
  })

  test('counts the object itself as the first of 64', () => {
    expect(assertMembers('v', { a: nested(64) })).toBe(false)
    expect(textOf(() => assertMembers('v', { a: nested(65) }))).toContain('at most 64 objects deep')
  })
})

describe('writeJson', () => {
  test.each<readonly [unknown, string]>([
    [1n, '1'],
    [-(2n ** 64n), '-18446744073709551616'],
    ['a"b', '"a\\"b"'],
    [1.5, '1.5'],
    [true, 'true'],
    [null, 'null'],
    [[], '[]'],
    [[1n, 'a', null, [2n]], '[1,"a",null,[2]]'],
    [{}, '{}'],
    [{ 'a"': 1n, b: undefined, c: { d: 'x' } }, '{"a\\"":1,"c":{"d":"x"}}'],
    [Object.assign(Object.create(null), { a: 1n }), '{"a":1}'],
  ])('of %o is %s', (value, expected) => {
    expect(writeJson(value)).toBe(expected)
  })

  test('is what JSON.stringify writes where there is no bigint', () => {
    const value = { a: [1, 'x', { b: null, c: false }], 'é\n': '\u2028', e: undefined }
    expect(writeJson(value)).toBe(JSON.stringify(value))
  })
})

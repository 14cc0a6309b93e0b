import { describe, expect, test } from 'vitest'
import { CountersignError } from '../../../../src/errors.js'
import type { Parameters } from '../../../../src/message/structured-fields.js'
import { componentFromItem } from '../../../../src/schemes/rfc9421/component.js'
import { component } from '../../../../src/schemes/rfc9421/index.js'
import {
  MAX_SECONDS,
  milliseconds,
  parameterWriter,
  quoted,
  readParameters,
  timestampProblem,
} from '../../../../src/schemes/rfc9421/parameters.js'
import { presetOptional, presetRequired, shapes } from '../../../../src/schemes/rfc9421/shape.js'
import { textOf, withCode } from '../../../expect-code.js'
import { CONTEXT, KEY, request, response } from './support.js'

const NONE: ReadonlySet<string> = new Set()
const text = (name: string, value: string): Parameters[number] => [name, { type: 'string', value }]
const whole = (name: string, value: number): Parameters[number] => [name, { type: 'integer', value }]

describe('the parameters of a signature', () => {
  test('are read, each at most once', () => {
    expect(readParameters([whole('created', 1), text('keyid', 'k')], NONE)).toEqual({
      ...{
        createdMs: 1_000,
        expiresMs: undefined,
        nonce: undefined,
        claimedAlgorithm: undefined,
        keyId: 'k',
        tag: undefined,
      },
    })
    expect(() => readParameters([text('tag', 'a'), text('tag', 'a')], NONE)).toThrow(
      withCode('AUTH_MALFORMED', 'a signature parameter is repeated'),
    )
  })

  test.each<readonly [Parameters[number], string]>([
    [text('created', '1'), 'TIMESTAMP_MALFORMED "created" must have type integer, got string'],
    [text('expires', '1'), 'TIMESTAMP_MALFORMED "expires" must have type integer, got string'],
    [whole('nonce', 1), 'NONCE_MALFORMED "nonce" must have type string, got integer'],
    [whole('alg', 1), 'ALG_UNSUPPORTED "alg" must have type string, got integer'],
    [whole('keyid', 1), 'AUTH_MALFORMED "keyid" must have type string, got integer'],
    [whole('tag', 1), 'AUTH_MALFORMED "tag" must have type string, got integer'],
    [text('zone', 'eu'), 'AUTH_MALFORMED a signature parameter is unknown'],
    [text('constructor', 'x'), 'AUTH_MALFORMED a signature parameter is unknown'],
  ])('are refused: %j', (one, says) => {
    expect(textOf(() => readParameters([one], NONE))).toBe(says)
  })

  test('may be extensions that are known', () => {
    expect(() => readParameters([text('zone', 'eu'), text('keyid', 'k')], new Set(['zone']))).not.toThrow()
    expect(() => readParameters([whole('tag', 1)], new Set(['tag']))).toThrow(withCode('AUTH_MALFORMED', 'type string'))
  })

  test('are at most 32', () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => text(`x${at}`, ''))
    const known = new Set(many(33).map(([name]) => name))
    expect(() => readParameters(many(32), known)).not.toThrow()
    expect(() => readParameters(many(33), known)).toThrow(withCode('AUTH_TOO_LARGE', 'at most 32 parameters'))
  })
})

test.each([
  [0, 0],
  [1, 1_000],
  [MAX_SECONDS, MAX_SECONDS * 1_000],
  [MAX_SECONDS + 1, MAX_SECONDS * 1_000],
  [999_999_999_999_999, MAX_SECONDS * 1_000],
])('%i seconds are %i milliseconds', (seconds, ms) => {
  expect(milliseconds(seconds)).toBe(ms)
})

test('a time before the epoch is none', () => {
  expect(() => milliseconds(-1)).toThrow(withCode('TIMESTAMP_MALFORMED', 'since the epoch, got less'))
})

test.each([
  ['', '""'],
  ['abc [x] ~!#', '"abc [x] ~!#"'],
  ['"', '"\\""'],
  ['\\', '"\\\\"'],
  ['a"b\\c', '"a\\"b\\\\c"'],
])('the text %j is written as %s', (value, written) => {
  expect(quoted(value, 'x')).toBe(written)
})

test.each(['é', 'a\n', '\x7f', 'a\x1f"', '"é', 'é"'])('the text %j cannot be written', (value) => {
  expect(textOf(() => quoted(value, 'nonce'))).toBe('ARGUMENT_INVALID "nonce" must be printable ASCII')
  expect(() => quoted(value, 'tag', 'CONFIG_INVALID')).toThrow(withCode('CONFIG_INVALID', '"tag"'))
})

describe('where a field does not parse', () => {
  const problem = (field: string, offset: number) =>
    timestampProblem(field, new CountersignError('AUTH_MALFORMED', `structured field must have x at offset ${offset}`))

  test.each<readonly [string, string, string | undefined]>([
    ['sig1=();created=x', 'x', 'TIMESTAMP_MALFORMED a time must be plain decimal digits'],
    ['sig1=(); created=1x', 'x', 'TIMESTAMP_MALFORMED a time must be plain decimal digits'],
    ['sig1=();expires=x', 'x', 'TIMESTAMP_MALFORMED a time must be plain decimal digits'],
    ['sig1=();nonce=\x7f', '\x7f', 'NONCE_MALFORMED the nonce does not parse'],
    ['sig1=();a=1;nonce="\x7f', '\x7f', 'NONCE_MALFORMED the nonce does not parse'],
    ['sig1=();keyid=\x7f', '\x7f', undefined],
    ['sig1=();xcreated=\x7f', '\x7f', undefined],
    ['sig1=();xnonce=\x7f', '\x7f', undefined],
    ['sig1=();created=1;tag=\x7f', '\x7f', undefined],
    ['\x7f', '\x7f', undefined],
  ])('in %j, the more exact code is found', (field, at, says) => {
    const found = problem(field, field.lastIndexOf(at))
    expect(found && `${found.code} ${found.message}`).toBe(says)
  })

  test('only an error with a place has one', () => {
    expect(timestampProblem(';created=', new CountersignError('AUTH_MALFORMED', 'no place'))).toBeUndefined()
    expect(timestampProblem(';created=', new CountersignError('AUTH_MALFORMED', 'at offset 9 or so'))).toBeUndefined()
    expect(timestampProblem(';created=', new Error('at offset 9'))).toBeUndefined()
    expect(problem(';created=', 0)).toBeUndefined()
  })
})

describe('what stands after the list', () => {
  const write = (options: object = {}, extensions = '', context: object = {}) =>
    parameterWriter({ key: KEY, ...options }, extensions)({ ...CONTEXT, nonce: 'n', ...context })

  test.each<readonly [object, string]>([
    [{}, ';created=1700000000;nonce="n";keyid="bot-1"'],
    [{ nonce: false }, ';created=1700000000;keyid="bot-1"'],
    [{ alg: true }, ';created=1700000000;nonce="n";alg="hmac-sha256";keyid="bot-1"'],
    [{ tag: '' }, ';created=1700000000;nonce="n";keyid="bot-1";tag=""'],
    [{ tag: 'a"' }, ';created=1700000000;nonce="n";keyid="bot-1";tag="a\\""'],
    [{ expiresInMs: 1_999 }, ';created=1700000000;expires=1700000001;nonce="n";keyid="bot-1"'],
  ])('is that of the options %j', (options, written) => {
    expect(write(options)).toBe(written)
  })

  test('ends with the extensions', () => {
    expect(write({ tag: 't' }, ';zone=eu')).toBe(';created=1700000000;nonce="n";keyid="bot-1";tag="t";zone=eu')
  })

  test('has a time that is one', () => {
    expect(write({}, '', { nowMs: 999 })).toContain(';created=0;')
    expect(write({}, '', { nowMs: MAX_SECONDS * 1_000 + 999 })).toContain(`;created=${MAX_SECONDS};`)
    for (const nowMs of [-1, Number.NaN, MAX_SECONDS * 1_000 + 1_000])
      expect(() => write({}, '', { nowMs })).toThrow(withCode('ARGUMENT_INVALID', '"nowMs"'))
  })

  test('states no algorithm that is not registered', () => {
    const key = { ...KEY, algorithm: 'ml-dsa-44' } as const
    expect(() => write({ key, alg: true })).toThrow(withCode('CONFIG_INVALID', 'ml-dsa-44 is not registered'))
    expect(write({ key })).not.toContain('alg')
    expect(write({ key: { ...KEY, algorithm: 'ed25519+ml-dsa-44' }, alg: true })).toContain('alg="ed25519+ml-dsa-44"')
  })
})

describe('a list of components', () => {
  const compiled = () => shapes(presetRequired(), presetOptional())

  test('is compiled once for messages of one shape', () => {
    const shapeOf = compiled()
    const plain = shapeOf(request())
    expect(plain.list).toBe('("@method" "@authority" "@path" "@query")')
    expect(shapeOf(request({ target: '/other' }))).toBe(plain)
    expect(shapeOf(request({ fields: ['Content-Digest', 'x'] })).list).toBe(
      '("@method" "@authority" "@path" "@query" "content-digest")',
    )
    expect(shapeOf(request({ fields: ['Content-Type', 'x'] })).list).toBe(
      '("@method" "@authority" "@path" "@query" "content-type")',
    )
    expect(shapeOf(request({ fields: ['Content-Type', 'x', 'Content-Digest', 'x'] })).components).toHaveLength(6)
  })

  test('is that of a response, or of one that answers a request', () => {
    const shapeOf = compiled()
    expect(shapeOf(response()).list).toBe('("@status")')
    const answer = response({ request: request(), fields: ['Content-Type', 'a/b'] })
    expect(shapeOf(answer).list).toBe(
      '("@status" "@method";req "@authority";req "@path";req "@query";req "content-type")',
    )
    expect(shapeOf(answer).components.map((one) => one.resolve(answer))).toEqual([
      ...['200', 'GET', 'api.example.com', '/orders', '?symbol=BTC', 'a/b'],
    ])
  })
})

describe('the parameters of a component', () => {
  const flag = (key: string): Parameters[number] => [key, { type: 'boolean', value: true }]
  const read = (name: string, ...params: Parameters) =>
    componentFromItem({ kind: 'item', value: { type: 'string', value: name }, params }, {})

  test('stand once', () => {
    expect(() => read('x-d', flag('bs'), flag('bs'))).toThrow(withCode('AUTH_MALFORMED', 'is repeated'))
    expect(() => read('x-d', text('key', 'a'), text('key', 'b'))).toThrow(withCode('AUTH_MALFORMED', 'is repeated'))
    expect(read('x-d', flag('bs'), flag('tr')).canonical).toBe('x-d;bs;tr')
  })

  test.each<readonly [string, Parameters, string]>([
    ['x-d', [flag('constructor')], 'parameter is'],
    ['x-d', [flag('foo')], 'a component parameter is unknown'],
    ['x-d', [text('bs', 'x')], 'component parameter "bs" is not a flag'],
    ['x-d', [['bs', { type: 'boolean', value: false }]], 'component parameter "bs" is not a flag'],
    ['x-d', [flag('key')], 'component parameter "key" is not a string'],
    ['x-d', [text('name', 'a')], 'component parameter "name" applies to @query-param only'],
    ['x-d', [flag('bs'), flag('sf')], 'excludes "sf" and "key"'],
    ['x-d', [flag('bs'), text('key', 'a')], 'excludes "sf" and "key"'],
    ['x-d', [flag('sf')], 'the structured type of field "x-d" is unknown'],
    ['@path', [flag('bs')], 'component parameter "bs" does not apply to @path'],
    ['@path', [text('name', 'a')], 'component parameter "name" does not apply to @path'],
    ['@query-param', [text('name', 'a'), flag('bs')], 'component parameter "bs" does not apply to @query-param'],
    ['@query-param', [text('key', 'a')], 'component parameter "key" does not apply to @query-param'],
  ])('of %s are refused: %j', (name, params, says) => {
    expect(() => read(name, ...params)).toThrow(withCode('AUTH_MALFORMED', says))
  })

  test('of a derived component are that of the request, and the name of a query parameter', () => {
    const answer = response({ request: request() })
    expect(read('@path', flag('req')).resolve(answer)).toBe('/orders')
    expect(read('@query-param', text('name', 'symbol')).resolve(request())).toBe('BTC')
    expect(read('@query-param', flag('req'), text('name', 'symbol')).resolve(answer)).toBe('BTC')
  })

  test('of a structured field want each member and each parameter once', () => {
    const strict = (type: 'list' | 'dictionary' | 'item', value: string) =>
      component('x-d', { sf: true }, { 'x-d': type }).resolve(request({ fields: ['X-D', value] }))
    expect(strict('dictionary', 'a=1;x,  b')).toBe('a=1;x, b')
    expect(strict('list', 'a;x,  (b;y c)')).toBe('a;x, (b;y c)')
    expect(strict('item', ' a;x ')).toBe('a;x')
    for (const value of ['a, b, a', 'a;x;x, b', 'a, b;x;x', 'a=(b;y;y c), d'])
      expect(() => strict('dictionary', value)).toThrow(withCode('HEADER_DUPLICATE', 'repeats a member or a parameter'))
    for (const value of ['a;x;x, b', 'a, b;x;x', 'a, (b c;y;y)'])
      expect(() => strict('list', value)).toThrow(withCode('HEADER_DUPLICATE'))
    expect(() => strict('item', 'a;x;x')).toThrow(withCode('HEADER_DUPLICATE'))
  })
})

describe('a component of a dictionary', () => {
  const read = (value: string, key: string) => component('x-d', { key }).resolve(request({ fields: ['X-D', value] }))

  test('is its last member, in the strict form, whenever it is read', () => {
    for (let round = 0; round < 2; round++) {
      expect(read('a=1, b=2;x, a=3', 'a')).toBe('3')
      expect(read('a=1, b=2;x, a=3', 'b')).toBe('2;x')
      expect(read('a', 'a')).toBe('?1')
    }
    for (let at = 0; at < 20; at++) expect(read(`a=${at}`, 'a')).toBe(String(at))
    expect(read(`a=1, b="${'x'.repeat(16_384)}"`, 'a')).toBe('1')
  })

  test('is missing where the field has no such member', () => {
    expect(() => read('a=1', 'b')).toThrow(withCode('COMPONENT_MISSING', 'covered field "x-d" has no member "b"'))
    expect(() => read('a=1', 'b'.repeat(65))).toThrow(
      withCode('COMPONENT_MISSING', `has no member "${'b'.repeat(64)}"`),
    )
  })

  test('has a name that is text', () => {
    expect(() => component(5 as never)).toThrow(withCode('CONFIG_INVALID', 'component: "name" must be a text'))
    expect(() => component('x', { extra: 1 } as never)).toThrow(withCode('CONFIG_INVALID', '"extra"'))
    expect(component('x-d').canonical).toBe('x-d')
    expect(component('x-d', { bs: false, sf: undefined as never, tr: true }).id).toBe('"x-d";tr')
    expect(component('x-d', { sf: true, key: 'a' }).canonical).toBe('x-d;key="a";sf')
  })
})

import { describe, expect, test } from 'vitest'
import type { HttpRequest } from '../../../../src/message/message.js'
import { base64Of, latin1, textOf, utf16 } from '../../../../src/schemes/scheme/base-text.js'
import { isNamed } from '../../../../src/schemes/scheme/coverage-met.js'
import { dateOf, httpDate } from '../../../../src/schemes/scheme/http-date.js'
import { onlyLine } from '../../../../src/schemes/scheme/only-line.js'
import { bodyBytes, joinParts } from '../../../../src/schemes/scheme/signed-bytes.js'
import { DATE, MILLISECONDS, SECONDS, TIME_FORMS } from '../../../../src/schemes/scheme/times.js'
import { untrusted } from '../../../../src/schemes/scheme/untrusted.js'
import { type Coverage, memberOf, schemeDemands } from '../../../../src/schemes/scheme.js'
import { withCode } from '../../../expect-code.js'

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const NOW = 1_700_000_000_123

describe('a fact is covered', () => {
  const covers = new Set<Coverage>(['method', 'field:x-a', 'field:x-b;key="c"'])

  test.each<readonly [string, boolean]>([
    ['method', true],
    ['path', false],
    ['field:x-a', true],
    ['field:x-b', false],
    ['field:x-b;key="c"', true],
    ['field:x-b;key="d"', false],
    ['field:x-b;key=*', true],
    ['field:x-a;key=*', false],
    ['field:x;key=*', false],
    ['field:x-b;key=d', false],
  ])('by its name, or by any member of a dictionary: %s is %s', (fact, isCovered) => {
    expect(isNamed(covers, fact as Coverage)).toBe(isCovered)
  })
})

test.each<readonly [string, unknown]>([
  ['field:x-a', ['x-a', undefined, undefined]],
  ['field:x-a;key="b c"', ['x-a', 'b c', undefined]],
  ['field:x-a;key=""', ['x-a', '', undefined]],
  ['field:x-a;key=*', ['x-a', undefined, 'key=*']],
  ['field:x-a;bs', ['x-a', undefined, 'bs']],
  ['field:x-a;sf', ['x-a', undefined, 'sf']],
  ['field:', undefined],
  ['field:x-a;other', undefined],
  ['field:x-a;bsx', undefined],
  ['field:x-a;key="b', undefined],
  ['xfield:x-a', undefined],
  ['method', undefined],
])('the fact %s is of a field, a member or neither', (fact, parts) => {
  expect(memberOf(fact as Coverage)).toEqual(parts)
})

describe('a date of HTTP', () => {
  test('is written and read in the one form', () => {
    expect(httpDate(784_111_777_000)).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
    expect(dateOf('date', 'Sun, 06 Nov 1994 08:49:37 GMT')).toBe(784_111_777_000)
  })

  test.each([
    '',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    'Mon, 06 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 31 Nov 1994 08:49:37 GMT',
    'Sun, 06 nov 1994 08:49:37 GMT',
    'x'.repeat(29),
    'Sat, 01 Jan 10000 00:00:00 GMT',
  ])('is no other text: %j', (text) => {
    expect(() => dateOf('date', text)).toThrow(withCode('TIMESTAMP_MALFORMED', 'date must be a date such as'))
  })
})

describe('a time', () => {
  test('is written in its unit, without what is less than one', () => {
    expect([SECONDS.write(NOW), MILLISECONDS.write(NOW), DATE.write(NOW)]).toEqual([
      ...['1700000000', '1700000000123', '2023-11-14T22:13:20Z'],
    ])
    expect(TIME_FORMS).toEqual({ s: SECONDS, ms: MILLISECONDS, date: DATE })
  })

  test.each([
    ['2023-11-14T22:13:20Z', 1_700_000_000_000],
    ['2023-11-14T22:13:20.123Z', NOW],
    ['2023-11-14T22:13:20.123456789Z', NOW],
    ['2023-11-15T00:13:20+02:00', 1_700_000_000_000],
    ['2023-11-14T20:13:20-02:00', 1_700_000_000_000],
  ])('is read as a date: %s', (text, ms) => {
    expect(DATE.read(text)).toBe(ms)
  })

  test.each([
    ...[
      '',
      '2023-11-14',
      '2023-11-14T22:13:20',
      '2023-11-14 22:13:20Z',
      '2023-11-14T22:13:20.Z',
      '2023-13-14T22:13:20Z',
    ],
    ...[
      '2023-11-14T22:13:20.1234567890Z',
      '2023-11-14T22:13:20+0200',
      'x2023-11-14T22:13:20Z',
      '2023-11-14T22:13:20Zx',
    ],
    ...[
      '2023-11-14T22:13:20z',
      '23-11-14T22:13:20Z',
      '2023-1-14T22:13:20Z',
      '2023-11-4T22:13:20Z',
      '2023-11-14T2:13:20Z',
    ],
    ...['2023-11-14T22:1:20Z', '2023-11-14T22:13:2Z', '2023-11-14T22:13:20+2:00', '2023-11-14T22:13:20+02:0'],
  ])('is no date: %j', (text) => {
    expect(() => DATE.read(text)).toThrow(withCode('TIMESTAMP_MALFORMED', 'the time must be a date such as'))
  })
})

test('a field has at most 8192 characters, or as many as are allowed', () => {
  const line = (length: number, most?: number) => onlyLine(['X', 'a'.repeat(length)], 'x', 'AUTH_DUPLICATE', most)
  expect(line(8_192)).toHaveLength(8_192)
  expect(() => line(8_193)).toThrow(withCode('AUTH_TOO_LARGE', 'x must have at most 8192 characters, got 8193'))
  expect(line(5, 5)).toHaveLength(5)
  expect(() => line(6, 5)).toThrow(withCode('AUTH_TOO_LARGE', 'at most 5'))
  expect(onlyLine(['X', ''], 'x', 'AUTH_DUPLICATE')).toBe('')
})

describe('the bytes that are signed', () => {
  test('of a body are those in memory', () => {
    const message = (body: unknown) => ({ body }) as HttpRequest
    expect(bodyBytes('x', message(null))).toEqual(new Uint8Array(0))
    const body = utf8('a')
    expect(bodyBytes('x', message(body))).toBe(body)
    expect(() => bodyBytes('scheme', message(new ReadableStream()))).toThrow(
      withCode('MESSAGE_MALFORMED', 'scheme: a stream cannot be signed'),
    )
  })

  test('of parts are one text, or bytes where one of them is', () => {
    expect(joinParts(['a', 'é'])).toBe('aé')
    expect(joinParts([])).toBe('')
    expect(joinParts(['é', utf8('b'), 'c'])).toEqual(utf8('ébc'))
  })

  test('are read as texts of several encodings', () => {
    expect([textOf('é'), textOf(utf8('é')), textOf(Uint8Array.of(0xff))]).toEqual(['é', 'é', ''])
    expect([base64Of('é'), base64Of(utf8('é'))]).toEqual(['w6k=', 'w6k='])
    expect(utf16('a€b€')).toEqual(Uint8Array.of(0x61, 0, 0xac, 0x20, 0x62, 0, 0xac, 0x20))
    expect(latin1('aaéaa')).toEqual(Uint8Array.of(0x61, 0x61, 0xe9, 0x61, 0x61))
    expect(latin1('aé\xffb')).toEqual(Uint8Array.of(0x61, 0xe9, 0xff, 0x62))
    for (const text of ['abc', '', '€', 'é€', '€é']) expect(latin1(text)).toBeUndefined()
  })
})

describe('a signature that was read', () => {
  const READ = { keyId: 'k', covered: ['a'], covers: ['method'] as Coverage[], signature: Uint8Array.of(1) }

  test('makes its base and its digests once, when they are asked for', () => {
    let made = 0
    const one = untrusted({
      ...READ,
      base: () => `base ${++made}`,
      bodyDigests: () => {
        made += 10
        return [{ hash: 'sha256', digest: Uint8Array.of(2) }]
      },
    })
    expect(made).toBe(0)
    expect([one.base, one.base]).toEqual(['base 1', 'base 1'])
    expect(one.bodyDigests).toBe(one.bodyDigests)
    expect(made).toBe(11)
  })

  test('has what the message gives, and nothing else', () => {
    const base = () => ''
    expect({ ...untrusted({ ...READ, base }) }).toEqual({
      ...{ label: '', tag: undefined, keyId: 'k', claimedAlgorithm: undefined, createdMs: undefined },
      ...{ expiresMs: undefined, nonce: undefined, covered: ['a'], covers: new Set(['method']) },
      ...{ signature: Uint8Array.of(1), base: '', bodyDigests: [] },
    })
    expect(untrusted({ ...READ, base })).not.toHaveProperty('reusable')
    const all = { claimedAlgorithm: 'ed25519', createdMs: 1, expiresMs: 2, nonce: 'n', reusable: false } as const
    expect(untrusted({ ...READ, base, ...all })).toMatchObject(all)
  })
})

describe('what a scheme demands', () => {
  const DEMANDS = { require: ['method'], requireWithBody: ['body'], requireNonce: false } as const

  test('cannot be enumerated or changed', () => {
    const demands = schemeDemands({ ...DEMANDS, maxAgeMs: 1_000 })
    expect({ ...demands }).toEqual({})
    expect([demands.require, demands.requireNonce, demands.maxAgeMs]).toEqual([['method'], false, 1_000])
    expect(Object.isFrozen(demands)).toBe(true)
  })

  test.each<readonly [object, string]>([
    [{ require: 'method' }, '"require"'],
    [{ requireNonce: 1 }, '"requireNonce"'],
    [{ requireNonces: true }, '"requireNonces"'],
    [{ maxAgeMs: 999 }, '"maxAgeMs"'],
    [{ maxAgeMs: 86_400_001 }, '"maxAgeMs"'],
    [{ maxLifetimeMs: 604_800_001 }, '"maxLifetimeMs"'],
    [{ untimed: 'yes' }, '"untimed"'],
  ])('is checked: %o', (more, text) => {
    expect(() => schemeDemands({ ...DEMANDS, ...more } as never)).toThrow(withCode('CONFIG_INVALID', text))
  })
})

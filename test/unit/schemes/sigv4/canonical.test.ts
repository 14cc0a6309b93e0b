import { describe, expect, test } from 'vitest'
import { sha256Hex } from '#backend/sha256'
import { utf8 } from '../../../../src/crypto/encoding.js'
import type { FieldLines } from '../../../../src/message/fields.js'
import type { HttpRequest } from '../../../../src/message/message.js'
import { ACS3 } from '../../../../src/schemes/sigv4/alibaba.js'
import {
  bodyHash,
  canonicalQuery,
  EMPTY_HASH,
  extraPair,
  isEmptyBody,
  payloadText,
  sortedHeaders,
  stringToSign,
  variantQuery,
} from '../../../../src/schemes/sigv4/canonical.js'
import {
  canonicalPathText,
  canonicalText,
  encoded,
  encodedPath,
  normalizedPath,
} from '../../../../src/schemes/sigv4/encoding.js'
import { HUAWEI } from '../../../../src/schemes/sigv4/huawei.js'
import { keptSpaces } from '../../../../src/schemes/sigv4/kept-spaces.js'
import { oss4Variant } from '../../../../src/schemes/sigv4/oss.js'
import { TC3 } from '../../../../src/schemes/sigv4/tencent.js'
import { UNIX_TIME } from '../../../../src/schemes/sigv4/time.js'
import { AWS4, formText, type Variant } from '../../../../src/schemes/sigv4/variant.js'
import { withHeaders } from '../../../../src/schemes/sigv4/written-headers.js'
import { textOf } from '../../../expect-code.js'

/** A body of unknown length, which says that it has none. */
const STREAM = {
  length: 0,
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
} as unknown as HttpRequest['body']

describe('the headers of a canonical request', () => {
  const all = (): boolean => true

  test('are sorted by name, with several values in the order of the wire', () => {
    const fields = ['X-B', '2', 'x-a', '1', 'X-b', ' 3 ', 'zz', '', 'A', '9', 'x-B', '4']
    expect(sortedHeaders(fields, 'a.example', all)).toEqual({
      list: 'a;host;x-a;x-b;zz',
      names: ['a', 'host', 'x-a', 'x-b', 'zz'],
      lines: 'a:9\nhost:a.example\nx-a:1\nx-b:2,3,4\nzz:\n',
    })
  })

  test('are those that are wanted, the host among them', () => {
    const fields = ['X-A', '1', 'X-B', '2']
    const some = (...names: readonly string[]) => sortedHeaders(fields, 'a.example', (name) => names.includes(name))
    expect(some('x-b', 'host')).toEqual({ list: 'host;x-b', names: ['host', 'x-b'], lines: 'host:a.example\nx-b:2\n' })
    expect(some('x-a')).toEqual({ list: 'x-a', names: ['x-a'], lines: 'x-a:1\n' })
    expect(some()).toEqual({ list: '', names: [], lines: '' })
  })

  test('have the host of the message, whatever a line says', () => {
    expect(sortedHeaders(['Host', 'b.example', 'x-a', '1'], 'a.example', all).lines).toBe('host:a.example\nx-a:1\n')
    expect(sortedHeaders(['Host', 'b.example'], 'a.example', (name) => name !== 'host').lines).toBe('')
  })

  test('are ASCII', () => {
    for (const value of ['ü', '\u007f', '\u0000', '\u0080'])
      expect(textOf(() => sortedHeaders(['x-a', value], 'a.example', all))).toBe(
        'MESSAGE_MALFORMED a signed field must be ASCII',
      )
    expect(sortedHeaders(['x-a', ' !~ '], 'a.example', all).lines).toContain('x-a:!~\n')
  })
})

describe('the headers of a variant that writes them in its own way', () => {
  const written = (more: Partial<Variant>, fields: FieldLines, unwanted = ''): unknown =>
    withHeaders({ ...AWS4, ...more }).headers?.(fields, 'A.example:80', (name) => name !== unwanted)

  test('are those of AWS, where it changes nothing', () => {
    expect(written({}, ['X-A', ' 1  2 ', 'x-a', '3', 'X-B', '4'], 'x-b')).toEqual({
      ...{ list: 'host;x-a', names: ['host', 'x-a'], lines: 'host:A.example:80\nx-a:1 2,3\n' },
    })
  })

  test('have values, hosts and lists as it writes them', () => {
    const fields = ['X-A', ' 1  2 ', 'x-a', '3', 'X-B', 'B']
    expect(written({ valueText: (value) => `<${value}>` }, fields)).toMatchObject({
      lines: 'host:A.example:80\nx-a:< 1  2 >,<3>\nx-b:<B>\n',
    })
    expect(written({ fieldText: (name, value) => (name === 'x-b' ? `${value}!` : value) }, fields)).toMatchObject({
      lines: 'host:A.example:80\nx-a:1 2,3\nx-b:B!\n',
    })
    expect(written({ hostText: (host) => host.toLowerCase() }, fields)).toMatchObject({
      lines: 'host:a.example:80\nx-a:1 2,3\nx-b:B\n',
    })
    expect(written({ isListed: (name) => name !== 'x-a' }, fields)).toEqual({
      ...{ list: 'host;x-b', names: ['host', 'x-a', 'x-b'], lines: 'host:A.example:80\nx-a:1 2,3\nx-b:B\n' },
    })
  })

  test('have several values of one field joined', () => {
    const joined = (values: readonly string[]): string => `[${values.join('|')}]`
    expect(written({ joined }, ['X-A', '2', 'X-B', '3', 'x-a', '1'])).toMatchObject({
      lines: 'host:A.example:80\nx-a:[2|1]\nx-b:[3]\n',
    })
  })

  test('keep the spaces inside a value, where it keeps them, and no line break', () => {
    expect(keptSpaces(' \ta  b\t')).toBe('a  b')
    expect(keptSpaces('a\r\n  b')).toBe('a b')
    expect(keptSpaces('a\v  b')).toBe('a b')
    expect(keptSpaces('')).toBe('')
  })
})

describe('a canonical query', () => {
  const text = (query: string) => canonicalQuery(query, formText)

  test.each([
    ['', ''],
    ['&', ''],
    ['a', 'a='],
    ['a=', 'a='],
    ['=', '='],
    ['=b', '=b'],
    ['b=1&a=2', 'a=2&b=1'],
    ['a=2&&a=1&', 'a=1&a=2'],
    ['a-=1&a=1', 'a=1&a-=1'],
    ['ab=c=d', 'ab=c%3Dd'],
    ['a=b+c&d=%2b', 'a=b%20c&d=%2B'],
    ['a=!&%21=b', '%21=b&a=%21'],
    ['abc', 'abc='],
  ])('of %j is %j', (query, expected) => {
    expect(text(query)).toBe(expected)
  })

  test('has further parameters sorted among its own', () => {
    expect(canonicalQuery('b=1', formText, undefined, [extraPair('c', '2'), extraPair('a', '3')])).toBe('a=3&b=1&c=2')
    expect(canonicalQuery('b=1', formText, (name) => (name === 'b' ? undefined : name), ['c'])).toBe('c')
  })

  test('is as its variant writes it', () => {
    expect(variantQuery(TC3, 'b=2&a=1&')).toBe('b=2&a=1&')
    expect(variantQuery(AWS4, 'b=2&a&c=', new Set(['b']))).toBe('a=&c=')
    expect(variantQuery(AWS4, 'b=2', undefined, ['a!1'])).toBe('a=1&b=2')
    expect(variantQuery(oss4Variant(undefined, new Set()), 'c=1&b=&a&d=2', new Set(['d']))).toBe('a&b&c=1')
  })
})

describe('percent-encoding', () => {
  test('leaves the unreserved characters alone, and no other', () => {
    expect(encoded('AZaz09-._~')).toBe('AZaz09-._~')
    expect(encoded("a b!'()*/%+é€😀")).toBe('a%20b%21%27%28%29%2A%2F%25%2B%C3%A9%E2%82%AC%F0%9F%98%80')
    expect(encoded("'k'")).toBe('%27k%27')
  })

  test('of what is encoded already is brought into one form', () => {
    expect(canonicalText('%7e%41%2f%2F%c3%A9 +k')).toBe('~A%2F%2F%C3%A9%20%2Bk')
    expect(canonicalText('%4b%6A%2a')).toBe('Kj%2A')
    for (const one of ['%', 'a%', '%4', '%zz', '%%41'])
      expect(textOf(() => canonicalText(one))).toBe('MESSAGE_MALFORMED the request target holds a lone "%"')
  })

  test('refuses what is no text', () => {
    for (const one of ['\ud800', 'a\udc00b'])
      for (const text of [encoded, canonicalText])
        expect(textOf(() => text(one))).toBe('MESSAGE_MALFORMED the request target holds a lone surrogate')
  })

  test('of a path leaves its slashes', () => {
    expect(encodedPath('/a b/%2F/')).toBe('/a%20b/%252F/')
    expect(canonicalPathText('/a b/%2f//')).toBe('/a%20b/%2F//')
    expect(canonicalPathText('/a/b')).toBe('/a/b')
  })
})

test.each([
  ['/', '/'],
  ['', ''],
  ['*', '*'],
  ['/a/b', '/a/b'],
  ['/a/b/', '/a/b/'],
  ['//', '/'],
  ['/a//b', '/a/b'],
  ['/a//', '/a/'],
  ['/./a', '/a'],
  ['/a/./b', '/a/b'],
  ['/a/.', '/a/'],
  ['/a/./', '/a/'],
  ['/a/../b', '/b'],
  ['/a/b/..', '/a/'],
  ['/a/b/../', '/a/'],
  ['/a/..', '/'],
  ['/..', '/'],
  ['/../a', '/a'],
  ['/a/...', '/a/...'],
  ['/a/.b', '/a/.b'],
  ['/.a/./b', '/.a/b'],
  ['/a/../../b/c', '/b/c'],
])('the path %j is resolved to %j', (path, expected) => {
  expect(normalizedPath(path)).toBe(expected)
})

describe('the text that is signed', () => {
  test('has the lines that its variant has', () => {
    const hash = sha256Hex('x')
    expect(stringToSign(AWS4, 't', 'a', 'x')).toBe(`AWS4-HMAC-SHA256\nt\na\n${hash}`)
    expect(stringToSign(HUAWEI, 't', 'a', 'x')).toBe(`SDK-HMAC-SHA256\nt\n${hash}`)
    expect(stringToSign(ACS3, 't', 'a', 'x')).toBe(`ACS3-HMAC-SHA256\n${hash}`)
  })

  test('holds the hash of a body that is in memory', () => {
    expect(bodyHash({ body: null })).toBe(EMPTY_HASH)
    expect(bodyHash({ body: new Uint8Array(0) })).toBe(EMPTY_HASH)
    expect(bodyHash({ body: utf8('x') })).toBe(sha256Hex('x'))
    expect(textOf(() => bodyHash({ body: STREAM }))).toBe(
      'MESSAGE_MALFORMED a body that is a stream must be signed by a hash that is given, or be left unsigned',
    )
  })

  test('has what stands for a body that is not signed as its variant writes it', () => {
    const unsigned = 'UNSIGNED-PAYLOAD'
    expect(payloadText(AWS4, { body: null }, unsigned)).toBe(unsigned)
    expect(payloadText(TC3, { body: null }, unsigned)).toBe(sha256Hex(unsigned))
    expect(payloadText(TC3, { body: null }, 'a')).toBe('a')
    expect(payloadText(HUAWEI, { body: null }, unsigned)).toBe(EMPTY_HASH)
    expect(payloadText(HUAWEI, { body: null }, 'a')).toBe('a')
    expect(payloadText(HUAWEI, { body: utf8('x') }, unsigned)).toBe(unsigned)
  })

  test('knows a body that has no byte', () => {
    expect([null, new Uint8Array(0), utf8('x'), STREAM].map((body) => isEmptyBody(body))).toEqual([
      ...[true, true, false, false],
    ])
  })
})

test('the time of Tencent Cloud is in seconds, and its day is that of UTC', () => {
  expect(UNIX_TIME.write(1_551_113_065_999)).toBe('1551113065')
  expect(UNIX_TIME.read('1551113065')).toBe(1_551_113_065_000)
  expect(UNIX_TIME.day('1551113065')).toBe('2019-02-25')
  for (const text of ['', '0551113065', '15511130', '155111306500', '1551113065.5', '-1551113065', ' 1551113065'])
    expect(UNIX_TIME.read(text)).toBeUndefined()
})

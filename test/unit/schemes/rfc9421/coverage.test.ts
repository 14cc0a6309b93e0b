import { describe, expect, test } from 'vitest'
import { plainComponent } from '../../../../src/schemes/rfc9421/base.js'
import { coverageOfAll } from '../../../../src/schemes/rfc9421/covered.js'
import type { Coverage } from '../../../../src/schemes/scheme.js'
import { codeOf } from '../../../expect-code.js'
import { request, response, single, withInput } from './support.js'

const of = (list: string, options?: Parameters<typeof single>[1]): readonly Coverage[] =>
  [...single(withInput(request(), `sig1=(${list});created=1`), options).covers].sort()

describe('what a list covers, in the words of a policy', () => {
  test('an empty list covers nothing', () => {
    expect(of('')).toEqual([])
  })

  test.each([
    ['"@method"', ['method']],
    ['"@authority"', ['authority']],
    ['"@scheme"', ['scheme']],
    ['"@path"', ['path']],
    ['"@query"', ['query']],
    ['"@request-target"', ['path', 'query']],
    ['"@target-uri"', ['authority', 'path', 'query', 'scheme']],
    ['"content-digest"', ['body', 'field:content-digest']],
    ['"content-type" "date"', ['field:content-type', 'field:date']],
    ['"@status"', ['status']],
    ['"@query-param";name="a"', ['query-param:a']],
    ['"@query-param";name="client_id"', ['query-param:client_id']],
    ['"x-dict";key="a"', ['field:x-dict;key="a"']],
    ['"x-dict";key="max-age"', ['field:x-dict;key="max-age"']],
    ['"d";key="a"', ['field:d;key="a"']],
    ['"x-dict";key=""', ['field:x-dict;key=""']],
    ['"set-cookie";bs', ['field:set-cookie;bs']],
    ['"priority";sf', ['field:priority;sf']],
    ['"priority";key="u";sf', ['field:priority;key="u"']],
    ['"priority";req;key="u"', ['request:priority;key="u"']],
    ['"x-dict";bs;req', []],
    ['"x-dict";key="a";tr', []],
    ['"@query-param";name="a";req', []],
  ] as const)('the list %s covers its facts', (list, expected) => {
    expect(of(list)).toEqual(expected)
  })

  // A requirement met by name only is a hole: the variant covers another message, or only a part.
  test.each([
    '"content-digest";req',
    '"content-digest";key="sha-256"',
    '"content-digest";tr',
    '"content-digest";bs',
    '"content-digest";sf',
    '"@method";req',
    '"@path";req',
    '"@target-uri";req',
    '"content-type";tr',
    '"content-type";bs',
    '"content-type";key="a"',
    '"content-type";req;bs',
  ])('%s does not meet the requirement of its name', (list) => {
    const plain: readonly Coverage[] = ['body', 'method', 'path', 'query', 'authority', 'scheme', 'field:content-type']
    expect(of(list).filter((fact) => plain.includes(fact) || fact === 'field:content-digest')).toEqual([])
  })

  test('parts of the request of a response have names of their own', () => {
    expect(of('"@method";req "content-digest";req "@status"')).toEqual([
      'request:@method',
      'request:content-digest',
      'status',
    ])
    expect(of('"content-type";req;bs "@query-param";req;name="a"')).toEqual([])
  })

  test('a member is covered however strictly it is written, and by nothing else than its own line', () => {
    const options = { fieldTypes: { 'x-dict': 'dictionary' } } as const
    expect(of('"x-dict";key="a";sf', options)).toEqual(['field:x-dict;key="a"'])
    const fabricated = (canonical: string): readonly Coverage[] => [
      ...coverageOfAll([{ ...plainComponent('x-dict'), canonical }]),
    ]
    expect(fabricated('x-dict;key="a"')).toEqual(['field:x-dict;key="a"'])
    expect(fabricated('x-dict;key="a";req')).toEqual(['request:x-dict;key="a"'])
    for (const canonical of [
      'x-dict;bs;key="a"',
      'x-dict;key="a";req;tr',
      'x-dict;key="a";tr',
      'x-dict;key="a"b"',
      'x-dict;key="a\\\\"',
      'x-dict;name="a";sf;sf',
      '@path;key="a"',
      '@path;name="a"',
      ';key="a"',
    ])
      expect(fabricated(canonical), canonical).toEqual([])
  })

  test('names of object members are fields', () => {
    expect(of('"constructor" "__proto__"')).toEqual(['field:__proto__', 'field:constructor'])
  })

  test('the identifiers are there for exact requirements, as they are signed', () => {
    const list = '"@method" "x-dict";key="a";sf "@query-param";name="b"'
    expect(single(withInput(request(), `sig1=(${list})`)).covered).toEqual([
      '"@method"',
      '"x-dict";key="a";sf',
      '"@query-param";name="b"',
    ])
  })
})

describe('digests of the body', () => {
  const SHA256 = `sha-256=:${btoa('\x01'.repeat(32))}:`
  const SHA512 = `sha-512=:${btoa('\x02'.repeat(64))}:`
  const digests = (field: string | readonly string[], list = '"content-digest"') => {
    const values = typeof field === 'string' ? [field] : field
    const fields = values.flatMap((value) => ['Content-Digest', value])
    return single(withInput(request({ fields }), `sig1=(${list})`)).bodyDigests.map(({ hash, digest }) => [
      hash,
      digest.length,
    ])
  }

  test('every known one counts, so an attacker cannot add one that fits', () => {
    expect(digests(SHA256)).toEqual([['sha256', 32]])
    expect(digests(`${SHA512}, ${SHA256}`)).toEqual([
      ['sha512', 64],
      ['sha256', 32],
    ])
    expect(digests([SHA256, SHA512])).toHaveLength(2)
  })

  test('unknown and deprecated ones never count', () => {
    expect(digests(`md5=:${btoa('\0'.repeat(16))}:, ${SHA256}, unixsum=1, constructor=:AA==:`)).toEqual([
      ['sha256', 32],
    ])
    expect(digests(`md5=:${btoa('\0'.repeat(16))}:`)).toEqual([])
    expect(digests(`sha=:${btoa('\0'.repeat(20))}:`)).toEqual([])
  })

  test('a digest that is not covered is not one', () => {
    for (const list of [
      '',
      '"@method"',
      '"content-digest";bs',
      '"content-digest";key="sha-256"',
      '"content-digest";tr',
    ])
      expect(digests(SHA256, list)).toEqual([])
  })

  test('a covered digest that is absent fails with the base, and binds nothing', () => {
    const found = single(withInput(request(), 'sig1=("content-digest")'))
    expect(found.bodyDigests).toEqual([])
    expect(codeOf(() => found.base)).toBe('COMPONENT_MISSING')
  })

  test('the digest of the request of a response is not that of its body', () => {
    const answered = request({ fields: ['Content-Digest', SHA256] })
    const found = single(withInput(response({ request: answered }), 'sig1=("content-digest";req)'))
    expect(found.bodyDigests).toEqual([])
    expect(found.base).toContain(`"content-digest";req: ${SHA256}\n`)
  })

  test.each([
    ['one algorithm twice', `${SHA256}, ${SHA256}`],
    ['the wrong length', 'sha-256=:AAAA:'],
    ['an empty digest', 'sha-256=::'],
    ['a string', 'sha-256="abc"'],
    ['a list', `sha-256=(${SHA256.slice(8)})`],
    ['base64 without padding', SHA256.replace(/=+:$/, ':')],
    ['text that is no dictionary', '"sha-256"'],
    ['upper case', SHA256.toUpperCase()],
  ])('a digest is malformed: %s', (_, field) => {
    expect(codeOf(() => digests(field))).toBe('FIELD_MALFORMED')
  })
})

import { describe, expect, test } from 'vitest'
import { component, coverLess, rfc9421Signer } from '../../../../src/schemes/rfc9421/index.js'
import { CONTEXT, KEY, lines, refusedList, request, response } from './support.js'

const withFields = (...fields: readonly string[]) => request({ fields })
const DICTIONARY = { fieldTypes: { 'x-dict': 'dictionary', 'x-list': 'list', 'x-item': 'item' } } as const

describe('plain fields (RFC 9421 2.1)', () => {
  test('only SP and HTAB are cut at both ends, everything inside stays', () => {
    expect(lines(withFields('X-A', ' \t a  b\tc \t'), '"x-a"')).toEqual(['"x-a": a  b\tc'])
  })

  test('values that differ in inner white space differ in the base', () => {
    const [one] = lines(withFields('X-A', 'a b'), '"x-a"')
    const [three] = lines(withFields('X-A', 'a   b'), '"x-a"')
    expect(one).not.toBe(three)
  })

  test.each([
    ['LF', 'a\n b'],
    ['CRLF', 'a\r\n b'],
    ['white space before and after', 'a \t\r\n\t  b'],
    ['HTAB', 'a\r\n\tb'],
  ])('an obsolete fold (%s) becomes one space', (_, value) => {
    expect(lines(withFields('X-A', value), '"x-a"')).toEqual(['"x-a": a b'])
  })

  test('an empty value keeps the space after the colon', () => {
    expect(lines(withFields('X-Empty', ''), '"x-empty"')).toEqual(['"x-empty": '])
    expect(lines(withFields('X-Empty', '  \t '), '"x-empty"')).toEqual(['"x-empty": '])
  })

  test('several lines are joined by a comma and one space, in their order, whatever the case of their names', () => {
    const message = withFields('X-A', '1', 'Other', 'x', 'x-a', ' 2,3 ', 'X-a', '')
    expect(lines(message, '"x-a"')).toEqual(['"x-a": 1, 2,3, '])
  })

  test('a field that only shares a prefix or a length is another field', () => {
    expect(lines(withFields('X-Ab', '1', 'X-Ac', '2', 'X-A', '3'), '"x-a"')).toEqual(['"x-a": 3'])
  })

  test('a missing field is an error, never an empty value', () => {
    expect(refusedList(request(), '"x-a"')).toBe('COMPONENT_MISSING')
    expect(refusedList(withFields('X-A', '1'), '"x-a" "x-b"')).toBe('COMPONENT_MISSING')
  })

  test('a missing field stays an error with every parameter', () => {
    for (const parameters of [';bs', ';key="a"', ';tr', ';tr;bs'])
      expect(refusedList(request(), `"x-a"${parameters}`)).toBe('COMPONENT_MISSING')
    expect(refusedList(request(), '"x-dict";sf', DICTIONARY)).toBe('COMPONENT_MISSING')
  })
})

describe('sf (RFC 9421 2.1.1)', () => {
  const sf = (name: string, ...values: readonly string[]) =>
    lines(withFields(...values.flatMap((value) => [name, value])), `"${name}";sf`, DICTIONARY)[0]

  test.each([
    ['an Integer and a Decimal stay different', 'a=1, b=1.0', 'a=1, b=1.0'],
    ['a Decimal loses trailing zeros only', 'a=1.500', 'a=1.5'],
    ['a true Boolean is bare', 'a=?1;x=?1, b', 'a;x, b'],
    ['a false Boolean is not', 'a=?0', 'a=?0'],
    ['a Date', 'a=@1659578233', 'a=@1659578233'],
    ['a Display String', 'a=%"f%c3%bc"', 'a=%"f%c3%bc"'],
    ['parameters keep their order', 'a=1;z;b;a', 'a=1;z;b;a'],
    ['an inner list', 'a=(  "x"   y;p=1 );q', 'a=("x" y;p=1);q'],
    ['an escape', 'a="\\"\\\\"', 'a="\\"\\\\"'],
    ['a byte sequence', 'a=:AQI=:', 'a=:AQI=:'],
  ])('a dictionary is serialised strictly: %s', (_, value, expected) => {
    expect(sf('x-dict', value)).toBe(`"x-dict";sf: ${expected}`)
  })

  test('several lines are one list or dictionary', () => {
    expect(sf('x-dict', 'a=1', 'b=2,c=3')).toBe('"x-dict";sf: a=1, b=2, c=3')
    expect(sf('x-list', 'a,  b', '(c  d)')).toBe('"x-list";sf: a, b, (c d)')
  })

  test.each([
    ['a member', 'x-dict', ['a=1, b=2, a=3']],
    ['a member in another line', 'x-dict', ['a=1', 'b=2', 'a=3']],
    ['a parameter of a member', 'x-dict', ['a;p=1;p=2']],
    ['a parameter in an inner list', 'x-dict', ['a=(b c;p=1;p=2)']],
    ['a parameter in a list', 'x-list', ['a, b;p=1;p=2']],
    ['a parameter of an inner list', 'x-list', ['(a b);p=1;p=2']],
    ['a parameter of an item', 'x-item', ['user;uid=0;uid=7']],
  ])('%s that is repeated is refused: the strict form would show the last alone', (_, name, values) => {
    const message = withFields(...values.flatMap((value) => [name, value]))
    expect(refusedList(message, `"${name}";sf`, DICTIONARY)).toBe('HEADER_DUPLICATE')
  })

  test('an item field with sf is serialized strictly', () => {
    expect(sf('x-item', '  text/plain;  q=0.50 ')).toBe('"x-item";sf: text/plain;q=0.5')
  })

  test('a registered field needs no given type', () => {
    expect(lines(withFields('Priority', 'u=1,   i'), '"priority";sf')).toEqual(['"priority";sf: u=1, i'])
  })

  test('a field of unknown type is refused, not guessed', () => {
    expect(refusedList(withFields('X-Other', 'a=1'), '"x-other";sf')).toBe('AUTH_MALFORMED')
    expect(refusedList(withFields('Constructor', 'a=1'), '"constructor";sf')).toBe('AUTH_MALFORMED')
  })

  test.each([
    ['text after the value', 'a=1 b'],
    ['a comma at the end', 'a=1,'],
    ['an unclosed string', 'a="x'],
    ['an unclosed list', 'a=(x'],
    ['NUL in a string', 'a="\0"'],
    ['DEL in a string', 'a="\x7f"'],
    ['padding inside base64', 'a=:AQ=I:'],
    ['sixteen digits', 'a=1234567890123456'],
    ['an upper-case key', 'A=1'],
  ])('a field is refused: %s', (_, value) => {
    expect(refusedList(withFields('X-Dict', value), '"x-dict";sf', DICTIONARY)).toBe('FIELD_MALFORMED')
  })
})

describe('key (RFC 9421 2.1.2)', () => {
  const message = withFields('X-Dict', ' a=1.0,b;x=1;y, c=(a   b);z', 'x-dict', 'd=:AQ==:')
  const twice = withFields('X-Dict', ' a=1.0,b', 'x-dict', 'd=:AQ==:, a=2')

  test('one member is serialised strictly, of all lines together', () => {
    expect(lines(message, '"x-dict";key="b" "x-dict";key="c" "x-dict";key="d" "x-dict";key="a"')).toEqual([
      '"x-dict";key="b": ?1;x=1;y',
      '"x-dict";key="c": (a b);z',
      '"x-dict";key="d": :AQ==:',
      '"x-dict";key="a": 1.0',
    ])
  })

  test('of a repeated member the last one is signed', async () => {
    const components = [component('x-dict', { key: 'a' })]
    const signer = rfc9421Signer({ key: KEY, components, [coverLess]: true })
    const { base } = signer.scheme.prepare(twice, CONTEXT)
    expect(String(base).split('\n')[0]).toBe('"x-dict";key="a": 2')
  })

  describe('of a message that was received', () => {
    const refused = (value: string, key = 'day', ...more: readonly string[]): unknown => {
      const parts = value.split(', ').flatMap((part) => ['X-Limits', part])
      const [one, several] = [['x-limits', value], parts].map((fields) =>
        refusedList(withFields(...more, ...fields), `"x-limits";key="${key}"`),
      )
      expect(several).toBe(one)
      return one
    }

    test.each([
      ['is refused, next to itself', 'day=1, day=2'],
      ['is refused where both are equal', 'day=1, day=1'],
      ['is refused, with others between', 'day=1, hour=2, day=3'],
      ['is refused for a parameter of it', 'day=1;a=1;b=2;a=3'],
      ['is refused for a parameter of what is in it', 'day=(1 2;a;a)'],
      ['is refused where its first has no value', 'day, day=2'],
    ])('a member that is repeated %s', (_, value) => {
      expect(refused(value)).toBe('HEADER_DUPLICATE')
      // The same list and the same text once more: what was remembered of them changes nothing.
      expect(refused(value)).toBe('HEADER_DUPLICATE')
    })

    test.each([
      ['once', 'day=1;a=1;b=2, hour=2'],
      ['beside another one that is repeated', 'day=1, hour=2, hour=3'],
    ])('a member is read %s', (_, value) => {
      expect(lines(withFields('x-limits', value), '"x-limits";key="day"')).toHaveLength(1)
    })

    test('is looked for in its own field, in trailers and in the request of a response, too', () => {
      expect(refused('day=1', 'day', 'x-a', 'day=1, day=2')).toBe('nothing thrown')
      const trailers = { ...withFields(), trailers: ['x-limits', 'day=1, day=2'] }
      expect(refusedList(trailers, '"x-limits";key="day";tr')).toBe('HEADER_DUPLICATE')
      const answer = response({ request: withFields('x-limits', 'day=1, day=2') })
      expect(refusedList(answer, '"x-limits";key="day";req')).toBe('HEADER_DUPLICATE')
    })

    test('is refused beside sf as well', () => {
      expect(refusedList(twice, '"x-dict";key="a";sf')).toBe('HEADER_DUPLICATE')
    })

    test('is no matter where the whole field is covered, which shows every member', () => {
      expect(lines(twice, '"x-dict"')).toEqual(['"x-dict": a=1.0,b, d=:AQ==:, a=2'])
    })
  })

  test('a member that is not there is an error', () => {
    for (const key of ['e', '', 'A', '__proto__', 'constructor'])
      expect(refusedList(message, `"x-dict";key="${key}"`)).toBe('COMPONENT_MISSING')
  })

  test('a field that is not a dictionary is an error', () => {
    expect(refusedList(withFields('X-Dict', '"text"'), '"x-dict";key="a"')).toBe('FIELD_MALFORMED')
  })

  test('sf beside key changes the identifier and nothing else', () => {
    expect(lines(message, '"x-dict";key="a";sf')).toEqual(['"x-dict";key="a";sf: 1.0'])
  })
})

describe('bs (RFC 9421 2.1.3)', () => {
  test('each line is its own byte sequence, so joined and separate lines differ', () => {
    const apart = lines(withFields('X-A', 'a, b', 'X-A', 'c'), '"x-a";bs')
    const joined = lines(withFields('X-A', 'a, b, c'), '"x-a";bs')
    expect(apart).toEqual(['"x-a";bs: :YSwgYg==:, :Yw==:'])
    expect(joined).toEqual(['"x-a";bs: :YSwgYiwgYw==:'])
  })

  test('a date with its comma is one sequence', () => {
    const date = 'Tue, 20 Apr 2021 02:07:55 GMT'
    expect(lines(withFields('Date', date), '"date";bs')).toEqual([`"date";bs: :${btoa(date)}:`])
  })

  test('white space and folds are treated as in a plain value', () => {
    expect(lines(withFields('X-A', '  a\r\n b '), '"x-a";bs')).toEqual([`"x-a";bs: :${btoa('a b')}:`])
    expect(lines(withFields('X-A', ''), '"x-a";bs')).toEqual(['"x-a";bs: ::'])
  })

  test('bytes above ASCII can only be covered this way', () => {
    const message = withFields('X-A', 'caf\xc3\xa9')
    expect(lines(message, '"x-a";bs')).toEqual([`"x-a";bs: :${btoa('caf\xc3\xa9')}:`])
    expect(refusedList(message, '"x-a"')).toBe('MESSAGE_MALFORMED')
  })

  test('a character that is no byte is refused: two values would give one base', () => {
    expect(refusedList(withFields('X-A', '\u0141'), '"x-a";bs')).toBe('MESSAGE_MALFORMED')
  })

  test('bs excludes sf and key', () => {
    for (const parameters of [';bs;sf', ';sf;bs', ';bs;key="a"', ';key="a";bs'])
      expect(refusedList(withFields('X-Dict', 'a=1'), `"x-dict"${parameters}`, DICTIONARY)).toBe('AUTH_MALFORMED')
  })

  test('set-cookie can be covered in no other way', () => {
    const message = response({ fields: ['Set-Cookie', 'a=1; Path=/', 'Set-Cookie', 'b=2'] })
    expect(lines(message, '"set-cookie";bs')).toEqual([`"set-cookie";bs: :${btoa('a=1; Path=/')}:, :${btoa('b=2')}:`])
    for (const parameters of ['', ';tr', ';sf'])
      expect(refusedList(message, `"set-cookie"${parameters}`)).toBe('AUTH_MALFORMED')
  })
})

describe('tr (RFC 9421 2.1.4)', () => {
  const message = response({ fields: ['X-A', 'head'], trailers: ['x-A', ' tail ', 'X-Dict', 'a=1,  b'] })

  test('header and trailer of one name are two components', () => {
    expect(lines(message, '"x-a" "x-a";tr')).toEqual(['"x-a": head', '"x-a";tr: tail'])
  })

  test('it goes with the other parameters', () => {
    expect(lines(message, '"x-a";tr;bs "x-dict";key="b";tr "x-dict";tr;sf', DICTIONARY)).toEqual([
      '"x-a";tr;bs: :dGFpbA==:',
      '"x-dict";key="b";tr: ?1',
      '"x-dict";tr;sf: a=1, b',
    ])
  })

  test('a header is not a trailer and a trailer is not a header', () => {
    expect(refusedList(response({ fields: ['X-A', '1'] }), '"x-a";tr')).toBe('COMPONENT_MISSING')
    expect(refusedList(response({ trailers: ['X-A', '1'] }), '"x-a"')).toBe('COMPONENT_MISSING')
  })
})

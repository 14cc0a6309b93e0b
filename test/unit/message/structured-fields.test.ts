import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import {
  type Bare,
  type InnerList,
  type Item,
  lastWins,
  type Member,
  parseDictionary,
  parseItem,
  parseList,
  serializeBare,
  serializeDictionary,
  serializeInnerList,
  serializeItem,
  serializeList,
  serializeMember,
  serializeParameters,
} from '../../../src/message/structured-fields.js'
import { codeOf, textOf } from '../../expect-code.js'

const item = (value: Bare, params: Item['params'] = []): Item => ({ kind: 'item', value, params })
const integer = (value: number): Bare => ({ type: 'integer', value })

describe('what the wire says stays visible', () => {
  test('a Decimal is not the Integer of the same value', () => {
    expect(parseItem('1.0').value).toStrictEqual({ type: 'decimal', value: 1 })
    expect(parseItem('1').value).toStrictEqual({ type: 'integer', value: 1 })
    expect(serializeItem(parseItem('1.0'))).toBe('1.0')
    expect(serializeItem(parseItem('1.000'))).toBe('1.0')
  })

  test('there is one zero', () => {
    for (const zero of ['-0', '-0.0', '@-0']) {
      expect(Object.is(parseItem(zero).value.value, 0)).toBe(true)
    }
  })

  test('duplicate keys are kept, in order, and lastWins makes of them what the RFC does', () => {
    const entries = parseDictionary('a=1, b=2, a=3;x=1;x=2')
    expect(entries.map(([name]) => name)).toStrictEqual(['a', 'b', 'a'])
    expect(entries[2]?.[1].params).toStrictEqual([
      ['x', integer(1)],
      ['x', integer(2)],
    ])
    expect(lastWins(entries).map(([name, member]) => [name, (member as Item).value.value])).toStrictEqual([
      ['a', 3],
      ['b', 2],
    ])
    expect(serializeDictionary(entries)).toBe('a=3;x=2, b=2')
  })

  test('lastWins returns the same array where nothing is repeated', () => {
    const short = parseDictionary('a, b, c')
    const long = parseDictionary('a, b, c, d, e, f, g, h, i, j')
    expect(lastWins(short)).toBe(short)
    expect(lastWins(long)).toBe(long)
    expect(lastWins(parseDictionary('a=1,b,c,d,e,f,g,h,i,j,a=2')).length).toBe(10)
  })

  test('lastWins compares up to eight entries in pairs, which allocates nothing, and others by a map', () => {
    const entries = (count: number): ReadonlyArray<readonly [string, number]> =>
      Array.from({ length: count }, (_, i) => [`k${i}`, i] as const)
    const made = (list: ReadonlyArray<readonly [string, number]>): number => {
      let count = 0
      class Counted<K, V> extends Map<K, V> {
        constructor(from: Iterable<readonly [K, V]>) {
          super(from)
          count++
        }
      }
      vi.stubGlobal('Map', Counted)
      try {
        lastWins(list)
      } finally {
        vi.unstubAllGlobals()
      }
      return count
    }
    expect([0, 1, 2, 7, 8, 9].map((count) => made(entries(count)))).toStrictEqual([0, 0, 0, 0, 0, 1])
    for (const [first, second] of [
      [0, 1],
      [0, 7],
      [3, 4],
      [6, 7],
    ] as const) {
      const list = entries(8).map(([name, value], i) => [i === second ? `k${first}` : name, value] as const)
      expect(made(list)).toBe(1)
      expect(lastWins(list).length).toBe(7)
      expect(new Map(lastWins(list)).get(`k${first}`)).toBe(second)
    }
  })

  test('no key reaches the prototype', () => {
    expect(codeOf(() => parseDictionary('__proto__=1'))).toBe('FIELD_MALFORMED')
    expect(parseDictionary('constructor=1, tostring')[0]?.[0]).toBe('constructor')
  })

  test('a Signature-Input as RFC 9421 4.1 shows it', () => {
    const text =
      'sig1=("@method" "@target-uri" "@authority" "content-digest" "cache-control";req);created=1618884475;keyid="test-key-rsa-pss"'
    const [[label, member]] = parseDictionary(text) as unknown as [readonly [string, InnerList]]
    expect(label).toBe('sig1')
    expect(member.items[4]).toStrictEqual(
      item({ type: 'string', value: 'cache-control' }, [['req', { type: 'boolean', value: true }]]),
    )
    expect(member.params).toStrictEqual([
      ['created', integer(1618884475)],
      ['keyid', { type: 'string', value: 'test-key-rsa-pss' }],
    ])
    expect(`sig1=${serializeInnerList(member)}`).toBe(text)
  })
})

describe('bytes', () => {
  const canonical: readonly string[] = ['::', ':AA==:', ':AAA=:', ':AAAA:', ':/+Ah:']

  test.each(canonical)('strictBinary takes the form %s', (text) => {
    const { value } = parseItem(text, { strictBinary: true })
    expect(serializeBare(value)).toBe(text)
  })

  test.each([
    [':aGVsbG8:', 'no padding'],
    [':iZ==:', 'spare bits that are not zero'],
    [':AAB=:', 'spare bits that are not zero, two bytes'],
  ])('strictBinary refuses %s (%s), which the RFC lets pass', (text) => {
    expect(codeOf(() => parseItem(text, { strictBinary: true }))).toBe('FIELD_MALFORMED')
    expect(parseItem(text).value.type).toBe('binary')
  })

  test.each([
    ':A:',
    ':A===:',
    ':AA=:',
    ':AAA==:',
    ':=AAA:',
    ':AA=A:',
    ':A A=:',
    ':AA==',
    ':AA-_:',
    ':====:',
    ':=:',
    ':\u0100AAA:',
    ':AAAA=:',
    ':AAAA==:',
    ':AAA=====:',
    ':AAAA====:',
  ])('no type accepts %s', (text) => {
    expect(codeOf(() => parseItem(text))).toBe('FIELD_MALFORMED')
  })

  test('every byte string comes back, and only one text gives it in strict mode', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (value) => {
        const text = serializeBare({ type: 'binary', value })
        expect(text).toBe(`:${Buffer.from(value).toString('base64')}:`)
        expect(parseItem(text, { strictBinary: true }).value.value).toStrictEqual(value)
      }),
    )
  })

  test('each character in each place is a digit of base64, or is refused where it stands', () => {
    const alphabet = /^[A-Za-z0-9+/]$/
    // A colon ends the value, which then has another length.
    const codes = [...Array(256).keys(), 0x141, 0x2041, 0xff21].filter((code) => code !== 0x3a)
    for (let place = 0; place < 8; place++)
      for (const code of codes) {
        const one = String.fromCharCode(code)
        const digits = `${'Qk1y'.repeat(2).slice(0, place)}${one}${'Qk1y'.repeat(2).slice(place + 1)}`
        if (alphabet.test(one))
          expect(parseItem(`:${digits}:`).value.value).toStrictEqual(new Uint8Array(Buffer.from(digits, 'base64')))
        // In the last places "=" may be padding, of which other rows speak.
        else if (one !== '=' || place < 6)
          expect(textOf(() => parseItem(`:${digits}:`))).toMatch(new RegExp(` at offset ${place + 1}$`))
      }
  })
})

describe('refusals', () => {
  test.each([
    ['', 0],
    [' ', 1],
    ['1 2', 2],
    ['"abc', 4],
    ['"a\\b"', 2],
    ['"é"', 1],
    ['?2', 0],
    ['?', 0],
    ['@1.0', 0],
    ['a;B=1', 2],
    ['a;b=', 4],
    ['%"%C3"', 3],
    ['%"abc', 5],
    ['%a', 0],
    ['-', 1],
    ['\u20ac', 0],
    ['a\u20ac', 1],
  ])('the item %j is refused at offset %i', (text, offset) => {
    expect(() => parseItem(text)).toThrow(`at offset ${offset}`)
    expect(codeOf(() => parseItem(text))).toBe('FIELD_MALFORMED')
  })

  test.each(['a,', 'a,,b', ',a', 'a b', '(a', '(a b', '("a""b")', '(a;x=)', '((a))', '\ta'])(
    'the list %j is refused',
    (text) => {
      expect(codeOf(() => parseList(text))).toBe('FIELD_MALFORMED')
    },
  )

  test.each(['A=1', 'a=', 'a==1', 'a =1', '=1', 'a=1,', 'a=(', '1', 'a\u20ac=1', 'a=1 b=2'])(
    'the dictionary %j is refused',
    (text) => {
      expect(codeOf(() => parseDictionary(text))).toBe('FIELD_MALFORMED')
    },
  )

  test('what is not text', () => {
    for (const value of [undefined, null, 1, {}, ['a']]) {
      expect(codeOf(() => parseItem(value as never))).toBe('FIELD_MALFORMED')
    }
  })

  test('the message names the offset and never repeats the input', () => {
    expect(() => parseItem('"secret')).toThrow(/^structured field must have [a-z ASCII]+ at offset 7$/)
  })
})

describe('writing', () => {
  test.each<readonly [Bare, string]>([
    [integer(-999_999_999_999_999), '-999999999999999'],
    [integer(999_999_999_999_999), '999999999999999'],
    [integer(-0), '0'],
    [{ type: 'decimal', value: 0.0005 }, '0.0'],
    [{ type: 'decimal', value: 0.0015 }, '0.002'],
    [{ type: 'decimal', value: 0.00051 }, '0.001'],
    [{ type: 'decimal', value: 1e-7 }, '0.0'],
    [{ type: 'decimal', value: -0.0004 }, '0.0'],
    [{ type: 'decimal', value: 2.5 }, '2.5'],
    [{ type: 'decimal', value: 2 }, '2.0'],
    [{ type: 'decimal', value: 100 }, '100.0'],
    [{ type: 'decimal', value: 1.05 }, '1.05'],
    [{ type: 'decimal', value: 1.005 }, '1.005'],
    [{ type: 'decimal', value: 1.25 }, '1.25'],
    [{ type: 'decimal', value: -1.5 }, '-1.5'],
    [{ type: 'decimal', value: -0.001 }, '-0.001'],
    [{ type: 'decimal', value: 1.0025 }, '1.002'],
    [{ type: 'decimal', value: 1.0035 }, '1.004'],
    [{ type: 'decimal', value: 1.0024999 }, '1.002'],
    [{ type: 'decimal', value: 1.9995 }, '2.0'],
    [{ type: 'decimal', value: 999_999_999_999.999 }, '999999999999.999'],
    [{ type: 'string', value: 'a "b" \\c' }, '"a \\"b\\" \\\\c"'],
    [{ type: 'string', value: ' ~' }, '" ~"'],
    [{ type: 'string', value: '' }, '""'],
    [{ type: 'string', value: '~"~' }, '"~\\"~"'],
    [{ type: 'token', value: '*a/b:c' }, '*a/b:c'],
    [{ type: 'token', value: 'a' }, 'a'],
    [{ type: 'display', value: " !#$&'~" }, '%" !#$&\'~"'],
    [{ type: 'display', value: '\u001f\u007f\u0080' }, '%"%1f%7f%c2%80"'],
    [{ type: 'display', value: '' }, '%""'],
    [{ type: 'boolean', value: true }, '?1'],
    [{ type: 'display', value: 'f"ü%\u0001' }, '%"f%22%c3%bc%25%01"'],
    [{ type: 'date', value: -1 }, '@-1'],
    [{ type: 'boolean', value: false }, '?0'],
  ])('the value %j is written as %s', (bare, text) => {
    expect(serializeBare(bare)).toBe(text)
  })

  test.each<Bare>([
    integer(1e15),
    integer(-1e15),
    integer(1.5),
    integer(Number.NaN),
    { type: 'date', value: 1e15 },
    { type: 'date', value: 0.5 },
    { type: 'decimal', value: 1e12 },
    { type: 'decimal', value: 999_999_999_999.9996 },
    { type: 'decimal', value: Number.POSITIVE_INFINITY },
    { type: 'decimal', value: Number.NaN },
    { type: 'decimal', value: 1e21 },
    { type: 'string', value: 'é' },
    { type: 'string', value: 'a\nb' },
    { type: 'string', value: '\u007f' },
    { type: 'string', value: '\u001f' },
    { type: 'string', value: '"\u007f"' },
    { type: 'string', value: '\u001f"' },
    { type: 'token', value: '' },
    { type: 'token', value: '1a' },
    { type: 'token', value: 'a b' },
    { type: 'display', value: '\ud800' },
    { type: 'constructor' as never, value: 'a' },
  ])('%j cannot be written', (bare) => {
    expect(codeOf(() => serializeBare(bare))).toBe('FIELD_MALFORMED')
  })

  test('a string without a quote or backslash is not searched again', () => {
    const search = vi.spyOn(String.prototype, 'replace')
    try {
      serializeBare({ type: 'string', value: 'abc ~' })
      expect(search).not.toHaveBeenCalled()
    } finally {
      search.mockRestore()
    }
  })

  test('a member that is true is its key, one that is false or another text is not', () => {
    const flag = (value: boolean): Item => item({ type: 'boolean', value }, [['p', { type: 'boolean', value: true }]])
    const yes: Bare = { type: 'boolean', value: true }
    const entries: ReadonlyArray<readonly [string, Member]> = [
      ['a', flag(true)],
      ['b', flag(false)],
      ['c', item({ type: 'string', value: 'x' })],
      ['d', { kind: 'list', items: [item(yes)], params: [['q', yes]] }],
    ]
    expect(serializeDictionary(entries)).toBe('a;p, b=?0;p, c="x", d=(?1);q')
    expect(serializeParameters([])).toBe('')
    expect(serializeInnerList({ kind: 'list', items: [item(integer(1)), item(integer(2))], params: [] })).toBe('(1 2)')
  })

  test.each(['', 'A', '1', 'a b', 'a=', 'a\n'])('the key %j cannot be written', (name) => {
    expect(codeOf(() => serializeParameters([[name, integer(1)]]))).toBe('FIELD_MALFORMED')
    expect(codeOf(() => serializeDictionary([[name, item(integer(1))]]))).toBe('FIELD_MALFORMED')
  })

  test('lists, members and empty fields', () => {
    const list: InnerList = {
      kind: 'list',
      items: [item(integer(1)), item(integer(2), [['q', integer(3)]])],
      params: [],
    }
    expect(serializeMember(list)).toBe('(1 2;q=3)')
    expect(serializeList([list, item({ type: 'boolean', value: true })])).toBe('(1 2;q=3), ?1')
    expect(serializeInnerList({ kind: 'list', items: [], params: [['a', { type: 'boolean', value: false }]] })).toBe(
      '();a=?0',
    )
    expect(serializeList([])).toBe('')
    expect(serializeDictionary([])).toBe('')
    expect(parseList('')).toStrictEqual([])
    expect(parseDictionary('  ')).toStrictEqual([])
  })
})

const key = fc.stringMatching(/^[a-z*][a-z0-9_.*-]{0,9}$/)
const bare: fc.Arbitrary<Bare> = fc.oneof(
  fc
    .integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 })
    .map((value): Bare => ({ type: 'integer', value })),
  fc
    .integer({ min: -999_999_999, max: 999_999_999 })
    .map((value): Bare => ({ type: 'decimal', value: value / 1000 + 0 })),
  fc.integer({ min: -62_135_596_800, max: 253_402_214_400 }).map((value): Bare => ({ type: 'date', value })),
  fc.stringMatching(/^[ -~]{0,12}$/).map((value): Bare => ({ type: 'string', value })),
  fc.stringMatching(/^[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]{0,9}$/).map((value): Bare => ({ type: 'token', value })),
  fc.string({ unit: 'binary', maxLength: 9 }).map((value): Bare => ({ type: 'display', value })),
  fc.uint8Array({ maxLength: 20 }).map((value): Bare => ({ type: 'binary', value })),
  fc.boolean().map((value): Bare => ({ type: 'boolean', value })),
)
const params = fc.uniqueArray(fc.tuple(key, bare), { selector: ([name]) => name, maxLength: 10 })
const items = fc.record({ kind: fc.constant('item' as const), value: bare, params })
const member: fc.Arbitrary<Member> = fc.oneof(
  items,
  fc.record({ kind: fc.constant('list' as const), items: fc.array(items, { maxLength: 4 }), params }),
)
const zeroes = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, v) => (v instanceof Uint8Array ? Buffer.from(v).toString('hex') : v)))

describe('properties', () => {
  test('what is written is read back', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(key, member), { selector: ([name]) => name, maxLength: 12 }), (entries) => {
        expect(zeroes(parseDictionary(serializeDictionary(entries)))).toStrictEqual(zeroes(entries))
        const members = entries.map(([, one]) => one)
        expect(zeroes(parseList(serializeList(members)))).toStrictEqual(zeroes(members))
      }),
    )
  })

  test('random text is read or refused with the code, and what is read has a stable text', () => {
    const noise = fc.string({ unit: fc.constantFrom(...'a1.-"\\:;=,()?@% \t*Z/+\u00e9\u20ac'), maxLength: 40 })
    for (const [parse, write] of [
      [parseItem, serializeItem],
      [parseList, serializeList],
      [parseDictionary, serializeDictionary],
    ] as unknown as ReadonlyArray<readonly [(text: string) => never, (value: never) => string]>) {
      fc.assert(
        fc.property(noise, (text) => {
          let value: never
          try {
            value = parse(text)
          } catch {
            expect(codeOf(() => parse(text))).toBe('FIELD_MALFORMED')
            return
          }
          const canonical = write(value)
          expect(write(parse(canonical))).toBe(canonical)
        }),
        { numRuns: 500 },
      )
    }
  })
})

describe('depth', () => {
  test('depth of the input is not depth of the stack', () => {
    const deep = '('.repeat(1_000_000)
    expect(codeOf(() => parseList(deep))).toBe('FIELD_MALFORMED')
  })
})

describe('where a text goes wrong', () => {
  test.each<readonly [(text: string) => unknown, string, string, number]>([
    [parseItem, '', 'an item', 0],
    [parseItem, '1 2', 'the end', 2],
    [parseItem, '1;', 'a key', 2],
    [parseItem, '1;A', 'a key', 2],
    [parseItem, '1;  ', 'a key', 4],
    [parseItem, '1;a=', 'an item', 4],
    [parseItem, '(1)', 'an item', 0],
    [parseItem, '"', 'a closed string of printable ASCII', 1],
    [parseItem, '"a\\', 'a closed string of printable ASCII', 2],
    [parseItem, '"a\\b"', 'a closed string of printable ASCII', 2],
    [parseItem, '"\u007f"', 'a closed string of printable ASCII', 1],
    [parseItem, '?', '?0 or ?1', 0],
    [parseItem, '?2', '?0 or ?1', 0],
    [parseItem, '@', 'a digit', 1],
    [parseItem, '@1.5', 'whole seconds', 0],
    [parseItem, '-', 'a digit', 1],
    [parseItem, '%', '%"', 0],
    [parseItem, "%'a'", '%"', 0],
    [parseItem, '%"a', 'a closing quote', 3],
    [parseItem, '%"', 'a closing quote', 2],
    [parseItem, '%"a\u007f"', 'printable ASCII', 3],
    [parseItem, '%"%4"', 'two lower-case hex digits', 3],
    [parseItem, '%"%', 'two lower-case hex digits', 3],
    [parseItem, '%"%4', 'two lower-case hex digits', 3],
    [parseItem, '%"%4A"', 'two lower-case hex digits', 3],
    [parseItem, '%"%g4"', 'two lower-case hex digits', 3],
    [parseItem, '%"%/0"', 'two lower-case hex digits', 3],
    [parseItem, '%"%0:"', 'two lower-case hex digits', 3],
    [parseItem, '%"%`0"', 'two lower-case hex digits', 3],
    [parseItem, '%"%c3"', 'UTF-8', 0],
    [parseItem, ':AAAA', 'a closing colon', 5],
    [parseItem, ':A:', 'padded base64', 1],
    [parseItem, ':A===:', 'base64', 2],
    [parseItem, ':AA-A:', 'base64', 3],
    [parseItem, ':AA\u0080A:', 'base64', 3],
    [parseList, 'a b', 'a comma', 2],
    [parseList, 'a,', 'a member after the comma', 2],
    [parseList, 'a, \t', 'a member after the comma', 4],
    [parseList, 'a,,b', 'an item', 2],
    [parseList, '(', 'a closing parenthesis', 1],
    [parseList, '(a ', 'a closing parenthesis', 3],
    [parseList, '("a""b")', 'a space or a closing parenthesis', 4],
    [parseList, '(a,b)', 'a space or a closing parenthesis', 2],
    [parseDictionary, 'a=1,2', 'a key', 4],
    [parseDictionary, 'a=', 'an item', 2],
    [parseDictionary, 'a =1', 'a comma', 2],
  ])('the error of %o names what is missing in %j', (parse, text, expected, at) => {
    expect(textOf(() => parse(text))).toBe(`FIELD_MALFORMED structured field must have ${expected} at offset ${at}`)
  })

  test('what is not text is said to be', () => {
    expect(textOf(() => parseList(7 as never))).toBe(
      'FIELD_MALFORMED structured field must have a string, got number, at offset 0',
    )
  })

  test('spare bits of strict base64 are where its last digit is', () => {
    expect(textOf(() => parseItem(':iZ==:', { strictBinary: true }))).toMatch(/canonical base64 at offset 2$/)
  })

  test('an option that nothing reads is refused, by each parser', () => {
    for (const parse of [parseItem, parseList, parseDictionary]) {
      expect(codeOf(() => parse('1', { strict: true } as never))).toBe('CONFIG_INVALID')
      expect(codeOf(() => parse('1', { strictBinary: true, x: 1 } as never))).toBe('CONFIG_INVALID')
      expect(codeOf(() => parse('1', { strictBinary: 'yes' } as never))).toBe('CONFIG_INVALID')
    }
  })
})

describe('white space', () => {
  const tokens = (text: string): unknown => parseList(text).map((one) => (one as Item).value.value)

  test('stands before and after a field as spaces, and around a comma as tabs too', () => {
    expect(parseItem('  a  ').value.value).toBe('a')
    expect(tokens('  a \t,\t b,c  ')).toStrictEqual(['a', 'b', 'c'])
    expect(parseDictionary(' a=1\t , b').map(([name]) => name)).toStrictEqual(['a', 'b'])
    expect(codeOf(() => parseItem('a\t'))).toBe('FIELD_MALFORMED')
    expect(codeOf(() => parseItem('\ta'))).toBe('FIELD_MALFORMED')
  })

  test('stands after a semicolon and not before it, and inside parentheses', () => {
    expect(parseItem('a;  b=1;c').params.map(([name]) => name)).toStrictEqual(['b', 'c'])
    expect(codeOf(() => parseItem('a ;b'))).toBe('FIELD_MALFORMED')
    expect((parseList('(  a  b  )')[0] as InnerList).items.length).toBe(2)
    expect((parseList('( )')[0] as InnerList).items).toStrictEqual([])
    expect(codeOf(() => parseList('(a\tb)'))).toBe('FIELD_MALFORMED')
  })
})

describe('every character where it may stand', () => {
  const ASCII = Array.from({ length: 0x101 }, (_, code) => String.fromCharCode(code))
  const passes = (act: (one: string) => unknown): string =>
    ASCII.filter((one) => {
      try {
        return act(one) === one
      } catch {
        return false
      }
    }).join('')
  const lower = 'abcdefghijklmnopqrstuvwxyz'
  const upper = lower.toUpperCase()
  const digits = '0123456789'
  const printable = ASCII.slice(0x20, 0x7f).join('')
  const sorted = (text: string): string => [...text].sort().join('')

  test('tokens and keys hold the characters of the standard, and no other', () => {
    expect(passes((one) => parseItem(one).value.type === 'token' && one)).toBe(sorted(`${lower}${upper}*`))
    expect(passes((one) => (parseItem(`a${one}`).value.value === `a${one}` ? one : ''))).toBe(
      sorted(`${lower}${upper}${digits}!#$%&'*+-.^_\`|~:/`),
    )
    expect(passes((one) => parseDictionary(one)[0]?.[0])).toBe(sorted(`${lower}*`))
    expect(passes((one) => parseDictionary(`a${one}`)[0]?.[0].slice(1))).toBe(sorted(`${lower}${digits}_-.*`))
  })

  test('strings, escaped characters and display strings hold the characters of the standard, and no other', () => {
    expect(passes((one) => parseItem(`"${one}"`).value.value)).toBe(printable.replace(/["\\]/g, ''))
    expect(passes((one) => parseItem(`"\\${one}"`).value.value)).toBe('"\\')
    expect(passes((one) => parseItem(`%"${one}"`).value.value)).toBe(printable.replace(/["%]/g, ''))
    expect(parseItem('"a\\"b\\\\c"').value.value).toBe('a"b\\c')
  })

  test('hexadecimal digits and base64 hold the characters of the standard, and no other', () => {
    for (let byte = 0; byte < 0x80; byte++) {
      const hex = byte.toString(16).padStart(2, '0')
      expect(parseItem(`%"%${hex}"`).value.value).toBe(String.fromCharCode(byte))
    }
    const base64 = `${upper}${lower}${digits}+/`
    expect(passes((one) => (parseItem(`:AAA${one}:`).value.type === 'binary' ? one : ''))).toBe(sorted(`${base64}=`))
  })
})

describe('numbers of RFC 9651 3.3.1 and 3.3.2', () => {
  const nines = (count: number): string => '9'.repeat(count)
  test.each<readonly [string, Bare]>([
    [nines(15), integer(999_999_999_999_999)],
    [`-${nines(15)}`, integer(-999_999_999_999_999)],
    ['0'.repeat(15), integer(0)],
    [`${nines(12)}.123`, { type: 'decimal', value: 999_999_999_999.123 }],
    [`-${nines(12)}.5`, { type: 'decimal', value: -999_999_999_999.5 }],
    ['0.0', { type: 'decimal', value: 0 }],
    ['1.123', { type: 'decimal', value: 1.123 }],
  ])('the number %s is read', (text, value) => {
    expect(parseItem(text).value).toStrictEqual(value)
  })

  test.each([
    [nines(16), 0],
    [`-${nines(16)}`, 1],
    ['0'.repeat(16), 0],
    [`${nines(13)}.1`, 0],
    [`-${nines(13)}.1`, 1],
    ['1.', 0],
    ['1.1234', 0],
    ['-', 1],
    ['-a', 1],
    ['.5', 0],
  ])('%s is none, and the offset says where', (text, at) => {
    expect(textOf(() => parseItem(text))).toMatch(new RegExp(`^FIELD_MALFORMED .* at offset ${at}$`))
  })
})

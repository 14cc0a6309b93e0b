import { describe, expect, test } from 'vitest'
import type { InnerList } from '../../../../src/message/structured-fields.js'
import { plainComponent, signatureBase } from '../../../../src/schemes/rfc9421/base.js'
import { coveredReader } from '../../../../src/schemes/rfc9421/covered.js'
import { rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import { codeOf, thrownCode } from '../../../expect-code.js'
import { lines, refusedList, request, response, single, withInput } from './support.js'

const message = request({ fields: ['X-A', '1', 'X-Dict', 'a=1, b=2', 'Content-Type', 'text/plain'] })
const DICTIONARY = { fieldTypes: { 'x-dict': 'dictionary' } } as const

describe('component identifiers (RFC 9421 2)', () => {
  test.each(['X-A', 'x-A', 'Content-Type', 'CONTENT-TYPE'])(
    '%s: an upper-case name is refused, not looked up',
    (name) => {
      expect(refusedList(message, `"${name}"`)).toBe('AUTH_MALFORMED')
    },
  )

  test.each(['', ' ', 'x a', 'x-a ', 'x\\"a', 'x:a', 'x,a', '(request-target)', 'x/a', 'x\\\\a'])(
    'the name "%s" is no field name',
    (name) => {
      expect(refusedList(message, `"${name}"`)).toBe('AUTH_MALFORMED')
    },
  )

  test('names of object members are names like any other', () => {
    const names = ['constructor', '__proto__', 'tostring', 'hasownproperty', 'valueof']
    const odd = request({ fields: names.flatMap((name) => [name, `v-${name}`]) })
    expect(lines(odd, names.map((name) => `"${name}"`).join(' '))).toEqual(names.map((name) => `"${name}": v-${name}`))
    for (const name of names) expect(refusedList(message, `"${name}"`)).toBe('COMPONENT_MISSING')
    for (const name of names) expect(refusedList(message, `"@${name}"`)).toBe('AUTH_MALFORMED')
    for (const name of names) expect(refusedList(odd, `"${name}";sf`)).toBe('AUTH_MALFORMED')
    for (const name of names) expect(refusedList(odd, `"x-a";${name}`)).toBe('AUTH_MALFORMED')
  })

  test.each(['x-a', '1', '?1', ':YQ==:', '1.5', '@1'])('%s is not a string', (item) => {
    expect(refusedList(message, item)).toBe('AUTH_MALFORMED')
    expect(refusedList(message, `"x-a" ${item}`)).toBe('AUTH_MALFORMED')
  })

  test.each([
    'foo',
    'foo=1',
    'foo="x"',
    'sf="x"',
    'SF',
    'sf=?0',
    'sf=1',
    'sf="1"',
    'bs=?0',
    'tr=?0',
    'req=?0',
    'key',
    'key=a',
    'key=1',
    'prefix=2',
  ])('parameter %s is refused', (parameter) => {
    expect(refusedList(message, `"x-dict";${parameter}`, DICTIONARY)).toBe('AUTH_MALFORMED')
  })

  test('a flag that is written out means the same and is signed in its bare form', () => {
    expect(lines(message, '"x-dict";sf=?1', DICTIONARY)).toEqual(['"x-dict";sf: a=1, b=2'])
  })
})

describe('each identifier stands once (RFC 9421 2.5)', () => {
  test.each([
    ['"x-a" "x-a"'],
    ['"@method" "x-a" "@method"'],
    ['"x-dict";key="a" "x-dict";key="a"'],
    ['"x-dict";key="a";sf "x-dict";sf;key="a"'],
    ['"x-dict";sf "x-dict";sf=?1'],
    ['"@query-param";name="symbol" "@query-param";name="symbol"'],
  ])('the list %s is refused', (list) => {
    expect(refusedList(message, list, DICTIONARY)).toBe('AUTH_MALFORMED')
  })

  test('other parameters make another component', () => {
    const list = '"x-dict" "x-dict";sf "x-dict";bs "x-dict";key="a" "x-dict";key="b" "x-dict";key="b";sf'
    expect(lines(message, list, DICTIONARY)).toHaveLength(6)
  })

  test('64 components with 8 parameters each are read, and not one more', () => {
    const some = (count: number): string => Array.from({ length: count }, (_, at) => `"x-a";key="${at}"`).join(' ')
    const dictionary = Array.from({ length: 65 }, (_, at) => `${at}`).map((one) => `d${one}=1`)
    const fields = request({ fields: ['X-A', dictionary.join(', ')] })
    expect(refusedList(fields, some(64).replaceAll('key="', 'key="d'))).toBe('nothing thrown')
    expect(refusedList(fields, some(65).replaceAll('key="', 'key="d'))).toBe('AUTH_TOO_LARGE')
    // No component has so many that are allowed: which refusal it is shows where it was refused.
    const parameters = (count: number): string => Array.from({ length: count }, (_, at) => `;p${at}`).join('')
    expect(refusedList(message, `"x-a"${parameters(8)}`)).toBe('AUTH_MALFORMED')
    expect(refusedList(message, `"x-a"${parameters(9)}`)).toBe('AUTH_TOO_LARGE')
  })

  test('the order of parameters is kept', () => {
    expect(lines(message, '"x-dict";key="a";sf', DICTIONARY)).toEqual(['"x-dict";key="a";sf: 1'])
    expect(lines(message, '"x-dict";sf;key="a"', DICTIONARY)).toEqual(['"x-dict";sf;key="a": 1'])
  })
})

describe('lists that were seen before', () => {
  // A verifier remembers compiled lists; what it answers must not depend on what other clients sent.
  const verifier = rfc9421Verifier(DICTIONARY)
  const refusedNow = (list: string, input = `sig1=(${list});created=1`): string =>
    thrownCode(() => verifier.parse(withInput(message, input))[0]?.base)

  test('a repeated component parameter is refused whether or not the list without it is known', () => {
    const repeated = ['"x-dict";sf;sf', '"x-dict";key="b";key="a"']
    for (const list of repeated) expect(refusedNow(list)).toBe('AUTH_MALFORMED')
    for (const list of ['"x-dict";sf', '"x-dict";key="a"']) expect(refusedNow(list)).toBe('nothing thrown')
    for (const list of repeated) expect(refusedNow(list)).toBe('AUTH_MALFORMED')
  })

  test('one list never answers for another', () => {
    const lists = [
      '"x-a" "@method"',
      '"@method" "x-a"',
      '"x-a"',
      '"x-dict";key="a"',
      '"x-dict";key="b"',
      '"x-dict"',
      '',
    ]
    for (let round = 0; round < 2; round++) {
      for (const list of lists) {
        const [found] = verifier.parse(withInput(message, `sig1=(${list});created=1`))
        expect(found?.base).toBe(single(withInput(message, `sig1=(${list});created=1`), DICTIONARY).base)
      }
    }
  })

  test('values of one message never appear in the base of the next', () => {
    const base = (value: string) =>
      verifier.parse(withInput(request({ fields: ['X-A', value] }), 'sig1=("x-a");created=1'))[0]?.base
    expect([base('1'), base('2'), base('1'), base('')]).toEqual(
      ['1', '2', '1', ''].map((value) => `"x-a": ${value}\n"@signature-params": ("x-a");created=1`),
    )
  })

  test('a known list in a message without its field is still an error', () => {
    expect(refusedNow('"x-a"')).toBe('nothing thrown')
    expect(codeOf(() => verifier.parse(withInput(request(), 'sig1=("x-a");created=1'))[0]?.base)).toBe(
      'COMPONENT_MISSING',
    )
  })
})

describe('what is remembered', () => {
  const list = (...names: readonly string[]): InnerList => ({
    kind: 'list',
    items: names.map((name) => ({ kind: 'item', value: { type: 'string', value: name }, params: [] })),
    params: [],
  })

  test('a list is compiled once', () => {
    const reader = coveredReader({})
    expect(reader.read(list('@method', 'date'))).toBe(reader.read(list('@method', 'date')))
  })

  test('256 lists are kept, and a client that sends more starts anew', () => {
    const { known, read } = coveredReader({})
    for (let at = 0; at < 256; at++) read(list(`x-${at}`))
    expect(known.size).toBe(256)
    read(list('x-256'))
    expect([...known.keys()]).toEqual(['("x-256")'])
  })

  test('a list of more than 1024 characters is read, and not kept', () => {
    const { known, read } = coveredReader({})
    // Two brackets and two quotation marks stand around the name.
    expect(read(list('a'.repeat(1_020))).list).toHaveLength(1_024)
    expect(known.size).toBe(1)
    expect(read(list('a'.repeat(1_021))).list).toHaveLength(1_025)
    expect(known.size).toBe(1)
  })

  test('the line of a value is kept, where the value has at most 256 characters', () => {
    const one = plainComponent('x-a')
    const base = (value: string): string => signatureBase([one], '()', request({ fields: ['X-A', value] }))
    base('v'.repeat(257))
    expect(one.memo).toEqual({ value: undefined, line: '' })
    base('v'.repeat(256))
    expect(one.memo?.value).toBe('v'.repeat(256))
    base('1')
    expect(one.memo).toEqual({ value: '1', line: '"x-a": 1\n' })
    // It is used, too: a line that only the memory holds comes back.
    Object.assign(one.memo ?? {}, { line: '"x-a": remembered\n' })
    expect(base('1')).toBe('"x-a": remembered\n"@signature-params": ()')
    expect(base('2')).toBe('"x-a": 2\n"@signature-params": ()')
  })
})

describe('req (RFC 9421 2.4)', () => {
  const answered = request({ method: 'POST', fields: ['Content-Type', 'text/plain', 'X-Dict', 'a=1', 'X-Dict', 'b'] })
  const answer = response({ status: 201, fields: ['Content-Type', 'application/json'], request: answered })

  test('takes the value from the request', () => {
    expect(
      lines(answer, '"@status" "content-type" "content-type";req "@method";req "@query-param";req;name="symbol"'),
    ).toEqual([
      '"@status": 201',
      '"content-type": application/json',
      '"content-type";req: text/plain',
      '"@method";req: POST',
      '"@query-param";req;name="symbol": BTC',
    ])
  })

  test('goes with every other parameter', () => {
    const list = '"x-dict";req;sf "x-dict";req;key="b" "x-dict";bs;req'
    expect(lines(answer, list, DICTIONARY)).toEqual([
      '"x-dict";req;sf: a=1, b',
      '"x-dict";req;key="b": ?1',
      '"x-dict";bs;req: :YT0x:, :Yg==:',
    ])
    const withTrailer = response({ request: { ...answered, trailers: ['X-T', 'end'] } })
    expect(lines(withTrailer, '"x-t";req;tr')).toEqual(['"x-t";req;tr: end'])
  })

  test('has no meaning in a request', () => {
    for (const list of ['"@method";req', '"content-type";req'])
      expect(refusedList(message, list)).toBe('AUTH_MALFORMED')
  })

  test('needs the request, and the field in it', () => {
    expect(refusedList(response({ fields: ['Content-Type', 'x'] }), '"content-type";req')).toBe('COMPONENT_MISSING')
    expect(refusedList(answer, '"x-a";req')).toBe('COMPONENT_MISSING')
    expect(refusedList(answer, '"@status";req')).toBe('COMPONENT_MISSING')
    expect(refusedList(answer, '"@query-param";req')).toBe('AUTH_MALFORMED')
  })
})

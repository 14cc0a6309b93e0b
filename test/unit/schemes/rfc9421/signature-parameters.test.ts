import { describe, expect, test } from 'vitest'
import { ALGORITHMS } from '../../../../src/crypto/index.js'
import { CountersignError } from '../../../../src/errors.js'
import type { Bare } from '../../../../src/message/structured-fields.js'
import { rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import { readParameters, timestampProblem } from '../../../../src/schemes/rfc9421/parameters.js'
import { codeOf } from '../../../expect-code.js'
import { refusal, request, single, withInput } from './support.js'

const withParameters = (parameters: string) => withInput(request(), `sig1=("@method")${parameters}`)
const refused = (parameters: string): string => refusal(withParameters(parameters))

describe('the six parameters (RFC 9421 2.3)', () => {
  test('are claims, with times in milliseconds', () => {
    const all = ';created=1618884473;expires=1618884773;nonce="n";alg="ed25519";keyid="k";tag="t"'
    const { createdMs, expiresMs, nonce, claimedAlgorithm, keyId, tag, label } = single(withParameters(all))
    expect({ createdMs, expiresMs, nonce, claimedAlgorithm, keyId, tag, label }).toEqual({
      createdMs: 1_618_884_473_000,
      expiresMs: 1_618_884_773_000,
      nonce: 'n',
      claimedAlgorithm: 'ed25519',
      keyId: 'k',
      tag: 't',
      label: 'sig1',
    })
  })

  test('each may be absent', () => {
    const { createdMs, expiresMs, nonce, claimedAlgorithm, keyId, tag } = single(withParameters(''))
    expect([createdMs, expiresMs, nonce, claimedAlgorithm, keyId, tag]).toEqual(Array(6).fill(undefined))
  })

  test('strings are unescaped once', () => {
    expect(single(withParameters(';keyid="a\\"b\\\\"')).keyId).toBe('a"b\\')
  })

  test('a key id that is a URL stays text: nothing here fetches', () => {
    const keyId = 'https://evil.example/keys?x#y'
    expect(single(withParameters(`;keyid="${keyId}"`)).keyId).toBe(keyId)
  })

  test.each(['created', 'expires', 'nonce', 'alg', 'keyid', 'tag'])('%s twice is refused', (name) => {
    const value =
      name === 'created' || name === 'expires' ? '=1' : name === 'alg' ? '="ed25519"' : '="aaaaaaaaaaaaaaaa"'
    const twice = withParameters(`;${name}${value};${name}${value}`)
    const verifier = rfc9421Verifier()
    expect(codeOf(() => verifier.parse(twice))).toBe('AUTH_MALFORMED')
    // Again by the reading for lists that are known.
    expect(verifier.parse(withParameters(`;${name}${value}`))[0]?.base).toContain(name)
    expect(codeOf(() => verifier.parse(twice))).toBe('AUTH_MALFORMED')
  })

  test.each(['keyid', 'tag'])('%s must be a string', (name) => {
    for (const value of ['', '=k', '=1', '=?1', '=:aw==:', '=1.0', '=@1'])
      expect(refused(`;${name}${value}`)).toBe('AUTH_MALFORMED')
  })

  test('a nonce must be a string', () => {
    for (const value of ['', '=abc', '=1', '=:aw==:', '="a\x7f"', '="a\xe9"', '="a'])
      expect(refused(`;nonce${value}`)).toBe('NONCE_MALFORMED')
  })

  test('alg must be the exact name of a supported algorithm', () => {
    for (const name of Object.keys(ALGORITHMS))
      expect(single(withParameters(`;alg="${name}"`)).claimedAlgorithm).toBe(name)
    for (const name of [
      'none',
      '',
      'ED25519',
      'Ed25519',
      'hs2019',
      'HS256',
      'ed25519 ',
      'rsa-v1_5-sha1',
      'constructor',
      '__proto__',
    ])
      expect(refused(`;alg="${name}"`)).toBe('ALG_UNSUPPORTED')
    for (const value of ['', '=ed25519', '=1', '=("ed25519")'])
      expect(['ALG_UNSUPPORTED', 'AUTH_MALFORMED']).toContain(refused(`;alg${value}`))
  })
})

describe('times are whole seconds in plain digits', () => {
  test.each([
    ['a Decimal', '1618884473.0'],
    ['a Decimal with a fraction', '1618884473.5'],
    ['a negative number', '-1'],
    ['minus zero', '-0'],
    ['a plus sign', '+1618884473'],
    ['a leading zero', '01618884473'],
    ['only zeros', '00'],
    ['an exponent', '1e9'],
    ['an upper-case exponent', '1E9'],
    ['hexadecimal', '0x5F'],
    ['sixteen digits', '1618884473000000'],
    ['forty digits', '1'.repeat(40)],
    ['an underscore', '1_618'],
    ['a thousands mark', "1'618"],
    ['a BigInt suffix', '1618884473n'],
    ['full-width digits', '\uff11\uff17'],
    ['superscript digits', '\xb9\xb2'],
    ['NaN', 'NaN'],
    ['Infinity', 'Infinity'],
    ['null', 'null'],
    ['a string', '"1618884473"'],
    ['a Date', '@1618884473'],
    ['a flag', '?1'],
    ['bytes', ':MTYx:'],
    ['white space', ' 1618884473'],
    ['a dot at the end', '1618884473.'],
    ['a dot at the start', '.5'],
    ['text behind', '1618884473abc'],
    ['two numbers', '1618884473 1'],
    ['nothing', ''],
    ['HTML', '<1>'],
  ])('a time is refused: %s', (_, value) => {
    expect(refused(`;created=${value}`)).toBe('TIMESTAMP_MALFORMED')
    expect(refused(`;expires=${value}`)).toBe('TIMESTAMP_MALFORMED')
    expect(refused(`;keyid="k";created=${value};nonce="n"`)).toBe('TIMESTAMP_MALFORMED')
    expect(refused(`; created=${value}`)).toBe('TIMESTAMP_MALFORMED')
  })

  test('a time as a bare name is refused', () => {
    expect(refused(';created')).toBe('TIMESTAMP_MALFORMED')
    expect(refused(';expires;keyid="k"')).toBe('TIMESTAMP_MALFORMED')
  })

  test('zero and fifteen digits are numbers; a time beyond the year 9999 is only very late', () => {
    expect(single(withParameters(';created=0')).createdMs).toBe(0)
    expect(single(withParameters(';created=253402300799')).createdMs).toBe(253_402_300_799_000)
    expect(single(withParameters(';created=999999999999999')).createdMs).toBe(253_402_300_799_000)
  })

  test('what looks like a time inside a string is text', () => {
    for (const tag of ['a created=1.5', ';created=01', 'x; expires=-1', '\\";created=00'])
      expect(single(withParameters(`;created=1;tag="${tag}"`)).createdMs).toBe(1000)
    const hidden = ';x=%"\\";created=01;keyid="k"'
    expect(refusal(withParameters(hidden), { parameters: ['x'] })).toBe('TIMESTAMP_MALFORMED')
  })
})

describe('the parameters of a list that was parsed', () => {
  const integer = (value: number): Bare => ({ type: 'integer', value })

  test('a time below zero is none, whatever let it through', () => {
    expect(codeOf(() => readParameters([['created', integer(-1)]], new Set()))).toBe('TIMESTAMP_MALFORMED')
    expect(codeOf(() => readParameters([['expires', integer(-1)]], new Set()))).toBe('TIMESTAMP_MALFORMED')
    expect(readParameters([['created', integer(0)]], new Set()).createdMs).toBe(0)
  })

  test('a list holds 32 of them, and not one more', () => {
    const some = (count: number) => Array.from({ length: count }, (_, at) => [`p${at}`, integer(at)] as const)
    const names = new Set(some(33).map(([name]) => name))
    expect(readParameters(some(32), names).keyId).toBeUndefined()
    expect(codeOf(() => readParameters(some(33), names))).toBe('AUTH_TOO_LARGE')
  })

  test('a field that does not parse is blamed on a time only where it broke inside one', () => {
    const broken = (at: number): CountersignError =>
      new CountersignError('FIELD_MALFORMED', `expected a digit at offset ${at}`)
    const codeAt = (text: string, error: unknown) => timestampProblem(text, error)?.code
    expect(codeAt('a=();created=x', broken(13))).toBe('TIMESTAMP_MALFORMED')
    expect(codeAt('a=(); expires=x', broken(14))).toBe('TIMESTAMP_MALFORMED')
    expect(codeAt('a=(); nonce=x', broken(12))).toBe('NONCE_MALFORMED')
    for (const text of ['a=();xcreated=x', 'a=();not-expires=x', 'a=();x-nonce=x', 'a=();created=1;b=x'])
      expect(codeAt(text, broken(text.length - 1)), text).toBeUndefined()
    expect(codeAt('created=x', broken(8))).toBe('TIMESTAMP_MALFORMED')
    expect(codeAt('created=x;a', broken(0))).toBeUndefined()
    for (const error of [new Error('at offset 13'), new CountersignError('FIELD_MALFORMED', 'no place'), undefined])
      expect(codeAt('a=();created=x', error)).toBeUndefined()
    const said = new CountersignError('FIELD_MALFORMED', 'at offset 13 or so')
    expect(codeAt('a=();created=x', said)).toBeUndefined()
  })
})

describe('other parameters', () => {
  test('an unknown one is refused', () => {
    for (const parameter of [
      ';jwk="x"',
      ';x5u="https://evil.example"',
      ';foo',
      ';cnonce="a"',
      ';constructor',
      ';headers="a"',
    ])
      expect(refused(`;created=1${parameter}`)).toBe('AUTH_MALFORMED')
  })

  test('an agreed one is signed with its value, whatever its type', () => {
    const parameters = ';created=1;ext="a \\"b\\"";n=1;d=1.50;t=tok;b=:AQ==:;f;g=?0;at=@5;u=%"%c3%bc"'
    const names = ['ext', 'n', 'd', 't', 'b', 'f', 'g', 'at', 'u']
    const { base } = single(withParameters(parameters), { parameters: names })
    // RFC 9421 2.3: the value is serialised anew, so 1.50 is signed as 1.5.
    expect(base).toBe(`"@method": GET\n"@signature-params": ("@method")${parameters.replace('1.50', '1.5')}`)
  })

  test('an agreed one twice is refused all the same', () => {
    expect(refusal(withParameters(';ext=1;ext=2'), { parameters: ['ext'] })).toBe('AUTH_MALFORMED')
  })
})

describe('the last line keeps the order of the wire (RFC 9421 2.3)', () => {
  const parts = [';created=1', ';expires=2', ';nonce="n"', ';alg="ed25519"', ';keyid="k"', ';tag="t"']
  const orders = [parts, parts.toReversed(), [4, 0, 5, 2, 1, 3].map((at) => parts[at] as string)]
  const lastLine = (base: unknown) => String(base).split('\n').at(-1)

  test.each(orders.map((order) => order.join('')))('the order %s is kept', (parameters) => {
    // The first reading goes through the full parser, the second through the one for known lists.
    const verifier = rfc9421Verifier()
    for (let round = 0; round < 2; round++) {
      const [found] = verifier.parse(withParameters(parameters))
      expect(lastLine(found?.base)).toBe(`"@signature-params": ("@method")${parameters}`)
    }
  })

  test('optional white space is not signed', () => {
    const spaced = withInput(request(), 'sig1=(  "@method"   "@path" );   created=1; keyid="k"')
    expect(lastLine(single(spaced).base)).toBe('"@signature-params": ("@method" "@path");created=1;keyid="k"')
  })
})

import { describe, expect, test } from 'vitest'
import { parse, refusal, request, single, withInput } from './support.js'

const INPUT = 'sig1=("@method");created=1;keyid="k"'
const refusedFields = (...fields: readonly string[]): string => refusal(request({ fields }))
const refusedSignature = (signature: string): string => refusal(withInput(request(), INPUT, signature))

describe('both fields, the same labels (RFC 9421 4)', () => {
  test('a message with neither field is not of this scheme', () => {
    expect(parse(request())).toEqual([])
    expect(parse(request({ fields: ['Signature-Inputs', 'x', 'X-Signature', 'y', 'signature_input', 'z'] }))).toEqual(
      [],
    )
  })

  test('field names are matched in any case', () => {
    expect(single(request({ fields: ['SIGNATURE-INPUT', INPUT, 'signature', 'sig1=:AAAA:'] })).keyId).toBe('k')
  })

  test('one field without the other is malformed', () => {
    expect(refusedFields('Signature-Input', INPUT)).toBe('AUTH_MALFORMED')
    expect(refusedFields('Signature', 'sig1=:AAAA:')).toBe('AUTH_MALFORMED')
  })

  test.each([
    ['another label', INPUT, 'sig2=:AAAA:'],
    ['one label too many in Signature', INPUT, 'sig1=:AAAA:, sig2=:AAAA:'],
    ['one label too few in Signature', `${INPUT}, sig2=()`, 'sig1=:AAAA:'],
    ['as many labels, but others', `${INPUT}, sig2=()`, 'sig1=:AAAA:, sig3=:AAAA:'],
    ['a label of an object member', INPUT, 'constructor=:AAAA:'],
  ])('the fields are refused: %s', (_, input, signature) => {
    expect(refusal(withInput(request(), input, signature))).toBe('AUTH_MALFORMED')
  })

  test.each([
    ['in Signature-Input', `${INPUT}, ${INPUT}`, 'sig1=:AAAA:'],
    ['in Signature', INPUT, 'sig1=:AAAA:, sig1=:AAAA:'],
    ['in both', `${INPUT}, sig1=()`, 'sig1=:AAAA:, sig1=:BBBB:'],
    ['beside another', `${INPUT}, sig2=(), sig1=()`, 'sig1=:AAAA:, sig2=:BBBB:'],
  ])('a label that comes twice is refused: %s', (_, input, signature) => {
    expect(refusal(withInput(request(), input, signature))).toBe('AUTH_DUPLICATE')
  })

  test('a label that comes twice over two lines is refused', () => {
    expect(refusedFields('Signature-Input', INPUT, 'Signature-Input', INPUT, 'Signature', 'sig1=:AAAA:')).toBe(
      'AUTH_DUPLICATE',
    )
    expect(refusedFields('Signature-Input', INPUT, 'Signature', 'sig1=:AAAA:', 'Signature', 'sig1=:AAAA:')).toBe(
      'AUTH_DUPLICATE',
    )
  })

  test.each(['', ' ', '\t'])('an empty field (%j) is mine, and broken', (empty) => {
    expect(refusal(withInput(request(), empty))).toBe('AUTH_MALFORMED')
    expect(['AUTH_MALFORMED', 'SIGNATURE_MALFORMED']).toContain(refusedSignature(empty))
    expect(refusal(withInput(request(), empty, empty))).toBe('AUTH_MALFORMED')
  })

  test.each([
    ['no list', 'sig1'],
    ['a string', 'sig1="@method"'],
    ['a number', 'sig1=1'],
    ['bytes', 'sig1=:AAAA:'],
    ['an unclosed list', 'sig1=("@method"'],
    ['an unclosed string', 'sig1=("@method)'],
    ['no space between two components', 'sig1=("@method""@path")'],
    ['a comma inside the list', 'sig1=("@method", "@path")'],
    ['a nested list', 'sig1=(("@method"))'],
    ['text behind', `${INPUT} x`],
    ['a comma at the end', `${INPUT},`],
    ['an upper-case label', 'Sig1=("@method")'],
    ['no label', '=("@method")'],
    ['an upper-case parameter', 'sig1=("@method");Created=1'],
    ['a lone semicolon', 'sig1=("@method");'],
    ['a raw line break', 'sig1=("@method")\n'],
    ['NUL', 'sig1=("@method\0")'],
    ['a character beyond ASCII', 'sig1=("@m\xe9thod")'],
    ['a list of another scheme', 'keyId="k",algorithm="hs2019"'],
  ])('a Signature-Input with %s is refused', (_, input) => {
    expect(refusal(withInput(request(), input))).toBe('AUTH_MALFORMED')
  })
})

describe('the signature itself', () => {
  test('canonical base64 is taken as it is', () => {
    for (const text of ['AA==', 'AAA=', 'AAAA', '+/+/'])
      expect(single(withInput(request(), INPUT, `sig1=:${text}:`)).signature).toEqual(
        Uint8Array.from(atob(text), (char) => char.charCodeAt(0)),
      )
  })

  // One signature must have one spelling: a log, a cache or a replay key may be made of its text.
  test.each([
    ['no padding', 'AA'],
    ['half the padding', 'AA='],
    ['too much padding', 'AAAA===='],
    ['spare bits set, one byte', 'AB=='],
    ['spare bits set, two bytes', 'AAB='],
    ['the URL alphabet', '-_-_'],
    ['white space inside', 'AA AA'],
    ['white space at the end', 'AAAA '],
    ['padding inside', 'AA==AAAA'],
    ['a quote', '"AAAA"'],
    ['NUL', 'AAA\0'],
    ['a character beyond ASCII', 'AAA\xc1'],
    ['one character', 'A'],
    ['only padding', '===='],
    ['a percent escape', 'AA%3D%3D'],
  ])('a base64 with %s is refused', (_, text) => {
    expect(refusedSignature(`sig1=:${text}:`)).toBe('SIGNATURE_MALFORMED')
  })

  test.each([
    ['empty', 'sig1=::'],
    ['unclosed', 'sig1=:AAAA'],
    ['one colon', 'sig1=:'],
    ['a string', 'sig1="AAAA"'],
    ['a token', 'sig1=AAAA'],
    ['a number', 'sig1=1'],
    ['a flag', 'sig1'],
    ['the last parameter of a flag', 'sig1;x=:AAAA:'],
    ['the last of two parameters of a flag', 'sig1;x;y=:AAAA:'],
    ['the parameter of another value', 'sig1=?1;x=:AAAA:'],
    ['a list', 'sig1=(:AAAA:)'],
    ['with a parameter', 'sig1=:AAAA:;alg="ed25519"'],
    ['with text behind', 'sig1=:AAAA:x'],
    ['in an upper-case label', 'Sig1=:AAAA:'],
    ['of draft-cavage', 'keyId="k",signature="AAAA"'],
  ])('a signature that is %s', (_, signature) => {
    expect(refusedSignature(signature)).toBe('SIGNATURE_MALFORMED')
  })

  test('an algorithm that is not supported is named before a signature that is empty, in whatever form the fields are', () => {
    const input = '("@method");created=1;keyid="k";alg="none"'
    for (const [fields, signature] of [
      [`sig1=${input}`, 'sig1=::'],
      [` sig1=${input} `, ' sig1=:: '],
      [`sig1=${input}, sig2=("@method")`, 'sig1=::, sig2=:AAAA:'],
    ] as const)
      for (let time = 0; time < 2; time++)
        expect(refusal(withInput(request(), fields, signature))).toBe('ALG_UNSUPPORTED')
  })
})

describe('sizes', () => {
  const filled = (length: number): string => {
    const head = 'sig1=("@method");created=1;keyid="'
    return `${head}${'k'.repeat(length - head.length - 1)}"`
  }

  test('16384 characters are read, one more is not', () => {
    expect(single(withInput(request(), filled(16_384))).keyId).toHaveLength(16_384 - 35)
    expect(refusal(withInput(request(), filled(16_385)))).toBe('AUTH_TOO_LARGE')
    expect(refusedSignature(`sig1=:${'A'.repeat(16_384 - 8)}:, `)).toBe('SIGNATURE_MALFORMED')
    expect(refusedSignature(`sig1=:${'A'.repeat(16_384)}:`)).toBe('AUTH_TOO_LARGE')
  })

  test('the lines of a field count together', () => {
    const half = (label: string) => `${label}=("@method");keyid="${'k'.repeat(8_000)}"`
    const fields = ['a', 'b', 'c'].flatMap((label) => ['Signature-Input', half(label), 'Signature', `${label}=:AAAA:`])
    expect(refusedFields(...fields)).toBe('AUTH_TOO_LARGE')
  })

  const many = (count: number) => {
    const labels = Array.from({ length: count }, (_, at) => `s${at}`)
    return [labels.map((one) => `${one}=()`).join(','), labels.map((one) => `${one}=:AAAA:`).join(',')] as const
  }

  test('16 signatures are read, 17 are not', () => {
    expect(parse(withInput(request(), ...many(16)))).toHaveLength(16)
    expect(refusal(withInput(request(), ...many(17)))).toBe('AUTH_TOO_LARGE')
    expect(refusal(withInput(request(), many(1)[0], many(17)[1]))).toBe('AUTH_TOO_LARGE')
  })

  const components = (count: number) => {
    const names = Array.from({ length: count }, (_, at) => `x-${at}`)
    const list = names.map((name) => `"${name}"`).join(' ')
    return withInput(request({ fields: names.flatMap((name) => [name, 'v']) }), `sig1=(${list});created=1`)
  }

  test('64 components are read, 65 are not', () => {
    expect(single(components(64)).covered).toHaveLength(64)
    expect(refusal(components(65))).toBe('AUTH_TOO_LARGE')
  })

  test('a component has at most 8 parameters, a signature at most 32', () => {
    const parameters = (count: number) => Array.from({ length: count }, (_, at) => `;p${at}`).join('')
    expect(refusal(withInput(request(), `sig1=("@method"${parameters(8)})`))).toBe('AUTH_MALFORMED')
    expect(refusal(withInput(request(), `sig1=("@method"${parameters(9)})`))).toBe('AUTH_TOO_LARGE')
    expect(refusal(withInput(request(), `sig1=("@method")${parameters(32)}`))).toBe('AUTH_MALFORMED')
    expect(refusal(withInput(request(), `sig1=("@method")${parameters(33)}`))).toBe('AUTH_TOO_LARGE')
  })
})

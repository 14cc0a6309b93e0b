import { describe, expect, test } from 'vitest'
import { base64, base64Decode } from '../../../../src/crypto/encoding.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import { BASE64, BASE64URL, HEX } from '../../../../src/schemes/webhook/codecs.js'
import {
  inField,
  inPairs,
  inVersions,
  MAX_SIGNATURES,
  oneLine,
  prefixedSignature,
  readPairs,
  signatureBytes,
} from '../../../../src/schemes/webhook/places.js'
import { textOf } from '../../../expect-code.js'

const request = (...fields: string[]): HttpRequest => ({ ...httpRequest({ url: 'https://a/' }), fields })
const signed = { time: '17', id: 'd', request: request() } as const
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

describe('a part of a text that is a signature', () => {
  const ALL = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code))

  test('in hexadecimal has digits in lower case and no other character, in each place', () => {
    const digits = '0123456789abcdef'
    for (const one of ALL) {
      const value = digits.indexOf(one)
      expect(HEX.decode(`${one}0`)).toEqual(value < 0 ? undefined : bytes(value * 16))
      expect(HEX.decode(`0${one}`)).toEqual(value < 0 ? undefined : bytes(value))
    }
    expect(HEX.decode('000')).toBeUndefined()
    expect(HEX.encode(bytes(0, 0xa5))).toBe('00a5')
  })

  test.each([
    [HEX, 'fbff', 'FBFF'],
    [BASE64, '+/8=', '-_8='],
    [BASE64URL, '-_8', '+/8'],
  ])('is decoded where it stands: %o', (codec, text, other) => {
    const value = bytes(0xfb, 0xff)
    expect(codec.encode(value)).toBe(text)
    expect(codec.decode(text)).toEqual(value)
    expect(codec.decode(`a=${text}`, 2)).toEqual(value)
    expect(codec.decode(`a=${text},b`, 2, 2 + text.length)).toEqual(value)
    expect(codec.decode(`a=${text},b`, 2)).toBeUndefined()
    expect(codec.decode(other)).toBeUndefined()
  })

  test('in base64 is what the strict decoder of whole texts makes of it, for every length and every character in each place', () => {
    const check = (text: string): void => {
      const expected = base64Decode(text)
      expect(BASE64.decode(text), text).toEqual(expected)
      expect(BASE64.decode(`=${text}=`, 1, 1 + text.length), `=${text}=`).toEqual(expected)
    }
    for (let length = 0; length <= 40; length++) {
      const text = base64(Uint8Array.from({ length }, (_, at) => at * 37 + length))
      for (let cut = 0; cut <= Math.min(text.length, 9); cut++) check(text.slice(cut))
      for (let end = 0; end <= Math.min(text.length, 5); end++) check(text.slice(0, text.length - end))
    }
    for (const zeros of ['AA==', 'AAA=', 'AAAA', 'AAAAAA==', 'AAAAAAA=']) check(zeros)
    for (const text of ['AQIDBAUG', 'AQIDBAU=', 'AQIDBA=='])
      for (let at = 0; at < text.length; at++)
        for (const one of ALL) check(text.slice(0, at) + one + text.slice(at + 1))
  })

  test('has bytes, and is refused with the name of how it is written', () => {
    expect(signatureBytes('00', HEX, 'x-sig')).toEqual(bytes(0))
    for (const wrong of ['', '0', 'g0'])
      expect(textOf(() => signatureBytes(wrong, HEX, 'x-sig'))).toBe(
        'SIGNATURE_MALFORMED x-sig must hold a signature in hex',
      )
    expect(textOf(() => signatureBytes('=', BASE64, 'x-sig'))).toMatch(/in base64$/)
  })

  test('stands behind its prefix', () => {
    expect(prefixedSignature('v0=0a', 'v0=', HEX, 'x-sig')).toEqual(bytes(10))
    expect(textOf(() => prefixedSignature('v1=0a', 'v0=', HEX, 'x-sig'))).toBe(
      'SIGNATURE_MALFORMED x-sig must start with "v0="',
    )
    for (const codec of [HEX, BASE64, BASE64URL])
      expect(textOf(() => prefixedSignature('v0=', 'v0=', codec, 'x-sig'))).toMatch(/^SIGNATURE_MALFORMED/)
  })
})

describe('a field that holds one signature', () => {
  test('stands once, in any case of its name, and its value is not cut', () => {
    expect(oneLine(request('X-SIG', ' 0a\t'), 'x-sig')).toBe(' 0a\t')
    expect(oneLine(request('x-other', '0a'), 'x-sig')).toBeUndefined()
    expect(textOf(() => oneLine(request('X-Sig', '0a', 'x-sig', '0a'), 'x-sig'))).toBe(
      'AUTH_DUPLICATE x-sig must stand once',
    )
  })

  test('is read and written with its prefix, or without one', () => {
    const plain = inField('X-Sig', HEX)
    expect(plain.read(request('x-sig', '0a'))).toEqual({ signatures: [bytes(10)] })
    expect(plain.read(request())).toBeUndefined()
    expect(plain.write(['0a'], signed)).toEqual(['X-Sig', '0a'])
    const prefixed = inField('X-Sig', HEX, { prefix: 'sha256=' })
    expect(prefixed.read(request('x-sig', 'sha256=0a'))).toEqual({ signatures: [bytes(10)] })
    expect(prefixed.write(['0a'], signed)).toEqual(['X-Sig', 'sha256=0a'])
    expect(textOf(() => prefixed.read(request('x-sig', '0a')))).toMatch(/x-sig must start with "sha256="$/)
  })
})

describe('a field of pairs', () => {
  const form = { time: 't', signature: 'v1', separator: ',' } as const
  const others = { ...form, others: true } as const
  const read = (text: string, of: Parameters<typeof readPairs>[2] = form) => readPairs(text, HEX, of, 'x-sig')
  const MALFORMED = 'AUTH_MALFORMED x-sig must be pairs such as t=…,v1=…'

  test.each([
    ['t=17,v1=0a', '17', [bytes(10)]],
    ['v1=0a,t=17', '17', [bytes(10)]],
    ['t=17,  v1=0a', '17', [bytes(10)]],
    ['t=17,v1=0a,v1=0b', '17', [bytes(10), bytes(11)]],
    ['t=1=7,v1=0a', '1=7', [bytes(10)]],
    ['t=,v1=0a', '', [bytes(10)]],
    ['t=17 ,v1=0a', '17 ', [bytes(10)]],
  ])('the field %s is read', (text, time, signatures) => {
    expect(read(text)).toEqual({ time, signatures })
    expect(read(text, others)).toEqual({ time, signatures })
  })

  test.each([
    ['', MALFORMED],
    ['t=17', MALFORMED],
    ['v1=0a', MALFORMED],
    ['t,v1=0a', MALFORMED],
    ['t=17,v1', MALFORMED],
    ['t=17,,v1=0a', MALFORMED],
    ['t=17,v1=0a,', MALFORMED],
    ['=17,v1=0a', MALFORMED],
    ['t =17,v1=0a', MALFORMED],
    ['t=17,v1=0a,v0=0b', MALFORMED],
    ['t=17;v1=0a', MALFORMED],
    ['t=17,t=18,v1=0a', 'AUTH_DUPLICATE x-sig has "t" twice'],
    ['t=17,t=17,v1=0a', 'AUTH_DUPLICATE x-sig has "t" twice'],
    ['t=17,v1=', 'SIGNATURE_MALFORMED x-sig must hold a signature in hex'],
    ['t=17,v1=0a ,v1=0b', 'SIGNATURE_MALFORMED x-sig must hold a signature in hex'],
  ])('the field %s is refused', (text, refusal) => {
    expect(textOf(() => read(text))).toBe(refusal)
  })

  test('may have other pairs where the form has them, and none without a name and a value', () => {
    expect(read('t=17,v0=zz,v1=0a', others)).toEqual({ time: '17', signatures: [bytes(10)] })
    for (const text of ['t=17,v0,v1=0a', 't=17,v1=0a,x']) expect(textOf(() => read(text, others))).toBe(MALFORMED)
  })

  test('has at most eight signatures', () => {
    const many = (count: number): string => `t=17${',v1=0a'.repeat(count)}`
    expect(read(many(MAX_SIGNATURES)).signatures.length).toBe(8)
    expect(textOf(() => read(many(MAX_SIGNATURES + 1)))).toBe('AUTH_TOO_LARGE x-sig has too many signatures')
  })

  test.each([',', ', ', ';'] as const)('is written as it is read, with %j between pairs', (separator) => {
    const place = inPairs('X-Sig', HEX, { ...form, separator })
    const lines = place.write(['0a', '0b'], signed)
    expect(lines).toEqual(['X-Sig', ['t=17', 'v1=0a', 'v1=0b'].join(separator)])
    expect(place.read(request(...(lines as string[])))).toEqual({ time: '17', signatures: [bytes(10), bytes(11)] })
    expect(place.read(request())).toBeUndefined()
    expect(textOf(() => place.read(request('x-sig', 't=17')))).toBe(
      `AUTH_MALFORMED x-sig must be pairs such as t=…${separator}v1=…`,
    )
  })
})

describe('a field of signatures with versions', () => {
  const place = inVersions('X-Sig', 'v1')
  const read = (text: string) => place.read(request('x-sig', text))
  const list = (...versions: string[]): string => versions.map((one) => `${one},Cg==`).join(' ')
  const many = (version: string, count: number): string[] => Array<string>(count).fill(version)

  test('has those of one version that count, and is written with it', () => {
    expect(read(list('v1'))).toEqual({ signatures: [bytes(10)] })
    expect(read('v1a,zz v1,Cw== v2,')).toEqual({ signatures: [bytes(11)] })
    expect(place.read(request())).toBeUndefined()
    expect(place.codec).toBe(BASE64)
    expect(place.write(['Cg==', 'Cw=='], signed)).toEqual(['X-Sig', 'v1,Cg== v1,Cw=='])
  })

  test.each([
    ['', 'AUTH_MALFORMED x-sig must be a list such as "v1,…", separated by one space'],
    ['Cg==', 'AUTH_MALFORMED x-sig must be a list such as "v1,…", separated by one space'],
    [',Cg==', 'AUTH_MALFORMED x-sig must be a list such as "v1,…", separated by one space'],
    ['v1,Cg==  v1,Cg==', 'AUTH_MALFORMED x-sig must be a list such as "v1,…", separated by one space'],
    [' v1,Cg==', 'AUTH_MALFORMED x-sig must be a list such as "v1,…", separated by one space'],
    ['v1,Cg== ', 'AUTH_MALFORMED x-sig must be a list such as "v1,…", separated by one space'],
    ['v1 v1,Cg==', 'AUTH_MALFORMED x-sig must be a list such as "v1,…", separated by one space'],
    ['v2,Cg==', 'AUTH_MALFORMED x-sig has no signature of version "v1"'],
    ['v1,', 'SIGNATURE_MALFORMED x-sig must hold a signature in base64'],
    ['v1,,Cg==', 'SIGNATURE_MALFORMED x-sig must hold a signature in base64'],
  ])('the field %j is refused', (text, refusal) => {
    expect(textOf(() => read(text))).toBe(refusal)
  })

  test('has at most eight that count, of at most sixteen', () => {
    expect(read(list(...many('v1', 8), ...many('v2', 8)))?.signatures.length).toBe(8)
    for (const text of [list(...many('v1', 9)), list('v1', ...many('v2', 16))])
      expect(textOf(() => read(text))).toBe('AUTH_TOO_LARGE x-sig has too many signatures')
  })
})

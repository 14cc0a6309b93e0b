import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ALGORITHM_NAMES, type KeyAlgorithm } from '../../../../src/crypto/algorithm.js'
import { base64url, utf8 } from '../../../../src/crypto/encoding.js'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import { type HttpRequest, httpRequest, httpResponse } from '../../../../src/message/message.js'
import {
  assertKnownParams,
  authParams,
  credentialsOf,
  requiredParam,
  singleValue,
} from '../../../../src/schemes/legacy/auth-params.js'
import { digestLine, fieldDigests } from '../../../../src/schemes/legacy/digest-field.js'
import { ecdsaFromDer, ecdsaToDer } from '../../../../src/schemes/legacy/ecdsa-der.js'
import { joseName, jwsInput, readJws, textClaim, timeClaim } from '../../../../src/schemes/legacy/jose.js'
import { encodedObject, jsonObject, memberOf, textMember } from '../../../../src/schemes/legacy/json.js'
import {
  assertLine,
  assertNoOptions,
  assertSigningKey,
  assertUnsignedRequest,
  PLAIN,
} from '../../../../src/schemes/legacy/signing.js'
import { secondsOf } from '../../../../src/schemes/legacy/times.js'
import { uniqueNonce } from '../../../../src/schemes/legacy/untrusted.js'
import { withCode } from '../../../expect-code.js'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const malformed = (text: string) => withCode('AUTH_MALFORMED', text)

describe('parameters of credentials', () => {
  const read = (text: string) => Object.fromEntries(authParams('it', text))

  test('are names with a quoted text or digits, between commas and white space', () => {
    expect(read('a="b c", d-e_F1=12 ,\tg="" ')).toEqual({ a: 'b c', 'd-e_F1': '12', g: '' })
    expect(read(' a=123456789012345')).toEqual({ a: '123456789012345' })
  })

  test.each([
    ...['', ' ', 'a', 'a=b', 'a="b', 'a="b"c', 'a="b"; c="d"', 'a="b",', 'a="b", ', ',a="b"', '1a="b"', 'a ="b"'],
    ...['a="b\\"c"', 'a="é"', 'a="b\tc"', 'a=1234567890123456', 'a=-1', 'a="b" c="d"', 'x', '"a"="b"'],
  ])('are not %j', (text) => {
    expect(() => authParams('it', text)).toThrow(malformed('it must be parameters such as name="value"'))
  })

  test('have each name once, in at most 16384 characters', () => {
    expect(() => authParams('it', 'a="b",a="c"')).toThrow(withCode('AUTH_DUPLICATE', 'it holds a parameter twice'))
    const long = (length: number): string => `a="${'x'.repeat(length - 4)}"`
    expect(read(long(16_384))).toEqual({ a: 'x'.repeat(16_380) })
    expect(() => authParams('it', long(16_385))).toThrow(withCode('AUTH_TOO_LARGE', 'more than 16384 characters'))
  })

  test('are needed with a text in them, and known', () => {
    const params = new Map([
      ['a', 'b'],
      ['c', ''],
    ])
    expect(requiredParam('it', params, 'a')).toBe('b')
    for (const name of ['c', 'd'])
      expect(() => requiredParam('it', params, name)).toThrow(malformed(`it lacks "${name}"`))
    expect(() => assertKnownParams('it', params, new Set(['a', 'c', 'd']))).not.toThrow()
    expect(() => assertKnownParams('it', params, new Set(['a']))).toThrow(malformed('it holds an unknown parameter'))
  })
})

describe('credentials of a scheme', () => {
  const of = (...lines: string[]) =>
    credentialsOf(
      lines.flatMap((value) => ['Authorization', value]),
      'authorization',
      'Hawk',
    )

  test('follow its name, in either case, and white space', () => {
    expect(of('Hawk id="a"')).toBe('id="a"')
    expect(of(' hAWK\t id="a" ')).toBe('id="a"')
    expect(of('Hawk')).toBe('')
  })

  test('are absent where the field is, and where it is of another scheme', () => {
    expect(of()).toBeUndefined()
    for (const other of ['Hawks id="a"', 'Bearer Hawk', 'Haw', 'xHawk a', '']) expect(of(other)).toBeUndefined()
    expect(of('Bearer a', 'Basic b')).toBeUndefined()
  })

  test('stand in the one line of their field', () => {
    for (const lines of [
      ['Hawk a', 'Hawk a'],
      ['Hawk a', 'Bearer b'],
      ['Bearer b', 'Hawk a'],
    ])
      expect(() => of(...lines)).toThrow(withCode('AUTH_DUPLICATE', 'field "authorization" is repeated'))
  })
})

test('a field that may stand once has its value without the white space around it', () => {
  expect(singleValue([], 'x-a')).toBeUndefined()
  expect(singleValue(['X-A', ' b '], 'x-a')).toBe('b')
  expect(() => singleValue(['X-A', 'b', 'x-a', 'b'], 'x-a')).toThrow(
    withCode('HEADER_DUPLICATE', 'field "x-a" is repeated'),
  )
})

describe('the field Digest', () => {
  const digest = (algorithm: string, text = 'body') => createHash(algorithm).update(text).digest()
  const sha256 = digest('sha256').toString('base64')
  const sha512 = digest('sha512').toString('base64')
  const of = (...values: string[]) => fieldDigests(values.flatMap((value) => ['Digest', value]))

  test('has the digests of SHA-2, whatever the case of their names', () => {
    const first = { hash: 'sha256', digest: new Uint8Array(digest('sha256')) }
    const second = { hash: 'sha512', digest: new Uint8Array(digest('sha512')) }
    expect(of(`SHA-256=${sha256}`)).toEqual([first])
    expect(of(`sha-512=${sha512} ,\tSha-256=${sha256}`)).toEqual([second, first])
    expect(of(`SHA-256=${sha256}`, `SHA-512=${sha512}`)).toEqual([first, second])
    expect(of(`MD5=AAAA,SHA-256=${sha256},x-1=`)).toEqual([first])
  })

  test('is missing where no digest in it counts', () => {
    expect(() => fieldDigests([])).toThrow(withCode('DIGEST_MISSING', 'the message has no Digest field'))
    expect(() => of('MD5=AAAA')).toThrow(withCode('DIGEST_MISSING', 'names no algorithm that counts'))
  })

  test('is a list of digests, each algorithm once', () => {
    for (const value of [
      ...['', 'SHA-256', `SHA-256 =${sha256}`, `x SHA-256=${sha256}`, `SHA-256=${sha256};a`, `SHA_256=${sha256}`],
      ...[`SHA-256=${sha256},`, `SHA-256=${sha256},sha-256=${sha256}`, 'MD5=AAAA,md5=AAAA', 'SHA-256=A===', '=AAAA'],
      ...[`${'a'.repeat(33)}=AAAA`, `SHA-256="${sha256}"`],
    ])
      expect(() => of(value)).toThrow(malformed('Digest must be a list such as SHA-256=base64, each algorithm once'))
    expect(of(`${'a'.repeat(32)}=AAAA,SHA-256=${sha256}`)).toHaveLength(1)
  })

  test('has all the bytes of a digest, in canonical base64', () => {
    for (const [value, text] of [
      ['SHA-256=AAAA', 'the sha-256 digest must have 32 bytes'],
      [`SHA-256=${sha512}`, 'the sha-256 digest must have 32 bytes'],
      [`SHA-256=${sha256.slice(0, -1)}`, 'the sha-256 digest must have 32 bytes'],
      [`SHA-512=${sha256}`, 'the sha-512 digest must have 64 bytes'],
    ] as const)
      expect(() => of(value)).toThrow(malformed(text))
  })

  test('is added for a body without one, and for nothing else', () => {
    const request = (body: string | null, ...fields: string[]): HttpRequest => ({
      ...httpRequest({ method: 'POST', url: 'https://a.example/', ...(body !== null && { body }) }),
      fields,
    })
    expect(digestLine(request('body'))).toEqual(['Digest', `SHA-256=${sha256}`])
    expect(digestLine(request(null))).toEqual([])
    expect(digestLine(request('body', 'Digest', 'x'))).toEqual([])
    const stream = { ...request('body'), body: new ReadableStream() as never }
    expect(() => digestLine(stream)).toThrow(withCode('MESSAGE_MALFORMED', 'a stream needs a Digest field of its own'))
    expect(digestLine({ ...stream, fields: ['digest', 'x'] })).toEqual([])
  })
})

describe('an ECDSA signature in DER', () => {
  test('has both halves as whole numbers', () => {
    expect(ecdsaToDer(bytes(0, 1, 0x80, 2))).toEqual(bytes(0x30, 8, 2, 1, 1, 2, 3, 0, 0x80, 2))
    expect(ecdsaFromDer(bytes(0x30, 8, 2, 1, 1, 2, 3, 0, 0x80, 2), 2)).toEqual(bytes(0, 1, 0x80, 2))
    expect(ecdsaFromDer(bytes(0x30, 6, 2, 1, 1, 2, 1, 2), 1)).toEqual(bytes(1, 2))
    expect(ecdsaFromDer(bytes(0x30, 6, 2, 1, 1, 2, 1, 2), 3)).toEqual(bytes(0, 0, 1, 0, 0, 2))
  })

  test('is nothing where it is not strict DER of two numbers of that size', () => {
    for (const der of [
      bytes(),
      bytes(0x30, 6, 2, 1, 1, 2, 1, 2, 0),
      bytes(0x30, 7, 2, 1, 1, 2, 1, 2, 0),
      bytes(0x30, 3, 2, 1, 1),
      bytes(0x30, 7, 2, 2, 1, 1, 2, 1, 2),
      bytes(0x30, 7, 2, 1, 1, 2, 2, 1, 2),
      bytes(0x31, 6, 2, 1, 1, 2, 1, 2),
    ])
      expect(ecdsaFromDer(der, 1)).toBeUndefined()
  })

  test('fails with an error that is not of the reader', () => {
    expect(() => ecdsaFromDer(undefined as never, 1)).toThrow(TypeError)
  })
})

describe('a JSON Web Signature', () => {
  const text = (value: unknown): string => base64url(utf8(typeof value === 'string' ? value : JSON.stringify(value)))
  const token = (header: unknown, claims: unknown = {}, signature = 'AAAA'): string =>
    `${text(header)}.${text(claims)}.${signature}`

  test('is read as it came', () => {
    const input = jwsInput({ alg: 'ES256', typ: 'JWT' }, { a: 1 })
    expect(input).toBe(`${text('{"alg":"ES256","typ":"JWT"}')}.${text('{"a":1}')}`)
    expect(readJws('it', `${input}.AQI`)).toEqual({
      header: { alg: 'ES256', typ: 'JWT' },
      claims: { a: 1 },
      input,
      signature: bytes(1, 2),
      algorithm: 'ecdsa-p256-sha256',
    })
  })

  test('names each algorithm that has a name', () => {
    for (const algorithm of ALGORITHM_NAMES)
      expect(readJws('it', token({ alg: joseName(algorithm as KeyAlgorithm) })).algorithm).toBe(algorithm)
    expect(readJws('it', token({ alg: 'Ed25519' })).algorithm).toBe('ed25519')
    expect(joseName('hmac-sha1' as never)).toBeUndefined()
    for (const alg of ['none', 'undefined', undefined, null, 5, ['ES256', 'x'], 'toString', ''])
      expect(() => readJws('it', token({ alg }))).toThrow(
        withCode('ALG_UNSUPPORTED', 'it names an algorithm that is not supported'),
      )
  })

  test('has three parts and no extension', () => {
    for (const odd of ['', 'a', 'a.b', `${token({ alg: 'ES256' })}.`, token({ alg: 'ES256' }).replace('.', '..')])
      expect(() => readJws('it', odd)).toThrow(malformed('it must have three parts'))
    for (const name of ['crit', 'b64'])
      for (const value of [false, null, []])
        expect(() => readJws('it', token({ alg: 'ES256', [name]: value }))).toThrow(
          malformed('it asks for an extension that is not supported'),
        )
  })

  test('has a header, claims and a signature that can be read', () => {
    const alg = 'ES256'
    expect(() => readJws('it', token('x'))).toThrow(malformed('the header of it must be JSON'))
    expect(() => readJws('it', token({ alg }, []))).toThrow(malformed('the claims of it must be an object'))
    for (const signature of ['', 'A', 'AAAA=', 'AB', '!AAA'])
      expect(() => readJws('it', token({ alg }, {}, signature))).toThrow(
        withCode('SIGNATURE_MALFORMED', 'the signature of it must be unpadded base64url'),
      )
  })

  test('has at most 16384 characters', () => {
    const start = `${text({ alg: 'ES256' })}.${text({})}.`
    const of = (length: number): string => start + 'A'.repeat(length - start.length)
    expect((16_384 - start.length) % 4).not.toBe(1)
    expect(readJws('it', of(16_384)).signature.length).toBeGreaterThan(12_000)
    expect(() => readJws('it', of(16_385))).toThrow(withCode('AUTH_TOO_LARGE', 'it has more than 16384 characters'))
  })

  test('has times in whole seconds, and texts that are text', () => {
    for (const [value, ms] of [
      [1, 1_000],
      [99_999_999_999, 99_999_999_999_000],
      [undefined, undefined],
    ])
      expect(timeClaim({ iat: value }, 'iat')).toBe(ms)
    expect(timeClaim({}, 'toString')).toBeUndefined()
    for (const value of [0, -1, 1.5, '1', null, 100_000_000_000])
      expect(() => timeClaim({ iat: value }, 'iat')).toThrow(
        withCode('TIMESTAMP_MALFORMED', '"iat" must be whole seconds since the epoch'),
      )
    expect([textClaim({ a: '' }, 'a'), textClaim({}, 'a')]).toEqual(['', undefined])
    for (const value of [1, null, []]) expect(() => textClaim({ a: value }, 'a')).toThrow(malformed('"a" must be text'))
  })
})

describe('an object of JSON', () => {
  test('has each name once, in every object of it', () => {
    for (const text of [
      '{}',
      ' { "a" : 1 , "b" : { "a" : 1 } , "c" : [ { "a" : 1 } , { "a" : 1 } ] , "d" : "a" } ',
      '{"a":["a","a"],"b":"{\\"a\\":1,\\"a\\":2}","c":{"b":1},"d":["\\"a\\":"]}',
      '{"a":{"b":1},"b":[{"c":1}],"c":2}',
    ])
      expect(jsonObject('it', text)).toEqual(JSON.parse(text))
    for (const text of [
      '{"a":1,"a":2}',
      '{"a":1,"\\u0061":2}',
      '{"b":{"a":1,"a":2}}',
      '{"b":[{"a":1,"c":[],"a" : 2}]}',
      '{"a":{"b":1},"a":2}',
      '{"a":[1,2],"a":2}',
      '[{"a":1,"a":2}]',
    ])
      expect(() => jsonObject('it', text)).toThrow(malformed('it holds a name twice'))
  })

  test('is JSON and an object', () => {
    for (const text of ['', 'x', '{', "{'a':1}", '{"a":1,}'])
      expect(() => jsonObject('it', text)).toThrow(malformed('it must be JSON'))
    for (const text of ['[]', 'null', '"a"', '1', 'true'])
      expect(() => jsonObject('it', text)).toThrow(malformed('it must be an object'))
  })

  test('stands in unpadded base64url of UTF-8, of at most 16384 characters', () => {
    const of = (text: string): string => base64url(utf8(text))
    expect(encodedObject('it', of('{"a":"é"}'))).toEqual({ a: 'é' })
    for (const text of ['e30=', 'e3+', '!', base64url(bytes(0x22, 0xff, 0x22)), 'A'])
      expect(() => encodedObject('it', text)).toThrow(malformed('it must be JSON in unpadded base64url'))
    const long = (length: number): string => of(`{"a":"${'x'.repeat(Math.floor((length * 3) / 4) - 8)}"}`)
    expect(long(16_384)).toHaveLength(16_384)
    expect(encodedObject('it', long(16_384))).toBeDefined()
    expect(() => encodedObject('it', `${long(16_384)}A`)).toThrow(withCode('AUTH_TOO_LARGE', 'more than 16384'))
  })

  test('has only its own members, and texts that are not empty', () => {
    const object = JSON.parse('{"a":"b","c":"","d":1,"__proto__":"x"}') as Record<string, unknown>
    expect(['a', 'd', 'e', 'toString', '__proto__'].map((name) => memberOf(object, name))).toEqual([
      'b',
      1,
      undefined,
      undefined,
      'x',
    ])
    expect(textMember('it', object, 'a')).toBe('b')
    for (const name of ['c', 'd', 'e', 'toString'])
      expect(() => textMember('it', object, name)).toThrow(malformed(`it lacks the text "${name}"`))
  })
})

describe('a signer of an older scheme', () => {
  const key = hmacKey({ keyId: 'k', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })
  const request = httpRequest({ url: 'https://a.example/', headers: { 'x-there': '1' } })

  test('has a key of one of its algorithms, with an id', () => {
    expect(() => assertSigningKey('it', key, ['ed25519', 'hmac-sha256'])).not.toThrow()
    for (const [odd, got] of [
      [undefined, 'nothing'],
      [null, 'null'],
      [{ keyId: 'k', algorithm: 'hmac-sha256' }, 'an object'],
    ])
      expect(() => assertSigningKey('it', odd as never, ['hmac-sha256'])).toThrow(
        withCode('CONFIG_INVALID', `it: "key" must be a signing key, such as hmacKey(), got ${got as string}`),
      )
    expect(() => assertSigningKey('it', { ...key, keyId: '' }, ['hmac-sha256'])).toThrow(withCode('ARGUMENT_INVALID'))
    expect(() => assertSigningKey('it', key, ['ed25519', 'hmac-sha512'])).toThrow(
      withCode('CONFIG_INVALID', 'it: "key" must be of ed25519, hmac-sha512, got hmac-sha256'),
    )
  })

  test('takes no option where there is none', () => {
    for (const none of [undefined, null, {}]) expect(() => assertNoOptions('it', none)).not.toThrow()
    expect(() => assertNoOptions('it', { ['x'.repeat(65)]: undefined })).toThrow(
      withCode('CONFIG_INVALID', `it: unknown option "${'x'.repeat(64)}"; it takes none`),
    )
  })

  test('signs a request that is not signed', () => {
    expect(() => assertUnsignedRequest('it', request, 'authorization')).not.toThrow()
    expect(() => assertUnsignedRequest('it', request, 'x-there')).toThrow(
      withCode('MESSAGE_MALFORMED', 'it: the request has a field "x-there" already'),
    )
    expect(() => assertUnsignedRequest('it', httpResponse({ status: 200 }), 'x')).toThrow(
      withCode('MESSAGE_MALFORMED', 'it: the message must be a request'),
    )
  })

  test('writes texts of visible ASCII in one line, without quotes and backslashes', () => {
    expect(['a b', '!#[]~', 'x'.repeat(512)].map((text) => PLAIN.test(text))).toEqual([true, true, true])
    for (const text of ['', 'a"b', 'a\\b', 'é', 'a\nb', 'a\n', '\u007f', 'x'.repeat(513)])
      expect(PLAIN.test(text)).toBe(false)
    expect(() => assertLine('it', 'a "b"')).not.toThrow()
    for (const text of ['é', 'a\nb'])
      expect(() => assertLine('it', text)).toThrow(malformed('it holds characters beyond'))
  })
})

test('a time in seconds is of 1 to 11 digits, without zeros before them', () => {
  expect([secondsOf('it', '1'), secondsOf('it', '99999999999')]).toEqual([1_000, 99_999_999_999_000])
  for (const text of ['', '0', '01', '-1', '1.5', '1x', 'x1', ' 1', '123456789012', '1\n'])
    expect(() => secondsOf('it', text)).toThrow(withCode('TIMESTAMP_MALFORMED', 'it must be whole seconds'))
})

test('a nonce is unique by itself with 16 to 128 characters', () => {
  for (const nonce of ['a'.repeat(16), 'a'.repeat(128), 'aZ09._~+/=-aZ09._']) expect(uniqueNonce(nonce)).toBe(nonce)
  for (const nonce of [
    '',
    'a'.repeat(15),
    'a'.repeat(129),
    `${'a'.repeat(16)}!`,
    `!${'a'.repeat(16)}`,
    `${'a'.repeat(16)}\n`,
  ])
    expect(uniqueNonce(nonce)).toBeUndefined()
})

import { describe, expect, test, vi } from 'vitest'
import { hmacSha256 } from '#backend/hmac'
import { hex, utf8 } from '../../../../src/crypto/encoding.js'
import { held } from '../../../../src/crypto/held.js'
import { hmacKey } from '../../../../src/crypto/index.js'
import { Secret } from '../../../../src/crypto/secret.js'
import { chunkText, trailerText } from '../../../../src/schemes/sigv4/chunks.js'
import { acs3Key, goog4Key, huaweiKey, sigv4, sigv4Key, tc3Key, volcKey } from '../../../../src/schemes/sigv4/index.js'
import { scopeMac } from '../../../../src/schemes/sigv4/key.js'
import { codeOf, textOf } from '../../../expect-code.js'
import { AREA, TIME, ZEROS } from './support.js'

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const access = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey }
const HEAD = `AWS4-HMAC-SHA256\n${TIME}\n${AREA}\n`
const TEXT = HEAD + ZEROS

describe('a secret', () => {
  const code = (secretAccessKey: string) => {
    try {
      sigv4Key({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey })
      return 'ok'
    } catch {
      return codeOf(() => sigv4Key({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey }))
    }
  }

  test.each([
    ['AKIAIOSFODNN7EXAMPLE', 'KEY_MALFORMED'],
    ['ASIAIOSFODNN7EXAMPLE', 'KEY_MALFORMED'],
    ['ABIAIOSFODNN7EXAMPLE', 'ok'],
    ['xAKIAIOSFODNN7EXAMPLE', 'ok'],
    ['AKIAIOSFODNN7EXAMPLEx', 'ok'],
    ['AKIAIOSFODNN7EXAMPL', 'ok'],
    ['AKIA////////////////', 'ok'],
    ['AKIAx', 'KEY_WEAK'],
    ['12345678', 'ok'],
    ['1234567', 'KEY_WEAK'],
  ])('that is %s, as an id of AWS may be, is judged: %s', (text, expected) => {
    expect(code(text)).toBe(expected)
  })

  test('says of an id in its place what is wrong, and does not repeat it', () => {
    expect(textOf(() => sigv4Key({ ...access, secretAccessKey: 'AKIAIOSFODNN7EXAMPLE' }))).toBe(
      'KEY_MALFORMED "secretAccessKey" must be the secret half, got an access key id',
    )
  })

  test('may be text, bytes or kept out of sight', () => {
    const expected = sigv4Key(access).sign(TEXT)
    expect(sigv4Key({ ...access, secretAccessKey: utf8(secretAccessKey) }).sign(TEXT)).toEqual(expected)
    expect(sigv4Key({ ...access, secretAccessKey: Secret.fromText(secretAccessKey) }).sign(TEXT)).toEqual(expected)
  })
})

test('a key tells that it signs at once, and how long its secret is', () => {
  expect(held(sigv4Key(access))).toMatchObject({ sync: true, secretBytes: 40 })
})

test('a key writes its signature as text where the backend does, and it is the same', () => {
  const key = sigv4Key(access)
  expect('signText' in key).toBe(hmacSha256(new Uint8Array(8)).signText !== undefined)
  const written = key.signText === undefined ? hex(key.sign(TEXT)) : key.signText(TEXT, 'hex')
  expect(written).toBe(hex(key.sign(TEXT)))
})

describe('a key of AWS signs', () => {
  test('text and its bytes', () => {
    const key = sigv4Key(access)
    expect(key.sign(utf8(TEXT))).toEqual(sigv4Key(access).sign(TEXT))
    expect(key.verify(utf8(TEXT), key.sign(TEXT))).toBe(true)
    expect(codeOf(() => key.sign(Uint8Array.of(0xff)))).toBe('ARGUMENT_INVALID')
  })

  test('requests, chunks and trailers, each with its hashes', () => {
    const chunk = chunkText(TIME, AREA, ZEROS, utf8('x'))
    const trailer = trailerText(TIME, AREA, ZEROS, 'x')
    for (const text of [TEXT, chunk, trailer]) {
      const key = sigv4Key(access)
      expect(key.verify(text, key.sign(text))).toBe(true)
    }
    const more = `\n${ZEROS}`
    for (const text of [TEXT + more, chunk + more, trailer + more, chunk.slice(0, -65), trailer.slice(0, -65)])
      expect(codeOf(() => sigv4Key(access).sign(text))).toBe('ARGUMENT_INVALID')
  })

  test('nothing that only begins as what it has signed', () => {
    const key = sigv4Key(access)
    key.sign(TEXT)
    for (const text of [HEAD, `${TEXT}0`, `${TEXT}\n`, `${TEXT}\n${ZEROS}`, TEXT.slice(0, -1), ` ${TEXT}`, ZEROS])
      expect(textOf(() => key.sign(text))).toBe(
        'ARGUMENT_INVALID this key signs what AWS Signature Version 4 signs, and no other text',
      )
  })

  test('scopes one after another, whichever came before', () => {
    const key = sigv4Key(access)
    const other = TEXT.replace('orders', 's3')
    const [first, second] = [key.sign(TEXT), key.sign(other)]
    expect(first).not.toEqual(second)
    expect([key.sign(TEXT), key.sign(other)]).toEqual([first, second])
    expect(sigv4Key(access).sign(other)).toEqual(second)
  })
})

test('a key remembers sixteen scopes, and forgets the oldest', () => {
  const key = sigv4Key(access)
  const sign = (at: number) => key.sign(TEXT.replace('orders', `orders-${at}`))
  const first = sign(1)
  for (let at = 2; at <= 16; at++) sign(at)
  const forget = vi.spyOn(Map.prototype, 'delete')
  try {
    sign(2)
    expect(forget).not.toHaveBeenCalled()
    sign(17)
    expect(forget.mock.calls).toEqual([[AREA.replace('orders', 'orders-1')]])
    expect(sign(1)).toEqual(first)
    expect(forget).toHaveBeenCalledTimes(2)
  } finally {
    forget.mockRestore()
  }
})

test('a variant signs the text that it has, and no chunk where it has none', () => {
  const google = goog4Key(access)
  const text = TEXT.replace('AWS4', 'GOOG4').replace('aws4', 'goog4')
  expect(google.verify(text, google.sign(text))).toBe(true)
  const area = AREA.replace('aws4', 'goog4')
  for (const chunk of [chunkText(TIME, area, ZEROS, utf8('x')), trailerText(TIME, area, ZEROS, 'x')])
    expect(codeOf(() => google.sign(chunk.replace('AWS4', 'GOOG4')))).toBe('ARGUMENT_INVALID')
  const tencent = tc3Key(access)
  const own = `TC3-HMAC-SHA256\n1767323045\n2026-01-02/cvm/tc3_request\n${ZEROS}`
  expect(tencent.verify(own, tencent.sign(own))).toBe(true)
  expect(codeOf(() => tencent.sign(own.replace('/cvm', '/cvm/a')))).toBe('ARGUMENT_INVALID')
  expect(codeOf(() => volcKey(access).sign(own))).toBe('ARGUMENT_INVALID')
})

test('a variant without a scope signs with its secret, and a time only where it has one', () => {
  const huawei = huaweiKey(access)
  const timed = `SDK-HMAC-SHA256\n${TIME}\n${ZEROS}`
  expect(huawei.sign(timed)).toEqual(hmacSha256(utf8(secretAccessKey)).sign(timed))
  for (const text of [timed.replace(TIME, 'now'), timed.replace(`${TIME}\n`, ''), timed.replace('0102', '0230')])
    expect(codeOf(() => huawei.sign(text))).toBe('ARGUMENT_INVALID')
  const alibaba = acs3Key(access)
  const untimed = `ACS3-HMAC-SHA256\n${ZEROS}`
  expect(alibaba.sign(untimed)).toEqual(hmacSha256(utf8(secretAccessKey)).sign(untimed))
  expect(codeOf(() => alibaba.sign(`ACS3-HMAC-SHA256\n${TIME}\n${ZEROS}`))).toBe('ARGUMENT_INVALID')
})

test('the key of a scope is at hand of an access key alone', () => {
  expect(scopeMac({}, AREA)).toBeUndefined()
  expect(scopeMac(sigv4Key(access), AREA)?.sign(TEXT)).toEqual(sigv4Key(access).sign(TEXT))
})

describe('the key of a signer', () => {
  const signed = (key: unknown): string => {
    try {
      return sigv4({ key: key as never, region: 'a', service: 'a' }).scheme.id
    } catch {
      return textOf(() => sigv4({ key: key as never, region: 'a', service: 'a' }))
    }
  }
  const own = { keyId: 'AKIDEXAMPLE', algorithm: 'hmac-sha256', sign: () => new Uint8Array(32) }
  const got = (what: string): string =>
    `CONFIG_INVALID sigv4: "key" must be a key of hmac-sha256, such as sigv4Key(), got ${what}`

  test('is one of the variant, or an object of your own with its algorithm', () => {
    expect(signed(sigv4Key(access))).toBe('sigv4')
    expect(signed(own)).toBe('sigv4')
  })

  test('is no other one', () => {
    expect(signed(undefined)).toBe(got('nothing'))
    expect(signed(null)).toBe(got('null'))
    expect(signed('a')).toBe(got('a string'))
    expect(signed({ ...own, sign: undefined })).toBe(got('an object'))
    expect(signed({ ...own, algorithm: 'ed25519' })).toBe(got('one of ed25519'))
    expect(signed(goog4Key(access))).toBe(got('goog4-hmac'))
    const shared = hmacKey({ keyId: 'k', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })
    expect(signed(shared)).toBe(got('another shared secret'))
  })
})

import { describe, expect, test } from 'vitest'
import { mayIssue, readCertificate, readCertificates } from '../../../src/crypto/format/certificate.js'
import {
  bitString,
  derNull,
  integer,
  octetString,
  oid,
  sequence,
  smallInteger,
  tlv,
} from '../../../src/crypto/format/der.js'
import { PAYPAL_VECTOR } from '../../contract/webhooks/paypal.js'
import { withCode } from '../../expect-code.js'
import { bytes, hexOf, pemOf } from './key-files.js'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const utc = (text: string): Uint8Array => tlv(0x17, ascii(text))
const generalized = (text: string): Uint8Array => tlv(0x18, ascii(text))
const TRUE = tlv(0x01, bytes('ff'))
const algorithm = sequence(oid('2b6570'))
const name = (text: string): Uint8Array => sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, ascii(text)))))
const publicKey = sequence(algorithm, bitString(bytes('aa')))

const extension = (id: string, value: Uint8Array, ...critical: readonly Uint8Array[]): Uint8Array =>
  sequence(oid(id), ...critical, octetString(value))
const NAMES = '551d11'
const BASIC = '551d13'
const USAGE = '551d0f'

interface Parts {
  readonly version?: readonly Uint8Array[]
  readonly inner?: Uint8Array
  readonly validity?: Uint8Array
  readonly behind?: readonly Uint8Array[]
  readonly extensions?: readonly Uint8Array[] | undefined
  readonly subject?: string
  readonly issuer?: string
}

/** A certificate without a valid signature, of parts that can each be another. */
function der(parts: Parts = {}): Uint8Array {
  const content = sequence(
    ...(parts.version ?? [tlv(0xa0, smallInteger(2))]),
    integer(bytes('05')),
    parts.inner ?? algorithm,
    name(parts.issuer ?? 'issuer'),
    parts.validity ?? sequence(utc('250102030405Z'), utc('300102030405Z')),
    name(parts.subject ?? 'subject'),
    publicKey,
    ...(parts.behind ?? []),
    ...(parts.extensions === undefined ? [] : [tlv(0xa3, sequence(...parts.extensions))]),
  )
  return sequence(content, algorithm, bitString(bytes('bb')))
}
const read = (parts: Parts = {}) => readCertificate(der(parts))
const MALFORMED = withCode('KEY_MALFORMED')

test('a certificate gives what it holds, and the bytes that were signed', () => {
  const whole = der()
  const certificate = readCertificate(whole)
  expect(certificate).toEqual({
    signed: certificate.signed,
    signatureOid: '2b6570',
    signature: bytes('bb'),
    issuer: name('issuer'),
    subject: name('subject'),
    notBeforeMs: Date.UTC(2025, 0, 2, 3, 4, 5),
    notAfterMs: Date.UTC(2030, 0, 2, 3, 4, 5),
    publicKey,
    dnsNames: [],
    isAuthority: false,
    maxBelow: 0,
  })
  expect(hexOf(whole)).toContain(hexOf(certificate.signed))
  expect(certificate.signed[0]).toBe(0x30)
})

test('a certificate of the first version has neither a version nor extensions', () => {
  expect(read({ version: [] })).toMatchObject({ dnsNames: [], isAuthority: false })
})

test('what is signed must repeat the algorithm of the signature', () => {
  expect(() => read({ inner: sequence(oid('2b6571')) })).toThrow(MALFORMED)
})

test('the unique ids of the second version are skipped, and nothing else is', () => {
  const one = tlv(0x81, bytes('00'))
  const two = tlv(0x82, bytes('00'))
  const extensions = [extension(NAMES, sequence(tlv(0x82, ascii('a.example'))))]
  expect(read({ behind: [one, two], extensions }).dnsNames).toEqual(['a.example'])
  expect(read({ behind: [two], extensions }).dnsNames).toEqual(['a.example'])
  expect(() => read({ behind: [two, one] })).toThrow(MALFORMED)
  expect(() => read({ behind: [derNull()] })).toThrow(MALFORMED)
})

describe('the validity', () => {
  const until = (time: Uint8Array) => read({ validity: sequence(utc('250102030405Z'), time) }).notAfterMs

  test.each([
    [utc('491231235959Z'), '2049-12-31T23:59:59Z'],
    [utc('500101000000Z'), '1950-01-01T00:00:00Z'],
    [utc('990101000000Z'), '1999-01-01T00:00:00Z'],
    [utc('000101000000Z'), '2000-01-01T00:00:00Z'],
    [generalized('20500101000000Z'), '2050-01-01T00:00:00Z'],
    [generalized('19991231235959Z'), '1999-12-31T23:59:59Z'],
  ])('is read from %o', (time, iso) => {
    expect(until(time)).toBe(Date.parse(iso))
  })

  test.each([
    ['four digits of a year in a UTCTime', utc('20250102030405Z')],
    ['two digits of a year in a GeneralizedTime', generalized('250102030405Z')],
    ['no seconds', utc('2501020304Z')],
    ['no zone', utc('250102030405')],
    ['another zone', utc('250102030405+0100')],
    ['fractions of a second', generalized('20250102030405.5Z')],
    ['something before it', utc('x250102030405Z')],
    ['something behind it', utc('250102030405Zx')],
    ['letters for a year', generalized('abcd0102030405Z')],
    ['three digits of a year', generalized('2250102030405Z')],
    ['a month that is none', utc('251302030405Z')],
    ['another kind of value', tlv(0x0c, ascii('250102030405Z'))],
    ['nothing', utc('')],
  ])('is refused with %s', (_, time) => {
    expect(() => until(time)).toThrow(MALFORMED)
  })

  test('has two times and no more', () => {
    const time = utc('250102030405Z')
    expect(() => read({ validity: sequence(time) })).toThrow(MALFORMED)
    expect(() => read({ validity: sequence(time, time, time) })).toThrow(MALFORMED)
  })
})

test('the names are those of hosts alone, in lower case', () => {
  const names = sequence(
    tlv(0x81, ascii('someone@example.com')),
    tlv(0x82, ascii('API.Example.COM')),
    tlv(0x87, bytes('01020304')),
    tlv(0x82, ascii('*.example.org')),
  )
  expect(read({ extensions: [extension(NAMES, names)] }).dnsNames).toEqual(['api.example.com', '*.example.org'])
})

test('an extension that comes twice is refused', () => {
  const one = extension(NAMES, sequence(tlv(0x82, ascii('a.example'))))
  expect(() => read({ extensions: [one, one] })).toThrow(MALFORMED)
})

describe('an authority', () => {
  const basic = (...members: readonly Uint8Array[]) => extension(BASIC, sequence(...members), TRUE)
  const usage = (...bits: readonly number[]) => extension(USAGE, tlv(0x03, Uint8Array.from(bits)), TRUE)
  const authority = (...extensions: readonly Uint8Array[]) => {
    const { isAuthority, maxBelow } = read({ extensions })
    return { isAuthority, maxBelow }
  }

  test.each<readonly [string, readonly Uint8Array[], boolean, number]>([
    ['states that it is one', [basic(TRUE)], true, Number.POSITIVE_INFINITY],
    ['states how many may stand below it', [basic(TRUE, smallInteger(3))], true, 3],
    ['may state any number', [basic(TRUE, smallInteger(255))], true, 255],
    ['may state more than any chain has', [basic(TRUE, smallInteger(256))], true, 255],
    ['is none where it states nothing', [basic()], false, Number.POSITIVE_INFINITY],
    ['is none where it states that it is none', [basic(tlv(0x01, bytes('00')))], false, Number.POSITIVE_INFINITY],
    ['is none with a number alone', [basic(smallInteger(1))], false, 1],
    ['is none without the extension', [usage(2, 0x04)], false, 0],
    ['has a key that may sign certificates', [basic(TRUE), usage(2, 0x04)], true, Number.POSITIVE_INFINITY],
    ['is none with a key that may not', [basic(TRUE), usage(7, 0x80)], false, Number.POSITIVE_INFINITY],
    ['is none with a key that may do nothing', [basic(TRUE), usage(0)], false, Number.POSITIVE_INFINITY],
  ])('%s', (_, extensions, isAuthority, maxBelow) => {
    expect(authority(...extensions)).toEqual({ isAuthority, maxBelow })
  })

  test('is none where something critical is not understood', () => {
    const limits = sequence()
    expect(authority(basic(TRUE), extension('551d1e', limits, TRUE))).toEqual({ isAuthority: false, maxBelow: 0 })
    expect(authority(basic(TRUE), extension('551d1e', limits, tlv(0x01, bytes('00')))).isAuthority).toBe(true)
    expect(authority(basic(TRUE), extension('551d1e', limits)).isAuthority).toBe(true)
  })

  test('issues certificates that name it as their issuer', () => {
    const parent = read({ subject: 'root', extensions: [basic(TRUE)] })
    expect(mayIssue(parent, read({ issuer: 'root' }))).toBe(true)
    expect(mayIssue(parent, read({ issuer: 'Root' }))).toBe(false)
    expect(mayIssue(read({ subject: 'root' }), read({ issuer: 'root' }))).toBe(false)
  })
})

describe('a text of certificates', () => {
  const one = pemOf('CERTIFICATE', der({ subject: 'one' }))
  const two = pemOf('CERTIFICATE', der({ subject: 'two' }))

  test('is read in its order, up to as many as asked for', () => {
    expect(readCertificates(one + two, 2).map(({ subject }) => hexOf(subject))).toEqual([
      hexOf(name('one')),
      hexOf(name('two')),
    ])
    expect(readCertificates(` \n${one}`, 1)).toHaveLength(1)
    expect(readCertificates(PAYPAL_VECTOR.certificate, 1)).toHaveLength(1)
  })

  test.each([
    ['nothing', ''],
    ['no certificate', 'text'],
    ['text before it', `text\n${one}`],
    ['text behind it', `${one}text`],
    ['one more than asked for', one + two + one],
    ['many more', one.repeat(9)],
  ])('is refused with %s', (_, text) => {
    expect(() => readCertificates(text, 2)).toThrow(MALFORMED)
  })
})

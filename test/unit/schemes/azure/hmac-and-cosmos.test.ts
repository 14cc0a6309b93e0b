import { describe, expect, test } from 'vitest'
import { utf8 } from '../../../../src/crypto/encoding.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import {
  azureCosmos,
  azureCosmosVerifier,
  azureHmac,
  azureHmacVerifier,
  azureKey,
} from '../../../../src/schemes/azure/index.js'
import { HOST, judge, NOW, withLine, withValue } from '../legacy/judge.js'
import { sign } from './sign.js'

const key = azureKey({ account: '0-l2-s0:abc', key: btoa('a key of the account, of 64 bytes') })
const put = httpRequest({ method: 'PUT', url: `https://${HOST}/kv/k?label=a%20b`, body: '{"value":"v"}' })
const PUT = sign(azureHmac({ key }), put)
const NAMELESS = sign(azureHmac({ key, credential: false }), put)
const authorization = (request: HttpRequest, from: string | RegExp, to: string): HttpRequest =>
  withValue(request, 'authorization', (value) => value.replace(from, to))

describe('HMAC-SHA256 of App Configuration and Communication Services', () => {
  const judged = (request: HttpRequest, keyId?: string): Promise<string> =>
    judge([azureHmacVerifier(keyId === undefined ? {} : { keyId })], [{ key }])(request)

  test.each<[string, HttpRequest, string, string?]>([
    ['a request with a body', PUT, 'ok'],
    ['one that names no key', NAMELESS, 'AUTH_MALFORMED'],
    ['one that names no key, where that is stated', NAMELESS, 'ok', '0-l2-s0:abc'],
    ['another body', { ...PUT, body: utf8('{"value":"w"}') }, 'DIGEST_MISMATCH'],
    ['another query', { ...PUT, target: '/kv/k?label=a+b' }, 'SIGNATURE_INVALID'],
    ['another method', { ...PUT, method: 'DELETE' }, 'SIGNATURE_INVALID'],
    ['a hash that is not signed', authorization(PUT, ';x-ms-content-sha256', ''), 'COMPONENT_MISSING'],
    ['a host that is not signed', authorization(PUT, ';host', ';x-ms-date'), 'COMPONENT_MISSING'],
    ['a further name', authorization(PUT, ';host', ';host;accept'), 'COMPONENT_MISSING'],
    ['a member twice', authorization(PUT, '&Signature', '&Credential=a&Signature'), 'AUTH_DUPLICATE'],
    ['a member of another name', authorization(PUT, '&Signature', '&Extra=a&Signature'), 'AUTH_MALFORMED'],
    ['no signature', authorization(PUT, /&Signature=.*/, ''), 'SIGNATURE_MALFORMED'],
    ['another time', withValue(PUT, 'x-ms-date', (v) => v.replace('GMT', 'UTC')), 'TIMESTAMP_MALFORMED'],
    ['two times', withLine(PUT, 'x-ms-date', 'Fri, 02 Jan 2026 03:04:05 GMT'), 'HEADER_DUPLICATE'],
    ['two credentials', withLine(PUT, 'Authorization', 'Basic YTpi'), 'AUTH_DUPLICATE'],
    ['a hash that is none', withValue(PUT, 'x-ms-content-sha256', () => 'YQ=='), 'AUTH_MALFORMED'],
  ])('the verdict is right for %s', async (_, request, code, keyId) => {
    expect(await judged(request, keyId)).toBe(code)
  })

  test('the time as the package for Python writes it', () => {
    const at = (text: string) => azureHmacVerifier().parse(withValue(PUT, 'x-ms-date', () => text))[0]?.createdMs
    expect(at('Nov, 29 2026 13:19:30.430490 GMT')).toBe(Date.UTC(2026, 10, 29, 13, 19, 30))
    for (const text of ['Nov, 31 2026 13:19:30.430490 GMT', 'ovD, 29 2026 13:19:30.430490 GMT', 'Nov, 29 2026'])
      expect(() => at(text), text).toThrow(/must be a date/)
  })
})

describe('the primary key of Cosmos DB', () => {
  const cosmos = azureKey({ account: 'my-cosmos', key: btoa('a key of the account, of 64 bytes') })
  const get = (target: string): HttpRequest => httpRequest({ url: `https://${HOST}${target}` })
  const judged = (request: HttpRequest, unsignedPayload = false): Promise<string> =>
    judge([azureCosmosVerifier({ keyId: 'my-cosmos', unsignedPayload })], [{ key: cosmos }])(request)
  const signCosmos = (request: HttpRequest): HttpRequest => sign(azureCosmos({ key: cosmos }), request)

  test('a document, whose name keeps its case', async () => {
    const request = signCosmos(get('/dbs/MyDb/colls/C/docs/D'))
    expect(await judged(request)).toBe('ok')
    expect(await judged(signCosmos(get('/dbs/MyDb/colls/')))).toBe('ok')
    expect(await judged({ ...request, target: '/dbs/MyDb//colls/C/docs/D' })).toBe('AUTH_MALFORMED')
    expect(await judged({ ...request, target: '/dbs/mydb/colls/C/docs/D' })).toBe('SIGNATURE_INVALID')
    expect(await judged({ ...request, method: 'DELETE' })).toBe('SIGNATURE_INVALID')
    expect(await judged({ ...request, target: '/dbs/MyDb/colls/C/docs' })).toBe('SIGNATURE_INVALID')
    expect(await judged({ ...request, target: '/dbs/MyDb/colls/C%2Fdocs%2FD' })).toBe('AUTH_MALFORMED')
    expect(await judged(withLine(request, 'x-ms-date', new Date(NOW).toUTCString()))).toBe('HEADER_DUPLICATE')
    expect(await judged(authorization(request, 'type%3Dmaster', 'type%3Dresource'))).toBe('AUTH_MALFORMED')
    expect(await judged(authorization(request, 'ver%3D1.0', 'ver%3D2.0'))).toBe('AUTH_MALFORMED')
  })

  test('an offer is in nothing: its id is signed alone', async () => {
    const offer = signCosmos(get('/offers/AbC'))
    expect(await judged(offer)).toBe('ok')
    for (const path of ['/dbs/a/offers/AbC', '/dbs/a/colls/b/offers/AbC', '/dbs/a/offers'])
      expect(await judged({ ...offer, target: path })).toBe('AUTH_MALFORMED')
    expect(() => signCosmos(get('/dbs/a/offers/AbC'))).toThrow(/must name an offer as/)
  })

  test('a body is not signed, and refused unless that is taken', async () => {
    const post = signCosmos({ ...get('/dbs/MyDb/colls/C/docs'), method: 'POST', body: utf8('{"id":"a"}') })
    expect(await judged(post)).toBe('DIGEST_MISSING')
    expect(await judged(post, true)).toBe('ok')
  })
})

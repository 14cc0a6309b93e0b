import { describe, expect, test } from 'vitest'
import { utf8 } from '../../../../src/crypto/encoding.js'
import { Secret } from '../../../../src/crypto/secret.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import {
  type AzureSharedKeyVerifierOptions,
  azureKey,
  azureSharedKey,
  azureSharedKeyVerifier,
} from '../../../../src/schemes/azure/index.js'
import { thrownCode } from '../../../expect-code.js'
import { HOST, judge, NOW, withLine, withValue } from '../legacy/judge.js'
import { sign } from './sign.js'

const text = btoa('a key of the account, of 64 bytes')
const key = azureKey({ account: 'myaccount', key: text })
const signer = azureSharedKey({ key })

const get = (target = '/photos?restype=container&comp=list'): HttpRequest =>
  httpRequest({ url: `https://${HOST}${target}`, headers: { 'x-ms-version': '2022-11-02' } })
const put = (body = 'hello'): HttpRequest =>
  httpRequest({
    method: 'PUT',
    url: `https://${HOST}/photos/a.txt`,
    headers: { 'x-ms-version': '2022-11-02', 'x-ms-blob-type': 'BlockBlob', 'content-type': 'text/plain' },
    body,
  })
const stream = (request: HttpRequest): HttpRequest => ({
  ...request,
  body: new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(request.body as Uint8Array)
      controller.close()
    },
  }),
})

const judged = (request: HttpRequest, options: AzureSharedKeyVerifierOptions = {}, nowMs = NOW): Promise<string> =>
  judge([azureSharedKeyVerifier(options)], [{ key }], { nowMs })(request)

describe('Shared Key is accepted', () => {
  test.each([
    ['a GET', get(), {}],
    ['a PUT with Content-MD5', put(), {}],
    ['a PUT with Content-MD5, where none has to be there', put(), { unsignedPayload: true }],
    ['an empty body', put(''), {}],
    ['an empty body with its length', { ...put(''), fields: [...put('').fields, 'Content-Length', '0'] }, {}],
    ['a query that is not sorted', get('/photos?restype=container&COMP=list&a=1'), {}],
    ['several values, where that is taken', get('/photos?a=2&a=1'), { repeatedParameters: true }],
    ['the account in the path, as at an emulator', get('/myaccount/photos'), {}],
  ] as const)('the request is accepted: %s', async (_, request, options) => {
    expect(await judged(sign(signer, request), options)).toBe('ok')
  })

  test('a body that arrives later, held to its hash', async () => {
    const request = sign(signer, put())
    expect(await judged(stream({ ...request, fields: [...request.fields, 'Content-Length', '5'] }))).toBe('ok')
    const other = { ...request, body: utf8('hullo'), fields: [...request.fields, 'Content-Length', '5'] }
    expect(await judged(stream(other))).toBe('DIGEST_MISMATCH')
  })

  test('an unsigned body, where that is taken', async () => {
    const request = sign(azureSharedKey({ key, contentMd5: false }), put())
    expect(await judged(request)).toBe('DIGEST_MISSING')
    expect(await judged(request, { unsignedPayload: true })).toBe('ok')
    const streamed = stream({ ...request, fields: [...request.fields, 'Content-Length', '5'] })
    expect(await judged(streamed, { unsignedPayload: true })).toBe('ok')
    const other = { ...sign(signer, put()), body: utf8('hullo') }
    expect(await judged(other, { unsignedPayload: true })).toBe('DIGEST_MISMATCH')
  })

  test('either key of an account, while they are rotated', async () => {
    const old = azureKey({ account: 'myaccount', key: btoa('the key that was there before') })
    const request = sign(azureSharedKey({ key: old }), get())
    expect(await judged(request)).toBe('SIGNATURE_INVALID')
    const both = azureKey({ account: 'myaccount', key: text, secondKey: btoa('the key that was there before') })
    expect(await judge([azureSharedKeyVerifier()], [{ key: both }])(request)).toBe('ok')
    expect(await judge([azureSharedKeyVerifier()], [{ key: both }])(sign(signer, get()))).toBe('ok')
  })
})

const GET = sign(signer, get())
const PUT = sign(signer, put())
const retarget = (request: HttpRequest, target: string): HttpRequest => ({ ...request, target })

describe('Shared Key is refused', () => {
  test.each<[string, HttpRequest, string]>([
    ['another method', { ...GET, method: 'DELETE' }, 'SIGNATURE_INVALID'],
    ['another path', retarget(GET, '/others?restype=container&comp=list'), 'SIGNATURE_INVALID'],
    ['another parameter', retarget(GET, '/photos?restype=container&comp=acl'), 'SIGNATURE_INVALID'],
    ['a further parameter', retarget(GET, '/photos?restype=container&comp=list&a=1'), 'SIGNATURE_INVALID'],
    ['a line feed in a value', retarget(GET, '/photos?comp=list%0Arestype:container'), 'AUTH_MALFORMED'],
    ['a colon in a name', retarget(GET, '/photos?comp=list&restype%3Acontainer'), 'AUTH_MALFORMED'],
    ['a repeated parameter', retarget(GET, '/photos?restype=container&comp=list&Comp=list'), 'AUTH_MALFORMED'],
    ['a name that is no UTF-8', retarget(GET, '/photos?%ff=1'), 'AUTH_MALFORMED'],
    ['inner spaces that were collapsed', withValue(spaced(), 'x-ms-meta-a', () => 'a b'), 'SIGNATURE_INVALID'],
    ['a further field of the service', withLine(GET, 'x-ms-meta-b', '1'), 'SIGNATURE_INVALID'],
    ['a repeated field of the service', withLine(GET, 'X-Ms-Version', '2022-11-02'), 'HEADER_DUPLICATE'],
    ['a condition that was added', withLine(GET, 'If-Match', '*'), 'SIGNATURE_INVALID'],
    ['another body', { ...PUT, body: utf8('hullo') }, 'DIGEST_MISMATCH'],
    ['another body of another length', { ...PUT, body: utf8('hello you') }, 'DIGEST_MISMATCH'],
    ['a length that is not that of the body', withLine(PUT, 'Content-Length', '4'), 'AUTH_MALFORMED'],
    ['a body with another hash', withValue(PUT, 'content-md5', () => 'XrY7u+Ae7tCTyyK7j1rNww=='), 'DIGEST_MISMATCH'],
    ['no time', withoutDate(GET), 'TIMESTAMP_MALFORMED'],
    ['a time in another form', withValue(GET, 'x-ms-date', () => '2026-01-02T03:04:05Z'), 'TIMESTAMP_MALFORMED'],
    ['a time that is none', withValue(GET, 'x-ms-date', () => 'Fri, 31 Feb 2026 03:04:05 GMT'), 'TIMESTAMP_MALFORMED'],
    ['two times', withLine(GET, 'x-ms-date', 'Fri, 02 Jan 2026 03:04:05 GMT'), 'HEADER_DUPLICATE'],
    ['two credentials', withLine(GET, 'Authorization', 'Basic YTpi'), 'AUTH_DUPLICATE'],
    ['a SAS besides', retarget(GET, '/photos?restype=container&comp=list&sig=a'), 'AUTH_DUPLICATE'],
    ['another account', withValue(GET, 'authorization', (v) => v.replace('my', 'no')), 'KEY_UNKNOWN'],
    ['an account that is none', withValue(GET, 'authorization', (v) => v.replace('my', 'my/')), 'AUTH_MALFORMED'],
    ['a shorter signature', withValue(GET, 'authorization', (v) => `${v.slice(0, -5)}=`), 'SIGNATURE_MALFORMED'],
    ['another spelling of it', withValue(GET, 'authorization', (v) => `${v.slice(0, -1)}`), 'SIGNATURE_MALFORMED'],
  ])('the request is refused: %s', async (_, request, code) => {
    expect(await judged(request)).toBe(code)
  })

  test('long after it was signed, and before', async () => {
    expect(await judged(GET, {}, NOW + 3_600_000)).toBe('TIMESTAMP_EXPIRED')
    expect(await judged(GET, {}, NOW - 3_600_000)).toBe('TIMESTAMP_FUTURE')
  })

  test('the same request is refused a second time', async () => {
    const take = judge([azureSharedKeyVerifier()], [{ key }])
    expect([await take(PUT), await take(PUT)]).toEqual(['ok', 'REPLAY'])
  })

  test('a form that this server does not take', async () => {
    const lite = sign(azureSharedKey({ key, service: 'table-lite' }), get('/Employees'))
    expect(await judged(lite)).toBe('AUTH_MISSING')
    expect(await judged(lite, { service: 'table-lite' })).toBe('ok')
    const table = sign(azureSharedKey({ key, service: 'table' }), get('/Employees?a=1'))
    expect(await judged(table)).toBe('SIGNATURE_INVALID')
    expect(await judged(table, { service: 'table' })).toBe('ok')
  })
})

function spaced(): HttpRequest {
  return sign(signer, withLine(get(), 'x-ms-meta-a', 'a  b'))
}

function withoutDate(request: HttpRequest): HttpRequest {
  const at = request.fields.indexOf('x-ms-date')
  return { ...request, fields: request.fields.filter((_, index) => index !== at && index !== at + 1) }
}

test('what a verifier leaves open follows from what it takes', () => {
  const of = (options: AzureSharedKeyVerifierOptions) => azureSharedKeyVerifier(options).weaknesses
  expect(of({})).toEqual(['no-nonce', 'weak-body', 'no-authority', 'loose-target'])
  expect(of({ unsignedPayload: true, repeatedParameters: true })).toEqual([
    ...['no-nonce', 'no-authority', 'loose-target', 'no-body', 'ambiguous-text'],
  ])
  expect(of({ service: 'table-lite', unsignedPayload: true })).toContain('no-method')
})

describe('what is refused when it is built or signed', () => {
  test('a key that cannot be meant is refused', () => {
    expect(thrownCode(() => azureKey({ account: 'myaccount', key: '' }))).toBe('KEY_WEAK')
    expect(thrownCode(() => azureKey({ account: 'myaccount', key: 'YQ==' }))).toBe('KEY_WEAK')
    expect(thrownCode(() => azureKey({ account: 'myaccount', key: 'no base64' }))).toBe('ARGUMENT_INVALID')
    expect(thrownCode(() => azureKey({ account: '', key: text }))).toBe('ARGUMENT_INVALID')
    expect(thrownCode(() => azureSharedKey({ key: azureKey({ account: 'a/b', key: text }) }))).toBe('CONFIG_INVALID')
    const hidden = azureKey({ account: 'myaccount', key: Secret.fromText(text) })
    expect(hidden.verify('a', key.sign('a'))).toBe(true)
  })

  test.each([
    ['a request that is signed already', GET],
    ['a line feed in a parameter', get('/photos?a=%0a')],
    ['a stream of unknown length', stream(put())],
  ])('a signer refuses %s', (_, request) => {
    expect(thrownCode(() => sign(signer, request))).toBe('MESSAGE_MALFORMED')
  })
})

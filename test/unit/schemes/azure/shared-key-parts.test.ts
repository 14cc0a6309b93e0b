import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isSyncKey } from '../../../../src/crypto/held.js'
import { Secret } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpResponse } from '../../../../src/message/message.js'
import { compareNames } from '../../../../src/schemes/azure/header-order.js'
import {
  azureCosmos,
  azureCosmosVerifier,
  azureHmac,
  azureHmacVerifier,
  azureKey,
  azureSharedKey,
  azureSharedKeyVerifier,
} from '../../../../src/schemes/azure/index.js'
import { assertAzureKey } from '../../../../src/schemes/azure/key.js'
import {
  assertAccountHost,
  credentialsOf,
  decoded,
  decodedPath,
  fieldText,
  onlyValue,
  queryPairs,
  signatureOf,
  unsignedRequest,
} from '../../../../src/schemes/azure/request.js'
import {
  assertContentMd5,
  contentMd5,
  FORMS,
  sharedKeyBase,
  sharedKeyCovers,
} from '../../../../src/schemes/azure/shared-key-form.js'
import type { Signer } from '../../../../src/schemes/scheme.js'
import { codeOf, textOf, thrownCode, withCode } from '../../../expect-code.js'
import { HOST, NOW, only, stated } from '../legacy/judge.js'
import { sign } from './sign.js'

const SECRET = 'a key of the account, of 64 bytes'
const key = azureKey({ account: 'api', key: btoa(SECRET) })
const mac = (text: string, secret = SECRET): Buffer => createHmac('sha256', secret).update(text).digest()
const DATE = 'Mon, 21 Sep 2026 14:13:20 GMT'
const SIG = `${'A'.repeat(43)}=`

const request = (
  fields: readonly string[] = [],
  { target = '/photos/a.jpg', method = 'GET', body }: { target?: string; method?: string; body?: unknown } = {},
): HttpRequest => ({
  ...{ method, scheme: 'https', authority: HOST, target, fields },
  body: (typeof body === 'string' ? new TextEncoder().encode(body) : (body ?? null)) as HttpRequest['body'],
})
const stream = (): ReadableStream => new ReadableStream({ start: (own) => own.close() })
const traced = ({ scheme, key: own }: Signer, message: HttpRequest) => {
  const made = scheme.prepare(message, { keyId: own.keyId, algorithm: own.algorithm, nowMs: NOW, nonce: '' })
  return { base: made.base, ...(made.trace?.() as { readonly scheme: string; readonly covered: readonly string[] }) }
}

describe('a key of an account', () => {
  test('is base64 of sixteen bytes or more, with or without a line break, as text or as a secret', () => {
    const bytes = (count: number): string => btoa('x'.repeat(count))
    for (const text of [bytes(16), `${bytes(16)}\n`, Secret.fromText(bytes(16))])
      expect(Buffer.from(azureKey({ account: 'api', key: text }).sign('b'))).toEqual(mac('b', 'x'.repeat(16)))
    for (const [options, code, text] of [
      [{ key: bytes(15) }, 'KEY_WEAK', 'azureKey: "key" must have at least 16 bytes, got 15'],
      [{ key: 'no base64' }, 'ARGUMENT_INVALID', 'azureKey: "key" must be a key in base64, got other text'],
      [{ key: new Secret(Uint8Array.of(0xff)) }, 'ARGUMENT_INVALID', '"key" must be a key in base64'],
      [{ secondKey: bytes(15) }, 'KEY_WEAK', 'azureKey: "secondKey" must have at least 16 bytes'],
      [{ key: undefined }, 'ARGUMENT_INVALID', '"key"'],
      ...Object.entries({
        accountName: 'account',
        Id: 'account',
        keyId: 'account',
        AccountKey: 'key',
        key1: 'key',
        key2: 'secondKey',
      }).map(([wrong, right]) => [{ [wrong]: 'x' }, 'ARGUMENT_INVALID', `did you mean "${right}"`] as const),
    ] as ReadonlyArray<readonly [object, string, string]>)
      expect([options, textOf(() => azureKey({ account: 'api', key: btoa(SECRET), ...options }))]).toEqual([
        options,
        expect.stringMatching(new RegExp(`^${code} .*${text.replace(/[()]/g, '.')}`)),
      ])
  })

  test('with a second one signs by the first and verifies by both, at once', () => {
    const both = azureKey({ account: 'api', key: btoa(SECRET), secondKey: btoa('another key of the account') })
    expect(Buffer.from(both.sign('b'))).toEqual(mac('b'))
    expect(both.signText?.('b', 'base64')).toBe(key.signText === undefined ? undefined : mac('b').toString('base64'))
    expect(Object.hasOwn(both, 'signText')).toBe(Object.hasOwn(key, 'signText'))
    expect(both.verify('b', mac('b'))).toBe(true)
    expect(both.verify('b', mac('b', 'another key of the account'))).toBe(true)
    expect(both.verify('b', mac('b', 'a third key of the account'))).toBe(false)
    expect(isSyncKey(both)).toBe(true)
    expect(both).toMatchObject({ keyId: 'api', algorithm: 'hmac-sha256' })
  })

  test('is what signs: anything else is refused by what it is', () => {
    expect(() => assertAzureKey('where', key)).not.toThrow()
    for (const [one, text] of [
      [undefined, 'where: "key" must be a signing key, such as azureKey(), got nothing'],
      [{}, 'where: "key" must be a signing key, such as azureKey(), got an object'],
      [{ ...key, algorithm: 'hmac-sha512' }, 'where: "key" must be of hmac-sha256, got hmac-sha512'],
    ] as const)
      expect(textOf(() => assertAzureKey('where', one as never))).toBe(`CONFIG_INVALID ${text}`)
    expect(textOf(() => assertAzureKey('where', key, () => false))).toContain(
      'the id of "key" must be the name of the account',
    )
  })
})

describe('the parts of a request', () => {
  test('are values in one line, of one line', () => {
    expect([fieldText('a', ' x  y\t'), fieldText('a', 'x\ty')]).toEqual(['x  y', 'x\ty'])
    expect(() => fieldText('a', 'é')).toThrow(
      withCode('MESSAGE_MALFORMED', 'field "a" must hold ASCII characters only'),
    )
    expect([onlyValue(['A', ' 1 '], 'a'), onlyValue([], 'a')]).toEqual(['1', ''])
    expect(codeOf(() => onlyValue(['A', '1', 'a', '1'], 'a'))).toBe('HEADER_DUPLICATE')
  })

  test('are unsigned, and of the host of the account', () => {
    expect(unsignedRequest('where', request(['x-a', '1']), 'Authorization')).toEqual(request(['x-a', '1']))
    expect(() => unsignedRequest('where', httpResponse({ status: 200 }), 'x')).toThrow(
      withCode('MESSAGE_MALFORMED', 'where signs requests only'),
    )
    expect(() => unsignedRequest('where', request(['AUTHORIZATION', '1']), 'Authorization')).toThrow(
      withCode('MESSAGE_MALFORMED', 'the request has a field Authorization already'),
    )
    for (const authority of [
      'api.blob.core.windows.net',
      'API-secondary.table.core.windows.net:443',
      'api.z1.web.storage.azure.net',
      'other.example.com',
      'other',
    ])
      expect(() => assertAccountHost('where', { authority }, 'api')).not.toThrow()
    expect(() => assertAccountHost('where', { authority: 'Other.queue.core.usgovcloudapi.net' }, 'api')).toThrow(
      withCode(
        'MESSAGE_MALFORMED',
        'where: the key is of the account "api", and the host of "other": sign with a key of that one',
      ),
    )
  })

  test('are credentials of one scheme, in one field', () => {
    expect(credentialsOf(request([]), 'SharedKey ')).toBeUndefined()
    expect(credentialsOf(request(['Authorization', 'Bearer x']), 'SharedKey ')).toBeUndefined()
    expect(credentialsOf(request(['authorization', '  SharedKey a:b ']), 'SharedKey ')).toBe('a:b')
    expect(() =>
      credentialsOf(request(['Authorization', 'Bearer x', 'Authorization', 'SharedKey a']), 'SharedKey '),
    ).toThrow(withCode('AUTH_DUPLICATE', 'field "Authorization" is repeated'))
    const long = (length: number) => () =>
      credentialsOf(request(['Authorization', 'SharedKey '.padEnd(length, 'x')]), 'SharedKey ')
    expect(long(16_384)).not.toThrow()
    expect(long(16_385)).toThrow(withCode('AUTH_TOO_LARGE', 'Authorization must have at most 16384 characters'))
    expect(signatureOf(SIG)).toEqual(new Uint8Array(32))
    for (const text of [btoa('x'.repeat(31)), btoa('x'.repeat(33)), `${'A'.repeat(42)}B=`, '', 'é'.repeat(44)])
      expect(codeOf(() => signatureOf(text))).toBe('SIGNATURE_MALFORMED')
  })

  test('are decoded once, without what a server may read otherwise', () => {
    expect([decoded('a%20b+c'), decoded('a')]).toEqual(['a b+c', 'a'])
    expect(() => decoded('%ff')).toThrow(withCode('MESSAGE_MALFORMED', 'no UTF-8 in percent-encoding'))
    for (const text of ['a%0Ab', 'a\nb', 'a%7f'])
      expect(() => decoded(text)).toThrow(withCode('MESSAGE_MALFORMED', 'a control character'))
    expect(queryPairs('/a?&B=1&c&%44=%20&=x&')).toEqual([
      ['b', '1'],
      ['c', ''],
      ['d', ' '],
      ['', 'x'],
    ])
    expect(queryPairs('/a')).toEqual([])
    expect(decodedPath('/a%20b/c?d')).toBe('/a b/c')
    for (const path of ['/a/../b', '/./a', '/a/..', '/a%2f..%2fb', '/a%5Cb', '/a\\b'])
      expect(() => decodedPath(path)).toThrow(withCode('MESSAGE_MALFORMED', 'dot segments or a backslash'))
    expect(decodedPath('/a..b/...')).toBe('/a..b/...')
  })

  test('are names in the order of the service', () => {
    const sorted = (...names: string[]): string[] => names.sort(compareNames)
    expect(sorted('x-ms-b', 'x-ms-a')).toEqual(['x-ms-a', 'x-ms-b'])
    expect(sorted('x-ms-abc', 'x-ms-ab')).toEqual(['x-ms-ab', 'x-ms-abc'])
    expect(sorted('x-ms-a1', 'x-ms-a_', 'x-ms-aa')).toEqual(['x-ms-a_', 'x-ms-a1', 'x-ms-aa'])
    expect(sorted('x-ms-a-b', 'x-ms-ab')).toEqual(['x-ms-ab', 'x-ms-a-b'])
    expect(sorted("x-ms-a'b", 'x-ms-ab')).toEqual(['x-ms-ab', "x-ms-a'b"])
    expect(sorted('x-ms-a-b', "x-ms-a'b")).toEqual(["x-ms-a'b", 'x-ms-a-b'])
    expect(sorted('x-ms-a-', 'x-ms-a')).toEqual(['x-ms-a', 'x-ms-a-'])
    expect(sorted('x-ms-a-c', 'x-ms-ab')).toEqual(['x-ms-ab', 'x-ms-a-c'])
    expect(compareNames('x-ms-a', 'x-ms-a')).toBe(0)
  })
})

describe('Shared Key', () => {
  const base = (service: keyof typeof FORMS, message: HttpRequest, repeated = false): string =>
    sharedKeyBase(FORMS[service], 'api', message, repeated)
  const covers = (service: keyof typeof FORMS, message: HttpRequest): string[] =>
    [...sharedKeyCovers(FORMS[service], message)].sort()
  const FIELDS = [
    'X-MS-Date',
    DATE,
    'x-ms-b',
    '2',
    'x-ms-a',
    ' 1 ',
    'Content-Type',
    'text/plain',
    'Range',
    'bytes=0-1',
    'Date',
    'x',
  ]

  test('has a line for each field, those of the service, the account with the path, and parameters', () => {
    expect(base('storage', request(FIELDS, { target: '/photos/a%20b?b=2&A=1&c', method: 'PUT', body: 'xyz' }))).toBe(
      `PUT\n\n\n3\n\ntext/plain\n\n\n\n\n\nbytes=0-1\nx-ms-a:1\nx-ms-b:2\nx-ms-date:${DATE}\n/api/photos/a%20b\na:1\nb:2\nc:`,
    )
    expect(base('storage', request(['Date', DATE]))).toBe(`GET\n\n\n\n\n\n${DATE}\n\n\n\n\n\n/api/photos/a.jpg`)
    expect(base('table', request(FIELDS, { target: '/t?a=1&comp=acl' }))).toBe(
      `GET\n\ntext/plain\n${DATE}\n/api/t?comp=acl`,
    )
    expect(base('table-lite', request(FIELDS, { target: '/t?a=1' }))).toBe(`${DATE}\n/api/t`)
    expect(base('table-lite', request(['Date', DATE]))).toBe(`${DATE}\n/api/photos/a.jpg`)
  })

  test('signs a length that is that of the body', () => {
    const length = (fields: readonly string[], body?: unknown): string =>
      base('storage', request(fields, { body })).split('\n')[3] as string
    expect([
      length([]),
      length(['content-length', '0']),
      length([], 'xyz'),
      length(['content-length', '3'], 'xyz'),
    ]).toEqual(['', '', '3', '3'])
    expect([
      length(['content-length', '5'], stream()),
      length(['content-length', '0'], stream()),
      length([], stream()),
    ]).toEqual(['5', '', ''])
    for (const text of ['x', '-1', '03', '3x', '1'.repeat(16)])
      expect(() => length(['content-length', text], 'xyz')).toThrow(
        withCode('MESSAGE_MALFORMED', 'Content-Length must be a number'),
      )
    expect(() => length(['content-length', '4'], 'xyz')).toThrow(
      withCode('MESSAGE_MALFORMED', 'Content-Length is not the length of the body'),
    )
    expect(() => length(['transfer-encoding', 'chunked'], stream())).toThrow(
      withCode('MESSAGE_MALFORMED', 'a body without a Content-Length cannot be signed with Shared Key'),
    )
    expect(length(['transfer-encoding', 'chunked', 'content-length', '5'], stream())).toBe('5')
    expect(length(['transfer-encoding', 'chunked'], 'xyz')).toBe('3')
  })

  test('refuses names that could be read as others, and what is there twice', () => {
    const at =
      (target: string, repeated = false) =>
      () =>
        base('storage', request([], { target }), repeated)
    for (const target of ['/a?=1', '/a?b:c=1', '/a?b%3Ac=1'])
      expect(at(target)).toThrow(
        withCode('MESSAGE_MALFORMED', 'the name of a parameter must not be empty or hold a colon'),
      )
    expect(at('/a?b=2&B=1')).toThrow(withCode('MESSAGE_MALFORMED', 'a parameter is repeated'))
    expect(at('/a?b=2&B=1&b=3', true)()).toMatch(/\nb:1,2,3$/)
    expect(() => base('table', request([], { target: '/a?comp=1&comp=1' }))).toThrow(
      withCode('MESSAGE_MALFORMED', 'a parameter is repeated'),
    )
    expect(base('table', request([], { target: '/a?comp=1&b=1&b=2' }))).toMatch(/\?comp=1$/)
    expect(() => base('storage', request(['x-ms-a', '1', 'X-MS-A', '1']))).toThrow(
      withCode('HEADER_DUPLICATE', 'field "x-ms-a" is repeated'),
    )
    const many = (count: number) => () =>
      base('storage', request(Array.from({ length: count }, (_, i) => [`x-ms-${i}`, '1']).flat()))
    expect(many(256)).not.toThrow()
    expect(many(257)).toThrow(withCode('AUTH_TOO_LARGE', 'at most 256 fields of the service can be signed'))
  })

  test('covers what its text has', () => {
    expect(covers('storage', request(FIELDS))).toEqual([
      'field:content-type',
      'field:range',
      'field:x-ms-a',
      'field:x-ms-b',
      'field:x-ms-date',
      'method',
      'path',
      'query-parameters',
    ])
    expect(covers('storage', request(['Date', DATE]))).toEqual(['field:date', 'method', 'path', 'query-parameters'])
    expect(covers('table', request(FIELDS))).toEqual(['field:content-type', 'field:x-ms-date', 'method', 'path'])
    expect(covers('table-lite', request(['Date', DATE]))).toEqual(['field:date', 'path'])
    expect(covers('table-lite', request([]))).toEqual(['path'])
    const md5 = ['Content-MD5', contentMd5(new TextEncoder().encode('xyz'))]
    expect(covers('table', request(md5, { body: 'xyz' }))).toEqual(['body', 'field:content-md5', 'method', 'path'])
    expect(covers('table', request(md5, { body: stream() }))).toEqual(['field:content-md5', 'method', 'path'])
    expect(contentMd5(new TextEncoder().encode('xyz'))).toBe(createHash('md5').update('xyz').digest('base64'))
    expect(thrownCode(() => assertContentMd5(request(md5, { body: 'xyz' })))).toBe('nothing thrown')
    expect(thrownCode(() => assertContentMd5(request(md5, { body: 'xyy' })))).toBe('DIGEST_MISMATCH')
    expect(thrownCode(() => assertContentMd5(request(md5)))).toBe('DIGEST_MISMATCH')
    expect(thrownCode(() => assertContentMd5(request(md5, { body: stream() })))).toBe('nothing thrown')
    expect(thrownCode(() => assertContentMd5(request([], { body: 'xyz' })))).toBe('nothing thrown')
  })

  test('adds a time and the hash of a body, where its form signs them', () => {
    const signer = (options: object = {}) => azureSharedKey({ key, ...options })
    const names = (message: HttpRequest, options?: object) =>
      sign(signer(options), message).fields.filter((_, at) => at % 2 === 0)
    expect(names(request([], { method: 'PUT', body: 'xyz' }))).toEqual(['x-ms-date', 'Content-MD5', 'Authorization'])
    expect(names(request([], { method: 'PUT', body: 'xyz' }), { contentMd5: false })).toEqual([
      'x-ms-date',
      'Authorization',
    ])
    expect(names(request([], { method: 'PUT', body: 'xyz' }), { service: 'table-lite' })).toEqual([
      'x-ms-date',
      'Authorization',
    ])
    expect(names(request([], { method: 'PUT', body: new Uint8Array(0) }))).toEqual(['x-ms-date', 'Authorization'])
    expect(names(request(['content-md5', 'x'], { method: 'PUT', body: 'xyz' }))).toEqual([
      'content-md5',
      'x-ms-date',
      'Authorization',
    ])
    expect(names(request(['content-length', '3'], { method: 'PUT', body: stream() }))).toEqual([
      'content-length',
      'x-ms-date',
      'Authorization',
    ])
    expect(() => names(request([], { method: 'PUT', body: stream() }))).toThrow(
      withCode('MESSAGE_MALFORMED', 'a body that is a stream needs a field Content-Length'),
    )
    expect(names(request([], { method: 'PUT', body: stream() }), { service: 'table' })).toEqual([
      'x-ms-date',
      'Authorization',
    ])
    const made = traced(signer(), request())
    expect(made).toEqual({
      scheme: 'azure-shared-key',
      base: made.base,
      covered: ['path', 'method', 'query-parameters', 'field:x-ms-date'],
    })
    expect(sign(signer({ service: 'table-lite' }), request()).fields.at(-1)).toBe(
      `SharedKeyLite api:${mac(`${DATE}\n/api/photos/a.jpg`).toString('base64')}`,
    )
    for (const [options, text] of [
      [{ account: 'x' }, 'did you mean key: azureKey({ account, key })'],
      [{ service: 'blob' }, '"service" must be'],
      [{ key: { ...key, keyId: 'A' } }, 'the id of "key" must be the name of the account'],
    ] as const)
      expect(textOf(() => signer(options))).toContain(text)
  })

  test('is read with what its form demands', () => {
    const require = {
      storage: ['path', 'method', 'query-parameters'],
      table: ['path', 'method'],
      'table-lite': ['path'],
    }
    for (const service of ['storage', 'table', 'table-lite'] as const)
      expect(stated(azureSharedKeyVerifier({ service }))).toEqual({
        id: FORMS[service].id,
        weaknesses: FORMS[service].weaknesses,
        readsBody: true,
        demands: {
          require: require[service],
          requireWithBody: ['body'],
          requireNonce: false,
          algorithms: ['hmac-sha256'],
        },
      })
    expect(stated(azureSharedKeyVerifier({ unsignedPayload: true, repeatedParameters: true }))).toMatchObject({
      weaknesses: ['no-nonce', 'no-authority', 'loose-target', 'no-body', 'ambiguous-text'],
      readsBody: false,
      demands: { requireWithBody: [] },
    })
    expect(textOf(() => azureSharedKeyVerifier({ maxAgeMs: 1 } as never))).toContain('did you mean policy: maxAgeMs')
  })

  test('is read of requests that carry it, and nothing beside it', () => {
    const read = (message: HttpRequest, options = {}) => azureSharedKeyVerifier(options).parse(message)
    const good = request(['x-ms-date', DATE, 'Authorization', `SharedKey api:${SIG}`])
    expect(only(azureSharedKeyVerifier(), good)).toMatchObject({
      ...{ keyId: 'api', createdMs: NOW, signature: new Uint8Array(32), base: base('storage', good) },
      covered: ['path', 'method', 'query-parameters', 'field:x-ms-date'],
    })
    expect(read(request(['Date', DATE, 'Authorization', `SharedKey api:${SIG}`]))[0]?.createdMs).toBe(NOW)
    expect(read(httpResponse({ status: 200, headers: { authorization: `SharedKey api:${SIG}` } }) as never)).toEqual([])
    expect(read(request(['x-ms-date', DATE]))).toEqual([])
    expect(thrownCode(() => read({ ...good, target: '/a?SIG=x' }))).toBe('AUTH_DUPLICATE')
    for (const text of ['api', ':x', 'A_b:x'])
      expect(thrownCode(() => read(request(['x-ms-date', DATE, 'Authorization', `SharedKey ${text}`])))).toBe(
        'AUTH_MALFORMED',
      )
    const md5 = ['Content-MD5', contentMd5(new TextEncoder().encode('xyz'))]
    const body = request([...good.fields, ...md5], { body: 'xyz' })
    expect(read(body)[0]?.covers.has('body')).toBe(true)
    expect(read(body, { unsignedPayload: true })[0]?.covers.has('body')).toBe(false)
    expect(thrownCode(() => read(request([...good.fields, ...md5], { body: 'xyy' })).map((one) => one.base))).toBe(
      'DIGEST_MISMATCH',
    )
  })
})

describe('HMAC-SHA256 of App Configuration', () => {
  test('says what it signs, and refuses what could be read otherwise', () => {
    const made = traced(azureHmac({ key }), request([], { target: '/kv?a=1' }))
    const hash = createHash('sha256').update('').digest('base64')
    expect(made).toEqual({
      ...{ scheme: 'azure-hmac', covered: ['x-ms-date', 'host', 'x-ms-content-sha256'] },
      base: `GET\n/kv?a=1\n${DATE};${HOST};${hash}`,
    })
    expect(() => sign(azureHmac({ key }), { ...request(), authority: 'a;b' })).toThrow(
      withCode('AUTH_MALFORMED', 'a signed value must not hold a semicolon'),
    )
    expect(() => sign(azureHmac({ key }), request([], { body: stream() }))).toThrow(
      withCode('MESSAGE_MALFORMED', 'a body that is a stream cannot be signed: read it first'),
    )
    expect(textOf(() => azureHmac({ key, id: 'x' } as never))).toContain('did you mean key: azureKey({ account, key })')
    expect(textOf(() => azureHmacVerifier({ account: 'x' } as never))).toContain('did you mean "keyId"')
  })

  test('is read with what it demands, of requests that carry it', () => {
    const demands = {
      ...{ require: ['method', 'authority', 'path', 'query'], requireWithBody: ['body'] },
      ...{ requireNonce: false, algorithms: ['hmac-sha256'] },
    }
    expect(stated(azureHmacVerifier())).toMatchObject({ weaknesses: ['no-nonce'], demands })
    expect(stated(azureHmacVerifier({ keyId: 'api' }))).toMatchObject({
      weaknesses: ['no-nonce', 'no-key-id'],
      demands,
    })
    const signed = sign(azureHmac({ key }), request())
    expect(azureHmacVerifier().parse({ ...httpResponse({ status: 200 }), fields: signed.fields })).toEqual([])
    expect(azureHmacVerifier().parse(request())).toEqual([])
    const hashed = (value: string) => () =>
      azureHmacVerifier().parse({ ...signed, fields: signed.fields.map((one, at) => (at === 3 ? value : one)) })
    expect(hashed('!')).toThrow(withCode('AUTH_MALFORMED', 'field "x-ms-content-sha256" must be a SHA-256 in base64'))
    const dated = (value: string) => () =>
      azureHmacVerifier().parse({ ...signed, fields: signed.fields.map((one, at) => (at === 1 ? value : one)) })
    // Letters of two months are none.
    expect(dated('Anf, 01 2026 13:19:30.430490 GMT')).toThrow(
      withCode('TIMESTAMP_MALFORMED', 'x-ms-date must be a date'),
    )
    expect(dated('Feb, 29 2028 13:19:30.430490 GMT')()[0]?.createdMs).toBe(Date.UTC(2028, 1, 29, 13, 19, 30))
  })
})

describe('the primary key of Cosmos DB', () => {
  const signer = azureCosmos({ key })
  const base = (target: string, method = 'GET'): string => String(traced(signer, request([], { target, method })).base)
  const text = (type: string, id: string, method = 'get'): string =>
    `${method}\n${type}\n${id}\n${DATE.toLowerCase()}\n\n`

  test('signs the type of the resource and its name', () => {
    for (const [target, type, id] of [
      ['/', '', ''],
      ['/dbs', 'dbs', ''],
      ['/dbs/A', 'dbs', 'dbs/A'],
      ['/dbs/a/colls', 'colls', 'dbs/a'],
      ['/dbs/a/colls/b%20c/', 'colls', 'dbs/a/colls/b c'],
      ['/offers', 'offers', ''],
      ['/offers/AbC', 'offers', 'abc'],
    ] as const)
      expect(base(target)).toBe(text(type, id))
    expect(base('/dbs', 'POST')).toBe(text('dbs', '', 'post'))
    for (const target of ['/Dbs/a', '/d-bs', '/1/a'])
      expect(() => base(target)).toThrow(withCode('MESSAGE_MALFORMED', 'the path names no resource of Cosmos DB'))
    for (const target of ['/dbs//', '/dbs//colls', '/dbs/a%2Fb'])
      expect(() => base(target)).toThrow(withCode('MESSAGE_MALFORMED', 'the path must be segments that are not empty'))
    expect(() => base('/dbs/a/offers/b')).toThrow(
      withCode('MESSAGE_MALFORMED', 'the path must name an offer as /offers/id'),
    )
    expect(traced(signer, request([], { target: '/dbs' }))).toMatchObject({
      scheme: 'azure-cosmos',
      covered: ['method', 'resource', 'x-ms-date'],
    })
  })

  test('covers the path where that is signed as it is on the wire', () => {
    const verifier = azureCosmosVerifier({ keyId: 'api' })
    const covers = (target: string, method = 'GET') => [
      ...(verifier.parse(sign(signer, request([], { target, method })))[0]?.covers ?? []),
    ]
    for (const target of ['/', '/dbs/a']) expect(covers(target)).toEqual(['field:x-ms-date', 'method', 'path'])
    for (const target of ['/dbs/a/', '/dbs/a%20b', '/offers/a'])
      expect(covers(target)).toEqual(['field:x-ms-date', 'method'])
    expect(covers('/dbs/a', 'get')).toEqual(['field:x-ms-date', 'path'])
    expect(only(verifier, sign(signer, request([], { target: '/dbs' })))).toMatchObject({
      ...{ keyId: 'api', createdMs: NOW, covered: ['method', 'resource', 'x-ms-date'], base: text('dbs', '') },
    })
  })

  test('is read with what it demands, of requests that carry it', () => {
    const weaknesses = ['no-nonce', 'no-body', 'no-query', 'no-authority', 'no-key-id']
    expect(stated(azureCosmosVerifier({ keyId: 'api' }))).toEqual({
      ...{ id: 'azure-cosmos', weaknesses, readsBody: false },
      demands: { require: ['method'], requireWithBody: ['body'], requireNonce: false, algorithms: ['hmac-sha256'] },
    })
    expect(stated(azureCosmosVerifier({ keyId: 'api', unsignedPayload: true }))).toMatchObject({
      demands: { requireWithBody: [] },
    })
    const signed = sign(signer, request([], { target: '/dbs' }))
    const verifier = azureCosmosVerifier({ keyId: 'api' })
    expect(verifier.parse({ ...httpResponse({ status: 200 }), fields: signed.fields })).toEqual([])
    expect(verifier.parse(request())).toEqual([])
    const other = signed.fields.map((one) => one.replace('ver%3D1.0', 'ver%3D2.0'))
    expect(() => verifier.parse({ ...signed, fields: other })).toThrow(
      withCode('AUTH_MALFORMED', 'of type "master" and version 1.0'),
    )
    for (const [options, text] of [
      [{}, '"keyId"'],
      [{ keyId: 'api', unsignedPayload: 'yes' }, '"unsignedPayload" must be true or false'],
      [{ account: 'api' }, 'did you mean "keyId"'],
    ] as const)
      expect(textOf(() => azureCosmosVerifier(options as never))).toContain(text)
    expect(textOf(() => azureCosmos({ masterKey: 'x' } as never))).toContain(
      'did you mean key: azureKey({ account, key })',
    )
  })
})

import { describe, expect, test } from 'vitest'
import { httpRequest } from '../../../../src/message/message.js'
import { signPreparedSync } from '../../../../src/schemes/scheme.js'
import { sigv4, sigv4Key } from '../../../../src/schemes/sigv4/index.js'
import { type AwsRequest, type AwsScope, signAwsRequest } from '../../../../src/schemes/sigv4/sign-header.js'
import { codeOf, errorOf } from '../../../expect-code.js'

const accessKeyId = 'AKIDEXAMPLE'
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const NOW = Date.UTC(2015, 7, 30, 12, 36)
const SCOPE: AwsScope = { region: 'eu-central-1', service: 'execute-api' }

const added = (request: Partial<AwsRequest> = {}, scope = SCOPE, sessionToken?: string) =>
  signAwsRequest(
    { url: 'https://a.example.com/', ...request },
    { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    scope,
    NOW,
  )

/** What the scheme adds to the same request. */
function byScheme(request: AwsRequest & { readonly url: string }, scope: AwsScope, sessionToken?: string) {
  const key = sigv4Key({ accessKeyId, secretAccessKey })
  const signer = sigv4({ key, ...scope, ...(sessionToken !== undefined && { sessionToken }) })
  const { method = 'GET', url, headers, body = null } = request
  const message = httpRequest({ method, url, body, ...(headers !== undefined && { headers }) })
  const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce: '' }
  const { fields } = signPreparedSync(signer.scheme.prepare(message, context), key)
  const lines = fields.slice(message.fields.length)
  return Object.fromEntries(lines.flatMap((name, at) => (at % 2 === 0 ? [[name, lines[at + 1]]] : [])))
}

describe('signAwsRequest', () => {
  test.each<[string, AwsRequest & { readonly url: string }]>([
    ['a bare URL', { url: 'https://a.example.com' }],
    ['a query with every kind of character', { url: "https://a.example.com/?b=2&a=%7e&a=1+2&c&d=!'()*&e=ü" }],
    ['a path that is not plain', { url: 'https://a.example.com:8443/ü/%2f//b%20c/../d/' }],
    ['a body of text', { method: 'POST', url: 'https://a.example.com/x', body: 'ä' }],
    ['a body of bytes', { method: 'PUT', url: 'https://a.example.com/x', body: Uint8Array.of(0, 255) }],
    ['headers', { url: 'https://a.example.com/', headers: { 'X-B': ' 1  2 ', 'content-type': 'text/plain' } }],
    [
      'headers as pairs, one of them twice',
      {
        url: 'https://a.example.com/',
        headers: [
          ['x-a', '2'],
          ['X-A', '1'],
        ],
      },
    ],
    [
      'headers by the names of members that every object has',
      {
        url: 'https://a.example.com/',
        headers: [
          ['__proto__', '1'],
          ['constructor', '2'],
          ['toString', '3'],
          ['constructor', '4'],
          ['10', '5'],
        ],
      },
    ],
    ['values with spaces and tabs inside', { url: 'https://a.example.com/', headers: { 'x-a': '\t a \t b  c\t' } }],
    ['an empty value', { url: 'https://a.example.com/', headers: { 'x-a': '' } }],
    ['a host with the port of its scheme', { url: 'https://A.example.com:443/x' }],
    ['an address in brackets', { url: 'http://[2001:DB8::1]:8080/x' }],
    ['names and values of the query that are empty', { url: 'https://a.example.com/?&a&a=&=b&&c=d=e+f&a=%2B' }],
    ['headers of fetch', { url: 'https://a.example.com/', headers: new Headers({ 'x-a': '1' }) }],
  ])('signs %s as the scheme does', (_, request) => {
    for (const service of ['execute-api', 's3']) {
      const scope = { ...SCOPE, service }
      expect(added(request, scope)).toEqual(byScheme(request, scope))
      expect(added(request, scope, 'token/of+it==')).toEqual(byScheme(request, scope, 'token/of+it=='))
    }
  })

  test('a URL object is taken as text is', () => {
    expect(added({ url: new URL('https://A.example.com:443/x/../b?c#d') })).toEqual(
      added({ url: 'https://a.example.com/b?c' }),
    )
  })

  test('a body that is not in memory is signed by its hash, or left unsigned', () => {
    const scope = { ...SCOPE, service: 's3' }
    const hash = added({ body: 'hello' }, scope)['X-Amz-Content-Sha256'] as string
    expect(added({ payloadHash: hash }, scope)).toEqual(added({ body: 'hello' }, scope))
    expect(added({ payloadHash: 'UNSIGNED-PAYLOAD' })['X-Amz-Content-Sha256']).toBe('UNSIGNED-PAYLOAD')
  })

  test.each<[string, object]>([
    ['a method in small letters', { method: 'get' }],
    ['a method that only ends in capitals', { method: 'pUT' }],
    ['a method with a line break', { method: 'GET\n' }],
    ['a relative URL', { url: '/a' }],
    ['a URL without a host', { url: 'mailto:a@b' }],
    ['parts without a host', { url: { host: '', pathname: '/', search: '' } }],
    ['parts without a path', { url: { host: 'a', pathname: '', search: '' } }],
    ['parts whose path begins without a slash', { url: { host: 'a', pathname: 'a/b', search: '' } }],
    ['parts without a query', { url: { host: 'a', pathname: '/' } }],
    ['parts with a query that has no mark', { url: { host: 'a', pathname: '/', search: 'a=1' } }],
    ['parts with a query that has a fragment', { url: { host: 'a', pathname: '/', search: '?a#b' } }],
    ['parts with a query in the path', { url: { host: 'a', pathname: '/a?b', search: '' } }],
    ['parts with a fragment in the path', { url: { host: 'a', pathname: '/a#b', search: '' } }],
    ['parts whose host has a line break', { url: { host: 'a\nb', pathname: '/', search: '' } }],
    ['parts whose host is not ASCII', { url: { host: 'ü', pathname: '/', search: '' } }],
    ['parts that are lists', { url: { host: ['a'], pathname: ['/'], search: '' } }],
    ['parts that are symbols', { url: { host: Symbol('a'), pathname: '/', search: '' } }],
    ['the options of node:http', { url: { hostname: 'a', path: '/' } }],
    ['a URL of data, which has a slash and no host', { url: 'data:text/plain,x' }],
    ['a signature that is there already', { headers: { authorization: 'x' } }],
    ['a time that is there already', { headers: { 'X-Amz-Date': 'x' } }],
    ['a hash that is there already', { headers: { 'X-Amz-Content-SHA256': 'x' } }],
    ['a token that is there already', { headers: { 'x-amz-security-token': 'x' } }],
    ['a host beside that of the URL', { headers: { Host: 'x' } }],
    ['a name with a line break', { headers: { 'x\nhost': 'x' } }],
    ['a name with a colon', { headers: { 'x:y': 'x' } }],
    ['an empty name', { headers: { '': 'x' } }],
    ['a value with a line break', { headers: { x: 'a\nb' } }],
    ['a value that is not ASCII', { headers: { x: 'ü' } }],
    ['a value that is no text', { headers: { x: 1 } }],
    ['a value that is a list, as node:http has several', { headers: { x: ['1', '2'] } }],
    ['a value that is undefined', { headers: { x: undefined } }],
    ['headers that are null', { headers: null }],
    ['headers that are text', { headers: 'x: 1' }],
    ['headers that are a number', { headers: 1 }],
    ['names and values in one list, as rawHeaders has them', { headers: ['x', '1'] }],
    ['a pair that is null', { headers: [null] }],
    ['a pair without a value', { headers: [['x']] }],
    ['a name that is a symbol', { headers: [[Symbol('x'), '1']] }],
    ['a body that is an object', { body: {} }],
    ['a body that is null', { body: null }],
    ['a body that is an ArrayBuffer', { body: new ArrayBuffer(3) }],
    ['a body that is a view of other numbers', { body: new Uint16Array(2) }],
    ['a body that is a form', { body: new URLSearchParams('a=1') }],
    ['a body that is a promise', { body: Promise.resolve('a') }],
    ['a body that is a stream', { body: new ReadableStream() }],
    ['a hash with a line break', { payloadHash: 'a\nb' }],
    ['a hash that is null', { payloadHash: null }],
    ['a hash in base64', { payloadHash: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=' }],
    ['no URL', { url: undefined }],
    ['a URL that is null', { url: null }],
  ])('refuses %s, in words', (_, request) => {
    const error = errorOf(() => added(request))
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message).toMatch(/^signAwsRequest: "[^"]*" must be [^\\^]+, got \w+$/)
  })

  test('an error names the header that it is about', () => {
    expect(errorOf(() => added({ headers: { 'X-Amz-Date': '20150830T123600Z' } })).message).toContain('"X-Amz-Date"')
    expect(errorOf(() => added({ headers: { 'x-a': 'ü' } })).message).toContain('"x-a"')
  })

  test.each<[string, object]>([
    ['an empty region', { region: '', service: 's3' }],
    ['a region with a slash', { region: 'a/b', service: 's3' }],
    ['no service', { region: 'a' }],
    ['a service that is a symbol', { region: 'a', service: Symbol('s3') }],
    ['a service in a list', { region: 'a', service: ['s3'] }],
    ['a flag that is text', { ...SCOPE, doubleEncode: 'false' }],
    ['a flag that is a number', { ...SCOPE, normalizePath: 0 }],
    ['a flag that is a symbol', { ...SCOPE, doubleEncode: Symbol('no') }],
    ['a flag that is null', { ...SCOPE, normalizePath: null }],
    ['an option of sigv4()', { ...SCOPE, signBodyHeader: true }],
    ['a service with a line break', { region: 'a', service: 's3\n' }],
  ])('a signature is refused for %s', (_, scope) => {
    expect(codeOf(() => added({}, scope as AwsScope))).toBe('CONFIG_INVALID')
  })

  test.each([
    ['an empty secret', ''],
    ['a short secret', '1234567'],
    ['no secret', undefined],
    ['a secret with a line break', `${secretAccessKey}\n`],
  ])('refuses %s, and does not repeat it', (_, secret) => {
    const error = errorOf(() =>
      signAwsRequest({ url: 'https://a.b/' }, { accessKeyId, secretAccessKey: secret as string }, SCOPE, NOW),
    )
    expect(error.code).toBe('KEY_WEAK')
    if (secret) expect(String(error)).not.toContain(secret)
  })

  test.each([
    ['an empty key id', { accessKeyId: '' }],
    ['a key id with a slash', { accessKeyId: 'a/b' }],
    ['an empty token', { sessionToken: '' }],
    ['a token with a line break', { sessionToken: 'token/of+it==\n' }],
  ])('a signature is refused for %s', (_, part) => {
    const credentials = { accessKeyId, secretAccessKey, ...part }
    expect(codeOf(() => signAwsRequest({ url: 'https://a.b/' }, credentials, SCOPE, NOW))).toBe('CONFIG_INVALID')
  })

  test('a flag that is undefined is one that is left out', () => {
    const url = 'https://a.example.com/a%20b//c'
    const scope = { ...SCOPE, doubleEncode: undefined, normalizePath: undefined } as never
    expect(added({ url }, scope)).toEqual(added({ url }))
    expect(added({ url }, { ...SCOPE, doubleEncode: false })).not.toEqual(added({ url }))
    expect(added({ url }, { ...SCOPE, normalizePath: false })).not.toEqual(added({ url }))
  })

  test.each<[unknown]>([
    [undefined],
    [null],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [253_402_300_800_000],
    [-62_167_219_200_001],
    [NOW / 1_000],
    [Date.UTC(12_026, 0, 2)],
    [Date.UTC(-200_000, 0, 1)],
    [BigInt(NOW)],
    [new Date(NOW)],
    ['2026-01-02'],
  ])('refuses %s as a time', (nowMs) => {
    expect(
      codeOf(() => signAwsRequest({ url: 'https://a.b/' }, { accessKeyId, secretAccessKey }, SCOPE, nowMs as number)),
    ).toBe('CONFIG_INVALID')
  })

  test('an error says what was expected and what came, and never a value', () => {
    const text = (request: object, scope: object = SCOPE, nowMs: unknown = NOW, secret = secretAccessKey): string => {
      const credentials = { accessKeyId, secretAccessKey: secret }
      return errorOf(() => signAwsRequest(request as AwsRequest, credentials, scope as AwsScope, nowMs as number))
        .message
    }
    const url = 'https://a.b/'
    expect([
      text({ url: '/a' }),
      text({ url: null }),
      text({ url: 5 }),
      text({ url, method: 'get' }),
      text({ url, body: {} }),
      text({ url }, { region: 7, service: 's3' }),
      text({ url }, { ...SCOPE, doubleEncode: 'no' }),
      text({ url }, SCOPE, NOW / 1_000),
      text({ url }, SCOPE, new Date(NOW)),
      text({ url }, SCOPE, NOW, 'short'),
    ]).toEqual([
      'signAwsRequest: "url" must be absolute, or { host, pathname, search }, got string',
      'signAwsRequest: "url" must be absolute, or { host, pathname, search }, got object',
      'signAwsRequest: "url" must be absolute, or { host, pathname, search }, got number',
      'signAwsRequest: "method" must be capital letters, got string',
      'signAwsRequest: "body" must be text or bytes, got object',
      'signAwsRequest: "region" must be letters, digits, _.-, got number',
      'signAwsRequest: "doubleEncode" must be true or false, got string',
      'signAwsRequest: "nowMs" must be milliseconds, got number',
      'signAwsRequest: "nowMs" must be milliseconds, got object',
      'signAwsRequest: "secretAccessKey" must be ASCII text of 8+, no id, got string',
    ])
  })

  test.each(['AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE'])('never sends the secret in place of the id %s', (id) => {
    const swapped = { accessKeyId: secretAccessKey, secretAccessKey: id }
    expect(errorOf(() => signAwsRequest({ url: 'https://a.b/' }, swapped, SCOPE, NOW))).toMatchObject({
      code: 'KEY_WEAK',
      message: 'signAwsRequest: "secretAccessKey" must be ASCII text of 8+, no id, got string',
    })
  })

  test.each([
    { region: 'us-east-1', service: 'S3' },
    { region: 'us-east-1', service: 'IOTSecuredTunneling!' },
    { region: 'us east 1', service: 's3' },
    { region: '', service: 's3' },
  ])('refuses the scope %j, which no service of AWS has', (scope) => {
    const sign = () => signAwsRequest({ url: 'https://a.b/' }, { accessKeyId, secretAccessKey }, scope, NOW)
    expect(errorOf(sign).message).toMatch(/^signAwsRequest: "(region|service)" must be l[a-z, _.-]+, got string$/)
  })

  test('takes a region in capitals, as servers like S3 have them', () => {
    const scope = { region: 'RegionOne', service: 's3' }
    const { Authorization } = signAwsRequest({ url: 'https://a.b/' }, { accessKeyId, secretAccessKey }, scope, NOW)
    expect(Authorization).toContain('/RegionOne/s3/aws4_request')
  })

  test('takes the one service of AWS that has capitals', () => {
    const scope = { region: 'us-east-1', service: 'IoTSecuredTunneling' }
    expect(signAwsRequest({ url: 'https://a.b/' }, { accessKeyId, secretAccessKey }, scope, NOW)).toMatchObject({
      Authorization: expect.stringContaining('/us-east-1/IoTSecuredTunneling/aws4_request'),
    })
  })

  test('refuses parts that are no objects', () => {
    expect(codeOf(() => signAwsRequest(null as never, { accessKeyId, secretAccessKey }, SCOPE, NOW))).toBe(
      'CONFIG_INVALID',
    )
    expect(codeOf(() => signAwsRequest({ url: 'https://a.b/' }, undefined as never, SCOPE, NOW))).toBe('CONFIG_INVALID')
    expect(
      codeOf(() => signAwsRequest({ url: 'https://a.b/' }, { accessKeyId, secretAccessKey }, 's3' as never, NOW)),
    ).toBe('CONFIG_INVALID')
  })

  test('a target that cannot be signed is a message that cannot be sent', () => {
    expect(codeOf(() => added({ url: { host: 'a', pathname: '/', search: '?a=%' } }))).toBe('MESSAGE_MALFORMED')
  })
})

import { describe, expect, test } from 'vitest'
import { sha256Hex } from '#backend/sha256'
import { utf8 } from '../../../../src/crypto/encoding.js'
import { type HttpMessage, type HttpRequest, httpRequest, httpResponse } from '../../../../src/message/message.js'
import { type Signer, signPreparedSync } from '../../../../src/schemes/scheme.js'
import {
  acs3,
  acs3Key,
  goog4,
  goog4Key,
  goog4Url,
  oss4,
  oss4Key,
  oss4Url,
  type PresignOptions,
  presign,
  type Sigv4Options,
  type Sigv4UrlOptions,
  sigv4,
  sigv4Key,
  sigv4Url,
  tc3,
  tc3Key,
} from '../../../../src/schemes/sigv4/index.js'
import { textOf } from '../../../expect-code.js'
import { AREA, HOST, NOW, requestOf, TIME } from './support.js'

const access = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const key = sigv4Key(access)
const place = { key, region: 'eu-central-1', service: 'orders' }
const s3 = { ...place, service: 's3' }
const EMPTY = sha256Hex('')

const prepare = <M extends HttpMessage>({ scheme, key }: Signer, message: M) =>
  scheme.prepare(message, { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce: 'n-1' })
const sign = (signer: Signer, message: HttpRequest = requestOf()): HttpRequest =>
  signPreparedSync(prepare(signer, message), signer.key as never)
/** The names that are signed of a request with these fields. */
const covered = (signer: Signer, ...fields: readonly string[]): readonly string[] =>
  prepare(signer, requestOf({ fields })).trace().covered
const added = (signer: Signer, message: HttpRequest = requestOf()): readonly string[] =>
  sign(signer, message).fields.slice(message.fields.length)
const names = (fields: readonly string[]): readonly string[] => fields.filter((_, at) => at % 2 === 0)

describe('a signature in a field', () => {
  const signer = (more: Partial<Sigv4Options> = {}) => sigv4({ ...place, ...more })

  test('is traced by what was signed', () => {
    const prepared = prepare(signer(), requestOf({ target: '/v1?b=2&a=1' }))
    const canonical = ['GET', '/v1', 'a=1&b=2', `host:${HOST}`, `x-amz-date:${TIME}`, '', 'host;x-amz-date', EMPTY]
    const base = ['AWS4-HMAC-SHA256', TIME, AREA, sha256Hex(canonical.join('\n'))].join('\n')
    expect(prepared.trace()).toEqual({
      ...{ scheme: 'sigv4', base, canonical: canonical.join('\n'), covered: ['host', 'x-amz-date'] },
    })
    expect([prepared.base, prepared.encoding]).toEqual([base, 'hex'])
  })

  test('covers every field but those that proxies change', () => {
    const unsigned = [
      ...['authorization-x', 'Cache-Control', 'connection', 'expect', 'from', 'keep-alive', 'max-forwards', 'pragma'],
      ...['proxy-authorization', 'proxy-connection', 'Referer', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
      ...['User-Agent', 'x-amzn-trace-id', 'x-a', 'X-B'],
    ].flatMap((name) => [name, '1'])
    expect(covered(signer(), ...unsigned)).toEqual(['authorization-x', 'host', 'x-a', 'x-amz-date', 'x-b'])
    expect(covered(signer({ unsignableHeaders: ['x-a'] }), ...unsigned)).toEqual([
      ...['authorization-x', 'host', 'x-amz-date', 'x-b'],
    ])
  })

  test('must cover the host and the time', () => {
    for (const name of ['host', 'x-amz-date'])
      expect(textOf(() => signer({ unsignableHeaders: ['x-a', name] }))).toBe(
        `CONFIG_INVALID sigv4: "unsignableHeaders" must not hold "${name}"`,
      )
  })

  test('covers a session token, or has it beside itself', () => {
    const token = { sessionToken: 't' }
    expect(added(signer(token)).slice(0, 4)).toEqual(['X-Amz-Date', TIME, 'X-Amz-Security-Token', 't'])
    expect(covered(signer(token))).toEqual(['host', 'x-amz-date', 'x-amz-security-token'])
    const beside = { ...token, omitSessionToken: true }
    expect(added(signer(beside)).slice(0, 4)).toEqual(['X-Amz-Date', TIME, 'X-Amz-Security-Token', 't'])
    expect(covered(signer(beside))).toEqual(['host', 'x-amz-date'])
  })

  test('has no session token, where the variant knows none', () => {
    const google = { key: goog4Key(access) }
    expect(textOf(() => goog4({ ...google, sessionToken: 't' }))).toBe(
      'CONFIG_INVALID goog4: Google Cloud Storage V4 has no "sessionToken"',
    )
    expect(covered(goog4({ ...google, omitSessionToken: true }))).toEqual([
      ...['host', 'x-goog-content-sha256', 'x-goog-date'],
    ])
  })

  test('states the hash of the body where that is due, once', () => {
    expect(names(added(signer()))).toEqual(['X-Amz-Date', 'Authorization'])
    for (const options of [s3, { ...place, signBodyHeader: true }])
      expect(added(sigv4(options)).slice(2, 4)).toEqual(['X-Amz-Content-Sha256', EMPTY])
    expect(added(sigv4({ ...place, unsignedPayload: true })).slice(2, 4)).toEqual([
      ...['X-Amz-Content-Sha256', 'UNSIGNED-PAYLOAD'],
    ])
    expect(names(added(sigv4({ ...s3, signBodyHeader: false })))).toEqual(['X-Amz-Date', 'Authorization'])
    const stated = requestOf({ fields: ['X-Amz-Content-SHA256', sha256Hex('x')] })
    expect(names(added(sigv4(s3), stated))).toEqual(['X-Amz-Date', 'Authorization'])
  })

  test('takes a hash that is stated in place of the body', () => {
    const last = (payload: string): string | undefined =>
      prepare(signer(), requestOf({ body: utf8('y'), fields: ['x-amz-content-sha256', payload] }))
        .trace()
        .canonical?.split('\n')
        .at(-1)
    const streaming = `STREAMING-${'A'.repeat(64)}`
    for (const payload of [sha256Hex('x'), 'a', 'UNSIGNED-PAYLOAD', streaming]) expect(last(payload)).toBe(payload)
    for (const payload of [
      '',
      'A',
      'g',
      `${sha256Hex('x')}0`,
      'UNSIGNED-PAYLOADS',
      'STREAMING-a',
      `${streaming}A`,
      ' a',
    ])
      expect(textOf(() => last(payload))).toBe(
        'MESSAGE_MALFORMED X-Amz-Content-Sha256 must be one hash in lower-case hexadecimal, or UNSIGNED-PAYLOAD',
      )
    const twice = ['x-amz-content-sha256', 'a', 'X-Amz-Content-Sha256', 'a']
    expect(textOf(() => prepare(signer(), requestOf({ fields: twice })))).toContain('must be one hash')
  })

  test('is added to requests that have none', () => {
    expect(textOf(() => prepare(signer(), httpResponse({ status: 200 })))).toBe(
      'MESSAGE_MALFORMED AWS Signature Version 4 signs requests only',
    )
    for (const [name, shown] of [
      ['AUTHORIZATION', 'Authorization'],
      ['authorization', 'Authorization'],
      ['x-amz-date', 'X-Amz-Date'],
    ] as const)
      expect(textOf(() => prepare(signer(), requestOf({ fields: [name, 'a'] })))).toBe(
        `MESSAGE_MALFORMED the request has a field ${shown} already: sign the one that was not signed yet`,
      )
  })

  test('is for a region and a service by names that can be signed', () => {
    const outcome = (more: Partial<Sigv4Options>): string => {
      try {
        return signer(more).scheme.id
      } catch {
        return textOf(() => signer(more))
      }
    }
    for (const more of [{ region: 'EU.a_b-1' }, { service: 'IoTSecuredTunneling' }, { service: 'a.b_c-1' }])
      expect(outcome(more)).toBe('sigv4')
    const wrong = (name: string): string =>
      `CONFIG_INVALID sigv4: "${name}" must be a part of the scope in lower case, such as us-east-1 or s3`
    for (const region of ['a/b', 'a b', 'x'.repeat(129)]) expect(outcome({ region })).toBe(wrong('region'))
    for (const service of ['S3', 'a/b', 'IoTSecuredTunnelings']) expect(outcome({ service })).toBe(wrong('service'))
    expect(textOf(() => sigv4({ key } as never))).toBe(wrong('region'))
    expect(textOf(() => sigv4({ key, region: 'a' } as never))).toBe(wrong('service'))
  })

  test('encodes the path as it is stated', () => {
    const path = (options: Partial<Sigv4Options>) =>
      prepare(signer(options), requestOf({ target: '/a%20b/../c%20d' }))
        .trace()
        .canonical?.split('\n')[1]
    expect(path({})).toBe('/c%2520d')
    expect(path({ normalizePath: false })).toBe('/a%2520b/../c%2520d')
    expect(path({ doubleEncode: false })).toBe('/c%20d')
    expect(path({ service: 's3' })).toBe('/a%20b/../c%20d')
    expect(path({ service: 's3', doubleEncode: true, normalizePath: true })).toBe('/c%2520d')
  })

  test('is of the day of each request', () => {
    const { scheme } = signer()
    const day = (nowMs: number): string | undefined =>
      scheme
        .prepare(requestOf(), { keyId: 'a', algorithm: 'hmac-sha256', nowMs, nonce: '' })
        .trace()
        .base.split('\n')[2]
        ?.slice(0, 8)
    expect([day(NOW), day(NOW + 86_400_000), day(NOW + 1), day(NOW - 86_400_000)]).toEqual([
      ...['20260102', '20260103', '20260102', '20260101'],
    ])
  })
})

test('a nonce is added where the variant signs one, and a scope where it has one', () => {
  const fields = added(acs3({ key: acs3Key(access) }))
  expect(fields.slice(0, 6)).toEqual([
    ...['x-acs-date', '2026-01-02T03:04:05Z', 'x-acs-signature-nonce', 'n-1', 'x-acs-content-sha256', EMPTY],
  ])
  expect(fields.at(-1)).toMatch(
    /^ACS3-HMAC-SHA256 Credential=AKIDEXAMPLE,SignedHeaders=host;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce,Signature=[0-9a-f]{64}$/,
  )
  expect(added(tc3({ key: tc3Key(access), service: 'cvm' })).at(-1)).toMatch(
    /^TC3-HMAC-SHA256 Credential=AKIDEXAMPLE\/2026-01-02\/cvm\/tc3_request, SignedHeaders=host, Signature=[0-9a-f]{64}$/,
  )
})

test('a list of signed fields that is empty is left out', () => {
  const oss = { key: oss4Key(access), region: 'cn-hangzhou' }
  const area = '20260102/cn-hangzhou/oss/aliyun_v4_request'
  expect(added(oss4({ ...oss, additionalHeaders: [] })).at(-1)).toMatch(
    new RegExp(`^OSS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${area},Signature=[0-9a-f]{64}$`),
  )
  expect(added(oss4(oss)).at(-1)).toContain(`/${area},AdditionalHeaders=host,Signature=`)
  const url = (more: object) => sign(oss4Url({ ...oss, expiresS: 60, ...more })).target
  expect(url({})).toContain('&x-oss-additional-headers=host&')
  expect(url({ additionalHeaders: [] })).toMatch(
    new RegExp(
      '^/v1[?]x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=AKIDEXAMPLE%2F20260102%2Fcn-hangzhou%2Foss%2Faliyun_v4_request' +
        `&x-oss-date=${TIME}&x-oss-expires=60&x-oss-signature=[0-9a-f]{64}$`,
    ),
  )
})

test('a part of the scope that is undefined is left out, and options that are none are refused', () => {
  const google = { key: goog4Key(access) }
  for (const options of [google, { ...google, region: undefined, service: undefined }])
    expect(added(goog4(options as typeof google)).at(-1)).toContain('/20260102/auto/storage/goog4_request,')
  expect(added(goog4({ ...google, region: 'eu' })).at(-1)).toContain('/20260102/eu/storage/goog4_request,')
  for (const options of [undefined, null, 'key', 5])
    expect(textOf(() => goog4(options as never))).toMatch(/^CONFIG_INVALID goog4 needs options: \{ key \}, got /)
})

describe('a signature in a URL', () => {
  const signer = (more: Partial<Sigv4UrlOptions> = {}) => sigv4Url({ ...place, expiresS: 60, ...more })
  const OWN =
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Feu-central-1%2Forders%2Faws4_request' +
    `&X-Amz-Date=${TIME}&X-Amz-Expires=60`
  const HEX = /&X-Amz-Signature=[0-9a-f]{64}$/

  test('stands behind what the URL has already', () => {
    const target = (before: string): string => sign(signer(), requestOf({ target: before })).target.replace(HEX, '&s')
    expect(target('/v1')).toBe(`/v1?${OWN}&X-Amz-SignedHeaders=host&s`)
    expect(target('/v1?')).toBe(`/v1?${OWN}&X-Amz-SignedHeaders=host&s`)
    expect(target('/v1?a=1')).toBe(`/v1?a=1&${OWN}&X-Amz-SignedHeaders=host&s`)
    expect(target('/v1?a=1&')).toBe(`/v1?a=1&${OWN}&X-Amz-SignedHeaders=host&s`)
    expect(target('/v1?&a')).toBe(`/v1?&a&${OWN}&X-Amz-SignedHeaders=host&s`)
    expect(target('/v1??')).toBe(`/v1??&${OWN}&X-Amz-SignedHeaders=host&s`)
  })

  test('changes nothing else of the request, and signs its fields', () => {
    const before = requestOf({ method: 'PUT', fields: ['X-A', '1', 'user-agent', 'a'], body: utf8('x') })
    const { target, ...after } = sign(signer(), before)
    const { target: _, ...rest } = before
    expect(after).toEqual(rest)
    expect(target).toContain('&X-Amz-SignedHeaders=host%3Bx-a&')
  })

  test('is traced by what was signed', () => {
    const prepared = prepare(signer(), requestOf({ target: '/v1?a=1' }))
    const canonical = ['GET', '/v1', `${OWN}&X-Amz-SignedHeaders=host&a=1`, `host:${HOST}`, '', 'host', EMPTY]
    const base = ['AWS4-HMAC-SHA256', TIME, AREA, sha256Hex(canonical.join('\n'))].join('\n')
    expect(prepared.trace()).toEqual({
      ...{ scheme: 'sigv4', base, canonical: canonical.join('\n'), covered: ['host'] },
    })
    expect([prepared.base, prepared.encoding]).toEqual([base, 'hex'])
  })

  test('covers a session token, or has it behind itself', () => {
    const { target } = sign(signer({ sessionToken: 't/1' }))
    expect(target.replace(HEX, '')).toBe(`/v1?${OWN}&X-Amz-SignedHeaders=host&X-Amz-Security-Token=t%2F1`)
    const beside = signer({ sessionToken: 't/1', omitSessionToken: true })
    const ending = '&X-Amz-Security-Token=t%2F1'
    expect(sign(beside).target.endsWith(ending)).toBe(true)
    expect(sign(beside).target.slice(0, -ending.length)).toBe(sign(signer()).target)
    expect(sign(signer({ omitSessionToken: true })).target).toBe(sign(signer()).target)
  })

  test('leaves the body out at S3, and where that is stated', () => {
    const last = (options: object): string | undefined =>
      prepare(sigv4Url({ expiresS: 60, ...place, ...options }), requestOf())
        .trace()
        .canonical?.split('\n')
        .at(-1)
    expect([last({}), last({ unsignedPayload: true }), last(s3)]).toEqual([
      ...[EMPTY, 'UNSIGNED-PAYLOAD', 'UNSIGNED-PAYLOAD'],
    ])
  })

  test('is added to requests that have none', () => {
    for (const target of ['/v1?X-Amz-Date=a', '/v1?X-Amz-Signature=a', '/v1?X-Amz-Content-Sha256=a'])
      expect(textOf(() => prepare(signer(), requestOf({ target })))).toBe(
        'MESSAGE_MALFORMED the URL is signed already: sign the one that was not signed yet',
      )
    for (const name of ['Authorization', 'X-Amz-Security-Token'])
      expect(textOf(() => prepare(signer(), requestOf({ fields: [name.toLowerCase(), 'a'] })))).toBe(
        `MESSAGE_MALFORMED the request has a field ${name} already: sign the one that was not signed yet`,
      )
    const google = goog4Url({ key: goog4Key(access), expiresS: 60 })
    const fields = ['undefined', 'a', 'x-amz-security-token', 'a']
    expect(sign(google, requestOf({ fields })).target).toContain('&X-Goog-Signature=')
  })

  test('takes a field with the time of the URL, and none with another', () => {
    expect(sign(signer(), requestOf({ fields: ['x-amz-date', TIME] })).target).toContain('host%3Bx-amz-date')
    for (const name of ['x-amz-date', 'X-AMZ-DATE'])
      expect(textOf(() => prepare(signer(), requestOf({ fields: [name, '20260102T030406Z'] })))).toBe(
        'MESSAGE_MALFORMED the request has a field X-Amz-Date with another time',
      )
  })

  test('needs the life of the URL', () => {
    expect(textOf(() => sigv4Url(place as never))).toBe(
      'CONFIG_INVALID sigv4Url: "expiresS" must be the life of the URL in seconds',
    )
    for (const expiresS of [0, 604_801, 1.5, '60'])
      expect(textOf(() => signer({ expiresS: expiresS as number }))).toContain('CONFIG_INVALID "expiresS" must be')
    expect(textOf(() => signer({ expiresIn: 60 } as never))).toContain('"expiresS"?')
    expect(sign(signer({ expiresS: 604_800 })).target).toContain('&X-Amz-Expires=604800&')
  })
})

describe('a URL that is signed as text', () => {
  const options: PresignOptions = { ...s3, url: `https://${HOST}:8443/a%20b?c=1`, expiresS: 60, nowMs: NOW }

  test('is the one that the signer makes', () => {
    const made = (more: Partial<PresignOptions>, request: Parameters<typeof httpRequest>[0]): void => {
      const { target } = sign(sigv4Url({ ...s3, expiresS: 60 }), httpRequest(request))
      expect(presign({ ...options, ...more })).toBe(`https://${HOST}:8443${target}`)
    }
    const { url } = options
    made({}, { url })
    made({ method: 'PUT' }, { url, method: 'PUT' })
    made({ headers: { 'x-a': '1' } }, { url, headers: { 'x-a': '1' } })
    made({ url: new URL(url) }, { url })
    made({ url: new URL('/x/../a%20b?c=1', url) }, { url })
    expect(presign({ ...options, method: 'PUT' })).not.toBe(presign(options))
    expect(presign({ ...options, url: options.url.toString().replace('https', 'http') })).toMatch(/^http:/)
  })

  test('needs its time', () => {
    expect(textOf(() => presign({ ...options, nowMs: undefined as never }))).toBe(
      'CONFIG_INVALID presign: "nowMs" must be the time of signing, such as Date.now()',
    )
  })

  test.each([
    ['/a/../b', 'refused'],
    ['/a/./b', 'refused'],
    ['/a/%2E%2e/b', 'refused'],
    ['/a/.%2e', 'refused'],
    ['/a\\..\\b', 'refused'],
    ['/a/..  ', 'refused'],
    ['/a/.\n./b', 'refused'],
    ['/a/..?b', 'refused'],
    ['/a/..#b', 'refused'],
    ['/a/...', 'taken'],
    ['/a/.b', 'taken'],
    ['/a..', 'taken'],
    ['/a?b/../c', 'taken'],
    ['/a#b/../c', 'taken'],
  ])('with the path %j is %s', (path, expected) => {
    const made = (): string => presign({ ...options, url: `https://${HOST}${path}` })
    if (expected === 'taken') expect(made()).toContain('&X-Amz-Signature=')
    else
      expect(textOf(made)).toBe(
        'MESSAGE_MALFORMED presign: "url" must hold no "/./" or "/../": every client resolves them, and opens another one',
      )
  })
})

import { describe, expect, test } from 'vitest'
import type { KeyRecord } from '../../../../src/access/key-record.js'
import { utf8 } from '../../../../src/crypto/encoding.js'
import { type HmacKey, hmacKey } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import { rfc9421, rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import { type Signer, signPreparedSync } from '../../../../src/schemes/scheme.js'
import {
  type Sigv4Options,
  type Sigv4VerifierOptions,
  sigv4,
  sigv4Key,
  sigv4Url,
  sigv4Verifier,
} from '../../../../src/schemes/sigv4/index.js'
import {
  createVerifier,
  memoryReplayStore,
  type PolicyOptions,
  staticKeys,
  strictPolicy,
} from '../../../../src/server/index.js'
import { verdictCode } from '../../../expect-code.js'

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const HOST = 'api.example.com'
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const key = sigv4Key({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey })
const place = { key, region: 'eu-central-1', service: 'orders' }
const s3 = { ...place, service: 's3' }

const sign = (signer: Signer, request: HttpRequest, nowMs = NOW): HttpRequest =>
  signPreparedSync(
    signer.scheme.prepare(request, { keyId: key.keyId, algorithm: 'hmac-sha256', nowMs, nonce: '' }),
    key,
  )

interface World {
  readonly options?: Sigv4VerifierOptions
  readonly record?: Partial<KeyRecord>
  readonly policy?: Partial<PolicyOptions>
  readonly nowMs?: number
}

function server({ options = {}, record = {}, policy = {}, nowMs = NOW }: World = {}) {
  return createVerifier({
    schemes: [sigv4Verifier(options)],
    keys: staticKeys([{ key, ...record }]),
    policy: strictPolicy({ authorities: [HOST], ...policy }),
    replay: memoryReplayStore({ restartBarrier: false }),
    clock: { now: () => nowMs },
  })
}

const judged = async (request: HttpRequest, world: World = {}): Promise<string> =>
  verdictCode(await server(world).verify(request))

const get = (target = '/v1/orders?limit=10', headers = {}): HttpRequest =>
  httpRequest({ url: `https://${HOST}${target}`, headers })
const post = (body = '{"qty":1}'): HttpRequest =>
  httpRequest({
    method: 'POST',
    url: `https://${HOST}/v1/orders`,
    headers: { 'content-type': 'application/json' },
    body,
  })

const url = (more: Partial<Sigv4Options> & { readonly expiresS?: number } = {}) =>
  sigv4Url({ ...place, expiresS: 3600, ...more })

const withField = (request: HttpRequest, name: string, change: (value: string) => string): HttpRequest => ({
  ...request,
  fields: request.fields.map((one, at) =>
    at % 2 === 1 && (request.fields[at - 1] as string).toLowerCase() === name ? change(one) : one,
  ),
})
const adding = (request: HttpRequest, ...lines: readonly string[]): HttpRequest => ({
  ...request,
  fields: [...request.fields, ...lines],
})
const retarget = (request: HttpRequest, change: (target: string) => string): HttpRequest => ({
  ...request,
  target: change(request.target),
})

describe('what is accepted', () => {
  test.each<[string, HttpRequest, World]>([
    ['a GET', sign(sigv4(place), get()), {}],
    ['a POST whose body is hashed into the signature', sign(sigv4(place), post()), {}],
    ['a POST that states its hash', sign(sigv4({ ...place, signBodyHeader: true }), post()), {}],
    ['S3', sign(sigv4(s3), post()), { options: { service: 's3' } }],
    ['a URL', sign(url(), get()), {}],
    ['a URL for S3', sign(url(s3), get()), {}],
    ['a URL long after it was signed', sign(url(), get()), { nowMs: NOW + 3_599_000 }],
    ['a URL of seven days', sign(url({ expiresS: 604_800 }), get()), { nowMs: NOW + 604_799_000 }],
    [
      'the region and the service it is for',
      sign(sigv4(place), get()),
      { options: { region: 'eu-central-1', service: ['orders'] } },
    ],
    [
      'members without a space between',
      withField(sign(sigv4(place), get()), 'authorization', (v) => v.replaceAll(', ', ',')),
      {},
    ],
    [
      'temporary credentials',
      sign(sigv4({ ...place, sessionToken: 'tok/en' }), get()),
      { record: { passphrase: 'tok/en' } },
    ],
    [
      'temporary credentials in a URL',
      sign(url({ sessionToken: 'tok/en' }), get()),
      { record: { passphrase: 'tok/en' } },
    ],
    [
      'a token beside the signature, where that is allowed',
      sign(url({ sessionToken: 'tok/en', omitSessionToken: true }), get()),
      { record: { passphrase: 'tok/en' }, options: { omitSessionToken: true } },
    ],
    [
      'an unsigned body, where that is allowed',
      sign(sigv4({ ...s3, unsignedPayload: true }), post()),
      { options: { unsignedPayload: true } },
    ],
    ['an unsigned body of a URL, where that is allowed', sign(url(s3), post()), { options: { unsignedPayload: true } }],
  ])('the request is accepted: %s', async (_, request, world) => {
    expect(await judged(request, world)).toBe('ok')
  })
})

const HEADER = sign(sigv4(place), get())
const URL_SIGNED = sign(url(), get())
const S3 = { options: { service: 's3' } }

describe('what is refused', () => {
  test.each<[string, HttpRequest, string, World?]>([
    ['another method', { ...HEADER, method: 'DELETE' }, 'SIGNATURE_INVALID'],
    ['another path', retarget(HEADER, (t) => t.replace('orders', 'others')), 'SIGNATURE_INVALID'],
    ['another value in the query', retarget(HEADER, (t) => t.replace('10', '11')), 'SIGNATURE_INVALID'],
    ['a further parameter', retarget(HEADER, (t) => `${t}&all=1`), 'SIGNATURE_INVALID'],
    ['another body', { ...sign(sigv4(place), post()), body: utf8('{"qty":9}') }, 'SIGNATURE_INVALID'],
    ['another body than its hash', { ...sign(sigv4(s3), post()), body: utf8('{"qty":9}') }, 'DIGEST_MISMATCH', S3],
    ['a path that was signed resolved', sign(sigv4(place), { ...get(), target: '/v1/../orders' }), 'COMPONENT_MISSING'],
    ['an unsigned field of the service', adding(HEADER, 'X-Amz-Acl', 'public-read'), 'COMPONENT_MISSING'],
    ['the same on a URL', adding(URL_SIGNED, 'X-Amz-Acl', 'public-read'), 'COMPONENT_MISSING'],
    ['an unsigned host', withField(HEADER, 'authorization', (v) => v.replace('host;', '')), 'COMPONENT_MISSING'],
    [
      'a signed field that is gone',
      withField(HEADER, 'authorization', (v) => v.replace('host;', 'host;x-a;')),
      'COMPONENT_MISSING',
    ],
    ['credentials in both places', { ...URL_SIGNED, fields: HEADER.fields }, 'AUTH_MALFORMED'],
    [
      'one parameter of a signed URL beside the field',
      retarget(HEADER, (t) => `${t}&X-Amz-Credential=a`),
      'AUTH_MALFORMED',
    ],
    ['the same, spelt otherwise', retarget(HEADER, (t) => `${t}&%58-Amz-Credential=a`), 'AUTH_MALFORMED'],
    ['a foreign Authorization beside a signed URL', adding(URL_SIGNED, 'Authorization', 'Bearer x'), 'AUTH_MALFORMED'],
    ['two Authorization fields', adding(HEADER, 'Authorization', 'Bearer x'), 'AUTH_DUPLICATE'],
    ['two dates', adding(HEADER, 'x-amz-date', '20260102T030405Z'), 'AUTH_MALFORMED'],
    ['two hashes', adding(sign(sigv4(s3), get()), 'x-amz-content-sha256', 'a'), 'AUTH_MALFORMED', S3],
    ['a parameter twice', retarget(URL_SIGNED, (t) => `${t}&X-Amz-Expires=3600`), 'AUTH_MALFORMED'],
    ['the signature twice', retarget(URL_SIGNED, (t) => `${t}&X-Amz-Signature=aa`), 'AUTH_MALFORMED'],
    ['a URL without its algorithm', retarget(URL_SIGNED, (t) => t.replace('X-Amz-Algorithm', 'x')), 'AUTH_MALFORMED'],
    [
      'a date in a field beside that of the URL',
      adding(URL_SIGNED, 'X-Amz-Date', '20260102T030405Z'),
      'COMPONENT_MISSING',
    ],
    ['another date in a field', adding(URL_SIGNED, 'X-Amz-Date', '20260102T030406Z'), 'AUTH_MALFORMED'],
    ['a member twice', withField(HEADER, 'authorization', (v) => `${v}, Signature=00`), 'AUTH_MALFORMED'],
    ['a member too many', withField(HEADER, 'authorization', (v) => `${v}, Nonce=00`), 'AUTH_MALFORMED'],
    [
      'a member too few',
      withField(HEADER, 'authorization', (v) => v.replace(/Signed\w+=[^,]+, /, '')),
      'AUTH_MALFORMED',
    ],
    [
      'names that are not sorted',
      withField(HEADER, 'authorization', (v) => v.replace('host;x-amz-date', 'x-amz-date;host')),
      'AUTH_MALFORMED',
    ],
    ['a name twice', withField(HEADER, 'authorization', (v) => v.replace('host;', 'host;host;')), 'AUTH_MALFORMED'],
    ['a name in capitals', withField(HEADER, 'authorization', (v) => v.replace('host;', 'Host;')), 'AUTH_MALFORMED'],
    [
      'a scope without an end',
      withField(HEADER, 'authorization', (v) => v.replace('/aws4_request', '')),
      'AUTH_MALFORMED',
    ],
    [
      'a scope of another day',
      withField(HEADER, 'authorization', (v) => v.replace('20260102', '20260101')),
      'AUTH_MALFORMED',
    ],
    ['another region than is served', HEADER, 'AUTH_MALFORMED', { options: { region: 'us-east-1' } }],
    ['another service than is served', HEADER, 'AUTH_MALFORMED', { options: { service: 's3' } }],
    [
      'a signature in capitals',
      withField(HEADER, 'authorization', (v) => v.replace(/\w+$/, (s) => s.toUpperCase())),
      'SIGNATURE_MALFORMED',
    ],
    ['junk behind the signature', withField(HEADER, 'authorization', (v) => `${v}zz`), 'SIGNATURE_MALFORMED'],
    ['half a signature', withField(HEADER, 'authorization', (v) => v.slice(0, -2)), 'SIGNATURE_MALFORMED'],
    ['a date that does not exist', withField(HEADER, 'x-amz-date', () => '20260230T030405Z'), 'TIMESTAMP_MALFORMED'],
    ['a date with junk', withField(HEADER, 'x-amz-date', (v) => `${v}x`), 'TIMESTAMP_MALFORMED'],
    ['no date', { ...HEADER, fields: HEADER.fields.filter((_, at) => at > 1) }, 'TIMESTAMP_MALFORMED'],
    ['a signature of five minutes ago', sign(sigv4(place), get()), 'TIMESTAMP_EXPIRED', { nowMs: NOW + 301_000 }],
    ['a signature of the future', HEADER, 'TIMESTAMP_FUTURE', { nowMs: NOW - 6_000 }],
    ['a URL that has ended', URL_SIGNED, 'TIMESTAMP_EXPIRED', { nowMs: NOW + 3_600_000 }],
    ['a URL of the future', URL_SIGNED, 'TIMESTAMP_FUTURE', { nowMs: NOW - 6_000 }],
    ['a URL of eight days', retarget(URL_SIGNED, (t) => t.replace('=3600', '=691200')), 'TIMESTAMP_MALFORMED'],
    ['a URL for no time', retarget(URL_SIGNED, (t) => t.replace('=3600', '=0')), 'TIMESTAMP_MALFORMED'],
    ['a URL whose end is no number', retarget(URL_SIGNED, (t) => t.replace('=3600', '=3600x')), 'TIMESTAMP_MALFORMED'],
    [
      'a URL that was made to last longer',
      retarget(URL_SIGNED, (t) => t.replace('=3600', '=7200')),
      'SIGNATURE_INVALID',
    ],
    ['an unsigned body', sign(sigv4({ ...s3, unsignedPayload: true }), post()), 'DIGEST_MISSING', S3],
    ['an unsigned body of a URL', sign(url(s3), post()), 'DIGEST_MISSING', S3],
    ['the same where chunks are taken', sign(url(s3), post()), 'DIGEST_MISSING', { options: { chunked: true } }],
    [
      'a body in chunks',
      sign(sigv4(s3), adding(post(), 'x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD')),
      'DIGEST_MISSING',
      S3,
    ],
    [
      'a hash in capitals',
      withField(sign(sigv4(s3), get()), 'x-amz-content-sha256', (v) => v.toUpperCase()),
      'AUTH_MALFORMED',
      S3,
    ],
    ['no hash at S3', sign(sigv4({ ...s3, signBodyHeader: false }), get()), 'DIGEST_MISSING', S3],
    ['a token where there is none', sign(sigv4({ ...place, sessionToken: 'tok' }), get()), 'PASSPHRASE_INVALID'],
    ['no token where there is one', HEADER, 'PASSPHRASE_INVALID', { record: { passphrase: 'tok' } }],
    [
      'another token',
      sign(sigv4({ ...place, sessionToken: 'tok' }), get()),
      'PASSPHRASE_INVALID',
      { record: { passphrase: 'other' } },
    ],
    [
      'a token that was not signed',
      sign(sigv4({ ...place, sessionToken: 'tok', omitSessionToken: true }), get()),
      'COMPONENT_MISSING',
      { record: { passphrase: 'tok' } },
    ],
    [
      'a key that is not known',
      withField(HEADER, 'authorization', (v) => v.replace('AKIDEXAMPLE', 'AKIDOTHER')),
      'KEY_UNKNOWN',
    ],
    [
      'a field of 17 kB',
      withField(HEADER, 'authorization', (v) => v.replace('host;', `host;${'i'.repeat(17_000)};`)),
      'AUTH_TOO_LARGE',
    ],
    ['another algorithm', withField(HEADER, 'authorization', (v) => v.replace('SHA256', 'SHA512')), 'AUTH_MISSING'],
    [
      'a query that was reordered, where the policy wants it as it is',
      retarget(sign(sigv4(place), get('/v1?a=1&b=2')), () => '/v1?b=2&a=1'),
      'COMPONENT_MISSING',
      { policy: { perScheme: { sigv4: { require: ['query'] } } } },
    ],
  ])('the request is refused: %s', async (_, request, code, world) => {
    expect(await judged(request, world)).toBe(code)
  })
})

test('a scope that is not served is named, and so are those that are', async () => {
  const detail = async (options: Sigv4VerifierOptions, request = HEADER) =>
    (await server({ options }).verify(request)) as { detail?: string }
  expect((await detail({ region: ['us-east-1', 'us-west-2'] })).detail).toBe(
    'the signature is for the region "eu-central-1", and this verifier is for us-east-1, us-west-2',
  )
  expect((await detail({ service: 's3' })).detail).toBe(
    'the signature is for the service "orders", and this verifier is for s3',
  )
  const odd = withField(HEADER, 'authorization', (value) => value.replace('eu-central-1', `\u00e9${'x'.repeat(99)}`))
  expect((await detail({ region: 'us-east-1' }, odd)).detail).toContain(`the region "?${'x'.repeat(63)}",`)
})

test('the query may come in another order: its parameters are signed', async () => {
  expect(await judged(retarget(sign(sigv4(place), get('/v1?a=1&b=2')), () => '/v1?b=2&a=1'))).toBe('ok')
})

test('a request passes once, and so does a signed URL that changes something', async () => {
  const verifier = server()
  for (const request of [HEADER, sign(url(), post())]) {
    expect((await verifier.verify(request)).ok).toBe(true)
    expect(await verifier.verify(request)).toMatchObject({ ok: false, code: 'REPLAY' })
  }
})

test.each<[string, Sigv4VerifierOptions, HttpRequest, string]>([
  ['a URL that is only read', {}, URL_SIGNED, 'ok'],
  ['the same, where every URL is good once', { reusableUrls: false }, URL_SIGNED, 'REPLAY'],
  ['a URL that changes something, where that was decided', { reusableUrls: true }, sign(url(), post()), 'ok'],
  ['never a request', { reusableUrls: true }, HEADER, 'REPLAY'],
])('the verdict on the second use is right for %s', async (_, options, request, expected) => {
  const verifier = server({ options })
  expect((await verifier.verify(request)).ok).toBe(true)
  const again = await verifier.verify(request)
  expect(verdictCode(again)).toBe(expected)
})

describe('a target that starts with two slashes', () => {
  const object = (target = '//a//b/../c') => ({ ...get('/'), target })
  const FIRST = 'TARGET_MALFORMED'

  test('is the key of an object of S3 that begins with a slash: taken in fields and in URLs, as it is signed', async () => {
    for (const options of [{}, { service: 's3' }, { service: ['orders', 's3'] }]) {
      expect(await judged(sign(sigv4(s3), object()), { options })).toBe('ok')
      expect(await judged(sign(url(s3), object()), { options })).toBe('ok')
    }
    const signed = sign(sigv4(s3), object())
    for (const target of ['/a//b/../c', '///a//b/../c', '//a/b/../c', '//a//c'])
      expect(await judged({ ...signed, target })).toBe('SIGNATURE_INVALID')
  })

  test('is refused for a service whose paths are signed without their empty segments', async () => {
    for (const options of [{}, { service: 'orders' }]) {
      expect(await judged(sign(sigv4(place), object('//v1/orders')), { options })).toBe(FIRST)
      expect(await judged({ ...sign(sigv4(place), get('/v1/orders')), target: '//v1/orders' }, { options })).toBe(FIRST)
    }
  })

  test('is refused even where the policy does not ask for the path', async () => {
    const policy = { perScheme: { sigv4: { require: ['method'] } } } as const
    expect(await judged(sign(sigv4(place), object('//v1')), { policy })).toBe(FIRST)
    expect(await judged(sign(sigv4(s3), object('//v1')), { policy })).toBe('ok')
  })

  test('is refused where no scheme takes it, and where another scheme has signed it', async () => {
    const { scheme, key: own } = rfc9421({
      key: hmacKey({ keyId: 'k', algorithm: 'hmac-sha256', secret: utf8('x'.repeat(32)) }),
    })
    const context = { keyId: 'k', algorithm: own.algorithm, nowMs: NOW, nonce: 'nonce-0123456789abcdef' }
    const message = signPreparedSync(scheme.prepare(object(), context), own as HmacKey)
    for (const schemes of [[rfc9421Verifier()], [sigv4Verifier({ service: 's3' }), rfc9421Verifier()]]) {
      const verifier = createVerifier({
        schemes,
        keys: staticKeys([{ key: own as HmacKey }]),
        policy: strictPolicy({ authorities: [HOST] }),
        replay: memoryReplayStore({ restartBarrier: false }),
        clock: { now: () => NOW },
      })
      expect(await verifier.verify(message)).toMatchObject({
        code: FIRST,
        detail: 'the request target starts with two slashes, as a host does',
      })
      expect((await verifier.verify({ ...message, target: '/a' })).ok).toBe(false)
    }
  })

  test('has an empty segment where a scope is asked for by its path', async () => {
    const verdict = await server().verify(sign(sigv4(s3), object('//a')), { scope: 'objects:read' })
    expect(verdict).toMatchObject({ code: FIRST, detail: 'the path holds an empty segment' })
  })
})

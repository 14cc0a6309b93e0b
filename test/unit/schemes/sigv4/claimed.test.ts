import { describe, expect, test } from 'vitest'
import { sha256Hex } from '#backend/sha256'
import { hexDecode, utf8 } from '../../../../src/crypto/encoding.js'
import type { HttpRequest } from '../../../../src/message/message.js'
import type { UntrustedSignature, VerifyScheme } from '../../../../src/schemes/scheme.js'
import {
  acs3Verifier,
  goog4Verifier,
  oss4Verifier,
  type Sigv4VerifierOptions,
  sigv4Verifier,
  tc3Verifier,
  tos4Verifier,
} from '../../../../src/schemes/sigv4/index.js'
import { outcomeOf, textOf } from '../../../expect-code.js'
import { AREA, authorization, HOST, NOW, query, requestOf, S3_AREA, TIME, ZEROS } from './support.js'

const UNSIGNED = 'UNSIGNED-PAYLOAD'
const CHUNKED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
const NO_HASH = 'DIGEST_MISSING the request states no hash of its body'
const UNSIGNED_BODY = 'DIGEST_MISSING the body is not signed, and unsigned bodies are not taken'
const EMPTY_HASH = sha256Hex('')

const claimOf = (scheme: VerifyScheme, request: HttpRequest): UntrustedSignature => {
  const [found, another] = scheme.parse(request)
  expect(another).toBeUndefined()
  return found as UntrustedSignature
}

/** Signed in its fields, with further fields: those are signed whose names are given. */
const inField = (
  { credential = `AKIDEXAMPLE/${AREA}`, label = 'AWS4-HMAC-SHA256', signed = 'host;x-amz-date' } = {},
  more: Partial<HttpRequest> = {},
): HttpRequest =>
  requestOf({
    ...more,
    fields: ['X-Amz-Date', TIME, ...(more.fields ?? []), 'Authorization', authorization({ credential, label, signed })],
  })
const s3 = (payload?: string, body: HttpRequest['body'] = null): HttpRequest => {
  const credential = `AKIDEXAMPLE/${S3_AREA}`
  return payload === undefined
    ? inField({ credential }, { body })
    : inField(
        { credential, signed: 'host;x-amz-content-sha256;x-amz-date' },
        { fields: ['X-Amz-Content-Sha256', payload], body },
      )
}
const s3Url = (payload?: string, body: HttpRequest['body'] = null): HttpRequest =>
  requestOf({ target: `/v1?${query({ Credential: `AKIDEXAMPLE/${S3_AREA}`, 'Content-Sha256': payload })}`, body })
const tos = (payload?: string, body: HttpRequest['body'] = null): HttpRequest =>
  requestOf({
    body,
    fields: [
      ...['X-Tos-Date', TIME],
      ...(payload === undefined ? [] : ['X-Tos-Content-Sha256', payload]),
      'Authorization',
      authorization({
        label: 'TOS4-HMAC-SHA256',
        credential: 'AKIDEXAMPLE/20260102/cn-beijing/tos/request',
        signed: payload === undefined ? 'host;x-tos-date' : 'host;x-tos-content-sha256;x-tos-date',
      }),
    ],
  })
const tencent = (more: Partial<HttpRequest> = {}, signed = 'content-type;host;x-tc-action'): HttpRequest =>
  requestOf({
    ...more,
    fields: [
      ...['Content-Type', 'application/json', 'X-TC-Timestamp', String(NOW / 1000)],
      ...(more.fields ?? []),
      'Authorization',
      authorization({ label: 'TC3-HMAC-SHA256', credential: 'AKIDEXAMPLE/2026-01-02/cvm/tc3_request', signed }),
    ],
  })
const google = (parameters: Readonly<Record<string, string>> = {}, more: Partial<HttpRequest> = {}): HttpRequest => {
  const place = { Algorithm: 'GOOG4-HMAC-SHA256', Credential: 'AKIDEXAMPLE/20260102/auto/storage/goog4_request' }
  return requestOf({ target: `/v1?${query({ ...place, ...parameters }, 'X-Goog-')}`, ...more })
}
const oss = (names: string, fields: readonly string[] = []): HttpRequest => {
  const credential = 'Credential=AKIDEXAMPLE/20260102/cn-hangzhou/oss/aliyun_v4_request'
  const listed = names === '' ? '' : `AdditionalHeaders=${names},`
  return requestOf({
    fields: [
      ...['x-oss-date', TIME, 'X-Oss-Content-Sha256', UNSIGNED, ...fields],
      ...['Authorization', `OSS4-HMAC-SHA256 ${credential},${listed}Signature=${ZEROS}`],
    ],
  })
}

test('what a signature in a field claims is at hand before anything of it is proven', () => {
  const found = claimOf(sigv4Verifier(), inField())
  const { label, tag, keyId, claimedAlgorithm, createdMs, expiresMs, nonce, signature, passphrase, reusable } = found
  expect({ label, tag, keyId, claimedAlgorithm, createdMs, expiresMs, nonce, signature, passphrase, reusable }).toEqual(
    {
      ...{ label: '', tag: undefined, keyId: 'AKIDEXAMPLE', claimedAlgorithm: 'hmac-sha256', createdMs: NOW },
      ...{
        expiresMs: undefined,
        nonce: undefined,
        signature: new Uint8Array(32),
        passphrase: undefined,
        reusable: false,
      },
    },
  )
  expect(found.covered).toEqual(['host', 'x-amz-date'])
  expect(found.bodyDigests).toEqual([])
})

test('a signed URL ends its life after its time, and carries its token', () => {
  const found = claimOf(sigv4Verifier(), requestOf({ target: `/v1?${query({ 'Security-Token': 't' })}` }))
  expect([found.createdMs, found.expiresMs, found.passphrase]).toEqual([NOW, NOW + 60_000, { text: 't' }])
})

test.each<[string, HttpRequest, boolean | undefined, boolean]>([
  ['a URL for GET', requestOf({ target: `/v1?${query()}` }), undefined, true],
  ['a URL for HEAD', requestOf({ method: 'HEAD', target: `/v1?${query()}` }), undefined, true],
  ['a URL for PUT', requestOf({ method: 'PUT', target: `/v1?${query()}` }), undefined, false],
  ['a URL for PUT', requestOf({ method: 'PUT', target: `/v1?${query()}` }), true, true],
  ['a URL for GET', requestOf({ target: `/v1?${query()}` }), false, false],
  ['a URL without an end', requestOf({ target: `/v1?${query({ Expires: undefined })}` }), true, false],
  ['a request', inField(), true, false],
])('%s, with reusableUrls %j %j, may be used again: %j', (_, request, reusableUrls, expected) => {
  expect(claimOf(sigv4Verifier(reusableUrls === undefined ? {} : { reusableUrls }), request).reusable).toBe(expected)
})

test('a signature that is no lower-case hexadecimal is refused', () => {
  for (const signature of ['A'.repeat(64), `${ZEROS}0`, 'zz']) {
    const fields = ['X-Amz-Date', TIME, 'Authorization', authorization({ signature })]
    expect(textOf(() => sigv4Verifier().parse(requestOf({ fields })))).toBe(
      'SIGNATURE_MALFORMED the signature must be lower-case hexadecimal',
    )
  }
})

describe('the body is', () => {
  const BODY = utf8('{"qty":1}')
  const HASH = sha256Hex(BODY)
  /** `hashed` where it is a part of what is signed, `unsigned` where it is not: or why the signature is refused. */
  const bodyOf = (scheme: VerifyScheme, request: HttpRequest): string => {
    try {
      return claimOf(scheme, request).covers.has('body') ? 'hashed' : 'unsigned'
    } catch {
      return textOf(() => scheme.parse(request))
    }
  }

  test.each<[string, HttpRequest, Sigv4VerifierOptions, string]>([
    ['a request without a hash', inField({}, { body: BODY }), {}, 'hashed'],
    ['the same where a hash is asked for', inField({}, { body: BODY }), { requireBodyHeader: true }, NO_HASH],
    ['a request for S3', s3(undefined, BODY), {}, NO_HASH],
    ['the same where no hash is asked for', s3(undefined, BODY), { requireBodyHeader: false }, 'hashed'],
    ['a request for S3 with its hash', s3(HASH, BODY), {}, 'hashed'],
    ['the same where unsigned ones are taken', s3(HASH, BODY), { unsignedPayload: true }, 'hashed'],
    ['a request for S3 that leaves it out', s3(UNSIGNED, BODY), {}, UNSIGNED_BODY],
    ['the same without a body', s3(UNSIGNED), {}, UNSIGNED_BODY],
    ['the same where chunks are taken', s3(UNSIGNED), { chunked: true }, UNSIGNED_BODY],
    ['the same where that is taken', s3(UNSIGNED, BODY), { unsignedPayload: true }, 'unsigned'],
    ['a URL for S3', s3Url(), {}, 'unsigned'],
    ['a URL for S3 with an empty body', s3Url(undefined, new Uint8Array(0)), {}, 'unsigned'],
    ['a URL for S3 with a body', s3Url(undefined, BODY), {}, UNSIGNED_BODY],
    ['the same where that is taken', s3Url(undefined, BODY), { unsignedPayload: true }, 'unsigned'],
    ['a URL for S3 with its hash', s3Url(HASH, BODY), {}, 'hashed'],
    ['a URL for S3 that leaves it out', s3Url(UNSIGNED, BODY), {}, UNSIGNED_BODY],
    ['the same without a body', s3Url(UNSIGNED), {}, 'unsigned'],
    ['a URL for another service', requestOf({ target: `/v1?${query()}`, body: BODY }), {}, 'hashed'],
    ['a hash in capitals', s3(HASH.toUpperCase(), BODY), {}, 'AUTH_MALFORMED the hash of the body must be 64 digits'],
    ['a longer hash', s3(`${HASH}0`, BODY), {}, 'AUTH_MALFORMED the hash of the body must be 64 digits'],
    ['a body in chunks', s3(CHUNKED, BODY), {}, 'DIGEST_MISSING the body is signed in chunks, which are not taken'],
    [
      'the same where unsigned ones are taken',
      s3(CHUNKED, BODY),
      { unsignedPayload: true },
      'DIGEST_MISSING the body is signed in chunks, which are not taken',
    ],
    ['the same where chunks are taken', s3(CHUNKED, BODY), { chunked: true }, 'unsigned'],
    ['chunks that are not signed', s3('STREAMING-UNSIGNED-PAYLOAD-TRAILER', BODY), { chunked: true }, UNSIGNED_BODY],
    [
      'the same where both is taken',
      s3('STREAMING-UNSIGNED-PAYLOAD-TRAILER', BODY),
      { chunked: true, unsignedPayload: true },
      'unsigned',
    ],
    ['chunks of a name in small letters', s3('STREAMING-x', BODY), { chunked: true }, 'AUTH_MALFORMED the hash of'],
  ])('right in %s with %j', (_, request, options, expected) => {
    expect(bodyOf(sigv4Verifier(options), request)).toContain(expected)
  })

  test.each<[string, HttpRequest, Sigv4VerifierOptions, string]>([
    ['no hash and no body', tos(), {}, 'unsigned'],
    ['no hash and a body', tos(undefined, BODY), {}, UNSIGNED_BODY],
    ['no hash and a body where that is taken', tos(undefined, BODY), { unsignedPayload: true }, 'unsigned'],
    ['no body that is left out', tos(UNSIGNED), {}, 'unsigned'],
    ['a hash', tos(HASH, BODY), {}, 'hashed'],
  ])('left out of requests of TOS: with %s and %j', (_, request, options, expected) => {
    expect(bodyOf(tos4Verifier(options), request)).toBe(expected)
  })

  test('held to a hash that is stated, and to no other', () => {
    expect(claimOf(sigv4Verifier(), s3(HASH)).bodyDigests).toEqual([{ hash: 'sha256', digest: hexDecode(HASH) }])
    expect(claimOf(sigv4Verifier({ unsignedPayload: true }), s3(UNSIGNED)).bodyDigests).toEqual([])
    expect(claimOf(sigv4Verifier({ chunked: true }), s3(CHUNKED)).bodyDigests).toEqual([])
  })
})

describe('what is covered is', () => {
  const facts = (scheme: VerifyScheme, request: HttpRequest): string[] => [...claimOf(scheme, request).covers].sort()
  const WHOLE = ['authority', 'body', 'field:x-amz-date', 'method', 'path', 'query', 'query-parameters']

  test('all of a request that is signed as it is on the wire', () => {
    for (const target of ['/v1', '/v1?', '/v1?a=1&b=2', '/v1/%20?a=%20'])
      expect(facts(sigv4Verifier(), inField({}, { target }))).toEqual(WHOLE)
  })

  test('not the order of a query that is not sorted, nor that of a signed URL', () => {
    const less = WHOLE.filter((one) => one !== 'query')
    for (const target of ['/v1?b=2&a=1', '/v1?a=+', '/v1?a', '/v1?a=%7E', '/v1?a=1&'])
      expect(facts(sigv4Verifier(), inField({}, { target }))).toEqual(less)
    expect(facts(sigv4Verifier(), requestOf({ target: `/v1?${query()}` }))).toEqual(
      less.filter((one) => !one.startsWith('field')),
    )
  })

  test('not a path with dot segments, where these are resolved', () => {
    const target = '/v1/../a'
    expect(facts(sigv4Verifier(), inField({}, { target }))).toEqual(WHOLE.filter((one) => one !== 'path'))
    expect(facts(sigv4Verifier({ normalizePath: false }), inField({}, { target }))).toEqual(WHOLE)
  })

  test.each<[string, readonly string[], boolean]>([
    ['a plain value', ['1'], true],
    ['a value with white space around it', [' \t1 '], true],
    ['several values', ['1', '2'], true],
    ['spaces inside', ['1  2'], false],
    ['a tab inside', ['1\t2'], false],
    ['spaces inside one of several', ['1', '1  2'], false],
  ])('a signed field with %s: %j is %j', (_, values, expected) => {
    const fields = values.flatMap((value) => ['X-A', value])
    const request = inField({ signed: 'host;x-a;x-amz-date' }, { fields })
    expect(claimOf(sigv4Verifier(), request).covers.has('field:x-a')).toBe(expected)
    expect(claimOf(sigv4Verifier(), inField({}, { fields })).covers.has('field:x-a')).toBe(false)
  })

  test('not a value in capitals, where it is signed in small letters', () => {
    const covers = (action: string) => claimOf(tc3Verifier(), tencent({ fields: ['X-TC-Action', action] })).covers
    expect(covers('describe').has('field:x-tc-action')).toBe(true)
    expect(covers('Describe').has('field:x-tc-action')).toBe(false)
    expect(covers('Describe').has('field:content-type')).toBe(true)
  })

  test('not the order of several values, where these are sorted', () => {
    const covers = (...values: readonly string[]) => {
      const fields = [
        ...['x-acs-date', '2026-01-02T03:04:05Z', 'x-acs-signature-nonce', 'n', 'x-acs-content-sha256', EMPTY_HASH],
        ...values.flatMap((value) => ['x-acs-a', value]),
        'Authorization',
        authorization({
          label: 'ACS3-HMAC-SHA256',
          credential: 'AKIDEXAMPLE',
          signed: 'host;x-acs-a;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce',
        }),
      ]
      return claimOf(acs3Verifier(), requestOf({ fields })).covers.has('field:x-acs-a')
    }
    expect([covers('1'), covers('1', '2'), covers('1', '2', '3')]).toEqual([true, false, false])
  })

  test('the authority, where the port is no part of it or is signed', () => {
    const covers = (authority: string, signedPort: boolean) =>
      claimOf(goog4Verifier({ algorithm: 'hmac-sha256', signedPort }), google({}, { authority })).covers.has(
        'authority',
      )
    expect([covers(HOST, false), covers(`${HOST}:8443`, false), covers(`${HOST}:8443`, true)]).toEqual([
      ...[true, false, true],
    ])
  })

  test('of OSS what is listed, and its own fields unnamed', () => {
    const scheme = oss4Verifier({ unsignedPayload: true })
    const fields = ['X-Oss-Meta-A', '1', 'Content-Type', 'text/plain', 'X-Other', '2', 'X-A', '3']
    const listed = claimOf(scheme, oss('host;x-a', fields))
    expect(listed.covered).toEqual([
      ...['host', 'x-a', 'x-oss-date', 'x-oss-content-sha256', 'x-oss-meta-a', 'content-type'],
    ])
    expect(facts(scheme, oss('host;x-a', fields))).toEqual([
      ...['authority', 'field:content-type', 'field:x-a', 'field:x-oss-content-sha256', 'field:x-oss-date'],
      ...['field:x-oss-meta-a', 'method', 'path', 'query', 'query-parameters'],
    ])
    expect(facts(scheme, oss(''))).toEqual([
      ...['field:x-oss-content-sha256', 'field:x-oss-date', 'method', 'path', 'query', 'query-parameters'],
    ])
  })
})

describe('what is signed is', () => {
  const stringOf = (canonical: readonly string[], scope = AREA, label = 'AWS4-HMAC-SHA256', time = TIME): string =>
    [label, time, scope, sha256Hex(canonical.join('\n'))].join('\n')

  test('the canonical request of the fields that are named', () => {
    const request = inField({ signed: 'host;x-a;x-amz-date' }, { target: '/a%20b/../c?b=2&a=1', fields: ['X-A', '1'] })
    const lines = [`host:${HOST}`, 'x-a:1', `x-amz-date:${TIME}`, '']
    const rest = ['a=1&b=2', ...lines, 'host;x-a;x-amz-date', EMPTY_HASH]
    const base = (options: Sigv4VerifierOptions) => claimOf(sigv4Verifier(options), request).base
    expect(base({})).toBe(stringOf(['GET', '/c', ...rest]))
    expect(base({ normalizePath: false })).toBe(stringOf(['GET', '/a%2520b/../c', ...rest]))
    expect(base({ normalizePath: false, doubleEncode: false })).toBe(stringOf(['GET', '/a%20b/../c', ...rest]))
  })

  test('made once', () => {
    const found = claimOf(sigv4Verifier(), inField())
    const { base, covers } = found
    Object.assign(found, { request: undefined })
    expect(found.base).toBe(base)
    expect(found.covers).toBe(covers)
  })

  test('all parameters of a URL but its signature, and its token where that is not signed', () => {
    const target = `/v1?a=1&${query({ 'Security-Token': 't' })}`
    const base = (omitSessionToken: boolean) => claimOf(sigv4Verifier({ omitSessionToken }), requestOf({ target })).base
    const canonical = (token: string): string[] => [
      ...['GET', '/v1'],
      `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F${AREA.replaceAll('/', '%2F')}` +
        `&X-Amz-Date=${TIME}&X-Amz-Expires=60${token}&X-Amz-SignedHeaders=host&a=1`,
      ...[`host:${HOST}`, '', 'host', EMPTY_HASH],
    ]
    expect(base(false)).toBe(stringOf(canonical('&X-Amz-Security-Token=t')))
    expect(base(true)).toBe(stringOf(canonical('')))
  })

  test('the query as it is sent, at Tencent Cloud', () => {
    const found = claimOf(tc3Verifier(), tencent({ target: '/?b=2&a=1' }, 'content-type;host'))
    const canonical = ['POST', '/', 'b=2&a=1', 'content-type:application/json', `host:${HOST}`, '', 'content-type;host']
    canonical[0] = 'GET'
    expect(found.base).toBe(
      stringOf([...canonical, EMPTY_HASH], '2026-01-02/cvm/tc3_request', 'TC3-HMAC-SHA256', String(NOW / 1000)),
    )
  })

  test('refused, where a field is named and is not there', () => {
    const missing = 'COMPONENT_MISSING a signed field is not there'
    expect(textOf(() => claimOf(sigv4Verifier(), inField({ signed: 'host;x-a;x-amz-date' })).base)).toBe(missing)
    const scheme = oss4Verifier({ unsignedPayload: true })
    expect(textOf(() => claimOf(scheme, oss('host;x-a')).base)).toBe(missing)
    expect(typeof claimOf(scheme, oss('host;x-a', ['X-A', '1'])).base).toBe('string')
    expect(typeof claimOf(scheme, oss('')).base).toBe('string')
    // Its own fields are signed unnamed, and stand in no list.
    expect(textOf(() => claimOf(scheme, oss('host;x-oss-date')).base)).toBe(missing)
  })
})

test('a token that stands beside the signature is taken where that is stated, and in that one field', async () => {
  const outcome = (options: Sigv4VerifierOptions, ...fields: readonly string[]) =>
    outcomeOf(() => sigv4Verifier(options).parse(inField({}, { fields })).length)
  const token = ['X-Amz-Security-Token', 't']
  expect(await outcome({}, ...token)).toBe('COMPONENT_MISSING')
  expect(await outcome({ omitSessionToken: true }, ...token)).toBe(1)
  expect(await outcome({ omitSessionToken: true }, 'X-Amz-Acl', 'public-read')).toBe('COMPONENT_MISSING')
  expect(await outcome({}, 'X-Other', '1')).toBe(1)
})

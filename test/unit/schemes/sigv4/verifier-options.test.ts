import { describe, expect, test } from 'vitest'
import { httpResponse } from '../../../../src/message/message.js'
import {
  acs3Verifier,
  goog4Verifier,
  huaweiVerifier,
  oss4Verifier,
  type Sigv4VerifierOptions,
  sigv4aVerifier,
  sigv4Verifier,
  tc3Verifier,
  tos4Verifier,
  volcVerifier,
} from '../../../../src/schemes/sigv4/index.js'
import { codeOf, outcomeOf, textOf } from '../../../expect-code.js'
import { authorization, NOW, query, requestOf, TIME } from './support.js'

describe.each(['region', 'service'] as const)('the option "%s"', (name) => {
  test.each<[string, unknown]>([
    ['an empty name', ''],
    ['a number', 5],
    ['null', null],
    ['no name at all', []],
    ['a list with an empty name', ['a', '']],
    ['a list with a number', ['a', 5]],
    ['a list of lists', [['a']]],
    ['what only looks like a list', { length: 1, 0: 'a' }],
    ['a set', new Set(['a'])],
  ])('is refused as %s', (_, value) => {
    expect(textOf(() => sigv4Verifier({ [name]: value }))).toMatch(
      new RegExp(`^CONFIG_INVALID "${name}" must be a name, or a list of names, got `),
    )
  })

  test('is one name, or several', () => {
    for (const value of ['a', ['a'], ['a', 'b'], undefined]) expect(sigv4Verifier({ [name]: value }).id).toBe('sigv4')
  })
})

test('a part of the scope that a variant does not sign cannot be asked for', () => {
  const region = 'a'
  const service = 'a'
  expect(textOf(() => acs3Verifier({ region }))).toBe(
    'CONFIG_INVALID acs3Verifier: "region" is no part of what Alibaba Cloud ACS3 signs',
  )
  expect(textOf(() => acs3Verifier({ service }))).toBe(
    'CONFIG_INVALID acs3Verifier: "service" is no part of what Alibaba Cloud ACS3 signs',
  )
  expect(codeOf(() => huaweiVerifier({ region }))).toBe('CONFIG_INVALID')
  expect(codeOf(() => huaweiVerifier({ service }))).toBe('CONFIG_INVALID')
  expect(textOf(() => tc3Verifier({ region }))).toBe(
    'CONFIG_INVALID tc3Verifier: "region" is no part of what Tencent Cloud TC3 signs',
  )
  expect(tc3Verifier({ service }).id).toBe('tc3')
  expect(sigv4aVerifier({ region, service }).id).toBe('sigv4a')
  expect(volcVerifier({ region, service }).id).toBe('volc')
})

describe('the scope of a signature', () => {
  const outcome = (options: Sigv4VerifierOptions) => {
    const fields = ['X-Amz-Date', TIME, 'Authorization', authorization()]
    return outcomeOf(() => sigv4Verifier(options).parse(requestOf({ fields })).length)
  }

  test('is one of those that are served', async () => {
    expect(await outcome({ region: 'eu-central-1', service: 'orders' })).toBe(1)
    expect(await outcome({ region: ['us-east-1', 'eu-central-1'], service: ['s3', 'orders'] })).toBe(1)
    for (const region of ['us-east-1', ['us-east-1', 'us-west-2'], 'eu-central', 'eu-*', '*'])
      expect(await outcome({ region })).toBe('AUTH_MALFORMED')
    for (const service of ['s3', ['s3', 'order'], '*']) expect(await outcome({ service })).toBe('AUTH_MALFORMED')
  })

  const regional = (set: string, region: string | readonly string[]) => {
    const fields = [
      ...['X-Amz-Date', TIME, 'X-Amz-Region-Set', set, 'Authorization'],
      authorization({
        label: 'AWS4-ECDSA-P256-SHA256',
        credential: 'AKIDEXAMPLE/20260102/orders/aws4_request',
        signed: 'host;x-amz-date;x-amz-region-set',
        signature: '3006020101020101',
      }),
    ]
    return outcomeOf(() => sigv4aVerifier({ region }).parse(requestOf({ fields })).length)
  }

  test.each<[string, string | readonly string[], unknown]>([
    ['us-east-1', 'us-east-1', 1],
    ['us-east-1', 'us-east-12', 'AUTH_MALFORMED'],
    ['us-east-12', 'us-east-1', 'AUTH_MALFORMED'],
    ['us-east-1,eu-west-1', 'eu-west-1', 1],
    ['us-east-1 ,\teu-west-1', 'us-east-1', 1],
    ['us-east-1 ,\teu-west-1', 'eu-west-1', 1],
    ['us-east-1,eu-west-1', ['ap-east-1', 'eu-west-1'], 1],
    ['us-east-1,eu-west-1', 'ap-east-1', 'AUTH_MALFORMED'],
    ['us-*', 'us-east-1', 1],
    ['us-*', 'eu-us-1', 'AUTH_MALFORMED'],
    ['us-*', 'eu-west-us-', 'AUTH_MALFORMED'],
    ['us-*', 'us', 'AUTH_MALFORMED'],
    ['*-1', 'us-east-1', 'AUTH_MALFORMED'],
    ['*', 'anywhere', 1],
    ['', 'us-east-1', 'AUTH_MALFORMED'],
  ])('may be the set of regions "%s": asked for %j it is %j', async (set, region, expected) => {
    expect(await regional(set, region)).toBe(expected)
  })
})

test.each<[string, Sigv4VerifierOptions, boolean]>([
  ['any service', {}, true],
  ['any service, which states its hash', { requireBodyHeader: true }, false],
  ['S3', { service: 's3' }, false],
  ['S3, which need not', { service: 's3', requireBodyHeader: false }, true],
  ['S3 and another one', { service: ['s3', 'orders'] }, true],
  ['two of S3', { service: ['s3', 's3express'] }, false],
  ['another one', { service: 'orders' }, true],
])('whether a body is read before its signature is proven is right for %s', (_, options, expected) => {
  expect(sigv4Verifier(options).readsBody).toBe(expected)
  expect(volcVerifier().readsBody).toBe(false)
})

test('an empty segment is taken where it is signed as it is sent', () => {
  const takes = (options: Sigv4VerifierOptions) => sigv4Verifier(options).takesEmptySegment
  expect([takes({}), takes({ service: 's3' }), takes({ service: ['orders', 's3'] })]).toEqual([true, true, true])
  expect([takes({ service: 'orders' }), takes({ service: ['orders', 'iam'] })]).toEqual([false, false])
  expect(takes({ normalizePath: true })).toBe(false)
  expect(takes({ service: 'orders', normalizePath: false })).toBe(true)
  // An encoded slash is signed as a plain one there.
  expect([huaweiVerifier().takesEmptySegment, oss4Verifier().takesEmptySegment]).toEqual([false, false])
})

test('what is left open is stated', () => {
  const unsigned = { unsignedPayload: true }
  const oss = ['no-nonce', 'no-body', 'no-authority', 'loose-target']
  expect(sigv4Verifier().weaknesses).toEqual(['no-nonce'])
  expect(sigv4Verifier(unsigned).weaknesses).toEqual(['no-nonce', 'no-body'])
  expect(acs3Verifier().weaknesses).toEqual([])
  expect(acs3Verifier(unsigned).weaknesses).toEqual(['no-body'])
  expect(volcVerifier().weaknesses).toEqual(['no-nonce', 'unsigned-fields'])
  expect(tos4Verifier(unsigned).weaknesses).toEqual(['no-nonce', 'no-body'])
  // Once, though both the variant and the option say it.
  expect([oss4Verifier().weaknesses, oss4Verifier(unsigned).weaknesses]).toEqual([oss, oss])
})

test('what a policy has to ask for is what a variant signs', () => {
  const demands = ({ demands: all }: { readonly demands?: object | undefined }) => {
    const { require, requireWithBody, requireNonce, algorithms, maxLifetimeMs, untilExpires } = all as Record<
      string,
      unknown
    >
    return { require, requireWithBody, requireNonce, algorithms, maxLifetimeMs, untilExpires }
  }
  const without = ['method', 'path', 'query-parameters']
  const aws = {
    ...{ require: [...without, 'authority'], requireWithBody: ['body'], requireNonce: false },
    ...{ algorithms: ['hmac-sha256'], maxLifetimeMs: 604_800_000, untilExpires: true },
  }
  const inFields = { ...aws, maxLifetimeMs: undefined, untilExpires: undefined }
  expect(demands(sigv4Verifier())).toEqual(aws)
  expect(demands(sigv4Verifier({ unsignedPayload: true }))).toEqual({ ...aws, requireWithBody: [] })
  expect(demands(sigv4Verifier({ chunked: true }))).toEqual({ ...aws, requireWithBody: [] })
  expect(demands(sigv4aVerifier())).toEqual({ ...aws, algorithms: ['ecdsa-p256-sha256'] })
  expect(demands(goog4Verifier())).toEqual({ ...aws, require: without, algorithms: ['rsa-v1_5-sha256'] })
  expect(demands(goog4Verifier({ signedPort: true }))).toEqual({ ...aws, algorithms: ['rsa-v1_5-sha256'] })
  expect(demands(oss4Verifier())).toEqual({ ...aws, require: without })
  expect(demands(acs3Verifier())).toEqual({ ...inFields, requireNonce: true })
  expect(demands(tc3Verifier())).toEqual(inFields)
})

describe('a signature is found', () => {
  const field = ['X-Amz-Date', TIME, 'Authorization', authorization()]
  const count = (fields: readonly string[], target = '/v1', scheme = sigv4Verifier()) =>
    outcomeOf(() => scheme.parse(requestOf({ fields, target })).length)

  test('in a request, and in no response', () => {
    const request = requestOf({ fields: field })
    expect(sigv4Verifier().parse(request)).toHaveLength(1)
    expect(sigv4Verifier().parse(httpResponse({ status: 200, headers: field }))).toEqual([])
  })

  test('in the field or in the URL, and not in both', async () => {
    expect(await count(field)).toBe(1)
    expect(await count([], `/v1?${query()}`)).toBe(1)
    expect(await count([])).toBe(0)
    expect(await count([], '/v1?a=1')).toBe(0)
    for (const one of ['X-Amz-Signature=a', 'X-Amz-Date=a', 'X-Amz-Content-Sha256=a'])
      expect(await count(field, `/v1?${one}`)).toBe('AUTH_MALFORMED')
    expect(await count(['Authorization', 'Bearer a'], `/v1?${query()}`)).toBe('AUTH_MALFORMED')
  })

  test('in a URL whose algorithm is that of the variant', async () => {
    expect(await count([], `/v1?${query({ Algorithm: 'AWS4-HMAC-SHA512' })}`)).toBe(0)
    expect(await count(['Authorization', 'Bearer a'], `/v1?${query({ Algorithm: 'AWS4-HMAC-SHA512' })}`)).toBe(0)
    for (const one of ['X-Amz-Signature=a', 'X-Amz-Credential=a'])
      expect(await count([], `/v1?${one}`)).toBe('AUTH_MALFORMED')
    // Fields of a signature alone are none.
    for (const one of ['X-Amz-Date=a', 'X-Amz-Expires=1', 'X-Amz-Security-Token=a'])
      expect(await count([], `/v1?${one}`)).toBe(0)
  })

  test('in no URL of a variant that signs none', async () => {
    expect(await count([], '/v1?X-Algorithm=HMAC-SHA256&X-Credential=a', volcVerifier())).toBe(0)
  })

  test('with its host signed, unless the variant leaves that open', async () => {
    const unhosted = ['X-Amz-Date', TIME, 'Authorization', authorization({ signed: 'x-amz-date' })]
    expect(textOf(() => sigv4Verifier().parse(requestOf({ fields: unhosted })))).toBe(
      'COMPONENT_MISSING the host is not signed',
    )
    const credential = 'Credential=AKIDEXAMPLE/20260102/cn-hangzhou/oss/aliyun_v4_request'
    const fields = [
      ...['x-oss-date', TIME, 'x-oss-content-sha256', 'UNSIGNED-PAYLOAD'],
      ...['Authorization', `OSS4-HMAC-SHA256 ${credential},Signature=00`],
    ]
    expect(await count(fields, '/v1', oss4Verifier({ unsignedPayload: true }))).toBe(1)
  })

  test('with every field of the service signed', async () => {
    const more = (name: string) => textOf(() => sigv4Verifier().parse(requestOf({ fields: [...field, name, 'a'] })))
    expect(more('X-Amz-Acl')).toBe('COMPONENT_MISSING field "x-amz-acl" is there and is not signed')
    expect(more(`X-Amz-${'A'.repeat(99)}`)).toBe(
      `COMPONENT_MISSING field "x-amz-${'a'.repeat(58)}" is there and is not signed`,
    )
    for (const name of ['x-amzn-trace-id', 'x-am', 'my-x-amz-acl', 'accept'])
      expect(await count([...field, name, 'a'])).toBe(1)
  })

  test('with fields beside it that are not signed, where the variant has none of its own', async () => {
    const tencent = authorization({
      label: 'TC3-HMAC-SHA256',
      credential: 'AKIDEXAMPLE/2026-01-02/cvm/tc3_request',
      signed: 'host',
    })
    const fields = ['X-TC-Timestamp', String(NOW / 1000), 'X-TC-Region', 'a', 'Authorization', tencent]
    expect(await count(fields, '/', tc3Verifier())).toBe(1)
    expect(await count(fields, '/', tc3Verifier({ omitSessionToken: true }))).toBe(1)
  })

  test('at Google without a token, even where one could be left out', async () => {
    const place = { Algorithm: 'GOOG4-HMAC-SHA256', Credential: 'AKIDEXAMPLE/20260102/auto/storage/goog4_request' }
    const scheme = goog4Verifier({ algorithm: 'hmac-sha256', omitSessionToken: true })
    expect(await count([], `/v1?${query(place, 'X-Goog-')}`, scheme)).toBe(1)
    expect(await count(['x-goog-security-token', 'a'], `/v1?${query(place, 'X-Goog-')}`, scheme)).toBe(
      'COMPONENT_MISSING',
    )
  })
})

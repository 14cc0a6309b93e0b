import { afterAll, describe, expect, test } from 'vitest'
import { utf8 } from '../../src/crypto/encoding.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { type Signer, signPreparedSync } from '../../src/schemes/scheme.js'
import { sigv4, sigv4Key, sigv4Url, sigv4Verifier } from '../../src/schemes/sigv4/index.js'
import { closeAll, HOSTS, type Running, start } from './hosts.js'
import { HOST, NOW } from './world.js'

/*
 * What has broken servers of AWS signatures, against every host. A URL that is signed for one of them is signed for all.
 */

const key = sigv4Key({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' })
const place = { key, region: 'eu-central-1', service: 's3' }

const sign = ({ scheme }: Signer, request: HttpRequest, nowMs = NOW): HttpRequest =>
  signPreparedSync(scheme.prepare(request, { keyId: key.keyId, algorithm: key.algorithm, nowMs, nonce: '' }), key)

const get = (target = '/v1/orders'): HttpRequest => httpRequest({ url: `http://${HOST}${target}` })
const put = (body = 'some bytes', headers = {}): HttpRequest =>
  httpRequest({ method: 'PUT', url: `http://${HOST}/v1/orders`, headers, body })
const adding = (request: HttpRequest, ...lines: readonly string[]): HttpRequest => ({
  ...request,
  fields: [...request.fields, ...lines],
})

const inField = sign(sigv4(place), get())
const inUrl = sign(sigv4Url({ ...place, expiresS: 600 }), get())

const ATTACKS: ReadonlyArray<readonly [name: string, request: HttpRequest, code: string]> = [
  // MinIO, CVE-2026-41145: whether to verify was read from one place, who it is from another.
  [
    'a key id in the URL beside the field',
    { ...inField, target: `${inField.target}?X-Amz-Credential=other%2F20260922%2Fa%2Fs3%2Faws4_request` },
    'AUTH_MALFORMED',
  ],
  ['an empty Authorization beside a signed URL', adding(inUrl, 'Authorization', ''), 'AUTH_MALFORMED'],
  ['a token of another scheme beside a signed URL', adding(inUrl, 'Authorization', 'Bearer abc'), 'AUTH_MALFORMED'],
  ['the same parameter twice', { ...inUrl, target: `${inUrl.target}&X-Amz-SignedHeaders=host` }, 'AUTH_MALFORMED'],
  // MinIO, CVE-2026-40344: a body whose chunks nothing signs.
  [
    'chunks that are not signed',
    sign(
      sigv4(place),
      put('0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', {
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': '0',
        'x-amz-trailer': 'x-amz-checksum-crc32',
      }),
    ),
    'DIGEST_MISSING',
  ],
  ['a body that is not signed', sign(sigv4({ ...place, unsignedPayload: true }), put()), 'DIGEST_MISSING'],
  [
    'a body behind a signed URL',
    { ...sign(sigv4Url({ ...place, expiresS: 600 }), put()), body: utf8('others') },
    'DIGEST_MISSING',
  ],
  ['another body than its hash', { ...sign(sigv4(place), put()), body: utf8('some bytez') }, 'DIGEST_MISMATCH'],
  // Swift3, CVE-2015-8466: without a date there was no window. Keystone, CVE-2020-12692: there was none at all.
  ['no date', { ...inField, fields: inField.fields.filter((_, at) => at > 1) }, 'TIMESTAMP_MALFORMED'],
  [
    'another date in the field Date',
    adding({ ...inField, fields: inField.fields.filter((_, at) => at > 1) }, 'Date', new Date(NOW).toUTCString()),
    'TIMESTAMP_MALFORMED',
  ],
  ['a signature of yesterday', sign(sigv4(place), get(), NOW - 86_400_000), 'TIMESTAMP_EXPIRED'],
  ['a URL that has ended', sign(sigv4Url({ ...place, expiresS: 600 }), get(), NOW - 600_000), 'TIMESTAMP_EXPIRED'],
  [
    'a URL for eight days',
    { ...inUrl, target: inUrl.target.replace('Expires=600', 'Expires=691200') },
    'TIMESTAMP_MALFORMED',
  ],
  ['a field of the service that was added', adding(inField, 'X-Amz-Acl', 'public-read'), 'COMPONENT_MISSING'],
  ['a field of the service added to a URL', adding(inUrl, 'X-Amz-Copy-Source', '/secret/object'), 'COMPONENT_MISSING'],
  [
    'another service than it was signed for',
    sign(sigv4({ ...place, service: 'sqs', signBodyHeader: true }), get()),
    'AUTH_MALFORMED',
  ],
  ['a path with a slash encoded', { ...inField, target: '/v1%2Forders' }, 'TARGET_MALFORMED'],
]

describe.each(HOSTS)('AWS signatures behind %s', (host) => {
  afterAll(closeAll)
  const started = (): Promise<Running> =>
    start(host, {
      schemes: [sigv4Verifier({ service: 's3', region: 'eu-central-1' })],
      records: [{ key, owner: 'alice' }],
    })

  test('are accepted in both places', async () => {
    const server = await started()
    expect((await server.send(inField)).code).toBe('ok')
    expect((await server.send(inUrl)).code).toBe('ok')
    expect((await server.send(sign(sigv4(place), put()))).code).toBe('ok')
    expect((await server.send(inField)).code).toBe('REPLAY')
  })

  test('are refused where they are not what was signed', async () => {
    const server = await started()
    const outcomes: Record<string, string> = {}
    for (const [name, request] of ATTACKS) outcomes[name] = (await server.send(request)).code
    expect(outcomes).toEqual(Object.fromEntries(ATTACKS.map(([name, , code]) => [name, code])))
  })
})

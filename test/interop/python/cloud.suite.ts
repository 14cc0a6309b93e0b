import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { importVerifyingKey, type VerifyingKey } from '../../../src/crypto/index.js'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { signPreparedSync, type UntrustedSignature, type VerifyScheme } from '../../../src/schemes/scheme.js'
import {
  acs3Key,
  acs3Verifier,
  goog4Key,
  goog4Verifier,
  huaweiKey,
  huaweiVerifier,
  oss4Key,
  oss4Verifier,
  sigv4,
  sigv4aKey,
  sigv4aVerifier,
  sigv4Key,
  sigv4Verifier,
  tc3Key,
  tc3Verifier,
  tos4Key,
  tos4Verifier,
  verifyChunks,
  verifyPostPolicy,
  volcKey,
  volcVerifier,
} from '../../../src/schemes/sigv4/index.js'
import { createVerifier, noReplayProtection, staticKeys, strictPolicy } from '../../../src/server/index.js'

const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'
const script = `${process.cwd()}/test/interop/python/cloud_requests.py`
const run = (args: readonly string[], input = ''): unknown =>
  JSON.parse(execFileSync(python, [script, ...args], { input, maxBuffer: 2 ** 26 }).toString())

interface Sent {
  readonly sdk: string
  readonly name: string
  readonly method: string
  readonly scheme: string
  readonly authority: string
  readonly target: string
  readonly headers: ReadonlyArray<readonly [string, string]>
  readonly body: string
  readonly token?: string | null
  readonly publicKey?: string
  readonly fields?: ReadonlyArray<readonly [string, string]>
  readonly bucket?: string
}

const { requests, failures } = run([]) as { requests: readonly Sent[]; failures: Readonly<Record<string, string>> }

const access = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const aws = sigv4Key(access)
const KINDS: Readonly<Record<string, readonly [VerifyScheme, VerifyingKey?]>> = {
  aws: [sigv4Verifier({ unsignedPayload: true, chunked: true }), aws],
  google: [goog4Verifier({ unsignedPayload: true })],
  'google-hmac': [goog4Verifier({ algorithm: 'hmac-sha256' }), goog4Key(access)],
  tencent: [tc3Verifier({ unsignedPayload: true }), tc3Key(access)],
  alibaba: [acs3Verifier(), acs3Key(access)],
  oss: [oss4Verifier({ bucket: 'photos', unsignedPayload: true }), oss4Key(access)],
  tos: [tos4Verifier(), tos4Key(access)],
  huawei: [huaweiVerifier({ unsignedPayload: true }), huaweiKey(access)],
  aws4a: [sigv4aVerifier({ unsignedPayload: true }), sigv4aKey(access).verifyingKey],
  volc: [volcVerifier(), volcKey(access)],
}

const keyOf = async ({ sdk, publicKey }: Sent): Promise<VerifyingKey> =>
  publicKey === undefined
    ? (KINDS[sdk]?.[1] as VerifyingKey)
    : importVerifyingKey(publicKey, { keyId: 'bot@example.iam.gserviceaccount.com', algorithm: 'rsa-v1_5-sha256' })

const requestOf = ({ method, scheme, authority, target, headers, body }: Sent): HttpRequest => ({
  ...{ method, scheme, authority, target },
  fields: headers.filter(([name]) => name.toLowerCase() !== 'host').flat(),
  body: body === '' ? null : new Uint8Array(Buffer.from(body, 'base64')),
})

async function outcome(one: Sent, request = requestOf(one)): Promise<string> {
  const [scheme] = KINDS[one.sdk] as readonly [VerifyScheme]
  const verifier = createVerifier({
    schemes: [scheme],
    keys: staticKeys([{ key: await keyOf(one), ...(one.token && { passphrase: one.token }) }]),
    policy: strictPolicy({ authorities: [one.authority], contentCodings: ['identity', 'aws-chunked'] }),
    replay: noReplayProtection,
  })
  const verdict = await verifier.verify(request)
  return verdict.ok ? 'ok' : `${verdict.code} ${verdict.detail}`
}

const sent = requests.filter(({ sdk }) => sdk in KINDS)

test('every client could be asked', () => {
  expect(failures).toEqual({})
  expect(new Set(sent.map(({ sdk }) => sdk))).toEqual(new Set(Object.keys(KINDS)))
})

describe.each(sent.map((one) => [`${one.sdk}: ${one.name}`, one] as const))('%s', (_, one) => {
  test('the verifier accepts the request', async () => {
    expect(await outcome(one)).toBe('ok')
  })

  test('is refused with another method, path or signature', async () => {
    const request = requestOf(one)
    const path = request.target.split('?')[0] as string
    for (const changed of [
      { ...request, method: 'DELETE' },
      { ...request, target: `${path}z${request.target.slice(path.length)}` },
    ])
      expect(await outcome(one, changed)).toMatch(/^(?:SIGNATURE_INVALID|DIGEST_MISSING)/)
  })
})

test.each(requests.filter(({ fields }) => fields !== undefined).map((one) => [one.sdk, one] as const))(
  'the upload form of %s is accepted',
  async (_, { sdk, fields = [], bucket = '', publicKey }) => {
    const key =
      publicKey === undefined ? aws : await importVerifyingKey(publicKey, { keyId: 'a', algorithm: 'rsa-v1_5-sha256' })
    const form = await verifyPostPolicy({ fields, bucket, fileBytes: 10, keyFor: () => key, nowMs: Date.now() })
    expect(form.keyId).toBe(sdk === 'aws-form' ? access.accessKeyId : 'bot@example.iam.gserviceaccount.com')
  },
)

const CHUNKED = sent.filter(({ headers }) => headers.some(([, value]) => value.startsWith('STREAMING-')))

test('boto3 uploads in chunks with a checksum of each kind, and each is accepted', () => {
  expect(CHUNKED.length).toBeGreaterThanOrEqual(7)
})

test.each(CHUNKED.map((one) => [one.name, one] as const))('%s: the chunks are read to their end', async (_, one) => {
  const [request, expected] = [
    requestOf(one),
    Number(new Headers(one.headers as [string, string][]).get('x-amz-decoded-content-length')),
  ]
  let length = 0
  for await (const bytes of verifyChunks({ request, key: aws })) length += bytes.length
  expect(length).toBe(expected)
})

describe('what we sign is what botocore signs', () => {
  const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5)
  const cases = ['orders', 's3'].flatMap((service) =>
    [
      ['/', {}],
      ['/v1/orders?limit=10&a=1&a=0', { accept: 'application/json', 'x-note': ' two  spaces ' }],
      ['/a%20b/c%3Ad', {}],
      ['/photos/%C3%A9.jpg?prefix=a%2Fb&empty=', { range: 'bytes=0-9' }],
    ].flatMap(([target, headers]) =>
      ['', '{"qty":1}'].map((body) => ({
        ...{ service, nowMs, body, token: body === '' ? undefined : 'to/ken+==' },
        method: body === '' ? 'GET' : 'POST',
        url: `https://api.example.com${target as string}`,
        headers: headers as Readonly<Record<string, string>>,
      })),
    ),
  )
  const theirs = run(['botocore'], JSON.stringify(cases)) as readonly string[]

  test.each(cases.map((one, at) => [`${one.service} ${one.method} ${one.url}`, one, theirs[at]] as const))(
    'both sign %s alike',
    (_, { service, method, url, headers, body, token }, expected) => {
      const { scheme } = sigv4({
        ...{ key: aws, region: 'eu-central-1', service },
        ...(token !== undefined && { sessionToken: token }),
      })
      const request = httpRequest({ method, url, headers, ...(body !== '' && { body }) })
      const prepared = scheme.prepare(request, { keyId: aws.keyId, algorithm: aws.algorithm, nowMs, nonce: '' })
      const signed = signPreparedSync(prepared, aws)
      expect(signed.fields.at(-1)).toBe(expected)
      const [found] = sigv4Verifier().parse(signed) as [UntrustedSignature]
      expect(aws.verify(found.base, found.signature)).toBe(true)
    },
  )
})

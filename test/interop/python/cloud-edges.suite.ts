import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { importVerifyingKey, type VerifyingKey } from '../../../src/crypto/index.js'
import type { HttpRequest } from '../../../src/message/message.js'
import type { VerifyScheme } from '../../../src/schemes/scheme.js'
import {
  acs3Key,
  acs3Verifier,
  goog4Verifier,
  huaweiKey,
  huaweiVerifier,
  oss4Key,
  oss4Verifier,
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
import { verdictCode } from '../../expect-code.js'

const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'

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

const { requests, failures, nowMs } = JSON.parse(
  execFileSync(python, [`${process.cwd()}/test/interop/python/cloud_edges.py`], { maxBuffer: 2 ** 28 }).toString(),
) as { requests: readonly Sent[]; failures: Readonly<Record<string, string>>; nowMs: number }

// A slow machine must not make them old.
const clock = { now: () => nowMs }

const access = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const aws = sigv4Key(access)
const RSA = 'bot@example.iam.gserviceaccount.com'
const KINDS: Readonly<Record<string, readonly [VerifyScheme, VerifyingKey?]>> = {
  aws: [sigv4Verifier({ unsignedPayload: true, chunked: true }), aws],
  google: [goog4Verifier({ unsignedPayload: true })],
  'google-port': [goog4Verifier({ unsignedPayload: true, signedPort: true })],
  tencent: [tc3Verifier({ unsignedPayload: true }), tc3Key(access)],
  alibaba: [acs3Verifier(), acs3Key(access)],
  oss: [oss4Verifier({ bucket: 'photos', unsignedPayload: true }), oss4Key(access)],
  tos: [tos4Verifier(), tos4Key(access)],
  huawei: [huaweiVerifier({ unsignedPayload: true }), huaweiKey(access)],
  volc: [volcVerifier(), volcKey(access)],
}

// Of one run all RSA keys are the same.
const publicKey = requests.find((one) => one.publicKey !== undefined)?.publicKey as string
const rsa = await importVerifyingKey(publicKey, { keyId: RSA, algorithm: 'rsa-v1_5-sha256' })

const requestOf = ({ method, scheme, authority, target, headers, body }: Sent): HttpRequest => ({
  ...{ method, scheme, authority, target },
  fields: headers.filter(([name]) => name.toLowerCase() !== 'host').flat(),
  body: body === '' ? null : new Uint8Array(Buffer.from(body, 'base64')),
})

const defaultPort = { https: /:443$/, http: /:80$/ }

async function outcome(one: Sent, request = requestOf(one)): Promise<string> {
  const [scheme, key = rsa] = KINDS[one.sdk] as readonly [VerifyScheme, VerifyingKey?]
  const verifier = createVerifier({
    schemes: [scheme],
    keys: staticKeys([{ key, ...(one.token && { passphrase: one.token }) }]),
    policy: strictPolicy({
      authorities: [one.authority.toLowerCase().replace(defaultPort[one.scheme as 'http'], '')],
      contentCodings: ['identity', 'aws-chunked', 'gzip', 'gzip,aws-chunked', 'br,aws-chunked'],
      maxBodyBytes: 2 ** 23,
    }),
    replay: noReplayProtection,
    clock,
  })
  return verdictCode(await verifier.verify(request))
}

const sent = requests.filter(({ sdk }) => sdk in KINDS)

test('every client took what it was asked for', () => {
  expect(failures).toEqual({})
})

describe.each(Object.keys(KINDS))('%s: names, values, hosts and bodies at the edge of what a client takes', (sdk) => {
  const mine = sent.filter((one) => one.sdk === sdk)

  test('each request is accepted', async () => {
    expect(mine.length).toBeGreaterThanOrEqual(40)
    for (const one of mine) expect(await outcome(one), one.name).toBe('ok')
  })

  test('none is accepted with another path, query, method or session token', async () => {
    for (const one of mine) {
      const request = requestOf(one)
      const [path = '', query] = request.target.split('?')
      const changed: readonly HttpRequest[] = [
        { ...request, target: `${path}z${query === undefined ? '' : `?${query}`}` },
        { ...request, target: `${path}?${query === undefined ? '' : `${query}&`}z=1` },
        { ...request, method: request.method === 'DELETE' ? 'GET' : 'DELETE' },
      ]
      for (const [at, other] of changed.entries())
        expect(await outcome(one, other), `${one.name} ${at}`).toMatch(/^(?:SIGNATURE_INVALID|DIGEST_MISSING)$/)
      if (one.token) expect(await outcome({ ...one, token: `${one.token}A` }, request), one.name).not.toBe('ok')
    }
  })
})

test('a name that begins with a slash is refused as OSS itself does, where the slash is not encoded', async () => {
  const refused = requests.filter(({ sdk }) => sdk === 'oss-refused')
  expect(refused.length).toBeGreaterThanOrEqual(3)
  for (const one of refused) expect(await outcome({ ...one, sdk: 'oss' }), one.name).toBe('TARGET_MALFORMED')
})

const FORMS = requests.filter(({ fields }) => fields !== undefined)

test('upload forms are accepted to their last second, with names and values of every kind, and not one changed', async () => {
  expect(FORMS.length).toBeGreaterThan(8)
  for (const { name, fields = [], bucket = '', publicKey: own } of FORMS) {
    const judged = (all: typeof fields): Promise<unknown> =>
      verifyPostPolicy({
        ...{ fields: all, bucket, fileBytes: 10, nowMs },
        keyFor: () => (own === undefined ? aws : rsa),
      })
    await expect(judged(fields), name).resolves.toBeDefined()
    for (const [at, [field]] of fields.entries()) {
      if (!/^(?:policy|x-(?:amz|goog)-(?:date|credential|algorithm|signature|security-token))$/.test(field)) continue
      const changed = fields.map(([one, value], index) => [one, index === at ? `${value}x` : value] as const)
      await expect(judged(changed), `${name}: ${field}`).rejects.toHaveProperty('code')
    }
  }
})

const CHUNKED = sent.filter(({ headers }) => headers.some(([, value]) => value.startsWith('STREAMING-')))

test('uploads of nothing, of a byte, and around the size of a chunk are read to their end', async () => {
  const lengths = new Set<number>()
  for (const one of CHUNKED) {
    const expected = Number(new Headers(one.headers as [string, string][]).get('x-amz-decoded-content-length'))
    let length = 0
    for await (const bytes of verifyChunks({ request: requestOf(one), key: aws })) length += bytes.length
    expect(length, one.name).toBe(expected)
    lengths.add(length)
  }
  const chunk = 2 ** 20
  expect([...lengths]).toEqual(expect.arrayContaining([0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk]))
})

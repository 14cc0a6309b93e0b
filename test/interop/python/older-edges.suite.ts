import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { createResponseVerifier } from '../../../src/client/verify-response.js'
import { hmacKey, importRsaSigningKey, type VerifyingKey } from '../../../src/crypto/index.js'
import { type HttpRequest, httpRequest, httpResponse } from '../../../src/message/message.js'
import { cavageVerifier } from '../../../src/schemes/legacy/cavage/index.js'
import { hawk, hawkBewitVerifier, hawkVerifier } from '../../../src/schemes/legacy/hawk/index.js'
import { oauth1Key, oauth1KeyId, oauth1Verifier } from '../../../src/schemes/legacy/oauth1/index.js'
import { coverLess } from '../../../src/schemes/rfc9421/index.js'
import type { VerifyScheme } from '../../../src/schemes/scheme.js'
import { createVerifier, noReplayProtection, staticKeys, strictPolicy } from '../../../src/server/index.js'
import { createResponseSigner } from '../../../src/server/respond.js'
import { rsaPem } from '../../attacks/world.js'
import { verdictCode } from '../../expect-code.js'

/** URLs, forms, bodies and fields at the edge of what oauthlib, mohawk and httpsig take; bewits and answers of mohawk. */

const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'
const env = { ...process.env, COUNTERSIGN_RSA_KEY: rsaPem }
const run = (args: readonly string[], input = ''): unknown =>
  JSON.parse(
    execFileSync(python, [`${process.cwd()}/test/interop/python/older_edges.py`, ...args], {
      ...{ input, env, maxBuffer: 2 ** 27 },
    }).toString(),
  )

interface Sent {
  readonly scheme: string
  readonly label: string
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Base64. */
  readonly body: string | null
  readonly algorithm?: string
  /** Of an answer: its field, its type, and what its request had. */
  readonly answer?: string
  readonly type?: string
  readonly request?: string
}

const { requests, failures, nowMs } = run([]) as {
  requests: readonly Sent[]
  failures: Readonly<Record<string, string>>
  nowMs: number
}
// A slow machine must not make them old.
const clock = { now: () => nowMs }

const SECRET = 'kd94hf93k423kf44kd94hf93k423kf44'
const shared = (keyId: string) => hmacKey({ keyId, algorithm: 'hmac-sha256', secret: new TextEncoder().encode(SECRET) })
const names = { consumerKey: 'key!1', token: 'tok/en+1' }
const rsa = await importRsaSigningKey(rsaPem, { keyId: oauth1KeyId(names), algorithm: 'rsa-v1_5-sha512' })
const consumer = (method: string): VerifyingKey =>
  method.startsWith('RSA')
    ? rsa.verifyingKey
    : oauth1Key({
        ...names,
        consumerSecret: SECRET,
        tokenSecret: 'pfkkdhi9sl3r4s00',
        algorithm: method.toLowerCase() as 'hmac-sha1',
      })

const SIDES: Readonly<Record<string, (one: Sent) => readonly [VerifyScheme, VerifyingKey]>> = {
  oauth1: ({ algorithm = '' }) => [oauth1Verifier({ bodyHashes: ['sha-1'] }), consumer(algorithm)],
  hawk: () => [hawkVerifier(), shared('dh37fgj492je')],
  bewit: () => [hawkBewitVerifier(), shared('dh37fgj492je')],
  cavage: () => [cavageVerifier(), shared('key-1')],
}

const bytesOf = (body: string | null): Uint8Array | null =>
  body === null ? null : new Uint8Array(Buffer.from(body, 'base64'))

// As it was signed: a URL parser would change some of it.
function requestOf({ method, url, headers, body }: Sent): HttpRequest {
  const [, scheme = '', authority = '', target = ''] = /^(\w+):\/\/([^/]+)(.*)$/.exec(url) ?? []
  const { fields } = httpRequest({ url: 'https://any.example/', headers })
  return { method, scheme, authority, target, fields, body: bytesOf(body) }
}

async function outcome(one: Sent, request = requestOf(one)): Promise<string> {
  const [scheme, key] = (SIDES[one.scheme] as (typeof SIDES)[string])(one)
  const verifier = createVerifier({
    schemes: [scheme],
    keys: staticKeys([{ key }]),
    policy: strictPolicy({
      authorities: [new URL(one.url).host],
      ...(one.scheme === 'bewit' && { perScheme: { 'hawk-bewit': { untimed: noReplayProtection } } }),
    }),
    replay: noReplayProtection,
    clock,
  })
  return verdictCode(await verifier.verify(request))
}

test('every client took what it was asked for', () => {
  expect(failures).toEqual({})
})

describe.each(Object.keys(SIDES))('%s', (scheme) => {
  const mine = requests.filter((one) => one.scheme === scheme)

  test('each request is accepted', async () => {
    expect(mine.length).toBeGreaterThanOrEqual(40)
    for (const one of mine) expect(await outcome(one), one.label).toBe('ok')
  })

  test('none is accepted with another path, query, method or body', async () => {
    for (const one of mine) {
      const request = requestOf(one)
      const [path = '', query] = request.target.split('?')
      const changed: readonly HttpRequest[] = [
        { ...request, method: 'OPTIONS' },
        { ...request, target: `${path}z${query === undefined ? '' : `?${query}`}` },
        { ...request, target: query === undefined ? `${path}?z=1` : `${path}?z=1&${query}` },
        ...(request.body === null ? [] : [{ ...request, body: new TextEncoder().encode('z=1') }]),
      ]
      for (const [at, other] of changed.entries())
        expect(await outcome(one, other), `${one.label} ${at}`).not.toBe('ok')
    }
  })
})

test('credentials of OAuth 1.0a in the query or in a form are refused, and not overlooked', () => {
  const elsewhere = requests.filter(({ scheme }) => scheme === 'oauth1-elsewhere')
  expect(elsewhere.length).toBeGreaterThan(4)
  for (const one of elsewhere)
    expect(() => oauth1Verifier().parse(requestOf(one)), one.label).toThrow(
      expect.objectContaining({ code: 'AUTH_MALFORMED' }),
    )
})

const ANSWERS = requests.filter(({ scheme }) => scheme === 'answer')
const asked = (one: Sent): HttpRequest => ({
  ...requestOf({ ...one, body: null }),
  fields: ['Authorization', one.request as string],
})
const answerOf = (one: Sent) =>
  httpResponse({ status: 200, headers: one.type ? { 'content-type': one.type } : {}, body: bytesOf(one.body) })

test('answers of mohawk are accepted, and not to another request or with another body', async () => {
  const verifier = createResponseVerifier({
    scheme: hawkVerifier(),
    keys: [shared('dh37fgj492je')],
    clock,
    [coverLess]: true,
    require: ['request:@method', 'request:@authority', 'request:@path', 'request:@query'],
  })
  expect(ANSWERS.length).toBeGreaterThan(60)
  for (const one of ANSWERS) {
    const plain = answerOf(one)
    const signed = { ...plain, fields: [...plain.fields, 'Server-Authorization', one.answer as string] }
    const request = asked(one)
    expect(verdictCode(await verifier.verify({ ...signed, request })), one.label).toBe('ok')
    const other = { ...request, target: `${request.target}z` }
    expect(verdictCode(await verifier.verify({ ...signed, request: other })), one.label).not.toBe('ok')
    const body = new TextEncoder().encode('z')
    expect(verdictCode(await verifier.verify({ ...signed, request, body })), one.label).not.toBe('ok')
  }
})

test('mohawk accepts answers that are signed here to its requests', async () => {
  const sign = createResponseSigner(hawk({ key: shared('dh37fgj492je'), payload: 'always' }), { clock })
  const ours = await Promise.all(
    ANSWERS.map(async (one) => {
      const { fields } = await sign(answerOf(one), asked(one))
      return { ...one, answer: fields[fields.indexOf('Server-Authorization') + 1] }
    }),
  )
  expect(run(['answers'], JSON.stringify(ours))).toEqual(ours.map(() => 'ok'))
})

import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import {
  type HmacKey,
  hmacKey,
  importRsaSigningKey,
  type PrivateKey,
  type VerifyingKey,
} from '../../../src/crypto/index.js'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { cavageVerifier } from '../../../src/schemes/legacy/cavage/index.js'
import { hawk, hawkVerifier } from '../../../src/schemes/legacy/hawk/index.js'
import { oauth1, oauth1Key, oauth1KeyId, oauth1Verifier } from '../../../src/schemes/legacy/oauth1/index.js'
import type { VerifyScheme } from '../../../src/schemes/scheme.js'
import { rsaPem } from '../../attacks/world.js'
import { judge, signed, withValue } from '../../unit/schemes/legacy/judge.js'

const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'
const script = `${process.cwd()}/test/interop/python/older_requests.py`
const env = { ...process.env, COUNTERSIGN_RSA_KEY: rsaPem }
const run = (args: readonly string[], input = ''): unknown =>
  JSON.parse(execFileSync(python, [script, ...args], { input, env, maxBuffer: 2 ** 26 }).toString())

interface Sent {
  readonly scheme: 'oauth1' | 'hawk' | 'cavage'
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Base64. */
  readonly body: string | null
  readonly algorithm?: string
  readonly token?: string | null
}

const SECRET = 'kd94hf93k423kf44kd94hf93k423kf44'
const secret = new TextEncoder().encode(SECRET)
const shared = (keyId: string, algorithm: 'hmac-sha256' | 'hmac-sha512' = 'hmac-sha256') =>
  hmacKey({ keyId, algorithm, secret })
const rsa = (keyId: string, name: string) =>
  importRsaSigningKey(rsaPem, { keyId, algorithm: /512/.test(name) ? 'rsa-v1_5-sha512' : 'rsa-v1_5-sha256' })
/** The key of a consumer, by the name of its method: `HMAC-SHA256`. */
async function consumer(method: string, token: string | null | undefined): Promise<HmacKey | PrivateKey> {
  const names = { consumerKey: 'key!1', ...(token ? { token } : {}) }
  if (method.startsWith('RSA')) return rsa(oauth1KeyId(names), method)
  const tokenSecret = token ? { tokenSecret: 'pfkkdhi9sl3r4s00' } : {}
  return oauth1Key({ ...names, ...tokenSecret, consumerSecret: SECRET, algorithm: method.toLowerCase() as 'hmac-sha1' })
}
const publicHalf = (key: HmacKey | PrivateKey): VerifyingKey => ('verifyingKey' in key ? key.verifyingKey : key)
async function sides({ scheme, algorithm = '', token }: Sent): Promise<readonly [VerifyScheme, VerifyingKey]> {
  if (scheme === 'hawk') return [hawkVerifier(), shared('dh37fgj492je')]
  // oauthlib hashes bodies with SHA-1, whatever signs.
  if (scheme === 'oauth1')
    return [oauth1Verifier({ bodyHashes: ['sha-1'] }), publicHalf(await consumer(algorithm, token))]
  if (algorithm.startsWith('rsa')) return [cavageVerifier(), publicHalf(await rsa('key-1', algorithm))]
  return [cavageVerifier(), shared('key-1', algorithm === 'hmac-sha512' ? algorithm : 'hmac-sha256')]
}

const requestOf = ({ method, url, headers, body }: Sent): HttpRequest =>
  httpRequest({ method, url, headers, ...(body === null ? {} : { body: new Uint8Array(Buffer.from(body, 'base64')) }) })
const verdictOf = async (one: Sent, request = requestOf(one)): Promise<string> => {
  const [scheme, key] = await sides(one)
  return judge([scheme], [{ key }], { nowMs: Date.now() })(request)
}

const requests = run([]) as readonly Sent[]

describe('requests of oauthlib, mohawk and requests-http-signature', () => {
  test('all of them are accepted here', async () => {
    expect(requests.length).toBeGreaterThan(250)
    for (const one of requests) expect(await verdictOf(one), `${one.scheme} ${one.method} ${one.url}`).toBe('ok')
  })

  test('a change of one character of the credentials, the target or the body is refused', async () => {
    for (const scheme of ['oauth1', 'hawk', 'cavage']) {
      const one = requests.findLast((each) => each.scheme === scheme && each.body !== null) as Sent
      const request = requestOf(one)
      const field = 'Signature' in one.headers ? 'signature' : 'authorization'
      const value = Object.entries(one.headers).find(([name]) => name.toLowerCase() === field)?.[1] as string
      const other = (text: string, at: number): string =>
        text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1)
      const unsigned = [...value.matchAll(/,(?:algorithm|created)="[^"]*"/g)].map(
        ({ index, 0: text }) => [index, index + text.length] as const,
      )
      for (let at = 0; at < value.length; at++) {
        const changed = other(value, at)
        // Neither algorithm nor time is signed where they stand here: one may only veto, the other does not count.
        if (scheme === 'cavage' && unsigned.some(([from, to]) => at >= from && at < to)) continue
        expect(
          await verdictOf(
            one,
            withValue(request, field, () => changed),
          ),
          `${scheme}: ${changed}`,
        ).not.toBe('ok')
      }
      for (let at = 1; at < request.target.length; at++)
        expect(await verdictOf(one, { ...request, target: other(request.target, at) })).not.toBe('ok')
      const body = (request.body as Uint8Array).slice()
      body[0] = (body[0] as number) ^ 1
      expect(await verdictOf(one, { ...request, body })).not.toBe('ok')
    }
  })
})

test('oauthlib and mohawk accept what is signed here', async () => {
  const ours: Sent[] = []
  for (const one of requests.filter(({ scheme }) => scheme !== 'cavage')) {
    const { authorization: _, ...headers } = Object.fromEntries(
      Object.entries(one.headers).map(([name, value]) => [
        name.toLowerCase() === 'authorization' ? 'authorization' : name,
        value,
      ]),
    )
    const plain = requestOf({ ...one, headers: headers as Record<string, string> })
    const signer =
      one.scheme === 'hawk'
        ? hawk({ key: shared('dh37fgj492je'), ext: 'x', payload: 'always' })
        : oauth1({ key: await consumer(one.algorithm as string, one.token), bodyHash: 'sha-1' })
    const { fields } = await signed(signer, plain, Date.now())
    ours.push({ ...one, headers: { ...(headers as Record<string, string>), Authorization: fields.at(-1) as string } })
  }
  const verdicts = run(['judge'], JSON.stringify(ours)) as readonly string[]
  expect(ours.length).toBeGreaterThan(150)
  for (const [at, verdict] of verdicts.entries()) expect(verdict, JSON.stringify(ours[at])).toBe('ok')
})

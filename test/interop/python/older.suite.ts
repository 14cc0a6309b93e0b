import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { hmacKey, type SyncVerifyingKey } from '../../../src/crypto/index.js'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { cavageVerifier } from '../../../src/schemes/legacy/cavage/index.js'
import { hawk, hawkVerifier } from '../../../src/schemes/legacy/hawk/index.js'
import { oauth1, oauth1Key, oauth1Verifier } from '../../../src/schemes/legacy/oauth1/index.js'
import type { VerifyScheme } from '../../../src/schemes/scheme.js'
import { judge, signed, withValue } from '../../unit/schemes/legacy/judge.js'

const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'
const script = `${process.cwd()}/test/interop/python/older_requests.py`
const run = (args: readonly string[], input = ''): unknown =>
  JSON.parse(execFileSync(python, [script, ...args], { input, maxBuffer: 2 ** 26 }).toString())

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
const shared = (keyId: string) => hmacKey({ keyId, algorithm: 'hmac-sha256', secret })
const consumer = (algorithm: 'hmac-sha1' | 'hmac-sha256', token: string | null | undefined) =>
  oauth1Key({
    consumerKey: 'key!1',
    consumerSecret: SECRET,
    algorithm,
    ...(token ? { token, tokenSecret: 'pfkkdhi9sl3r4s00' } : {}),
  })
const sides = ({ scheme, algorithm, token }: Sent): readonly [VerifyScheme, SyncVerifyingKey] =>
  scheme === 'hawk'
    ? [hawkVerifier(), shared('dh37fgj492je')]
    : scheme === 'cavage'
      ? [cavageVerifier(), shared('key-1')]
      : // oauthlib hashes bodies with SHA-1, whatever signs.
        [
          oauth1Verifier({ bodyHashes: ['sha-1'] }),
          consumer(algorithm === 'HMAC-SHA1' ? 'hmac-sha1' : 'hmac-sha256', token),
        ]

const requestOf = ({ method, url, headers, body }: Sent): HttpRequest =>
  httpRequest({ method, url, headers, ...(body === null ? {} : { body: new Uint8Array(Buffer.from(body, 'base64')) }) })
const verdictOf = async (one: Sent, request = requestOf(one)): Promise<string> => {
  const [scheme, key] = sides(one)
  return judge([scheme], [{ key }], { nowMs: Date.now() })(request)
}

const requests = run([]) as readonly Sent[]

describe('requests of oauthlib, mohawk and requests-http-signature', () => {
  test('all are accepted', async () => {
    expect(requests.length).toBeGreaterThan(60)
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
        : oauth1({
            key: consumer(one.algorithm === 'HMAC-SHA1' ? 'hmac-sha1' : 'hmac-sha256', one.token),
            bodyHash: 'sha-1',
          })
    const { fields } = await signed(signer, plain, Date.now())
    ours.push({ ...one, headers: { ...(headers as Record<string, string>), Authorization: fields.at(-1) as string } })
  }
  const verdicts = run(['judge'], JSON.stringify(ours)) as readonly string[]
  expect(ours.length).toBeGreaterThan(50)
  for (const [at, verdict] of verdicts.entries()) expect(verdict, JSON.stringify(ours[at])).toBe('ok')
})

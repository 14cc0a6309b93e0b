import { describe, expect, test } from 'vitest'
import { createSignedFetch } from '../../../../src/client/fetch/signed-fetch.js'
import { createResponseVerifier } from '../../../../src/client/verify-response.js'
import { hmacKey } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest, httpResponse } from '../../../../src/message/message.js'
import {
  hawk,
  hawkBewit,
  hawkBewitVerifier,
  hawkServerTime,
  hawkVerifier,
} from '../../../../src/schemes/legacy/hawk/index.js'
import { coverLess } from '../../../../src/schemes/rfc9421/options.js'
import { noReplayProtection } from '../../../../src/server/policy/policy.js'
import { createResponseSigner } from '../../../../src/server/respond.js'
import { codeOf, verdictCode } from '../../../expect-code.js'
import GOLDEN from '../../../vectors/legacy/golden.json' with { type: 'json' }
import { HOST, judge, NOW, signed, withLine, withValue } from './judge.js'

const key = hmacKey({
  keyId: 'dh37fgj492je',
  algorithm: 'hmac-sha256',
  secret: new TextEncoder().encode(GOLDEN.hawk.key),
})
const order: HttpRequest = httpRequest({
  method: 'POST',
  url: `https://${HOST}/resource/1?b=1&a=2`,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'Thank you for flying Hawk',
})
const judged = () => judge([hawkVerifier()], [{ key }])

describe('golden values', () => {
  const at = { nowMs: 1_353_832_234_000, policy: { authorities: ['example.com:8000'] } }
  for (const row of GOLDEN.hawk.rows)
    test(`${row.id} is signed as published, and accepted`, async () => {
      const request = httpRequest({
        ...row.request,
        ...(row.request.body === undefined ? {} : { body: row.request.body }),
      })
      const message = await signed(hawk({ key, ext: 'some-app-ext-data' }), request, at.nowMs, 'j4h3g2')
      expect(message.fields.at(-1)).toContain(`mac="${row.mac}"`)
      expect(await judge([hawkVerifier()], [{ key }], at)(message)).toBe('ok')
    })
})

describe('both sides', () => {
  test('a signed request is accepted once, whether its nonce is long or has six characters', async () => {
    for (const nonce of ['nonce-0123456789abcdef', 'j4h3g2']) {
      const verdict = judged()
      const message = await signed(hawk({ key }), order, NOW, nonce)
      expect(await verdict(message)).toBe('ok')
      expect(await verdict(message)).toBe('REPLAY')
    }
  })

  test('an answer is signed for its request, and verified', async () => {
    const request = await signed(hawk({ key }), order)
    const answer = await createResponseSigner(hawk({ key, ext: 'x' }), { clock: { now: () => NOW } })(
      httpResponse({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'fine' }),
      request,
    )
    const verifier = createResponseVerifier({
      scheme: hawkVerifier(),
      keys: [key],
      clock: { now: () => NOW },
      [coverLess]: true,
      require: ['request:@method', 'request:@authority', 'request:@path', 'request:@query', 'body'],
    })
    const judged = async (one: typeof answer): Promise<string> => verdictCode(await verifier.verify(one))
    expect(await judged(answer)).toBe('ok')
    expect(await judged({ ...answer, body: new Uint8Array(4) })).toBe('DIGEST_MISMATCH')
    expect(await judged({ ...answer, request: { ...request, target: '/other' } })).toBe('SIGNATURE_INVALID')
  })

  test('a bewit opens its URL for a while, and only by GET', async () => {
    const policy = { perScheme: { 'hawk-bewit': { untimed: noReplayProtection } } } as const
    const open = (nowMs: number) => judge([hawkVerifier(), hawkBewitVerifier()], [{ key }], { policy, nowMs })
    const url = await signed(hawkBewit({ key, ttlMs: 60_000 }), httpRequest({ url: `https://${HOST}/report?a=1` }))
    expect(url.target).toMatch(/^\/report\?a=1&bewit=[\w-]+$/)
    const verdict = open(NOW)
    expect(await verdict(url)).toBe('ok')
    expect(await verdict(url)).toBe('ok')
    expect(await verdict({ ...url, method: 'HEAD' })).toBe('ok')
    expect(await verdict({ ...url, method: 'POST' })).toBe('AUTH_MALFORMED')
    expect(await verdict({ ...url, target: url.target.replace('a=1', 'a=2') })).toBe('SIGNATURE_INVALID')
    expect(await verdict({ ...url, target: `${url.target}&b=1` })).toBe('AUTH_MALFORMED')
    expect(await verdict({ ...url, target: url.target.replace('?a=1&', '?bewit=AAAA&') })).toBe('AUTH_DUPLICATE')
    expect(await open(NOW + 60_000)(url)).toBe('TIMESTAMP_EXPIRED')
    // A credential in the header besides is a second one.
    const header = await signed(hawk({ key }), httpRequest({ url: `https://${HOST}/report?a=1` }))
    expect(await verdict({ ...header, target: url.target })).toBe('AUTH_DUPLICATE')
    expect(await judge([hawkBewitVerifier()], [{ key }], { policy })(withLine(url, 'Authorization', 'Bearer x'))).toBe(
      'AUTH_DUPLICATE',
    )
  })

  test('a bewit may have the padding of its base64, as mohawk writes it, and no other', async () => {
    const policy = { perScheme: { 'hawk-bewit': { untimed: noReplayProtection } } } as const
    const verdict = judge([hawkBewitVerifier()], [{ key }], { policy })
    const seen = new Set<number>()
    for (const ext of ['x', 'xy', 'xyz']) {
      const url = await signed(hawkBewit({ key, ttlMs: 60_000, ext }), httpRequest({ url: `https://${HOST}/a` }))
      const bare = url.target.length - url.target.indexOf('bewit=') - 6
      const padding = '='.repeat((4 - (bare % 4)) % 4)
      seen.add(padding.length)
      expect(await verdict({ ...url, target: url.target + padding })).toBe('ok')
      for (const wrong of ['=', '==', '===', '===='])
        if (wrong !== padding) expect(await verdict({ ...url, target: url.target + wrong })).toBe('AUTH_MALFORMED')
    }
    expect(seen).toEqual(new Set([0, 1, 2]))
  })

  test("a client takes the server's time where it is under a MAC, and signs once more", async () => {
    const verdict = judged()
    const answers: string[] = []
    const transport = (wwwAuthenticate: string) => async (url: string, init: object) => {
      const { method, headers, body } = init as { method: string; headers: string[]; body: Uint8Array }
      const code = await verdict({ ...httpRequest({ method, url, headers }), body })
      answers.push(code)
      return code === 'ok'
        ? new Response('fine')
        : new Response('', { status: 401, headers: { 'www-authenticate': wwwAuthenticate } })
    }
    const late = { clock: { now: () => NOW - 600_000 }, origins: [`https://${HOST}`], retryAfter: false } as const
    const call = async (challenge: string): Promise<number> => {
      const signedFetch = createSignedFetch(hawk({ key }), { ...late, fetch: transport(challenge) })
      return (await signedFetch(`https://${HOST}/a`, { method: 'POST', body: 'x' })).status
    }
    expect(await call(hawkServerTime(key, NOW))).toBe(200)
    expect(answers).toEqual(['TIMESTAMP_EXPIRED', 'ok'])
    // A time that another key states is not taken.
    const other = hmacKey({ keyId: 'other', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(9) })
    expect(await call(hawkServerTime(other, NOW))).toBe(401)
    expect(await call('Hawk ts="1353832234", error="Stale timestamp"')).toBe(401)
  })
})

test('options that the verifier of URLs does not have are refused by name, and so are a key and a time that are none', () => {
  const options = { windowMs: 1_000 } as never
  expect(() => hawkBewitVerifier(options)).toThrow('hawkBewitVerifier: unknown option "windowMs"; it takes none')
  expect(hawkBewitVerifier(undefined).id).toBe('hawk-bewit')
  for (const [one, at] of [
    [undefined, NOW],
    [{}, NOW],
    [key, Number.NaN],
    [key, '1790000000000'],
  ] as never[][])
    expect(codeOf(() => hawkServerTime(one as never, at as never))).toBe('CONFIG_INVALID')
})

describe('attacks', () => {
  const value = (change: (value: string) => string) => (one: HttpRequest) => withValue(one, 'authorization', change)
  const attacks: ReadonlyArray<readonly [string, string, (message: HttpRequest) => HttpRequest]> = [
    ['ts="abc", which hawk itself accepts', 'TIMESTAMP_MALFORMED', value((v) => v.replace(/ts="\d+"/, 'ts="abc"'))],
    ['ts with junk behind the digits', 'TIMESTAMP_MALFORMED', value((v) => v.replace(/ts="(\d+)"/, 'ts="$1x"'))],
    ['ts in hexadecimal', 'TIMESTAMP_MALFORMED', value((v) => v.replace(/ts="\d+"/, 'ts="0x6ab13b80"'))],
    [
      'an attribute that is repeated',
      'AUTH_DUPLICATE',
      value((v) => `${v}, ext="b"`.replace('Hawk ', 'Hawk ext="a", ')),
    ],
    ['an attribute that Hawk does not have', 'AUTH_MALFORMED', value((v) => `${v}, x="b"`)],
    ['an attribute that is missing', 'AUTH_MALFORMED', value((v) => v.replace(/mac="[^"]*"/, 'mac=""'))],
    ['junk behind the MAC', 'SIGNATURE_MALFORMED', value((v) => v.replace(/mac="([^"]*)"/, 'mac="$1!"'))],
    ['a second Authorization line', 'AUTH_DUPLICATE', (one) => withLine(one, 'Authorization', 'Hawk id="x"')],
    ['another body', 'DIGEST_MISMATCH', (one) => ({ ...one, body: new Uint8Array(3) })],
    ['another content type', 'DIGEST_MISMATCH', (one) => withValue(one, 'content-type', () => 'text/html')],
    ['the hash taken out', 'DIGEST_MISSING', value((v) => v.replace(/hash="[^"]*", /, ''))],
  ]
  for (const [name, code, change] of attacks)
    test(`an attack is refused, ${name}: ${code}`, async () => {
      expect(await judged()(change(await signed(hawk({ key }), order)))).toBe(code)
    })

  test('the window is a minute back, and that of the policy ahead', async () => {
    expect(await judged()(await signed(hawk({ key }), order, NOW - 59_000))).toBe('ok')
    expect(await judged()(await signed(hawk({ key }), order, NOW - 61_000))).toBe('TIMESTAMP_EXPIRED')
    expect(await judged()(await signed(hawk({ key }), order, NOW + 6_000))).toBe('TIMESTAMP_FUTURE')
  })
})

test('options that cannot be meant are refused', () => {
  expect(codeOf(() => hawk({ key, ext: 'a"b' }))).toBe('CONFIG_INVALID')
  expect(codeOf(() => hawk({ key, dlg: 'x' }))).toBe('CONFIG_INVALID')
  expect(codeOf(() => hawk({ key: { ...key, algorithm: 'hmac-sha512' } }))).toBe('CONFIG_INVALID')
  expect(codeOf(() => hawkBewit({ key } as never))).toBe('CONFIG_INVALID')
})

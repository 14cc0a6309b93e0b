import { createHash } from 'node:crypto'
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
import { codeOf, textOf, verdictCode, withCode } from '../../../expect-code.js'
import GOLDEN from '../../../vectors/legacy/golden.json' with { type: 'json' }
import { HOST, judge, NOW, only, signed, stated, withLine, withValue } from './judge.js'

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

describe('what Hawk signs', () => {
  const context = { keyId: 'dh37fgj492je', algorithm: 'hmac-sha256', nowMs: NOW + 999, nonce: 'j4h3g2' } as const
  const ts = String(NOW / 1000)
  const hash = createHash('sha256').update('hawk.1.payload\ntext/plain\nThank you for flying Hawk\n').digest('base64')
  const bare = httpRequest({ url: `https://${HOST}/resource/1` })

  test('is a line for each part, and an empty one for a part that is absent', () => {
    const one = hawk({ key }).scheme.prepare(order, context)
    expect(one.base).toBe(`hawk.1.header\n${ts}\nj4h3g2\nPOST\n/resource/1?b=1&a=2\n${HOST}\n443\n${hash}\n\n`)
    expect([one.encoding, one.trace()]).toEqual([
      'base64',
      {
        ...{ scheme: 'hawk', base: one.base },
        covered: ['ts', 'nonce', 'method', 'resource', 'host', 'port', 'hash', 'ext'],
      },
    ])
    expect(one.attach(Uint8Array.of(0xff)).fields).toEqual([
      ...[...order.fields, 'Authorization'],
      `Hawk id="dh37fgj492je", ts="${ts}", nonce="j4h3g2", hash="${hash}", mac="/w=="`,
    ])
    const full = hawk({ key, ext: 'e', app: 'a', dlg: 'd' }).scheme.prepare(bare, context)
    expect(full.base).toBe(`hawk.1.header\n${ts}\nj4h3g2\nGET\n/resource/1\n${HOST}\n443\n\ne\na\nd\n`)
    expect(full.attach(Uint8Array.of(0xff)).fields.at(-1)).toBe(
      `Hawk id="dh37fgj492je", ts="${ts}", nonce="j4h3g2", ext="e", mac="/w==", app="a", dlg="d"`,
    )
    expect(full.trace().covered).toEqual(['ts', 'nonce', 'method', 'resource', 'host', 'port', 'ext'])
    expect(hawk({ key, app: 'a' }).scheme.prepare(bare, context).base).toMatch(/\n\n\na\n\n$/)
  })

  test('has the host and the port of the request', () => {
    const lines = (authority: string, scheme = 'https') =>
      String(hawk({ key }).scheme.prepare({ ...bare, authority, scheme }, context).base)
        .split('\n')
        .slice(5, 7)
    expect(lines('API.example.com:8443')).toEqual(['api.example.com', '8443'])
    expect(lines('api.example.com', 'HTTP')).toEqual(['api.example.com', '80'])
    expect(lines('[2001:DB8::1]')).toEqual(['[2001:db8::1]', '443'])
    expect(lines('[::1]:8080')).toEqual(['[::1]', '8080'])
    for (const authority of [
      '',
      'a b',
      'u@a',
      'a:',
      'a:1:2',
      'a:123456',
      'a/b',
      'a?b',
      'a#b',
      '[::1',
      'x[::1]',
      'a:80x',
      ':80',
    ])
      expect(() => lines(authority)).toThrow(withCode('AUTH_MALFORMED', 'the host cannot be signed'))
  })

  test('is ASCII in one line', () => {
    const at = (parts: Partial<HttpRequest>) => () => hawk({ key }).scheme.prepare({ ...bare, ...parts }, context)
    expect(at({ method: 'GÉT' })).toThrow(withCode('AUTH_MALFORMED', 'the method holds characters beyond ASCII'))
    expect(at({ target: '/é' })).toThrow(withCode('AUTH_MALFORMED', 'the target holds characters beyond ASCII'))
    expect(at({ body: new Uint8Array(1), fields: ['Content-Type', 'é'] })).toThrow(
      withCode('AUTH_MALFORMED', 'Content-Type holds characters beyond ASCII'),
    )
    expect(at({ fields: ['Authorization', 'x'] })).toThrow(
      withCode('MESSAGE_MALFORMED', 'hawk: the request has a field'),
    )
    expect(at({ body: new ReadableStream() as never })).toThrow(withCode('MESSAGE_MALFORMED', 'hawk'))
  })

  test('has the hash of a body as it is asked for', () => {
    const hashOf = (payload: boolean | 'always' | undefined, request: HttpRequest): string => {
      const signer = hawk({ key, ...(payload !== undefined && { payload }) })
      return String(signer.scheme.prepare(request, context).base).split('\n')[7] as string
    }
    const none = createHash('sha256').update('hawk.1.payload\n\n\n').digest('base64')
    expect([undefined, true, 'always' as const, false].map((payload) => hashOf(payload, order))).toEqual([
      hash,
      hash,
      hash,
      '',
    ])
    expect([undefined, true, 'always' as const, false].map((payload) => hashOf(payload, bare))).toEqual([
      '',
      '',
      none,
      '',
    ])
    const upper = { ...order, fields: ['Content-Type', ' TEXT/Plain ; charset=x'] }
    expect(hashOf(true, upper)).toBe(hash)
  })

  test('needs options that can be meant', () => {
    for (const [options, text] of [
      [{ ext: 'é' }, 'hawk: "ext" must be visible ASCII without quotes and backslashes'],
      [{ app: 'a\\b' }, 'hawk: "app" must be visible ASCII'],
      [{ app: 'a', dlg: '"' }, 'hawk: "dlg" must be visible ASCII'],
      [{ dlg: 'd' }, 'hawk: "dlg" needs "app"'],
      [{ payload: 'never' }, '"payload" must be true, false or "always"'],
      [{ hash: true }, 'did you mean "payload"'],
      [{ credentials: {} }, 'did you mean key: hmacKey('],
      [{ key: { ...key, algorithm: 'hmac-sha512' } }, 'hawk: "key" must be of hmac-sha256'],
    ])
      expect(textOf(() => hawk({ key, ...(options as object) }))).toContain(text)
    expect(textOf(() => hawkVerifier({ timestampSkewSec: 1 } as never))).toContain('did you mean "windowMs"')
    expect(textOf(() => hawkVerifier({ windowMs: 999 }))).toContain('"windowMs" must be')
  })
})

describe('what a verifier of Hawk reads', () => {
  const ts = String(NOW / 1000)
  const credentials = (more = ''): string => `Hawk id="a", ts="${ts}", nonce="n", mac="/w=="${more}`
  const request = (value: string, parts: Partial<HttpRequest> = {}): HttpRequest => ({
    ...{ ...order, body: null },
    ...{ fields: ['Authorization', value], ...parts },
  })
  const read = (value: string, parts: Partial<HttpRequest> = {}, windowMs?: number) =>
    only(hawkVerifier(windowMs === undefined ? {} : { windowMs }), request(value, parts))

  test('is everything that the attributes state', () => {
    expect(read(credentials())).toMatchObject({
      ...{ label: '', keyId: 'a', claimedAlgorithm: undefined, createdMs: NOW, expiresMs: NOW + 60_000 },
      ...{ nonce: undefined, signature: Uint8Array.of(0xff), bodyDigests: [] },
      covered: ['ts', 'nonce', 'method', 'resource', 'host', 'port', 'ext'],
      covers: ['authority', 'method', 'path', 'query'],
      base: `hawk.1.header\n${ts}\nn\nPOST\n/resource/1?b=1&a=2\n${HOST}\n443\n\n\n`,
    })
    const hash = createHash('sha256').update('hawk.1.payload\n\nbody\n').digest('base64')
    const long = `Hawk id="a", ts="${ts}", nonce="nonce-of-16-chars", mac="/w==", hash="${hash}", ext="e", app="x", dlg="y"`
    expect(read(long, { body: new TextEncoder().encode('body') }, 5_000)).toMatchObject({
      ...{ expiresMs: NOW + 5_000, nonce: 'nonce-of-16-chars' },
      covered: ['ts', 'nonce', 'method', 'resource', 'host', 'port', 'hash', 'ext'],
      covers: ['authority', 'body', 'method', 'path', 'query'],
      base: `hawk.1.header\n${ts}\nnonce-of-16-chars\nPOST\n/resource/1?b=1&a=2\n${HOST}\n443\n${hash}\ne\nx\ny\n`,
    })
    expect(() => read(long)).toThrow(withCode('DIGEST_MISMATCH', 'the payload hash is not that of the body'))
  })

  test('needs each attribute, and an application for a delegation', () => {
    for (const name of ['id', 'ts', 'nonce', 'mac'])
      expect(() => read(credentials().replace(new RegExp(`${name}="[^"]*"`), 'ext="e"'))).toThrow(
        withCode('AUTH_MALFORMED', `Authorization lacks "${name}"`),
      )
    expect(() => read(credentials(', dlg="y"'))).toThrow(withCode('AUTH_MALFORMED', '"dlg" needs "app"'))
    expect(() => read(credentials(', app="y"'))).not.toThrow()
    expect(() => read(credentials(), { target: '/a?bewit=x' })).toThrow(
      withCode('AUTH_DUPLICATE', 'the request holds a bewit besides'),
    )
    expect(hawkVerifier().parse(request('Bearer x'))).toEqual([])
  })

  test('states what it demands', () => {
    const demands = {
      ...{ require: ['method', 'authority', 'path', 'query'], requireWithBody: ['body'], requireNonce: false },
      algorithms: ['hmac-sha256'],
    }
    expect(stated(hawkVerifier())).toEqual({ ...{ id: 'hawk', weaknesses: [], readsBody: true }, demands })
    expect(hawkVerifier().challenge?.(new Set(), {} as never)).toEqual({ field: 'WWW-Authenticate', value: 'Hawk' })
    expect(stated(hawkBewitVerifier())).toEqual({
      ...{ id: 'hawk-bewit', weaknesses: ['no-nonce'], readsBody: false },
      demands: { ...demands, untimed: true, maxLifetimeMs: 86_400_000 },
    })
  })
})

describe('an answer under Hawk', () => {
  const ts = String(NOW / 1000)
  const asked: HttpRequest = {
    ...httpRequest({ url: `https://${HOST}/a` }),
    fields: ['Authorization', `Hawk id="a", ts="${ts}", nonce="n", mac="/w==", app="x", dlg="y"`],
  }
  const answer = {
    ...httpResponse({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'fine' }),
    request: asked,
  }
  const hash = createHash('sha256').update('hawk.1.payload\ntext/plain\nfine\n').digest('base64')
  const context = { keyId: 'a', algorithm: 'hmac-sha256', nowMs: NOW, nonce: 'other' } as const
  const base = (of: string, ext = ''): string =>
    `hawk.1.response\n${ts}\nn\nGET\n/a\n${HOST}\n443\n${of}\n${ext}\nx\ny\n`

  test('is signed with the credentials of its request, and a hash of its body', () => {
    const one = hawk({ key, ext: 'e' }).scheme.prepare(answer, context)
    expect(one.base).toBe(base(hash, 'e'))
    expect([one.encoding, one.trace()]).toEqual([
      'base64',
      {
        ...{ scheme: 'hawk', base: one.base },
        covered: ['ts', 'nonce', 'method', 'resource', 'host', 'port', 'hash', 'ext'],
      },
    ])
    expect(one.attach(Uint8Array.of(0xff)).fields.slice(answer.fields.length)).toEqual([
      ...['Server-Authorization', `Hawk mac="/w==", hash="${hash}", ext="e"`],
    ])
    const bare = hawk({ key, payload: false }).scheme.prepare(answer, context)
    expect(bare.base).toBe(base(''))
    expect(bare.attach(Uint8Array.of(0xff)).fields.at(-1)).toBe('Hawk mac="/w=="')
  })

  test('is read with them', () => {
    const line = (value: string) => ({ ...answer, fields: [...answer.fields, 'Server-Authorization', value] })
    expect(only(hawkVerifier(), line(`Hawk mac="/w==", hash="${hash}", ext="e"`))).toMatchObject({
      ...{ keyId: 'a', createdMs: NOW, expiresMs: undefined, nonce: undefined, signature: Uint8Array.of(0xff) },
      covered: ['ts', 'nonce', 'method', 'resource', 'host', 'port', 'hash', 'ext'],
      covers: ['body', 'request:@authority', 'request:@method', 'request:@path', 'request:@query'],
      base: base(hash, 'e'),
    })
    expect(only(hawkVerifier(), line('Hawk mac="/w=="'))).toMatchObject({
      covers: ['request:@authority', 'request:@method', 'request:@path', 'request:@query'],
      base: base(''),
    })
    expect(hawkVerifier().parse(answer)).toEqual([])
    for (const [value, code, text] of [
      ['Hawk hash="x"', 'AUTH_MALFORMED', 'Server-Authorization lacks "mac"'],
      ['Hawk mac="/w==", id="a"', 'AUTH_MALFORMED', 'Server-Authorization holds an unknown parameter'],
      ['Hawk mac="!"', 'SIGNATURE_MALFORMED', 'the MAC must be canonical base64'],
    ] as const)
      expect(() => hawkVerifier().parse(line(value))).toThrow(withCode(code, text))
    for (const request of [undefined, { ...asked, fields: [] }]) {
      const lone = { ...line('Hawk mac="/w=="'), request } as typeof answer
      expect(() => hawkVerifier().parse(lone)).toThrow(
        withCode('AUTH_MALFORMED', 'the answer is signed for a request that is not signed with Hawk'),
      )
      expect(() => hawk({ key }).scheme.prepare({ ...answer, request } as typeof answer, context)).toThrow(
        withCode('MESSAGE_MALFORMED', 'hawk: an answer is signed with the request it answers'),
      )
    }
    // What is no time in the credentials of the request is one of the message.
    const odd = { ...line('Hawk mac="/w=="'), request: { ...asked, fields: ['Authorization', 'Hawk id="a"'] } }
    expect(() => hawkVerifier().parse(odd)).toThrow(withCode('TIMESTAMP_MALFORMED'))
  })
})

describe('a bewit', () => {
  const get = httpRequest({ url: `https://${HOST}/a` })
  const context = { keyId: 'a', algorithm: 'hmac-sha256', nowMs: NOW, nonce: 'n' } as const
  const end = String(NOW / 1000 + 60)
  const encoded = (text: string): string => Buffer.from(text).toString('base64url')
  const read = (target: string, parts: Partial<HttpRequest> = {}) =>
    only(hawkBewitVerifier(), { ...get, target, ...parts })

  test('is the id, the end, the MAC and ext, behind the rest of the URL', () => {
    const one = hawkBewit({ key, ttlMs: 60_000, ext: 'e' }).scheme.prepare(get, context)
    expect(one.base).toBe(`hawk.1.bewit\n${end}\n\nGET\n/a\n${HOST}\n443\n\ne\n`)
    expect([one.encoding, one.trace()]).toEqual([
      'base64',
      { scheme: 'hawk-bewit', base: one.base, covered: ['exp', 'resource', 'host', 'port', 'ext'] },
    ])
    const target = `/a?bewit=${encoded(`a\\${end}\\/w==\\e`)}`
    expect(one.attach(Uint8Array.of(0xff))).toEqual({ ...get, target })
    expect(read(target)).toMatchObject({
      ...{
        keyId: 'a',
        createdMs: undefined,
        expiresMs: NOW + 60_000,
        nonce: undefined,
        signature: Uint8Array.of(0xff),
      },
      covered: ['exp', 'resource', 'host', 'port', 'ext'],
      ...{ covers: ['authority', 'method', 'path', 'query'], base: one.base },
    })
    expect(read(target, { method: 'HEAD' })).toMatchObject({ base: one.base })
    expect(hawkBewit({ key, ttlMs: 60_000 }).scheme.prepare(get, context).base).toMatch(/\n443\n\n\n$/)
  })

  test('has four parts, an id and a time', () => {
    for (const text of [`a\\${end}\\/w==`, `a\\${end}\\/w==\\e\\f`, `\\${end}\\/w==\\e`, ''])
      expect(() => read(`/a?bewit=${encoded(text)}`)).toThrow(
        withCode('AUTH_MALFORMED', 'a bewit must be id, end, MAC and ext in base64url'),
      )
    // Padding stands at the end alone.
    const padded = encoded(`a\\${end}\\/w==\\ee`)
    expect(padded.length % 4).toBe(3)
    expect(() => read(`/a?bewit=${padded}=`)).not.toThrow()
    for (const text of ['!', '_w', 'AAAA=AAA', `${padded.slice(0, 4)}=${padded.slice(4)}`])
      expect(() => read(`/a?bewit=${text}`)).toThrow(withCode('AUTH_MALFORMED', 'a bewit must be id, end'))
    expect(() => read(`/a?bewit=${encoded('a\\x\\/w==\\e')}`)).toThrow(
      withCode('TIMESTAMP_MALFORMED', 'the end of a bewit'),
    )
    expect(() => read(`/a?bewit=${encoded(`a\\${end}\\!\\e`)}`)).toThrow(
      withCode('SIGNATURE_MALFORMED', 'the MAC must be canonical base64'),
    )
  })

  test('stands last in the query, and once', () => {
    for (const target of ['/a?bewit=x&b=1', '/a?bewit', '/a?b=1&bewit&c', '/a?bewit=x?&', '/a?x&bewit', '/a&bewit=x'])
      expect(() => read(target)).toThrow(withCode('AUTH_MALFORMED', '"bewit" must be the last parameter of the query'))
    for (const target of ['/a?bewit=x&bewit=y', '/a?bewit&bewit=y', '/a?b&bewit=x&bewit=y'])
      expect(() => read(target)).toThrow(withCode('AUTH_DUPLICATE', '"bewit" is repeated'))
    for (const target of ['/a', '/a?xbewit=x', '/a?bewits=x', '/bewit=x', '/a?b=bewit=x'])
      expect(hawkBewitVerifier().parse({ ...get, target })).toEqual([])
    expect(hawkBewitVerifier().parse(httpResponse({ status: 200 }))).toEqual([])
  })

  test('is made for a GET that has no body and no signature', () => {
    const { scheme } = hawkBewit({ key, ttlMs: 60_000 })
    for (const message of [
      { ...get, method: 'HEAD' },
      { ...get, body: new Uint8Array() },
      httpResponse({ status: 200 }),
    ])
      expect(() => scheme.prepare(message, context)).toThrow(withCode('MESSAGE_MALFORMED', 'a GET without a body'))
    for (const message of [
      { ...get, target: '/a?bewit=x' },
      { ...get, fields: ['authorization', 'x'] },
    ])
      expect(() => scheme.prepare(message, context)).toThrow(withCode('MESSAGE_MALFORMED', 'is signed already'))
  })

  test('needs options that can be meant', () => {
    for (const [options, text] of [
      [{}, '"ttlMs"'],
      [{ ttlMs: 999 }, '"ttlMs" must be'],
      [{ ttlMs: 60_000, ext: 'a"b' }, 'hawkBewit: "ext" must be visible ASCII without backslashes'],
      [{ ttlSec: 60 }, 'did you mean "ttlMs"'],
      [{ ttlMs: 60_000, key: {} }, 'hawkBewit: "key" must be a signing key'],
      [{ ttlMs: 60_000, key: { ...key, algorithm: 'ed25519' } }, 'hawkBewit: "key" must be of hmac-sha256'],
    ])
      expect(textOf(() => hawkBewit({ key, ...(options as object) } as never))).toContain(text)
  })
})

describe("a client learns the server's time", () => {
  const request = async (signer: ReturnType<typeof hawk>) =>
    signed(signer, httpRequest({ url: `https://${HOST}/a` }), NOW)
  const learned = async (status: number, challenge: string | null, serverKey = key): Promise<boolean> => {
    const signer = hawk({ key: serverKey })
    const headers = new Headers(challenge === null ? {} : { 'www-authenticate': challenge })
    return signer.learn?.({ status, headers } as never, await request(signer)) ?? false
  }

  test('from a 401 that states it under the MAC of its key', async () => {
    const late = hawkServerTime(key, NOW + 5_000)
    expect(late).toMatch(/^Hawk ts="1790000005", tsm="[A-Za-z0-9+/]{43}=", error="Stale timestamp"$/)
    expect(await learned(401, late)).toBe(true)
    expect(await learned(401, late.replace('Hawk', 'HAWK'))).toBe(true)
    for (const [status, challenge] of [
      [403, late],
      [401, null],
      [401, `x ${late}`],
      [401, 'Hawk'],
      [401, 'Hawk ts="x", tsm="AAAA"'],
      [401, late.replace(/tsm="[^"]*"/, 'tsm="!"')],
      [401, late.replace(/ts="\d+"/, 'ts="1790000009"')],
      [401, late.replace(/, tsm="[^"]*"/, '')],
      [401, hawkServerTime(key, NOW)],
      [401, hawkServerTime(key, NOW + 999)],
    ] as const)
      expect(await learned(status, challenge)).toBe(false)
    expect(await learned(401, hawkServerTime(key, NOW + 1_000))).toBe(true)
    expect(await learned(401, hawkServerTime(key, NOW - 1_000))).toBe(true)
  })

  test('and signs with it from then on', async () => {
    const signer = hawk({ key })
    const challenge = (nowMs: number) =>
      ({ status: 401, headers: new Headers({ 'www-authenticate': hawkServerTime(key, nowMs) }) }) as never
    const time = (one: HttpRequest): string | undefined => /ts="(\d+)"/.exec(one.fields.at(-1) as string)?.[1]
    expect(signer.learn?.(challenge(NOW + 5_000), await request(signer))).toBe(true)
    const second = await request(signer)
    expect(time(second)).toBe('1790000005')
    expect(signer.learn?.(challenge(NOW + 7_000), second)).toBe(true)
    expect(time(await request(signer))).toBe('1790000007')
    // A request that is not signed with Hawk has no time to compare with.
    expect(signer.learn?.(challenge(NOW), httpRequest({ url: `https://${HOST}/a` }))).toBe(false)
  })
})

import crypto from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import type { HttpRequest, HttpResponse } from '../../../../src/message/message.js'
import { defineHeaderScheme, type HeaderSchemeOptions } from '../../../../src/schemes/header/define-header-scheme.js'
import type { SignContext, UntrustedSignature } from '../../../../src/schemes/scheme.js'
import { textOf, withCode } from '../../../expect-code.js'

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
const NOW = 1_700_000_000_000
const CONTEXT: SignContext = { keyId: 'bot-1', algorithm: 'hmac-sha256', nowMs: NOW, nonce: 'nonce-1' }
const HEADERS = { key: 'X-Key', timestamp: 'X-Time', nonce: 'X-Nonce', signature: 'X-Sign' } as const
const PLAIN: HeaderSchemeOptions = {
  id: 'acme',
  headers: HEADERS,
  base: ['timestamp', 'nonce', 'method', 'target', 'body-sha256'],
}
const sha256 = (text: string, encoding: 'hex' | 'base64' = 'hex') =>
  crypto.createHash('sha256').update(text).digest(encoding)

const request = (parts: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  scheme: 'https',
  authority: 'api.example.com',
  target: '/a?b=1?2',
  fields: [],
  body: utf8('body'),
  ...parts,
})
const response: HttpResponse = { status: 200, fields: [], body: null }
const define = (more: Partial<HeaderSchemeOptions> = {}) => defineHeaderScheme({ ...PLAIN, ...more })
const prepared = (more: Partial<HeaderSchemeOptions> = {}, message: HttpRequest = request()) =>
  define(more).signer({ key }).scheme.prepare(message, CONTEXT)
const baseText = (base: unknown): string =>
  typeof base === 'string' ? base : Buffer.from(base as Uint8Array).toString()
const parsed = (fields: readonly string[], more: Partial<HeaderSchemeOptions> = {}, parts: Partial<HttpRequest> = {}) =>
  define(more)
    .verifier()
    .parse(request({ fields, ...parts }))
const only = (found: readonly UntrustedSignature[]): UntrustedSignature => {
  expect(found).toHaveLength(1)
  return found[0] as UntrustedSignature
}
const SIGNED = ['X-Key', 'bot-1', 'X-Time', String(NOW), 'X-Nonce', 'nonce-1', 'X-Sign', 'a5']

describe('the signed text', () => {
  test('has its parts with a line feed between them', () => {
    expect(prepared().base).toBe(`${NOW}\nnonce-1\nPOST\n/a?b=1?2\n${sha256('body')}`)
  })

  test.each<readonly [HeaderSchemeOptions['base'], string]>([
    [
      ['timestamp', 'nonce', 'key', 'method', 'authority', 'path', 'query', 'body'],
      `${NOW}|nonce-1|bot-1|POST|api.example.com|/a|b=1?2|body`,
    ],
    [
      ['timestamp', 'nonce', 'method', 'target', 'body-sha256-base64'],
      `${NOW}|nonce-1|POST|/a?b=1?2|${sha256('body', 'base64')}`,
    ],
    [
      ['text:v1', 'timestamp', 'nonce', 'method', 'target', 'field:content-type', 'body'],
      `v1|${NOW}|nonce-1|POST|/a?b=1?2|text/plain|body`,
    ],
  ])('has the parts %j', (base, text) => {
    const fields = ['Content-Type', ' text/plain ']
    const one = prepared({ base, separator: '|', accept: ['no-separator'] }, request({ fields }))
    expect(baseText(one.base)).toBe(text)
    expect(one.trace().base).toBe(text)
  })

  test('is the body alone, and empty without one, where nothing else is there', () => {
    const lone = { base: ['timestamp', 'nonce', 'method', 'target', 'body'] } as const
    expect(baseText(prepared(lone, request({ body: null })).base)).toBe(`${NOW}\nnonce-1\nPOST\n/a?b=1?2\n`)
    expect(baseText(prepared(lone, request({ target: '/a' })).base)).toBe(`${NOW}\nnonce-1\nPOST\n/a\nbody`)
  })

  test('is one text up to the body, which is a part of its own', () => {
    expect(only(parsed(SIGNED)).parts).toEqual([`${NOW}\nnonce-1\nPOST\n/a?b=1?2\n${sha256('body')}`])
    const base = ['timestamp', 'nonce', 'method', 'target', 'body'] as const
    expect(only(parsed(SIGNED, { base })).parts).toEqual([`${NOW}\nnonce-1\nPOST\n/a?b=1?2\n`, utf8('body')])
  })

  test('has the path and the query of a target without a question mark', () => {
    const base = ['timestamp', 'nonce', 'method', 'path', 'query', 'body-sha256'] as const
    expect(prepared({ base }, request({ target: '/a' })).base).toBe(`${NOW}\nnonce-1\nPOST\n/a\n\n${sha256('body')}`)
  })

  test('has a header that stands once and is one line of ASCII', () => {
    const base = ['timestamp', 'nonce', 'method', 'target', 'field:x-a', 'body-sha256'] as const
    const at =
      (...fields: string[]) =>
      () =>
        prepared({ base }, request({ fields }))
    expect(at('X-A', '')).not.toThrow()
    expect(at()).toThrow(withCode('COMPONENT_MISSING', 'x-a is signed and must be there'))
    expect(at('X-A', '1', 'x-a', '1')).toThrow(withCode('HEADER_DUPLICATE', 'must stand once, got 2 lines'))
    for (const value of ['é', 'a\nb', 'a\rb'])
      expect(at('X-A', value)).toThrow(withCode('AUTH_MALFORMED', 'ASCII in one line'))
  })
})

describe('a request that is signed', () => {
  test('has the headers of the scheme behind its own', () => {
    const one = prepared({}, request({ fields: ['A', '1'] }))
    expect(one.encoding).toBe('hex')
    expect(one.attach(Uint8Array.of(0xa5)).fields).toEqual([
      ...['A', '1', 'X-Key', 'bot-1', 'X-Time', String(NOW), 'X-Nonce', 'nonce-1', 'X-Sign', 'a5'],
    ])
    expect(one.trace()).toMatchObject({ scheme: 'acme', covered: expect.arrayContaining(['method', 'path', 'body']) })
  })

  test('has its signature in the encoding, behind the prefix, and its time in the unit that are stated', () => {
    const one = prepared({ encoding: 'base64', prefix: 'v1=', timestamp: 's' })
    expect(one.attach(Uint8Array.of(0xff)).fields.slice(-2)).toEqual(['X-Sign', 'v1=/w=='])
    expect(baseText(one.base)).toMatch(/^1700000000\n/)
    expect(baseText(prepared({ timestamp: 'date' }).base)).toMatch(/^2023-11-14T22:13:20Z\n/)
  })

  test('has the digest of its body in a header where one is named', () => {
    const headers = { ...HEADERS, bodyDigest: 'X-Digest' }
    const hex = prepared({ headers })
    expect(hex.attach(Uint8Array.of(1)).fields).toEqual(expect.arrayContaining(['X-Digest', sha256('body')]))
    const base = ['timestamp', 'nonce', 'method', 'target', 'body-sha256-base64'] as const
    const base64 = prepared({ headers, base })
    expect(base64.attach(Uint8Array.of(1)).fields).toEqual(
      expect.arrayContaining(['X-Digest', sha256('body', 'base64')]),
    )
    expect(baseText(base64.base)).toContain(sha256('body', 'base64'))
  })

  test('has no nonce where none is stated', () => {
    const { nonce: _, ...headers } = HEADERS
    const base = ['timestamp', 'method', 'target', 'body-sha256'] as const
    const one = prepared({ headers, base, accept: ['no-nonce'] })
    expect(one.attach(Uint8Array.of(1)).fields).toEqual(['X-Key', 'bot-1', 'X-Time', String(NOW), 'X-Sign', '01'])
  })

  test('may have a body that is a stream where the body is not signed', () => {
    const base = ['timestamp', 'nonce', 'method', 'target'] as const
    const one = prepared({ base, accept: ['no-body'] }, request({ body: new ReadableStream() as never }))
    expect(one.base).toBe(`${NOW}\nnonce-1\nPOST\n/a?b=1?2`)
  })

  test('has none of these headers before', () => {
    for (const name of Object.values(HEADERS))
      expect(() => prepared({}, request({ fields: [name.toLowerCase(), '1'] }))).toThrow(
        withCode('MESSAGE_MALFORMED', `${name} is there already`),
      )
  })

  test('is no response, and has no body that is a stream', () => {
    expect(() => define().signer({ key }).scheme.prepare(response, CONTEXT)).toThrow(
      withCode('MESSAGE_MALFORMED', 'acme signs requests, got a response'),
    )
    expect(() => prepared({}, request({ body: new ReadableStream() as never }))).toThrow(withCode('MESSAGE_MALFORMED'))
    expect(() =>
      prepared({ headers: { ...HEADERS, bodyDigest: 'X-D' } }, request({ body: new ReadableStream() as never })),
    ).toThrow(withCode('MESSAGE_MALFORMED', 'acme'))
  })
})

describe('a request that is read', () => {
  test('has what its headers state', () => {
    const one = only(parsed(SIGNED))
    expect(one).toMatchObject({
      label: '',
      keyId: 'bot-1',
      nonce: 'nonce-1',
      signature: Uint8Array.of(0xa5),
      createdMs: NOW,
      bodyDigests: [],
    })
    expect([one.tag, one.claimedAlgorithm, one.expiresMs]).toEqual([undefined, undefined, undefined])
    expect(baseText(one.base)).toBe(`${NOW}\nnonce-1\nPOST\n/a?b=1?2\n${sha256('body')}`)
    expect(one.parts).toBe(one.parts)
    expect([...one.covers].sort()).toEqual(['body', 'field:x-nonce', 'field:x-time', 'method', 'path', 'query'])
    expect([...one.covered].sort()).toEqual([...one.covers].sort())
  })

  test('covers what its parts are of', () => {
    const base = ['key', 'timestamp', 'nonce', 'authority', 'method', 'target', 'field:x-a', 'text:v', 'body'] as const
    const one = only(parsed([...SIGNED, 'X-A', '1'], { base }))
    expect([...one.covers].sort()).toEqual([
      ...['authority', 'body', 'field:x-a', 'field:x-key', 'field:x-nonce', 'field:x-time', 'method', 'path', 'query'],
    ])
  })

  test('is none of the scheme without its key and its signature, and broken with one of them', () => {
    expect(parsed([])).toEqual([])
    expect(parsed(SIGNED.slice(2, 6))).toEqual([])
    expect(
      define()
        .verifier()
        .parse({ ...response, fields: SIGNED }),
    ).toEqual([])
    for (const fields of [SIGNED.slice(0, 6), SIGNED.slice(2)])
      expect(() => parsed(fields)).toThrow(withCode('AUTH_MALFORMED', 'X-Key and X-Sign must come together'))
  })

  test('needs each header of the scheme, once', () => {
    const without = (name: string) => {
      const at = SIGNED.indexOf(name)
      return [...SIGNED.slice(0, at), ...SIGNED.slice(at + 2)]
    }
    for (const name of ['X-Time', 'X-Nonce'])
      expect(() => parsed(without(name))).toThrow(withCode('AUTH_MALFORMED', `${name} is missing`))
    expect(() => parsed(SIGNED, { headers: { ...HEADERS, bodyDigest: 'X-D' } })).toThrow(
      withCode('AUTH_MALFORMED', 'X-D is missing'),
    )
    for (let at = 0; at < SIGNED.length; at += 2)
      expect(() => parsed([...SIGNED, ...SIGNED.slice(at, at + 2)])).toThrow(withCode('AUTH_DUPLICATE'))
  })

  test('has values without the white space around them, of at most 2048 characters', () => {
    expect(only(parsed(SIGNED.map((one, at) => (at % 2 ? ` ${one}\t` : one)))).keyId).toBe('bot-1')
    const long = (length: number) => ['X-Key', 'k'.repeat(length), ...SIGNED.slice(2)]
    expect(only(parsed(long(2_048))).keyId).toHaveLength(2_048)
    expect(() => parsed(long(2_049))).toThrow(withCode('AUTH_TOO_LARGE'))
  })

  test.each<readonly [string, Partial<HeaderSchemeOptions>, string]>([
    ['A5', {}, 'must hold a signature in hex, got other characters'],
    ['', {}, 'must hold a signature in hex, got other characters'],
    ['v2=a5', { prefix: 'v1=' }, 'must start with "v1="'],
    ['v1=', { prefix: 'v1=' }, 'must hold a signature in hex'],
    ['_w', { encoding: 'base64' }, 'must hold a signature in base64'],
  ])('has no signature such as %j', (text, more, says) => {
    expect(() => parsed([...SIGNED.slice(0, -1), text], more)).toThrow(withCode('SIGNATURE_MALFORMED', says))
  })

  test('has its signature behind the prefix', () => {
    expect(only(parsed([...SIGNED.slice(0, -1), 'v1=a5'], { prefix: 'v1=' })).signature).toEqual(Uint8Array.of(0xa5))
    expect(() => parsed([...SIGNED.slice(0, 3), 'x', ...SIGNED.slice(4)])).toThrow(withCode('TIMESTAMP_MALFORMED'))
  })

  test('has a digest of its body that is compared with the body, or is broken', () => {
    const headers = { ...HEADERS, bodyDigest: 'X-D' }
    const hex = sha256('other')
    const one = only(parsed([...SIGNED, 'X-D', hex], { headers }))
    expect(one.bodyDigests).toEqual([{ hash: 'sha256', digest: new Uint8Array(Buffer.from(hex, 'hex')) }])
    expect(baseText(one.base)).toContain(hex)
    for (const text of ['x', hex.slice(2), `${hex}00`])
      expect(() => only(parsed([...SIGNED, 'X-D', text], { headers })).bodyDigests).toThrow(
        withCode('DIGEST_MISMATCH', 'X-D must be the SHA-256 of the body'),
      )
    const base = ['timestamp', 'nonce', 'method', 'target', 'body-sha256-base64'] as const
    expect(only(parsed([...SIGNED, 'X-D', sha256('a', 'base64')], { headers, base })).bodyDigests).toHaveLength(1)
  })

  test('has no nonce where the scheme has none', () => {
    const { nonce: _, ...headers } = HEADERS
    const base = ['timestamp', 'method', 'target', 'body-sha256'] as const
    const one = only(parsed(SIGNED, { headers, base, accept: ['no-nonce'] }))
    expect(one.nonce).toBeUndefined()
    expect([...one.covers].sort()).toEqual(['body', 'field:x-time', 'method', 'path', 'query'])
  })
})

describe('what a verifier demands', () => {
  test('is what the scheme signs', () => {
    const { demands, readsBody, id } = define().verifier()
    expect([id, readsBody]).toEqual(['acme', true])
    expect(demands?.requireNonce).toBe(true)
    expect(demands?.algorithms).toEqual(['hmac-sha256'])
    expect([...(demands?.require ?? [])].sort()).toEqual(['field:x-nonce', 'field:x-time', 'method', 'path', 'query'])
  })

  test('is the body where it is signed, which is read unless a header holds its digest', () => {
    const { nonce: _, ...headers } = HEADERS
    const base = ['timestamp', 'method', 'target'] as const
    const bare = define({ headers, base, accept: ['no-nonce', 'no-body'] })
    expect([bare.verifier().readsBody, bare.verifier().demands?.requireNonce]).toEqual([false, false])
    expect([...(bare.verifier().demands?.requireWithBody ?? [])]).toEqual([])
    expect([...(define().verifier().demands?.requireWithBody ?? [])]).toEqual(['body'])
    expect([...(define().verifier().demands?.require ?? [])]).not.toContain('body')
    expect(define({ headers: { ...HEADERS, bodyDigest: 'X-D' } }).verifier().readsBody).toBe(false)
  })
})

describe('a description', () => {
  test('is kept as it was given, and cannot be changed', () => {
    const base = [...PLAIN.base]
    const scheme = define({ base })
    base.push('key')
    expect(scheme.description.base).toEqual(PLAIN.base)
    for (const frozen of [
      scheme,
      scheme.description,
      scheme.description.base,
      scheme.description.headers,
      scheme.description.algorithms,
    ])
      expect(Object.isFrozen(frozen)).toBe(true)
    expect([scheme.id, scheme.weaknesses]).toEqual(['acme', []])
    expect(scheme.description.algorithms).toEqual(['hmac-sha256'])
  })

  test('has the weaknesses that were accepted, without those that a policy sees by itself', () => {
    const { nonce: _, ...headers } = HEADERS
    const scheme = define({
      ...{ headers, base: ['timestamp'], separator: '' },
      accept: ['no-nonce', 'no-method', 'no-url', 'no-body', 'no-separator'],
    })
    expect(scheme.weaknesses).toEqual(['no-url', 'no-body', 'no-separator'])
  })

  test.each<readonly [object, string]>([
    [{ id: 'Acme' }, '"id" must be 1 to 64 of a-z0-9-, starting with a letter'],
    [{ id: '1a' }, '"id" must be 1 to 64'],
    [{ id: 'a'.repeat(65) }, '"id" must be 1 to 64'],
    [{ id: 5 }, '"id" must be 1 to 64'],
    [{ id: 'a b' }, '"id" must be 1 to 64'],
    [{ headers: { ...HEADERS, keyId: 'a' } }, '"key"'],
    [{ headers: { ...HEADERS, key: undefined } }, '"headers" must name a header for "key"'],
    [{ headers: { ...HEADERS, timestamp: undefined } }, '"headers" must name a header for "timestamp"'],
    [{ headers: { ...HEADERS, signature: undefined } }, '"headers" must name a header for "signature"'],
    [{ headers: { ...HEADERS, key: 'a b' } }, '"headers.key" must be the name of a header'],
    [{ headers: { ...HEADERS, key: '' } }, '"headers.key" must be the name of a header'],
    [{ headers: { ...HEADERS, key: 'a'.repeat(65) } }, '"headers.key" must be the name of a header'],
    [{ headers: { ...HEADERS, nonce: 5 } }, '"headers.nonce" must be the name of a header'],
    [{ headers: { ...HEADERS, key: 'x-sign' } }, '"headers" must be different headers'],
    [{ base: 'timestamp' }, '"base"'],
    [{ base: [...PLAIN.base, 'toString'] }, '"base[5]" must be a part such as'],
    [{ base: [...PLAIN.base, 'field:'] }, '"base[5]" must be a part such as'],
    [{ base: [...PLAIN.base, 'field:A'] }, '"base[5]" must be a part such as'],
    [{ base: [...PLAIN.base, 'xfield:a'] }, '"base[5]" must be a part such as'],
    [{ base: [...PLAIN.base, 'field:a b'] }, '"base[5]" must be a part such as'],
    [{ base: [...PLAIN.base, 'text:'] }, '"base[5]" must be a part such as'],
    [{ base: [...PLAIN.base, 'text:\n'] }, '"base[5]" must be a part such as'],
    [{ base: [...PLAIN.base, 'xtext:a'] }, '"base[5]" must be a part such as'],
    [{ base: [...PLAIN.base, `text:${'a'.repeat(65)}`] }, '"base[5]" must be a part such as'],
    [{ base: [...PLAIN.base, 5] }, '"base[5]" must be a part such as'],
    [{ base: [...PLAIN.base, ['key']] }, '"base[5]" must be a part such as'],
    [{ base: [...PLAIN.base, 'method'] }, '"base" must hold each part once'],
    [{ base: ['nonce', 'method', 'target', 'body-sha256'] }, '"base" must hold "timestamp": a time that is not signed'],
    [{ timestamp: 'h' }, '"timestamp" must be one of s, ms, date'],
    [{ encoding: 'HEX' }, '"encoding" must be one of hex, base64, base64url'],
    [{ prefix: 'a b' }, '"prefix" must be at most 32 visible characters'],
    [{ prefix: 'a'.repeat(33) }, '"prefix" must be at most 32 visible characters'],
    [{ prefix: 5 }, '"prefix" must be at most 32 visible characters'],
    [{ algorithms: [] }, '"algorithms" must name supported algorithms'],
    [{ algorithms: ['hmac-sha256', 'none'] }, '"algorithms" must name supported algorithms'],
    [{ accept: ['nothing'] }, '"accept" must name what is lacking'],
    [{ accept: ['no-nonce', 'nothing'] }, '"accept" must name what is lacking'],
    [{ base: ['timestamp', 'method', 'target', 'body'] }, '"base" must hold "nonce"'],
    [{ base: ['timestamp', 'nonce', 'target', 'body'] }, "accept: ['no-method']"],
    [{ base: ['timestamp', 'nonce', 'method', 'path', 'body'] }, "accept: ['no-url']"],
    [{ base: ['timestamp', 'nonce', 'method', 'query', 'body'] }, "accept: ['no-url']"],
    [{ base: ['timestamp', 'nonce', 'method', 'target'] }, "accept: ['no-body']"],
    [
      { base: ['timestamp', 'method', 'target', 'body'], accept: ['no-nonce'] },
      '"nonce" must stand in "headers" and in "base"',
    ],
    [{ headers: { ...HEADERS, nonce: undefined } }, '"nonce" must stand in "headers" and in "base"'],
    [
      { headers: { ...HEADERS, bodyDigest: 'x' }, base: ['timestamp', 'nonce', 'method', 'target', 'body'] },
      '"headers.bodyDigest" must come with',
    ],
    [{ separator: 5 }, '"separator" must be a short text'],
    [{ separator: '123456789' }, '"separator" must be a short text'],
    [{ separator: '' }, '"separator" must not be empty'],
    [{ separator: '|' }, '"separator" must be a line feed'],
    [{ base: ['body', 'timestamp', 'nonce', 'method', 'target'] }, '"body" must be the last part'],
    [{ name: 'x' }, '"id"'],
    [{ extra: 1 }, '"extra"'],
  ])('is refused: %o', (more, text) => {
    expect(() => define(more)).toThrow(withCode('CONFIG_INVALID', text))
  })

  test.each<readonly [object]>([
    [{ id: 'a'.repeat(64) }],
    [{ prefix: 'a'.repeat(32) }],
    [{ headers: { ...HEADERS, key: 'a'.repeat(64) } }],
    [{ base: [...PLAIN.base, `text:${'a'.repeat(64)}`] }],
    [{ base: ['timestamp', 'nonce', 'method', 'authority', 'body'], separator: '|', accept: ['no-url'] }],
    [{ separator: '\n' }],
    [{ separator: '12345678', accept: ['no-separator'] }],
    [{ headers: { ...HEADERS, bodyDigest: undefined } }],
    [{ base: ['timestamp', 'nonce', 'method', 'path', 'query', 'body'] }],
  ])('may be %o', (more) => {
    expect(() => define(more)).not.toThrow()
  })

  test.each(['path', 'query', 'field:x-a'])('needs a line feed where %s is signed', (part) => {
    const base = ['timestamp', 'nonce', 'method', part, 'body'] as HeaderSchemeOptions['base']
    expect(() => define({ base, separator: '|', accept: ['no-url'] })).toThrow(
      withCode('CONFIG_INVALID', 'a line feed'),
    )
  })
})

describe('the signer of a scheme', () => {
  test.each<readonly [object, string]>([
    [{ signingKey: key }, '"key"'],
    [{ key: undefined }, '"key" must be a signing key'],
    [{ key: {} }, '"key" must be a signing key'],
    [
      { key: { keyId: 'k', algorithm: 'ed25519', sign: () => 0 } },
      '"key" must be of hmac-sha256 for "acme", got ed25519',
    ],
  ])('has a key of one of its algorithms: %o is refused', (given, text) => {
    expect(textOf(() => define().signer(given as never))).toContain(`CONFIG_INVALID`)
    expect(textOf(() => define().signer(given as never))).toContain(text)
  })

  test('has a key with an id', () => {
    expect(() => define().signer({ key: { ...key, keyId: '' } })).toThrow(withCode('ARGUMENT_INVALID', '"keyId"'))
    expect(define({ algorithms: ['ed25519', 'hmac-sha256'] }).signer({ key }).key).toBe(key)
  })
})

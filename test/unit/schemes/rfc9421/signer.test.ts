import { describe, expect, test } from 'vitest'
import { hash } from '#backend/hash'
import { base64 } from '../../../../src/crypto/encoding.js'
import {
  importSigningKey,
  type SigningKey,
  type SyncSigningKey,
  type VerifyingKey,
} from '../../../../src/crypto/index.js'
import { httpRequest, httpResponse } from '../../../../src/message/message.js'
import {
  type ComponentInit,
  type Rfc9421SignerOptions,
  rfc9421,
  rfc9421Signer,
} from '../../../../src/schemes/rfc9421/index.js'
import { signPrepared, signPreparedSync } from '../../../../src/schemes/scheme.js'
import { codeOf } from '../../../expect-code.js'
import { publishedKey, publishedVerifyingKey } from '../../../vectors/rfc9421/data.js'
import { CONTEXT, KEY, single } from './support.js'

type Options = Omit<Rfc9421SignerOptions<SyncSigningKey>, 'key'>

const order = httpRequest({
  method: 'POST',
  url: 'https://api.example.com/orders?dry=1',
  headers: { 'Content-Type': 'application/json', Accept: '*/*' },
  body: '{"symbol":"BTC"}',
})
const ping = httpRequest({ url: 'https://api.example.com/ping' })

const prepare = (options: Options = {}, message = order) =>
  rfc9421Signer({ key: KEY, ...options }).scheme.prepare(message, CONTEXT)
const input = (options: Options = {}, message = order): string =>
  String(prepare(options, message).base).split('"@signature-params": ')[1] as string

const ALL: readonly ComponentInit[] = ['@method', '@authority', '@path', '@query', 'content-type', 'content-digest']

describe('the preset', () => {
  test('covers method, authority, path, query, content type and digest of a request', () => {
    const digest = `sha-256=:${base64(hash('sha256', '{"symbol":"BTC"}'))}:`
    expect(prepare().base).toBe(
      [
        '"@method": POST',
        '"@authority": api.example.com',
        '"@path": /orders',
        '"@query": ?dry=1',
        '"content-type": application/json',
        `"content-digest": ${digest}`,
        '"@signature-params": ("@method" "@authority" "@path" "@query" "content-type" "content-digest")' +
          ';created=1700000000;nonce="nonce-0123456789abcdef";keyid="bot-1"',
      ].join('\n'),
    )
  })

  test('leaves out what a request without a body does not have', () => {
    expect(input({}, ping)).toMatch(/^\("@method" "@authority" "@path" "@query"\);created=/)
    expect(prepare({}, ping).base).toContain('"@query": ?\n')
  })

  test('covers the status of a response and the request it answers', () => {
    const answer = httpResponse({ status: 201, headers: { 'content-type': 'text/plain' }, body: 'ok', request: ping })
    const { scheme } = rfc9421({ key: KEY })
    expect(scheme.prepare(answer, CONTEXT).trace().covered).toEqual([
      '"@status"',
      '"@method";req',
      '"@authority";req',
      '"@path";req',
      '"@query";req',
      '"content-type"',
      '"content-digest"',
    ])
    const alone = httpResponse({ status: 204 })
    expect(scheme.prepare(alone, CONTEXT).trace().covered).toEqual(['"@status"'])
  })

  test('a response is bound to its request: another request, another base', () => {
    const { scheme } = rfc9421({ key: KEY })
    const sign = (url: string) => {
      const answer = httpResponse({ status: 200, request: httpRequest({ url }) })
      return signPreparedSync(scheme.prepare(answer, CONTEXT), KEY)
    }
    const signed = sign('https://api.example.com/balance?user=1')
    const found = single(signed)
    expect(KEY.verify(found.base, found.signature)).toBe(true)
    const other = single({ ...signed, request: httpRequest({ url: 'https://api.example.com/balance?user=2' }) })
    expect(KEY.verify(other.base, other.signature)).toBe(false)
    const { request: _, ...unbound } = signed
    expect(codeOf(() => single(unbound).base)).toBe('COMPONENT_MISSING')
  })
})

describe('what is attached', () => {
  test('two lines at the end, everything else as it was', () => {
    const prepared = prepare({ label: 'mine' }, ping)
    const signed = prepared.attach(new Uint8Array([1, 2, 3, 4]))
    expect(signed).toEqual({
      ...ping,
      fields: [
        ...ping.fields,
        'Signature-Input',
        `mine=${input({ label: 'mine' }, ping)}`,
        'Signature',
        'mine=:AQIDBA==:',
      ],
    })
    expect(ping.fields).toEqual([])
  })

  test('the same from bytes, from text and from a key that must be awaited', async () => {
    const later: SigningKey = { keyId: KEY.keyId, algorithm: KEY.algorithm, sign: async (base) => KEY.sign(base) }
    const { sign, keyId, algorithm } = KEY
    const prepared = prepare()
    const signed = signPreparedSync(prepared, KEY)
    expect(signPreparedSync(prepared, { sign, keyId, algorithm }).fields).toEqual(signed.fields)
    expect((await signPrepared(prepared, later)).fields).toEqual(signed.fields)
    expect((await signPrepared(prepared, KEY)).fields).toEqual(signed.fields)
  })

  test('a fold is for readers only: the preset does not sign what no sender may send', () => {
    const folded = { ...ping, fields: ['Content-Type', 'text/plain;\r\n charset=utf-8'] }
    expect(codeOf(() => rfc9421({ key: KEY }).scheme.prepare(folded, CONTEXT))).toBe('MESSAGE_MALFORMED')
  })

  test('the trace shows the base and what is covered, never a signature', () => {
    const prepared = prepare({}, ping)
    expect(prepared.trace()).toEqual({
      scheme: 'rfc9421',
      base: prepared.base,
      covered: ['"@method"', '"@authority"', '"@path"', '"@query"'],
    })
    expect(JSON.stringify(prepared.trace())).not.toContain(base64(KEY.sign(prepared.base)))
  })

  test('every asymmetric key signs it as well', async () => {
    for (const keyId of ['test-key-rsa', 'test-key-rsa-pss', 'test-key-ecc-p256', 'test-key-ed25519']) {
      const { jwk, algorithm } = publishedKey(keyId)
      const key = await importSigningKey(jwk as JsonWebKey, { keyId, algorithm })
      const signer = rfc9421({ key, alg: true })
      const context = { ...CONTEXT, keyId, algorithm: key.algorithm }
      const found = single(await signPrepared(signer.scheme.prepare(order, context), key))
      expect([found.keyId, found.claimedAlgorithm]).toEqual([keyId, key.algorithm])
      const published: VerifyingKey = await publishedVerifyingKey(keyId)
      expect(await published.verify(found.base, found.signature)).toBe(true)
    }
  })
})

describe('parameters', () => {
  test('registered ones come first, then the extensions, each as asked for', () => {
    const parameters = ';zone=eu;beta;old=?0;ratio=1.0;bytes=:AQI=:;at=@5;text="a \\"b\\",c;d"'
    const options: Options = { alg: true, tag: 'a "tag"', expiresInMs: 30_999, parameters }
    expect(input(options, ping).slice(input(options, ping).indexOf(')') + 1)).toBe(
      ';created=1700000000;expires=1700000030;nonce="nonce-0123456789abcdef";alg="hmac-sha256";keyid="bot-1"' +
        `;tag="a \\"tag\\""${parameters}`,
    )
    const names = ['zone', 'beta', 'old', 'ratio', 'bytes', 'at', 'text']
    const found = single(signPreparedSync(prepare(options, ping), KEY), { parameters: names })
    expect(KEY.verify(found.base, found.signature)).toBe(true)
    expect([found.tag, found.createdMs, found.expiresMs]).toEqual(['a "tag"', 1_700_000_000_000, 1_700_000_030_000])
  })

  test('created is the second that has begun', () => {
    const at = (nowMs: number) => rfc9421({ key: KEY }).scheme.prepare(ping, { ...CONTEXT, nowMs }).base
    expect(at(1_700_000_000_999.9)).toBe(at(1_700_000_000_000))
    expect(at(0)).toContain(';created=0;')
  })

  test.each([Number.NaN, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e15 * 1000, 253_402_300_800_000])(
    'a clock that says %d is not signed',
    (nowMs) => {
      expect(codeOf(() => rfc9421({ key: KEY }).scheme.prepare(ping, { ...CONTEXT, nowMs }))).toBe('ARGUMENT_INVALID')
    },
  )

  test('a nonce stands in quotes whatever it holds, or is left out', () => {
    const withNonce = (nonce: string) => rfc9421({ key: KEY }).scheme.prepare(ping, { ...CONTEXT, nonce }).base
    expect(withNonce('a"b\\')).toContain(';nonce="a\\"b\\\\";keyid')
    expect(codeOf(() => withNonce('a\nb'))).toBe('ARGUMENT_INVALID')
    expect(codeOf(() => withNonce('\u20ac'))).toBe('ARGUMENT_INVALID')
    expect(input({ nonce: false }, ping)).not.toContain('nonce')
  })
})

describe('messages that cannot be signed', () => {
  test('a required component is absent', () => {
    expect(codeOf(() => prepare({ components: ALL }, ping))).toBe('COMPONENT_MISSING')
    const dated = rfc9421Signer({ key: KEY, components: [...ALL.slice(0, 4), 'date'] })
    expect(codeOf(() => dated.scheme.prepare(ping, CONTEXT))).toBe('COMPONENT_MISSING')
    expect(codeOf(() => dated.scheme.prepare(httpResponse({ status: 200 }), CONTEXT))).toBe('COMPONENT_MISSING')
  })
})

import { describe, expect, test } from 'vitest'
import { ed25519PrivateKey } from '../../../../../src/crypto/ed25519-key.js'
import { type HttpRequest, httpRequest, httpResponse } from '../../../../../src/message/message.js'
import { visaTap, visaTapVerifier } from '../../../../../src/schemes/rfc9421/profiles/index.js'
import { withCode } from '../../../../expect-code.js'

const shop = httpRequest({ url: 'https://shop.example/shoes?size=9' })
const BROWSE = 'tag="agent-browser-auth"'
const stated = (more: string, components = '("@authority" "@path")'): string =>
  `${components};created=1;expires=2;nonce="n-1";${more}`
const legal = (more = ''): string => stated(`keyid="agent-1";alg="ed25519"${more};${BROWSE}`)

/** A request with these members of Signature-Input, whose signatures are of one byte. */
const withInput = (members: Readonly<Record<string, string>>, request: HttpRequest = shop): HttpRequest => ({
  ...request,
  fields: [
    'Signature-Input',
    Object.entries(members)
      .map(([label, text]) => `${label}=${text}`)
      .join(', '),
    'Signature',
    Object.keys(members)
      .map((label) => `${label}=:AA==:`)
      .join(', '),
  ],
})
const parsed = (members: Readonly<Record<string, string>>, request = shop) =>
  visaTapVerifier().parse(withInput(members, request))
const baseOf = (text: string, request = shop): string => String(parsed({ sig2: text }, request)[0]?.base)

describe('what an agent of Visa has signed', () => {
  test('is authority and path, and the parameters as they came', () => {
    for (const text of [legal(), legal().replaceAll(';', '; '), legal().replaceAll(';', ';   ')])
      expect(baseOf(text)).toBe(`"@authority": shop.example\n"@path": /shoes\n"@signature-params": ${text}`)
  })

  test('has the query behind the path where the sample wrote it, and nowhere else', () => {
    const sample = legal().replace('keyid', 'keyId')
    const lines = (path: string, text: string): string =>
      `"@authority": shop.example\n"@path": ${path}\n"@signature-params": ${text}`
    expect(baseOf(sample)).toBe(lines('/shoes?size=9', sample))
    const bare = httpRequest({ url: 'https://shop.example/shoes' })
    for (const target of ['/shoes', '/shoes?'])
      expect(baseOf(sample, { ...bare, target })).toBe(lines('/shoes', sample))
    expect(baseOf(sample, { ...bare, target: '/shoes?a' })).toBe(lines('/shoes?a', sample))
    // First or last, and with what a replacement would read as a pattern.
    const turned = sample.replace('("@authority" "@path")', '("@path" "@authority")')
    expect(baseOf(turned, { ...bare, target: '/shoes?$&' })).toBe(
      `"@path": /shoes?$&\n"@authority": shop.example\n"@signature-params": ${turned}`,
    )
    // Not in a line of another component that reads like it.
    const noted = sample.replace('("@authority"', '("x-note" "@authority"')
    const { fields } = withInput({ sig2: noted })
    const [one] = visaTapVerifier().parse({ ...shop, fields: ['X-Note', 'a "@path": b', ...fields] })
    expect(String(one?.base).split('\n').slice(0, 3)).toEqual([
      ...['"x-note": a "@path": b', '"@authority": shop.example', '"@path": /shoes?size=9'],
    ])
    // In a string it is no name.
    const named = legal().replace('n-1', 'keyId=')
    expect(baseOf(named)).toBe(lines('/shoes', named))
  })

  test('names its key and its algorithm as the sample does, where those are names', () => {
    const [one] = parsed({ sig2: legal().replace(';keyid', ';  keyId').replace('"ed25519"', '"PS256"') })
    expect(one).toMatchObject({ keyId: 'agent-1', claimedAlgorithm: 'rsa-pss-sha256', tag: 'agent-browser-auth' })
    const [spaced] = parsed({ sig2: legal().replace(';alg="ed25519"', ';  alg="PS256"') })
    expect(spaced?.claimedAlgorithm).toBe('rsa-pss-sha256')
    for (const nonce of ['PS256', '; keyId=', '; alg=\\"PS256\\"', 'a, b="c'.replace('"', '\\"')])
      expect(parsed({ sig2: legal().replace('n-1', nonce) })[0]?.nonce).toBe(nonce.replaceAll('\\', ''))
    expect(() => parsed({ sig2: legal().replace('"ed25519"', '"PS384"') })).toThrow(withCode('ALG_UNSUPPORTED'))
    expect(() => parsed({ sig2: legal().replace('keyid', 'keyID') })).toThrow(withCode('AUTH_MALFORMED'))
  })

  test('is found among other signatures, whatever stands in their strings', () => {
    const own = legal()
    for (const members of [
      { a: '("@method");tag="b, sig2=1"', sig2: own },
      { sig2: own, a: '("@method");tag="\\", sig2=("' },
      { 'sig2-b': '("@method");tag="x"', sig2: own, z: '("@method")' },
      { a: '("@method");tag="x"', b: '("@method");tag="y"', sig2: own },
      { z: '("@method");created=1', y: '("@path")', sig2: own },
    ]) {
      const found = parsed(members)
      expect(found.map(({ label }) => label)).toEqual(['sig2'])
      expect(String(found[0]?.base).split('"@signature-params": ')[1]).toBe(own)
    }
  })

  test('is found in one field and in several, before other fields and behind them', () => {
    const { fields } = withInput({ sig2: legal() })
    const more = [
      'signature-input',
      'a=("@method");tag="x"',
      'X-Other',
      '1',
      ...fields,
      'signature',
      'a=:AA==:',
      'X-Last',
      '2',
    ]
    const [one] = visaTapVerifier().parse({ ...shop, fields: more })
    expect(String(one?.base).split('"@signature-params": ')[1]).toBe(legal())
  })

  test('is for one of two purposes, and of several each is found', () => {
    const pay = legal().replace('browser', 'payer')
    expect(parsed({ a: pay, b: legal() }).map(({ label, tag }) => `${label} ${tag}`)).toEqual([
      'b agent-browser-auth',
      'a agent-payer-auth',
    ])
    const labels = (purpose: 'browse' | 'pay') =>
      visaTapVerifier({ purpose })
        .parse(withInput({ a: pay, b: legal() }))
        .map(({ label }) => label)
    expect([labels('browse'), labels('pay')]).toEqual([['b'], ['a']])
    expect(parsed({ a: legal().replace('agent-browser-auth', 'web-bot-auth') })).toEqual([])
  })

  test('is a request that has signatures', () => {
    expect(visaTapVerifier().parse(shop)).toEqual([])
    const empty = { ...shop, fields: ['Signature-Input', '', 'Signature', 'sig2=:AA==:'] }
    expect(() => visaTapVerifier().parse(empty)).toThrow(withCode('AUTH_MALFORMED', 'Signature-Input is empty'))
    const { fields } = withInput({ sig2: legal() })
    expect(visaTapVerifier().parse({ ...httpResponse({ status: 200, body: '' }), fields })).toEqual([])
  })

  test.each([
    ['created', /created=1;/, 'TIMESTAMP_MALFORMED'],
    ['expires', /expires=2;/, 'TIMESTAMP_MALFORMED'],
    ['nonce', /nonce="n-1";/, 'NONCE_MALFORMED'],
    ['keyid', /keyid="agent-1";/, 'AUTH_MALFORMED'],
    ['alg', /alg="ed25519";/, 'AUTH_MALFORMED'],
  ] as const)('states %s', (name, text, code) => {
    expect(() => parsed({ sig2: legal().replace(text, '') })).toThrow(withCode(code, `must state "${name}"`))
  })

  test('covers authority and path', () => {
    for (const [components, id] of [
      ['("@path")', '"@authority"'],
      ['("@authority")', '"@path"'],
    ] as const)
      expect(() => parsed({ sig2: legal().replace('("@authority" "@path")', components) })).toThrow(
        withCode('COMPONENT_MISSING', id),
      )
  })
})

describe('an agent of Visa', () => {
  const key = ed25519PrivateKey({ keyId: 'agent-1', seed: new Uint8Array(32).fill(1) })
  const context = { keyId: 'agent-1', algorithm: 'ed25519' as const, nowMs: 1_790_000_000_000, nonce: 'n-0123456789' }

  test('signs for eight minutes with its purpose, under the label it is given', () => {
    const signed = (options: object): string =>
      visaTap({ key, purpose: 'browse', ...options })
        .scheme.prepare(shop, context)
        .attach(new Uint8Array(64))
        .fields.join('\n')
    const text = signed({})
    expect(text).toContain('sig1=("@authority" "@path");created=1790000000')
    for (const part of [';expires=1790000480', ';nonce="n-0123456789"', ';alg="ed25519"', ';tag="agent-browser-auth"'])
      expect(text).toContain(part)
    expect(signed({ purpose: 'pay', label: 'tap' })).toMatch(/tap=\(.*;tag="agent-payer-auth"/)
    const order = httpRequest({ method: 'POST', url: 'https://shop.example/orders', body: '{}' })
    expect(visaTap({ key, purpose: 'pay' }).scheme.prepare(order, context).trace().covered).toEqual([
      '"@authority"',
      '"@path"',
    ])
  })

  test('has a purpose and a key of its protocol', () => {
    const refused = (options: object, text: string) =>
      expect(() => visaTap({ key, purpose: 'browse', ...options } as never)).toThrow(withCode('CONFIG_INVALID', text))
    refused({ purpose: undefined }, '"purpose" must be "browse" or "pay"')
    refused({ purpose: 'look' }, '"purpose"')
    refused({ tag: 'agent-payer-auth' }, 'did you mean "purpose"')
    refused({ key: { ...key, algorithm: 'hmac-sha256' } }, 'ed25519 or rsa-pss-sha256, got hmac-sha256')
    refused({ key: { ...key, algorithm: 'ecdsa-p256-sha256' } }, 'got ecdsa-p256-sha256')
    for (const options of [{ purpose: 'look' }, { tag: 'agent-payer-auth' }])
      expect(() => visaTapVerifier(options as never)).toThrow(withCode('CONFIG_INVALID', 'purpose'))
    expect(() => visaTapVerifier({ tag: 'x' } as never)).toThrow('did you mean "purpose"')
  })
})

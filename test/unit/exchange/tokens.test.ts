import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ecdsaPrivateKey, ed25519PrivateKey, type SyncSigningKey } from '../../../src/crypto/index.js'
import { bithumb } from '../../../src/exchange/catalogue/bithumb.js'
import { coinbase } from '../../../src/exchange/catalogue/coinbase.js'
import { upbit } from '../../../src/exchange/catalogue/upbit.js'
import {
  type Exchange,
  type ExchangeSigner,
  exchangeVerifier,
  readMessage,
  readUpgrade,
  type SignedRequest,
} from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { withCode } from '../../expect-code.js'

const UUID = '11111111-2222-4333-8444-555555555555'
const HEX = 'ab'.repeat(16)
const now = (nonce: string) => ({ clock: { now: () => 1_700_000_000_123 }, nonces: { next: () => nonce } })
const sha512 = (text: string): string => createHash('sha512').update(text).digest('hex')

const partsOf = (token: string): unknown[] =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
const tokenOf = ({ headers }: SignedRequest): string => headers['Authorization']?.replace(/^Bearer /, '') as string
const encoded = (json: string): string => Buffer.from(json).toString('base64url')

const keyId = 'organizations/o/apiKeys/k'
const ed = ed25519PrivateKey({ keyId, seed: new Uint8Array(32).fill(3) })
const ec = ecdsaPrivateKey({ keyId, algorithm: 'ecdsa-p256-sha256', scalar: new Uint8Array(32).fill(3) })
const signers = (variant?: 'cdp-sdk' | 'cloud'): readonly ExchangeSigner<SyncSigningKey>[] => [
  coinbase({ key: ec, variant }),
  coinbase({ key: ed, variant }),
]

describe('the tokens of Coinbase', () => {
  const path = '/api/v3/brokerage/orders'
  const times = { nbf: 1_700_000_000, exp: 1_700_000_120 }

  test.each<readonly ['cdp-sdk' | 'cloud' | undefined, object]>([
    [undefined, { sub: keyId, iss: 'cdp', ...times, uri: `POST api.coinbase.com${path}` }],
    [
      'cdp-sdk',
      {
        sub: keyId,
        iss: 'cdp',
        aud: ['cdp_service'],
        iat: times.nbf,
        ...times,
        uris: [`POST api.coinbase.com${path}`],
      },
    ],
    [
      'cloud',
      {
        sub: keyId,
        iss: 'coinbase-cloud',
        aud: ['retail_rest_api_proxy'],
        iat: times.nbf,
        ...times,
        uri: `POST api.coinbase.com${path}`,
      },
    ],
  ])('the claims of a token are those of %s', (variant, claims) => {
    signers(variant).forEach((signer, at) => {
      const made = signer.sign({ method: 'POST', path: `${path}?a=1`, json: { side: 'BUY' } }, now(HEX))
      expect(partsOf(tokenOf(made))).toEqual([
        { alg: ['ES256', 'EdDSA'][at], kid: keyId, nonce: HEX, typ: 'JWT' },
        claims,
      ])
      expect(made).toMatchObject({ url: `https://api.coinbase.com${path}?a=1`, body: '{"side":"BUY"}' })
      const [found] = exchangeVerifier(coinbase({ variant })).parse(httpRequest(made))
      expect(found).toMatchObject({
        keyId,
        nonce: HEX,
        claimedAlgorithm: [ec, ed][at]?.algorithm,
        createdMs: 1_700_000_000_000,
        expiresMs: 1_700_000_120_000,
      })
      expect(found?.covered).toEqual(['method', 'authority', 'path'])
      for (const other of ([undefined, 'cdp-sdk', 'cloud'] as const).filter((one) => one !== variant))
        expect(() => exchangeVerifier(coinbase({ variant: other })).parse(httpRequest(made))).toThrow(
          withCode('AUTH_MALFORMED'),
        )
    })
  })

  test('a subscription shows a token that names no request', () => {
    for (const signer of signers()) {
      const { messages, expiresAtMs } = signer.login({ channel: 'user', productIds: ['BTC-USD'] }, now(HEX))
      const { jwt, ...rest } = JSON.parse(messages[0] as string)
      expect(rest).toEqual({ type: 'subscribe', channel: 'user', product_ids: ['BTC-USD'] })
      expect(partsOf(jwt)[1]).toEqual({ sub: keyId, iss: 'cdp', ...times })
      expect(expiresAtMs).toBe(1_700_000_120_123)
      const found = readMessage(coinbase().spec, 'login', JSON.parse(messages[0] as string))
      expect(found?.signature).toMatchObject({ keyId, nonce: HEX, base: jwt.slice(0, jwt.lastIndexOf('.')) })
      expect(found?.draft.options).toEqual({ channel: 'user', productIds: ['BTC-USD'] })
      // One for a request is not one for a socket, and the other way round.
      const other = tokenOf(signer.sign({ path }, now(HEX)))
      expect(() => readMessage(coinbase().spec, 'login', { ...rest, jwt: other })).toThrow(withCode('AUTH_MALFORMED'))
      expect(() =>
        exchangeVerifier(coinbase()).parse(
          httpRequest({ url: `https://api.coinbase.com${path}`, headers: { authorization: `Bearer ${jwt}` } }),
        ),
      ).toThrow(withCode('AUTH_MALFORMED'))
      expect(() => signer.login()).toThrow(withCode('ARGUMENT_INVALID'))
    }
  })

  test('is held to the request it came with', () => {
    const made = coinbase({ key: ed }).sign({ path }, now(HEX))
    const verifier = exchangeVerifier(coinbase())
    for (const url of ['https://api.coinbase.com/api/v3/brokerage/accounts', `https://api.example.com${path}`])
      expect(() => verifier.parse(httpRequest({ ...made, url }))).toThrow(withCode('SIGNATURE_INVALID'))
    expect(() => verifier.parse(httpRequest({ ...made, method: 'DELETE' }))).toThrow(withCode('SIGNATURE_INVALID'))
  })

  test.each([
    ['another algorithm', { alg: 'none' }, {}],
    ['no type', { typ: undefined }, {}],
    ['a member more', { crit: ['exp'] }, {}],
    ['another key', { kid: 'other' }, {}],
    ['no random nonce', { nonce: 'x' }, {}],
    ['a longer life', {}, { exp: 1_700_000_121 }],
    ['a shorter one', {}, { exp: 1_700_000_060 }],
    ['times as text', {}, { exp: '1700000120' }],
    ['no begin', {}, { nbf: undefined }],
    ['another issuer', {}, { iss: 'cdp2' }],
    ['a claim more', {}, { aud: ['cdp_service'] }],
  ])('with %s is refused', (_name, head, more) => {
    const header = { alg: 'EdDSA', kid: keyId, nonce: HEX, typ: 'JWT', ...head }
    const claims = { sub: keyId, iss: 'cdp', ...times, uri: 'GET api.coinbase.com/', ...more }
    const payload = `${encoded(JSON.stringify(header))}.${encoded(JSON.stringify(claims))}`
    const token = `${payload}.${Buffer.from(ed.sign(payload)).toString('base64url')}`
    const request = httpRequest({ url: 'https://api.coinbase.com/', headers: { authorization: `Bearer ${token}` } })
    expect(() => exchangeVerifier(coinbase()).parse(request)).toThrow(withCode('AUTH_MALFORMED'))
  })

  test.each([
    ['a name twice', '{"sub":"k","sub":"k"}', 'MESSAGE_MALFORMED'],
    ['a list', '[]', 'AUTH_MALFORMED'],
    ['no JSON', '{', 'MESSAGE_MALFORMED'],
    ['more levels than a stack has', `{"alg":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'AUTH_MALFORMED'],
    ['what every object has', '{"__proto__":{"sub":"k"}}', 'AUTH_MALFORMED'],
  ])('with %s is refused', (_name, json, code) => {
    const token = `${encoded(json)}.${encoded(json)}.${'A'.repeat(86)}`
    const request = httpRequest({ url: 'https://api.coinbase.com/', headers: { authorization: `Bearer ${token}` } })
    expect(() => exchangeVerifier(coinbase()).parse(request)).toThrow(withCode(code))
  })

  test('in another spelling is refused', () => {
    const made = coinbase({ key: ed }).sign({ path }, now(HEX))
    const [first = '', ...rest] = tokenOf(made).split('.')
    const last = first.at(-1) as string
    // The bits behind the last byte: a lax decoder drops them.
    const other = first.slice(0, -1) + String.fromCharCode(last.charCodeAt(0) + 1)
    for (const one of [other, `${first}=`]) {
      const request = httpRequest({ ...made, headers: { authorization: `Bearer ${[one, ...rest].join('.')}` } })
      const parse = () => exchangeVerifier(coinbase()).parse(request)
      if (one.endsWith('=')) expect(parse()).toEqual([])
      else expect(parse).toThrow(withCode('AUTH_MALFORMED'))
    }
  })

  test('are none of an OAuth client', () => {
    const request = httpRequest({ url: 'https://api.coinbase.com/', headers: { authorization: 'Bearer opaque' } })
    expect(exchangeVerifier(coinbase()).parse(request)).toEqual([])
  })

  test('of a legacy key there are none, but headers', () => {
    const signer = coinbase({ apiKey: 'key', secret: 'secret', variant: 'hmac' })
    const mac = (text: string) => createHmac('sha256', 'secret').update(text).digest('hex')
    const sign = (one: { method?: string; path: string; body?: string }) =>
      signer.sign(one, now('')).headers['CB-ACCESS-SIGN']
    expect(sign({ path: '/api/v3/brokerage/fills?limit=5' })).toBe(mac('1700000000GET/api/v3/brokerage/fills'))
    expect(sign({ path: '/v2/accounts?limit=5' })).toBe(mac('1700000000GET/v2/accounts?limit=5'))
    expect(sign({ method: 'POST', path, body: '{}' })).toBe(mac(`1700000000POST${path}{}`))
    const [message] = signer.login({ channel: 'user', productIds: ['BTC-USD', 'ETH-USD'] }, now('')).messages
    expect(JSON.parse(message as string)).toEqual({
      type: 'subscribe',
      channel: 'user',
      product_ids: ['BTC-USD', 'ETH-USD'],
      api_key: 'key',
      timestamp: '1700000000',
      signature: mac('1700000000userBTC-USD,ETH-USD'),
    })
    expect(signer.login({ channel: 'heartbeats' }, now('')).messages[0]).toContain(mac('1700000000heartbeats'))
  })
})

const account = { apiKey: 'key', secret: 'secret' }
const claimsOf = (made: SignedRequest): Record<string, unknown> => partsOf(tokenOf(made))[1] as Record<string, unknown>

describe.each([
  ['Upbit', upbit(account) as ExchangeSigner, true, {}, 'sha512', 'HS512'],
  ['Upbit with HS256', upbit({ ...account, variant: 'hs256' }) as ExchangeSigner, true, {}, 'sha256', 'HS256'],
  ['Bithumb', bithumb(account) as ExchangeSigner, false, { timestamp: 1_700_000_000_123 }, 'sha256', 'HS256'],
] as const)('the tokens of %s', (_name, asyncSigner, raw, timestamp, digest, alg) => {
  const signer = asyncSigner as ExchangeSigner<SyncSigningKey>
  const exchange: Exchange = { spec: signer.spec }
  const own = { access_key: 'key', nonce: UUID, ...timestamp }
  const hashed = (text: string) => ({ ...own, query_hash: sha512(text), query_hash_alg: 'SHA512' })

  test('hold the key, and nothing else where there are no parameters', () => {
    const made = signer.sign({ path: '/v1/accounts' }, now(UUID))
    const token = tokenOf(made)
    const payload = token.slice(0, token.lastIndexOf('.'))
    expect(partsOf(token)).toEqual([{ alg, typ: 'JWT' }, own])
    expect(token).toBe(`${payload}.${createHmac(digest, 'secret').update(payload).digest('base64url')}`)
    expect(claimsOf(signer.sign({ method: 'POST', path: '/v1/x', json: {} }, now(UUID)))).toEqual(own)
  })

  test('hash a query, lists with brackets', () => {
    const params = { market: 'KRW-BTC', states: ['wait', 'a b'], note: 'x,y' }
    const made = signer.sign({ path: '/v1/orders/open', params }, now(UUID))
    expect(made.url).toMatch(/\?market=KRW-BTC&states\[\]=wait&states\[\]=a%20b&note=x%2Cy$/)
    expect(claimsOf(made)).toEqual(
      hashed(
        raw
          ? 'market=KRW-BTC&states[]=wait&states[]=a b&note=x,y'
          : 'market=KRW-BTC&states[]=wait&states[]=a%20b&note=x%2Cy',
      ),
    )
  })

  test('hash a JSON body as if it were a query, numbers as they are written', () => {
    const body = '{"market": "KRW-BTC", "price":"84 000", "volume":0.10, "post_only":true, "uuids":["a,b", 1e3]}'
    const made = signer.sign({ method: 'POST', path: '/v1/orders', body }, now(UUID))
    expect(made.body).toBe(body)
    expect(claimsOf(made)).toEqual(
      hashed(
        raw
          ? 'market=KRW-BTC&price=84 000&volume=0.10&post_only=true&uuids[]=a,b&uuids[]=1e3'
          : 'market=KRW-BTC&price=84%20000&volume=0.10&post_only=true&uuids[]=a%2Cb&uuids[]=1e3',
      ),
    )
    const form = signer.sign({ method: 'POST', path: '/v1/orders', body: 'a=x%2Cy' }, now(UUID))
    expect(claimsOf(form)).toEqual(hashed(raw ? 'a=x,y' : 'a=x%2Cy'))
  })

  test.each([
    ['an object inside', '{"a":{"b":1}}'],
    ['nothing inside', '{"a":null}'],
    ['a list of lists', '{"a":[[1]]}'],
    ['a name twice', '{"a":1,"a":2}'],
    ['a list', '[1]'],
    ['half of JSON', '{"a":'],
  ])('do not cover a body with %s', (_case, body) => {
    expect(() => signer.sign({ method: 'POST', path: '/v1/orders', body }, now(UUID))).toThrow(
      withCode('MESSAGE_MALFORMED'),
    )
  })

  test('do not cover parameters in two places', () => {
    const both = { method: 'POST', path: '/v1/orders', params: { a: 1 }, json: { b: 2 } }
    expect(() => signer.sign(both, now(UUID))).toThrow(withCode('MESSAGE_MALFORMED'))
  })

  test('are refused with other parameters', () => {
    const made = signer.sign({ method: 'POST', path: '/v1/orders', json: { price: '1' } }, now(UUID))
    const parse = (more: object) => exchangeVerifier(exchange).parse(httpRequest({ ...made, ...more }))
    expect(parse({})).toHaveLength(1)
    expect(() => parse({ body: '{"price":"2"}' })).toThrow(withCode('DIGEST_MISMATCH'))
    expect(() => parse({ body: null })).toThrow(withCode('DIGEST_MISMATCH'))
    const bare = signer.sign({ path: '/v1/accounts' }, now(UUID))
    expect(() => exchangeVerifier(exchange).parse(httpRequest({ ...bare, url: `${bare.url}?a=1` }))).toThrow(
      withCode('DIGEST_MISMATCH'),
    )
  })

  test('open a socket with a field of the upgrade', () => {
    const { headers = {}, messages, expiresAtMs } = signer.login({}, now(UUID))
    expect(messages).toEqual([])
    expect(expiresAtMs).toBeUndefined()
    expect(Object.keys(headers)).toEqual(['Authorization'])
    expect(claimsOf({ headers } as SignedRequest)).toEqual(own)
    const found = readUpgrade(signer.spec, 'login', Object.entries(headers).flat())
    expect(found?.signature).toMatchObject({ keyId: 'key', nonce: UUID })
    const request = signer.sign({ path: '/v1/orders?a=1' }, now(UUID)).headers
    expect(() => readUpgrade(signer.spec, 'login', Object.entries(request).flat())).toThrow(withCode('DIGEST_MISMATCH'))
  })

  test('of another algorithm are refused', () => {
    const payload = `${encoded(JSON.stringify({ alg: 'HS384', typ: 'JWT' }))}.${encoded(JSON.stringify(own))}`
    const sign = createHmac('sha384', 'secret').update(payload).digest('base64url')
    const request = httpRequest({
      url: 'https://api.example.com/',
      headers: { authorization: `Bearer ${payload}.${sign}` },
    })
    expect(() => exchangeVerifier(exchange).parse(request)).toThrow(withCode('AUTH_MALFORMED'))
  })
})

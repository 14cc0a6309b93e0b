import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { SyncVerifyingKey } from '../../../src/crypto/index.js'
import { hashkey } from '../../../src/exchange/catalogue/hashkey.js'
import { mexc } from '../../../src/exchange/catalogue/mexc.js'
import { toobit } from '../../../src/exchange/catalogue/toobit.js'
import { type ExchangeFactory, exchangeVerifier } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'

const at = (ms: number) => ({ clock: { now: () => ms } })
const when = at(1_700_000_000_123)
const hmac = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex')
const EXCHANGES: ReadonlyArray<readonly [string, ExchangeFactory, string]> = [
  ['mexc', mexc, 'X-MEXC-APIKEY'],
  ['hashkey', hashkey, 'X-HK-APIKEY'],
  ['toobit', toobit, 'X-BB-APIKEY'],
]

// The examples of each page: in the query, in the form, and in both, where no "&" stands between the two.
const MEXC = ['symbol=BTCUSDT&side=BUY&type=LIMIT', 'quantity=1&price=11&recvWindow=5000&timestamp=1644489390087']
const HASHKEY = [
  'symbol=ETHBTC&side=BUY&type=LIMIT&timeInForce=GTC',
  'quantity=1&price=0.1&recvWindow=5000&timestamp=1538323200000',
]
const TOOBIT = ['symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC', 'quantity=1&price=400&recvWindow=100000']
const TOOBIT_BODY = 'quantity=1&price=400&recvWindow=10000000&timestamp=1668481902307'
const [MEXC_SECRET, HASHKEY_SECRET, TOOBIT_SECRET] = [
  '45d0b3c26f2644f19bfb98b07741b2f5',
  'lH3ELTNiFxCQTmi9pPcWWikhsjO04Yoqw3euoHUuOLC3GYBW64ZqzQsiOEHXQS76',
  '30lfjDT51iOG1kYZnDoLNynOyMdIcmQyO1XYfxzYOmQfx9tjiI98Pzio4uhZ0Uk2',
]
const EXAMPLES: ReadonlyArray<readonly [string, ExchangeFactory, string, string, string, string, string]> = [
  [
    'mexc',
    mexc,
    'X-MEXC-APIKEY',
    MEXC_SECRET,
    '',
    MEXC.join('&'),
    'fd3e4e8543c5188531eb7279d68ae7d26a573d0fc5ab0d18eb692451654d837a',
  ],
  [
    'mexc',
    mexc,
    'X-MEXC-APIKEY',
    MEXC_SECRET,
    MEXC[0] as string,
    MEXC[1] as string,
    'd1a676610ceb39174c8039b3f548357994b2a34139a8addd33baadba65684592',
  ],
  [
    'hashkey',
    hashkey,
    'X-HK-APIKEY',
    HASHKEY_SECRET,
    HASHKEY.join('&'),
    '',
    '5f2750ad7589d1d40757a55342e621a44037dad23b5128cc70e18ec1d1c3f4c6',
  ],
  [
    'hashkey',
    hashkey,
    'X-HK-APIKEY',
    HASHKEY_SECRET,
    HASHKEY[0] as string,
    HASHKEY[1] as string,
    '885c9e3dd89ccd13408b25e6d54c2330703759d7494bea6dd5a3d1fd16ba3afa',
  ],
  [
    'toobit',
    toobit,
    'X-BB-APIKEY',
    TOOBIT_SECRET,
    '',
    `${TOOBIT.join('&')}&timestamp=1668481902307`,
    '8420e499e71cce4a00946db16543198b6bcae01791bdb75a06b5a7098b156468',
  ],
  [
    'toobit',
    toobit,
    'X-BB-APIKEY',
    TOOBIT_SECRET,
    TOOBIT[0] as string,
    TOOBIT_BODY,
    '59ef0b2085ebb99cca5b6445c202d99add17be2d5d1861c0f4aa17bc785ac4d5',
  ],
]

describe('exchanges that sign query and form as Binance does', () => {
  test.each(EXAMPLES)(
    '%s: the examples of its page are accepted',
    (_, exchange, field, secret, query, body, signature) => {
      const { key } = exchange({ apiKey: 'key', secret })
      const signed = (pairs: string): string => (pairs === '' ? '' : `${pairs}&signature=${signature}`)
      const [target, form] = body === '' ? [signed(query), ''] : [query, signed(body)]
      const url = `${exchange().spec.origins[0]}/api/v1/order?${target}`
      const request = { method: 'POST', url, headers: { [field]: 'key' }, ...(form === '' ? {} : { body: form }) }
      const [found] = exchangeVerifier(exchange()).parse(httpRequest(request))
      expect(found?.base).toBe(query + body)
      expect((key as unknown as SyncVerifyingKey).verify(found?.base as string, found?.signature as Uint8Array)).toBe(
        true,
      )
    },
  )

  test.each(EXCHANGES)('%s: JSON stays as it is, and is neither signed nor said to be', (_, exchange) => {
    const signer = exchange({ apiKey: 'key', secret: 'secret' })
    // Text that reads as parameters is none.
    const json = [{ symbol: 'BTCUSDT', note: 'x&timestamp=1&signature=2' }]
    const made = signer.sign({ method: 'POST', path: '/api/v1/spot/batchOrders', json }, when)
    expect(made.body).toBe(JSON.stringify(json))
    expect(new URL(made.url).search).toBe(
      `?timestamp=1700000000123&signature=${hmac('secret', 'timestamp=1700000000123')}`,
    )
    const [found] = exchangeVerifier(exchange()).parse(httpRequest(made))
    expect([...(found?.covers ?? [])]).toEqual([])
    const prepared = signer.scheme.prepare(httpRequest({ method: 'POST', url: 'https://x.example/', body: '{}' }), {
      keyId: 'key',
      algorithm: 'hmac-sha256',
      nowMs: 1,
      nonce: '',
    })
    expect(prepared.trace().covered).toEqual([])
  })

  test.each(EXCHANGES)(
    '%s: JSON put into a request that had no body leaves it without a proof of that',
    (_, exchange) => {
      const signer = exchange({ apiKey: 'key', secret: 'secret' })
      const made = signer.sign({ method: 'POST', path: '/api/v1/spot/batchOrders' }, when)
      const parse = (body: string) => exchangeVerifier(exchange()).parse(httpRequest({ ...made, body }))[0]
      expect([...(parse('[]')?.covers ?? [])]).toEqual([])
      // No JSON: it counts as a form.
      expect([...(parse('{')?.covers ?? [])]).toEqual(['parameters'])
      expect(parse('{')?.base).toBe('timestamp=1700000000123{')
    },
  )

  test('toobit, as others sign its JSON', () => {
    const made = toobit({ apiKey: 'key', secret: 'secret', variant: 'signed-json' }).sign(
      { method: 'POST', path: '/api/v1/spot/batchOrders', json: [{ a: 1 }] },
      when,
    )
    expect(made.url).toContain(hmac('secret', '[{"a":1}]timestamp=1700000000123'))
    const [found] = exchangeVerifier(toobit({ variant: 'signed-json' })).parse(httpRequest(made))
    expect([...(found?.covers ?? [])]).toEqual(['parameters'])
  })

  test.each<readonly [string, ExchangeFactory, string, string]>([
    ['mexc', mexc, '/api/v3/userDataStream', 'listenKey=abc'],
    ['hashkey', hashkey, '/api/v1/userDataStream', '/api/v1/ws/abc'],
    ['toobit', toobit, '/api/v1/userDataStream', '/api/v1/ws/abc'],
  ])('%s: the login is a listen key', (_, exchange, path, query) => {
    const login = exchange({ apiKey: 'key', secret: 'secret' }).login({}, when)
    expect(login.request?.method).toBe('POST')
    expect(new URL(login.request?.url as string).pathname).toBe(path)
    expect(login.use?.({ listenKey: 'abc' })).toEqual({ messages: [], query, expiresAtMs: 1_700_003_600_123 })
    expect(() => login.use?.({})).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})

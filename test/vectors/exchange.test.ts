import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { SyncSigningKey, SyncVerifyingKey } from '../../src/crypto/key.js'
import { binance } from '../../src/exchange/catalogue/binance.js'
import { bingx } from '../../src/exchange/catalogue/bingx.js'
import { bitbank } from '../../src/exchange/catalogue/bitbank.js'
import { bitflyer } from '../../src/exchange/catalogue/bitflyer.js'
import { bitget } from '../../src/exchange/catalogue/bitget.js'
import { bitmex } from '../../src/exchange/catalogue/bitmex.js'
import { bitvavo } from '../../src/exchange/catalogue/bitvavo.js'
import { bybit } from '../../src/exchange/catalogue/bybit.js'
import { coincheck } from '../../src/exchange/catalogue/coincheck.js'
import { coinex } from '../../src/exchange/catalogue/coinex.js'
import { deribit } from '../../src/exchange/catalogue/deribit.js'
import { gate } from '../../src/exchange/catalogue/gate.js'
import { gemini } from '../../src/exchange/catalogue/gemini.js'
import { htx } from '../../src/exchange/catalogue/htx.js'
import { kraken } from '../../src/exchange/catalogue/kraken.js'
import { krakenFutures } from '../../src/exchange/catalogue/kraken-futures.js'
import { kucoin } from '../../src/exchange/catalogue/kucoin.js'
import { mexc } from '../../src/exchange/catalogue/mexc.js'
import { okx } from '../../src/exchange/catalogue/okx.js'
import { phemex } from '../../src/exchange/catalogue/phemex.js'
import { polymarket } from '../../src/exchange/catalogue/polymarket.js'
import { wooV1 } from '../../src/exchange/catalogue/woo-v1.js'
import {
  type ExchangeFactory,
  type ExchangeRequest,
  type ExchangeSigner,
  exchangeVerifier,
  importExchangeKey,
  type SignedRequest,
} from '../../src/exchange/index.js'
import { httpRequest } from '../../src/message/message.js'

interface Row {
  readonly exchange: string
  readonly key: string
  readonly msg: string | { readonly body: string; readonly challenge: string }
  readonly expected: string
  readonly note: string
}

const CLOSED = { allowClosed: true } as const
const ROWS = JSON.parse(readFileSync(join('test', 'vectors', 'exchange', 'golden.json'), 'utf8')) as readonly Row[]

type Options = Readonly<Record<string, string | true>>
type Signer = ExchangeSigner<SyncSigningKey>

const at = (ms: number) => ({ clock: { now: () => ms } })
const PYBOTTERS = 2_085_848_896_000

/** What our signer made of a row: everything that is sent, as one text to look the signature up in. */
const sent = ({ url, headers, body = '' }: SignedRequest): string =>
  [decodeURIComponent(url), ...Object.values(headers), body].join('\n')

/** A request that the exchange's signer signs; the same text is what its verifier accepts. */
const request =
  (exchange: ExchangeFactory, options: Options, ms: number, one: ExchangeRequest, nonce?: string) =>
  ({ key }: Row): string => {
    const signer: Signer = exchange({ apiKey: 'key', secret: key, ...options })
    const when = { ...at(ms), ...(nonce === undefined ? {} : { nonces: { next: () => nonce } }) }
    const made = signer.sign(one, when)
    const { method, url, headers, body } = made
    const received = httpRequest({ method, url, headers, ...(body === undefined ? {} : { body }) })
    const { variant } = options
    const found = exchangeVerifier(exchange(variant === undefined ? {} : { variant })).parse(received)
    const [signature] = found
    expect(found).toHaveLength(1)
    if (signature === undefined) throw new Error('nothing was found')
    expect((signer.key as unknown as SyncVerifyingKey).verify(signature.base, signature.signature)).toBe(true)
    return sent(made)
  }

/** A request that only others send: our verifier reads it with the row's signature in its place. */
const received =
  (
    exchange: ExchangeFactory,
    options: Options,
    base: (row: Row) => string | undefined,
    one: (signature: string) => Parameters<typeof httpRequest>[0],
  ) =>
  (row: Row): string => {
    const { key } = exchange({ apiKey: 'key', secret: row.key, ...options })
    const [found] = exchangeVerifier(exchange()).parse(httpRequest(one(row.expected)))
    if (found === undefined) throw new Error('nothing was found')
    const text = base(row)
    if (text !== undefined) expect(found.base).toBe(text)
    expect((key as unknown as SyncVerifyingKey).verify(found.base, found.signature)).toBe(true)
    return row.expected
  }

/** A login or another signed message. */
const message =
  (
    exchange: ExchangeFactory,
    options: Options,
    ms: number,
    name: string,
    args: Readonly<Record<string, unknown>> = {},
    nonce?: string,
  ) =>
  ({ key }: Row): string => {
    const signer = exchange({ apiKey: 'key', secret: key, ...options })
    const when = { ...at(ms), ...(nonce === undefined ? {} : { nonces: { next: () => nonce } }) }
    return name === 'login' ? signer.login(args, when).messages.join('\n') : signer.signMessage(name, args, when)
  }

const jsonOf = ({ msg }: Row): string => String(msg).slice(String(msg).indexOf('{'))
const post =
  (path: string) =>
  (row: Row): ExchangeRequest => ({ method: 'POST', path, body: jsonOf(row) })
const life = (exchange: ExchangeFactory): number => exchange().spec.time?.lifeMs ?? 0
const BINANCE_KEY = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A'
const GATE_BODY = '{"contract":"BTC_USD","type":"limit","size":100,"price":6800,"time_in_force":"gtc"}'
const ORDER = { symbol: 'LTCBTC', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 1, price: 0.1 }
const ISO = Date.parse('2036-02-05T18:28:16.000Z')
const HTX = { apiKey: 'e2xxxxxx-99xxxxxx-84xxxxxx-7xxxx', origin: 'https://api-cloud.bittrade.co.jp' }
const HTX_TIME = Date.parse('2017-05-11T15:19:30Z')
const PASSPHRASE = { passphrase: 'phrase' }

type Way = (row: Row) => string | Promise<string>
const posted =
  (exchange: ExchangeFactory, options: Options, ms: number, path: string): Way =>
  (row) =>
    request(exchange, options, ms, post(path)(row))(row)

/** How each row is said to the public API, in the order of the file. */
const WAYS: ReadonlyArray<readonly [exchange: string, way: Way]> = [
  ['okx', request(okx, PASSPHRASE, ISO, { path: '/api/v5/account/balance?ccy=BTC,ETH' })],
  ['okx', posted(okx, PASSPHRASE, ISO, '/api/v5/trade/order')],
  [
    'bitget',
    request(bitget, PASSPHRASE, PYBOTTERS, { path: '/api/spot/v1/account/assets', params: { symbol: 'BTCUSDT_SPBL' } }),
  ],
  ['bitget', posted(bitget, PASSPHRASE, PYBOTTERS, '/api/spot/v1/account/assets/api/spot/v1/trade/fills')],
  ['kucoin', request(kucoin, PASSPHRASE, PYBOTTERS, { path: '/api/v1/orders' })],
  ['kucoin', posted(kucoin, PASSPHRASE, PYBOTTERS, '/api/v1/orders')],
  ['kucoin', (row) => request(kucoin, { passphrase: String(row.msg) }, PYBOTTERS, { path: '/' })(row)],
  ['kucoin', posted(kucoin, PASSPHRASE, 1_547_015_186_532, '/api/v1/deposit-addresses')],
  ['kucoin', (row) => request(kucoin, { passphrase: String(row.msg) }, PYBOTTERS, { path: '/' })(row)],
  [
    'bybit',
    request(bybit, { apiKey: '77SQfUG7X33JhYZ3Jswpx5To', recvWindow: 'none' }, PYBOTTERS, {
      path: '/v5/position/list',
      params: { category: 'linear', symbol: 'BTCUSDT', cursor: 'page_token%3D26854%26' },
    }),
  ],
  ['bybit', posted(bybit, { apiKey: '77SQfUG7X33JhYZ3Jswpx5To', recvWindow: 'none' }, PYBOTTERS, '/v5/order/create')],
  [
    'bybit',
    request(bybit, { apiKey: 'test_api_key' }, 1_700_000_000_000, {
      path: '/v5/market/tickers',
      params: { category: 'linear', symbol: 'BTCUSDT' },
    }),
  ],
  ['bybit', posted(bybit, { apiKey: 'test_api_key' }, 1_700_000_000_000, '/v5/order/create')],
  [
    'bybit',
    (row) =>
      message(bybit, {}, 1_700_000_000_000 - (bybit().spec.messages?.['login']?.time?.lifeMs ?? 0), 'login')(row),
  ],
  [
    'binance',
    received(
      binance,
      {},
      ({ msg }) => String(msg),
      (signature) => ({
        method: 'POST',
        url: 'https://api.binance.com/api/v3/order?symbol=BTCUSDT&side=SELL&timestamp=2085848896000',
        headers: { 'X-MBX-APIKEY': 'key' },
        body: `type=MARKET&quantity=0.001&signature=${signature}`,
      }),
    ),
  ],
  // These count the expiry in milliseconds where the exchange's page has seconds.
  ['bitmex', (row) => bitmexAt(2_085_848_901_000, { path: '/api/v1/order?symbol=XBTUSD' })(row)],
  [
    'bitmex',
    (row) =>
      bitmexAt(2_085_848_901_000, {
        method: 'POST',
        path: '/api/v1/order',
        body: 'symbol=XBTUSD&side=Buy&orderQty=100&ordType=Market',
      })(row),
  ],
  [
    'bitmex',
    (row) =>
      message(
        bitmex,
        CLOSED,
        2_085_848_901_000_000 - (bitmex().spec.messages?.['login']?.time?.lifeMs ?? life(bitmex)),
        'login',
      )(row),
  ],
  [
    'phemex',
    request(phemex, {}, 2_085_848_956_000 - life(phemex), {
      path: '/orders/activeList?ordStatus=New&ordStatus=PartiallyFilled&ordStatus=Untriggered&symbol=BTCUSD',
    }),
  ],
  ['phemex', (row) => posted(phemex, {}, 2_085_848_956_000 - life(phemex), '/orders')(row)],
  [
    'bitbank',
    request(bitbank, { recvWindow: 'none' }, PYBOTTERS, { path: '/v1/user/spot/order', params: { pair: 'btc_jpy' } }),
  ],
  [
    'bitbank',
    request(bitbank, { recvWindow: '1000' }, PYBOTTERS, { path: '/v1/user/spot/order', params: { pair: 'btc_jpy' } }),
  ],
  [
    'coincheck',
    request(coincheck, {}, PYBOTTERS, { path: '/api/deposit_money', params: { currency: 'BTC' } }, '2085848896000'),
  ],
  [
    'bitflyer',
    request(bitflyer, {}, PYBOTTERS, {
      path: '/v1/me/getchildorders',
      params: { product_code: 'FX_BTC_JPY', child_order_state: 'ACTIVE' },
    }),
  ],
  ['mexc v3', request(mexc, {}, PYBOTTERS, { path: '/api/v3/openOrders', params: { symbol: 'BTCUSDT' } })],
  [
    'mexc v3',
    received(
      mexc,
      {},
      ({ msg }) => String(msg),
      (signature) => ({
        method: 'POST',
        url: 'https://api.mexc.com/api/v3/order?timestamp=2085848896000',
        headers: { 'X-MEXC-APIKEY': 'key' },
        body: `symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=5&signature=${signature}`,
      }),
    ),
  ],
  ['htx/bittrade', request(htx, HTX, HTX_TIME, { path: '/v1/order/orders', params: { 'order-id': '123456789' } })],
  ['htx/bittrade', request(htx, HTX, HTX_TIME, { method: 'POST', path: '/v1/order/orders/place', json: {} })],
  [
    'coinex v1 futures',
    (row) =>
      request(coinex, { variant: 'v1' }, 1_550_743_431_000, {
        method: 'POST',
        path: '/perpetual/v1/order/put_limit',
        params: { market: 'BTCUSD', type: 'buy', price: '680', amount: '1.0' },
      })(row),
  ],
  [
    'binance',
    request(binance, { recvWindow: '5000' }, 1_499_827_319_559, {
      method: 'POST',
      path: '/api/v3/order',
      params: ORDER,
    }),
  ],
  [
    'binance',
    request(binance, { recvWindow: '5000' }, 1_499_827_319_559, {
      method: 'POST',
      path: '/api/v3/order',
      params: { ...ORDER, symbol: '１２３４５６' },
    }),
  ],
  [
    'binance',
    request(binance, { recvWindow: '5000' }, 1_499_827_319_559, {
      method: 'POST',
      path: '/api/v3/order?symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC',
      body: 'quantity=1&price=0.1',
    }),
  ],
  [
    'binance',
    message(binance, { apiKey: BINANCE_KEY, recvWindow: '100' }, 1_645_423_376_532, 'call', {
      id: 1,
      method: 'order.place',
      params: {
        symbol: 'BTCUSDT',
        side: 'SELL',
        type: 'LIMIT',
        timeInForce: 'GTC',
        price: '52000.00',
        quantity: '0.01000000',
      },
    }),
  ],
  [
    'binance',
    message(binance, { apiKey: BINANCE_KEY, recvWindow: '5000' }, 1_645_423_376_532, 'call', {
      id: 1,
      method: 'order.place',
      params: {
        symbol: '１２３４５６',
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'GTC',
        price: '0.10000000',
        quantity: '1.00000000',
      },
    }),
  ],
  [
    'binance',
    async ({ key }) => {
      const signer = binance({ key: await importExchangeKey(key, { apiKey: 'key', type: 'ed25519' }) })
      return signer.signMessage('fix', {
        sender: 'EXAMPLE',
        target: 'SPOT',
        sequence: 1,
        sendingTime: '20240627-11:17:25.223',
      })
    },
  ],
  [
    'kraken',
    (row) =>
      request(
        kraken,
        {},
        PYBOTTERS,
        {
          method: 'POST',
          path: '/0/private/AddOrder',
          params: { ordertype: 'limit', pair: 'XBTUSD', price: '37500', type: 'buy', volume: '1.25' },
        },
        '1616492376594',
      )(row),
  ],
  [
    'kraken futures',
    (row) =>
      message(krakenFutures, {}, PYBOTTERS, 'challenge', {
        challenge: (row.msg as { challenge: string }).challenge,
        feed: 'open_orders',
      })(row),
  ],
  [
    'gate',
    request(gate, {}, 1_541_993_715_000, {
      path: '/api/v4/futures/orders',
      params: { contract: 'BTC_USD', status: 'finished', limit: 50 },
    }),
  ],
  ['gate', request(gate, {}, 1_541_993_715_000, { method: 'POST', path: '/api/v4/futures/orders', body: GATE_BODY })],
  ['bitmex', request(bitmex, CLOSED, 1_518_064_236_000 - life(bitmex), { path: '/api/v1/instrument' })],
  [
    'bitmex',
    request(bitmex, CLOSED, 1_518_064_237_000 - life(bitmex), {
      path: '/api/v1/instrument?filter=%7B%22symbol%22%3A+%22XBTM15%22%7D',
    }),
  ],
  ['bitmex', posted(bitmex, CLOSED, 1_518_064_238_000 - life(bitmex), '/api/v1/order')],
  ['deribit', message(deribit, {}, 1_576_074_319_000, 'login', {}, '1iqt2wls')],
  [
    'bingx',
    request(bingx, {}, 1_649_404_670_162, {
      method: 'POST',
      path: '/openApi/spot/v1/trade/order',
      params: { symbol: 'ETHUSDT', side: 'BUY', type: 'MARKET', quoteOrderQty: 20 },
    }),
  ],
  [
    'gemini',
    (row) =>
      received(
        gemini,
        {},
        ({ msg }) => String(msg),
        (signature) => ({
          method: 'POST',
          url: 'https://api.gemini.com/v1/order/status',
          headers: { 'X-GEMINI-APIKEY': 'key', 'X-GEMINI-PAYLOAD': String(row.msg), 'X-GEMINI-SIGNATURE': signature },
        }),
      )(row),
  ],
  [
    'mexc v3',
    request(mexc, { recvWindow: '5000' }, 1_644_489_390_087, {
      method: 'POST',
      path: '/api/v3/order',
      params: { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: 1, price: 11 },
    }),
  ],
  [
    'woo v1',
    request(wooV1, {}, 1_578_565_539_808, {
      method: 'POST',
      path: '/v1/order',
      params: { symbol: 'SPOT_BTC_USDT', order_type: 'LIMIT', order_price: 9000, order_quantity: 0.11, side: 'BUY' },
    }),
  ],
  ['bitvavo', posted(bitvavo, {}, 1_548_172_481_125, '/v2/order')],
  [
    'polymarket',
    // The vector's time has seven digits, which no verifier takes for seconds of our time.
    ({ key, msg }) =>
      sent(
        polymarket({ apiKey: 'key', secret: key, passphrase: 'phrase', address: '0x1' }).sign(
          { method: 'test-sign', path: '/orders', body: String(msg).slice(String(msg).indexOf('{')) },
          at(1_000_000_000),
        ),
      ),
  ],
]

// Thirteen digits of seconds: signed like any others, and refused by our own reader.
const bitmexAt =
  (expires: number, one: ExchangeRequest) =>
  ({ key }: Row): string =>
    sent(bitmex({ apiKey: 'key', secret: key, allowClosed: true }).sign(one, at(expires * 1000 - life(bitmex))))

describe('the golden vectors of the exchanges', () => {
  test('all 49 are here, each with its way through the public API', () => {
    expect(ROWS).toHaveLength(49)
    expect(WAYS.map(([exchange]) => exchange)).toEqual(ROWS.map(({ exchange }) => exchange))
  })

  test.each(ROWS.map((row, at) => [`${at} ${row.exchange}: ${row.note}`, row, WAYS[at]?.[1]] as const))(
    'the row %s is made and verified',
    async (_name, row, way) => {
      expect(await way?.(row)).toContain(row.expected)
    },
  )
})

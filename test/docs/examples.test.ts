import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ed25519PrivateKey, exportPublicKey } from '../../src/crypto/index.js'
import { binance } from '../../src/schemes/exchange/binance.js'
import { bitfinex } from '../../src/schemes/exchange/bitfinex.js'
import { bitget } from '../../src/schemes/exchange/bitget.js'
import { bitmex } from '../../src/schemes/exchange/bitmex.js'
import { bybit } from '../../src/schemes/exchange/bybit.js'
import { coinbase } from '../../src/schemes/exchange/coinbase.js'
import { coinbaseExchange } from '../../src/schemes/exchange/coinbase-exchange.js'
import { cryptoCom } from '../../src/schemes/exchange/crypto-com.js'
import { deribit } from '../../src/schemes/exchange/deribit.js'
import type { Venue } from '../../src/schemes/exchange/engine/edge/venue.js'
import { gate } from '../../src/schemes/exchange/gate.js'
import { htx } from '../../src/schemes/exchange/htx.js'
import { kraken } from '../../src/schemes/exchange/kraken.js'
import { krakenFutures } from '../../src/schemes/exchange/kraken-futures.js'
import { kucoin } from '../../src/schemes/exchange/kucoin.js'
import { mexc } from '../../src/schemes/exchange/mexc.js'
import { okx } from '../../src/schemes/exchange/okx.js'
import { type VenueDoubleOptions, venueDouble } from '../../src/testing/double.js'

const folder = mkdtempSync(join(tmpdir(), 'examples-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What an example is held to. */
interface Case {
  readonly venue: Venue
  /** How the venue's clock differs; enough to be refused. */
  readonly skewMs?: number
  /** `drift`: one refusal, signed again. `asks`: the time was asked for, nothing is refused. `nonce`: nonces increase. */
  readonly by: 'drift' | 'asks' | 'nonce'
  /** Path of order and cancel, `:id` being the order's; and where its cancel names it otherwise. */
  readonly order: string
  readonly cancel: string
  readonly named?: object
  /** Method of the accepted message that logs in; an upgrade shows a token in its URL. */
  readonly login: string
  readonly subscribed: string
  readonly parallel?: number
  readonly passphrase?: true
  readonly secret?: string
  /** Members of the setup, or of the double, that only this one has. */
  readonly setup?: object
  readonly double?: Partial<VenueDoubleOptions>
}

const seed = new Uint8Array(32).fill(7)
const pair = ed25519PrivateKey({ keyId: 'organizations/1/apiKeys/2', seed })
const base64Secret = Buffer.from('a-secret-for-tests').toString('base64')
const submitted = (id: number) => [0, 'on-req', null, null, [[id, null, 0, 'tBTCUSD']], null, 'SUCCESS', '']
const acknowledge = (answer: (heard: Record<string, unknown>) => unknown) => (heard: unknown) => answer(Object(heard))

const CASES: Readonly<Record<string, Case>> = {
  binance: {
    venue: binance(),
    skewMs: -60_000,
    by: 'drift',
    order: 'POST /api/v3/order',
    cancel: 'DELETE /api/v3/order',
    named: { params: { orderId: '1' } },
    login: 'call',
    subscribed: 'user',
  },
  bitfinex: {
    venue: bitfinex(),
    by: 'nonce',
    parallel: 5,
    order: 'POST /v2/auth/w/order/submit',
    cancel: 'POST /v2/auth/w/order/cancel',
    named: { json: { id: 1 } },
    login: 'login',
    subscribed: 'auth',
    double: { routes: { 'POST /v2/auth/w/order/submit': () => submitted(1) } },
  },
  bitget: {
    venue: bitget(),
    skewMs: 60_000,
    by: 'drift',
    passphrase: true,
    order: 'POST /api/v2/spot/trade/place-order',
    cancel: 'POST /api/v2/spot/trade/cancel-order',
    named: { json: { symbol: 'BTCUSDT', orderId: '1' } },
    login: 'login',
    subscribed: 'orders',
  },
  bitmex: {
    venue: bitmex(),
    skewMs: 60_000,
    by: 'drift',
    order: 'POST /api/v1/order',
    cancel: 'DELETE /api/v1/order',
    named: { json: { orderID: '1' } },
    login: 'login',
    subscribed: 'order',
  },
  bybit: {
    venue: bybit(),
    skewMs: -60_000,
    by: 'asks',
    order: 'POST /v5/order/create',
    cancel: 'POST /v5/order/cancel',
    named: { json: { category: 'spot', symbol: 'BTCUSDT', orderId: '1' } },
    login: 'login',
    subscribed: 'order',
  },
  coinbase: {
    venue: coinbase(),
    skewMs: 150_000,
    by: 'drift',
    order: 'POST /api/v3/brokerage/orders',
    cancel: 'POST /api/v3/brokerage/orders/batch_cancel',
    named: { json: { order_ids: ['1'] } },
    login: 'login',
    subscribed: 'user',
    secret: Buffer.concat([seed, exportPublicKey(pair, 'raw')]).toString('base64'),
    setup: { apiKey: pair.keyId },
    double: { accounts: [{ verifyingKey: pair.verifyingKey }] },
  },
  'coinbase-exchange': {
    venue: coinbaseExchange(),
    skewMs: -60_000,
    by: 'drift',
    passphrase: true,
    secret: base64Secret,
    order: 'POST /orders',
    cancel: 'DELETE /orders/1',
    login: 'login',
    subscribed: 'user',
  },
  'crypto-com': {
    venue: cryptoCom(),
    skewMs: -120_000,
    by: 'drift',
    order: 'POST /exchange/v1/private/create-order',
    cancel: 'POST /exchange/v1/private/cancel-order',
    named: { json: { method: 'private/cancel-order', params: { order_id: '1' } } },
    login: 'login',
    subscribed: 'user.order',
  },
  deribit: {
    venue: deribit(),
    skewMs: 120_000,
    by: 'drift',
    order: 'GET /api/v2/private/buy',
    cancel: 'GET /api/v2/private/cancel',
    named: { params: { order_id: '1' } },
    login: 'login',
    subscribed: 'user.orders.BTC-PERPETUAL.raw',
  },
  gate: {
    venue: gate(),
    skewMs: -120_000,
    by: 'drift',
    order: 'POST /api/v4/spot/orders',
    cancel: 'DELETE /api/v4/spot/orders/1',
    login: 'login',
    subscribed: 'spot.orders',
  },
  htx: {
    venue: htx(),
    // The venue forgives five minutes, which is as much as a signer learns.
    skewMs: -60_000,
    by: 'drift',
    order: 'POST /v1/order/orders/place',
    cancel: 'POST /v1/order/orders/1/submitcancel',
    login: 'login',
    subscribed: 'orders#btcusdt',
    double: {
      window: { pastMs: 5_000, futureMs: 5_000 },
      routes: { 'GET /v1/account/accounts': () => ({ status: 'ok', data: [{ id: 100009, type: 'spot' }] }) },
      onMessage: acknowledge(({ action, ch }) => ({ action, code: 200, ch, data: {} })),
    },
  },
  kraken: {
    venue: kraken(),
    by: 'nonce',
    parallel: 5,
    secret: base64Secret,
    order: 'POST /0/private/AddOrder',
    cancel: 'POST /0/private/CancelOrder',
    named: { params: { txid: 'OABCDE-00001-FGHIJK' } },
    login: 'token',
    subscribed: 'executions',
    setup: { nonceFile: join(folder, 'kraken.nonces') },
  },
  'kraken-futures': {
    venue: krakenFutures({ variant: 'nonce' }),
    by: 'nonce',
    parallel: 5,
    secret: base64Secret,
    order: 'POST /derivatives/api/v3/sendorder',
    cancel: 'POST /derivatives/api/v3/cancelorder',
    named: { params: { order_id: '00000000-0000-4000-8000-000000000001' } },
    login: 'login',
    subscribed: 'open_orders',
  },
  kucoin: {
    venue: kucoin(),
    skewMs: 60_000,
    by: 'drift',
    passphrase: true,
    order: 'POST /api/v1/hf/orders',
    cancel: 'DELETE /api/v1/hf/orders/1',
    login: 'upgrade',
    subscribed: '/spotMarket/tradeOrdersV2',
    // The answer with the token says where the socket is.
    setup: { socketUrl: undefined },
  },
  mexc: {
    venue: mexc(),
    skewMs: 60_000,
    by: 'asks',
    order: 'POST /api/v3/order',
    cancel: 'DELETE /api/v3/order',
    named: { params: { symbol: 'BTCUSDT', orderId: '1' } },
    login: 'upgrade',
    subscribed: 'spot@private.orders.v3.api.pb',
    double: { onMessage: acknowledge(({ params }) => ({ id: 0, code: 0, msg: Object(params)[0] })) },
  },
  okx: {
    venue: okx(),
    skewMs: -3_000,
    by: 'drift',
    passphrase: true,
    order: 'POST /api/v5/trade/order',
    cancel: 'POST /api/v5/trade/cancel-order',
    named: { json: { instId: 'BTC-USDT', ordId: '1' } },
    login: 'login',
    subscribed: 'orders',
  },
}

const files = readdirSync('docs/examples').map((file) => file.replace(/\.ts$/, ''))

describe('the examples', () => {
  it('have a case each, and end alike', () => {
    expect(files.sort()).toEqual(Object.keys(CASES).sort())
    const ends = files.map((file) => {
      const [, end = ''] = readFileSync(`docs/examples/${file}.ts`, 'utf8').split('\nif (process.argv[1] === ')
      return end.replaceAll(/, passphrase\b|, API_PASSPHRASE: passphrase = ''/g, '').replaceAll(/\s+/g, ' ')
    })
    expect(ends[0]).toContain('await run(')
    expect(new Set(ends).size).toBe(1)
  })

  it.each(files)('%s', async (file) => {
    const one = CASES[file] as Case
    const { venue, by, order, cancel, parallel = 3 } = one
    const account = {
      apiKey: 'bot-1',
      secret: one.secret ?? 'a-secret-for-tests',
      ...(one.passphrase && { passphrase: 'a-phrase-for-tests' }),
    }
    const nonces: bigint[] = []
    const { spec } = venue
    // The nonces as they arrive.
    const read: typeof spec.read = (draft) => {
      if (draft.nonce !== '') nonces.push(BigInt(draft.nonce))
      spec.read?.(draft)
    }
    const double = await venueDouble(by === 'nonce' ? { spec: { ...spec, read } } : venue, {
      accounts: [account],
      skewMs: one.skewMs ?? 0,
      ...one.double,
    })
    try {
      const { origin, socketUrl } = double
      const { run } = await import(`../../docs/examples/${file}.ts`)
      const result = await run({ ...account, origin, socketUrl, ...one.setup })
      const heard = double.requests.map(({ method, path, code }) => [`${method} ${path}`.trim(), code] as const)
      const accepted = double.requests.filter(({ code }) => code === undefined)
      const at = accepted.findIndex((request) => `${request.method} ${request.path}` === order)
      expect(result).toEqual({ orderId: expect.stringMatching(/1/), parallel, subscribed: one.subscribed })
      // The order, its cancel, what was asked for in parallel, and the login.
      expect(accepted[at]).toMatchObject({ keyId: expect.stringMatching(/./), status: 200 })
      expect(`${accepted[at + 1]?.method} ${accepted[at + 1]?.path}`).toBe(cancel)
      expect(accepted[at + 1]).toMatchObject(one.named ?? {})
      expect(new Set(accepted.slice(at + 2, at + 2 + parallel).map(({ via }) => via))).toEqual(new Set(['http']))
      expect(accepted.find(({ via, method }) => via === 'socket' && method === one.login)?.keyId).toBe(
        accepted[at]?.keyId,
      )
      expect(JSON.stringify(double.requests)).not.toMatch(/-for-tests/)

      const refused = heard.filter(([, code]) => code !== undefined)
      if (by === 'drift') {
        expect(refused).toEqual([[heard[0]?.[0], expect.stringMatching(/^TIMESTAMP_/)]])
        expect(heard[1]).toEqual([heard[0]?.[0], undefined])
      } else expect(refused).toEqual([])
      if (by === 'asks') expect(heard[0]).toEqual([`GET ${spec.clock?.path}`, undefined])
      if (by === 'nonce') {
        expect(nonces.length).toBeGreaterThanOrEqual(2 + parallel)
        expect(nonces).toEqual([...new Set(nonces)].sort((a, b) => (a < b ? -1 : 1)))
      }
    } finally {
      await double.close()
    }
  })
})

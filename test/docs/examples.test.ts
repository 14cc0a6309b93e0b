import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { importVerifyingKey } from '../../src/crypto/index.js'
import { binance } from '../../src/exchange/catalogue/binance.js'
import { bitfinex } from '../../src/exchange/catalogue/bitfinex.js'
import { bitget } from '../../src/exchange/catalogue/bitget.js'
import { bitstamp } from '../../src/exchange/catalogue/bitstamp.js'
import { bybit } from '../../src/exchange/catalogue/bybit.js'
import { coinbase } from '../../src/exchange/catalogue/coinbase.js'
import { coinbaseExchange } from '../../src/exchange/catalogue/coinbase-exchange.js'
import { cryptoCom } from '../../src/exchange/catalogue/crypto-com.js'
import { deribit } from '../../src/exchange/catalogue/deribit.js'
import { gate } from '../../src/exchange/catalogue/gate.js'
import { gemini } from '../../src/exchange/catalogue/gemini.js'
import { htx } from '../../src/exchange/catalogue/htx.js'
import { kraken } from '../../src/exchange/catalogue/kraken.js'
import { krakenFutures } from '../../src/exchange/catalogue/kraken-futures.js'
import { kucoin } from '../../src/exchange/catalogue/kucoin.js'
import { mexc } from '../../src/exchange/catalogue/mexc.js'
import { okx } from '../../src/exchange/catalogue/okx.js'
import { upbit } from '../../src/exchange/catalogue/upbit.js'
import { whitebit } from '../../src/exchange/catalogue/whitebit.js'
import type { Exchange } from '../../src/exchange/index.js'
import { type MockAccount, type MockExchangeOptions, type MockRequest, mockExchange } from '../../src/testing/index.js'

const FOLDER = join('docs', 'examples')

/** Milliseconds the exchange is ahead of this machine, and what it says to the first request. */
type Skew = readonly [skewMs: number, refusal?: MockRequest['code']]

interface Case extends Pick<MockExchangeOptions, 'routes' | 'onMessage' | 'answers'> {
  readonly exchange: Exchange
  readonly account?: () => Promise<{ readonly setup: object; readonly account: MockAccount }>
  readonly skews: readonly Skew[]
  /** `METHOD /path` of an order, and its parameters at the exchange. */
  readonly order: readonly [what: string, params: object]
  /** The same of its cancel, by the id of the order. */
  readonly cancel: (id: string | number) => readonly [what: string, params: object]
  /** Default: as many as orders. */
  readonly cancels?: number
  /** What a socket says of its login: `login` by default. */
  readonly login?: 'login' | 'token' | 'upgrade'
  readonly subscribed: unknown
  /** What there is to say about a key that trades from any address. */
  readonly findings?: readonly string[]
}

const API_KEY = 'key-of-an-example'
const SECRET = 'c2VjcmV0LW9mLWFuLWV4YW1wbGU='
const byPassphrase = async () => {
  const account = { apiKey: API_KEY, secret: SECRET, passphrase: 'phrase' }
  return { setup: account, account }
}
const bySecret = async () => ({
  setup: { apiKey: API_KEY, secret: SECRET },
  account: { apiKey: API_KEY, secret: SECRET },
})
const MACHINE_LATE: Skew = [60_000, 'TIMESTAMP_EXPIRED']
const MACHINE_EARLY: Skew = [-3_000, 'TIMESTAMP_FUTURE']
/** At exchanges without a time. */
const NO_MATTER: readonly Skew[] = [[-60_000], [60_000]]
let ids = 0

const CASES: Readonly<Record<string, Case>> = {
  binance: {
    exchange: binance(),
    account: async () => {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519')
      return {
        setup: { apiKey: API_KEY, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) },
        account: {
          verifyingKey: await importVerifyingKey(publicKey.export({ type: 'spki', format: 'pem' }) as string, {
            keyId: API_KEY,
            algorithm: 'ed25519',
          }),
        },
      }
    },
    // It asks first.
    skews: [[-30_000], [30_000]],
    order: [
      'POST /api/v3/order',
      { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.001', price: '10000.00' },
    ],
    cancel: (id) => ['DELETE /api/v3/order', { symbol: 'BTCUSDT', orderId: String(id) }],
    subscribed: 200,
    findings: ['NO_IP_LIST'],
  },
  bitfinex: {
    exchange: bitfinex(),
    skews: NO_MATTER,
    order: [
      'POST /v2/auth/w/order/submit',
      { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.001', price: '10000' },
    ],
    cancel: (id) => ['POST /v2/auth/w/order/cancel', { id: Number(id) }],
    routes: {
      'POST /v2/auth/w/order/submit': () => [
        1,
        'on-req',
        null,
        null,
        [[++ids, null, 1, 'tBTCUSD']],
        null,
        'SUCCESS',
        'Submitting 1 orders.',
      ],
    },
    subscribed: 'OK',
  },
  bitget: {
    exchange: bitget(),
    account: byPassphrase,
    skews: [MACHINE_LATE, [-60_000, 'TIMESTAMP_FUTURE']],
    order: [
      'POST /api/v2/spot/trade/place-order',
      { symbol: 'BTCUSDT', side: 'buy', orderType: 'limit', force: 'gtc', price: '10000', size: '0.001' },
    ],
    cancel: (orderId) => ['POST /api/v2/spot/trade/cancel-order', { symbol: 'BTCUSDT', orderId }],
    subscribed: 'orders',
  },
  bitstamp: {
    exchange: bitstamp(),
    skews: [[30_000]],
    order: ['POST /api/v2/buy/btcusd/', { amount: '0.001', price: '10000' }],
    cancel: (id) => ['POST /api/v2/cancel_order/', { id }],
    login: 'token',
    subscribed: 'private-my_orders_btcusd-1',
  },
  bybit: {
    exchange: bybit(),
    skews: [MACHINE_LATE, MACHINE_EARLY],
    order: [
      'POST /v5/order/create',
      {
        category: 'spot',
        symbol: 'BTCUSDT',
        side: 'Buy',
        orderType: 'Limit',
        timeInForce: 'GTC',
        qty: '0.001',
        price: '10000',
      },
    ],
    cancel: (orderId) => ['POST /v5/order/cancel', { category: 'spot', symbol: 'BTCUSDT', orderId }],
    subscribed: true,
    findings: ['NO_IP_LIST'],
  },
  coinbase: {
    exchange: coinbase(),
    account: async () => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const apiKey = 'organizations/0/apiKeys/1'
      return {
        // As it stands in the file of the key.
        setup: {
          apiKey,
          privateKey: String(privateKey.export({ type: 'sec1', format: 'pem' })).replaceAll('\n', '\\n'),
        },
        account: {
          verifyingKey: await importVerifyingKey(publicKey.export({ type: 'spki', format: 'pem' }) as string, {
            keyId: apiKey,
            algorithm: 'ecdsa-p256-sha256',
          }),
        },
      }
    },
    skews: [[180_000, 'TIMESTAMP_EXPIRED']],
    order: [
      'POST /api/v3/brokerage/orders',
      {
        client_order_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        product_id: 'BTC-USD',
        side: 'BUY',
        order_configuration: { limit_limit_gtc: { base_size: '0.001', limit_price: '10000', post_only: true } },
      },
    ],
    cancel: (id) => ['POST /api/v3/brokerage/orders/batch_cancel', { order_ids: [id] }],
    cancels: 2,
    subscribed: ['user'],
    findings: ['IP_LIST_UNKNOWN'],
  },
  'coinbase-exchange': {
    exchange: coinbaseExchange(),
    account: byPassphrase,
    skews: [MACHINE_LATE, [-60_000, 'TIMESTAMP_FUTURE']],
    order: ['POST /orders', { product_id: 'BTC-USD', type: 'limit', side: 'buy', price: '10000', size: '0.001' }],
    cancel: (id) => [`DELETE /orders/${id}`, { product_id: 'BTC-USD' }],
    subscribed: ['user'],
  },
  'crypto-com': {
    exchange: cryptoCom(),
    skews: [
      [90_000, 'TIMESTAMP_EXPIRED'],
      [-90_000, 'TIMESTAMP_FUTURE'],
    ],
    order: [
      'POST /exchange/v1/private/create-order',
      {
        id: 1,
        method: 'private/create-order',
        params: { instrument_name: 'BTC_USD', side: 'BUY', type: 'LIMIT', price: '10000', quantity: '0.001' },
      },
    ],
    cancel: (order_id) => [
      'POST /exchange/v1/private/cancel-order',
      { id: 1, method: 'private/cancel-order', params: { order_id } },
    ],
    subscribed: 0,
  },
  deribit: {
    exchange: deribit(),
    // It asks first.
    skews: [[-120_000], [120_000]],
    order: [
      'GET /api/v2/private/buy',
      { instrument_name: 'BTC-PERPETUAL', amount: '10', type: 'limit', price: '10000' },
    ],
    cancel: (order_id) => ['GET /api/v2/private/cancel', { order_id }],
    subscribed: ['user.orders.BTC-PERPETUAL.raw'],
  },
  gate: {
    exchange: gate(),
    skews: [
      [90_000, 'TIMESTAMP_EXPIRED'],
      [-90_000, 'TIMESTAMP_FUTURE'],
    ],
    order: [
      'POST /api/v4/spot/orders',
      {
        currency_pair: 'BTC_USDT',
        account: 'spot',
        side: 'buy',
        type: 'limit',
        time_in_force: 'gtc',
        amount: '0.001',
        price: '10000',
      },
    ],
    cancel: (id) => [`DELETE /api/v4/spot/orders/${id}`, { currency_pair: 'BTC_USDT' }],
    subscribed: 'success',
    findings: ['NO_IP_LIST'],
  },
  gemini: {
    exchange: gemini(),
    skews: NO_MATTER,
    order: [
      'POST /v1/order/new',
      { symbol: 'btcusd', amount: '0.001', price: '10000.00', side: 'buy', type: 'exchange limit' },
    ],
    cancel: (order_id) => ['POST /v1/order/cancel', { order_id }],
    answers: {
      socket: { greeting: { type: 'subscription_ack' }, accepted: () => undefined, refused: () => undefined },
    },
    login: 'upgrade',
    subscribed: 'subscription_ack',
  },
  htx: {
    exchange: htx(),
    // What it forgives is as much as a signer corrects.
    skews: [[-60_000], [60_000]],
    order: [
      'POST /v1/order/orders/place',
      { 'account-id': '100009', symbol: 'btcusdt', type: 'buy-limit', amount: '0.001', price: '10000' },
    ],
    cancel: (id) => [`POST /v1/order/orders/${id}/submitcancel`, {}],
    routes: {
      'GET /v1/account/accounts': () => ({
        status: 'ok',
        data: [{ id: 100009, type: 'spot', subtype: '', state: 'working' }],
      }),
    },
    onMessage: (message) => ({ action: 'sub', code: 200, ch: Object(message).ch, data: {} }),
    subscribed: 'orders#btcusdt',
  },
  kraken: {
    exchange: kraken(),
    skews: NO_MATTER,
    order: [
      'POST /0/private/AddOrder',
      { ordertype: 'limit', type: 'buy', pair: 'XBTUSD', price: '10000', volume: '0.001' },
    ],
    cancel: (txid) => ['POST /0/private/CancelOrder', { txid }],
    login: 'token',
    subscribed: 'executions',
    findings: ['NO_IP_LIST'],
  },
  'kraken-futures': {
    exchange: krakenFutures(),
    skews: NO_MATTER,
    order: [
      'POST /derivatives/api/v3/sendorder',
      { orderType: 'lmt', symbol: 'PF_XBTUSD', side: 'buy', size: '0.001', limitPrice: '10000' },
    ],
    cancel: (order_id) => ['POST /derivatives/api/v3/cancelorder', { order_id }],
    subscribed: 'open_orders',
  },
  kucoin: {
    exchange: kucoin({ variant: 'v3' }),
    account: byPassphrase,
    skews: [MACHINE_LATE, [-60_000, 'TIMESTAMP_FUTURE']],
    order: [
      'POST /api/v1/hf/orders',
      {
        symbol: 'BTC-USDT',
        clientOid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        side: 'buy',
        type: 'limit',
        price: '10000',
        size: '0.001',
      },
    ],
    cancel: (id) => [`DELETE /api/v1/hf/orders/${id}`, { symbol: 'BTC-USDT' }],
    login: 'upgrade',
    subscribed: '1',
    findings: ['NO_IP_LIST'],
  },
  mexc: {
    exchange: mexc(),
    skews: [MACHINE_LATE, MACHINE_EARLY],
    order: ['POST /api/v3/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '10000' }],
    cancel: (orderId) => ['DELETE /api/v3/order', { symbol: 'BTCUSDT', orderId }],
    onMessage: (message) => ({ id: 0, code: 0, msg: Object(message).params[0] }),
    login: 'upgrade',
    subscribed: 'spot@private.orders.v3.api.pb',
  },
  okx: {
    exchange: okx(),
    account: byPassphrase,
    skews: [MACHINE_LATE, MACHINE_EARLY],
    order: [
      'POST /api/v5/trade/order',
      { instId: 'BTC-USDT', tdMode: 'cash', side: 'buy', ordType: 'limit', px: '10000', sz: '0.001' },
    ],
    cancel: (ordId) => ['POST /api/v5/trade/cancel-order', { instId: 'BTC-USDT', ordId }],
    subscribed: 'orders',
    findings: ['NO_IP_LIST', 'EXPIRES_IDLE'],
  },
  upbit: {
    exchange: upbit(),
    skews: NO_MATTER,
    order: [
      'POST /v1/orders',
      { market: 'KRW-BTC', side: 'bid', ord_type: 'limit', price: '10000000', volume: '0.001' },
    ],
    cancel: (uuid) => ['DELETE /v1/order', { uuid }],
    onMessage: (message) => (message === 'PING' ? { status: 'UP' } : undefined),
    login: 'upgrade',
    subscribed: 'UP',
  },
  whitebit: {
    exchange: whitebit(),
    skews: NO_MATTER,
    // The rest is authentication.
    order: [
      'POST /api/v4/order/new',
      expect.objectContaining({ market: 'BTC_USDT', side: 'buy', amount: '0.001', price: '10000' }),
    ],
    cancel: (orderId) => [
      'POST /api/v4/order/cancel',
      expect.objectContaining({ market: 'BTC_USDT', orderId: Number(orderId), nonceWindow: true }),
    ],
    onMessage: (message) => ({ id: Object(message).id, result: { status: 'success' }, error: null }),
    login: 'token',
    subscribed: 'success',
  },
}

// The server's example is run by a separate test, those of the README by tools/check-examples.mjs.
const examples = readdirSync(FOLDER)
  .filter(
    (name) =>
      name.endsWith('.mjs') &&
      ![
        'agent-node.mjs',
        'agent-site-worker.mjs',
        'agent-worker.mjs',
        'keyring-server.mjs',
        'quickstart.mjs',
        'bot.mjs',
        'aster.mjs',
        'robinhood.mjs',
        'dydx.mjs',
        'edgex.mjs',
        'extended.mjs',
        'grvt.mjs',
        'nado.mjs',
        'polymarket.mjs',
        'hyperliquid.mjs',
        'hyperliquid-action.mjs',
        'paradex.mjs',
        'mastodon-delivery.mjs',
        'pacifica.mjs',
        's3-presigned.mjs',
        'stripe-express.mjs',
        'stripe-worker.mjs',
        'webhook-sender.mjs',
      ].includes(name),
  )
  .map((name) => name.replace(/\.mjs$/, ''))
const textOf = (id: string): string => readFileSync(join(FOLDER, `${id}.mjs`), 'utf8')

/** A folder with nothing but the packed package and the examples; without it they run from here, on the sources. */
const EMPTY_FOLDER = process.env['EXAMPLES_FOLDER']
const VARIABLES: Readonly<Record<string, string>> = {
  apiKey: 'API_KEY',
  secret: 'SECRET',
  passphrase: 'PASSPHRASE',
  privateKey: 'PRIVATE_KEY',
  origin: 'ORIGIN',
  socketUrl: 'SOCKET_URL',
}

interface Result {
  readonly order: string
  readonly orders: readonly string[]
}

/** Runs an example, in the empty folder as a person would: `node okx.mjs`, with its setup in the environment. */
async function runExample(id: string, setup: Readonly<Record<string, string>>): Promise<Result> {
  if (EMPTY_FOLDER === undefined) {
    const { run } = await import(/* @vite-ignore */ join(process.cwd(), FOLDER, `${id}.mjs`))
    return run(setup)
  }
  const env = Object.fromEntries(Object.entries(setup).map(([name, value]) => [VARIABLES[name] ?? name, value]))
  const { stdout } = await promisify(execFile)(process.execPath, [`${id}.mjs`], {
    cwd: EMPTY_FOLDER,
    env,
    timeout: 20_000,
  })
  // What console.log prints of such an object is an expression; JSON gives it the prototypes of this realm.
  return JSON.parse(runInNewContext(`JSON.stringify(${stdout})`) as string)
}
const ALLOWED = /^(?:countersign(?:\/(?:client|exchange)(?:\/[a-z-]+)?)?|undici|ws|node:fs)$/
const whatOf = ({ method, path }: MockRequest): string => `${method} ${path}`
const askedBy = ({ params, json }: MockRequest): object => ({ ...params, ...Object(json) })

describe('an example', () => {
  it('has a case for each exchange, and an exchange for each case', () => {
    expect(examples.toSorted()).toEqual(Object.keys(CASES).toSorted())
  })

  it.each(examples)('can be copied: %s', (id) => {
    const text = textOf(id)
    const imports = [...text.matchAll(/ from '([^']+)'/g)].map(([, from]) => from)
    expect(imports.filter((from) => !ALLOWED.test(from as string))).toEqual([])
    expect(text).toMatch(/^\/\*\* .+ \*\/\n/)
    expect(text).toContain('// Run by itself it places real orders')
    expect(text).toMatch(
      /\nif \(process\.argv\[1\] && realpathSync\(process\.argv\[1\]\) === import\.meta\.filename\) \{\n[\s\S]*\n\}\n$/,
    )
  })

  // Package managers link to packages, and the module's path is the resolved one.
  it('runs through a link to its folder, and not where it is imported', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-example-'))
    try {
      const [real, link] = [join(folder, 'real'), join(folder, 'link')]
      mkdirSync(join(real, 'node_modules', 'countersign'), { recursive: true })
      symlinkSync(real, link, 'junction')
      const stub =
        'const none = () => { throw new Error("it ran") }; export { none as createSignedFetch, none as dydx, none as cosmosKey }'
      writeFileSync(join(real, 'node_modules', 'countersign', 'index.mjs'), stub)
      const to = './index.mjs'
      const exports = { '.': to, './exchange/dydx': to, './exchange/wallet': to }
      writeFileSync(join(real, 'node_modules', 'countersign', 'package.json'), JSON.stringify({ exports }))
      copyFileSync(join(FOLDER, 'dydx.mjs'), join(real, 'dydx.mjs'))
      writeFileSync(join(real, 'other.mjs'), "import './dydx.mjs'\n")
      const run = (path: string) => promisify(execFile)(process.execPath, [path], { timeout: 20_000 })
      await expect(run(join(real, 'dydx.mjs'))).rejects.toThrow('it ran')
      await expect(run(join(link, 'dydx.mjs'))).rejects.toThrow('it ran')
      expect(await run(join(link, 'other.mjs'))).toEqual({ stdout: '', stderr: '' })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it.each(readdirSync(FOLDER))('none compares a path that is not resolved: %s', (name) => {
    expect(readFileSync(join(FOLDER, name), 'utf8')).not.toMatch(/process\.argv\[1\] ===/)
  })

  const runs = Object.entries(CASES).flatMap(([id, one]) =>
    one.skews.map(([skewMs, refusal]) => [id, skewMs, refusal, one] as const),
  )
  it.each(runs)('does what it says: %s, %d ms off', async (id, skewMs, refusal, one) => {
    const { exchange, account: accountOf = bySecret, order, cancel, cancels = 4, login = 'login', findings } = one
    const { setup, account } = await accountOf()
    const { routes, onMessage, answers } = one
    await using mock = await mockExchange(exchange, {
      accounts: [account],
      skewMs,
      ...(routes && { routes }),
      ...(onMessage && { onMessage }),
      ...(answers && { answers }),
    })
    const result = await runExample(id, { ...setup, origin: mock.origin, socketUrl: mock.socketUrl })

    // Side by side, the order is undefined.
    const made = [result.order, ...result.orders]
    expect(new Set(made).size).toBe(4)
    expect(result).toEqual({
      order: made[0],
      orders: made.slice(1),
      subscribed: one.subscribed,
      ...(findings && { findings }),
    })

    // A wrong clock costs one refusal and one more try, and the account nothing else.
    const { requests } = mock
    expect(requests.map(({ code }) => code).filter((code) => code !== undefined)).toEqual(refusal ? [refusal] : [])
    const accepted = requests.filter(({ code }) => code === undefined)
    const [what, params] = order
    const orders = accepted.filter((request) => whatOf(request) === what)
    expect(orders.length).toBe(4)
    expect(askedBy(orders[0] as MockRequest)).toEqual(params)
    const cancelled = accepted.filter((request) => made.some((id) => cancel(id)[0] === whatOf(request)))
    expect(cancelled.length).toBe(cancels)
    const [how, of] = cancel(result.order)
    expect([whatOf(cancelled[0] as MockRequest), askedBy(cancelled[0] as MockRequest)]).toEqual([how, of])

    const named = requests.filter(({ via, method }) => via === 'socket' && method === login)
    expect(named.length).toBeGreaterThan(0)
    expect(new Set(named.map(({ keyId }) => keyId)).size).toBe(1)
    expect(named[0]?.keyId).toBe(orders[0]?.keyId)
  })
})

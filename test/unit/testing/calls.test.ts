import { describe, expect, test } from 'vitest'
import { generateKeyPair } from '../../../src/crypto/generate.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { bitget } from '../../../src/exchange/catalogue/bitget.js'
import { bybit } from '../../../src/exchange/catalogue/bybit.js'
import { coinbase } from '../../../src/exchange/catalogue/coinbase.js'
import { gate } from '../../../src/exchange/catalogue/gate.js'
import { kraken } from '../../../src/exchange/catalogue/kraken.js'
import { kucoin } from '../../../src/exchange/catalogue/kucoin.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import type { Exchange, ExchangeRequest } from '../../../src/exchange/spec/signer-types.js'
import { bookOf } from '../../../src/testing/calls/book.js'
import type { Call } from '../../../src/testing/calls/call.js'
import { HOLDINGS } from '../../../src/testing/calls/markets.js'
import { EXCHANGE_ANSWERS } from '../../../src/testing/exchanges/all.js'
import { mockExchange } from '../../../src/testing/mock-exchange.js'
import type { MockExchangeOptions } from '../../../src/testing/options.js'
import { send, start } from './support.js'

const account = { apiKey: 'bot-1', secret: Buffer.from('a-secret-for-tests').toString('base64') }
const phrase = { ...account, passphrase: 'phrase-1' }
const PERMISSIONS = ['read', 'trade', 'withdraw'] as const
const cdp = await generateKeyPair('ecdsa-p256-sha256', { keyId: 'organizations/a/apiKeys/b' })

type Params = Readonly<Record<string, unknown>>
interface Asked {
  readonly method?: string
  readonly path: string
  readonly params?: Params
  readonly json?: Params
}

/** One exchange: how its bot asks for things, and what it hears where that cannot be. */
interface Row {
  readonly name: string
  readonly exchange: Exchange
  readonly own: Params
  readonly sign: (origin: string) => { sign(request: ExchangeRequest): Parameters<typeof send>[0] }
  /** An order of one BTC for 30 000 USDT, without some members. */
  readonly order: (change: Params) => Asked
  readonly symbol: string
  readonly side: string
  readonly quantity: Params
  readonly nope: Asked
  readonly path: readonly [number, unknown]
  readonly absent: readonly [number, unknown]
  readonly unknown: readonly [number, unknown]
  readonly funds: readonly [number, unknown]
  readonly idOf: (body: never) => unknown
  readonly query: (id: string, symbol: string) => Asked
  readonly cancel: (id: string, symbol: string) => Asked
  readonly gone: readonly [number, unknown]
  readonly balances: Asked
  readonly holds: (currency: string, free: string) => unknown
  readonly price: string
}

const without = (all: Params, change: Params): Params =>
  Object.fromEntries(Object.entries({ ...all, ...change }).filter(([, value]) => value !== undefined))
const okxNo = (code: string) => ({ code, data: [] })
const okxRefused = (sCode: string) => ({ code: '1', data: [{ sCode }] })

const ROWS: readonly Row[] = [
  {
    name: 'Binance',
    exchange: binance(),
    own: account,
    sign: (origin) => binance({ ...account, origin }),
    order: (change) => ({
      method: 'POST',
      path: '/api/v3/order',
      params: without(
        { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '1', price: '30000' },
        change,
      ),
    }),
    symbol: 'symbol',
    side: 'side',
    quantity: { quantity: '2' },
    nope: { method: 'POST', path: '/api/v3/nope' },
    path: [404, { status: 404, error: 'Not Found', path: '/api/v3/nope' }],
    absent: [400, { code: -1102, msg: "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed." }],
    unknown: [400, { code: -1121, msg: 'Invalid symbol.' }],
    funds: [400, { code: -2010, msg: 'Account has insufficient balance for requested action.' }],
    idOf: (body: { orderId: number }) => body.orderId,
    query: (orderId, symbol) => ({ path: '/api/v3/order', params: { symbol, orderId } }),
    cancel: (orderId, symbol) => ({ method: 'DELETE', path: '/api/v3/order', params: { symbol, orderId } }),
    gone: [400, { code: -2011, msg: 'Unknown order sent.' }],
    balances: { path: '/api/v3/account' },
    holds: (asset, free) => ({ balances: expect.arrayContaining([expect.objectContaining({ asset, free })]) }),
    price: '/api/v3/ticker/price?symbol=BTCUSDT',
  },
  {
    name: 'OKX',
    exchange: okx(),
    own: phrase,
    sign: (origin) => okx({ ...phrase, origin }),
    order: (change) => ({
      method: 'POST',
      path: '/api/v5/trade/order',
      json: without(
        { instId: 'BTC-USDT', tdMode: 'cash', side: 'buy', ordType: 'limit', sz: '1', px: '30000' },
        change,
      ),
    }),
    symbol: 'instId',
    side: 'side',
    quantity: { sz: '2' },
    nope: { method: 'POST', path: '/api/v5/trade/nope', json: {} },
    path: [404, { code: '404' }],
    absent: [400, { code: '50014', msg: 'Parameter instId cannot be empty.' }],
    unknown: [200, okxNo('51001')],
    funds: [200, okxRefused('51008')],
    idOf: (body: { data: Array<{ ordId: string }> }) => body.data[0]?.ordId,
    query: (ordId, instId) => ({ path: '/api/v5/trade/order', params: { instId, ordId } }),
    cancel: (ordId, instId) => ({ method: 'POST', path: '/api/v5/trade/cancel-order', json: { instId, ordId } }),
    gone: [200, okxRefused('51400')],
    balances: { path: '/api/v5/account/balance' },
    holds: (ccy, availBal) => ({
      data: [{ details: expect.arrayContaining([expect.objectContaining({ ccy, availBal })]) }],
    }),
    price: '/api/v5/market/ticker?instId=BTC-USDT',
  },
  {
    name: 'Bybit',
    exchange: bybit(),
    own: account,
    sign: (origin) => bybit({ ...account, origin }),
    order: (change) => ({
      method: 'POST',
      path: '/v5/order/create',
      json: without(
        { category: 'spot', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Limit', qty: '1', price: '30000' },
        change,
      ),
    }),
    symbol: 'symbol',
    side: 'side',
    quantity: { qty: '2' },
    nope: { method: 'POST', path: '/v5/order/nope', json: {} },
    path: [404, '404 page not found'],
    absent: [200, { retCode: 10001, retMsg: 'Missing some parameters that must be filled in: symbol' }],
    unknown: [200, { retCode: 170121 }],
    funds: [200, { retCode: 170131 }],
    idOf: (body: { result: { orderId: string } }) => body.result.orderId,
    query: (orderId) => ({ path: '/v5/order/realtime', params: { category: 'spot', orderId } }),
    cancel: (orderId, symbol) => ({
      method: 'POST',
      path: '/v5/order/cancel',
      json: { category: 'spot', symbol, orderId },
    }),
    gone: [200, { retCode: 170213 }],
    balances: { path: '/v5/account/wallet-balance', params: { accountType: 'UNIFIED' } },
    holds: (coin, free) => ({
      result: { list: [{ coin: expect.arrayContaining([expect.objectContaining({ coin, free })]) }] },
    }),
    price: '/v5/market/tickers?category=spot&symbol=BTCUSDT',
  },
  {
    name: 'Kraken',
    exchange: kraken(),
    own: account,
    sign: (origin) => kraken({ ...account, origin }),
    order: (change) => ({
      method: 'POST',
      path: '/0/private/AddOrder',
      params: without(
        { ordertype: 'limit', type: 'buy', volume: '1', pair: 'XBTUSDT', price: '30000' },
        change['side'] === undefined ? change : { ...change, type: change['side'], side: undefined },
      ),
    }),
    symbol: 'pair',
    side: 'type',
    quantity: { volume: '2' },
    nope: { method: 'POST', path: '/0/private/Nope' },
    path: [200, { error: ['EGeneral:Unknown method'] }],
    absent: [200, { error: ['EGeneral:Invalid arguments:pair'] }],
    unknown: [200, { error: ['EQuery:Unknown asset pair'] }],
    funds: [200, { error: ['EOrder:Insufficient funds'] }],
    idOf: (body: { result: { txid: string[] } }) => body.result.txid[0],
    query: (txid) => ({ method: 'POST', path: '/0/private/QueryOrders', params: { txid } }),
    cancel: (txid) => ({ method: 'POST', path: '/0/private/CancelOrder', params: { txid } }),
    gone: [200, { error: ['EOrder:Unknown order'] }],
    balances: { method: 'POST', path: '/0/private/BalanceEx' },
    holds: (currency, free) => ({
      result: { [currency]: { balance: expect.stringMatching(Number(free) >= 0 ? /\d/ : /^$/) } },
    }),
    price: '/0/public/Ticker?pair=XBTUSDT',
  },
  {
    name: 'Coinbase',
    exchange: coinbase(),
    own: { verifyingKey: cdp.verifyingKey },
    sign: (origin) => coinbase({ key: cdp.signingKey, origin }),
    order: (change) => {
      const { base_size = '1', ...more } = change
      return {
        method: 'POST',
        path: '/api/v3/brokerage/orders',
        json: without(
          {
            client_order_id: 'c-1',
            product_id: 'BTC-USDT',
            side: 'BUY',
            order_configuration: { limit_limit_gtc: { base_size, limit_price: '30000' } },
          },
          more,
        ),
      }
    },
    symbol: 'product_id',
    side: 'side',
    quantity: { base_size: '2' },
    nope: { method: 'POST', path: '/api/v3/brokerage/nope', json: {} },
    path: [404, { error: 'NOT_FOUND' }],
    absent: [400, { error: 'INVALID_ARGUMENT', message: 'product_id is required' }],
    unknown: [400, { error: 'INVALID_ARGUMENT' }],
    funds: [200, { success: false, error_response: { error: 'INSUFFICIENT_FUND' } }],
    idOf: (body: { success_response: { order_id: string } }) => body.success_response.order_id,
    query: (id) => ({ path: `/api/v3/brokerage/orders/historical/${id}` }),
    cancel: (id) => ({ method: 'POST', path: '/api/v3/brokerage/orders/batch_cancel', json: { order_ids: [id] } }),
    gone: [404, { error: 'NOT_FOUND' }],
    balances: { path: '/api/v3/brokerage/accounts' },
    holds: (currency, value) => ({
      accounts: expect.arrayContaining([expect.objectContaining({ currency, available_balance: { value, currency } })]),
    }),
    price: '/api/v3/brokerage/market/products/BTC-USDT',
  },
  {
    name: 'KuCoin',
    exchange: kucoin(),
    own: phrase,
    sign: (origin) => kucoin({ ...phrase, origin }),
    order: (change) => ({
      method: 'POST',
      path: '/api/v1/hf/orders',
      json: without({ symbol: 'BTC-USDT', type: 'limit', side: 'buy', size: '1', price: '30000' }, change),
    }),
    symbol: 'symbol',
    side: 'side',
    quantity: { size: '2' },
    nope: { method: 'POST', path: '/api/v1/nope', json: {} },
    path: [404, { code: '404' }],
    absent: [400, { code: '400100', msg: 'symbol can not be empty' }],
    unknown: [200, { code: '900001' }],
    funds: [200, { code: '200004', msg: 'Balance insufficient!' }],
    idOf: (body: { data: { orderId: string } }) => body.data.orderId,
    query: (id, symbol) => ({ path: `/api/v1/hf/orders/${id}`, params: { symbol } }),
    cancel: (id, symbol) => ({ method: 'DELETE', path: `/api/v1/hf/orders/${id}`, params: { symbol } }),
    gone: [400, { code: '400100' }],
    balances: { path: '/api/v1/accounts' },
    holds: (currency, available) => ({
      data: expect.arrayContaining([expect.objectContaining({ currency, available })]),
    }),
    price: '/api/v1/market/orderbook/level1?symbol=BTC-USDT',
  },
  {
    name: 'Gate',
    exchange: gate(),
    own: account,
    sign: (origin) => gate({ ...account, origin }),
    order: (change) => ({
      method: 'POST',
      path: '/api/v4/spot/orders',
      json: without({ currency_pair: 'BTC_USDT', type: 'limit', side: 'buy', amount: '1', price: '30000' }, change),
    }),
    symbol: 'currency_pair',
    side: 'side',
    quantity: { amount: '2' },
    nope: { method: 'POST', path: '/api/v4/spot/nope', json: {} },
    path: [404, { label: 'NOT_FOUND' }],
    absent: [400, { label: 'MISSING_REQUIRED_PARAM', message: 'Missing required parameter: currency_pair' }],
    unknown: [400, { label: 'INVALID_CURRENCY_PAIR' }],
    funds: [400, { label: 'BALANCE_NOT_ENOUGH' }],
    idOf: (body: { id: string }) => body.id,
    query: (id, currency_pair) => ({ path: `/api/v4/spot/orders/${id}`, params: { currency_pair } }),
    cancel: (id, currency_pair) => ({
      method: 'DELETE',
      path: `/api/v4/spot/orders/${id}`,
      params: { currency_pair },
    }),
    gone: [404, { label: 'ORDER_NOT_FOUND' }],
    balances: { path: '/api/v4/spot/accounts' },
    holds: (currency, available) => expect.arrayContaining([expect.objectContaining({ currency, available })]),
    price: '/api/v4/spot/tickers?currency_pair=BTC_USDT',
  },
  {
    name: 'Bitget',
    exchange: bitget(),
    own: phrase,
    sign: (origin) => bitget({ ...phrase, origin }),
    order: (change) => ({
      method: 'POST',
      path: '/api/v2/spot/trade/place-order',
      json: without(
        { symbol: 'BTCUSDT', side: 'buy', orderType: 'limit', force: 'gtc', size: '1', price: '30000' },
        change,
      ),
    }),
    symbol: 'symbol',
    side: 'side',
    quantity: { size: '2' },
    nope: { method: 'POST', path: '/api/v2/spot/nope', json: {} },
    path: [404, { code: '40404', msg: 'Request URL NOT FOUND' }],
    absent: [400, { code: '40019', msg: 'Parameter symbol cannot be empty' }],
    unknown: [400, { code: '40034' }],
    funds: [400, { code: '43012', msg: 'Insufficient balance' }],
    idOf: (body: { data: { orderId: string } }) => body.data.orderId,
    query: (orderId) => ({ path: '/api/v2/spot/trade/orderInfo', params: { orderId } }),
    cancel: (orderId, symbol) => ({
      method: 'POST',
      path: '/api/v2/spot/trade/cancel-order',
      json: { symbol, orderId },
    }),
    gone: [400, { code: '43001' }],
    balances: { path: '/api/v2/spot/account/assets' },
    holds: (coin, available) => ({ data: expect.arrayContaining([expect.objectContaining({ coin, available })]) }),
    price: '/api/v2/spot/market/tickers?symbol=BTCUSDT',
  },
]

/** A word of the exchange's for each parameter that is given and has one. */
const wordsOf = ({ words = {} }: Call, stated: Params): Params =>
  Object.fromEntries(
    Object.entries(words)
      .filter(([name]) => stated[name] === '1')
      .map(([name, word]) => [name, ['buy', 'BUY', 'Buy', 'Market', 'market', 'GTC'].find((one) => word.test(one))]),
  )

/** What each says to the side of an order that it cannot read. */
const WORDS: Readonly<Record<string, readonly [number, unknown]>> = {
  Binance: [400, { code: -1117, msg: 'Invalid side.' }],
  OKX: [200, okxRefused('51000')],
  Bybit: [200, { retCode: 170117, retMsg: 'Invalid side.' }],
  Kraken: [200, { error: ['EGeneral:Invalid arguments:type'] }],
  Coinbase: [400, { error: 'INVALID_ARGUMENT', message: 'side is invalid' }],
  KuCoin: [400, { code: '400100' }],
  Gate: [400, { label: 'INVALID_PARAM_VALUE' }],
  Bitget: [400, { code: '40020', msg: 'Parameter side error' }],
}

describe.each(ROWS)('a mock of $name', (row) => {
  const { exchange, order } = row
  const open = async (own: Params = {}, options: Partial<MockExchangeOptions> = {}) => {
    const accounts = [{ permissions: PERMISSIONS, ...row.own, ...own }] as unknown as MockExchangeOptions['accounts']
    const mock = await start(exchange, { accounts, strict: true, ...options })
    const signer = row.sign(mock.origin)
    return { mock, ask: (request: Asked) => send(signer.sign(request as ExchangeRequest)) }
  }
  const symbolOf = (request: Asked): string => String({ ...request.params, ...request.json }[row.symbol])

  test('refuses an order without a symbol, by name, and an unknown symbol', async () => {
    const { ask, mock } = await open()
    expect(await ask(order({ [row.symbol]: undefined }))).toMatchObject(row.absent)
    const other = symbolOf(order({})).replace(/BTC|XBT/, 'NOPE')
    expect(await ask(order({ [row.symbol]: other }))).toMatchObject(row.unknown)
    // As other exchanges write it.
    const own = symbolOf(order({}))
    const foreign = ['BTC-USDT', 'BTC_USDT', 'BTCUSDT', 'BTC/USDT', 'tBTCUSDT', 'BTCUSDT_UMCBL', 'BTC-USDT-PERP']
    const others = [...foreign, own.toLowerCase(), `${own} `, `${own},${own}`].filter((one) => one !== own)
    for (const one of others) expect(await ask(order({ [row.symbol]: one })), one).toMatchObject(row.unknown)
    expect(mock.requests.map(({ code, problem }) => [code, problem])).toEqual([
      [undefined, 'absent'],
      [undefined, 'symbol'],
      ...others.map(() => [undefined, 'symbol']),
    ])
  })

  const sideOf = (request: Asked): string => String({ ...request.params, ...request.json }[row.side])

  test('refuses the side of an order as another exchange writes it', async () => {
    const { ask, mock } = await open()
    const own = sideOf(order({}))
    const others = ['BUY', 'Buy', 'buy', 'bid', 'LONG'].filter((one) => one !== own)
    for (const one of others) expect(await ask(order({ [row.side]: one })), one).toMatchObject(WORDS[row.name] as never)
    expect(mock.requests.map(({ problem }) => problem)).toEqual(others.map(() => 'word'))
    expect((await ask(order({})))[0]).toBe(200)
  })

  test('refuses a path that the exchange does not have, signed or not', async () => {
    const { ask, mock } = await open()
    expect(await ask(row.nope)).toMatchObject(row.path)
    expect((await fetch(mock.origin + row.nope.path, { method: 'POST' })).status).toBe(row.path[0])
    expect(mock.requests.map(({ problem }) => problem)).toEqual(['path', 'path'])
  })

  test('takes orders from the balance of the account, and gives it back when they are cancelled', async () => {
    const { ask, mock } = await open({ balances: { USDT: '50000' } })
    const symbol = symbolOf(order({}))
    const placed = await ask(order({}))
    const id = String(row.idOf(placed[1] as never))
    expect(placed[0]).toBe(200)
    expect(await ask(order({}))).toMatchObject(row.funds)
    expect(await ask(row.balances)).toMatchObject([200, row.holds('USDT', '20000')])
    expect((await ask(row.query(id, symbol)))[0]).toBe(200)
    expect((await ask(row.cancel(id, symbol)))[0]).toBe(200)
    expect(await ask(row.balances)).toMatchObject([200, row.holds('USDT', '50000')])
    expect(await ask(row.cancel(id, symbol))).toMatchObject(row.gone)
    expect((await ask(order({})))[0]).toBe(200)
    expect(await ask(order(row.quantity))).toMatchObject(row.funds)
    const sells: Readonly<Record<string, string>> = { BUY: 'SELL', Buy: 'Sell', buy: 'sell' }
    const sell = { [row.side]: sells[sideOf(order({}))] }
    expect(await ask(order(sell))).toMatchObject(row.funds)
    expect(mock.requests.filter(({ problem }) => problem === 'funds')).toHaveLength(3)
  })

  test('returns prices without a signature, also of symbols of its own', async () => {
    const { mock } = await open()
    const answer = await fetch(mock.origin + row.price)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('50000')
    const symbol = symbolOf(order({})).replace(/BTC|XBT/, 'PEPE')
    const { ask } = await open({}, { prices: { [symbol]: '0.25' } })
    expect((await ask(order({ [row.symbol]: symbol })))[0]).toBe(200)
    const lower = symbolOf(order({})).toLowerCase()
    const refused = { code: 'CONFIG_INVALID', message: expect.stringContaining(`got "${lower}"`) }
    await expect(open({}, { prices: { [lower]: '1' } })).rejects.toMatchObject(refused)
  })

  test('accepts whatever is signed rightly where it is not strict', async () => {
    const { ask } = await open({}, { strict: false })
    expect((await ask(row.nope))[0]).toBe(200)
    expect((await ask(order({ [row.symbol]: undefined })))[0]).toBe(200)
  })

  test('lets a route of the test stand before its own rules', async () => {
    const { ask } = await open({}, { routes: { [`POST ${row.nope.path}`]: () => ({ here: true }) } })
    expect(await ask(row.nope)).toEqual([200, { here: true }])
  })
})

const TABLES = Object.entries(EXCHANGE_ANSWERS).flatMap(([id, { calls }]) =>
  calls === undefined ? [] : [[id, calls] as const],
)

describe.each(TABLES)('the calls of %s', (_, calls) => {
  const holdings = new Map([['a', HOLDINGS]])
  const facts = {
    nowMs: 0,
    time: '',
    nonce: '',
    window: '',
    clientIp: '',
    method: 'GET',
    path: '/',
    params: {},
    json: {},
  }

  test('are at least twenty', () => {
    expect(Object.keys(calls.table).length).toBeGreaterThanOrEqual(20)
  })

  test.each(Object.entries(calls.table))('%s needs what its table says, and answers with JSON', (what, call) => {
    const book = bookOf(calls, {}, holdings)
    const found = book.find(what.replace('*', 'x'))
    expect(found?.call).toBe(call)
    const full: Record<string, unknown> = {}
    const symbol = calls.symbol('BTC', 'USDT')
    for (const one of call.needs ?? []) full[typeof one === 'string' ? one : (one[0] as string)] = '1'
    if (call.symbol !== undefined) full[call.symbol] = symbol
    if (call.moves !== undefined) full[call.moves[0]] = 'USDT'
    Object.assign(full, wordsOf(call, full))
    for (const name of Object.keys(full)) {
      const needed = call.needs?.some((one) => (typeof one === 'string' ? one === name : one[0] === name))
      if (needed !== true) continue
      const { [name]: _gone, ...rest } = full
      expect(book.run(call, 'a', rest, 0, () => 1)).toEqual({ problem: 'absent', name })
    }
    const outcome = book.run(call, 'a', full, 0, () => 1)
    expect(call.names === undefined ? [undefined] : ['order']).toContain(outcome.problem)
    if (outcome.problem === undefined) expect(() => JSON.stringify(call.answer?.(outcome.facts))).not.toThrow()
  })

  test('are refused in words that name what is wrong, and no more', () => {
    for (const [status, said] of Object.values(calls.problems)) {
      expect(status === 200 || (status >= 400 && status < 500)).toBe(true)
      const body = typeof said === 'function' ? said({ ...facts, name: 'a-name' }) : said
      expect(JSON.stringify(body)).not.toContain('undefined')
    }
  })
})

test.each([
  [kraken(), ['XBTUSDT', 'XBT/USDT', 'XBTUSD', 'XXBTZUSD', 'XETHXXBT'], 'pair', '/0/public/Ticker'],
  [okx(), ['BTC-USDT', 'BTC-USDT-SWAP'], 'instId', '/api/v5/market/ticker'],
  [binance(), ['BTCUSD_PERP'], 'symbol', '/dapi/v1/ticker/price'],
] as const)('a mock takes each writing its exchange has for a symbol', async (exchange, symbols, name, path) => {
  const mock = await start(exchange, { accounts: [], strict: true })
  for (const one of symbols) {
    const answer = await fetch(`${mock.origin}${path}?${name}=${encodeURIComponent(one)}`)
    expect(await answer.text(), one).toContain(one)
  }
})

test('a mock takes withdrawals from the balance, whatever the exchange calls the currency', async () => {
  const accounts = [{ ...account, permissions: PERMISSIONS, balances: { BTC: '1' } }]
  const mock = await mockExchange(kraken(), { accounts })
  const signer = kraken({ ...account, origin: mock.origin })
  const withdraw = (amount: string) =>
    send(signer.sign({ method: 'POST', path: '/0/private/Withdraw', params: { asset: 'XXBT', key: 'cold', amount } }))
  expect(await withdraw('0.75')).toMatchObject([200, { error: [] }])
  expect(await withdraw('0.75')).toEqual([200, { error: ['EFunding:Insufficient funds'] }])
  await mock.close()
})

// What the sources named in src/testing/calls say, where memory had it otherwise.
describe.each([
  [
    'binance',
    'a pegged order needs no price',
    'POST /api/v3/order',
    { type: 'LIMIT_MAKER', pegPriceType: 'PRIMARY_PEG' },
  ],
  ['binance', 'a matched order needs no price', 'POST /fapi/v1/order', { timeInForce: 'GTC', priceMatch: 'QUEUE' }],
  [
    'binance',
    'routed orders need a quantity',
    'POST /api/v3/sor/order',
    { type: 'MARKET', quantity: undefined },
    'quantity',
  ],
  ['binance', 'orders by pair', 'GET /dapi/v1/allOrders', { symbol: undefined, pair: 'BTCUSD' }],
  ['binance', 'one order list', 'DELETE /api/v3/orderList', {}, 'orderListId'],
  ['bybit', 'a stop for all or a part', 'POST /v5/position/trading-stop', { positionIdx: '0' }, 'tpslMode'],
  ['bybit', 'a withdrawal from an account', 'POST /v5/asset/withdraw/create', { timestamp: '1' }, 'accountType'],
  ['okx', 'a close needs no size', 'POST /api/v5/trade/order-algo', { closeFraction: '1', sz: undefined }],
  ['okx', 'an order needs one of both', 'POST /api/v5/trade/order-algo', { sz: undefined }, 'sz'],
  ['coinbase', 'an edit of the price alone', 'POST /api/v3/brokerage/orders/edit', { price: '1', size: undefined }],
  ['gate', 'an amendment by its id', 'PATCH /api/v4/spot/orders/*', { amount: '2' }],
  ['kucoin', 'a contract', 'POST /api/v1/orders', { symbol: 'XBTUSDTM', side: 'buy', type: 'market' }],
  ['kucoin', 'a stop order of a contract', 'POST /api/v1/st-orders', { leverage: undefined }, 'leverage'],
  ['kucoin', 'an order of the fast book', 'GET /api/v1/hf/orders/*', { symbol: undefined }, 'symbol'],
] as ReadonlyArray<readonly [string, string, string, Params, string?]>)('at %s, %s', (...row) => {
  const [id, , what, change, absent] = row as unknown as readonly [string, string, string, Params, string?]
  const given = {
    ...{
      category: 'linear',
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      quantity: '0.001',
      coin: 'USDT',
      address: 'x',
    },
    ...{ instId: 'BTC-USDT', tdMode: 'cash', ordType: 'trigger', sz: '1', order_id: '1', order_list: '1', size: '1' },
    ...{ amount: '1', newQty: '1', clientOid: 'a', leverage: '1' },
    ...change,
  }
  test(`${what} is ${absent === undefined ? 'taken' : `refused without ${absent}`}`, () => {
    const { calls } = EXCHANGE_ANSWERS[id] as { calls: NonNullable<(typeof EXCHANGE_ANSWERS)[string]['calls']> }
    const book = bookOf(calls, {}, new Map([['a', HOLDINGS]]))
    const outcome = book.run(calls.table[what] as never, 'a', { ...given, '*': '1' }, 0, () => 1)
    if (absent !== undefined) expect(outcome).toEqual({ problem: 'absent', name: absent })
    // An order that is named is not there; what it takes to name it is.
    else expect([undefined, 'order']).toContain(outcome.problem)
  })
})

test('paths that Binance has retired, or never had for contracts in coins, are none', () => {
  const { calls } = EXCHANGE_ANSWERS['binance'] as { calls: NonNullable<(typeof EXCHANGE_ANSWERS)[string]['calls']> }
  const book = bookOf(calls, {}, new Map())
  for (const gone of ['POST /api/v3/userDataStream', 'GET /dapi/v2/account', 'POST /dapi/v1/order/test'])
    expect(book.find(gone), gone).toBeUndefined()
})

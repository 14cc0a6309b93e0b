import type { Facts } from '../answers.js'
import { type Call, type CallFacts, type Calls, sized } from './call.js'

// rest-api.md and errors.md of binance-spot-api-docs; "New Order" and "Error Code" of the futures' pages.
const spot = sized('quantity', 'price', 'quoteOrderQty')
const ORDER: Call = {
  needs: ['symbol', 'side', 'type'],
  when: {
    type: {
      LIMIT: ['timeInForce', 'quantity', 'price'],
      MARKET: [['quantity', 'quoteOrderQty']],
      STOP_LOSS: ['quantity', ['stopPrice', 'trailingDelta']],
      STOP_LOSS_LIMIT: ['timeInForce', 'quantity', 'price', ['stopPrice', 'trailingDelta']],
      TAKE_PROFIT: ['quantity', ['stopPrice', 'trailingDelta']],
      TAKE_PROFIT_LIMIT: ['timeInForce', 'quantity', 'price', ['stopPrice', 'trailingDelta']],
      LIMIT_MAKER: ['quantity', 'price'],
    },
  },
  symbol: 'symbol',
}
const FUTURES_ORDER: Call = {
  ...ORDER,
  when: {
    type: {
      LIMIT: ['timeInForce', 'quantity', 'price'],
      MARKET: ['quantity'],
      STOP: ['quantity', 'price', 'stopPrice'],
      TAKE_PROFIT: ['quantity', 'price', 'stopPrice'],
      STOP_MARKET: ['stopPrice'],
      TAKE_PROFIT_MARKET: ['stopPrice'],
      TRAILING_STOP_MARKET: ['callbackRate'],
    },
  },
  // What a position takes is the margin's business, which the double does not keep.
  places: () => undefined,
}
const NAMED = {
  needs: ['symbol', ['orderId', 'origClientOrderId']],
  symbol: 'symbol',
  names: { orderId: '', origClientOrderId: 'newClientOrderId' },
} as const satisfies Call
const numbered = ([id, order]: CallFacts['orders'][number]) => ({ ...order, orderId: Number(id), status: 'NEW' })
const orders = ({ orders, params }: CallFacts) =>
  orders.map(numbered).filter((one) => !params['symbol'] || Object(one).symbol === params['symbol'])
const OPEN_ORDERS: Call = { symbol: 'symbol', answer: orders }
const NONE: Call = { needs: ['symbol'], symbol: 'symbol', answer: () => [] }
const PRICE: Call = {
  open: true,
  symbol: 'symbol',
  answer: ({ params, prices }) => {
    const all = prices.map(([symbol, price]) => ({ symbol, price }))
    return params['symbol'] === undefined ? all : all.find(({ symbol }) => symbol === params['symbol'])
  },
}
const INFO: Call = {
  open: true,
  symbol: 'symbol',
  answer: ({ nowMs, prices, params }) => ({
    timezone: 'UTC',
    serverTime: nowMs,
    rateLimits: [],
    exchangeFilters: [],
    symbols: prices
      .filter(([symbol]) => params['symbol'] === undefined || symbol === params['symbol'])
      .map(([symbol, , baseAsset, quoteAsset]) => ({ symbol, status: 'TRADING', baseAsset, quoteAsset, filters: [] })),
  }),
}
const MARKET_DATA: Call = { open: true, needs: ['symbol'], symbol: 'symbol' }
const LISTEN_KEY: Call = {}
const FUTURES = (api: string, version: string): Readonly<Record<string, Call>> => ({
  [`GET /${api}/v1/ping`]: { open: true, answer: () => ({}) },
  [`GET /${api}/v1/exchangeInfo`]: INFO,
  [`GET /${api}/${version}/ticker/price`]: PRICE,
  [`GET /${api}/v1/ticker/price`]: PRICE,
  [`GET /${api}/v1/ticker/bookTicker`]: PRICE,
  [`GET /${api}/v1/depth`]: MARKET_DATA,
  [`GET /${api}/v1/premiumIndex`]: PRICE,
  [`POST /${api}/v1/order`]: FUTURES_ORDER,
  [`PUT /${api}/v1/order`]: {
    ...NAMED,
    needs: ['symbol', 'side', 'quantity', 'price', ['orderId', 'origClientOrderId']],
  },
  [`GET /${api}/v1/order`]: NAMED,
  [`DELETE /${api}/v1/order`]: { ...NAMED, cancels: true },
  [`POST /${api}/v1/order/test`]: { ...FUTURES_ORDER, answer: () => ({}) },
  [`POST /${api}/v1/batchOrders`]: { needs: ['batchOrders'] },
  [`DELETE /${api}/v1/allOpenOrders`]: {
    needs: ['symbol'],
    symbol: 'symbol',
    answer: () => ({ code: 200, msg: 'The operation of cancel all open order is done.' }),
  },
  [`GET /${api}/v1/openOrders`]: OPEN_ORDERS,
  [`GET /${api}/v1/allOrders`]: { needs: ['symbol'], symbol: 'symbol', answer: orders },
  [`GET /${api}/v1/userTrades`]: NONE,
  [`GET /${api}/v1/income`]: { answer: () => [] },
  [`POST /${api}/v1/leverage`]: { needs: ['symbol', 'leverage'], symbol: 'symbol' },
  [`POST /${api}/v1/marginType`]: { needs: ['symbol', 'marginType'], symbol: 'symbol' },
  [`POST /${api}/v1/listenKey`]: LISTEN_KEY,
  [`PUT /${api}/v1/listenKey`]: LISTEN_KEY,
  [`DELETE /${api}/v1/listenKey`]: LISTEN_KEY,
  ...Object.fromEntries(
    ['v1', 'v2', 'v3'].flatMap((one) => [
      [`GET /${api}/${one}/balance`, BALANCES],
      [`GET /${api}/${one}/account`, BALANCES],
      [`GET /${api}/${one}/positionRisk`, { symbol: 'symbol', answer: () => [] }],
    ]),
  ),
})
const BALANCES: Call = {
  answer: ({ balances }) =>
    balances.map(([asset, free, reserved]) => ({
      asset,
      balance: String(Number(free) + Number(reserved)),
      availableBalance: free,
    })),
}

const error = (code: number, msg: string) => ({ code, msg })

/** Spot, wallet and both kinds of futures. */
export const BINANCE_CALLS: Calls = {
  symbol: (base, quote) => base + quote,
  // Contracts with margin in coins.
  also: (base, quote) => (quote === 'USD' ? [`${base}USD_PERP`] : []),
  problems: {
    // Guessed: the pages say only that an unknown path is answered with 404.
    path: [404, ({ path, nowMs }: Facts) => ({ timestamp: nowMs, status: 404, error: 'Not Found', path })],
    absent: [
      400,
      ({ name }: Facts) => error(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`),
    ],
    symbol: [400, error(-1121, 'Invalid symbol.')],
    funds: [400, error(-2010, 'Account has insufficient balance for requested action.')],
    order: [
      400,
      ({ method }: Facts) =>
        method === 'DELETE' ? error(-2011, 'Unknown order sent.') : error(-2013, 'Order does not exist.'),
    ],
  },
  table: {
    'GET /api/v3/ping': { open: true, answer: () => ({}) },
    'GET /api/v3/exchangeInfo': INFO,
    'GET /api/v3/ticker/price': PRICE,
    'GET /api/v3/ticker/24hr': PRICE,
    'GET /api/v3/ticker/bookTicker': PRICE,
    'GET /api/v3/avgPrice': { ...PRICE, needs: ['symbol'] },
    'GET /api/v3/depth': MARKET_DATA,
    'GET /api/v3/trades': MARKET_DATA,
    'GET /api/v3/klines': { ...MARKET_DATA, needs: ['symbol', 'interval'], answer: () => [] },
    'POST /api/v3/order': { ...ORDER, places: spot },
    'POST /api/v3/order/test': { ...ORDER, answer: () => ({}) },
    'GET /api/v3/order': NAMED,
    'DELETE /api/v3/order': { ...NAMED, cancels: true },
    'POST /api/v3/order/cancelReplace': {
      ...ORDER,
      needs: ['symbol', 'side', 'type', 'cancelReplaceMode'],
      places: spot,
    },
    'POST /api/v3/orderList/oco': { needs: ['symbol', 'side', 'quantity', 'aboveType', 'belowType'], symbol: 'symbol' },
    'POST /api/v3/sor/order': { ...ORDER, places: spot },
    'GET /api/v3/openOrders': OPEN_ORDERS,
    'DELETE /api/v3/openOrders': { needs: ['symbol'], symbol: 'symbol', answer: orders },
    'GET /api/v3/allOrders': { needs: ['symbol'], symbol: 'symbol', answer: orders },
    'GET /api/v3/myTrades': NONE,
    'GET /api/v3/rateLimit/order': { answer: () => [] },
    'GET /api/v3/account/commission': { needs: ['symbol'], symbol: 'symbol' },
    'GET /api/v3/account': {
      answer: ({ balances, nowMs }) => ({
        makerCommission: 10,
        takerCommission: 10,
        canTrade: true,
        canWithdraw: true,
        canDeposit: true,
        updateTime: nowMs,
        accountType: 'SPOT',
        balances: balances.map(([asset, free, locked]) => ({ asset, free, locked })),
        permissions: ['SPOT'],
      }),
    },
    'POST /api/v3/userDataStream': LISTEN_KEY,
    'PUT /api/v3/userDataStream': LISTEN_KEY,
    'DELETE /api/v3/userDataStream': LISTEN_KEY,
    'POST /sapi/v1/asset/transfer': { needs: ['type', 'asset', 'amount'], moves: ['asset', 'amount'] },
    'GET /sapi/v1/asset/transfer': { needs: ['type'], answer: () => ({ total: 0, rows: [] }) },
    'POST /sapi/v3/asset/getUserAsset': {
      answer: ({ balances }) => balances.map(([asset, free, locked]) => ({ asset, free, locked })),
    },
    'POST /sapi/v1/capital/withdraw/apply': { needs: ['coin', 'address', 'amount'], moves: ['coin', 'amount'] },
    'GET /sapi/v1/capital/withdraw/history': { answer: () => [] },
    'GET /sapi/v1/capital/deposit/hisrec': { answer: () => [] },
    'GET /sapi/v1/capital/deposit/address': { needs: ['coin'] },
    'GET /sapi/v1/capital/config/getall': {
      answer: ({ balances }) => balances.map(([coin, free, locked]) => ({ coin, free, locked })),
    },
    ...FUTURES('fapi', 'v2'),
    ...FUTURES('dapi', 'v1'),
  },
}

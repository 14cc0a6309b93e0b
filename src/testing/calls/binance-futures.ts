import { INFO, MARKET_DATA, NAMED, NONE, OPEN_ORDERS, ORDER, orders, PRICE } from './binance-parts.js'
import type { Call, Needs } from './call.js'
import { lines } from './lines.js'

// Checked against clients/derivatives-trading-{usds,coin}-futures/src/rest-api of
// https://github.com/binance/binance-connector-js (a9de9a99); versions of paths that it no longer has, against ccxt 4.5.84.
const MATCHED = ['price', 'priceMatch']
const ID = ['orderId', 'origClientOrderId']
const FUTURES_ORDER: Call = {
  ...ORDER,
  when: {
    type: {
      LIMIT: ['timeInForce', 'quantity', MATCHED],
      MARKET: ['quantity'],
      STOP: ['quantity', MATCHED, 'stopPrice'],
      TAKE_PROFIT: ['quantity', MATCHED, 'stopPrice'],
      STOP_MARKET: ['stopPrice'],
      TAKE_PROFIT_MARKET: ['stopPrice'],
      TRAILING_STOP_MARKET: ['callbackRate'],
    },
  },
  // What a position takes is the margin's business, which the mock does not keep.
  places: () => undefined,
}
const BALANCES: Call = {
  answer: ({ balances }) =>
    balances.map(([asset, free, reserved]) => ({
      asset,
      balance: String(Number(free) + Number(reserved)),
      availableBalance: free,
    })),
}
const both = (
  api: string,
  prices: string,
  versions: readonly string[],
  pair: Needs[number],
): Readonly<Record<string, Call>> => ({
  [`GET /${api}/v1/ping`]: { open: true, answer: () => ({}) },
  [`GET /${api}/v1/exchangeInfo`]: INFO,
  [`GET /${api}/${prices}/ticker/price`]: PRICE,
  [`GET /${api}/v1/ticker/price`]: PRICE,
  [`GET /${api}/v1/ticker/24hr`]: PRICE,
  [`GET /${api}/v1/ticker/bookTicker`]: PRICE,
  [`GET /${api}/v1/depth`]: MARKET_DATA,
  [`GET /${api}/v1/premiumIndex`]: PRICE,
  [`POST /${api}/v1/order`]: FUTURES_ORDER,
  [`PUT /${api}/v1/order`]: {
    ...NAMED,
    needs: api === 'fapi' ? ['symbol', 'side', 'quantity', MATCHED, ID] : ['symbol', 'side', ID],
  },
  [`GET /${api}/v1/order`]: NAMED,
  [`DELETE /${api}/v1/order`]: { ...NAMED, cancels: true },
  [`POST /${api}/v1/batchOrders`]: { needs: ['batchOrders'] },
  [`DELETE /${api}/v1/allOpenOrders`]: {
    needs: ['symbol'],
    symbol: 'symbol',
    answer: () => ({ code: 200, msg: 'The operation of cancel all open order is done.' }),
  },
  [`GET /${api}/v1/openOrders`]: OPEN_ORDERS,
  [`GET /${api}/v1/allOrders`]: { needs: [pair], symbol: 'symbol', answer: orders },
  [`GET /${api}/v1/userTrades`]: { ...NONE, needs: [pair] },
  [`GET /${api}/v1/income`]: { answer: () => [] },
  [`POST /${api}/v1/leverage`]: { needs: ['symbol', 'leverage'], symbol: 'symbol' },
  [`POST /${api}/v1/marginType`]: { needs: ['symbol', 'marginType'], symbol: 'symbol' },
  [`GET /${api}/v1/openOrder`]: NAMED,
  ...lines(
    MARKET_DATA,
    `GET /${api}/v1/klines symbol interval
     GET /${api}/v1/markPriceKlines symbol interval
     GET /${api}/v1/trades symbol
     GET /${api}/v1/aggTrades symbol
     GET /${api}/v1/historicalTrades symbol
     GET /${api}/v1/openInterest symbol
     GET /${api}/v1/continuousKlines pair interval
     GET /${api}/v1/indexPriceKlines pair interval`,
  ),
  [`GET /${api}/v1/fundingRate`]: {
    open: true,
    needs: api === 'fapi' ? [] : ['symbol'],
    symbol: 'symbol',
    answer: () => [],
  },
  [`GET /${api}/v1/fundingInfo`]: { open: true, answer: () => [] },
  ...lines(
    { symbol: 'symbol' },
    `PUT /${api}/v1/batchOrders batchOrders
     DELETE /${api}/v1/batchOrders symbol orderIdList|origClientOrderIdList
     POST /${api}/v1/countdownCancelAll symbol countdownTime
     GET /${api}/v1/commissionRate symbol
     GET /${api}/v1/positionSide/dual
     POST /${api}/v1/positionSide/dual dualSidePosition
     POST /${api}/v1/positionMargin symbol amount type
     POST /${api}/v1/listenKey
     PUT /${api}/v1/listenKey
     DELETE /${api}/v1/listenKey`,
  ),
  ...lines(
    { symbol: 'symbol', answer: () => [] },
    `GET /${api}/v1/positionMargin/history symbol
     GET /${api}/v1/orderAmendment symbol
     GET /${api}/v1/leverageBracket
     GET /${api}/v1/forceOrders
     GET /${api}/v1/adlQuantile`,
  ),
  ...Object.fromEntries(
    versions.flatMap((one) => [
      [`GET /${api}/${one}/balance`, BALANCES],
      [`GET /${api}/${one}/account`, BALANCES],
      [`GET /${api}/${one}/positionRisk`, { symbol: 'symbol', answer: () => [] }],
    ]),
  ),
})

/** Futures with margin in dollars, and in coins. */
export const BINANCE_FUTURES_CALLS: Readonly<Record<string, Call>> = {
  ...both('fapi', 'v2', ['v1', 'v2', 'v3'], 'symbol'),
  ...both('dapi', 'v1', ['v1'], ['symbol', 'pair']),
  'POST /fapi/v1/order/test': { ...FUTURES_ORDER, answer: () => ({}) },
  ...lines(
    { symbol: 'symbol' },
    `POST /fapi/v1/algoOrder algoType symbol side type
     GET /fapi/v1/algoOrder algoId|clientAlgoId
     DELETE /fapi/v1/algoOrder algoId|clientAlgoId
     DELETE /fapi/v1/algoOpenOrders symbol
     GET /fapi/v1/multiAssetsMargin
     POST /fapi/v1/multiAssetsMargin multiAssetsMargin
     GET /fapi/v1/accountConfig`,
  ),
  ...lines(
    { symbol: 'symbol', answer: () => [] },
    `GET /fapi/v1/openAlgoOrders
     GET /fapi/v1/allAlgoOrders symbol
     GET /fapi/v1/symbolConfig
     GET /fapi/v1/rateLimit/order
     GET /dapi/v2/leverageBracket`,
  ),
}

import type { Facts } from '../refusal.js'
import { type Call, type CallFacts, type Calls, sized } from './call.js'
import { lines } from './lines.js'

// Checked against src/rest-client-v2.ts and src/types/request/v2 of https://github.com/tiagosiebler/bitget-api (e4224c3), which
// names the pages of https://www.bitget.com/api-doc. "symbol" of fills and transfers, and "force" of a market order, are required
// there and optional here: the pages ask for them in some cases only.
const no = (code: string, msg: string | ((facts: Facts) => string)) => (facts: Facts) => ({
  code,
  msg: typeof msg === 'string' ? msg : msg(facts),
  requestTime: facts.nowMs,
  data: null,
})
const ok =
  (data: (facts: CallFacts) => unknown) =>
  (facts: CallFacts): unknown => ({ code: '00000', msg: 'success', requestTime: facts.nowMs, data: data(facts) })
const limit = sized('size', 'price')
const NAMED = {
  needs: [['orderId', 'clientOid']],
  names: { orderId: '', clientOid: 'clientOid' },
} as const satisfies Call
const EMPTY: Call = { answer: ok(() => []) }
const TICKERS: Call = {
  open: true,
  symbol: 'symbol',
  answer: ok(({ prices, params }) =>
    prices
      .filter(([symbol]) => params['symbol'] === undefined || symbol === params['symbol'])
      .map(([symbol, lastPr, baseCoin, quoteCoin]) => ({ symbol, lastPr, baseCoin, quoteCoin, status: 'online' })),
  ),
}
const open = ok(({ orders }) => orders.map(([orderId, order]) => ({ ...order, orderId, status: 'live' })))
const MIX = ['symbol', 'productType']
const MIX_NAMED: Call = { ...NAMED, needs: [...MIX, ['orderId', 'clientOid']], symbol: 'symbol' }

/** Bitget v2: spot, wallet and futures. */
export const BITGET_CALLS: Calls = {
  symbol: (base, quote) => base + quote,
  problems: {
    path: [404, no('40404', 'Request URL NOT FOUND')],
    absent: [400, no('40019', ({ name }) => `Parameter ${name} cannot be empty`)],
    word: [400, no('40020', ({ name }) => `Parameter ${name} error`)],
    symbol: [400, no('40034', ({ name }) => `Parameter ${name} does not exist`)],
    funds: [400, no('43012', 'Insufficient balance')],
    order: [400, no('43001', 'The order does not exist')],
  },
  table: {
    'GET /api/v2/spot/public/symbols': TICKERS,
    'GET /api/v2/spot/public/coins': { ...EMPTY, open: true },
    'GET /api/v2/spot/market/tickers': TICKERS,
    'GET /api/v2/spot/market/orderbook': { open: true, needs: ['symbol'], symbol: 'symbol' },
    'GET /api/v2/spot/market/candles': { ...EMPTY, open: true, needs: ['symbol', 'granularity'], symbol: 'symbol' },
    'POST /api/v2/spot/trade/place-order': {
      needs: ['symbol', 'side', 'orderType', 'size'],
      words: { side: /^(?:buy|sell)$/, orderType: /^(?:limit|market)$/, force: /^[a-z_]+$/ },
      when: { orderType: { limit: ['force', 'price'] } },
      symbol: 'symbol',
      // "size" of a market order that buys is an amount of the quote currency.
      places: (params) =>
        params['orderType'] === 'market' && params['side'] === 'buy'
          ? { buys: true, quote: params['size'] }
          : limit(params),
    },
    'POST /api/v2/spot/trade/batch-orders': { needs: ['orderList'] },
    'POST /api/v2/spot/trade/cancel-order': {
      ...NAMED,
      needs: ['symbol', ['orderId', 'clientOid']],
      symbol: 'symbol',
      cancels: true,
    },
    'POST /api/v2/spot/trade/cancel-symbol-order': { needs: ['symbol'], symbol: 'symbol' },
    'GET /api/v2/spot/trade/orderInfo': NAMED,
    'GET /api/v2/spot/trade/unfilled-orders': { symbol: 'symbol', answer: open },
    'GET /api/v2/spot/trade/history-orders': { ...EMPTY, symbol: 'symbol' },
    'GET /api/v2/spot/trade/fills': { ...EMPTY, symbol: 'symbol' },
    'GET /api/v2/spot/account/info': {},
    'GET /api/v2/spot/account/assets': {
      answer: ok(({ balances, params }) =>
        balances
          .map(([coin, available, frozen]) => ({ coin, available, frozen, locked: '0' }))
          .filter(({ coin }) => params['coin'] === undefined || coin === params['coin']),
      ),
    },
    'GET /api/v2/spot/account/bills': EMPTY,
    'GET /api/v2/account/all-account-balance': EMPTY,
    'GET /api/v2/common/trade-rate': { needs: ['symbol', 'businessType'], symbol: 'symbol' },
    'POST /api/v2/spot/wallet/transfer': {
      needs: ['fromType', 'toType', 'amount', 'coin'],
      moves: ['coin', 'amount'],
    },
    'POST /api/v2/spot/wallet/withdrawal': {
      needs: ['coin', 'transferType', 'address', 'size'],
      moves: ['coin', 'size'],
    },
    'GET /api/v2/spot/wallet/deposit-address': { needs: ['coin'] },
    'GET /api/v2/spot/wallet/deposit-records': { ...EMPTY, needs: ['startTime', 'endTime'] },
    'GET /api/v2/spot/wallet/withdrawal-records': { ...EMPTY, needs: ['startTime', 'endTime'] },
    ...lines(
      { ...EMPTY, open: true, symbol: 'symbol' },
      `GET /api/v2/spot/market/fills symbol
       GET /api/v2/spot/market/fills-history symbol
       GET /api/v2/spot/market/history-candles symbol granularity
       GET /api/v2/spot/market/merge-depth symbol
       GET /api/v2/mix/market/candles symbol productType granularity
       GET /api/v2/mix/market/history-candles symbol productType granularity
       GET /api/v2/mix/market/fills symbol productType
       GET /api/v2/mix/market/merge-depth symbol productType
       GET /api/v2/mix/market/current-fund-rate productType
       GET /api/v2/mix/market/history-fund-rate symbol productType
       GET /api/v2/mix/market/open-interest symbol productType
       GET /api/v2/mix/market/symbol-price symbol productType`,
    ),
    ...lines(
      { symbol: 'symbol' },
      `POST /api/v2/spot/trade/batch-cancel-order orderList
       POST /api/v2/spot/trade/cancel-replace-order symbol price size orderId|clientOid
       POST /api/v2/spot/trade/place-plan-order symbol side triggerPrice orderType size triggerType
       POST /api/v2/spot/trade/cancel-plan-order orderId|clientOid
       POST /api/v2/spot/wallet/cancel-withdrawal orderId
       POST /api/v2/mix/order/batch-place-order symbol productType marginCoin marginMode orderList
       POST /api/v2/mix/order/batch-cancel-orders productType
       POST /api/v2/mix/order/cancel-all-orders productType
       POST /api/v2/mix/order/modify-order symbol productType newClientOid
       POST /api/v2/mix/order/close-positions productType
       POST /api/v2/mix/order/cancel-plan-order productType
       POST /api/v2/mix/order/place-tpsl-order marginCoin productType symbol planType triggerPrice holdSide size
       POST /api/v2/mix/account/set-margin symbol productType marginCoin amount
       POST /api/v2/mix/account/set-margin-mode symbol productType marginCoin marginMode
       POST /api/v2/mix/account/set-position-mode productType posMode`,
    ),
    ...lines(
      { ...EMPTY, symbol: 'symbol' },
      `GET /api/v2/spot/trade/current-plan-order symbol
       GET /api/v2/spot/trade/history-plan-order symbol startTime endTime
       GET /api/v2/spot/account/transferRecords coin fromType
       GET /api/v2/mix/order/fills productType
       GET /api/v2/mix/order/fill-history productType
       GET /api/v2/mix/order/orders-history productType
       GET /api/v2/mix/order/orders-plan-pending planType productType
       GET /api/v2/mix/account/bill productType
       GET /api/v2/mix/position/single-position productType symbol marginCoin
       GET /api/v2/mix/position/history-position
       GET /api/v2/account/funding-assets`,
    ),
    'GET /api/v2/mix/market/ticker': { ...TICKERS, needs: MIX },
    'GET /api/v2/mix/market/tickers': { ...TICKERS, needs: ['productType'] },
    'GET /api/v2/mix/market/contracts': { ...TICKERS, needs: ['productType'] },
    'POST /api/v2/mix/order/place-order': {
      needs: [...MIX, 'marginMode', 'marginCoin', 'size', 'side', 'orderType'],
      words: { side: /^(?:buy|sell)$/, orderType: /^(?:limit|market)$/, force: /^[a-z_]+$/ },
      when: { orderType: { limit: ['price'] } },
      symbol: 'symbol',
      places: () => undefined,
    },
    'POST /api/v2/mix/order/cancel-order': { ...MIX_NAMED, cancels: true },
    'GET /api/v2/mix/order/detail': MIX_NAMED,
    'GET /api/v2/mix/order/orders-pending': { symbol: 'symbol', needs: ['productType'], answer: open },
    'GET /api/v2/mix/account/accounts': { ...EMPTY, needs: ['productType'] },
    'GET /api/v2/mix/account/account': { needs: [...MIX, 'marginCoin'], symbol: 'symbol' },
    'GET /api/v2/mix/position/all-position': { ...EMPTY, needs: ['productType'] },
    'POST /api/v2/mix/account/set-leverage': { needs: [...MIX, 'marginCoin'], symbol: 'symbol' },
  },
}

import type { Facts } from '../refusal.js'
import { type Call, type CallFacts, type Calls, sized } from './call.js'
import { lines } from './lines.js'

// Checked against spec/rest/api of https://github.com/Kucoin/kucoin-universal-sdk (78c90c77). Required there and optional here, as
// ccxt 4.5.84 leaves them out: "currency" of deposits and withdrawals, "symbol" of fills.
const ok = (data: unknown) => ({ code: '200000', data })
const no = (code: string, msg: string) => ({ code, msg })
const ORDER: Call = {
  needs: ['symbol', 'side'],
  words: { side: /^(?:buy|sell)$/, type: /^[a-z_]+$/, timeInForce: /^[A-Z]+$/ },
  when: { type: { limit: ['price', 'size'], market: [['size', 'funds']] } },
  symbol: 'symbol',
  places: sized('size', 'price', 'funds'),
}
// Spot and futures have this path on two hosts, which a mock has as one.
const EITHER: Call = {
  ...ORDER,
  needs: ['clientOid', 'side', 'symbol'],
  places: (params) => (String(params['symbol']).endsWith('M') ? undefined : sized('size', 'price', 'funds')(params)),
}
const FUTURES_ORDER: Call = {
  ...ORDER,
  needs: ['clientOid', 'symbol', 'side', 'leverage', 'type'],
  places: () => undefined,
}
const orders = ({ orders }: CallFacts) => ok({ items: orders.map(([id, order]) => ({ ...order, id, isActive: true })) })
const CANCEL: Call = {
  names: { '*': '' },
  cancels: true,
  answer: ({ params }) => ok({ cancelledOrderIds: [params['*']], orderId: params['*'] }),
}
const SHOW: Call = { names: { '*': '' }, answer: ({ params }) => ok({ ...params, id: params['*'], isActive: true }) }
const EMPTY: Call = { answer: () => ok({ items: [] }) }
const market = ([symbol, price, baseCurrency, quoteCurrency]: CallFacts['prices'][number]) => ({
  symbol,
  price,
  last: price,
  baseCurrency,
  quoteCurrency,
  enableTrading: true,
})
const MARKETS: Call = { open: true, answer: ({ prices }) => ok(prices.map(market)) }
const LEVEL1: Call = {
  open: true,
  needs: ['symbol'],
  symbol: 'symbol',
  answer: ({ prices, params }) => ok(prices.filter(([symbol]) => symbol === params['symbol']).map(market)[0] ?? null),
}

/** KuCoin: spot, wallet and futures. */
export const KUCOIN_CALLS: Calls = {
  symbol: (base, quote) => `${base}-${quote}`,
  // Perpetual contracts.
  also: (base, quote) => [`${base.replace('BTC', 'XBT')}${quote}M`],
  problems: {
    // "404 Not Found: cannot find the request resource".
    path: [404, no('404', 'Not Found')],
    absent: [400, ({ name }: Facts) => no('400100', `${name} can not be empty`)],
    // "400100 Parameter error"; its text is guessed.
    word: [400, ({ name }: Facts) => no('400100', `${name} is invalid`)],
    symbol: [200, no('900001', 'symbol not exists')],
    funds: [200, no('200004', 'Balance insufficient!')],
    order: [400, no('400100', 'order not exist')],
  },
  table: {
    'GET /api/v2/symbols': MARKETS,
    'GET /api/v1/currencies': MARKETS,
    'GET /api/v1/market/allTickers': MARKETS,
    'GET /api/v1/market/orderbook/level1': LEVEL1,
    'GET /api/v1/market/stats': LEVEL1,
    'POST /api/v1/orders': EITHER,
    'POST /api/v1/orders/test': { ...EITHER, places: () => undefined },
    'DELETE /api/v1/orders': {
      symbol: 'symbol',
      answer: ({ orders }) => ok({ cancelledOrderIds: orders.map(([id]) => id) }),
    },
    'GET /api/v1/orders': { symbol: 'symbol', answer: orders },
    'DELETE /api/v1/orders/*': CANCEL,
    'GET /api/v1/orders/*': SHOW,
    'GET /api/v1/fills': { ...EMPTY, symbol: 'symbol' },
    'POST /api/v1/hf/orders': { ...ORDER, needs: ['symbol', 'type', 'side'] },
    'POST /api/v1/hf/orders/test': { ...ORDER, needs: ['symbol', 'type', 'side'], places: () => undefined },
    'DELETE /api/v1/hf/orders/*': { ...CANCEL, needs: ['symbol'], symbol: 'symbol' },
    'GET /api/v1/hf/orders/active': {
      needs: ['symbol'],
      symbol: 'symbol',
      answer: ({ orders }) => ok(orders.map(([id, order]) => ({ ...order, id, active: true }))),
    },
    'GET /api/v1/hf/orders/*': { ...SHOW, needs: ['symbol'], symbol: 'symbol' },
    'GET /api/v1/hf/fills': { ...EMPTY, needs: ['symbol'], symbol: 'symbol' },
    'GET /api/v1/accounts': {
      answer: ({ balances }) =>
        ok(
          balances.map(([currency, available, holds]) => ({
            id: currency,
            currency,
            type: 'trade',
            balance: String(Number(available) + Number(holds)),
            available,
            holds,
          })),
        ),
    },
    'GET /api/v1/accounts/*': {},
    'GET /api/v1/accounts/ledgers': EMPTY,
    'GET /api/v1/user-info': {},
    'GET /api/v2/user-info': {},
    'GET /api/v1/trade-fees': { needs: ['symbols'], answer: () => ok([]) },
    'POST /api/v3/accounts/universal-transfer': {
      needs: ['clientOid', 'type', 'currency', 'amount', 'fromAccountType', 'toAccountType'],
      moves: ['currency', 'amount'],
    },
    'POST /api/v2/accounts/inner-transfer': {
      needs: ['clientOid', 'currency', 'from', 'to', 'amount'],
      moves: ['currency', 'amount'],
    },
    'GET /api/v1/deposits': EMPTY,
    'GET /api/v1/withdrawals': EMPTY,
    'POST /api/v3/withdrawals': {
      needs: ['currency', 'toAddress', 'amount', 'withdrawType'],
      moves: ['currency', 'amount'],
    },
    ...lines(
      { open: true, symbol: 'symbol', answer: () => ok([]) },
      `GET /api/v3/currencies
       GET /api/v1/market/candles symbol type
       GET /api/v1/market/histories symbol
       GET /api/v1/market/orderbook/level2_20 symbol
       GET /api/v1/market/orderbook/level2_100 symbol
       GET /api/v1/kline/query symbol granularity
       GET /api/v1/trade/history symbol
       GET /api/v1/level2/snapshot symbol
       GET /api/v1/ticker symbol
       GET /api/v1/allTickers
       GET /api/v1/contracts/active
       GET /api/v1/contract/funding-rates symbol from to
       GET /api/v1/status`,
    ),
    ...lines(
      { symbol: 'symbol' },
      `POST /api/v1/hf/orders/multi orderList
       POST /api/v1/hf/orders/multi/sync orderList
       POST /api/v1/hf/orders/alter symbol
       DELETE /api/v1/hf/orders symbol
       DELETE /api/v1/hf/orders/cancelAll
       POST /api/v1/hf/orders/dead-cancel-all timeout
       POST /api/v1/stop-order symbol type side stopPrice
       DELETE /api/v1/stop-order/cancel
       DELETE /api/v3/orders symbol
       GET /api/v1/orders/byClientOid clientOid
       POST /api/v2/changeCrossUserLeverage symbol leverage
       POST /api/v2/position/changeMarginMode symbol marginMode
       GET /api/v2/position/getMarginMode symbol
       POST /api/v1/position/margin/deposit-margin symbol margin bizNo
       GET /api/v1/position symbol
       GET /api/v1/accounts/transferable currency type
       GET /api/v1/withdrawals/quotas currency
       DELETE /api/v1/withdrawals/*
       POST /api/v3/deposit-address/create currency chain
       GET /api/v1/base-fee
       GET /api/v1/user/api-key`,
    ),
    ...lines(
      { symbol: 'symbol', answer: () => ok({ items: [] }) },
      `GET /api/v1/hf/orders/done symbol
       GET /api/v1/hf/orders/active/page symbol
       GET /api/v1/stop-order
       GET /api/v1/funding-history symbol
       GET /api/v1/hf/accounts/ledgers
       GET /api/v1/transaction-history`,
    ),
    ...lines(
      { answer: () => ok([]) },
      `GET /api/v3/deposit-addresses currency
       GET /api/v2/deposit-addresses currency
       GET /api/v1/recentDoneOrders
       GET /api/v3/margin/accounts
       GET /api/v3/isolated/accounts
       GET /api/v2/sub-accounts`,
    ),
    'POST /api/v1/hf/orders/sync': { ...ORDER, needs: ['symbol', 'type', 'side'] },
    'POST /api/v3/hf/margin/order': { ...ORDER, needs: ['symbol', 'side', 'clientOid'] },
    'POST /api/v1/transfer-in': {
      needs: ['amount', 'currency', 'payAccountType'],
      moves: ['currency', 'amount'],
    },
    'POST /api/v3/transfer-out': { needs: ['amount', 'currency', 'recAccountType'] },
    'POST /api/v1/bullet-public': { open: true },
    'GET /api/v1/account-overview': {},
    'GET /api/v1/positions': { answer: () => ok([]) },
    'POST /api/v1/st-orders': FUTURES_ORDER,
  },
}

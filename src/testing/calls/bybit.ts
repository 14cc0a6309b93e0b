import type { Facts } from '../refusal.js'
import { type Call, type CallFacts, type Calls, sized } from './call.js'
import { lines } from './lines.js'

// Checked against docs/v5 of https://github.com/bybit-exchange/docs (072c197d), "Request Parameters" and error.mdx.
const bodyOf = (retCode: number, retMsg: string, time: number, result: unknown = {}) => ({
  retCode,
  retMsg,
  result,
  retExtInfo: {},
  time,
})
const ok = (result: (facts: CallFacts) => unknown) => (facts: CallFacts) => bodyOf(0, 'OK', facts.nowMs, result(facts))
const size = sized('qty', 'price')
const ORDER: Call = {
  needs: ['category', 'symbol', 'side', 'orderType', 'qty'],
  when: { orderType: { Limit: ['price'] } },
  words: { side: /^(?:Buy|Sell)$/, orderType: /^(?:Market|Limit)$/, timeInForce: /^(?:GTC|IOC|FOK|PostOnly|RPI)$/ },
  symbol: 'symbol',
  places: (params) => {
    // A market order that buys spot states an amount of the quote currency, unless "marketUnit" says otherwise.
    if (params['category'] !== 'spot') return undefined
    const inQuote = params['orderType'] === 'Market' && params['side'] === 'Buy' && params['marketUnit'] !== 'baseCoin'
    return inQuote ? { buys: true, quote: params['qty'] } : size(params)
  },
}
const NAMED = {
  needs: ['category', 'symbol', ['orderId', 'orderLinkId']],
  symbol: 'symbol',
  names: { orderId: '', orderLinkId: 'orderLinkId' },
} as const satisfies Call
const listed = (list: (facts: CallFacts) => unknown): NonNullable<Call['answer']> =>
  ok((facts) => ({ category: facts.params['category'], list: list(facts), nextPageCursor: '' }))
const OPEN: Call = { needs: ['category'], symbol: 'symbol', answer: listed(() => []) }
const MARKET: Call = {
  open: true,
  needs: ['category'],
  symbol: 'symbol',
  answer: listed(({ prices, params }) =>
    prices
      .filter(([symbol]) => params['symbol'] === undefined || symbol === params['symbol'])
      .map(([symbol, lastPrice, baseCoin, quoteCoin]) => ({
        symbol,
        lastPrice,
        bid1Price: lastPrice,
        ask1Price: lastPrice,
        baseCoin,
        quoteCoin,
        status: 'Trading',
      })),
  ),
}
const BALANCE: Call = {
  needs: ['accountType'],
  answer: ok(({ balances, params }) => ({
    list: [
      {
        accountType: params['accountType'],
        coin: balances.map(([coin, free, locked]) => ({
          coin,
          walletBalance: String(Number(free) + Number(locked)),
          free,
          locked,
        })),
      },
    ],
  })),
}
const no = (code: number, text: string | ((facts: Facts) => string)) =>
  [200, (facts: Facts) => bodyOf(code, typeof text === 'string' ? text : text(facts), facts.nowMs)] as const

const BAD_WORDS: Readonly<Record<string, number>> = { timeInForce: 170115, orderType: 170116, side: 170117 }

/** Bybit v5. */
export const BYBIT_CALLS: Calls = {
  symbol: (base, quote) => base + quote,
  also: (base, quote) => (quote === 'USDC' ? [`${base}PERP`] : []),
  problems: {
    // "404: Cannot find path"; the body is guessed.
    path: [404, '404 page not found'],
    absent: no(10001, ({ name }) => `Missing some parameters that must be filled in: ${name}`),
    symbol: no(170121, 'Invalid symbol.'),
    // error.mdx: 170115 to 170117 of spot; for contracts 10001, whose text is guessed.
    word: [
      200,
      ({ name, nowMs, json }: Facts) =>
        Object(json).category === 'spot'
          ? bodyOf(BAD_WORDS[name] ?? 170116, `Invalid ${name}.`, nowMs)
          : bodyOf(10001, `params error: ${name} invalid`, nowMs),
    ],
    funds: no(170131, 'Insufficient balance.'),
    order: no(170213, 'Order does not exist.'),
  },
  table: {
    'GET /v5/market/tickers': MARKET,
    'GET /v5/market/instruments-info': MARKET,
    'GET /v5/market/orderbook': { open: true, needs: ['category', 'symbol'], symbol: 'symbol' },
    'GET /v5/market/kline': { ...MARKET, needs: ['symbol', 'interval'], answer: listed(() => []) },
    'POST /v5/order/create': ORDER,
    'POST /v5/order/amend': NAMED,
    'POST /v5/order/cancel': { ...NAMED, cancels: true },
    'POST /v5/order/cancel-all': {
      symbol: 'symbol',
      needs: ['category'],
      answer: ok(() => ({ list: [], success: '1' })),
    },
    'POST /v5/order/create-batch': { needs: ['category', 'request'] },
    'POST /v5/order/cancel-batch': { needs: ['category', 'request'] },
    'GET /v5/order/realtime': {
      ...OPEN,
      answer: listed(({ orders }) => orders.map(([orderId, order]) => ({ ...order, orderId, orderStatus: 'New' }))),
    },
    'GET /v5/order/history': OPEN,
    'GET /v5/execution/list': OPEN,
    'GET /v5/position/list': OPEN,
    'GET /v5/position/closed-pnl': OPEN,
    'POST /v5/position/set-leverage': {
      needs: ['category', 'symbol', 'buyLeverage', 'sellLeverage'],
      symbol: 'symbol',
    },
    'POST /v5/position/switch-mode': { needs: ['category', 'mode'] },
    'POST /v5/position/trading-stop': { needs: ['category', 'symbol', 'tpslMode', 'positionIdx'], symbol: 'symbol' },
    ...lines(
      { ...MARKET, answer: listed(() => []) },
      `GET /v5/market/recent-trade category
       GET /v5/market/mark-price-kline symbol interval
       GET /v5/market/index-price-kline symbol interval
       GET /v5/market/premium-index-price-kline symbol interval
       GET /v5/market/funding/history category symbol
       GET /v5/market/open-interest category symbol intervalTime
       GET /v5/market/account-ratio category symbol period
       GET /v5/market/risk-limit category`,
    ),
    ...lines(
      { symbol: 'symbol' },
      `POST /v5/order/amend-batch category request
       POST /v5/order/disconnected-cancel-all timeWindow
       GET /v5/order/spot-borrow-check category symbol side
       POST /v5/position/switch-isolated category symbol tradeMode buyLeverage sellLeverage
       POST /v5/position/set-auto-add-margin category symbol autoAddMargin
       POST /v5/position/add-margin category symbol margin
       POST /v5/account/set-margin-mode setMarginMode
       GET /v5/account/withdrawal coinName
       GET /v5/asset/deposit/query-address coin
       GET /v5/asset/transfer/query-asset-info accountType
       GET /v5/asset/transfer/query-inter-transfer-list
       GET /v5/asset/transfer/query-transfer-coin-list fromAccountType toAccountType
       GET /v5/asset/transfer/query-universal-transfer-list
       GET /v5/asset/withdraw/withdrawable-amount coin
       POST /v5/asset/withdraw/cancel id
       GET /v5/user/query-sub-members`,
    ),
    ...lines(
      { answer: listed(() => []) },
      `GET /v5/account/collateral-info
       GET /v5/account/borrow-history
       GET /v5/account/instruments-info category`,
    ),
    'POST /v5/asset/transfer/universal-transfer': {
      needs: ['transferId', 'coin', 'amount', 'fromMemberId', 'toMemberId', 'fromAccountType', 'toAccountType'],
      moves: ['coin', 'amount'],
    },
    'GET /v5/account/wallet-balance': BALANCE,
    'GET /v5/account/info': {},
    'GET /v5/account/fee-rate': OPEN,
    'GET /v5/account/transaction-log': { answer: listed(() => []) },
    'GET /v5/asset/transfer/query-account-coins-balance': BALANCE,
    'GET /v5/asset/transfer/query-account-coin-balance': { needs: ['accountType', 'coin'] },
    'GET /v5/asset/coin/query-info': { answer: ok(() => ({ rows: [] })) },
    'POST /v5/asset/transfer/inter-transfer': {
      needs: ['transferId', 'coin', 'amount', 'fromAccountType', 'toAccountType'],
      moves: ['coin', 'amount'],
    },
    'GET /v5/asset/deposit/query-record': { answer: ok(() => ({ rows: [] })) },
    'GET /v5/asset/withdraw/query-record': { answer: ok(() => ({ rows: [] })) },
    'POST /v5/asset/withdraw/create': {
      needs: ['coin', 'address', 'amount', 'timestamp', 'accountType'],
      moves: ['coin', 'amount'],
    },
  },
}

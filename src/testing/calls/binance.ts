import type { Facts } from '../refusal.js'
import { BINANCE_FUTURES_CALLS } from './binance-futures.js'
import { INFO, MARKET_DATA, NAMED, NONE, OPEN_ORDERS, ORDER, orders, PRICE } from './binance-parts.js'
import { type Call, type Calls, sized } from './call.js'
import { lines } from './lines.js'

// Checked against rest-api.md, errors.md and CHANGELOG.md of https://github.com/binance/binance-spot-api-docs (a5e0bc3) and
// clients/{spot,wallet,margin-trading}/src/rest-api of https://github.com/binance/binance-connector-js (a9de9a99).
const spot = sized('quantity', 'price', 'quoteOrderQty')
const MARGIN = '/sapi/v1/margin'
const BALANCES: Call = {
  answer: ({ balances }) => balances.map(([asset, free, locked]) => ({ asset, free, locked })),
}
const error = (code: number, msg: string) => ({ code, msg })

const BAD_WORDS: Readonly<Record<string, object>> = {
  timeInForce: error(-1115, 'Invalid timeInForce.'),
  type: error(-1116, 'Invalid orderType.'),
  side: error(-1117, 'Invalid side.'),
}

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
    // errors.md, -1115 to -1117.
    word: [400, ({ name }: Facts) => BAD_WORDS[name] ?? BAD_WORDS['type']],
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
    'POST /api/v3/sor/order': { ...ORDER, needs: ['symbol', 'side', 'type', 'quantity'], places: spot },
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
    'POST /sapi/v1/asset/transfer': { needs: ['type', 'asset', 'amount'], moves: ['asset', 'amount'] },
    'GET /sapi/v1/asset/transfer': { needs: ['type'], answer: () => ({ total: 0, rows: [] }) },
    'POST /sapi/v3/asset/getUserAsset': BALANCES,
    'POST /sapi/v1/capital/withdraw/apply': { needs: ['coin', 'address', 'amount'], moves: ['coin', 'amount'] },
    'GET /sapi/v1/capital/withdraw/history': { answer: () => [] },
    'GET /sapi/v1/capital/deposit/hisrec': { answer: () => [] },
    'GET /sapi/v1/capital/deposit/address': { needs: ['coin'] },
    'GET /sapi/v1/capital/config/getall': {
      answer: ({ balances }) => balances.map(([coin, free, locked]) => ({ coin, free, locked })),
    },
    ...lines(
      MARKET_DATA,
      `GET /api/v3/uiKlines symbol interval
       GET /api/v3/aggTrades symbol
       GET /api/v3/historicalTrades symbol
       GET /api/v3/ticker symbol|symbols
       GET /api/v3/ticker/tradingDay symbol|symbols`,
    ),
    ...lines(
      { symbol: 'symbol' },
      `POST /api/v3/order/oco symbol side quantity price stopPrice
       POST /api/v3/orderList/oto symbol workingType workingSide workingPrice workingQuantity pendingType pendingSide pendingQuantity
       POST /api/v3/orderList/otoco symbol workingType workingSide workingPrice workingQuantity pendingSide pendingQuantity pendingAboveType
       DELETE /api/v3/orderList symbol orderListId|listClientOrderId
       PUT /api/v3/order/amend/keepPriority symbol orderId|origClientOrderId newQty
       POST /api/v3/sor/order/test symbol side type quantity
       GET /api/v3/orderList orderListId|origClientOrderId`,
    ),
    ...lines(
      { symbol: 'symbol', answer: () => [] },
      `GET /api/v3/order/amendments symbol orderId
       GET /api/v3/openOrderList
       GET /api/v3/allOrderList
       GET /api/v3/myPreventedMatches symbol
       GET /api/v3/myAllocations symbol
       GET ${MARGIN}/myTrades symbol
       GET ${MARGIN}/isolated/allPairs
       GET ${MARGIN}/allPairs
       GET ${MARGIN}/allAssets
       GET ${MARGIN}/transfer
       GET /sapi/v1/asset/tradeFee
       GET /sapi/v1/asset/wallet/balance`,
    ),
    ...lines(
      { symbol: 'symbol' },
      `GET ${MARGIN}/account
       GET ${MARGIN}/isolated/account
       POST ${MARGIN}/isolated/account symbol
       GET ${MARGIN}/maxBorrowable asset
       GET ${MARGIN}/maxTransferable asset
       GET ${MARGIN}/borrow-repay type
       POST ${MARGIN}/borrow-repay asset isIsolated amount type
       POST ${MARGIN}/order/oco symbol side quantity price stopPrice
       GET /sapi/v1/asset/assetDividend
       GET /sapi/v1/asset/assetDetail
       POST /sapi/v1/asset/dust asset
       GET /sapi/v1/account/status
       GET /sapi/v1/account/info
       GET /sapi/v1/accountSnapshot type`,
    ),
    [`POST ${MARGIN}/order`]: { ...ORDER, places: spot },
    [`GET ${MARGIN}/order`]: NAMED,
    [`DELETE ${MARGIN}/order`]: { ...NAMED, cancels: true },
    [`GET ${MARGIN}/openOrders`]: OPEN_ORDERS,
    [`DELETE ${MARGIN}/openOrders`]: { needs: ['symbol'], symbol: 'symbol', answer: orders },
    [`GET ${MARGIN}/allOrders`]: { needs: ['symbol'], symbol: 'symbol', answer: orders },
    'POST /sapi/v1/asset/get-funding-asset': BALANCES,
    'GET /sapi/v1/system/status': { open: true, answer: () => ({ status: 0, msg: 'normal' }) },
    ...BINANCE_FUTURES_CALLS,
  },
}

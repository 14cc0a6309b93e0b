import type { Facts } from '../refusal.js'
import { type Call, type CallFacts, type Calls, sized } from './call.js'
import { lines } from './lines.js'

// Checked against okx/*.py of https://github.com/okxapi/python-okx (fa8d738) and src/types/rest/request of
// https://github.com/tiagosiebler/okx-api; the codes are those of https://www.okx.com/docs-v5/en/#error-code.
const ok = (data: unknown) => ({ code: '0', msg: '', data })
const refused = (sCode: string, sMsg: string) => ({
  code: '1',
  msg: 'All operations failed',
  data: [{ clOrdId: '', ordId: '', sCode, sMsg, tag: '' }],
})
const size = sized('sz', 'px')
const ORDER: Call = {
  needs: ['instId', 'tdMode', 'side', 'ordType', 'sz'],
  words: { tdMode: /^[a-z_]+$/, side: /^(?:buy|sell)$/, ordType: /^[a-z_]+$/ },
  when: { ordType: { limit: ['px'], post_only: ['px'], fok: ['px'], ioc: ['px'] } },
  symbol: 'instId',
  places: (params) => {
    // "sz" of a market order that buys spot is an amount of the quote currency; contracts take margin.
    if (String(params['instId']).split('-').length > 2) return undefined
    const inQuote = params['ordType'] === 'market' && params['side'] === 'buy' && params['tgtCcy'] !== 'base_ccy'
    return inQuote ? { buys: true, quote: params['sz'] } : size(params)
  },
}
const NAMED = {
  needs: ['instId', ['ordId', 'clOrdId']],
  symbol: 'instId',
  names: { ordId: '', clOrdId: 'clOrdId' },
} as const satisfies Call
const orders = ({ orders }: CallFacts) => ok(orders.map(([ordId, order]) => ({ ...order, ordId, state: 'live' })))
// "instId" is optional there.
const ANY = { symbol: 'instId' } as const
const EMPTY: Call = { answer: () => ok([]) }
const TICKERS: Call = {
  open: true,
  symbol: 'instId',
  answer: ({ params, prices, nowMs }) =>
    ok(
      prices
        .filter(([instId]) => params['instId'] === undefined || instId === params['instId'])
        .map(([instId, last]) => ({ instType: 'SPOT', instId, last, askPx: last, bidPx: last, ts: String(nowMs) })),
    ),
}

/** OKX v5. */
export const OKX_CALLS: Calls = {
  symbol: (base, quote) => `${base}-${quote}`,
  also: (base, quote) => [`${base}-${quote}-SWAP`],
  problems: {
    // Guessed: the pages do not show the answer to an unknown path.
    path: [404, { code: '404', msg: 'Not Found', data: {} }],
    absent: [400, ({ name }: Facts) => ({ code: '50014', msg: `Parameter ${name} cannot be empty.`, data: [] })],
    word: [200, ({ name }: Facts) => refused('51000', `Parameter ${name} error`)],
    symbol: [200, { code: '51001', msg: "Instrument ID, Instrument ID code, or Spread ID doesn't exist.", data: [] }],
    funds: [
      200,
      ({ name, path }: Facts) =>
        path.includes('/asset/')
          ? { code: '58350', msg: 'Insufficient balance.', data: [] }
          : refused('51008', `Order failed. Insufficient ${name} balance in account.`),
    ],
    order: [
      200,
      ({ path }: Facts) =>
        path.endsWith('/cancel-order')
          ? refused('51400', 'Cancellation failed as the order has been filled, canceled or does not exist.')
          : path.endsWith('/amend-order')
            ? refused('51503', 'Order modification failed as the order has been filled, canceled or does not exist.')
            : { code: '51603', msg: 'Order does not exist.', data: [] },
    ],
  },
  table: {
    'GET /api/v5/market/ticker': { ...TICKERS, needs: ['instId'] },
    'GET /api/v5/market/tickers': { ...TICKERS, needs: ['instType'] },
    'GET /api/v5/market/books': { open: true, needs: ['instId'], symbol: 'instId' },
    'GET /api/v5/market/candles': { open: true, needs: ['instId'], symbol: 'instId', answer: () => ok([]) },
    'GET /api/v5/public/instruments': {
      open: true,
      needs: ['instType'],
      symbol: 'instId',
      answer: ({ prices, params }) =>
        ok(
          prices.map(([instId, , baseCcy, quoteCcy]) => ({
            instType: params['instType'],
            instId,
            baseCcy,
            quoteCcy,
            state: 'live',
          })),
        ),
    },
    'POST /api/v5/trade/order': ORDER,
    'POST /api/v5/trade/order-precheck': { ...ORDER, answer: () => ok([{}]) },
    'POST /api/v5/trade/batch-orders': {},
    'POST /api/v5/trade/cancel-order': { ...NAMED, cancels: true },
    'POST /api/v5/trade/cancel-batch-orders': {},
    'POST /api/v5/trade/amend-order': { ...NAMED, needs: ['instId', ['ordId', 'clOrdId'], ['newSz', 'newPx']] },
    'POST /api/v5/trade/close-position': { needs: ['instId', 'mgnMode'], symbol: 'instId' },
    'POST /api/v5/trade/order-algo': {
      needs: ['instId', 'tdMode', 'side', 'ordType', ['sz', 'closeFraction']],
      symbol: 'instId',
    },
    'GET /api/v5/trade/order': NAMED,
    'GET /api/v5/trade/orders-pending': { ...ANY, answer: orders },
    'GET /api/v5/trade/orders-history': { ...ANY, needs: ['instType'], answer: () => ok([]) },
    'GET /api/v5/trade/fills': { ...EMPTY, ...ANY },
    'GET /api/v5/trade/fills-history': { ...ANY, needs: ['instType'], answer: () => ok([]) },
    ...lines(
      { open: true, symbol: 'instId', answer: () => ok([]) },
      `GET /api/v5/market/trades instId
       GET /api/v5/market/history-trades instId
       GET /api/v5/market/history-candles instId
       GET /api/v5/market/mark-price-candles instId
       GET /api/v5/public/funding-rate instId
       GET /api/v5/public/funding-rate-history instId
       GET /api/v5/public/price-limit instId
       GET /api/v5/public/open-interest instType
       GET /api/v5/public/mark-price instType
       GET /api/v5/system/status`,
    ),
    ...lines(
      { symbol: 'instId' },
      `POST /api/v5/trade/amend-batch-orders
       POST /api/v5/trade/cancel-algos
       POST /api/v5/trade/amend-algos instId
       POST /api/v5/trade/cancel-all-after timeOut
       GET /api/v5/trade/order-algo algoId|algoClOrdId
       POST /api/v5/account/position/margin-balance instId posSide type amt
       POST /api/v5/asset/cancel-withdrawal wdId`,
    ),
    ...lines(
      // "instId" may name several.
      { symbol: 'instId', list: true, answer: () => ok([]) },
      `GET /api/v5/trade/orders-history-archive instType
       GET /api/v5/trade/orders-algo-pending ordType
       GET /api/v5/trade/orders-algo-history ordType
       GET /api/v5/account/config
       GET /api/v5/account/instruments instType
       GET /api/v5/account/max-size instId tdMode
       GET /api/v5/account/max-avail-size instId tdMode
       GET /api/v5/account/max-withdrawal
       GET /api/v5/account/positions-history
       GET /api/v5/account/account-position-risk
       GET /api/v5/account/bills-archive
       GET /api/v5/account/interest-accrued
       GET /api/v5/asset/bills
       GET /api/v5/asset/asset-valuation
       GET /api/v5/asset/deposit-withdraw-status`,
    ),
    'GET /api/v5/account/balance': {
      answer: ({ balances, nowMs, params }) =>
        ok([
          {
            uTime: String(nowMs),
            details: balances
              .filter(([ccy]) => params['ccy'] === undefined || String(params['ccy']).split(',').includes(ccy))
              .map(([ccy, availBal, frozenBal]) => ({
                ccy,
                availBal,
                frozenBal,
                cashBal: String(Number(availBal) + Number(frozenBal)),
              })),
          },
        ]),
    },
    'GET /api/v5/account/positions': { ...EMPTY, ...ANY, list: true },
    'GET /api/v5/account/bills': EMPTY,
    'GET /api/v5/account/trade-fee': { ...ANY, needs: ['instType'] },
    'GET /api/v5/account/leverage-info': { ...ANY, list: true, needs: ['mgnMode'] },
    'POST /api/v5/account/set-leverage': { ...ANY, needs: ['lever', 'mgnMode'] },
    'POST /api/v5/account/set-position-mode': { needs: ['posMode'] },
    'GET /api/v5/asset/balances': {
      answer: ({ balances }) =>
        ok(balances.map(([ccy, availBal, frozenBal]) => ({ ccy, bal: availBal, availBal, frozenBal }))),
    },
    'GET /api/v5/asset/currencies': EMPTY,
    'GET /api/v5/asset/deposit-address': { needs: ['ccy'] },
    'GET /api/v5/asset/deposit-history': EMPTY,
    'GET /api/v5/asset/withdrawal-history': EMPTY,
    'POST /api/v5/asset/transfer': { needs: ['ccy', 'amt', 'from', 'to'], moves: ['ccy', 'amt'] },
    'GET /api/v5/asset/transfer-state': { needs: [['transId', 'clientId']] },
    'POST /api/v5/asset/withdrawal': { needs: ['ccy', 'amt', 'dest', 'toAddr'], moves: ['ccy', 'amt'] },
  },
}

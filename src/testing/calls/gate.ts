import type { Facts } from '../refusal.js'
import { type Call, type CallFacts, type Calls, sized } from './call.js'
import { lines } from './lines.js'

// Checked against docs/*Api.md and the models of https://github.com/gateio/gateapi-python (744afea); "label" of the pages.
const no = (label: string, message: string) => ({ label, message })
const limit = sized('amount', 'price')
const ORDER: Call = {
  needs: ['currency_pair', 'side', 'amount'],
  words: { side: /^(?:buy|sell)$/, type: /^[a-z_]+$/, time_in_force: /^[a-z]+$/ },
  when: { type: { limit: ['price'] } },
  symbol: 'currency_pair',
  // "amount" of a market order that buys is one of the quote currency.
  places: (params) =>
    params['type'] === 'market' && params['side'] === 'buy' ? { buys: true, quote: params['amount'] } : limit(params),
}
const shown = ([id, order]: CallFacts['orders'][number]) => ({ ...order, id, status: 'open' })
const NAMED: Call = {
  needs: ['currency_pair'],
  symbol: 'currency_pair',
  names: { '*': '' },
  answer: ({ params }) => ({ ...params, id: params['*'], status: 'open', '*': undefined }),
}
const EMPTY: Call = { answer: () => [] }
const pair = ([id, last, base, quote]: CallFacts['prices'][number]) => ({
  id,
  currency_pair: id,
  last,
  base,
  quote,
  trade_status: 'tradable',
})
const PAIRS: Call = {
  open: true,
  symbol: 'currency_pair',
  answer: ({ prices, params }) =>
    prices.map(pair).filter(({ id }) => params['currency_pair'] === undefined || id === params['currency_pair']),
}
const FUTURES_ORDER: Call = { needs: ['contract', 'size'], symbol: 'contract', places: () => undefined }

/** Gate v4: spot, wallet, and futures in USDT. */
export const GATE_CALLS: Calls = {
  symbol: (base, quote) => `${base}_${quote}`,
  problems: {
    // Guessed: the pages list no label for an unknown path.
    path: [404, no('NOT_FOUND', 'Not found')],
    absent: [400, ({ name }: Facts) => no('MISSING_REQUIRED_PARAM', `Missing required parameter: ${name}`)],
    word: [400, ({ name }: Facts) => no('INVALID_PARAM_VALUE', `Invalid request parameter \`${name}\` value`)],
    symbol: [400, ({ name }: Facts) => no('INVALID_CURRENCY_PAIR', `Invalid currency_pair: ${name}`)],
    funds: [400, no('BALANCE_NOT_ENOUGH', 'Not enough balance')],
    order: [404, no('ORDER_NOT_FOUND', 'Order not found')],
  },
  table: {
    'GET /api/v4/spot/currencies': { ...EMPTY, open: true },
    'GET /api/v4/spot/currency_pairs': PAIRS,
    'GET /api/v4/spot/currency_pairs/*': {
      open: true,
      symbol: '*',
      answer: ({ prices, params }) => prices.map(pair).find(({ id }) => id === params['*']),
    },
    'GET /api/v4/spot/tickers': PAIRS,
    'GET /api/v4/spot/order_book': { open: true, needs: ['currency_pair'], symbol: 'currency_pair' },
    'GET /api/v4/spot/candlesticks': { ...EMPTY, open: true, needs: ['currency_pair'], symbol: 'currency_pair' },
    'POST /api/v4/spot/orders': ORDER,
    'POST /api/v4/spot/batch_orders': {},
    'GET /api/v4/spot/orders': {
      needs: ['currency_pair', 'status'],
      symbol: 'currency_pair',
      answer: ({ orders }) => orders.map(shown),
    },
    'DELETE /api/v4/spot/orders': { symbol: 'currency_pair', answer: ({ orders }) => orders.map(shown) },
    'GET /api/v4/spot/open_orders': { answer: ({ orders }) => [{ total: orders.length, orders: orders.map(shown) }] },
    'GET /api/v4/spot/orders/*': NAMED,
    'PATCH /api/v4/spot/orders/*': { ...NAMED, needs: [] },
    'DELETE /api/v4/spot/orders/*': { ...NAMED, cancels: true },
    'GET /api/v4/spot/my_trades': { ...EMPTY, symbol: 'currency_pair' },
    'GET /api/v4/spot/fee': {},
    'GET /api/v4/spot/account_book': EMPTY,
    'GET /api/v4/spot/accounts': {
      answer: ({ balances, params }) =>
        balances
          .map(([currency, available, locked]) => ({ currency, available, locked }))
          .filter(({ currency }) => params['currency'] === undefined || currency === params['currency']),
    },
    'GET /api/v4/wallet/total_balance': {},
    'GET /api/v4/wallet/deposits': EMPTY,
    'GET /api/v4/wallet/withdrawals': EMPTY,
    'GET /api/v4/wallet/deposit_address': { needs: ['currency'] },
    'GET /api/v4/wallet/fee': {},
    'POST /api/v4/wallet/transfers': { needs: ['currency', 'from', 'to', 'amount'], moves: ['currency', 'amount'] },
    'POST /api/v4/withdrawals': { needs: ['currency', 'amount', 'chain'], moves: ['currency', 'amount'] },
    ...lines(
      { ...EMPTY, open: true, symbol: 'contract' },
      `GET /api/v4/futures/usdt/trades contract
       GET /api/v4/futures/usdt/candlesticks contract
       GET /api/v4/futures/usdt/funding_rate contract
       GET /api/v4/futures/usdt/order_book contract
       GET /api/v4/futures/usdt/contracts/*
       GET /api/v4/spot/currencies/*
       GET /api/v4/wallet/currency_chains currency`,
    ),
    'GET /api/v4/spot/trades': { ...EMPTY, open: true, needs: ['currency_pair'], symbol: 'currency_pair' },
    ...lines(
      {},
      `POST /api/v4/spot/cancel_batch_orders
       POST /api/v4/spot/amend_batch_orders
       POST /api/v4/spot/countdown_cancel_all timeout
       POST /api/v4/spot/price_orders trigger put market
       DELETE /api/v4/spot/price_orders/*
       GET /api/v4/spot/batch_fee currency_pairs
       DELETE /api/v4/withdrawals/*
       POST /api/v4/wallet/sub_account_transfers sub_account currency amount direction
       GET /api/v4/unified/accounts
       GET /api/v4/unified/unified_mode
       GET /api/v4/unified/borrowable currency
       GET /api/v4/account/detail
       GET /api/v4/futures/usdt/fee
       POST /api/v4/futures/usdt/batch_orders
       POST /api/v4/futures/usdt/batch_cancel_orders
       POST /api/v4/futures/usdt/countdown_cancel_all timeout
       POST /api/v4/futures/usdt/dual_mode dual_mode
       GET /api/v4/futures/usdt/positions/*
       POST /api/v4/futures/usdt/positions/*/leverage leverage
       POST /api/v4/futures/usdt/positions/*/margin change
       POST /api/v4/futures/usdt/dual_comp/positions/*/leverage leverage
       POST /api/v4/futures/usdt/price_orders initial trigger
       DELETE /api/v4/futures/usdt/price_orders/*`,
    ),
    ...lines(
      { ...EMPTY, symbol: 'contract' },
      `GET /api/v4/spot/price_orders status
       GET /api/v4/wallet/saved_address currency
       GET /api/v4/wallet/withdraw_status
       GET /api/v4/wallet/sub_account_balances
       DELETE /api/v4/futures/usdt/orders contract
       GET /api/v4/futures/usdt/account_book
       GET /api/v4/futures/usdt/position_close
       GET /api/v4/futures/usdt/price_orders status`,
    ),
    'PUT /api/v4/futures/usdt/orders/*': { ...NAMED, needs: [], symbol: 'contract' },
    'GET /api/v4/futures/usdt/accounts': {},
    'GET /api/v4/futures/usdt/contracts': { ...EMPTY, open: true },
    'GET /api/v4/futures/usdt/tickers': { ...EMPTY, open: true },
    'GET /api/v4/futures/usdt/positions': EMPTY,
    'GET /api/v4/futures/usdt/my_trades': { ...EMPTY, symbol: 'contract' },
    'POST /api/v4/futures/usdt/orders': FUTURES_ORDER,
    'GET /api/v4/futures/usdt/orders': {
      symbol: 'contract',
      needs: ['status'],
      answer: ({ orders }) => orders.map(shown),
    },
    'GET /api/v4/futures/usdt/orders/*': { ...NAMED, needs: [], symbol: 'contract' },
    'DELETE /api/v4/futures/usdt/orders/*': { ...NAMED, needs: [], symbol: 'contract', cancels: true },
  },
}

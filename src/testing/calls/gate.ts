import type { Facts } from '../answers.js'
import { type Call, type CallFacts, type Calls, sized } from './call.js'

// gate.com/docs/developers/apiv4, the pages of the calls, and "Error Handling", "label".
const no = (label: string, message: string) => ({ label, message })
const limit = sized('amount', 'price')
const ORDER: Call = {
  needs: ['currency_pair', 'side', 'amount'],
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
    'PATCH /api/v4/spot/orders/*': NAMED,
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

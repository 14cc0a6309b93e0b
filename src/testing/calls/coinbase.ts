import { type Call, type CallFacts, type Calls, sized } from './call.js'
import { lines } from './lines.js'

// Checked against coinbase/rest/*.py of https://github.com/coinbase/coinbase-advanced-py (54fb8ed).
const CONFIGURED = sized('base_size', 'limit_price', 'quote_size')
const failed = (error: string, message: string) => ({
  success: false,
  failure_reason: 'UNKNOWN_FAILURE_REASON',
  order_id: '',
  error_response: { error, message, error_details: '' },
})
const denied = (error: string, message: string) => ({ error, error_details: message, message })
const product = ([product_id, price, base_currency_id, quote_currency_id]: CallFacts['prices'][number]) => ({
  product_id,
  price,
  base_currency_id,
  quote_currency_id,
  status: 'online',
})
const accounts = ({ balances }: CallFacts) => ({
  accounts: balances.map(([currency, value, hold]) => ({
    uuid: currency,
    name: `${currency} Wallet`,
    currency,
    available_balance: { value, currency },
    hold: { value: hold, currency },
    active: true,
  })),
  has_next: false,
})
const PRODUCTS: Call = { answer: ({ prices }) => ({ products: prices.map(product), num_products: prices.length }) }
const PRODUCT: Call = {
  symbol: '*',
  answer: ({ prices, params }) => product(prices.find(([id]) => id === params['*']) ?? (prices[0] as never)),
}

/** Coinbase Advanced Trade. */
export const COINBASE_CALLS: Calls = {
  symbol: (base, quote) => `${base}-${quote}`,
  problems: {
    // Guessed: the pages list no error of an unknown path, and no text of a missing member.
    path: [404, denied('NOT_FOUND', 'Not Found')],
    absent: [400, ({ name }) => denied('INVALID_ARGUMENT', `${name} is required`)],
    word: [400, ({ name }) => denied('INVALID_ARGUMENT', `${name} is invalid`)],
    symbol: [400, denied('INVALID_ARGUMENT', 'valid product_id is required')],
    funds: [200, failed('INSUFFICIENT_FUND', 'Insufficient balance in source account')],
    order: [404, denied('NOT_FOUND', 'order not found')],
  },
  table: {
    'GET /api/v3/brokerage/market/products': { ...PRODUCTS, open: true },
    'GET /api/v3/brokerage/market/products/*': { ...PRODUCT, open: true },
    'GET /api/v3/brokerage/products': PRODUCTS,
    'GET /api/v3/brokerage/products/*': PRODUCT,
    'GET /api/v3/brokerage/products/*/candles': {
      symbol: '*',
      needs: ['start', 'end', 'granularity'],
      answer: () => ({ candles: [] }),
    },
    'GET /api/v3/brokerage/products/*/ticker': { symbol: '*', needs: ['limit'], answer: () => ({ trades: [] }) },
    'GET /api/v3/brokerage/product_book': { needs: ['product_id'], symbol: 'product_id' },
    'GET /api/v3/brokerage/best_bid_ask': { answer: () => ({ pricebooks: [] }) },
    'GET /api/v3/brokerage/accounts': { answer: accounts },
    'GET /api/v3/brokerage/accounts/*': {
      answer: (facts) => ({ account: accounts(facts).accounts.find(({ uuid }) => uuid === facts.params['*']) ?? null }),
    },
    'POST /api/v3/brokerage/orders': {
      needs: ['client_order_id', 'product_id', 'side', 'order_configuration'],
      words: { side: /^(?:BUY|SELL)$/ },
      symbol: 'product_id',
      places: (params) => CONFIGURED({ ...Object(Object.values(Object(params['order_configuration']))[0]), ...params }),
    },
    'POST /api/v3/brokerage/orders/preview': {
      needs: ['product_id', 'side', 'order_configuration'],
      words: { side: /^(?:BUY|SELL)$/ },
      symbol: 'product_id',
    },
    'POST /api/v3/brokerage/orders/batch_cancel': {
      needs: ['order_ids'],
      names: { order_ids: '' },
      cancels: true,
      answer: ({ params }) => ({
        results: [params['order_ids']].flat().map((order_id) => ({ success: true, failure_reason: '', order_id })),
      }),
    },
    'POST /api/v3/brokerage/orders/edit': { needs: ['order_id', ['price', 'size']], names: { order_id: '' } },
    'GET /api/v3/brokerage/orders/historical/batch': {
      answer: ({ orders }) => ({
        orders: orders.map(([order_id, order]) => ({ ...order, order_id, status: 'OPEN' })),
        has_next: false,
      }),
    },
    'GET /api/v3/brokerage/orders/historical/fills': { answer: () => ({ fills: [] }) },
    'GET /api/v3/brokerage/orders/historical/*': {
      names: { '*': '' },
      answer: ({ params }) => ({ order: { ...params, order_id: params['*'], status: 'OPEN' } }),
    },
    'GET /api/v3/brokerage/transaction_summary': { answer: () => ({}) },
    'GET /api/v3/brokerage/portfolios': { answer: () => ({ portfolios: [] }) },
    ...lines(
      { open: true, answer: () => ({ candles: [], trades: [], pricebook: { bids: [], asks: [] } }) },
      `GET /api/v3/brokerage/market/products/*/candles start end granularity
       GET /api/v3/brokerage/market/products/*/ticker limit
       GET /api/v3/brokerage/market/product_book product_id`,
    ),
    ...lines(
      {},
      `POST /api/v3/brokerage/orders/edit_preview order_id
       POST /api/v3/brokerage/orders/close_position client_order_id product_id
       POST /api/v3/brokerage/convert/quote from_account to_account amount
       GET /api/v3/brokerage/convert/trade/* from_account to_account
       POST /api/v3/brokerage/convert/trade/* from_account to_account
       GET /api/v3/brokerage/payment_methods
       GET /api/v3/brokerage/payment_methods/*
       GET /api/v3/brokerage/portfolios/*
       POST /api/v3/brokerage/portfolios name
       GET /api/v3/brokerage/cfm/balance_summary
       GET /api/v3/brokerage/cfm/positions
       GET /api/v3/brokerage/cfm/positions/*
       GET /api/v3/brokerage/intx/portfolio/*
       GET /api/v3/brokerage/intx/positions/*
       GET /api/v3/brokerage/intx/balances/*`,
    ),
    'POST /api/v3/brokerage/portfolios/move_funds': {
      needs: ['funds', 'source_portfolio_uuid', 'target_portfolio_uuid'],
    },
  },
}

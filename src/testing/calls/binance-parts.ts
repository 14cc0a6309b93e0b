import type { Call, CallFacts } from './call.js'

// What spot and futures of Binance have in common; the sources are named where they are used.
// "If pegPriceType is specified, price becomes optional."
const PEGGED = ['price', 'pegPriceType']
export const ORDER: Call = {
  needs: ['symbol', 'side', 'type'],
  words: { side: /^(?:BUY|SELL)$/, type: /^[A-Z_]+$/, timeInForce: /^[A-Z_]+$/ },
  when: {
    type: {
      LIMIT: ['timeInForce', 'quantity', PEGGED],
      MARKET: [['quantity', 'quoteOrderQty']],
      STOP_LOSS: ['quantity', ['stopPrice', 'trailingDelta']],
      STOP_LOSS_LIMIT: ['timeInForce', 'quantity', PEGGED, ['stopPrice', 'trailingDelta']],
      TAKE_PROFIT: ['quantity', ['stopPrice', 'trailingDelta']],
      TAKE_PROFIT_LIMIT: ['timeInForce', 'quantity', 'price', ['stopPrice', 'trailingDelta']],
      LIMIT_MAKER: ['quantity', PEGGED],
    },
  },
  symbol: 'symbol',
}
export const NAMED: Call & Required<Pick<Call, 'needs' | 'names'>> = {
  needs: ['symbol', ['orderId', 'origClientOrderId']],
  symbol: 'symbol',
  names: { orderId: '', origClientOrderId: 'newClientOrderId' },
}
const numbered = ([id, order]: CallFacts['orders'][number]) => ({ ...order, orderId: Number(id), status: 'NEW' })
export const orders = ({ orders, params }: CallFacts): unknown[] =>
  orders.map(numbered).filter((one) => !params['symbol'] || Object(one).symbol === params['symbol'])
export const OPEN_ORDERS: Call = { symbol: 'symbol', answer: orders }
export const NONE: Call = { needs: ['symbol'], symbol: 'symbol', answer: () => [] }
export const PRICE: Call = {
  open: true,
  symbol: 'symbol',
  answer: ({ params, prices }) => {
    const all = prices.map(([symbol, price]) => ({ symbol, price }))
    return params['symbol'] === undefined ? all : all.find(({ symbol }) => symbol === params['symbol'])
  },
}
export const INFO: Call = {
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
export const MARKET_DATA: Call = { open: true, needs: ['symbol'], symbol: 'symbol' }

import type { Facts } from '../answers.js'
import { type Call, type CallFacts, type Calls, sized } from './call.js'

// kucoin.com/docs-new, the pages of the calls, and "Errors code".
const ok = (data: unknown) => ({ code: '200000', data })
const no = (code: string, msg: string) => ({ code, msg })
const ORDER: Call = {
  needs: ['symbol', 'side'],
  when: { type: { limit: ['price', 'size'], market: [['size', 'funds']] } },
  symbol: 'symbol',
  places: sized('size', 'price', 'funds'),
}
const FUTURES_ORDER: Call = { needs: ['clientOid', 'symbol', 'side'], when: ORDER.when ?? {}, places: () => undefined }
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
  problems: {
    // "404 Not Found: cannot find the request resource".
    path: [404, no('404', 'Not Found')],
    absent: [400, ({ name }: Facts) => no('400100', `${name} can not be empty`)],
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
    'POST /api/v1/orders': { ...ORDER, needs: ['clientOid', 'side', 'symbol'] },
    'POST /api/v1/orders/test': { ...ORDER, places: () => undefined },
    'DELETE /api/v1/orders': {
      symbol: 'symbol',
      answer: ({ orders }) => ok({ cancelledOrderIds: orders.map(([id]) => id) }),
    },
    'GET /api/v1/orders': { symbol: 'symbol', answer: orders },
    'DELETE /api/v1/orders/*': CANCEL,
    'GET /api/v1/orders/*': SHOW,
    'GET /api/v1/fills': { ...EMPTY, symbol: 'symbol' },
    'POST /api/v1/hf/orders': { ...ORDER, needs: ['symbol', 'type', 'side'] },
    'POST /api/v1/hf/orders/test': { ...ORDER, places: () => undefined },
    'DELETE /api/v1/hf/orders/*': { ...CANCEL, needs: ['symbol'], symbol: 'symbol' },
    'GET /api/v1/hf/orders/active': {
      needs: ['symbol'],
      symbol: 'symbol',
      answer: ({ orders }) => ok(orders.map(([id, order]) => ({ ...order, id, active: true }))),
    },
    'GET /api/v1/hf/orders/*': { ...SHOW, symbol: 'symbol' },
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
    'POST /api/v1/bullet-public': { open: true },
    'GET /api/v1/account-overview': {},
    'GET /api/v1/positions': { answer: () => ok([]) },
    'POST /api/v1/st-orders': FUTURES_ORDER,
  },
}

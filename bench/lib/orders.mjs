// Orders as a bot places them: same account and path, other prices, sizes and ids every time.

import { MASK } from './messages.mjs'

const SYMBOLS = ['BTC', 'ETH', 'SOL', 'XRP', 'ADA', 'DOGE', 'LTC', 'DOT']
const each = (make) => Array.from({ length: MASK + 1 }, (_, i) => make(i, SYMBOLS[i % SYMBOLS.length]))
const size = (i) => `0.00${100 + i}`
const price = (i) => `${60_000 + i}.10`
const id = (i) => `bot-1-${100_000 + i}`

/** What each exchange's endpoint for orders takes, by the name of the exchange. */
export const orders = {
  // Nine parameters with receive window and timestamp.
  binance: each((i, symbol) => ({
    symbol: `${symbol}USDT`,
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: size(i),
    price: price(i),
    newClientOrderId: id(i),
  })),
  okx: each((i, symbol) => ({
    instId: `${symbol}-USDT`,
    tdMode: 'cash',
    side: 'buy',
    ordType: 'limit',
    px: price(i),
    sz: size(i),
    clOrdId: `bot${i}`,
    tag: 'bot',
  })),
  bybit: each((i, symbol) => ({
    category: 'spot',
    symbol: `${symbol}USDT`,
    side: 'Buy',
    orderType: 'Limit',
    qty: size(i),
    price: price(i),
    timeInForce: 'GTC',
    orderLinkId: id(i),
  })),
  gate: each((i, symbol) => ({
    text: `t-${id(i)}`,
    currency_pair: `${symbol}_USDT`,
    type: 'limit',
    account: 'spot',
    side: 'buy',
    amount: size(i),
    price: price(i),
    time_in_force: 'gtc',
  })),
  kraken: each((i, symbol) => ({
    pair: `${symbol}USD`,
    type: 'buy',
    ordertype: 'limit',
    price: price(i),
    volume: size(i),
    timeinforce: 'GTC',
    cl_ord_id: id(i),
  })),
}

/** Where they are sent, and what ccxt calls that. */
export const endpoints = {
  binance: { path: '/api/v3/order', ccxt: ['order', 'private'] },
  okx: { path: '/api/v5/trade/order', ccxt: ['trade/order', 'private'] },
  bybit: { path: '/v5/order/create', ccxt: ['v5/order/create', 'private'] },
  gate: { path: '/api/v4/spot/orders', ccxt: ['orders', ['private', 'spot']] },
  kraken: { path: '/0/private/AddOrder', ccxt: ['AddOrder', 'private'] },
}

const API_KEY = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A'
const SECRET = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j'

/** An account at each exchange, in the form its key page shows it. */
export const accounts = {
  binance: { apiKey: API_KEY, secret: SECRET },
  okx: { apiKey: API_KEY, secret: SECRET, passphrase: 'phrase1' },
  bybit: { apiKey: API_KEY, secret: SECRET },
  gate: { apiKey: API_KEY, secret: SECRET },
  kraken: { apiKey: API_KEY, secret: btoa(SECRET) },
}
/** In milliseconds, as ccxt and the others state it too. */
export const RECV_WINDOW = 5000

// More exchanges whose authentication stands in headers.

import { del, get, post, put } from '../cases.js'
import { NOW_MS } from '../ccxt.js'
import type { Row } from '../row.js'

const account = { apiKey: 'key-1', secret: 'secret-1' }
const withPhrase = { ...account, passphrase: 'phrase-1' }
const base64Account = { apiKey: 'key-1', secret: 'c2VjcmV0LTEtc2VjcmV0LTE=' }
const PRIVATE = 'private'
const all = (path: string, fixed?: Readonly<Record<string, unknown>>) => [
  get(PRIVATE, path, fixed),
  post(PRIVATE, path, fixed),
  del(PRIVATE, path, fixed),
]
const latoken = [get('private', 'auth/order'), post('private', 'auth/order/place')]
const xtFutures = {
  exchange: 'xt',
  ccxt: 'xt',
  account,
  calls: [
    get(['private', 'linear'], 'future/trade/v1/order/list'),
    post(['private', 'linear'], 'future/trade/v1/order/create'),
  ],
}

export const rows: readonly Row[] = [
  {
    name: 'xt',
    exchange: 'xt',
    ccxt: 'xt',
    account,
    calls: [
      get(['private', 'spot'], 'batch-order'),
      post(['private', 'spot'], 'order'),
      del(['private', 'spot'], 'open-order'),
    ],
  },
  { ...xtFutures, name: 'xt futures', variant: 'futures' },
  { ...xtFutures, name: 'xt futures encoded', variant: 'futures-encoded' },
  {
    name: 'bitvavo',
    exchange: 'bitvavo',
    ccxt: 'bitvavo',
    account,
    unproven: ['bitvavo-access-window'],
    calls: [...all('order'), put('private', 'order')],
  },
  { name: 'weex', exchange: 'weex', ccxt: 'weex', account: withPhrase, calls: all('api/v3/order') },
  {
    name: 'blofin',
    exchange: 'blofin',
    ccxt: 'blofin',
    account: withPhrase,
    calls: [get('private', 'account/balance'), post('private', 'trade/order')],
  },
  {
    name: 'btcmarkets',
    exchange: 'btc-markets',
    ccxt: 'btcmarkets',
    account: base64Account,
    calls: [...all('orders'), put('private', 'orders/{id}', { id: '1' })],
  },
  {
    name: 'bitso',
    exchange: 'bitso',
    ccxt: 'bitso',
    account,
    calls: [get('private', 'open_orders'), post('private', 'orders'), del('private', 'orders')],
  },
  {
    name: 'bitbank',
    exchange: 'bitbank',
    ccxt: 'bitbank',
    account,
    calls: [get('private', 'user/spot/order'), post('private', 'user/spot/order')],
  },
  {
    name: 'bitbank nonce',
    exchange: 'bitbank',
    variant: 'nonce',
    ccxt: 'bitbank',
    account,
    theirs: { options: { authMethod: 'nonce' } },
    calls: [get('private', 'user/spot/order'), post('private', 'user/spot/order')],
  },
  {
    name: 'bitflyer',
    exchange: 'bitflyer',
    ccxt: 'bitflyer',
    account,
    differs: 'ccxt states seconds, this package milliseconds',
    calls: [get('private', 'getbalance'), post('private', 'sendchildorder')],
  },
  {
    name: 'coincheck',
    exchange: 'coincheck',
    ccxt: 'coincheck',
    account,
    calls: [
      get('private', 'accounts/balance'),
      post('private', 'exchange/orders'),
      del('private', 'exchange/orders/{id}', { id: '1' }),
    ],
  },
  { name: 'hitbtc', exchange: 'hitbtc', ccxt: 'hitbtc', account, calls: all('spot/order') },
  { name: 'delta', exchange: 'delta', ccxt: 'delta', account, calls: [...all('orders'), put('private', 'orders')] },
  { name: 'hollaex', exchange: 'hollaex', ccxt: 'hollaex', account, nowMs: NOW_MS - 50_000, calls: all('order') },
  { name: 'latoken', exchange: 'latoken', ccxt: 'latoken', account, proves: ['body'], unmarked: true, calls: latoken },
  {
    name: 'latoken encoded',
    exchange: 'latoken',
    variant: 'encoded',
    ccxt: 'latoken',
    account,
    proves: ['body'],
    unmarked: true,
    calls: latoken,
  },
  {
    name: 'foxbit',
    exchange: 'foxbit',
    ccxt: 'foxbit',
    account,
    unmarked: true,
    calls: [
      get(['v3', 'private'], 'orders'),
      post(['v3', 'private'], 'orders'),
      put(['v3', 'private'], 'orders/cancel'),
    ],
  },
  {
    name: 'apex',
    exchange: 'apex-omni',
    ccxt: 'apex',
    account: withPhrase,
    calls: [get('private', 'v3/account'), post('private', 'v3/order')],
  },
  {
    name: 'polymarket',
    exchange: 'polymarket',
    ccxt: 'prediction.polymarket',
    account: { apiKey: 'key-1', secret: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=', passphrase: 'phrase-1' },
    theirs: { walletAddress: '0x0000000000000000000000000000000000000001' },
    options: { address: '0x0000000000000000000000000000000000000001' },
    unproven: ['poly_address'],
    calls: [
      get(['clob', 'private'], 'data/orders'),
      post(['clob', 'private'], 'order'),
      del(['clob', 'private'], 'orders'),
    ],
  },
  {
    name: 'alpaca',
    exchange: 'alpaca',
    ccxt: 'alpaca',
    account,
    calls: [get(['trader', 'private'], 'v2/orders'), post(['trader', 'private'], 'v2/orders')],
  },
  {
    name: 'luno',
    exchange: 'luno',
    ccxt: 'luno',
    account,
    calls: [get('private', 'balance'), post('private', 'postorder')],
  },
  {
    // What its login answered, which stands for a signature.
    name: 'grvt',
    exchange: 'grvt',
    ccxt: 'grvt',
    account,
    theirs: {
      privateKey: `0x${'1'.repeat(64)}`,
      options: { AuthAccountId: account.apiKey, AuthCookieValue: `gravity=${account.secret}` },
    },
    calls: [post('privateTrading', 'full/v1/create_order'), post('privateTrading', 'full/v1/positions')],
  },
]

// Exchanges whose authentication stands in headers.

import { del, get, post, put } from '../cases.js'
import { importedKey, RSA_PEM } from '../keys.js'
import type { Row } from '../row.js'

const account = { apiKey: 'key-1', secret: 'secret-1' }
const withPhrase = { ...account, passphrase: 'phrase-1' }
const base64Account = { apiKey: 'key-1', secret: 'c2VjcmV0LTEtc2VjcmV0LTE=' }
const base64WithPhrase = { ...base64Account, passphrase: 'phrase-1' }
const coinex = [get(['v2', 'private'], 'spot/pending-order'), post(['v2', 'private'], 'spot/order', { client_id: '1' })]
const partner = { id: 'partner-1', key: 'partner-secret-1' }
const kucoin = {
  exchange: 'kucoin',
  ccxt: 'kucoin',
  account: withPhrase,
  theirs: { options: { partner: { spot: partner, future: partner } } },
  options: { partner },
  // By the partner's key.
  unproven: ['kc-api-partner', 'kc-api-partner-sign', 'kc-api-partner-verify'],
}

export const rows: readonly Row[] = [
  {
    name: 'okx',
    exchange: 'okx',
    ccxt: 'okx',
    account: withPhrase,
    calls: [get('private', 'account/balance'), post('private', 'trade/order', { clOrdId: '1' })],
  },
  {
    name: 'gate',
    exchange: 'gate',
    ccxt: 'gate',
    account,
    calls: [
      get(['private', 'spot'], 'open_orders'),
      post(['private', 'spot'], 'orders', { text: 't-1' }),
      del(['private', 'spot'], 'orders'),
      post(['private', 'futures'], '{settle}/positions/{contract}/leverage', { settle: 'usdt', contract: 'BTC_USDT' }),
    ],
  },
  {
    name: 'bybit',
    exchange: 'bybit',
    ccxt: 'bybit',
    account,
    calls: [get('private', 'v5/order/realtime'), post('private', 'v5/order/create')],
  },
  {
    name: 'bybit RSA',
    exchange: 'bybit',
    ccxt: 'bybit',
    account: await importedKey('rsa-v1_5-sha256', 'key-3'),
    theirs: { secret: RSA_PEM },
    calls: [get('private', 'v5/order/realtime'), post('private', 'v5/order/create')],
  },
  {
    name: 'coinbase legacy',
    exchange: 'coinbase',
    variant: 'hmac',
    ccxt: 'coinbase',
    account,
    calls: [get(['v3', 'private'], 'brokerage/accounts'), post(['v3', 'private'], 'brokerage/orders')],
  },
  {
    name: 'coinbase exchange',
    exchange: 'coinbase-exchange',
    ccxt: 'coinbaseexchange',
    account: base64WithPhrase,
    calls: [get('private', 'accounts'), post('private', 'orders'), del('private', 'orders')],
  },
  {
    name: 'coinbase international',
    exchange: 'coinbase-international',
    ccxt: 'coinbaseinternational',
    account: base64WithPhrase,
    calls: [
      get(['v1', 'private'], 'orders'),
      post(['v1', 'private'], 'orders'),
      put(['v1', 'private'], 'orders/{id}', { id: '1' }),
    ],
  },
  {
    name: 'kraken futures',
    exchange: 'kraken-futures',
    ccxt: 'krakenfutures',
    account: base64Account,
    calls: [get('private', 'openorders'), post('private', 'sendorder'), post('private', 'batchorder')],
  },
  {
    name: 'kucoin',
    ...kucoin,
    calls: [
      get('private', 'accounts'),
      post('private', 'hf/orders'),
      del('private', 'hf/orders/{orderId}', { orderId: '1' }),
    ],
  },
  {
    name: 'kucoin futures',
    ...kucoin,
    calls: [get('futuresPrivate', 'orders'), post('futuresPrivate', 'orders'), del('futuresPrivate', 'orders')],
  },
  {
    name: 'bitget',
    exchange: 'bitget',
    ccxt: 'bitget',
    account: withPhrase,
    calls: [
      get(['private', 'mix'], 'v2/mix/order/orders-pending'),
      post(['private', 'spot'], 'v2/spot/trade/place-order'),
    ],
  },
  {
    name: 'mexc contract',
    readsPairs: true,
    exchange: 'mexc-contract',
    ccxt: 'mexc',
    account,
    calls: [get(['contract', 'private'], 'account/assets'), post(['contract', 'private'], 'order/submit')],
  },
  {
    name: 'bitfinex',
    exchange: 'bitfinex',
    ccxt: 'bitfinex',
    account,
    calls: [post('private', 'auth/w/order/submit')],
  },
  {
    name: 'deribit',
    exchange: 'deribit',
    ccxt: 'deribit',
    account,
    calls: [get('private', 'get_account_summary'), get('private', 'buy')],
  },
  {
    name: 'bitstamp',
    exchange: 'bitstamp',
    ccxt: 'bitstamp',
    account,
    calls: [post('private', 'balance/'), post('private', 'buy/{pair}/', { pair: 'btcusd' })],
  },
  {
    name: 'phemex',
    exchange: 'phemex',
    ccxt: 'phemex',
    account,
    unmarked: true,
    calls: [
      get('private', 'spot/orders'),
      post('private', 'orders', { clOrdID: '1' }),
      put('private', 'spot/orders'),
      del('private', 'orders'),
    ],
  },
  {
    name: 'poloniex',
    readsPairs: true,
    exchange: 'poloniex',
    ccxt: 'poloniex',
    account,
    calls: [
      get('private', 'orders'),
      post('private', 'orders'),
      del('private', 'orders'),
      put('private', 'orders/{id}', { id: '1' }),
    ],
  },
  {
    name: 'woo v1',
    exchange: 'woo-v1',
    ccxt: 'woo',
    account,
    calls: [get(['v1', 'private'], 'orders'), post(['v1', 'private'], 'order'), del(['v1', 'private'], 'order')],
  },
  {
    name: 'woo v3',
    exchange: 'woo',
    ccxt: 'woo',
    account,
    calls: [
      get(['v3', 'private'], 'trade/orders'),
      post(['v3', 'private'], 'trade/order'),
      put(['v3', 'private'], 'trade/order'),
      del(['v3', 'private'], 'trade/order'),
    ],
  },
  { name: 'coinex', exchange: 'coinex', ccxt: 'coinex', account, calls: coinex },
  { name: 'coinex with a hash', exchange: 'coinex', variant: 'sha256-suffix', ccxt: 'coinex', account, calls: coinex },
  {
    name: 'coinex futures v1',
    exchange: 'coinex',
    variant: 'v1',
    ccxt: 'coinex',
    differs: 'ccxt sorts all pairs, this package puts the timestamp behind the others',
    account,
    calls: [
      get(['v1', 'perpetualPrivate'], 'order/pending'),
      post(['v1', 'perpetualPrivate'], 'order/put_limit', { client_id: '1' }),
    ],
  },
]

import { createHmac } from 'node:crypto'
import { elsewhere, MS, mac, refused, SECRET, same, sent } from './case.mjs'

// HTX: parameters by name, the body not signed.
const T = '2025-01-17T08%3A13%3A02'
const AUTH = `AccessKeyId=key-1&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=${T}`
const htx = (
  name,
  source,
  about,
  expected,
  {
    method = 'GET',
    host = 'api.huobi.pro',
    path,
    query = AUTH,
    body = '',
    text,
    sign = encodeURIComponent(mac(text, 'base64')),
    options,
  },
) =>
  sent(`htx-${name}`, source, about, expected, {
    method,
    host,
    path: `${path}?${query}&Signature=${sign}`,
    headers: body === '' ? [] : [['Content-Type', 'application/json']],
    body,
    options,
  })
const transfer = '{"symbol":"ethusdt","currency":"eth","amount":"1.0"}'
htx('body-signed', 'leizongmin/huobiapi/pull/6', same, 'body-in-query', {
  method: 'POST',
  path: '/v1/dw/transfer-in/margin',
  body: transfer,
  text: `POST\napi.huobi.pro\n/v1/dw/transfer-in/margin\n${AUTH}&amount=1.0&currency=eth&symbol=ethusdt`,
})
htx('other-host', 'HuobiRDCenter/huobi_Java/issues/73', same, 'host-other', {
  host: 'api.huobi.de.com',
  path: '/v1/account/accounts',
  text: `GET\napi.huobi.pro\n/v1/account/accounts\n${AUTH}`,
  options: { scheme: 'htx' },
})
htx('post-as-get', 'huobiapi/REST-Python3-demo/issues/4', same, 'method-other', {
  path: '/v1/order/orders/place',
  text: `POST\napi.huobi.pro\n/v1/order/orders/place\n${AUTH}`,
})
htx('encoded-twice', 'javaee/jersey/issues/856', elsewhere, 'signature-form', {
  path: '/v1/account/accounts',
  sign: encodeURIComponent(encodeURIComponent(mac(`GET\napi.huobi.pro\n/v1/account/accounts\n${AUTH}`, 'base64'))),
})

// Poloniex: parameters by name.
const polo = (name, source, about, expected, { path = '/accounts/balances', query = '', text, key = SECRET }) =>
  sent(`poloniex-${name}`, source, about, expected, {
    host: 'api.poloniex.com',
    path: query === '' ? path : `${path}?${query}`,
    headers: [
      ['key', 'key-1'],
      ['signTimestamp', MS],
      ['signature', mac(text, 'base64', 'sha256', key)],
    ],
  })
polo('white-space', 'knowm/XChange/issues/3822', same, 'secret-line-break', {
  text: `GET\n/accounts/balances\nsignTimestamp=${MS}`,
  key: `${SECRET} `,
})
polo('sorted-as-text', 'tedder/requests-aws4auth/issues/21', elsewhere, 'text-parameters-order', {
  path: '/wallets/activity',
  query: 'id=1&id-type=receipt&limit=5',
  text: `GET\n/wallets/activity\nid-type=receipt&id=1&limit=5&signTimestamp=${MS}`,
})

// Crypto.com: names and values one behind the other, by name.
const members = { instrument_name: 'BTC_USDT', side: 'BUY', type: 'MARKET', quantity: '1' }
const unsorted = Object.entries(members).flat().join('')
sent('crypto-com-unsorted', 'ccxt/ccxt/pull/28760', same, 'parameters-not-sorted', {
  method: 'POST',
  host: 'api.crypto.com',
  path: '/exchange/v1/private/create-order',
  headers: [['Content-Type', 'application/json']],
  body: JSON.stringify({
    id: 1,
    method: 'private/create-order',
    api_key: 'key-1',
    params: members,
    nonce: Number(MS),
    sig: mac(`private/create-order1key-1${unsorted}${MS}`),
  }),
})

sent('btc-markets-float', 'BTCMarkets/API/issues/2', same, 'time-form', {
  host: 'api.btcmarkets.net',
  path: '/v3/accounts/me/balances',
  headers: [
    ['BM-AUTH-APIKEY', 'key-1'],
    ['BM-AUTH-TIMESTAMP', `${MS}.7048`],
    [
      'BM-AUTH-SIGNATURE',
      createHmac('sha512', SECRET).update(`GET/v3/accounts/me/balances${MS}.7048`).digest('base64'),
    ],
  ],
  options: { secret: Buffer.from(SECRET).toString('base64') },
})

// What only an answer says.
sent('bitso-refused', 'ccxt/ccxt/issues/24419', refused, 'refused-signature', {
  host: 'bitso.com',
  path: '/api/v3/balance/',
  headers: [['Authorization', `Bitso key-1:${MS}:${mac('x')}`]],
  options: {
    secret: undefined,
    refusal:
      '{"success":false,"error":{"message":"Invalid Nonce or Invalid Credentials","code":"0215","details":[],"errorData":null}}',
  },
})
sent('bitmart-refused', 'ccxt/ccxt/issues/12399', refused, 'refused-signature', {
  method: 'POST',
  host: 'api-cloud.bitmart.com',
  path: '/spot/v3/cancel_order',
  headers: [
    ['X-BM-KEY', 'key-1'],
    ['X-BM-TIMESTAMP', MS],
    ['X-BM-SIGN', mac('x')],
  ],
  body: '{"symbol":"BTC_USDT","order_id":1}',
  options: {
    secret: undefined,
    refusal: '{"message":"Header X-BM-SIGN is wrong","code":30005,"trace":"t-1","data":{}}',
  },
})
sent('coinex-refused', 'ccxt/ccxt/issues/17327', refused, 'refused-signature', {
  host: 'api.coinex.com',
  path: '/v2/assets/spot/balance',
  headers: [
    ['X-COINEX-KEY', 'key-1'],
    ['X-COINEX-SIGN', mac('x')],
    ['X-COINEX-TIMESTAMP', MS],
  ],
  options: { secret: undefined, refusal: '{"code":25,"data":{},"message":"Signature Incorrect"}' },
})

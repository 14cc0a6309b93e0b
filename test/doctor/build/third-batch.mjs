import { createHmac } from 'node:crypto'
import { elsewhere, MS, mac, PASS, refused, S, SECRET, same, sent, write } from './case.mjs'
import { hmac, rfc, shared } from './case-rfc9421.mjs'

// Exchanges and RFC 9421 once more: threads that no case was made after before.

const POLY = 'Y2FuYXJ5LXBvbHltYXJrZXQtc2VjcmV0LW9mLTMyLWI='
const poly = (name, source, expected, body, signed) =>
  sent(`polymarket-${name}`, source, same, expected, {
    method: 'POST',
    host: 'clob.polymarket.com',
    path: '/order',
    headers: [
      ['POLY_ADDRESS', '0x0000000000000000000000000000000000000001'],
      [
        'POLY_SIGNATURE',
        createHmac('sha256', Buffer.from(POLY, 'base64'))
          .update(`${S}POST/order${signed}`)
          .digest('base64')
          .replaceAll('+', '-')
          .replaceAll('/', '_'),
      ],
      ['POLY_TIMESTAMP', S],
      ['POLY_API_KEY', '00000000-0000-4000-8000-000000000000'],
      ['POLY_PASSPHRASE', PASS],
    ],
    body,
    options: { secret: POLY, passphrase: PASS },
  })
poly(
  'python-false',
  'Polymarket/py-clob-client/pull/191',
  ['body-python-repr', 'body-json-spaces', 'body-json-booleans', 'body-python-words'],
  '{"order":{"salt":1,"side":"BUY"},"owner":"o","deferExec":false}',
  '{"order": {"salt": 1, "side": "BUY"}, "owner": "o", "deferExec": False}',
)
poly(
  'python-none',
  'Polymarket/py-clob-client-v2/pull/1',
  ['body-python-repr', 'body-json-spaces', 'body-python-words'],
  '{"order":{"salt":1,"taker":null},"owner":"o"}',
  '{"order": {"salt": 1, "taker": None}, "owner": "o"}',
)
const get = (name, source, about, expected, query, text, options = {}) =>
  write(
    `bybit-${name}`,
    'bybit',
    source,
    about,
    expected,
    {
      method: 'GET',
      url: `https://api.bybit.com/v5/position/closed-pnl?${query}`,
      headers: {
        'X-BAPI-API-KEY': 'key-1',
        'X-BAPI-SIGN': mac(text),
        'X-BAPI-TIMESTAMP': MS,
        'X-BAPI-RECV-WINDOW': '5000',
      },
    },
    { secret: SECRET, ...options },
  )
get(
  'map-order',
  'ccxt/ccxt/issues/26343',
  same,
  ['query-sorted', 'query-reversed'],
  `endTime=${MS}&category=linear&startTime=1699990000000`,
  `${MS}key-15000category=linear&endTime=${MS}&startTime=1699990000000`,
)
get(
  'other-environment',
  'sieblyio/bybit-api/issues/448',
  same,
  ['no-hypothesis', 'refused-signature'],
  'category=linear',
  'another secret altogether',
  { refusal: '{"retCode":10004,"retMsg":"error sign! origin_string[...]","result":{}}' },
)
sent('mexc-ampersand', 'mexcdevelop/mexc-api-demo/issues/42', same, ['query-ampersand', 'text-ampersand'], {
  host: 'api.mexc.com',
  path: `/api/v3/account?timestamp=${MS}&signature=${mac(`&timestamp=${MS}`)}`,
  headers: [['X-MEXC-APIKEY', 'key-1']],
})
write(
  'kucoin-base64-of-hex',
  'kucoin',
  'Kucoin/kucoin-java-sdk/issues/17',
  same,
  'signature-form',
  {
    method: 'GET',
    url: 'https://api.kucoin.com/api/v1/accounts',
    headers: {
      'KC-API-KEY': 'key-1',
      'KC-API-SIGN': Buffer.from(mac(`${MS}GET/api/v1/accounts`)).toString('base64'),
      'KC-API-TIMESTAMP': MS,
      'KC-API-PASSPHRASE': mac(PASS, 'base64'),
      'KC-API-KEY-VERSION': '2',
    },
  },
  { secret: SECRET, passphrase: PASS },
)
const B64 = Buffer.from('canary kraken secret of sixty-four bytes, as they are handed out').toString('base64')
write(
  'kraken-nonce-seconds',
  'kraken',
  'trsathya/Cryptex/issues/15',
  refused,
  'refused-nonce',
  `POST /0/private/Balance HTTP/1.1\nHost: api.kraken.com\nAPI-Key: key-1\nAPI-Sign: ${mac('x', 'base64', 'sha512')}\n\nnonce=${S}`,
  { refusal: '{"error":["EAPI:Invalid nonce"]}', secret: B64 },
)
sent('okx-params-by-client', 'ericsomdahl/python-bittrex/issues/13', elsewhere, 'query-left-out', {
  host: 'www.okx.com',
  path: '/api/v5/trade/orders-pending?instId=BTC-USDT',
  headers: [
    ['OK-ACCESS-KEY', 'key-1'],
    ['OK-ACCESS-SIGN', mac('2023-11-14T22:13:20.123ZGET/api/v5/trade/orders-pending', 'base64')],
    ['OK-ACCESS-TIMESTAMP', '2023-11-14T22:13:20.123Z'],
    ['OK-ACCESS-PASSPHRASE', PASS],
  ],
  options: { passphrase: PASS },
})

rfc('path-slash', 'TrueLayer/truelayer-signing/issues/80', elsewhere, '@path-slash', {
  covered: ['@method', '@path', 'content-digest'],
  values: { '@path': '/v1/orders/' },
  sign: hmac,
  options: shared,
})
rfc('empty-path', 'yaronf/httpsign/issues/8', same, ['@request-target-slash', '@request-target-left-out'], {
  covered: ['@method', '@request-target', 'content-digest'],
  values: { '@request-target': '' },
  path: '/',
  sign: hmac,
  options: shared,
})
rfc('query-decoded', 'microsoft/CCF/issues/2592', elsewhere, '@query-decoded', {
  covered: ['@method', '@path', '@query', 'content-digest'],
  values: { '@path': '/v1/orders', '@query': '?name=a b' },
  path: '/v1/orders?name=a%20b',
  sign: hmac,
  options: shared,
})
rfc(
  'empty-header',
  'httpwg/http-extensions/issues/1876',
  same,
  ['x-empty-header-spaces', 'base-empty-value', 'base-spaces'],
  {
    covered: ['@method', '@path', 'x-empty-header'],
    headers: [['X-Empty-Header', '']],
    base: (lines, all) =>
      [...lines.map((line) => line.replace(/undefined$/, '').trimEnd()), `"@signature-params": ${all}`].join('\n'),
    sign: hmac,
    options: shared,
  },
)

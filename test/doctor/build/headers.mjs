import { createHash } from 'node:crypto'
import { elsewhere, http, MS, mac, S, SECRET, same, sent, write } from './case.mjs'

// Exchanges that have a few cases each, whose signature stands in a header.

sent('bitflyer-query', 'bmf-san/go-bitflyer-api-client/pull/20', same, 'query-left-out', {
  host: 'api.bitflyer.com',
  path: '/v1/me/getchildorders?product_code=BTC_JPY&count=5',
  headers: [
    ['ACCESS-KEY', 'key-1'],
    ['ACCESS-TIMESTAMP', S],
    ['ACCESS-SIGN', mac(`${S}GET/v1/me/getchildorders`)],
  ],
})

const B64 = Buffer.from(SECRET).toString('base64')
const btcMarkets = (name, source, expected, { path, sign }) =>
  sent(`btc-markets-${name}`, source, same, expected, {
    host: 'api.btcmarkets.net',
    path,
    headers: [
      ['BM-AUTH-APIKEY', 'key-1'],
      ['BM-AUTH-TIMESTAMP', MS],
      ['BM-AUTH-SIGNATURE', sign],
    ],
    options: { secret: B64 },
  })
const byBtcMarkets = (text) => mac(text, 'base64', 'sha512')
btcMarkets('query', 'BTCMarkets/API/issues/176', 'text-with-query', {
  path: '/v3/orders?status=open&limit=10',
  sign: byBtcMarkets(`GET/v3/orders?status=open&limit=10${MS}`),
})
btcMarkets('quoted', 'BTCMarkets/API/issues/94', ['header-quoted', 'signature-form'], {
  path: '/v3/accounts/me/balances',
  sign: `"${byBtcMarkets(`GET/v3/accounts/me/balances${MS}`)}"`,
})
btcMarkets('old-text', 'BTCMarkets/API/issues/94', 'text-of-parts', {
  path: '/account/balance',
  sign: byBtcMarkets(`/account/balance\n${MS}\n`),
})

sent('bitvavo-two-clocks', 'bitvavo/node-bitvavo-api/issues/13', same, 'time-other', {
  host: 'api.bitvavo.com',
  path: '/v2/balance',
  headers: [
    ['Bitvavo-Access-Key', 'key-1'],
    ['Bitvavo-Access-Signature', mac(`${Number(MS) - 2}GET/v2/balance`)],
    ['Bitvavo-Access-Timestamp', MS],
    ['Bitvavo-Access-Window', '10000'],
  ],
})

const bitstamp = (name, expected, text) =>
  sent(`bitstamp-${name}`, 'knowm/XChange/pull/4038', same, expected, {
    method: 'POST',
    host: 'www.bitstamp.net',
    path: '/api/v2/open_orders/all/',
    headers: [
      ['X-Auth', 'BITSTAMP key-1'],
      ['X-Auth-Signature', mac(text)],
      ['X-Auth-Nonce', 'f93c979d-b00d-43a9-9b9c-fd4cd9547fa6'],
      ['X-Auth-Timestamp', MS],
      ['X-Auth-Version', 'v2'],
    ],
  })
const stamped = `f93c979d-b00d-43a9-9b9c-fd4cd9547fa6${MS}v2`
bitstamp(
  'type-for-none',
  'text-with-type',
  `BITSTAMP key-1POSTwww.bitstamp.net/api/v2/open_orders/all/application/x-www-form-urlencoded${stamped}`,
)
bitstamp(
  'bare-key',
  ['text-part-left-out', 'key-prefix'],
  `key-1POSTwww.bitstamp.net/api/v2/open_orders/all/${stamped}`,
)

const bitbank = (name, expected, { method, path, body = '', text }) =>
  sent(`bitbank-${name}`, 'ccxt/ccxt/issues/2433', same, expected, {
    method,
    host: 'api.bitbank.cc',
    path,
    headers: [
      ['ACCESS-KEY', 'key-1'],
      ['ACCESS-NONCE', MS],
      ['ACCESS-SIGNATURE', mac(text)],
    ],
    body,
  })
const place = '{"pair":"btc_jpy","amount":"0.01","side":"buy","type":"market"}'
bitbank('post-path', 'text-with-path', {
  method: 'POST',
  path: '/v1/user/spot/order',
  body: place,
  text: `${MS}/v1/user/spot/order${place}`,
})
bitbank('get-prefix', 'path-prefix', { method: 'GET', path: '/v1/user/assets', text: `${MS}/user/assets` })

const nonce = { host: 'coincheck.com', path: '/api/accounts/balance' }
write(
  'coincheck-nonce',
  'coincheck',
  'pybotters/pybotters/issues/135',
  'the same refusal',
  'refused-nonce',
  http('GET', nonce.host, nonce.path, [
    ['ACCESS-KEY', 'key-1'],
    ['ACCESS-NONCE', MS],
    ['ACCESS-SIGNATURE', mac(`${MS}https://${nonce.host}${nonce.path}`)],
  ]),
  { secret: SECRET, refusal: '{"success":false,"error":"Nonce must be incremented"}' },
)

write(
  'kraken-futures-spot-key',
  'kraken-futures',
  'btschwertfeger/python-kraken-sdk/issues/303',
  'the same refusal',
  'refused-key-or-rights',
  http('GET', 'futures.kraken.com', '/derivatives/api/v3/accounts', [
    ['APIKey', 'key-1'],
    ['Nonce', MS],
    ['Authent', mac(createHash('sha256').update(`${MS}/api/v3/accounts`).digest(), 'base64', 'sha512', SECRET)],
  ]),
  { secret: B64, refusal: '{"result":"error","error":"authenticationError","serverTime":"2023-11-14T22:13:20.123Z"}' },
)
sent('kraken-futures-history', 'ccxt/ccxt/pull/17424', same, 'path-segment', {
  host: 'futures.kraken.com',
  path: '/api/history/v2/orders?since=1',
  headers: [
    ['APIKey', 'key-1'],
    ['Nonce', MS],
    ['Authent', mac(createHash('sha256').update(`since=1${MS}/api/v2/orders`).digest(), 'base64', 'sha512', SECRET)],
  ],
  options: { secret: B64 },
})

write(
  'delta-clock',
  'delta',
  'marketcalls/openalgo/issues/1280',
  'the same refusal',
  'refused-time',
  http('GET', 'api.india.delta.exchange', '/v2/wallet/balances', [
    ['api-key', 'key-1'],
    ['timestamp', S],
    ['signature', mac(`GET${S}/v2/wallet/balances`)],
  ]),
  {
    secret: SECRET,
    refusal:
      '{"success":false,"error":{"code":"expired_signature","context":{"request_time":1700000000,"server_time":1700000009}}}',
  },
)

const deribitText = `${MS}\nabcd1234\nGET\n/api/v2/private/get_account_summary?currency=BTC\n`
sent('deribit-last-line', 'ccxt/ccxt/issues/9133', 'the same refusal', ['text-line-break', 'text-separators'], {
  host: 'www.deribit.com',
  path: '/api/v2/private/get_account_summary?currency=BTC',
  headers: [['Authorization', `deri-hmac-sha256 id=key-1,ts=${MS},sig=${mac(deribitText)},nonce=abcd1234`]],
  options: { refusal: '{"jsonrpc":"2.0","error":{"message":"invalid_credentials","code":13004}}' },
})

// Codes of other services, at an exchange whose signature is made alike.
const coinex = (name, source, expected, sign) =>
  sent(`bitvavo-${name}`, source, elsewhere, expected, {
    host: 'api.bitvavo.com',
    path: '/v2/balance?symbol=BTC',
    headers: [
      ['Bitvavo-Access-Key', 'key-1'],
      ['Bitvavo-Access-Signature', sign],
      ['Bitvavo-Access-Timestamp', MS],
    ],
  })
const vavo = `${MS}GET/v2/balance?symbol=BTC`
coinex(
  'key-and-text',
  'naver/searchad-apidoc/issues/301',
  ['hash-without-key', 'secret-as-text'],
  mac(SECRET, 'hex', 'sha256', vavo),
)
coinex('base64-text', 'naver/searchad-apidoc/issues/256', 'signature-form', mac(vavo, 'base64'))

import { createHash, sign as signBytes } from 'node:crypto'
import { RSA_KEY } from '../keys.mjs'
import { elsewhere, MS, mac, publicOf, refused, SECRET, same, write } from './case.mjs'

const binance = (
  name,
  source,
  about,
  expected,
  { method = 'POST', sent, text, sign = mac(text), path = '/api/v3/order', form, options = {} },
) =>
  write(
    `binance-${name}`,
    'binance',
    source,
    about,
    expected,
    form
      ? `curl -X ${method} 'https://api.binance.com${path}' -H 'X-MBX-APIKEY: key-1' -d '${sent}&signature=${sign}'`
      : `curl -X ${method} -H 'X-MBX-APIKEY: key-1' 'https://api.binance.com${path}?${sent}&signature=${sign}'`,
    { secret: SECRET, ...options },
  )
const q = `symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&timestamp=${MS}`
binance('timestamp-after', 'Binance-docs/Binance_Futures_python/issues/25', refused, 'query-parameter-added', {
  sent: q,
  text: 'symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1',
})
binance('sorted', 'ccxt/node-binance-api/issues/528', refused, 'query-sorted', {
  sent: q,
  text: q.split('&').sort().join('&'),
})
binance('email', 'ccxt/ccxt/issues/8154', same, ['query-encoder', 'query-decoded'], {
  path: '/sapi/v1/sub-account/list',
  method: 'GET',
  sent: `email=a%40b.com&timestamp=${MS}`,
  text: `email=a@b.com&timestamp=${MS}`,
})
binance('chinese', 'sammchardy/python-binance/issues/1617', same, 'query-decoded', {
  sent: `symbol=%E5%B8%81%E5%AE%89USDT&timestamp=${MS}`,
  text: `symbol=币安USDT&timestamp=${MS}`,
})
binance('aiohttp', 'sammchardy/python-binance/issues/1099', same, ['query-encoder', 'query-encoded', 'query-decoded'], {
  sent: `symbols=["BTCUSDT"]&timestamp=${MS}`,
  text: `symbols=%5B%22BTCUSDT%22%5D&timestamp=${MS}`,
})
binance('question-mark', 'ccxt/node-binance-api/issues/528', refused, 'question-mark', { sent: q, text: `?${q}` })
binance('base64', null, 'none', 'signature-form', { sent: q, sign: encodeURIComponent(mac(q, 'base64')) })
binance('sha512', null, 'none', 'algorithm', { sent: q, sign: mac(q, 'hex', 'sha512') })
binance('swapped', 'ccxt/node-binance-api/issues/98', same, 'secret-swapped', {
  sent: q,
  sign: mac(q, 'hex', 'sha256', 'key-1'),
})
binance('plain-hash', null, 'none', 'hash-without-key', {
  sent: q,
  sign: createHash('sha256')
    .update(q + SECRET)
    .digest('hex'),
})
binance('json', null, 'none', 'query-as-json', {
  sent: q,
  text: JSON.stringify(Object.fromEntries(new URLSearchParams(q))),
})
binance('ahead', 'ccxt/ccxt/issues/15282', same, 'clock-ahead', { sent: q, text: q, options: { nowMs: 1699999998000 } })
binance('expired', 'sammchardy/python-binance/issues/60', same, 'time-expired', {
  sent: q,
  text: q,
  options: { nowMs: 1700000020000 },
})
binance('form-sorted', 'ccxt/node-binance-api/issues/566', refused, 'body-sorted', {
  sent: q,
  text: q.split('&').sort().join('&'),
  form: true,
})
binance('refused', 'Binance-docs/Binance_Futures_python/issues/25', refused, 'refused-signature', {
  sent: q,
  sign: mac('x'),
  options: { secret: undefined, refusal: '{"code":-1022,"msg":"Signature for this request is not valid."}' },
})
binance('refused-key', 'ccxt/ccxt/issues/18459', same, 'refused-key-or-rights', {
  sent: q,
  text: q,
  options: { refusal: '{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}' },
})

const B = 'symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1'
const curl = (host, path, query) => `curl -X POST -H 'X-MBX-APIKEY: key-1' 'https://${host}${path}?${query}'`
write(
  'binance-signature-middle',
  'binance',
  'binance-exchange/binance-official-api-docs/pull/44',
  same,
  'signature-not-last',
  curl('api.binance.com', '/api/v3/order', `${B}&signature=${mac(`${B}&timestamp=${MS}`)}&timestamp=${MS}`),
)
write(
  'binance-secret-as-signature',
  'binance',
  'bhexopen/BHEX-OpenApi/issues/6',
  elsewhere,
  'signature-is-secret',
  curl('api.binance.com', '/api/v3/order', `${B}&timestamp=${MS}&signature=${SECRET}`),
)
const email = `email=a%40b.com&timestamp=${MS}`
write(
  'binance-email-decoded',
  'binance',
  'binance-exchange/binance-java-api/issues/297',
  same,
  ['query-decoded', 'query-encoder'],
  curl('api.binance.com', '/sapi/v1/sub-account/status', `${email}&signature=${mac(`email=a@b.com&timestamp=${MS}`)}`),
)
const rsaQuery = `${B}&timestamp=${MS}`
const rsaSign = signBytes('sha256', Buffer.from(rsaQuery), RSA_KEY).toString('base64')
write(
  'binance-rsa-plus',
  'binance',
  'ccxt/ccxt/pull/16634',
  same,
  'signature-form',
  curl('api.binance.com', '/api/v3/order', `${rsaQuery}&signature=${rsaSign}`),
  { publicKey: publicOf(RSA_KEY) },
)

binance('batch-orders', 'binance/binance-futures-connector-java/issues/22', same, ['query-decoded', 'query-encoder'], {
  path: '/fapi/v1/batchOrders',
  sent: `batchOrders=%5B%7B%22side%22%3A%22SELL%22%2C%22quantity%22%3A1.0%7D%5D&timestamp=${MS}`,
  text: `batchOrders=[{"side":"SELL","quantity":1.0}]&timestamp=${MS}`,
})
binance('only-timestamp', 'ccxt/php-binance-api/issues/496', same, 'query-parameter-added', {
  method: 'GET',
  sent: `symbol=BTCUSDT&timestamp=${MS}`,
  text: `timestamp=${MS}`,
})
binance('comma-lower', 'JKorf/Binance.Net/issues/1359', same, 'body-digits-case', {
  path: '/sapi/v1/simple-earn/flexible/redeem',
  sent: `amount=1%2c07&destAccount=SPOT&productId=SOL001&timestamp=${MS}`,
  text: `amount=1%2C07&destAccount=SPOT&productId=SOL001&timestamp=${MS}`,
  form: true,
})
binance('placeholder', 'postmanlabs/postman-app-support/issues/5956', elsewhere, 'query-placeholder', {
  sent: `symbol=BTCUSDT&orderId=1234&timestamp=${MS}`,
  text: `symbol=BTCUSDT&orderId={{orderId}}&timestamp=${MS}`,
})
binance('brackets', 'mafintosh/sqs/pull/5', elsewhere, ['query-encoder', 'query-decoded'], {
  sent: `symbol=BTCUSDT&newClientOrderId=bot%28a%29&timestamp=${MS}`,
  text: `symbol=BTCUSDT&newClientOrderId=bot(a)&timestamp=${MS}`,
})

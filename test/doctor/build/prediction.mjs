import { constants, createHmac, sign as signBytes } from 'node:crypto'
import { ED25519_KEY, RSA_KEY } from '../keys.mjs'
import { MS, PASS, publicOf, S, same, sent, write } from './case.mjs'
import { ed } from './case-rfc9421.mjs'

// Polymarket: secret and signature in URL-safe base64.
const KEY = 'Y2FuYXJ5LXBvbHltYXJrZXQtc2VjcmV0LW9mLTMyLWI='
const bytes = Buffer.from(KEY, 'base64')
const poly = (
  name,
  source,
  expected,
  {
    method = 'GET',
    path = '/data/orders',
    body = '',
    text = `${S}${method}${path}${body}`,
    key = bytes,
    form = (x) => x.replaceAll('+', '-').replaceAll('/', '_'),
  },
) =>
  sent(`polymarket-${name}`, source, same, expected, {
    method,
    host: 'clob.polymarket.com',
    path,
    headers: [
      ['POLY_ADDRESS', '0x0000000000000000000000000000000000000001'],
      ['POLY_SIGNATURE', form(createHmac('sha256', key).update(text).digest('base64'))],
      ['POLY_TIMESTAMP', S],
      ['POLY_API_KEY', '00000000-0000-4000-8000-000000000000'],
      ['POLY_PASSPHRASE', PASS],
    ],
    body,
    options: { secret: KEY, passphrase: PASS },
  })
const order = '{"order":{"tokenId":"1","side":"BUY"},"owner":"o-1","orderType":"GTC"}'
poly('twice', 'Polymarket/py-clob-client/issues/249', 'body-json-twice', {
  method: 'POST',
  path: '/order',
  body: order,
  text: `${S}POST/order${JSON.stringify(order)}`,
})
poly('characters', 'Polymarket/py-clob-client/issues/187', 'secret-encoding', {
  path: '/balance-allowance',
  key: Buffer.from(KEY),
  form: (x) => x,
})
poly('standard-base64', 'Polymarket/py-clob-client/issues/190', 'signature-form', {
  path: '/auth/api-keys?n=3',
  text: `${S}GET/auth/api-keys`,
  form: (x) => x,
})

// Kalshi: RSA-PSS of time, method and path.
const kalshi = (name, source, expected, text) =>
  write(
    `kalshi-${name}`,
    'kalshi',
    source,
    same,
    expected,
    {
      method: 'GET',
      url: 'https://api.elections.kalshi.com/trade-api/v2/portfolio/orders?status=resting',
      headers: {
        'KALSHI-ACCESS-KEY': 'k-1',
        'KALSHI-ACCESS-TIMESTAMP': MS,
        'KALSHI-ACCESS-SIGNATURE': signBytes('sha256', Buffer.from(text), {
          key: RSA_KEY,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: 32,
        }).toString('base64'),
      },
    },
    { publicKey: publicOf(RSA_KEY) },
  )
kalshi(
  'query',
  'guzus/dr-manhattan/pull/36',
  'text-with-query',
  `${MS}GET/trade-api/v2/portfolio/orders?status=resting`,
)

const orderlyText = `${MS}GET/v1/client/holding`
sent('orderly-key-prefix', 'ccxt/ccxt/pull/25140', same, 'refused-key-or-rights', {
  host: 'api-evm.orderly.org',
  path: '/v1/client/holding',
  headers: [
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['orderly-account-id', '0x01'],
    ['orderly-key', '8gcQ3Ldm5sWbGmUMkAqfM9y3BzPYbRQm8VqzAxYp1aWh'],
    ['orderly-timestamp', MS],
    ['orderly-signature', ed(orderlyText).toString('base64url')],
  ],
  options: {
    secret: undefined,
    publicKey: publicOf(ED25519_KEY),
    refusal: '{"success":false,"code":-1002,"message":"orderly key error"}',
  },
})

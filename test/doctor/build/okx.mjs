import { elsewhere, http, ISO, MS, mac, PASS, refused, SECRET, same, write } from './case.mjs'

const okx = (
  name,
  source,
  about,
  expected,
  {
    method = 'POST',
    path = '/api/v5/trade/order',
    body = '',
    text,
    sent = ISO,
    secret = SECRET,
    form = 'base64',
    sign,
    options = {},
    passphrase = PASS,
    time,
  },
) =>
  write(
    `okx-${name}`,
    'okx',
    source,
    about,
    expected,
    `${method} ${path} HTTP/1.1\r\nHost: www.okx.com\r\nContent-Type: application/json\r\nOK-ACCESS-KEY: key-1\r\nOK-ACCESS-SIGN: ${sign ?? mac(text, form, 'sha256', secret)}\r\nOK-ACCESS-TIMESTAMP: ${time ?? sent}\r\n${passphrase === null ? '' : `OK-ACCESS-PASSPHRASE: ${passphrase}\r\n`}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    { secret: SECRET, passphrase: PASS, ...options },
  )
const body = '{"instId":"BTC-USDT","tdMode":"cash","side":"buy","ordType":"limit","px":"100","sz":"1"}'
const spaced = body.replaceAll(',', ', ').replaceAll('":', '": ')
const O = '/api/v5/trade/order'
const G = '/api/v5/account/balance'
okx('json-spaces', 'knowm/XChange/issues/4946', refused, 'body-json-spaces', { body, text: `${ISO}POST${O}${spaced}` })
okx('json-compact', 'knowm/XChange/issues/3082', refused, 'body-json-compact', {
  body: spaced,
  text: `${ISO}POST${O}${body}`,
})
okx('body-left-out', 'okcoin-okex/API-docs-OKEx.com/issues/227', refused, 'body-left-out', {
  body,
  text: `${ISO}POST${O}`,
})
okx('query-left-out', 'okcoin-okex/API-docs-OKEx.com/issues/227', refused, 'query-left-out', {
  method: 'GET',
  path: `${G}?ccy=BTC,ETH`,
  text: `${ISO}GET${G}`,
})
okx('comma', 'ccxt/ccxt/issues/19966', elsewhere, ['query-encoder', 'query-encoded'], {
  method: 'GET',
  path: `${G}?ccy=BTC,ETH`,
  text: `${ISO}GET${G}?ccy=BTC%2CETH`,
})
okx('lower-method', 'okcoin-okex/API-docs-OKEx.com/issues/227', refused, 'method-lower-case', {
  method: 'GET',
  path: G,
  text: `${ISO}get${G}`,
})
okx('hex', 'ccxt/ccxt/issues/9369', elsewhere, 'signature-form', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}`,
  form: 'hex',
})
okx('unix-time', null, 'none', 'time-form', {
  method: 'GET',
  path: G,
  text: `${MS}GET${G}`,
  time: MS,
})
okx('time-twice', null, 'none', 'time-other', {
  method: 'GET',
  path: G,
  text: `2023-11-14T22:13:20.131ZGET${G}`,
})
okx('time-unit', null, 'none', 'time-unit', {
  method: 'GET',
  path: G,
  text: `2023-11-14T22:13:20ZGET${G}`,
})
okx('no-passphrase', 'ccxt/ccxt/issues/22265', same, 'header-missing', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}`,
  passphrase: null,
})
okx('passphrase-as-secret', 'sieblyio/okx-api/issues/22', same, 'secret-swapped', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}`,
  secret: PASS,
})
okx('passphrase-shell', 'sieblyio/okx-api/issues/116', same, 'passphrase-other', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}`,
  passphrase: 'canary-passphrase-',
})
okx('secret-newline', null, 'none', 'secret-line-break', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}`,
  secret: `${SECRET}\n`,
})
okx('secret-unset', null, 'none', 'secret-unset', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}`,
  secret: 'undefined',
})
okx('path-prefix', 'knowm/XChange/issues/4946', refused, 'path-prefix', {
  method: 'GET',
  path: G,
  text: `${ISO}GET/account/balance`,
})
okx('braces', 'okcoin-okex/API-docs-OKEx.com/issues/227', refused, 'body-for-none', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}{}`,
})
okx('url', 'okcoin-okex/API-docs-OKEx.com/issues/227', refused, 'text-with-url', {
  method: 'GET',
  path: G,
  text: `${ISO}GEThttps://www.okx.com${G}`,
})
okx('ahead', 'ccxt/ccxt/issues/15282', elsewhere, 'clock-ahead', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}`,
  options: { nowMs: 1699999900000 },
})
okx('trailing-slash', 'knowm/XChange/issues/3082', refused, 'path-trailing-slash', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}/`,
})

write(
  'okx-passphrase-ampersand',
  'okx',
  'okcoin-okex/API-docs-OKEx.com/issues/215',
  same,
  'passphrase-other',
  http('GET', 'www.okx.com', '/api/v5/account/balance', [
    ['OK-ACCESS-KEY', 'key-1'],
    ['OK-ACCESS-SIGN', mac('2023-11-14T22:13:20.123ZGET/api/v5/account/balance', 'base64')],
    ['OK-ACCESS-TIMESTAMP', '2023-11-14T22:13:20.123Z'],
    ['OK-ACCESS-PASSPHRASE', 'canary%26phrase-77'],
  ]),
  { secret: SECRET, passphrase: 'canary&phrase-77' },
)

okx('short-milliseconds', 'okcoin-okex/open-api-v3-sdk/issues/69', same, 'time-form', {
  method: 'GET',
  path: G,
  text: `2023-11-14T22:13:20.51 ZGET${G}`,
  time: '2023-11-14T22:13:20.51 Z',
})
okx('secret-encoded', 'acquia/http-hmac-postman/pull/1', elsewhere, 'secret-encoding', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}`,
  secret: Buffer.from(SECRET).toString('base64'),
})

import { createHmac } from 'node:crypto'
import { http, MS, mac, PASS, S, SECRET, same, write } from './case.mjs'

const bitget = (name, source, about, expected, query, signed) =>
  write(
    `bitget-${name}`,
    'bitget',
    source,
    about,
    expected,
    http('GET', 'api.bitget.com', `/api/v2/mix/account/account?${query}`, [
      ['ACCESS-KEY', 'key-1'],
      ['ACCESS-SIGN', mac(`${MS}GET/api/v2/mix/account/account?${signed}`, 'base64')],
      ['ACCESS-TIMESTAMP', MS],
      ['ACCESS-PASSPHRASE', PASS],
    ]),
    { secret: SECRET, passphrase: PASS },
  )
bitget(
  'dollar',
  'JKorf/Bitget.Net/issues/48',
  same,
  'query-encoded',
  'orderId=12&symbol=%24DEGENUSDT',
  'orderId=12&symbol=%24DEGENUSDT',
)
bitget(
  'chinese',
  'ccxt/ccxt/issues/28888',
  same,
  'query-encoded',
  'marginCoin=USDT&symbol=%E9%BE%99%E8%99%BEUSDT',
  'marginCoin=USDT&symbol=%E9%BE%99%E8%99%BEUSDT',
)

// HTX.
const htxTime = '2025-01-17T08%3a13%3a02'
const htx = (name, source, about, expected, time, options = {}) => {
  const q = `AccessKeyId=key-1&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=${time}`
  write(
    `htx-${name}`,
    'htx',
    source,
    about,
    expected,
    http(
      'GET',
      'api.huobi.pro',
      `/v1/account/accounts?${q}&Signature=${encodeURIComponent(mac(`GET\napi.huobi.pro\n/v1/account/accounts\n${q}`, 'base64'))}`,
      [],
    ),
    { secret: SECRET, ...options },
  )
}
htx('lower-digits', 'ccxt/ccxt/issues/24930', same, ['query-digits-case', 'text-digits-case'], htxTime)
htx('address', 'HuobiRDCenter/huobi_Python/issues/110', same, 'refused-address', htxTime.toUpperCase(), {
  refusal:
    '{"status":"error","err-code":"api-signature-not-valid","err-msg":"Signature not valid: Incorrect IP address [IP地址错误]","data":null}',
})
htx('time', 'ccxt/ccxt/issues/25931', same, 'refused-time', htxTime.toUpperCase(), {
  refusal:
    '{"status":"error","err-code":"api-signature-not-valid","err-msg":"Signature not valid: Invalid submission time or incorrect time format [无效的提交时间，或时间格式错误]","data":null}',
})

// Gemini: the payload is signed as it is sent, in base64.
const gemini = (name, source, about, expected, nonce, signed, options = {}) => {
  const json = `{"request":"/v1/balances","nonce":"${nonce}"}`
  const payload = Buffer.from(json).toString('base64')
  write(
    `gemini-${name}`,
    'gemini',
    source,
    about,
    expected,
    http('POST', 'api.gemini.com', '/v1/balances', [
      ['Content-Type', 'text/plain'],
      ['X-GEMINI-APIKEY', 'account-1'],
      ['X-GEMINI-PAYLOAD', payload],
      ['X-GEMINI-SIGNATURE', mac(signed === 'json' ? json : payload, 'hex', 'sha384')],
    ]),
    { secret: SECRET, ...options },
  )
}
gemini('payload-plain', 'brave-intl/bat-go/pull/883', same, 'text-not-base64', S, 'json')
gemini('nonce-unit', 'hummingbot/hummingbot/pull/8205', same, 'refused-nonce-time', MS, 'payload', {
  refusal: `{"result":"error","reason":"InvalidNonce","message":"Nonce '${MS}' is not within 30 seconds of server time '${S}'"}`,
})

// Others.
const polyBody = '{"order": {"tokenId": "1", "price": "0.5"}, "owner": "key-1"}'
write(
  'polymarket-spaces',
  'polymarket',
  'Polymarket/py-clob-client/issues/164',
  same,
  'body-json-compact',
  http(
    'POST',
    'clob.polymarket.com',
    '/order',
    [
      ['POLY_ADDRESS', '0x0000000000000000000000000000000000000001'],
      [
        'POLY_SIGNATURE',
        createHmac('sha256', Buffer.from('c2VjcmV0LXNlY3JldC1zZWNyZXQ=', 'base64'))
          .update(`${S}POST/order${JSON.stringify(JSON.parse(polyBody))}`)
          .digest('base64')
          .replaceAll('+', '-')
          .replaceAll('/', '_'),
      ],
      ['POLY_TIMESTAMP', S],
      ['POLY_API_KEY', '00000000-0000-4000-8000-000000000000'],
      ['POLY_PASSPHRASE', PASS],
    ],
    polyBody,
  ),
  { secret: 'c2VjcmV0LXNlY3JldC1zZWNyZXQ=', passphrase: PASS },
)
write(
  'bitflyer-order',
  'bitflyer',
  'yagays/pybitflyer/pull/5',
  same,
  ['query-sorted', 'query-reversed'],
  http('GET', 'api.bitflyer.com', '/v1/me/getexecutions?product_code=BTC_JPY&count=10', [
    ['ACCESS-KEY', 'key-1'],
    ['ACCESS-TIMESTAMP', S],
    ['ACCESS-SIGN', mac(`${S}GET/v1/me/getexecutions?count=10&product_code=BTC_JPY`)],
  ]),
)
const bingxQuery = `symbol=M%C3%98TH-USDT&timestamp=${MS}`
write(
  'bingx-encoded',
  'bingx',
  'ccxt/ccxt/issues/23196',
  same,
  'query-encoded',
  `curl -H 'X-BX-APIKEY: key-1' 'https://open-api.bingx.com/openApi/swap/v2/trade/order?${bingxQuery}&signature=${mac(bingxQuery)}'`,
)
const stampType = 'application/x-www-form-urlencoded'
write(
  'bitstamp-charset',
  'bitstamp',
  'ccxt/ccxt/issues/22739',
  same,
  'content-type-parameters',
  http(
    'POST',
    'www.bitstamp.net',
    '/api/v2/balance/',
    [
      ['X-Auth', 'BITSTAMP key-1'],
      [
        'X-Auth-Signature',
        mac(
          `BITSTAMP key-1POSTwww.bitstamp.net/api/v2/balance/${stampType}f93c979d-b00d-43a9-9b9c-fd4cd9547fa6${MS}v2a=1`,
        ),
      ],
      ['X-Auth-Nonce', 'f93c979d-b00d-43a9-9b9c-fd4cd9547fa6'],
      ['X-Auth-Timestamp', MS],
      ['X-Auth-Version', 'v2'],
      ['Content-Type', `${stampType}; charset=utf-8`],
    ],
    'a=1',
  ),
)

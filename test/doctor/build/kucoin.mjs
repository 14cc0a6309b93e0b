import { elsewhere, http, MS, mac, PASS, refused, SECRET, same, write } from './case.mjs'

const kucoin = (
  name,
  source,
  about,
  expected,
  { method = 'GET', path = '/api/v1/accounts', body = '', text, pass = mac(PASS, 'base64'), form = 'base64' },
) =>
  write(
    `kucoin-${name}`,
    'kucoin',
    source,
    about,
    expected,
    `fetch("https://api.kucoin.com${path}", { "method": "${method}", "headers": { "KC-API-KEY": "key-1", "KC-API-SIGN": "${mac(text, form)}", "KC-API-TIMESTAMP": "${MS}", "KC-API-PASSPHRASE": "${pass}", "KC-API-KEY-VERSION": "2" }${body === '' ? '' : `, "body": ${JSON.stringify(body)}`} })`,
    { secret: SECRET, passphrase: PASS },
  )
kucoin('plain-passphrase', 'escwdev/kucoin-node-api/issues/51', refused, 'passphrase-plain', {
  text: `${MS}GET/api/v1/accounts`,
  pass: PASS,
})
kucoin('query', 'Kucoin/kucoin-api-docs/issues/466', refused, 'query-left-out', {
  path: '/api/v1/accounts?currency=BTC',
  text: `${MS}GET/api/v1/accounts`,
})
kucoin('get-body', 'Kucoin/kucoin-api-docs/issues/466', same, 'query-as-body', {
  path: '/api/v1/accounts?currency=BTC',
  text: `${MS}GET/api/v1/accounts{"currency":"BTC"}`,
})
kucoin('hex', 'ccxt/ccxt/issues/9369', same, 'signature-form', {
  text: `${MS}GET/api/v1/accounts`,
  form: 'hex',
})
kucoin('spaces', 'Kucoin/kucoin-api-docs/issues/466', same, 'body-json-spaces', {
  method: 'POST',
  path: '/api/v1/orders',
  body: '{"side":"buy","symbol":"BTC-USDT"}',
  text: `${MS}POST/api/v1/orders{"side": "buy", "symbol": "BTC-USDT"}`,
})

write(
  'kucoin-sorted',
  'kucoin',
  'GopaxTechTeam/gopax/issues/5',
  elsewhere,
  'body-json-sorted',
  http(
    'POST',
    'api.kucoin.com',
    '/api/v1/orders',
    [
      ['KC-API-KEY', 'key-1'],
      ['KC-API-SIGN', mac(`${MS}POST/api/v1/orders{"clientOid": "1", "side": "buy", "symbol": "BTC-USDT"}`, 'base64')],
      ['KC-API-TIMESTAMP', MS],
      ['KC-API-PASSPHRASE', mac(PASS, 'base64')],
      ['KC-API-KEY-VERSION', '2'],
    ],
    '{"symbol": "BTC-USDT", "side": "buy", "clientOid": "1"}',
  ),
  { secret: SECRET, passphrase: PASS },
)

kucoin('query-decoded', 'Kucoin/kucoin-php-sdk/pull/93', same, 'query-encoded', {
  path: '/api/v1/deposits?currency=BTC&memo=a%2Fb',
  text: `${MS}GET/api/v1/deposits?currency=BTC&memo=a%2Fb`,
})
kucoin('query-sorted', 'sammchardy/python-kucoin/issues/42', same, ['query-sorted', 'query-reversed'], {
  path: '/api/v1/orders?status=done&symbol=ETH-BTC&side=buy',
  text: `${MS}GET/api/v1/orders?side=buy&status=done&symbol=ETH-BTC`,
})
kucoin('axios-params', 'Bittrex/bittrex.github.io/issues/257', elsewhere, 'query-left-out', {
  path: '/api/v1/orders?pageSize=20',
  text: `${MS}GET/api/v1/orders`,
})

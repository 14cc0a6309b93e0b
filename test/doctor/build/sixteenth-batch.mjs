import { createHmac } from 'node:crypto'
import { answered, hook, http, MS, mac, PASS, refused, S, SECRET, same, write } from './case.mjs'
import { har, received } from './case-dumps.mjs'
import { sigv4 } from './sigv4.mjs'

// Threads seen after the fifteenth batch had been mended.

// --- exchanges
write(
  'bitfinex-nonce-in-java',
  'bitfinex',
  'knowm/XChange/issues/2627',
  refused,
  'refused-nonce',
  'org.knowm.xchange.exceptions.NonceException: Nonce is too small. (HTTP status code: 400)\n\tat org.knowm.xchange.bitfinex.v1.BitfinexErrorAdapter.adapt(BitfinexErrorAdapter.java:21)\n',
  {},
)
write(
  'kraken-nonce-printed-by-go',
  'kraken',
  'krakenfx/api-go/issues/35',
  refused,
  'refused-nonce',
  'fmt.Println(client.Balances()) // &{[EAPI:Invalid nonce] map[] 0x4000157d70} EAPI:Invalid nonce\n',
  {},
)
write(
  'htx-exception-of-java',
  'htx',
  'HuobiRDCenter/huobi_Java/issues/71',
  refused,
  'refused-signature',
  'com.huobi.exception.SDKException: [Executing] api-signature-not-valid: Signature not valid: Verification failure\n\tat com.huobi.utils.ConnectionFactory.execute(ConnectionFactory.java:52)\n',
  {},
)
write(
  'kucoin-hex-in-apps-script',
  'kucoin',
  'emmtte/Cryptocurrency-Portfolio/issues/41',
  same,
  'signature-form',
  `var options = {\n  'muteHttpExceptions': true,\n  'headers': {\n    'KC-API-KEY': 'key-1',\n    'KC-API-TIMESTAMP': '${MS}',\n    'KC-API-SIGN': '${mac(`${MS}GET/api/v1/accounts`)}',\n    'KC-API-PASSPHRASE': '${mac(PASS, 'base64')}',\n    'KC-API-KEY-VERSION': '2'\n  }\n};\nvar jsondata = UrlFetchApp.fetch('https://api.kucoin.com/api/v1/accounts', options);\n`,
  { secret: SECRET, passphrase: PASS },
)
const POLY = 'Y2FuYXJ5LXBvbHltYXJrZXQtc2VjcmV0LW9mLTMyLWI='
const order = '{"order":{"tokenId":"1","side":"BUY"},"owner":"o-1","orderType":"GTC"}'
write(
  'polymarket-spaces-of-rust',
  'polymarket',
  'TechieBoy/polymarket-rs-client/pull/10',
  same,
  'body-json-spaces',
  `POST https://clob.polymarket.com/order\nheaders: {"poly_address": "0x0000000000000000000000000000000000000001", "poly_signature": "${createHmac(
    'sha256',
    Buffer.from(POLY, 'base64'),
  )
    .update(`${S}POST/order${order.replace(/[,:]/g, (one) => `${one} `)}`)
    .digest('base64')
    .replaceAll('+', '-')
    .replaceAll(
      '/',
      '_',
    )}", "poly_timestamp": "${S}", "poly_api_key": "00000000-0000-4000-8000-000000000000", "poly_passphrase": "${PASS}"}\nbody: ${order}\nError: 401 Unauthorized {"error":"Unauthorized/Invalid api key"}\n`,
  { secret: POLY, passphrase: PASS },
)

// --- webhooks
write(
  'zoom-body-consumed-by-express',
  'zoom',
  'adcontextprotocol/adcp/pull/771',
  same,
  'body-parsed',
  received(
    'POST',
    'https://app.example.com/api/webhooks/zoom',
    [
      ['Host', 'app.example.com'],
      ['x-zm-request-timestamp', S],
      ['x-zm-signature', `v0=${mac(`v0:${S}:{"event":"endpoint.url_validation","payload":{"plainToken":"p"}}`)}`],
      ['Content-Type', 'application/json'],
    ],
    '{}',
  ),
)
const mux = '{"type":"video.asset.ready","id":"e-1","data":{"status":"ready"}}'
hook(
  'mux-body-of-nest',
  'muxinc/mux-node-sdk/issues/309',
  'body-json-compact',
  [
    ['mux-signature', `t=${S},v1=${mac(`${S}.${mux}`)}`],
    ['content-type', 'application/json'],
  ],
  JSON.stringify(JSON.parse(mux), null, 2),
  { secret: SECRET },
  undefined,
  'the same subject',
)

// --- AWS, Azure
write(
  'sigv4-region-of-route53-in-php',
  'sigv4',
  'aws/aws-sdk-php/issues/732',
  same,
  'refused-scope',
  'Error executing "ListHealthChecks" on "https://route53.amazonaws.com/2013-04-01/healthcheck?maxitems=100"; AWS HTTP error: Client error: 403 SignatureDoesNotMatch (client): Credential should be scoped to a valid region, not \'eu-central-1\'.\n',
  {},
)
sigv4('region-of-search', 'joona/aws-es-curl/issues/15', ['scope-region', 'refused-scope'], {
  service: 'es',
  host: 'search-a.eu-central-1.es.amazonaws.com',
  region: 'eu-west-1',
  path: '/_cat/indices',
})
const key = Buffer.from('azure-account-key-of-32-bytes-00').toString('base64')
const lines = (resource, permission = 'r') =>
  [permission, '', '2023-11-14T23:00:03Z', resource, '', '', '', '2018-11-09', 'b', '', '', '', '', '', ''].join('\n')
const sas = (text, secret = Buffer.from(key, 'base64')) =>
  encodeURIComponent(createHmac('sha256', secret).update(text).digest('base64'))
write(
  'azure-sas-prefix-given-and-added',
  'azure-sas',
  'Azure/azure-storage-ruby/issues/226',
  same,
  'resource-account',
  `https://acct.blob.core.windows.net/box/a.bin?sp=r&se=2023-11-14T23%3A00%3A03Z&sv=2018-11-09&sr=b&sig=${sas(lines('/blob/acct/blob/acct/box/a.bin'))}`,
  { secret: key },
)
write(
  'azure-sas-of-another-key',
  'azure-sas',
  'Azure/AzureStor/issues/140',
  refused,
  'text-same',
  answered(
    http(
      'GET',
      'acct.blob.core.windows.net',
      `/box/a.bin?sp=r&se=2023-11-14T23%3A00%3A03Z&sv=2018-11-09&sr=b&sig=${sas(lines('/blob/acct/box/a.bin'), 'of another account')}`,
      [],
    ),
    '403 Forbidden',
    `<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.</Message><AuthenticationErrorDetail>Signature did not match. String to sign used was ${lines('/blob/acct/box/a.bin')}\n</AuthenticationErrorDetail></Error>`,
  ),
  { secret: key },
)
write(
  'shopify-sorted-without-names',
  'shopify-oauth',
  'donutdan4114/shopify/issues/1',
  same,
  'query-names',
  har(
    'GET',
    `https://app.example.com/auth?code=0907a61c&shop=a.myshopify.com&timestamp=${S}&hmac=${mac(`0=0907a61c&1=${S}&2=a.myshopify.com`)}`,
    [['Host', 'app.example.com']],
    '',
    400,
    'HMAC validation failed',
  ),
)

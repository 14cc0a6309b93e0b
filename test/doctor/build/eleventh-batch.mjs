import { createHmac, createPrivateKey, createPublicKey, sign as signBytes } from 'node:crypto'
import { EC_KEY, RSA_KEY } from '../keys.mjs'
import {
  answered,
  b64url,
  DATE,
  elsewhere,
  hook,
  http,
  MS,
  mac,
  PASS,
  publicOf,
  S,
  SECRET,
  same,
  sha,
  write,
} from './case.mjs'
import { ccxtPython, csharp, go, java, php, python, restSharp } from './case-pastes.mjs'
import { hmac, rfc, shared } from './case-rfc9421.mjs'
import { OWN, pairs, percent } from './oauth1.mjs'
import { sigv4, TIME } from './sigv4.mjs'

// Threads as they are pasted: programs of several languages, what clients print, answers alone.

// --- exchanges
const bybit = (query) => mac(`${MS}key-15000${query}`)
write(
  'bybit-space-as-plus',
  'bybit',
  'ccxt/ccxt/pull/17586',
  same,
  ['query-plus', 'query-space'],
  python('GET', 'https://api.bybit.com/v5/order/realtime?category=linear&orderLinkId=my%20order', [
    ['X-BAPI-API-KEY', 'key-1'],
    ['X-BAPI-TIMESTAMP', MS],
    ['X-BAPI-RECV-WINDOW', '5000'],
    ['X-BAPI-SIGN', bybit('category=linear&orderLinkId=my+order')],
  ]),
)
write(
  'binance-at-before-encoding',
  'binance',
  'binance-exchange/binance-java-api/issues/297',
  same,
  ['query-encoder', 'query-encoded', 'query-decoded'],
  java(
    'GET',
    `https://api.binance.com/sapi/v3/sub-account/assets?email=foo%40bar.example&timestamp=${MS}&signature=${mac(`email=foo@bar.example&timestamp=${MS}`)}`,
    [['X-MBX-APIKEY', 'key-1']],
  ),
)
write(
  'bitfinex-printed-list',
  'bitfinex',
  'bitfinexcom/bitfinex-api-node/issues/80',
  same,
  ['refused-key-or-signature', 'refused-key'],
  "bitfinex v2\n[ 'error', 10100, 'apikey: invalid' ]",
  { scheme: 'bitfinex' },
)
write(
  'bitfinex-version-not-signed',
  'bitfinex',
  'Crypto-toolbox/bitex/pull/171',
  same,
  ['path-segment', 'path-prefix', 'path-extra-prefix'],
  php(
    'POST',
    'https://api.bitfinex.com/v2/auth/r/wallets',
    [
      ['Content-Type', 'application/json'],
      ['bfx-nonce', `${MS}000`],
      ['bfx-apikey', 'key-1'],
      ['bfx-signature', mac(`/api/auth/r/wallets${MS}000{}`, 'hex', 'sha384')],
    ],
    '{}',
  ),
)
const htxQuery = (names) =>
  [
    ['AccessKeyId', 'key-1'],
    ['SignatureMethod', 'HmacSHA256'],
    ['SignatureVersion', '2'],
    ['Timestamp', '2023-11-14T22%3A13%3A20'],
    ['symbol', 'btcusdt'],
  ]
    .sort(([a], [b]) => names.indexOf(a) - names.indexOf(b))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
const htxOrder = ['symbol', 'AccessKeyId', 'SignatureMethod', 'SignatureVersion', 'Timestamp']
write(
  'htx-not-in-order',
  'htx',
  'exchange-doc/api/issues/3',
  elsewhere,
  ['query-unsorted', 'query-order', 'query-as-sent', 'parameters-not-sorted'],
  go(
    'GET',
    `https://api.huobi.pro/v1/order/openOrders?${htxQuery(htxOrder)}&Signature=${encodeURIComponent(mac(`GET\napi.huobi.pro\n/v1/order/openOrders\n${htxQuery(htxOrder)}`, 'base64'))}`,
    [['Content-Type', 'application/x-www-form-urlencoded']],
  ),
)
write(
  'phemex-request-expired',
  'phemex',
  'phemex/phemex-api-docs/issues/44',
  same,
  ['refused-time'],
  'phemex: 401 Request Expired at 1700000300',
  {},
)
write(
  'coinex-signature-incorrect',
  'coinex',
  'coinexcom/coinex_exchange_api/issues/122',
  same,
  ['refused-signature'],
  'Traceback (most recent call last):\n  File "bot.py", line 12, in <module>\n    print(exchange.fetch_balance())\nccxt.base.errors.AuthenticationError: coinex {"code": 25, "data": {}, "message": "Signature Incorrect"}\n',
  {},
)
const bitgetAt = (time, text = `${time}GET/api/v2/spot/account/assets`) =>
  ccxtPython(
    'bitget',
    'GET',
    'https://api.bitget.com/api/v2/spot/account/assets',
    [
      ['ACCESS-KEY', 'key-1'],
      ['ACCESS-SIGN', mac(text, 'base64')],
      ['ACCESS-TIMESTAMP', time],
      ['ACCESS-PASSPHRASE', PASS],
    ],
    '',
    400,
    '{"code":"40008","msg":"Request timestamp expired","requestTime":1700000001123,"data":null}',
  )
write('bitget-seconds-verbose', 'bitget', 'ccxt/ccxt/issues/5232', elsewhere, ['time-unit'], bitgetAt(S))
write(
  'bitstamp-traceback',
  'bitstamp',
  'ccxt/ccxt/issues/1592',
  same,
  ['refused-signature'],
  'Traceback (most recent call last):\n  File "a.py", line 9, in <module>\n    print(exchange.fetch_balance())\nccxt.base.errors.ExchangeNotAvailable: bitstamp POST https://www.bitstamp.net/api/v2/balance/ 403 Client Error: Authentication Failed for url: https://www.bitstamp.net/api/v2/balance/ {"status": "error", "reason": "Invalid signature", "code": "API0005"}\n',
  {},
)
write(
  'bitstamp-nonce-log',
  'bitstamp',
  'gazbert/bxbot/issues/64',
  same,
  ['refused-nonce'],
  '30687 [main] ERROR sendNetworkRequest() - Failed to connect to Exchange due to unexpected IO error. ErrorStream Response: {"status": "error", "reason": "Invalid nonce", "code": "API0004"}\njava.io.IOException: Server returned HTTP response code: 403 for URL: https://www.bitstamp.net/api/v2/balance/\n\tat sun.net.www.protocol.http.HttpURLConnection.getInputStream0(HttpURLConnection.java:1876)\n',
  {},
)
write(
  'deribit-invalid-credentials',
  'deribit',
  'ccxt/ccxt/issues/8696',
  same,
  ['refused-key-or-signature', 'refused-key', 'refused-key-or-rights'],
  '(node:39360) UnhandledPromiseRejectionWarning: AuthenticationError: deribit {"jsonrpc":"2.0","error":{"message":"invalid_credentials","code":13004},"testnet":false,"usIn":1700000000123343,"usOut":1700000000123590,"usDiff":247}',
  {},
)
write(
  'crypto-com-invalid-nonce',
  'crypto-com',
  'goincrypto/cryptocom-exchange/issues/11',
  same,
  ['refused-time', 'refused-nonce-time'],
  "cryptocom.exchange.api.ApiError: Error: {'id': 7647, 'method': 'private/get-account-summary', 'code': 10007, 'message': 'INVALID_NONCE'}. Status: 400.",
  { scheme: 'crypto-com' },
)
write(
  'okx-version-3-code',
  'okx',
  'okcoin-okex/open-api-v3-sdk/issues/73',
  same,
  ['refused-signature'],
  'Traceback (most recent call last):\n  File "test.py", line 8, in <module>\nokex.exceptions.OkexAPIException: API Request Error(code=30013): Invalid Sign',
  {},
)
write(
  'polymarket-other-header-names',
  'polymarket',
  'Polymarket/py-clob-client/issues/270',
  same,
  ['header-missing', 'signature-missing', 'part-missing'],
  python('GET', 'https://clob.polymarket.com/data/orders', [
    ['POLY_ADDRESS', '0x2c7536E3605D9C16a7a3D7b1898e529396a65c23'],
    ['POLY_API_KEY', 'key-1'],
    ['POLY_API_PASSPHRASE', PASS],
    ['POLY_API_TIMESTAMP', S],
    ['POLY_API_SIGNATURE', mac(`${S}GET/data/orders`, 'base64url')],
  ]),
)

// --- SigV4, S3 version 2, Google Cloud Storage
sigv4('sorted-by-pair', 'aws-amplify/amplify-js/issues/3582', ['query-order', 'query-sorted', 'query-unsorted'], {
  service: 'cloudsearch',
  host: 'search-a.us-east-1.cloudsearch.amazonaws.com',
  path: '/2013-01-01/search',
  query: 'q.parser=structured&q=matchall',
  wireQuery: 'q=matchall&q.parser=structured',
})
sigv4('path-encoded-once', 'brendanhay/amazonka/issues/529', ['path-encoding', 'path-encoded', 'path-encoded-twice'], {
  path: '/production/%40connections/R0oXAdfD0kwCH6w%3D',
  server: { path: '/production/%2540connections/R0oXAdfD0kwCH6w%253D' },
  options: {},
})
sigv4('port-80-signed', 'minio/minio-dotnet/issues/321', ['host-port', 'port-other', 'host-other'], {
  service: 's3',
  host: 'minio.example.com',
  signedHost: 'minio.example.com:80',
  path: '/box/a.txt',
})
sigv4(
  'port-dropped-by-nginx',
  'TaitoUnited/full-stack-template/issues/205',
  ['host-port', 'host-rewritten', 'port-other'],
  {
    method: 'PUT',
    service: 's3',
    host: 'localhost',
    signedHost: 'localhost:9999',
    path: '/bucket/a.png',
    body: 'x',
    headers: [['x-amz-content-sha256', 'UNSIGNED-PAYLOAD']],
    payload: 'UNSIGNED-PAYLOAD',
  },
)
const presigned = (method, path, more, lines) => {
  const area = '20231114/eu-west-1/s3/aws4_request'
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(`AKIDEXAMPLE/${area}`)}&X-Amz-Date=${TIME}&X-Amz-Expires=300&X-Amz-SignedHeaders=host${more}`
  const canonical = [method, path, query, ...lines, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n')
  const text = ['AWS4-HMAC-SHA256', TIME, area, sha(canonical)].join('\n')
  const key = area.split('/').reduce((from, part) => createHmac('sha256', from).update(part).digest(), `AWS4${SECRET}`)
  return `https://box.s3.eu-west-1.amazonaws.com${path}?${query}&X-Amz-Signature=${createHmac('sha256', key).update(text).digest('hex')}`
}
write(
  'sigv4-url-type-appended',
  'sigv4',
  'aws/aws-sdk-php/issues/239',
  same,
  ['query-parameter-unsigned', 'query-parameter-added', 'signed-before-added', 'parameter-added'],
  `curl -v -H "Content-Type: image/jpeg" -T temp.jpg '${presigned('PUT', '/testing/signed', '', ['host:box.s3.eu-west-1.amazonaws.com'])}&Content-Type=image%2Fjpeg'`,
)
const v2 = (method, type, extra, resource) =>
  encodeURIComponent(
    createHmac('sha1', SECRET)
      .update([method, '', type, '1700000300', ...extra, resource].join('\n'))
      .digest('base64'),
  )
write(
  's3-v2-opened-in-browser',
  's3-v2',
  'aws/aws-sdk-js/issues/948',
  same,
  ['url-other-use', 'method-other'],
  answered(
    http(
      'GET',
      'box.s3-us-west-1.amazonaws.com',
      `/files/profiles.csv?AWSAccessKeyId=AKIDEXAMPLE&Content-Type=text%2Fcsv&Expires=1700000300&Signature=${v2('PUT', 'text/csv', ['x-amz-acl:public-read'], '/box/files/profiles.csv')}&x-amz-acl=public-read`,
      [],
    ),
    '403 Forbidden',
    `<?xml version="1.0"?><Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId><StringToSign>GET\n\n\n1700000300\n/box/files/profiles.csv</StringToSign></Error>`,
  ),
)
write(
  's3-v2-type-for-get',
  's3-v2',
  'minio/minio/issues/12924',
  same,
  ['content-type-left-empty', 'content-type-other', 'url-other-use', 'content-type-left-out'],
  csharp(
    'GET',
    `https://minio.example.com/my-bucket/folder/somefile.msi?AWSAccessKeyId=AKIDEXAMPLE&Expires=1700000300&Signature=${v2('GET', '', [], '/my-bucket/folder/somefile.msi')}`,
    [['Content-Type', 'application/octet-stream']],
  ),
)
write(
  'gcs-type-not-sent',
  'gcs',
  'googleapis/google-cloud-go/issues/232',
  same,
  ['content-type-other', 'content-type-missing', 'content-type-left-out', 'url-other-use'],
  answered(
    http(
      'GET',
      'storage.googleapis.com',
      `/bucket/image.jpeg?GoogleAccessId=xx%40ppp.iam.gserviceaccount.com&Expires=1700000300&Signature=${encodeURIComponent(signBytes('sha256', Buffer.from('GET\n\nimage/jpeg\n1700000300\n/bucket/image.jpeg'), RSA_KEY).toString('base64'))}`,
      [],
    ),
    '403 Forbidden',
    "<?xml version='1.0' encoding='UTF-8'?><Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.</Message><StringToSign>GET\n\n\n1700000300\n/bucket/image.jpeg</StringToSign></Error>",
  ),
  { publicKey: publicOf(RSA_KEY) },
)

// --- webhooks
const stripe = (signed, body) =>
  hook(
    'stripe-stringified',
    'stripe/stripe-node/issues/494',
    ['body-json-indented'],
    [
      ['Content-Type', 'application/json; charset=utf-8'],
      ['Stripe-Signature', `t=${S},v1=${mac(`${S}.${signed}`)},v0=${'0a'.repeat(32)}`],
    ],
    body,
  )
const event = { id: 'evt_1', object: 'event', data: { object: { amount: 100 } } }
stripe(JSON.stringify(event, null, 2), JSON.stringify(event))
hook(
  'paddle-parsed',
  'kossnocorp/paddle-billing/issues/7',
  ['body-json-compact', 'body-json-indented', 'body-json-spaces'],
  [
    ['Content-Type', 'application/json'],
    ['Paddle-Signature', `ts=${S};h1=${mac(`${S}:{"event_type":"transaction.paid","data":{"id":"txn_1"}}`)}`],
  ],
  '{\n    "event_type": "transaction.paid",\n    "data": {\n        "id": "txn_1"\n    }\n}',
)
hook(
  'github-base64-for-hex',
  'jackmusick/bifrost/issues/726',
  ['signature-encoding'],
  [
    ['Content-Type', 'application/json'],
    ['X-Hub-Signature-256', `sha256=${mac('{"id":1}', 'base64')}`],
  ],
  '{"id":1}',
  { secret: SECRET },
  {},
  elsewhere,
)
hook(
  'github-html-escapes',
  'grnhse/greenhouse-api-docs/issues/276',
  ['body-json-escapes', 'body-json-escapes-html'],
  [
    ['Content-Type', 'application/json'],
    ['X-Hub-Signature-256', `sha256=${mac('{"action":"edited","content":"\\u003cp\\u003ehello\\u003c/p\\u003e"}')}`],
  ],
  '{"action":"edited","content":"<p>hello</p>"}',
  { secret: SECRET },
  {},
  elsewhere,
)
// --- draft-cavage
const cavage = (text) => mac(text, 'base64')
const note = '{"type":"Follow"}'
hook(
  'cavage-proxy-host-kept',
  'nextcloud/social/issues/269',
  ['host-rewritten', 'host-other'],
  [
    ['X-Forwarded-Host', 'cloud.example.com'],
    ['X-Forwarded-For', '203.0.113.5'],
    ['Date', DATE],
    ['Digest', `SHA-256=${sha(note, 'base64')}`],
    [
      'Signature',
      `keyId="https://social.example/users/a#main-key",algorithm="hmac-sha256",headers="(request-target) host date digest",signature="${cavage(`(request-target): post /inbox\nhost: cloud.example.com\ndate: ${DATE}\ndigest: SHA-256=${sha(note, 'base64')}`)}"`,
    ],
  ],
  note,
  { secret: SECRET },
  { host: 'nextcloud:80', path: '/inbox' },
)
write(
  'cavage-mastodon-digest',
  'cavage',
  'mastodon/mastodon/issues/17299',
  same,
  ['digest-missing', 'digest-not-signed'],
  restSharp(
    'POST',
    'https://mastodon.example/inbox',
    [
      ['Host', 'mastodon.example'],
      ['Date', DATE],
      [
        'Signature',
        `keyId="https://me.example/actor#main-key",headers="(request-target) host date",signature="${cavage(`(request-target): post /inbox\nhost: mastodon.example\ndate: ${DATE}`)}"`,
      ],
    ],
    note,
  ),
)

// --- OAuth 1.0a
const oauth = (name, source, expected, { method = 'GET', path = '/1/items', text, form = '', type }) => {
  const signature = createHmac('sha1', `${percent(SECRET)}&${percent(PASS)}`)
    .update(`${method}&${percent('https://api.example.com/1/items')}&${percent(text)}`)
    .digest('base64')
  const fields = [
    ...(type === undefined ? [] : [['Content-Type', type]]),
    [
      'Authorization',
      `OAuth ${[...OWN, ['oauth_signature', signature]].map(([one, value]) => `${one}="${percent(value)}"`).join(', ')}`,
    ],
  ]
  hook(
    `oauth1-${name}`,
    source,
    expected,
    fields,
    form,
    { secret: SECRET, passphrase: PASS },
    {
      method,
      path,
      host: 'api.example.com',
    },
  )
}
oauth('form-not-signed', 'osmlab/osm-auth/issues/9', ['parameters-form-left-out', 'parameters-left-out'], {
  method: 'POST',
  text: pairs(OWN),
  form: 'lat=1&lon=2&text=a%20b',
  type: 'application/x-www-form-urlencoded',
})
oauth(
  'marks-not-encoded',
  'nbspou/dart-oauth1/pull/10',
  ['parameters-encoder', 'parameters-characters', 'parameters-encoding'],
  {
    path: '/1/items?q=it%27s%20(new)!',
    text: pairs([...OWN, ['q', "it's (new)!"]], percent, encodeURIComponent),
  },
)
oauth(
  'json-as-parameters',
  'Kong/mashape-oauth/pull/14',
  ['parameters-of-body', 'parameters-form', 'parameters-body'],
  {
    method: 'POST',
    text: pairs([...OWN, ['amount', '5'], ['currency', 'USD']]),
    form: '{"amount":5,"currency":"USD"}',
    type: 'application/json',
  },
)

// --- tokens, RFC 9421, Hawk
const jwk = (({ kty, crv, x, y }) => ({ kty, crv, x, y }))(createPublicKey(EC_KEY).export({ format: 'jwk' }))
const proof = (htu, dsaEncoding) => {
  const text = `${b64url({ typ: 'dpop+jwt', alg: 'ES256', jwk })}.${b64url({ jti: 'j-1', htm: 'GET', htu, iat: Number(S) })}`
  return `${text}.${signBytes('sha256', Buffer.from(text), { key: createPrivateKey(EC_KEY), dsaEncoding }).toString('base64url')}`
}
write(
  'dpop-slash-added',
  'dpop',
  'pdsinterop/php-solid-server/issues/55',
  same,
  ['proof-url-slash'],
  http('GET', 'localhost', '/storage/', [['DPoP', proof('https://localhost/storage', 'ieee-p1363')]]),
  {},
)
write(
  'dpop-der',
  'dpop',
  'auth0/java-jwt/issues/187',
  elsewhere,
  ['ecdsa-der'],
  http('GET', 'api.example.com', '/a', [['DPoP', proof('https://api.example.com/a', 'der')]]),
  {},
)
rfc('digest-kept', 'dadrus/httpsig/pull/116', same, 'digest-mismatch', {
  ...shared,
  sign: hmac,
  options: shared,
  field: `sha-256=:${sha('{"stale":true}', 'base64')}:`,
})
write(
  'hawk-postman-no-hash',
  'hawk',
  'postmanlabs/postman-app-support/issues/2458',
  same,
  ['body-hash-missing'],
  `curl -X POST https://api.example.com/v1/items -H 'Content-Type: application/json' -H 'Authorization: Hawk id="k1", ts="${S}", nonce="n0nce", mac="${mac(`hawk.1.header\n${S}\nn0nce\nPOST\n/v1/items\napi.example.com\n443\n\n\n`, 'base64')}"' -d '{"a":1}'`,
)

import { createHash, createHmac, sign as signBytes } from 'node:crypto'
import { EC_KEY, RSA_KEY } from '../keys.mjs'
import {
  answered,
  DATE,
  elsewhere,
  hook,
  http,
  MS,
  mac,
  PASS,
  publicOf,
  refused,
  S,
  SECRET,
  same,
  sha,
  subject,
  write,
} from './case.mjs'
import { axiosError, curlVerbose, environ, har, phpPrinted, received } from './case-dumps.mjs'
import { apacheWire, botocoreDebug, nodeOptions, starlette } from './case-logs.mjs'
import { python, restSharp, ruby } from './case-pastes.mjs'
import { byEc, digest, ecdsa, hmac, rfc, shared } from './case-rfc9421.mjs'
import { OWN, pairs, percent } from './oauth1.mjs'
import { sigv4, hmac as step, TIME } from './sigv4.mjs'

// Threads seen after the seventeenth batch had been mended; the causes are those that were found in them.

// --- exchanges
const kucoin = (text, passphrase = mac(PASS, 'base64')) => [
  ['KC-API-KEY', 'key-1'],
  ['KC-API-TIMESTAMP', MS],
  ['KC-API-PASSPHRASE', passphrase],
  ['KC-API-KEY-VERSION', '2'],
  ['KC-API-SIGN', mac(text, 'base64')],
]
const both = { secret: SECRET, passphrase: PASS }
const sub = 'apiKey=key-2&subName=bot1'
write(
  'kucoin-delete-with-a-body',
  'kucoin',
  'sieblyio/kucoin-api/issues/77',
  same,
  ['query-as-body', 'body-as-query', 'query-as-json'],
  axiosError(
    'DELETE',
    'https://api.kucoin.com/api/v1/sub/api-key',
    [...kucoin(`${MS}DELETE/api/v1/sub/api-key?${sub}`), ['Content-Type', 'application/json']],
    '{"apiKey":"key-2","subName":"bot1"}',
    401,
    "{ code: '400005', msg: 'Invalid KC-API-SIGN' }",
  ),
  both,
)
write(
  'kucoin-delete-signed-as-json',
  'kucoin',
  'pybotters/pybotters/pull/236',
  same,
  ['query-as-json', 'body-as-query', 'query-as-body'],
  `<RequestInfo(url=URL('https://api.kucoin.com/api/v1/orders?symbol=BTC-USDT'), method='DELETE', headers=<CIMultiDictProxy(${[
    ['Host', 'api.kucoin.com'],
    ['Accept', '*/*'],
    ...kucoin(`${MS}DELETE/api/v1/orders{"symbol":"BTC-USDT"}`),
    ['Content-Type', 'application/json'],
  ]
    .map(([name, value]) => `'${name}': '${value}'`)
    .join(
      ', ',
    )})>, real_url=URL('https://api.kucoin.com/api/v1/orders?symbol=BTC-USDT'))\n{'code': '400005', 'msg': 'Invalid KC-API-SIGN'}\n`,
  both,
)
const deposits = '/api/v1/deposits'
write(
  'kucoin-keyword-arguments',
  'kucoin',
  'sammchardy/python-kucoin/issues/43',
  same,
  ['header-missing', 'refused-missing', 'part-missing'],
  `https://openapi-sandbox.kucoin.com${deposits}\nKWARGS: {'timeout': 10, 'headers': {'KC-API-TIMESTAMP': '${MS}', 'KC-API-SIGN': b'${mac(`${MS}GET${deposits}?status=SUCCESS&startAt=0&limit=100`, 'base64')}'}, 'params': {'status': 'SUCCESS', 'startAt': '0', 'limit': 100}}\nkucoin.exceptions.KucoinAPIException: KucoinAPIException 400001: Any of KC-API-KEY, KC-API-SIGN, KC-API-TIMESTAMP, KC-API-PASSPHRASE is missing in your header.\n`,
  both,
)
write(
  'kucoin-more-in-the-query-of-php',
  'kucoin',
  'ccxt/ccxt/issues/9702',
  same,
  ['query-encoded', 'query-encoder', 'query-decoded'],
  phpPrinted(
    'DELETE',
    'https://openapi-v2.kucoin.com/api/v1/orders/o-1?currencyPair=SNX%2FBTC&type=BUY',
    kucoin(`${MS}DELETE/api/v1/orders/o-1?currencyPair=SNX%2FBTC&type=BUY`),
    '',
    401,
    '{"code":"400005","msg":"Invalid KC-API-SIGN"}',
  ),
  both,
)
write(
  'bitmex-pretty-in-swift',
  'bitmex',
  'BitMEX/api-connectors/issues/197',
  same,
  'body-json-indented',
  `unSignature:DELETE/api/v1/apiKey1534263414{\n  "apiKeyID" : "assd"\n}\nsignature:${mac('DELETE/api/v1/apiKey1534263414{\n  "apiKeyID" : "assd"\n}')}\n\n$ curl -v \\\n\t-X DELETE \\\n\t-H "Content-Type: application/json" \\\n\t-H "api-key: key-1" \\\n\t-H "api-signature: ${mac('DELETE/api/v1/apiKey1534263414{\n  "apiKeyID" : "assd"\n}')}" \\\n\t-H "api-expires: 1534263414" \\\n\t-d "{\\"apiKeyID\\":\\"assd\\"}" \\\n\t"https://www.bitmex.com/api/v1/apiKey"\n`,
)
const orders = '{"filter":"{\\"open\\":true}"}'
write(
  'bitmex-body-not-sent',
  'bitmex',
  'BitMEX/api-connectors/issues/157',
  same,
  ['body-missing', 'body-not-shown', 'body-left-out', 'body-empty'],
  curlVerbose(
    'POST',
    'https://www.bitmex.com/api/v1/order',
    [
      ['api-key', 'key-1'],
      ['api-expires', '1700000060'],
      ['api-signature', mac(`POST/api/v1/order1700000060${orders}`)],
      ['Content-Length', '0'],
    ],
    '',
    '401 Unauthorized',
    '{"error":{"message":"Signature not valid.","name":"HTTPError"}}',
  ),
)
write(
  'coinex-name-of-the-secret',
  'coinex',
  'coinexcom/coinex_exchange_api/issues/47',
  same,
  ['text-key-name', 'secret-name', 'text-parameters-order'],
  answered(
    http(
      'POST',
      'api.coinex.com',
      '/v1/order/limit',
      [
        [
          'authorization',
          createHash('md5')
            .update(`access_id=key-1&amount=56.5&market=BTCBCH&price=10&tonce=${MS}&type=sell&secretKey=${SECRET}`)
            .digest('hex')
            .toUpperCase(),
        ],
        ['Content-Type', 'application/json'],
      ],
      `{"access_id":"key-1","amount":"56.5","price":"10","type":"sell","market":"BTCBCH","tonce":${MS}}`,
    ),
    '200 OK',
    '{"code":25,"data":{},"message":"Signature Error"}',
  ),
)
write(
  'coinex-space-before-tonce',
  'coinex',
  'JKorf/CoinEx.Net/issues/24',
  refused,
  ['refused-signature', 'refused-key-or-signature'],
  'Success: False, Error: 25: Signature Error\n',
  {},
)
write(
  'htx-address-of-demo',
  'htx',
  'huobiapi/REST-API-demos/issues/9',
  refused,
  'refused-address',
  "{'status': 'error', 'err-code': 'api-signature-not-valid', 'err-msg': 'Signature not valid: ip地址错误', 'data': None}\n",
  {},
)
write(
  'htx-state-of-a-hash',
  'htx',
  'HuobiRDCenter/huobi_Golang/issues/4',
  refused,
  'refused-signature',
  '2020/04/15 20:14:11 Get account balance error: {"status":"error","err-code":"api-signature-not-valid","err-msg":"Signature not valid: Verification failure [校验失败]","data":null}\n',
  {},
)
const htxQuery = `AccessKeyId=key-1&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2023-11-14T22%3A13%3A20`
const htxOrder = { 'account-id': '1', amount: '10', symbol: 'ethusdt', type: 'buy-limit' }
write(
  'htx-body-signed-as-parameters',
  'htx',
  'leizongmin/huobiapi/pull/6',
  same,
  ['body-as-query', 'body-for-none', 'parameter-added', 'query-parameters-added'],
  python(
    'POST',
    `https://api.huobi.pro/v1/order/orders/place?${htxQuery}&Signature=${encodeURIComponent(
      mac(
        `POST\napi.huobi.pro\n/v1/order/orders/place\n${[
          ...htxQuery.split('&'),
          ...Object.entries(htxOrder).map((one) => one.join('=')),
        ]
          .sort()
          .join('&')}`,
        'base64',
      ),
    )}`,
    [['Content-Type', 'application/json']],
    JSON.stringify(htxOrder),
  ),
)
write(
  'kraken-nonce-of-vba',
  'kraken',
  'krijnsent/crypto_vba/issues/24',
  refused,
  'refused-nonce',
  '?PrivateKraken("AddOrder", apikey_kraken, secretkey_kraken, "?pair=XETHZEUR?type=sell?ordertype=market?volume=1")\n{"error":["EAPI:Invalid nonce"]}\n',
  {},
)
write(
  'kraken-nonce-of-gekko',
  'kraken',
  'askmike/gekko/issues/1907',
  refused,
  'refused-nonce',
  '2018-02-11 12:00:00 (ERROR):\t[kraken.js] (getPortfolio) returned an error, retrying: API:Invalid nonce\n',
  {},
)
write(
  'polymarket-key-of-another-address',
  'polymarket',
  'Polymarket/clob-client/issues/248',
  refused,
  ['refused-key', 'refused-key-or-signature'],
  "[CLOB Client] request error {\n  status: 401,\n  statusText: 'Unauthorized',\n  data: { error: 'Unauthorized/Invalid api key' },\n  config: {\n    method: 'post',\n    url: 'https://clob.polymarket.com/order'\n  }\n}\n",
  {},
)
write(
  'polymarket-order-in-httpx',
  'polymarket',
  'nawaz0x1/py_polymarket_hft_mm/issues/2',
  refused,
  'refused-signature',
  "2026-01-02 22:07:12.857 - httpx - INFO - HTTP Request: POST https://clob.polymarket.com/order \"HTTP/2 400 Bad Request\"\n2026-01-02 22:07:12.858 - utils.clob_orders - ERROR - Error placing order for token 53361323717535713698778465645488451412753362600085791252163349542918432280095: PolyApiException[status_code=400, error_message={'error': 'invalid signature'}]\n",
  {},
)
write(
  'polymarket-first-level-headers',
  'polymarket',
  'Polymarket/py-clob-client/issues/170',
  refused,
  ['refused-signature', 'refused-key-or-signature', 'refused-missing'],
  "PolyApiException[status_code=401, error_message={'error': 'Invalid L1 Request headers'}]\n",
  {},
)
write(
  'binance-email-in-node',
  'binance',
  'ccxt/node-binance-api/issues/862',
  elsewhere,
  ['query-decoded', 'query-encoder'],
  nodeOptions(
    'GET',
    `https://api.binance.com/sapi/v3/sub-account/assets?email=a%40example.com&timestamp=${MS}&signature=${mac(`email=a@example.com&timestamp=${MS}`)}`,
    [['X-MBX-APIKEY', 'key-1']],
  ),
)
write(
  'kucoin-passphrase-in-hummingbot',
  'kucoin',
  'hummingbot/hummingbot/pull/7103',
  refused,
  ['refused-time', 'clock-behind', 'clock-ahead'],
  '2024-07-17 10:04:11,203 - hummingbot.connector.exchange.kucoin - ERROR - OSError: Error executing request GET https://api.kucoin.com/api/v1/accounts?type=trade. HTTP status is 400. Error: {"msg":"KC-API-TIMESTAMP Invalid -- Timestamp differs from server time by more than 5 seconds","code":"400002"}\n',
  {},
)
write(
  'mexc-time-in-hummingbot',
  'mexc',
  'hummingbot/hummingbot/issues/7801',
  refused,
  ['refused-time', 'clock-behind', 'clock-ahead'],
  'OSError: Error executing request GET https://api.mexc.com/api/v3/account. HTTP status is 400. Error: {"code":700003,"msg":"Timestamp for this request is outside of the recvWindow."}\n',
  {},
)
write(
  'bitget-time-of-python',
  'bitget',
  'cuongitl/python-bitget/issues/19',
  refused,
  ['refused-time', 'clock-behind', 'clock-ahead'],
  'pybitget.exceptions.BitgetAPIException: API Request Error(code=40008): Request timestamp expired\n',
  {},
)

// --- AWS SigV4 and its clones
/** A request that was signed by hand: its lines, and what is sent. */
const aws = ({
  method = 'GET',
  service = 's3',
  region = 'us-east-1',
  path = '/',
  query = '',
  lines,
  payload = sha(''),
}) => {
  const area = `20231114/${region}/${service}/aws4_request`
  const names = lines.map((one) => one.slice(0, one.indexOf(':'))).join(';')
  const canonical = [method, path, query, ...lines, '', names, payload].join('\n')
  const text = ['AWS4-HMAC-SHA256', TIME, area, sha(canonical)].join('\n')
  const key = area.split('/').reduce((from, part) => step(from, part), `AWS4${SECRET}`)
  return {
    canonical,
    text,
    authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${area}, SignedHeaders=${names}, Signature=${createHmac('sha256', key).update(text).digest('hex')}`,
  }
}
const hash = `x-amz-content-sha256:${sha('')}`
const date = `x-amz-date:${TIME}`
const s3Headers = ({ authorization }, more = []) => [
  ['X-Amz-Content-SHA256', sha('')],
  ['X-Amz-Date', TIME],
  ...more,
  ['Authorization', authorization],
]
const denied = (more = '') =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message>${more}</Error>`
const apiDenied =
  '{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}'

const owl = createHmac('sha1', SECRET).update("GET\n\n\n1700000900\n/box/owl-white'.png").digest('base64')
write(
  's3-v2-apostrophe',
  's3-v2',
  'aws/aws-sdk-js/issues/147',
  same,
  ['path-characters', 'path-decoded', 'resource-decoded', 'path-encoder'],
  `https://box.s3.amazonaws.com/owl-white%27.png?AWSAccessKeyId=AKIDEXAMPLE&Expires=1700000900&Signature=${encodeURIComponent(owl)}\n\n${denied('<StringToSign>GET\n\n\n1700000900\n/box/owl-white%27.png</StringToSign>')}`,
)
const starKey = aws({ method: 'PUT', path: '/te*st', lines: ['host:box.s3.us-east-1.amazonaws.com', hash, date] })
write(
  'sigv4-asterisk-in-a-key',
  'sigv4',
  'aws/aws-sdk-js-v3/issues/1896',
  same,
  ['path-characters', 'path-encoder', 'path-encoding'],
  har(
    'PUT',
    'https://box.s3.us-east-1.amazonaws.com/te*st',
    [['Host', 'box.s3.us-east-1.amazonaws.com'], ...s3Headers(starKey)],
    '',
    403,
    denied(),
  ),
)
write(
  'sigv4-backslash-of-windows',
  'sigv4',
  'aws/aws-sdk-net/pull/41',
  same,
  ['path-other', 'path-slashes', 'path-rewritten', 'path-backslash'],
  restSharp(
    'GET',
    'https://box.s3.us-east-1.amazonaws.com/reports/2023/a.txt',
    s3Headers(aws({ path: '/reports%5C2023%5Ca.txt', lines: ['host:box.s3.us-east-1.amazonaws.com', hash, date] })),
  ),
)
write(
  'sigv4-square-brackets-in-net',
  'sigv4',
  'aws/aws-sdk-net/issues/127',
  same,
  ['path-characters', 'path-decoded', 'path-encoder'],
  http(
    'GET',
    'box.s3.us-east-1.amazonaws.com',
    '/a[1].txt',
    s3Headers(aws({ path: '/a[1].txt', lines: ['host:box.s3.us-east-1.amazonaws.com', hash, date] })),
  ),
)
write(
  'sigv4-host-with-a-dot',
  'sigv4',
  'mhart/aws4/issues/5',
  same,
  ['host-other', 'host-rewritten'],
  nodeOptions('GET', 'https://s3-ap-northeast-1.amazonaws.com/box', [
    ['Host', 's3-ap-northeast-1.amazonaws.com'],
    ...s3Headers(
      aws({ region: 'ap-northeast-1', path: '/box', lines: ['host:s3.ap-northeast-1.amazonaws.com', hash, date] }),
    ),
  ]),
)
sigv4(
  'gzip-of-opensearch',
  'opensearch-project/opensearch-net/issues/104',
  ['payload-other', 'body-gzip', 'body-other', 'digest-mismatch', 'payload-body'],
  {
    method: 'PUT',
    service: 'es',
    host: 'vpc-a.us-east-1.es.amazonaws.com',
    path: '/idx/_doc/1',
    headers: [
      ['accept', 'application/json'],
      ['content-encoding', 'gzip'],
      ['content-type', 'application/json'],
    ],
    body: '{"content":"a"}',
    server: { payload: sha('gzip of it') },
  },
)
const chunked = aws({
  method: 'POST',
  service: 'es',
  path: '/idx/_bulk',
  lines: [
    'content-type:application/json',
    'host:search-a.us-west-2.es.amazonaws.com',
    'transfer-encoding:chunked',
    date,
  ],
  payload: sha('{"a":1}'),
  region: 'us-west-2',
})
write(
  'sigv4-transfer-encoding-signed',
  'sigv4',
  'acm19/aws-request-signing-apache-interceptor/issues/29',
  same,
  ['header-hop', 'transfer-encoding-other', 'transfer-encoding-left-empty', 'transfer-encoding-left-out'],
  apacheWire(
    'POST',
    'https://search-a.us-west-2.es.amazonaws.com/idx/_bulk',
    [
      ['Content-Type', 'application/json'],
      ['X-Amz-Date', TIME],
      ['Authorization', chunked.authorization],
      ['Transfer-Encoding', 'chunked'],
    ],
    '{"a":1}',
    '403 Forbidden',
    apiDenied,
  ),
)
const search = '{"query":{"match_all":{}}}'
const got = aws({
  service: 'es',
  path: '/idx/_search',
  lines: ['host:search-a.us-east-1.es.amazonaws.com', date],
})
write(
  'sigv4-body-of-a-get',
  'sigv4',
  'andrewjroth/requests-auth-aws-sigv4/pull/13',
  same,
  ['body-left-out', 'payload-for-none', 'body-empty', 'body-for-none'],
  python(
    'GET',
    'https://search-a.us-east-1.es.amazonaws.com/idx/_search',
    [
      ['Content-Type', 'application/json'],
      ['x-amz-date', TIME],
      ['Authorization', got.authorization],
    ],
    search,
  ),
)
const inPath = aws({
  service: 'es',
  path: '/products/_search%3Fq%3Dlamp',
  lines: ['host:search-a.us-east-1.es.amazonaws.com', date],
})
write(
  'sigv4-query-in-the-path',
  'sigv4',
  'aws/aws-sdk-js-v3/issues/2996',
  same,
  ['path-with-query', 'path-question-mark', 'query-in-path'],
  received(
    'GET',
    'https://search-a.us-east-1.es.amazonaws.com/products/_search?q=lamp',
    [
      ['Host', 'search-a.us-east-1.es.amazonaws.com'],
      ['x-amz-date', TIME],
      ['Authorization', inPath.authorization],
    ],
    '',
  ),
)
const serverPort = aws({ path: '/box/', lines: ['host:minio.example.com', hash, date] })
write(
  'sigv4-server-port-of-nginx',
  'sigv4',
  'minio/minio/issues/5222',
  same,
  ['host-port', 'port-other'],
  `[REQUEST s3.ListObjectsV1] 22:13:20.123\nGET /box/\nProto: HTTP/1.1\nHost: minio.example.com:443\nX-Forwarded-Host: minio.example.com\nX-Forwarded-Proto: https\nX-Amz-Date: ${TIME}\nX-Amz-Content-Sha256: ${sha('')}\nAuthorization: ${serverPort.authorization}\n\n[RESPONSE] [22:13:20.124] [ Duration 121µs ]\n403 Forbidden\nContent-Type: application/xml\n${denied()}\n`,
)
const noHostSet = aws({ lines: ['host:s3.foo.example', hash, date] })
write(
  'sigv4-host-of-proxy-pass',
  'sigv4',
  'minio/minio/issues/1315',
  same,
  ['host-not-public', 'host-rewritten', 'host-other'],
  http('GET', '127.0.0.1:9000', '/', [['X-Real-IP', '203.0.113.7'], ...s3Headers(noHostSet)]),
)
const hostVariable = aws({ path: '/', lines: ['host:s3.foo.example:9443', hash, date] })
write(
  'sigv4-host-variable-of-nginx',
  'sigv4',
  'minio/minio/issues/11218',
  subject,
  'host-port',
  botocoreDebug(
    'GET',
    'https://s3.foo.example:9443/',
    s3Headers(hostVariable),
    hostVariable.canonical,
    hostVariable.text,
    403,
    denied(`<CanonicalRequest>${hostVariable.canonical.replace(':9443', '')}</CanonicalRequest>`),
  ),
)

// --- webhooks
const call = [
  ['CallSid', 'CA1'],
  ['From', '+15005550006'],
]
const twilio = (url, list) =>
  mac(
    `${url}${[...list]
      .sort()
      .map((one) => one.join(''))
      .join('')}`,
    'base64',
    'sha1',
  )
write(
  'twilio-redirect-of-ngrok',
  'twilio',
  'twilio/twilio-node/issues/146',
  same,
  ['url-scheme-other', 'url-scheme'],
  received(
    'POST',
    'http://abcd.ngrok.io/voice',
    [
      ['Host', 'abcd.ngrok.io'],
      ['X-Twilio-Signature', twilio('https://abcd.ngrok.io/voice', call)],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    new URLSearchParams(call).toString(),
  ),
)
const sms = `https://app.example.com/sms?${new URLSearchParams(call)}`
write(
  'twilio-query-given-twice',
  'twilio',
  'twilio/twilio-node/issues/1068',
  same,
  ['refused-although-it-fits', 'parameters-query-left-out'],
  `GET ${sms}\nx-twilio-signature: ${twilio(sms, [])}\nhost: app.example.com\n\ntwilio valid false\n`,
)
write(
  'twilio-behind-tls',
  'twilio',
  'dograh-hq/dograh/pull/510',
  same,
  ['url-scheme-other', 'url-scheme'],
  environ(
    'POST',
    'voice.example.com',
    '/api/v1/telephony/inbound',
    '',
    [
      ['X-Forwarded-Proto', 'https'],
      ['X-Twilio-Signature', twilio('https://voice.example.com/api/v1/telephony/inbound', call)],
    ],
    new URLSearchParams(call).toString(),
  )
    .replace("'https',\n 'HTTP_HOST'", "'http',\n 'HTTP_HOST'")
    .replace("'SERVER_PORT': '443'", "'CONTENT_TYPE': 'application/x-www-form-urlencoded',\n 'SERVER_PORT': '80'"),
)
const bulk = `ids=["2074861961283", "2074861830211"]&locale=en&shop=a.myshopify.com&timestamp=${S}`
write(
  'shopify-oauth-list-of-ids',
  'shopify-oauth',
  'nozzlegear/ShopifySharp/issues/344',
  same,
  ['refused-although-it-fits', 'query-lists'],
  `GET /bulk?hmac=${mac(bulk)}&ids%5B%5D=2074861961283&ids%5B%5D=2074861830211&locale=en&shop=a.myshopify.com&timestamp=${S} HTTP/1.1\nHost: app.example.com\n\nIsAuthenticRequest: False\n`,
)
const pushed = '{"ref":"refs/heads/main","after":"0d1a26e6"}'
const form = new URLSearchParams({ payload: pushed }).toString()
write(
  'github-form-of-php',
  'github',
  'mdluo/github-webhook-handler-php/issues/1',
  same,
  ['body-form-payload', 'body-as-form', 'body-json-as-form'],
  `array (\n  'Host' => 'hooks.example.com',\n  'Content-Type' => 'application/x-www-form-urlencoded',\n  'X-GitHub-Event' => 'push',\n  'X-Hub-Signature' => 'sha1=${mac(form, 'hex', 'sha1')}',\n)\n${pushed}\n`,
)
hook(
  'github-form-of-jenkins',
  'dlang/ci/issues/27',
  ['body-form-payload', 'body-json-as-form', 'body-as-form'],
  [
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['X-GitHub-Event', 'pull_request'],
    ['X-Hub-Signature', `sha1=${mac(form.replaceAll('+', '%20'), 'hex', 'sha1')}`],
  ],
  pushed,
  { secret: SECRET, scheme: 'github' },
)
const job = '{"event":"job.finished","job":{"id":"j-1","url":"https:\\/\\/api.example.com\\/v2\\/jobs\\/j-1"}}'
write(
  'cloudconvert-stringified',
  'cloudconvert',
  'cloudconvert/cloudconvert-node/issues/65',
  same,
  'body-json-escapes',
  received(
    'POST',
    'https://app.example.com/cloudconvert',
    [
      ['Host', 'app.example.com'],
      ['CloudConvert-Signature', mac(job)],
      ['Content-Type', 'application/json'],
    ],
    JSON.stringify(JSON.parse(job)),
  ),
)
const events = '[{"email":"a@example.com","event":"open"}]\r\n'
write(
  'sendgrid-end-of-body-in-csharp',
  'sendgrid',
  'sendgrid/sendgrid-csharp/issues/1018',
  same,
  ['body-line-break', 'body-line-endings'],
  http(
    'POST',
    'hooks.example.com',
    '/sendgrid',
    [
      ['Content-Type', 'application/json'],
      [
        'X-Twilio-Email-Event-Webhook-Signature',
        signBytes('sha256', Buffer.from(`${S}${events}`), EC_KEY).toString('base64'),
      ],
      ['X-Twilio-Email-Event-Webhook-Timestamp', S],
    ],
    events.trim(),
  ),
  { publicKey: publicOf(EC_KEY) },
)

// --- OAuth 1.0a
const oauth = (method, url, text, key = `${SECRET}&${PASS}`) =>
  mac(`${method}&${percent(url)}&${text}`, 'base64', 'sha1', key)
const authorized = (signature, own = OWN) =>
  `OAuth ${[...own, ['oauth_signature', signature]].map(([name, value]) => `${name}="${percent(value)}"`).join(', ')}`
write(
  'oauth1-nested-names-of-signpost',
  'oauth1',
  'mttkay/signpost/pull/9',
  same,
  ['parameters-encoded-twice', 'parameters-encoded'],
  http(
    'POST',
    'api.example.com',
    '/v1/items',
    [
      [
        'Authorization',
        authorized(
          oauth('POST', 'https://api.example.com/v1/items', percent(pairs([...OWN, ['item%5Bname%5D', 'lamp']]))),
        ),
      ],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    'item%5Bname%5D=lamp',
  ),
  both,
)
write(
  'oauth1-own-parameters-left-out',
  'oauth1',
  'magento/magento2/pull/30693',
  same,
  ['parameters-left-out', 'parameters-own-left-out'],
  ruby('GET', 'https://shop.example.com/rest/V1/products?searchCriteria=all', [
    [
      'Authorization',
      authorized(
        oauth(
          'GET',
          'https://shop.example.com/rest/V1/products',
          percent(
            pairs([
              ...OWN.filter(([name]) => !['oauth_nonce', 'oauth_timestamp', 'oauth_version'].includes(name)),
              ['searchCriteria', 'all'],
            ]),
          ),
        ),
      ),
    ],
  ]),
  both,
)
write(
  'oauth1-timestamp-of-fatsecret',
  'oauth1',
  'mysterioustrousers/FatSecretKit/issues/4',
  refused,
  ['refused-time', 'refused-nonce-time', 'time-other'],
  `http://platform.fatsecret.com/rest/server.api?${pairs([...OWN.filter(([name]) => name !== 'oauth_token'), ['format', 'json'], ['method', 'foods.search'], ['oauth_signature', mac(`GET&${percent('http://platform.fatsecret.com/rest/server.api')}&${percent(pairs([...OWN.filter(([name]) => name !== 'oauth_token'), ['format', 'json'], ['method', 'foods.search']]))}`, 'base64', 'sha1', `${SECRET}&`)]])}\n\n{"error":{"code":6,"message":"Invalid\\/expired timestamp: refer to the Unix time"}}\n`,
)

// --- draft-cavage
const cavage = (lines, params = 'keyId="key-1",algorithm="hmac-sha256"', text = lines.join('\n')) =>
  `Signature ${params},headers="${lines.map((one) => one.slice(0, one.indexOf(': '))).join(' ')}",signature="${mac(text, 'base64')}"`
write(
  'cavage-line-break-before-the-first',
  'cavage',
  'TritonDataCenter/node-http-signature/issues/82',
  same,
  ['lines-separator', 'text-line-break', 'lines-form', 'line-form'],
  nodeOptions('GET', 'https://api.example.com/my/datacenters', [
    ['Date', DATE],
    ['Authorization', cavage([`date: ${DATE}`], undefined, `\ndate: ${DATE}`)],
  ]),
)
const outbox = ['(request-target): get /users/a/outbox', 'host: social.example', `date: ${DATE}`]
write(
  'cavage-query-of-misskey',
  'cavage',
  'misskey-dev/misskey/issues/17734',
  same,
  '(request-target)-query',
  http('GET', 'social.example', '/users/a/outbox?page=true', [
    ['Date', DATE],
    [
      'Signature',
      `keyId="https://a.example/users/a#main-key",algorithm="rsa-sha256",headers="(request-target) host date",signature="${signBytes('sha256', Buffer.from(outbox.join('\n')), RSA_KEY).toString('base64')}"`,
    ],
    ['Accept', 'application/activity+json'],
  ]),
  { publicKey: publicOf(RSA_KEY) },
)
const note = '{"type":"Create"}'
const inbox = ['(request-target): post /inbox', 'host: social.example', `date: ${DATE}`]
write(
  'cavage-digest-not-in-the-instructions',
  'cavage',
  'mastodon/documentation/issues/1079',
  same,
  ['digest-missing', 'digest-not-signed', 'body-not-signed', 'refused-coverage'],
  answered(
    http(
      'POST',
      'social.example',
      '/inbox',
      [
        ['Date', DATE],
        [
          'Signature',
          `keyId="https://a.example/users/a#main-key",headers="(request-target) host date",signature="${signBytes('sha256', Buffer.from(inbox.join('\n')), RSA_KEY).toString('base64')}"`,
        ],
        ['Content-Type', 'application/activity+json'],
      ],
      note,
    ),
    '401 Unauthorized',
    '{"error":"Mastodon requires the Digest header to be signed when doing a POST request"}',
  ),
  { publicKey: publicOf(RSA_KEY) },
)

// --- RFC 9421
rfc(
  'content-digest-not-in-the-base',
  'margo/sandbox/pull/211',
  same,
  ['line-left-out', 'content-digest-left-out', 'content-digest-missing'],
  {
    base: (lines, all) =>
      [...lines.filter((one) => !one.startsWith('"content-digest"')), `"@signature-params": ${all}`].join('\n'),
    sign: hmac,
    options: shared,
  },
)
rfc('stale-digest-of-a-vector', 'httpwg/http-extensions/pull/2669', elsewhere, 'digest-mismatch', {
  field: digest('{"name":"a","n":2}'),
  sign: ecdsa('sha256', 'ieee-p1363'),
  options: byEc,
})
rfc(
  'one-component-without-quotes',
  'httpwg/http-extensions/issues/1493',
  same,
  ['base-bare-name', 'component-quotes', 'base-bare-parameters'],
  {
    base: (lines, all) =>
      [...lines, `"@signature-params": ${all}`].join('\n').replace('"content-digest":', 'content-digest:'),
    sign: hmac,
    options: shared,
  },
)
rfc('params-not-in-the-base', 'a2aproject/A2A/issues/1829', subject, 'base-without-params', {
  base: (lines) => lines.join('\n').replace('"@method": POST', '"@method": post'),
  sign: hmac,
  options: shared,
})
write(
  'github-header-of-another-name',
  'github',
  'superplanehq/superplane/pull/4386',
  same,
  ['refused-although-it-fits', 'header-missing'],
  starlette(
    'POST',
    'https://app.example.com/api/v1/webhooks/1',
    [
      ['Host', 'app.example.com'],
      ['X-GitHub-Event', 'push'],
      ['X-Hub-Signature-256', `sha256=${mac(pushed)}`],
      ['Content-Type', 'application/json'],
    ],
    pushed,
  ),
)

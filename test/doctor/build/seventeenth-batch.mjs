import { createHmac, createPrivateKey, sign as signBytes } from 'node:crypto'
import { EC_KEY, ED25519_KEY, RSA_KEY } from '../keys.mjs'
import {
  answered,
  b64url,
  DATE,
  elsewhere,
  hook,
  http,
  ISO,
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
import { axiosError, curlVerbose, dotnet, environ, har, httpClient, received } from './case-dumps.mjs'
import {
  apacheWire,
  botocoreDebug,
  jersey,
  nodeOptions,
  okxJava,
  pythonSession,
  rcloneDump,
  s3cmdDebug,
  starlette,
  terraformLog,
} from './case-logs.mjs'
import { ccxtPython, php, python } from './case-pastes.mjs'
import { byRsa, rfc } from './case-rfc9421.mjs'
import { OWN, pairs, percent } from './oauth1.mjs'
import { sigv4, hmac as step, TIME } from './sigv4.mjs'
import { ADDRESS, action, agent, connection, members, NONCE, signed } from './wallets.mjs'

// Threads seen after the sixteenth batch had been mended; the causes are those that were found in them.

// --- exchanges
const chinese = 'symbol=币安人生USDT&leverage=10&recvWindow=10000&timestamp=1700000000123'
write(
  'binance-chinese-in-php',
  'binance',
  'zhouaini528/binance-php/issues/65',
  same,
  // The text is signed raw and sent encoded.
  ['target-not-encoded', 'query-decoded', 'query-encoder'],
  `Exception: ${JSON.stringify({ code: -1022, msg: 'Signature for this request is not valid.', _method: 'post', _url: `https://fapi.binance.com/fapi/v1/leverage?${chinese}&signature=${mac(chinese)}`, _httpcode: 400 })}\n`,
)
const sureSent = `timestamp=${MS}&recvWindow=5000&symbol=BTCUSDT&limit=100`
write(
  'binance-sorted-in-ruby',
  'binance',
  'we-promise/sure/pull/1425',
  same,
  'query-sorted',
  `Signed over:  limit=100&recvWindow=5000&symbol=BTCUSDT&timestamp=${MS}\nActually sent: GET https://api.binance.com/api/v3/myTrades?${sureSent}&signature=${mac(`limit=100&recvWindow=5000&symbol=BTCUSDT&timestamp=${MS}`)}\nX-MBX-APIKEY: key-1\n\n{"code":-1022,"msg":"Signature for this request is not valid."}\n`,
)
const balance = '/api/v5/account/balance'
const okxHeaders = (time, sign) => [
  ['Content-Type', 'application/json'],
  ['OK-ACCESS-KEY', 'key-1'],
  ['OK-ACCESS-SIGN', sign],
  ['OK-ACCESS-TIMESTAMP', time],
  ['OK-ACCESS-PASSPHRASE', PASS],
  ['x-simulated-trading', '0'],
]
const okxOptions = { secret: SECRET, passphrase: PASS }
write(
  'okx-server-time-in-milliseconds',
  'okx',
  'okxapi/python-okx/issues/55',
  same,
  'time-form',
  `domain: https://www.okx.com\nurl: https://www.okx.com${balance}\nmethod: GET\nheaders: {${okxHeaders(
    MS,
    mac(`${MS}GET${balance}`, 'base64'),
  )
    .map(([name, value]) => `'${name}': '${value}'`)
    .join(', ')}}\n{'msg': 'Timestamp request expired', 'code': '50102'}\n`,
  okxOptions,
)
write(
  'okx-clock-in-java',
  'okx',
  'jane-cloud/Open-API-SDK-V5/issues/31',
  refused,
  ['refused-time', 'clock-behind', 'clock-ahead'],
  okxJava(
    'GET',
    `https://aws.okx.com${balance}?ccy=USDT`,
    [
      ['Accept', 'application/json'],
      ['Cookie', 'locale=en_US'],
      ...okxHeaders(ISO, mac(`${ISO}GET${balance}?ccy=USDT`, 'base64')).slice(1, 5),
    ],
    '',
    `${ISO}GET${balance}?ccy=USDT`,
    401,
    '{"code":"50102","data":[],"msg":"Timestamp request expired"}',
  ),
  okxOptions,
)
write(
  'okx-epoch-for-v3',
  'okx',
  'okcoin-okex/open-api-v3-sdk/issues/77',
  same,
  ['time-form', 'time-unit'],
  `${nodeOptions('GET', 'https://www.okex.com/api/account/v3/wallet', okxHeaders(`${S}000`, mac(`${S}000GET/api/account/v3/wallet`, 'base64')))}{ code: 30008, message: 'Request timestamp expired' }\n`,
  okxOptions,
)
write(
  'okx-timestamp-exception',
  'okx',
  'okcoin-okex/open-api-v3-sdk/issues/65',
  refused,
  ['refused-time', 'time-form'],
  'com.okcoin.commons.okex.open.api.exception.APIException: 30005 : Invalid OK-ACCESS-TIMESTAMP\n\tat com.okcoin.commons.okex.open.api.client.APIClient.executeSync(APIClient.java:118)\n',
  {},
)
write(
  'okx-result-of-csharp',
  'okx',
  'burakoner/OKX.Api/issues/73',
  refused,
  'refused-time',
  'OKX Trading.PlaceOrderAsync: Success = False, Code = 50102, Message = Timestamp request expired, Data = null\n',
  {},
)
const usdc = '{"category":"PERPETUAL"}'
write(
  'bybit-window-of-pybit',
  'bybit',
  'bybit-exchange/pybit/issues/43',
  same,
  'receive window-other',
  pythonSession(
    'POST',
    'https://api.bybit.com/option/usdc/openapi/private/v1/query-margin-info',
    [
      ['Content-Type', 'application/json'],
      ['X-BAPI-API-KEY', 'key-1'],
      ['X-BAPI-SIGN', mac(`${MS}key-12000${usdc}`)],
      ['X-BAPI-SIGN-TYPE', '2'],
      ['X-BAPI-TIMESTAMP', MS],
      ['X-BAPI-RECV-WINDOW', '5000'],
      ['Content-Length', '24'],
    ],
    usdc,
    200,
    '{"retCode":10004,"retMsg":"Error sign!","result":{}}',
  ),
)
write(
  'bybit-exception-of-pybit',
  'bybit',
  'bybit-exchange/pybit/issues/63',
  refused,
  'refused-signature',
  'Traceback (most recent call last):\n  File "bot.py", line 12, in <module>\n    raise InvalidRequestError(\npybit.exceptions.InvalidRequestError: Error sign! (ErrCode: 10004) (ErrTime: 07:45:20).\n',
  {},
)
const link = 'orderLinkId=bot:7/a b'
write(
  'bybit-spot-encoded-after',
  'bybit',
  'sieblyio/bybit-api/pull/190',
  same,
  ['query-decoded', 'query-encoder'],
  axiosError(
    'GET',
    'https://api.bybit.com/spot/v3/private/order?orderLinkId=bot%3A7%2Fa%20b',
    [
      ['X-BAPI-SIGN-TYPE', '2'],
      ['X-BAPI-API-KEY', 'key-1'],
      ['X-BAPI-TIMESTAMP', MS],
      ['X-BAPI-SIGN', mac(`${MS}key-15000${link}`)],
      ['X-BAPI-RECV-WINDOW', '5000'],
    ],
    '',
    200,
    `{ retCode: 10004, retMsg: 'error sign! origin_string[${MS}key-15000orderLinkId=bot%3A7%2Fa%20b]', result: {} }`,
  ),
)
write(
  'bitfinex-request-of-other-path',
  'bitfinex',
  'bitfinexcom/bitfinex-api-node/pull/66',
  refused,
  ['refused-missing', 'refused-parsed', 'path-other'],
  "Error: Must specify a 'request' field in the payload that matches the URL path\n    at Request._callback (/app/node_modules/bitfinex-api-node/rest.js:62:17)\n",
  {},
)
write(
  'bitfinex-nonce-in-ruby',
  'bitfinex',
  'bitfinexcom/bitfinex-api-rb/issues/85',
  refused,
  'refused-nonce',
  "Bitfinex::BadRequestError: Nonce is too small.\n\tfrom bitfinex/rest/v1.rb:120:in `block in check_params'\n",
  {},
)
write(
  'bitstamp-error-of-gekko',
  'bitstamp',
  'askmike/gekko/issues/1509',
  refused,
  'refused-signature',
  "2023-11-14 22:13:20 (ERROR):\tBITSTAMP API ERROR: BitstampError {\n  name: 'BitstampError',\n  message: 'Bitstamp error 403',\n  meta: { status: 'error', reason: 'Invalid signature', code: 'API0005' } }\n2023-11-14 22:13:20 (DEBUG):\tBitstamp returned an error, retrying..\n",
  {},
)
write(
  'bitstamp-tuples-of-python',
  'bitstamp',
  'ccxt/ccxt/issues/540',
  refused,
  'refused-missing',
  "('https://www.bitstamp.net/api/buy', 'POST', 'https://www.bitstamp.net/api/buy', '\\nRequest:', {'Content-Type': 'application/x-www-form-urlencoded', 'Accept-Encoding': 'gzip, deflate'}, 'nonce=1700000000123&amount=0.01&price=5500&id=btcusd')\n('POST', 'https://www.bitstamp.net/api/buy', '\\nResponse:', '{\"error\": \"Missing key, signature and nonce parameters\"}')\n",
  {},
)
write(
  'coinbase-key-not-pem',
  'coinbase',
  'ccxt/ccxt/issues/23959',
  refused,
  'refused-key-form',
  ' ERROR  get-auth-exchange Illegal character at offset 30\n\n  at Object.decode (node_modules/ccxt/dist/cjs/src/static_dependencies/jsencrypt/lib/asn1js/base64.js:49:23)\n  at Object.unarmor (node_modules/ccxt/dist/cjs/src/static_dependencies/jsencrypt/lib/asn1js/base64.js:90:23)\n  at Object.ecdsa (node_modules/ccxt/dist/cjs/src/base/functions/crypto.js:42:39)\n  at coinbase.sign (node_modules/ccxt/dist/cjs/src/coinbase.js:4718:40)\n',
  {},
)
write(
  'coinbase-exchange-secret-of-another',
  'coinbase-exchange',
  'coinbase/coinbase-pro-node/issues/134',
  same,
  ['refused-signature', 'no-hypothesis', 'refused-key-or-signature'],
  answered(
    http('GET', 'api.exchange.coinbase.com', '/accounts', [
      ['CB-ACCESS-KEY', 'key-1'],
      [
        'CB-ACCESS-SIGN',
        createHmac('sha256', Buffer.from('c2VjcmV0IG9mIGFub3RoZXIgc2VydmljZQ==', 'base64'))
          .update(`${S}GET/accounts`)
          .digest('base64'),
      ],
      ['CB-ACCESS-TIMESTAMP', S],
      ['CB-ACCESS-PASSPHRASE', PASS],
    ]),
    '401 Unauthorized',
    '{"message":"invalid signature"}',
  ),
  { secret: 'Y2FuYXJ5LXNlY3JldC1vZi1hLWNvaW5iYXNlLWtleQ==', passphrase: PASS },
)
const fills = 'product_id=BTC-USDT&limit=100'
const cdp = `${b64url({ alg: 'ES256', kid: 'organizations/o-1/apiKeys/k-1', nonce: '00112233445566778899aabbccddeeff', typ: 'JWT' })}.${b64url({ sub: 'organizations/o-1/apiKeys/k-1', iss: 'coinbase-cloud', nbf: Number(S), exp: Number(S) + 120, uri: `GET api.coinbase.com/api/v3/brokerage/orders/historical/fills?${fills}` })}`
write(
  'coinbase-query-in-uri-of-python',
  'coinbase',
  'ccxt/ccxt/issues/21640',
  same,
  'token-uri',
  ccxtPython(
    'coinbase',
    'GET',
    `https://api.coinbase.com/api/v3/brokerage/orders/historical/fills?${fills}`,
    [
      [
        'Authorization',
        `Bearer ${cdp}.${signBytes('sha256', Buffer.from(cdp), { key: EC_KEY, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`,
      ],
      ['Content-Type', 'application/json'],
    ],
    '',
    401,
    'Unauthorized',
  ),
  { publicKey: publicOf(EC_KEY) },
)
const bsc = 'coin=USDT&network=BEP20(BSC)&address=0xabc&amount=10&timestamp=1700000000123'
write(
  'mexc-brackets-of-network',
  'mexc',
  'mexcdevelop/mexc-api-sdk/issues/22',
  same,
  ['query-encoder', 'query-decoded'],
  curlVerbose(
    'POST',
    `https://api.mexc.com/api/v3/capital/withdraw/apply?${bsc.replace('(', '%28').replace(')', '%29')}&signature=${mac(bsc)}`,
    [
      ['X-MEXC-APIKEY', 'key-1'],
      ['Content-Type', 'application/json'],
    ],
    '',
    '400 Bad Request',
    '{"code":700002,"msg":"Signature for this request is not valid."}',
  ),
)
const gateBody = '{"contract":"BTC_USD","size":6024,"iceberg":0,"price":"3765","text":"t-my-custom-id"}'
write(
  'gate-written-line-breaks',
  'gate',
  'gateio/gatews/issues/22',
  same,
  ['text-separators', 'text-line-break'],
  `${dotnet('POST', 'https://api.gateio.ws/api/v4/futures/orders', [
    ['KEY', 'key-1'],
    ['Timestamp', S],
    [
      'SIGN',
      mac(['POST', '/api/v4/futures/orders', '', sha(gateBody, 'hex', 'sha512'), S].join('\\n'), 'hex', 'sha512'),
    ],
  ])}${gateBody}\n`,
)
const withdrawal = '{"currency":"USDT","address":"T1","amount":"10.1","memo":""}'
write(
  'gate-path-without-version',
  'gate',
  'gateio/gateapi-python/issues/32',
  same,
  ['path-prefix', 'path-segment'],
  httpClient(
    'POST',
    'https://api.gateio.ws/api/v4/withdrawals',
    [
      ['Accept', 'application/json'],
      ['Content-Type', 'application/json'],
      ['KEY', 'key-1'],
      ['Timestamp', S],
      ['SIGN', mac(['POST', '/withdrawals', '', sha(withdrawal, 'hex', 'sha512'), S].join('\n'), 'hex', 'sha512')],
    ],
    withdrawal,
    '401 Unauthorized',
    '{"label":"INVALID_SIGNATURE","message":"Signature mismatch"}',
  ),
)

const goOrder = action()
write(
  'hyperliquid-maps-of-go',
  'hyperliquid',
  'sonirico/go-hyperliquid/issues/14',
  same,
  'hyperliquid-key-order',
  `2023/11/14 22:13:20 POST https://api.hyperliquid.xyz/exchange\n2023/11/14 22:13:20 payload: ${JSON.stringify({ action: goOrder, nonce: NONCE, signature: members(signed(agent(connection({ grouping: goOrder.grouping, orders: goOrder.orders.map(({ a, b, p, r, s, t }) => ({ a, b, p, r, s, t })), type: goOrder.type })))) })}\n2023/11/14 22:13:20 response: {"status":"err","response":"User or API Wallet 0x4f0c7a3d8b2e1f6a9c5d4e3b2a1908f7e6d5c448 does not exist."}\n`,
  { publicKey: ADDRESS },
)
write(
  'hyperliquid-order-id-not-signed',
  'hyperliquid',
  'hummingbot/hummingbot/pull/7821',
  same,
  ['hyperliquid-left-out', 'hyperliquid-client-id', 'hyperliquid-field'],
  python(
    'POST',
    'https://api.hyperliquid.xyz/exchange',
    [['Content-Type', 'application/json']],
    JSON.stringify({
      action: action({ c: '0x00000000000000000000000000000abc' }),
      nonce: NONCE,
      signature: members(signed(agent(connection(action())))),
    }),
  ),
  { publicKey: ADDRESS },
)
write(
  'gemini-nonce-of-ccxt',
  'gemini',
  'ccxt/ccxt/pull/14602',
  refused,
  'refused-nonce-time',
  "Traceback (most recent call last):\n  File \"examples/py/cli.py\", line 84, in main\nccxt.base.errors.InvalidNonce: [InvalidNonce] gemini Nonce '1659717479449' is not within 30 seconds of server time '1659717480'\n",
  {},
)
write(
  'gemini-nonce-of-javascript',
  'gemini',
  'ccxt/ccxt/issues/3603',
  refused,
  'refused-nonce',
  '{ Error: gemini POST https://api.gemini.com/v1/balances 400 Bad Request {"result":"error","reason":"InvalidNonce","message":"Nonce \'1533831705\' has not increased since your last call to the Gemini API."} (possible reasons: invalid API keys, bad or old nonce, exchange is down or offline, on maintenance, DDoS protection, rate-limiting)\n',
  {},
)
const history = 'after=BTC&begin=1700000000000&instType=SPOT'
write(
  'okx-sorted-before-in-hummingbot',
  'okx',
  'hummingbot/hummingbot/pull/5900',
  same,
  ['query-sorted', 'query-reversed'],
  python('GET', 'https://www.okx.com/api/v5/trade/fills?instType=SPOT&begin=1700000000000&after=BTC', [
    ['OK-ACCESS-KEY', 'key-1'],
    ['OK-ACCESS-TIMESTAMP', ISO],
    ['OK-ACCESS-SIGN', mac(`${ISO}GET/api/v5/trade/fills?${history}`, 'base64')],
    ['OK-ACCESS-PASSPHRASE', PASS],
  ]),
  okxOptions,
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

const plus = aws({ query: 'list-type=2&prefix=a%20b', lines: ['host:box.s3.amazonaws.com', hash, date] })
write(
  'sigv4-plus-in-curl',
  'sigv4',
  'curl/curl/issues/20543',
  same,
  'query-plus',
  curlVerbose(
    'GET',
    'https://box.s3.amazonaws.com/?list-type=2&prefix=a%2Bb',
    s3Headers(plus),
    '',
    '403 Forbidden',
    denied(),
  ),
)
const search = aws({
  service: 'es',
  path: '/_search',
  query: 'q=b%2Bc',
  lines: ['host:search-a.us-east-1.es.amazonaws.com', date],
})
write(
  'sigv4-plus-of-elasticsearch',
  'sigv4',
  'inreachventures/aws-signing-request-interceptor/issues/34',
  same,
  'query-plus',
  apacheWire(
    'GET',
    'https://search-a.us-east-1.es.amazonaws.com/_search?q=b+c',
    [
      ['X-Amz-Date', TIME],
      ['Authorization', search.authorization],
    ],
    '',
    '403 Forbidden',
    '{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}',
  ),
)
sigv4('spaces-not-encoded-on-ios', 'aws-amplify/aws-sdk-ios/issues/3215', 'path-decoded', {
  path: '/prod/path with spaces',
  wirePath: '/prod/path%20with%20spaces',
  server: { path: '/prod/path%2520with%2520spaces' },
})
sigv4('connections-encoded-once', 'jcberquist/aws-cfml/issues/18', ['path-encoding', 'path-encoded'], {
  path: '/beta/%40connections/a0abIc59PHcCJQQ%3D',
  wirePath: '/beta/%40connections/a0abIc59PHcCJQQ%3D',
  method: 'POST',
  body: '{"a":1}',
  server: { path: '/beta/%2540connections/a0abIc59PHcCJQQ%253D' },
})
const ec2 = aws({
  service: 'ec2',
  query: 'Action=DescribeInstances&Filter.1.Name=tag%3AName&Filter.1.Value.1=my+app&Version=2013-10-15',
  lines: ['host:ec2.us-east-1.amazonaws.com', date],
})
write(
  'sigv4-plus-of-a-filter',
  'sigv4',
  'VictoriaMetrics/VictoriaMetrics/pull/3183',
  same,
  ['query-plus', 'query-space'],
  `error when discovering ec2 targets: unexpected status code; GET "https://ec2.us-east-1.amazonaws.com/?Action=DescribeInstances&Filter.1.Name=tag%3AName&Filter.1.Value.1=my+app&Version=2013-10-15" headers: map[Authorization:[${ec2.authorization}] X-Amz-Date:[${TIME}]]\nstatus 401, <?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>AuthFailure</Code><Message>AWS was not able to validate the provided access credentials</Message></Error></Errors></Response>\n`,
)
const local = aws({
  service: 'bedrock',
  method: 'POST',
  path: '/model/claude/invoke',
  lines: ['host:127.0.0.1', date],
  payload: sha('{"a":1}'),
})
write(
  'sigv4-port-of-rust',
  'sigv4',
  'arcships/aimux/pull/129',
  same,
  'host-port',
  http(
    'POST',
    '127.0.0.1:54321',
    '/model/claude/invoke',
    [
      ['x-amz-date', TIME],
      ['authorization', local.authorization],
      ['content-type', 'application/json'],
    ],
    '{"a":1}',
  ),
)
const eighty = aws({ region: 'us-east-2', query: '', lines: ['host:s3.us-east-2.amazonaws.com:80', hash, date] })
write(
  'sigv4-port-80-of-the-cli',
  'sigv4',
  'aws/aws-cli/issues/2883',
  same,
  'host-port',
  botocoreDebug(
    'GET',
    'http://s3.us-east-2.amazonaws.com:80/',
    [['User-Agent', 'aws-cli/1.11.167'], ...s3Headers(eighty)],
    eighty.canonical,
    eighty.text,
    403,
    denied(),
  ),
)
const rados = aws({ region: 'default', query: '', lines: ['host:localhost', hash, date] })
write(
  'sigv4-port-of-aws4auth',
  'sigv4',
  'tedder/requests-aws4auth/issues/79',
  same,
  'host-port',
  pythonSession('GET', 'http://localhost:8080/', s3Headers(rados), '', 403, denied()),
)
const tunnel = aws({ region: 'us-west-2', path: '/b/k', lines: ['host:127.0.0.1:7443', hash, date] })
write(
  'sigv4-tunnel-of-botocore',
  'sigv4',
  'boto/botocore/issues/2965',
  same,
  ['host-tunnel', 'host-not-public', 'host-other'],
  httpClient(
    'GET',
    'https://127.0.0.1:7443/b/k',
    s3Headers(tunnel),
    '',
    '403 Forbidden',
    denied(
      `<CanonicalRequest>${tunnel.canonical.replace('host:127.0.0.1:7443', 'host:s3.us-west-2.amazonaws.com')}</CanonicalRequest>`,
    ),
  ),
)
const standard443 = aws({ lines: ['host:s3.amazonaws.com:443', hash, date] })
write(
  'sigv4-port-443-of-s3cmd',
  'sigv4',
  's3tools/s3cmd/issues/974',
  same,
  'host-port',
  s3cmdDebug(
    'GET',
    's3.amazonaws.com:443',
    '/',
    [
      ['x-amz-content-sha256', sha('')],
      ['Authorization', standard443.authorization],
      ['x-amz-date', TIME],
    ],
    standard443.canonical,
    403,
    denied(
      `<CanonicalRequest>${standard443.canonical.replace('amazonaws.com:443', 'amazonaws.com')}</CanonicalRequest>`,
    ),
  ),
)
const formRaw = 'Action=SendEmail&Message.Subject.Data=Hello big World'
const form = aws({
  method: 'POST',
  service: 'ses',
  lines: ['content-type:application/x-www-form-urlencoded', 'host:email.us-east-1.amazonaws.com', date],
  payload: sha(formRaw),
})
write(
  'sigv4-form-encoded-after',
  'sigv4',
  'postmanlabs/postman-app-support/issues/4151',
  same,
  ['body-decoded', 'body-encoder', 'digest-mismatch'],
  `curl --location --request POST 'https://email.us-east-1.amazonaws.com/' \\\n--header 'Content-Type: application/x-www-form-urlencoded' \\\n--header 'X-Amz-Date: ${TIME}' \\\n--header 'Authorization: ${form.authorization}' \\\n--data-raw '${formRaw.replaceAll(' ', '%20')}'`,
)
const starred = aws({
  service: 'execute-api',
  path: '/dev/items',
  query: 'foo=*',
  lines: ['host:abc.execute-api.us-east-1.amazonaws.com', date],
})
write(
  'sigv4-asterisk-of-amplify',
  'sigv4',
  'aws-amplify/amplify-js/issues/2356',
  same,
  ['query-characters', 'query-encoding'],
  har(
    'GET',
    'https://abc.execute-api.us-east-1.amazonaws.com/dev/items?foo=*',
    [
      ['Host', 'abc.execute-api.us-east-1.amazonaws.com'],
      ['x-amz-date', TIME],
      ['Authorization', starred.authorization],
    ],
    '',
    403,
    '{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}',
  ),
)
const identity = aws({
  region: 'main',
  path: '/boe',
  query: 'list-type=2&prefix=env%3A%2F',
  lines: [
    'accept-encoding:identity',
    'amz-sdk-invocation-id:i-1',
    'amz-sdk-request:attempt=1; max=5',
    'host:s3.example.com',
    hash,
    date,
  ],
})
write(
  'sigv4-accept-encoding-of-a-tunnel',
  'sigv4',
  'hashicorp/terraform/issues/36412',
  same,
  ['accept-encoding-other', 'accept-encoding-value', 'header-hop'],
  terraformLog(
    'GET',
    'https://s3.example.com/boe?list-type=2&prefix=env%3A%2F',
    [
      ['Accept-Encoding', 'identity'],
      ['Amz-Sdk-Invocation-Id', 'i-1'],
      ['Amz-Sdk-Request', 'attempt=1; max=5'],
      ...s3Headers(identity),
    ],
    403,
  ),
)
const gcs = aws({
  region: 'auto',
  path: '/box',
  query: 'delimiter=%2F',
  lines: ['accept-encoding:gzip', 'host:storage.googleapis.com', hash, date],
})
write(
  'sigv4-accept-encoding-of-google',
  'sigv4',
  'rclone/rclone/issues/6670',
  same,
  ['accept-encoding-other', 'accept-encoding-value'],
  rcloneDump(
    'GET',
    'https://storage.googleapis.com/box?delimiter=%2F',
    [['Accept-Encoding', 'gzip'], ...s3Headers(gcs)],
    '403 Forbidden',
    `<?xml version='1.0' encoding='UTF-8'?><Error><Code>SignatureDoesNotMatch</Code><Message>Access denied.</Message><Details>The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.</Details><CanonicalRequest>${gcs.canonical.replace('accept-encoding:gzip', 'accept-encoding:gzip,gzip(gfe)')}</CanonicalRequest></Error>`,
  ),
)
const v2 = (lines) => encodeURIComponent(createHmac('sha1', SECRET).update(lines.join('\n')).digest('base64'))
write(
  's3-v2-content-type-false',
  's3-v2',
  'minio/minio/issues/5031',
  same,
  ['content-type-left-empty', 'content-type-left-out', 'url-other-use', 'content-type-other'],
  `krishna@escape:~$ nc -l 9000\nPUT /test/passwd?AWSAccessKeyId=AKIDEXAMPLE&Expires=1700000900&Signature=${v2(['PUT', '', '', '1700000900', '/test/passwd'])} HTTP/1.1\nContent-Length: 7\nhost: localhost:9000\ncontent-type: false\nConnection: close\n\nroot:x:`,
)
const scroll = 'scroll=5m'
const hadoop = aws({
  method: 'POST',
  service: 'es',
  path: '/idx/_search',
  query: '',
  lines: ['host:search-a.us-east-1.es.amazonaws.com', date],
  payload: sha(scroll),
})
write(
  'sigv4-query-as-payload',
  'sigv4',
  'opensearch-project/opensearch-hadoop/pull/443',
  same,
  ['query-as-payload', 'query-as-body', 'body-as-query'],
  apacheWire(
    'POST',
    `https://search-a.us-east-1.es.amazonaws.com/idx/_search?${scroll}`,
    [
      ['X-Amz-Date', TIME],
      ['Content-Length', '0'],
      ['Authorization', hadoop.authorization],
    ],
    '',
    '403 Forbidden',
    '{"message":"The request signature we calculated does not match the signature you provided."}',
  ),
)
const brackets = aws({
  region: 'eu-central-1',
  method: 'PUT',
  path: '/1/some-filename_(1).pdf',
  lines: ['host:bucket-name.s3.eu-central-1.amazonaws.com', hash, date],
})
write(
  'sigv4-brackets-in-a-key',
  'sigv4',
  'aws/aws-sdk-go-v2/issues/952',
  same,
  ['path-characters', 'path-decoded', 'path-encoder'],
  `2023/11/14 22:13:20 &{Method:PUT URL:https://bucket-name.s3.eu-central-1.amazonaws.com/1/some-filename_%281%29.pdf Proto:HTTP/1.1 ProtoMajor:1 ProtoMinor:1 Header:map[Authorization:[${brackets.authorization}] X-Amz-Content-Sha256:[${sha('')}] X-Amz-Date:[${TIME}]] Body:<nil> ContentLength:0 Host:bucket-name.s3.eu-central-1.amazonaws.com}\n`,
)

// --- webhooks
const shop = '{"id":1428231,"name":"AMTEST","domain":"https:\\/\\/amtest.myshopify.com","force_ssl":true}'
write(
  'shopify-stringified-in-express',
  'shopify',
  'nozzlegear/Shopify-Prime/issues/2',
  same,
  'body-json-escapes',
  received(
    'POST',
    'https://app.example.com/webhooks/uninstalled',
    [
      ['Host', 'app.example.com'],
      ['X-Shopify-Topic', 'app/uninstalled'],
      ['X-Shopify-Hmac-SHA256', mac(shop, 'base64')],
      ['Content-Type', 'application/json'],
    ],
    JSON.stringify(JSON.parse(shop)),
  ),
)
const install = `locale=en&session=6b0b108c&shop=testshop.myshopify.com&timestamp=${S}`
write(
  'shopify-oauth-new-parameter',
  'shopify-oauth',
  'gnikyt/laravel-shopify/issues/380',
  subject,
  ['refused-although-it-fits', 'query-parameter-added'],
  `https://app.example.com/authenticate?hmac=${mac(install)}&${install}\n\nUnable to verify signature.\n`,
)
const twilioForm = [
  ['AccountSid', 'AC1'],
  ['Body', 'Hi'],
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
  'twilio-port-443-of-django',
  'twilio',
  'twilio/twilio-python/issues/392',
  same,
  ['host-port', 'url-host-port', 'port-other'],
  environ(
    'POST',
    'app.example.com:443',
    '/sms',
    '',
    [['X-Twilio-Signature', twilio('https://app.example.com/sms', twilioForm)]],
    new URLSearchParams(twilioForm).toString(),
  ).replace("'SERVER_PORT'", "'CONTENT_TYPE': 'application/x-www-form-urlencoded',\n 'SERVER_PORT'"),
)
const polar = 'whsec_Y2FuYXJ5LXBvbGFyLXNlY3JldC1vZi1zb21lLWxlbmd0aA=='
write(
  'standard-webhooks-whole-secret-of-polar',
  'standard-webhooks',
  'polarsource/polar/pull/13522',
  same,
  ['secret-encoding', 'secret-prefix', 'secret-not-decoded'],
  starlette(
    'POST',
    'https://app.example.com/webhooks/polar',
    [
      ['Host', 'app.example.com'],
      ['webhook-id', 'msg_1'],
      ['webhook-timestamp', S],
      ['webhook-signature', `v1,${mac(`msg_1.${S}.{"type":"order.paid"}`, 'base64', 'sha256', polar)}`],
      ['Content-Type', 'application/json'],
    ],
    '{"type":"order.paid"}',
  ),
  { secret: polar },
)
const charge = '{"id":"evt_1","type":"charge.succeeded"}'
const stripe = (secret, text = charge) => [
  ['Content-Type', 'application/json; charset=utf-8'],
  ['Stripe-Signature', `t=${S},v1=${mac(`${S}.${text}`, 'hex', 'sha256', secret)}`],
]
hook(
  'stripe-secret-of-connect',
  'stripe/stripe-node/issues/396',
  ['no-hypothesis', 'refused-signature'],
  stripe('whsec_of-the-account'),
  charge,
  { secret: 'whsec_canary-of-connect-5d41402a' },
)
hook(
  'stripe-api-key-as-secret',
  'stripe/stripe-node/issues/1886',
  ['secret-other', 'secret-kind', 'secret-prefix'],
  stripe('whsec_canary-of-an-endpoint'),
  charge,
  { secret: 'sk_test_51HcanaryCanaryCanary5d41402abc4b2a76' },
)
hook(
  'stripe-space-behind-secret',
  'honojs/examples/issues/159',
  ['secret-line-break', 'secret-space', 'secret-white-space'],
  stripe('whsec_canary-5d41402abc4b2a76'),
  charge,
  { secret: 'whsec_canary-5d41402abc4b2a76 ' },
)
const pushed = '{"ref":"refs/heads/main","after":"0d1a26e6"}'
hook(
  'github-line-break-of-a-file',
  'kimdre/doco-cd/issues/545',
  'secret-line-break',
  [
    ['Content-Type', 'application/json'],
    ['X-GitHub-Event', 'push'],
    ['X-Hub-Signature-256', `sha256=${mac(pushed)}`],
  ],
  pushed,
  { secret: `${SECRET}\n` },
)
const hub = '[{"eventId":1,"subscriptionType":"contact.creation"}]'
write(
  'hubspot-time-as-float',
  'hubspot',
  'HubSpot/hubspot-api-python/issues/263',
  elsewhere,
  ['time-form', 'time-number', 'timestamp-other', 'time-other'],
  starlette(
    'POST',
    'https://app.example.com/hubspot',
    [
      ['Host', 'app.example.com'],
      ['X-HubSpot-Request-Timestamp', MS],
      ['X-HubSpot-Signature-v3', mac(`POSThttps://app.example.com/hubspot${hub}${MS}.0`, 'base64')],
      ['Content-Type', 'application/json'],
    ],
    hub,
  ),
)
const alert = { title: 'New device', mac: 'aa:bb', text: 'it is "new"' }
hook(
  'netalertx-signed-otherwise',
  'netalertx/NetAlertX/issues/1720',
  ['body-json-spaces', 'body-json-compact'],
  [
    ['Content-Type', 'application/json'],
    ['X-Webhook-Signature', `sha256=${mac(JSON.stringify(alert))}`],
  ],
  `{"title": "New device", "mac": "aa:bb", "text": "it is \\"new\\""}`,
)
hook(
  'github-sha1-of-nfe',
  'nfe/whmcs-addon/pull/190',
  ['header-missing', 'algorithm'],
  [
    ['Content-Type', 'application/json'],
    ['X-Hub-Signature', `sha1=${mac('{"id":"i-1"}', 'hex', 'sha1').toUpperCase()}`],
  ],
  '{"id":"i-1"}',
  { secret: SECRET, scheme: 'github' },
)

// --- OAuth 1.0a
const oauth = (method, url, text, key = `${SECRET}&${PASS}`) =>
  mac(`${method}&${percent(url)}&${text}`, 'base64', 'sha1', key)
const authorized = (signature, own = OWN) =>
  `OAuth ${[...own, ['oauth_signature', signature]].map(([name, value]) => `${name}="${percent(value)}"`).join(', ')}`
const both = { secret: SECRET, passphrase: PASS }
const twice = (list) =>
  list
    .map(([name, value]) => `${name}=${percent(value)}`)
    .sort()
    .join('&')
write(
  'oauth1-twice-in-postman',
  'oauth1',
  'postmanlabs/postman-app-support/issues/1869',
  same,
  ['parameters-encoded-twice', 'parameters-encoded'],
  `curl -X GET \\\n  'https://api.example.com/v1/items?filter=a%2Cb' \\\n  -H 'Authorization: ${authorized(oauth('GET', 'https://api.example.com/v1/items', percent(twice([...OWN, ['filter', 'a%2Cb']]))))}' \\\n  -H 'Cache-Control: no-cache'`,
  both,
)
const transform = 'https://1234567.suitetalk.api.netsuite.com/services/rest/record/v1/salesOrder/7/!transform/invoice'
write(
  'oauth1-exclamation-mark-of-netsuite',
  'oauth1',
  'activepieces/activepieces/pull/12555',
  same,
  ['path-encoder', 'path-characters', 'url-characters'],
  axiosError(
    'POST',
    transform,
    [
      [
        'Authorization',
        authorized(
          mac(`POST&${encodeURIComponent(transform)}&${percent(pairs(OWN))}`, 'base64', 'sha1', `${SECRET}&${PASS}`),
        ),
      ],
      ['Content-Type', 'application/json'],
    ],
    '{}',
    401,
    "{ type: 'https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10.4.2', title: 'Unauthorized', status: 401 }",
  ),
  both,
)
write(
  'oauth1-comma-of-sitestreams',
  'oauth1',
  'ciaranj/node-oauth/pull/7',
  same,
  ['parameters-encoded-twice', 'parameters-encoded'],
  nodeOptions('GET', 'https://sitestream.twitter.com/2b/site.json?follow=123%2C324%2C45', [
    ['Host', 'sitestream.twitter.com'],
    [
      'Authorization',
      authorized(
        oauth(
          'GET',
          'https://sitestream.twitter.com/2b/site.json',
          percent(twice([...OWN, ['follow', '123%2C324%2C45']])),
        ),
      ),
    ],
  ]),
  both,
)
write(
  'oauth1-form-not-signed',
  'oauth1',
  'chao/RESTClient/issues/18',
  same,
  'parameters-form-left-out',
  http(
    'POST',
    'api.example.com',
    '/v1/items',
    [
      ['Authorization', authorized(oauth('POST', 'https://api.example.com/v1/items', percent(pairs(OWN))))],
      ['Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8'],
    ],
    'name=lamp&price=12',
  ),
  both,
)
write(
  'oauth1-parameters-not-encoded-in-php',
  'oauth1',
  'WP-API/OAuth1/issues/184',
  same,
  ['parameters-not-encoded', 'text-encoding'],
  php('GET', 'https://blog.example.com/wp-json/wp/v2/users/me', [
    ['Authorization', authorized(oauth('GET', 'https://blog.example.com/wp-json/wp/v2/users/me', pairs(OWN)))],
  ]),
  both,
)
write(
  'oauth1-key-without-token-secret',
  'oauth1',
  'WP-API/OAuth1/issues/146',
  same,
  'key-parts',
  har(
    'GET',
    `https://blog.example.com/wp-json/wp/v2/posts?${pairs([...OWN, ['oauth_signature', oauth('GET', 'https://blog.example.com/wp-json/wp/v2/posts', percent(pairs(OWN)), `${SECRET}&`)]])}`,
    [['Host', 'blog.example.com']],
    '',
    401,
    '{"code":"json_oauth1_signature_mismatch","message":"OAuth signature does not match","data":{"status":401}}',
  ),
  both,
)
const launch = [
  ...OWN.filter(([name]) => name !== 'oauth_token'),
  ['lti_message_type', 'basic-lti-launch-request'],
  ['user_id', 'u-1'],
]
write(
  'oauth1-query-in-url-of-lti',
  'oauth1',
  'DefactoSoftware/lti/issues/18',
  same,
  ['path-with-query', 'url-query', 'parameters-query-left-out'],
  `curl -X POST 'https://tool.example.com/launch?course=12' -H 'Content-Type: application/x-www-form-urlencoded' -d '${pairs([...launch, ['oauth_signature', oauth('POST', 'https://tool.example.com/launch?course=12', percent(pairs(launch)), `${SECRET}&`)]])}'`,
  { secret: SECRET },
)

// --- draft-cavage
const cavage = (lines, params = 'keyId="key-1",algorithm="hmac-sha256"') =>
  `Signature ${params},headers="${lines.map((one) => one.slice(0, one.indexOf(': '))).join(' ')}",signature="${mac(lines.join('\n'), 'base64')}"`
write(
  'cavage-query-left-out-by-tyk',
  'cavage',
  'TykTechnologies/tyk/issues/3113',
  same,
  '(request-target)-query',
  curlVerbose(
    'GET',
    'https://upstream.example.com/orders?limit=5',
    [
      ['Date', DATE],
      ['Authorization', cavage(['(request-target): get /orders', `date: ${DATE}`])],
    ],
    '',
    '401 Unauthorized',
    '{"error":"signature does not match"}',
  ),
)
write(
  'cavage-dollar-of-jersey',
  'cavage',
  'OpenAPITools/openapi-generator/pull/6637',
  same,
  '(request-target)-decoded',
  jersey(
    'GET',
    'https://api.example.com/api/v1/Request?%24orderby=-CreateTime&%24top=10',
    [
      ['Accept', 'application/json'],
      [
        'Authorization',
        cavage([
          '(request-target): get /api/v1/Request?$orderby=-CreateTime&$top=10',
          'host: api.example.com',
          `date: ${DATE}`,
        ]),
      ],
      ['Date', DATE],
      ['Host', 'api.example.com'],
    ],
    '',
    401,
    '{"message":"Unauthorized"}',
  ),
)
const follow = '{"type":"Follow"}'
const rsaLines = (host) => [
  '(request-target): post /inbox',
  `host: ${host}`,
  `date: ${DATE}`,
  `digest: SHA-256=${sha(follow, 'base64')}`,
]
const rsaField = (lines) =>
  `keyId="https://a.example/actor#main-key",algorithm="rsa-sha256",headers="${lines.map((one) => one.slice(0, one.indexOf(': '))).join(' ')}",signature="${signBytes('sha256', Buffer.from(lines.join('\n')), RSA_KEY).toString('base64')}"`
write(
  'cavage-host-of-nginx',
  'cavage',
  'LemmyNet/activitypub-federation-rust/issues/107',
  same,
  ['host-not-public', 'host-rewritten', 'host-other'],
  http(
    'POST',
    '127.0.0.1:8003',
    '/inbox',
    [
      ['X-Forwarded-For', '203.0.113.7'],
      ['Date', DATE],
      ['Digest', `SHA-256=${sha(follow, 'base64')}`],
      ['Signature', rsaField(rsaLines('social.example'))],
      ['Content-Type', 'application/activity+json'],
    ],
    follow,
  ),
  { publicKey: publicOf(RSA_KEY) },
)
const noHost = rsaLines('').filter((one) => !one.startsWith('host'))
write(
  'cavage-host-not-signed-by-a-relay',
  'cavage',
  'mastodon/mastodon/issues/15016',
  same,
  ['host-not-signed', 'host-not-covered', 'refused-coverage'],
  answered(
    http(
      'POST',
      'social.example',
      '/inbox',
      [
        ['Date', DATE],
        ['Digest', `SHA-256=${sha(follow, 'base64')}`],
        ['Signature', rsaField(noHost)],
        ['Content-Type', 'application/activity+json'],
      ],
      follow,
    ),
    '401 Unauthorized',
    '{"error":"Mastodon requires the Host header to be signed"}',
  ),
  { publicKey: publicOf(RSA_KEY) },
)

// --- RFC 9421
rfc(
  'parameters-without-quotes',
  'WebOfTrust/signify-ts/issues/230',
  same,
  ['parameters-quotes', 'parameters-form', 'base-parameters-quotes'],
  {
    params: `;created=${S};keyid="k1";alg="ed25519"`,
    base: (lines, all) =>
      [...lines, `"@signature-params": ${all.replace(/;keyid="k1";alg="ed25519"/, ';keyid=k1;alg=ed25519')}`].join(
        '\n',
      ),
    sign: (text) => signBytes(null, Buffer.from(text), createPrivateKey(ED25519_KEY)),
    options: { publicKey: publicOf(ED25519_KEY), algorithm: 'ed25519' },
  },
)
const grant = `("@method" "@target-uri" "content-type");created=${S};keyid="k1"`
write(
  'rfc9421-digest-not-covered-of-payments',
  'rfc9421',
  'interledger/open-payments/issues/194',
  same,
  ['body-not-covered', 'body-not-signed', 'content-digest-missing'],
  http(
    'POST',
    'auth.example.com',
    '/grant',
    [
      ['Content-Type', 'application/json'],
      ['Signature-Input', `sig1=${grant}`],
      [
        'Signature',
        `sig1=:${createHmac('sha256', SECRET).update(`"@method": POST\n"@target-uri": https://auth.example.com/grant\n"content-type": application/json\n"@signature-params": ${grant}`).digest('base64')}:`,
      ],
    ],
    '{"access_token":{"access":[]}}',
  ),
)
rfc('rsa-v1-5-of-mastodon', 'misskey-dev/misskey/issues/17706', subject, ['algorithm', 'alg-other'], {
  covered: ['@method', '@target-uri', 'content-digest'],
  params: `;created=${S};keyid="https://a.example/actor#main-key"`,
  sign: (text) => signBytes('sha256', Buffer.from(text), RSA_KEY),
  options: byRsa,
})

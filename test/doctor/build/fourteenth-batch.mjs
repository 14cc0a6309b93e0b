import { createHash, createHmac, createPrivateKey, createPublicKey, sign as signBytes } from 'node:crypto'
import { EC_KEY, ED25519_KEY, RSA_KEY } from '../keys.mjs'
import { answered, DATE, hook, http, MS, mac, PASS, publicOf, refused, S, SECRET, same, sha, write } from './case.mjs'
import {
  axiosError,
  curlVerbose,
  dotnet,
  environ,
  goPrinted,
  har,
  httpClient,
  phpPrinted,
  received,
  restError,
  rustDebug,
  toolbelt,
} from './case-dumps.mjs'
import { java, php, python } from './case-pastes.mjs'
import { OWN, percent } from './oauth1.mjs'
import { hmac, sigv4, TIME } from './sigv4.mjs'
import { ADDRESS, action, agent, connection, members, NONCE, signed } from './wallets.mjs'

// Threads seen after the thirteenth batch had been mended; half of them as programs print requests.

// --- exchanges
const binanceQuery = (at) => `symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01&recvWindow=5000&timestamp=${at}`
write(
  'binance-time-anew-in-axios',
  'binance',
  'ccxt/node-binance-api/pull/956',
  same,
  'time-other',
  axiosError(
    'POST',
    `https://api.binance.com/api/v3/order?${binanceQuery(MS)}&signature=${mac(binanceQuery(Number(MS) - 17))}`,
    [['X-MBX-APIKEY', 'key-1']],
    '',
    400,
    "{ code: -1022, msg: 'Signature for this request is not valid.' }",
  ),
)
write(
  'binance-arguments-of-php',
  'binance',
  'sammchardy/python-binance/issues/5',
  same,
  'hash-without-key',
  php(
    'GET',
    `https://api.binance.com/api/v3/account?recvWindow=50000&timestamp=${MS}&signature=${mac(SECRET, 'hex', 'sha256', `recvWindow=50000&timestamp=${MS}`)}`,
    [['X-Mbx-Apikey', 'key-1']],
  ),
)
write(
  'okx-live-key-in-demo',
  'okx',
  'jane-cloud/Open-API-SDK-V5/issues/7',
  same,
  'refused-environment',
  `Request(2023-11-14 22:13:20:346):\nUrl: https://www.okx.com/api/v5/asset/deposit-history?ccy=USDT\nMethod: GET\nHeaders:\nAccept: application/json\nContent-Type: application/json; charset=UTF-8\nCookie: locale=en_US\nOK-ACCESS-KEY: key-1\nOK-ACCESS-PASSPHRASE: *****\nOK-ACCESS-SIGN: **************************\nOK-ACCESS-TIMESTAMP: 2023-11-14T22:13:20.342Z\nx-simulated-trading: 1\nrequest body:\npreHash: 2023-11-14T22:13:20.342ZGET/api/v5/asset/deposit-history?ccy=USDT\n2023-11-14 22:13:21.158 [Worker-1] INFO com.okex.open.api.client.APIClient:157 -\nResponse(2023-11-14 22:13:21:158):\nStatus: 401\nMessage:\ncom.okex.open.api.exception.APIException: 50101 : Broker id of APIKey does not match current environment.\n`,
  {},
)
const okxTime = '1700000000.1'
write(
  'okx-time-of-two-digits',
  'okx',
  'okcoin-okex/okex-api-v3-node-sdk/issues/12',
  same,
  'time-form',
  httpClient(
    'GET',
    'https://www.okx.com/api/v5/account/balance',
    [
      ['Accept-Encoding', 'identity'],
      ['OK-ACCESS-KEY', 'key-1'],
      ['OK-ACCESS-SIGN', mac(`${okxTime}GET/api/v5/account/balance`, 'base64')],
      ['OK-ACCESS-TIMESTAMP', okxTime],
      ['OK-ACCESS-PASSPHRASE', PASS],
    ],
    '',
    '401 Unauthorized',
    '{"msg":"Invalid OK-ACCESS-TIMESTAMP","code":"50112"}',
  ),
  { secret: SECRET, passphrase: PASS },
)
const mix = ['symbol=BTCUSDT', 'productType=USDT-FUTURES', 'orderId=7']
write(
  'bitget-map-order-in-a-log',
  'bitget',
  'ccxt/ccxt/issues/29071',
  same,
  'text-parameters-order',
  goPrinted(
    'GET',
    `https://api.bitget.com/api/v2/mix/order/detail?${mix.join('&')}`,
    [
      ['ACCESS-KEY', 'key-1'],
      ['ACCESS-PASSPHRASE', PASS],
      ['ACCESS-SIGN', mac(`${MS}GET/api/v2/mix/order/detail?${[mix[1], mix[2], mix[0]].join('&')}`, 'base64')],
      ['ACCESS-TIMESTAMP', MS],
      ['Content-Type', 'application/json'],
    ],
    '',
    '{"code":"40009","msg":"sign signature error","requestTime":1700000000500,"data":null}',
  ),
  { secret: SECRET, passphrase: PASS },
)
write(
  'bybit-late-answer',
  'bybit',
  'sieblyio/bybit-api/issues/236',
  refused,
  'refused-time',
  `{\n  retCode: 10002,\n  retMsg: 'invalid request, please check your server timestamp or recv_window param. req_timestamp[1700000000260],server_timestamp[1700000006869],recv_window[5000]',\n  result: {},\n  retExtInfo: {},\n  time: 1700000006869\n}\n`,
  { scheme: 'bybit' },
)
write(
  'kucoin-plain-passphrase-in-har',
  'kucoin',
  'sammchardy/python-kucoin/issues/65',
  same,
  'passphrase-plain',
  har(
    'GET',
    'https://api.kucoin.com/api/v1/accounts',
    [
      ['KC-API-SIGN', mac(`${MS}GET/api/v1/accounts`, 'base64')],
      ['KC-API-TIMESTAMP', MS],
      ['KC-API-KEY', 'key-1'],
      ['KC-API-PASSPHRASE', PASS],
      ['KC-API-KEY-VERSION', '2'],
    ],
    '',
    401,
    '{"code":"400004","msg":"Invalid KC-API-PASSPHRASE"}',
  ),
  { secret: SECRET, passphrase: PASS },
)
const B64 = Buffer.from('canary kraken secret of sixty-four bytes, as they are handed out').toString('base64')
const krakenForm = `nonce=${MS}&pair=XBTUSD&type=buy`
const krakenJson = JSON.stringify({ nonce: MS, pair: 'XBTUSD', type: 'buy' })
write(
  'kraken-json-signed',
  'kraken',
  'nothingisdead/npm-kraken-api/issues/17',
  refused,
  'body-as-json',
  received(
    'POST',
    'https://api.kraken.com/0/private/AddOrder',
    [
      ['API-Key', 'key-1'],
      [
        'API-Sign',
        createHmac('sha512', Buffer.from(B64, 'base64'))
          .update('/0/private/AddOrder')
          .update(createHash('sha256').update(`${MS}${krakenJson}`).digest())
          .digest('base64'),
      ],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    krakenForm,
  ),
  { secret: B64 },
)
write(
  'kraken-ruby-nonce',
  'kraken',
  'jonatack/kraken_ruby_client/issues/27',
  refused,
  'refused-nonce',
  `irb(main):003:0> client.balance\n=> {"error"=>["EAPI:Invalid nonce"]}\n`,
  { scheme: 'kraken' },
)
write(
  'gate-query-in-print-r',
  'gate',
  'ccxt/ccxt/issues/9768',
  refused,
  'query-left-out',
  phpPrinted(
    'GET',
    'https://api.gateio.ws/api/v4/spot/accounts?currency=BTC',
    [
      ['KEY', 'key-1'],
      ['Timestamp', S],
      [
        'SIGN',
        createHmac('sha512', SECRET)
          .update(`GET\n/api/v4/spot/accounts\n\n${sha('', 'hex', 'sha512')}\n${S}`)
          .digest('hex'),
      ],
      ['Content-Type', 'application/json'],
    ],
    '',
    401,
    '{"label":"INVALID_SIGNATURE","message":"Signature mismatch"}',
  ),
)
const cb = Buffer.from('canary-coinbase-secret-32-bytes!').toString('base64')
write(
  'coinbase-exchange-hex',
  'coinbase-exchange',
  'deezy-inc/sat-hunter/pull/7',
  same,
  'signature-form',
  curlVerbose(
    'GET',
    'https://api.exchange.coinbase.com/accounts',
    [
      ['CB-ACCESS-KEY', 'key-1'],
      ['CB-ACCESS-SIGN', createHmac('sha256', Buffer.from(cb, 'base64')).update(`${S}GET/accounts`).digest('hex')],
      ['CB-ACCESS-TIMESTAMP', S],
      ['CB-ACCESS-PASSPHRASE', PASS],
    ],
    '',
    '400 Bad Request',
    '{"message":"invalid signature"}',
  ),
  { secret: cb, passphrase: PASS },
)
write(
  'bitfinex-empty-body-signed',
  'bitfinex',
  'bitfinexcom/bitfinex-api-node/issues/587',
  same,
  'body-json-empty',
  `fetch("https://api.bitfinex.com/v2/auth/w/deposit/address", {\n  method: 'POST',\n  body: JSON.stringify({\n    method: 'LNX', wallet: 'exchange'\n  }),\n  headers: {\n    'Content-Type': 'application/json',\n    'bfx-nonce': '${MS}000',\n    'bfx-apikey': 'key-1',\n    'bfx-signature': '${createHmac('sha384', SECRET).update(`v2/auth/w/deposit/address${MS}000{}`).digest('hex')}'\n  }\n})\n// [ 'error', 10100, 'apikey: invalid' ]\n`,
)
write(
  'bitfinex-small-nonce',
  'bitfinex',
  'bitfinexcom/bitfinex-api-node/issues/347',
  refused,
  'refused-nonce',
  `Error: auth failed: nonce: small (FAILED)\n    at WSv2._handleAuthEvent (/app/node_modules/bitfinex-api-node/lib/transports/ws2.js:1044:13)\n`,
  { scheme: 'bitfinex' },
)
write(
  'mexc-python-window',
  'mexc',
  'makarworld/pymexc/issues/8',
  refused,
  'refused-time',
  `Traceback (most recent call last):\n  File "bot.py", line 7, in <module>\n    response = spot_client.new_order(symbol='BTCUSDT', side='BUY', order_type='MARKET', quote_order_qty=6)\n  File "pymexc/base.py", line 101, in call\n    raise MexcAPIError(f'(code={response.json()["code"]}): {response.json()["msg"]}')\npymexc.base.MexcAPIError: (code=700003): Timestamp for this request is outside of the recvWindow.\n`,
  {},
)
const POLY = 'Y2FuYXJ5LXBvbHltYXJrZXQtc2VjcmV0LW9mLTMyLWI='
const polyBody = '{"order":{"tokenId":"1","side":"BUY","price":"0.3"},"owner":"o-1","deferExec":false}'
const polyRepr = '{"order": {"tokenId": "1", "side": "BUY", "price": "0.3"}, "owner": "o-1", "deferExec": False}'
write(
  'polymarket-str-of-dict',
  'polymarket',
  'Polymarket/py-clob-client/pull/173',
  same,
  'body-python-repr',
  toolbelt(
    'POST',
    'https://clob.polymarket.com/order',
    [
      ['POLY_ADDRESS', '0x0000000000000000000000000000000000000001'],
      [
        'POLY_SIGNATURE',
        createHmac('sha256', Buffer.from(POLY, 'base64'))
          .update(`${S}POST/order${polyRepr}`)
          .digest('base64')
          .replaceAll('+', '-')
          .replaceAll('/', '_'),
      ],
      ['POLY_TIMESTAMP', S],
      ['POLY_API_KEY', '00000000-0000-4000-8000-000000000000'],
      ['POLY_PASSPHRASE', PASS],
      ['Content-Type', 'application/json'],
    ],
    polyBody,
    '401 Unauthorized',
    '{"error":"Unauthorized/Invalid api key"}',
  ),
  { secret: POLY, passphrase: PASS },
)
const priced = action({ p: '25.20', b: false })
write(
  'hyperliquid-price-of-ethers',
  'hyperliquid',
  'nktkas/hyperliquid/issues/1',
  same,
  'hyperliquid-number-text',
  har(
    'POST',
    'https://api.hyperliquid.xyz/exchange',
    [['Content-Type', 'application/json']],
    JSON.stringify({ action: priced, nonce: NONCE, signature: members(signed(agent(connection(priced)))) }),
    200,
    '{"status":"err","response":"L1 error: User or API Wallet 0x5edc985e39493f019bf20f5a800c900b03cdaa3a does not exist."}',
  ),
  { publicKey: ADDRESS },
)

// --- webhooks
const stripeBody = '{"id":"evt_1","object":"event","livemode":false,"type":"charge.succeeded"}'
hook(
  'stripe-test-data-at-live-endpoint',
  'stripe/stripe-node/issues/341',
  'no-hypothesis',
  [
    ['stripe-signature', `t=${S},v1=${mac(`${S}.${stripeBody}`, 'hex', 'sha256', 'whsec_of_the_test_endpoint')}`],
    ['content-type', 'application/json; charset=utf-8'],
    ['user-agent', 'Stripe/1.0 (+https://stripe.com/docs/webhooks)'],
  ],
  stripeBody,
  { secret: 'whsec_canary5d41402abc4b2a76' },
)
const slackBody = 'token=x&team_id=T1&command=%2Fdeploy&text=prod'
write(
  'slack-quotes-of-env-file',
  'slack',
  'moby/moby/issues/46773',
  'the same cause, at another service',
  'secret-quotes',
  received(
    'POST',
    'https://bot.example.com/slack/commands',
    [
      ['Host', 'bot.example.com'],
      ['X-Slack-Request-Timestamp', S],
      ['X-Slack-Signature', `v0=${mac(`v0:${S}:${slackBody}`)}`],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    slackBody,
  ),
  { secret: `"${SECRET}"` },
)
const razorpay = '{"entity":"event","account_id":"acc_1","event":"payment.captured","amount":100.50,"fee":2.0}'
hook(
  'razorpay-body-stringified',
  'razorpay/razorpay-node/issues/112',
  'body-json-numbers-spelt',
  [
    ['X-Razorpay-Signature', mac(razorpay)],
    ['Content-Type', 'application/json'],
  ],
  JSON.stringify(JSON.parse(razorpay)),
)
const circle = '{"subscriptionId":"s-1","notificationType":"contracts.eventLog","notification":{"id":"n-1","n":1}}'
hook(
  'circle-body-indented',
  'circlefin/arc-escrow/pull/34',
  'body-json-compact',
  [
    ['X-Circle-Signature', signBytes('sha256', Buffer.from(circle), EC_KEY).toString('base64')],
    ['X-Circle-Key-Id', '879dc113-5ca4-4ff7-a6b7-54652083fcf8'],
    ['Content-Type', 'application/json'],
  ],
  JSON.stringify(JSON.parse(circle), null, 2),
  { publicKey: createPublicKey(EC_KEY).export({ type: 'spki', format: 'der' }).toString('base64') },
)
const fax = '{"data":{"event_type":"fax.queued","id":"1","payload":{"status":"queued"}},"meta":{"attempt":1}}'
const telnyxKey = createPublicKey(ED25519_KEY).export({ format: 'jwk' }).x
hook(
  'telnyx-body-indented',
  'team-telnyx/telnyx-node/issues/81',
  'body-json-compact',
  [
    [
      'telnyx-signature-ed25519',
      signBytes(null, Buffer.from(`${S}|${fax}`), createPrivateKey(ED25519_KEY)).toString('base64'),
    ],
    ['telnyx-timestamp', S],
    ['content-type', 'application/json'],
  ],
  JSON.stringify(JSON.parse(fax), null, 2),
  { publicKey: Buffer.from(telnyxKey, 'base64url').toString('base64') },
)
const squareBody = '{"merchant_id":"m","type":"order.updated","event_id":"e-1"}'
write(
  'square-slash-of-url',
  'square',
  'hookdeck/webhook-skills/pull/176',
  same,
  'path-trailing-slash',
  `curl --request POST \\\n  --url https://shop.example.com/webhooks/square \\\n  --header 'content-type: application/json' \\\n  --header 'x-square-hmacsha256-signature: ${mac(`https://shop.example.com/webhooks/square/${squareBody}`, 'base64')}' \\\n  --data-raw '${squareBody}'\n`,
)
const twilioAsked = 'Digits=1&Retry=1&RetryMessage=Couldn%27t+find+it.&AccountSid=AC1'
const twilioRebuilt = 'AccountSid=AC1&Digits=1&Retry=1&RetryMessage=Couldn%27t%20find%20it.'
write(
  'twilio-query-rebuilt-by-laravel',
  'twilio',
  'bmlt-enabled/yap/pull/1629',
  same,
  'query-rebuilt',
  environ(
    'GET',
    'ivr.example.com',
    '/input-method.php',
    twilioRebuilt,
    [
      ['X-Twilio-Signature', mac(`https://ivr.example.com/input-method.php?${twilioAsked}`, 'base64', 'sha1')],
      ['User-Agent', 'TwilioProxy/1.1'],
    ],
    '',
  ),
)
const call = 'CallSid=CA1&From=%2B15550100&To=%2B15550101'
write(
  'twilio-http-behind-https',
  'twilio',
  'bminer/node-twilio-api/issues/13',
  same,
  'url-scheme-other',
  received(
    'POST',
    'http://voice.example.com/twilio/voice',
    [
      ['Host', 'voice.example.com'],
      [
        'X-Twilio-Signature',
        mac('https://voice.example.com/twilio/voiceCallSidCA1From+15550100To+15550101', 'base64', 'sha1'),
      ],
      ['X-Forwarded-Proto', 'https'],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    call,
  ),
)
write(
  'github-no-signature-at-all',
  'github',
  'matrix-org/matrix-hookshot/issues/762',
  same,
  'header-missing',
  http(
    'POST',
    'hooks.example.com',
    '/',
    [
      ['user-agent', 'GitHub-Hookshot/1'],
      ['x-github-event', 'push'],
      ['x-github-delivery', 'd-1'],
      ['content-type', 'application/json'],
    ],
    '{"ref":"refs/heads/main"}',
  ),
  { scheme: 'github', secret: SECRET },
)
const push = '{"ref":"refs\\/heads\\/main","message":"caf\\u00e9","size":1.0}'
write(
  'github-stringified-in-har',
  'github',
  'ctrlplanedev/ctrlplane/pull/852',
  same,
  'body-json-rebuilt',
  har(
    'POST',
    'https://ctrl.example.com/api/github/webhook',
    [
      ['x-github-event', 'push'],
      ['x-hub-signature-256', `sha256=${mac(push)}`],
    ],
    JSON.stringify(JSON.parse(push)),
    401,
    '{"error":"Invalid signature"}',
  ),
)
const crc = (text) => {
  let sum = 0xffffffff
  for (const byte of Buffer.from(text)) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0)
  }
  return (sum ^ 0xffffffff) >>> 0
}
const sale = '{"id":"WH-1","event_type":"PAYMENT.SALE.COMPLETED","resource":{"amount":"1.00","state":"completed"}}'
write(
  'paypal-rearranged-by-python',
  'paypal',
  'paypal/PayPal-Python-SDK/issues/196',
  same,
  'body-json-order',
  environ(
    'POST',
    'shop.example.com',
    '/paypal',
    '',
    [
      ['PayPal-Auth-Algo', 'SHA256withRSA'],
      ['PayPal-Cert-Url', 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1'],
      ['PayPal-Transmission-Id', 't-1'],
      ['PayPal-Transmission-Time', '2023-11-14T22:13:20Z'],
      [
        'PayPal-Transmission-Sig',
        signBytes('sha256', Buffer.from(`t-1|2023-11-14T22:13:20Z|WH-ID-1|${crc(sale)}`), RSA_KEY).toString('base64'),
      ],
    ],
    '{"event_type": "PAYMENT.SALE.COMPLETED", "id": "WH-1", "resource": {"amount": "1.00", "state": "completed"}}',
  ),
  { passphrase: 'WH-ID-1', publicKey: publicOf(RSA_KEY) },
)

// --- AWS
sigv4('query-encoded-again-by-awscurl', 'okigan/awscurl/issues/216', ['query-encoded-twice', 'query-encoded'], {
  service: 'es',
  host: 'search-a.us-east-1.es.amazonaws.com',
  path: '/_tasks',
  query: 'node=a%253D%253D',
  wireQuery: 'node=a%3D%3D',
  server: { query: 'node=a%3D%3D' },
})
sigv4('ampersand-decoded-in-value', 'inreachventures/aws-signing-request-interceptor/issues/44', 'query-split', {
  service: 'es',
  host: 'search-a.us-east-1.es.amazonaws.com',
  path: '/path',
  query: '%20c=&a=b%20',
  wireQuery: 'a=b%20%26%20c',
})
sigv4('charset-of-jsdom', 'axios/axios/issues/2167', 'content-type-parameters', {
  method: 'POST',
  path: '/prod/items',
  headers: [['content-type', 'application/json; charset=UTF-8']],
  wire: [['content-type', 'application/json;charset=UTF-8']],
  body: '{"a":1}',
})
sigv4('type-signed-and-not-sent', 'ml-archive/aws/issues/22', 'signed-header-missing', {
  method: 'POST',
  service: 'sqs',
  host: 'sqs.us-east-1.amazonaws.com',
  headers: [['content-type', 'application/x-www-form-urlencoded; charset=utf-8']],
  wire: [],
  body: 'Action=ListQueues',
})
sigv4('type-replaced-after-signing', 'rusoto/rusoto/issues/446', ['content-type-other', 'content-type-value'], {
  method: 'POST',
  service: 'sqs',
  host: 'sqs.us-east-1.amazonaws.com',
  headers: [['content-type', 'application/x-www-form-urlencoded']],
  wire: [['content-type', 'application/octet-stream']],
  body: 'Action=ListQueues',
  server: { headers: [['content-type', 'application/octet-stream']] },
})
const area = '20231114/us-east-1/s3/aws4_request'
const plusQuery = (credential) =>
  `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential}&X-Amz-Date=${TIME}&X-Amz-Expires=300&X-Amz-SignedHeaders=host`
const plusText = [
  'GET',
  '/bucket/key',
  plusQuery(encodeURIComponent(`abc+abc/${area}`)),
  'host:s3.example.com',
  '',
  'host',
  'UNSIGNED-PAYLOAD',
].join('\n')
const areaKey = area.split('/').reduce((from, part) => hmac(from, part), `AWS4${SECRET}`)
write(
  'sigv4-plus-in-access-key',
  'sigv4',
  'noobaa/noobaa-core/issues/7931',
  same,
  'query-plus',
  `wget 'https://s3.example.com/bucket/key?${plusQuery(`abc+abc%2F${area.replaceAll('/', '%2F')}`)}&X-Amz-Signature=${createHmac(
    'sha256',
    areaKey,
  )
    .update(['AWS4-HMAC-SHA256', TIME, area, sha(plusText)].join('\n'))
    .digest('hex')}'\n`,
)
// A signature that has a plus: the end is counted up to the first one.
let end = 1_700_000_300
const v2 = () => mac(`GET\n\n\n${end}\n/box/a.txt`, 'base64', 'sha1')
while (!v2().includes('+')) end++
write(
  's3-v2-plus-in-signature',
  's3-v2',
  'Automattic/knox/pull/29',
  same,
  'signature-form',
  http('GET', 'box.s3.amazonaws.com', `/a.txt?Expires=${end}&AWSAccessKeyId=AKIDEXAMPLE&Signature=${v2()}`, []),
)
sigv4('plus-in-path-as-space', 'mhart/aws4/issues/115', 'path-plus', {
  service: 's3',
  host: 'college.s3.ap-south-1.amazonaws.com',
  region: 'ap-south-1',
  path: '/public/10%202.jpg',
  wirePath: '/public/10%2B2.jpg',
  headers: [['x-amz-content-sha256', sha('')]],
})

// --- Azure
const azureKey = Buffer.from('canary-azure-account-key-32bytes').toString('base64')
const shared = (text) => createHmac('sha256', Buffer.from(azureKey, 'base64')).update(text).digest('base64')
const blobLines = `x-ms-blob-type:BlockBlob\nx-ms-date:${DATE}\nx-ms-version:2019-07-07\n/acct/box/a.txt`
const putText = (length) => `PUT\n\n\n${length}\n\ntext/plain\n\n\n\n\n\n\n${blobLines}`
write(
  'azure-length-not-sent',
  'azure',
  'Azure/azure-sdk-for-js/issues/8903',
  same,
  'content-length-form',
  restError(
    'PUT',
    'https://acct.blob.core.windows.net/box/a.txt',
    [
      ['x-ms-blob-type', 'BlockBlob'],
      ['x-ms-date', DATE],
      ['x-ms-version', '2019-07-07'],
      ['Content-Type', 'text/plain'],
      ['Content-Length', '11'],
      ['Authorization', `SharedKey acct:${shared(putText('11'))}`],
    ],
    403,
    `The MAC signature found in the HTTP request '${shared(putText('11'))}' is not the same as any computed signature. Server used following string to sign: '${putText('')}'.`,
  ),
  {},
)
const listText = `GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:${DATE}\nx-ms-version:2019-07-07\n/acct/\ncomp:list`
write(
  'azure-other-key-same-text',
  'azure',
  'Azure/azure-cli/issues/10861',
  same,
  'text-same',
  answered(
    http('GET', 'acct.blob.core.windows.net', '/?comp=list', [
      ['x-ms-date', DATE],
      ['x-ms-version', '2019-07-07'],
      ['authorization', `SharedKey acct:${createHmac('sha256', 'another key').update(listText).digest('base64')}`],
    ]),
    '403 Server failed to authenticate the request.',
    `<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.</Message><AuthenticationErrorDetail>The MAC signature found in the HTTP request 'x' is not the same as any computed signature. Server used following string to sign: '${listText}'.</AuthenticationErrorDetail></Error>`,
  ),
  { secret: azureKey },
)

// --- signatures of messages
const share = '{"shareWith":"a@b.example","name":"n"}'
const shareDigest = `SHA-256=${sha(share, 'base64')}`
const ocm = ['(request-target)', 'host', 'date', 'digest']
const ocmInput = `(${ocm.map((one) => `"${one}"`).join(' ')});created=${S};keyid="a.example#signature";alg="ed25519"`
const ocmValues = ['post /ocm/shares', 'b.example', DATE, shareDigest]
const ocmBase = [...ocm.map((one, at) => `"${one}": ${ocmValues[at]}`), `"@signature-params": ${ocmInput}`].join('\n')
const byEd = (text) => signBytes(null, Buffer.from(text), createPrivateKey(ED25519_KEY)).toString('base64')
write(
  'rfc9421-names-of-cavage',
  'rfc9421',
  'cs3org/OCM-API/issues/228',
  same,
  'component-cavage',
  http(
    'POST',
    'b.example',
    '/ocm/shares',
    [
      ['Date', DATE],
      ['Digest', shareDigest],
      ['Content-Type', 'application/json'],
      ['Signature-Input', `ocm=${ocmInput}`],
      ['Signature', `ocm=:${byEd(ocmBase)}:`],
    ],
    share,
  ),
  { publicKey: publicOf(ED25519_KEY) },
)
const rsaInput = `("@method" "@target-uri" "content-digest");created=${S};keyid="a.example#signature";alg="rsa-sha256"`
const rsaBase = `"@method": POST\n"@target-uri": https://b.example/ocm/shares\n"content-digest": sha-256=:${sha(share, 'base64')}:\n"@signature-params": ${rsaInput}`
write(
  'rfc9421-algorithm-of-cavage',
  'rfc9421',
  'cs3org/OCM-API/pull/362',
  same,
  'alg-unsupported',
  curlVerbose(
    'POST',
    'https://b.example/ocm/shares',
    [
      ['Content-Type', 'application/json'],
      ['Content-Digest', `sha-256=:${sha(share, 'base64')}:`],
      ['Signature-Input', `ocm=${rsaInput}`],
      ['Signature', `ocm=:${signBytes('sha256', Buffer.from(rsaBase), RSA_KEY).toString('base64')}:`],
    ],
    share,
    '401 Unauthorized',
    '{"message":"unsupported algorithm"}',
  ),
  { publicKey: publicOf(RSA_KEY) },
)
const twice = (list) => `(${list});created=${S};keyid="k1"`
const twiceBase = (lines, list) => `${lines}\n"@signature-params": ${twice(list)}`
const first = mac(twiceBase('"@method": GET', '"@method"'), 'base64')
const second = mac(twiceBase('"@method": GET\n"@path": /v1/items', '"@method" "@path"'), 'base64')
write(
  'rfc9421-label-used-twice',
  'rfc9421',
  'vlang/v/pull/27113',
  same,
  'auth-duplicate',
  http('GET', 'api.example.com', '/v1/items', [
    ['Signature-Input', `sig1=${twice('"@method"')}`],
    ['Signature', `sig1=:${first}:`],
    ['Signature-Input', `sig1=${twice('"@method" "@path"')}`],
    ['Signature', `sig1=:${second}:`],
  ]),
)
const noteText = '{"type":"Create","id":"https://a.example/1"}'
write(
  'cavage-date-of-reqwest',
  'cavage',
  'mastodon/mastodon/issues/22536',
  same,
  'digest-form',
  `${rustDebug('POST', 'social.example', '/users/a/inbox', [
    ['date', '14 Nov 2023 22:13:20 UTC'],
    ['digest', sha(noteText)],
    [
      'signature',
      `keyId="https://a.example/user/b#main-key",headers="(request-target) host date digest",signature="${signBytes(
        'sha256',
        Buffer.from(
          `(request-target): post /users/a/inbox\nhost: social.example\ndate: 14 Nov 2023 22:13:20 UTC\ndigest: ${sha(noteText)}`,
        ),
        RSA_KEY,
      ).toString('base64')}"`,
    ],
    ['content-type', 'application/activity+json'],
  ])}\n{"error":"Signed request date outside acceptable time window"}\n`,
  { publicKey: publicOf(RSA_KEY) },
)
const created = '{"id":"https://dev.example/1","type":"Create","actor":"https://dev.example/a"}'
write(
  'cavage-digest-of-compact-json',
  'cavage',
  'NodeBB/NodeBB/issues/13212',
  same,
  'digest-mismatch',
  http(
    'POST',
    'forum.example',
    '/uid/7/inbox',
    [
      ['date', DATE],
      ['digest', `sha-256=${sha(created, 'base64')}`],
      [
        'signature',
        `keyId="https://dev.example/a",headers="(request-target) host date digest",signature="${signBytes('sha256', Buffer.from(`(request-target): post /uid/7/inbox\nhost: forum.example\ndate: ${DATE}\ndigest: sha-256=${sha(created, 'base64')}`), RSA_KEY).toString('base64')}"`,
      ],
    ],
    JSON.stringify(JSON.parse(created), null, 2),
  ),
  {},
)
write(
  'cavage-target-left-out-of-old-pleroma',
  'cavage',
  'mei23/misskey-v12/pull/2719',
  same,
  'target-not-signed',
  http(
    'POST',
    'social.example',
    '/inbox',
    [
      ['Date', DATE],
      ['Digest', `SHA-256=${sha(noteText, 'base64')}`],
      [
        'Signature',
        `keyId="https://a.example/user/b#main-key",algorithm="rsa-sha256",headers="host date digest",signature="${signBytes('sha256', Buffer.from(`host: social.example\ndate: ${DATE}\ndigest: SHA-256=${sha(noteText, 'base64')}`), RSA_KEY).toString('base64')}"`,
      ],
    ],
    noteText,
  ),
  { publicKey: publicOf(RSA_KEY) },
)

// --- OAuth 1.0a
const oauth = (method, url, list) =>
  mac(
    `${method}&${percent(url)}&${percent(
      list
        .map(([name, value]) => `${percent(name)}=${percent(value)}`)
        .sort()
        .join('&'),
    )}`,
    'base64',
    'sha1',
    `${SECRET}&${PASS}`,
  )
const yelp = (nonce) => [
  ...OWN.map(([name, value]) => [name, name === 'oauth_nonce' ? nonce : value]),
  ['term', 'food'],
  ['limit', '3'],
]
let nonce = 1
while (!oauth('GET', 'http://api.yelp.com/v2/search', yelp(`n${nonce}`)).includes('+')) nonce++
write(
  'oauth1-plus-in-url',
  'oauth1',
  'YelpArchive/yelp-api/pull/5',
  same,
  'signature-form',
  curlVerbose(
    'GET',
    `http://api.yelp.com/v2/search?${yelp(`n${nonce}`)
      .map(([name, value]) => `${name}=${value}`)
      .join('&')}&oauth_signature=${oauth('GET', 'http://api.yelp.com/v2/search', yelp(`n${nonce}`))}`,
    [],
    '',
    '400 Bad Request',
    '{"error":{"text":"Signature was invalid","id":"INVALID_SIGNATURE"}}',
  ),
  { secret: SECRET, passphrase: PASS },
)
const authorization = (signature) =>
  `OAuth ${[...OWN, ['oauth_signature', signature]].map(([name, value]) => `${name}="${percent(value)}"`).join(', ')}`
write(
  'oauth1-slash-of-woocommerce',
  'oauth1',
  'kloon/WooCommerce-REST-API-Client-Library/pull/73',
  same,
  'path-trailing-slash',
  java('GET', 'https://shop.example.com/wc-api/v2/orders', [
    ['Authorization', authorization(oauth('GET', 'https://shop.example.com/wc-api/v2/orders/', OWN))],
  ]),
  { secret: SECRET, passphrase: PASS },
)
const plusSigned = [...OWN, ['status', 'Hello+big+World']]
write(
  'oauth1-space-as-plus-in-postman',
  'oauth1',
  'postmanlabs/postman-app-support/issues/1874',
  same,
  'parameters-encoded',
  python(
    'POST',
    'https://api.example.com/1/update',
    [
      ['Authorization', authorization(oauth('POST', 'https://api.example.com/1/update', plusSigned))],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    'status=Hello%20big%20World',
  ),
  { secret: SECRET, passphrase: PASS },
)
const me = 'https://blog.example.com/wp-json/wp/v2/users/me'
const own = (value) => OWN.map(([name, old]) => [name, name === 'oauth_nonce' ? value : old])
let at = 1
while (!oauth('GET', me, own(`m${at}`)).includes('+')) at++
const lost = oauth('GET', me, own(`m${at}`)).replaceAll('+', ' ')
write(
  'oauth1-plus-lost-in-header',
  'oauth1',
  'WP-API/OAuth1/issues/143',
  same,
  'signature-form',
  dotnet('GET', me, [
    [
      'Authorization',
      `OAuth ${own(`m${at}`)
        .map(([name, value]) => `${name}="${percent(value)}"`)
        .join(', ')}, oauth_signature="${lost}"`,
    ],
  ]),
  { secret: SECRET, passphrase: PASS },
)

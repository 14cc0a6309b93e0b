import { createHmac, createSign, sign as signBytes } from 'node:crypto'
import { EC_KEY, RSA_KEY } from '../keys.mjs'
import {
  answered,
  DATE,
  hook,
  http,
  JSON_BODY,
  MS,
  mac,
  PASS,
  publicOf,
  refused,
  S,
  SECRET,
  same,
  sha,
  write,
} from './case.mjs'
import { axiosError, har, received, toolbelt } from './case-dumps.mjs'
import { java, python, ruby } from './case-pastes.mjs'
import { digest } from './case-rfc9421.mjs'
import { OWN, percent } from './oauth1.mjs'
import { hmac, sigv4, TIME } from './sigv4.mjs'

// Threads seen after the fourteenth batch had been mended.

// --- exchanges
const pnl = ['endTime=1700000000091', 'category=linear', 'startTime=1699395200091']
write('bybit-go-order-with-origin-string', 'bybit', 'ccxt/ccxt/issues/26343', same, 'query-reversed', {
  method: 'GET',
  url: `https://api.bybit.com/v5/position/closed-pnl?${[pnl[1], pnl[2], pnl[0]].join('&')}`,
  headers: {
    'X-BAPI-API-KEY': 'key-1',
    'X-BAPI-TIMESTAMP': MS,
    'X-BAPI-RECV-WINDOW': '5000',
    'X-BAPI-SIGN': mac(`${MS}key-15000${pnl.join('&')}`),
  },
  response: {
    status: 200,
    body: '{"retCode":10004,"retMsg":"error sign! please check your signature generation algorithm.","result":{},"retExtInfo":{},"time":1700000000312}',
  },
})
write(
  'kucoin-headers-not-there',
  'kucoin',
  'escwdev/kucoin-node-api/issues/1',
  same,
  'refused-missing',
  `{ Error: Request failed with status code 400\n  data:\n   { code: '400001',\n     msg: 'Please check the header of your request for KC-API-KEY, KC-API-SIGN, KC-API-TIMESTAMP, KC-API-PASSPHRASE' } }\n`,
  {},
)
write(
  'okx-key-of-another-region',
  'okx',
  'sieblyio/okx-api/issues/109',
  same,
  'refused-key',
  `Uncaught (in promise)\ncode ='50119'\nmsg ="API key doesn't exist"\n`,
  { scheme: 'okx' },
)
write(
  'okx-expired-in-python',
  'okx',
  'okxapi/python-okx/issues/68',
  same,
  'refused-time',
  `{'msg': 'Timestamp request expired', 'code': '50102'}`,
  {},
)
const gateText = `GET\n/api/v4/spot/accounts\n\n${sha('', 'hex', 'sha512')}\n${S}`
write(
  'gate-address-not-listed',
  'gate',
  'gateio/gateapi-go/issues/3',
  same,
  'refused-address',
  har(
    'GET',
    'https://api.gateio.ws/api/v4/spot/accounts',
    [
      ['KEY', 'key-1'],
      ['Timestamp', S],
      ['SIGN', createHmac('sha512', SECRET).update(gateText).digest('hex')],
    ],
    '',
    403,
    '{"label":"IP_FORBIDDEN","message":"Request IP not in whitelist"}',
  ),
)
write(
  'kucoin-trading-password',
  'kucoin',
  'ccxt/ccxt/issues/11021',
  same,
  'refused-passphrase',
  `Traceback (most recent call last):\n  File "bot.py", line 12, in <module>\n    order = client.create_market_order('KCS-BTC', Client.SIDE_BUY, size=1)\nkucoin.exceptions.KucoinAPIException: KucoinAPIException 400004: Invalid KC-API-PASSPHRASE\n`,
  {},
)
const auth = (time) => `AccessKeyId=key-1&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=${time}`
const htxText = (query) => `GET\napi.huobi.pro\n/v1/account/accounts\n${query}`
const lower = auth('2023-11-14T22%3a13%3a20')
write(
  'htx-lower-case-colons-of-csharp',
  'htx',
  'ccxt/ccxt/issues/22703',
  same,
  'text-digits-case',
  `https://api.huobi.pro/v1/account/accounts?${lower}&Signature=${encodeURIComponent(mac(htxText(lower), 'base64'))}`,
)
const bare = auth('2023-11-14T22:13:20')
write(
  'htx-colons-not-encoded',
  'htx',
  'huobiapi/API_Docs/issues/56',
  same,
  'text-parameters-encoding',
  java(
    'GET',
    `https://api.huobi.pro/v1/account/accounts?${auth('2023-11-14T22%3A13%3A20')}&Signature=${encodeURIComponent(mac(htxText(bare), 'base64'))}`,
    [['Content-Type', 'application/x-www-form-urlencoded']],
  ),
)
const phpAuth = auth('2023-11-14T22%3A13%3A20')
write(
  'htx-secret-with-line-break-in-print-r',
  'htx',
  'ccxt/ccxt/issues/1485',
  refused,
  'secret-line-break',
  `Request:\nArray\n(\n    [0] => GET\n    [1] => https://api.huobi.pro/v1/account/accounts?${phpAuth}&Signature=${encodeURIComponent(mac(htxText(phpAuth), 'base64', 'sha256', `${SECRET}\n`))}\n    [2] => Array\n        (\n            [User-Agent] => Mozilla/5.0 (Windows NT 6.1; WOW64)\n        )\n\n    [3] => \n)\nResponse:\n{"status":"error","err-code":"api-signature-not-valid","err-msg":"Signature not valid: Verification failure","data":null}\n`,
)
const bybitBody = '{"category":"linear","symbol":"BTCUSDT","side":"Sell","orderType":"Limit","qty":100,"price":12000}'
const bybitSigned = bybitBody.replace('100,', '100.0,').replace('12000}', '12000.0}')
write(
  'bybit-floats-in-ccxt-log',
  'bybit',
  'ccxt/ccxt/issues/7454',
  refused,
  'body-json-numbers-spelt',
  `CCXT: 1.33.4\n\nRequest: POST https://api-testnet.bybit.com/v5/order/create {'X-BAPI-API-KEY': 'key-1', 'X-BAPI-TIMESTAMP': '${MS}', 'X-BAPI-RECV-WINDOW': '5000', 'X-BAPI-SIGN': '${mac(`${MS}key-15000${bybitSigned}`)}', 'Content-Type': 'application/json', 'Accept-Encoding': 'gzip, deflate'} ${bybitBody}\n\nResponse: POST https://api-testnet.bybit.com/v5/order/create 200 {'Content-Type': 'application/json; charset=utf-8', 'Date': 'Tue, 14 Nov 2023 22:13:21 GMT'} {"retCode":10004,"retMsg":"error sign!","result":{}}\n`,
)
write(
  'binance-key-made-anew',
  'binance',
  'ccxt/node-binance-api/issues/267',
  same,
  'refused-signature',
  `${ruby('GET', `https://api.binance.com/api/v3/account?timestamp=${MS}&signature=${mac(`timestamp=${MS}`, 'hex', 'sha256', 'the secret of a key that was deleted')}`, [['X-MBX-APIKEY', 'key-1']])}\n# => {"code"=>-1022, "msg"=>"Signature for this request is not valid."}\n`,
)

// --- webhooks
const zoom = '{"event":"meeting.rtms_started","payload":{"meeting_uuid":"m-1","streams":true}}'
write(
  'zoom-dictionary-of-python',
  'zoom',
  'zoom/rtms/pull/129',
  same,
  'body-python-printed',
  http(
    'POST',
    'hooks.example.com',
    '/zoom',
    [
      ['x-zm-request-timestamp', S],
      ['x-zm-signature', `v0=${mac(`v0:${S}:${zoom}`)}`],
      ['content-type', 'application/json'],
    ],
    "{'event': 'meeting.rtms_started', 'payload': {'meeting_uuid': 'm-1', 'streams': True}}",
  ),
)
const linear = '{"action":"create","type":"Issue","data":{"title":"caf\\u00e9 \\u003c3","priority":1}}'
write(
  'linear-through-hookdeck',
  'linear',
  'cyrusagents/cyrus/pull/996',
  same,
  'body-json-escapes',
  received(
    'POST',
    'https://agent.example.com/webhook',
    [
      ['Host', 'agent.example.com'],
      ['Linear-Signature', mac(linear)],
      ['Linear-Delivery', 'd-1'],
      ['Content-Type', 'application/json; charset=utf-8'],
    ],
    JSON.stringify(JSON.parse(linear)),
  ),
)
hook(
  'github-secret-from-a-file',
  'alexellis/derek/issues/72',
  'secret-line-break',
  [
    ['X-Hub-Signature-256', `sha256=${mac('{"action":"opened"}')}`],
    ['X-GitHub-Event', 'pull_request'],
    ['Content-Type', 'application/json'],
  ],
  '{"action":"opened"}',
  { secret: `${SECRET}\n`, refusal: 'HTTP/1.1 401 Unauthorized\r\n\r\nunable to verify signature' },
)
write(
  'slack-body-was-read-before',
  'slack',
  'mvanhorn/paperclip-plugin-slack/issues/19',
  same,
  'body-missing',
  received(
    'POST',
    'https://paperclip.example.com/slack/commands',
    [
      ['Host', 'paperclip.example.com'],
      ['X-Slack-Request-Timestamp', S],
      ['X-Slack-Signature', `v0=${mac(`v0:${S}:command=%2Fdeploy&text=prod`)}`],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    '',
  ),
)
hook(
  'workos-object-for-text',
  'workos/workos-node/pull/517',
  'body-parsed',
  [
    ['WorkOS-Signature', `t=${MS}, v1=${mac(`${MS}.{"event":"dsync.user.created"}`)}`],
    ['Content-Type', 'application/json'],
  ],
  '[object Object]',
)
const crc = (text) => {
  let sum = 0xffffffff
  for (const byte of Buffer.from(text)) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0)
  }
  return (sum ^ 0xffffffff) >>> 0
}
const receipt = '{"id":"WH-2","summary":"Zahlung von Jürgen","resource":{"amount":"1.00"}}'
hook(
  'paypal-json-of-flask',
  'paypal/PayPal-Python-SDK/issues/175',
  'body-json-compact',
  [
    ['paypal-auth-algo', 'SHA256withRSA'],
    ['paypal-cert-url', 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1'],
    ['paypal-transmission-id', 't-2'],
    ['paypal-transmission-time', '2023-11-14T22:13:20Z'],
    [
      'paypal-transmission-sig',
      signBytes('sha256', Buffer.from(`t-2|2023-11-14T22:13:20Z|WH-ID-1|${crc(receipt)}`), RSA_KEY).toString('base64'),
    ],
    ['content-type', 'application/json'],
  ],
  '{"id": "WH-2", "summary": "Zahlung von J\\u00fcrgen", "resource": {"amount": "1.00"}}',
  { passphrase: 'WH-ID-1', publicKey: publicOf(RSA_KEY) },
)
const paddle = '{"event_id":"evt_1","event_type":"subscription.created","data":{"id":"sub_1"}}'
hook(
  'paddle-parsed-before',
  'airqo-platform/AirQo-api/pull/6616',
  'body-json-compact',
  [
    ['Paddle-Signature', `ts=${S};h1=${mac(`${S}:${paddle}`)}`],
    ['Content-Type', 'application/json'],
  ],
  JSON.stringify(JSON.parse(paddle), null, 4),
)

// --- AWS, Azure
write(
  'sigv4-region-of-iam-in-julia',
  'sigv4',
  'JuliaCloud/AWS.jl/issues/565',
  same,
  'refused-scope',
  "ERROR: AWS.AWSExceptions.AWSException: SignatureDoesNotMatch -- Credential should be scoped to a valid region, not 'us-east-2'.\n",
  {},
)
sigv4('region-of-another-endpoint', 'aws/aws-sdk-java/issues/1097', 'scope-region', {
  method: 'POST',
  service: 'ses',
  host: 'email.us-west-2.amazonaws.com',
  region: 'us-west-1',
  headers: [['content-type', 'application/x-www-form-urlencoded; charset=utf-8']],
  body: 'Action=SendEmail',
  options: {},
})
write(
  'sigv4-no-hash-of-the-body',
  'sigv4',
  'danieljoos/aws-sign-web/issues/14',
  same,
  'refused-missing',
  (() => {
    const area = '20231114/eu-west-1/s3/aws4_request'
    const canonical = [
      'GET',
      '/a.txt',
      '',
      `host:box.s3.eu-west-1.amazonaws.com\nx-amz-date:${TIME}\n`,
      'host;x-amz-date',
      sha(''),
    ].join('\n')
    const key = area.split('/').reduce((from, part) => hmac(from, part), `AWS4${SECRET}`)
    const signature = createHmac('sha256', key)
      .update(['AWS4-HMAC-SHA256', TIME, area, sha(canonical)].join('\n'))
      .digest('hex')
    return answered(
      http('GET', 'box.s3.eu-west-1.amazonaws.com', '/a.txt', [
        ['x-amz-date', TIME],
        [
          'authorization',
          `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${area}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
        ],
      ]),
      '400 Bad Request',
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>InvalidRequest</Code><Message>Missing required header for this request: x-amz-content-sha256</Message></Error>',
    )
  })(),
)
const feedArea = '20231114/eu-west-1/s3/aws4_request'
const feedQuery = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(`AKIDEXAMPLE/${feedArea}`)}&X-Amz-Date=${TIME}&X-Amz-Expires=300&X-Amz-SignedHeaders=content-type%3Bhost`
const feedText = [
  'PUT',
  '/feed',
  feedQuery,
  'content-type:text/xml; charset=UTF-8',
  'host:tortuga.s3.eu-west-1.amazonaws.com',
  '',
  'content-type;host',
  'UNSIGNED-PAYLOAD',
].join('\n')
const feedKey = feedArea.split('/').reduce((from, part) => hmac(from, part), `AWS4${SECRET}`)
write(
  'sigv4-charset-of-feed',
  'sigv4',
  'jrl84/amazon-sp-api/issues/23',
  same,
  'content-type-parameters',
  axiosError(
    'PUT',
    `https://tortuga.s3.eu-west-1.amazonaws.com/feed?${feedQuery}&X-Amz-Signature=${createHmac('sha256', feedKey)
      .update(['AWS4-HMAC-SHA256', TIME, feedArea, sha(feedText)].join('\n'))
      .digest('hex')}`,
    [['Content-Type', 'text/xml; charset=utf-8']],
    '<?xml version="1.0" ?></xml>',
    403,
    `'<?xml version="1.0" encoding="UTF-8"?><Error><Code>SignatureDoesNotMatch</Code></Error>'`,
  ),
)
const account = Buffer.from('azure-account-key-of-32-bytes-00').toString('base64')
const sasLines = (resource) =>
  [
    'racwd',
    '2023-11-14T22:00:00Z',
    '2023-11-15T22:00:00Z',
    resource,
    '',
    '',
    '',
    '2020-12-06',
    'b',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
  ].join('\n')
write(
  'azure-sas-container-left-out',
  'azure-sas',
  'Azure/Azurite/issues/2555',
  same,
  'resource-prefix',
  `curl -X PUT -H 'x-ms-blob-type: BlockBlob' --data-binary @a.bin 'https://acct.blob.core.windows.net/stage/a.bin?sv=2020-12-06&st=2023-11-14T22%3A00%3A00Z&se=2023-11-15T22%3A00%3A00Z&sr=b&sp=racwd&sig=${encodeURIComponent(
    createHmac('sha256', Buffer.from(account, 'base64')).update(sasLines('/blob/acct/a.bin')).digest('base64'),
  )}'`,
  { secret: account },
)

// --- signatures of messages
const field = digest(JSON_BODY)
const ecInput = `("@method" "@path" "content-digest");created=${S};keyid="k1";alg="ecdsa-p256-sha256"`
const ecBase = `"@method": POST\n"@path": /foo\n"content-digest": ${field}\n"@signature-params": ${ecInput}`
write(
  'rfc9421-asn1-of-openssl',
  'rfc9421',
  'w3c-ccg/http-signatures/issues/107',
  same,
  'ecdsa-der',
  `curl -u 'ignored:' https://api.example.com/foo -H 'Content-Type: application/json' -H 'content-digest: ${field}' -H 'signature-input: sig1=${ecInput}' -H 'signature: sig1=:${signBytes('sha256', Buffer.from(ecBase), { key: EC_KEY, dsaEncoding: 'der' }).toString('base64')}:' --data-raw '${JSON_BODY}'`,
  { publicKey: publicOf(EC_KEY) },
)
const portInput = `("@method" "@authority");created=${S};keyid="k1"`
write(
  'rfc9421-default-port-kept',
  'rfc9421',
  'vlang/v/pull/27113',
  same,
  ['@authority-port'],
  toolbelt(
    'GET',
    'https://api.example.com/v1/items',
    [
      ['signature-input', `sig1=${portInput}`],
      [
        'signature',
        `sig1=:${mac(`"@method": GET\n"@authority": api.example.com:443\n"@signature-params": ${portInput}`, 'base64')}:`,
      ],
    ],
    '',
    '401 Unauthorized',
    '{"error":"invalid signature"}',
  ),
)
const cavage = `(request-target): post /inbox\nhost: localhost:3000\ndate: ${DATE}`
write(
  'cavage-host-in-answer-of-mastodon',
  'cavage',
  'mastodon/mastodon/pull/21617',
  same,
  'host-other',
  `${python('POST', 'https://social.example/inbox', [
    ['Date', DATE],
    [
      'Signature',
      `keyId="https://a.example/u/b#main-key",headers="(request-target) host date",signature="${createSign('sha256').update(cavage).sign(RSA_KEY, 'base64')}"`,
    ],
  ])}\n# {"error":"Verification failed for b@a.example https://a.example/u/b using rsa-sha256 (RSASSA-PKCS1-v1_5 with SHA-256)","signed_string":"(request-target): post /inbox\\nhost: social.example\\ndate: ${DATE}"}\n`,
  { publicKey: publicOf(RSA_KEY) },
)
const dart = [...OWN, ['search', 'a+b+c']]
const dartSignature = mac(
  `GET&${percent('https://shop.example.com/wp-json/wc/v3/products')}&${percent(
    dart
      .map(([name, value]) => `${percent(name)}=${percent(value)}`)
      .sort()
      .join('&'),
  )}`,
  'base64',
  'sha1',
  `${SECRET}&${PASS}`,
)
write(
  'oauth1-plus-taken-as-it-is-in-dart',
  'oauth1',
  'nbspou/dart-oauth1/issues/17',
  same,
  'parameters-encoded',
  har(
    'GET',
    'https://shop.example.com/wp-json/wc/v3/products?search=a+b+c',
    [
      [
        'Authorization',
        `OAuth ${[...OWN, ['oauth_signature', dartSignature]].map(([name, value]) => `${name}="${percent(value)}"`).join(', ')}`,
      ],
    ],
    '',
    401,
    '{"code":"woocommerce_rest_authentication_error","message":"Invalid signature - provided signature does not match."}',
  ),
  { secret: SECRET, passphrase: PASS },
)

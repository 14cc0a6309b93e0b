import { createHmac } from 'node:crypto'
import { EC_KEY } from '../keys.mjs'
import { answered, DATE, elsewhere, hook, http, MS, mac, S, SECRET, same, sha, subject, write } from './case.mjs'

// Threads once more: keys and tokens that are not the right ones, times, proxies, numbers.

const hmac = (key, text) => createHmac('sha256', key).update(text).digest()
const JSON_TYPE = ['Content-Type', 'application/json']
const event = '{\n  "id": "evt_2",\n  "object": "event",\n  "livemode": true\n}'
const stripe = (name, source, expected, secret, options, body = event, t = S) =>
  hook(
    `stripe-${name}`,
    source,
    expected,
    [JSON_TYPE, ['Stripe-Signature', `t=${t},v1=${mac(`${t}.${event}`, 'hex', 'sha256', secret)}`]],
    body,
    options,
  )
const NO_MATCH =
  'No signatures found matching the expected signature for payload. Are you passing the raw request body you received from Stripe?'
stripe(
  'local-secret',
  'vercel/nextjs-subscription-payments/issues/176',
  ['no-hypothesis', 'refused-signature', 'secret-other'],
  'whsec_of_the_dashboard',
  { secret: `whsec_${SECRET}`, refusal: NO_MATCH },
)
stripe(
  'set-me-please',
  'openedx-unsupported/ecommerce/pull/3905',
  ['secret-placeholder', 'secret-unset'],
  'whsec_of_the_dashboard',
  { secret: 'SET-ME-PLEASE' },
)
stripe('slow-server', 'spatie/laravel-stripe-webhooks/issues/74', 'time-expired', SECRET, {
  secret: SECRET,
  nowMs: (Number(S) + 1_500) * 1000,
})
stripe(
  'raw-as-base64',
  'stripe/stripe-node/issues/356',
  'body-base64',
  SECRET,
  { secret: SECRET },
  Buffer.from(event).toString('base64'),
)

const KEY = Buffer.from(`${SECRET}-of-an-endpoint`).toString('base64')
const created = '{"data":{"name":"Zo\\u00eb","id":"user_1"},"object":"event","type":"user.created"}'
hook(
  'svix-stringified',
  'SatyamPandey-07/WorkSphere/issues/481',
  ['body-json-escapes'],
  [
    JSON_TYPE,
    ['svix-id', 'msg_9'],
    ['svix-timestamp', S],
    [
      'svix-signature',
      `v1,${createHmac('sha256', Buffer.from(KEY, 'base64')).update(`msg_9.${S}.${created}`).digest('base64')}`,
    ],
  ],
  JSON.stringify(JSON.parse(created)),
  { secret: `whsec_${KEY}` },
)
hook(
  'discord-placeholder',
  'discord/discord-interactions-js/issues/26',
  ['public-key-form', 'key-form', 'secret-placeholder'],
  [JSON_TYPE, ['X-Signature-Ed25519', 'ab'.repeat(64)], ['X-Signature-Timestamp', S]],
  '{"type":1}',
  { publicKey: 'client-public-key-here' },
)
hook(
  'slack-authorizer',
  'slackapi/node-slack-sdk/issues/891',
  ['body-missing', 'body-empty'],
  [
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['X-Slack-Request-Timestamp', S],
    ['X-Slack-Signature', `v0=${mac(`v0:${S}:token=a&command=%2Fgo`)}`],
  ],
  '',
)

// --- SigV4: temporary credentials, proxies
const TIME = '20231114T221320Z'
const url = (
  name,
  source,
  expected,
  {
    method = 'GET',
    host = 'bucket.s3.us-east-1.amazonaws.com',
    signedHost = host,
    path = '/a.txt',
    signedPath = path,
    id = 'AKIDEXAMPLE',
    before = [],
    after = '',
    extra = '',
    options = { secret: SECRET },
    answer,
  },
) => {
  const area = '20231114/us-east-1/s3/aws4_request'
  const query = [
    ...before,
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${id}/${area}`],
    ['X-Amz-Date', TIME],
    ['X-Amz-Expires', '3600'],
    ['X-Amz-SignedHeaders', 'host'],
  ].map(([one, value]) => `${one}=${encodeURIComponent(value)}`)
  const canonical = [
    method,
    signedPath,
    [...query].sort().join('&'),
    `host:${signedHost}\n`,
    'host',
    'UNSIGNED-PAYLOAD',
  ].join('\n')
  const key = area.split('/').reduce((from, part) => hmac(from, part), `AWS4${SECRET}`)
  const signature = createHmac('sha256', key)
    .update(['AWS4-HMAC-SHA256', TIME, area, sha(canonical)].join('\n'))
    .digest('hex')
  const request = http(method, host, `${path}?${query.join('&')}${after}&X-Amz-Signature=${signature}${extra}`, [])
  write(
    `sigv4-${name}`,
    'sigv4',
    source,
    same,
    expected,
    answer === undefined ? request : answered(request, '403 Forbidden', answer),
    options,
  )
}
const TOKEN = 'IQoJb3JpZ2luX2VjEJ//canary//token=='
const error = (code, message) =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`
url('no-session-token', 'bradenmacdonald/s3-lite-client/issues/50', ['session-token-missing'], {
  id: 'ASIAEXAMPLE',
  options: {},
  answer: error('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'),
})
url(
  'session-token-appended',
  'estivensh/aws-kmp/issues/63',
  ['query-parameter-added', 'session-token-unsigned', 'query-left-out'],
  { id: 'ASIAEXAMPLE', extra: `&X-Amz-Security-Token=${encodeURIComponent(TOKEN)}` },
)
url('session-token-small', 'aws/aws-sdk-net/issues/508', ['session-token-name', 'parameter-case'], {
  id: 'ASIAEXAMPLE',
  before: [['x-amz-security-token', TOKEN]],
  options: {},
  answer: '{"message":"The security token included in the request is invalid."}',
})
url('rewritten-host', 'minio/minio/issues/9964', ['host-other', 'url-other-use', 'url-host-other'], {
  host: 'files.example.com',
  signedHost: '10.4.0.17:9000',
  path: '/bucket/name',
  options: {
    secret: SECRET,
    refusal: error(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    ),
  },
})
url('dev-prefix', 'minio/minio/issues/15173', ['path-prefix', 'path-segment', 'path-extra-prefix'], {
  host: 'files.example.com',
  path: '/dev/bucket/name',
  signedPath: '/bucket/name',
})
url('link-without-port', 'minio/minio/issues/5298', ['host-port'], {
  host: 'minio.example.com',
  signedHost: 'minio.example.com:9000',
  path: '/bucket/name',
})

// --- exchanges: numbers and times
const nonceBody = {
  id: 7,
  method: 'private/create-order',
  api_key: 'key-1',
  params: { instrument_name: 'BTC_USDT', price: 1, quantity: 2 },
  nonce: Number(MS),
}
write(
  'crypto-com-whole-float',
  'crypto-com',
  'goincrypto/cryptocom-exchange/issues/10',
  same,
  ['body-json-numbers-spelt', 'members-joined', 'parameters-number', 'numbers-spelt'],
  http(
    'POST',
    'api.crypto.com',
    '/exchange/v1/private/create-order',
    [JSON_TYPE],
    JSON.stringify({
      ...nonceBody,
      sig: mac(`private/create-order7key-1instrument_nameBTC_USDTprice1.0quantity2.0${MS}`),
    })
      .replace('"price":1,', '"price":1.0,')
      .replace('"quantity":2}', '"quantity":2.0}'),
  ),
)
write('bybit-php-precision', 'bybit', 'Learnosity/learnosity-sdk-php/pull/22', elsewhere, 'body-json-numbers-spelt', {
  method: 'POST',
  url: 'https://api.bybit.com/v5/order/create',
  headers: {
    'Content-Type': 'application/json',
    'X-BAPI-API-KEY': 'key-1',
    'X-BAPI-SIGN': mac(`${MS}key-15000{"symbol":"BTCUSDT","qty":1.0e-5}`),
    'X-BAPI-TIMESTAMP': MS,
    'X-BAPI-RECV-WINDOW': '5000',
  },
  body: '{"symbol":"BTCUSDT","qty":0.00001}',
})
write(
  'binance-exponent-time',
  'binance',
  'getyoti/yoti-php-sdk/pull/418',
  elsewhere,
  'time-form',
  `curl -H 'X-MBX-APIKEY: key-1' 'https://api.binance.com/api/v3/account?timestamp=1.7E%2B12&signature=${mac('timestamp=1.7E%2B12')}'`,
)
const bybit = (name, source, expected, time, options = {}, about = same) =>
  write(
    `bybit-${name}`,
    'bybit',
    source,
    about,
    expected,
    {
      method: 'GET',
      url: 'https://api.bybit.com/v5/account/info',
      headers: {
        'X-BAPI-API-KEY': 'key-1',
        'X-BAPI-SIGN': mac(`${time}key-15000`),
        'X-BAPI-TIMESTAMP': time,
        'X-BAPI-RECV-WINDOW': '5000',
      },
    },
    options,
  )
bybit('microseconds', 'sieblyio/bybit-api/issues/232', ['time-form', 'refused-time'], '1677852615864132', {
  refusal:
    '{"retCode":10002,"retMsg":"invalid request, please check your server timestamp or recv_window param. req_timestamp[1677852615864132],server_timestamp[1677852616092],recv_window[5000]"}',
})
bybit('drifted', 'sieblyio/bybit-api/issues/206', ['refused-time', 'clock-ahead'], MS, {
  refusal: `{"retCode":10002,"retMsg":"invalid request, please check your server timestamp or recv_window param. req_timestamp[${MS}],server_timestamp[${Number(MS) - 2104}],recv_window[5000]"}`,
})
write(
  'binance-1000-ahead',
  'binance',
  'askmike/gekko/issues/1855',
  same,
  ['refused-time', 'clock-ahead'],
  answered(
    http('POST', 'api.binance.com', `/api/v3/order?symbol=NEOETH&side=BUY&timestamp=${MS}&signature=${mac('x')}`, [
      ['X-MBX-APIKEY', 'key-1'],
    ]),
    '400 Bad Request',
    '{"code":-1021,"msg":"Timestamp for this request was 1000ms ahead of the server\'s time."}',
  ),
  {},
)
// Written by a program that prints a number: its leading zero is gone.
let padded = Number(MS)
while (!mac(`timestamp=${padded}`).startsWith('0')) padded++
write(
  'binance-lost-zero',
  'binance',
  'knowm/XChange/pull/798',
  elsewhere,
  ['signature-length', 'signature-form', 'signature-zero'],
  `GET /api/v3/account?timestamp=${padded}&signature=${mac(`timestamp=${padded}`).replace(/^0+/, '')} HTTP/1.1\nHost: api.binance.com\nX-MBX-APIKEY: key-1\n\n`,
)
// An Ed25519 key is registered, and HMAC is used with the text of its private key.
write(
  'binance-pem-as-secret',
  'binance',
  'ccxt/go-binance/issues/764',
  subject,
  ['secret-is-private-key', 'algorithm', 'key-type', 'secret-key-type'],
  `GET /fapi/v2/balance?timestamp=${MS}&signature=${mac(`timestamp=${MS}`, 'hex', 'sha256', EC_KEY)} HTTP/1.1\nHost: fapi.binance.com\nX-MBX-APIKEY: key-1\n\n`,
  { secret: EC_KEY },
)

// --- draft-cavage
const note = '{"type":"Follow","actor":"https://a.example/u/2"}'
const head = ['(request-target): post /inbox', 'host: social.example.com', `date: ${DATE}`]
const cavage = (name, source, expected, algorithm, digest, refusal) =>
  hook(
    `cavage-${name}`,
    source,
    expected,
    [
      ['Date', DATE],
      ['Digest', digest],
      [
        'Signature',
        `keyId="https://a.example/u/2#main-key",${algorithm}headers="(request-target) host date digest",signature="${mac([...head, `digest: ${digest}`].join('\n'), 'base64')}"`,
      ],
    ],
    note,
    refusal ? { refusal } : {},
    { host: 'social.example.com', path: '/inbox' },
  )
cavage(
  'digest-small',
  'mastodon/mastodon/pull/15069',
  ['digest-form', 'digest-algorithm-case', 'digest-algorithm'],
  'algorithm="rsa-sha256",',
  `sha-256=${sha(note, 'base64')}`,
  'Mastodon only supports SHA-256 in Digest header. Offered algorithms: sha-256',
)
cavage(
  'without-algorithm',
  'misskey-dev/misskey/issues/6438',
  ['algorithm-missing', 'part-missing'],
  '',
  `SHA-256=${sha(note, 'base64')}`,
)

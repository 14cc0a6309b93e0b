import { createHmac } from 'node:crypto'
import { EC_KEY } from '../keys.mjs'
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
  write,
} from './case.mjs'

// The last batch of threads: written down before the doctor had seen them, as the others.

// --- exchanges
const htx = (name, source, expected, message, about = same) =>
  write(
    `htx-${name}`,
    'htx',
    source,
    about,
    expected,
    answered(
      http(
        'GET',
        'api.huobi.pro',
        `/v1/account/accounts?AccessKeyId=key-1&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2023-11-14T22%3A13%3A20&Signature=${encodeURIComponent(mac('x', 'base64'))}`,
        [],
      ),
      '200 OK',
      JSON.stringify({ status: 'error', 'err-code': 'api-signature-not-valid', 'err-msg': message, data: null }),
    ),
    {},
  )
htx('ip-address', 'huobiapi/API_Docs_en/issues/11', 'refused-address', 'Signature not valid: ip地址错误')
htx('submission-time', 'huobiapi/REST-API-demos/issues/4', 'refused-time', 'Signature not valid: 无效的提交时间')
htx(
  'access-key',
  'HuobiRDCenter/huobi_Python/issues/119',
  ['refused-key'],
  'Signature not valid: Incorrect Access key [Access key错误]',
  refused,
)
const coinbase = (name, source, expected, { method = 'GET', path, text, body = '', refusal, time = S, about = same }) =>
  write(
    `coinbase-exchange-${name}`,
    'coinbase-exchange',
    source,
    about,
    expected,
    {
      method,
      url: `https://api.exchange.coinbase.com${path}`,
      headers: {
        'CB-ACCESS-KEY': 'key-1',
        'CB-ACCESS-SIGN': createHmac('sha256', Buffer.from(B64, 'base64')).update(text).digest('base64'),
        'CB-ACCESS-TIMESTAMP': time,
        'CB-ACCESS-PASSPHRASE': PASS,
      },
      ...(body && { body }),
    },
    refusal ? { refusal } : { secret: B64, passphrase: PASS },
  )
const B64 = Buffer.from('canary coinbase secret of sixty-four bytes, as they are handed out').toString('base64')
coinbase('clock', 'coinbase/coinbase-pro-node/issues/222', 'refused-time', {
  path: '/accounts',
  text: 'x',
  refusal: '{"message":"request timestamp expired"}',
})
coinbase('counted-time', 'knowm/XChange/issues/3871', 'refused-time', {
  path: '/orders',
  text: 'x',
  time: String(Number(S) + 44),
  refusal: '{"message":"request timestamp expired"}',
})
coinbase(
  'order-of-parameters',
  'coinbase/coinbase-php/issues/184',
  ['query-sorted', 'query-reversed', 'query-left-out'],
  {
    path: '/accounts/a/ledger?starting_after=500c56c9&order=asc',
    text: `${S}GET/accounts/a/ledger?order=asc&starting_after=500c56c9`,
    about: elsewhere,
  },
)
write('bybit-clock-read-twice', 'bybit', 'bybit-exchange/bybit.net.api/pull/10', same, 'time-other', {
  method: 'POST',
  url: 'https://api.bybit.com/v5/order/create',
  headers: {
    'Content-Type': 'application/json',
    'X-BAPI-API-KEY': 'key-1',
    'X-BAPI-SIGN': mac(`${Number(MS) - 3}key-15000{"symbol":"BTCUSDT"}`),
    'X-BAPI-TIMESTAMP': MS,
    'X-BAPI-RECV-WINDOW': '5000',
  },
  body: '{"symbol":"BTCUSDT"}',
})
const bitmex = (
  name,
  source,
  expected,
  {
    method = 'POST',
    path = '/api/v1/order',
    host = 'www.bitmex.com',
    body = '',
    type = 'application/json',
    text,
    options = { secret: SECRET },
    about = same,
  },
) =>
  write(
    `bitmex-${name}`,
    'bitmex',
    source,
    about,
    expected,
    http(
      method,
      host,
      path,
      [
        ['api-key', 'key-1'],
        ['api-expires', S],
        ['api-signature', mac(text)],
        ...(body ? [['Content-Type', type]] : []),
      ],
      body,
    ),
    options,
  )
bitmex('put-not-signed', 'ccxt/ccxt/pull/1173', ['body-left-out', 'text-part-left-out'], {
  method: 'PUT',
  path: '/api/v1/order/bulk',
  body: '{"orders":[{"orderID":"a","price":1}]}',
  text: `PUT/api/v1/order/bulk${S}`,
})
bitmex(
  'swagger-client',
  'BitMEX/api-connectors/issues/472',
  ['query-left-out', 'query-encoded', 'no-hypothesis', 'refused-signature'],
  {
    method: 'GET',
    path: '/api/v1/trade/bucketed?symbol=XBTUSD&binSize=1m&count=2',
    text: 'x',
    options: { refusal: '{"error":{"message":"Signature not valid.","name":"HTTPError"}}' },
    about: refused,
  },
)
bitmex(
  'form-sent',
  'BitMEX/api-connectors/issues/335',
  ['json-as-form', 'body-as-json', 'body-json-as-form', 'content-type-other'],
  {
    body: 'symbol=XBTUSD&orderQty=1',
    type: 'application/x-www-form-urlencoded',
    text: `POST/api/v1/order${S}{"symbol":"XBTUSD","orderQty":"1"}`,
  },
)
bitmex('redirected-host', 'semashkinvg/Bitmex.NET/issues/1', ['body-json-numbers-spelt', 'body-json-compact'], {
  body: '{"symbol":"XBTUSD","leverage":50.0}',
  path: '/api/v1/position/leverage',
  text: `POST/api/v1/position/leverage${S}{"symbol":"XBTUSD","leverage":50}`,
})

// --- SigV4, OSS
const TIME = '20231114T221320Z'
const hmac = (key, text) => createHmac('sha256', key).update(text).digest()
const area = '20231114/us-east-1/execute-api/aws4_request'
const signWith = (canonical) => {
  const key = area.split('/').reduce((from, part) => hmac(from, part), `AWS4${SECRET}`)
  return createHmac('sha256', key)
    .update(['AWS4-HMAC-SHA256', TIME, area, sha(canonical)].join('\n'))
    .digest('hex')
}
const listed = 'host;x-amz-date;x-apigw-api-id;x-api-key'
hook(
  'sigv4-sorted-by-culture',
  'tsibelman/aws-signer-v4-dot-net/pull/11',
  ['signed-headers-form', 'signed-headers-order', 'headers-form'],
  [
    ['x-amz-date', TIME],
    ['x-api-key', 'k'],
    ['x-apigw-api-id', 'a1'],
    [
      'Authorization',
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${area}, SignedHeaders=${listed}, Signature=${signWith(`GET\n/prod\n\nhost:abc.execute-api.us-east-1.amazonaws.com\nx-amz-date:${TIME}\nx-apigw-api-id:a1\nx-api-key:k\n\n${listed}\n${sha('')}`)}`,
    ],
  ],
  '',
  undefined,
  { method: 'GET', host: 'abc.execute-api.us-east-1.amazonaws.com', path: '/prod' },
)
const upper = 'host;x-amz-date;X-Custom'
hook(
  'sigv4-capital-header',
  's3tools/s3cmd/pull/442',
  ['signed-headers-case', 'signed-headers-form', 'headers-form', 'authorization-form'],
  [
    ['x-amz-date', TIME],
    ['X-Custom', '1'],
    [
      'Authorization',
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${area}, SignedHeaders=${upper}, Signature=${signWith(`GET\n/prod\n\nhost:abc.execute-api.us-east-1.amazonaws.com\nx-amz-date:${TIME}\nX-Custom:1\n\n${upper}\n${sha('')}`)}`,
    ],
  ],
  '',
  undefined,
  { method: 'GET', host: 'abc.execute-api.us-east-1.amazonaws.com', path: '/prod' },
)
const oss = (name, source, expected, { type, toSign, options = {} }) =>
  write(
    `oss-${name}`,
    'oss',
    source,
    same,
    expected,
    answered(
      http(
        'PUT',
        'bpit.oss-cn-beijing.aliyuncs.com',
        `/1.jpg?OSSAccessKeyId=LTAIEXAMPLE&Expires=${S}&Signature=${encodeURIComponent(mac(`PUT\n\n\n${S}\n/bpit/1.jpg`, 'base64', 'sha1'))}`,
        type ? [['Content-Type', type]] : [],
        'data',
      ),
      '403 Forbidden',
      `<?xml version="1.0" encoding="UTF-8"?><Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message><StringToSign>${toSign}</StringToSign></Error>`,
    ),
    options,
  )
oss(
  'postman-type',
  'aliyun/aliyun-oss-php-sdk/issues/158',
  ['url-other-use', 'content-type-left-out', 'content-type-left-empty', 'content-type-other'],
  { type: 'image/jpeg', toSign: `PUT\n\nimage/jpeg\n${S}\n/bpit/1.jpg` },
)
oss(
  'browser-type',
  'ali-sdk/ali-oss/issues/1200',
  ['content-type-left-out', 'content-type-left-empty', 'content-type-of-file', 'content-type-other'],
  { type: 'image/png', toSign: `PUT\n\nimage/png\n${S}\n/bpit/1.jpg`, options: { secret: SECRET } },
)

// --- HMAC over headers, draft-cavage, Hawk
hook(
  'kong-x-date',
  'Kong/kong/issues/955',
  ['header-missing', 'date-missing'],
  [
    ['X-Date', DATE],
    [
      'Authorization',
      `hmac username="user66", algorithm="hmac-sha1", headers="date", signature="${mac(`date: ${DATE}`, 'base64', 'sha1')}"`,
    ],
  ],
  '',
  undefined,
  { method: 'GET', host: 'api.example.com', path: '/requests' },
)
const cavage = (name, source, expected, list, text, headers, body = '', method = 'POST') =>
  hook(
    `cavage-${name}`,
    source,
    expected,
    [
      ['Date', DATE],
      ...headers,
      [
        'Authorization',
        `Signature keyId="k1",algorithm="hmac-sha256",headers="${list}",signature="${mac(text, 'base64')}"`,
      ],
    ],
    body,
    undefined,
    { method, host: 'api.example.com', path: '/v1/items' },
  )
cavage(
  'crlf-tool',
  'arkerone/api-key-auth/issues/2',
  ['lines-separator', 'text-line-break', 'lines-form', 'text-separators'],
  '(request-target) host date',
  `(request-target): post /v1/items\r\nhost: api.example.com\r\ndate: ${DATE}`,
  [],
)
cavage(
  'no-space',
  'TykTechnologies/tyk-docs-hugo/pull/4248',
  ['lines-form', 'lines-separator', 'lines-spaces', 'text-separators'],
  '(request-target) date x-test-1',
  `(request-target):post /v1/items\ndate:${DATE}\nx-test-1:hello`,
  [['x-test-1', 'hello']],
)
cavage(
  'capitals',
  'oracle/oci-go-sdk/issues/132',
  ['lines-case', 'lines-form', 'lines-names', 'text-case'],
  'date (request-target) host',
  `Date: ${DATE}\n(request-target): get /v1/items\nHost: api.example.com`,
  [],
  '',
  'GET',
)
hook(
  'cavage-digest-plugin',
  'Automattic/wordpress-activitypub/pull/2949',
  ['digest-algorithm-case', 'digest-form'],
  [
    ['Date', DATE],
    ['Digest', `sha-256=${sha('{"a":1}', 'base64')}`],
    [
      'Signature',
      `keyId="https://a.example/u/1#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="${mac('x', 'base64')}"`,
    ],
  ],
  '{"a":1}',
  { refusal: '{"code":"activitypub_signature_verification","message":"Invalid Digest header"}' },
  { host: 'blog.example.com', path: '/inbox' },
)
write(
  'hawk-behind-tls',
  'hawk',
  'mozilla/fxa-auth-server/pull/185',
  same,
  ['port-other', 'host-port', 'port-tls'],
  {
    method: 'GET',
    url: 'http://api.example.com/v1/account',
    headers: {
      Authorization: `Hawk id="k1", ts="${S}", nonce="n0nce", mac="${mac(`hawk.1.header\n${S}\nn0nce\nGET\n/v1/account\napi.example.com\n443\n\n\n`, 'base64')}"`,
    },
  },
  { secret: SECRET, refusal: 'Bad mac' },
)

// --- tokens
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (name, source, expected, head, options, sign) => {
  const text = `${part(head)}.${part({ sub: 'u1', iat: Number(S), exp: Number(S) + 3600 })}`
  hook(`jwt-${name}`, source, expected, [['Authorization', `Bearer ${text}.${sign(text)}`]], '', options, {
    method: 'GET',
    host: 'api.example.com',
    path: '/v1/me',
  })
}
const SHARED = Buffer.from('canary shared secret, thirty-two!').toString('base64')
jwt(
  'decoded-secret',
  'auth0/node-jsonwebtoken/issues/584',
  ['secret-encoding', 'secret-reading'],
  { alg: 'HS256', typ: 'JWT' },
  { secret: SHARED },
  (text) => createHmac('sha256', Buffer.from(SHARED, 'base64')).update(text).digest('base64url'),
)
jwt(
  'public-pem-as-secret',
  'nearform/fastify-jwt-jwks/pull/10',
  ['algorithm', 'algorithm-other', 'key-type'],
  { alg: 'HS256', typ: 'JWT' },
  {
    publicKey: publicOf(EC_KEY),
  },
  (text) => createHmac('sha256', SHARED).update(text).digest('base64url'),
)

import { createHmac, createSign } from 'node:crypto'
import { RSA_KEY } from '../keys.mjs'
import { answered, DATE, elsewhere, hook, http, MS, mac, PASS, publicOf, S, SECRET, same, sha, write } from './case.mjs'
import { go, php, phpArray, python, restSharp, ruby } from './case-pastes.mjs'
import { OWN, pairs, percent } from './oauth1.mjs'
import { sigv4, TIME } from './sigv4.mjs'

// Threads seen after the eleventh batch had been mended, again half of them as they are pasted.

// --- exchanges
write(
  'kucoin-passphrase-not-signed',
  'kucoin',
  'rotki/rotki/pull/2371',
  same,
  ['passphrase-plain'],
  python('GET', 'https://api.kucoin.com/api/v1/accounts?type=trade', [
    ['KC-API-KEY', 'key-1'],
    ['KC-API-SIGN', mac(`${MS}GET/api/v1/accounts?type=trade`, 'base64')],
    ['KC-API-TIMESTAMP', MS],
    ['KC-API-PASSPHRASE', PASS],
    ['KC-API-KEY-VERSION', '2'],
  ]),
  { secret: SECRET, passphrase: PASS },
)
write(
  'bitvavo-brackets-around-secret',
  'bitvavo',
  'bitvavo/php-bitvavo-api/issues/10',
  same,
  ['secret-quotes', 'secret-prefix', 'secret-changed', 'secret-placeholder'],
  `${phpArray('GET', 'https://api.bitvavo.com/v2/account', [
    ['Bitvavo-Access-Key', 'key-1'],
    ['Bitvavo-Access-Signature', mac(`${MS}GET/v2/account`, 'hex', 'sha256', `<${SECRET}>`)],
    ['Bitvavo-Access-Timestamp', MS],
    ['Bitvavo-Access-Window', '10000'],
  ])}{"errorCode":309,"error":"The signature is invalid."}\n`,
)
write(
  'bybit-time-taken-twice',
  'bybit',
  'bybit-exchange/bybit.net.api/pull/11',
  same,
  ['time-other', 'query-time-other', 'timestamp-other'],
  restSharp(
    'POST',
    'https://api.bybit.com/v5/order/create',
    [
      ['X-BAPI-API-KEY', 'key-1'],
      ['X-BAPI-TIMESTAMP', '1700000000125'],
      ['X-BAPI-RECV-WINDOW', '5000'],
      ['X-BAPI-SIGN', mac(`${MS}key-15000{"category":"linear","symbol":"BTCUSDT"}`)],
    ],
    '{"category":"linear","symbol":"BTCUSDT"}',
  ),
)
write(
  'polymarket-derived-credentials',
  'polymarket',
  'Polymarket/py-clob-client-v2/issues/45',
  same,
  ['refused-key-or-signature'],
  "Traceback (most recent call last):\n  File \"/app/bot.py\", line 41, in <module>\n    client.get_api_keys()\npy_clob_client.exceptions.PolyApiException: PolyApiException[status_code=401, error_message={'error': 'Unauthorized/Invalid api key'}]\n",
  { scheme: 'polymarket' },
)
write(
  'kraken-log-line',
  'kraken',
  'JKorf/Kraken.Net/issues/9',
  same,
  ['refused-signature'],
  '2023-11-14 22:13:20:697 | Debug | Creating request for https://api.kraken.com/0/private/TradeBalance\n2023-11-14 22:13:20:709 | Debug | Sending POST signed request to https://api.kraken.com/0/private/TradeBalance\nServer error: EAPI:Invalid signature\n',
  {},
)
write(
  'binance-node-error',
  'binance',
  'sieblyio/binance/issues/34',
  same,
  ['refused-signature'],
  "Error: Response code 400\n    at Request.request [as _callback] (/app/node_modules/binance/lib/rest.js:90:34)\n    at Request.self.callback (/app/node_modules/request/request.js:186:22) { code: -1022, msg: 'Signature for this request is not valid.' }\n",
  {},
)
write(
  'kucoin-apps-script',
  'kucoin',
  'emmtte/Cryptocurrency-Portfolio/issues/56',
  same,
  ['refused-passphrase'],
  'Exception: Request failed for https://api.kucoin.com returned code 401. Truncated server response: {"code":"400004","msg":"Invalid KC-API-PASSPHRASE"} (use muteHttpExceptions option to examine full response)',
  {},
)
write(
  'htx-python-exception',
  'htx',
  'HuobiRDCenter/huobi_Python/issues/7',
  same,
  ['refused-signature'],
  "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\nhuobi.exception.huobiapiexception.HuobiApiException: ('ExecuteError', '[Executing] api-signature-not-valid: Signature not valid: Verification failure [校验失败]')\n",
  {},
)

// --- SigV4 and its descendants, S3 version 2
sigv4(
  'delete-with-no-body',
  'aws-beam/aws-elixir/pull/210',
  ['payload-placeholder', 'body-for-none', 'body-placeholder', 'digest-mismatch', 'payload-for-none', 'hash-other'],
  {
    method: 'DELETE',
    service: 'lambda',
    host: 'lambda.us-east-1.amazonaws.com',
    path: '/2015-03-31/functions/a',
    payload: sha('{}'),
  },
)
sigv4('behind-nginx', 'usnistgov/dioptra/pull/347', ['host-other', 'host-not-public', 'host-rewritten'], {
  service: 's3',
  host: 'minio-server:9000',
  signedHost: 's3.example.org',
  path: '/workflow/a.tar.gz',
  headers: [['x-amz-content-sha256', sha('')]],
})
const colon = '/model/anthropic.claude-3-sonnet-20240229-v1:0/invoke'
{
  const body = '{"max_tokens":5}'
  const area = '20231114/us-west-2/bedrock/aws4_request'
  const canonical = [
    'POST',
    colon,
    '',
    `host:bedrock-runtime.us-west-2.amazonaws.com\nx-amz-date:${TIME}\n`,
    'host;x-amz-date',
    sha(body),
  ].join('\n')
  const key = area.split('/').reduce((from, part) => createHmac('sha256', from).update(part).digest(), `AWS4${SECRET}`)
  const signature = createHmac('sha256', key)
    .update(['AWS4-HMAC-SHA256', TIME, area, sha(canonical)].join('\n'))
    .digest('hex')
  write(
    'sigv4-colon-in-model',
    'sigv4',
    'wojtekmach/req/pull/374',
    same,
    ['path-characters', 'path-encoding', 'path-encoded'],
    ruby(
      'POST',
      `https://bedrock-runtime.us-west-2.amazonaws.com${colon}`,
      [
        ['x-amz-date', TIME],
        ['content-type', 'application/json'],
        [
          'authorization',
          `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${area}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
        ],
      ],
      body,
    ),
  )
}
{
  // The text is right, the secret is that of another key.
  const area = '20231114/us-east-1/execute-api/aws4_request'
  const host = 'sellingpartnerapi-na.amazon.com'
  const canonical = `GET\n/orders/v0/orders\nMarketplaceIds=A1\nhost:${host}\nx-amz-date:${TIME}\n\nhost;x-amz-date\n${sha('')}`
  const text = ['AWS4-HMAC-SHA256', TIME, area, sha(canonical)].join('\n')
  const key = area
    .split('/')
    .reduce((from, part) => createHmac('sha256', from).update(part).digest(), 'AWS4another-secret-of-another-key')
  write(
    'sigv4-same-text-other-secret',
    'sigv4',
    'amzn/selling-partner-api-docs/issues/1456',
    same,
    ['text-same', 'secret-other', 'no-hypothesis', 'refused-signature'],
    answered(
      http('GET', host, '/orders/v0/orders?MarketplaceIds=A1', [
        ['x-amz-date', TIME],
        [
          'Authorization',
          `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${area}, SignedHeaders=host;x-amz-date, Signature=${createHmac('sha256', key).update(text).digest('hex')}`,
        ],
      ]),
      '403 Forbidden',
      JSON.stringify({
        errors: [
          {
            message: `The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'${canonical}'\n\nThe String-to-Sign should have been\n'${text}'\n`,
            code: 'InvalidSignature',
          },
        ],
      }),
    ),
  )
}
{
  const query =
    'X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=a%40b.iam.gserviceaccount.com%2F20231114%2Fauto%2Fstorage%2Fgoog4_request&X-Goog-Date=20231114T221320Z&X-Goog-Expires=1799&X-Goog-SignedHeaders=content-type%3Bhost'
  const path = '/box/videos/smoke.mp4'
  const canonical = `PUT\n${path}\n${query}\ncontent-type:application/octet-stream\nhost:storage.googleapis.com\n\ncontent-type;host\nUNSIGNED-PAYLOAD`
  const text = `GOOG4-RSA-SHA256\n20231114T221320Z\n20231114/auto/storage/goog4_request\n${sha(canonical)}`
  write(
    'goog4-type-of-artifact',
    'gcs',
    'kubeshop/testkube/pull/5146',
    same,
    ['content-type-other', 'content-type-of-file', 'content-type-left-empty', 'url-other-use'],
    go(
      'PUT',
      `https://storage.googleapis.com${path}?${query}&X-Goog-Signature=${createSign('sha256').update(text).sign(RSA_KEY, 'hex')}`,
      [['Content-Type', 'video/mp4']],
    ),
    { publicKey: publicOf(RSA_KEY) },
  )
}
write(
  's3-v2-delete-not-signed',
  's3-v2',
  'kr/s3/pull/3',
  same,
  ['resource-subresource', 'resource-query', 'query-left-out', 'parameters-left-out', 'resource-path-only'],
  `curl -X POST 'https://box.s3.amazonaws.com/?delete' -H 'Date: ${DATE}' -H 'Content-Type: application/xml' -H 'Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==' -H 'Authorization: AWS AKIDEXAMPLE:${mac(`POST\n1B2M2Y8AsgTpgAmY7PhCfg==\napplication/xml\n${DATE}\n/box/`, 'base64', 'sha1')}' --data-raw '<Delete/>'`,
)
write(
  'oss-url-type',
  'oss',
  'aliyun/aliyun-oss-php-sdk/issues/252',
  same,
  ['content-type-other', 'content-type-of-file', 'content-type-left-out', 'text-part-left-out', 'url-other-use'],
  answered(
    http(
      'GET',
      'box.oss-cn-hangzhou.aliyuncs.com',
      `/a.pdf?OSSAccessKeyId=LTAIEXAMPLE&Expires=1700000300&Signature=${encodeURIComponent(mac('GET\n\napplication/pdf\n1700000300\n/box/a.pdf', 'base64', 'sha1'))}`,
      [],
    ),
    '403 Forbidden',
    '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message><StringToSign>GET\n\n\n1700000300\n/box/a.pdf</StringToSign></Error>',
  ),
)
write(
  'oss-object-encoded',
  'oss',
  'apache/opendal-reqsign/pull/137',
  same,
  ['path-encoded', 'resource-encoded', 'path-encoding', 'path-decoded', 'resource-encoding'],
  http('GET', 'box.oss-cn-hangzhou.aliyuncs.com', '/a%20%C3%BC.txt', [
    ['Date', DATE],
    ['Authorization', `OSS LTAIEXAMPLE:${mac(`GET\n\n\n${DATE}\n/box/a%20%C3%BC.txt`, 'base64', 'sha1')}`],
  ]),
)
const AZURE = Buffer.from('canary-account-key-of-sixty-four-bytes-that-is-long-enough-for-az').toString('base64')
const azureText = (resource) => `PUT\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:${DATE}\nx-ms-version:2021-08-06\n${resource}`
write(
  'azure-mark-encoded',
  'azure',
  'Azure/azure-sdk-for-node/issues/645',
  same,
  ['path-encoded', 'query-encoded', 'path-encoding', 'question-mark', 'resource-mark', 'path-question-mark'],
  answered(
    http('PUT', 'acct.blob.core.windows.net', '/blobtest%3Frestype=container', [
      ['x-ms-date', DATE],
      ['x-ms-version', '2021-08-06'],
      [
        'Authorization',
        `SharedKey acct:${createHmac('sha256', Buffer.from(AZURE, 'base64'))
          .update(azureText('/acct/blobtest\nrestype:container'))
          .digest('base64')}`,
      ],
    ]),
    '403 Forbidden',
    `<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request.</Message><AuthenticationErrorDetail>The MAC signature found in the HTTP request 'x' is not the same as any computed signature. Server used following string to sign: '${azureText('/acct/blobtest%3Frestype=container')}'.</AuthenticationErrorDetail></Error>`,
  ),
  { secret: AZURE },
)

// --- webhooks
hook(
  'stripe-secret-line-break',
  'stripe/stripe-node/issues/1980',
  ['secret-line-break'],
  [
    ['Content-Type', 'application/json'],
    ['Stripe-Signature', `t=${S},v1=${mac(`${S}.{"id":"evt_2"}`)}`],
  ],
  '{"id":"evt_2"}',
  {
    secret: `${SECRET}\n`,
    refusal:
      'No signatures found matching the expected signature for payload. Note: The provided signing secret contains whitespace.',
  },
)

// --- draft-cavage
hook(
  'cavage-target-without-name',
  'Devolutions/picky-rs/pull/351',
  ['request-line-name', 'line-name', '(request-target)-name', '(request-target)-line-name', 'line-form'],
  [
    ['Date', DATE],
    [
      'Signature',
      `keyId="https://a.example/u#main-key",algorithm="hmac-sha256",headers="(request-target) host date",signature="${mac(`get /users/1\nhost: social.example\ndate: ${DATE}`, 'base64')}"`,
    ],
  ],
  '',
  { secret: SECRET },
  { method: 'GET', host: 'social.example', path: '/users/1' },
)
const follow = '{"type":"Follow","id":"https://m.example/1"}'
hook(
  'cavage-proxy-preserve-host',
  'misskey-dev/misskey/issues/5672',
  ['host-not-public', 'host-rewritten', 'host-other'],
  [
    ['Date', DATE],
    ['Digest', `SHA-256=${sha(follow, 'base64')}`],
    [
      'Signature',
      `keyId="https://m.example/users/a#main-key",algorithm="hmac-sha256",headers="(request-target) host date digest",signature="${mac(`(request-target): post /inbox\nhost: misskey.example\ndate: ${DATE}\ndigest: SHA-256=${sha(follow, 'base64')}`, 'base64')}"`,
    ],
  ],
  follow,
  { secret: SECRET },
  { host: 'localhost:3000', path: '/inbox' },
)

// --- OAuth 1.0a
const authorization = (method, url, text) => {
  const signature = createHmac('sha1', `${percent(SECRET)}&${percent(PASS)}`)
    .update(`${method}&${percent(url)}&${percent(text)}`)
    .digest('base64')
  return `OAuth ${[...OWN, ['oauth_signature', signature]].map(([one, value]) => `${one}="${percent(value)}"`).join(', ')}`
}
const both = { secret: SECRET, passphrase: PASS }
write(
  'oauth1-slash-in-sku',
  'oauth1',
  'magento/magento2/issues/37913',
  same,
  ['path-encoded-twice', 'path-encoded', 'path-encoding'],
  php('GET', 'https://shop.example.com/rest/V1/stockItems/ABC%2F10', [
    ['Accept', 'application/json'],
    ['Authorization', authorization('GET', 'https://shop.example.com/rest/V1/stockItems/ABC%252F10', pairs(OWN))],
  ]),
  both,
)
hook(
  'oauth1-parameter-of-rewrite',
  'kloon/WooCommerce-REST-API-Client-Library/issues/19',
  ['query-parameter-added', 'parameters-parameter-added', 'parameter-added', 'signed-before-added'],
  [['Authorization', authorization('GET', 'https://shop.example.com/wc-api/v1/products', pairs(OWN))]],
  '',
  both,
  { method: 'GET', host: 'shop.example.com', path: '/wc-api/v1/products?q=%2Fwc-api%2Fv1%2Fproducts' },
)
write(
  'oauth1-space-as-plus-in-status',
  'oauth1',
  'gifnksm/oauth-client-rs/pull/16',
  same,
  ['parameters-space', 'parameters-encoder', 'parameters-encoding', 'parameters-plus'],
  `http GET 'https://api.example.com/1/search?q=rust%20lang' Authorization:'${authorization(
    'GET',
    'https://api.example.com/1/search',
    pairs([...OWN, ['q', 'rust lang']], percent, (value) => percent(value).replaceAll('%20', '+')),
  )}'`,
  both,
)
write(
  'oauth1-hash-encoded-twice',
  'oauth1',
  'Mastercard/oauth1-signer-python/issues/21',
  same,
  ['parameters-encoded-twice', 'parameters-encoded', 'parameters-encoding', 'parameters-encoder'],
  python('GET', 'https://api.example.com/1/search?serviceId=Foo%23Bar', [
    [
      'Authorization',
      authorization('GET', 'https://api.example.com/1/search', pairs([...OWN, ['serviceId', 'Foo%23Bar']])),
    ],
  ]),
  both,
)
write(
  'oauth1-star-swift',
  'oauth1',
  'romaonthego/AFXAuthClient/pull/2',
  elsewhere,
  ['parameters-encoded', 'parameters-encoder', 'parameters-encoding', 'parameters-characters'],
  `var request = URLRequest(url: URL(string: "https://api.example.com/1/login?x_auth_password=a%2Ab%5Bc%5D~")!)\nrequest.httpMethod = "GET"\nrequest.setValue(${JSON.stringify(
    authorization(
      'GET',
      'https://api.example.com/1/login',
      pairs([...OWN, ['x_auth_password', 'a*b[c]~']], percent, (value) =>
        value === 'a*b[c]~' ? 'a*b[c]~' : percent(value),
      ),
    ),
  )}, forHTTPHeaderField: "Authorization")\n`,
  both,
)

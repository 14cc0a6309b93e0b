import { createHmac, createPrivateKey, createPublicKey, sign as signBytes } from 'node:crypto'
import { EC_KEY, RSA_KEY } from '../keys.mjs'
import { answered, b64url, DATE, hook, http, MS, mac, publicOf, refused, S, SECRET, same, sha, write } from './case.mjs'
import { axiosError, curlVerbose, environ, httpClient, received } from './case-dumps.mjs'
import { nodeOptions, pythonSession, starlette } from './case-logs.mjs'
import { csharp, go } from './case-pastes.mjs'
import { hmac as step, TIME } from './sigv4.mjs'

// Threads seen after the eighteenth batch had been mended; the causes are those that were found in them.

// --- exchanges
write(
  'kraken-second-factor-of-gekko',
  'kraken',
  'askmike/gekko/issues/2799',
  refused,
  'refused-signature',
  "2019-06-22T09:28:56.818Z 'API:Invalid signature'\nError: API:Invalid signature\n    at rawRequest (/app/gekko/exchange/node_modules/kraken-api/kraken.js:54:9)\n    at <anonymous>\n    at process._tickCallback (internal/process/next_tick.js:189:7)\n",
  {},
)
write(
  'kraken-exception-of-ccxt',
  'kraken',
  'ccxt/ccxt/issues/5128',
  refused,
  'refused-signature',
  'ccxt.base.errors.ExchangeError: kraken {"error":["EAPI:Invalid signature"]}\n',
  {},
)
write(
  'bitfinex-exception-of-java',
  'bitfinex',
  'knowm/XChange/issues/247',
  refused,
  'refused-signature',
  'Exception in thread "main" java.io.IOException: HTTP status code was 400; response body: {"message":"Invalid X-BFX-SIGNATURE."}\n\tat com.xeiam.xchange.bitfinex.v1.service.polling.BitfinexBasePollingService.<init>(BitfinexBasePollingService.java:41)\n',
  {},
)
const bybitOrder = `api_key=key-1&side=Buy&symbol=BTCUSD&order_type=Limit&qty=1&price=8000&time_in_force=GoodTillCancel&timestamp=${MS}`
write(
  'bybit-parameters-not-sorted',
  'bybit',
  'bybit-exchange/bybit-official-api-docs/issues/101',
  same,
  ['text-parameters-order', 'parameters-order', 'query-unsorted', 'query-sorted'],
  axiosError(
    'POST',
    'https://api.bybit.com/v2/private/order/create',
    [['Content-Type', 'application/json']],
    JSON.stringify({ ...Object.fromEntries(new URLSearchParams(bybitOrder)), sign: mac(bybitOrder) }),
    200,
    "{ ret_code: 10004, ret_msg: 'error sign!', ext_code: '', result: null }",
  ),
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
  const signature = createHmac('sha256', key).update(text).digest('hex')
  return {
    canonical,
    signature,
    authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${area}, SignedHeaders=${names}, Signature=${signature}`,
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

const own = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20231114%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=${TIME}&X-Amz-Expires=3600&X-Amz-SignedHeaders=host%3Bx-amz-te`
const withTe = aws({
  path: '/a.pdf',
  query: own,
  lines: ['host:box.s3.us-east-1.amazonaws.com', 'x-amz-te:append-md5'],
  payload: 'UNSIGNED-PAYLOAD',
})
write(
  'sigv4-header-of-a-checksum',
  'sigv4',
  'aws/aws-sdk-java-v2/issues/2154',
  same,
  'signed-header-missing',
  `https://box.s3.us-east-1.amazonaws.com/a.pdf?${own}&X-Amz-Signature=${withTe.signature}\n\n${denied()}`,
)
write(
  'sigv4-spaces-in-a-key-in-net',
  'sigv4',
  'aws/aws-sdk-net/issues/2463',
  same,
  ['path-encoding', 'path-encoded-twice', 'path-encoded'],
  csharp(
    'GET',
    'https://box.s3.us-east-1.amazonaws.com/my%20file.txt',
    s3Headers(aws({ path: '/my%2520file.txt', lines: ['host:box.s3.us-east-1.amazonaws.com', hash, date] })),
  ),
)
const video = createHmac('sha1', SECRET)
  .update(['PUT', '', 'video/mp4', '1700000900', 'x-amz-meta-client_video_id:123.mp4', '/box/v-1'].join('\n'))
  .digest('base64')
write(
  's3-v2-headers-not-set',
  's3-v2',
  'minio/minio/issues/5456',
  same,
  ['content-type-other', 'content-type-missing', 'header-missing', 'text-differs', 'signed-header-missing'],
  answered(
    http(
      'PUT',
      'box.s3.amazonaws.com',
      `/v-1?AWSAccessKeyId=AKIDEXAMPLE&Expires=1700000900&Signature=${encodeURIComponent(video)}`,
      [['Content-Type', 'video/mp4']],
      'x',
    ),
    '403 Forbidden',
    denied('<StringToSign>PUT\n\nvideo/mp4\n1700000900\n/box/v-1</StringToSign>'),
  ),
)
const stripped = aws({ path: '/minio/box/a.txt', lines: ['host:files.example.com', hash, date] })
write(
  'sigv4-location-of-nginx',
  'sigv4',
  'minio/minio/issues/5947',
  same,
  ['path-extra-prefix', 'path-prefix', 'path-rewritten'],
  `[REQUEST s3.GetObject] 22:13:20.123\nGET /box/a.txt\nProto: HTTP/1.1\nHost: files.example.com\nX-Forwarded-Proto: https\nX-Amz-Date: ${TIME}\nX-Amz-Content-Sha256: ${sha('')}\nAuthorization: ${stripped.authorization}\n\n[RESPONSE] [22:13:20.124] [ Duration 98µs ]\n403 Forbidden\n${denied()}\n`,
)
const aoss = aws({
  method: 'POST',
  service: 'aoss',
  path: '/idx/_search',
  lines: ['host:a.us-east-1.aoss.amazonaws.com', date],
  payload: sha('{"size":1}'),
})
write(
  'sigv4-hash-not-signed-for-serverless',
  'sigv4',
  'opensearch-project/opensearch-py/issues/1038',
  same,
  'header-not-signed',
  pythonSession(
    'POST',
    'https://a.us-east-1.aoss.amazonaws.com/idx/_search',
    [
      ['Content-Type', 'application/json'],
      ['X-Amz-Date', TIME],
      ['X-Amz-Content-SHA256', sha('{"size":1}')],
      ['Authorization', aoss.authorization],
    ],
    '{"size":1}',
    403,
    '{"status":403,"error":{"reason":"403 Forbidden","type":"Forbidden"}}',
  ),
)
const bulk = aws({
  method: 'POST',
  service: 'es',
  path: '/_bulk',
  lines: ['host:search-a.us-east-1.es.amazonaws.com', 'transfer-encoding:chunked', date],
  payload: sha('{"index":{}}\n'),
})
write(
  'sigv4-chunks-joined-on-the-way',
  'sigv4',
  'open-metadata/OpenMetadata/pull/25574',
  same,
  ['transfer-encoding-other', 'header-hop', 'transfer-encoding-left-empty', 'signed-header-missing'],
  answered(
    http(
      'POST',
      'search-a.us-east-1.es.amazonaws.com',
      '/_bulk',
      [
        ['X-Amz-Date', TIME],
        ['Authorization', bulk.authorization],
        ['Content-Type', 'application/json'],
      ],
      '{"index":{}}\n',
    ),
    '403 Forbidden',
    apiDenied,
  ),
)
const encodings = aws({
  path: '/storage/v1/s3/box',
  lines: ['accept-encoding:identity', 'host:p.supabase.co', hash, date],
})
write(
  'sigv4-accept-encoding-of-a-gateway',
  'sigv4',
  'supabase/storage/pull/729',
  same,
  ['accept-encoding-other', 'accept-encoding-value', 'header-hop'],
  go('GET', 'https://p.supabase.co/storage/v1/s3/box', s3Headers(encodings, [['Accept-Encoding', 'gzip, br']])),
)

// --- Azure
const azure = (length, blob = '/acc/box/a') =>
  createHmac('sha256', Buffer.from(AZURE, 'base64'))
    .update(
      `PUT\n\n\n${length}\n\n\n\n\n\n\n\n\nx-ms-blob-type:BlockBlob\nx-ms-date:${DATE}\nx-ms-version:2021-08-06\n${blob}`,
    )
    .digest('base64')
const AZURE = Buffer.from('canary-azure-key-of-thirty-2-bytes').toString('base64')
write(
  'azure-zero-of-rust',
  'azure',
  'artifact-keeper/artifact-keeper/pull/2293',
  same,
  ['content-length-form', 'content-length-other'],
  curlVerbose(
    'PUT',
    'https://acc.blob.core.windows.net/box/a',
    [
      ['x-ms-blob-type', 'BlockBlob'],
      ['x-ms-date', DATE],
      ['x-ms-version', '2021-08-06'],
      ['Authorization', `SharedKey acc:${azure('0')}`],
      ['Content-Length', '0'],
    ],
    '',
    '403 Server failed to authenticate the request.',
    '<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code></Error>',
  ),
  { secret: AZURE },
)
write(
  'azure-length-of-an-object-in-r',
  'azure',
  'microsoft/AzureSMR/issues/92',
  same,
  ['content-length-other', 'content-length-form', 'content-length-value'],
  http(
    'PUT',
    'acc.blob.core.windows.net',
    '/box/a',
    [
      ['x-ms-blob-type', 'BlockBlob'],
      ['x-ms-date', DATE],
      ['x-ms-version', '2021-08-06'],
      ['Authorization', `SharedKey acc:${azure('88')}`],
    ],
    'A'.repeat(39),
  ),
  { secret: AZURE },
)

// --- webhooks
const paid = {
  entity: 'event',
  event: 'payment.authorized',
  payload: { payment: { entity: { id: 'pay_1', amount: 1000 } } },
}
hook(
  'razorpay-secret-of-the-key',
  'razorpay/razorpay-node/issues/380',
  ['no-hypothesis', 'secret-other', 'refused-signature'],
  [
    ['Content-Type', 'application/json'],
    ['X-Razorpay-Signature', mac(JSON.stringify(paid), 'hex', 'sha256', 'the-secret-of-the-webhook')],
  ],
  JSON.stringify(paid),
)
hook(
  'razorpay-shown-in-lines',
  'razorpay/razorpay-php/issues/48',
  ['body-json-compact', 'body-json-indented'],
  [
    ['Content-Type', 'application/json'],
    ['X-Razorpay-Signature', mac(JSON.stringify(paid))],
  ],
  JSON.stringify(paid, null, 2),
)
const rupee = '{"event":"refund.created","note":"a\\/b","amount":22500}'
write(
  'razorpay-session-of-ruby',
  'razorpay',
  'razorpay/razorpay-ruby/issues/89',
  same,
  'body-json-escapes',
  `irb> rp = '${rupee.replace('\\/', '/')}'\nirb> sig = '${mac(rupee)}'\nirb> secret = 'x'\nirb> Razorpay::Utility.verify_webhook_signature(rp, sig, secret)\n\nSecurityError: Signature verification failed\n`,
)
const issue = { action: 'created', data: { issue: { title: 'Fehler: "ü"', id: '1' } } }
write(
  'sentry-stringified',
  'sentry',
  'getsentry/sentry/issues/38443',
  same,
  ['body-json-spaces', 'body-json-escapes', 'body-json-compact'],
  starlette(
    'POST',
    'https://app.example.com/sentry',
    [
      ['Host', 'app.example.com'],
      ['Sentry-Hook-Resource', 'issue'],
      ['Sentry-Hook-Signature', mac(JSON.stringify(issue))],
      ['Content-Type', 'application/json'],
    ],
    '{"action": "created", "data": {"issue": {"title": "Fehler: \\"\\u00fc\\"", "id": "1"}}}',
  ),
)
write(
  'github-base64-of-a-gateway',
  'github',
  'serverless/serverless/issues/537',
  same,
  ['body-base64', 'body-in-base64', 'body-encoded-base64'],
  `{\n  "resource": "/github",\n  "path": "/github",\n  "httpMethod": "POST",\n  "headers": {\n    "Host": "abc.execute-api.us-east-1.amazonaws.com",\n    "Content-Type": "application/json",\n    "X-GitHub-Event": "ping",\n    "X-Hub-Signature-256": "sha256=${mac('{"zen":"Design for failure."}')}"\n  },\n  "body": "${Buffer.from('{"zen":"Design for failure."}').toString('base64')}",\n  "isBase64Encoded": false\n}\n`,
)
hook(
  'smallstep-sum-of-go',
  'smallstep/certificates/pull/1546',
  ['signature-length', 'signature-form', 'signature-is-text'],
  [
    ['Content-Type', 'application/json'],
    [
      'X-Smallstep-Signature',
      Buffer.concat([Buffer.from('{"a":1}'), createHmac('sha256', SECRET).digest()]).toString('hex'),
    ],
  ],
  '{"a":1}',
)
const ids = `ids=["2544739451040"]&locale=en&shop=a.myshopify.com&timestamp=${S}`
write(
  'shopify-oauth-list-of-one',
  'shopify-oauth',
  'nozzlegear/ShopifySharp/issues/530',
  same,
  ['refused-although-it-fits', 'fits', 'query-lists'],
  `GET /x/y?hmac=${mac(ids)}&ids[]=2544739451040&locale=en&shop=a.myshopify.com&timestamp=${S}\nHost: app.example.com\n\nIsAuthenticRequest returned False\n`,
)
const filter = `filter={"status" => "live"}&shop=a.myshopify.com&timestamp=${S}`
write(
  'shopify-oauth-hash-of-ruby',
  'shopify-oauth',
  'Shopify/shopify-api-php/issues/403',
  same,
  ['query-lists', 'query-nested', 'refused-although-it-fits', 'fits'],
  `https://app.example.com/?filter%5Bstatus%5D=live&hmac=${mac(filter)}&shop=a.myshopify.com&timestamp=${S}\n`,
)
const slackBody = '{"token":"t","challenge":"3eZbrw1a","type":"url_verification"}'
write(
  'slack-challenge-for-the-body',
  'slack',
  'slackapi/java-slack-sdk/issues/254',
  same,
  ['no-hypothesis', 'body-missing', 'body-replaced'],
  received(
    'POST',
    'https://app.example.com/slack/events',
    [
      ['Host', 'app.example.com'],
      ['X-Slack-Request-Timestamp', S],
      ['X-Slack-Signature', `v0=${mac(`v0:${S}:${slackBody}`)}`],
      ['Content-Type', 'application/json'],
    ],
    '3eZbrw1a',
  ),
)
const text = [
  ['AccountSid', 'AC1'],
  ['Body', 'Hi'],
]
write(
  'twilio-capitals-in-the-host',
  'twilio',
  'twilio/twilio-csharp/pull/567',
  same,
  ['url-host-case', 'host-case', 'url-case'],
  environ(
    'POST',
    'mycompany.com',
    '/myapp.php',
    'foo=1',
    [
      [
        'X-Twilio-Signature',
        mac(`https://MyCompany.com/myapp.php?foo=1${text.map((one) => one.join('')).join('')}`, 'base64', 'sha1'),
      ],
    ],
    new URLSearchParams(text).toString(),
  ).replace("'SERVER_PORT'", "'CONTENT_TYPE': 'application/x-www-form-urlencoded',\n 'SERVER_PORT'"),
)
const request = [
  'POST',
  '/contentful-service/contentful/entry',
  `x-contentful-signed-headers:x-contentful-signed-headers,x-contentful-timestamp;x-contentful-timestamp:${MS}`,
  '{"a":1}',
].join('\n')
write(
  'contentful-prefix-of-a-gateway',
  'contentful',
  'contentful/node-apps-toolkit/issues/820',
  same,
  ['path-extra-prefix', 'path-prefix', 'path-rewritten'],
  received(
    'POST',
    'https://mycompany.com/contentful/entry',
    [
      ['Host', 'mycompany.com'],
      ['X-Forwarded-Prefix', '/contentful-service'],
      ['X-Contentful-Signature', mac(request)],
      ['X-Contentful-Signed-Headers', 'x-contentful-signed-headers,x-contentful-timestamp'],
      ['X-Contentful-Timestamp', MS],
      ['Content-Type', 'application/json'],
    ],
    '{"a":1}',
  ),
)

// --- DPoP and draft-cavage
const jwk = createPublicKey(EC_KEY).export({ format: 'jwk' })
const proof = (htu) => {
  const signed = `${b64url({ typ: 'dpop+jwt', alg: 'ES256', jwk })}.${b64url({ jti: 'j-1', htm: 'GET', htu, iat: Number(S) })}`
  return `${signed}.${signBytes('sha256', Buffer.from(signed), { key: createPrivateKey(EC_KEY), dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}
write(
  'dpop-scheme-of-null',
  'dpop',
  'inrupt/solid-client-authn-js/issues/151',
  same,
  ['proof-url-form', 'proof-url-scheme', 'proof-url-host', 'proof-url'],
  httpClient(
    'GET',
    'https://pod.example.com/private.ttl',
    [['DPoP', proof('null/pod.example.com/private.ttl')]],
    '',
    '403 Forbidden',
    '',
  ),
  {},
)
write(
  'dpop-base-path-of-a-proxy',
  'dpop',
  'mcdonc/klangk/pull/3290',
  same,
  ['proof-url-path', 'proof-url-prefix'],
  received(
    'GET',
    'https://host.example.com/api/me',
    [
      ['Host', 'host.example.com'],
      ['X-Forwarded-Prefix', '/klangk'],
      ['DPoP', proof('https://host.example.com/klangk/api/me')],
    ],
    '',
  ),
  {},
)
const follow = '{"type":"Follow"}'
const lines = [
  '(request-target): post /inbox',
  'host: social.example',
  `date: ${DATE}`,
  `digest: SHA-256=${sha(follow, 'base64')}`,
]
const signature = (of) =>
  `keyId="https://a.example/actor#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="${signBytes('sha256', Buffer.from(of.join('\n')), RSA_KEY).toString('base64')}"`
write(
  'cavage-host-not-set-before-signing',
  'cavage',
  'superseriousbusiness/gotosocial/pull/2799',
  same,
  ['host-left-empty', 'host-left-out'],
  go(
    'POST',
    'https://social.example/inbox',
    [
      ['Date', DATE],
      ['Digest', `SHA-256=${sha(follow, 'base64')}`],
      ['Signature', signature(lines.map((one) => one.replace('host: social.example', 'host: ')))],
      ['Content-Type', 'application/activity+json'],
    ],
    follow,
  ),
  { publicKey: publicOf(RSA_KEY) },
)
write(
  'cavage-scheme-in-the-field',
  'cavage',
  'Chocobozzz/PeerTube/issues/3075',
  same,
  ['signature-prefix', 'authorization-form', 'signature-form'],
  nodeOptions('POST', 'https://social.example/inbox', [
    ['Host', 'social.example'],
    ['Date', DATE],
    ['Digest', `SHA-256=${sha('', 'base64')}`],
    ['Signature', `Signature ${signature([...lines.slice(0, 3), `digest: SHA-256=${sha('', 'base64')}`])}`],
  ]),
  { publicKey: publicOf(RSA_KEY) },
)

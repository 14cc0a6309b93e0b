import { createHmac, createPrivateKey, sign as signBytes } from 'node:crypto'
import { EC_KEY, ED25519_KEY } from '../keys.mjs'
import { answered, DATE, http, listed, MS, mac, publicOf, S, SECRET, sha, write } from './case.mjs'
import {
  axiosJson,
  browserCurl,
  browserFetch,
  expressLog,
  gatewayEvent,
  goQuoted,
  guzzleDebug,
  httpFile,
  nodeCode,
  pinoLine,
  postmanCurl,
  powerShellScript,
  requestsCode,
  rubyDebug,
} from './case-shown.mjs'

// Each mistake of the list at clouds and webhooks.
const one = (name, expected, input, options = { secret: SECRET }) =>
  write(name.replace('_', '-'), name.split('_')[0], undefined, listed, expected, input, options)
const JSON_TYPE = ['Content-Type', 'application/json']
const FORM = ['Content-Type', 'application/x-www-form-urlencoded']

// --- SigV4
const step = (key, text) => createHmac('sha256', key).update(text).digest()
const T = '20231114T221320Z'
const v4 = ({
  method = 'GET',
  path = '/',
  query = '',
  lines,
  payload = sha(''),
  service = 's3',
  region = 'eu-central-1',
  secret = SECRET,
  gap = '\n\n',
}) => {
  const scope = `20231114/${region}/${service}/aws4_request`
  const names = lines.map((line) => line.split(':')[0]).join(';')
  const canonical = `${method}\n${path}\n${query}\n${lines.join('\n')}${gap}${names}\n${payload}`
  const key = scope.split('/').reduce((from, part) => step(from, part), `AWS4${secret}`)
  const signature = createHmac('sha256', key)
    .update(`AWS4-HMAC-SHA256\n${T}\n${scope}\n${sha(canonical)}`)
    .digest('hex')
  return {
    scope,
    names,
    canonical,
    signature,
    authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  }
}
const s3 = 'bucket.s3.eu-central-1.amazonaws.com'
const base = (host = s3) => [`host:${host}`, `x-amz-content-sha256:${sha('')}`, `x-amz-date:${T}`]
const awsHeaders = (authorization, hash = sha(''), more = []) => [
  ['X-Amz-Content-Sha256', hash],
  ['X-Amz-Date', T],
  ...more,
  ['Authorization', authorization],
]
const mismatch =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId></Error>'
one(
  'sigv4_plus-for-a-space',
  ['path-plus', 'path-space', 'path-encoding'],
  browserCurl('GET', `https://${s3}/a%20b.txt`, awsHeaders(v4({ path: '/a+b.txt', lines: base() }).authorization)),
)
one(
  'sigv4_port',
  ['host-port'],
  nodeCode('GET', `https://${s3}/a.txt`, awsHeaders(v4({ path: '/a.txt', lines: base(`${s3}:443`) }).authorization)),
)
one(
  'sigv4_line-break-missing',
  ['text-line-break', 'lines-form', 'line-break', 'canonical-line-break', 'lines-number'],
  requestsCode(
    'GET',
    `https://${s3}/a.txt`,
    awsHeaders(v4({ path: '/a.txt', lines: base(), gap: '\n' }).authorization),
  ),
)
one(
  'sigv4_query-not-sorted',
  ['query-unsorted', 'query-order', 'query-as-sent'],
  postmanCurl(
    'GET',
    `https://${s3}/?prefix=a&list-type=2`,
    awsHeaders(v4({ query: 'prefix=a&list-type=2', lines: base() }).authorization),
  ),
)
one(
  'sigv4_query-left-out',
  ['query-left-out'],
  answered(
    http('GET', s3, '/?list-type=2', awsHeaders(v4({ lines: base() }).authorization)),
    '403 Forbidden',
    mismatch,
  ),
)
one(
  'sigv4_type-signed-with-charset',
  ['content-type-other', 'content-type-parameters', 'content-type-value'],
  axiosJson(
    'POST',
    'https://abc.execute-api.eu-central-1.amazonaws.com/prod/orders',
    [
      ['Content-Type', 'application/json'],
      ['X-Amz-Date', T],
      [
        'Authorization',
        v4({
          method: 'POST',
          path: '/prod/orders',
          service: 'execute-api',
          payload: sha('{"a":1}'),
          lines: [
            'content-type:application/json; charset=utf-8',
            'host:abc.execute-api.eu-central-1.amazonaws.com',
            `x-amz-date:${T}`,
          ],
        }).authorization,
      ],
    ],
    '{"a":1}',
  ),
)
one(
  'sigv4_stage-of-an-own-domain',
  ['path-extra-prefix', 'path-prefix', 'path-segment'],
  powerShellScript('Get', 'https://abc.execute-api.eu-central-1.amazonaws.com/prod/orders', [
    ['X-Amz-Date', T],
    [
      'Authorization',
      v4({
        path: '/orders',
        service: 'execute-api',
        lines: ['host:abc.execute-api.eu-central-1.amazonaws.com', `x-amz-date:${T}`],
      }).authorization,
    ],
  ]),
)
one(
  'sigv4_body-hashed-with-spaces',
  ['payload-body', 'payload-other', 'body-json-spaces', 'body-json-compact'],
  rubyDebug(
    'POST',
    'https://dynamodb.eu-central-1.amazonaws.com/',
    [
      ['X-Amz-Date', T],
      ['Content-Type', 'application/x-amz-json-1.0'],
      ['X-Amz-Target', 'DynamoDB_20120810.ListTables'],
      [
        'Authorization',
        v4({
          method: 'POST',
          service: 'dynamodb',
          payload: sha('{"Limit": 10}'),
          lines: [
            'content-type:application/x-amz-json-1.0',
            'host:dynamodb.eu-central-1.amazonaws.com',
            `x-amz-date:${T}`,
            'x-amz-target:DynamoDB_20120810.ListTables',
          ],
        }).authorization,
      ],
    ],
    '{"Limit":10}',
    '400 Bad Request',
    '{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"The request signature we calculated does not match the signature you provided."}',
  ),
)
one(
  'sigv4_quotes-of-an-env-file',
  ['secret-quotes'],
  goQuoted(
    http('GET', s3, '/a.txt', awsHeaders(v4({ path: '/a.txt', lines: base(), secret: `"${SECRET}"` }).authorization)),
  ),
)
one(
  'sigv4_other-region',
  ['refused-scope', 'scope-region'],
  answered(
    http('GET', s3, '/a.txt', awsHeaders(v4({ path: '/a.txt', region: 'us-east-1', lines: base() }).authorization)),
    '400 Bad Request',
    "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'</Message><Region>eu-central-1</Region></Error>",
  ),
  {},
)
const presigned = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20231114%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=${T}&X-Amz-Expires=600&X-Amz-SignedHeaders=host`
one(
  'sigv4_url-of-another-host',
  ['host-other', 'host-rewritten', 'host-tunnel'],
  `curl -o a.txt 'http://localhost:9000/bucket/a.txt?${presigned}&X-Amz-Signature=${v4({ path: '/bucket/a.txt', query: presigned, payload: 'UNSIGNED-PAYLOAD', lines: ['host:minio:9000'] }).signature}'`,
)
one(
  'sigv4_url-encoded-twice',
  ['path-encoded-twice'],
  browserFetch(
    'GET',
    `https://${s3}/a%C3%BC.txt?${presigned}&X-Amz-Signature=${v4({ path: '/a%25C3%25BC.txt', query: presigned, payload: 'UNSIGNED-PAYLOAD', lines: [`host:${s3}`] }).signature}`,
    [],
  ),
)

// --- Azure
const AZ = Buffer.from('canary-azure-storage-account-key-with-sixty-four-bytes-in-it-all').toString('base64')
const azure = (text, key = Buffer.from(AZ, 'base64')) =>
  `SharedKey acct:${createHmac('sha256', key).update(text).digest('base64')}`
const blob = (method, length, type, resource, more = '') =>
  `${method}\n\n\n${length}\n\n${type}\n\n\n\n\n\n\n${more}x-ms-date:${DATE}\nx-ms-version:2021-08-06\n${resource}`
const azHeaders = (auth, more = []) => [
  ['x-ms-date', DATE],
  ['x-ms-version', '2021-08-06'],
  ...more,
  ['Authorization', auth],
]
const AZURE = { secret: AZ }
one(
  'azure-shared-key_key-as-text',
  ['secret-not-decoded'],
  requestsCode(
    'GET',
    'https://acct.blob.core.windows.net/box/a.txt',
    azHeaders(azure(blob('GET', '', '', '/acct/box/a.txt'), AZ)),
  ),
  AZURE,
)
one(
  'azure-shared-key_zero-sent',
  ['content-length-other', 'content-length-form'],
  http(
    'POST',
    'acct.blob.core.windows.net',
    '/box?restype=container&comp=undelete',
    azHeaders(azure(blob('POST', '0', '', '/acct/box\ncomp:undelete\nrestype:container'))),
  ),
  AZURE,
)
one(
  'azure-shared-key_charset-of-the-type',
  ['content-type-other', 'content-type-parameters', 'content-type-value', 'content-type-charset'],
  axiosJson(
    'PUT',
    'https://acct.blob.core.windows.net/box/a.txt',
    azHeaders(azure(blob('PUT', '5', 'text/plain', '/acct/box/a.txt', 'x-ms-blob-type:BlockBlob\n')), [
      ['x-ms-blob-type', 'BlockBlob'],
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Content-Length', '5'],
    ]),
    'hello',
  ),
  AZURE,
)
one(
  'azure-shared-key_query-left-out',
  ['resource-query', 'query-left-out', 'query-signed-more', 'resource-other', 'parameters-left-out'],
  browserCurl(
    'GET',
    'https://acct.blob.core.windows.net/box?restype=container&comp=list',
    azHeaders(azure(blob('GET', '', '', '/acct/box'))),
  ),
  AZURE,
)
one(
  'azure-shared-key_carriage-returns',
  ['text-line-break', 'lines-form', 'line-endings', 'text-line-endings', 'lines-separator'],
  powerShellScript(
    'Get',
    'https://acct.blob.core.windows.net/box/a.txt',
    azHeaders(azure(blob('GET', '', '', '/acct/box/a.txt').replaceAll('\n', '\r\n'))),
  ),
  AZURE,
)

// --- Stripe
const stripe = (body, time = S, secret = SECRET, form = 'hex') => [
  'Stripe-Signature',
  `t=${time},v1=${mac(`${time}.${body}`, form, 'sha256', secret)}`,
]
const event = {
  id: 'evt_1',
  object: 'event',
  type: 'charge.succeeded',
  data: { object: { id: 'ch_1', amount: 100, description: 'Zoë' } },
}
const pretty = JSON.stringify(event, null, 2)
const WH = { secret: `whsec_${SECRET}` }
one(
  'stripe_parsed-by-express',
  ['body-json-indented', 'body-json-compact'],
  expressLog(
    'POST',
    '/webhook',
    [['Host', 'api.shop.example'], JSON_TYPE, stripe(pretty, S, WH.secret)],
    JSON.stringify(event),
  ),
  WH,
)
one(
  'stripe_prefix-taken-off',
  ['secret-prefix'],
  pinoLine('POST', '/webhook', [['Host', 'api.shop.example'], JSON_TYPE, stripe(pretty)], pretty),
  WH,
)
one(
  'stripe_secret-of-the-command-line-tool',
  ['no-hypothesis', 'secret-other', 'key-other'],
  http('POST', 'localhost:4242', '/webhook', [JSON_TYPE, stripe(pretty, S, 'whsec_of-the-cli')], pretty),
  WH,
)
one(
  'stripe_byte-order-mark',
  ['body-byte-order-mark'],
  gatewayEvent(
    'POST',
    'abc.execute-api.us-east-1.amazonaws.com',
    '/webhook',
    '',
    [JSON_TYPE, stripe(pretty, S, WH.secret)],
    `\ufeff${pretty}`,
  ),
  WH,
)
one(
  'stripe_latin-letters',
  ['body-charset', 'body-encoding'],
  gatewayEvent(
    'POST',
    'abc.execute-api.us-east-1.amazonaws.com',
    '/webhook',
    '',
    [JSON_TYPE, stripe(pretty, S, WH.secret)],
    Buffer.from(pretty, 'latin1').toString('base64'),
    true,
  ),
  WH,
)
one(
  'stripe_milliseconds',
  ['time-unit', 'time-expired', 'time-other', 'clock-ahead'],
  http('POST', 'shop.example.com', '/webhook', [JSON_TYPE, stripe(pretty, MS, WH.secret)], pretty),
  { ...WH, nowMs: Number(MS) },
)

// --- GitHub
const push = JSON.stringify({ ref: 'refs/heads/main', commits: [{ message: 'one\ntwo' }] })
const github = (body, secret = SECRET, hash = 'sha256') => [
  'X-Hub-Signature-256',
  `sha256=${mac(body, 'hex', hash, secret)}`,
]
one(
  'github_line-break-in-the-secret',
  ['secret-line-break', 'secret-white-space'],
  expressLog(
    'POST',
    '/hook',
    [['Host', 'ci.example.com'], ['X-GitHub-Event', 'push'], JSON_TYPE, github(push, `${SECRET}\n`)],
    push,
  ),
)
one(
  'github_sha1-under-the-new-name',
  ['hash-other'],
  rubyDebug(
    'POST',
    'https://ci.example.com/hook',
    [['X-GitHub-Event', 'push'], JSON_TYPE, ['X-Hub-Signature-256', `sha1=${mac(push, 'hex', 'sha1')}`]],
    push,
    '401 Unauthorized',
    'bad signature',
  ),
)
one(
  'github_escapes-of-php',
  ['body-json-escapes', 'body-json-escapes-php'],
  guzzleDebug(
    'POST',
    'https://ci.example.com/hook',
    [['X-GitHub-Event', 'push'], JSON_TYPE, github(push)],
    push.replaceAll('/', '\\/'),
    '403 Forbidden',
    '',
  ),
)
one(
  'github_form-in-a-file',
  ['body-form-payload', 'body-form-parsed', 'payload-decoded'],
  httpFile(
    'POST',
    'https://ci.example.com/hook',
    [['X-GitHub-Event', 'push'], FORM, github(`payload=${encodeURIComponent(push)}`)],
    push,
  ),
)
one(
  'github_sorted-keys',
  ['body-json-sorted', 'body-json-order'],
  pinoLine(
    'POST',
    '/hook',
    [['Host', 'ci.example.com'], ['X-GitHub-Event', 'push'], JSON_TYPE, github(push)],
    '{"commits":[{"message":"one\\ntwo"}],"ref":"refs/heads/main"}',
  ),
)

// --- Slack
const slack = (body, time = S) => [
  ['X-Slack-Request-Timestamp', time],
  ['X-Slack-Signature', `v0=${mac(`v0:${time}:${body}`)}`],
]
const command =
  'token=t&team_id=T1&command=%2Fweather&text=new+york&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2F1'
one(
  'slack_spaces-encoded-again',
  ['body-space', 'body-encoder', 'body-form-parsed', 'body-plus', 'body-encoding'],
  requestsCode('POST', 'https://bot.example.com/slack', [FORM, ...slack(command)], command.replace('+', '%20')),
)
one(
  'slack_form-as-json',
  ['body-form-parsed', 'body-as-form', 'body-parsed', 'json-as-form'],
  expressLog(
    'POST',
    '/slack',
    [['Host', 'bot.example.com'], FORM, ...slack(command)],
    JSON.stringify(Object.fromEntries(new URLSearchParams(command))),
  ),
)
one(
  'slack_time-of-the-receiver',
  ['time-other', 'timestamp-other', 'time-drift'],
  http(
    'POST',
    'bot.example.com',
    '/slack',
    [FORM, ['X-Slack-Request-Timestamp', '1700000003'], slack(command)[1]],
    command,
  ),
)

// --- Shopify, Twilio, Standard Webhooks, Discord, Paddle
const cart = '{"id":820982911946154508,"note":"<b>hi</b>","total_price":"10.00"}'
const shop = (body, form = 'base64') => ['X-Shopify-Hmac-Sha256', mac(body, form)]
one(
  'shopify_hexadecimal',
  ['signature-form', 'signature-encoding'],
  rubyDebug(
    'POST',
    'https://app.example.com/webhooks',
    [JSON_TYPE, ['X-Shopify-Topic', 'orders/create'], shop(cart, 'hex')],
    cart,
    '401 Unauthorized',
    '',
  ),
)
one(
  'shopify_number-rounded',
  ['body-json-numbers', 'body-json-numbers-spelt', 'body-json-rebuilt', 'body-json-number'],
  expressLog(
    'POST',
    '/webhooks',
    [['Host', 'app.example.com'], JSON_TYPE, ['X-Shopify-Topic', 'orders/create'], shop(cart)],
    JSON.stringify(JSON.parse(cart)),
  ),
)
one(
  'shopify_crlf',
  ['body-line-endings'],
  browserCurl(
    'POST',
    'https://app.example.com/webhooks',
    [JSON_TYPE, ['X-Shopify-Topic', 'orders/create'], shop('{\n  "id": 1\n}')],
    '{\r\n  "id": 1\r\n}',
  ),
)
const proxied = (pairs) =>
  pairs
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('')
const proxyPairs = [
  ['extra', '1,2'],
  ['logged_in_customer_id', ''],
  ['path_prefix', '/apps/x'],
  ['shop', 's.myshopify.com'],
  ['timestamp', S],
]
one(
  'shopify-proxy_nested-query',
  [
    'query-names',
    'query-lists',
    'query-form',
    'parameters-names',
    'query-rebuilt',
    'parameters-form',
    'query-encoding',
    'query-decoded',
    'query-nested',
  ],
  nodeCode(
    'GET',
    `https://app.example.com/proxy?filter%5Bcolor%5D=red&logged_in_customer_id=&path_prefix=%2Fapps%2Fx&shop=s.myshopify.com&timestamp=${S}&signature=${mac(proxied([['filter', '[object Object]'], ...proxyPairs.slice(1)]))}`,
    [],
  ),
)
one(
  'shopify-proxy_ampersands',
  ['query-ampersand', 'text-ampersand', 'parameters-joined', 'text-separators', 'parameters-separators'],
  postmanCurl(
    'GET',
    `https://app.example.com/proxy?extra=1&extra=2&logged_in_customer_id=&path_prefix=%2Fapps%2Fx&shop=s.myshopify.com&timestamp=${S}&signature=${mac(
      proxyPairs
        .map((pair) => pair.join('='))
        .sort()
        .join('&'),
    )}`,
    [],
  ),
)
const twilio = (url, pairs) => [
  'X-Twilio-Signature',
  mac(
    url +
      Object.entries(pairs)
        .sort()
        .map((pair) => pair.join(''))
        .join(''),
    'base64',
    'sha1',
  ),
]
const sms = { AccountSid: 'AC1', Body: 'hi there', From: '+15005550006', To: '+15005550009' }
const smsForm = new URLSearchParams(sms).toString()
one(
  'twilio_http-behind-a-proxy',
  ['url-scheme', 'url-scheme-other', 'scheme-other'],
  http(
    'POST',
    'bot.example.com',
    '/sms',
    [FORM, ['X-Forwarded-Proto', 'http'], twilio('https://bot.example.com/sms', sms)],
    smsForm,
  ),
  { secret: SECRET },
)
one(
  'twilio_trailing-slash',
  ['path-slash', 'url-slash', 'path-trailing-slash', 'url-trailing-slash'],
  httpFile('POST', 'https://bot.example.com/sms', [FORM, twilio('https://bot.example.com/sms/', sms)], smsForm),
)
one(
  'twilio_tunnel',
  ['url-host-other', 'host-tunnel', 'host-other', 'host-rewritten', 'host-not-public'],
  expressLog(
    'POST',
    '/sms',
    [
      ['Host', 'localhost:3000'],
      ['X-Forwarded-Host', 'abc.ngrok.io'],
      ['X-Forwarded-Proto', 'https'],
      FORM,
      twilio('https://abc.ngrok.io/sms', sms),
    ],
    smsForm,
  ),
)
const std = (body, key, time = S, form = 'base64', id = 'msg_1') => [
  ['webhook-id', id],
  ['webhook-timestamp', time],
  ['webhook-signature', `v1,${createHmac('sha256', key).update(`${id}.${time}.${body}`).digest(form)}`],
]
const STD = `whsec_${Buffer.from('canary-standard-webhooks-key').toString('base64')}`
const stdKey = Buffer.from('canary-standard-webhooks-key')
const user = '{"type":"user.created","data":{"id":"1"}}'
one(
  'standard-webhooks_key-not-decoded',
  ['secret-not-decoded'],
  browserCurl('POST', 'https://app.example.com/hook', [JSON_TYPE, ...std(user, STD.slice(6))], user),
  { secret: STD },
)
one(
  'standard-webhooks_milliseconds-signed',
  ['time-unit', 'time-other'],
  nodeCode(
    'POST',
    'https://app.example.com/hook',
    [JSON_TYPE, std(user, stdKey)[0], ['webhook-timestamp', S], std(user, stdKey, MS)[2]],
    user,
  ),
  { secret: STD },
)
one(
  'standard-webhooks_hexadecimal',
  ['signature-form', 'signature-encoding'],
  axiosJson('POST', 'https://app.example.com/hook', [JSON_TYPE, ...std(user, stdKey, S, 'hex')], user),
  { secret: STD },
)
one(
  'standard-webhooks_id-left-out',
  ['text-part-left-out', 'id-left-out', 'parts-left-out', 'webhook-id-left-out'],
  guzzleDebug(
    'POST',
    'https://app.example.com/hook',
    [
      JSON_TYPE,
      ...std(user, stdKey).slice(0, 2),
      ['webhook-signature', `v1,${createHmac('sha256', stdKey).update(`${S}.${user}`).digest('base64')}`],
    ],
    user,
    '400 Bad Request',
    '{"error":"No matching signature found"}',
  ),
  { secret: STD },
)
const discord = (body) => [
  ['X-Signature-Ed25519', signBytes(null, Buffer.from(S + body), createPrivateKey(ED25519_KEY)).toString('hex')],
  ['X-Signature-Timestamp', S],
]
const ping = '{"application_id":"1","id":"2","token":"t","type":1,"user":{"global_name":"J\u00fcrgen"}}'
one(
  'discord_written-again-by-python',
  ['body-json-spaces', 'body-json-escapes', 'body-json-rebuilt'],
  gatewayEvent(
    'POST',
    'x.lambda-url.us-east-1.on.aws',
    '/',
    '',
    [JSON_TYPE, ...discord(ping)],
    '{"application_id": "1", "id": "2", "token": "t", "type": 1, "user": {"global_name": "J\\u00fcrgen"}}',
  ),
  { publicKey: publicOf(ED25519_KEY) },
)
one(
  'discord_private-key-for-public',
  ['key-form', 'key-is-private', 'public-key-is-private'],
  expressLog('POST', '/', [['Host', 'app.example.com'], JSON_TYPE, ...discord(ping)], ping),
  { publicKey: ED25519_KEY },
)
const paddle = (body, join = ':') => ['Paddle-Signature', `ts=${S};h1=${mac(`${S}${join}${body}`)}`]
one(
  'paddle_dot-of-stripe',
  ['text-separators', 'text-separator', 'separator-other'],
  nodeCode('POST', 'https://app.example.com/paddle', [JSON_TYPE, paddle(user, '.')], user),
)
one(
  'paddle_body-alone',
  ['text-part-left-out', 'time-left-out', 'timestamp-left-out'],
  postmanCurl(
    'POST',
    'https://app.example.com/paddle',
    [JSON_TYPE, ['Paddle-Signature', `ts=${S};h1=${mac(user)}`]],
    user,
  ),
)
// --- the less used ones
one(
  'sendgrid_line-break-in-express',
  ['body-line-break', 'body-line-endings', 'text-line-break'],
  expressLog(
    'POST',
    '/events',
    [
      ['Host', 'app.example.com'],
      JSON_TYPE,
      [
        'X-Twilio-Email-Event-Webhook-Signature',
        signBytes('sha256', Buffer.from(`${S}[{"event":"open"}]\r\n`), EC_KEY).toString('base64'),
      ],
      ['X-Twilio-Email-Event-Webhook-Timestamp', S],
    ],
    '[{"event":"open"}]',
  ),
  { publicKey: publicOf(EC_KEY) },
)
one(
  'zoom_seconds',
  ['time-unit', 'time-other', 'text-part-left-out', 'text-separators', 'text-frame', 'version-left-out'],
  requestsCode(
    'POST',
    'https://app.example.com/zoom',
    [JSON_TYPE, ['x-zm-request-timestamp', S], ['x-zm-signature', `v0=${mac(`v0:${MS}:${user}`)}`]],
    user,
  ),
)
one(
  'hubspot_other-scheme',
  ['url-scheme', 'scheme-other', 'url-scheme-other'],
  pinoLine(
    'POST',
    '/hub',
    [
      ['Host', 'app.example.com'],
      JSON_TYPE,
      ['X-HubSpot-Request-Timestamp', MS],
      ['X-HubSpot-Signature-v3', mac(`POSThttp://app.example.com/hub${user}${MS}`, 'base64')],
    ],
    user,
  ),
)
one(
  'square_url-left-out',
  ['text-part-left-out', 'url-left-out', 'text-with-url'],
  browserCurl(
    'POST',
    'https://app.example.com/square',
    [JSON_TYPE, ['x-square-hmacsha256-signature', mac(user, 'base64')]],
    user,
  ),
)
one(
  'line_secret-decoded',
  ['secret-encoding', 'secret-decoded', 'secret-not-decoded', 'secret-form'],
  gatewayEvent(
    'POST',
    'abc.execute-api.us-east-1.amazonaws.com',
    '/line',
    '',
    [
      JSON_TYPE,
      [
        'x-line-signature',
        createHmac('sha256', Buffer.from('0123456789abcdef0123456789abcdef', 'hex')).update(user).digest('base64'),
      ],
    ],
    user,
  ),
  { secret: '0123456789abcdef0123456789abcdef' },
)
one(
  'linear_other-hash',
  ['hash-other'],
  httpFile(
    'POST',
    'https://app.example.com/linear',
    [JSON_TYPE, ['Linear-Signature', mac(user, 'hex', 'sha512')]],
    user,
  ),
)
one(
  'meta_unicode',
  ['body-json-escapes'],
  expressLog(
    'POST',
    '/meta',
    [
      ['Host', 'app.example.com'],
      JSON_TYPE,
      ['X-Hub-Signature-256', `sha256=${mac('{"object":"page","text":"Zo\\u00eb"}')}`],
    ],
    '{"object":"page","text":"Zoë"}',
  ),
  { secret: SECRET, scheme: 'meta' },
)
const contentful = (text) => ['x-contentful-signature', mac(text)]
const named = 'x-contentful-signed-headers,x-contentful-timestamp'
const contentfulHeaders = (path, body) => [
  JSON_TYPE,
  ['x-contentful-timestamp', MS],
  ['x-contentful-signed-headers', named],
  contentful(['POST', path, `x-contentful-signed-headers:${named};x-contentful-timestamp:${MS}`, body].join('\n')),
]
one(
  'contentful_spaces',
  ['body-json-spaces', 'body-json-compact', 'body-json-indented'],
  expressLog(
    'POST',
    '/entry',
    [['Host', 'app.example.com'], ...contentfulHeaders('/entry', '{"sys": {"id": "1"}}')],
    '{"sys":{"id":"1"}}',
  ),
)
one(
  'contentful_query-lost',
  ['query-left-out', 'path-with-query', 'query-other'],
  nodeCode(
    'POST',
    'https://app.example.com/entry?a=1',
    contentfulHeaders('/entry', '{"sys":{"id":"1"}}'),
    '{"sys":{"id":"1"}}',
  ),
)
one(
  'webhook_of-another-sender-in-hexadecimal-of-spaced-json',
  ['body-json-spaces', 'body-json-compact', 'body-json-indented'],
  requestsCode(
    'POST',
    'https://app.example.com/hook',
    [JSON_TYPE, ['Typeform-Signature', `sha256=${mac('{"event_id": "1", "form_response": {}}', 'base64')}`]],
    '{"event_id":"1","form_response":{}}',
  ),
)
one(
  'webhook_of-a-shop-with-a-form',
  ['body-form-parsed', 'body-as-form', 'json-as-form', 'body-parsed'],
  pinoLine(
    'POST',
    '/woo',
    [['Host', 'app.example.com'], FORM, ['X-WC-Webhook-Signature', mac('webhook_id=12', 'base64')]],
    '{"webhook_id":"12"}',
  ),
)

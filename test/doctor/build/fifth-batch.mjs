import { createHmac } from 'node:crypto'
import {
  answered,
  DATE,
  elsewhere,
  hook,
  http,
  ISO,
  MS,
  mac,
  PASS,
  refused,
  S,
  SECRET,
  same,
  sha,
  subject,
  write,
} from './case.mjs'
import { OWN, pairs, percent } from './oauth1.mjs'
import { sigv4 } from './sigv4.mjs'

// Threads that had no case before, of every family; what the poster had is what stands here: often no secret, often an answer.

// --- exchanges
const NEW_KEY = ['no-hypothesis', 'refused-signature']
write(
  'binance-replaced-secret',
  'binance',
  'JKorf/Binance.Net/issues/795',
  same,
  NEW_KEY,
  `curl -H "X-MBX-APIKEY: key-1" "https://api.binance.com/sapi/v1/capital/config/getall?timestamp=${MS}&recvWindow=5000&signature=${mac(`timestamp=${MS}&recvWindow=5000`, 'hex', 'sha256', 'the secret before').toUpperCase()}"`,
  { secret: SECRET, refusal: '{"code":-1022,"msg":"Signature for this request is not valid."}' },
)
write(
  'binance-post-as-query',
  'binance',
  'binance-exchange/php-binance-api/pull/59',
  same,
  [
    'query-left-out',
    'text-part-left-out',
    'signature-place',
    'body-left-out',
    'signature-not-last',
    'text-ampersand',
    'text-order',
  ],
  http(
    'POST',
    'api.binance.com',
    `/api/v3/order?signature=${mac(`symbol=LTCBTC&side=BUY&type=MARKET&quantity=1&timestamp=${MS}`)}`,
    [
      ['X-MBX-APIKEY', 'key-1'],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    `symbol=LTCBTC&side=BUY&type=MARKET&quantity=1&timestamp=${MS}`,
  ),
  { refusal: '{"code":-1022,"msg":"Signature for this request is not valid."}' },
)
write(
  'bybit-key-remade',
  'bybit',
  'sieblyio/bybit-api/issues/537',
  same,
  NEW_KEY,
  {
    method: 'POST',
    url: 'https://api.bybit.com/v5/order/create',
    headers: {
      'X-BAPI-API-KEY': 'key-1',
      'X-BAPI-SIGN': mac('other', 'hex', 'sha256', 'another'),
      'X-BAPI-TIMESTAMP': MS,
      'X-BAPI-RECV-WINDOW': '5000',
    },
    body: '{"category":"linear","symbol":"DOGEUSDT","orderType":"Limit","qty":"1","side":"Buy","price":"0.10111"}',
  },
  {
    refusal:
      '{"retCode":10004,"retMsg":"Error sign, please check your signature generation algorithm: origin_string[***{\\"category\\":\\"linear\\"}]"}',
  },
)
write(
  'kucoin-twice-dumped',
  'kucoin',
  'thebotguys/cryptopia-api-python/pull/27',
  elsewhere,
  ['body-json-twice', 'body-json-once'],
  http(
    'POST',
    'api.kucoin.com',
    '/api/v1/orders',
    [
      ['KC-API-KEY', 'key-1'],
      [
        'KC-API-SIGN',
        mac(`${MS}POST/api/v1/orders${JSON.stringify('{"side": "buy", "symbol": "BTC-USDT"}')}`, 'base64'),
      ],
      ['KC-API-TIMESTAMP', MS],
      ['KC-API-PASSPHRASE', mac(PASS, 'base64')],
      ['KC-API-KEY-VERSION', '2'],
      ['Content-Type', 'application/json'],
    ],
    '{"side": "buy", "symbol": "BTC-USDT"}',
  ),
  { secret: SECRET, passphrase: PASS },
)
const okx = (path, text, extra = {}) => ({
  method: 'GET',
  url: `https://www.okx.com${path}`,
  headers: {
    'OK-ACCESS-KEY': 'key-1',
    'OK-ACCESS-SIGN': mac(text, 'base64'),
    'OK-ACCESS-TIMESTAMP': ISO,
    'OK-ACCESS-PASSPHRASE': PASS,
  },
  ...extra,
})
write(
  'okx-template-query',
  'okx',
  'bunq/postman/issues/5',
  elsewhere,
  'query-left-out',
  okx('/api/v5/account/bills?newer_id=678', `${ISO}GET/api/v5/account/bills`),
  { secret: SECRET, passphrase: PASS },
)
write(
  'bitfinex-nonce-unit',
  'bitfinex',
  'joeldg/bowhead/pull/67',
  same,
  'refused-nonce',
  answered(
    http(
      'POST',
      'api.bitfinex.com',
      '/v2/auth/r/wallets',
      [
        ['bfx-nonce', '15135976000'],
        ['bfx-apikey', 'key-1'],
        ['bfx-signature', mac('x', 'hex', 'sha384')],
        ['Content-Type', 'application/json'],
      ],
      '{}',
    ),
    '500 Internal Server Error',
    '["error",10114,"nonce: small"]',
  ),
  {},
)
write(
  'bitfinex-shared-key',
  'bitfinex',
  'knowm/XChange/issues/2627',
  refused,
  'refused-nonce',
  answered(
    http(
      'POST',
      'api.bitfinex.com',
      '/v1/balances',
      [
        ['X-BFX-APIKEY', 'key-1'],
        ['X-BFX-PAYLOAD', Buffer.from('{"request":"/v1/balances","nonce":"1700000000123"}').toString('base64')],
        ['X-BFX-SIGNATURE', mac('x', 'hex', 'sha384')],
      ],
      '',
    ),
    '400 Bad Request',
    '{"message":"Nonce is too small."}',
  ),
  {},
)
write(
  'bitfinex-nonce-fraction',
  'bitfinex',
  'scottjbarr/bitfinex-py/issues/9',
  same,
  ['nonce-form', 'refused-nonce', 'auth-malformed'],
  answered(
    http(
      'POST',
      'api.bitfinex.com',
      '/v2/auth/r/wallets',
      [
        ['bfx-nonce', '170000000012345.6'],
        ['bfx-apikey', 'key-1'],
        ['bfx-signature', mac('x', 'hex', 'sha384')],
        ['Content-Type', 'application/json'],
      ],
      '{}',
    ),
    '400 Bad Request',
    `{"message":"Must specify a 'nonce' field that is a numeric string (e.g '42.3')"}`,
  ),
  {},
)
write(
  'gate-testnet-key',
  'gate',
  'gateio/WebSocket-API/issues/13',
  same,
  ['refused-signature', 'refused-key-or-signature'],
  answered(
    http('GET', 'fx-api-testnet.gateio.ws', '/api/v4/futures/btc/accounts', [
      ['KEY', 'key-1'],
      ['SIGN', mac('x', 'hex', 'sha512')],
      ['Timestamp', S],
    ]),
    '401 Unauthorized',
    '{"label":"INVALID_SIGNATURE","message":"Signature mismatch"}',
  ),
  {},
)

// --- webhooks
const JSON_TYPE = ['Content-Type', 'application/json']
const github = (name, source, expected, signed, verified, options) =>
  hook(
    `github-${name}`,
    source,
    expected,
    [
      ['X-GitHub-Event', 'push'],
      ['X-GitHub-Delivery', 'd-2'],
      JSON_TYPE,
      ['X-Hub-Signature-256', `sha256=${mac(signed)}`],
    ],
    verified,
    options,
  )
const emoji = '{"ref":"refs/heads/main","message":"it works 🚀 at last"}'
github(
  'ascii-encoder',
  'github/docs/issues/3567',
  ['body-replaced-characters', 'body-charset'],
  emoji,
  emoji.replace('🚀', '??'),
)
github(
  'latin1-read',
  'jenkinsci/github-plugin/pull/242',
  'body-charset',
  '{"description":"Gadget™ – tools"}',
  Buffer.from('{"description":"Gadget™ – tools"}').toString('latin1'),
)
github(
  'escape-case',
  'octokit/webhooks.js/issues/71',
  'body-json-escapes',
  '{"body":"\\u001B[34mbar\\u2665"}',
  JSON.stringify(JSON.parse('{"body":"\\u001B[34mbar\\u2665"}')),
)
github(
  'escaped-backslash',
  'octokit/webhooks.js/pull/96',
  'body-json-escapes',
  '{"body":"C:\\\\users\\u00e9"}',
  JSON.stringify(JSON.parse('{"body":"C:\\\\users\\u00e9"}')),
)
hook(
  'shopify-line-separator',
  'jonpulice/node-shopify-auth/issues/2',
  'body-json-escapes',
  [
    JSON_TYPE,
    ['X-Shopify-Topic', 'orders/create'],
    ['X-Shopify-Hmac-Sha256', mac('{"phone":"\\u2028\\u2028724812-22","note":"a\\/b"}', 'base64')],
  ],
  JSON.stringify(JSON.parse('{"phone":"\\u2028\\u2028724812-22","note":"a\\/b"}')),
)
hook(
  'shopify-slashes-once',
  'lpinca/shopify-token/issues/7',
  'body-json-escapes',
  [
    JSON_TYPE,
    ['X-Shopify-Topic', 'orders/create'],
    ['X-Shopify-Hmac-Sha256', mac('{"url":"https:\\/\\/a.example\\/x?a=1\\u0026b=2","id":1}', 'base64')],
  ],
  '{"url":"https://a.example/x?a=1&b=2","id":1}',
)
const callback = 'code=c-9&host=YWRtaW4uc2hvcGlmeQ&shop=some-shop.myshopify.com&state=a b/c&timestamp=1700000000'
hook(
  'shopify-oauth-special',
  'oseintow/laravel-shopify/pull/11',
  ['query-decoded', 'query-encoded', 'query-space', 'parameters-encoded'],
  [],
  '',
  undefined,
  {
    method: 'GET',
    host: 'app.example.com',
    path: `/auth/callback?${callback.replace('a b/c', 'a%20b%2Fc')}&hmac=${mac(callback.replace('a b/c', 'a+b%2Fc'))}`,
  },
)
const twilioCall = 'CallSid=CA9&From=%2B14158675310&To=%2B18005551212'
const twilioText = (url) =>
  url +
  [...new URLSearchParams(twilioCall)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat()
    .join('')
write('twilio-heroku', 'twilio', 'twilio/twilio-node/issues/505', same, 'url-scheme-other', {
  method: 'POST',
  url: 'http://poc.herokuapp.example/sms',
  headers: {
    'Content-Type': 'application/x-www-form-urlencoded',
    'X-Twilio-Signature': mac(twilioText('https://poc.herokuapp.example/sms'), 'base64', 'sha1'),
  },
  body: twilioCall,
})
write(
  'twilio-built-url',
  'twilio',
  'twilio/twilio-node/issues/924',
  same,
  ['url-scheme-other', 'host-other', 'path-prefix', 'path-extra-prefix'],
  {
    method: 'POST',
    url: 'http://3f2a.ngrok.example/voice',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'X-Twilio-Signature': mac(twilioText('https://3f2a.ngrok.example/api/voice'), 'base64', 'sha1'),
    },
    body: twilioCall,
  },
)
hook(
  'slack-test-by-hand',
  'fivexl/terraform-aws-sso-elevator/issues/67',
  NEW_KEY,
  [
    JSON_TYPE,
    ['X-Slack-Request-Timestamp', S],
    ['X-Slack-Signature', `v0=${mac(`v0:${S}:{"text":"x"}`, 'hex', 'sha256', 'no slack')}`],
  ],
  '{"text":"x"}',
  { secret: SECRET, refusal: 'Invalid request signature detected' },
)

// --- SigV4 and its forms; the answers show what was built
const json10 = ['content-type', 'application/x-amz-json-1.0']
sigv4(
  'connection-taken',
  'vibe-aws/vibe-aws/issues/1',
  ['connection-left-empty', 'connection-left-out', 'connection-other', 'connection-received-other'],
  {
    method: 'POST',
    host: 'dynamodb.eu-central-1.amazonaws.com',
    service: 'dynamodb',
    region: 'eu-central-1',
    body: '{"n":1}',
    headers: [['connection', 'keep-alive'], json10],
    server: { headers: [['connection', ''], json10] },
    options: {},
  },
)
sigv4('charset-case', 'gaul/s3proxy/pull/394', ['content-type-case', 'content-type-parameters', 'content-type-other'], {
  method: 'POST',
  host: 's3.local.example.com',
  service: 's3',
  path: '/box/a.txt',
  body: 'text',
  headers: [
    ['content-type', 'text/plain; charset=utf-8'],
    ['x-amz-content-sha256', sha('text')],
  ],
  wire: [
    ['content-type', 'text/plain; charset=UTF-8'],
    ['x-amz-content-sha256', sha('text')],
  ],
})
sigv4('charset-dropped', 'vinyldns/vinyldns/issues/560', ['content-type-parameters', 'content-type-other'], {
  method: 'POST',
  host: 'dns.example.com',
  service: 'execute-api',
  path: '/groups',
  body: 'a=1',
  headers: [['content-type', 'application/x-www-form-urlencoded; charset=utf-8']],
  wire: [['content-type', 'application/x-www-form-urlencoded']],
})
sigv4(
  'filter-spaces',
  'zirkelc/aws-signature-v4/issues/4',
  ['query-space', 'query-plus', 'query-encoding', 'query-other', 'query-characters'],
  {
    host: 'abcdef.execute-api.eu-west-1.amazonaws.com',
    region: 'eu-west-1',
    service: 'execute-api',
    path: '/path',
    query: '%24filter=id%2Beq%2B123',
    wireQuery: '%24filter=id+eq+123',
    server: { query: '%24filter=id%20eq%20123' },
  },
)
sigv4('star-in-path', 'carsales/aws-request-signer/issues/10', ['path-characters', 'path-encoding'], {
  method: 'POST',
  host: 'search-logs.us-east-1.es.amazonaws.com',
  service: 'es',
  path: '/.kibana/index-pattern/*',
  wirePath: '/.kibana/index-pattern/*',
  body: '{}',
  headers: [['content-type', 'application/json']],
  server: { path: '/.kibana/index-pattern/%2A' },
})
sigv4('host-variable', 'xcir/libvmod-awsrest/issues/8', ['host-other'], {
  host: 'search-applicationlogs.us-east-1.es.amazonaws.com',
  service: 'es',
  path: '/_plugin/kibana/',
  signedHost: 'localhost:6081',
  options: {
    refusal: '{"message":"The request signature we calculated does not match the signature you provided."}',
    secret: SECRET,
  },
})
sigv4('listed-twice', 'arnemolland/sigv4/issues/17', ['signed-headers-twice', 'headers-form', 'signed-header-twice'], {
  method: 'POST',
  host: '86p5.execute-api.eu-west-1.amazonaws.com',
  service: 'execute-api',
  region: 'eu-west-1',
  path: '/dev/verify',
  body: '{"code":"a"}',
  headers: [
    ['accept', 'application/json'],
    ['content-type', 'application/json; charset=utf-8'],
    ['content-type', 'application/json; charset=utf-8'],
  ],
  wire: [
    ['accept', 'application/json'],
    ['content-type', 'application/json; charset=utf-8'],
  ],
  list: 'accept;content-type;content-type;host;x-amz-date',
})
sigv4('range-dropped', 'aws/aws-cli/issues/9682', 'signed-header-missing', {
  host: 'bucket.s3.us-east-1.amazonaws.com',
  service: 's3',
  path: '/a.bin',
  headers: [
    ['range', 'bytes=0-99'],
    ['x-amz-content-sha256', sha('')],
  ],
  wire: [['x-amz-content-sha256', sha('')]],
})
// Signed URLs of Google's second version: RSA, so that only the answer helps.
const gcs = (name, source, expected, { method = 'GET', headers = [], toSign }) =>
  write(
    `gcs-${name}`,
    'gcs',
    source,
    same,
    expected,
    answered(
      http(
        method,
        'storage.googleapis.com',
        `/bucket/image.jpeg?GoogleAccessId=a%40b.iam.gserviceaccount.com&Expires=${S}&Signature=${encodeURIComponent(Buffer.alloc(256, 7).toString('base64'))}`,
        headers,
        method === 'PUT' ? 'data' : '',
      ),
      '403 Forbidden',
      `<?xml version='1.0' encoding='UTF-8'?><Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.</Message><StringToSign>${toSign}</StringToSign></Error>`,
    ),
    {},
  )
gcs(
  'type-for-get',
  'googleapis/google-cloud-node/issues/1976',
  ['content-type-not-sent', 'content-type-left-out', 'content-type-other'],
  { toSign: `GET\n\n\n${S}\n/bucket/image.jpeg` },
)
gcs(
  'type-undeclared',
  'googleapis/nodejs-storage/issues/735',
  ['content-type-not-signed', 'content-type-left-out', 'content-type-other'],
  { method: 'PUT', headers: [['Content-Type', 'image/jpeg']], toSign: `PUT\n\nimage/jpeg\n${S}\n/bucket/image.jpeg` },
)

// --- before RFC 9421
const note = '{"type":"Follow","actor":"https://a.example/u/1"}'
const cavage = (name, source, expected, names, lines, headers, options, refusal) =>
  hook(
    `cavage-${name}`,
    source,
    expected,
    [
      ['Date', DATE],
      ...headers,
      [
        'Signature',
        `keyId="https://a.example/u/1#main-key",algorithm="rsa-sha256",headers="${names}",signature="${mac(lines.join('\n'), 'base64')}"`,
      ],
    ],
    note,
    { ...options, ...(refusal && { refusal }) },
    { host: 'social.example.com', path: '/inbox' },
  )
const head = ['(request-target): post /inbox', 'host: social.example.com', `date: ${DATE}`]
cavage(
  'no-digest-refused',
  'dariusk/rss-to-activitypub/pull/59',
  'digest-missing',
  '(request-target) host date',
  head,
  [],
  {},
  'Mastodon requires the Digest header to be signed when doing a POST request',
)
cavage(
  'digest-unsigned-queue',
  'NodeBB/NodeBB/issues/14241',
  'digest-not-signed',
  '(request-target) host date',
  head,
  [['Digest', `SHA-256=${sha(note, 'base64')}`]],
  {},
)

const oauth = (
  name,
  source,
  expected,
  {
    method = 'GET',
    path = '/1/items',
    url = 'https://api.example.com/1/items',
    parameters = pairs(OWN),
    body = '',
    write: spell = percent,
    own = OWN,
    signature: given,
    options = { secret: SECRET, passphrase: PASS },
    type = 'application/x-www-form-urlencoded',
  },
) => {
  const signature =
    given ??
    createHmac('sha1', `${percent(SECRET)}&${percent(PASS)}`)
      .update(`${method}&${percent(url)}&${percent(parameters)}`)
      .digest('base64')
  const field = [
    ...own.map(([one, value]) => `${one}="${percent(value)}"`),
    `oauth_signature="${spell(signature)}"`,
  ].join(', ')
  hook(
    `oauth1-${name}`,
    source,
    expected,
    [...(body ? [['Content-Type', type]] : []), ['Authorization', `OAuth ${field}`]],
    body,
    options,
    { method, path, host: 'api.example.com' },
  )
}
oauth('signature-twice', 'postmanlabs/postman-app-support/issues/845', 'signature-form', {
  write: (text) => percent(percent(text)),
})
oauth('matrix', 'bytespider/jsOAuth/issues/22', ['path-encoded', 'path-encoder', 'path-decoded'], {
  path: '/xcal;all',
  url: 'https://api.example.com/xcal%3Ball',
})
oauth('callback-twice', 'ShareKit/ShareKit/pull/515', ['parameters-encoded'], {
  own: [['oauth_callback', 'http://www.example.com'], ...OWN],
  parameters: pairs([['oauth_callback', percent('http://www.example.com')], ...OWN]),
})
oauth('plaintext-twice', 'sintaxi/dbox/issues/3', ['signature-form', 'key-parts'], {
  own: OWN.map(([one, value]) => [one, one === 'oauth_signature_method' ? 'PLAINTEXT' : value]),
  signature: `${SECRET}&${PASS}`,
  write: (text) => percent(percent(text)),
})
oauth('names-twice', 'yahoo/TDOAuth/pull/9', ['parameters-encoded'], {
  method: 'POST',
  body: 'invites%5B1%5D=jon.doe',
  parameters: pairs([...OWN.map(([one, value]) => [one, value]), ['invites%5B1%5D', 'jon.doe']]),
})
oauth('body-unhashed', 'jacobsvante/netsuite/pull/26', ['body-not-signed', 'body-hash-missing', 'digest-missing'], {
  method: 'POST',
  body: '{"q":"SELECT 1"}',
  type: 'application/json',
})

// --- DPoP
const proof = (claims) => {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' } })}.${encode(claims)}.${Buffer.alloc(64, 9).toString('base64url')}`
}
hook(
  'dpop-mounted',
  'panva/node-oidc-provider/issues/572',
  ['htu-path', 'htu-mismatch', 'htu-other', 'token-htu'],
  [
    ['DPoP', proof({ jti: 'a1', htm: 'POST', htu: 'https://oidc.example.com/oidc/token', iat: Number(S) })],
    ['Content-Type', 'application/x-www-form-urlencoded'],
  ],
  'grant_type=client_credentials',
  {},
  { host: 'oidc.example.com', path: '/token' },
)
hook(
  'dpop-base-url',
  'openwallet-foundation/multipaz/pull/781',
  ['htu-host', 'htu-mismatch', 'htu-other', 'token-htu'],
  [
    ['DPoP', proof({ jti: 'a2', htm: 'POST', htu: 'https://issuer.example.com/token', iat: Number(S) })],
    ['Content-Type', 'application/x-www-form-urlencoded'],
  ],
  'grant_type=authorization_code',
  {},
  { host: 'localhost:8080', path: '/token' },
  subject,
)

// A blind measurement: cases made after public threads that no case was made after before, each with its cause written down before
// the doctor had seen it. `firstSight` in the corpus is what came of that.
import { createHash, createHmac, sign as signBytes } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { EC_KEY, ED25519_KEY } from '../keys.mjs'
import { b64url, http, JSON_BODY, MS, mac, PASS, publicOf, S, SECRET, same, write as writeCase } from './case.mjs'

const write = (name, source, expected, input, options = { secret: SECRET }) =>
  writeCase(name, name.split('-')[0], source, same, expected, input, options)
const sha = (text, form = 'hex', hash = 'sha256') => createHash(hash).update(text).digest(form)
const JSON_TYPE = ['Content-Type', 'application/json']
const FORM_TYPE = ['Content-Type', 'application/x-www-form-urlencoded']

// --- exchanges
const E = '1700000060'
const bitmex = (
  name,
  source,
  expected,
  { method = 'POST', path = '/api/v1/order', body = '', type = [JSON_TYPE], text, answer },
) =>
  write(
    `bitmex-${name}`,
    source,
    expected,
    http(
      method,
      'www.bitmex.com',
      path,
      [...type, ['api-expires', E], ['api-key', 'key-1'], ['api-signature', mac(text)]],
      body,
    ) + (answer ?? ''),
  )
const order = '{"symbol":"XBTUSD","orderQty":"100","price":"2600","ordType":"Limit"}'
bitmex(
  'no-content-type',
  'BitMEX/api-connectors/issues/318',
  ['content-type-missing', 'content-type-other', 'header-missing'],
  {
    type: [],
    body: order,
    text: `POST/api/v1/order${E}${order}`,
  },
)
bitmex('form-for-json', 'BitMEX/api-connectors/issues/269', ['body-as-json'], {
  type: [FORM_TYPE],
  body: 'symbol=XBTUSD&orderQty=1&price=100&side=Sell&ordType=Limit',
  text: `POST/api/v1/order${E}{"symbol": "XBTUSD", "orderQty": 1, "price": 100, "side": "Sell", "ordType": "Limit"}`,
})
bitmex('whole-url', 'BitMEX/api-connectors/pull/357', ['text-with-url'], {
  method: 'GET',
  path: '/api/v1/order?symbol=XBTUSD&count=2',
  type: [],
  text: `GEThttps://www.bitmex.com/api/v1/order?symbol=XBTUSD&count=2${E}`,
})
write(
  'bitflyer-params-as-body',
  'ccxt/ccxt/issues/1911',
  ['query-as-body', 'query-as-json'],
  http('GET', 'api.bitflyer.com', '/v1/me/getchildorders?product_code=BTC_EUR&child_order_state=ACTIVE', [
    ['ACCESS-KEY', 'key-1'],
    ['ACCESS-TIMESTAMP', MS],
    ['ACCESS-SIGN', mac(`${MS}GET/v1/me/getchildorders{"product_code":"BTC_EUR","child_order_state":"ACTIVE"}`)],
  ]),
)
const kucoin = (name, source, expected, { method = 'GET', path, body = '', text, time = MS }) =>
  write(
    `kucoin-${name}`,
    source,
    expected,
    http(
      method,
      'api.kucoin.com',
      path,
      [
        JSON_TYPE,
        ['KC-API-KEY', 'key-1'],
        ['KC-API-SIGN', mac(text, 'base64')],
        ['KC-API-TIMESTAMP', time],
        ['KC-API-PASSPHRASE', mac(PASS, 'base64')],
        ['KC-API-KEY-VERSION', '2'],
      ],
      body,
    ),
    { secret: SECRET, passphrase: PASS },
  )
kucoin(
  'double-slash',
  'Kucoin/kucoin-api-docs/issues/398',
  ['path-prefix', 'path-slashes', 'path-trailing-slash', 'path-extra-prefix'],
  {
    method: 'POST',
    path: '//api/v1/position/margin/auto-deposit-status',
    body: '{"symbol":"XBTUSDTM","status":"true"}',
    text: `${MS}POST/api/v1/position/margin/auto-deposit-status{"symbol":"XBTUSDTM","status":"true"}`,
  },
)
kucoin('nonce-twice', 'Kucoin/kucoin-api-docs/issues/435', ['time-other'], {
  path: '/api/v1/deposits?currency=BTC',
  text: `${Number(MS) - 2}GET/api/v1/deposits?currency=BTC`,
})
const htxTime = '2023-11-14T22:13:20'
const htxText = (time) =>
  `GET\napi.huobi.pro\n/v1/account/accounts\nAccessKeyId=key-1&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=${encodeURIComponent(time)}`
write(
  'htx-two-times',
  'ccxt/ccxt/issues/1485',
  ['time-other', 'query-time-other', 'Timestamp-other'],
  http(
    'GET',
    'api.huobi.pro',
    `/v1/account/accounts?AccessKeyId=key-1&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=${encodeURIComponent(htxTime)}&Signature=${encodeURIComponent(mac(htxText('2023-11-14T22:13:19'), 'base64'))}`,
    [],
  ),
)
const CB = Buffer.from('canary-secret-of-coinbase-exchange').toString('base64')
write(
  'coinbase-exchange-milliseconds',
  'irufus/gdax-java/issues/49',
  ['time-form', 'time-unit'],
  http(
    'POST',
    'api.exchange.coinbase.com',
    '/orders',
    [
      JSON_TYPE,
      ['CB-ACCESS-KEY', 'key-1'],
      [
        'CB-ACCESS-SIGN',
        createHmac('sha256', Buffer.from(CB, 'base64')).update(`${MS}POST/orders${JSON_BODY}`).digest('base64'),
      ],
      ['CB-ACCESS-TIMESTAMP', MS],
      ['CB-ACCESS-PASSPHRASE', PASS],
    ],
    JSON_BODY,
  ),
  { secret: CB, passphrase: PASS },
)
const bybit = (name, source, expected, { method = 'GET', query = '', body = '', sign }) =>
  write(`bybit-${name}`, source, expected, {
    method,
    url: `https://api.bybit.com/v5/order/${method === 'GET' ? 'realtime' : 'create'}${query === '' ? '' : `?${query}`}`,
    headers: { 'X-BAPI-API-KEY': 'key-1', 'X-BAPI-SIGN': sign, 'X-BAPI-TIMESTAMP': MS, 'X-BAPI-RECV-WINDOW': '5000' },
    ...(body && { body }),
  })
bybit('hex-of-hex', 'bybit-exchange/bybit-official-api-docs/issues/9', ['signature-form'], {
  query: 'category=linear',
  sign: Buffer.from(mac(`${MS}key-15000category=linear`)).toString('hex'),
})
bybit('php-float', 'ccxt/ccxt/issues/9149', ['body-json-numbers-spelt'], {
  method: 'POST',
  body: '{"side":"Buy","symbol":"XRPUSD","qty":3,"price":1.52740000000000009094947017729282379150390625}',
  sign: mac(`${MS}key-15000{"side":"Buy","symbol":"XRPUSD","qty":3,"price":1.5274}`),
})
const futures = `symbol=DOGEUSDT&side=BUY&type=MARKET&quantity=250&reduceOnly=false&timestamp=${MS}`
write(
  'binance-php-false',
  'zhouaini528/bybit-php/issues/16',
  ['query-booleans', 'body-booleans', 'query-empty-value', 'body-empty-value'],
  http(
    'POST',
    'fapi.binance.com',
    '/fapi/v1/order',
    [FORM_TYPE, ['X-MBX-APIKEY', 'key-1']],
    `${futures}&signature=${mac(futures.replace('reduceOnly=false', 'reduceOnly='))}`,
  ),
)
write(
  'mexc-contract-unsorted',
  'pybotters/pybotters/issues/173',
  ['query-sorted', 'query-reversed', 'query-order', 'parameters-not-sorted', 'parameters-order'],
  http('GET', 'contract.mexc.com', '/api/v1/private/order/list/order_deals?symbol=BTC_USDT&page_num=1&page_size=20', [
    ['ApiKey', 'key-1'],
    ['Request-Time', MS],
    ['Signature', mac(`key-1${MS}symbol=BTC_USDT&page_num=1&page_size=20`)],
  ]),
)
write(
  'bitget-map-order',
  'ccxt/ccxt/issues/29071',
  ['query-order', 'query-shuffled', 'query-permuted', 'query-sorted', 'query-reversed'],
  http('GET', 'api.bitget.com', '/api/v2/mix/order/detail?symbol=BTCUSDT&productType=USDT-FUTURES&orderId=1234', [
    ['ACCESS-KEY', 'key-1'],
    [
      'ACCESS-SIGN',
      mac(`${MS}GET/api/v2/mix/order/detail?productType=USDT-FUTURES&symbol=BTCUSDT&orderId=1234`, 'base64'),
    ],
    ['ACCESS-TIMESTAMP', MS],
    ['ACCESS-PASSPHRASE', PASS],
  ]),
  { secret: SECRET, passphrase: PASS },
)

// --- webhooks
const hook = (
  name,
  source,
  expected,
  headers,
  body,
  options,
  { path = '/webhook', host = 'shop.example.com', method = 'POST' } = {},
) => write(name, source, expected, http(method, host, path, headers, body), options)
const github = (name, source, expected, signed, verified, hash = 'sha256', type = JSON_TYPE) =>
  hook(
    `github-${name}`,
    source,
    expected,
    [
      ['X-GitHub-Event', 'push'],
      type,
      [hash === 'sha1' ? 'X-Hub-Signature' : 'X-Hub-Signature-256', `${hash}=${mac(signed, 'hex', hash)}`],
    ],
    verified,
  )
github(
  'unicode-escapes',
  'octokit/webhooks.js/issues/76',
  ['body-json-escapes'],
  '{"zen":"Design for failure \\u2026","ok":true}',
  '{"zen":"Design for failure \u2026","ok":true}',
)
github(
  'latin-1',
  'gitevents/core/issues/173',
  ['body-charset'],
  '{"body":"Pla\u00e7a Pau Vila 1"}',
  '{"body":"Pla\u00c3\u00a7a Pau Vila 1"}',
)
const event = '{"ref":"refs/heads/main","n":1}'
github(
  'form-parsed',
  'nodejs/node/issues/11844',
  ['body-json-as-form', 'body-form-payload', 'body-form-parsed'],
  `payload=${encodeURIComponent(event)}`,
  JSON.stringify({ payload: event }),
  'sha1',
)
const product = '{"id":1,"url":"https:\\/\\/shop.example.com\\/a","title":"A \\u0026 B"}'
hook(
  'shopify-slashes-and-ampersand',
  'Shopify/shopify-express/pull/15',
  ['body-json-escapes', 'body-json-escapes-html', 'body-json-escapes-php'],
  [JSON_TYPE, ['X-Shopify-Topic', 'products/update'], ['X-Shopify-Hmac-Sha256', mac(product, 'base64')]],
  JSON.stringify(JSON.parse(product)),
)
hook(
  'shopify-split-characters',
  'Shopify/shopify-api-js/issues/320',
  ['body-charset', 'body-replaced-characters', 'body-replacement'],
  [
    JSON_TYPE,
    ['X-Shopify-Topic', 'products/update'],
    ['X-Shopify-Hmac-Sha256', mac('{"title":"cu m\u00e2nec\u0103 scurt\u0103"}', 'base64')],
  ],
  '{"title":"cu m\ufffd\ufffdnec\u0103 scurt\u0103"}',
)
const oauth = 'code=c-1&shop=a.myshopify.com&state=n-1&timestamp=1700000000'
hook('shopify-oauth-base64', 'devondragon/SpringShopifyAppFramework/issues/21', ['signature-form'], [], '', undefined, {
  method: 'GET',
  path: `/auth/callback?hmac=${encodeURIComponent(mac(oauth, 'base64'))}&${oauth}`,
})
const encoded = 'code=c-1&shop=a.myshopify.com&state=bm9uY2U%3D&timestamp=1700000000'
hook(
  'shopify-oauth-encoded',
  'Shopify/shopify-api-php/issues/412',
  ['query-encoded', 'query-encoder', 'query-decoded', 'text-encoded', 'parameters-encoded'],
  [],
  '',
  undefined,
  { method: 'GET', path: `/auth/callback?hmac=${mac(encoded)}&${encoded}` },
)
hook('shopify-oauth-swapped', 'Shopify/shopify_python_api/issues/351', ['secret-swapped'], [], '', undefined, {
  method: 'GET',
  path: `/auth/callback?hmac=${createHmac('sha256', oauth).update(SECRET).digest('hex')}&${oauth}`,
})
const twilio = (name, source, expected, { path, url, type = FORM_TYPE, body = '', text = url }) =>
  hook(
    `twilio-${name}`,
    source,
    expected,
    [type, ['X-Twilio-Signature', mac(text, 'base64', 'sha1')]],
    body,
    undefined,
    {
      host: 'calls.example.com',
      path,
    },
  )
twilio('apostrophe', 'twilio/twilio-node/pull/1061', ['query-encoder', 'query-decoded', 'query-encoded'], {
  path: '/voice?name=O%27Neil',
  url: "https://calls.example.com/voice?name=O'Neil",
  body: 'CallSid=CA1',
  text: "https://calls.example.com/voice?name=O'NeilCallSidCA1",
})
const spaced = '{"MessageSid": "SM1", "Body": "hi"}'
twilio('json-digest', 'lkaric/nestjs-twilio/issues/81', ['digest-mismatch', 'body-json-spaces', 'body-digest'], {
  path: `/sms?bodySHA256=${sha(spaced)}`,
  url: `https://calls.example.com/sms?bodySHA256=${sha(spaced)}`,
  type: JSON_TYPE,
  body: '{"MessageSid":"SM1","Body":"hi"}',
})
const STD = Buffer.from('canary-secret-of-a-standard-webhook').toString('base64')
const standard = (name, source, expected, signed, verified, key, secret) =>
  hook(
    `standard-webhooks-${name}`,
    source,
    expected,
    [
      JSON_TYPE,
      ['webhook-id', 'msg_1'],
      ['webhook-timestamp', S],
      ['webhook-signature', `v1,${createHmac('sha256', key).update(`msg_1.${S}.${signed}`).digest('base64')}`],
    ],
    verified,
    { secret },
  )
standard(
  'parsed',
  'devswha/patina/pull/701',
  ['body-json-compact'],
  '{"type":"order.paid","data":{"id":"o-1"}}',
  '{"type": "order.paid", "data": {"id": "o-1"}}',
  Buffer.from(STD, 'base64'),
  `whsec_${STD}`,
)
standard(
  'unprefixed',
  'nextlyhq/nextly/pull/227',
  ['secret-prefix', 'secret-encoding', 'secret-not-decoded'],
  '{"type":"a"}',
  '{"type":"a"}',
  STD,
  STD,
)
const slack = (name, source, expected, signed, verified) =>
  hook(
    `slack-${name}`,
    source,
    expected,
    [FORM_TYPE, ['X-Slack-Request-Timestamp', S], ['X-Slack-Signature', `v0=${mac(`v0:${S}:${signed}`)}`]],
    verified,
  )
slack(
  'asterisk',
  'slackapi/java-slack-sdk/issues/1306',
  ['body-encoder'],
  'payload=%7B%22text%22%3A%22%2Abold%2A%22%7D&x=a+b',
  'payload=%7B%22text%22%3A%22*bold*%22%7D&x=a+b',
)
const pressed = 'payload=%7B%22type%22%3A%22block_actions%22%7D'
slack(
  'lambda-base64',
  'slackapi/python-slack-sdk/issues/859',
  ['body-base64', 'body-in-base64', 'body-encoded-base64'],
  pressed,
  Buffer.from(pressed).toString('base64'),
)
const ping = '{"application_id":"10808","id":"1","type":1}'
hook(
  'discord-escaped',
  'mcdallas/rust-discord-bot/issues/2',
  ['body-json-once', 'body-json-twice'],
  [
    JSON_TYPE,
    ['X-Signature-Ed25519', signBytes(null, Buffer.from(S + ping), ED25519_KEY).toString('hex')],
    ['X-Signature-Timestamp', S],
  ],
  JSON.stringify(ping),
  { publicKey: publicOf(ED25519_KEY) },
)
const user = '{"id":1,"first_name":"A","photo_url":"https:\\/\\/t.me\\/i\\/a.svg"}'
const bot = '12345:canary-token-of-a-bot'
const appKey = createHmac('sha256', 'WebAppData').update(bot).digest()
const checkString = (of, mark = '\n') => [`auth_date=${S}`, 'query_id=q-1', `user=${of}`].join(mark)
const app = (name, source, expected, sentUser, hash) =>
  hook(
    `telegram-${name}`,
    source,
    expected,
    [['Authorization', `tma query_id=q-1&user=${encodeURIComponent(sentUser)}&auth_date=${S}&hash=${hash}`]],
    '',
    { secret: bot },
    { method: 'GET', path: '/api/me' },
  )
const hashOf = (text, key = appKey) => createHmac('sha256', key).update(text).digest('hex')
app(
  'backslashes',
  'nimaxin/init-data-py/issues/6',
  [
    'user-json-escapes',
    'query-json-escapes',
    'parameters-json-escapes',
    'authorization-json-escapes',
    'initData-json-escapes',
  ],
  JSON.stringify(JSON.parse(user)),
  hashOf(checkString(user)),
)
const plain = '{"id":1,"first_name":"A"}'
app(
  'key-as-hex',
  'Telegram-Mini-Apps/tma.js/issues/619',
  ['key-derivation'],
  plain,
  hashOf(checkString(plain), appKey.toString('hex')),
)
app(
  'php-quotes',
  'Eleirbag89/TelegramBotPHP/issues/279',
  ['text-line-break', 'text-separators', 'key-derivation'],
  plain,
  hashOf(checkString(plain, '\\n'), appKey.toString('hex')),
)

// --- Kong
const DATE = 'Tue, 14 Nov 2023 22:13:20 GMT'
const kong = (
  name,
  source,
  expected,
  { list, text, headers = [['Date', DATE]], method = 'GET', path = '/requests', body = '' },
) =>
  hook(
    `kong-${name}`,
    source,
    expected,
    [
      ...headers,
      [
        'Authorization',
        `hmac username="alice123", algorithm="hmac-sha256", headers="${list}", signature="${mac(text, 'base64')}"`,
      ],
    ],
    body,
    undefined,
    { method, path, host: 'api.example.com' },
  )
kong('line-break', 'Kong/docker-kong/issues/74', ['text-line-break'], { list: 'date', text: `date: ${DATE}\n` })
kong('commas', 'Kong/kong/issues/4321', ['headers-form', 'headers-list', 'signed-headers-form', 'list-form'], {
  list: 'date, host, request-line',
  text: `date: ${DATE}\nhost: api.example.com\nPOST /request HTTP/1.1`,
  method: 'POST',
  path: '/request',
})
kong(
  'request-line-url',
  'Kong/kong/issues/1340',
  ['request-line-url', 'request-line-form', 'line-form', 'request-line-name'],
  {
    list: 'x-date request-line',
    headers: [['X-Date', DATE]],
    text: `x-date: ${DATE}\nrequest-line: http://api.example.com/requests`,
  },
)
kong('date-for-x-date', 'Kong/kong/issues/1304', ['line-form', 'line-name', 'lines-form', 'x-date-name'], {
  list: 'X-Date',
  headers: [['X-Date', DATE]],
  text: `date: ${DATE}`,
})

// --- draft-cavage
const digest = (body) => `SHA-256=${sha(body, 'base64')}`
const note = '{"type":"Create","actor":"https://a.example/u/1"}'
const cavage = (
  name,
  source,
  expected,
  { method = 'POST', target = '/inbox', at = 'social.example.com', list, lines, headers = [], body = '' },
) =>
  hook(
    `cavage-${name}`,
    source,
    expected,
    [
      ['Date', DATE],
      ...headers,
      [
        'Signature',
        `keyId="https://a.example/u/1#main-key",algorithm="hs2019",headers="${list}",signature="${mac(lines.join('\n'), 'base64')}"`,
      ],
    ],
    body,
    undefined,
    { method, path: target, host: at },
  )
const [post, host, date] = ['(request-target): post /inbox', 'host: social.example.com', `date: ${DATE}`]
cavage('created-blank', 'cloudflare/wildebeest/pull/313', ['part-missing', 'created-missing', 'parameter-missing'], {
  list: '(request-target) (created) host digest date',
  lines: [post, '(created): 1700000000', host, `digest: ${digest(note)}`, date],
  headers: [['Digest', digest(note)]],
  body: note,
})
cavage('digest-absent', 'mastodon/mastodon/issues/15743', ['header-missing', 'digest-missing'], {
  list: '(request-target) host date digest',
  lines: [post, host, date, `digest: ${digest(note)}`],
  body: note,
})
cavage('digest-bare', 'dariusk/express-activitypub/issues/12', ['digest-form', 'digest-mismatch'], {
  list: '(request-target) host date digest',
  lines: [post, host, date, `digest: ${sha(note, 'base64')}`],
  headers: [['Digest', sha(note, 'base64')]],
  body: note,
})
cavage('tunnel', 'Automattic/wordpress-activitypub/pull/299', ['host-other'], {
  at: 'localhost:8080',
  list: '(request-target) host date digest',
  lines: [post, 'host: wp-example.ngrok.app', date, `digest: ${digest(note)}`],
  headers: [
    ['X-Original-Host', 'wp-example.ngrok.app'],
    ['Digest', digest(note)],
  ],
  body: note,
})
cavage('date-alone', 'misskey-dev/misskey/issues/2358', ['target-not-signed'], {
  list: 'date',
  lines: [date],
  body: '',
})
cavage('behind-proxy', 'Plume-org/Plume/issues/334', ['host-not-public', 'host-other'], {
  at: 'localhost:3033',
  list: '(request-target) host date digest',
  lines: [post, 'host: plume.example.org', date, `digest: ${digest(note)}`],
  headers: [['Digest', digest(note)]],
  body: note,
})
cavage('hostname', 'berkmancenter/activitypub-fuzzer/issues/7', ['host-port'], {
  at: 'social.example.com:3000',
  list: '(request-target) host date digest',
  lines: [post, host, date, `digest: ${digest(note)}`],
  headers: [['Digest', digest(note)]],
  body: note,
})
cavage('decoded-path', 'apache/cxf/pull/869', ['(request-target)-decoded'], {
  method: 'GET',
  target: '/files/a%20b/c',
  list: '(request-target) host date',
  lines: ['(request-target): get /files/a b/c', host, date],
})

// --- OAuth 1.0a
const TOKEN = 'canary-passphrase-77'
const percent = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
const OWN = [
  ['oauth_consumer_key', 'app-1'],
  ['oauth_nonce', 'n0nce'],
  ['oauth_signature_method', 'HMAC-SHA1'],
  ['oauth_timestamp', S],
  ['oauth_token', 'user-1'],
  ['oauth_version', '1.0'],
]
const pairs = (list, encode = percent, equals = '=', join = '&') =>
  list
    .map(([name, value]) => `${encode(name)}${equals}${encode(value)}`)
    .sort()
    .join(join)
const oauth1 = (
  name,
  source,
  expected,
  { method = 'GET', path = '/1/items', url = 'https://api.example.com/1/items', parameters, base },
) => {
  const text = base ?? `${method}&${percent(url)}&${percent(parameters)}`
  const signature = createHmac('sha1', `${percent(SECRET)}&${percent(TOKEN)}`)
    .update(text)
    .digest('base64')
  const field = [...OWN, ['oauth_signature', signature]].map(([one, value]) => `${one}="${percent(value)}"`).join(', ')
  hook(
    `oauth1-${name}`,
    source,
    expected,
    [['Authorization', `OAuth ${field}`]],
    '',
    { secret: SECRET, passphrase: TOKEN },
    {
      method,
      path,
      host: 'api.example.com',
    },
  )
}
oauth1('asterisk', 'AsyncHttpClient/async-http-client/issues/1216', ['parameters-encoded', 'parameters-encoder'], {
  path: '/1/items?testvalue=*',
  parameters: pairs([...OWN, ['testvalue', '*']], encodeURIComponent),
})
oauth1('plus', 'daviddesberg/PHPoAuthLib/pull/559', ['parameters-encoded', 'parameters-space', 'parameters-encoder'], {
  path: '/1/items?q=blue%20shoes',
  parameters: pairs([...OWN, ['q', 'blue shoes']], (text) => percent(text).replaceAll('%20', '+')),
})
oauth1('space-in-path', 'oauthlib/oauthlib/pull/651', ['path-decoded', 'path-encoded', 'url-decoded'], {
  path: '/1/my%20items',
  url: 'https://api.example.com/1/my items',
  parameters: pairs(OWN),
})
oauth1(
  'commas',
  'mulesoft/api-console/issues/61',
  ['parameters-joined', 'parameters-separators', 'parameters-form', 'text-separators'],
  {
    path: '/1/items?w=gladiator',
    parameters: pairs([...OWN, ['w', 'gladiator']], percent, ',', ','),
  },
)
oauth1(
  'comma-once',
  'chrhansen/simple-oauth1/issues/8',
  ['parameters-encoded', 'parameters-not-encoded', 'parameters-encoder'],
  {
    path: '/1/items?term=a%2Cb',
    parameters: pairs([...OWN, ['term', 'a,b']], (text) => text),
  },
)
oauth1('brackets', 'WP-API/OAuth1/pull/127', ['parameters-encoded', 'parameters-names', 'parameters-encoder'], {
  path: '/1/items?filter%5Bs%5D=x&posts_per_page=5',
  parameters: [...OWN.map(([name, value]) => `${percent(name)}=${percent(value)}`), 'filter[s]=x', 'posts_per_page=5']
    .sort()
    .join('&'),
})

// --- SigV4
const TIME = '20231114T221320Z'
const hmacOf = (key, text) => createHmac('sha256', key).update(text).digest()
const sigv4 = (
  name,
  source,
  expected,
  {
    method = 'GET',
    at = 'bucket.s3.us-east-1.amazonaws.com',
    service = 's3',
    path = '/',
    query = '',
    headers = [],
    body = '',
    signed = {},
    inUrl = false,
  },
) => {
  const area = `20231114/us-east-1/${service}/aws4_request`
  const own = inUrl ? [] : [...(service === 's3' ? [['x-amz-content-sha256', sha(body)]] : []), ['x-amz-date', TIME]]
  const wire = [['host', at], ...own, ...headers]
  const { values = {} } = signed
  const list = [...new Set([...wire.map(([one]) => one), ...Object.keys(values)])].sort()
  const credential = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `AKIDEXAMPLE/${area}`],
    ['X-Amz-Date', TIME],
    ['X-Amz-Expires', '3600'],
    ['X-Amz-SignedHeaders', list.join(';')],
  ]
    .map(([one, value]) => `${one}=${encodeURIComponent(value)}`)
    .join('&')
  const canonical = [
    method,
    signed.path ?? path,
    signed.query ?? (inUrl ? credential : query),
    list
      .map(
        (one) =>
          `${one}:${
            values[one] ??
            wire
              .find(([known]) => known === one)[1]
              .trim()
              .replace(/ +/g, ' ')
          }\n`,
      )
      .join(''),
    list.join(';'),
    inUrl ? 'UNSIGNED-PAYLOAD' : sha(body),
  ].join('\n')
  const key = area.split('/').reduce((from, part) => hmacOf(from, part), `AWS4${SECRET}`)
  const signature = createHmac('sha256', key)
    .update(['AWS4-HMAC-SHA256', TIME, area, sha(canonical)].join('\n'))
    .digest('hex')
  write(
    `sigv4-${name}`,
    source,
    expected,
    http(
      method,
      at,
      inUrl ? `${path}?${credential}&X-Amz-Signature=${signature}` : path + (query && `?${query}`),
      [
        ...wire.slice(1),
        ...(inUrl
          ? []
          : [
              [
                'Authorization',
                `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${area}, SignedHeaders=${list.join(';')}, Signature=${signature}`,
              ],
            ]),
      ],
      body,
    ),
  )
}
sigv4(
  'charset-case',
  'aws/aws-sdk-js/issues/244',
  ['content-type-charset', 'content-type-case', 'content-type-other', 'content-type-of-file'],
  {
    method: 'PUT',
    path: '/test.html',
    body: '<p>',
    headers: [['content-type', 'text/html;charset=UTF-8']],
    signed: { values: { 'content-type': 'text/html;charset=utf-8' } },
  },
)
sigv4(
  'svg',
  'aws/aws-sdk-ruby/issues/562',
  ['content-type-plus', 'content-type-decoded', 'content-type-of-file', 'content-type-space'],
  {
    method: 'PUT',
    path: '/a.svg',
    inUrl: true,
    headers: [['content-type', 'image/svg+xml']],
    signed: { values: { 'content-type': 'image/svg xml' } },
  },
)
sigv4('escaped-slash', 'aws/aws-sdk-net/issues/244', ['path-decoded', 'path-encoded', 'path-slash'], {
  path: '/people-dev%2Ffa91d071.jpg',
  inUrl: true,
  signed: { path: '/people-dev/fa91d071.jpg' },
})
sigv4(
  'query-unsorted',
  'lucacasonato/deno_aws_sign_v4/pull/7',
  ['query-order', 'query-unsorted', 'query-sorted', 'query-as-sent'],
  {
    query: 'list-type=2&continuation-token=abc&max-keys=10',
    signed: { query: 'list-type=2&continuation-token=abc&max-keys=10' },
  },
)
sigv4(
  'inner-spaces',
  'aws/aws-sdk-java-v2/pull/2501',
  ['x-amz-meta-note-white-space', 'x-amz-meta-note-spaces', 'x-amz-meta-note-untrimmed'],
  {
    method: 'PUT',
    path: '/a',
    body: 'x',
    headers: [['x-amz-meta-note', 'a   b   c']],
    signed: { values: { 'x-amz-meta-note': 'a   b   c' } },
  },
)
sigv4('values-unsorted', 'mhart/aws4/pull/60', ['query-order', 'query-unsorted', 'query-sorted', 'query-as-sent'], {
  service: 'execute-api',
  at: 'abc.execute-api.us-east-1.amazonaws.com',
  path: '/prod',
  query: 'id=b&id=a&x=1',
  signed: { query: 'id=b&id=a&x=1' },
})
sigv4('plus-in-path', 'http4k/http4k/issues/656', ['path-plus', 'path-space', 'path-encoded', 'path-encoder'], {
  path: '/my%20key.txt',
  signed: { path: '/my+key.txt' },
})
sigv4('host-with-port', 'helidon-io/helidon/issues/10588', ['host-port'], {
  method: 'PUT',
  at: 'bucket.s3.us-east-1.amazonaws.com:443',
  path: '/a',
  inUrl: true,
  signed: { values: { host: 'bucket.s3.us-east-1.amazonaws.com' } },
})

// --- DPoP and tokens
const jwk = (() => {
  const { kty, crv, x, y } = createPublicJwk()
  return { kty, crv, x, y }
})()
function createPublicJwk() {
  const der = Buffer.from(publicOf(EC_KEY).replace(/-----[^-]+-----|\s/g, ''), 'base64')
  return {
    kty: 'EC',
    crv: 'P-256',
    x: der.subarray(-64, -32).toString('base64url'),
    y: der.subarray(-32).toString('base64url'),
  }
}
const es256 = (text) => signBytes('sha256', Buffer.from(text), { key: EC_KEY, dsaEncoding: 'ieee-p1363' })
const ACCESS = 'access-token-1'
const dpop = (name, source, expected, { claims = {}, proof = true, answer = '', options = {} }) => {
  const all = {
    jti: 'j-1',
    htm: 'GET',
    htu: 'https://api.example.com/credential',
    iat: Number(S),
    ath: sha(ACCESS, 'base64url'),
    ...claims,
  }
  const text = `${b64url({ typ: 'dpop+jwt', alg: 'ES256', jwk })}.${b64url(all)}`
  write(
    `dpop-${name}`,
    source,
    expected,
    http('GET', 'api.example.com', '/credential', [
      ['Authorization', `DPoP ${ACCESS}`],
      ...(proof ? [['DPoP', `${text}.${es256(text).toString('base64url')}`]] : []),
    ]) + answer,
    options,
  )
}
dpop(
  'no-proof',
  'webuild-consortium/wp4-interop-test-bed/issues/33',
  ['header-missing', 'proof-missing', 'dpop-missing'],
  { proof: false },
)
dpop('no-ath', 'inrupt/solid-client-authn-js/issues/3184', ['token-ath', 'ath-missing', 'claim-ath'], {
  claims: { ath: undefined },
})
dpop('old', 'CommunitySolidServer/CommunitySolidServer/issues/1012', ['time-expired'], {
  options: { nowMs: 1_700_000_900_000 },
})
const unpadded = (() => {
  // A signature whose r begins with a zero byte, written without it.
  for (let n = 0; ; n++) {
    const text = `${b64url({ alg: 'ES256', typ: 'JWT', kid: 'k1' })}.${b64url({ sub: 'a', iat: Number(S), exp: Number(S) + 60, n })}`
    const made = es256(text)
    if (made[0] === 0) return `${text}.${made.subarray(1).toString('base64url')}`
  }
})()
write(
  'jwt-unpadded',
  'FusionAuth/fusionauth-jwt/issues/57',
  ['signature-form', 'signature-length'],
  http('GET', 'api.example.com', '/v1/me', [['Authorization', `Bearer ${unpadded}`]]),
  { publicKey: publicOf(EC_KEY) },
)

// --- Hawk
const hawk = (method, target, at, port) => `hawk.1.header\n${S}\nn0nce1\n${method}\n${target}\n${at}\n${port}\n\n\n`
hook(
  'hawk-injected-host',
  'outmoded/hapi-auth-hawk/issues/36',
  ['host-other'],
  [
    [
      'Authorization',
      `Hawk id="id-1", ts="${S}", nonce="n0nce1", mac="${mac(hawk('POST', '/api/account', 'localhost', '8000'), 'base64')}"`,
    ],
  ],
  '',
  undefined,
  { host: 'build-agent-7:8000', path: '/api/account' },
)

// --- Azure
const ACCOUNT = Buffer.from('canary-secret-5d41402abc4b2a76-of-an-account').toString('base64')
const azure = (name, source, expected, { at, path, headers, account = 'acct', text, authority = {} }) =>
  write(
    `azure-${name}`,
    source,
    expected,
    http('GET', at, path, [
      ...headers,
      [
        'Authorization',
        `SharedKey ${account}:${createHmac('sha256', Buffer.from(ACCOUNT, 'base64')).update(text).digest('base64')}`,
      ],
    ]),
    { secret: ACCOUNT, ...authority },
  )
azure('blob-text-for-table', 'MicrosoftDocs/azure-docs/issues/89739', ['lines-number'], {
  at: 'acct.table.core.windows.net',
  path: '/people()',
  headers: [
    ['x-ms-date', DATE],
    ['x-ms-version', '2021-08-06'],
    ['DataServiceVersion', '3.0'],
  ],
  text: `GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:${DATE}\nx-ms-version:2021-08-06\n/acct/people()`,
})
azure('emulator', 'microsoft/AzureStorageExplorer/issues/3776', ['resource-account'], {
  at: '127.0.0.1:10000',
  account: 'devstoreaccount1',
  path: '/devstoreaccount1?comp=list',
  headers: [
    ['x-ms-date', DATE],
    ['x-ms-version', '2019-07-07'],
  ],
  text: `GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:${DATE}\nx-ms-version:2019-07-07\n/devstoreaccount1\ncomp:list`,
})

// --- RFC 9421
const rfc = (
  name,
  source,
  expected,
  { method = 'POST', at = 'api.example.com', path = '/v1/orders', covered, values, headers = [], body = JSON_BODY },
) => {
  const params = `(${covered.map((one) => `"${one}"`).join(' ')});created=${S};keyid="k1"`
  const text = [...covered.map((one) => `"${one}": ${values[one]}`), `"@signature-params": ${params}`].join('\n')
  write(
    `rfc9421-${name}`,
    source,
    expected,
    http(
      method,
      at,
      path,
      [
        ...(body === '' ? [] : [JSON_TYPE]),
        ...headers,
        ['Signature-Input', `sig1=${params}`],
        ['Signature', `sig1=:${mac(text, 'base64')}:`],
      ],
      body,
    ),
  )
}
rfc(
  'no-digest',
  'interledger/rafiki/issues/755',
  ['body-not-covered', 'digest-missing', 'body-not-signed', 'content-digest-missing'],
  {
    covered: ['@method', '@target-uri'],
    values: { '@method': 'POST', '@target-uri': 'https://api.example.com/v1/orders' },
  },
)
rfc(
  'host-capitals',
  'vouch-sh/vouch/pull/342',
  ['@authority-case', 'authority-case', '@authority-host', '@authority-upper'],
  {
    at: 'API.Example.com',
    covered: ['@method', '@authority', '@path'],
    values: { '@method': 'GET', '@authority': 'API.Example.com', '@path': '/v1/orders' },
    method: 'GET',
    body: '',
  },
)
rfc(
  'forwarded-host',
  'adcontextprotocol/adcp/pull/2471',
  ['@authority-forwarded', '@authority-other', 'authority-other', '@authority-proxy'],
  {
    at: 'orders.internal:8080',
    headers: [['X-Forwarded-Host', 'api.example.com']],
    covered: ['@method', '@authority', '@path'],
    values: { '@method': 'GET', '@authority': 'api.example.com', '@path': '/v1/orders' },
    method: 'GET',
    body: '',
  },
)

// --- wallets
const text8 = (value) => new TextEncoder().encode(value)
const hashed = (value) => keccak_256(typeof value === 'string' ? text8(value) : new Uint8Array(value))
const word = (value) => [...Buffer.from(BigInt(value).toString(16).padStart(64, '0'), 'hex')]
function pack(value) {
  if (typeof value === 'boolean') return [value ? 0xc3 : 0xc2]
  if (typeof value === 'number') return [value]
  if (typeof value === 'string') return [0xa0 | value.length, ...text8(value)]
  if (Array.isArray(value)) return [0x90 | value.length, ...value.flatMap(pack)]
  const members = Object.entries(value)
  return [0x80 | members.length, ...members.flatMap(([name, one]) => [...pack(name), ...pack(one)])]
}
const stop = { trigger: { isMarket: true, tpsl: 'sl', triggerPx: '69775' } }
const inner = { a: 0, b: false, p: '64193', r: true, s: '0', t: stop }
const action = { grouping: 'positionTpsl', orders: [inner], type: 'order' }
const nonce = 1_700_000_000_123
const connection = hashed([...pack(action), ...word(nonce).slice(24), 0])
const domain = hashed([
  ...hashed('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'),
  ...hashed('Exchange'),
  ...hashed('1'),
  ...word(1337),
  ...word(0),
])
const struct = hashed([...hashed('Agent(string source,bytes32 connectionId)'), ...hashed('a'), ...connection])
const key = new Uint8Array(32).fill(7)
const made = secp256k1.sign(hashed([0x19, 0x01, ...domain, ...struct]), key, { prehash: false, format: 'recovered' })
const part = (from, to) => `0x${Buffer.from(made.subarray(from, to)).toString('hex')}`
const address = `0x${Buffer.from(hashed(secp256k1.getPublicKey(key, false).subarray(1)).subarray(12)).toString('hex')}`
const body = JSON.stringify({
  action,
  nonce,
  signature: { r: part(1, 33), s: part(33, 65), v: 27 + made[0] },
  vaultAddress: null,
})
write(
  'hyperliquid-stop-order',
  'hyperliquid-dex/ts-examples/issues/1',
  ['hyperliquid-key-order'],
  http('POST', 'api.hyperliquid.xyz', '/exchange', [JSON_TYPE], body),
  { publicKey: address },
)

import { createHmac, createSign } from 'node:crypto'
import { RSA_KEY } from '../keys.mjs'
import { answered, b64url, DATE, hook, http, MS, mac, publicOf, refused, S, SECRET, same, sha, write } from './case.mjs'
import { go, java, python, restSharp, ruby } from './case-pastes.mjs'
import { OWN, percent } from './oauth1.mjs'
import { sigv4 } from './sigv4.mjs'

// Threads seen after the twelfth batch had been mended.

// --- exchanges
const repr = "[{'symbol': 'BTCUSDT', 'side': 'BUY', 'type': 'MARKET', 'quantity': '1'}]"
const list = `batchOrders=${encodeURIComponent(repr.replaceAll("'", '"')).replaceAll('%20', '+')}&timestamp=${MS}`
write(
  'binance-list-as-python-prints-it',
  'binance',
  'pybotters/pybotters/issues/156',
  same,
  ['query-quotes', 'query-json-quotes', 'query-python', 'query-json-python', 'query-encoder', 'query-encoded'],
  answered(
    http(
      'POST',
      'fapi.binance.com',
      `/fapi/v1/batchOrders?batchOrders=${encodeURIComponent(repr).replaceAll('%20', '+').replaceAll("'", '%27')}&timestamp=${MS}&signature=${mac(list)}`,
      [['X-MBX-APIKEY', 'key-1']],
    ),
    '400 Bad Request',
    '{"code":-1022,"msg":"Signature for this request is not valid."}',
  ),
)
write(
  'binance-ruby-base64',
  'binance',
  '0xjmp/binance-ruby/issues/1',
  same,
  'signature-form',
  `${ruby('GET', `https://api.binance.com/api/v3/account?timestamp=${MS}&signature=${encodeURIComponent(mac(`timestamp=${MS}`, 'base64'))}`, [['X-MBX-APIKEY', 'key-1']])}\n# => {"code"=>-1100, "msg"=>"Illegal characters found in parameter 'signature'; legal range is '^[A-Fa-f0-9]{64}$'."}\n`,
)
const htx = `AccessKeyId=key-1&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2023-11-14T22%3A13%3A20&order-id=7&account-id=1`
write(
  'htx-sorted-another-way',
  'htx',
  'ccxt/ccxt/pull/24979',
  same,
  ['text-parameters-order', 'query-order', 'query-sorted', 'query-unsorted', 'parameters-order'],
  python(
    'GET',
    `https://api.huobi.pro/v1/order/orders?${htx.replace('&order-id=7&account-id=1', '')}&account-id=1&order-id=7&Signature=${encodeURIComponent(mac(`GET\napi.huobi.pro\n/v1/order/orders\n${htx}`, 'base64'))}`,
    [['Accept', 'application/json']],
  ),
)
const quoine = `${b64url({ alg: 'HS256', typ: 'JWT' })}.${b64url({ path: '/trades', nonce: MS, token_id: '1' })}`
write(
  'jwt-path-without-query',
  'jwt',
  'knowm/XChange/issues/1656',
  same,
  ['token-path', 'path-other', 'path-query-left-out', 'refused-path'],
  `${java('GET', 'https://api.quoine.com/trades?funding_currency=JPY', [
    ['X-Quoine-API-Version', '2'],
    ['X-Quoine-Auth', `${quoine}.${createHmac('sha256', SECRET).update(quoine).digest('base64url')}`],
  ])}\nHTTP/1.1 401 Unauthorized\n\n{"message":"Path does not match"}\n`,
)
write(
  'okx-answer-with-another-key',
  'okx',
  'pyted/okx/issues/1',
  refused,
  'refused-key',
  `Traceback (most recent call last):\n  File "main.py", line 9, in <module>\n    account.get_balance()\n  File "/usr/lib/python3/okx/_client.py", line 61, in send_request\n    raise ResponseStatusError(response.status_code, response.text)\nokx._client.ResponseStatusError: Error response_status_code 401\nresponse_content={"msg":"Invalid OK-ACCESS-KEY","code":"50111"}\n`,
)

// --- webhooks and shops
const accents = '{"object":"page","entry":[{"id":"1","text":"\\u00fcber caf\\u00e9 a\\/b"}]}'
hook(
  'meta-escapes-as-read',
  'messenger4j/messenger4j/issues/16',
  ['body-json-escapes', 'body-json-escapes-php', 'body-json-escapes-html'],
  [
    ['X-Hub-Signature', `sha1=${mac(accents, 'hex', 'sha1')}`],
    ['Content-Type', 'application/json'],
  ],
  '{"object":"page","entry":[{"id":"1","text":"über café a/b"}]}',
)
const at = '{"entry":[{"id":"1","changes":[{"value":{"body":"a\\u0040b.example <1"}}]}]}'
hook(
  'meta-at-sign-escaped',
  'tawn33y/whatsapp-cloud-api/issues/60',
  ['body-json-escapes', 'body-json-escapes-php', 'body-json-escapes-html'],
  [
    ['X-Hub-Signature-256', `sha256=${mac(at)}`],
    ['Content-Type', 'application/json'],
  ],
  '{"entry":[{"id":"1","changes":[{"value":{"body":"a@b.example <1"}}]}]}',
)
const attendee = '{"idempotency_key":"e-1","trigger":"bot.state_change","data":{"new_state":"ended","n":1}}'
hook(
  'standard-spaces-of-python',
  'attendee-labs/attendee/issues/227',
  ['body-json-spaces', 'body-json-compact', 'body-json-white-space'],
  [
    ['X-Webhook-Signature', mac(attendee, 'base64')],
    ['Content-Type', 'application/json'],
  ],
  '{"idempotency_key": "e-1", "trigger": "bot.state_change", "data": {"new_state": "ended", "n": 1}}',
)
write(
  'square-behind-a-proxy',
  'square',
  'chobbledotcom/tickets/pull/381',
  same,
  ['url-scheme', 'url-protocol', 'scheme-other', 'url-other', 'text-scheme', 'scheme-http'],
  `curl -X POST 'http://tickets.example.com/payment/webhook' -H 'x-square-hmacsha256-signature: ${mac('https://tickets.example.com/payment/webhook{"type":"payment.updated"}', 'base64')}' -H 'X-Forwarded-Proto: https' -H 'Content-Type: application/json' --data-raw '{"type":"payment.updated"}'`,
)
hook(
  'shopify-hex-digest',
  'Elkfox/shopify-node-app/issues/10',
  'signature-form',
  [
    ['X-Shopify-Hmac-SHA256', mac('{"id":7}')],
    ['X-Shopify-Topic', 'orders/create'],
    ['Content-Type', 'application/json'],
  ],
  '{"id":7}',
)
const proxied = `logged_in_customer_id=7&path_prefix=%2Fapps%2Fa&shop=a.myshopify.com&timestamp=${S}`
write(
  'shopify-proxy-with-ampersands',
  'shopify',
  'Shopify/shopify-api-js/issues/878',
  same,
  ['text-separators', 'text-ampersand', 'text-alternative', 'parameters-joined'],
  `curl 'https://app.example.com/proxy?${proxied}&signature=${mac(decodeURIComponent(proxied))}'`,
)
const install = `code=0907a61c&host=YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvYQ&shop=a.myshopify.com&timestamp=${S}`
write(
  'shopify-oauth-host-padding',
  'shopify-oauth',
  'gnikyt/Basic-Shopify-API/issues/146',
  same,
  ['host-padding', 'host-other', 'query-padding', 'parameter-padding', 'host-value', 'query-base64-padding'],
  http(
    'GET',
    'app.example.com',
    `/auth/callback?${install.replace('2EvYQ', '2EvYQ').replace('c3RvcmUvYQ', 'c3RvcmUvYQ==')}&hmac=${mac(install)}`,
    [],
  ),
)

// --- AWS, Azure
sigv4(
  'user-agent-with-two-spaces',
  'aws/aws-sdk-cpp/issues/103',
  ['user-agent-spaces', 'user-agent-white-space', 'user-agent-untrimmed'],
  {
    service: 's3',
    host: 'bucket.s3.amazonaws.com',
    path: '/a.txt',
    headers: [['user-agent', 'aws-sdk-cpp/0.12.9  Linux/4.2.0']],
    wire: [['user-agent', 'aws-sdk-cpp/0.12.9  Linux/4.2.0']],
  },
)
sigv4(
  'forwarded-for-changed',
  'FantasticFiasco/aws-signature-version-4/issues/1067',
  ['x-forwarded-for-other', 'x-forwarded-for-value', 'via-other'],
  {
    headers: [['x-forwarded-for', '10.0.0.7']],
    wire: [['x-forwarded-for', '10.0.0.7']],
    server: { headers: [['x-forwarded-for', '10.0.0.7, 203.0.113.9']] },
  },
)
const table = Buffer.from('azure-account-key-of-32-bytes-00').toString('base64')
const sas = (name) =>
  createHmac('sha256', Buffer.from(table, 'base64'))
    .update(
      [
        'r',
        '2023-11-14T22:00:00Z',
        '2023-11-15T22:00:00Z',
        `/table/acct/${name}`,
        '',
        '',
        '',
        '2018-03-28',
        '',
        '',
        '',
        '',
      ].join('\n'),
    )
    .digest('base64')
write(
  'azure-sas-table-name-in-capitals',
  'azure-sas',
  'Azure/azure-storage-node/issues/129',
  same,
  ['resource-case', 'resource-lower-case', 'table-case', 'path-case', 'table-name-case', 'resource-other'],
  go(
    'GET',
    `https://acct.table.core.windows.net/MyTable?tn=MyTable&sp=r&st=2023-11-14T22%3A00%3A00Z&se=2023-11-15T22%3A00%3A00Z&sv=2018-03-28&sig=${encodeURIComponent(sas('MyTable'))}`,
    [['x-ms-version', '2018-03-28']],
  ),
  { secret: table },
)

// --- signatures of messages
const target = `(request-target): get /users/a/outbox\nhost: social.example\ndate: ${DATE}`
write(
  'cavage-target-without-query',
  'cavage',
  'superseriousbusiness/gotosocial/issues/894',
  same,
  [
    '(request-target)-query',
    '(request-target)-query-left-out',
    'path-query-left-out',
    'query-left-out',
    'query-not-signed',
  ],
  http('GET', 'social.example', '/users/a/outbox?page=true', [
    ['Date', DATE],
    [
      'Signature',
      `keyId="https://a.example/users/b#main-key",headers="(request-target) host date",signature="${createSign('sha256').update(target).sign(RSA_KEY, 'base64')}"`,
    ],
  ]),
  { publicKey: publicOf(RSA_KEY) },
)
const base = `"@method": POST\n"@authority": api.example.com\n"@path": /v1/devices\n"@signature-params": ("@method" "@authority" "@path");created=${S};keyid="device-1";alg="hmac-sha256"`
write(
  'rfc9421-digest-sent-and-not-covered',
  'rfc9421',
  'margo/sandbox/issues/209',
  same,
  ['body-not-covered', 'body-not-signed', 'digest-not-signed', 'content-digest-not-covered', 'content-digest-missing'],
  answered(
    http(
      'POST',
      'api.example.com',
      '/v1/devices',
      [
        ['Content-Type', 'application/json'],
        ['Content-Digest', `sha-256=:${sha('{"id":"d-1"}', 'base64')}:`],
        ['Signature-Input', `sig1=("@method" "@authority" "@path");created=${S};keyid="device-1";alg="hmac-sha256"`],
        ['Signature', `sig1=:${mac(base, 'base64')}:`],
      ],
      '{"id":"d-1"}',
    ),
    '401 Unauthorized',
    '{"error":"content-digest must be covered by the signature"}',
  ),
)

// --- OAuth 1.0a
const shop = [...OWN, ['filter[created_at_min]', '2015-01-03'], ['filter[limit]', '1000']]
const sign = (url, all) => mac(`GET&${percent(url)}&${percent(all)}`, 'base64', 'sha1', `${SECRET}&`)
const once = (list) => list.map(([name, value]) => `${percent(name)}=${percent(value)}`).join('&')
const header = (signature) =>
  `OAuth ${[...OWN, ['oauth_signature', signature]].map(([name, value]) => `${name}="${percent(value)}"`).join(', ')}`
write(
  'oauth1-brackets-unsorted',
  'oauth1',
  'woocommerce/wc-api-python/issues/8',
  same,
  ['parameters-order', 'parameters-unsorted', 'query-order', 'parameters-sorted'],
  python('GET', 'https://shop.example.com/wc-api/v3/orders?filter[limit]=1000&filter[created_at_min]=2015-01-03', [
    ['Authorization', header(sign('https://shop.example.com/wc-api/v3/orders', once([shop[7], shop[6], ...OWN])))],
  ]),
  { secret: SECRET },
)
write(
  'oauth1-query-after-own-parameters',
  'oauth1',
  'VBA-tools/VBA-Web/issues/191',
  same,
  ['parameters-order', 'parameters-unsorted', 'query-order', 'parameters-sorted'],
  restSharp('GET', 'https://api.example.com/api/account/12345/interactions/search?limit=100&offset=50', [
    [
      'Authorization',
      header(
        sign(
          'https://api.example.com/api/account/12345/interactions/search',
          once([['limit', '100'], ['offset', '50'], ...OWN]),
        ),
      ),
    ],
  ]),
  { secret: SECRET },
)

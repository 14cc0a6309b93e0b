import { createHash, createHmac, createPrivateKey, createPublicKey, sign as signBytes } from 'node:crypto'
import { EC_KEY } from '../keys.mjs'
import {
  answered,
  b64url,
  DATE,
  elsewhere,
  hook,
  http,
  MS,
  mac,
  PASS,
  S,
  SECRET,
  same,
  sent,
  sha,
  write,
} from './case.mjs'
import { hmac, rfc, shared } from './case-rfc9421.mjs'
import { OWN, pairs, percent } from './oauth1.mjs'
import { sigv4 } from './sigv4.mjs'

// Threads seen after the ninth batch had been mended: SigV4, DPoP, Hawk, draft-cavage, webhooks and exchanges.

// --- SigV4
const s3 = { service: 's3', host: 'box.s3.us-east-1.amazonaws.com' }
sigv4(
  's3-slash-encoded',
  'durch/rust-s3/issues/144',
  ['path-encoding', 'path-decoded', 'path-characters', 'text-differs'],
  {
    ...s3,
    path: '/s3-signing-issue%2Ffoo.txt',
    server: { path: '/s3-signing-issue/foo.txt' },
    options: {},
  },
)
sigv4(
  's3-two-slashes',
  'suitenumerique/drive/pull/361',
  ['path-double-slash', 'path-slashes', 'path-segment', 'path-encoding'],
  {
    ...s3,
    path: '/item/file.pdf',
    wirePath: '//item/file.pdf',
  },
)
sigv4('parameter-without-equals', 'xcir/libvmod-awsrest/issues/24', ['query-as-sent', 'query-empty-value'], {
  ...s3,
  path: '/a.png',
  query: 'x',
  wireQuery: 'x',
})
sigv4('names-with-capitals', 'minio/minio-java/pull/252', ['signed-headers-form', 'signed-headers-case'], {
  ...s3,
  path: '/a.png',
  list: 'Host;X-Amz-Date',
})
sigv4('s3-percent-in-key', 'http4k/http4k/pull/1333', ['path-encoding', 'path-encoded-twice', 'path-decoded'], {
  ...s3,
  path: '/50%/a',
  wirePath: '/50%25/a',
})
sigv4(
  'star-in-delete',
  'inreachventures/aws-signing-request-interceptor/issues/22',
  ['path-characters', 'path-encoding'],
  {
    method: 'DELETE',
    service: 'es',
    path: '/*_test',
    wirePath: '/*_test',
  },
)

// --- DPoP and Hawk
const jwk = (({ kty, crv, x, y }) => ({ kty, crv, x, y }))(createPublicKey(EC_KEY).export({ format: 'jwk' }))
const dpop = (name, source, expected, { htu, host, path }) => {
  const text = `${b64url({ typ: 'dpop+jwt', alg: 'ES256', jwk })}.${b64url({ jti: 'j-1', htm: 'POST', htu, iat: Number(S) })}`
  const signature = signBytes('sha256', Buffer.from(text), {
    key: createPrivateKey(EC_KEY),
    dsaEncoding: 'ieee-p1363',
  }).toString('base64url')
  write(
    `dpop-${name}`,
    'dpop',
    source,
    same,
    expected,
    http('POST', host, path, [['DPoP', `${text}.${signature}`]]),
    {},
  )
}
dpop('prefix-of-gateway', 'spring-projects/spring-security/pull/17202', ['proof-url-path'], {
  htu: 'https://api.example.com/svc2/my-api',
  host: 'api.example.com',
  path: '/my-api',
})
const typed = (payload) =>
  createHash('sha256').update(`hawk.1.payload\napplication/json\n`).update(payload).update('\n').digest('base64')
const umlaut = '{"title":"Übersicht"}'
const latin = typed(Buffer.from(umlaut, 'latin1'))
hook(
  'hawk-latin-1',
  'mozilla/hawk/issues/152',
  ['digest-mismatch', 'body-charset', 'payload-charset', 'hash-other'],
  [
    ['Content-Type', 'application/json'],
    [
      'Authorization',
      `Hawk id="k1", ts="${S}", nonce="n0nce", hash="${latin}", mac="${mac(`hawk.1.header\n${S}\nn0nce\nPOST\n/v1/items\napi.example.com\n443\n${latin}\n\n`, 'base64')}"`,
    ],
  ],
  umlaut,
  { secret: SECRET },
  { host: 'api.example.com', path: '/v1/items' },
)

// --- draft-cavage and RFC 9421
hook(
  'cavage-quote-too-many',
  'MaddyUnderStars/shoot/issues/61',
  ['headers-form', 'header-missing', 'part-missing', 'authorization-form', 'signature-form'],
  [
    ['Date', DATE],
    [
      'Signature',
      `keyId="https://a.example/u#k",algorithm="hs2019",headers=""host date (request-target)",signature="${mac(['host: social.example.com', `date: ${DATE}`, '(request-target): get /u/1'].join('\n'), 'base64')}"`,
    ],
  ],
  '',
  { secret: SECRET },
  { method: 'GET', host: 'social.example.com', path: '/u/1' },
)
rfc('body-was-changed', 'bspk/httpsig-org/issues/20', same, 'digest-mismatch', {
  ...shared,
  sign: hmac,
  options: shared,
  field: `sha-256=:${sha('{"name":"b","n":2}', 'base64')}:`,
})

// --- webhooks
hook(
  'shopify-proxy-joined',
  'christophergregory/shopify-node-api/pull/79',
  ['text-separators', 'text-ampersand', 'text-alternative', 'parameters-joined'],
  [],
  '',
  { secret: SECRET },
  {
    method: 'GET',
    host: 'app.example.com',
    path: `/proxy?path_prefix=%2Fapps%2Fa&shop=a.myshopify.com&timestamp=${S}&signature=${mac(`path_prefix=/apps/a&shop=a.myshopify.com&timestamp=${S}`)}`,
  },
)
hook(
  'stripe-body-alone',
  'docusealco/docuseal/pull/723',
  ['text-part-left-out', 'time-left-out', 'timestamp-left-out', 'text-of-parts'],
  [
    ['Content-Type', 'application/json'],
    ['Stripe-Signature', `t=${S},v1=${mac('{"id":"evt_1"}')}`],
  ],
  '{"id":"evt_1"}',
  { secret: SECRET },
  {},
  elsewhere,
)

// --- OAuth 1.0a
const at = [...OWN, ['filter', 'a@b.example']]
hook(
  'oauth1-at-not-encoded',
  'willdurand/BazingaOAuthServerBundle/issues/31',
  ['parameters-encoder', 'parameters-encoded', 'parameters-encoding', 'parameters-decoded'],
  [
    [
      'Authorization',
      `OAuth ${[
        ...OWN,
        [
          'oauth_signature',
          createHmac('sha1', `${percent(SECRET)}&${percent(PASS)}`)
            .update(
              `GET&${percent('https://api.example.com/1/items')}&${percent(pairs(at, percent, (value) => value))}`,
            )
            .digest('base64'),
        ],
      ]
        .map(([one, value]) => `${one}="${percent(value)}"`)
        .join(', ')}`,
    ],
  ],
  '',
  { secret: SECRET, passphrase: PASS },
  { method: 'GET', host: 'api.example.com', path: '/1/items?filter=a%40b.example' },
)

// --- exchanges
write(
  'bitmex-object-for-nothing',
  'bitmex',
  'askmike/bitmex-simple-rest/issues/3',
  same,
  ['body-for-none', 'body-placeholder'],
  http('DELETE', 'www.bitmex.com', '/api/v1/order/all', [
    ['api-key', 'key-1'],
    ['api-expires', S],
    ['api-signature', mac(`DELETE/api/v1/order/all${S}{}`)],
  ]),
)
write(
  'bitmex-posted',
  'bitmex',
  'kkristof200/py_bittrex_api/issues/6',
  elsewhere,
  ['method-other'],
  http('POST', 'www.bitmex.com', '/api/v1/order?orderID=1', [
    ['api-key', 'key-1'],
    ['api-expires', S],
    ['api-signature', mac(`DELETE/api/v1/order?orderID=1${S}`)],
  ]),
)
const KRAKEN = Buffer.from(`${SECRET}-of-an-account-at-kraken-that-is-long-enough`).toString('base64')
const krakenSign = (path, nonce, body) =>
  createHmac('sha512', Buffer.from(KRAKEN, 'base64'))
    .update(path)
    .update(
      createHash('sha256')
        .update(nonce + body)
        .digest(),
    )
    .digest('base64')
const kraken = (name, source, expected, { nonce, signed = nonce, about = same }) =>
  sent(`kraken-${name}`, source, about, expected, {
    method: 'POST',
    host: 'api.kraken.com',
    path: '/0/private/Balance',
    headers: [
      ['Content-Type', 'application/x-www-form-urlencoded'],
      ['API-Key', 'key-1'],
      ['API-Sign', krakenSign('/0/private/Balance', signed, `nonce=${signed}`)],
    ],
    body: `nonce=${nonce}`,
    options: { secret: KRAKEN },
  })
kraken('nonce-made-twice', 'fasetto/python-cexio/pull/1', ['nonce-other', 'body-nonce-other', 'time-other'], {
  nonce: '1700000000124',
  signed: '1700000000123',
  about: elsewhere,
})
kraken('nonce-with-dot', 'krijnsent/crypto_vba/issues/24', ['nonce-form'], { nonce: '1700000000.123' })
sent('coinbase-decimal-time', 'knowm/XChange/pull/964', same, ['time-form'], {
  host: 'api.coinbase.com',
  path: '/v2/user',
  headers: [
    ['CB-ACCESS-KEY', 'key-1'],
    ['CB-ACCESS-SIGN', mac('1700000000.123GET/v2/user')],
    ['CB-ACCESS-TIMESTAMP', '1700000000.123'],
  ],
})
write(
  'coinbase-exchange-expired',
  'coinbase-exchange',
  'coinbase/coinbase-pro-node/issues/42',
  same,
  ['refused-time', 'time-expired'],
  answered(
    http('GET', 'api.exchange.coinbase.com', '/accounts', [
      ['CB-ACCESS-KEY', 'key-1'],
      ['CB-ACCESS-SIGN', Buffer.alloc(32, 7).toString('base64')],
      ['CB-ACCESS-TIMESTAMP', S],
      ['CB-ACCESS-PASSPHRASE', PASS],
    ]),
    '400 Bad Request',
    '{"message":"request timestamp expired"}',
  ),
  {},
)
sent('binance-form-with-url-signature', 'sieblyio/binance/pull/75', same, ['signature-place'], {
  method: 'POST',
  host: 'api.binance.com',
  path: `/api/v3/order?signature=${mac(`symbol=LTCBTC&side=BUY&type=MARKET&quantity=1&timestamp=${MS}`)}`,
  headers: [
    ['X-MBX-APIKEY', 'key-1'],
    ['Content-Type', 'application/x-www-form-urlencoded'],
  ],
  body: `symbol=LTCBTC&side=BUY&type=MARKET&quantity=1&timestamp=${MS}`,
})

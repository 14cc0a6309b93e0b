// Cases after public threads, each signed wrongly by the few lines here, not by the doctor's own hypotheses. The inputs are ours.
// What is random in a signature (ECDSA, PSS) makes these files differ from run to run: pass the names of those to make anew.
import { constants, createHash, createHmac, createPrivateKey, createPublicKey, sign as signBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { EC_KEY, ED25519_KEY, RSA_KEY } from './keys.mjs'

const folder = new URL('./corpus/', import.meta.url)
const only = new Set(process.argv.slice(2))
const SECRET = 'canary-secret-5d41402abc4b2a76'
const PASS = 'canary-passphrase-77'
const MS = '1700000000123'
const S = '1700000000'
const gh = (path) => `https://github.com/${path}`
const hmacOf = (text, form = 'hex', hash = 'sha256', secret = SECRET) =>
  createHmac(hash, secret).update(text).digest(form)
const publicOf = (pem) => createPublicKey(pem).export({ type: 'spki', format: 'pem' })
const same = 'the same cause'
const elsewhere = 'the same cause, at another service'

const write = (name, family, source, about, expected, input, options = { secret: SECRET }) => {
  const file = new URL(`${name}.json`, folder)
  if (existsSync(file) && only.size > 0 && !only.has(name)) return
  writeFileSync(
    file,
    `${JSON.stringify({ family, source: source && gh(source), about, expected, input, options }, null, 2)}\n`,
  )
}
const http = (method, host, path, headers, body = '') =>
  `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

// RFC 9421 with keys of every kind.
const JSON_BODY = '{"name":"a","n":1}'
const digest = (text, form = 'sha-256=:', hash = 'sha256') =>
  `${form}${createHash(hash).update(text).digest('base64')}:`
function rfc(name, source, about, expected, change) {
  const {
    sign,
    options,
    covered = ['@method', '@authority', '@path', '@query', 'content-digest'],
    values = {},
    field = digest(JSON_BODY),
    headers = [],
    list = (ids) => `(${ids.map((id) => `"${id}"`).join(' ')})`,
    params = `;created=${S};keyid="k1"`,
    base = (lines, all) => [...lines, `"@signature-params": ${all}`].join('\n'),
    input = (text) => text,
    path = '/v1/orders?dry=1',
  } = change
  const known = {
    '@method': 'POST',
    '@authority': 'api.example.com',
    '@path': '/v1/orders',
    '@query': '?dry=1',
    '@target-uri': `https://api.example.com${path}`,
    'content-digest': field,
    ...values,
  }
  const all = `${list(covered)}${params}`
  const text = base(
    covered.map((id) => `"${id}": ${known[id]}`),
    all,
  )
  write(
    `rfc9421-${name}`,
    'rfc9421',
    source,
    about,
    expected,
    http(
      'POST',
      'api.example.com',
      path,
      [
        ['Content-Type', 'application/json'],
        ['Content-Digest', field],
        ...headers,
        ['Signature-Input', `sig1=${input(all)}`],
        ['Signature', `sig1=:${sign(text).toString('base64')}:`],
      ],
      JSON_BODY,
    ),
    options,
  )
}
const byEc = { publicKey: publicOf(EC_KEY), algorithm: 'ecdsa-p256-sha256' }
const byRsa = { publicKey: publicOf(RSA_KEY), algorithm: 'rsa-pss-sha512' }
const byEd = { publicKey: publicOf(ED25519_KEY), algorithm: 'ed25519' }
const shared = { secret: SECRET }
const mac = (text) => createHmac('sha256', SECRET).update(text).digest()
const pss = (hash, saltLength) => (text) =>
  signBytes(hash, Buffer.from(text), { key: RSA_KEY, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
const ecdsa = (hash, dsaEncoding) => (text) => signBytes(hash, Buffer.from(text), { key: EC_KEY, dsaEncoding })
const ed = (text) => signBytes(null, Buffer.from(text), createPrivateKey(ED25519_KEY))

rfc('ecdsa-der', 'dhensby/node-http-message-signatures/issues/165', same, 'ecdsa-der', {
  sign: ecdsa('sha256', 'der'),
  options: byEc,
})
rfc('pss-salt-32', 'jonasroussel/dart_jsonwebtoken/issues/58', elsewhere, 'rsa-salt-length', {
  sign: pss('sha512', 32),
  options: byRsa,
})
rfc('pss-salt-max', 'localstack/localstack/pull/12467', elsewhere, 'rsa-salt-length', {
  sign: pss('sha512', constants.RSA_PSS_SALTLEN_MAX_SIGN),
  options: byRsa,
})
rfc('bare-parameters', 'visa/trusted-agent-protocol/pull/21', same, 'base-bare-parameters', {
  params: `;created=${S};expires=1700000300;keyid="k1";nonce="n-1"`,
  base: (lines) => [...lines, `"nonce": n-1`, `"created": ${S}`, `"expires": 1700000300`].join('\n'),
  sign: ed,
  options: byEd,
})
rfc('joined-components', 'visa/trusted-agent-protocol/pull/21', same, 'components-joined', {
  covered: ['@authority', '@path'],
  list: (ids) => `("${ids.join(' ')}")`,
  sign: ed,
  options: byEd,
})
rfc('digest-no-equals', 'interledger/rafiki/pull/777', same, 'digest-form', {
  field: digest(JSON_BODY, 'sha-256:'),
  sign: ed,
  options: byEd,
})
rfc('digest-colons', 'Unisys/NSign/issues/66', same, 'digest-form', {
  field: digest(JSON_BODY, 'SHA-512=', 'sha512').replace(/:$/, ''),
  sign: mac,
  options: shared,
})
rfc('signature-agent', 'cloudflare/cloudflare-docs/issues/30968', same, 'signature-agent-form', {
  covered: ['@authority', 'signature-agent'],
  params: `;created=${S};expires=1700000300;keyid="k1";tag="web-bot-auth"`,
  values: { 'signature-agent': '"https://agent.example"' },
  headers: [['Signature-Agent', '"https://agent.example"']],
  sign: ed,
  options: byEd,
})
rfc('scheme', 'bonfire-networks/activity_pub/issues/7', 'the same subject', '@target-uri-scheme', {
  covered: ['@method', '@target-uri', 'content-digest'],
  values: { '@target-uri': 'http://api.example.com/v1/orders?dry=1' },
  sign: mac,
  options: shared,
})
rfc('accept', 'misskey-dev/misskey/issues/17235', same, 'accept-other', {
  covered: ['@method', '@authority', '@path', 'accept'],
  values: { accept: 'application/activity+json' },
  headers: [['Accept', '*/*']],
  sign: mac,
  options: shared,
})
rfc('decoded-path', 'dhensby/node-http-message-signatures/issues/163', same, '@path-decoded', {
  path: '/v1/orders%20open?dry=1',
  values: { '@path': '/v1/orders open' },
  sign: mac,
  options: shared,
})
rfc('other-key', null, 'none', 'key-other', {
  sign: (text) =>
    signBytes('sha512', Buffer.from(text), { key: RSA_KEY, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }),
  options: { publicKey: publicOf((await import('./keys.mjs')).OTHER_RSA_KEY), algorithm: 'rsa-pss-sha512' },
})
rfc('pkcs1', null, 'none', 'algorithm', {
  sign: (text) => signBytes('sha512', Buffer.from(text), RSA_KEY),
  options: byRsa,
})
rfc('ecdsa-sha512', null, 'none', 'algorithm', { sign: ecdsa('sha512', 'ieee-p1363'), options: byEc })
// The predecessor of RFC 9421, from ActivityPub.
const cavage = (name, source, params) =>
  write(
    `rfc9421-${name}`,
    'rfc9421',
    source,
    same,
    'cavage',
    http(
      'POST',
      'social.example',
      '/inbox',
      [
        ['Date', 'Tue, 14 Nov 2023 22:13:20 GMT'],
        ['Digest', `SHA-256=${createHash('sha256').update(JSON_BODY).digest('base64')}`],
        [
          'Signature',
          `keyId="https://a.example/actor#main-key",${params},signature="${Buffer.alloc(256, 7).toString('base64')}"`,
        ],
      ],
      JSON_BODY,
    ),
    { publicKey: publicOf(RSA_KEY) },
  )
cavage(
  'cavage-no-created',
  'evanp/activitypub-bot/issues/221',
  'algorithm="hs2019",headers="(request-target) host date digest"',
)
cavage(
  'cavage-created',
  'Chocobozzz/PeerTube/issues/4963',
  `algorithm="hs2019",headers="(request-target) content-type (created) (expires) host digest",created=${S},expires=1700000300`,
)

// Exchanges.
const bitget = (name, source, about, expected, query, signed) =>
  write(
    `bitget-${name}`,
    'bitget',
    source,
    about,
    expected,
    http('GET', 'api.bitget.com', `/api/v2/mix/account/account?${query}`, [
      ['ACCESS-KEY', 'key-1'],
      ['ACCESS-SIGN', hmacOf(`${MS}GET/api/v2/mix/account/account?${signed}`, 'base64')],
      ['ACCESS-TIMESTAMP', MS],
      ['ACCESS-PASSPHRASE', PASS],
    ]),
    { secret: SECRET, passphrase: PASS },
  )
bitget(
  'dollar',
  'JKorf/Bitget.Net/issues/48',
  same,
  'query-encoded',
  'orderId=12&symbol=%24DEGENUSDT',
  'orderId=12&symbol=%24DEGENUSDT',
)
bitget(
  'chinese',
  'ccxt/ccxt/issues/28888',
  same,
  'query-encoded',
  'marginCoin=USDT&symbol=%E9%BE%99%E8%99%BEUSDT',
  'marginCoin=USDT&symbol=%E9%BE%99%E8%99%BEUSDT',
)

const B = 'symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1'
const curl = (host, path, query) => `curl -X POST -H 'X-MBX-APIKEY: key-1' 'https://${host}${path}?${query}'`
write(
  'binance-signature-middle',
  'binance',
  'binance-exchange/binance-official-api-docs/pull/44',
  same,
  'signature-not-last',
  curl('api.binance.com', '/api/v3/order', `${B}&signature=${hmacOf(`${B}&timestamp=${MS}`)}&timestamp=${MS}`),
)
write(
  'binance-secret-as-signature',
  'binance',
  'bhexopen/BHEX-OpenApi/issues/6',
  elsewhere,
  'signature-is-secret',
  curl('api.binance.com', '/api/v3/order', `${B}&timestamp=${MS}&signature=${SECRET}`),
)
const email = `email=a%40b.com&timestamp=${MS}`
write(
  'binance-email-decoded',
  'binance',
  'binance-exchange/binance-java-api/issues/297',
  same,
  ['query-decoded', 'query-encoder'],
  curl(
    'api.binance.com',
    '/sapi/v1/sub-account/status',
    `${email}&signature=${hmacOf(`email=a@b.com&timestamp=${MS}`)}`,
  ),
)
const rsaQuery = `${B}&timestamp=${MS}`
const rsaSign = signBytes('sha256', Buffer.from(rsaQuery), RSA_KEY).toString('base64')
write(
  'binance-rsa-plus',
  'binance',
  'ccxt/ccxt/pull/16634',
  same,
  'signature-form',
  curl('api.binance.com', '/api/v3/order', `${rsaQuery}&signature=${rsaSign}`),
  { publicKey: publicOf(RSA_KEY) },
)

const bybitBody = '{"symbol":"BTCUSDT","isIsolated":false,"buyLeverage":"5"}'
write('bybit-boolean', 'bybit', 'zhouaini528/bybit-php/issues/18', same, 'query-booleans', {
  method: 'GET',
  url: 'https://api.bybit.com/v5/position/list?symbol=BTCUSDT&isIsolated=false&buyLeverage=5',
  headers: {
    'X-BAPI-API-KEY': 'key-1',
    'X-BAPI-SIGN': hmacOf(`${MS}key-15000symbol=BTCUSDT&isIsolated=0&buyLeverage=5`),
    'X-BAPI-TIMESTAMP': MS,
    'X-BAPI-RECV-WINDOW': '5000',
  },
})
write('bybit-boolean-json', 'bybit', 'zhouaini528/bybit-php/issues/18', same, 'body-json-booleans', {
  method: 'POST',
  url: 'https://api.bybit.com/v5/position/switch-isolated',
  headers: {
    'X-BAPI-API-KEY': 'key-1',
    'X-BAPI-SIGN': hmacOf(`${MS}key-15000${bybitBody.replace('false', '"false"')}`),
    'X-BAPI-TIMESTAMP': MS,
    'X-BAPI-RECV-WINDOW': '5000',
  },
  body: bybitBody,
})
write(
  'bybit-clock',
  'bybit',
  'sieblyio/bybit-api/issues/260',
  same,
  'clock-ahead',
  {
    method: 'GET',
    url: 'https://api.bybit.com/v5/account/wallet-balance?accountType=UNIFIED',
    headers: {
      'X-BAPI-API-KEY': 'key-1',
      'X-BAPI-SIGN': hmacOf(`${MS}key-15000accountType=UNIFIED`),
      'X-BAPI-TIMESTAMP': MS,
      'X-BAPI-RECV-WINDOW': '5000',
    },
  },
  {
    secret: SECRET,
    nowMs: Number(MS) - 1_200,
    refusal: '{"retCode":10002,"retMsg":"invalid request, please check your server timestamp or recv_window param."}',
  },
)

// Coinbase Advanced: a token of a key on P-256 names the request.
const b64url = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const NAME = 'organizations/o-1/apiKeys/k-1'
const coinbase = (
  name,
  source,
  about,
  expected,
  {
    claims,
    target = '/v2/accounts/a-1/transactions?starting_after=t-1',
    header = {},
    sign = ecdsa('sha256', 'ieee-p1363'),
  },
) => {
  const payload = `${b64url({ alg: 'ES256', kid: NAME, nonce: '00112233445566778899aabbccddeeff', typ: 'JWT', ...header })}.${b64url({ sub: NAME, iss: 'cdp', nbf: Number(S), exp: Number(S) + 120, ...claims })}`
  write(
    `coinbase-${name}`,
    'coinbase',
    source,
    about,
    expected,
    http('GET', 'api.coinbase.com', target, [
      ['Authorization', `Bearer ${payload}.${sign(payload).toString('base64url')}`],
    ]),
    { publicKey: publicOf(EC_KEY) },
  )
}
coinbase('uri-query', 'sieblyio/coinbase-api/issues/62', same, 'token-uri', {
  claims: { uri: 'GET api.coinbase.com/v2/accounts/a-1/transactions?starting_after=t-1' },
})
coinbase('no-uri', 'alchemy-run/distilled/pull/353', same, 'token-uri', { claims: {} })
coinbase('der', 'vapor/jwt/pull/102', elsewhere, 'ecdsa-der', {
  claims: { uri: 'GET api.coinbase.com/v2/accounts/a-1/transactions' },
  sign: ecdsa('sha256', 'der'),
})
const legacy = 'limit=100&starting_after=t-1'
write(
  'coinbase-order',
  'coinbase',
  'coinbase/coinbase-python/issues/80',
  same,
  ['query-sorted', 'query-reversed'],
  http('GET', 'api.coinbase.com', '/v2/accounts/a-1/transactions?starting_after=t-1&limit=100', [
    ['CB-ACCESS-KEY', 'key-1'],
    ['CB-ACCESS-SIGN', hmacOf(`${S}GET/v2/accounts/a-1/transactions?${legacy}`)],
    ['CB-ACCESS-TIMESTAMP', S],
  ]),
)

// Upbit: a token holds the hash of the parameters.
const upbitQuery = 'market=KRW-BTC&start_time=2024-08-19T00%3A00%3A00%2B00%3A00'
const upbit = (name, source, about, expected, hashed, options = {}) => {
  const payload = `${b64url({ alg: 'HS512', typ: 'JWT' })}.${b64url({ access_key: 'key-1', nonce: '6f5570df-d8bc-4daf-85b4-976733feb624', query_hash: createHash('sha512').update(hashed).digest('hex'), query_hash_alg: 'SHA512' })}`
  write(
    `upbit-${name}`,
    'upbit',
    source,
    about,
    expected,
    http('GET', 'api.upbit.com', `/v1/orders/closed?${upbitQuery}`, [
      ['Authorization', `Bearer ${payload}.${hmacOf(payload, 'base64url', 'sha512')}`],
    ]),
    { secret: SECRET, ...options },
  )
}
upbit('encoded-hash', 'ccxt/ccxt/pull/23492', same, 'query-encoded', upbitQuery)
upbit(
  'refused',
  'sharebook-kr/pyupbit/issues/85',
  'the same refusal',
  ['token-query-hash', 'refused-digest'],
  'other=1',
  {
    secret: undefined,
    refusal: '{"error":{"message":"Jwt의 query를 검증하는데 실패하였습니다.","name":"invalid_query_payload"}}',
  },
)

// HTX.
const htxTime = '2025-01-17T08%3a13%3a02'
const htx = (name, source, about, expected, time, options = {}) => {
  const q = `AccessKeyId=key-1&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=${time}`
  write(
    `htx-${name}`,
    'htx',
    source,
    about,
    expected,
    http(
      'GET',
      'api.huobi.pro',
      `/v1/account/accounts?${q}&Signature=${encodeURIComponent(hmacOf(`GET\napi.huobi.pro\n/v1/account/accounts\n${q}`, 'base64'))}`,
      [],
    ),
    { secret: SECRET, ...options },
  )
}
htx('lower-digits', 'ccxt/ccxt/issues/24930', same, ['query-digits-case', 'text-digits-case'], htxTime)
htx('address', 'HuobiRDCenter/huobi_Python/issues/110', same, 'refused-address', htxTime.toUpperCase(), {
  refusal:
    '{"status":"error","err-code":"api-signature-not-valid","err-msg":"Signature not valid: Incorrect IP address [IP地址错误]","data":null}',
})
htx('time', 'ccxt/ccxt/issues/25931', same, 'refused-time', htxTime.toUpperCase(), {
  refusal:
    '{"status":"error","err-code":"api-signature-not-valid","err-msg":"Signature not valid: Invalid submission time or incorrect time format [无效的提交时间，或时间格式错误]","data":null}',
})

// Gemini: the payload is signed as it is sent, in base64.
const gemini = (name, source, about, expected, nonce, signed, options = {}) => {
  const json = `{"request":"/v1/balances","nonce":"${nonce}"}`
  const payload = Buffer.from(json).toString('base64')
  write(
    `gemini-${name}`,
    'gemini',
    source,
    about,
    expected,
    http('POST', 'api.gemini.com', '/v1/balances', [
      ['Content-Type', 'text/plain'],
      ['X-GEMINI-APIKEY', 'account-1'],
      ['X-GEMINI-PAYLOAD', payload],
      ['X-GEMINI-SIGNATURE', hmacOf(signed === 'json' ? json : payload, 'hex', 'sha384')],
    ]),
    { secret: SECRET, ...options },
  )
}
gemini('payload-plain', 'brave-intl/bat-go/pull/883', same, 'text-not-base64', S, 'json')
gemini('nonce-unit', 'hummingbot/hummingbot/pull/8205', same, 'refused-nonce-time', MS, 'payload', {
  refusal: `{"result":"error","reason":"InvalidNonce","message":"Nonce '${MS}' is not within 30 seconds of server time '${S}'"}`,
})

// Others.
const polyBody = '{"order": {"tokenId": "1", "price": "0.5"}, "owner": "key-1"}'
write(
  'polymarket-spaces',
  'polymarket',
  'Polymarket/py-clob-client/issues/164',
  same,
  'body-json-compact',
  http(
    'POST',
    'clob.polymarket.com',
    '/order',
    [
      ['POLY_ADDRESS', '0x0000000000000000000000000000000000000001'],
      [
        'POLY_SIGNATURE',
        createHmac('sha256', Buffer.from('c2VjcmV0LXNlY3JldC1zZWNyZXQ=', 'base64'))
          .update(`${S}POST/order${JSON.stringify(JSON.parse(polyBody))}`)
          .digest('base64')
          .replaceAll('+', '-')
          .replaceAll('/', '_'),
      ],
      ['POLY_TIMESTAMP', S],
      ['POLY_API_KEY', '00000000-0000-4000-8000-000000000000'],
      ['POLY_PASSPHRASE', PASS],
    ],
    polyBody,
  ),
  { secret: 'c2VjcmV0LXNlY3JldC1zZWNyZXQ=', passphrase: PASS },
)
write(
  'bitflyer-order',
  'bitflyer',
  'yagays/pybitflyer/pull/5',
  same,
  ['query-sorted', 'query-reversed'],
  http('GET', 'api.bitflyer.com', '/v1/me/getexecutions?product_code=BTC_JPY&count=10', [
    ['ACCESS-KEY', 'key-1'],
    ['ACCESS-TIMESTAMP', S],
    ['ACCESS-SIGN', hmacOf(`${S}GET/v1/me/getexecutions?count=10&product_code=BTC_JPY`)],
  ]),
)
write(
  'kucoin-sorted',
  'kucoin',
  'GopaxTechTeam/gopax/issues/5',
  elsewhere,
  'body-json-sorted',
  http(
    'POST',
    'api.kucoin.com',
    '/api/v1/orders',
    [
      ['KC-API-KEY', 'key-1'],
      [
        'KC-API-SIGN',
        hmacOf(`${MS}POST/api/v1/orders{"clientOid": "1", "side": "buy", "symbol": "BTC-USDT"}`, 'base64'),
      ],
      ['KC-API-TIMESTAMP', MS],
      ['KC-API-PASSPHRASE', hmacOf(PASS, 'base64')],
      ['KC-API-KEY-VERSION', '2'],
    ],
    '{"symbol": "BTC-USDT", "side": "buy", "clientOid": "1"}',
  ),
  { secret: SECRET, passphrase: PASS },
)
write(
  'kraken-two-programs',
  'kraken',
  'veox/python3-krakenex/issues/75',
  same,
  'refused-nonce',
  http(
    'POST',
    'api.kraken.com',
    '/0/private/Balance',
    [
      ['API-Key', 'key-1'],
      [
        'API-Sign',
        createHmac('sha512', Buffer.from(SECRET))
          .update(
            Buffer.concat([
              Buffer.from('/0/private/Balance'),
              createHash('sha256').update(`${MS}nonce=${MS}`).digest(),
            ]),
          )
          .digest('base64'),
      ],
    ],
    `nonce=${MS}`,
  ),
  { secret: Buffer.from(SECRET).toString('base64'), refusal: '{"error":["EAPI:Invalid nonce"]}' },
)
write(
  'okx-passphrase-ampersand',
  'okx',
  'okcoin-okex/API-docs-OKEx.com/issues/215',
  same,
  'passphrase-other',
  http('GET', 'www.okx.com', '/api/v5/account/balance', [
    ['OK-ACCESS-KEY', 'key-1'],
    ['OK-ACCESS-SIGN', hmacOf('2023-11-14T22:13:20.123ZGET/api/v5/account/balance', 'base64')],
    ['OK-ACCESS-TIMESTAMP', '2023-11-14T22:13:20.123Z'],
    ['OK-ACCESS-PASSPHRASE', 'canary%26phrase-77'],
  ]),
  { secret: SECRET, passphrase: 'canary&phrase-77' },
)
write(
  'gate-quote',
  'gate',
  'gateio/gateapi-python/issues/54',
  same,
  ['query-quotes', 'query-encoder', 'query-quoted'],
  http('GET', 'api.gateio.ws', '/api/v4/spot/orders?currency_pair=GT_USDT%22', [
    ['KEY', 'key-1'],
    ['Timestamp', S],
    [
      'SIGN',
      hmacOf(
        ['GET', '/api/v4/spot/orders', 'currency_pair=GT_USDT', createHash('sha512').digest('hex'), S].join('\n'),
        'hex',
        'sha512',
      ),
    ],
  ]),
)
const bingxQuery = `symbol=M%C3%98TH-USDT&timestamp=${MS}`
write(
  'bingx-encoded',
  'bingx',
  'ccxt/ccxt/issues/23196',
  same,
  'query-encoded',
  `curl -H 'X-BX-APIKEY: key-1' 'https://open-api.bingx.com/openApi/swap/v2/trade/order?${bingxQuery}&signature=${hmacOf(bingxQuery)}'`,
)
const stampType = 'application/x-www-form-urlencoded'
write(
  'bitstamp-charset',
  'bitstamp',
  'ccxt/ccxt/issues/22739',
  same,
  'content-type-parameters',
  http(
    'POST',
    'www.bitstamp.net',
    '/api/v2/balance/',
    [
      ['X-Auth', 'BITSTAMP key-1'],
      [
        'X-Auth-Signature',
        hmacOf(
          `BITSTAMP key-1POSTwww.bitstamp.net/api/v2/balance/${stampType}f93c979d-b00d-43a9-9b9c-fd4cd9547fa6${MS}v2a=1`,
        ),
      ],
      ['X-Auth-Nonce', 'f93c979d-b00d-43a9-9b9c-fd4cd9547fa6'],
      ['X-Auth-Timestamp', MS],
      ['X-Auth-Version', 'v2'],
      ['Content-Type', `${stampType}; charset=utf-8`],
    ],
    'a=1',
  ),
)

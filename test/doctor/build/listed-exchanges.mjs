import { constants, createHmac, createPrivateKey, sign as signBytes } from 'node:crypto'
import { ED25519_KEY, RSA_KEY } from '../keys.mjs'
import { answered, http, ISO, listed, MS, mac, PASS, publicOf, S, SECRET, sha, write } from './case.mjs'
import {
  axiosJson,
  browserCurl,
  browserFetch,
  chromeCmd,
  chromePowerShell,
  goQuoted,
  guzzleDebug,
  httpFile,
  httpoison,
  insomnia,
  jmeter,
  nodeCode,
  phpCurl,
  postmanCollection,
  postmanConsole,
  postmanCurl,
  powerShellScript,
  requestsCode,
  rubyDebug,
  typedCmd,
} from './case-shown.mjs'

// Each mistake of the list at exchanges, signed by the few lines that a program has.
const one = (name, expected, input, options) =>
  write(name.replace('_', '-'), name.split('_')[0], undefined, listed, expected, input, options)
const JSON_TYPE = ['Content-Type', 'application/json']

// --- OKX: time, method, path and body; base64
const okxHeaders = (text, form = 'base64', time = ISO, more = []) => [
  ['OK-ACCESS-KEY', 'key-1'],
  ['OK-ACCESS-SIGN', mac(text, form)],
  ['OK-ACCESS-TIMESTAMP', time],
  ['OK-ACCESS-PASSPHRASE', PASS],
  ...more,
]
const OKX = { secret: SECRET, passphrase: PASS }
const order = { instId: 'BTC-USDT', tdMode: 'cash', side: 'buy', ordType: 'limit', px: '30000', sz: '0.01' }
const compact = JSON.stringify(order)
const spaced = compact.replaceAll(':', ': ').replaceAll(',', ', ')
const okxUrl = (path) => `https://www.okx.com${path}`
one(
  'okx_keys-order-in-cmd',
  ['body-json-order', 'body-json-sorted'],
  chromeCmd(
    'POST',
    okxUrl('/api/v5/trade/order'),
    okxHeaders(
      `${ISO}POST/api/v5/trade/order${JSON.stringify(Object.fromEntries(Object.entries(order).sort()))}`,
      'base64',
      ISO,
      [JSON_TYPE],
    ),
    compact,
  ),
  OKX,
)
one(
  'okx_spaces-in-powershell',
  ['body-json-spaces'],
  powerShellScript(
    'Post',
    okxUrl('/api/v5/trade/order'),
    okxHeaders(`${ISO}POST/api/v5/trade/order${spaced}`, 'base64', ISO, [JSON_TYPE]),
    compact,
  ),
  OKX,
)
one(
  'okx_hex-for-base64',
  ['signature-form', 'signature-encoding'],
  requestsCode(
    'GET',
    okxUrl('/api/v5/account/balance?ccy=BTC'),
    okxHeaders(`${ISO}GET/api/v5/account/balance?ccy=BTC`, 'hex'),
  ),
  OKX,
)
one(
  'okx_query-left-out-in-postman',
  ['query-left-out', 'path-without-query'],
  postmanCurl('GET', okxUrl('/api/v5/account/balance?ccy=BTC'), okxHeaders(`${ISO}GET/api/v5/account/balance`)),
  OKX,
)
one(
  'okx_prefix-left-out',
  ['path-prefix', 'path-segment'],
  browserFetch(
    'GET',
    okxUrl('/api/v5/account/positions?instType=SWAP'),
    okxHeaders(`${ISO}GET/v5/account/positions?instType=SWAP`),
  ),
  OKX,
)
one(
  'okx_method-in-small-letters',
  ['method-case', 'method-lower-case'],
  nodeCode('GET', okxUrl('/api/v5/account/config'), okxHeaders(`${ISO}get/api/v5/account/config`)),
  OKX,
)
one(
  'okx_milliseconds',
  ['time-form', 'time-unit', 'time-other', 'refused-time'],
  insomnia(
    'GET',
    okxUrl('/api/v5/account/config'),
    okxHeaders(`${MS}GET/api/v5/account/config`, 'base64', MS),
    '',
    401,
    '{"msg":"Invalid OK-ACCESS-TIMESTAMP","code":"50112"}',
  ),
  OKX,
)
one(
  'okx_demo-key',
  ['refused-environment'],
  answered(
    http('GET', 'www.okx.com', '/api/v5/account/config', okxHeaders(`${ISO}GET/api/v5/account/config`)),
    '401 Unauthorized',
    '{"msg":"APIKey does not match current environment.","code":"50101"}',
  ),
  {},
)
one(
  'okx_line-break-behind-the-secret',
  ['secret-line-break', 'secret-white-space'],
  `curl -s -H "OK-ACCESS-KEY: key-1" -H "OK-ACCESS-SIGN: ${mac(`${ISO}GET/api/v5/account/config`, 'base64', 'sha256', `${SECRET}\n`)}" -H "OK-ACCESS-TIMESTAMP: ${ISO}" -H "OK-ACCESS-PASSPHRASE: ${PASS}" ${okxUrl('/api/v5/account/config')}`,
  OKX,
)

// --- Binance: the query, hexadecimal
const bin = (text, secret = SECRET, hash = 'sha256') => mac(text, 'hex', hash, secret)
const KEY = ['X-MBX-APIKEY', 'key-1']
const binanceUrl = (query, path = '/api/v3/order') => `https://api.binance.com${path}?${query}`
const q1 = `symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=30000&timestamp=${MS}`
one(
  'binance_seconds',
  ['time-unit'],
  answered(
    http('GET', 'api.binance.com', `/api/v3/account?timestamp=${S}&signature=${bin(`timestamp=${S}`)}`, [KEY]),
    '400 Bad Request',
    '{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}',
  ),
  { secret: SECRET },
)
one(
  'binance_quotes-around-the-secret',
  ['secret-quotes'],
  typedCmd('POST', binanceUrl(`${q1}&signature=${bin(q1, `"${SECRET}"`)}`), [KEY]),
  { secret: SECRET },
)
one(
  'binance_id-with-a-plus',
  ['query-plus', 'query-space', 'parameters-space', 'query-encoding'],
  axiosJson(
    'GET',
    binanceUrl(
      `origClientOrderId=my%20order&timestamp=${MS}&signature=${bin(`origClientOrderId=my+order&timestamp=${MS}`)}`,
    ),
    [KEY],
  ),
  { secret: SECRET },
)
one(
  'binance_encoded-twice',
  ['query-encoded-twice', 'parameters-encoded-twice'],
  phpCurl(
    'GET',
    binanceUrl(
      `symbols=%5B%22BTCUSDT%22%5D&timestamp=${MS}&signature=${bin(`symbols=%255B%2522BTCUSDT%2522%255D&timestamp=${MS}`)}`,
    ),
    [KEY],
  ),
  { secret: SECRET },
)
one(
  'binance_query-sorted-in-a-collection',
  ['query-sorted', 'parameters-order'],
  postmanCollection('POST', binanceUrl(`${q1}&signature=${bin(q1.split('&').sort().join('&'))}`), [KEY]),
  { secret: SECRET },
)
one(
  'binance_key-of-the-testnet',
  ['refused-key', 'refused-environment', 'refused-key-or-rights'],
  guzzleDebug(
    'GET',
    binanceUrl(`timestamp=${MS}&signature=${bin(`timestamp=${MS}`)}`, '/api/v3/account'),
    [KEY],
    '',
    '401 Unauthorized',
    '{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}',
  ),
  {},
)
one(
  'binance_question-mark-signed',
  ['question-mark', 'query-mark'],
  `curl.exe --ssl-no-revoke -X DELETE "https://fapi.binance.com/fapi/v1/order?symbol=BTCUSDT&orderId=1&timestamp=${MS}&signature=${bin(`?symbol=BTCUSDT&orderId=1&timestamp=${MS}`)}" -H "X-MBX-APIKEY: key-1"`,
  { secret: SECRET },
)
one(
  'binance_rsa-in-hexadecimal',
  ['signature-form', 'signature-encoding'],
  httpFile(
    'GET',
    binanceUrl(
      `timestamp=${MS}&signature=${signBytes('sha256', Buffer.from(`timestamp=${MS}`), RSA_KEY).toString('hex')}`,
      '/api/v3/account',
    ),
    [KEY],
  ),
  { publicKey: publicOf(RSA_KEY) },
)

// --- Bybit v5: time, key, window and query or body
const bybit = (text, more = []) => [
  ['X-BAPI-API-KEY', 'key-1'],
  ['X-BAPI-TIMESTAMP', MS],
  ['X-BAPI-RECV-WINDOW', '5000'],
  ['X-BAPI-SIGN', mac(text)],
  ...more,
]
const linear = '{"category":"linear","symbol":"BTCUSDT","side":"Buy","orderType":"Market","qty":"0.01"}'
one(
  'bybit_spaces-in-console',
  ['body-json-spaces'],
  postmanConsole(
    'POST',
    'https://api.bybit.com/v5/order/create',
    bybit(`${MS}key-15000${linear.replaceAll(':', ': ').replaceAll(',', ', ')}`, [JSON_TYPE]),
    linear,
    200,
    '{"retCode":10004,"retMsg":"error sign! origin_string[...]","result":{}}',
  ),
  { secret: SECRET },
)
one(
  'bybit_cursor-decoded',
  ['query-decoded', 'query-encoding', 'parameters-decoded'],
  requestsCode(
    'GET',
    'https://api.bybit.com/v5/order/history?category=linear&cursor=a%3A1%2Cb%3D',
    bybit(`${MS}key-15000category=linear&cursor=a:1,b=`),
  ),
  { secret: SECRET },
)
one(
  'bybit_query-sorted',
  ['query-sorted', 'parameters-order'],
  browserCurl(
    'GET',
    'https://api.bybit.com/v5/position/list?symbol=BTCUSDT&category=linear',
    bybit(`${MS}key-15000category=linear&symbol=BTCUSDT`),
  ),
  { secret: SECRET },
)
one(
  'bybit_sha512',
  ['hash-other'],
  insomnia(
    'GET',
    'https://api.bybit.com/v5/account/info',
    [...bybit('').filter(([name]) => name !== 'X-BAPI-SIGN'), ['X-BAPI-SIGN', mac(`${MS}key-15000`, 'hex', 'sha512')]],
    '',
    200,
    '{"retCode":10004,"retMsg":"error sign!"}',
  ),
  { secret: SECRET },
)
one(
  'bybit_crlf-behind-the-body',
  ['text-line-break', 'body-line-break', 'body-line-endings', 'text-end'],
  rubyDebug(
    'POST',
    'https://api.bybit.com/v5/order/create',
    bybit(`${MS}key-15000${linear}\r\n`, [JSON_TYPE]),
    linear,
    '200 OK',
    '{"retCode":10004,"retMsg":"error sign!"}',
  ),
  { secret: SECRET },
)

// --- KuCoin
const kucoin = (text, phrase, time = MS) => [
  ['KC-API-KEY', 'key-1'],
  ['KC-API-SIGN', mac(text, 'base64')],
  ['KC-API-TIMESTAMP', time],
  ['KC-API-PASSPHRASE', phrase],
  ['KC-API-KEY-VERSION', '2'],
]
one(
  'kucoin_passphrase-as-it-is',
  ['passphrase-plain'],
  requestsCode('GET', 'https://api.kucoin.com/api/v1/accounts', kucoin(`${MS}GET/api/v1/accounts`, PASS)),
  OKX,
)
one(
  'kucoin_passphrase-in-hexadecimal',
  ['passphrase-form'],
  browserCurl('GET', 'https://api.kucoin.com/api/v1/accounts', kucoin(`${MS}GET/api/v1/accounts`, mac(PASS))),
  OKX,
)
one(
  'kucoin_futures-host-in-the-path',
  ['text-with-url', 'path-with-host', 'url-form'],
  nodeCode(
    'GET',
    'https://api-futures.kucoin.com/api/v1/positions',
    kucoin(`${MS}GEThttps://api-futures.kucoin.com/api/v1/positions`, mac(PASS, 'base64')),
  ),
  OKX,
)
one(
  'kucoin_no-slash',
  ['path-slash', 'path-slashes', 'path-leading-slash'],
  axiosJson(
    'GET',
    'https://api.kucoin.com/api/v1/accounts?currency=BTC',
    kucoin(`${MS}GETapi/v1/accounts?currency=BTC`, mac(PASS, 'base64')),
  ),
  OKX,
)

// --- Kraken: path and the hash of nonce and form; the secret is base64
const KRAKEN = Buffer.from('canary-kraken-secret-of-some-more-bytes-than-thirty-two').toString('base64')
const krakenSign = (path, nonce, form, key = Buffer.from(KRAKEN, 'base64'), digest = 'base64') =>
  createHmac('sha512', key)
    .update(Buffer.concat([Buffer.from(path), Buffer.from(sha(`${nonce}${form}`, 'hex'), 'hex')]))
    .digest(digest)
const FORM = ['Content-Type', 'application/x-www-form-urlencoded']
const kraken = (sign) => [['API-Key', 'key-1'], ['API-Sign', sign], FORM]
const krakenForm = `nonce=${MS}&ordertype=limit&pair=XBTUSD&price=30000&type=buy&volume=0.01`
const krakenUrl = 'https://api.kraken.com/0/private/AddOrder'
one(
  'kraken_secret-not-decoded',
  ['secret-not-decoded'],
  phpCurl('POST', krakenUrl, kraken(krakenSign('/0/private/AddOrder', MS, krakenForm, KRAKEN)), krakenForm),
  { secret: KRAKEN },
)
one(
  'kraken_path-without-version',
  ['path-prefix', 'path-segment'],
  browserCurl('POST', krakenUrl, kraken(krakenSign('/private/AddOrder', MS, krakenForm)), krakenForm),
  { secret: KRAKEN },
)
one(
  'kraken_json-of-the-form',
  ['body-as-json', 'body-form-parsed', 'json-as-form'],
  requestsCode(
    'POST',
    krakenUrl,
    kraken(krakenSign('/0/private/AddOrder', MS, JSON.stringify(Object.fromEntries(new URLSearchParams(krakenForm))))),
    krakenForm,
  ),
  { secret: KRAKEN },
)
one(
  'kraken_hexadecimal',
  ['signature-form', 'signature-encoding'],
  powerShellScript(
    'Post',
    krakenUrl,
    kraken(krakenSign('/0/private/AddOrder', MS, krakenForm, undefined, 'hex')),
    krakenForm,
  ),
  { secret: KRAKEN },
)

// --- Coinbase Exchange: seconds, method, path and body; the secret is base64
const CB = Buffer.from('canary-coinbase-exchange-secret-of-sixty-four-bytes-or-so').toString('base64')
const cb = (text, time = S, key = Buffer.from(CB, 'base64')) => [
  ['CB-ACCESS-KEY', 'key-1'],
  ['CB-ACCESS-SIGN', createHmac('sha256', key).update(text).digest('base64')],
  ['CB-ACCESS-TIMESTAMP', time],
  ['CB-ACCESS-PASSPHRASE', PASS],
]
one(
  'coinbase-exchange_secret-as-text',
  ['secret-not-decoded'],
  chromePowerShell('GET', 'https://api.exchange.coinbase.com/accounts', cb(`${S}GET/accounts`, S, CB)),
  { secret: CB, passphrase: PASS },
)
one(
  'coinbase-exchange_milliseconds-signed',
  ['time-unit', 'time-other'],
  nodeCode('GET', 'https://api.exchange.coinbase.com/orders?status=open', cb(`${S}123GET/orders?status=open`)),
  { secret: CB, passphrase: PASS },
)
one(
  'coinbase-exchange_query-as-body',
  ['query-as-body', 'query-as-json', 'text-order', 'question-mark'],
  requestsCode('GET', 'https://api.exchange.coinbase.com/orders?status=open', cb(`${S}GET/orders{"status":"open"}`)),
  { secret: CB, passphrase: PASS },
)

// --- Gate: lines, and the hash of the body
const gate = (lines, hash = 'sha512', time = S) => [
  ['KEY', 'key-1'],
  ['Timestamp', time],
  ['SIGN', mac(lines.join('\n'), 'hex', hash)],
]
const empty = sha('', 'hex', 'sha512')
one(
  'gate_prefix-not-signed',
  ['path-prefix', 'path-extra-prefix', 'path-segment'],
  browserCurl(
    'GET',
    'https://api.gateio.ws/api/v4/spot/orders?status=open&currency_pair=BTC_USDT',
    gate(['GET', '/spot/orders', 'status=open&currency_pair=BTC_USDT', empty, S]),
  ),
  { secret: SECRET },
)
one(
  'gate_body-hashed-with-sha256',
  ['body-digest', 'hash-other', 'body-hash-other', 'body-hash-algorithm'],
  phpCurl(
    'POST',
    'https://api.gateio.ws/api/v4/spot/orders',
    [...gate(['POST', '/api/v4/spot/orders', '', sha(compact), S]), JSON_TYPE],
    compact,
  ),
  { secret: SECRET },
)
one(
  'gate_newline-at-the-end',
  ['text-line-break', 'text-end'],
  goQuoted(
    http('GET', 'api.gateio.ws', '/api/v4/spot/accounts', gate(['GET', '/api/v4/spot/accounts', '', empty, S, ''])),
  ),
  { secret: SECRET },
)

// --- HTX: lines of method, host, path and the sorted query
const htxQuery = `AccessKeyId=key-1&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2023-11-14T22%3A13%3A20`
const htx = (host, query = htxQuery, path = '/v1/account/accounts', method = 'GET') =>
  encodeURIComponent(mac([method, host, path, query].join('\n'), 'base64'))
one(
  'htx_port',
  ['host-port'],
  browserCurl('GET', `https://api.huobi.pro/v1/account/accounts?${htxQuery}&Signature=${htx('api.huobi.pro:443')}`, [
    ['Content-Type', FORM[1]],
  ]),
  { secret: SECRET },
)
one(
  'htx_host-of-aws',
  ['host-other', 'host-rewritten'],
  requestsCode(
    'GET',
    `https://api-aws.huobi.pro/v1/account/accounts?${htxQuery}&Signature=${htx('api.huobi.pro')}`,
    [],
  ),
  { secret: SECRET },
)
one(
  'htx_colons-of-the-time',
  [
    'query-encoding',
    'query-decoded',
    'parameters-encoding',
    'parameters-not-encoded',
    'time-form',
    'parameters-decoded',
  ],
  nodeCode(
    'GET',
    `https://api.huobi.pro/v1/account/accounts?${htxQuery}&Signature=${htx('api.huobi.pro', htxQuery.replaceAll('%3A', ':'))}`,
    [],
  ),
  { secret: SECRET },
)
one(
  'htx_small-digits',
  ['query-digits-case', 'parameters-digits-case', 'text-digits-case'],
  axiosJson(
    'GET',
    `https://api.huobi.pro/v1/account/accounts?${htxQuery}&Signature=${htx('api.huobi.pro', htxQuery.replaceAll('%3A', '%3a'))}`,
    [],
  ),
  { secret: SECRET },
)

// --- others, the less used ones too
const bitget = (text, more = []) => [
  ['ACCESS-KEY', 'key-1'],
  ['ACCESS-SIGN', mac(text, 'base64')],
  ['ACCESS-TIMESTAMP', MS],
  ['ACCESS-PASSPHRASE', PASS],
  ...more,
]
one(
  'bitget_seconds-signed',
  ['time-unit', 'time-other'],
  httpoison(
    'GET',
    'https://api.bitget.com/api/v2/spot/account/assets?coin=USDT',
    bitget(`${S}GET/api/v2/spot/account/assets?coin=USDT`),
    '',
  ),
  OKX,
)
one(
  'bitget_pretty-body',
  ['body-json-indented'],
  jmeter(
    'POST',
    'https://api.bitget.com/api/v2/spot/trade/place-order',
    bitget(`${MS}POST/api/v2/spot/trade/place-order${JSON.stringify(order, null, 2)}`, [JSON_TYPE]),
    compact,
  ),
  OKX,
)
const phemexExpiry = '1700000060'
one(
  'phemex_question-mark',
  ['question-mark', 'query-mark'],
  browserCurl('GET', 'https://api.phemex.com/accounts/accountPositions?currency=BTC', [
    ['x-phemex-access-token', 'key-1'],
    ['x-phemex-request-expiry', phemexExpiry],
    ['x-phemex-request-signature', mac(`/accounts/accountPositions?currency=BTC${phemexExpiry}`)],
  ]),
  { secret: SECRET },
)
one(
  'delta_trailing-slash',
  ['path-slash', 'path-trailing-slash'],
  requestsCode('GET', 'https://api.delta.exchange/v2/wallet/balances', [
    ['api-key', 'key-1'],
    ['timestamp', S],
    ['signature', mac(`GET${S}/v2/wallet/balances/`)],
  ]),
  { secret: SECRET },
)
one(
  'bitmart_memo-left-out',
  ['passphrase-other', 'text-part-left-out', 'passphrase-left-out', 'memo-left-out'],
  nodeCode(
    'POST',
    'https://api-cloud.bitmart.com/spot/v2/submit_order',
    [['X-BM-KEY', 'key-1'], ['X-BM-TIMESTAMP', MS], ['X-BM-SIGN', mac(`${MS}#${compact}`)], JSON_TYPE],
    compact,
  ),
  OKX,
)
const p = Buffer.from(JSON.stringify({ request: '/v1/balances', nonce: MS })).toString('base64')
one(
  'gemini_sha256',
  ['hash-other'],
  postmanCurl('POST', 'https://api.gemini.com/v1/balances', [
    ['Content-Type', 'text/plain'],
    ['X-GEMINI-APIKEY', 'key-1'],
    ['X-GEMINI-PAYLOAD', p],
    ['X-GEMINI-SIGNATURE', mac(p)],
  ]),
  { secret: SECRET },
)
one(
  'gemini_json-signed',
  ['text-not-base64', 'payload-decoded', 'payload-not-encoded'],
  requestsCode('POST', 'https://api.gemini.com/v1/balances', [
    ['Content-Type', 'text/plain'],
    ['X-GEMINI-APIKEY', 'key-1'],
    ['X-GEMINI-PAYLOAD', p],
    ['X-GEMINI-SIGNATURE', mac(Buffer.from(p, 'base64').toString(), 'hex', 'sha384')],
  ]),
  { secret: SECRET },
)
const wb = JSON.stringify({ request: '/api/v4/trade-account/balance', nonce: Number(MS) })
one(
  'whitebit_payload-of-spaced-json',
  ['body-json-spaces', 'payload-other', 'payload-body'],
  axiosJson(
    'POST',
    'https://whitebit.com/api/v4/trade-account/balance',
    [
      JSON_TYPE,
      ['X-TXC-APIKEY', 'key-1'],
      ['X-TXC-PAYLOAD', Buffer.from(wb).toString('base64')],
      ['X-TXC-SIGNATURE', mac(Buffer.from(wb).toString('base64'), 'hex', 'sha512')],
    ],
    wb.replaceAll(':', ': ').replaceAll(',', ', ').replace('"/api', '"/api'),
  ),
  { secret: SECRET },
)
const kalshi = (text, salt) =>
  signBytes('sha256', Buffer.from(text), {
    key: RSA_KEY,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: salt,
  }).toString('base64')
const kalshiHeaders = (sign) => [
  ['KALSHI-ACCESS-KEY', '11111111-2222-4333-8444-555555555555'],
  ['KALSHI-ACCESS-TIMESTAMP', MS],
  ['KALSHI-ACCESS-SIGNATURE', sign],
]
one(
  'kalshi_longest-salt',
  ['rsa-salt-length'],
  requestsCode(
    'GET',
    'https://api.elections.kalshi.com/trade-api/v2/portfolio/balance',
    kalshiHeaders(kalshi(`${MS}GET/trade-api/v2/portfolio/balance`, 222)),
  ),
  { publicKey: publicOf(RSA_KEY) },
)
one(
  'kalshi_query-signed',
  ['path-with-query', 'query-signed', 'text-with-query'],
  browserCurl(
    'GET',
    'https://api.elections.kalshi.com/trade-api/v2/portfolio/orders?status=resting',
    kalshiHeaders(kalshi(`${MS}GET/trade-api/v2/portfolio/orders?status=resting`, 32)),
  ),
  { publicKey: publicOf(RSA_KEY) },
)
one(
  'kalshi_pkcs1',
  ['algorithm', 'rsa-padding', 'rsa-encoding'],
  nodeCode(
    'GET',
    'https://api.elections.kalshi.com/trade-api/v2/portfolio/balance',
    kalshiHeaders(
      signBytes('sha256', Buffer.from(`${MS}GET/trade-api/v2/portfolio/balance`), RSA_KEY).toString('base64'),
    ),
  ),
  { publicKey: publicOf(RSA_KEY) },
)
const ed = (text) => signBytes(null, Buffer.from(text), createPrivateKey(ED25519_KEY)).toString('base64')
one(
  'backpack_instruction-left-out',
  ['text-part-left-out', 'instruction-left-out', 'text-alternative'],
  typedCmd('GET', 'https://api.backpack.exchange/api/v1/capital', [
    ['X-API-Key', 'key-1'],
    ['X-Timestamp', MS],
    ['X-Window', '5000'],
    ['X-Signature', ed(`timestamp=${MS}&window=5000`)],
  ]),
  { publicKey: publicOf(ED25519_KEY), scheme: 'backpack' },
)
one(
  'backpack_private-key-for-public',
  ['key-form', 'key-is-private', 'public-key-is-private', 'public-key-form'],
  browserCurl('GET', 'https://api.backpack.exchange/api/v1/capital', [
    ['X-API-Key', 'key-1'],
    ['X-Timestamp', MS],
    ['X-Window', '5000'],
    ['X-Signature', ed(`instruction=balanceQuery&timestamp=${MS}&window=6000`)],
  ]),
  { publicKey: ED25519_KEY, scheme: 'backpack' },
)
const bfx = { symbol: 'tBTCUSD', amount: '0.1' }
const bfxNonce = `${MS}000`
one(
  'bitfinex_prefix-and-query',
  ['path-prefix', 'text-part-left-out', 'path-segment'],
  requestsCode(
    'POST',
    'https://api.bitfinex.com/v2/auth/r/wallets',
    [
      ['bfx-nonce', bfxNonce],
      ['bfx-apikey', 'key-1'],
      ['bfx-signature', mac(`/v2/auth/r/wallets${bfxNonce}{}`, 'hex', 'sha384')],
      JSON_TYPE,
    ],
    '{}',
  ),
  { secret: SECRET },
)
one(
  'bitfinex_other-order',
  ['body-json-order', 'body-json-sorted'],
  phpCurl(
    'POST',
    'https://api.bitfinex.com/v2/auth/w/order/submit',
    [
      ['bfx-nonce', bfxNonce],
      ['bfx-apikey', 'key-1'],
      [
        'bfx-signature',
        mac(
          `/api/v2/auth/w/order/submit${bfxNonce}${JSON.stringify({ amount: '0.1', symbol: 'tBTCUSD' })}`,
          'hex',
          'sha384',
        ),
      ],
      JSON_TYPE,
    ],
    JSON.stringify(bfx),
  ),
  { secret: SECRET },
)
const coinex = (text, time = MS) => [
  ['X-COINEX-KEY', 'key-1'],
  ['X-COINEX-SIGN', mac(text)],
  ['X-COINEX-TIMESTAMP', time],
]
one(
  'coinex_query-left-out',
  ['query-left-out'],
  httpFile(
    'GET',
    'https://api.coinex.com/v2/spot/pending-order?market=BTCUSDT&market_type=SPOT',
    coinex(`GET/v2/spot/pending-order${MS}`),
  ),
  { secret: SECRET },
)
one(
  'mexc_upper-case',
  ['signature-case', 'text-digits-case', 'signature-upper', 'signature-form'],
  browserCurl(
    'GET',
    `https://api.mexc.com/api/v3/account?timestamp=${MS}&signature=${bin(`timestamp=${MS}`).toUpperCase()}`,
    [['X-MEXC-APIKEY', 'key-1']],
  ),
  { secret: SECRET },
)
const bs = { secret: SECRET }
const nonce = '11111111-2222-4333-8444-555555555555'
const bitstamp = (text) => [
  ['X-Auth', 'BITSTAMP key-1'],
  ['X-Auth-Signature', mac(text)],
  ['X-Auth-Nonce', nonce],
  ['X-Auth-Timestamp', MS],
  ['X-Auth-Version', 'v2'],
]
one(
  'bitstamp_type-for-nothing',
  [
    'content-type-left-out',
    'text-part-left-out',
    'content-type-other',
    'text-with-type',
    'body-as-form',
    'content-type-for-none',
  ],
  requestsCode(
    'POST',
    'https://www.bitstamp.net/api/v2/balance/',
    bitstamp(`BITSTAMP key-1POSTwww.bitstamp.net/api/v2/balance/application/x-www-form-urlencoded${nonce}${MS}v2`),
  ),
  bs,
)
one(
  'bitstamp_no-trailing-slash',
  ['path-slash', 'path-trailing-slash'],
  browserCurl(
    'POST',
    'https://www.bitstamp.net/api/v2/balance/',
    bitstamp(`BITSTAMP key-1POSTwww.bitstamp.net/api/v2/balance${nonce}${MS}v2`),
  ),
  bs,
)
one(
  'deribit_line-break-missing',
  ['text-line-break', 'line-break', 'lines-number', 'text-end', 'lines-form'],
  `GET /api/v2/private/get_account_summary?currency=BTC HTTP/1.1\nHost: www.deribit.com\nAuthorization: deri-hmac-sha256 id=key-1,ts=${MS},nonce=abcd,sig=${mac(`${MS}\nabcd\nGET\n/api/v2/private/get_account_summary?currency=BTC\n`)}\n\n`,
  bs,
)
const ccq = {
  id: 1,
  method: 'private/get-account-summary',
  api_key: 'key-1',
  params: { currency: 'BTC', a: 1 },
  nonce: Number(MS),
}
one(
  'crypto-com_parameters-not-sorted',
  ['parameters-order', 'parameters-not-sorted', 'text-parameters-order', 'body-json-order'],
  axiosJson(
    'POST',
    'https://api.crypto.com/exchange/v1/private/get-account-summary',
    [JSON_TYPE],
    JSON.stringify({ ...ccq, sig: mac(`private/get-account-summary1key-1currencyBTCa1${MS}`) }),
  ),
  bs,
)
one(
  'bitvavo_prefix-left-out',
  ['path-prefix', 'path-segment'],
  nodeCode('GET', 'https://api.bitvavo.com/v2/balance?symbol=BTC', [
    ['Bitvavo-Access-Key', 'key-1'],
    ['Bitvavo-Access-Signature', mac(`${MS}GET/balance?symbol=BTC`)],
    ['Bitvavo-Access-Timestamp', MS],
    ['Bitvavo-Access-Window', '10000'],
  ]),
  bs,
)
one(
  'lbank_md5-in-small-letters',
  ['digest-case', 'text-hash-case', 'text-of-hash', 'text-digits-case', 'text-case'],
  (() => {
    const echo = 'abcdefghijklmnopqrstuvwxyz012345'
    const text = `api_key=key-1&echostr=${echo}&signature_method=HmacSHA256&timestamp=${MS}`
    return browserCurl(
      'POST',
      'https://api.lbkex.com/v2/supplement/user_info.do',
      [FORM, ['timestamp', MS], ['signature_method', 'HmacSHA256'], ['echostr', echo]],
      `api_key=key-1&sign=${mac(sha(text, 'hex', 'md5'))}`,
    )
  })(),
  bs,
)

// --- former APIs
const v2 = `api_key=key-1&symbol=BTCUSD&timestamp=${MS}`
one(
  'bybit-v2_window-behind',
  [
    'parameters-order',
    'parameters-not-sorted',
    'text-parameters-order',
    'query-unsorted',
    'query-order',
    'query-sorted',
    'parameter-added',
    'signed-before-added',
    'query-parameter-added',
  ],
  requestsCode('GET', `https://api.bybit.com/v2/private/position/list?${v2}&recv_window=5000&sign=${mac(v2)}`, []),
  bs,
)
const v1Params = { access_id: 'key-1', market: 'BTCUSDT', tonce: Number(MS) }
const v1 = (secretName, upper = true) => {
  const text = `access_id=key-1&market=BTCUSDT&tonce=${MS}&${secretName}=${SECRET}`
  const hash = sha(text, 'hex', 'md5')
  return upper ? hash.toUpperCase() : hash
}
one(
  'coinex-v1_small-letters',
  ['signature-case', 'text-digits-case', 'signature-form'],
  requestsCode('GET', `https://api.coinex.com/v1/order/pending?${new URLSearchParams(v1Params)}`, [
    ['authorization', v1('secret_key', false)],
  ]),
  bs,
)
one(
  'coinex-v1_name-of-the-secret',
  ['text-key-name', 'secret-name', 'parameter-name'],
  phpCurl('GET', `https://api.coinex.com/v1/order/pending?${new URLSearchParams(v1Params)}`, [
    ['authorization', v1('secret')],
  ]),
  bs,
)

// --- wallets: another text gives another address
one(
  'hyperliquid_address-changes',
  ['wallet-recovered', 'hyperliquid-hash-signed', 'refused-signature', 'refused-key'],
  requestsCode(
    'POST',
    'https://api.hyperliquid.xyz/exchange',
    [JSON_TYPE],
    JSON.stringify({
      action: {
        type: 'order',
        orders: [{ a: 0, b: true, p: '30000', s: '0.01', r: false, t: { limit: { tif: 'Gtc' } } }],
        grouping: 'na',
      },
      nonce: Number(MS),
      signature: {
        r: '0x53749d5b30552aeb2fca34b530185976545bb22d0b3ce6f62e31be961a59298',
        s: '0x755c40ba9bf05223521753995abb2f73ab3229be8ec921f350cb447e384d8ed8',
        v: 27,
      },
      vaultAddress: null,
    }),
  ) +
    '\n# {"status":"err","response":"User or API Wallet 0x1719884eb866cb12b2287399b15f7db5e7d775ea does not exist."}\n',
  {},
)

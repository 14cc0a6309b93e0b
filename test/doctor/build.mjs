// Makes the cases of the corpus: each request is signed wrongly by the few lines here, not by the doctor's own hypotheses.
import { createHash, createHmac } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'

const folder = new URL('./corpus/', import.meta.url)
mkdirSync(folder, { recursive: true })
const SECRET = 'canary-secret-5d41402abc4b2a76'
const PASS = 'canary-passphrase-77'
const B64 = Buffer.from('canary kraken secret of sixty-four bytes, as they are handed out').toString('base64')
const MS = '1700000000123'
const ISO = '2023-11-14T22:13:20.123Z'
const mac = (text, form = 'hex', hash = 'sha256', secret = SECRET) => createHmac(hash, secret).update(text).digest(form)
// What a thread has in common with the case; of every other one it is the same refusal of the same exchange.
const ABOUT = [
  [
    'the same cause',
    new Set([
      ...['binance-ahead', 'binance-aiohttp', 'binance-chinese', 'binance-email', 'binance-expired'],
      ...['binance-refused-key', 'binance-swapped', 'gate-body-hash', 'gate-comma', 'gate-method'],
      ...['kraken-nonce-not-hashed', 'kucoin-get-body', 'kucoin-hex', 'kucoin-spaces', 'okx-no-passphrase'],
      ...['okx-passphrase-as-secret', 'okx-passphrase-shell', 'rfc9421-host', 'rfc9421-json-body', 'rfc9421-no-params'],
    ]),
  ],
  ['the same cause, at another service', new Set(['okx-ahead', 'okx-comma', 'okx-hex'])],
  ['the same subject', new Set(['rfc9421-ahead', 'rfc9421-cavage', 'rfc9421-expired', 'rfc9421-port'])],
]
const write = (name, family, source, expected, input, options = { secret: SECRET }) => {
  const about = source === null ? 'none' : (ABOUT.find(([, names]) => names.has(name))?.[0] ?? 'the same refusal')
  const text = JSON.stringify({ family, source, about, expected, input, options }, null, 2)
  writeFileSync(new URL(`${name}.json`, folder), `${text}\n`)
}
const gh = (path) => `https://github.com/${path}`

const okx = (
  name,
  source,
  expected,
  {
    method = 'POST',
    path = '/api/v5/trade/order',
    body = '',
    text,
    sent = ISO,
    secret = SECRET,
    form = 'base64',
    sign,
    options = {},
    passphrase = PASS,
    time,
  },
) =>
  write(
    `okx-${name}`,
    'okx',
    source,
    expected,
    `${method} ${path} HTTP/1.1\r\nHost: www.okx.com\r\nContent-Type: application/json\r\nOK-ACCESS-KEY: key-1\r\nOK-ACCESS-SIGN: ${sign ?? mac(text, form, 'sha256', secret)}\r\nOK-ACCESS-TIMESTAMP: ${time ?? sent}\r\n${passphrase === null ? '' : `OK-ACCESS-PASSPHRASE: ${passphrase}\r\n`}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    { secret: SECRET, passphrase: PASS, ...options },
  )
const body = '{"instId":"BTC-USDT","tdMode":"cash","side":"buy","ordType":"limit","px":"100","sz":"1"}'
const spaced = body.replaceAll(',', ', ').replaceAll('":', '": ')
const O = '/api/v5/trade/order'
const G = '/api/v5/account/balance'
okx('json-spaces', gh('knowm/XChange/issues/4946'), 'body-json-spaces', { body, text: `${ISO}POST${O}${spaced}` })
okx('json-compact', gh('knowm/XChange/issues/3082'), 'body-json-compact', {
  body: spaced,
  text: `${ISO}POST${O}${body}`,
})
okx('body-left-out', gh('okcoin-okex/API-docs-OKEx.com/issues/227'), 'body-left-out', { body, text: `${ISO}POST${O}` })
okx('query-left-out', gh('okcoin-okex/API-docs-OKEx.com/issues/227'), 'query-left-out', {
  method: 'GET',
  path: `${G}?ccy=BTC,ETH`,
  text: `${ISO}GET${G}`,
})
okx('comma', gh('ccxt/ccxt/issues/19966'), ['query-encoder', 'query-encoded'], {
  method: 'GET',
  path: `${G}?ccy=BTC,ETH`,
  text: `${ISO}GET${G}?ccy=BTC%2CETH`,
})
okx('lower-method', gh('okcoin-okex/API-docs-OKEx.com/issues/227'), 'method-lower-case', {
  method: 'GET',
  path: G,
  text: `${ISO}get${G}`,
})
okx('hex', gh('ccxt/ccxt/issues/9369'), 'signature-form', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}`,
  form: 'hex',
})
okx('unix-time', null, 'time-form', {
  method: 'GET',
  path: G,
  text: `${MS}GET${G}`,
  time: MS,
})
okx('time-twice', null, 'time-other', {
  method: 'GET',
  path: G,
  text: `2023-11-14T22:13:20.131ZGET${G}`,
})
okx('time-unit', null, 'time-unit', {
  method: 'GET',
  path: G,
  text: `2023-11-14T22:13:20ZGET${G}`,
})
okx('no-passphrase', gh('ccxt/ccxt/issues/22265'), 'header-missing', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}`,
  passphrase: null,
})
okx('passphrase-as-secret', gh('sieblyio/okx-api/issues/22'), 'secret-swapped', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}`,
  secret: PASS,
})
okx('passphrase-shell', gh('sieblyio/okx-api/issues/116'), 'passphrase-other', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}`,
  passphrase: 'canary-passphrase-',
})
okx('secret-newline', null, 'secret-line-break', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}`,
  secret: `${SECRET}\n`,
})
okx('secret-unset', null, 'secret-unset', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}`,
  secret: 'undefined',
})
okx('path-prefix', gh('knowm/XChange/issues/4946'), 'path-prefix', {
  method: 'GET',
  path: G,
  text: `${ISO}GET/account/balance`,
})
okx('braces', gh('okcoin-okex/API-docs-OKEx.com/issues/227'), 'body-for-none', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}{}`,
})
okx('url', gh('okcoin-okex/API-docs-OKEx.com/issues/227'), 'text-with-url', {
  method: 'GET',
  path: G,
  text: `${ISO}GEThttps://www.okx.com${G}`,
})
okx('ahead', gh('ccxt/ccxt/issues/15282'), 'clock-ahead', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}`,
  options: { nowMs: 1699999900000 },
})
okx('trailing-slash', gh('knowm/XChange/issues/3082'), 'path-trailing-slash', {
  method: 'GET',
  path: G,
  text: `${ISO}GET${G}/`,
})

const binance = (
  name,
  source,
  expected,
  { method = 'POST', sent, text, sign = mac(text), path = '/api/v3/order', form, options = {} },
) =>
  write(
    `binance-${name}`,
    'binance',
    source,
    expected,
    form
      ? `curl -X ${method} 'https://api.binance.com${path}' -H 'X-MBX-APIKEY: key-1' -d '${sent}&signature=${sign}'`
      : `curl -X ${method} -H 'X-MBX-APIKEY: key-1' 'https://api.binance.com${path}?${sent}&signature=${sign}'`,
    { secret: SECRET, ...options },
  )
const q = `symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&timestamp=${MS}`
binance('timestamp-after', gh('Binance-docs/Binance_Futures_python/issues/25'), 'query-parameter-added', {
  sent: q,
  text: 'symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1',
})
binance('sorted', gh('ccxt/node-binance-api/issues/528'), 'query-sorted', {
  sent: q,
  text: q.split('&').sort().join('&'),
})
binance('email', gh('ccxt/ccxt/issues/8154'), ['query-encoder', 'query-decoded'], {
  path: '/sapi/v1/sub-account/list',
  method: 'GET',
  sent: `email=a%40b.com&timestamp=${MS}`,
  text: `email=a@b.com&timestamp=${MS}`,
})
binance('chinese', gh('sammchardy/python-binance/issues/1617'), 'query-decoded', {
  sent: `symbol=%E5%B8%81%E5%AE%89USDT&timestamp=${MS}`,
  text: `symbol=币安USDT&timestamp=${MS}`,
})
binance('aiohttp', gh('sammchardy/python-binance/issues/1099'), ['query-encoder', 'query-encoded', 'query-decoded'], {
  sent: `symbols=["BTCUSDT"]&timestamp=${MS}`,
  text: `symbols=%5B%22BTCUSDT%22%5D&timestamp=${MS}`,
})
binance('question-mark', gh('ccxt/node-binance-api/issues/528'), 'question-mark', { sent: q, text: `?${q}` })
binance('base64', null, 'signature-form', { sent: q, sign: encodeURIComponent(mac(q, 'base64')) })
binance('sha512', null, 'algorithm', { sent: q, sign: mac(q, 'hex', 'sha512') })
binance('swapped', gh('ccxt/node-binance-api/issues/98'), 'secret-swapped', {
  sent: q,
  sign: mac(q, 'hex', 'sha256', 'key-1'),
})
binance('plain-hash', null, 'hash-without-key', {
  sent: q,
  sign: createHash('sha256')
    .update(q + SECRET)
    .digest('hex'),
})
binance('json', null, 'query-as-json', {
  sent: q,
  text: JSON.stringify(Object.fromEntries(new URLSearchParams(q))),
})
binance('ahead', gh('ccxt/ccxt/issues/15282'), 'clock-ahead', { sent: q, text: q, options: { nowMs: 1699999998000 } })
binance('expired', gh('sammchardy/python-binance/issues/60'), 'time-expired', {
  sent: q,
  text: q,
  options: { nowMs: 1700000020000 },
})
binance('form-sorted', gh('ccxt/node-binance-api/issues/566'), 'body-sorted', {
  sent: q,
  text: q.split('&').sort().join('&'),
  form: true,
})
binance('refused', gh('Binance-docs/Binance_Futures_python/issues/25'), 'refused-signature', {
  sent: q,
  sign: mac('x'),
  options: { secret: undefined, refusal: '{"code":-1022,"msg":"Signature for this request is not valid."}' },
})
binance('refused-key', gh('ccxt/ccxt/issues/18459'), 'refused-key-or-rights', {
  sent: q,
  text: q,
  options: { refusal: '{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}' },
})

const bybit = (
  name,
  source,
  expected,
  {
    method = 'GET',
    query = 'category=linear&symbol=BTCUSDT',
    body = '',
    text,
    sign = mac(text),
    window = '5000',
    options = {},
  },
) =>
  write(
    `bybit-${name}`,
    'bybit',
    source,
    expected,
    {
      method,
      url: `https://api.bybit.com/v5/order/${method === 'GET' ? 'realtime' : 'create'}${query === '' ? '' : `?${query}`}`,
      headers: {
        'X-BAPI-API-KEY': 'key-1',
        'X-BAPI-SIGN': sign,
        'X-BAPI-TIMESTAMP': MS,
        ...(window && { 'X-BAPI-RECV-WINDOW': window }),
      },
      ...(body && { body }),
    },
    { secret: SECRET, ...options },
  )
const bq = 'category=linear&symbol=BTCUSDT'
const bb = '{"category":"spot","symbol":"BTCUSDT","side":"Buy","orderType":"Market","qty":"0.1"}'
bybit('window-left-out', null, ['receive window-other', 'text-part-left-out'], {
  text: `${MS}key-1${bq}`,
})
bybit('window-other', null, 'receive window-other', { text: `${MS}key-120000${bq}` })
bybit('key-left-out', null, ['API key-left-out', 'text-part-left-out'], {
  text: `${MS}5000${bq}`,
})
bybit('spaces', null, 'body-json-spaces', {
  method: 'POST',
  query: '',
  body: bb,
  text: `${MS}key-15000${bb.replaceAll(',', ', ').replaceAll('":', '": ')}`,
})
bybit('json-as-form', null, ['body-json-as-form', 'body-as-query'], {
  method: 'POST',
  query: '',
  body: bb,
  text: `${MS}key-15000${new URLSearchParams(JSON.parse(bb))}`,
})
bybit('order', null, 'text-order', { text: `key-1${MS}5000${bq}` })
bybit('upper', null, 'signature-form', {
  sign: mac(`${MS}key-15000${bq}`).toUpperCase(),
})
bybit('origin-string', null, ['body-json-spaces', 'refused-signature'], {
  method: 'POST',
  query: '',
  body: bb,
  sign: mac('other'),
  options: {
    secret: undefined,
    refusal: JSON.stringify({
      retCode: 10004,
      retMsg: `error sign! origin_string[${MS}key-15000${bb.replaceAll(',', ', ').replaceAll('":', '": ')}]`,
    }),
  },
})

const kraken = (
  name,
  source,
  expected,
  text,
  {
    secret = Buffer.from(B64, 'base64'),
    form = 'base64',
    b = `nonce=${MS}&pair=XBTUSD&type=buy&ordertype=market&volume=1`,
  } = {},
) =>
  write(
    `kraken-${name}`,
    'kraken',
    source,
    expected,
    `POST /0/private/AddOrder HTTP/1.1\nHost: api.kraken.com\nContent-Type: application/x-www-form-urlencoded\nAPI-Key: key-1\nAPI-Sign: ${createHmac('sha512', secret).update(text).digest(form)}\n\n${b}`,
    { secret: B64 },
  )
const KP = '/0/private/AddOrder'
const kb = `nonce=${MS}&pair=XBTUSD&type=buy&ordertype=market&volume=1`
const sha = (text, form) => createHash('sha256').update(text).digest(form)
const kr = (text) => Buffer.concat([Buffer.from(KP), sha(text)])
kraken('hex-digest', null, 'kraken-hash-as-text', KP + sha(MS + kb, 'hex'))
kraken(
  'nonce-not-hashed',
  gh('nothingisdead/npm-kraken-api/issues/20'),
  ['kraken-nonce-not-hashed', 'nonce-left-out'],
  kr(kb),
)
kraken('secret-text', gh('veox/python3-krakenex/issues/107'), 'secret-encoding', kr(MS + kb), { secret: B64 })
kraken('hex', gh('nothingisdead/npm-kraken-api/issues/52'), 'signature-form', kr(MS + kb), { form: 'hex' })
kraken(
  'path',
  gh('nothingisdead/npm-kraken-api/issues/52'),
  'path-prefix',
  Buffer.concat([Buffer.from('/private/AddOrder'), sha(MS + kb)]),
)
kraken('not-hashed', gh('veox/python3-krakenex/issues/107'), 'kraken-hash-order', KP + MS + kb)

const kucoin = (
  name,
  source,
  expected,
  { method = 'GET', path = '/api/v1/accounts', body = '', text, pass = mac(PASS, 'base64'), form = 'base64' },
) =>
  write(
    `kucoin-${name}`,
    'kucoin',
    source,
    expected,
    `fetch("https://api.kucoin.com${path}", { "method": "${method}", "headers": { "KC-API-KEY": "key-1", "KC-API-SIGN": "${mac(text, form)}", "KC-API-TIMESTAMP": "${MS}", "KC-API-PASSPHRASE": "${pass}", "KC-API-KEY-VERSION": "2" }${body === '' ? '' : `, "body": ${JSON.stringify(body)}`} })`,
    { secret: SECRET, passphrase: PASS },
  )
kucoin('plain-passphrase', gh('escwdev/kucoin-node-api/issues/51'), 'passphrase-plain', {
  text: `${MS}GET/api/v1/accounts`,
  pass: PASS,
})
kucoin('query', gh('Kucoin/kucoin-api-docs/issues/466'), 'query-left-out', {
  path: '/api/v1/accounts?currency=BTC',
  text: `${MS}GET/api/v1/accounts`,
})
kucoin('get-body', gh('Kucoin/kucoin-api-docs/issues/466'), 'query-as-body', {
  path: '/api/v1/accounts?currency=BTC',
  text: `${MS}GET/api/v1/accounts{"currency":"BTC"}`,
})
kucoin('hex', gh('ccxt/ccxt/issues/9369'), 'signature-form', {
  text: `${MS}GET/api/v1/accounts`,
  form: 'hex',
})
kucoin('spaces', gh('Kucoin/kucoin-api-docs/issues/466'), 'body-json-spaces', {
  method: 'POST',
  path: '/api/v1/orders',
  body: '{"side":"buy","symbol":"BTC-USDT"}',
  text: `${MS}POST/api/v1/orders{"side": "buy", "symbol": "BTC-USDT"}`,
})

const S = '1700000000'
const h512 = (text) => createHash('sha512').update(text).digest('hex')
const gate = (
  name,
  source,
  expected,
  { method = 'GET', query = 'currency_pair=GT_USDT', body = '', text, hash = 'sha512' },
) =>
  write(
    `gate-${name}`,
    'gate',
    source,
    expected,
    `${method} /api/v4/spot/orders${query === '' ? '' : `?${query}`} HTTP/1.1\nHost: api.gateio.ws\nKEY: key-1\nTimestamp: ${S}\nSIGN: ${mac(text, 'hex', hash)}\nContent-Length: ${body.length}\n\n${body}`,
  )
const GP = '/api/v4/spot/orders'
gate('method', gh('gateio/gateapi-python/issues/15'), 'method-other', {
  method: 'POST',
  query: '',
  body: '{"a":"1"}',
  text: ['GET', GP, '', h512('{"a":"1"}'), S].join('\n'),
})
gate('body-hash', gh('gateio/gateapi-js/issues/5'), 'gate-body-not-hashed', {
  method: 'POST',
  query: '',
  body: '{"a":"1"}',
  text: ['POST', GP, '', '{"a":"1"}', S].join('\n'),
})
gate('empty-hash', gh('gateio/gateapi-java/issues/31'), 'gate-body-not-hashed', {
  text: ['GET', GP, 'currency_pair=GT_USDT', '', S].join('\n'),
})
gate('comma', gh('sieblyio/gateio-api/issues/83'), ['query-encoded', 'query-encoded-twice'], {
  query: 'currencies=BTC%2CETH',
  text: ['GET', GP, 'currencies=BTC%2CETH', h512(''), S].join('\n'),
})
gate('sha256', gh('gateio/gateapi-java/issues/31'), 'algorithm', {
  text: ['GET', GP, 'currency_pair=GT_USDT', h512(''), S].join('\n'),
  hash: 'sha256',
})
gate('prefix', null, 'path-prefix', {
  text: ['GET', '/spot/orders', 'currency_pair=GT_USDT', h512(''), S].join('\n'),
})

const digest = (text) => `sha-256=:${createHash('sha256').update(text).digest('base64')}:`
const PARAMS = '("@method" "@authority" "@path" "@query" "content-type" "content-digest");created=1700000000;keyid="k1"'
const JB = '{"name":"a","n":1}'
const rfc = (
  name,
  source,
  expected,
  {
    change = (x) => x,
    body = JB,
    dig = JB,
    params = PARAMS,
    url = '/v1/orders?dry=1',
    type = 'application/json',
    extra = '',
    lines = {},
    sig = (x) => `:${x}:`,
    input = params,
    secret = SECRET,
    hash = 'sha256',
    options = {},
  },
) => {
  const values = {
    '@method': 'POST',
    '@authority': 'api.example.com',
    '@path': '/v1/orders',
    '@query': '?dry=1',
    'content-type': type,
    'content-digest': digest(dig),
    ...lines,
  }
  const base = [
    ...Object.entries(values).map(([id, value]) => `"${id}": ${value}`),
    `"@signature-params": ${params}`,
  ].join('\n')
  write(
    `rfc9421-${name}`,
    'rfc9421',
    source,
    expected,
    `POST ${url} HTTP/1.1\r\nHost: api.example.com\r\nContent-Type: ${type}\r\nContent-Digest: ${digest(dig)}\r\n${extra}Signature-Input: sig1=${input}\r\nSignature: sig1=${sig(mac(change(base), 'base64', hash, secret))}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    { secret: SECRET, ...options },
  )
}
rfc('json-body', gh('NodeBB/NodeBB/issues/14463'), 'digest-mismatch', { body: '{"name": "a", "n": 1}' })
rfc('line-break', null, 'base-line-break', { change: (x) => `${x}\n` })
rfc('no-params', gh('visa/trusted-agent-protocol/pull/21'), 'base-without-params', {
  change: (x) => x.split('\n').slice(0, -1).join('\n'),
})
rfc('host', gh('nomadium/linzer/issues/9'), 'host-rewritten', {
  extra: 'X-Forwarded-Host: public.example.org\r\n',
  lines: { '@authority': 'public.example.org' },
})
rfc('port', gh('httpwg/http-extensions/issues/1196'), '@authority-port', {
  lines: { '@authority': 'api.example.com:443' },
})
rfc('path-query', null, 'path-with-query', {
  lines: { '@path': '/v1/orders?dry=1' },
})
rfc('query-mark', null, '@query-mark', {
  lines: { '@query': 'dry=1' },
})
rfc('lower-method', null, '@method-case', {
  lines: { '@method': 'post' },
})
rfc('charset', null, 'content-type-parameters', {
  lines: { 'content-type': 'application/json; charset=utf-8' },
})
rfc('label', null, 'parameters-label', {
  change: (x) => x.replace('"@signature-params": ', '"@signature-params": sig1='),
})
rfc('spaces', null, 'parameters-spaces', { change: (x) => x.replaceAll(';', '; ') })
rfc('order', null, 'parameters-order', {
  change: (x) => x.replace(';created=1700000000;keyid="k1"', ';keyid="k1";created=1700000000'),
})
rfc('upper-component', null, 'component-upper-case', {
  input: PARAMS.replace('"content-type"', '"Content-Type"'),
})
rfc('colons', null, 'signature-without-colons', { sig: (x) => x })
rfc('base64url', null, 'signature-base64url', {
  sig: (x) => `:${x.replace(/[+/]/g, '-').replace(/=+$/, '')}-_:`,
})
rfc('created-quoted', null, 'created-not-integer', {
  input: PARAMS.replace('=1700000000', '="1700000000"'),
})
rfc('ahead', gh('httpwg/http-extensions/issues/1187'), 'clock-ahead', { options: { nowMs: 1699999900000 } })
rfc('expired', gh('cloudflare/web-bot-auth/issues/125'), 'expired', {
  params: `${PARAMS};expires=1700000060`,
  options: { nowMs: 1700000100000 },
})
rfc('prefix', null, '@path-prefix', { lines: { '@path': '/orders' } })
rfc('sha512', null, 'algorithm', {
  hash: 'sha384',
  options: { algorithm: 'hmac-sha256' },
})
rfc('secret-base64', null, 'secret-encoding', {
  secret: Buffer.from(Buffer.from(SECRET).toString('base64')),
})
rfc('cavage', gh('fedify-dev/fedify/issues/208'), 'cavage', {
  sig: (x) => `keyId="k1",algorithm="hs2019",headers="(request-target) host date",signature="${x}"`,
})

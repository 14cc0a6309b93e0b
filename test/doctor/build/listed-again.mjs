import { createHmac, sign as signBytes } from 'node:crypto'
import { EC_KEY, ED25519_KEY, RSA_KEY } from '../keys.mjs'
import {
  answered,
  b64url,
  DATE,
  http,
  ISO,
  listed,
  MS,
  mac,
  PASS,
  publicOf,
  S,
  SECRET,
  same,
  sha,
  write,
} from './case.mjs'

// The list once more with other schemes, and as other programs show a request; then threads that none of the batches has.
const one = (name, expected, input, options = { secret: SECRET }, source = undefined) =>
  write(
    name.replace('_', '-'),
    name.split('_')[0],
    source,
    source === undefined ? listed : same,
    expected,
    input,
    options,
  )
const JSON_TYPE = ['Content-Type', 'application/json']
const FORM = ['Content-Type', 'application/x-www-form-urlencoded']
const single = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
const q = JSON.stringify

// --- how programs and tools show a request
const springLog = (method, path, headers, body) =>
  `2023-11-14T22:13:20.123Z DEBUG 1 --- [nio-8080-exec-1] o.s.w.f.CommonsRequestLoggingFilter      : REQUEST DATA: ${method} ${path}, client=10.0.0.7, headers=[${headers.map(([name, value]) => `${name.toLowerCase()}:"${value}"`).join(', ')}], payload=${body}]\n`
const aspLog = (method, host, path, headers, body) =>
  `info: Microsoft.AspNetCore.HttpLogging.HttpLoggingMiddleware[1]\n      Request:\n      Protocol: HTTP/1.1\n      Method: ${method}\n      Scheme: https\n      PathBase: \n      Path: ${path}\n      Host: ${host}\n${headers.map(([name, value]) => `      ${name}: ${value}\n`).join('')}info: Microsoft.AspNetCore.HttpLogging.HttpLoggingMiddleware[3]\n      RequestBody: ${body}\n`
const _workerTail = (method, url, headers, body) =>
  q({
    outcome: 'ok',
    scriptName: 'hook',
    exceptions: [],
    logs: [{ message: ['body', body], level: 'log', timestamp: Number(MS) }],
    eventTimestamp: Number(MS),
    event: {
      request: {
        url,
        method,
        headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
        cf: { colo: 'FRA' },
      },
    },
  })
const sentryContext = (method, url, headers, body) =>
  q({
    request: { url, method, headers: headers.map(([name, value]) => [name, value]), data: body, query_string: '' },
    level: 'error',
    message: 'signature mismatch',
  })
const laravelLog = (method, url, headers, body) =>
  `[2023-11-14 22:13:20] local.INFO: webhook ${q({ method, url, headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), [value]])), content: body })}\n`
const djangoPrint = (method, url, headers, body) => {
  const { host, pathname, search } = new URL(url)
  return `method: ${method}\nurl: https://${host}${pathname}${search}\nheaders: {${headers.map(([name, value]) => `'${name}': ${single(value)}`).join(', ')}}\nbody: b${single(body)}\n`
}
const chromePane = (method, url, headers, body) =>
  `Request URL: ${url}\nRequest Method: ${method}\nStatus Code: 401 Unauthorized\nRemote Address: 104.16.1.1:443\nReferrer Policy: strict-origin-when-cross-origin\n\nRequest Headers\n${headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`).join('\n')}\n${body === '' ? '' : `\nRequest Payload\n${body}\n`}`
const gotCode = (method, url, headers, body) =>
  `import got from 'got'\n\nconst response = await got(${single(url)}, {\n  method: '${method}',\n  headers: {\n${headers.map(([name, value]) => `    '${name}': ${single(value)},`).join('\n')}\n  },\n${body === '' ? '' : `  body: ${single(body)},\n`}})\nconsole.log(response.body)\n`
const urllibCode = (method, url, headers, body) =>
  `import urllib.request\n\nreq = urllib.request.Request(\n    ${q(url)},\n${body === '' ? '' : `    data=b${single(body)},\n`}    headers={\n${headers.map(([name, value]) => `        ${q(name)}: ${q(value)},`).join('\n')}\n    },\n    method="${method}",\n)\nprint(urllib.request.urlopen(req).read())\n`
const aiohttpCode = (method, url, headers, body) =>
  `import aiohttp\n\nasync def main():\n    headers = {\n${headers.map(([name, value]) => `        ${q(name)}: ${q(value)},`).join('\n')}\n    }\n    async with aiohttp.ClientSession() as session:\n        async with session.${method.toLowerCase()}(${q(url)}, headers=headers${body === '' ? '' : `, data=${single(body)}`}) as resp:\n            print(await resp.text())\n`
const goCode = (method, url, headers, body) =>
  `package main\n\nfunc main() {\n\tclient := &http.Client{}\n\treq, err := http.NewRequest("${method}", ${q(url)}, ${body === '' ? 'nil' : `strings.NewReader(\`${body}\`)`})\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n${headers.map(([name, value]) => `\treq.Header.Set(${q(name)}, ${q(value)})`).join('\n')}\n\tresp, err := client.Do(req)\n}\n`
const rustCode = (method, url, headers, body) =>
  `let client = reqwest::Client::new();\nlet res = client.${method.toLowerCase()}(${q(url)})\n${headers.map(([name, value]) => `    .header(${q(name)}, ${q(value)})`).join('\n')}\n${body === '' ? '' : `    .body(r#"${body}"#)\n`}    .send()\n    .await?;\n`
const kotlinCode = (method, url, headers, body) =>
  `val client = OkHttpClient()\n${body === '' ? '' : `val mediaType = "application/json".toMediaType()\nval body = ${q(body)}.toRequestBody(mediaType)\n`}val request = Request.Builder()\n  .url(${q(url)})\n  .${body === '' ? 'get()' : `${method.toLowerCase()}(body)`}\n${headers.map(([name, value]) => `  .addHeader(${q(name)}, ${q(value)})`).join('\n')}\n  .build()\nval response = client.newCall(request).execute()\n`
const swiftCode = (method, url, headers, body) =>
  `var request = URLRequest(url: URL(string: ${q(url)})!, timeoutInterval: Double.infinity)\n${headers.map(([name, value]) => `request.addValue(${q(value)}, forHTTPHeaderField: ${q(name)})`).join('\n')}\n\nrequest.httpMethod = "${method}"\n${body === '' ? '' : `request.httpBody = ${q(body)}.data(using: .utf8)\n`}\nlet task = URLSession.shared.dataTask(with: request) { data, response, error in\n}\n`
const perlCode = (method, url, headers, body) =>
  `use LWP::UserAgent;\nmy $ua = LWP::UserAgent->new;\nmy $req = HTTP::Request->new('${method}', '${url}');\n${headers.map(([name, value]) => `$req->header('${name}' => '${value}');`).join('\n')}\n${body === '' ? '' : `$req->content('${body}');\n`}my $res = $ua->request($req);\nprint $res->decoded_content;\n`
const guzzleCode = (method, url, headers, body) =>
  `<?php\nrequire 'vendor/autoload.php';\n$client = new \\GuzzleHttp\\Client();\n$response = $client->request('${method}', '${url}', [\n  'headers' => [\n${headers.map(([name, value]) => `    '${name}' => '${value}',`).join('\n')}\n  ],\n${body === '' ? '' : `  'body' => '${body}',\n`}]);\necho $response->getBody();\n`
const postmanNode = (method, url, headers, body) =>
  `var request = require('request');\nvar options = {\n  'method': '${method}',\n  'url': '${url}',\n  'headers': {\n${headers.map(([name, value]) => `    '${name}': '${value}'`).join(',\n')}\n  }${body === '' ? '' : `,\n  body: ${single(body)}`}\n};\nrequest(options, function (error, response) {\n  if (error) throw new Error(error);\n  console.log(response.body);\n});\n`
const httpClientPy = (method, url, headers, body) => {
  const { host, pathname, search } = new URL(url)
  return `import http.client\n\nconn = http.client.HTTPSConnection("${host}")\npayload = ${single(body)}\nheaders = {\n${headers.map(([name, value]) => `  '${name}': '${value}'`).join(',\n')}\n}\nconn.request("${method}", "${pathname}${search}", payload, headers)\nres = conn.getresponse()\ndata = res.read()\nprint(data.decode("utf-8"))\n`
}
const axiosCode = (method, url, headers, body) =>
  `const axios = require('axios');\nlet data = ${single(body)};\n\nlet config = {\n  method: '${method.toLowerCase()}',\n  maxBodyLength: Infinity,\n  url: '${url}',\n  headers: { \n${headers.map(([name, value]) => `    '${name}': '${value}'`).join(', \n')}\n  },\n  data : data\n};\n\naxios.request(config)\n.then((response) => {\n  console.log(JSON.stringify(response.data));\n})\n`
const lambdaV1 = (method, host, path, headers, body) =>
  q({
    resource: '/{proxy+}',
    path,
    httpMethod: method,
    headers: { Host: host, ...Object.fromEntries(headers) },
    multiValueHeaders: { Host: [host], ...Object.fromEntries(headers.map(([name, value]) => [name, [value]])) },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: { proxy: path.slice(1) },
    requestContext: { stage: 'prod', identity: { sourceIp: '192.0.2.1' } },
    body,
    isBase64Encoded: false,
  })
const har = (method, url, headers, body) =>
  q({
    log: {
      version: '1.2',
      creator: { name: 'Firefox', version: '119' },
      entries: [
        {
          startedDateTime: ISO,
          request: {
            bodySize: body.length,
            method,
            url,
            httpVersion: 'HTTP/2',
            headers: headers.map(([name, value]) => ({ name, value })),
            cookies: [],
            queryString: [],
            headersSize: 400,
            ...(body !== '' && { postData: { mimeType: 'application/json', params: [], text: body } }),
          },
          response: {
            status: 401,
            statusText: 'Unauthorized',
            httpVersion: 'HTTP/2',
            headers: [],
            cookies: [],
            content: { mimeType: 'application/json', size: 2, text: '{}' },
            redirectURL: '',
            headersSize: 0,
            bodySize: 2,
          },
          cache: {},
          timings: {},
          time: 10,
        },
      ],
    },
  })

// --- exchanges
const order = '{"symbol":"BTC-USDT","side":"buy","size":"0.01"}'
const blofin = (text, form = 'blofin') => [
  ['ACCESS-KEY', 'key-1'],
  ['ACCESS-SIGN', form === 'blofin' ? Buffer.from(mac(text)).toString('base64') : mac(text, 'base64')],
  ['ACCESS-TIMESTAMP', MS],
  ['ACCESS-NONCE', 'n-1'],
  ['ACCESS-PASSPHRASE', PASS],
  JSON_TYPE,
]
one(
  'blofin_base64-of-the-bytes',
  ['signature-form', 'signature-encoding'],
  gotCode(
    'POST',
    'https://openapi.blofin.com/api/v1/trade/order',
    blofin(`/api/v1/trade/orderPOST${MS}n-1${order}`, 'raw'),
    order,
  ),
  { secret: SECRET, passphrase: PASS },
)
one(
  'blofin_nonce-left-out',
  ['nonce-left-out', 'text-part-left-out'],
  urllibCode('GET', 'https://openapi.blofin.com/api/v1/account/balance', blofin(`/api/v1/account/balanceGET${MS}`), ''),
  { secret: SECRET, passphrase: PASS },
)
const weex = (text, time = MS) => [
  ['ACCESS-KEY', 'key-1'],
  ['ACCESS-SIGN', mac(text, 'base64')],
  ['ACCESS-TIMESTAMP', time],
  ['ACCESS-PASSPHRASE', PASS],
]
one(
  'weex_query-without-mark',
  ['question-mark', 'query-mark'],
  rustCode(
    'GET',
    'https://api-spot.weex.com/api/v2/account/bills?coin=USDT',
    weex(`${MS}GET/api/v2/account/billscoin=USDT`),
    '',
  ),
  { secret: SECRET, passphrase: PASS },
)
const bin = (text, secret = SECRET) => mac(text, 'hex', 'sha256', secret)
one(
  'hashkey_parameters-sorted',
  ['query-sorted', 'parameters-order'],
  aiohttpCode(
    'POST',
    `https://api-glb.hashkey.com/api/v1/spot/order?symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&timestamp=${MS}&signature=${bin(`quantity=1&side=BUY&symbol=BTCUSDT&timestamp=${MS}&type=MARKET`)}`,
    [['X-HK-APIKEY', 'key-1']],
    '',
  ),
)
one(
  'toobit_white-space-around-the-secret',
  ['secret-white-space', 'secret-space', 'secret-line-break'],
  postmanNode(
    'GET',
    `https://api.toobit.com/api/v1/account?timestamp=${MS}&signature=${bin(`timestamp=${MS}`, ` ${SECRET}`)}`,
    [['X-BB-APIKEY', 'key-1']],
    '',
  ),
)
one(
  'bitbank_path-without-version',
  ['path-prefix', 'path-segment'],
  goCode(
    'GET',
    'https://api.bitbank.cc/v1/user/assets',
    [
      ['ACCESS-KEY', 'key-1'],
      ['ACCESS-NONCE', MS],
      ['ACCESS-SIGNATURE', mac(`${MS}/user/assets`)],
    ],
    '',
  ),
)
one(
  'coincheck_body-not-signed',
  ['body-left-out'],
  kotlinCode(
    'POST',
    'https://coincheck.com/api/exchange/orders',
    [
      ['ACCESS-KEY', 'key-1'],
      ['ACCESS-NONCE', MS],
      ['ACCESS-SIGNATURE', mac(`${MS}https://coincheck.com/api/exchange/orders`)],
      JSON_TYPE,
    ],
    '{"pair":"btc_jpy","order_type":"buy"}',
  ),
)
one(
  'bitflyer_milliseconds-signed',
  ['time-unit', 'time-other'],
  swiftCode(
    'GET',
    'https://api.bitflyer.com/v1/me/getbalance',
    [
      ['ACCESS-KEY', 'key-1'],
      ['ACCESS-TIMESTAMP', S],
      ['ACCESS-SIGN', mac(`${S}456GET/v1/me/getbalance`)],
    ],
    '',
  ),
)
one(
  'bitso_secret-quoted',
  ['secret-quotes'],
  guzzleCode(
    'GET',
    'https://bitso.com/api/v3/balance',
    [['Authorization', `Bitso key-1:${MS}:${mac(`${MS}GET/api/v3/balance`, 'hex', 'sha256', `'${SECRET}'`)}`]],
    '',
  ),
)
one(
  'bitso_method-in-small-letters',
  ['method-case', 'method-lower-case'],
  perlCode(
    'GET',
    'https://bitso.com/api/v3/balance',
    [['Authorization', `Bitso key-1:${MS}:${mac(`${MS}get/api/v3/balance`)}`]],
    '',
  ),
)
const jws = (header, claims, sign) => {
  const text = `${b64url(header)}.${b64url(claims)}`
  return `${text}.${sign(text)}`
}
const hs = (text, hash = 'sha256') => mac(text, 'base64url', hash)
one(
  'upbit_hash-of-the-encoded-query',
  ['token-query-hash', 'query-hash-other'],
  chromePane(
    'GET',
    'https://api.upbit.com/v1/orders?states%5B%5D=done&states%5B%5D=cancel',
    [
      [
        'Authorization',
        `Bearer ${jws({ alg: 'HS512', typ: 'JWT' }, { access_key: 'key-1', nonce: 'n-1', query_hash: sha('states%5B%5D=done&states%5B%5D=cancel', 'hex', 'sha512'), query_hash_alg: 'SHA512' }, (text) => hs(text, 'sha512'))}`,
      ],
    ],
    '',
  ),
)
const es = (text, form = 'ieee-p1363') =>
  signBytes('sha256', Buffer.from(text), { key: EC_KEY, dsaEncoding: form }).toString('base64url')
one(
  'coinbase_uri-with-the-query',
  ['token-uri'],
  har(
    'GET',
    'https://api.coinbase.com/api/v3/brokerage/accounts?limit=5',
    [
      [
        'Authorization',
        `Bearer ${jws({ alg: 'ES256', kid: 'organizations/1/apiKeys/1', nonce: 'ab', typ: 'JWT' }, { iss: 'cdp', sub: 'organizations/1/apiKeys/1', nbf: Number(S), exp: Number(S) + 120, uri: 'GET api.coinbase.com/api/v3/brokerage/accounts?limit=5' }, es)}`,
      ],
    ],
    '',
  ),
  { publicKey: publicOf(EC_KEY) },
)
const woo = (text) => [
  ['x-api-key', 'key-1'],
  ['x-api-timestamp', MS],
  ['x-api-signature', mac(text)],
]
one(
  'woo_body-pretty',
  ['body-json-indented'],
  httpClientPy(
    'POST',
    'https://api.woox.io/v3/trade/order',
    [...woo(`${MS}POST/v3/trade/order${q(JSON.parse(order), null, 2)}`), JSON_TYPE],
    order,
  ).replace(
    mac(`${MS}POST/v3/trade/order${q(JSON.parse(order), null, 2)}`),
    mac(`${MS}POST/v3/trade/order${JSON.stringify(JSON.parse(order), null, 2)}`),
  ),
)
one(
  'poloniex_host-in-path',
  ['text-with-url', 'path-with-host'],
  axiosCode(
    'GET',
    'https://api.poloniex.com/accounts/balances',
    [
      ['key', 'key-1'],
      ['signTimestamp', MS],
      ['signature', mac(`GET\nhttps://api.poloniex.com/accounts/balances\nsignTimestamp=${MS}`, 'base64')],
    ],
    '',
  ),
)
one(
  'xt_path-left-out',
  ['path-left-out', 'text-part-left-out'],
  gotCode(
    'GET',
    'https://sapi.xt.com/v4/balances?currencies=usdt',
    [
      ['validate-algorithms', 'HmacSHA256'],
      ['validate-appkey', 'key-1'],
      ['validate-recvwindow', '5000'],
      ['validate-timestamp', MS],
      [
        'validate-signature',
        mac(
          `validate-algorithms=HmacSHA256&validate-appkey=key-1&validate-recvwindow=5000&validate-timestamp=${MS}#GET#currencies=usdt`,
        ),
      ],
    ],
    '',
  ),
)
one(
  'p2b_request-of-another-path',
  [
    'request-path-other',
    'path-other',
    'body-other',
    'bitfinex-request-of-other-path',
    'member-request-other',
    'request-other',
    'body-request-other',
  ],
  goCode(
    'POST',
    'https://api.p2pb2b.com/api/v2/account/balances',
    (() => {
      const body = JSON.stringify({ request: '/api/v2/account/balance', nonce: Number(MS) })
      const p = Buffer.from(body).toString('base64')
      return [JSON_TYPE, ['X-TXC-APIKEY', 'key-1'], ['X-TXC-PAYLOAD', p], ['X-TXC-SIGNATURE', mac(p, 'hex', 'sha512')]]
    })(),
    JSON.stringify({ request: '/api/v2/account/balance', nonce: Number(MS) }),
  ),
)
one(
  'hitbtc_base64-of-hexadecimal',
  ['signature-form', 'authorization-form', 'signature-encoding'],
  urllibCode(
    'GET',
    'https://api.hitbtc.com/api/3/spot/balance',
    [
      [
        'Authorization',
        `HS256 ${Buffer.from(`key-1:${Buffer.from(mac(`GET/api/3/spot/balance${MS}`)).toString('base64')}:${MS}`).toString('base64')}`,
      ],
    ],
    '',
  ),
)
const KF = Buffer.from('canary-kraken-futures-secret-of-sixty-four-bytes-all-in-all-yes-sir').toString('base64')
const futures = (data, path, key = Buffer.from(KF, 'base64')) =>
  createHmac('sha512', key)
    .update(Buffer.from(sha(data + path), 'hex'))
    .digest('base64')
one(
  'kraken-futures_derivatives-signed',
  ['kraken-futures-order', 'path-prefix', 'path-extra-prefix'],
  rustCode(
    'GET',
    'https://futures.kraken.com/derivatives/api/v3/openpositions',
    [
      ['APIKey', 'key-1'],
      ['Authent', futures('', '/derivatives/api/v3/openpositions')],
    ],
    '',
  ),
  { secret: KF },
)
one(
  'kraken-futures_secret-not-decoded',
  ['secret-encoding', 'secret-not-decoded'],
  postmanNode(
    'GET',
    'https://futures.kraken.com/derivatives/api/v3/openpositions',
    [
      ['APIKey', 'key-1'],
      ['Authent', futures('', '/api/v3/openpositions', KF)],
    ],
    '',
  ),
  { secret: KF },
)
one(
  'orderly_query-left-out',
  ['query-left-out'],
  aiohttpCode(
    'GET',
    'https://api.orderly.org/v1/orders?symbol=PERP_BTC_USDC',
    [
      ['orderly-account-id', '0x1'],
      ['orderly-key', 'ed25519:key'],
      ['orderly-timestamp', MS],
      ['orderly-signature', signBytes(null, Buffer.from(`${MS}GET/v1/orders`), ED25519_KEY).toString('base64url')],
    ],
    '',
  ),
  { publicKey: publicOf(ED25519_KEY) },
)
one(
  'revolut-x_newlines-between',
  ['text-separators', 'text-line-break', 'text-space', 'lines-separator'],
  har(
    'GET',
    'https://revx.revolut.com/api/1.0/balances',
    [
      ['X-Revx-API-Key', 'key-1'],
      ['X-Revx-Timestamp', MS],
      [
        'X-Revx-Signature',
        signBytes(null, Buffer.from([MS, 'GET', '/api/1.0/balances', ''].join('\n')), ED25519_KEY).toString('base64'),
      ],
    ],
    '',
  ),
  { publicKey: publicOf(ED25519_KEY) },
)

// --- clouds
const step = (key, text) => createHmac('sha256', key).update(text).digest()
const tc3 = (lines, host = 'cvm.tencentcloudapi.com', body = '{"Limit":1}') => {
  const canonical = ['POST', '/', '', ...lines, '', lines.map((line) => line.split(':')[0]).join(';'), sha(body)].join(
    '\n',
  )
  const text = ['TC3-HMAC-SHA256', S, '2023-11-14/cvm/tc3_request', sha(canonical)].join('\n')
  const key = step(step(step(`TC3${SECRET}`, '2023-11-14'), 'cvm'), 'tc3_request')
  return [
    ['Host', host],
    JSON_TYPE,
    ['X-TC-Action', 'DescribeInstances'],
    ['X-TC-Version', '2017-03-12'],
    ['X-TC-Timestamp', S],
    [
      'Authorization',
      `TC3-HMAC-SHA256 Credential=AKIDz/2023-11-14/cvm/tc3_request, SignedHeaders=${lines.map((line) => line.split(':')[0]).join(';')}, Signature=${createHmac('sha256', key).update(text).digest('hex')}`,
    ],
  ]
}
one(
  'tc3_type-with-a-charset',
  ['content-type-parameters', 'content-type-other'],
  chromePane(
    'POST',
    'https://cvm.tencentcloudapi.com/',
    tc3(['content-type:application/json; charset=utf-8', 'host:cvm.tencentcloudapi.com']),
    '{"Limit":1}',
  ),
)
one(
  'tc3_body-with-a-space',
  ['payload-body', 'payload-other', 'body-json-spaces'],
  httpClientPy(
    'POST',
    'https://cvm.tencentcloudapi.com/',
    tc3(['content-type:application/json', 'host:cvm.tencentcloudapi.com'], undefined, '{"Limit": 1}').slice(1),
    '{"Limit":1}',
  ),
)
const COSMOS = Buffer.from('canary-cosmos-key-of-thirty-two-bytes').toString('base64')
const cosmos = (text, key = Buffer.from(COSMOS, 'base64')) =>
  encodeURIComponent(`type=master&ver=1.0&sig=${createHmac('sha256', key).update(text).digest('base64')}`)
one(
  'azure-cosmos_date-not-in-small-letters',
  ['date-case', 'time-case', 'date-other', 'date-form', 'x-ms-date-case', 'text-case', 'date-lower-case'],
  gotCode(
    'GET',
    'https://acct.documents.azure.com/dbs/db1',
    [
      ['x-ms-date', DATE],
      ['x-ms-version', '2018-12-31'],
      ['Authorization', cosmos(`get\ndbs\ndbs/db1\n${DATE}\n\n`)],
    ],
    '',
  ),
  { secret: COSMOS },
)
one(
  'azure-cosmos_key-as-text',
  ['secret-encoding', 'secret-not-decoded'],
  urllibCode(
    'GET',
    'https://acct.documents.azure.com/dbs/db1',
    [
      ['x-ms-date', DATE],
      ['x-ms-version', '2018-12-31'],
      ['Authorization', cosmos(`get\ndbs\ndbs/db1\n${DATE.toLowerCase()}\n\n`, COSMOS)],
    ],
    '',
  ),
  { secret: COSMOS },
)

// --- webhooks
const user = '{"type":"user.created","data":{"id":"1"}}'
const spaced = '{"type": "user.created", "data": {"id": "1"}}'
const shopHost = ['Host', 'shop.example.com']
one(
  'intercom_pretty',
  ['body-json-indented'],
  springLog(
    'POST',
    '/intercom',
    [
      shopHost,
      JSON_TYPE,
      ['X-Hub-Signature', `sha1=${mac(JSON.stringify(JSON.parse(user), null, 2), 'hex', 'sha1')}`],
      ['Intercom-Webhook-Signature', '1'],
      ['User-Agent', 'intercom-webhooks'],
    ],
    user,
  ),
  { secret: SECRET, scheme: 'intercom' },
)
one(
  'zendesk_time-behind',
  ['text-order', 'parts-order'],
  aspLog(
    'POST',
    'shop.example.com',
    '/zendesk',
    [
      JSON_TYPE,
      ['X-Zendesk-Webhook-Signature', mac(`${user}${ISO.replace('.123', '')}`, 'base64')],
      ['X-Zendesk-Webhook-Signature-Timestamp', ISO.replace('.123', '')],
    ],
    user,
  ),
)
one(
  'sentry_spaces',
  ['body-json-spaces', 'body-json-compact'],
  sentryContext(
    'POST',
    'https://shop.example.com/sentry',
    [shopHost, JSON_TYPE, ['Sentry-Hook-Signature', mac(user)], ['Sentry-Hook-Resource', 'issue']],
    spaced,
  ),
)
one(
  'dropbox_base64',
  ['signature-form', 'signature-encoding'],
  laravelLog(
    'POST',
    'https://shop.example.com/dropbox',
    [shopHost, JSON_TYPE, ['X-Dropbox-Signature', mac(user, 'base64')]],
    user,
  ),
)
one(
  'vercel_sha256',
  ['algorithm', 'hash-other'],
  djangoPrint(
    'POST',
    'https://shop.example.com/vercel',
    [shopHost, JSON_TYPE, ['x-vercel-signature', mac(user)]],
    user,
  ),
)
one(
  'workos_seconds-signed',
  ['time-unit', 'time-other'],
  springLog('POST', '/workos', [shopHost, JSON_TYPE, ['WorkOS-Signature', `t=${MS}, v1=${mac(`${S}.${user}`)}`]], user),
)
one(
  'mailgun_order-of-the-parts',
  ['text-order', 'parts-order'],
  http(
    'POST',
    'shop.example.com',
    '/mailgun',
    [JSON_TYPE],
    JSON.stringify({
      signature: { timestamp: S, token: 'a'.repeat(50), signature: mac(`${'a'.repeat(50)}${S}`) },
      'event-data': { event: 'opened' },
    }),
  ),
)
one(
  'svix_id-of-the-event',
  ['id-other', 'webhook id-other', 'text-part-left-out', 'id-left-out'],
  lambdaV1(
    'POST',
    'shop.example.com',
    '/svix',
    [
      JSON_TYPE,
      ['svix-id', 'msg_1'],
      ['svix-timestamp', S],
      [
        'svix-signature',
        `v1,${createHmac('sha256', Buffer.from('canary-svix-key-1')).update(`${S}.${user}`).digest('base64')}`,
      ],
    ],
    user,
  ),
  { secret: `whsec_${Buffer.from('canary-svix-key-1').toString('base64')}` },
)
one(
  'svix_crlf',
  ['body-line-endings', 'body-line-break'],
  sentryContext(
    'POST',
    'https://shop.example.com/svix',
    [
      shopHost,
      JSON_TYPE,
      ['svix-id', 'msg_1'],
      ['svix-timestamp', S],
      [
        'svix-signature',
        `v1,${createHmac('sha256', Buffer.from('canary-svix-key-1')).update(`msg_1.${S}.{\n "a":1\n}`).digest('base64')}`,
      ],
    ],
    '{\r\n "a":1\r\n}',
  ),
  { secret: `whsec_${Buffer.from('canary-svix-key-1').toString('base64')}` },
)
one('bitbucket_latin-letters', ['body-charset'], {
  method: 'POST',
  url: 'https://shop.example.com/bb',
  headers: {
    'X-Event-Key': 'repo:push',
    'X-Hub-Signature': `sha256=${mac('{"name":"Zoë"}')}`,
    'Content-Type': 'application/json',
  },
  body: '{"name":"ZoÃ«"}',
})
one(
  'telnyx_dot-for-the-bar',
  ['text-separators', 'text-separator'],
  djangoPrint(
    'POST',
    'https://shop.example.com/telnyx',
    [
      shopHost,
      JSON_TYPE,
      ['telnyx-signature-ed25519', signBytes(null, Buffer.from(`${S}.${user}`), ED25519_KEY).toString('base64')],
      ['telnyx-timestamp', S],
    ],
    user,
  ),
  { publicKey: publicOf(ED25519_KEY) },
)
one(
  'linear_number-with-a-zero',
  ['body-json-numbers-spelt', 'body-json-numbers'],
  laravelLog(
    'POST',
    'https://shop.example.com/linear',
    [shopHost, JSON_TYPE, ['Linear-Signature', mac('{"estimate":1.0,"id":"a"}')]],
    '{"estimate":1,"id":"a"}',
  ),
)

// --- RFC 9421, draft-cavage, Kong, OAuth, Hawk, JWT
const rfc = (lines, { sign = (text) => mac(text, 'base64'), names, more = '' } = {}) => {
  const stated = `(${names ?? lines.map(([name]) => name).join(' ')});created=${S};keyid="key-1"${more}`
  return [
    ['Signature-Input', `sig1=${stated}`],
    [
      'Signature',
      `sig1=:${sign([...lines, ['"@signature-params"', stated]].map((pair) => pair.join(': ')).join('\n'))}:`,
    ],
  ]
}
const body = '{"hello":"world","n":1}'
const digest = (of, hash = 'sha256') => `${hash === 'sha256' ? 'sha-256' : 'sha-512'}=:${sha(of, 'base64', hash)}:`
const api = 'https://api.example.com'
const ed = (text) => signBytes(null, Buffer.from(text), ED25519_KEY).toString('base64')
const ED = { publicKey: publicOf(ED25519_KEY) }
one(
  'rfc9421_query-sorted',
  ['@query-sorted', '@query-order', '@query-unsorted'],
  gotCode(
    'GET',
    `${api}/v1/items?b=2&a=1`,
    rfc([
      ['"@method"', 'GET'],
      ['"@path"', '/v1/items'],
      ['"@query"', '?a=1&b=2'],
    ]),
    '',
  ),
)
one(
  'rfc9421_digest-under-another-name',
  ['digest-form', 'digest-algorithm'],
  rustCode(
    'POST',
    `${api}/v1/items`,
    [
      JSON_TYPE,
      ['Content-Digest', `SHA-256=${sha(body, 'base64')}`],
      ...rfc(
        [
          ['"@method"', 'POST'],
          ['"content-digest"', `SHA-256=${sha(body, 'base64')}`],
        ],
        { sign: ed },
      ),
    ],
    body,
  ),
  ED,
)
one(
  'rfc9421_header-in-its-own-case',
  ['@authority-case', '@authority-upper', 'authority-case', 'host-case'],
  urllibCode(
    'GET',
    `https://API.Example.com/v1`,
    rfc([
      ['"@method"', 'GET'],
      ['"@authority"', 'API.Example.com'],
      ['"@path"', '/v1'],
    ]),
    '',
  ),
)
one(
  'rfc9421_line-of-the-query-left-out',
  ['line-left-out', '@query-left-out'],
  har(
    'GET',
    `${api}/v1?a=1`,
    rfc(
      [
        ['"@method"', 'GET'],
        ['"@path"', '/v1'],
      ],
      { names: '"@method" "@path" "@query"', sign: ed },
    ),
    '',
  ),
  ED,
)
one(
  'rfc9421_rsa-pkcs1-for-pss',
  ['algorithm', 'rsa-padding'],
  chromePane(
    'GET',
    `${api}/v1`,
    rfc(
      [
        ['"@method"', 'GET'],
        ['"@path"', '/v1'],
      ],
      {
        more: ';alg="rsa-pss-sha512"',
        sign: (text) => signBytes('sha512', Buffer.from(text), RSA_KEY).toString('base64'),
      },
    ),
    '',
  ),
  { publicKey: publicOf(RSA_KEY) },
)
one(
  'rfc9421_secret-decoded',
  ['secret-reading'],
  kotlinCode(
    'GET',
    `${api}/v1`,
    rfc(
      [
        ['"@method"', 'GET'],
        ['"@path"', '/v1'],
      ],
      {
        sign: (text) =>
          mac(text, 'base64', 'sha256', Buffer.from('Y2FuYXJ5LXNlY3JldC1vZi0zMi1ieXRlcy1mb3ItcmZj', 'base64')),
      },
    ),
    '',
  ),
  { secret: 'Y2FuYXJ5LXNlY3JldC1vZi0zMi1ieXRlcy1mb3ItcmZj' },
)
const rsa = (text) => signBytes('sha256', Buffer.from(text), RSA_KEY).toString('base64')
const RSA = { publicKey: publicOf(RSA_KEY) }
const note = '{"type":"Create"}'
const cavage = (lines, names) => [
  'Signature',
  `keyId="https://a.example/u#main-key",algorithm="rsa-sha256",headers="${names ?? lines.map((line) => line.split(': ')[0]).join(' ')}",signature="${rsa(lines.join('\n'))}"`,
]
one(
  'cavage_line-break-at-the-end',
  ['text-line-break', 'text-end', 'lines-form', 'base-line-break'],
  goCode(
    'POST',
    'https://social.example/inbox',
    [
      ['Date', DATE],
      ['Digest', `SHA-256=${sha(note, 'base64')}`],
      [
        'Signature',
        cavage([
          `(request-target): post /inbox`,
          'host: social.example',
          `date: ${DATE}`,
          `digest: SHA-256=${sha(note, 'base64')}`,
        ])[1].replace(
          /signature="[^"]*"/,
          `signature="${rsa(`(request-target): post /inbox\nhost: social.example\ndate: ${DATE}\ndigest: SHA-256=${sha(note, 'base64')}\n`)}"`,
        ),
      ],
    ],
    note,
  ),
  RSA,
)
one(
  'cavage_digest-of-another-body',
  ['digest-mismatch'],
  aiohttpCode(
    'POST',
    'https://social.example/inbox',
    [
      ['Date', DATE],
      ['Digest', `SHA-256=${sha('{"type": "Create"}', 'base64')}`],
      cavage([
        '(request-target): post /inbox',
        'host: social.example',
        `date: ${DATE}`,
        `digest: SHA-256=${sha('{"type": "Create"}', 'base64')}`,
      ]),
    ],
    note,
  ),
  RSA,
)
one(
  'kong_sha1-said-sha256',
  ['algorithm', 'hash-other'],
  perlCode(
    'GET',
    `${api}/v1`,
    [
      ['Date', DATE],
      [
        'Authorization',
        `hmac username="alice", algorithm="hmac-sha256", headers="date request-line", signature="${mac(`date: ${DATE}\nGET /v1 HTTP/1.1`, 'base64', 'sha1')}"`,
      ],
    ],
    '',
  ),
)
one(
  'hawk_body-hash-of-another-type',
  ['payload-kind', 'payload-other', 'payload-type'],
  guzzleCode(
    'POST',
    `${api}/v1`,
    (() => {
      const hash = sha(`hawk.1.payload\ntext/plain\n${body}\n`, 'base64')
      return [
        JSON_TYPE,
        [
          'Authorization',
          `Hawk id="key-1", ts="${S}", nonce="n1", hash="${hash}", mac="${mac(`hawk.1.header\n${S}\nn1\nPOST\n/v1\napi.example.com\n443\n${hash}\n\n`, 'base64')}"`,
        ],
      ]
    })(),
    body,
  ),
)
one(
  'jwt_milliseconds',
  ['time-unit', 'time-form', 'exp-unit', 'token-time-unit', 'iat-unit'],
  axiosCode(
    'GET',
    `${api}/v1`,
    [
      [
        'Authorization',
        `Bearer ${jws({ alg: 'HS256', typ: 'JWT' }, { sub: '1', iat: Number(MS), exp: Number(MS) + 600000 }, hs)}`,
      ],
    ],
    '',
  ),
)

// --- after threads that no batch has
const gh = (name, expected, source, input, options) => one(name, expected, input, options, source)
gh(
  'webhook_object-of-mux',
  ['body-json-indented', 'body-json-spaces', 'body-parsed'],
  'muxinc/mux-node-sdk/issues/587',
  `headers {\n  host: 'shop.example.com',\n  'content-type': 'application/json',\n  'mux-signature': 't=${S},v1=${mac(`${S}.${JSON.stringify(JSON.parse(user), null, 2)}`)}'\n}\nbody { type: 'user.created', data: { id: '1' } }\n`,
)
gh(
  'stripe_object-of-feathers',
  ['body-json-indented', 'body-parsed'],
  'stripe/stripe-node/issues/1390',
  `POST /webhook\nheaders: { host: 'shop.example.com', 'stripe-signature': 't=${S},v1=${mac(`${S}.${JSON.stringify(JSON.parse(user), null, 2)}`)}' }\nbody: { type: 'user.created', data: { id: '1' } }\n❌ Error message: No signatures found matching the expected signature for payload. Are you passing the raw request body you received from Stripe?\n`,
)
gh(
  'razorpay_empty-object',
  ['body-parsed', 'body-missing'],
  'shandilya-rajnandini/DocAtHome/pull/146',
  http('POST', 'shop.example.com', '/rzp', [JSON_TYPE, ['X-Razorpay-Signature', mac(user)]], '{}'),
)
gh(
  'standard-webhooks_object-object',
  ['body-parsed'],
  'ComposioHQ/composio/pull/2168',
  http(
    'POST',
    'shop.example.com',
    '/c',
    [
      JSON_TYPE,
      ['webhook-id', 'msg_1'],
      ['webhook-timestamp', S],
      [
        'webhook-signature',
        `v1,${createHmac('sha256', Buffer.from('canary-standard-webhooks-key')).update(`msg_1.${S}.${user}`).digest('base64')}`,
      ],
    ],
    '[object Object]',
  ),
  { secret: `whsec_${Buffer.from('canary-standard-webhooks-key').toString('base64')}` },
)
gh(
  'oauth1_at-in-the-path',
  ['path-encoding', 'path-encoder', 'url-encoder', 'path-decoded', 'path-encoded', 'path-characters'],
  'XiaoFaye/WooCommerce.NET/issues/59',
  (() => {
    const p = {
      oauth_consumer_key: 'ck_1',
      oauth_nonce: 'n1',
      oauth_signature_method: 'HMAC-SHA256',
      oauth_timestamp: S,
    }
    const text = Object.entries(p)
      .map((pair) => pair.join('='))
      .join('&')
    return `http://shop.example.com/wc-api/v3/customers/email/a@b.com?${text}&oauth_signature=${encodeURIComponent(mac(`GET&${encodeURIComponent('http://shop.example.com/wc-api/v3/customers/email/a%40b.com')}&${encodeURIComponent(text)}`, 'base64', 'sha256', `${SECRET}&`))}`
  })(),
)
const s3 = (path, host = 'bucket.s3.eu-central-1.amazonaws.com', sent = path) => {
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20231114%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=20231114T221320Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host`
  const key = ['20231114', 'eu-central-1', 's3', 'aws4_request'].reduce(
    (from, part) => step(from, part),
    `AWS4${SECRET}`,
  )
  const canonical = ['GET', path, query, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n')
  return `https://${host}${sent}?${query}&X-Amz-Signature=${createHmac('sha256', key)
    .update(
      ['AWS4-HMAC-SHA256', '20231114T221320Z', '20231114/eu-central-1/s3/aws4_request', sha(canonical)].join('\n'),
    )
    .digest('hex')}`
}
gh(
  'sigv4_equals-sign-in-a-key',
  ['path-encoding', 'path-encoder', 'path-decoded', 'path-characters'],
  'aws/aws-sdk-js-v3/issues/4859',
  `const url = '${s3('/a=b.txt', undefined, '/a%3Db.txt')}'\nawait fetch(url)\n`,
)
gh(
  'cavage_host-and-digest-not-sent',
  ['digest-missing', 'host-not-signed', 'digest-not-signed'],
  'snarfed/bridgy-fed/issues/68',
  answered(
    http(
      'POST',
      'mastodon.example',
      '/users/a/inbox',
      [['Date', DATE], cavage([`date: ${DATE}`, '(request-target): post /users/a/inbox'])],
      note,
    ),
    '401 Unauthorized',
    '{"error":"Mastodon requires the Digest header or (request-target) pseudo-header to be signed when doing a POST request"}',
  ),
  RSA,
)
gh(
  'cavage_clock-of-the-receiver',
  ['clock-ahead'],
  'fedify-dev/fedify/issues/52',
  answered(
    http(
      'POST',
      'activitypub.example',
      '/inbox',
      [
        ['Date', 'Wed, 15 Nov 2023 00:13:20 GMT'],
        ['Digest', `SHA-256=${sha(note, 'base64')}`],
        cavage([
          '(request-target): post /inbox',
          'host: activitypub.example',
          'date: Wed, 15 Nov 2023 00:13:20 GMT',
          `digest: SHA-256=${sha(note, 'base64')}`,
        ]),
      ],
      note,
    ),
    '401 Unauthorized',
    '',
  ).replace('Content-Type: text/plain', `Date: ${DATE}`),
  RSA,
)
gh(
  'oauth1_query-part-not-signed',
  ['parameters-query-left-out', 'query-left-out'],
  'romaonthego/AFXAuthClient/pull/11',
  (() => {
    const p = {
      oauth_consumer_key: 'ck_1',
      oauth_nonce: 'n1',
      oauth_signature_method: 'HMAC-SHA1',
      oauth_timestamp: S,
      oauth_version: '1.0',
    }
    const text = Object.entries(p)
      .map((pair) => pair.join('='))
      .join('&')
    return swiftCode(
      'GET',
      `${api}/photos?feature=popular&rpp=5`,
      [
        [
          'Authorization',
          `OAuth ${Object.entries({
            ...p,
            oauth_signature: encodeURIComponent(
              mac(
                `GET&${encodeURIComponent(`${api}/photos`)}&${encodeURIComponent(text)}`,
                'base64',
                'sha1',
                `${SECRET}&`,
              ),
            ),
          })
            .map(([name, value]) => `${name}="${value}"`)
            .join(', ')}`,
        ],
      ],
      '',
    )
  })(),
)
const twilio = (url, pairs = {}) =>
  mac(
    url +
      Object.entries(pairs)
        .sort()
        .map((pair) => pair.join(''))
        .join(''),
    'base64',
    'sha1',
  )
gh(
  'twilio_query-in-another-order',
  ['query-order', 'query-unsorted', 'url-query-order', 'query-reversed', 'query-sorted'],
  'twilio/twilio-php/issues/790',
  aspLog(
    'POST',
    'host.example.com',
    '/telephony?a=123&b=456',
    [FORM, ['X-Twilio-Signature', twilio('https://host.example.com/telephony?b=456&a=123', { CallSid: 'CA1' })]],
    'CallSid=CA1',
  ),
)
gh(
  'twilio_question-mark-encoded',
  ['path-question-mark', 'url-encoder', 'url-decoded', 'path-decoded'],
  'twilio/twilio-node/issues/306',
  aspLog(
    'POST',
    'host.example.com',
    '/voice%3Fa=1',
    [FORM, ['X-Twilio-Signature', twilio('https://host.example.com/voice?a=1', { CallSid: 'CA1' })]],
    'CallSid=CA1',
  ),
)
gh(
  'twilio_json-in-a-value',
  [
    'value-as-json',
    'body-value-as-json',
    'body-json-spaces',
    'body-value-json-escapes',
    'value-json-escapes',
    'value-json-spaces',
  ],
  'twilio/twilio-php/issues/458',
  springLog(
    'POST',
    '/sms',
    [
      shopHost,
      FORM,
      [
        'X-Twilio-Signature',
        twilio('https://shop.example.com/sms', { AddOns: '{"status":"successful","results":{}}', Body: 'hi' }),
      ],
    ],
    `AddOns=${encodeURIComponent('{"status": "successful", "results": {}}')}&Body=hi`,
  ),
)
gh(
  'azure-shared-key_log-of-azurite',
  ['resource-account', 'account-other', 'resource-other'],
  'Azure/Azurite/issues/2381',
  `2024-03-26T08:12:52.533Z bbf2e056 info: QueueStorageContextMiddleware: RequestMethod=GET RequestURL=http://127.0.0.1/devstoreaccount1/q1/messages RequestHeaders:${q({ host: '127.0.0.1:10001', 'x-ms-version': '2018-03-28', 'x-ms-date': DATE, authorization: `SharedKey devstoreaccount1:${createHmac('sha256', Buffer.from('canary-azure-key-of-thirty-2-bytes')).update(`GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:${DATE}\nx-ms-version:2018-03-28\n/devstoreaccount1/q1/messages`).digest('base64')}` })} ClientIP=127.0.0.1 Protocol=http HTTPVersion=1.1\n`,
  { secret: Buffer.from('canary-azure-key-of-thirty-2-bytes').toString('base64') },
)
gh(
  'rfc9421_digest-field-dropped',
  ['component-missing', 'content-digest-missing', 'signed-header-missing', 'header-missing', 'digest-missing'],
  'permaweb/HyperBEAM/pull/614',
  djangoPrint(
    'POST',
    `${api}/v1`,
    [
      JSON_TYPE,
      ...rfc([
        ['"@method"', 'POST'],
        ['"content-digest"', digest(body)],
      ]),
    ],
    body,
  ),
)

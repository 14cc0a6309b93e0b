import { describe, expect, test } from 'vitest'
import { diagnose, readCapture } from '../../../src/doctor/index.js'
import { cpuMs } from '../../cpu-time.js'

const text = (body: Uint8Array | undefined): string => new TextDecoder().decode(body)

const FORMS: ReadonlyArray<readonly [form: string, text: string]> = [
  [
    'the error that axios throws',
    `AxiosError: Request failed with status code 401\n    at settle (/app/settle.js:19:12) {\n  code: 'ERR_BAD_REQUEST',\n  config: {\n    adapter: [ 'xhr', 'http' ],\n    transformRequest: [ [Function: transformRequest] ],\n    headers: Object [AxiosHeaders] {\n      'X-Key': 'k-1',\n      'X-Sign': 'abc='\n    },\n    method: 'post',\n    url: 'https://api.example.com/v1/orders?a=1',\n    data: '{"n":1}'\n  },\n  request: <ref *1> ClientRequest {\n    _eventsCount: 7\n  },\n  response: { status: 401, data: { code: 7, msg: 'Invalid sign' } }\n}`,
  ],
  [
    'curl -v',
    '*   Trying 10.0.0.1:443...\n* Connected to api.example.com (10.0.0.1) port 443 (#0)\n> POST /v1/orders?a=1 HTTP/1.1\n> Host: api.example.com\n> X-Key: k-1\n> X-Sign: abc=\n> \n> {"n":1}\n< HTTP/1.1 401 Unauthorized\n< Content-Type: application/json\n< \n* Connection #0 left intact\n{"code":7,"msg":"Invalid sign"}',
  ],
  [
    'http.client of Python with debuglevel',
    'send: b\'POST /v1/orders?a=1 HTTP/1.1\\r\\nHost: api.example.com\\r\\nX-Key: k-1\\r\\nX-Sign: abc=\\r\\n\\r\\n\'\nsend: b\'{"n":1}\'\nreply: \'HTTP/1.1 401 Unauthorized\\r\\n\'\nheader: Content-Type: application/json\n{"code":7,"msg":"Invalid sign"}\n',
  ],
  [
    'requests_toolbelt',
    '< POST /v1/orders?a=1 HTTP/1.1\n< Host: api.example.com\n< X-Key: k-1\n< X-Sign: abc=\n< \n< {"n":1}\n> HTTP/1.1 401 Unauthorized\n> Content-Type: application/json\n> \n{"code":7,"msg":"Invalid sign"}\n',
  ],
  [
    'print_r of PHP',
    'Array\n(\n    [0] => Request:\n    [1] => POST\n    [2] => https://api.example.com/v1/orders?a=1\n    [3] => Array\n        (\n            [X-Key] => k-1\n            [X-Sign] => abc=\n        )\n\n    [4] => {"n":1}\n)\nArray\n(\n    [0] => Response:\n    [1] => POST\n    [2] => https://api.example.com/v1/orders?a=1\n    [3] => 401\n    [4] => \n    [5] => Array\n        (\n            [Date] => Tue, 14 Nov 2023 22:13:21 GMT\n        )\n\n    [6] => {"code":7,"msg":"Invalid sign"}\n)\n',
  ],
  [
    'maps of Go in a line of a log',
    '2023/11/14 22:13:20 Request: POST https://api.example.com/v1/orders?a=1 Headers: map[X-Key:k-1 X-Sign:abc=] Body: {"n":1}\n2023/11/14 22:13:21 Response: {"code":7,"msg":"Invalid sign"}\n',
  ],
  [
    'the logging interceptor of OkHttp',
    'D/OkHttp: --> POST https://api.example.com/v1/orders?a=1 http/1.1\nD/OkHttp: X-Key: k-1\nD/OkHttp: X-Sign: abc=\nD/OkHttp: \nD/OkHttp: {"n":1}\nD/OkHttp: --> END POST (7-byte body)\nD/OkHttp: <-- 401 Unauthorized https://api.example.com/v1/orders?a=1 (41ms)\nD/OkHttp: content-type: application/json\nD/OkHttp: \nD/OkHttp: {"code":7,"msg":"Invalid sign"}\nD/OkHttp: <-- END HTTP (31-byte body)\n',
  ],
  [
    'the wire log of Apache HttpClient',
    ['POST /v1/orders?a=1 HTTP/1.1', 'Host: api.example.com', 'X-Key: k-1', 'X-Sign: abc=', '']
      .map((line) => `22:13:20.1 [main] DEBUG org.apache.http.wire - http-outgoing-0 >> "${line}[\\r][\\n]"\n`)
      .join('')
      .concat('22:13:20.1 [main] DEBUG org.apache.http.wire - http-outgoing-0 >> "{"n":1}"\n')
      .concat(
        '22:13:20.4 [main] DEBUG org.apache.http.wire - http-outgoing-0 << "HTTP/1.1 401 Unauthorized[\\r][\\n]"\n',
      )
      .concat('22:13:20.4 [main] DEBUG org.apache.http.wire - http-outgoing-0 << "[\\r][\\n]"\n')
      .concat('22:13:20.4 [main] DEBUG org.apache.http.wire - http-outgoing-0 << "{"code":7,"msg":"Invalid sign"}"\n'),
  ],
  [
    'what a receiver on Node prints',
    `{\n  method: 'POST',\n  url: 'https://api.example.com/v1/orders?a=1',\n  headers: {\n    'x-key': 'k-1',\n    'x-sign': 'abc='\n  },\n  body: '{"n":1}'\n}\n{"code":7,"msg":"Invalid sign"}\n`,
  ],
  [
    'the environment of WSGI',
    "{'REQUEST_METHOD': 'POST',\n 'PATH_INFO': '/v1/orders',\n 'QUERY_STRING': 'a=1',\n 'wsgi.url_scheme': 'https',\n 'HTTP_HOST': 'api.example.com',\n 'HTTP_X_KEY': 'k-1',\n 'HTTP_X_SIGN': 'abc='}\n\n{\"n\":1}\n",
  ],
  [
    'an event of Lambda',
    JSON.stringify({
      httpMethod: 'POST',
      path: '/v1/orders',
      rawQueryString: 'a=1',
      headers: { Host: 'api.example.com', 'X-Key': 'k-1', 'X-Sign': 'abc=' },
      body: '{"n":1}',
      isBase64Encoded: false,
    }),
  ],
  [
    'a block of Markdown behind a question',
    'I get "Invalid sign" for this:\n\n```http\nPOST /v1/orders?a=1 HTTP/1.1\nHost: api.example.com\nX-Key: k-1\nX-Sign: abc=\n\n{"n":1}\n```\n\nWhat is wrong?',
  ],
  [
    'lines with a name each',
    'Request(2023-11-14):\nUrl: https://api.example.com/v1/orders?a=1\nMethod: POST\nHeaders:\nX-Key: k-1\nX-Sign: abc=\nBody: {"n":1}\nResponse: 401 {"code":7,"msg":"Invalid sign"}\n',
  ],
]

/** Requests without a body, of which some forms show no more than a path. */
const WITHOUT_BODY: ReadonlyArray<readonly [form: string, text: string]> = [
  [
    'the pseudo fields of HTTP/2',
    ':method: GET\n:authority: api.example.com\n:scheme: https\n:path: /v1/orders?a=1\nx-key: k-1\naccept: */*',
  ],
  [
    'the same with each value in a line of its own',
    ':authority:\napi.example.com\n:method:\nGET\n:path:\n/v1/orders?a=1\n:scheme:\nhttps\nx-key:\nk-1',
  ],
  [
    'the headers that developer tools show',
    'Request URL: https://api.example.com/v1/orders?a=1\nRequest Method: GET\nStatus Code: 401 Unauthorized\nRemote Address: 10.0.0.1:443\nx-key: k-1\n',
  ],
  [
    'the logger of Faraday',
    'I, [2023-11-14T22:13:20]  INFO -- request: GET https://api.example.com/v1/orders?a=1\nI, [2023-11-14T22:13:20]  INFO -- request: X-Key: "k-1"\nI, [2023-11-14T22:13:21]  INFO -- response: Status 401\n',
  ],
  [
    'a struct of Go',
    '&{Method:GET URL:https://api.example.com/v1/orders?a=1 Proto:HTTP/1.1 ProtoMajor:1 Header:map[X-Key:[k-1] Accept:[*/*]] Body:<nil> ContentLength:0 Host:api.example.com}',
  ],
  ['a log of Express', "GET /v1/orders?a=1\nHeaders: {\n  host: 'api.example.com',\n  'x-key': 'k-1'\n}\nBody: {}"],
  [
    'an IncomingMessage of Node',
    "{\n  method: 'GET',\n  url: '/v1/orders?a=1',\n  rawHeaders: [ 'Host', 'api.example.com', 'X-Key', 'k-1' ]\n}",
  ],
  [
    'a URL and the fields of requests',
    "https://api.example.com/v1/orders?a=1 {'User-Agent': 'python-requests/2.31.0', 'X-Key': 'k-1'}\n",
  ],
  [
    'what ccxt printed before',
    "fetch:\n id GET https://api.example.com/v1/orders?a=1 \nRequest:\n {\n  'X-Key': 'k-1',\n  'User-Agent': 'a'\n} \n undefined \n\nhandleRestResponse:\n id GET https://api.example.com/v1/orders?a=1 401 Unauthorized \n",
  ],
  [
    'var_dump of PHP',
    'array(4) {\n  ["REQUEST_METHOD"]=>\n  string(3) "GET"\n  ["REQUEST_URI"]=>\n  string(14) "/v1/orders?a=1"\n  ["HTTP_HOST"]=>\n  string(15) "api.example.com"\n  ["HTTP_X_KEY"]=>\n  string(3) "k-1"\n}',
  ],
  [
    'PowerShell with a variable for the fields',
    '$headers = @{ "X-Key" = "k-1" }\nInvoke-RestMethod -Uri "https://api.example.com/v1/orders?a=1" -Headers $headers -Method Get',
  ],
  ['a block that is indented', '    GET /v1/orders?a=1 HTTP/1.1\n    Host: api.example.com\n    X-Key: k-1\n'],
  ['superagent', "superagent.get('https://api.example.com/v1/orders?a=1').set('X-Key', 'k-1').end(done)"],
  [
    'Dart',
    "final response = await http.get(Uri.parse('https://api.example.com/v1/orders?a=1'), headers: {'X-Key': 'k-1'});",
  ],
  [
    'a chain of Rust',
    'let res = client.get("https://api.example.com/v1/orders?a=1").header("X-Key", "k-1").send().await?;',
  ],
]

test.each(WITHOUT_BODY)('a dump is read: %s', (_, pasted) => {
  const { method, url, headers, body } = readCapture(pasted)
  expect({ method, url, body }).toEqual({
    method: 'GET',
    url: 'https://api.example.com/v1/orders?a=1',
    body: undefined,
  })
  expect(headers.find(([one]) => one.toLowerCase() === 'x-key')?.[1]).toBe('k-1')
})

describe('what programs print of a request is read', () => {
  test.each(FORMS)('a print is read: %s', (_, pasted) => {
    const { method, url, headers, body } = readCapture(pasted)
    expect({ method, url, body: text(body) }).toEqual({
      method: 'POST',
      url: 'https://api.example.com/v1/orders?a=1',
      body: '{"n":1}',
    })
    const of = (name: string) => headers.find(([one]) => one.toLowerCase() === name)?.[1]
    expect([of('x-key'), of('x-sign')]).toEqual(['k-1', 'abc='])
  })

  test('the answer beside it is read as one', () => {
    for (const [form, pasted] of FORMS.slice(0, 8))
      expect(readCapture(pasted).refusal?.body, form).toContain('Invalid sign')
  })

  test('the Debug form of reqwest, whose URL is taken apart', () => {
    const { url, headers } = readCapture(
      'Request {\n    method: GET,\n    url: Url {\n        scheme: "https",\n        cannot_be_a_base: false,\n        username: "",\n        password: None,\n        host: Some(\n            Domain(\n                "api.example.com",\n            ),\n        ),\n        port: Some(\n            8443,\n        ),\n        path: "/v1/orders",\n        query: Some(\n            "a=1",\n        ),\n        fragment: None,\n    },\n    headers: {\n        "x-key": "k-1",\n    },\n}\n',
    )
    expect(url).toBe('https://api.example.com:8443/v1/orders?a=1')
    expect(headers).toEqual([['x-key', 'k-1']])
  })

  test('HttpRequestMessage of .NET, whose fields have quotes and commas of their own', () => {
    const { url, headers } = readCapture(
      `Method: GET, RequestUri: 'https://api.example.com/me', Version: 1.1, Content: <null>, Headers:\n{\n  Authorization: OAuth oauth_nonce="n", oauth_signature="a b="\n}\n`,
    )
    expect(url).toBe('https://api.example.com/me')
    expect(headers).toEqual([['Authorization', 'OAuth oauth_nonce="n", oauth_signature="a b="']])
  })

  test('a link that is signed, alone or behind wget', () => {
    const link = 'https://box.s3.amazonaws.com/a.txt?Expires=1700000300&Signature=abc%3D'
    for (const pasted of [link, `wget '${link}'`, `$ wget "${link}"\n`]) expect(readCapture(pasted).url).toBe(link)
  })

  test('a page of an exception with a URL in it is no request', () => {
    expect(() =>
      readCapture(
        'java.io.IOException: Server returned HTTP response code: 403 for URL: https://api.example.com/v2/balance/',
      ),
    ).toThrow('"input" must be')
  })
})

// Each of them took seconds once, or the square of its length, or a call for each part.
test.each([
  ['one word without an end', 'a'.repeat(262_144)],
  ['base64 without an end', `https://api.example.com/ ${'QUJD$.'.repeat(43_000)}`],
  ['a map of Go with one name without an end', `Header:map[${'a'.repeat(262_144)}]`],
  ['a text of many parts', `https://api.example.com/ {a: ${'"a" + '.repeat(50_000)}"a"}`],
  ['URLs without a space between them', 'https://a.example/?a=b'.repeat(24_000)],
  ['brackets with a word in each', '[a] => '.repeat(37_000)],
])('a long text that is no request is read in little time: %s', (_, pasted) => {
  const from = cpuMs()
  try {
    readCapture(pasted)
  } catch (error) {
    expect(error).toMatchObject({ code: 'ARGUMENT_INVALID' })
  }
  expect(cpuMs() - from).toBeLessThan(4_000)
})

test('a value that is masked says nothing of the form of what was sent', async () => {
  const { findings, unread } = await diagnose(
    'GET /api/v5/account/balance HTTP/1.1\nHost: www.okx.com\nOK-ACCESS-KEY: key\nOK-ACCESS-SIGN: ********\nOK-ACCESS-TIMESTAMP: 2023-11-14T22:13:20.123Z\nOK-ACCESS-PASSPHRASE: ****\n\nHTTP/1.1 401 Unauthorized\n\n{"code":"50101","msg":"APIKey does not match current environment."}',
  )
  expect(findings.map(({ id }) => id)).toEqual(['refused-environment'])
  expect(unread.map(({ part }) => part)).toContain('OK-ACCESS-SIGN')
})

test('the value of a parameter that is a secret by its name is not shown, with whatever it was signed', async () => {
  const shown = JSON.stringify(
    await diagnose(
      'GET /api/v3/order?apiSecret=wJalrXUtnFEMIK7&password=hunter%202-xyz&access_token=abcdefgh-1&pwd=sekrit-1234&token=USDTOLD&signature=aa HTTP/1.1\nHost: api.binance.com\nX-MBX-APIKEY: k-1\n',
    ),
  )
  expect(shown).toContain('apiSecret=[secret]&password=[secret]&access_token=[secret]&pwd=[secret]&token=USDTOLD')
  expect(shown).not.toMatch(/wJalr|hunter|abcdefgh|sekrit/)
})

describe('what axios prints names its adapters, fetch among them', () => {
  const config = {
    adapter: ['xhr', 'http', 'fetch'],
    headers: { 'X-MBX-APIKEY': 'the-key' },
    params: { symbol: 'BTCUSDT', timestamp: 1 },
    method: 'post',
    url: 'https://api.binance.com/api/v3/order',
  }

  test('its JSON keeps parameters and fields', () => {
    const { url, headers } = readCapture(JSON.stringify({ message: 'Request failed', config }))
    expect(url).toBe('https://api.binance.com/api/v3/order?symbol=BTCUSDT&timestamp=1')
    expect(headers).toContainEqual(['X-MBX-APIKEY', 'the-key'])
  })

  test('what the console shows of it keeps its fields', () => {
    const shown = `AxiosError: Request failed with status code 401 {
  config: {
    adapter: [ 'xhr', 'http', 'fetch' ],
    headers: Object [AxiosHeaders] {
      'OK-ACCESS-SIGN': 'aHR0'
    },
    method: 'post',
    url: 'https://www.okx.com/api/v5/trade/order'
  }
}`
    const { method, url, headers } = readCapture(shown)
    expect({ method, url, headers }).toEqual({
      method: 'POST',
      url: 'https://www.okx.com/api/v5/trade/order',
      headers: [['OK-ACCESS-SIGN', 'aHR0']],
    })
  })
})

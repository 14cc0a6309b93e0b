import { describe, expect, test } from 'vitest'
import { read } from './read.js'

const URL_ = 'https://api.example.com/v1/orders?a=1'
const PATH = '/v1/orders?a=1'
const BODY = '{"n":1,"s":"a b"}'
const SAID = '{"code":7,"msg":"Invalid sign"}'

const FORMS: ReadonlyArray<readonly [form: string, text: string]> = [
  [
    'a request that Go has quoted',
    `2023/11/14 22:13:20 request: "POST ${PATH} HTTP/1.1\\r\\nHost: api.example.com\\r\\nX-Key: k-1\\r\\nX-Sign: abc=\\r\\nContent-Length: 17\\r\\n\\r\\n{\\"n\\":1,\\"s\\":\\"a b\\"}"`,
  ],
  [
    'the debug log of resty',
    `==============================================================================\n~~~ REQUEST ~~~\nPOST  ${PATH}  HTTP/1.1\nHOST   : api.example.com\nHEADERS:\n\tContent-Type: application/json\n\tX-Key: k-1\n\tX-Sign: abc=\nBODY   :\n${BODY}\n------------------------------------------------------------------------------\n~~~ RESPONSE ~~~\nSTATUS       : 401 Unauthorized\nPROTO        : HTTP/1.1\nHEADERS      :\n\tContent-Type: application/json\nBODY         :\n${SAID}\n==============================================================================`,
  ],
  [
    'the interceptor of RestTemplate',
    `===========================request begin================================================\nURI         : ${URL_}\nMethod      : POST\nHeaders     : [Accept:"application/json", Content-Type:"application/json", X-Key:"k-1", X-Sign:"abc="]\nRequest body: ${BODY}\n==========================request end================================================\n============================response begin==========================================\nStatus code  : 401 UNAUTHORIZED\nResponse body: ${SAID}\n`,
  ],
  [
    'the log of HttpClient of .NET',
    `trce: System.Net.Http.HttpClient.api.ClientHandler[102]\n      Request Headers:\n      X-Key: k-1\n      X-Sign: abc=\n      Content-Type: application/json\ninfo: System.Net.Http.HttpClient.api.ClientHandler[100]\n      Sending HTTP request POST ${URL_}\ninfo: Body: ${BODY}\ninfo: System.Net.Http.HttpClient.api.ClientHandler[101]\n      Received HTTP response headers after 120ms - 401\n`,
  ],
  [
    'the dumper of Laravel',
    `array:4 [▼\n  "method" => "POST"\n  "url" => "${URL_}"\n  "headers" => array:2 [▼\n    "x-key" => array:1 [▼\n      0 => "k-1"\n    ]\n    "x-sign" => array:1 [▼\n      0 => "abc="\n    ]\n  ]\n  "body" => "{"n":1,"s":"a b"}"\n]\n`,
  ],
  [
    'fields and bytes that Flask prints',
    `POST ${URL_}\nHost: api.example.com\r\nX-Key: k-1\r\nX-Sign: abc=\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n\nb'{"n":1,"s":"a b"}'\n127.0.0.1 - - [14/Nov/2023 22:13:20] "POST /v1/orders?a=1 HTTP/1.1" 401 -\n`,
  ],
  [
    'an event of Pipedream',
    JSON.stringify({
      method: 'POST',
      path: '/v1/orders',
      query: { a: '1' },
      url: URL_,
      headers: { host: 'api.example.com', 'x-key': 'k-1', 'x-sign': 'abc=' },
      bodyRaw: BODY,
      body: { n: 1, s: 'a b' },
    }),
  ],
  [
    'a flow of mitmproxy',
    `127.0.0.1:52100: POST ${URL_} HTTP/2.0\n    content-type: application/json\n    x-key: k-1\n    x-sign: abc=\n\n    ${BODY}\n\n << HTTP/2.0 401 Unauthorized 31b\n    content-type: application/json\n\n    ${SAID}\n`,
  ],
  [
    'the console of Postman',
    `POST ${URL_}\n401\n84 ms\nRequest Headers\nContent-Type: application/json\nX-Key: k-1\nX-Sign: abc=\nRequest Body\n${BODY}\nResponse Headers\nDate: Tue, 14 Nov 2023 22:13:21 GMT\nResponse Body\n${SAID}\n`,
  ],
  [
    'a CIMultiDict of aiohttp',
    `POST ${URL_}\nheaders: <CIMultiDict('X-Key': 'k-1', 'X-Sign': 'abc=', 'Content-Type': 'application/json')>\nbody: ${BODY}\nresponse: ${SAID}\n`,
  ],
  [
    'a line of a log with fields and data as Python prints them',
    `INFO POST ${URL_} headers={'X-Key': 'k-1', 'X-Sign': 'abc=', 'Content-Type': 'application/json'} data='${BODY}'\n`,
  ],
  [
    'the same with bytes',
    `INFO POST ${URL_} headers={'X-Key': 'k-1', 'X-Sign': 'abc=', 'Content-Type': 'application/json'} data=b'${BODY}'\n`,
  ],
  [
    'EnvironHeaders of Werkzeug',
    `url: ${URL_}\nmethod: POST\nEnvironHeaders([('Host', 'api.example.com'), ('X-Key', 'k-1'), ('X-Sign', 'abc=')])\nb'${BODY}'\n`,
  ],
  [
    'the error that got throws',
    `HTTPError: Response code 401 (Unauthorized)\n    at Request.<anonymous> (/app/got.js:1:1) {\n  code: 'ERR_NON_2XX_3XX_RESPONSE',\n  timings: { start: 1 },\n  options: {\n    method: 'POST',\n    url: URL {\n      href: '${URL_}',\n      origin: 'https://api.example.com'\n    },\n    headers: {\n      'x-key': 'k-1',\n      'x-sign': 'abc='\n    },\n    body: '${BODY}'\n  },\n  response: { statusCode: 401, body: '${SAID}' }\n}\n`,
  ],
  [
    'the error that superagent throws',
    `Error: Unauthorized\n    at Test.assert {\n  status: 401,\n  response: Response {\n    req: Request {\n      method: 'POST',\n      url: '${URL_}',\n      _data: '${BODY}',\n      header: { 'X-Key': 'k-1', 'X-Sign': 'abc=' }\n    },\n    text: '${SAID}'\n  }\n}\n`,
  ],
  [
    'a response of the library request',
    JSON.stringify({
      statusCode: 401,
      body: SAID,
      headers: { date: 'x' },
      request: {
        uri: { protocol: 'https:', host: 'api.example.com', path: PATH, href: URL_ },
        method: 'POST',
        headers: { 'X-Key': 'k-1', 'X-Sign': 'abc=' },
        body: BODY,
      },
    }),
  ],
  [
    'a program of Angular',
    `const headers = new HttpHeaders({\n  'X-Key': 'k-1',\n  'X-Sign': 'abc='\n});\nthis.http.post('${URL_}', '${BODY}', { headers }).subscribe();`,
  ],
  [
    'a call of jQuery',
    `$.ajax({\n  url: '${URL_}',\n  type: 'POST',\n  data: '${BODY}',\n  headers: { 'X-Key': 'k-1', 'X-Sign': 'abc=' },\n  success: function (r) { console.log(r) }\n});`,
  ],
  [
    'a macro of Visual Basic',
    `Dim http As Object\nSet http = CreateObject("MSXML2.XMLHTTP")\nhttp.Open "POST", "${URL_}", False\nhttp.setRequestHeader "X-Key", "k-1"\nhttp.setRequestHeader "X-Sign", "abc="\nhttp.send "{""n"":1,""s"":""a b""}"\nDebug.Print http.responseText`,
  ],
  [
    'a program of R',
    `library(httr)\nres <- POST("${URL_}",\n  add_headers("X-Key" = "k-1", "X-Sign" = "abc="),\n  body = '${BODY}', encode = "raw")\ncontent(res)`,
  ],
  [
    'a program of Perl',
    `use LWP::UserAgent;\nmy $ua = LWP::UserAgent->new;\nmy $req = HTTP::Request->new(POST => '${URL_}');\n$req->header('X-Key' => 'k-1');\n$req->header('X-Sign' => 'abc=');\n$req->content('${BODY}');\nmy $res = $ua->request($req);`,
  ],
  [
    'a program with Ktor',
    `val client = HttpClient(CIO)\nval response = client.post("${URL_}") {\n    headers {\n        append("X-Key", "k-1")\n        append("X-Sign", "abc=")\n    }\n    setBody("{\\"n\\":1,\\"s\\":\\"a b\\"}")\n}`,
  ],
  [
    'a program with resty',
    `resp, err := client.R().\n\tSetHeader("X-Key", "k-1").\n\tSetHeader("X-Sign", "abc=").\n\tSetBody(\`${BODY}\`).\n\tPost("${URL_}")`,
  ],
  [
    'a program of Dart',
    `final response = await http.post(\n  Uri.parse('${URL_}'),\n  headers: {'X-Key': 'k-1', 'X-Sign': 'abc='},\n  body: '${BODY}',\n);`,
  ],
  [
    'a program with libcurl',
    `curl_easy_setopt(curl, CURLOPT_URL, "${URL_}");\nstruct curl_slist *headers = NULL;\nheaders = curl_slist_append(headers, "X-Key: k-1");\nheaders = curl_slist_append(headers, "X-Sign: abc=");\ncurl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);\ncurl_easy_setopt(curl, CURLOPT_POSTFIELDS, "{\\"n\\":1,\\"s\\":\\"a b\\"}");\nres = curl_easy_perform(curl);`,
  ],
  [
    'a program with cpr',
    `cpr::Response r = cpr::Post(cpr::Url{"${URL_}"},\n  cpr::Header{{"X-Key", "k-1"}, {"X-Sign", "abc="}},\n  cpr::Body{"{\\"n\\":1,\\"s\\":\\"a b\\"}"});`,
  ],
  ['a file of hurl', `POST ${URL_}\nX-Key: k-1\nX-Sign: abc=\n${BODY}\nHTTP 401\n`],
  [
    'a file of a REST client with several requests',
    `### place order\nPOST ${URL_} HTTP/1.1\nX-Key: k-1\nX-Sign: abc=\n\n${BODY}\n\n### other\nGET https://api.example.com/x\n`,
  ],
  [
    'a file of Bruno',
    `meta {\n  name: order\n  type: http\n}\n\npost {\n  url: ${URL_}\n  body: json\n  auth: none\n}\n\nheaders {\n  X-Key: k-1\n  X-Sign: abc=\n}\n\nbody:json {\n  ${BODY}\n}\n`,
  ],
  [
    'a script of k6',
    `import http from 'k6/http';\nexport default function () {\n  http.post('${URL_}', '${BODY}', { headers: { 'X-Key': 'k-1', 'X-Sign': 'abc=' } });\n}`,
  ],
  [
    'a line of pino',
    JSON.stringify({
      level: 30,
      time: 1700000000123,
      req: {
        id: 1,
        method: 'POST',
        url: '/v1/orders?a=1',
        headers: { host: 'api.example.com', 'x-key': 'k-1', 'x-sign': 'abc=' },
        body: BODY,
      },
      res: { statusCode: 401 },
      msg: 'request completed',
    }),
  ],
  [
    'a map of Java',
    `URL: ${URL_}\nMethod: POST\nHeaders: {Content-Type=[application/json], X-Key=[k-1], X-Sign=[abc=]}\nBody: ${BODY}\nResponse: ${SAID}`,
  ],
  [
    'a table of Markdown',
    `**URL**: \`${URL_}\`\n**Method**: \`POST\`\n\n| Header | Value |\n| --- | --- |\n| X-Key | k-1 |\n| X-Sign | abc= |\n\n**Body**:\n\`\`\`json\n${BODY}\n\`\`\`\n`,
  ],
  [
    'a list of Markdown',
    `- URL: ${URL_}\n- Method: POST\n- Headers:\n  - X-Key: k-1\n  - X-Sign: abc=\n- Body: ${BODY}\n- Response: ${SAID}\n`,
  ],
  [
    'a document of YAML',
    `request:\n  url: ${URL_}\n  method: POST\n  headers:\n    X-Key: k-1\n    X-Sign: abc=\n  body: '${BODY}'\nresponse:\n  status: 401\n`,
  ],
  [
    'a command of wget',
    `wget --method=POST --header='X-Key: k-1' --header='X-Sign: abc=' --body-data='${BODY}' '${URL_}'`,
  ],
  [
    'the log of Rails',
    `Started POST "/v1/orders?a=1" for 1.2.3.4 at 2023-11-14 22:13:20 +0000\nProcessing by HooksController#create as JSON\n  Parameters: {"n"=>1, "s"=>"a b"}\n{"HTTP_HOST"=>"api.example.com", "REQUEST_METHOD"=>"POST", "REQUEST_URI"=>"/v1/orders?a=1", "HTTP_X_KEY"=>"k-1", "HTTP_X_SIGN"=>"abc="}\nraw_post: "{\\"n\\":1,\\"s\\":\\"a b\\"}"\n`,
  ],
  [
    'the log of CXF',
    `INFO: Outbound Message\n---------------------------\nID: 1\nAddress: ${URL_}\nHttp-Method: POST\nContent-Type: application/json\nHeaders: {Accept=[application/json], X-Key=[k-1], X-Sign=[abc=]}\nPayload: ${BODY}\n--------------------------------------\n`,
  ],
  [
    'the head that Node keeps of a request',
    `_header: 'POST ${PATH} HTTP/1.1\\r\\nHost: api.example.com\\r\\nX-Key: k-1\\r\\nX-Sign: abc=\\r\\nContent-Length: 17\\r\\nConnection: close\\r\\n\\r\\n'\nbody: '${BODY}'\n`,
  ],
  ['names and values in a line', `method=POST url=${URL_} x-key=k-1 x-sign="abc=" body='${BODY}'`],
]

describe('a request is read with its method, URL, fields and body, however it was printed or written', () => {
  test.each(FORMS)('%s', (_, text) => {
    expect(read(text)).toMatchObject({
      method: 'POST',
      url: URL_,
      headers: { 'x-key': 'k-1', 'x-sign': 'abc=' },
      body: BODY,
    })
  })
})

test('what PHP shows of the log of curl is read, with a body that it does not show', () => {
  const text = `* Connected to api.example.com (1.1.1.1) port 443\n> POST ${PATH} HTTP/1.1\nHost: api.example.com\nX-Key: k-1\nX-Sign: abc=\nContent-Length: 17\n\n* upload completely sent off: 17 out of 17 bytes\n< HTTP/1.1 401 Unauthorized\n< \n* Connection #0 left intact\n${SAID}\n`
  expect(read(text)).toMatchObject({
    ...{ method: 'POST', url: URL_, headers: { 'x-key': 'k-1', 'x-sign': 'abc=' } },
    refusal: { status: 401, body: SAID },
    unread: expect.arrayContaining(['body']),
  })
})

test('the lines that Wireshark shows of a request lose their written line breaks', () => {
  const text = `Hypertext Transfer Protocol\n    GET ${PATH} HTTP/1.1\\r\\n\n    Host: api.example.com\\r\\n\n    X-Sign: abc=\\r\\n\n    \\r\\n\n    [Full request URI: ${URL_}]\n`
  expect(read(text)).toMatchObject({ method: 'GET', url: URL_, headers: { 'x-sign': 'abc=' } })
})

test('the trace of MinIO is read with its answer, and with the address of the server before its lines', () => {
  for (const before of ['', '127.0.0.1:9000 ']) {
    const text = [
      `${before}[REQUEST s3.GetObject] 22:13:20.123`,
      `${before}GET ${PATH}`,
      `${before}Proto: HTTP/1.1`,
      `${before}Host: api.example.com`,
      `${before}X-Sign: abc=`,
      before,
      `${before}[RESPONSE] [22:13:20.124] [ Duration 121µs ]`,
      `${before}403 Forbidden`,
      `${before}Content-Type: application/xml`,
      `${before}<Error><Code>AccessDenied</Code></Error>`,
    ].join('\n')
    expect(read(text)).toMatchObject({
      ...{ method: 'GET', url: URL_, headers: { host: 'api.example.com', 'x-sign': 'abc=' } },
      refusal: { status: 403, body: expect.stringContaining('AccessDenied') },
    })
  }
})

test('a command of curl is found between other text', () => {
  const text = `payload: {"n": 1}\nsignature:abc=\n\n$ curl -X POST \\\n\t-H "X-Key: k-1" \\\n\t-H "X-Sign: abc=" \\\n\t-d '${BODY}' \\\n\t"${URL_}"\n`
  expect(read(text)).toMatchObject({ method: 'POST', url: URL_, headers: { 'x-sign': 'abc=' }, body: BODY })
})

test('an answer that has its request within it is no body of the request', () => {
  const text = `request error {\n  status: 401,\n  statusText: 'Unauthorized',\n  data: { error: 'Unauthorized' },\n  config: {\n    method: 'post',\n    url: '${URL_}'\n  }\n}\n`
  const found = read(text)
  expect(found).toMatchObject({ method: 'POST', url: URL_, refusal: { status: 401, body: '{"error":"Unauthorized"}' } })
  expect(found).not.toHaveProperty('body')
})

test('words behind a GET without a type are what was said of it', () => {
  const found = read(`GET ${URL_}\nX-Sign: abc=\n\nsignature valid: false\n`)
  expect(found).toMatchObject({ method: 'GET', url: URL_, refusal: { body: 'signature valid: false' } })
  expect(found).not.toHaveProperty('body')
  expect(read(`GET ${URL_}\nX-Sign: abc=\n\n${BODY}`)).toMatchObject({ body: BODY })
})

test.each([
  ['variables of Ruby', `irb> payload = '${BODY}'\nirb> sig = 'SIG'\nirb> Hook.verify(payload, sig, secret)\n`],
  [
    'constants of JavaScript',
    `const rawBody = \`${BODY}\`\nconst signature = "SIG"\nconst secret = process.env.SECRET\n`,
  ],
  ['names with values', `Payload: ${BODY}\nReceived signature: SIG\nComputed: other\n`],
])('body and signature of a webhook are read without a request: %s', (_, text) => {
  const signature = `sha256=${'0123456789abcdef'.repeat(4)}`
  expect(read(text.replace('SIG', signature))).toMatchObject({
    ...{ method: 'POST', url: 'https://unknown.invalid/', headers: { 'x-signature': signature }, body: BODY },
    unread: ['URL', 'headers'],
  })
})

describe('the log of a worker', () => {
  const SIGNED = { 'x-key': 'k-1', 'x-sign': 'abc=' }
  const event = (...messages: readonly string[]) => ({
    outcome: 'ok',
    scriptName: 'hooks',
    exceptions: [],
    logs: [{ message: messages, level: 'error', timestamp: 1_700_000_000_000 }],
    eventTimestamp: 1_700_000_000_000,
    event: { request: { url: URL_, method: 'POST', headers: SIGNED }, response: { status: 401 } },
  })

  test('as JSON it has the request, what was complained of, and a body that it does not show', () => {
    for (const text of [JSON.stringify(event('no match')), JSON.stringify(event('no match'), null, 2)])
      expect(read(text)).toMatchObject({
        ...{ method: 'POST', url: URL_, headers: SIGNED },
        refusal: { status: 401, body: 'no match' },
        unread: ['body'],
      })
  })

  test('a body that the worker prints is that of the request', () => {
    expect(read(JSON.stringify(event(BODY, 'no match')))).toMatchObject({ body: BODY, refusal: { body: 'no match' } })
  })

  test('the lines for people have their fields in what was printed', () => {
    const line = `POST ${URL_} - Ok @ 11/14/2023, 10:13:20 PM\n`
    const printed = '  (log) headers { "x-key": "k-1", "x-sign": "abc=" }\n  (error) no match\n'
    expect(read(line + printed)).toMatchObject({
      ...{ method: 'POST', url: URL_, headers: SIGNED },
      refusal: { body: 'no match' },
      unread: ['body'],
    })
    expect(read(`${line}  (log) x-key: k-1\n  (log) x-sign: abc=\n  (log) body: ${BODY}\n`)).toMatchObject({
      ...{ headers: SIGNED, body: BODY },
    })
  })
})

test('the fields of an answer that aiohttp prints are none of the request', () => {
  const text = `<ClientResponse(${URL_}) [401 Unauthorized]>\n<CIMultiDictProxy('Date': 'x', 'X-Request-Id': 'r-1')>\nheaders: <CIMultiDictProxy('X-Key': 'k-1', 'X-Sign': 'abc=')>\n${SAID}\n`
  const found = read(text)
  expect(found).toMatchObject({ method: 'GET', url: URL_, headers: { 'x-key': 'k-1', 'x-sign': 'abc=' } })
  expect(Object.keys(found['headers'] as object)).toEqual(['x-key', 'x-sign'])
})

test.each([
  [
    'a body that stands below the log of curl, by its length',
    `* Connected to api.example.com\n> POST ${PATH} HTTP/1.1\n> Host: api.example.com\n> X-Sign: abc=\n> Content-Length: 17\n>\n< HTTP/1.1 400 Bad Request\n<\n${SAID}\n\nthe --data was:\n${BODY}`,
    { method: 'POST', url: URL_, body: BODY, unread: ['scheme'] },
  ],
  [
    'a body behind the expression that printed it',
    `headers: {\n  "host": "api.example.com",\n  "x-sign": "abc="\n}\nJSON.stringify(req.body): ${BODY}`,
    { headers: { host: 'api.example.com', 'x-sign': 'abc=' }, body: BODY },
  ],
  [
    'the name of a program before every line',
    `[app] POST ${PATH} HTTP/1.1\n[app] Host: api.example.com\n[app] X-Sign: abc=\n[app]\n[app] ${BODY}`,
    { format: 'http', method: 'POST', url: URL_, headers: { host: 'api.example.com', 'x-sign': 'abc=' }, body: BODY },
  ],
  [
    'the name of a container before every line',
    `web_1  | GET ${PATH} HTTP/1.1\nweb_1  | Host: api.example.com\nweb_1  | X-Sign: abc=`,
    { format: 'http', method: 'GET', url: URL_, headers: { host: 'api.example.com', 'x-sign': 'abc=' } },
  ],
  [
    'the origin that urllib3 writes before the first line',
    `DEBUG urllib3.connectionpool: https://api.example.com:443 "GET /v1/orders?a=1&signature=0123456789abcdef HTTP/1.1" 401 None`,
    { method: 'GET', url: 'https://api.example.com:443/v1/orders?a=1&signature=0123456789abcdef' },
  ],
])('a log is read: %s', (_, text, expected) => {
  expect(read(text)).toMatchObject(expected)
})

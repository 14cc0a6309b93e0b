import { describe, expect, test } from 'vitest'
import { read } from './read.js'

const URL_ = 'https://api.example.com/v1/orders?a=1'
const BODY = '{"n":1,"s":"a b"}'
const SAID = '{"code":7}'
const FIELDS = 'X-Key: k-1\nX-Sign: abc='

test.each([
  [
    'what Net::HTTP of Ruby prints',
    `opening connection to api.example.com:443...\nopened\n<- "POST /v1/orders?a=1 HTTP/1.1\\r\\nX-Key: k-1\\r\\nX-Sign: abc=\\r\\nHost: api.example.com\\r\\nContent-Length: 17\\r\\n\\r\\n"\n<- "{\\"n\\":1,\\"s\\":\\"a b\\"}"\n-> "HTTP/1.1 401 Unauthorized\\r\\n"\n-> "\\r\\n"\nreading 10 bytes...\n-> "{\\"code\\":7}"\nConn close\n`,
  ],
  [
    'the log of Guzzle',
    `[2023-11-14T22:13:20.4+00:00] guzzle.DEBUG: >>>>>>>>\nPOST /v1/orders?a=1 HTTP/1.1\nHost: api.example.com\n${FIELDS}\n\n${BODY}\n<<<<<<<<\nHTTP/1.1 401 Unauthorized\n\n${SAID}\n--------\nNULL\n`,
  ],
  [
    'the request of JMeter',
    `POST ${URL_}\n\nPOST data:\n${BODY}\n\n[no cookies]\n\nRequest Headers:\nConnection: keep-alive\n${FIELDS}\nHost: api.example.com\n`,
  ],
  [
    'https.request of Node',
    `const req = https.request({\n  hostname: 'api.example.com',\n  port: 443,\n  path: '/v1/orders?a=1',\n  method: 'POST',\n  headers: { 'X-Key': 'k-1', 'X-Sign': 'abc=' },\n}, (res) => {})\nreq.write('${BODY}')\nreq.end()\n`,
  ],
  [
    'http.client of Python',
    `import http.client\nconn = http.client.HTTPSConnection("api.example.com")\npayload = '${BODY}'\nheaders = {\n  'X-Key': 'k-1',\n  'X-Sign': 'abc='\n}\nconn.request("POST", "/v1/orders?a=1", payload, headers)\n`,
  ],
  [
    'aiohttp of Python',
    `import aiohttp\n\nasync def main():\n    headers = {\n        "X-Key": "k-1",\n        "X-Sign": "abc=",\n    }\n    async with aiohttp.ClientSession() as session:\n        async with session.post("${URL_}", headers=headers, data='${BODY}') as resp:\n            print(await resp.text())\n`,
  ],
  [
    'urllib of Python',
    `import urllib.request\n\nreq = urllib.request.Request(\n    "${URL_}",\n    data=b'${BODY}',\n    headers={\n        "X-Key": "k-1",\n        "X-Sign": "abc=",\n    },\n    method="POST",\n)\n`,
  ],
  [
    'the request log of Spring',
    `2023-11-14T22:13:20.123Z DEBUG 1 --- [nio-8080-exec-1] o.s.w.f.CommonsRequestLoggingFilter : REQUEST DATA: POST /v1/orders?a=1, client=10.0.0.7, headers=[host:"api.example.com", x-key:"k-1", x-sign:"abc="], payload=${BODY}]\n`,
  ],
  [
    'the request log of ASP.NET',
    `info: Microsoft.AspNetCore.HttpLogging.HttpLoggingMiddleware[1]\n      Request:\n      Protocol: HTTP/1.1\n      Method: POST\n      Scheme: https\n      PathBase: \n      Path: /v1/orders\n      QueryString: ?a=1\n      Host: api.example.com\n      X-Key: k-1\n      X-Sign: abc=\ninfo: Microsoft.AspNetCore.HttpLogging.HttpLoggingMiddleware[3]\n      RequestBody: ${BODY}\n`,
  ],
  [
    'an event of Sentry',
    JSON.stringify({
      request: {
        url: URL_,
        method: 'POST',
        headers: [
          ['X-Key', 'k-1'],
          ['X-Sign', 'abc='],
        ],
        data: BODY,
      },
    }),
  ],
])('%s is read with its URL, fields and body', (_, text) => {
  expect(read(text)).toMatchObject({
    method: 'POST',
    url: URL_,
    headers: { 'x-key': 'k-1', 'x-sign': 'abc=' },
    body: BODY,
  })
})

describe('a client that is given host and port apart', () => {
  test('has the port in its URL where it is not the one of the scheme', () => {
    const text =
      "http.request({ hostname: 'localhost', port: 8080, path: '/a', headers: { 'X-Sign': 'abc=' } }, done)\n"
    expect(read(text)).toMatchObject({ url: 'http://localhost:8080/a', headers: { 'x-sign': 'abc=' } })
  })
})

test('characters that Python writes as bytes are those of UTF-8', () => {
  const text =
    "send: b'POST /a HTTP/1.1\\r\\nHost: api.example.com\\r\\nContent-Length: 8\\r\\n\\r\\n'\nsend: b'{\"\\xc3\\xbc\":1}'\nreply: 'HTTP/1.1 401 -\\r\\n'\n"
  expect(read(text)).toMatchObject({ body: '{"ü":1}' })
})

test('an event of a gateway without a query has a URL without a question mark', () => {
  const event = {
    rawPath: '/hook',
    rawQueryString: '',
    headers: { host: 'api.example.com', 'x-sign': 'abc=' },
    requestContext: { http: { method: 'POST' } },
    body: BODY,
  }
  expect(read(JSON.stringify(event))).toMatchObject({ url: 'https://api.example.com/hook' })
})

test('the list of signed headers among the fields of a log is a field, not the name of them all', () => {
  const text = `POST /hook\n{\n  host: 'api.example.com',\n  'x-contentful-signed-headers': 'host,x-a',\n  'x-a': '1'\n}\nraw body: ${BODY}\n`
  expect(read(text)).toMatchObject({
    url: 'https://api.example.com/hook',
    headers: { host: 'api.example.com', 'x-contentful-signed-headers': 'host,x-a', 'x-a': '1' },
    body: BODY,
  })
})

import { expect, test } from 'vitest'
import { type Capture, readCapture } from '../../../src/doctor/index.js'
import { cpuMs } from '../../cpu-time.js'
import { THOROUGH } from '../../thorough.js'

const shown = ({ format, method, url, headers, body, unread }: Capture) => ({
  format,
  method,
  url,
  headers: Object.fromEntries(headers),
  body: body === undefined ? undefined : new TextDecoder().decode(body),
  unread: unread.map(({ part }) => part),
})
const GET = { method: 'GET', headers: {}, body: undefined, unread: [] }
const URL = 'https://api.example.com/v1/orders'

test.each<[string, string, object]>([
  ['a URL alone', `http ${URL}`, { ...GET, url: URL }],
  ['its host alone', 'https api.example.com/v1/orders', { ...GET, url: URL }],
  ['a port alone', 'http :3000/a', { ...GET, url: 'http://localhost:3000/a' }],
  [
    'fields of JSON, a header, a query',
    `http POST ${URL} X-Key:bot-1 name=für qty:=1.5 on:=true dry==1 'q==a b'`,
    {
      method: 'POST',
      url: `${URL}?dry=1&q=a+b`,
      headers: { 'X-Key': 'bot-1', 'Content-Type': 'application/json' },
      body: '{"name": "f\\u00fcr", "qty": 1.5, "on": true}',
      unread: [],
    },
  ],
  [
    'a form',
    `http --form ${URL} a=1 'b=x y&z' Empty\\;x:2`,
    {
      method: 'POST',
      url: URL,
      headers: { 'Empty;x': '2', 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: 'a=1&b=x+y%26z',
      unread: [],
    },
  ],
  [
    'a raw body, options and a file',
    `$ http -v --timeout 5 --auth=me:secret --raw '{"a":1}' PUT ${URL} file@/etc/passwd`,
    {
      method: 'PUT',
      url: URL,
      headers: { 'Content-Type': 'application/json' },
      body: '{"a":1}',
      unread: ['--auth', 'file'],
    },
  ],
])('a command line of HTTPie is read: %s', (_, text, expected) => {
  expect(shown(readCapture(text))).toEqual({ format: 'httpie', ...expected })
})

test.each<[string, string, object]>([
  [
    'as Postman writes it',
    `import requests
import json

url = "${URL}?dry=1"

payload = json.dumps({
  "symbol": "BTC-USDT",
  "qty": 1.0,
  "note": "ü"
})
headers = {
  'X-Key': 'bot-1',
  'Content-Type': 'application/json'
}

response = requests.request("POST", url, headers=headers, data=payload)

print(response.text)`,
    {
      method: 'POST',
      url: `${URL}?dry=1`,
      headers: { 'X-Key': 'bot-1', 'Content-Type': 'application/json' },
      body: '{"symbol": "BTC-USDT", "qty": 1.0, "note": "\\u00fc"}',
      unread: [],
    },
  ],
  [
    'parameters and an unknown value',
    `base = 'https://api.example.com'
r = requests.get(f"{base}/v1/orders", params={'a': 'x y', 'b': [1, 2], 'c': None}, headers={
    "X-Sign": hmac.new(key, "a,b".encode(), hashlib.sha256).hexdigest(),  # the signature
    "X-Key": "bot" "-1",
}, timeout=10)`,
    {
      ...GET,
      url: `${URL}?a=x+y&b=1&b=2`,
      headers: { 'X-Sign': `\${hmac.new(key, …}`, 'X-Key': 'bot-1' },
      unread: ['headers.X-Sign'],
    },
  ],
  [
    'separators, and bytes',
    `body = json.dumps(dict(a=1, b=True), separators=(',', ':'))
requests.post('${URL}', data=body.encode('utf-8'))`,
    { ...GET, method: 'POST', url: URL, body: '{"a":1,"b":true}' },
  ],
  [
    'json= and a session',
    `    session.put("${URL}", json={"a": [1, {"b": "c"}]})`,
    {
      method: 'PUT',
      url: URL,
      headers: { 'Content-Type': 'application/json' },
      body: '{"a": [1, {"b": "c"}]}',
      unread: ['json'],
    },
  ],
  [
    'a form',
    `httpx.post(url='${URL}', data={'nonce': 1, 'a': 'b&c'}, auth=('me', 'secret'))`,
    {
      method: 'POST',
      url: URL,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'nonce=1&a=b%26c',
      unread: ['auth'],
    },
  ],
])('a program of Python is read: %s', (_, text, expected) => {
  expect(shown(readCapture(text))).toEqual({ format: 'python', ...expected })
})

test.each<[string, string, object]>([
  [
    'a configuration',
    `const { data } = await axios({ method: 'post', baseURL: 'https://api.example.com/', url: '/v1/orders', data: '{"a":1}', headers: { 'X-Key': 'bot-1' } })`,
    { method: 'POST', url: URL, headers: { 'X-Key': 'bot-1' }, body: '{"a":1}', unread: ['method'] },
  ],
  [
    'a method with data',
    `const axios = require('axios');\naxios.post('${URL}', { a: 1 }, { headers: { 'X-Key': key } }).then(console.log)`,
    {
      ...GET,
      method: 'POST',
      url: URL,
      headers: { 'X-Key': `\${key}` },
      body: '{"a":1}',
      unread: ['config.headers.X-Key', 'body', 'method'],
    },
  ],
  [
    'a method without',
    `axios.get("${URL}", { params: { a: 'x y', b: [1, 2] } })`,
    { ...GET, url: `${URL}?a=x+y&b[]=1&b[]=2`, unread: ['params', 'method'] },
  ],
])('a call of axios: %s', (_, text, expected) => {
  const capture = shown(readCapture(text))
  expect({ ...capture, unread: capture.unread.filter((one) => one !== 'method') }).toEqual({
    format: 'fetch',
    ...expected,
    unread: (expected as { unread: string[] }).unread.filter((one) => one !== 'method'),
  })
})

test('a configuration of axios as JSON is read', () => {
  const text = JSON.stringify({
    url: '/v1/orders',
    baseURL: 'https://api.example.com',
    method: 'get',
    params: { a: 1 },
  })
  expect(readCapture(text)).toMatchObject({ format: 'object', method: 'GET', url: `${URL}?a=1` })
})

const collection = {
  info: { name: 'mine', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
  variable: [{ key: 'host', value: 'api.example.com' }],
  item: [
    { name: 'other', request: { method: 'GET', header: [], url: 'https://other.example/' } },
    {
      name: 'folder',
      item: [
        {
          name: 'order',
          request: {
            method: 'POST',
            header: [
              { key: 'X-Key', value: 'bot-1' },
              { key: 'X-Off', value: 'x', disabled: true },
              { key: 'X-Sign', value: '{{sign}}' },
            ],
            url: { raw: 'https://{{host}}/v1/orders?dry=1', host: ['{{host}}'], path: ['v1', 'orders'] },
            body: { mode: 'raw', raw: '{"a": 1}' },
          },
        },
      ],
    },
  ],
}

test('a Postman collection: its last request, with the variables that it gives values to', () => {
  expect(shown(readCapture(JSON.stringify(collection, null, 2)))).toEqual({
    format: 'postman',
    method: 'POST',
    url: `${URL}?dry=1`,
    headers: { 'X-Key': 'bot-1', 'X-Sign': '{{sign}}' },
    body: '{"a": 1}',
    unread: ['1 of 2 requests', '{{sign}}'],
  })
  expect(readCapture(collection).format).toBe('postman')
  const [, folder] = collection.item
  const form = {
    mode: 'urlencoded',
    urlencoded: [
      { key: 'a', value: 'x y' },
      { key: 'b', value: '1', disabled: true },
    ],
  }
  const request = { method: 'POST', header: [], url: { raw: URL }, body: form, auth: { type: 'bearer' } }
  expect(shown(readCapture({ ...folder, item: [{ name: 'one', request }] }))).toMatchObject({
    body: 'a=x+y',
    unread: ['auth'],
  })
})

test('calls within calls end nothing but the reading', () => {
  const { headers } = readCapture(
    `fetch("https://a.example/", { headers: { "X-Sign": ${'JSON.stringify('.repeat(100_000)}`,
  )
  expect(headers).toHaveLength(1)
})

test('hostile programs are read in linear time', () => {
  const times = THOROUGH ? 30_000 : 8_000
  for (const piece of ['a = [\n', 'x=(', 'f"{', '{"a":', '\n', ' ', 'a=1\n', "'''", 'json.dumps(', 'a:', '\\'])
    for (const start of ['', 'requests.get(', 'http GET https://a.example ', 'axios(', 'const ', '{"item":['])
      for (const end of ['', '\nrequests.post("https://a.example/"']) {
        const from = cpuMs()
        try {
          readCapture(start + piece.repeat(times) + end)
        } catch {
          // No request in it.
        }
        expect(cpuMs() - from, JSON.stringify([start, piece, end])).toBeLessThan(2_000)
      }
})

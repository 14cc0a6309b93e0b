import { describe, expect, test } from 'vitest'
import { read } from './read.js'

const HEAD = ['POST /v1/orders?a=1 HTTP/1.1', 'Host: api.example.com', 'X-A: one']
const body = '{"a":1}'

describe('a request as it is on the wire', () => {
  test.each([
    ['CRLF', '\r\n'],
    ['LF', '\n'],
  ])('a request with %s between its lines is read', (_, eol) => {
    const found = read([...HEAD, `Content-Length: ${body.length}`, '', body].join(eol))
    expect(found).toMatchObject({
      format: 'http',
      method: 'POST',
      url: 'https://api.example.com/v1/orders?a=1',
      headers: { host: 'api.example.com', 'x-a': 'one' },
      body,
      unread: ['scheme'],
    })
  })

  test.each([
    [
      'an absolute target needs no Host',
      'GET http://api.example.com/v1 HTTP/1.1\n\n',
      { url: 'http://api.example.com/v1' },
    ],
    ['no version, as REST clients write it', 'GET https://api.example.com/v1\nX-A: 1\n', { headers: { 'x-a': '1' } }],
    ['no Host is said', 'GET /v1 HTTP/1.1\n\n', { url: 'https://unknown.invalid/v1', unread: ['host'] }],
    [
      'the marks of curl -v',
      '> POST /v1 HTTP/2\n> Host: api.example.com\n> X-A: 1\n> \n{}\n< HTTP/2 401\n< date: x\n< \n< no',
      { headers: { 'x-a': '1' }, body: '{}', refusal: { status: 401, headers: [['date', 'x']], body: 'no' } },
    ],
    [
      'a line that goes on (obs-fold)',
      [...HEAD, '\t two', '', ''].join('\r\n'),
      { headers: { 'x-a': 'one two' }, unread: ['header line 3', 'scheme'] },
    ],
    [
      'the time and level of a log in front of it',
      `2026-12-01 12:00:00 ERROR [http] ${HEAD.join('\n')}\n\n`,
      { method: 'POST', url: 'https://api.example.com/v1/orders?a=1', unread: ['request line', 'scheme'] },
    ],
    ['a byte order mark', `\ufeff${[...HEAD, '', body].join('\n')}`, { method: 'POST', body }],
    ['empty lines before it', `\n\n${HEAD.join('\n')}\n\n`, { method: 'POST' }],
    ['a line that is no header', [...HEAD, 'nonsense', '', ''].join('\n'), { unread: ['header line 3', 'scheme'] }],
    ['white space in a name', [...HEAD, 'X B: 1', '', ''].join('\n'), { unread: ['header line 3', 'scheme'] }],
    [
      'the break of an editor is not of the body',
      [...HEAD, `Content-Length: ${body.length}`, '', body, ''].join('\n'),
      { body },
    ],
    [
      'a break that the length counts is',
      [...HEAD, `Content-Length: ${body.length + 1}`, '', body, ''].join('\n'),
      { body: `${body}\n` },
    ],
    [
      'without a length it is said that the break was left out',
      [...HEAD, '', body, ''].join('\n'),
      { body, unread: ['scheme', 'body'] },
    ],
    ['a body that looks like a header', [...HEAD, '', 'a: b', '', 'c: d'].join('\n'), { body: 'a: b\n\nc: d' }],
    [
      'a fragment is never sent',
      'GET https://api.example.com/v1#x HTTP/1.1\n\n',
      { url: 'https://api.example.com/v1' },
    ],
  ])('a request is read: %s', (_, text, expected) => {
    expect(read(text)).toMatchObject({ format: 'http', ...expected })
  })
})

describe('a HAR', () => {
  const request = {
    method: 'POST',
    url: 'https://api.example.com/v1',
    headers: [
      { name: 'X-A', value: '1' },
      { name: ':method', value: 'POST' },
    ],
  }
  const entry = (postData: object | undefined, status = 200, content: object = {}) => ({
    request: { ...request, ...(postData && { postData }) },
    response: { status, headers: [{ name: 'Date', value: 'x' }], content },
  })
  const file = (...entries: object[]) => ({ log: { version: '1.2', entries } })

  test.each([
    ['one entry, pasted alone', entry({ text: body }), { body, headers: { 'x-a': '1' } }],
    ['a file with one entry', file(entry({ text: body })), { body }],
    ['a body in base64', file(entry({ text: 'eyJhIjoxfQ==', encoding: 'base64' })), { body }],
    [
      'an answer in base64',
      file(entry({ text: body }, 401, { text: 'bm8=', encoding: 'base64' })),
      { refusal: { status: 401, headers: [['Date', 'x']], body: 'no' } },
    ],
    [
      'of several the last that was refused',
      file(entry({ text: 'first' }, 401), entry({ text: 'second' }, 403), entry({ text: 'third' })),
      { body: 'second', unread: ['2 of 3 entries'] },
    ],
    [
      'of several that were not refused the last',
      file(entry({ text: 'first' }), entry({ text: 'second' })),
      { body: 'second', unread: ['1 of 2 entries'] },
    ],
    [
      'fields without the bytes of the body',
      file(entry({ params: [{ name: 'a', value: '1' }] })),
      { unread: ['postData.params'] },
    ],
    [
      'a body that is stated and not there',
      { request: { ...request, bodySize: 5 }, response: {} },
      { unread: ['body'] },
    ],
  ])('a HAR is read: %s', (_, har, expected) => {
    expect(read(har)).toMatchObject({ format: 'har', method: 'POST', url: 'https://api.example.com/v1', ...expected })
    expect(read(JSON.stringify(har))).toEqual(read(har))
    expect(read(`\ufeff${JSON.stringify(har, null, 2)}`)).toEqual(read(har))
  })
})

describe('a call of fetch', () => {
  const url = 'https://api.example.com/v1'
  test.each([
    [
      'as the developer tools copy it',
      `fetch("${url}", {\n  "headers": {\n    "x-a": "1"\n  },\n  "body": "{\\"a\\":1}",\n  "method": "POST"\n});`,
      { method: 'POST', headers: { 'x-a': '1' }, body },
    ],
    [
      'with await, names without quotes and commas at the end',
      `const r = await fetch('${url}', { method: 'post', headers: { 'X-A': '1', }, body: \`{"a":1}\`, })`,
      { method: 'POST', body, unread: ['method'] },
    ],
    [
      'with JSON.stringify of a literal',
      `fetch("${url}", { method: "POST", body: JSON.stringify({ a: 1 }) })`,
      { body },
    ],
    [
      'with an expression',
      `fetch("${url}", { headers: { "X-A": sign(a, [b]) }, method: "PUT" })`,
      { method: 'PUT', unread: ['init.headers.X-A'] },
    ],
    ['with a variable in a text', `fetch(\`${url}/\${id}\`)`, { unread: ['url'] }],
    ['with comments', `fetch(/* x */ "${url}" // y\n)`, { method: 'GET', url }],
    ['with escapes', `fetch("${url}", { body: "\\u00e9\\x41\\u{1F600}\\n" })`, { body: '\u00e9A\u{1F600}\n' }],
    ['with __proto__ among its members', `fetch("${url}", { "__proto__": { "body": "x" } })`, { method: 'GET' }],
  ])('a call is read: %s', (_, text, expected) => {
    expect(read(text)).toMatchObject({ format: 'fetch', ...expected })
  })
})

describe('an object', () => {
  const url = 'https://api.example.com/v1'
  test.each([
    [
      'axios',
      { url, method: 'post', data: { a: 1 }, headers: { 'X-A': 1 } },
      { method: 'POST', body, headers: { 'x-a': '1' }, unread: ['body', 'method'] },
    ],
    [
      'lists of headers',
      { url, headers: [['X-A', '1'], { name: 'X-B', value: '2' }] },
      { headers: { 'x-a': '1', 'x-b': '2' } },
    ],
    [
      'Headers, URL and URLSearchParams',
      { url: new URL(url), headers: new Headers({ 'X-A': '1' }), body: new URLSearchParams({ a: '1 2' }) },
      { method: 'POST', body: 'a=1+2', headers: { 'x-a': '1' } },
    ],
    ['bytes', { url, body: new TextEncoder().encode(body) }, { body }],
    [
      'an answer',
      { url, response: { status: 401, data: { code: 1 } } },
      { refusal: { status: 401, headers: [], body: '{"code":1}' } },
    ],
    ['a body that is neither', { url, body: 5 }, { unread: ['body'] }],
    ['JSON of an object', JSON.stringify({ url, method: 'GET' }), { method: 'GET' }],
  ])('an object is read: %s', (_, input, expected) => {
    expect(read(input as object)).toMatchObject({ format: 'object', ...expected })
  })
})

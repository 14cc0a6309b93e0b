import { describe, expect, test } from 'vitest'
import { diagnose, readCapture, renderDiagnosis } from '../../../src/doctor/index.js'
import { codeOf } from '../../expect-code.js'
import { read } from './read.js'

const URL_ = 'https://api.example.com/v1/orders?a=1'
const HEAD = 'POST /v1/orders?a=1 HTTP/1.1\nHost: api.example.com\nX-Key: k-1\nX-Sign: abc='
const BODY = '{"n":1}'
const SAID = '{"code":7,"msg":"Invalid sign"}'

describe('what stands behind prompts is read as a program or as the parts of a request', () => {
  const call = `requests.post('${URL_}', data='${BODY}',\n...   headers={'X-Key': 'k-1', 'X-Sign': 'abc='})`
  test.each([
    ['Python', `>>> import requests\n>>> r = ${call}\n>>> r.status_code\n401\n>>> r.text\n'${SAID}'\n`],
    ['the last expression alone', `>>> r = ${call}\n>>> r.json()\n${SAID}\n`],
    ['IPython', `In [1]: r = ${call.replace('...', '   ...:')}\n\nIn [2]: r.text\nOut[2]: '${SAID}'\n`],
    [
      'the parts of the prepared request',
      `>>> r.request.url\n'${URL_}'\n>>> r.request.method\n'POST'\n>>> r.request.headers\n{'X-Key': 'k-1', 'X-Sign': 'abc='}\n>>> r.request.body\n'${BODY}'\n>>> r.text\n'${SAID}'\n`,
    ],
    [
      'the parts, printed, with bytes for the body',
      `>>> print(r.request.url)\n${URL_}\n>>> print(r.request.method)\nPOST\n>>> print(r.request.headers)\n{'X-Key': 'k-1', 'X-Sign': 'abc='}\n>>> print(r.request.body)\nb'${BODY}'\n>>> print(r.text)\n${SAID}\n`,
    ],
  ])('%s', (_, text) => {
    expect(read(text)).toMatchObject({
      method: 'POST',
      url: URL_,
      headers: { 'x-key': 'k-1', 'x-sign': 'abc=' },
      body: BODY,
      refusal: { body: expect.stringContaining('Invalid sign') },
    })
  })
})

describe('what is printed behind a body is the answer and no part of the body', () => {
  test.each([
    ['a status and the answer, behind the length', `${HEAD}\nContent-Length: 7\n\n${BODY}\n401 ${SAID}\n`],
    ['an answer with its name, behind the length', `${HEAD}\nContent-Length: 7\n\n${BODY}\n\nGot back: ${SAID}\n`],
    ['a status without a length', `${HEAD}\n\n${BODY}\nStatus: 401\n${SAID}\n`],
    ['a response without a length', `${HEAD}\n\n${BODY}\nResponse: ${SAID}\n`],
  ])('%s', (_, text) => {
    expect(read(text)).toMatchObject({ body: BODY, refusal: { body: expect.stringContaining('Invalid sign') } })
  })

  test('lines of JSON that are sent as they are stay whole', () => {
    const lines = `${BODY}\n{"n":2}`
    expect(read(`${HEAD}\n\n${lines}`)).toMatchObject({ body: lines })
    expect(read(`${HEAD}\nContent-Length: 15\n\n${lines}`)).toMatchObject({ body: lines })
  })
})

test('a command of curl ends where its output begins', () => {
  const text = `$ curl -X POST '${URL_}' -H 'X-Key: k-1' \\\n  -H 'X-Sign: abc=' -d '${BODY}'\n% Total    % Received\n${SAID}\n`
  expect(read(text)).toMatchObject({
    method: 'POST',
    url: URL_,
    body: BODY,
    refusal: { body: expect.stringContaining('Invalid sign') },
  })
  expect(readCapture(text).unread).toEqual([])
})

test('a command of curl whose backslashes were lost goes on in the lines that begin with an option', () => {
  expect(read(`curl -X POST '${URL_}'\n  -H 'X-Sign: abc='\n  -d '${BODY}'`)).toMatchObject({
    headers: { 'x-sign': 'abc=' },
    body: BODY,
  })
})

test('what curl writes with --trace-ascii is read with its body', () => {
  const long = `{"n":"${'x'.repeat(80)}"}`
  const lines = [
    'POST /v1/orders?a=1 HTTP/1.1',
    'Host: api.example.com',
    'X-Sign: abc=',
    `Content-Length: ${long.length}`,
  ]
  let at = 0
  const head = lines.map((line) => {
    const out = `${at.toString(16).padStart(4, '0')}: ${line}`
    at += line.length + 2
    return out
  })
  const text = `== Info:   Trying 10.0.0.1:443...\n=> Send header, 120 bytes (0x78)\n${head.join('\n')}\n${at.toString(16).padStart(4, '0')}: \n=> Send data, ${long.length} bytes (0x58)\n0000: ${long.slice(0, 64)}\n0040: ${long.slice(64)}\n<= Recv header, 27 bytes (0x1b)\n0000: HTTP/1.1 401 Unauthorized\n<= Recv header, 2 bytes (0x2)\n0000: \n<= Recv data, 31 bytes (0x1f)\n0000: ${SAID}\n== Info: Connection #0 left intact\n`
  expect(read(text)).toMatchObject({
    method: 'POST',
    url: URL_,
    headers: { 'x-sign': 'abc=' },
    body: long,
    refusal: { status: 401, body: SAID },
  })
})

describe('a body that curl -v does not show is not judged', () => {
  const verbose = (head: string): string =>
    `* Connected to www.okx.com (10.0.0.1) port 443\n${head
      .split('\n')
      .map((line) => `> ${line}\n`)
      .join(
        '',
      )}> \n* upload completely sent off: 7 out of 7 bytes\n< HTTP/1.1 401 Unauthorized\n< \n{"msg":"Invalid Sign","code":"50113"}\n`
  const okx =
    'POST /api/v5/trade/order HTTP/1.1\nHost: www.okx.com\nOK-ACCESS-KEY: k\nOK-ACCESS-SIGN: pgnUpu/PLw7lCp9l5WPV9hoKWjSuUk6lUcy2Z3dxMK8=\nOK-ACCESS-TIMESTAMP: 2023-11-14T22:13:20.123Z\nOK-ACCESS-PASSPHRASE: the phrase\nContent-Type: application/json\nContent-Length: 7'

  test.each([
    ['without a key', {}],
    ['with a key', { secret: 'a secret of some length', passphrase: 'the phrase' }],
  ])('%s', async (_, options) => {
    const { findings, signature, verified } = await diagnose(verbose(okx), options)
    expect(findings[0]?.id).toBe('body-not-shown')
    expect(findings.map(({ id }) => id)).not.toContain('body-missing')
    expect({ signature, verified }).toEqual({ signature: 'untested', verified: false })
  })

  test('what was not sent with a body is judged as ever', async () => {
    const { findings } = await diagnose(verbose(okx.replace('\nContent-Length: 7', '')), {
      secret: 'a secret of some length',
    })
    expect(findings.map(({ id }) => id)).not.toContain('body-not-shown')
  })
})

test.each([
  ['in a member', `{"url":"${URL_}","body":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
  ['of lists', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['of objects', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
])('JSON %s that is nested thousands of times is refused by its name', async (_, text) => {
  expect(await codeOf(() => readCapture(text))).toBe('ARGUMENT_INVALID')
  expect(await codeOf(() => diagnose(text))).toBe('ARGUMENT_INVALID')
})

test.each([
  [
    'JSON',
    'application/json',
    '{"event":"a","password":"hunter2 hunter2","inner":{"client_secret":"sekrit-12345678"},"accessToken":"tok\\/1234567890"}',
    ['hunter2', 'sekrit', '1234567890'],
  ],
  [
    'a form',
    'application/x-www-form-urlencoded',
    'a=1&password=hunter2+hunter2&client_secret=sekrit%2D12345678&refresh_token=tok-abcdefgh',
    ['hunter2', 'sekrit', 'abcdefgh'],
  ],
  [
    'members that are called by a short word',
    'application/json',
    '{"user":{"pass":"hunter2 hunter2"},"pwd":"sekrit-12345678","passcode":"tok-abcdefgh"}',
    ['hunter2', 'sekrit', 'abcdefgh'],
  ],
])('what is a secret by its name in %s is not shown', async (_, type, body, secrets) => {
  const found = await diagnose(
    `POST /webhook HTTP/1.1\nHost: a.example\nX-Signature: ${'ab'.repeat(32)}\nContent-Type: ${type}\n\n${body}`,
    { secret: 'a secret of some length' },
  )
  const shown = JSON.stringify(found) + renderDiagnosis(found)
  expect(shown).toContain('[secret]')
  for (const one of secrets) expect(shown).not.toContain(one)
})

import { describe, expect, test } from 'vitest'
import { diagnose, readCapture } from '../../../src/doctor/index.js'

const SIGN = 'aHR0cHM6Ly9leGFtcGxlLmNvbS9hLXdyb25nLXNpZ24='
const URL_ = 'https://www.okx.com/api/v5/account/balance'
const SAID = '{"msg":"Timestamp request expired","code":"50102"}'
const FIELDS = {
  'OK-ACCESS-KEY': 'abc',
  'OK-ACCESS-SIGN': SIGN,
  'OK-ACCESS-TIMESTAMP': '2023-11-14T22:13:20.123Z',
  'OK-ACCESS-PASSPHRASE': 'x',
}
const LIST = JSON.stringify(FIELDS)
const FETCH = `await fetch("${URL_}", {headers: ${LIST}})`
const CURL = `curl ${URL_} ${Object.entries(FIELDS)
  .map((one) => `-H "${one.join(': ')}"`)
  .join(' ')}`
const HAR = JSON.stringify(
  {
    log: {
      entries: [
        {
          request: {
            method: 'GET',
            url: URL_,
            headers: Object.entries(FIELDS).map(([name, value]) => ({ name, value })),
          },
        },
      ],
    },
  },
  null,
  2,
)
const PYTHON = `import requests\nr = requests.get("${URL_}", headers=${LIST})\nprint(r.status_code, r.text)`

describe('an answer that stands below a request is read as the refusal of it', () => {
  test.each([
    ['fetch, a status and JSON', `${FETCH}\n\n401 Unauthorized\n${SAID}`, 401],
    ['fetch, JSON in a comment', `${FETCH}\n// ${SAID}`, undefined],
    ['fetch, a status in a comment', `${FETCH}\n// 401\n// ${SAID}`, 401],
    [
      'fetch, JSON over several lines',
      `${FETCH}\n\nResponse:\n${JSON.stringify(JSON.parse(SAID), null, 2)}`,
      undefined,
    ],
    ['fetch, an exception', `${FETCH}\nAxiosError: Request failed with status code 401\n${SAID}`, 401],
    ['a command line of curl', `${CURL}\nHTTP 401: ${SAID}`, undefined],
    ['a HAR', `${HAR}\n\n401\n${SAID}`, 401],
    ['an object', `${JSON.stringify({ method: 'GET', url: URL_, headers: FIELDS }, null, 2)}\n\n${SAID}`, undefined],
    ['a program of Python', `${PYTHON}\n401 ${SAID}`, 401],
    [
      'PowerShell',
      `Invoke-WebRequest -Uri "${URL_}" -Headers @{${Object.entries(FIELDS)
        .map(([name, value]) => `"${name}"="${value}"`)
        .join(';')}}\nInvoke-WebRequest : ${SAID}`,
      undefined,
    ],
    [
      'a program of Java',
      `HttpRequest.newBuilder(URI.create("${URL_}"))${Object.entries(FIELDS)
        .map(([name, value]) => `.header("${name}", "${value}")`)
        .join('')}.build();\n// 401\n// ${SAID}`,
      401,
    ],
  ])('%s', async (_, text, status) => {
    const { refusal, url } = readCapture(text)
    expect(url).toBe(URL_)
    expect(refusal?.status).toBe(status)
    const { findings } = await diagnose(text)
    expect(findings[0]?.id).toBe('refused-time')
  })

  test('below a body on the wire, whose length is not stated', async () => {
    const text = `POST /api/v5/trade/order HTTP/1.1\nHost: www.okx.com\n${Object.entries(FIELDS)
      .map((one) => one.join(': '))
      .join('\n')}\n\n{"a":1}\n\n${SAID}`
    const { body, refusal } = readCapture(text)
    expect(new TextDecoder().decode(body)).toBe('{"a":1}')
    expect(refusal?.body).toBe(SAID)
  })

  test('a body that looks like an answer is none, where nothing stands above it', () => {
    const { body, refusal } = readCapture(`POST /hook HTTP/1.1\nHost: a.example\nX-Sign: x\n\n${SAID}`)
    expect(new TextDecoder().decode(body)).toBe(SAID)
    expect(refusal).toBeUndefined()
  })
})

test('the date that aiohttp prints of an answer is that of its judgement', async () => {
  const { findings } = await diagnose(
    `<ClientResponse(https://api.binance.com/api/v3/account?timestamp=1700000000123&signature=${'ab'.repeat(32)}) [400 Bad Request]>\n<CIMultiDictProxy('Date': 'Tue, 14 Nov 2023 22:14:20 GMT', 'Content-Type': 'application/json')>\n{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}`,
  )
  expect(findings.map(({ id }) => id)).toEqual(['time-expired', 'refused-time'])
})

describe('an exception without its answer says what its status means, and what to print', () => {
  test.each([
    ['requests', `requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: ${URL_}`],
    ['httpx', `httpx.HTTPStatusError: Client error '401 Unauthorized' for url '${URL_}'`],
    ['got', 'HTTPError: Response code 401 (Unauthorized)\n    at Request.<anonymous> (/app/index.js:118:42)'],
    ['axios', 'AxiosError: Request failed with status code 401\n    at settle (/app/settle.js:19:12)'],
    ['reqwest', 'reqwest::Error { kind: Status(401), url: Url { scheme: "https" } }'],
    ['aiohttp', `<ClientResponse(${URL_}) [401 Unauthorized]>\n<CIMultiDictProxy('Date': 'x')>\n`],
    ['a status', '401 Unauthorized'],
  ])('%s', async (_, text) => {
    const { findings, unread } = await diagnose(text)
    expect(findings.map(({ id, certainty }) => [id, certainty])).toEqual([['refused-status', 'possible']])
    expect(findings[0]?.fix).toContain('error.response.data')
    expect(unread.map(({ part }) => part)).toEqual(['request'])
  })

  test.each([
    ['HTTP 401 50113', 'refused-signature'],
    ['401 50113', 'refused-signature'],
    ['ORIGIN_REFUSED', 'refused-origin-refused'],
    [
      "CountersignError: the URL is not one of the signer's origins\n  code: 'ORIGIN_REFUSED'",
      'refused-origin-refused',
    ],
  ])('a code beside it says more: %s', async (text, id) => {
    expect((await diagnose(text)).findings.map((one) => one.id)).toEqual([id])
  })
})

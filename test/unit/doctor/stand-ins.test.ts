import { describe, expect, test } from 'vitest'
import { diagnose, readCapture } from '../../../src/doctor/index.js'

const secret = 'canary-secret-5d41402abc4b2a76'
const HASH = '5ebc094dc241807c68f79baccd0104bffe64ba28d7b0ddff895a7a81a53ce29c'
const okx = (sign: string, time = '2023-11-14T22:13:20.123Z', key = 'abc') =>
  `GET /api/v5/account/balance HTTP/1.1\nHost: www.okx.com\nOK-ACCESS-KEY: ${key}\nOK-ACCESS-SIGN: ${sign}\nOK-ACCESS-TIMESTAMP: ${time}\nOK-ACCESS-PASSPHRASE: x`
const binance = (query: string, key = 'abc') =>
  `GET /api/v3/account?${query} HTTP/1.1\nHost: api.binance.com\nX-MBX-APIKEY: ${key}`
const HEADERS = `'OK-ACCESS-KEY': API_KEY, 'OK-ACCESS-SIGN': sign, 'OK-ACCESS-TIMESTAMP': ts, 'OK-ACCESS-PASSPHRASE': PASS`
const proofs = ({ findings }: Awaited<ReturnType<typeof diagnose>>) =>
  findings.filter(({ certainty }) => certainty === 'proven').map(({ id }) => id)

describe('a program in place of a value is named as one, and nothing is proven of it', () => {
  test.each([
    [
      'a text of Python with an expression',
      `requests.get(f"https://api.binance.com/api/v3/account?timestamp={int(time.time()*1000)}&signature=${HASH}", headers={"X-MBX-APIKEY": "abc"})`,
    ],
    [
      'the same without its f, in a command line',
      `curl -H "X-MBX-APIKEY: abc" "https://api.binance.com/api/v3/account?timestamp={int(time.time()*1000)}&signature=${HASH}"`,
    ],
    [
      'a template of JavaScript',
      `await fetch(\`https://api.binance.com/api/v3/account?timestamp=\${timestamp}&signature=\${signature}\`, { headers: { "X-MBX-APIKEY": apiKey } })`,
    ],
    [
      'a template in single quotes',
      `await fetch('https://api.binance.com/api/v3/account?timestamp=\${timestamp}&signature=\${signature}', { headers: { 'X-MBX-APIKEY': 'k' } })`,
    ],
    ['names for headers in Python', `requests.get("https://www.okx.com/api/v5/account/balance", headers={${HEADERS}})`],
    [
      'names for headers, assigned before',
      `import requests\nh = {${HEADERS}}\nrequests.get("https://www.okx.com/api/v5/account/balance", headers=h)`,
    ],
    [
      'names for headers in JavaScript',
      `fetch("https://www.okx.com/api/v5/account/balance", { headers: {${HEADERS}} })`,
    ],
    [
      'names for headers in axios',
      `axios.get("https://www.okx.com/api/v5/account/balance", { headers: {${HEADERS}} })`,
    ],
    ['headers by a name alone', 'fetch("https://www.okx.com/api/v5/account/balance", { headers })'],
    [
      'parameters in Python',
      'import requests\np = {"timestamp": ts, "signature": sign}\nrequests.get("https://api.binance.com/api/v3/account", params=p, headers={"X-MBX-APIKEY": "abc"})',
    ],
    ['a name where the signature stands', okx('signature')],
    ['a call where the time stands', okx('aHR0cHM6Ly9leGFtcGxlLmNvbS9hLXdyb25nLXNpZ24=', 'Date.now()')],
    [
      'a variable of the shell in single quotes',
      `curl -H 'X-MBX-APIKEY: k' 'https://api.binance.com/api/v3/account?timestamp=$TS&signature=$SIG'`,
    ],
    [
      'a format string of Go',
      'req, _ := http.NewRequest("GET", fmt.Sprintf("https://api.binance.com/api/v3/account?timestamp=%d&signature=%s", ts, sig), nil)\nreq.Header.Add("X-MBX-APIKEY", apiKey)',
    ],
    [
      'a format string of Rust',
      'let url = format!("https://api.binance.com/api/v3/account?timestamp={}&signature={}", ts, sig);\nlet r = reqwest::Client::new().get(url).header("X-MBX-APIKEY", "k").send().await?;',
    ],
    ['a variable of Postman', binance('timestamp={{timestamp}}&signature={{signature}}')],
    [
      'a request of Go whose header is a variable',
      'req, err := http.NewRequest("GET", "https://www.okx.com/api/v5/account/balance", nil)\nreq.Header.Set("OK-ACCESS-KEY", key)\nreq.Header.Set("OK-ACCESS-SIGN", sign)\nreq.Header.Set("OK-ACCESS-TIMESTAMP", ts)\nreq.Header.Set("OK-ACCESS-PASSPHRASE", pass)',
    ],
  ])('%s', async (_, text) => {
    const found = await diagnose(text, { secret, passphrase: 'x' })
    expect(found.findings[0]).toMatchObject({ id: 'program-text', certainty: 'likely' })
    expect(proofs(found)).toEqual([])
    expect(found.signature).toBe('untested')
  })

  test('an answer that says more than "wrong signature" comes before it', async () => {
    const found = await diagnose(binance('timestamp={{timestamp}}&signature={{signature}}'), {
      refusal: '{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}',
    })
    expect(found.findings.map(({ id }) => id)).toEqual(['refused-time', 'program-text'])
  })

  test('texts in the expression are not shown, as they may be secrets', () => {
    const { headers } = readCapture(
      `requests.get("https://a.example/", headers={"X-Sign": sign("canary-secret", body)})`,
    )
    expect(headers).toEqual([['X-Sign', `\${sign(…}`]])
  })

  test('no part of a text is shown, whatever stands in it and wherever the program was cut', async () => {
    const call = (start: string, name: string, end: string) => (text: string) =>
      `${start}"OK-ACCESS-KEY"${name}"abc"${end}"OK-ACCESS-SIGN"${name}sign("${text}", body)${end}"OK-ACCESS-TIMESTAMP"${name}ts`
    const programs = [
      call('requests.get("https://www.okx.com/api/v5/account/balance", headers={', ': ', ', '),
      call('fetch("https://www.okx.com/api/v5/account/balance", { headers: {', ': ', ', '),
      call(
        'r, _ := http.NewRequest("GET", "https://www.okx.com/api/v5/account/balance", nil)\nr.Set(',
        ', ',
        ')\nr.Set(',
      ),
      (text: string) =>
        `requests.get("https://www.okx.com/api/v5/account/balance", headers={"OK-ACCESS-KEY": "k", "OK-ACCESS-SIGN": x + "${text}", "OK-ACCESS-TIMESTAMP": ts})`,
      (text: string) =>
        `axios.get("https://www.okx.com/api/v5/account/balance", { headers: { "OK-ACCESS-KEY": "k", "OK-ACCESS-SIGN": hmac('${text}', x) } })`,
      (text: string) => okx(`\${sign("${text}")}`),
      () => okx('{sign(Zq7Wm2Xc9Vb4Nk1Lp6)}'),
    ]
    for (const program of programs)
      for (const text of [
        'Zq7Wm2Xc9,Vb4Nk1Lp6',
        'a)b)Zq7Wm2Xc9Vb4Nk1Lp6',
        'a\\"Zq7Wm2Xc9Vb4Nk1Lp6',
        "a'b}Zq7Wm2Xc9, Vb4Nk1Lp6",
      ]) {
        if (text.includes("'") && program('').includes("hmac('")) continue
        const shown = JSON.stringify(await diagnose(program(text)))
        expect(shown).not.toMatch(/Zq7W|m2Xc9|Vb4N|k1Lp6/)
      }
  })

  test('what a call is given besides is of no account', async () => {
    const found = await diagnose(
      `requests.get("https://api.binance.com/api/v3/account?timestamp=1700000000123&signature=${HASH}", headers={"X-MBX-APIKEY": "abc"}, timeout=LIMIT, proxies=PROXIES)`,
      { secret },
    )
    expect(found.findings.map(({ id }) => id)).toEqual(['no-hypothesis'])
  })

  test('what stands behind headers with a name in them is read', () => {
    const { url } = readCapture(`requests.get("https://a.example/", headers={"X-Sign": sign}, params={"a": 1})`)
    expect(url).toBe('https://a.example/?a=1')
  })
})

describe('the text of a value that a program never had is proven, whatever its scheme', () => {
  test.each([
    ['an object', okx('[object Object]'), 'signature-unset', /take the text out of it/],
    ['a promise', okx('[object Promise]'), 'signature-unset', /await/],
    ['a coroutine of Python', okx('<coroutine object sign at 0x7f8b>'), 'signature-unset', /await/],
    [
      'a method that was not called',
      okx('<built-in method hexdigest of _hashlib.HMAC object at 0x7f>'),
      'signature-unset',
      /call it/,
    ],
    ['bytes of Java', okx('[B@1b6d3586'), 'signature-unset', /hexadecimal or base64/],
    ['undefined', binance('timestamp=1700000000123&signature=undefined'), 'signature-unset', /variables/],
    ['None', binance('timestamp=1700000000123&signature=None'), 'signature-unset', /variables/],
    [
      'an object in a query',
      binance('timestamp=1700000000123&signature=%5Bobject%20Object%5D'),
      'signature-unset',
      /text/,
    ],
    ['no time', binance(`timestamp=undefined&signature=${HASH}`), 'time-unset', /variables/],
    ['no number', binance(`timestamp=NaN&signature=${HASH}`), 'time-unset', /number/],
    ['no key', binance(`timestamp=1700000000123&signature=${HASH}`, 'undefined'), 'key-unset', /variables/],
    [
      'behind the label of GitHub',
      'POST /h HTTP/1.1\nHost: a.example\nX-Hub-Signature-256: sha256=undefined\nX-GitHub-Event: push\n\n{"a":1}',
      'signature-unset',
      /variables/,
    ],
    [
      'between the colons of RFC 9421',
      'POST /h HTTP/1.1\nHost: a.example\nSignature-Input: s=("@method");created=1700000000\nSignature: s=:null:\n\n{}',
      'signature-unset',
      /variables/,
    ],
    [
      'the key id of SigV4',
      `GET / HTTP/1.1\nHost: iam.amazonaws.com\nX-Amz-Date: 20231114T221320Z\nAuthorization: AWS4-HMAC-SHA256 Credential=undefined/20231114/us-east-1/iam/aws4_request, SignedHeaders=host;x-amz-date, Signature=${HASH}`,
      'key-unset',
      /variables/,
    ],
  ])('%s', async (_, text, id, fix) => {
    const found = await diagnose(text, { secret })
    expect(proofs(found)).toEqual([id])
    expect(found.findings[0]?.id).toBe(id)
    expect(found.findings[0]?.fix).toMatch(fix)
  })
})

test.each([
  ['x-csrf-token', 'undefined'],
  ['Idempotency-Key', 'null'],
  ['X-Signature-Type', 'hmac'],
  ['X-Signature-Method', 'HmacSign'],
  ['X-Timezone', 'undefined/none'],
  ['Accept-Signature', 'sig'],
])('a field that is none of authentication, or a word that belongs there, is let be: %s: %s', async (name, value) => {
  const found = await diagnose(`${okx('aHR0cHM6Ly9leGFtcGxlLmNvbS9hLXdyb25nLXNpZ24=')}\n${name}: ${value}`, { secret })
  expect(found.findings.map(({ id }) => id)).toEqual(['no-hypothesis'])
})

test('what stands for no token is shown, as it is no secret', async () => {
  const { findings } = await diagnose('GET /x HTTP/1.1\nHost: a.example\nAuthorization: Bearer undefined')
  expect(findings[0]).toMatchObject({ id: 'signature-unset', evidence: 'Authorization holds "undefined".' })
})

test('a digest that was never made is named as one', async () => {
  const { findings } = await diagnose(
    'POST /h HTTP/1.1\nHost: a.example\nContent-Digest: sha-256=:undefined:\nSignature-Input: s=("@method" "content-digest");created=1700000000;keyid="k"\nSignature: s=:aHR0cHM6Ly9leGFtcGxlLmNvbS9hLXdyb25nLXNpZ24=:\n\n{}',
  )
  expect(findings[0]).toMatchObject({ id: 'digest-unset', certainty: 'proven' })
})

describe('what a tool has cut off is said to be so', () => {
  const har = (sign: string, text?: string) => ({
    log: {
      entries: [
        {
          request: {
            method: text === undefined ? 'GET' : 'POST',
            url: 'https://www.okx.com/api/v5/trade/order',
            headers: [
              { name: 'OK-ACCESS-KEY', value: 'abc' },
              { name: 'OK-ACCESS-SIGN', value: sign },
              { name: 'OK-ACCESS-TIMESTAMP', value: '2023-11-14T22:13:20.123Z' },
              { name: 'OK-ACCESS-PASSPHRASE', value: 'x' },
            ],
            ...(text !== undefined && { postData: { mimeType: 'application/json', text } }),
          },
          response: { status: 401, headers: [], content: { text: '{"code":"50113","msg":"Invalid Sign"}' } },
        },
      ],
    },
  })

  test.each(['aHR0cHM6Ly9leGFtcGxlL...', 'aHR0cHM6Ly9leG[truncated]', 'aHR0cHM6Ly9leGFtcGxl\u2026'])(
    'a signature: %s',
    async (sign) => {
      const found = await diagnose(har(sign), { secret })
      expect(found.findings.map(({ id }) => id)).toEqual(['value-cut', 'refused-signature'])
      expect(found.signature).toBe('untested')
    },
  )

  test.each(['{"instId":"BTC-USDT","si...', '{"instId":"BTC-USDT","si[truncated]', '{"instId":"BTC-USDT","si\u2026'])(
    'a body: %s',
    async (body) => {
      const found = await diagnose(har('aHR0cHM6Ly9leGFtcGxlLmNvbS9hLXdyb25nLXNpZ24=', body), { secret })
      expect(found.findings.map(({ id }) => id)).toEqual(['body-not-shown'])
      expect(found.signature).toBe('untested')
    },
  )

  test('a body that is whole may end with dots', () => {
    expect(readCapture(har('x', '{"a":"..."}')).unread).toEqual([])
  })
})

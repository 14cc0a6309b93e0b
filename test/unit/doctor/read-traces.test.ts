import { describe, expect, test } from 'vitest'
import { diagnose, readCapture } from '../../../src/doctor/index.js'
import { read } from './read.js'

const URL_ = 'https://www.okx.com/api/v5/trade/order'
const BODY = '{"instId": "BTC-USDT", "side": "buy"}'
const HEADS = `-H "OK-ACCESS-KEY: $KEY" -H "OK-ACCESS-SIGN: $SIGN" -H "OK-ACCESS-TIMESTAMP: $TS" -H "OK-ACCESS-PASSPHRASE: $PASS"`
const SIGN = 'mMI7K4pev60M/cox0pXvVjLANU7f9ip1rxl06sg87Qo='
const LOG = `* Host www.okx.com:443 was resolved.
* using HTTP/2
* [HTTP/2] [1] [:method: POST]
`
const SENT = `> POST /api/v5/trade/order HTTP/2
> Host: www.okx.com
> OK-ACCESS-KEY: 37c541a1-0000-0000-0000-10fe7a038418
> OK-ACCESS-SIGN: ${SIGN}
> OK-ACCESS-TIMESTAMP: 2026-11-30T19:45:48.979Z
> OK-ACCESS-PASSPHRASE: pass
> Content-Type: application/json
> content-length: ${BODY.length}
>
`
const CAME = `< HTTP/2 401
< content-type: application/json
<
{"msg":"Invalid Sign","code":"50113"}
`
const TRACE = `${LOG}${SENT}${CAME}`
const SECRET = 'a secret that signs nothing of this'

describe('the headers of a trace below its command are those of the request, and the body is that of the command', () => {
  test.each([
    ['variables in the headers', `curl -v ${URL_} ${HEADS} -d '${BODY}'`],
    ['a prompt', `$ curl -v -X POST ${URL_} ${HEADS} -d '${BODY}'`],
    ['a prompt with the name of the machine', `me@host:~/bot$ curl -v ${URL_} ${HEADS} -d '${BODY}'`],
    ['a file of headers', `curl -v ${URL_} -H @headers.txt -d '${BODY}'`],
    ['a file of options', `curl -v -K okx.cfg ${URL_} --json '${BODY}'`],
    ['lines that go on', `curl -v ${URL_} \\\n  ${HEADS} \\\n  -d '${BODY}'`],
  ])('%s', (_, command) => {
    expect(read(`${command}\n${TRACE}`)).toEqual({
      format: 'curl',
      method: 'POST',
      url: URL_,
      headers: {
        host: 'www.okx.com',
        'ok-access-key': '37c541a1-0000-0000-0000-10fe7a038418',
        'ok-access-sign': SIGN,
        'ok-access-timestamp': '2026-11-30T19:45:48.979Z',
        'ok-access-passphrase': 'pass',
        'content-type': 'application/json',
        'content-length': `${BODY.length}`,
      },
      body: BODY,
      refusal: expect.objectContaining({ status: 401, body: '{"msg":"Invalid Sign","code":"50113"}' }),
    })
  })

  test('line breaks of Windows change nothing of it', () => {
    const text = `curl -v ${URL_} ${HEADS} -d '${BODY}'\n${TRACE}`
    expect(read(text.replaceAll('\n', '\r\n'))).toMatchObject({
      url: URL_,
      body: BODY,
      headers: { host: 'www.okx.com' },
    })
  })

  test('the scheme of the command is that of the request, and none is assumed', () => {
    const trace = SENT.replace('HTTP/2', 'HTTP/1.1').replace('www.okx.com', 'localhost:8080')
    expect(read(`curl -v http://localhost:8080/x -d '${BODY}'\n${trace}`)).toMatchObject({
      url: 'http://localhost:8080/api/v5/trade/order',
      body: BODY,
    })
    expect(read(`curl -v http://localhost:8080/x -d '${BODY}'\n${trace}`)).not.toHaveProperty('unread')
  })

  test('behind a redirect the last request is read, and https is assumed', () => {
    const first = SENT.replace('HTTP/2', 'HTTP/1.1').replace('POST /api', 'POST /old')
    const text = `curl -vL http://www.okx.com/old -d '${BODY}'\n${first}< HTTP/1.1 308 Permanent Redirect\n<\n${TRACE}`
    expect(read(text)).toMatchObject({ url: URL_, body: BODY, unread: ['scheme'], refusal: { status: 401 } })
  })
})

describe('a body that the trace does not agree with is not taken for the one that was sent', () => {
  test.each([
    ['a file', `curl -v ${URL_} -d @order.json`, ['-d', 'body']],
    ['a file, and a command that is cut', `curl -v ${URL_} -d @order.json ...`, ['-d', 'body']],
    ['another length', `curl -v ${URL_} -d '{"instId": "BTC-USDT"}'`, ['body', 'body']],
    ['a variable', `curl -v ${URL_} -d "$BODY"`, ['body', 'body']],
    ['options in a file', 'curl -v --config order.cfg', ['scheme', 'body']],
  ])('%s', async (_, command, unread) => {
    const found = read(`${command}\n${TRACE}`)
    expect(found).not.toHaveProperty('body')
    expect(found).toMatchObject({ url: URL_, headers: { 'ok-access-sign': SIGN }, unread })
    const { findings, signature } = await diagnose(`${command}\n${TRACE}`, { secret: SECRET })
    expect(findings.filter(({ certainty }) => certainty === 'proven')).toEqual([])
    expect(signature).toBe('untested')
  })

  test('a request without a body has none, whatever the command shows', () => {
    const get = SENT.replace('POST', 'GET').replace(/> [Cc]ontent-.*\n/g, '')
    const found = read(`curl -vL ${URL_} -d '${BODY}'\n${get}${CAME}`)
    expect(found).toMatchObject({ method: 'GET', url: URL_ })
    expect(found).not.toHaveProperty('body')
  })
})

test.each(['* using HTTP/2', '* Connection #0 to host www.okx.com left intact', '* [HTTP/2] [1] OPENED stream for x'])(
  'a line of curl about its connection is no request line: %s',
  (line) => {
    expect(read(`${line}\n${SENT}${CAME}`)).toMatchObject({ method: 'POST', url: URL_, unread: ['scheme', 'body'] })
  },
)

describe('what the shell puts into a command is listed, and nothing is said of it', () => {
  test('each header with a variable is named as one that is not read', () => {
    const { unread } = readCapture(
      `curl ${URL_} ${HEADS} -H 'X-Price: $5' -H "X-At: \${AT}" -H "X-Mac: $(mac)" -d '${BODY}'`,
    )
    expect(unread.map(({ part }) => part)).toEqual([
      'OK-ACCESS-KEY',
      'OK-ACCESS-SIGN',
      'OK-ACCESS-TIMESTAMP',
      'OK-ACCESS-PASSPHRASE',
      'X-At',
      'X-Mac',
    ])
    expect(unread[0]?.problem).toBe('a variable of the shell stands in it; its value is not known')
  })

  test.each([
    ['variables', `curl ${URL_} ${HEADS} -d '${BODY}'`],
    ['a variable for a body', `curl ${URL_} ${HEADS} -d "$BODY"`],
    ['a file of headers', `curl ${URL_} -H @headers.txt -d '${BODY}'`],
    ['a variable for a header', `curl ${URL_} -H "$AUTH" -d '${BODY}'`],
    ['a command that is cut', `curl ${URL_} -H 'Content-Type: application/json' -d '${BODY}' ...`],
    ['a file of options', `curl -K okx.cfg ${URL_} -d '${BODY}'`],
  ])('%s: nothing is proven, with and without a secret', async (_, command) => {
    for (const options of [{}, { secret: SECRET }, { scheme: 'okx', nowMs: 0 }, { scheme: 'rfc9421' }]) {
      const { findings, unread } = await diagnose(`${command}\n${CAME}`, options)
      expect(findings.filter(({ certainty }) => certainty === 'proven')).toEqual([])
      expect(unread.length).toBeGreaterThan(0)
    }
  })

  test('a variable that is set above the command is put in and judged', async () => {
    const set = `KEY=k\nSIGN=abc\nTS=never\nPASS=p\ncurl ${URL_} ${HEADS} -d '${BODY}'`
    const { findings, unread } = await diagnose(set)
    expect(findings.map(({ id }) => id)).toContain('time-form')
    expect(unread).toEqual([])
  })

  test('a variable in a field that is not signed leaves what is found of the others', async () => {
    const command = `curl ${URL_} -H 'OK-ACCESS-KEY: k' -H 'OK-ACCESS-SIGN: ${SIGN}' -H "OK-ACCESS-PASSPHRASE: $PASS" -A "$UA" -d '${BODY}'`
    const old = await diagnose(`${command} -H 'OK-ACCESS-TIMESTAMP: 1796067949'`, { secret: SECRET })
    expect(old.findings.map(({ id }) => id)).toContain('time-form')
    const wrong = await diagnose(`${command} -H 'OK-ACCESS-TIMESTAMP: 2026-11-30T19:45:48.979Z'`, { secret: SECRET })
    expect(wrong.signature).toBe('unexplained')
    expect(wrong.unread.map(({ part }) => part)).toEqual(['OK-ACCESS-PASSPHRASE', 'User-Agent'])
  })

  test('headers that are missing in a command that is whole are still said to be missing', async () => {
    const { findings } = await diagnose(`curl ${URL_} -H 'OK-ACCESS-KEY: k' -d '${BODY}'`)
    expect(findings.map(({ id }) => id)).toContain('header-missing')
  })
})

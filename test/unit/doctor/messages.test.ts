import { describe, expect, test } from 'vitest'
import { diagnose } from '../../../src/doctor/index.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { read } from './read.js'

const HASH = '5ebc094dc241807c68f79baccd0104bffe64ba28d7b0ddff895a7a81a53ce29c'
const okx = (sign: string) =>
  `GET /api/v5/account/balance HTTP/1.1\nHost: www.okx.com\nOK-ACCESS-KEY: abc\nOK-ACCESS-SIGN: ${sign}\nOK-ACCESS-TIMESTAMP: 2023-11-14T22:13:20.123Z\nOK-ACCESS-PASSPHRASE: x`

describe('quotes around a key id are named wherever it stands', () => {
  test.each([
    [
      'in a query, encoded',
      'GET /v1/account/accounts?AccessKeyId=%22abc%22&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2023-11-14T22%3A13%3A20&Signature=aHR0cHM6Ly9leGFtcGxlLmNvbS9hLXdyb25nLXNpZ24%3D HTTP/1.1\nHost: api.huobi.pro',
    ],
    [
      'in Authorization of AWS',
      `GET / HTTP/1.1\nHost: iam.amazonaws.com\nX-Amz-Date: 20231114T221320Z\nAuthorization: AWS4-HMAC-SHA256 Credential="AKIDEXAMPLE"/20231114/us-east-1/iam/aws4_request, SignedHeaders=host;x-amz-date, Signature=${HASH}`,
    ],
    [
      'within the quotes that belong there',
      `GET /x HTTP/1.1\nHost: a.example\nSignature-Input: s=("@method" "@authority" "@path");created=1700000000;keyid="'k1'"\nSignature: s=:aHR0cHM6Ly9leGFtcGxlLmNvbS9hLXdyb25nLXNpZ24=:`,
    ],
  ])('%s', async (_, text) => {
    const { findings } = await diagnose(text)
    expect(findings.map(({ id, certainty }) => [id, certainty])).toEqual([['key-quoted', 'proven']])
  })

  test('in a header of an exchange they are named once', async () => {
    const { findings } = await diagnose(
      `GET /api/v3/account?timestamp=1700000000123&signature=${HASH} HTTP/1.1\nHost: api.binance.com\nX-MBX-APIKEY: "abc"`,
    )
    expect(findings.map(({ id }) => id)).toEqual(['header-quoted'])
  })
})

test.each([16, 20, 24, 28, 48, 64])(
  'a signature of %i bytes in the form that is meant is not said to be in another form',
  async (length) => {
    for (const secret of [undefined, 'canary-secret-5d41402abc4b2a76']) {
      const sign = Buffer.alloc(length, 'ab3\u00ff').toString('base64')
      for (const { cause } of (await diagnose(okx(sign), { secret })).findings)
        expect(cause).not.toMatch(/written in (\S+), where \S+ takes \1\./)
    }
  },
)

test('an answer without a request asks for the request, and one with it for the secret', async () => {
  const answer = '{"error":["EAPI:Invalid signature"]}'
  const alone = await diagnose(answer)
  expect(alone.findings[0]?.fix).toMatch(/^Give the request to the doctor as well/)
  const asked = await diagnose(okx('aHR0cHM6Ly9leGFtcGxlLmNvbS9hLXdyb25nLXNpZ24='), {
    refusal: '{"code":"50113","msg":"Invalid Sign"}',
  })
  expect(asked.findings[0]?.fix).toMatch(/^Give the secret to the doctor/)
})

test.each([
  ['EAPI:Invalid signature', 'kraken'],
  ['EGeneral:Permission denied', 'kraken'],
  ['EAPI:Invalid nonce', 'kraken'],
])('the evidence of an answer cites the page of the exchange whose words it has: %s', async (words, id) => {
  const { findings } = await diagnose(`{"error":["${words}"]}`)
  expect(findings[0]?.evidence).toContain(words)
  expect(findings[0]?.evidence).toContain(`/${id}.ts`)
})

test('a receive window for one call says where it is set', async () => {
  const signer = binance({ apiKey: 'key-abcdefgh', secret: 'secret-0123456789abcdef' })
  expect(() => signer.sign({ method: 'GET', path: '/api/v3/account', params: { recvWindow: 5000 } })).toThrow(
    /"recvWindow" already: it is added when the request leaves, from the options of the signer/,
  )
})

describe('what a worker of Cloudflare has logged is read', () => {
  const event = (message: readonly unknown[], status = 401) =>
    JSON.stringify({
      scriptName: 'w',
      outcome: 'ok',
      event: {
        request: {
          url: 'https://hooks.example.com/gh',
          method: 'POST',
          headers: { 'x-hub-signature-256': `sha256=${HASH}`, 'x-github-event': 'push' },
        },
        response: { status },
      },
      logs: message.map((one) => ({ message: [one].flat() })),
    })

  test.each([
    ['the body by its name, and a code in a line', ['rawBody: {"a":1}', 'REPLAY']],
    ['the body as an argument, and a code as a member', [['body', '{"a":1}'], { code: 'REPLAY' }]],
    ['the complaint before the body', [{ code: 'REPLAY' }, 'body {"a":1}']],
  ])('%s', async (_, messages) => {
    expect(read(event(messages))).toMatchObject({ method: 'POST', body: '{"a":1}' })
    expect((await diagnose(event(messages))).findings.map(({ id }) => id)).toEqual(['refused-replay'])
  })

  test('of several events the last one that was refused', () => {
    const refused = event(['{"a":1}', 'REPLAY'])
    expect(read([event(['{"a":0}'], 200), refused, event(['{"a":2}'], 200)].join('\n'))).toMatchObject({
      body: '{"a":1}',
      refusal: { status: 401, body: 'REPLAY' },
    })
  })
})

import { describe, expect, test } from 'vitest'
import { diagnose } from '../../../src/doctor/index.js'
import { cpuMs } from '../../cpu-time.js'

const DATE = 'Mon, 30 Nov 2026 00:00:00 GMT'
const AZURE = { 'x-ms-date': DATE, 'x-ms-content-sha256': 'a' }

describe('a list of signed names is as long as its writer wants, and the findings are few', () => {
  const other = Array.from({ length: 3_000 }, (_, at) => `x-${at}`)
  const same = Array.from({ length: 3_000 }, () => 'x-a')
  const FORMS: Readonly<Record<string, (names: readonly string[]) => Readonly<Record<string, string>>>> = {
    azure: (names) => ({ ...AZURE, authorization: `HMAC-SHA256 SignedHeaders=${names.join(';')}&Signature=AAAA` }),
    cavage: (names) => ({ signature: `keyId="a",headers="${names.join(' ')}",signature="AAAA"`, date: DATE }),
    kong: (names) => ({
      authorization: `hmac username="a", algorithm="hmac-sha256", headers="${names.join(' ')}", signature="AAAA"`,
      date: DATE,
    }),
    sigv4: (names) => ({
      authorization: `AWS4-HMAC-SHA256 Credential=a/20261130/us-east-1/execute-api/aws4_request, SignedHeaders=host;${names.join(';')}, Signature=${'ab'.repeat(32)}`,
      'x-amz-date': '20261130T000000Z',
    }),
  }
  test.each(Object.entries(FORMS))('the findings are few in the form %s', async (_, headers) => {
    for (const [names, most] of [
      [other, 24],
      [same, 9],
    ] as const) {
      const { findings } = await diagnose({ url: 'https://a.example/v1', headers: headers(names) }, { budgetMs: 20 })
      expect(findings.map(({ id }) => id).join()).toMatch(/header-missing|malformed|form/)
      expect(findings.length).toBeLessThan(most)
    }
  })
})

describe('a long path', () => {
  const request = (segments: number) => ({
    url: `https://a.s3.amazonaws.com/${'a/'.repeat(segments)}`,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20261130/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'ab'.repeat(32)}`,
      'x-amz-date': '20261130T000000Z',
    },
  })
  test.each([10_000, 40_000])('%d segments: the search ends with its budget', async (segments) => {
    const from = cpuMs()
    await diagnose(request(segments), { budgetMs: 100, secret: 'abcdefghijklmnop' })
    // One text whose work is the square of 80 000 characters would take more.
    expect(cpuMs() - from).toBeLessThan(4_000)
  })
})

test('a shared secret at an exchange of wallets, of whose parameters one is missing, is no error of ours', async () => {
  // `nonce` and `signer` have run together.
  const body = `symbol=ASTERUSDT&side=BUY&user=0x${'5'.repeat(40)}&nonce=17000000signer=0x${'4'.repeat(40)}&signature=0x${'5b'.repeat(64)}1b`
  const request = { method: 'POST', url: 'https://fapi.asterdex.com/fapi/v3/order', headers: {}, body }
  const form = { ...request, headers: { 'content-type': 'application/x-www-form-urlencoded' } }
  for (const one of [request, form])
    expect(await diagnose(one, { secret: 'a secret of a test', budgetMs: 50 })).toMatchObject({ verified: false })
})

describe('a run of one character inside a text costs its length, not its square', () => {
  const SIGN = 'A'.repeat(43)
  const okx = (body: string, sign = `${SIGN}=`, path = '/api/v5/trade/order') =>
    `POST ${path} HTTP/1.1\r\nHost: www.okx.com\r\nOK-ACCESS-KEY: k\r\nOK-ACCESS-SIGN: ${sign}\r\nOK-ACCESS-TIMESTAMP: 2023-11-14T22:13:20.123Z\r\nOK-ACCESS-PASSPHRASE: p\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const rfc = (signature: string, input = 'sig1=("@method" "@path");created=1;keyid="k"', path = '/v1') =>
    `GET ${path} HTTP/1.1\r\nHost: api.example.com\r\nSignature-Input: ${input}\r\nSignature: ${signature}\r\n\r\n`
  const program = (text: string) => `http.NewRequest("GET", "https://api.example.com/", nil)\n${text}`
  const credentials = (value: string) => `GET / HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: ${value}\r\n\r\n`
  const RUNS: Readonly<Record<string, (run: (one: string) => string) => string>> = {
    'spaces in JSON': (run) => okx(`{"a":1,${run(' ')}"b":2}`),
    'line breaks in a text': (run) => okx(`a=1${run('\n')}b`),
    'line breaks behind a text': (run) => okx('a=1').replace('th: 3', 'th: 2') + run('\n'),
    'slashes in a path': (run) => okx('{}', `${SIGN}=`, `/a${run('/')}b`),
    'slashes in a path of RFC 9421': (run) => rfc(`sig1=:${SIGN}=:`, undefined, `/a${run('/')}b`),
    'padding in a signature': (run) => okx('{}', `A${run('=')}A`),
    'other characters in a signature': (run) => okx('{}', `A${run('!')}A`),
    'percent-encoding in a signature that does not end': (run) => rfc(`sig1=:${run('%41')}`),
    'marks of URL-safe base64 in a signature that does not end': (run) => rfc(`sig1=:${run('-')}`),
    'starts of a signature': (run) => rfc(`sig1${run('=:')}`),
    'capitals in a component that does not end': (run) => rfc(`sig1=:${SIGN}=:`, `sig1=("${run('A')}`),
    'components in a list that does not end': (run) => rfc(`sig1=:${SIGN}=:`, `sig1=(${run('"A" ')}`),
    'lists that do not end': (run) => rfc(`sig1=:${SIGN}=:`, `sig1=${run('(a')}`),
    'white space in a component': (run) => rfc(`sig1=:${SIGN}=:`, `sig1=("a${run(' b')}"`),
    'letters in a program': (run) => program(run('a')),
    'calls in a program that do not end': (run) => program(run('NewRequest(')),
    'texts in a program that do not end': (run) => program(`headers = {${run('"a"+r#"')}`),
    'spaces behind a list in a program': (run) => program(`headers=new${run(' ')}`),
    'lists in a program that do not end': (run) => program(run('headers={')),
    'letters in credentials': (run) => credentials(`OAuth ${run('a')}`),
    'letters behind credentials': (run) => credentials(`Signature keyId="a", signature="YQ==", ${run('a')}`),
    'spaces in credentials': (run) => credentials(`Hawk id${run(' ')}"a"`),
    'letters in a value of the query': (run) =>
      `POST /api/v3/order?a=${run('b')}&timestamp=1&signature=${'0'.repeat(64)} HTTP/1.1\r\nHost: a.example\r\nX-MBX-APIKEY: k\r\n\r\n`,
  }
  const cost = async (text: string) => {
    const from = cpuMs()
    await diagnose(text, { secret: 'another-secret-0123', budgetMs: 60 })
    return cpuMs() - from
  }
  test.each(Object.entries(RUNS))('the work is linear in a run of %s', async (_, write) => {
    const small = await cost(write((one) => one.repeat(40_000)))
    const large = await cost(write((one) => one.repeat(80_000)))
    // Twice as many take twice as long, and not four times; below a second a busy machine decides.
    expect(large).toBeLessThan(Math.max(3 * small, 1_000))
  })
})

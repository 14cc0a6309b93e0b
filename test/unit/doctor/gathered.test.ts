import { expect, test } from 'vitest'
import { diagnose } from '../../../src/doctor/index.js'
import { cpuMs } from '../../cpu-time.js'
import { read } from './read.js'

const SIGN = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA='

test.each([
  [
    'a name above its value',
    `Request URL:\nhttps://api.example.com/v1?a=1\nRequest Method:\nGET\n\nx-key:\nk-1\nx-sign:\n${SIGN}\n`,
  ],
  [
    'a prefix before each line',
    `I/flutter ( 1): uri: https://api.example.com/v1?a=1\nI/flutter ( 1):  x-key: k-1\nI/flutter ( 1):  x-sign: ${SIGN}\n`,
  ],
  [
    'tags of XML',
    `<r><method>GET</method><url>https://api.example.com/v1?a=1</url><h name="x-key">k-1</h><h name="x-sign">${SIGN}</h></r>`,
  ],
  [
    'words in a line',
    `Request: GET https://api.example.com/v1?a=1 Headers[Accept=application/json x-key=k-1 x-sign=${SIGN}], Empty body`,
  ],
  [
    'values of Rust',
    `GET https://api.example.com/v1?a=1 {"x-key": Value { inner: ["k-1"] }, "x-sign": Value { inner: ["${SIGN}"] }}`,
  ],
])('fields are found by their names: %s', (_, text) => {
  expect(read(text)).toMatchObject({
    ...{ method: 'GET', url: 'https://api.example.com/v1?a=1' },
    headers: { 'x-key': 'k-1', 'x-sign': SIGN },
  })
})

test('a body is the JSON of a line that holds no field and refuses nothing', () => {
  const text = `[App] 1 LOG POST /hooks\n[App] 1 LOG {"host":"a.example","x-sign":"${SIGN}"}\n[App] 1 LOG {"b":1}\n[App] 1 ERROR {"error":"no"}\n`
  expect(read(text)).toMatchObject({ method: 'POST', url: 'https://a.example/hooks', body: '{"b":1}' })
})

test.each([
  ['names without a value', 'x-sign: '],
  ['quotes', `body: "`],
  ['brackets', 'data:{"'],
  ['brackets behind words', ' data:{"'],
  ['pairs of a form', 'a=1&'],
  ['forms without an end', 'body=a=1&\n'],
  ['names of forms', 'body='],
  ['lists', ':[['],
  ['lines', `x-key: a${'b'.repeat(50)}\n`],
  ['tails', '{"outcome":1,\n\n\n\n\n\n'],
  ['quotes that are escaped, behind a field', '\\"', `X-Signature: ${SIGN}\n`],
  ['bodies without an end, before a field', 'body:["a-b" ', 'headers: {', `\nX-Signature: ${SIGN}\n`],
])('the work is linear in a run of %s', async (_, part, before = '', behind = '') => {
  const take = async (count: number): Promise<number> => {
    const from = cpuMs()
    await diagnose(before + part.repeat(count) + behind, {}).catch(() => undefined)
    return cpuMs() - from
  }
  await take(1_000)
  // Four times the text may take a little more than four times as long, and not sixteen.
  const [less, more] = [await take(8_000), await take(32_000)]
  expect(more).toBeLessThan(Math.max(less, 60) * 10)
})

test.each([
  ['in quotes', ` body: '{"a":1}'`, '{"a":1}'],
  ['behind another name', ' data: x params = [["a",1]]  \t', '[["a",1]]'],
  ['that has no end, before one that has', ' body: {"a" 1\nDEBUG params = {"b":1}', '{"b":1}'],
  ['in the line below its name', ' payload:\n{"a":1}', '{"a":1}'],
])('JSON %s that stands at the end of a line is the body', (_, text, body) => {
  expect(read(`DEBUG POST https://a.example/hooks\nX-Sign: ${SIGN}\nDEBUG${text}\n`)).toMatchObject({ body })
})

test('markup of HTML between the parameters of a URL is named, and what is behind it is judged', async () => {
  const url =
    'https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20231114%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20231114T221320Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature='
  const whole = `${url}${'ab'.repeat(32)}`
  const { findings } = await diagnose(whole.replaceAll('&', '&amp;'), { nowMs: Date.parse('2023-11-15T00:00:00Z') })
  expect(findings.map(({ id }) => id)).toEqual(expect.arrayContaining(['url-escaped', 'time-expired']))
  expect(findings[0]?.id).toBe('url-escaped')
  const cut = await diagnose(url.slice(0, url.indexOf('&X-Amz-Signature')))
  expect(cut.findings[0]?.id).toBe('signature-missing')
})

test('a shell that hands its text to openssl with echo is told of the line break', async () => {
  const line = (write: string) =>
    `Q="a=1&timestamp=1700000000123"\nSIG=$(${write} | openssl dgst -sha256 -hmac "$S" | cut -d' ' -f2)\ncurl -H "X-MBX-APIKEY: $K" "https://api.binance.com/api/v3/account?$Q&signature=$SIG"\n`
  const idsOf = async (write: string) => (await diagnose(line(write))).findings.map(({ id }) => id)
  expect(await idsOf('echo "$Q"')).toContain('text-line-break')
  expect(await idsOf('echo -n "$Q"')).not.toContain('text-line-break')
  expect(await idsOf(`printf '%s' "$Q"`)).not.toContain('text-line-break')
})

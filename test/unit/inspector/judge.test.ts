import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { check, keyOf } from '../../../src/inspector/engine-check.js'
import type { Checked } from '../../../src/inspector/engine-types.js'
import { EXAMPLES } from '../../../src/inspector/examples.js'
import { type CheckForm, EMPTY_CHECK } from '../../../src/inspector/forms.js'
import { readCapture } from '../../../src/inspector/judge/read-capture.js'
import { shellWords } from '../../../src/inspector/judge/shell-words.js'

const SECRET = '22582BD0CFF14C41EDBF1AB98506286D'
const NOW = Date.UTC(2026, 10, 29, 4)
const checked = async (form: Partial<CheckForm>): Promise<Checked> => {
  const found = await check({ ...EMPTY_CHECK, ...form }, NOW)
  if ('problem' in found) throw new Error(found.problem)
  return found
}
const ids = async (form: Partial<CheckForm>): Promise<readonly string[]> =>
  (await checked(form)).diagnosis.findings.map(({ id, certainty }) => `${certainty} ${id}`)

/** An OKX request that was signed as one text and sent as another. */
const okx = (
  signed: string,
  sent: { method?: string; url?: string; body?: string },
  secret: string = SECRET,
): string => {
  const { method = 'GET', url = 'https://www.okx.com/api/v5/account/balance?ccy=BTC', body = '' } = sent
  const sign = createHmac('sha256', secret).update(`2026-11-29T04:00:00.000Z${signed}`).digest('base64')
  const headers = [
    ['OK-ACCESS-KEY', 'k'],
    ['OK-ACCESS-SIGN', sign],
    ['OK-ACCESS-TIMESTAMP', '2026-11-29T04:00:00.000Z'],
    ['OK-ACCESS-PASSPHRASE', 'open-sesame'],
  ]
  return JSON.stringify({ method, url, headers, ...(body !== '' && { body }) })
}
const PATH = '/api/v5/account/balance'
const ORDER = 'https://www.okx.com/api/v5/trade/order'
const order = (signed: string, body: string): string =>
  okx(`POST/api/v5/trade/order${signed}`, { method: 'POST', url: ORDER, body })

test('every example is judged as its name says, and none of its keys is shown', async () => {
  const found = await Promise.all(EXAMPLES.map(([, form]) => checked(form)))
  expect(found.map(({ diagnosis: { scheme, verified, findings } }) => [scheme, verified, findings[0]?.id])).toEqual([
    ['okx', false, 'body-spaces'],
    ['rfc9421', false, 'host-rewritten'],
    ['rfc9421', true, undefined],
  ])
  for (const [at, [, { key }]] of EXAMPLES.entries())
    expect(JSON.stringify(found[at]?.diagnosis)).not.toContain(key.slice(0, 20))
})

test.each([
  ['a query that was not signed', okx(`GET${PATH}`, {}), 'proven query-missing'],
  ['a method in lower case', okx(`get${PATH}?ccy=BTC`, {}), 'proven method-case'],
  ['a slash at the end', okx(`GET${PATH}`, { url: `https://www.okx.com${PATH}/` }), 'proven trailing-slash'],
  [
    'an encoded query',
    okx(`GET${PATH}?a=b c`, { url: `https://www.okx.com${PATH}?a=b%20c` }),
    'proven percent-encoding',
  ],
  ['a body that was not signed', order('', '{"a":1}'), 'proven body-missing'],
  ['spaces that were not sent', order('{"a": 1, "b": [2, 3]}', '{"a":1,"b":[2,3]}'), 'proven body-spaces'],
  ['spaces that were not signed', order('{"a":1,"b":2}', '{"a": 1, "b": 2}'), 'proven body-spaces'],
  ['another order', order('{"a":1,"b":2}', '{"b":2,"a":1}'), 'proven body-order'],
  ['a line break', order('{"a":1}x', '{"a":1}x\n'), 'proven body-line-break'],
  ['a secret with a line break', okx(`GET${PATH}?ccy=BTC`, {}, `${SECRET}\n`), 'proven secret-encoding'],
  ['another secret', okx(`GET${PATH}?ccy=BTC`, {}, 'another'), 'possible signature-invalid'],
])('%s is named first', async (_what, text, id) => {
  expect((await ids({ text, key: SECRET, passphrase: 'open-sesame' }))[0]).toBe(id)
})

test('what is right has no finding, and is shown as it was signed', async () => {
  const { diagnosis, signatures } = await checked({ text: okx(`GET${PATH}?ccy=BTC`, {}), key: SECRET, at: 'now' })
  expect(diagnosis).toMatchObject({ scheme: 'okx', verified: true, findings: [] })
  expect(diagnosis.base).toEqual([{ kind: 'same', expected: `2026-11-29T04:00:00.000ZGET${PATH}?ccy=BTC` }])
  expect(signatures).toMatchObject([{ covered: expect.arrayContaining(['method', 'path', 'query']) }])
})

test('the age is judged where the moment is known: stated, or by the Date of the answer', async () => {
  const text = okx(`GET${PATH}?ccy=BTC`, {})
  expect(await ids({ text, at: String(NOW / 1_000 + 301) })).toEqual(['likely time-window'])
  expect(await ids({ text, refusal: 'HTTP/1.1 401 x\nDate: Sun, 29 Nov 2026 03:54:00 GMT' })).toEqual([
    'likely time-window',
  ])
  expect(await ids({ text })).toEqual([])
})

test('a digest of other bytes is proven without a key', async () => {
  const [, { text = '' } = {}] = EXAMPLES[1] ?? []
  expect(await ids({ text: text.replace('"qty":0.5', '"qty":0.6') })).toEqual(['proven digest-mismatch'])
})

test('a broken signature is named by its code, and a pasted string is compared', async () => {
  const text = 'GET / HTTP/1.1\nHost: a.example\nSignature-Input: sig1=("@method");created=1\nSignature: sig1=:AAAA:'
  expect(await ids({ text: text.replace('sig1=:', 'sig2=:') })).toEqual(['proven auth-malformed'])
  const { diagnosis } = await checked({
    text,
    stringToSign: '"@method": get\n"@signature-params": ("@method");created=1',
  })
  expect(diagnosis.base).toEqual([
    {
      kind: 'differs',
      expected: '"@method": GET',
      signed: '"@method": get',
      marks: [
        [11, 14],
        [11, 14],
      ],
    },
    { kind: 'same', expected: '"@signature-params": ("@method");created=1' },
  ])
})

test.each([
  ['', 'none'],
  [' s3cret ', 'secret'],
  ['{"not":"a key"}', 'secret'],
  ['{"kty":"oct","k":"AAAA"}', 'secret'],
  ['{"kty":"OKP","crv":"Ed25519","x":"AA"}', 'public key'],
  ['-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', 'public key'],
])('the key %j is a %s', (text, use) => {
  expect(keyOf(text)).toMatchObject({ use })
})

test.each(['-----BEGIN EC PRIVATE KEY-----\nAAAA', '{"kty":"OKP","crv":"Ed25519","x":"AA","d":"hunter2"}'])(
  'a private key is not taken where a public one is enough: %j',
  (text) => {
    const found = keyOf(text)
    expect(found).toMatchObject({ field: 'key', problem: expect.stringContaining('private key') })
    expect(JSON.stringify(found)).not.toContain('hunter2')
  },
)

test.each([
  ['raw HTTP', 'POST /a?b=1 HTTP/1.1\r\nHost: a.example\r\nX-A: 1\r\n\r\n{"c":1}', 'http'],
  ['curl', `curl -XPOST 'https://a.example/a?b=1' \\\n  -H "X-A: 1" -H 'Host: a.example' --data-raw '{"c":1}'`, 'curl'],
  [
    'fetch',
    'await fetch("https://a.example/a?b=1", {"method":"POST","headers":{"Host":"a.example","X-A":"1"},"body":"{\\"c\\":1}"})',
    'fetch',
  ],
  [
    'HAR',
    '{"log":{"entries":[{"request":{"method":"POST","url":"https://a.example/a?b=1","headers":[{"name":"X-A","value":"1"}],"postData":{"text":"{\\"c\\":1}"}}}]}}',
    'har',
  ],
  ['JSON', '{"method":"post","url":"https://a.example/a?b=1","headers":[["X-A","1"]],"body":"{\\"c\\":1}"}', 'object'],
])('%s is read', (_what, text, format) => {
  const { body, ...capture } = readCapture(text)
  expect(capture).toMatchObject({ format, method: 'POST', url: 'https://a.example/a?b=1' })
  expect(capture.headers).toContainEqual(['X-A', '1'])
  expect(new TextDecoder().decode(body)).toBe('{"c":1}')
})

test.each(['', 'hello', 'curl -v', '[]', '{"url":"/a"}', 'GET / HTTP/1.1'])('%j holds no request', (text) => {
  expect(() => readCapture(text)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
})

test('words are those of a shell', () => {
  expect(shellWords(`a 'b "c"' "d \\"e\\" \\n" $'f\\n\\'' g\\ h \\\n i''j ""`)).toEqual([
    ...['a', 'b "c"', 'd "e" \\n', "f\n'", 'g h', 'ij', ''],
  ])
})

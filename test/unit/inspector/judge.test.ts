import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { check, keyOf } from '../../../src/inspector/engine-check.js'
import type { Checked } from '../../../src/inspector/engine-types.js'
import { EXAMPLES } from '../../../src/inspector/examples.js'
import { type CheckForm, EMPTY_CHECK } from '../../../src/inspector/forms.js'

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
  expect(found.map(({ diagnosis: { scheme, verified } }) => [scheme, verified])).toEqual([
    ['okx', false],
    ['rfc9421', false],
    ['rfc9421', true],
  ])
  expect(found.slice(0, 2).map(({ diagnosis }) => diagnosis.findings[0]?.id)).toEqual([
    'body-json-compact',
    'host-rewritten',
  ])
  // A host is written as it is, also where a sentence begins with it.
  expect(found[1]?.diagnosis.findings[0]?.evidence).toMatch(/^api\.example\.com\. The received signature verifies/)
  for (const [at, [, { key }]] of EXAMPLES.entries())
    expect(JSON.stringify(found[at]?.diagnosis)).not.toContain(key.slice(0, 20))
})

test.each([
  ['a query that was not signed', okx(`GET${PATH}`, {}), 'proven query-left-out'],
  ['a method in lower case', okx(`get${PATH}?ccy=BTC`, {}), 'proven method-lower-case'],
  ['a slash at the end', okx(`GET${PATH}`, { url: `https://www.okx.com${PATH}/` }), 'proven path-trailing-slash'],
  ['an encoded query', okx(`GET${PATH}?a=b c`, { url: `https://www.okx.com${PATH}?a=b%20c` }), 'proven query-decoded'],
  ['a body that was not signed', order('', '{"a":1}'), 'proven body-left-out'],
  ['spaces that were not sent', order('{"a": 1, "b": [2, 3]}', '{"a":1,"b":[2,3]}'), 'proven body-json-spaces'],
  ['spaces that were not signed', order('{"a":1,"b":2}', '{"a": 1, "b": 2}'), 'proven body-json-compact'],
  ['another order', order('{"a":1,"b":2}', '{"b":2,"a":1}'), 'proven body-json-sorted'],
  ['a line break', order('{"a":1}x', '{"a":1}x\n'), 'proven body-line-break'],
  ['a secret with a line break', okx(`GET${PATH}?ccy=BTC`, {}, `${SECRET}\n`), 'proven secret-line-break'],
  ['another secret', okx(`GET${PATH}?ccy=BTC`, {}, 'another'), 'possible no-hypothesis'],
])('%s is named first', async (_what, text, id) => {
  expect((await ids({ text, key: SECRET, passphrase: 'open-sesame' }))[0]).toBe(id)
})

test('what is right has no finding, and is shown as it was signed', async () => {
  const { diagnosis, signatures } = await checked({ text: okx(`GET${PATH}?ccy=BTC`, {}), key: SECRET, at: 'now' })
  expect(diagnosis).toMatchObject({ scheme: 'okx', verified: true, findings: [] })
  expect(diagnosis.base).toEqual([{ kind: 'same', expected: `2026-11-29T04:00:00.000ZGET${PATH}?ccy=BTC` }])
  expect(signatures).toMatchObject([{ covered: expect.arrayContaining(['method', 'path', 'query']) }])
})

test('the age is judged where the moment is known: given, or by the Date of the answer', async () => {
  const text = okx(`GET${PATH}?ccy=BTC`, {})
  expect(await ids({ text, at: String(NOW / 1_000 + 301) })).toEqual(['proven time-expired'])
  expect(await ids({ text, refusal: 'HTTP/1.1 401 x\nDate: Sun, 29 Nov 2026 03:54:00 GMT' })).toEqual([
    'proven clock-ahead',
  ])
  expect(await ids({ text })).toEqual([])
})

test('a digest of other bytes is proven without a key', async () => {
  const [, { text = '' } = {}] = EXAMPLES[1] ?? []
  expect(await ids({ text: text.replace('"qty":0.5', '"qty":0.6') })).toEqual(['proven digest-mismatch'])
})

test('a broken signature is named by its code, and a pasted string is compared', async () => {
  const text = 'GET / HTTP/1.1\nHost: a.example\nSignature-Input: sig1=("@method");created=1\nSignature: sig1=:AAAA:'
  expect((await ids({ text: text.replace('sig1=:', 'sig2=:') }))[0]).toBe('proven label-mismatch')
  expect(await ids({ text: text.replace('"@method"', '"@method" "@method"') })).toEqual(['proven auth-malformed'])
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

const STRIPE = `POST /hook HTTP/1.1
Host: shop.example.com
Stripe-Signature: t=1700000000,v1=${'ab'.repeat(32)},v1=${'cd'.repeat(32)}

{"id":"evt_1"}`

test.each([
  [STRIPE, 2, ['body', 'time'], ['created', '2023-11-14T22:13:20.000Z (1700000000)'], '32 bytes'],
  [STRIPE.replace(/=(?:ab|cd)[^,\n]*/g, '=abc'), 1, ['body'], ['algorithm', 'hmac-sha256'], 'in another form'],
  [
    'GET /v1/a HTTP/1.1\nHost: a.example.com\nDate: Tue, 14 Nov 2023 22:13:20 GMT\nSignature: keyId="k1",algorithm="hmac-sha256",headers="(request-target) date",signature="AAAA"',
    1,
    ['(request-target)', 'date'],
    ['key id', 'k1'],
    '3 bytes',
  ],
] as const)('what a request of another scheme states is shown: %#', async (text, count, covered, fact, size) => {
  const { signatures } = await checked({ text })
  expect(signatures).toHaveLength(count)
  expect([...(signatures[0]?.covered ?? [])].sort()).toEqual([...covered].sort())
  expect(signatures[0]?.facts).toContainEqual(fact)
  expect(signatures[0]?.facts.at(-1)?.[1]).toContain(size)
})

test.each([
  ['where the request belongs', { text: '{"msg":"Invalid Sign","code":"50113"}', scheme: 'okx' }],
  ['in the field of answers alone', { refusal: '{"msg":"Invalid Sign","code":"50113"}', scheme: 'okx' }],
])('an answer without its request is explained: %s', async (_where, form) => {
  const found = await checked(form)
  expect(found.request).toBeUndefined()
  expect(found.diagnosis.findings.map(({ id }) => id)).toContain('refused-signature')
})

test('text that is neither a request nor an answer is refused at its field', async () => {
  expect(await check({ ...EMPTY_CHECK, text: 'not a request' }, NOW)).toMatchObject({
    field: 'text',
    problem: expect.stringContaining('must be an HTTP request'),
  })
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

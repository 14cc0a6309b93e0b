import { expect, test } from 'vitest'
import { diagnose } from '../../../../src/doctor/index.js'

/** What can be seen without a key, by the id of its finding. */
const POLICY = (document: object) => Buffer.from(JSON.stringify(document)).toString('base64')
const form = (fields: Readonly<Record<string, string>>) => {
  const parts = Object.entries({ ...fields, file: 'x' }).map(
    ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return `POST / HTTP/1.1\r\nHost: photos.s3.amazonaws.com\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n${parts.join('')}--b--\r\n`
}
const SIGNED = {
  'x-amz-algorithm': 'AWS4-HMAC-SHA256',
  'x-amz-credential': 'AKID/20231114/us-east-1/s3/aws4_request',
  'x-amz-date': '20231114T221320Z',
  'x-amz-signature': '00'.repeat(32),
}
const conditions = [
  { bucket: 'photos' },
  ['starts-with', '$key', 'user/'],
  ...Object.entries(SIGNED)
    .slice(0, 3)
    .map(([name, value]) => ({ [name]: value })),
]
const document = { expiration: '2099-01-01T00:00:00Z', conditions }
const upload = (fields: object, policy: object | string = document) =>
  form({ key: 'user/1', ...SIGNED, policy: typeof policy === 'string' ? policy : POLICY(policy), ...fields } as Record<
    string,
    string
  >)

const get = (target: string, ...lines: readonly string[]) =>
  `GET ${target} HTTP/1.1\r\nHost: acct.blob.core.windows.net\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`
const stamp = (members: object | string) =>
  `POST /v1 HTTP/1.1\r\nHost: api.turnkey.com\r\nX-Stamp: ${typeof members === 'string' ? members : Buffer.from(JSON.stringify(members)).toString('base64url')}\r\n\r\n{"timestampMs":"1700000000000"}`
const STAMP = {
  publicKey: `02${'ab'.repeat(32)}`,
  scheme: 'SIGNATURE_SCHEME_TK_API_P256',
  signature: '3006020101020101',
}
const paypal = (...lines: readonly string[]) =>
  `POST /hook HTTP/1.1\r\nHost: shop.example.com\r\npaypal-transmission-sig: AAAA\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n{}`
const PAYPAL = [
  'paypal-transmission-id: t',
  'paypal-transmission-time: 2023-11-14T22:13:20Z',
  'paypal-auth-algo: SHA256withRSA',
]

test.each([
  ['a field that the policy does not name', upload({ acl: 'public-read' }), 'policy-field-added'],
  ['a value that the policy does not allow', upload({ key: 'other/1' }), 'policy-condition'],
  [
    'another bucket',
    upload({}, { ...document, conditions: [{ bucket: 'b' }, ...conditions.slice(1)] }),
    'policy-condition',
  ],
  ['a policy that is no JSON', upload({}, 'e30'), 'policy-form'],
  ['a form without its date', upload({ 'x-amz-date': '' }), 'parameter-missing'],
  ['a form of Version 2', form({ AWSAccessKeyId: 'A', policy: POLICY(document), signature: 'AAAA' }), 'policy-version'],
  [
    'a signature with a plus in the URL',
    get('/c/b?sv=2022-11-02&sr=b&sp=r&se=2099-01-01T00:00:00Z&sig=ab+c'),
    'signature-plus',
  ],
  ['a token without permissions', get('/c/b?sv=2022-11-02&sr=b&se=2099-01-01T00:00:00Z&sig=abc'), 'parameter-missing'],
  [
    'a token that was encoded twice',
    get('/c/b?sv=2022-11-02&sr=b&sp=r&se=2099-01-01T00%253A00Z&sig=abc'),
    'query-encoded-twice',
  ],
  [
    'a key of Cosmos DB that is not encoded',
    get('/dbs/a', 'Authorization: type=master&ver=1.0&sig=AAAA', 'x-ms-date: x'),
    'authorization-form',
  ],
  ['one without its date', get('/dbs/a', 'Authorization: type%3Dmaster%26ver%3D1.0%26sig%3DAAAA'), 'header-missing'],
  [
    'a signed header that is missing',
    get('/kv', 'Authorization: HMAC-SHA256 SignedHeaders=x-ms-date;host&Signature=AAAA'),
    'header-missing',
  ],
  [
    'a hash in hexadecimal',
    get(
      '/kv',
      'Authorization: HMAC-SHA256 SignedHeaders=host;x-ms-content-sha256&Signature=AAAA',
      'x-ms-content-sha256: e3b0',
    ),
    'digest-mismatch',
  ],
  [
    'a stamp in ordinary base64',
    stamp(`${Buffer.from(JSON.stringify({ ...STAMP, a: '???>>>' })).toString('base64')}`),
    'stamp-encoding',
  ],
  ['a stamp that is JSON', stamp(JSON.stringify(STAMP)), 'stamp-encoding'],
  ['a stamp of another scheme', stamp({ ...STAMP, scheme: 'P256' }), 'stamp-scheme'],
  ['a stamp with the whole point', stamp({ ...STAMP, publicKey: `04${'ab'.repeat(64)}` }), 'stamp-public-key'],
  ['a stamp whose signature is not DER', stamp({ ...STAMP, signature: 'ab'.repeat(64) }), 'signature-form'],
  ['a stamp that is none', stamp('!'), 'stamp-form'],
  ['a webhook without its certificate', paypal(...PAYPAL), 'header-missing'],
  [
    'a certificate of another host',
    paypal(...PAYPAL, 'paypal-cert-url: https://evil.example/cert'),
    'certificate-host',
  ],
])('the finding is right for %s', async (_, request, id) => {
  const found = await diagnose(request, { budgetMs: 50 })
  expect(found.findings.map((one) => one.id)).toContain(id)
  expect(found.findings[0]?.certainty).not.toBe('possible')
})

const cavage = (more: string) => ({
  url: 'https://a.example/v1',
  headers: {
    date: 'Mon, 30 Nov 2026 00:00:00 GMT',
    signature: `keyId="k",algorithm="hmac-sha256",headers="date",signature="${'A'.repeat(43)}="${more}`,
  },
})
test.each([
  ['a value of its own', ',note="x=""y"', false],
  ['a value that names a parameter', ',note="a created=""y"', false],
  ['a parameter that the signature is read by', ',created=""1700000000"', true],
])('the finding is right where draft-cavage has a quote too many in %s', async (_, more, isFound) => {
  const { findings } = await diagnose(cavage(more))
  expect(findings.some(({ cause }) => cause.includes('a quote too many'))).toBe(isFound)
})

const rfc9421 = (signature: string) => ({
  url: 'https://a.example/v1',
  headers: { 'signature-input': 'sig1=("@method");created=1700000000;keyid="k"', signature },
})
test.each([
  ['a parameter of it', `sig1=:${'A'.repeat(43)}=:;p="a"`, false],
  ['quotes between the colons', `sig1=:"${'A'.repeat(43)}=":`, true],
  ['quotes in place of the colons', `sig1="${'A'.repeat(43)}="`, true],
  ['those of a second one', `sig0=:AAAA:, sig1=b'${'A'.repeat(43)}='`, true],
])('RFC 9421, a signature stands in quotes: %s', async (_, signature, isFound) => {
  const { findings } = await diagnose(rfc9421(signature))
  expect(findings.some(({ id }) => id === 'signature-quoted')).toBe(isFound)
  expect(findings.some(({ certainty }) => certainty === 'proven')).toBe(true)
})

test('RFC 9421 that is given, and neither field is there: one finding', async () => {
  const { findings } = await diagnose({ url: 'https://a.example/v1' }, { scheme: 'rfc9421' })
  expect(findings).toMatchObject([
    { id: 'signature-missing', cause: 'Signature and Signature-Input are missing.', certainty: 'proven' },
  ])
})

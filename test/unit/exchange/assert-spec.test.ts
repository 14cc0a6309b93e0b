import { describe, expect, test } from 'vitest'
import { defineExchange, type ExchangeFactory, encoding } from '../../../src/exchange/index.js'
import { assertSpec } from '../../../src/exchange/signer/assert-spec.js'
import { defined } from '../../../src/support/defined.js'
import { acme } from '../../exchange/acme.js'
import { exchangeFiles } from '../../exchange/samples.js'

const factories: ReadonlyArray<readonly [string, ExchangeFactory]> = (
  await Promise.all(
    exchangeFiles.map(async (file) => {
      const module = (await import(`../../../src/exchange/catalogue/${file}.ts`)) as Readonly<Record<string, unknown>>
      return Object.entries(module).filter(([, one]) => typeof one === 'function' && 'variants' in one)
    }),
  )
).flat() as never

describe('the rules for an exchange of your own', () => {
  test.each(factories)('are kept by %s in all its variants', (_, factory) => {
    const specs = [undefined, ...factory.variants].map((variant) => factory({ variant }).spec)
    // What one variant makes another one may leave out, as Kraken Futures its nonce.
    const sources = Object.assign({}, ...specs.map((spec) => defined({ ...spec })))
    for (const spec of specs) expect(() => assertSpec(spec, sources)).not.toThrow()
  })
})

const base = (): string => ''
const clock = { path: '/time', time: 'data.t', error: /late/ }
const token = { method: 'POST', path: '/token', token: 'token' }

describe('an exchange that could not sign, or would leave a part of its authentication out', () => {
  test.each<readonly [string, object, RegExp]>([
    ['headers as an object', { headers: { 'X-Key': 'key' } }, /"headers" must be a list, got an object/],
    [
      'a value that no request has',
      { headers: [['X-Key', 'apiKey']] },
      /"headers\[0\]" must have one of key, .*got "apiKey"/,
    ],
    ['a header that is text', { headers: ['X-Key'] }, /"headers\[0\]" must be \[name, value\], got a string/],
    ['a header without a value', { headers: [['X-Sign']] }, /"headers\[0\]" must have one of key, .*got nothing/],
    [
      'a reader that is text',
      { headers: [['X-Sign', 'sign', '.*']] },
      /regular expression as its third member, got a string/,
    ],
    ['no header for the signature', { headers: [['X-Key', 'key']] }, /must show the signature/],
    ['no headers', { headers: undefined }, /must show the signature/],
    ['time as text', { time: 'seconds' }, /"time" must be one of timestamp.*got a string/],
    ['no base', { base: undefined }, /"base" must be a function, got nothing/],
    ['base as text', { base: 'time' }, /"base" must be a function, got a string/],
    [
      'a hash for an algorithm',
      { keys: { sha256: encoding.hex } },
      /"keys" must name algorithms such as "hmac-sha256", got "sha256"/,
    ],
    [
      'an encoding as text',
      { keys: { 'hmac-sha256': 'hex' } },
      /"keys" of "hmac-sha256" must be one of encoding.*got a string/,
    ],
    ['no keys', { keys: undefined }, /"keys" must be an object, got nothing/],
    ['a component that is none', { covers: ['method', 'url'] }, /"covers\[1\]" .*"path" and "query"/],
    ['covers as text', { covers: 'path' }, /"covers" must be a list, got a string/],
    ['an old word for a passphrase', { passphrase: 'inside' }, /"passphrase" must be shown, signed or in-base/],
    ['a secret as text', { secret: 'base64' }, /"secret" must be one of the encodings of a secret/],
    ['a placement as text', { place: 'query' }, /"place" must be a placement/],
    ['a nonce source alone', { nonce: { next: () => '1' } }, /"nonce": unknown option "next"/],
    [
      'a nonce of any form',
      { nonce: { nonces: { next: () => '1' } } },
      /"nonce": "pattern" must be a regular expression .*, got nothing/,
    ],
    ['a window in numbers', { window: { default: 5_000, max: 60_000 } }, /"default" must be digits as text/],
    ['a body of another kind', { body: 'form' }, /"body" must be json or any/],
    [
      'parameters in the body',
      { params: { into: 'body' } },
      /"into" must be "query", "form", "json", or a table by method/,
    ],
    ['a table without the others', { params: { into: { POST: 'form' } } }, /"into" must be .* with "other"/],
    [
      'a pattern as text',
      { clock: { ...clock, error: 'late' } },
      /"error" must be a regular expression .*, got a string/,
    ],
    [
      'a pattern that remembers',
      { params: { postInQuery: /order/g } },
      /"postInQuery" must be a regular expression without the flags g and y/,
    ],
    ['a JSONPath', { clock: { ...clock, time: '$.t' } }, /"time" must be the path to it in the answer/],
    ['brackets', { clock: { ...clock, time: 'data[0].t' } }, /"time" must be the path to it in the answer/],
    ['a unit in full', { clock: { ...clock, unit: 'seconds' } }, /"unit" must be ms, s or iso/],
    ['a path without a slash', { clock: { ...clock, path: 'time' } }, /"path" must be a path that begins with "\/"/],
    ['a query without the token', { token: { ...token, query: 'auth=' } }, /"query" must be text with "\$token" in it/],
    [
      'a message without a base',
      { messages: { login: { template: {} } } },
      /"messages.login": "base" must be a function/,
    ],
    [
      'an old member of a message',
      { messages: { login: { base, form: {} } } },
      /unknown option "form"; did you mean "template"/,
    ],
    [
      'a made-up member of a message',
      { messages: { login: { base, send: {} } } },
      /unknown option "send"; did you mean "template"/,
    ],
    [
      'a message that sends nothing',
      { messages: { login: { base } } },
      /"template", "headers" or "query" must state what is sent/,
    ],
    [
      'a template as JSON text',
      { messages: { login: { base, template: '{"key":"$key"}' } } },
      /"template" must be an object with/,
    ],
    [
      'a variant of an environment',
      { environments: { testnet: { origin: 'https://t.acme.example' } } },
      /unknown option "origin"/,
    ],
    [
      'an environment on plain http',
      { environments: { testnet: { origins: ['http://t.acme.example'] } } },
      /"environments.testnet": "origins" must be https/,
    ],
  ])('a specification is refused: %s', (_, part, text) => {
    expect(() => defineExchange({ ...acme, ...part } as never)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(text) }),
    )
    // A variant is held to the same.
    if (!('keys' in part && part.keys === undefined))
      expect(() => defineExchange(acme, { other: part as never })).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID' }),
      )
  })

  test('a base that returns neither text nor bytes is refused as such, by every function', async () => {
    for (const wrong of [async () => 'text', () => undefined, () => 5]) {
      const signer = defineExchange({
        ...acme,
        base: wrong as never,
        messages: { login: { base: wrong as never, template: {} } },
      })({
        apiKey: 'bot-1',
        secret: 'a secret for tests',
      })
      const refusal = expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(/^"base\(\)" must be text or bytes, got /),
      })
      expect(() => signer.sign({ path: '/' })).toThrow(refusal)
      expect(() => signer.login()).toThrow(refusal)
    }
  })
})

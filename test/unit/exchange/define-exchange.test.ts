import { describe, expect, test } from 'vitest'
import { krakenFutures } from '../../../src/exchange/catalogue/kraken-futures.js'
import {
  defineExchange,
  type ExchangeSpec,
  type ExchangeVariant,
  inQuery,
  timestamp,
} from '../../../src/exchange/index.js'
import { acme } from '../../exchange/acme.js'
import { textOf } from '../../expect-code.js'

const account = { apiKey: 'bot-1', secret: 'a secret for tests' }

describe('a variant of defineExchange', () => {
  test('states what differs, and has all other members of the exchange', () => {
    const exchange = defineExchange(acme, { ms: { time: timestamp.milliseconds } })
    expect(exchange.variants).toEqual(['ms'])
    expect(exchange({ variant: 'ms' }).spec).toEqual({ ...acme, time: timestamp.milliseconds })
    const clock = { now: () => 1_700_000_000_123 }
    const timeOf = (variant?: 'ms') =>
      exchange({ ...account, ...(variant && { variant }) }).sign({ path: '/' }, { clock }).headers['X-Time']
    expect([timeOf(), timeOf('ms')]).toEqual(['1700000000', '1700000000123'])
  })

  test('has no member that it states as undefined', () => {
    const exchange = defineExchange(acme, { timeless: { time: undefined } })
    expect(exchange({ variant: 'timeless' }).spec.time).toBeUndefined()
    expect(exchange().spec.time).toBe(timestamp.seconds)
  })
})

describe('a value that would stay empty and be left out', () => {
  const { time: _, ...timeless } = acme
  test.each([
    [
      'headers',
      {
        headers: [
          ['X-Key', 'key'],
          ['X-Time', 'time'],
          ['X-Sign', 'sign'],
        ],
      },
      '"headers[1]" shows the time',
    ],
    [
      'headers',
      {
        headers: [
          ['X-Nonce', 'nonce'],
          ['X-Sign', 'sign'],
        ],
      },
      '"headers[0]" shows the nonce',
    ],
    [
      'headers',
      {
        headers: [
          ['X-Pass', 'passphrase'],
          ['X-Sign', 'sign'],
        ],
      },
      '"headers[0]" shows the passphrase',
    ],
    ['pairs', { place: inQuery([['w', 'window']], 'sign') }, '"list[0]" shows the window'],
    ['a message', { messages: { login: { base: () => '', headers: [['T', 'time']] } } }, '"headers[0]" shows the time'],
  ])('is refused in %s: %o', (_where, part, text) => {
    expect(textOf(() => defineExchange({ ...timeless, headers: [['X-Sign', 'sign']], ...part } as never))).toContain(
      `${text}, so that "`,
    )
  })

  test('may be stated by one of the variants, or by the message', () => {
    const headers: ExchangeSpec['headers'] = [
      ['X-Time', 'time'],
      ['X-Sign', 'sign'],
    ]
    expect(() => defineExchange({ ...timeless, headers }, { timed: { time: timestamp.seconds } })).not.toThrow()
    const login = { time: timestamp.seconds, base: () => '', headers }
    expect(() => defineExchange({ ...timeless, headers: [['X-Sign', 'sign']], messages: { login } })).not.toThrow()
  })
})

describe('the data of defineExchange', () => {
  test.each<[part: object, text: string]>([
    [
      { clock: { path: '/time', read: () => 1, error: /late/ } },
      'defineExchange: "clock": unknown option "read"; did you mean "time"?',
    ],
    [
      { clock: { path: '/time', time: () => 1, error: /late/ } },
      '"time" must be the path to it in the answer, names and positions joined by dots, such as "data.0.ts", got a function',
    ],
    [
      { token: { method: 'GET', path: '/', token: () => '' } },
      '"token" must be the path to it in the answer, names and positions joined by dots, such as "data.0.ts", got a function',
    ],
    [
      { token: { method: 'GET', path: '/', token: 'token', form: {} } },
      'defineExchange: "token": unknown option "form"; did you mean "template"?',
    ],
    [{ params: { into: () => 'query' } }, '"into" must be "query", "form", "json", or a table by method with "other"'],
    [{ params: { list: 'comma' } }, 'defineExchange: "params": unknown option "list"; did you mean "lists"?'],
  ])('%# is refused in the form of before, with what to write', (part, text) => {
    expect(() => defineExchange({ ...acme, ...part } as ExchangeSpec)).toThrow(text)
  })
})

test('the description of an exchange whose variant makes the nonce is refused without it, with where it belongs', () => {
  const { spec } = krakenFutures()
  expect(textOf(() => defineExchange(spec))).toMatch(
    /"nonce" must be given: by the exchange, or by one of the variants in the second argument$/,
  )
  const nonce = krakenFutures({ variant: 'nonce' }).spec.nonce
  expect(() => defineExchange(spec, { nonce: { nonce } as ExchangeVariant })).not.toThrow()
})

import { describe, expect, test } from 'vitest'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { isCountersignError } from '../../../src/errors.js'
import { bingx } from '../../../src/exchange/catalogue/bingx.js'
import { deribit } from '../../../src/exchange/catalogue/deribit.js'
import { mexc } from '../../../src/exchange/catalogue/mexc.js'
import type { ExchangeRequest } from '../../../src/exchange/index.js'
import { targetFor } from '../../../src/exchange/spec/compose.js'
import { allSamples } from '../../exchange/samples.js'
import { caught } from '../../expect-code.js'

/*
 * One table of values, functions and exchanges: what cannot be right is refused by name wherever it is passed, and what can be
 * misread is written alike everywhere.
 */

/** As of the decimal libraries: an object that JSON quotes and a template string does not. */
class Decimal {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toJSON(): string {
    return this.text
  }
  toString(): string {
    return this.text
  }
}

/** Values that mean something else on the other side, with what the error says they are. */
const WRONG: ReadonlyArray<readonly [what: string, value: unknown, got: string]> = [
  ['an integer beyond 2^53', Number('7123456789012346000'), 'a number beyond 2^53'],
  ['a negative integer beyond 2^53', -(2 ** 53), 'a number beyond 2^53'],
  ['NaN', Number.NaN, 'NaN'],
  ['infinity', Number.POSITIVE_INFINITY, 'Infinity'],
  ['a number that is printed with an exponent', 1e-7, '1e-7'],
  ['a decimal object', new Decimal('0.1'), 'a Decimal: pass its text'],
  ['a date', new Date(0), 'a Date: pass its text'],
  ['an own toJSON', { toJSON: () => 1 }, 'an object: pass its text'],
  ['a function', () => 1, 'a function'],
  ['a symbol', Symbol('x'), 'a symbol'],
  ['half a surrogate pair', 'a\ud800b', 'a lone surrogate'],
  ['a map', new Map([['a', 1]]), 'a Map'],
  ['a set', new Set([1]), 'a Set'],
  ['a boxed number', Object(1), 'a Number'],
  ['bytes', new Uint8Array(2), 'a Uint8Array'],
  ['a list with a hole', [1, undefined], 'nothing'],
  ['a decimal in a list', [new Decimal('0.1')], 'a Decimal'],
  ['an integer beyond 2^53 in a list', [Number('7123456789012346000')], 'a number beyond 2^53'],
]

interface Door {
  readonly name: string
  /** What is asked for with one value in it; undefined where the exchange does not take such a request. */
  readonly request: (value: unknown) => ExchangeRequest
  /** How the error calls the value. */
  readonly called: string
}

const never = (): Promise<never> => Promise.reject(new Error('nothing must be sent'))

for (const sample of allSamples) {
  const { signer, name, paths, asked = (params) => params } = sample
  const { spec } = signer
  const path = paths?.[0] ?? '/api/v1/orders'
  const loose = signer as unknown as { sign(request: unknown): unknown }
  const doors: Door[] = [
    { name: 'params of GET', called: '"params.bad', request: (bad) => ({ path, params: { bad } as never }) },
    {
      name: 'params of POST',
      called: '"params.bad',
      request: (bad) => ({ method: 'POST', path, params: { bad } as never }),
    },
    {
      name: 'params as a Map',
      called: '"params.bad',
      request: (bad) => ({ method: 'POST', path, params: new Map([['bad', bad]]) as never }),
    },
    {
      name: 'params as pairs',
      called: '"params.bad',
      request: (bad) => ({ method: 'POST', path, params: [['bad', bad]] as never }),
    },
    ...(spec.onlyForms === true
      ? []
      : ([
          { name: 'json', called: '"json.bad', request: (bad) => ({ method: 'POST', path, json: { bad } }) },
          {
            name: 'json, further inside',
            called: '"json.orders[0].bad',
            request: (bad) => ({ method: 'POST', path, json: { orders: [{ bad }] } }),
          },
        ] satisfies Door[])),
  ]

  describe(`values at ${name}`, () => {
    const signedFetch = createSignedFetch(signer, { fetch: never })

    test.each(doors)('$name refuses by name what cannot be right', async ({ request, called }) => {
      for (const [what, value, got] of WRONG) {
        const asked = request(value)
        // Where GET takes JSON it is refused as such, which is as good.
        const { path: _, ...init } = asked
        for (const call of [() => loose.sign(asked), () => signedFetch(path, init as never)]) {
          const error = await caught(call)
          expect(isCountersignError(error, 'ARGUMENT_INVALID'), `${what}: ${error}`).toBe(true)
          const { message } = error as Error
          if (!message.includes('JSON body with GET')) {
            expect(message, what).toContain(called)
            expect(message, what).toContain(got)
          }
        }
      }
    })

    test('an object in a query or form is refused by name, also in a list and in every function', async () => {
      const form = targetFor(spec, 'POST', path)
      const objects: ReadonlyArray<readonly [bad: unknown, called: string]> = [
        [{ b: 1 }, '"params.a"'],
        [{}, '"params.a"'],
        [[{ b: 1 }], '"params.a[0]"'],
        [['x', [1]], '"params.a[1]"'],
        [[null], '"params.a[0]"'],
        [Object.create(null), '"params.a"'],
      ]
      for (const [bad, called] of objects)
        for (const params of [{ a: bad }, new Map([['a', bad]]), [['a', bad]]]) {
          const requests: Array<{ method: string; params: unknown; body?: string }> = [
            ...(form === 'json' ? [] : [{ method: 'POST', params }]),
            ...(targetFor(spec, 'GET', path) === 'json' ? [] : [{ method: 'GET', params }]),
            ...(spec.onlyForms === true ? [] : [{ method: 'POST', params, body: '{}' }]),
          ]
          for (const request of requests)
            for (const call of [() => loose.sign({ path, ...request }), () => signedFetch(path, request as never)]) {
              const error = await caught(call)
              expect(error).toMatchObject({ code: 'ARGUMENT_INVALID', message: expect.stringContaining(called) })
              if (!Array.isArray(bad)) expect((error as Error).message).toContain('pass JSON.stringify(value)')
            }
        }
      // What the exchange itself documents as JSON.
      for (const name of spec.params?.objects ?? []) {
        const { url, body = '' } = loose.sign({ method: 'GET', path, params: { [name]: [{ b: 1 }] } }) as {
          url: string
          body?: string
        }
        expect(url + body).toContain(`${name}=%5B%7B%22b%22%3A1%7D%5D`)
      }
    })

    test('a parameter that is null is refused, one that is undefined is left out', async () => {
      const method = 'POST'
      expect(await caught(() => loose.sign({ method, path, params: { bad: null } }))).toMatchObject({
        code: 'ARGUMENT_INVALID',
        message: expect.stringContaining('"params.bad"'),
      })
      const sign = signer.sign as (request: unknown, when: unknown) => { url: string; body?: string }
      const made = (params: object): string => {
        const { url, body } = sign({ method, path, params }, { clock: { now: () => 1_700_000_000_000 } })
        return `${url} ${body}`
      }
      // Where a nonce or a random signature stands in it, no two are alike.
      if (spec.nonce === undefined) expect(made({ a: 'b', none: undefined })).toBe(made({ a: 'b' }))
    })

    test('a bigint is written as its digits wherever it goes', () => {
      const digits = 7_123_456_789_012_345_678n
      const given = asked({ id: digits })
      const requests: unknown[] = [
        { method: 'POST', path, params: given },
        ...(spec.onlyForms === true ? [] : [{ method: 'POST', path, json: given }]),
      ]
      for (const request of requests) {
        const {
          url,
          body = '',
          headers,
        } = loose.sign(request) as {
          url: string
          body?: string
          headers: Record<string, string>
        }
        const payload = headers['X-GEMINI-PAYLOAD']
        const transaction = /"tx":"([^"]+)"/.exec(body)?.[1]
        const text = [url, body, atob(payload ?? ''), atob(transaction ?? '')].join('')
        expect(text).toMatch(/(?:id=|"id":|"id":")7123456789012345678/)
        expect(text).not.toContain('"7123456789012345678"')
      }
    })

    test('pairs keep their order and their repeated names in a query or form', () => {
      const pairs = [
        ['b', '1'],
        ['a', 'x y'],
        ['b', '2'],
      ] as const
      const search = new URLSearchParams(pairs.map(([one, value]) => [one, value]))
      if (targetFor(spec, 'POST', path) === 'json') {
        // JSON cannot repeat a name, and one of two must not be lost.
        expect(() => loose.sign({ method: 'POST', path, params: search })).toThrow(/"params" must have each name once/)
        return
      }
      for (const params of [search, pairs]) {
        const { url, body = '' } = loose.sign({ method: 'POST', path, params }) as { url: string; body?: string }
        const text = `${url.split('?')[1] ?? ''}&${body}`
        const found = text.split('&').filter((pair) => /^[ab]=/.test(pair))
        const written = [`b=1`, `a=x${spec.params?.plus === true ? '+' : '%20'}y`, `b=2`]
        expect(found).toEqual(spec.params?.sorted === true ? [written[1], written[0], written[2]] : written)
      }
    })

    test('JSON is refused where the exchange takes none, however it is passed', async () => {
      if (spec.onlyForms !== true) return
      for (const asked of [{ json: { symbol: 'X' } }, { json: [{ symbol: 'X' }] }, { body: '{"symbol":"X"}' }])
        for (const call of [
          () => loose.sign({ method: 'POST', path, ...asked }),
          () => signedFetch(path, { method: 'POST', ...asked }),
        ])
          expect(await caught(call)).toMatchObject({
            code: 'ARGUMENT_INVALID',
            message: expect.stringContaining(`${spec.name} takes none`),
          })
    })

    test('no request gets pairs behind its JSON', () => {
      let body: string | undefined
      try {
        body = (loose.sign({ method: 'POST', path, json: { symbol: 'X' } }) as { body?: string }).body
      } catch (error) {
        expect(isCountersignError(error)).toBe(true)
        return
      }
      if (body !== undefined && body !== '') expect(() => JSON.parse(body as string)).not.toThrow()
    })
  })
}

const ACCOUNT = { apiKey: 'key-1', secret: 'secret-1' }
// The sources are named where the lists are: what an exchange takes as JSON in its query, and nothing else.
test.each([
  ['BingX', bingx(ACCOUNT), ['batchOrders', 'data', 'takeProfit', 'stopLoss']],
  ['MEXC', mexc(ACCOUNT), ['batchOrders']],
  ['Deribit', deribit(ACCOUNT), ['legs', 'hedge', 'trade_allocations', 'trades']],
] as const)(
  '%s takes objects in the parameters that its sources write as JSON, and in no other',
  (_, signer, names) => {
    for (const name of names) {
      const value = [{ symbol: 'A', amount: '1' }]
      const { url } = signer.sign({ path: '/api/v2/private/x', params: { [name]: value } } as ExchangeRequest)
      expect(new URL(url).searchParams.get(name), name).toBe(JSON.stringify(value))
    }
    const wrong = { path: '/api/v2/private/x', params: { other: { symbol: 'A' } } } as unknown as ExchangeRequest
    expect(() => signer.sign(wrong)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
  },
)

import { describe, expect, test } from 'vitest'
import { isCountersignError } from '../../src/errors.js'
import { binance } from '../../src/exchange/catalogue/binance.js'
import { exchangeVerifier } from '../../src/exchange/index.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { cpuMs } from '../cpu-time.js'
import { allSamples } from '../exchange/samples.js'
import { methodsOf, requestOf, signedOf } from '../exchange/signed.js'
import {
  FIELD_SHAPES,
  MEMBER_SHAPES,
  PAIR_SHAPES,
  withField,
  withForm,
  withMembers,
  withPairs,
} from './exchange-cost.js'

/** Everything that a verifier asks of a scheme before it looks for a key; the code of a refusal. */
function cost(parse: (request: HttpRequest) => readonly { readonly base: unknown }[], request: HttpRequest): string {
  try {
    for (const one of parse(request)) void one.base
    return 'read'
  } catch (error) {
    if (isCountersignError(error)) return error.code
    throw error
  }
}

function bestMs(call: () => unknown, runs: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < runs; run++) {
    const started = cpuMs()
    call()
    best = Math.min(best, cpuMs() - started)
  }
  return best
}

// Less than this is mostly the clock and the collector of garbage; ten times as much is still negligible.
const FLOOR_MS = 0.5
const SMALL = 20_000
const ATTEMPTS = 40

/**
 * How many times as long ten times the input takes: the best of many attempts, because a busy machine only ever adds. What is
 * quadratic takes a hundred times as long in each of them.
 */
function growth(small: () => unknown, large: () => unknown): number {
  let ratio = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < ATTEMPTS && ratio > 12; attempt++) {
    const rounds = Math.min(attempt, 5)
    const limit = 12 * Math.max(FLOOR_MS, bestMs(small, 1 + 4 * rounds))
    ratio = Math.min(ratio, (12 * bestMs(large, 1 + 2 * rounds)) / limit)
  }
  return ratio
}

// EXCHANGE=okx narrows it down. Two samples of one exchange are read alike.
const only = process.env['EXCHANGE']
const asked = allSamples.filter(
  ({ name, exchange }, at) =>
    (only === undefined || name.startsWith(only)) &&
    allSamples.findIndex((one) => one.exchange.spec === exchange.spec) === at,
)

for (const sample of asked) {
  const { parse } = exchangeVerifier(sample.exchange)
  const requests = methodsOf(sample)
    .filter((method) => method === 'GET' || method === 'POST')
    .map((method) => signedOf(sample, requestOf(sample, method, { symbol: 'A' }, { symbol: 'A' })))
  const shapes = requests.flatMap(({ message, final }) => {
    const own = final.fields.flatMap((name, at) => (at % 2 === 0 && !message.fields.includes(name) ? [at + 1] : []))
    type Case = readonly [name: string, make: (size: number) => HttpRequest]
    return final.body === null
      ? Object.entries(PAIR_SHAPES).map(
          ([name, shape]): Case => [`${name} in the query`, (size) => withPairs(final, shape(size))],
        )
      : [
          ...Object.entries(PAIR_SHAPES).map(
            ([name, shape]): Case => [`${name} in a form`, (size) => withForm(final, shape(size))],
          ),
          ...Object.entries(MEMBER_SHAPES).map(
            ([name, shape]): Case => [`${name} in JSON`, (size) => withMembers(final, shape(size))],
          ),
          ...own.flatMap((at) =>
            Object.entries(FIELD_SHAPES).map(
              ([name, shape]): Case => [
                `${name} in ${final.fields[at - 1]}`,
                (size) => withField(final, at, shape(size)),
              ],
            ),
          ),
        ]
  })
  test(`ten times the input costs ${sample.name} at most twelve times as much, in every shape`, {
    timeout: 120_000,
  }, () => {
    for (const [name, make] of shapes) {
      const [small, large] = [make(SMALL), make(10 * SMALL)]
      expect(
        growth(
          () => cost(parse, small),
          () => cost(parse, large),
        ),
        name,
      ).toBeLessThanOrEqual(12)
    }
  })
}

describe('a megabyte from an unknown client', () => {
  const signer = binance({ apiKey: 'key', secret: 'secret' })
  const request = httpRequest(signer.sign({ method: 'POST', path: '/api/v3/order', body: 'a=1' }))
  const { parse } = exchangeVerifier(binance())

  test.each(Object.entries(PAIR_SHAPES))('%s: read or refused within a tenth of a second', (_name, shape) => {
    const body = withForm(request, shape(1_048_576))
    cost(parse, body)
    expect(bestMs(() => cost(parse, body), 5)).toBeLessThan(100)
  })

  test('more pairs than any honest client sends are refused with a code', () => {
    expect(cost(parse, withForm(request, 'a=1&'.repeat(2_000)))).toBe('AUTH_TOO_LARGE')
    expect(cost(parse, withPairs(request, 'a=1&'.repeat(2_000)))).toBe('AUTH_TOO_LARGE')
    expect(cost(parse, withForm(request, 'a=1&'.repeat(1_000)))).toBe('read')
  })
})

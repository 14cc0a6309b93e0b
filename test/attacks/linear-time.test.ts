import { describe, expect, test } from 'vitest'
import { base64url, utf8 } from '../../src/crypto/encoding.js'
import { isCountersignError } from '../../src/errors.js'
import type { HttpRequest } from '../../src/message/message.js'
import { ALL_SCHEMES } from '../contract/schemes/all.js'
import { orderOf, signedBy } from '../contract/schemes/judged.js'
import type { SchemeRow } from '../contract/schemes/row.js'
import { cpuMs } from '../cpu-time.js'

/* What unknown clients send is read before anything of it is proven: the work of every scheme grows with its length, and no faster. */

const repeated = (n: number, one: string | ((at: number) => string)): string =>
  typeof one === 'string'
    ? one.repeat(Math.ceil(n / one.length))
    : Array.from({ length: Math.ceil(n / 8) }, (_, at) => one(at)).join('')

const PIECES = [',', ' ', '\t ', 'a=b,', 'a="b", ', '"', '=', '%', '%41', '\\', ';', '&', '/', '.', '-', 'A', '0', ':']
const QUERIES: ReadonlyArray<string | ((at: number) => string)> = [
  ...['&', '&=', '=', '+', '%41', '%2f', '%', '&a=1', '&a', '?', ';', 'é'],
  (at) => `&p${at}=1`,
]
const PATHS = ['/', '/a', '/..', '/.', '%2F', '%', '%41', ';', '\\']
const BODIES = ['[', '{"a":', '"\\', '\\u00e9', '&a=b', '&', '%41', '=', '+', ' ', '\n', '0', '\u00e9']
// As the claims of a token, and as a stamp.
const JSONS = ['[', '"a\\"', ' ', '{"a":', '"",', '\\']

const withTarget = (request: HttpRequest, path: string, query: string): HttpRequest => {
  const mark = request.target.indexOf('?')
  const [own, rest] =
    mark === -1 ? [request.target, ''] : [request.target.slice(0, mark), request.target.slice(mark + 1)]
  return { ...request, target: `${own}${path}?${rest}${query}` }
}

/** The hostile requests of one length, made of one that is signed. */
function* hostile(signed: HttpRequest, own: number, n: number): Generator<readonly [string, HttpRequest]> {
  for (const piece of QUERIES) yield [`a query of ${piece}`, withTarget(signed, '', repeated(n, piece))]
  for (const piece of PATHS) yield [`a path of ${piece}`, withTarget(signed, repeated(n, piece), '')]
  for (const piece of BODIES) {
    yield [`a body of ${piece}`, { ...signed, body: utf8(repeated(n, piece)) }]
    const text = signed.body instanceof Uint8Array ? new TextDecoder().decode(signed.body).slice(0, -1) : ''
    yield [`a body that goes on with ${piece}`, { ...signed, body: utf8(text + repeated(n, piece)) }]
  }
  for (let at = own; at < signed.fields.length; at += 2) {
    const name = signed.fields[at] as string
    const value = signed.fields[at + 1] as string
    const as = (other: string): HttpRequest => ({
      ...signed,
      fields: signed.fields.map((one, index) => (index === at + 1 ? other : one)),
    })
    for (const piece of PIECES) {
      yield [`${name} that goes on with ${piece}`, as(value + repeated(n, piece))]
      yield [`${name} behind ${piece}`, as(repeated(n, piece) + value)]
    }
    if (/^[\w-]+ ?[\w-]+\.[\w-]+\.[\w-]+$/.test(value))
      for (const piece of JSONS)
        yield [
          `${name} with claims of ${piece}`,
          as(value.replace(/\.[\w-]+\./, `.${base64url(utf8(`{"a":${repeated(n / 2, piece)}`))}.`)),
        ]
    const lines = Array.from({ length: n / 20 }, () => [name, value]).flat()
    yield [`${name} again and again`, { ...signed, fields: [...signed.fields, ...lines] }]
  }
  const others = Array.from({ length: n / 8 }, (_, at) => [`x-other-${at}`, 'v']).flat()
  yield ['other fields', { ...signed, fields: [...others, ...signed.fields] }]
  for (const name of ['x-amz-a', 'x-ms-a', 'content-type', 'date'])
    for (const piece of [' ', '\t ', ',', ';', 'a '])
      yield [`${name} of ${piece}`, { ...signed, fields: [...signed.fields, name, `a${repeated(n, piece)}a`] }]
}

function read({ verifier }: SchemeRow, request: HttpRequest): void {
  try {
    for (const one of verifier.parse(request)) void [one.covers, one.covered, one.base, one.bodyDigests, one.nonce]
  } catch (error) {
    if (!isCountersignError(error)) throw error
  }
}

const msOf = (row: SchemeRow, request: HttpRequest): number => {
  const before = cpuMs()
  read(row, request)
  return cpuMs() - before
}

// Ten times the length may take fifteen times the work; what takes less than this for the longer one is fast enough whatever its
// shape: 33 ms for 100 000 characters are more than fifteen times the 2 ms of 10 000 which a compiler has just made quick. A step
// that is quadratic takes seconds for the longest.
const FLOOR_MS = 75
/** Below the caps of credentials, between them, and above. */
const LENGTHS = [1_900, 7_500, 15_500, 100_000]

describe.each(ALL_SCHEMES)('$name', (row) => {
  test('is read in a time that grows with the length of what is sent', { timeout: 120_000 }, () => {
    const plain = orderOf(row)
    const signed = signedBy(row, plain)
    const slow: string[] = []
    for (const length of LENGTHS) {
      const small = new Map(hostile(signed, plain.fields.length, length / 10))
      for (const [what, large] of hostile(signed, plain.fields.length, length)) {
        // One is enough, and each takes seconds.
        if (slow.length > 0) return expect(slow).toEqual([])
        let ms = msOf(row, large)
        // A pause of the machine makes anything slow, and a slow step is slow each time.
        for (let again = 0; again < 4 && ms > FLOOR_MS; again++) {
          const before = Math.min(...[0, 1, 2].map(() => msOf(row, small.get(what) as HttpRequest)))
          ms = Math.min(ms, msOf(row, large))
          if (ms <= 15 * before) ms = 0
        }
        if (ms > FLOOR_MS) slow.push(`${what}, ${length} long: ${ms} ms`)
      }
    }
    expect(slow).toEqual([])
  })
})

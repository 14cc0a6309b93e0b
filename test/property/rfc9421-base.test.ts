import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isCountersignError } from '../../src/errors.js'
import type { HttpMessage, HttpRequest } from '../../src/message/message.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import { arbitraryRequest, arbitraryResponse, FIELD_NAMES, fieldLines } from './rfc9421-messages.js'
import { identifier, type ReferenceComponent, referenceBase } from './rfc9421-reference.js'

const verifier = rfc9421Verifier({ fieldTypes: { 'x-dict': 'dictionary' } })

const baseOf = (message: HttpMessage, list: string): string => {
  const fields = [...message.fields, 'Signature-Input', `s=${list}`, 'Signature', 's=:AAAA:']
  return String(verifier.parse({ ...message, fields })[0]?.base)
}

const DERIVED = ['@method', '@target-uri', '@authority', '@scheme', '@request-target', '@path', '@query'] as const

type Parameters = ReferenceComponent['parameters']
const flags = (...names: readonly string[]): fc.Arbitrary<Parameters> =>
  fc.shuffledSubarray([...names]).map((some) => some.map((name) => [name, true] as const))

const ofRequest: fc.Arbitrary<ReferenceComponent> = fc.oneof(
  fc.record({ name: fc.constantFrom(...DERIVED), parameters: fc.constant<Parameters>([]) }),
  fc.record({ name: fc.constantFrom(...FIELD_NAMES), parameters: flags('bs', 'tr') }),
)
const ofResponse: fc.Arbitrary<ReferenceComponent> = fc.oneof(
  fc.constant({ name: '@status', parameters: [] }),
  fc.record({ name: fc.constantFrom(...DERIVED), parameters: fc.constant<Parameters>([['req', true]]) }),
  fc.record({ name: fc.constantFrom(...FIELD_NAMES), parameters: flags('bs', 'tr', 'req') }),
)

/** What either side makes of a list: a base, or the word that there is none. */
const attempt = (make: () => string): string => {
  try {
    return make()
  } catch (error) {
    return isCountersignError(error, 'COMPONENT_MISSING') || (error as Error).message === 'absent'
      ? 'missing'
      : String(error)
  }
}

const agree = (message: HttpMessage, components: readonly ReferenceComponent[], counts: { made: number }): void => {
  const sorted = (one: ReferenceComponent) => JSON.stringify([one.name, [...one.parameters].sort()])
  const distinct = [...new Map(components.map((one) => [sorted(one), one])).values()]
  const list = `(${distinct.map(identifier).join(' ')});created=1618884473;keyid="k"`
  const expected = attempt(() => referenceBase(distinct, list, message))
  expect(attempt(() => baseOf(message, list))).toBe(expected)
  if (expected !== 'missing') counts.made++
}

describe('an independent base builder agrees', () => {
  test('both build the same base of requests', () => {
    const counts = { made: 0 }
    const request = fc.tuple(arbitraryRequest, fieldLines).map(([one, trailers]) => ({ ...one, trailers }))
    const components = fc.array(ofRequest, { maxLength: 6 })
    fc.assert(
      fc.property(request, components, (message, list) => agree(message, list, counts)),
      { numRuns: 1500 },
    )
    expect(counts.made).toBeGreaterThan(150)
  })

  test('both build the same base of responses and the requests they answer', () => {
    const counts = { made: 0 }
    const response = fc
      .tuple(arbitraryResponse, fieldLines, fieldLines, arbitraryRequest)
      .map(([one, trailers, ofTheRequest, request]) => {
        return { ...one, trailers, request: { ...request, trailers: ofTheRequest } }
      })
    const components = fc.array(ofResponse, { maxLength: 6 })
    fc.assert(
      fc.property(response, components, (message, list) => agree(message, list, counts)),
      { numRuns: 1500 },
    )
    expect(counts.made).toBeGreaterThan(150)
  })

  test('both build the same base of query parameters', () => {
    const word = fc.oneof(
      fc.constantFrom('a', 'b', 'a%20b', '%61', 'a+b', '', '%C3%A9', '%22', 'a%2Bb'),
      fc.string({ unit: fc.constantFrom(..."ab+*-._!'()~@:/?$,;"), maxLength: 5 }),
    )
    const pair = fc.tuple(word, fc.option(word)).map(([name, value]) => (value === null ? name : `${name}=${value}`))
    const query = fc.array(pair, { maxLength: 6 }).map((pairs) => pairs.join('&'))
    const name = fc.constantFrom('a', 'b', 'a%20b', '', '%C3%A9', '%22', 'a%2Bb', '*-._', '%21')
    let made = 0
    fc.assert(
      fc.property(query, name, (text, one) => {
        const fields: string[] = []
        const message: HttpRequest = {
          method: 'GET',
          scheme: 'https',
          authority: 'h',
          target: `/?${text}`,
          fields,
          body: null,
        }
        const component: ReferenceComponent = { name: '@query-param', parameters: [['name', one]] }
        const list = `(${identifier(component)})`
        let expected: string | undefined
        try {
          expected = referenceBase([component], list, message)
        } catch {
          expect(() => baseOf(message, list)).toThrow(/absent|more than once/)
          return
        }
        made++
        expect(baseOf(message, list)).toBe(expected)
      }),
      { numRuns: 2000 },
    )
    expect(made).toBeGreaterThan(200)
  })
})

describe('structured fields have one form however they are written', () => {
  /** A bare item with some of the ways to write it; the first one is canonical. */
  const bare = fc.oneof(
    fc.integer({ min: -999, max: 999 }).map((value) => [`${value}`]),
    fc.integer({ min: 0, max: 99 }).map((value) => [`${value}`, `0${value}`, `000${value}`]),
    fc.integer({ min: 1, max: 99 }).map((value) => [`${value}.5`, `${value}.50`, `0${value}.500`]),
    fc.constantFrom('tok', 'a/b', '*x').map((value) => [value]),
    fc.constantFrom('"a b"', '"\\"\\\\"', '""').map((value) => [value]),
    fc.constantFrom(':AQI=:', '::', '@1659578233', '?0', '%"%c3%bc"').map((value) => [value]),
  )
  const spaces = fc.constantFrom('', ' ', '   ')
  const parameters = fc
    .uniqueArray(fc.tuple(fc.constantFrom('p', 'q', 'r'), fc.option(bare), spaces), {
      selector: ([key]) => key,
      maxLength: 3,
    })
    .map((list) => ({
      canonical: list.map(([key, value]) => (value === null ? `;${key}` : `;${key}=${value[0]}`)).join(''),
      written: list.map(([key, value, gap]) => `;${gap}${key}${value === null ? '' : `=${value.at(-1)}`}`).join(''),
    }))
  const item = fc.tuple(bare, parameters).map(([value, extra]) => ({
    canonical: value[0] + extra.canonical,
    written: value.at(-1) + extra.written,
  }))
  const innerList = fc.tuple(fc.array(item, { maxLength: 3 }), parameters, spaces).map(([items, extra, gap]) => ({
    canonical: `(${items.map((one) => one.canonical).join(' ')})${extra.canonical}`,
    written: `(${gap}${items.map((one) => one.written).join(` ${gap}`)}${gap})${extra.written}`,
  }))
  const member = fc.oneof(item, innerList)
  const entries = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c*', 'd-1'), member), {
    selector: ([key]) => key,
    minLength: 1,
    maxLength: 4,
  })

  test('sf and key give the same base over any number of lines', () => {
    fc.assert(
      fc.property(entries, fc.constantFrom(', ', ',', ' ,\t', '   ,   '), fc.boolean(), (list, comma, apart) => {
        const texts = list.map(([key, { written }]) => `${key}=${written}`)
        const fields = (apart ? texts : [texts.join(comma)]).flatMap((text) => ['X-Dict', text])
        const message: HttpMessage = { status: 200, fields, body: null }
        const identifiers = ['"x-dict";sf', ...list.map(([key]) => `"x-dict";key="${key}"`)]
        const values = [
          list.map(([key, { canonical }]) => `${key}=${canonical}`).join(', '),
          ...list.map(([, one]) => one.canonical),
        ]
        const lines = baseOf(message, `(${identifiers.join(' ')})`)
          .split('\n')
          .slice(0, -1)
        expect(lines).toEqual(identifiers.map((one, at) => `${one}: ${values[at]}`))
      }),
      { numRuns: 1000 },
    )
  })
})

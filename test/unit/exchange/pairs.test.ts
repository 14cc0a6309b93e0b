import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { itemTexts, memberTexts } from '../../../src/exchange/spec/json-elements.js'
import { canonicalPairs, joinTexts, textPairs } from '../../../src/exchange/spec/pairs.js'

const malformed = expect.objectContaining({ code: 'MESSAGE_MALFORMED' })
const json = fc.json({ maxDepth: 4 }).map((text) => JSON.stringify(JSON.parse(text), undefined, 1))

describe('JSON by its elements', () => {
  test('texts lose their quotes, all else stays as it is written', () => {
    expect(memberTexts(' { "a" : "x,\\"}" , "b":1.10,"c" :[ "1", {"d":2} ],"e":{},"":null } ')).toEqual([
      ['a', 'x,"}'],
      ['b', '1.10'],
      ['c', '[ "1", {"d":2} ]'],
      ['e', '{}'],
      ['', 'null'],
    ])
    expect(memberTexts('{}')).toEqual([])
    expect(itemTexts('[]')).toEqual([])
  })

  test('any members and items are found', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.string(), json), { selector: ([name]) => name }), (members) => {
        const object = `{${members.map(([name, text]) => `${JSON.stringify(name)}: ${text}`).join(' ,')}}`
        const written = memberTexts(object).map(([name, text]) => [name, text])
        expect(written).toEqual(members.map(([name, text]) => [name, text.startsWith('"') ? JSON.parse(text) : text]))
        expect(itemTexts(`[${members.map(([, text]) => text).join(',\n')}]`)).toEqual(members.map(([, text]) => text))
      }),
    )
  })

  test.each(['', 'x', '[]', '"{}"', '{"a":1', '{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '1'])(
    '%s is no object',
    (text) => {
      expect(() => memberTexts(text)).toThrow(malformed)
    },
  )

  test('an object is no list', () => {
    expect(() => itemTexts('{}')).toThrow(malformed)
  })
})

describe('pairs as text', () => {
  test('sorted by name, decoded after they were split', () => {
    expect(joinTexts(textPairs('b=x%26y&a&B=1&b=0'))).toBe('B=1&a=&b=x&y&b=0')
    expect(textPairs('')).toEqual([])
    expect(() => textPairs('a=%zz')).toThrow(malformed)
  })

  test('one query in every encoding is one text', () => {
    for (const query of ['note=a%20b&ids=1%2C2', 'ids=1,2&note=a+b', 'n%6Fte=a%20b&ids=1%2c2'])
      expect(canonicalPairs(query)).toBe('ids=1%2C2&note=a%20b')
  })
})

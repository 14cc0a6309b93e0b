import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flatMembers } from '../../../src/exchange/spec/flat-json.js'

describe('a flat JSON object as names and texts', () => {
  test.each([
    ['{}', []],
    [
      ' { "a" : 1.10 , "b":"x, \\"y\\" {\\u00e9", "c":true,"d":null,"e":-1e5} ',
      [
        ['a', '1.10'],
        ['b', 'x, "y" {é'],
        ['c', 'true'],
        ['d', 'null'],
        ['e', '-1e5'],
      ],
    ],
    [
      '{"a":[],"b":["x",2, "y,z"]}',
      [
        ['a', ''],
        ['b', 'x,2,y,z'],
      ],
    ],
    [
      '{"":"","__proto__":1}',
      [
        ['', ''],
        ['__proto__', '1'],
      ],
    ],
  ])('the text %s is read', (json, members) => {
    expect(flatMembers(json)).toEqual(members)
  })

  test.each([
    '',
    '1',
    '[]',
    'null',
    '"a"',
    '{"a":1',
    '{"a":{}}',
    '{"a":{"b":1}}',
    '{"a":[[1]]}',
    '{"a":[{}]}',
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
  ])('the text %s is refused', (json) => {
    expect(() => flatMembers(json)).toThrow(expect.objectContaining({ code: 'MESSAGE_MALFORMED' }))
  })

  test('reads back what JSON writes, however it is indented', () => {
    const value = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.integer(), fc.boolean(), fc.constant(null))
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), fc.constantFrom(undefined, 1, '\t'), (object, indent) => {
        const members = Object.entries(object).map(([name, one]) => [name, String(one)])
        expect(flatMembers(JSON.stringify(object, null, indent))).toEqual(members)
      }),
    )
  })
})

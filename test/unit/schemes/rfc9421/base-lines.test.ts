import { describe, expect, test } from 'vitest'
import { BASE_LINES, EXAMPLE_FIELD_TYPES } from '../../../vectors/rfc9421/data.js'
import { lines } from './support.js'

// Section 2 prints the lines, not the lists: an identifier is what stands before the first ": ".
const identifierOf = (line: string): string => line.slice(0, line.indexOf(': '))

describe('every example of RFC 9421 2.1 and 2.2', () => {
  test.each(BASE_LINES.map((one) => [one.section, one] as const))(
    'the base of section %s is as it is printed',
    (_, { message, lines: expected }) => {
      const identifiers = expected.map(identifierOf).join(' ')
      expect(lines(message, identifiers, { fieldTypes: EXAMPLE_FIELD_TYPES })).toEqual(expected)
    },
  )

  test('each of the nine derived components appears among them', () => {
    const seen = new Set(BASE_LINES.flatMap((one) => one.lines.map((line) => line.split('"')[1])))
    const derived = [...seen].filter((name) => name?.startsWith('@')).sort()
    expect(derived).toEqual([
      '@authority',
      '@method',
      '@path',
      '@query',
      '@query-param',
      '@request-target',
      '@scheme',
      '@status',
      '@target-uri',
    ])
  })
})

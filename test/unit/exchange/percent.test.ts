import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodedText, rawText } from '../../../src/exchange/spec/percent.js'

/** What the language itself makes of a text. */
function reference(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const BYTES = ['%00', '%41', '%7f', '%7F', '%80', '%BF', '%C0', '%C1', '%c2', '%DF', '%E0', '%9F', '%A0', '%ED', '%EF']
const MORE = ['%F0', '%8F', '%90', '%F4', '%F5', '%ff', '%', '%4', '%g1', '%1g', 'a', '&', 'é', '+']

test('percent-encoding is read exactly as the language reads it, and nothing is thrown', () => {
  const text = fc.array(fc.constantFrom(...BYTES, ...MORE), { maxLength: 8 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, (one) => {
      expect(decodedText(one)).toBe(reference(one))
    }),
    { numRuns: 3_000 },
  )
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }).filter((one) => reference(one) !== undefined),
      (one) => {
        expect(decodedText(encodeURIComponent(one))).toBe(one)
      },
    ),
  )
})

test('what cannot be decoded is refused by name', () => {
  expect(() => rawText('a=%zz')).toThrow(expect.objectContaining({ code: 'MESSAGE_MALFORMED' }))
})

import { expect, test } from 'vitest'
import { legacyBinary, standardBinary } from '../../../../../src/schemes/rfc9421/profiles/adcp-binary.js'
import { textOf } from '../../../../expect-code.js'

test.each([
  ['sig1=:-_8:', 'sig1=:+/8=:'],
  ['sig1=:--__:', 'sig1=:++//:'],
  ['sig1=:AAECAw:', 'sig1=:AAECAw==:'],
  ['sig1=:AAECAw==:', 'sig1=:AAECAw==:'],
  ['sig1=:+/8=:, sig2=:_-8:', 'sig1=:+/8=:, sig2=:/+8=:'],
  ['sig1=:AAAA==:', 'sig1=:AAAA:'],
  ['sig1=::', 'sig1=::'],
  ['sig1=:A===:', 'sig1=:A===:'],
  ['no byte sequence', 'no byte sequence'],
])('a field with %s is read as %s', (written, standard) => {
  expect(standardBinary(written)).toBe(standard)
})

test.each(['sig1=:-+:', 'sig1=:_/:', 'sig1=:-_8+:', 'sig1=:-_8/:', 'sig1=:-_8=:'])(
  'a field with %s mixes two alphabets',
  (field) => {
    expect(textOf(() => standardBinary(field))).toBe(
      'SIGNATURE_MALFORMED rfc9421/adcp: a byte sequence mixes the alphabets of base64 and base64url',
    )
  },
)

test.each([
  ['sig1=:+/8=:', 'sig1=:-_8:'],
  ['sig1=:++//:', 'sig1=:--__:'],
  ['sig1=:AAECAw==:, sig2=:/+8=:', 'sig1=:AAECAw:, sig2=:_-8:'],
  ['sig1=::', 'sig1=::'],
])('a field with %s is written as %s', (standard, written) => {
  expect(legacyBinary(standard)).toBe(written)
  expect(standardBinary(written)).toBe(standard)
})

test('a byte sequence in standard base64 is marked where that is asked for', () => {
  expect(standardBinary('sig1=:AAECAw==:, sig2=:AAECAw:, sig3=:+/AA:', ';x')).toBe(
    'sig1=:AAECAw==:;x, sig2=:AAECAw==:, sig3=:+/AA:;x',
  )
})

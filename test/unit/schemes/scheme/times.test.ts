import { describe, expect, test } from 'vitest'
import { MILLISECONDS, SECONDS, WHOLE_SECONDS } from '../../../../src/schemes/scheme/times.js'
import { textOf } from '../../../expect-code.js'

const CHARACTERS = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code))

describe.each([
  ['seconds', SECONDS, WHOLE_SECONDS, 1_000],
  ['milliseconds', MILLISECONDS, /^[1-9][0-9]{11,13}$/, 1],
] as const)('a time in %s', (unit, form, pattern, unitMs) => {
  const check = (text: string): void => {
    if (pattern.test(text)) expect(form.read(text), text).toBe(Number(text) * unitMs)
    else
      expect(
        textOf(() => form.read(text)),
        text,
      ).toBe(`TIMESTAMP_MALFORMED the time must be whole ${unit} in digits`)
  }

  test('has a number of digits that a time of our days may have, and no more', () => {
    for (let length = 0; length <= 20; length++) for (const digit of ['0', '1', '9']) check(digit.repeat(length))
    for (const text of ['0123456789', '0123456789012', '1795454478junk', '1e9', '+1795454478', '-179545447'])
      check(text)
  })

  test('has digits of ASCII in each place and no other character', () => {
    const right = form.write(1_795_454_478_000)
    check(right)
    for (let at = 0; at < right.length; at++)
      for (const one of CHARACTERS) check(right.slice(0, at) + one + right.slice(at + 1))
    for (const around of [' ', '\n', '\0', '.0']) for (const text of [around + right, right + around]) check(text)
  })
})

import { expect, test } from 'vitest'
import { isLine, isPrintable, isVisible } from '../../../src/support/ascii.js'

const LINE_BREAKS = ['a\n', '\ra', 'a\u2028', 'a\0']

test('a line holds spaces and tabs, and no break', () => {
  for (const text of ['', 'a b', '\ta', '~!']) expect(isLine(text)).toBe(true)
  for (const text of [...LINE_BREAKS, 'é', '\x7f']) expect(isLine(text)).toBe(false)
})

test('a printable text holds spaces, and neither a tab nor a break', () => {
  for (const text of ['', ' a b ', '~!']) expect(isPrintable(text)).toBe(true)
  for (const text of [...LINE_BREAKS, '\t', 'é', '\x7f']) expect(isPrintable(text)).toBe(false)
})

test('a visible text has a character at least, and at most as many as it may have', () => {
  for (const text of ['a', '!~!', 'abcd']) expect(isVisible(text, 4)).toBe(true)
  for (const text of ['', 'abcde', 'a b', '\t', ...LINE_BREAKS, 'é']) expect(isVisible(text, 4)).toBe(false)
})

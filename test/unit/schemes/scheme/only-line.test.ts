import { describe, expect, test } from 'vitest'
import { onlyLine } from '../../../../src/schemes/scheme/only-line.js'
import { codeOf } from '../../../expect-code.js'

const find = (fields: readonly string[], lower: string) => onlyLine(fields, lower, 'AUTH_DUPLICATE')

describe('a field that must stand once', () => {
  // RFC 9110 5.6.2: all that a name may begin with.
  const FIRST = [..."!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"]

  test('is found whatever its name begins with, in either letter case', () => {
    for (const first of FIRST) {
      const lower = `${first}-sign`
      for (const name of [lower, lower.toUpperCase(), `${first}-Sign`])
        expect([name, find(['accept', 'a', name, 'b'], lower)]).toEqual([name, 'b'])
    }
  })

  test('is refused twice, whatever its name begins with', () => {
    for (const first of FIRST) {
      const lower = `${first}-sign`
      expect(codeOf(() => find([lower, 'a', lower.toUpperCase(), 'b'], lower))).toBe('AUTH_DUPLICATE')
    }
  })

  test('is not one of another name', () => {
    for (const name of ['x-sigm', 'y-sign', '8-sign', 'x-sign-', '', '\u0178-sign'])
      expect(find([name, 'a'], 'x-sign')).toBe(undefined)
    expect(find(['\u212a-sign', 'a'], 'k-sign')).toBe(undefined)
  })
})

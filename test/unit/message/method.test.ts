import { describe, expect, test } from 'vitest'
import { normalMethod, upperMethod } from '../../../src/message/message.js'
import { textOf } from '../../expect-code.js'

const SIX = ['get', 'post', 'put', 'delete', 'options', 'head']

describe('normalMethod', () => {
  test('turns the six methods of the Fetch Standard into capitals, however they are written', () => {
    const capitals = SIX.map((method) => method.toUpperCase())
    expect(SIX.map(normalMethod)).toStrictEqual(capitals)
    expect(capitals.map(normalMethod)).toStrictEqual(capitals)
    expect(normalMethod('gEt')).toBe('GET')
  })

  test.each(['patch', 'Patch', 'query', 'trace', 'connect', '', 'xget', 'getx', 'get post', 'get\n'])(
    'leaves %j as it is',
    (method) => {
      expect(normalMethod(method)).toBe(method)
    },
  )
})

describe('upperMethod', () => {
  test('is the method as fetch sends it', () => {
    expect(SIX.map(upperMethod)).toStrictEqual(SIX.map((method) => method.toUpperCase()))
    expect(['GET', 'POST', 'PATCH', 'DELETE'].map(upperMethod)).toStrictEqual(['GET', 'POST', 'PATCH', 'DELETE'])
  })

  test('every character of a token may stand in a method, one at least and 64 at most', () => {
    const all = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    for (const one of all) expect(upperMethod(one)).toBe(one)
    expect(upperMethod('M'.repeat(64))).toBe('M'.repeat(64))
  })

  test('what holds "patch" among other characters is another method', () => {
    for (const method of ['xpatch', 'patchx', 'PATCHX', 'XPATCH', 'prop-patch'])
      expect(upperMethod(method)).toBe(method)
  })

  test.each(['patch', 'Patch', 'PATCh', 'pATCH'])('%s is refused, for fetch does not change it', (method) => {
    expect(textOf(() => upperMethod(method))).toBe(
      'ARGUMENT_INVALID "method" must be PATCH in capital letters: fetch does not change it',
    )
  })

  test.each<readonly [unknown, string]>([
    ['', 'an empty string'],
    ['M'.repeat(65), 'a string'],
    [' GET', 'a string'],
    ['GET ', 'a string'],
    ['GET\n', 'a string'],
    ['G\u00cbT', 'a string'],
    [undefined, 'nothing'],
    [null, 'null'],
    [7, 'a number'],
    [['GET'], 'an array'],
  ])('%j is no method', (method, got) => {
    expect(textOf(() => upperMethod(method))).toBe(`ARGUMENT_INVALID "method" must be an HTTP method, got ${got}`)
  })

  test.each([...'"(),/:;<=>?@[\\]{}\u007f\t '])('a method with %j is none', (one) => {
    expect(textOf(() => upperMethod(`A${one}B`))).toMatch(/^ARGUMENT_INVALID /)
  })
})

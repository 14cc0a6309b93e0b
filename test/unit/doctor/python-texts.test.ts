import { expect, test } from 'vitest'
import { formText } from '../../../src/doctor/read/python-texts.js'

test('a form of Python is written also where a value is a dictionary, which has no text of its own', () => {
  const within = Object.assign(Object.create(null) as object, { b: 1n, c: 'x y' })
  expect(
    formText([
      ['a', within],
      ['d', true],
    ]),
  ).toBe(`a=${encodeURIComponent('{"b":"1","c":"x y"}').replaceAll('%20', '+')}&d=True`)
  expect(formText([['a', Object.create(null)]])).toBe('a=%7B%7D')
})

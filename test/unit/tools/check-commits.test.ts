import { expect, test } from 'vitest'
import { problemOf } from '../../../tools/check-commits.mjs'

test.each([
  'fix(keyring): a lost race is repeated',
  'fix(crypto,server): keys',
  'docs: the layout first',
  'feat(client)!: names of the field',
])('the subject "%s" is taken', (subject) => {
  expect(problemOf(subject)).toBeUndefined()
})

test.each([
  'State the figures',
  'fix(Keyring): a lost race',
  'fix(keyring) a lost race',
  'fix(keyring): a lost race.',
  'wip: more',
  `fix(keyring): ${'a'.repeat(59)}`,
])('the subject "%s" is refused', (subject) => {
  expect(problemOf(subject)).toBeDefined()
})

test('a subject may have 72 characters', () => {
  expect(problemOf(`fix(keyring): ${'a'.repeat(58)}`)).toBeUndefined()
})

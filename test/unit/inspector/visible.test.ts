import { expect, test } from 'vitest'
import { differingRuns } from '../../../src/inspector/differing.js'
import { momentOf } from '../../../src/inspector/forms.js'
import { badLines, headerLines } from '../../../src/inspector/header-lines.js'
import { leftOut, MOST_CHARACTERS, piecesOf, sizeOf } from '../../../src/inspector/visible.js'

const shown = (text: string): string =>
  piecesOf(text)
    .map(({ kind, text, shown }) => (kind === 'text' ? text : kind === 'control' ? `<${shown}>` : `<${kind}>`))
    .join('')

test.each([
  ['a b', 'a<space>b'],
  ['a\tb ', 'a<tab>b<space>'],
  ['a\r', 'a<CR>'],
  ['\ufeffa\u200b\u00a0', '<BOM>a<ZWSP><NBSP>'],
  ['\u202ea', '<U+202E>a'],
  ['\0\u001b[0m', '<NUL><U+001B>[0m'],
  ['é🗝', 'é🗝'],
])('%j shows what cannot be seen', (text, expected) => {
  expect(shown(text)).toBe(expected)
})

test('the pieces are the text, and the mark falls on what differs', () => {
  const text = 'x-a: 1  2🗝\t'
  const pieces = piecesOf(text, [[5, 8]])
  expect(pieces.map((piece) => piece.text).join('')).toBe(text)
  expect(pieces.filter(({ marked }) => marked).map((piece) => piece.text)).toEqual(['1', ' ', ' '])
  expect(piecesOf('ab', [[1, 1]]).some(({ marked }) => marked)).toBe(false)
})

test('a body of megabytes is cut, and how much is said', () => {
  const text = 'x'.repeat(MOST_CHARACTERS + 5)
  expect(piecesOf(text)[0]?.text).toHaveLength(MOST_CHARACTERS)
  expect([leftOut(text), leftOut('x')]).toEqual([5, 0])
})

test('sizes are counted in bytes', () => {
  expect([sizeOf('é'), sizeOf('a'), sizeOf('a\nb\n')]).toEqual([
    '2 bytes, 1 line',
    '1 byte, 1 line',
    '4 bytes, 3 lines',
  ])
})

test.each([
  ['', undefined],
  [' now ', 5],
  ['1700000000', 1_700_000_000_000],
  ['1700000000123', 1_700_000_000_123],
  ['2026-11-29T04:00:00Z', Date.UTC(2026, 10, 29, 4)],
  ['yesterday', Number.NaN],
])('the moment %j is read', (text, moment) => {
  expect(momentOf(text, 5)).toBe(moment)
})

test('header lines are read as they are typed, and what is none is named', () => {
  const text = 'A: 1\r\nb:  x: y \n\nnonsense\nEmpty:'
  expect(headerLines(text)).toEqual([
    ['A', '1'],
    ['b', 'x: y'],
    ['Empty', ''],
  ])
  expect(badLines(text)).toEqual(['nonsense'])
})

test('only what differs is marked: the spaces, and not what stands between them', () => {
  const [a, b] = ['{"a": 1, "b": 2}', '{"a":1,"b":2}']
  const [ours, theirs] = differingRuns(a, b, [
    [5, 14],
    [5, 11],
  ])
  expect(ours.map(([from, to]) => a.slice(from, to))).toEqual([' ', ' ', ' '])
  expect(theirs).toEqual([])
})

test('texts that have little in common are marked as a whole, and so are long ones and one that is empty', () => {
  const all = [
    [0, 3],
    [0, 4],
  ] as const
  expect(differingRuns('abc', 'xaby', all)).toEqual([[[0, 3]], [[0, 4]]])
  expect(
    differingRuns('x'.repeat(700), 'y', [
      [0, 700],
      [0, 1],
    ]),
  ).toEqual([[[0, 700]], [[0, 1]]])
  expect(
    differingRuns('ab', 'a', [
      [1, 2],
      [1, 1],
    ]),
  ).toEqual([[[1, 2]], [[1, 1]]])
})

import { describe, expect, test } from 'vitest'
import { answerTime } from '../../../src/sources/answer-time.js'
import { select } from '../../../src/support/selector.js'

describe('select', () => {
  test.each<[value: unknown, selector: string, found: unknown]>([
    [{ serverTime: 5 }, 'serverTime', 5],
    [{ data: [{ ts: '5' }] }, 'data.0.ts', '5'],
    [{ data: { 0: 'a' } }, 'data.0', 'a'],
    [7, '', 7],
    [null, '', null],
    [{ a: null }, 'a', null],
  ])('of %j finds at "%s" what stands there', (value, selector, found) => {
    expect(select(value, selector)).toBe(found)
  })

  test.each<[value: unknown, selector: string]>([
    [null, 'a'],
    [undefined, 'a'],
    [{}, 'a'],
    [{ a: null }, 'a.b'],
    [{ a: 'text' }, 'a.0'],
    [{ a: 'text' }, 'a.length'],
    [[1, 2], 'length'],
    [[1, 2], '2'],
    [{}, 'constructor'],
    [{}, '__proto__'],
    [{}, 'toString.name'],
    [Object.create({ a: 1 }), 'a'],
    [{ a: 1 }, 'a.'],
    [{ a: 1 }, '.a'],
  ])('of %j finds nothing at "%s", and does not throw', (value, selector) => {
    expect(select(value, selector)).toBeUndefined()
  })
})

describe('answerTime', () => {
  test.each<[answer: unknown, where: Parameters<typeof answerTime>[1], nowMs: number | undefined]>([
    [{ t: 1_700_000_000_123 }, { time: 't' }, 1_700_000_000_123],
    [{ t: '1700000000123' }, { time: 't' }, 1_700_000_000_123],
    [1_700_000_000_123, { time: '' }, 1_700_000_000_123],
    [{ t: 1_700_000_000.1234 }, { time: 't', unit: 's' }, 1_700_000_000_123],
    [{ t: '1700000000.1234' }, { time: 't', unit: 's' }, 1_700_000_000_123],
    [{ t: '2023-11-14T22:13:20.123000Z' }, { time: 't', unit: 'iso' }, 1_700_000_000_123],
    [{ t: '2023-11-14T22:13:20.123Z' }, { time: 't' }, undefined],
    [{ t: '' }, { time: 't' }, undefined],
    [{ t: ' 5 ' }, { time: 't', unit: 's' }, undefined],
    [{ t: true }, { time: 't' }, undefined],
    [{ t: [5] }, { time: 't', unit: 's' }, undefined],
    [{ t: 5 }, { time: 't', unit: 'iso' }, undefined],
    [null, { time: 't' }, undefined],
  ])('reads %j by %j', (answer, where, nowMs) => {
    expect(answerTime(answer, where)).toBe(nowMs)
  })

  test('reads a text that is no date as no integer', () => {
    expect(answerTime({ t: 'soon' }, { time: 't', unit: 'iso' })).toBeNaN()
  })
})

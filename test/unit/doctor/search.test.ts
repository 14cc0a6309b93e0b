import { describe, expect, test } from 'vitest'
import { hunt, huntText } from '../../../src/doctor/hunt.js'
import { Hypotheses, type Subject } from '../../../src/doctor/search.js'
import type { Mistake } from '../../../src/schemes/scheme/mistakes.js'

const mistake = (id: string, part: string, rank: 1 | 2 | 3, apply: Mistake<string>['apply']): Mistake<string> => ({
  ...{ id, part, rank, apply },
  cause: `${id}.`,
  fix: 'Not to do it.',
})
const many = (count: number): Mistake<string>['apply'] =>
  function* (text) {
    for (let i = 1; i <= count; i++) yield [`${text}#${i}`, String(i)]
  }

/** A subject that counts what it composes. */
function counting(mistakes: ReadonlyArray<Mistake<string>>): { subject: Subject<string>; composed: () => number } {
  let count = 0
  return {
    composed: () => count,
    subject: {
      state: 'text',
      mistakes,
      compose: (text) => {
        count++
        return text
      },
    },
  }
}

const RARE = mistake('rare', 'a', 3, (text) => [[`${text}-rare`]])
const TIMES = mistake('times', 'b', 1, many(6_000))
const DAILY = mistake('daily', 'c', 1, (text) => [[`${text}-daily`]])
const OTHER = mistake('other', 'd', 1, (text) => [[`${text}-other`]])
const forever = () => ({ until: Number.POSITIVE_INFINITY, tried: 0 })

describe('hypotheses are made when they are asked for', () => {
  test('a likely mistake is found before thousands of variants are composed', () => {
    const { subject, composed } = counting([RARE, TIMES, DAILY])
    expect(huntText(subject, 'text-daily', forever())?.made).toMatchObject([{ id: 'daily' }])
    expect(composed()).toBeLessThan(100)
  })

  test('the order: by rank, then the rest of what has many variants, then pairs', () => {
    const { subject } = counting([RARE, TIMES, DAILY, OTHER])
    const all = new Hypotheses(subject)
    const singles = [...all.singles()]
    expect(singles.map(({ made }) => made[0]?.id)).toEqual([...Array(80).fill('times'), 'daily', 'other', 'rare'])
    expect([...all.many()]).toHaveLength(5_920)
    expect([...all.pairs()].map(({ base }) => base)).toEqual(['text-daily-other', 'text-rare-daily', 'text-rare-other'])
  })

  test('two mistakes of different parts are found together', () => {
    const { subject } = counting([DAILY, OTHER])
    const found = huntText(subject, 'text-daily-other', forever())
    expect(found?.made.map(({ id }) => id)).toEqual(['daily', 'other'])
  })

  test('no text is tested twice, and a mistake that stumbles has no variants', () => {
    const again = mistake('again', 'e', 1, (text) => [[`${text}-daily`]])
    const broken = mistake('broken', 'f', 1, () => {
      throw new Error('no such text')
    })
    const { subject } = counting([DAILY, again, broken])
    const search = forever()
    expect(huntText(subject, 'nothing', search)).toBeUndefined()
    // As it is, once with the mistake, and with both.
    expect(search.tried).toBe(3)
  })

  test('a search whose time is over stops', () => {
    const { subject } = counting([TIMES])
    const search = { until: Date.now() - 1, tried: 0 }
    expect(huntText(subject, 'text#5999', search)).toBeUndefined()
    expect(search.tried).toBeLessThan(100)
  })

  test('other uses of the key are tested with likely texts only', () => {
    const { subject } = counting([TIMES, DAILY])
    const bases: unknown[] = []
    const probe = { main: false, test: (base: unknown) => void bases.push(base) as undefined }
    hunt(subject, [{ main: true, test: () => undefined }, probe], forever())
    expect(bases).toHaveLength(1 + 80 + 1)
  })
})

import { describe, expect, it } from 'vitest'
import { keep, mutantsTable } from '../../mutants/table.mjs'

const judge = { path: 'src/server/judge.ts', noticed: 96, count: 100 }
const base = { path: 'src/schemes/rfc9421/base.ts', noticed: 45, count: 50 }

describe('the table of changed lines', () => {
  it('keeps the score of a file that this run has not judged', () => {
    expect(keep([judge], [base])).toEqual([base, judge])
  })

  it('has the latest score of a file that was judged again, also where it is lower', () => {
    expect(keep([judge, base], [{ ...judge, noticed: 80 }])).toEqual([base, { ...judge, noticed: 80 }])
  })

  it('has a row for each file, and counts those that reach the goal', () => {
    const table = mutantsTable([base, judge], 95)
    expect(table).toContain('141 of 150 changes noticed, 94.0 %. The goal of 95 % is reached by 1 of 2 files.')
    expect(table).toContain('| `src/schemes/rfc9421/base.ts` | 45 of 50 | 90.0 % |')
    expect(table).toContain('| `src/server/judge.ts` | 96 of 100 | 96.0 % |')
  })
})

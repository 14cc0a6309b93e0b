import type { Row } from './row.js'
import type { Outcome } from './try-case.js'

/** What came of the cases of one row. */
export interface Tally {
  readonly row: Row
  readonly outcomes: readonly Outcome[]
}

const HEAD = ['exchange', 'cases', 'accepted', 'changes refused', 'same signature', 'differences']

const cellsOf = ({ row, outcomes }: Tally): readonly string[] => {
  const count = (...results: readonly string[]): number =>
    outcomes.filter(({ result }) => results.includes(result)).length
  const tried = outcomes.reduce((sum, one) => sum + one.tried, 0)
  const refused = tried - outcomes.reduce((sum, one) => sum + one.escaped.length, 0)
  const different = outcomes.length - count('same')
  return [
    row.name,
    String(outcomes.length),
    String(count('same', 'wire', 'signature')),
    `${refused} of ${tried}`,
    String(count('same', 'wire')),
    `${different}${row.differs === undefined ? '' : ', and the text'}`,
  ]
}

/** An aligned table, one line a row, with the sums below. */
export function summary(tallies: readonly Tally[]): string {
  const lines = [HEAD, ...tallies.map(cellsOf)]
  const widths = HEAD.map((_, at) => Math.max(...lines.map((cells) => (cells[at] as string).length)))
  const all = tallies.flatMap(({ outcomes }) => outcomes)
  const tried = all.reduce((sum, one) => sum + one.tried, 0)
  return [
    ...lines.map((cells) =>
      cells
        .map((cell, at) => cell.padEnd(widths[at] as number))
        .join('  ')
        .trimEnd(),
    ),
    `${tallies.length} rows, ${all.length} cases, ${tried} changes`,
  ].join('\n')
}

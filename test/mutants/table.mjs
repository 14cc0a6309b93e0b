/** @typedef {{ path: string, noticed: number, count: number }} Judged how many of the changes of a file were noticed */

/** @param {Pick<Judged, 'noticed' | 'count'>} one */
export const scoreOf = ({ noticed, count }) => (100 * noticed) / count

/** @param {readonly Pick<Judged, 'noticed' | 'count'>[]} rows @param {'noticed' | 'count'} column */
const sum = (rows, column) => rows.reduce((total, row) => total + row[column], 0)

/** @param {readonly Pick<Judged, 'noticed' | 'count'>[]} rows */
export const total = (rows) => ({ noticed: sum(rows, 'noticed'), count: sum(rows, 'count') })

/**
 * What was judged before and now, by path: of each file the latest.
 * @param {readonly Judged[]} before
 * @param {readonly Judged[]} now
 * @returns {readonly Judged[]}
 */
export function keep(before, now) {
  const all = new Map([...before, ...now].map((one) => [one.path, one]))
  return [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/**
 * One row a file, and all of them together.
 * @param {readonly Judged[]} judged
 * @param {number} goal in percent
 */
export function mutantsTable(judged, goal) {
  const all = total(judged)
  const reached = judged.filter((one) => scoreOf(one) >= goal).length
  const lines = judged.map(
    (one) => `| \`${one.path}\` | ${one.noticed} of ${one.count} | ${scoreOf(one).toFixed(1)} % |`,
  )
  return `
${all.noticed} of ${all.count} changes noticed, ${scoreOf(all).toFixed(1)} %. The goal of ${goal} % is reached by ${reached} of ${judged.length} files.

| file | changes noticed | score |
| --- | --- | ---: |
${lines.join('\n')}
`
}

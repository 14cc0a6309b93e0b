/** @typedef {import('./measure.js').Measured} Measured */

const number = (/** @type {number} */ value) => String(value).replace(/\B(?=(\d{3})+$)/g, ' ')

/** @param {readonly Measured[]} rows @param {'changes' | 'refused' | 'same' | 'uncovered' | 'accepted'} column */
const sum = (rows, column) => rows.reduce((total, row) => total + row[column], 0)

/**
 * What was measured before and now: of each subject the run with more changes, but the latest where either of them has accepted one.
 * @param {readonly Measured[]} before
 * @param {readonly Measured[]} now
 */
export function keep(before, now) {
  const all = new Map(before.map((one) => [one.name, one]))
  for (const one of now) {
    const last = all.get(one.name)
    if (last === undefined || last.accepted + one.accepted > 0 || one.changes >= last.changes) all.set(one.name, one)
  }
  return [...all.values()]
}

/**
 * One row for each group and algorithm: how many changes each of its schemes had at least, and all of them together.
 * @param {readonly Measured[]} measured
 * @param {{ seed: number, machine: string }} run
 */
export function mutationsTable(measured, { seed, machine }) {
  /** @type {Map<string, Measured[]>} */
  const groups = new Map()
  for (const one of measured) {
    const key = `${one.group} | ${one.algorithm}`
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  const lines = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, rows]) => {
      const least = Math.min(...rows.map(({ changes }) => changes))
      const cells = [
        rows.length,
        least,
        sum(rows, 'changes'),
        sum(rows, 'refused'),
        sum(rows, 'same'),
        sum(rows, 'uncovered'),
      ]
      const oneIn = rows[0]?.oneIn ?? 1
      const judged = oneIn === 1 ? 'all' : `1 in ${number(oneIn)}`
      return `| ${key} | ${cells.map(number).join(' | ')} | **${number(sum(rows, 'accepted'))}** | ${judged} |`
    })
  const all = number(sum(measured, 'changes'))
  return `
${all} changes of ${measured.length} schemes and keys, ${number(sum(measured, 'accepted'))} accepted. Seed ${seed}; ${machine}.

| what | algorithm | schemes | changes of each, at least | changes | refused | the same message | not covered | accepted | put to the curve |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |
${lines.join('\n')}
`
}

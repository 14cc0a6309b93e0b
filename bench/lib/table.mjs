const colourful = process.stdout.isTTY === true && !process.env.NO_COLOR
const COLOURS = { goal: 32, bar: 33, MISS: 31 }
const paint = (verdict, text) =>
  colourful && verdict in COLOURS ? `\u001b[${COLOURS[verdict]}m${text}\u001b[0m` : text

const number = (value, unit) =>
  unit === 'B' ? `${Math.round(value)} B` : value >= 10 ? value.toFixed(1) : value.toFixed(2)
const limit = (value, { least, unit }) =>
  value === undefined ? '' : `${least ? '>=' : '<='} ${unit === 'B' ? `${value} B` : value}`

const HEAD = ['name', 'what', 'measured', 'bar', 'goal', 'verdict']
const RIGHT = new Set([2])

const cells = (one) => [
  one.name,
  one.what,
  number(one.measured, one.unit),
  limit(one.bar, one),
  limit(one.goal, one),
  one.verdict,
]

/** An aligned table of verdicts. */
export function tableText(results) {
  const rows = results.map(cells)
  const widths = HEAD.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)))
  const line = (row) =>
    row
      .map((cell, i) => (RIGHT.has(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd()
  return [line(HEAD), ...rows.map((row) => paint(row[5], line(row)))].join('\n')
}

/** The same for a page of the documentation. */
export function tableMarkdown(results) {
  const row = (texts) => `| ${texts.join(' | ')} |`
  return [
    row(HEAD),
    row(HEAD.map((_, i) => (RIGHT.has(i) ? '---:' : '---'))),
    ...results.map((one) => row([`\`${one.name}\``, ...cells(one).slice(1)])),
  ].join('\n')
}

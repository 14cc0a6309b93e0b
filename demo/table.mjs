// An aligned table. Colour only at a terminal, or where FORCE_COLOR asks for it, and no NO_COLOR (https://no-color.org).
const colourful = (process.stdout.isTTY === true || process.env['FORCE_COLOR'] === '1') && !process.env['NO_COLOR']
const paint = (code, text) => (colourful ? `\u001b[${code}m${text}\u001b[0m` : text)

const MARK = { ok: ['✓', 32], wrong: ['✗', 31] }

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows the first cell is 'ok' or 'wrong'
 */
export function printTable(head, rows) {
  const cells = rows.map(([mark, ...rest]) => [MARK[mark][0], ...rest])
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i].length)))
  const line = (row) => row.map((cell, i) => cell.padEnd(widths[i]))
  console.log(paint(1, line(head).join('  ').trimEnd()))
  cells.forEach((row, at) => {
    const [mark, key, what, status, verdict, note] = line(row)
    const accepted = row[4].startsWith('accepted')
    console.log(
      `${paint(MARK[rows[at][0]][1], mark)}  ${key}  ${what}  ${paint(2, status)}  ${paint(accepted ? 32 : 33, verdict)}  ${paint(31, note)}`.trimEnd(),
    )
  })
}

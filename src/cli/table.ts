import { oneLine } from './screen.js'

// Terminals show them in the width of two letters; close enough for a table of ids and names.
const WIDE = /[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/g
const widthOf = (text: string): number => [...text].length + (text.match(WIDE)?.length ?? 0)

/** Columns, as wide as their widest text, without anything at the end of a line. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const cells = [head, ...rows].map((row) => row.map(oneLine))
  const widths = head.map((_, i) => Math.max(...cells.map((row) => widthOf(row[i] ?? ''))))
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => text + ' '.repeat((widths[i] ?? 0) - widthOf(text)))
      .join('  ')
      .trimEnd()
  return `${cells.map(line).join('\n')}\n`
}

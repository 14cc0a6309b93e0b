import { pathToFileURL } from 'node:url'
import { BUDGETS, SUBPATHS } from './bundles.mjs'
import { bundleForBrowser } from './lib/bundle.mjs'
import { problemsOfSizePage, writeSizePage } from './size-page.mjs'

/**
 * @typedef {import('./bundles.mjs').Target} Target
 * @typedef {import('./bundles.mjs').Marker} Marker
 * @typedef {import('./lib/bundle.mjs').Bundle} Bundle
 * @typedef {{ name: string, beside: string, whole: string, limit: string, verdict: string, problems: string[],
 *   files: Bundle['files'] }} Row
 *   `files` are this package's own, minified and before gzip
 */

const kilobytes = (/** @type {number} */ bytes) => (bytes / 1000).toFixed(2)

const describe = (/** @type {Marker} */ marker) =>
  'text' in marker ? `the text "${marker.text}"` : `code of ${marker.file}`

const holds = (/** @type {Bundle} */ { text, files }, /** @type {Marker} */ marker) =>
  'text' in marker ? text.includes(marker.text) : files.some(({ path }) => path.startsWith(marker.file))

/**
 * Bundle one target and hold it to its row of the table.
 * @param {Target} target
 * @returns {Promise<Row>}
 */
export async function measure(target) {
  const { name, input, goal, ceiling, wholeGoal, wholeCeiling, forbid, proves = [] } = target
  const limit =
    wholeGoal !== undefined
      ? `${kilobytes(wholeGoal)} whole`
      : goal !== undefined
        ? kilobytes(goal)
        : ceiling === undefined
          ? ''
          : `< ${kilobytes(ceiling)}`
  try {
    const whole = await bundleForBrowser(input)
    const beside = await bundleForBrowser(input, { external: ['@noble/*'] })
    const problems = [
      ...whole.externals.map((specifier) => `imports "${specifier}", which no browser has`),
      ...forbid.filter((marker) => holds(whole, marker)).map((marker) => `holds ${describe(marker)}`),
      ...proves
        .filter((marker) => !holds(whole, marker))
        .map((marker) => `expected ${describe(marker)}: the marker proves nothing any more`),
      ...tooLarge(beside.gzipBytes, ceiling ?? goal),
      ...tooLarge(whole.gzipBytes, wholeCeiling ?? wholeGoal),
    ]
    const missed = Math.max(0, beside.gzipBytes - (goal ?? Infinity), whole.gzipBytes - (wholeGoal ?? Infinity))
    return {
      name,
      beside: kilobytes(beside.gzipBytes),
      whole: kilobytes(whole.gzipBytes),
      limit,
      verdict: problems.length > 0 ? 'FAIL' : missed > 0 ? `OVER THE GOAL by ${missed} bytes` : 'ok',
      problems,
      files: beside.files.sort((a, b) => b.bytes - a.bytes),
    }
  } catch (error) {
    return {
      name,
      beside: '?',
      whole: '?',
      limit,
      verdict: 'FAIL',
      problems: [messageOf(error)],
      files: [],
    }
  }
}

const tooLarge = (/** @type {number} */ bytes, /** @type {number | undefined} */ most) =>
  most !== undefined && bytes > most ? [`${bytes} bytes, ${bytes - most} more than allowed`] : []

/** esbuild's errors carry a list; the first lines of it are what a person needs. */
const messageOf = (/** @type {unknown} */ error) =>
  error instanceof Error ? error.message.split('\n').slice(0, 6).join('\n    ') : String(error)

/**
 * Rows as aligned text.
 * @param {readonly Row[]} rows
 */
export function table(rows) {
  /** @type {Array<['name' | 'beside' | 'limit' | 'whole' | 'verdict', string]>} */
  const columns = [
    ['name', 'gzip, kB (1000 bytes)'],
    ['beside', 'without noble'],
    ['limit', 'goal'],
    ['whole', 'with noble'],
    ['verdict', ''],
  ]
  const widths = columns.map(([key, title]) => Math.max(title.length, ...rows.map((row) => row[key].length)))
  const line = (/** @type {string[]} */ cells) =>
    cells
      .map((cell, i) => (i === 0 || i === 4 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(columns.map(([, title]) => title)), ...rows.map((row) => line(columns.map(([key]) => row[key])))].join(
    '\n',
  )
}

/**
 * What each bundle is made of, largest first.
 * @param {readonly Row[]} rows
 */
const breakdown = (rows) =>
  rows
    .map(({ name, files }) =>
      [
        `${name} (bytes before gzip)`,
        ...files.map(({ path, bytes }) => `  ${String(bytes).padStart(6)}  ${path}`),
      ].join('\n'),
    )
    .join('\n')

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const rows = []
  for (const target of [...BUDGETS, ...SUBPATHS]) rows.push(await measure(target))
  console.log(table(rows))
  if (process.argv.includes('--files')) console.log(breakdown(rows))
  if (process.argv.includes('--write')) await writeSizePage(rows)
  const stale = problemsOfSizePage(rows)
  for (const problem of stale) console.error(problem)
  for (const { name, problems } of rows) for (const problem of problems) console.error(`${name}: ${problem}`)
  process.exitCode = stale.length === 0 && rows.every(({ problems }) => problems.length === 0) ? 0 : 1
}

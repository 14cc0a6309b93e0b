import { readFileSync, writeFileSync } from 'node:fs'
import { BENCH, ROOT } from '../lib/paths.mjs'

const FILE = `${BENCH}runtimes/results.json`
const PAGE = `${ROOT}docs/performance.md`
const BLOCK = /(<!-- bench-runtimes -->\n)[\s\S]*?(\n<!-- end of bench-runtimes -->)/

const line = (cells) => `| ${cells.join(' | ')} |`
const table = (head, rows) =>
  [line(head), line(head.map((_, i) => (i < 2 ? '---' : '---:'))), ...rows.map(line)].join('\n')
const number = (value) => (value === undefined ? '–' : value >= 10 ? String(Math.round(value)) : value.toPrecision(2))
/** Absent where a runtime has no such program. */
const quotient = (cold, other) => (cold[other] === undefined ? undefined : cold.countersign / cold[other])
const unique = (lists) => [...new Set(lists.flat())]

/** Ratios first: what ours costs in units of each other library's, then the times of ours alone. */
export function tables({ runs, machine, load, commit, date, rounds, coldRounds }) {
  const names = runs.map(({ name, version, missing }) => (missing ? `${name} (missing)` : `${name} ${version}`.trim()))
  const cells = (value) => runs.map((run) => (run.missing ? 'missing' : number(value(run))))
  const titles = unique(runs.map(({ rows = {} }) => Object.keys(rows)))
  const ratios = titles.flatMap((title) =>
    unique(runs.map(({ rows }) => Object.keys(rows?.[title]?.ratios ?? {}))).map((other) => [
      title,
      other,
      ...cells(({ rows }) => rows[title].ratios[other]),
    ]),
  )
  const signed = unique(runs.map(({ cold = {} }) => Object.keys(cold)))
  const started = signed
    .filter((name) => !name.startsWith('countersign'))
    .map((other) => ['from the start to the first signature', other, ...cells(({ cold }) => quotient(cold, other))])
  return [
    table(['what', 'in units of', ...names], [...ratios, ...started]),
    table(
      ['alone', 'unit', ...names],
      [
        ...titles.map((title) => [title, 'µs', ...cells(({ rows }) => rows[title].time / 1000)]),
        ...signed.map((name) => [
          `from the start to the first signature: ${name}`,
          'ms',
          ...cells(({ cold }) => cold[name]),
        ]),
      ],
    ),
    `${machine}, load ${load} before the run; ${rounds} rounds, ${coldRounds} starts; ${date}, commit \`${commit}\`.`,
  ].join('\n\n')
}

/** Writes the results and their tables. */
export function writePage(all) {
  writeFileSync(FILE, `${JSON.stringify(all, null, 1)}\n`)
  const page = readFileSync(PAGE, 'utf8')
  if (!BLOCK.test(page)) throw new Error('docs/performance.md has no place for the tables of the runtimes')
  writeFileSync(
    PAGE,
    page.replace(BLOCK, (_, before, after) => before + tables(all) + after),
  )
}

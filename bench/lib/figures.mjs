import { readFileSync, writeFileSync } from 'node:fs'
import { ROOT } from './paths.mjs'
import { isAsked } from './select.mjs'
import { tableMarkdown } from './table.mjs'

/**
 * @typedef {{ machine: string, commit: string, date: string, rounds: number }} Run
 * @typedef {ReturnType<typeof import('./judge.mjs').judge>} Result
 * @typedef {{ runs: Record<string, Run>, results: ReadonlyArray<Result & { run: string }> }} Figures
 *   What was measured last, each row with the run that it is of.
 */

const FILE = `${ROOT}bench/results.json`
const PAGE = `${ROOT}docs/performance.md`
const BLOCK = /<!-- bench: (\S+) -->\n[\s\S]*?<!-- end of bench -->/g

/** @returns {Figures} */
export const readFigures = () => JSON.parse(readFileSync(FILE, 'utf8'))

/**
 * Rows that were measured again stand in place of the former ones; runs of which no row is left are forgotten.
 *
 * @param {Figures} before
 * @param {Run} run
 * @param {readonly Result[]} results
 * @param {(name: string) => boolean} exists which rows there are, measured or not
 * @returns {Figures}
 */
export function merged(before, run, results, exists) {
  const id = `${run.commit} ${run.date}`
  const again = new Map(results.map((one) => [one.name, { ...one, run: id }]))
  const known = new Set(before.results.map(({ name }) => name))
  // In their place, so that a page of which a part was measured again keeps its order.
  const all = [
    ...before.results.filter(({ name }) => exists(name)).map((one) => again.get(one.name) ?? one),
    ...[...again.values()].filter(({ name }) => !known.has(name)),
  ]
  const left = new Set(all.map((one) => one.run))
  const runs = Object.entries({ ...before.runs, [id]: run }).filter(([name]) => left.has(name))
  return { runs: Object.fromEntries(runs), results: all }
}

/**
 * The tables of the page, each with the runs that its rows are of.
 *
 * @param {string} page
 * @param {Figures} figures
 */
export function withTables(page, { runs, results }) {
  return page.replace(BLOCK, (_, names) => {
    const rows = results.filter(({ name }) => isAsked(name, names.split(',')))
    const from = [...new Set(rows.map(({ run }) => run))].map((id) => {
      const { machine, commit, date, rounds } = runs[id]
      return `${machine}; ${rounds} rounds; ${date}, commit \`${commit}\``
    })
    return [`<!-- bench: ${names} -->`, tableMarkdown(rows), '', `${from.join('. ')}.`, '<!-- end of bench -->'].join(
      '\n',
    )
  })
}

const short = (what) => what.replace(/ \/ (?:by hand|raw .*|createHmac.*|added by hand|the bare.*)$/, '')
const rounded = (value) => Number(value.toPrecision(2))

/** The charts: what it costs against code by hand, how many times as fast as peers it is, and how the cost grows. */
export async function charts({ results }) {
  const { barChart } = await import('./chart.mjs')
  const grows = results.filter(({ name }) => name.startsWith('growth/'))
  const against = results.filter(
    ({ unit, bar, least, name }) => unit === '' && bar !== undefined && !least && !name.startsWith('growth/'),
  )
  const peers = results.filter(({ least, unit, name }) => least && unit === '' && !name.startsWith('address-rules'))
  const chartOf = (title, unit, rows, name, log) =>
    barChart({
      ...{ title, unit, log, line: 1 },
      names: rows.map(name),
      series: [{ name: 'measured', values: rows.map(({ measured }) => rounded(measured)) }],
    })
  return {
    'performance-by-hand.svg': await chartOf(
      'Cost against code written by hand (1: the same; less is better)',
      'times the cost',
      against,
      ({ what }) => short(what),
      false,
    ),
    'performance-peers.svg': await chartOf(
      'Against other packages (more is better)',
      'times as fast',
      peers,
      ({ what }) => what,
      true,
    ),
    'performance-growth.svg': await barChart({
      title: 'How the cost of a verified request grows (less is better)',
      unit: 'times the cost of the least',
      log: true,
      names: grows.map(({ what }) => what),
      series: [
        { name: 'measured', values: grows.map(({ measured }) => Math.max(1, rounded(measured))) },
        { name: 'bar', values: grows.map(({ bar }) => bar ?? 1) },
      ],
    }),
  }
}

/** Writes results, tables and charts. @param {Figures} figures */
export async function writeFigures(figures) {
  writeFileSync(FILE, `${JSON.stringify(figures, null, 1)}\n`)
  writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8'), figures))
  for (const [name, svg] of Object.entries(await charts(figures))) writeFileSync(`${ROOT}docs/${name}`, svg)
}

/** What does not fit: rows that were never measured, and tables that are not those of the results. */
export function problemsOfPage(names) {
  const figures = readFigures()
  const measured = new Set(figures.results.map(({ name }) => name))
  const page = readFileSync(PAGE, 'utf8')
  const shown = [...page.matchAll(BLOCK)].flatMap(([, asked]) => asked.split(','))
  return [
    ...names.filter((name) => !measured.has(name)).map((name) => `${name}: never measured; npm run bench -- --write`),
    ...names.filter((name) => !isAsked(name, shown)).map((name) => `${name}: in no table of docs/performance.md`),
    ...(withTables(page, figures) === page ? [] : ['docs/performance.md: not the tables of bench/results.json']),
  ]
}

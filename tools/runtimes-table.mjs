import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { ROOT } from './lib/package-map.mjs'

/**
 * @typedef {{ passed: number, skipped: number, failed: number }} Counts
 * @typedef {{ runtime: string, version: string, areas: Record<string, Counts> | 'missing' | 'failed' }} Row
 *   What `npm run test:runtimes -- --write` wrote.
 * @typedef {{ tool: string, version: string, browser: string, server: string }} BundlerRow
 *   What `npm run test:bundlers -- --write` and `npm run test:metro -- --write` wrote: `ok`, a sentence, or `missing`.
 */

const PAGE = `${ROOT}docs/runtimes.md`
/** @param {string} name */
const place = (name) =>
  new RegExp(`(<!-- ${name}: npm run test:${name} -- --write -->\\n)[\\s\\S]*?(\\n<!-- end of ${name} -->)`)

/** @template T @param {string} path @returns {readonly T[]} */
const results = (path) => (existsSync(ROOT + path) ? JSON.parse(readFileSync(ROOT + path, 'utf8')) : [])

const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`
const table = (/** @type {readonly string[]} */ head, /** @type {readonly (readonly string[])[]} */ rows) =>
  [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')

/** A runtime that was not there has no number: nothing that did not run counts. */
const cell = (/** @type {Row['areas']} */ areas, /** @type {string} */ area) => {
  if (areas === 'missing') return 'missing'
  if (areas === 'failed') return '**did not run**'
  const { passed = 0, failed = 0 } = areas[area] ?? {}
  return failed > 0 ? `${passed}, **${failed} failed**` : passed === 0 ? 'missing' : String(passed)
}

/** @param {readonly Row[]} rows */
function runtimesTable(rows) {
  const areas = [...new Set(rows.flatMap(({ areas }) => (typeof areas === 'string' ? [] : Object.keys(areas))))]
  return table(
    ['runtime', ...areas],
    rows.map((row) => [`${row.runtime} ${row.version}`.trim(), ...areas.map((area) => cell(row.areas, area))]),
  )
}

/** @param {readonly BundlerRow[]} rows */
const bundlersTable = (rows) =>
  table(
    ['tool', 'a signed fetch in a page', 'a verifier in a server'],
    rows.map(({ tool, version, browser, server }) => [`${tool} ${version}`.trim(), browser, server]),
  )

/**
 * The page with its tables as they must be.
 * @param {string} text
 * @param {readonly Row[]} runtimes
 * @param {readonly BundlerRow[]} bundlers
 */
export function withTables(text, runtimes, bundlers) {
  let page = text
  for (const [name, made] of /** @type {const} */ ([
    ['runtimes', runtimesTable(runtimes)],
    ['bundlers', bundlersTable(bundlers)],
  ])) {
    if (!place(name).test(page)) throw new Error(`docs/runtimes.md has no place for the table of ${name}`)
    page = page.replace(place(name), (_, before, after) => before + made + after)
  }
  return page
}

export const page = () =>
  withTables(readFileSync(PAGE, 'utf8'), results('test/runtimes/results.json'), [
    ...results('test/bundlers/results.json'),
    ...results('test/metro/results.json'),
  ])

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const text = page()
  if (text !== readFileSync(PAGE, 'utf8')) {
    if (process.argv.includes('--check')) {
      console.error('docs/runtimes.md differs from what ran: npm run docs:runtimes')
      process.exitCode = 1
    } else writeFileSync(PAGE, text)
  }
}

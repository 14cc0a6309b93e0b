// Measures what the committed tables and charts show, and writes those that say something else by now:
// npm run tables [-- --only size,bench]. A row that has moved by less than noise stays as it is, with the run that it is of.
import { execFileSync, spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { PACKAGE, ROOT } from './lib/package-map.mjs'

/**
 * What makes tables: a script of package.json, and what is handed to it. Mutants and single-change mutations take hours, and
 * constant time needs a machine of one's own: those are asked for by name, as docs/assurance.md says.
 *
 * @type {ReadonlyArray<{ script: string, args: readonly string[], files: readonly string[] }>}
 */
export const TABLES = [
  { script: 'docs:options', args: [], files: ['docs/options.md'] },
  { script: 'docs:exchanges', args: [], files: ['docs/exchanges.md'] },
  { script: 'docs:webhooks', args: [], files: ['docs/webhooks.md'] },
  { script: 'docs:schemes', args: [], files: ['docs/schemes.md'] },
  { script: 'size', args: ['--write'], files: ['docs/size.md', 'docs/size.svg'] },
  { script: 'test:runtimes', args: ['--write'], files: ['test/runtimes/results.json', 'docs/runtimes.md'] },
  { script: 'test:bundlers', args: ['--write'], files: ['test/bundlers/results.json', 'docs/runtimes.md'] },
  { script: 'test:metro', args: ['--write'], files: ['test/metro/results.json', 'docs/runtimes.md'] },
  { script: 'test:clients', args: ['--write'], files: ['test/clients/results.json', 'docs/clients.md'] },
  { script: 'test:languages', args: ['--write'], files: ['test/languages/results.json', 'docs/interop.md'] },
  {
    script: 'bench',
    args: ['--write', '--beyond-noise'],
    files: [
      ...['bench/results.json', 'docs/performance.md', 'docs/performance-by-hand.svg'],
      ...['docs/performance-peers.svg', 'docs/performance-growth.svg'],
    ],
  },
  { script: 'bench:runtimes', args: ['--write'], files: ['bench/runtimes/results.json', 'docs/performance.md'] },
]

/** The rows that were asked for. @param {string | undefined} only @returns {typeof TABLES} */
export function chosen(only) {
  if (only === undefined) return TABLES
  const names = only.split(',')
  const unknown = names.find((name) => !TABLES.some(({ script }) => script === name))
  if (unknown !== undefined)
    throw new Error(`--only must be of ${TABLES.map(({ script }) => script).join(', ')}, got "${unknown}"`)
  return TABLES.filter(({ script }) => names.includes(script))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { only: { type: 'string' } } })
  const rows = chosen(values.only)
  const failed = rows.filter(({ script, args }) => {
    console.log(`\n=== ${PACKAGE.name}: npm run ${script} -- ${args.join(' ')}`)
    return spawnSync('npm', ['run', '-s', script, '--', ...args], { cwd: ROOT, stdio: 'inherit' }).status !== 0
  })
  const files = [...new Set(rows.flatMap((row) => row.files))]
  const changed = execFileSync('git', ['status', '--porcelain', '--', ...files], { cwd: ROOT, encoding: 'utf8' })
  console.log(changed === '' ? '\ntables: all as they are committed' : `\ntables: changed\n${changed.trimEnd()}`)
  // A bar that is missed is in the table too, and is a failure all the same.
  for (const { script } of failed) console.error(`tables: npm run ${script} failed`)
  process.exitCode = failed.length === 0 ? 0 : 1
}

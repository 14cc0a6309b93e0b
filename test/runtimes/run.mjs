// The conformance part of the tests, from the packed package, on every runtime of docs/runtimes.md: npm run test:runtimes. Needs a
// build. `-- --only deno` narrows it down; `-- --write` writes the results that the page's table is made of.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { install, pack } from '../../tools/lib/tarball.mjs'
import { AREAS } from './conformance/areas.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const RESULTS = join(HERE, 'results.json')

/**
 * @typedef {{ passed: number, skipped: number, failed: number }} Counts
 * @typedef {{ runtime: string, version: string, areas: Record<string, Counts> | 'missing' | 'failed' }} Row
 */

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, write: { type: 'boolean', default: false } },
})

const here = process.platform === 'linux' && process.arch === 'x64'
if (!here)
  console.error('!!! Node, Deno, Bun and workerd are pinned for Linux on x64: not run here, which is not a pass.')
else installRuntimes()

function installRuntimes() {
  const { dependencies } = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8'))
  if (Object.keys(dependencies).every((name) => existsSync(join(HERE, 'node_modules', name)))) return
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: HERE, stdio: ['ignore', 'inherit', 'inherit'] })
}

// Both look for what was installed.
const { bundle } = await import('./conformance/bundle.mjs')
const { RUNTIMES } = await import('./hosts/runtimes.mjs')

const scratch = mkdtempSync(join(tmpdir(), 'countersign-runtimes-'))
const chosen = RUNTIMES.filter(({ name }) => name.toLowerCase().includes(values.only.toLowerCase()))

/** @returns {Promise<Row>} */
async function rowOf(
  /** @type {import('./hosts/runtimes.mjs').Runtime} */ runtime,
  /** @type {import('./hosts/runtimes.mjs').Setup} */ setup,
) {
  if (runtime.program === undefined) {
    console.error(`!!! ${runtime.name} is missing: nothing ran there, which is not a pass.`)
    return { runtime: runtime.name, version: '', areas: 'missing' }
  }
  const version = runtime.version()
  const start = Date.now()
  try {
    /** @type {Record<string, { passed: number, skipped: number, failures: string[] }> & { error?: string }} */
    const results = JSON.parse(await runtime.run(setup))
    if (results.error !== undefined) throw new Error(String(results.error))
    console.log(`${runtime.name} ${version}: ${((Date.now() - start) / 1000).toFixed(0)} s`)
    for (const [area, { failures }] of Object.entries(results))
      for (const failure of failures.slice(0, 5)) console.error(`  ${runtime.name}: FAILED in ${area}: ${failure}`)
    const counts = Object.entries(results).map(([area, { passed, skipped, failures }]) => [
      area,
      { passed, skipped, failed: failures.length },
    ])
    return { runtime: runtime.name, version, areas: Object.fromEntries(counts) }
  } catch (error) {
    console.error(`${runtime.name} ${version}: FAILED: ${/** @type {Error} */ (error).message}`)
    return { runtime: runtime.name, version, areas: 'failed' }
  }
}

/** Two at a time: browsers wait for themselves more than they work. */
async function inPairs(/** @type {import('./hosts/runtimes.mjs').Setup} */ setup) {
  /** @type {Row[]} */
  const rows = []
  let next = 0
  const work = async () => {
    for (let at = next++; at < chosen.length; at = next++) rows[at] = await rowOf(chosen[at], setup)
  }
  await Promise.all([work(), work()])
  return rows
}

/** `12` passed; what failed and what did not run beside it. */
const cell = (/** @type {Row['areas']} */ areas, /** @type {string} */ area) => {
  if (typeof areas === 'string') return areas
  const { passed = 0, failed = 0, skipped = 0 } = areas[area] ?? {}
  return `${passed}${failed > 0 ? `/${failed} FAILED` : ''}${skipped > 0 ? `/${skipped} skipped` : ''}`
}

function print(/** @type {readonly Row[]} */ rows) {
  const names = AREAS.map(([area]) => area)
  const lines = [
    ['runtime', ...names],
    ...rows.map((row) => [`${row.runtime} ${row.version}`, ...names.map((name) => cell(row.areas, name))]),
  ]
  const widths = lines[0].map((_, at) => Math.max(...lines.map((line) => line[at].length)))
  console.log('\npassed/failed/skipped')
  for (const line of lines) console.log(line.map((text, at) => text.padEnd(widths[at])).join('  '))
}

/**
 * Keys in a file and in SQLite, on each runtime that has a disk. True where nothing failed.
 * @param {string} folder
 */
async function keysOnDisk(folder) {
  let held = true
  console.log('\nkeys on disk')
  for (const { name, program, onDisk } of chosen) {
    if (onDisk === undefined || program === undefined) continue
    /** @type {Record<string, string>} */
    const found = await onDisk(folder).then(JSON.parse, (error) => ({ failed: error.message }))
    if (Object.values(found).some((one) => one !== 'ok' && one !== 'missing')) held = false
    console.log(
      `${name}: ${Object.entries(found)
        .map((pair) => pair.join(' '))
        .join(', ')}`,
    )
  }
  return held
}

let disk = true
/** @type {Row[]} */
let rows = []
try {
  install(scratch, pack(scratch).tarball, ['@noble', '@scure'])
  const installed = join(scratch, 'node_modules/countersign')
  const [native, portable] = [await bundle(installed, 'native'), await bundle(installed, 'portable')]
  const texts = { native: native.text, portable: portable.text }
  if (portable.imports.length > 0) throw new Error(`the portable suite still imports ${portable.imports.join(', ')}`)
  const { 0: foreign } = native.imports.filter((name) => !name.startsWith('node:'))
  if (foreign !== undefined) throw new Error(`the suite still imports ${foreign}`)
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(scratch, `${name}.mjs`), text)
  disk = await keysOnDisk(scratch)
  rows = await inPairs({ folder: scratch, texts })
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 10 })
}
print(rows)
const broken = rows.filter(
  ({ areas }) => areas === 'failed' || (areas !== 'missing' && Object.values(areas).some(({ failed }) => failed > 0)),
)
const missing = rows.filter(({ areas }) => areas === 'missing')
if (values.write) {
  // What was not asked for keeps its row.
  /** @type {Row[]} */
  const before = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : []
  const all = RUNTIMES.map(({ name }) => [...rows, ...before].find(({ runtime }) => runtime === name)).filter(Boolean)
  writeFileSync(RESULTS, `${JSON.stringify(all, null, 2)}\n`)
  execFileSync(process.execPath, [join(HERE, '../../tools/runtimes-table.mjs')], { stdio: 'inherit' })
}
console.log(
  `\n${rows.length - broken.length - missing.length} of ${RUNTIMES.length} runtimes pass, ${broken.length} fail, ${missing.length} missing` +
    (chosen.length < RUNTIMES.length ? `, ${RUNTIMES.length - chosen.length} not asked for` : ''),
)
process.exitCode = disk && broken.length === 0 && rows.length > missing.length ? 0 : 1

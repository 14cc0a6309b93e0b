// Whether the tests notice when a line of the security-critical rooms is changed:
// npm run mutants [-- --room server --file 'src/sources/monotonic-clock.ts' --minutes 30 --again --write]
//
// Stryker makes one small change at a time (a mutant) and runs the tests that execute the line. A mutant that no test notices
// has survived: a rule that nothing holds. The bar is 90 %, the goal 95 %; what survives is listed with its place. A room takes
// hours: `--minutes` ends it, and what was judged until then counts. `--again` judges what has survived the last whole
// run or taken too long in it, and what has changed since: a minute's work after a test was added. `--write` keeps the score of each file that was judged to
// its end in results.json, and puts the table into docs/assurance.md.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeSection } from '../../tools/lib/assurance.mjs'
import { ROOT } from '../../tools/lib/package-map.mjs'
import { ROOMS } from './rooms.mjs'
import { keep, mutantsTable, scoreOf, total } from './table.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const RESULTS = join(HERE, 'results.json')
const BAR = 90
const GOAL = 95
/** What Stryker ends with when it is told to. */
const ENDED = 143

const { values } = parseArgs({
  options: {
    // `server` is each of `server/keys`, `server/time` and so on.
    room: { type: 'string', multiple: true, default: Object.keys(ROOMS) },
    file: { type: 'string', multiple: true },
    concurrency: { type: 'string', default: '2' },
    minutes: { type: 'string' },
    out: { type: 'string', default: join(ROOT, 'coverage', 'mutants') },
    again: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})

if (!existsSync(join(HERE, 'node_modules', '@stryker-mutator', 'core'))) {
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: HERE, stdio: ['ignore', 'inherit', 'inherit'] })
}

/**
 * @typedef {{ fileName: string, status: string, location: { start: { line: number } }, replacement: string, mutatorName: string }} Mutant
 */

/** @param {Parameters<typeof scoreOf>[0]} one */
const percent = (one) => scoreOf(one).toFixed(1).padStart(6)

/**
 * One result as Biome writes it.
 * @param {import('./table.mjs').Judged} one
 */
const written = ({ path, noticed, count }) => `{ "path": "${path}", "noticed": ${noticed}, "count": ${count} }`

/**
 * What took too long is judged again with the rest: the machine may have been busy.
 * @param {string} file a report of Stryker
 */
function forgetSlow(file) {
  /** @type {{ files: Record<string, { mutants: { status: string }[] }> }} */
  const report = JSON.parse(readFileSync(file, 'utf8'))
  for (const [path, one] of Object.entries(report.files))
    if (values.file?.includes(path) !== false) one.mutants = one.mutants.filter(({ status }) => status !== 'Timeout')
  writeFileSync(file, JSON.stringify(report))
}

/**
 * @param {string} room
 * @returns {{ whole: boolean, mutants: readonly Mutant[], planned: Readonly<Record<string, number>> }} what was judged, and how many
 *   mutants each file has
 */
function mutate(room) {
  const name = room.replace('/', '-')
  const lines = join(values.out, `${name}.jsonl`)
  mkdirSync(values.out, { recursive: true })
  rmSync(lines, { force: true })
  const kept = join(values.out, `${name}.json`)
  if (values.again && existsSync(kept)) forgetSlow(kept)
  const config = {
    testRunner: 'vitest',
    plugins: [join(HERE, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js'), join(HERE, 'lines.mjs')],
    vitest: { configFile: 'test/mutants/vitest.config.mjs', related: false },
    mutate: values.file ?? ROOMS[room]?.mutate ?? [],
    // Texts for people are not rules: a test that repeats each of them would hold nothing.
    mutator: { excludedMutations: ['StringLiteral'] },
    // What runs once at import would cost every test of the room.
    ignoreStatic: true,
    coverageAnalysis: 'perTest',
    incremental: true,
    incrementalFile: kept,
    force: !values.again,
    concurrency: Number(values.concurrency),
    // A busy machine is no endless loop.
    timeoutMS: 10_000,
    timeoutFactor: 2,
    reporters: ['lines', 'progress-append-only'],
    tempDirName: join(ROOT, 'coverage', `stryker-${name}`),
    cleanTempDir: 'always',
    ignorePatterns: ['/coverage', '/dist', '/bench', '/test/peers', '/test/mutants/node_modules', '/demo'],
    checkers: [],
    thresholds: { high: GOAL, low: BAR, break: null },
    allowConsoleColors: false,
  }
  const file = join(values.out, `${name}.config.json`)
  writeFileSync(file, JSON.stringify(config, null, 2))
  const { status, signal } = spawnSync(
    process.execPath,
    [join(HERE, 'node_modules/@stryker-mutator/core/bin/stryker.js'), 'run', file],
    {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, MUTANTS_ROOM: room, MUTANTS_LINES: lines },
      ...(values.minutes === undefined ? {} : { timeout: Number(values.minutes) * 60_000 }),
    },
  )
  if (status !== 0 && status !== ENDED && signal === null)
    throw new Error(`the mutation run of ${room} ended with ${status}`)
  const judged = existsSync(lines) ? readFileSync(lines, 'utf8').trim().split('\n') : []
  const [planned = {}, ...mutants] = judged.filter((line) => line !== '').map((line) => JSON.parse(line))
  return { whole: status === 0, mutants, planned }
}

const FOUND = ['Killed', 'Timeout']
const MISSED = ['Survived', 'NoCoverage']

let missed = false
/** @type {import('./table.mjs').Judged[]} */
const finished = []
const rooms = values.room.flatMap((asked) => {
  const found = Object.keys(ROOMS).filter((room) => room === asked || room.startsWith(`${asked}/`))
  if (found.length === 0) throw new Error(`--room must be one of ${Object.keys(ROOMS).join(', ')}, got ${asked}`)
  return found
})
for (const room of rooms) {
  const { whole, mutants, planned } = mutate(room)
  const rows = []
  const survivors = []
  for (const [fileName, count] of Object.entries(planned)) {
    const path = relative(ROOT, resolve(ROOT, fileName))
    const lines = readFileSync(join(ROOT, path), 'utf8').split('\n')
    const tested = mutants.filter((mutant) => mutant.fileName === fileName)
    const judged = tested.filter(({ status }) => FOUND.includes(status) || MISSED.includes(status))
    const missing = judged.filter(({ status }) => MISSED.includes(status))
    for (const { status, location, replacement, mutatorName } of missing) {
      const { line } = location.start
      const what = status === 'Survived' ? mutatorName : 'not executed'
      const instead = replacement.replace(/\s+/g, ' ').slice(0, 80)
      survivors.push(`${path}:${line} [${what}] ${lines[line - 1]?.trim()}  =>  ${instead}`)
    }
    // A report that is kept also has files that were not asked for.
    if (judged.length === 0 || values.file?.includes(path) === false) continue
    rows.push({ path, noticed: judged.length - missing.length, count: judged.length, whole: tested.length === count })
  }
  const list = `${room.replace('/', '-')}.survivors.txt`
  writeFileSync(join(values.out, list), `${survivors.join('\n')}\n`)
  console.log(`\n=== ${room}${whole ? '' : `, ended after ${values.minutes} minutes`}`)
  for (const row of rows.sort((a, b) => scoreOf(a) - scoreOf(b)))
    console.log(`${percent(row)} %  ${row.noticed}/${row.count}  ${row.path}${row.whole ? '' : ', in part'}`)
  const all = total(rows)
  console.log(
    `${percent(all)} % of ${all.count} mutants found in ${room} (bar ${BAR}, goal ${GOAL}); survivors: ${list}`,
  )
  if (!(scoreOf(all) >= BAR)) missed = true
  for (const { path, noticed, count, whole } of rows) if (whole) finished.push({ path, noticed, count })
}
process.exitCode = missed ? 1 : 0
if (values.write) {
  const kept = keep(JSON.parse(readFileSync(RESULTS, 'utf8')), finished)
  writeFileSync(RESULTS, `[\n${kept.map((one) => `  ${written(one)}`).join(',\n')}\n]\n`)
  writeSection('mutants', mutantsTable(kept, GOAL))
}

// Whether the tests notice when a line of the security-critical rooms is changed:
// npm run mutants [-- --room server --file 'src/sources/monotonic-clock.ts' --minutes 30]
//
// Stryker makes one small change at a time (a mutant) and runs the tests that execute the line. A mutant that no test notices
// has survived: a rule that nothing holds. The bar is 90 %, the goal 95 %; what survives is listed with its place. A room takes
// hours: `--minutes` ends it, and what was judged until then counts.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ROOT } from '../../tools/lib/package-map.mjs'
import { ROOMS } from './rooms.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
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
  },
})

if (!existsSync(join(HERE, 'node_modules', '@stryker-mutator', 'core'))) {
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: HERE, stdio: ['ignore', 'inherit', 'inherit'] })
}

/**
 * @typedef {{ fileName: string, status: string, location: { start: { line: number } }, replacement: string, mutatorName: string }} Mutant
 */

/**
 * @param {string} room
 * @returns {{ whole: boolean, mutants: readonly Mutant[] }} what was judged
 */
function mutate(room) {
  const name = room.replace('/', '-')
  const lines = join(values.out, `${name}.jsonl`)
  mkdirSync(values.out, { recursive: true })
  rmSync(lines, { force: true })
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
    concurrency: Number(values.concurrency),
    timeoutMS: 5_000,
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
  return { whole: status === 0, mutants: judged.filter((line) => line !== '').map((line) => JSON.parse(line)) }
}

const FOUND = ['Killed', 'Timeout']
const MISSED = ['Survived', 'NoCoverage']

let missed = false
const rooms = values.room.flatMap((asked) => {
  const found = Object.keys(ROOMS).filter((room) => room === asked || room.startsWith(`${asked}/`))
  if (found.length === 0) throw new Error(`--room must be one of ${Object.keys(ROOMS).join(', ')}, got ${asked}`)
  return found
})
for (const room of rooms) {
  const { whole, mutants } = mutate(room)
  /** @type {Map<string, Mutant[]>} */
  const byFile = new Map()
  for (const mutant of mutants.filter(({ status }) => FOUND.includes(status) || MISSED.includes(status))) {
    const path = relative(ROOT, resolve(ROOT, mutant.fileName))
    byFile.set(path, [...(byFile.get(path) ?? []), mutant])
  }
  let found = 0
  let all = 0
  const rows = []
  const survivors = []
  for (const [path, judged] of byFile) {
    const lines = readFileSync(join(ROOT, path), 'utf8').split('\n')
    const missing = judged.filter(({ status }) => MISSED.includes(status))
    found += judged.length - missing.length
    all += judged.length
    rows.push({ path, killed: judged.length - missing.length, count: judged.length })
    for (const { status, location, replacement, mutatorName } of missing) {
      const { line } = location.start
      const what = status === 'Survived' ? mutatorName : 'not executed'
      const instead = replacement.replace(/\s+/g, ' ').slice(0, 80)
      survivors.push(`${path}:${line} [${what}] ${lines[line - 1]?.trim()}  =>  ${instead}`)
    }
  }
  const list = `${room.replace('/', '-')}.survivors.txt`
  writeFileSync(join(values.out, list), `${survivors.join('\n')}\n`)
  console.log(`\n=== ${room}${whole ? '' : `, ended after ${values.minutes} minutes`}`)
  for (const { path, killed, count } of rows.sort((a, b) => a.killed / a.count - b.killed / b.count))
    console.log(`${((100 * killed) / count).toFixed(1).padStart(6)} %  ${killed}/${count}  ${path}`)
  const score = (100 * found) / all
  console.log(`${score.toFixed(1)} % of ${all} mutants found in ${room} (bar ${BAR}, goal ${GOAL}); survivors: ${list}`)
  if (!(score >= BAR)) missed = true
}
process.exitCode = missed ? 1 : 0

// Whether the tests notice when a line of the security-critical rooms is changed: npm run mutants [-- --room server --file 'src/server/clock.ts']
//
// Stryker makes one small change at a time (a mutant) and runs the tests that execute the line. A mutant that no test notices
// has survived: a rule that nothing holds. The bar is 90 %, the goal 95 %; what survives is listed with its place.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ROOT } from '../../tools/lib/package-map.mjs'
import { ROOMS } from './rooms.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const BAR = 90
const GOAL = 95

const { values } = parseArgs({
  options: {
    room: { type: 'string', multiple: true, default: Object.keys(ROOMS) },
    file: { type: 'string', multiple: true },
    concurrency: { type: 'string', default: '2' },
    out: { type: 'string', default: join(ROOT, 'coverage', 'mutants') },
  },
})

if (!existsSync(join(HERE, 'node_modules', '@stryker-mutator', 'core'))) {
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: HERE, stdio: ['ignore', 'inherit', 'inherit'] })
}

/** @param {string} room */
function mutate(room) {
  const { mutate } = ROOMS[room] ?? { mutate: [] }
  const report = join(values.out, `${room}.json`)
  mkdirSync(values.out, { recursive: true })
  const config = {
    testRunner: 'vitest',
    plugins: [join(HERE, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js')],
    vitest: { configFile: 'test/mutants/vitest.config.mjs', related: false },
    mutate: values.file ?? mutate,
    // Texts for people are not rules: a test that repeats each of them would hold nothing.
    mutator: { excludedMutations: ['StringLiteral'] },
    // What runs once at import would cost every test of the room.
    ignoreStatic: true,
    coverageAnalysis: 'perTest',
    concurrency: Number(values.concurrency),
    timeoutMS: 5_000,
    timeoutFactor: 2,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: report },
    tempDirName: join(ROOT, 'coverage', `stryker-${room}`),
    cleanTempDir: 'always',
    ignorePatterns: ['/coverage', '/dist', '/bench', '/test/peers', '/test/mutants/node_modules', '/demo'],
    checkers: [],
    thresholds: { high: GOAL, low: BAR, break: null },
    allowConsoleColors: false,
  }
  const file = join(values.out, `${room}.config.json`)
  writeFileSync(file, JSON.stringify(config, null, 2))
  const { status } = spawnSync(
    process.execPath,
    [join(HERE, 'node_modules/@stryker-mutator/core/bin/stryker.js'), 'run', file],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, MUTANTS_ROOM: room } },
  )
  if (status !== 0) throw new Error(`the mutation run of ${room} ended with ${status}`)
  return JSON.parse(readFileSync(report, 'utf8'))
}

let missed = false
for (const room of values.room) {
  const { files } = mutate(room)
  let found = 0
  let all = 0
  const rows = []
  const survivors = []
  for (const [path, { mutants, source }] of Object.entries(files)) {
    const lines = source.split('\n')
    const judged = mutants.filter(
      (/** @type {{ status: string }} */ { status }) => !['Ignored', 'CompileError', 'RuntimeError'].includes(status),
    )
    const killed = judged.filter(
      (/** @type {{ status: string }} */ { status }) => status === 'Killed' || status === 'Timeout',
    )
    found += killed.length
    all += judged.length
    if (judged.length > 0) rows.push([path, killed.length, judged.length])
    for (const { status, location, replacement, mutatorName } of judged) {
      if (status !== 'Survived' && status !== 'NoCoverage') continue
      const line = location.start.line
      survivors.push(
        `${path}:${line} [${status === 'Survived' ? mutatorName : 'not executed'}] ${lines[line - 1].trim()}  =>  ${String(replacement).replace(/\s+/g, ' ').slice(0, 80)}`,
      )
    }
  }
  writeFileSync(join(values.out, `${room}.survivors.txt`), `${survivors.join('\n')}\n`)
  console.log(`\n=== ${room}`)
  for (const [path, killed, count] of rows.sort((a, b) => a[1] / a[2] - b[1] / b[2]))
    console.log(`${((100 * killed) / count).toFixed(1).padStart(6)} %  ${killed}/${count}  ${path}`)
  const score = (100 * found) / all
  console.log(
    `${score.toFixed(1)} % of ${all} mutants found in ${room} (bar ${BAR}, goal ${GOAL}); survivors: ${room}.survivors.txt`,
  )
  if (!(score >= BAR)) missed = true
}
process.exitCode = missed ? 1 : 0

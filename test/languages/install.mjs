import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { ROOT } from '../../tools/lib/package-map.mjs'
import { makeKeys } from './keys.mjs'

const HERE = `${ROOT}test/languages/`
const BUILT = `${HERE}.built/`

/** @param {string} program @param {readonly string[]} args @param {import('node:child_process').ExecFileSyncOptions} options */
const run = (program, args, options) =>
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options })

/** @param {string} what @param {() => void} make */
function attempt(what, make) {
  try {
    make()
  } catch (error) {
    console.error(`!!! ${what}: not built, ${/** @type {Error} */ (error).message.split('\n')[0]}`)
  }
}

/** A virtual environment with what the requirements name. */
function python() {
  const wanted = readFileSync(`${HERE}python/requirements.txt`, 'utf8')
  const stamp = `${BUILT}python/requirements.txt`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  run('python3', ['-m', 'venv', '--clear', `${BUILT}python`], {})
  run(`${BUILT}python/bin/python`, ['-m', 'pip', 'install', '-q', '-r', `${HERE}python/requirements.txt`], {})
  writeFileSync(stamp, wanted)
}

/** What the lockfile names, as `runSuites` installs it. */
function javascript() {
  const wanted = readFileSync(`${HERE}javascript/package-lock.json`, 'utf8')
  const stamp = `${HERE}javascript/node_modules/package-lock.json`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: `${HERE}javascript` })
  writeFileSync(stamp, wanted)
}

/** Builds what can be built; what cannot is named, and skipped by name in the suite. */
export function installPeers() {
  mkdirSync(BUILT, { recursive: true })
  makeKeys(`${BUILT}keys/`)
  attempt('libraries of Python', python)
  attempt('libraries of JavaScript', javascript)
  attempt('libraries of Go', () => run('go', ['build', '-o', `${BUILT}go/`, './...'], { cwd: `${HERE}go` }))
  attempt('libraries of Rust', () =>
    run('cargo', ['build', '--quiet', '--locked', '--target-dir', `${BUILT}cargo`], { cwd: `${HERE}rust` }),
  )
}

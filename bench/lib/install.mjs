import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { BENCH, ROOT } from './paths.mjs'

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const run = (/** @type {string} */ cwd, /** @type {string} */ command, /** @type {string[]} */ args) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' })

/** The peers, in the versions of this package's lockfile. They are no dependencies of the library. */
export function installPeers() {
  const { dependencies } = JSON.parse(readFileSync(`${BENCH}package.json`, 'utf8'))
  const installed = Object.entries(dependencies).every(([name, version]) => {
    const file = `${BENCH}node_modules/${name}/package.json`
    return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version === version
  })
  if (!installed) run(BENCH, npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'])
}

/** The library as it is published: what users get is what is measured. */
export function buildLibrary() {
  run(ROOT, process.execPath, ['node_modules/tsup/dist/cli-default.js', '--silent'])
}

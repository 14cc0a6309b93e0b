// The adapters of clients, servers and telemetry, inside the packages they are for: npm run test:frameworks

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'
import { ROOT, sourceAliases } from '../../tools/lib/package-map.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const windows = process.platform === 'win32'

/** The packages, in the versions of this folder's lockfile. None is a dependency of the library. */
function installFrameworks() {
  const { dependencies } = JSON.parse(readFileSync(`${HERE}package.json`, 'utf8'))
  const installed = Object.entries(dependencies).every(([name, version]) => {
    const file = `${HERE}node_modules/${name}/package.json`
    return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version === version
  })
  if (installed) return
  execFileSync(windows ? 'npm.cmd' : 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: HERE,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: windows,
  })
}

installFrameworks()
process.chdir(ROOT)
const vitest = await startVitest(
  'test',
  [],
  { config: false, root: ROOT, watch: false, include: ['test/frameworks/*.suite.ts'], testTimeout: 120_000 },
  { resolve: { alias: sourceAliases(['node']) } },
)
await vitest?.close()

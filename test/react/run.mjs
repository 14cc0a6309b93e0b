// The component of the keys page inside the React versions it is for, in Chromium: npm run test:react

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'
import { ROOT, sourceAliases } from '../../tools/lib/package-map.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const windows = process.platform === 'win32'

/** React, in the versions of this folder's lockfile. It is no dependency of the library. */
function installReact() {
  const { dependencies } = JSON.parse(readFileSync(`${HERE}package.json`, 'utf8'))
  const installed = Object.entries(dependencies).every(([name, wanted]) => {
    const file = `${HERE}node_modules/${name}/package.json`
    return existsSync(file) && wanted.endsWith(`@${JSON.parse(readFileSync(file, 'utf8')).version}`)
  })
  if (installed) return
  execFileSync(windows ? 'npm.cmd' : 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: HERE,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: windows,
  })
}

installReact()
process.chdir(ROOT)
const vitest = await startVitest(
  'test',
  [],
  { config: false, root: ROOT, watch: false, include: ['test/react/*.suite.ts'], testTimeout: 120_000 },
  { resolve: { alias: sourceAliases(['node']) } },
)
await vitest?.close()

// The packed package on every runtime of docs: npm run test:runtimes. Needs a build.
import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { install, pack } from '../../tools/lib/tarball.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const TOOLS = join(HERE, 'node_modules')

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('!!! The runtimes are pinned for Linux on x64: not run here, which is not a pass.')
  process.exit(0)
}
if (!existsSync(join(TOOLS, '@deno'))) {
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: HERE, stdio: ['ignore', 'inherit', 'inherit'] })
}

const scratch = mkdtempSync(join(tmpdir(), 'countersign-runtimes-'))

/** A folder in which the tarball is installed, and nothing else but what it depends on. */
function setUp() {
  install(scratch, pack(scratch).tarball, ['@noble'])
  writeFileSync(join(scratch, 'package.json'), '{ "type": "module" }\n')
  copyFileSync(join(HERE, 'smoke.mjs'), join(scratch, 'smoke.mjs'))
  writeFileSync(
    join(scratch, 'main.mjs'),
    `import { smoke } from './smoke.mjs'\nconst { lines, failed } = await smoke()\nconsole.log(lines.join('\\n'))\nif (failed > 0) throw new Error('failed')\n`,
  )
}

/** @returns {Promise<number>} a port without a listener */
const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address())
      probe.close(() => resolve(port))
    })
  })

/** Bundled as for a worker, and asked over HTTP: workerd gives no randomness outside a request. */
async function workerd() {
  const port = await freePort()
  writeFileSync(
    join(scratch, 'worker.mjs'),
    `import { smoke } from './smoke.mjs'
export default { async fetch() { const { lines, failed } = await smoke(); return new Response(lines.join('\\n'), { status: failed === 0 ? 200 : 500 }) } }\n`,
  )
  await build({
    entryPoints: [join(scratch, 'worker.mjs')],
    outfile: join(scratch, 'worker.bundle.mjs'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    preserveSymlinks: true,
    logLevel: 'error',
  })
  writeFileSync(
    join(scratch, 'worker.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (modules = [(name = "worker", esModule = embed "worker.bundle.mjs")], compatibilityDate = "2025-01-01"))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);\n`,
  )
  const child = spawn(join(TOOLS, '@cloudflare/workerd-linux-64/bin/workerd'), ['serve', 'worker.capnp'], {
    cwd: scratch,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  try {
    for (let tries = 0; ; tries++) {
      try {
        const response = await fetch(`http://127.0.0.1:${port}/`)
        console.log(await response.text())
        if (!response.ok) throw new Error('failed')
        return
      } catch (error) {
        // It says nothing when it is ready.
        const refused = /** @type {{ cause?: { code?: string } }} */ (error).cause?.code === 'ECONNREFUSED'
        if (!refused || tries > 100 || child.exitCode !== null) throw error
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  } finally {
    child.kill()
  }
}

const run = (/** @type {string} */ program, /** @type {string[]} */ args = []) =>
  execFileSync(program, [...args, 'main.mjs'], { cwd: scratch, stdio: ['ignore', 'inherit', 'inherit'] })

const node = (/** @type {string} */ name) => () => run(join(TOOLS, name, 'bin', 'node'))

/** @type {ReadonlyArray<readonly [name: string, run: () => unknown]>} */
const RUNTIMES = [
  [`Node ${process.versions.node}`, () => run(process.execPath)],
  ['Node 22', node('node-22')],
  ['Node 24', node('node-24')],
  ['Node 26', node('node-26')],
  ['Deno', () => run(join(TOOLS, '@deno/linux-x64-glibc/deno'), ['run', '--node-modules-dir=manual', '--allow-all'])],
  ['Bun', () => run(join(TOOLS, '@oven/bun-linux-x64/bin/bun'), ['run'])],
  ['workerd', workerd],
]

let failed = 0
try {
  setUp()
  for (const [name, start] of RUNTIMES) {
    console.log(`\n--- ${name}`)
    try {
      await start()
    } catch (error) {
      failed++
      console.error(`${name}: FAILED: ${/** @type {Error} */ (error).message}`)
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
console.log(`\n${RUNTIMES.length - failed} of ${RUNTIMES.length} runtimes`)
process.exitCode = failed === 0 ? 0 : 1

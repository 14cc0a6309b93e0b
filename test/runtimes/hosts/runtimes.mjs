import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inBrowser } from './browser.mjs'
import { lastLine } from './program.mjs'
import { inWorkerd } from './workerd.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const TOOLS = join(HERE, '../node_modules')

/**
 * @typedef {{ folder: string, texts: Readonly<Record<'native' | 'portable', string>> }} Setup
 *   `texts` are the bundled suites; they also lie in the folder as `native.mjs` and `portable.mjs`.
 * @typedef {{
 *   name: string,
 *   backend: 'native' | 'portable',
 *   program: string | undefined,
 *   version: () => string,
 *   run: (setup: Setup) => Promise<string>,
 *   onDisk?: (folder: string) => Promise<string>,
 * }} Runtime
 *   `program` is undefined where the runtime is not here; `run` gives the results as JSON, `onDisk` those of keys-on-disk.mjs.
 */

const found = (/** @type {string} */ path) => (existsSync(path) ? path : undefined)
const onPath = (/** @type {readonly string[]} */ names) =>
  names.flatMap((name) => (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, name))).find(existsSync)
const printed = (/** @type {string} */ program) =>
  /\d+(?:\.\d+)+/.exec(
    execFileSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  )?.[0] ?? ''
const versionOf = (/** @type {string} */ name) =>
  JSON.parse(readFileSync(join(TOOLS, name, 'package.json'), 'utf8')).version

const nodes = [20, 22, 24, 26].flatMap((major) => {
  const program = found(join(TOOLS, `node-${major}`, 'bin/node'))
  return programs(`Node ${major}`, program, (file) => [file], major === 26)
})
const deno = programs(
  'Deno',
  found(join(TOOLS, '@deno/linux-x64-glibc/deno')),
  (file, flags = []) => ['run', '--no-config', ...flags, file],
  false,
)
const bun = programs('Bun', found(join(TOOLS, '@oven/bun-linux-x64/bin/bun')), (file) => ['run', file], false)

/**
 * A runtime that runs a file, with one backend or with both.
 * @param {string} name
 * @param {string | undefined} program
 * @param {(file: string, flags?: readonly string[]) => string[]} args flags are permissions of Deno
 * @returns {Runtime[]}
 */
function programs(name, program, args, portable) {
  return /** @type {const} */ (['native', ...(portable ? ['portable'] : [])]).map((backend) => ({
    name: backend === 'native' ? name : `${name}, portable backend`,
    backend,
    program,
    version: () => printed(program ?? ''),
    run: ({ folder }) => {
      const file = join(folder, `main-${backend}.mjs`)
      writeFileSync(file, `import './${backend}.mjs'\nconsole.log(JSON.stringify(await globalThis.conformance()))\n`)
      return lastLine(program ?? '', args(file), folder)
    },
    ...(backend === 'native' && {
      onDisk: (/** @type {string} */ folder) => {
        // Beside the installed package, whose names it imports.
        const file = join(folder, 'keys-on-disk.mjs')
        copyFileSync(join(HERE, 'keys-on-disk.mjs'), file)
        return lastLine(program ?? '', args(file, ['--allow-all', '--node-modules-dir=manual']), folder)
      },
    }),
  }))
}

const worker = (/** @type {string} */ name, /** @type {string} */ id, /** @type {readonly string[]} */ flags) => {
  const program = found(join(TOOLS, '@cloudflare/workerd-linux-64/bin/workerd'))
  return /** @type {Runtime} */ ({
    name,
    backend: 'portable',
    program,
    version: () => versionOf('@cloudflare/workerd-linux-64'),
    run: ({ folder, texts }) =>
      inWorkerd({
        program: program ?? '',
        folder,
        name: id,
        flags,
        text: `${texts.portable}\nexport default { fetch: async () => Response.json(await globalThis.conformance()) }\n`,
      }),
  })
}

const edge = (/** @type {string} */ name, /** @type {readonly string[]} */ args) =>
  /** @type {Runtime} */ ({
    name,
    backend: 'portable',
    program: process.execPath,
    version: () =>
      JSON.parse(readFileSync(join(HERE, '../../../node_modules/edge-runtime/package.json'), 'utf8')).version,
    run: ({ folder }) =>
      lastLine(process.execPath, [join(HERE, 'edge.mjs'), join(folder, 'portable.mjs'), ...args], folder),
  })

const browser = (
  /** @type {string} */ name,
  /** @type {'chromium' | 'firefox'} */ kind,
  /** @type {'hide-ed25519' | 'node-globals' | undefined} */ before,
) => {
  const program = onPath(
    kind === 'chromium' ? ['chromium', 'chromium-browser', 'google-chrome'] : ['firefox-esr', 'firefox'],
  )
  return /** @type {Runtime} */ ({
    name,
    backend: 'portable',
    program,
    version: () => printed(program ?? ''),
    run: ({ texts }) =>
      inBrowser({ kind, program: program ?? '', text: texts.portable, ...(before === undefined ? {} : { before }) }),
  })
}

/** Every row of the table, in its order. */
export const RUNTIMES = /** @type {readonly Runtime[]} */ ([
  ...nodes,
  ...deno,
  ...bun,
  worker('workerd', 'worker', []),
  worker('workerd, `nodejs_compat`', 'worker-node', ['nodejs_compat']),
  edge("Vercel's edge runtime", []),
  edge("Next's edge runtime (its `process`)", ['next']),
  browser('Chromium', 'chromium', undefined),
  browser('Chromium, Ed25519 hidden', 'chromium', 'hide-ed25519'),
  browser("Electron's renderer (Chromium, its globals)", 'chromium', 'node-globals'),
  browser('Firefox', 'firefox', undefined),
  browser('Firefox, Ed25519 hidden', 'firefox', 'hide-ed25519'),
])

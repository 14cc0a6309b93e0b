import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { PACKAGE, ROOT } from './package-map.mjs'

/**
 * Modules of Node are loaded when the part of the bundle that needs them runs: as imports all of them would be loaded first, HTTPS
 * for `--help` among them.
 * @type {import('esbuild').Plugin}
 */
const lazyBuiltins = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) => ({
      path,
      namespace: kind === 'require-call' ? 'required' : 'imported',
    }))
    onLoad({ filter: /.*/, namespace: 'imported' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}')`,
    }))
    // The parser names some that it needs for programs as subcommands only.
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = new Proxy({}, { get: (_, name) => process.getBuiltinModule('${path}')[name] })`,
    }))
  },
}

/**
 * The command for Node: `cli.js` with the parser, and beside it, in `cli/`, a part for each command and what they share. One file
 * of everything took half of the start of `--help`, only to be parsed. What few commands need (drivers, age) is looked up in
 * the user's own project when it is asked for.
 * @param {string} outdir
 */
export async function bundleCli(outdir) {
  rmSync(`${outdir}/cli`, { recursive: true, force: true })
  // Apart from the rest: what it shares with that would be a second file for `--help` to load.
  await build({
    entryPoints: [{ in: `${ROOT}src/cli/main.ts`, out: 'cli' }],
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'none',
    plugins: [
      {
        name: 'start-apart',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\.\/start\.js$/ }, () => ({ path: './cli/start.js', external: true })),
      },
    ],
    logLevel: 'error',
  })
  await build({
    entryPoints: [{ in: `${ROOT}src/cli/start.ts`, out: 'cli/start' }],
    outdir,
    chunkNames: 'cli/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'none',
    define: { COUNTERSIGN_VERSION: JSON.stringify(PACKAGE.version) },
    alias: { '#backend': `${ROOT}src/crypto/backend/native` },
    external: Object.keys(PACKAGE.peerDependencies),
    plugins: [lazyBuiltins],
    logLevel: 'error',
  })
  chmodSync(`${outdir}/cli.js`, 0o755)
  await writeHelp(outdir)
}

/**
 * The help of each command, as the parser prints it, in a file of its own (`src/cli/quick-help.ts`): a terminal shows it without
 * the parser and the table of all options.
 * @param {string} outdir
 */
async function writeHelp(outdir) {
  const { outputFiles } = await build({
    stdin: { contents: PRINT_HELP, resolveDir: `${ROOT}src/cli`, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    define: { COUNTERSIGN_VERSION: JSON.stringify(PACKAGE.version) },
    plugins: [
      {
        name: 'no-commands',
        setup: ({ onResolve }) => onResolve({ filter: /\/commands\// }, ({ path }) => ({ path, external: true })),
      },
    ],
    banner: { js: "import { createRequire } from 'node:module'\nconst require = createRequire('file:///')" },
    logLevel: 'error',
  })
  const texts = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-'], {
      input: outputFiles[0]?.text ?? '',
      encoding: 'utf8',
    }),
  )
  mkdirSync(`${outdir}/cli/help`, { recursive: true })
  for (const [name, text] of Object.entries(texts)) writeFileSync(`${outdir}/cli/help/${name}.txt`, text)
}

const PRINT_HELP = `
import { addComplete, programOf } from './program.js'
const texts: Record<string, string> = {}
const walk = (command: any, names: string[]): void => {
  texts[names.join('-')] = help(command)
  for (const one of command.commands) walk(one, [...names, one.name()])
}
const help = (command: any): string => {
  let text = ''
  command.configureOutput({ writeOut: (part: string) => { text += part }, getOutHelpWidth: () => 80, getOutHasColors: () => false })
  command.outputHelp()
  return text
}
const silent = { write: () => true }
const program = programOf({ argv: [], env: {}, stdin: process.stdin, stdout: silent, stderr: silent, hidden: [] }, { code: 0 }, false)
addComplete(program)
walk(program, ['countersign'])
process.stdout.write(JSON.stringify(texts))
`

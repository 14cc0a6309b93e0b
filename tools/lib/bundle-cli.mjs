import { chmodSync, rmSync } from 'node:fs'
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
  await build({
    entryPoints: [`${ROOT}src/cli/main.ts`],
    outdir,
    entryNames: 'cli',
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
}

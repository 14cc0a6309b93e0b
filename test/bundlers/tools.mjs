import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import { rspack } from '@rspack/core'
import { build as esbuild } from 'esbuild'
import { rollup } from 'rollup'
import { build as vite } from 'vite'
import webpack from 'webpack'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const MODULES = join(HERE, 'node_modules')
export const versionOf = (/** @type {string} */ name) =>
  JSON.parse(readFileSync(join(MODULES, name, 'package.json'), 'utf8')).version
const bin = (/** @type {string} */ name) => join(MODULES, '.bin', name)

/**
 * @typedef {{ entry: string, outfile: string, folder: string, side: 'page' | 'server' }} Job
 * @typedef {{ name: string, version: string, build: (job: Job) => Promise<void> }} Tool
 */

const run = (/** @type {string} */ file, /** @type {readonly string[]} */ args, /** @type {string} */ cwd) =>
  execFileSync(file, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CI: '1' },
  })

/** webpack and Rspack have the same settings. */
const packed =
  (/** @type {(options: object, done: (error: unknown, stats: any) => void) => void} */ bundler) =>
  (/** @type {Job} */ { entry, outfile, folder, side }) =>
    new Promise((resolve, reject) => {
      bundler(
        {
          mode: 'production',
          context: folder,
          entry,
          target: side === 'page' ? 'web' : 'node',
          output: { path: join(outfile, '..'), filename: outfile.split('/').at(-1) },
          performance: { hints: false },
        },
        (error, stats) => {
          if (error) reject(error)
          else if (stats.hasErrors() || stats.hasWarnings()) reject(new Error(stats.toString('errors-warnings')))
          else resolve(undefined)
        },
      )
    })

const required = createRequire(import.meta.url)

/** Bundlers that make a file which runs in a page, and one which runs on Node. @type {readonly Tool[]} */
export const TOOLS = [
  {
    name: 'esbuild',
    version: required('../../node_modules/esbuild/package.json').version,
    build: async ({ entry, outfile, side }) => {
      const { warnings } = await esbuild({
        entryPoints: [entry],
        outfile,
        bundle: true,
        minify: true,
        format: 'esm',
        platform: side === 'page' ? 'browser' : 'node',
        logLevel: 'silent',
      })
      if (warnings.length > 0) throw new Error(warnings[0]?.text)
    },
  },
  {
    name: 'Rollup',
    version: versionOf('rollup'),
    build: async ({ entry, outfile, side }) => {
      const bundle = await rollup({
        input: entry,
        external: /^node:/,
        plugins: [nodeResolve(side === 'page' ? { browser: true } : { exportConditions: ['node'] })],
        onwarn: ({ code, message }) => {
          throw new Error(`${code} ${message}`)
        },
      })
      await bundle.write({ file: outfile, format: 'es', inlineDynamicImports: true })
      await bundle.close()
    },
  },
  {
    name: 'Vite',
    version: versionOf('vite'),
    build: async ({ entry, outfile, folder, side }) => {
      await vite({
        root: folder,
        configFile: false,
        logLevel: 'error',
        ...(side === 'server' ? { ssr: { noExternal: true } } : {}),
        build: {
          emptyOutDir: false,
          outDir: join(outfile, '..'),
          ssr: side === 'server',
          rollupOptions: { input: entry, output: { entryFileNames: outfile.split('/').at(-1) } },
        },
      })
    },
  },
  { name: 'webpack', version: versionOf('webpack'), build: packed(/** @type {never} */ (webpack)) },
  { name: 'Rspack', version: versionOf('@rspack/core'), build: packed(/** @type {never} */ (rspack)) },
  {
    name: '`bun build`',
    version: versionOf('@oven/bun-linux-x64'),
    build: async ({ entry, outfile, folder, side }) => {
      const target = side === 'page' ? 'browser' : 'node'
      run(
        join(MODULES, '@oven/bun-linux-x64/bin/bun'),
        ['build', entry, '--target', target, '--outfile', outfile],
        folder,
      )
    },
  },
  {
    name: 'Parcel',
    version: versionOf('parcel'),
    build: async ({ entry, outfile, folder, side }) => {
      // Parcel reads `exports` of packages only where a project asks for it.
      const target = { distDir: join(outfile, '..'), context: side === 'page' ? 'browser' : 'node' }
      const facts = {
        name: 'app',
        version: '1.0.0',
        '@parcel/resolver-default': { packageExports: true },
        main: undefined,
        targets: {
          main: false,
          [side]: {
            ...target,
            distDir: join(outfile, '..'),
            outputFormat: 'esmodule',
            includeNodeModules: true,
            isLibrary: false,
            scopeHoist: true,
          },
        },
      }
      writeFileSync(join(folder, 'package.json'), JSON.stringify(facts))
      // Where it looks for a project's settings: the nearest folder with a lockfile.
      writeFileSync(join(folder, 'package-lock.json'), '{}')
      run(bin('parcel'), ['build', entry, '--no-cache', '--no-source-maps', '--target', side], folder)
    },
  },
]

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { ROOT } from '../../../tools/lib/package-map.mjs'
import { AREAS } from './areas.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const TESTS = join(ROOT, 'test')
const STAND_IN = join(HERE, 'stand-ins.ts')

/** Folders whose files the tests read. */
const READ = ['test/vectors', '../shared/vectors']

/**
 * Folders of which they read the names. Kalshi's keys are RSA only, which answers at once nowhere but on Node.
 */
const NAMES_READ = ['test/exchange/samples', 'src/exchange/catalogue']
const namesIn = (/** @type {string} */ folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name !== 'kalshi.ts')
    .map((name) => [`${folder}/${name}`, ''])

/** @returns {Record<string, string>} every text in them, by its path from the root */
function filesRead() {
  const texts = READ.flatMap((folder) => {
    const path = join(ROOT, folder)
    if (!existsSync(path)) {
      console.warn(`SKIPPED (no ${folder} beside this checkout): the tests of its vectors`)
      return []
    }
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:json|pem|txt|sts|creq|authz|sreq|req)$/.test(file) && !/^leaks\//.test(file))
      .filter((file) => statSync(join(path, file)).isFile())
      .map((file) => [`${folder}/${file}`, readFileSync(join(path, file), 'utf8')])
  })
  return Object.fromEntries([...texts, ...NAMES_READ.flatMap(namesIn)])
}

/**
 * The tests themselves, turned to the built package: their names of sources lead to its files, Vitest is the harness, and what they
 * take from Node is a stand-in.
 * @param {string} installed the package as it was unpacked from the tarball
 * @param {'native' | 'portable'} backend
 * @returns {import('esbuild').Plugin}
 */
const onBuiltPackage = (installed, backend) => ({
  name: 'on-built-package',
  setup({ onLoad, onResolve, resolve }) {
    onResolve({ filter: /^vitest$/ }, () => ({ path: join(HERE, 'harness.ts') }))
    onResolve({ filter: /^tinyrainbow$/ }, () => ({ path: join(HERE, 'no-colours.ts') }))
    onResolve({ filter: /^node:(?:fs|path)$/ }, ({ importer }) =>
      importer.startsWith(TESTS) ? { path: STAND_IN } : undefined,
    )
    onResolve({ filter: /^node:crypto$/ }, ({ importer }) =>
      importer.startsWith(TESTS) ? { path: join(HERE, 'crypto-stand-in.ts') } : undefined,
    )
    onResolve({ filter: /^countersign(?:$|\/)/ }, ({ path, importer, kind }) =>
      importer.startsWith(TESTS)
        ? resolve(path, { kind, resolveDir: dirname(dirname(installed)), pluginData: 'package' })
        : undefined,
    )
    onResolve({ filter: /^\.{1,2}\// }, ({ path, importer }) => {
      const target = join(dirname(importer), path)
      return target.startsWith(join(ROOT, 'src/'))
        ? { path: join(installed, 'dist', relative(join(ROOT, 'src'), target)) }
        : undefined
    })
    onLoad({ filter: /conformance\/files\.ts$/ }, () => ({
      contents: `export const BACKEND = '${backend}'
export const FILES = JSON.parse(${JSON.stringify(JSON.stringify(filesRead()))})`,
    }))
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (!path.startsWith(TESTS) || (path.startsWith(HERE.slice(0, -1)) && !path.endsWith('.test.ts')))
        return undefined
      const url = `file:///checkout/project/${relative(ROOT, path)}`
      const text = readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(url))
      const names = ['Buffer', 'process'].filter((name) => new RegExp(`\\b${name}\\b`).test(text))
      const before = names.length === 0 ? '' : `import { ${names.join(', ')} } from ${JSON.stringify(STAND_IN)};`
      return { contents: before + text, loader: 'ts' }
    })
  },
})

/**
 * One text that sets `globalThis.conformance`, a function that runs every area.
 * @param {string} installed
 * @param {'native' | 'portable'} backend
 */
export async function bundle(installed, backend) {
  const files = AREAS.flatMap(([area, paths]) =>
    paths.map(
      (path) =>
        `[${JSON.stringify(area)}, ${JSON.stringify(path)}, () => import(${JSON.stringify(join(TESTS, path))})]`,
    ),
  )
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: `import { runFiles } from './harness.ts'\nglobalThis.conformance = () => runFiles([${files.join(',\n')}])\n`,
      resolveDir: HERE,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: backend === 'native' ? ['node', 'import'] : ['browser', 'import'],
    legalComments: 'none',
    logLevel: 'error',
    plugins: [onBuiltPackage(installed, backend)],
    ...(backend === 'native' ? { external: ['node:*'] } : {}),
  })
  const [output] = Object.values(metafile.outputs)
  return {
    text: outputFiles[0].text,
    imports: output.imports.filter(({ external }) => external).map(({ path }) => path),
  }
}

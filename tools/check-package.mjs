import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { NODE_ONLY } from './layers.mjs'
import { handsOn } from './lib/hands-on.mjs'
import { entryPoints, PACKAGE, ROOT } from './lib/package-map.mjs'
import { deadLinks } from './lib/packed-links.mjs'
import { install, pack } from './lib/tarball.mjs'

/** Largest size on disk of what a user installs, its own files only. 1.6 MB of it are the command, which holds what it uses once more, 1.3 the types, 0.8 the pictures of the pages, 0.4 the debugging page, 0.2 the keys page, and 0.2 the vectors and the verifying halves in Python and Go. */
export const MAX_UNPACKED_BYTES = 10_650_000

/** What a tarball may hold, and what it must. */
const ALLOWED =
  /^(?:dist\/.+\.(?:js|js\.map|d\.ts)|dist\/inspector\/index\.html|dist\/browser\/integrity\.json|dist\/cli\/help\/[\w-]+\.txt|dist\/console\/page\/LICENSES\.txt|docs\/.+|demo\/server\.mjs|clients\/(?:python\/countersign_verify\.py|go\/verify\/[\w.]+)|test\/vectors\/published\/(?:\w+\.(?:json|md|py)|go\/[\w.]+)|package\.json|README\.md|LICENSE|SECURITY\.md|CHANGELOG\.md)$/
const REQUIRED = [
  'package.json',
  'README.md',
  'LICENSE',
  'SECURITY.md',
  'CHANGELOG.md',
  'dist/cli.js',
  'dist/inspector/index.html',
  'dist/browser/countersign.min.js',
  'dist/browser/countersign.min.d.ts',
  'dist/browser/countersign.global.js',
  'dist/browser/integrity.json',
]

/**
 * Every way in which a tarball's list of files is wrong.
 * @param {ReadonlyArray<{ path: string, size: number }>} files
 * @returns {string[]}
 */
export function checkContent(files) {
  const paths = new Set(files.map(({ path }) => path))
  const required = [...REQUIRED, ...entryPoints().flatMap(({ dist, types }) => [dist.slice(2), types.slice(2)])]
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  return [
    ...files.filter(({ path }) => !ALLOWED.test(path)).map(({ path }) => `${path} must not be published`),
    ...required.filter((path) => !paths.has(path)).map((path) => `${path} is missing`),
    ...(bytes > MAX_UNPACKED_BYTES ? [`${bytes} bytes unpacked, ${bytes - MAX_UNPACKED_BYTES} too many`] : []),
  ]
}

/**
 * A project that has installed the tarball, with nothing else in reach but what is named.
 * @param {string} directory
 * @param {string} tarball
 * @param {readonly string[]} dependencies
 */
function makeConsumer(directory, tarball, dependencies) {
  install(directory, tarball, dependencies)
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n')
  return directory
}

/**
 * Run a program to its end; its output is shown only when it fails.
 * @param {string} what
 * @param {string} cwd
 * @param {string[]} command
 * @returns {boolean}
 */
function run(what, cwd, command) {
  try {
    execFileSync(command[0] ?? '', command.slice(1), { cwd, encoding: 'utf8', stdio: 'pipe' })
    console.log(`package: ${what}: ok`)
    return true
  } catch (error) {
    const {
      stdout = '',
      stderr = '',
      message = '',
    } = /** @type {{ stdout?: string, stderr?: string, message?: string }} */ (error)
    console.error(`package: ${what}: FAILED\n${stdout}${stderr || message}`)
    return false
  }
}

/** What a CommonJS file of TypeScript may say, by the setting `module`. */
const COMMON = {
  // Node's require() of ES modules is not known to this setting: types by attribute, values by import().
  node16: `
import type { SignedFetch } from '${PACKAGE.name}' with { 'resolution-mode': 'import' }
export async function open(apiKey: string, secret: string): Promise<SignedFetch> {
  const { createSignedFetch } = await import('${PACKAGE.name}')
  const { binance } = await import('${PACKAGE.name}/exchange/binance')
  return createSignedFetch(binance({ apiKey, secret }))
}
`,
  nodenext: `
import countersign = require('${PACKAGE.name}')
import { binance } from '${PACKAGE.name}/exchange/binance'
export const open = (apiKey: string, secret: string): countersign.SignedFetch =>
  countersign.createSignedFetch(binance({ apiKey, secret }))
`,
}

/**
 * A CommonJS program on this Node gets every entry point from `require()`, the same objects as an `import` gives.
 * @param {string} cwd
 * @param {readonly string[]} specifiers
 */
function requireAll(cwd, specifiers) {
  writeFileSync(
    join(cwd, 'app.cjs'),
    `const { createSignedFetch } = require('${PACKAGE.name}')
     const { binance } = require('${PACKAGE.name}/exchange/binance')
     if (typeof createSignedFetch(binance({ apiKey: 'a', secret: 'b' })) !== 'function') throw new Error('no signed fetch')
     for (const name of ${JSON.stringify(specifiers)})
       if (Object.keys(require(name)).length === 0) throw new Error(name + ' exports nothing')
     import('${PACKAGE.name}').then((imported) => {
       if (imported.createSignedFetch !== createSignedFetch) throw new Error('require() and import give two copies')
     })`,
  )
  // 20.19 and 22.12 are the first that do it without a flag, and 20.19 is the oldest that is supported.
  return run('require() of every subpath from a .cjs file', cwd, [process.execPath, 'app.cjs'])
}

/**
 * What a runner that turns modules into CommonJS (Jest with babel-jest) needs of every file: no top-level await and no
 * `import.meta`. Bundled as one such module and executed.
 * @param {string} cwd
 * @param {readonly string[]} specifiers
 */
function asCommonJs(cwd, specifiers) {
  writeFileSync(
    join(cwd, 'as-common.mjs'),
    `import { build } from ${JSON.stringify(pathToFileURL(join(ROOT, 'node_modules/esbuild/lib/main.js')).href)}
     const specifiers = ${JSON.stringify(specifiers)}
     const { warnings } = await build({
       stdin: { contents: specifiers.map((name, i) => 'export * as e' + i + " from '" + name + "'").join('\\n'), resolveDir: '.' },
       bundle: true, format: 'cjs', platform: 'node', target: 'node20', outfile: 'common.cjs', logLevel: 'error',
       conditions: ['require', 'node', 'default'], external: ${JSON.stringify(Object.keys(PACKAGE.peerDependencies))},
     })
     if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join(', '))
     const made = (await import('node:module')).createRequire(import.meta.url)('./common.cjs')
     if (Object.keys(made).length !== specifiers.length) throw new Error('not every subpath is there')`,
  )
  return run('every subpath can be turned into CommonJS', cwd, [process.execPath, 'as-common.mjs'])
}

/**
 * That `sideEffects: false` is true to users: a bundler leaves nothing of what is imported and not used, and each export of the
 * root works alone.
 * @param {string} cwd
 * @param {readonly string[]} specifiers
 */
function shaken(cwd, specifiers) {
  writeFileSync(
    join(cwd, 'shaken.mjs'),
    `import { build } from ${JSON.stringify(pathToFileURL(join(ROOT, 'node_modules/esbuild/lib/main.js')).href)}
     import { pathToFileURL } from 'node:url'
     const common = { bundle: true, format: 'esm', minify: true, platform: 'node', logLevel: 'error', external: ${JSON.stringify(Object.keys(PACKAGE.peerDependencies))} }
     const names = Object.keys(await import('${PACKAGE.name}'))
     const unused = ${JSON.stringify(specifiers)}.flatMap((name, i) => ["import '" + name + "'", "import * as e" + i + " from '" + name + "'"])
     const contents = [...unused, "import { " + names.join(', ') + " } from '${PACKAGE.name}'"].join('\\n')
     const { outputFiles } = await build({ ...common, stdin: { contents, resolveDir: '.' }, write: false })
     if (outputFiles[0].text.trim() !== '') throw new Error('what is not used leaves ' + outputFiles[0].text)
     for (const name of names) {
       const stdin = { contents: "export { " + name + " as one } from '${PACKAGE.name}'", resolveDir: '.' }
       await build({ ...common, stdin, outfile: 'alone/' + name + '.mjs' })
       if ((await import(pathToFileURL('alone/' + name + '.mjs').href)).one === undefined) throw new Error(name + ' is nothing alone')
     }`,
  )
  return run('an unused import adds no byte, each export works alone', cwd, [process.execPath, 'shaken.mjs'])
}

/**
 * @param {string} scratch an empty directory
 * @returns {Promise<boolean>}
 */
async function checkPackage(scratch) {
  // Built beforehand by the npm script, so that the tarball is what the other checks have looked at.
  const packed = pack(scratch)
  const { tarball } = packed
  const problems = [
    ...checkContent(packed.files),
    ...deadLinks(new Set(packed.files.map(({ path }) => path)), (path) => readFileSync(join(ROOT, path), 'utf8')),
  ]
  for (const problem of problems) console.error(`package: ${problem}`)
  console.log(
    `package: ${packed.entryCount} files, ${(packed.size / 1000).toFixed(1)} kB packed, ${(packed.unpackedSize / 1000).toFixed(1)} kB unpacked`,
  )

  const bin = (/** @type {string} */ name) => join(ROOT, 'node_modules', '.bin', name)
  const specifiers = entryPoints().map(({ specifier }) => specifier)
  const loadAll = `for (const name of ${JSON.stringify(specifiers)}) {
    if (Object.keys(await import(name)).length === 0) throw new Error(name + ' exports nothing')
  }`
  // No peer is installed here: every one of them is optional.
  const bare = makeConsumer(join(scratch, 'bare'), tarball, ['@noble'])
  const typed = makeConsumer(join(scratch, 'typed'), tarball, [
    '@noble',
    '@types',
    ...Object.keys(PACKAGE.peerDependencies),
  ])
  const onNode = new Set(
    entryPoints()
      .filter(({ source }) => NODE_ONLY.some((only) => only.test(source.slice(4))))
      .map(({ specifier }) => specifier),
  )
  const namespaces = (/** @type {readonly string[]} */ names) =>
    names.map((name, i) => `export * as e${i} from '${name}'`).join('\n')
  const compile = (
    /** @type {string} */ name,
    /** @type {readonly string[]} */ names,
    /** @type {object} */ options,
  ) => {
    const common = { strict: true, noEmit: true, target: 'es2023', exactOptionalPropertyTypes: true, ...options }
    writeFileSync(join(typed, `${name}.ts`), namespaces(names))
    writeFileSync(
      join(typed, `tsconfig.${name}.json`),
      JSON.stringify({ compilerOptions: common, files: [`${name}.ts`] }),
    )
    return run(`types, ${name}`, typed, [bin('tsc'), '-p', `tsconfig.${name}.json`])
  }
  const web = specifiers.filter((name) => !onNode.has(name))
  const lib = ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable']
  return [
    problems.length === 0,
    run('publint --strict', ROOT, [bin('publint'), 'run', tarball, '--strict']),
    run('attw, esm-only', ROOT, [
      bin('attw'),
      tarball,
      '--profile',
      'esm-only',
      // A script for a page: it has no module to type.
      '--exclude-entrypoints',
      'browser/global',
      '--no-definitely-typed',
      '--no-emoji',
      '--no-color',
    ]),
    run('every subpath loads on Node without any peer', bare, [process.execPath, '--input-type=module', '-e', loadAll]),
    run('the browser bundle loads as a module', bare, [
      process.execPath,
      '--input-type=module',
      '-e',
      `const { createSignedFetch } = await import('${PACKAGE.name}/browser')
       if (typeof createSignedFetch !== 'function') throw new Error('exports no createSignedFetch')`,
    ]),
    run('every subpath loads on the portable backend', bare, [
      process.execPath,
      '--conditions=browser',
      '--input-type=module',
      '-e',
      loadAll,
    ]),
    await handsOn(bare),
    requireAll(bare, specifiers),
    asCommonJs(bare, specifiers),
    shaken(bare, specifiers),
    // hono's own declarations need other runtimes' types, so only ours are checked to the last line.
    compile(
      'web',
      web.filter((name) => !name.endsWith('/hono')),
      { module: 'nodenext', lib, types: [], skipLibCheck: false },
    ),
    compile('bundler', specifiers, {
      module: 'esnext',
      moduleResolution: 'bundler',
      lib,
      types: ['node'],
      skipLibCheck: true,
    }),
    compile('node', [...specifiers, `${PACKAGE.name}/browser`], {
      module: 'nodenext',
      lib,
      types: ['node'],
      skipLibCheck: true,
    }),
    // A file that TypeScript compiles to CommonJS: docs/runtimes.md says what works there.
    ...Object.entries(COMMON).map(([module, text]) => {
      const name = `common-${module}`
      writeFileSync(join(typed, `${name}.cts`), text)
      const compilerOptions = {
        strict: true,
        noEmit: true,
        target: 'es2023',
        module,
        lib,
        types: ['node'],
        skipLibCheck: true,
      }
      writeFileSync(join(typed, `tsconfig.${name}.json`), JSON.stringify({ compilerOptions, files: [`${name}.cts`] }))
      return run(`types, CommonJS under "module": "${module}"`, typed, [bin('tsc'), '-p', `tsconfig.${name}.json`])
    }),
  ].every(Boolean)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const scratch = mkdtempSync(join(tmpdir(), 'countersign-package-'))
  try {
    process.exitCode = (await checkPackage(scratch)) ? 0 : 1
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

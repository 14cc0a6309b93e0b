import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { importsOf, parseFile, resolveRelative, sourceFiles } from './lib/imports.mjs'
import { entryPoints, importTargets, PACKAGE, ROOT } from './lib/package-map.mjs'

/** @typedef {import('./lib/package-map.mjs').PackageJson} PackageJson */

/**
 * Every way in which the exports map, the sources and the build output disagree.
 * @param {string} root a directory with `src/`, `dist/` and tsconfig.json
 * @param {PackageJson} pkg
 * @returns {string[]}
 */
export function checkExports(root, pkg) {
  return [checkTargets, checkReachable, checkPaths, checkDist].flatMap((check) => check(root, pkg))
}

/** Each subpath is `{ types, default }`, and its source and its built files exist. */
function checkTargets(/** @type {string} */ root, /** @type {PackageJson} */ pkg) {
  return entryPoints(pkg).flatMap(({ subpath, source, dist, types, key }) => {
    const target = pkg.exports[key]
    const problems = [source, dist, types]
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `exports "${subpath}": ${path} does not exist`)
    if (Object.keys(target ?? {}).join() !== 'types,default')
      problems.push(`exports "${subpath}": expected exactly "types" then "default"`)
    if (types !== dist.replace(/\.js$/, '.d.ts'))
      problems.push(`exports "${subpath}": types and default name different modules`)
    return problems
  })
}

/** Where the bundles of the programs begin: the command, and the scripts of the pages. */
const PROGRAMS = [
  'cli/main.ts',
  ...['inspector/main.tsx', 'inspector/engine.ts', 'inspector/lazy-curves.ts'],
  ...['main.tsx', 'site.ts'].map((file) => `console/page/${file}`),
]

/** Every source file is reached from a subpath or a program: a leaf that cannot be imported was forgotten in the map. */
function checkReachable(/** @type {string} */ root, /** @type {PackageJson} */ pkg) {
  const directory = join(root, 'src')
  const files = sourceFiles(directory)
  const backends = ['node', 'browser'].flatMap((condition) => importTargets([condition], pkg))
  const expand = (/** @type {string} */ specifier) =>
    backends.flatMap(({ name, source }) => {
      const prefix = name.replace('*', '')
      return specifier.startsWith(prefix)
        ? [source.replace('*', specifier.slice(prefix.length)).replace(/^src\//, '')]
        : []
    })
  const seen = new Set()
  const queue = [...PROGRAMS, ...entryPoints(pkg).map(({ source }) => source.replace(/^src\//, ''))]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file) || !existsSync(join(directory, file))) continue
    seen.add(file)
    for (const { specifier } of importsOf(parseFile(join(directory, file)))) {
      if (specifier?.startsWith('#')) queue.push(...expand(specifier))
      const target = specifier?.startsWith('.') ? resolveRelative(directory, file, specifier) : undefined
      if (target !== undefined && 'file' in target) queue.push(target.file)
    }
  }
  return files.filter((file) => !seen.has(file)).map((file) => `src/${file}: reached from no subpath of "exports"`)
}

/** The compiler's `paths` resolve self-imports to source just as the exports map does to the build. */
function checkPaths(/** @type {string} */ root, /** @type {PackageJson} */ pkg) {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'))
  /** @type {Record<string, string[]>} */
  const paths = config?.compilerOptions?.paths ?? {}
  const expected = new Map(
    entryPoints(pkg).map(({ specifier, source, key, subpath }) => {
      // A pattern stands in both maps as it is.
      const name = subpath.split('/').at(-1) ?? ''
      return key === subpath
        ? [specifier, `./${source}`]
        : [pkg.name + key.slice(1), `./${source.replace(`/${name}.ts`, '/*.ts')}`]
    }),
  )
  const missing = [...expected].filter(([specifier, source]) => paths[specifier]?.[0] !== source)
  const extra = Object.keys(paths).filter((specifier) => !specifier.startsWith('#') && !expected.has(specifier))
  return [
    ...missing.map(([specifier, source]) => `tsconfig.json paths: "${specifier}" should be ["${source}"]`),
    ...extra.map((specifier) => `tsconfig.json paths: "${specifier}" is not in "exports"`),
  ]
}

/** Built files import only what exists: relative names with their extension, and names of the imports map. */
function checkDist(/** @type {string} */ root, /** @type {PackageJson} */ pkg) {
  const directory = join(root, 'dist')
  if (!existsSync(directory)) return ['dist does not exist: run the build first']
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(?<!\.min|\.global)\.(?:js|d\.ts)$/.test(file),
  )
  const own = Object.keys(pkg.imports).map((name) => name.replace('*', ''))
  const known = [...Object.keys({ ...pkg.dependencies, ...pkg.peerDependencies })]
  return files.flatMap((file) =>
    importsOf(parseFile(join(directory, file))).flatMap(({ specifier = '(computed)' }) => {
      const bad = (/** @type {string} */ why) => [`dist/${file}: "${specifier}" ${why}`]
      if (specifier.startsWith('#'))
        return own.some((prefix) => specifier.startsWith(prefix)) ? [] : bad('is not in "imports"')
      if (!specifier.startsWith('.'))
        return specifier.startsWith('node:') || known.some((name) => `${specifier}/`.startsWith(`${name}/`))
          ? []
          : bad('is no declared dependency')
      if (!specifier.endsWith('.js')) return bad('has no extension')
      const target = join(directory, posix.dirname(file), specifier)
      return existsSync(file.endsWith('.d.ts') ? target.replace(/\.js$/, '.d.ts') : target) ? [] : bad('does not exist')
    }),
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const problems = checkExports(ROOT, PACKAGE)
  for (const problem of problems) console.error(problem)
  console.log(
    problems.length === 0
      ? `exports: ${entryPoints().length} subpaths, all built and all of src reachable`
      : `exports: ${problems.length} wrong`,
  )
  process.exitCode = problems.length === 0 ? 0 : 1
}

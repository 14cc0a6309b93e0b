import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The repository's root directory, with a trailing separator. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/**
 * @typedef {{ types: string, default: string }} Target
 * @typedef {{
 *   name: string, version: string, license: string, files: string[],
 *   exports: Record<string, Target | string | null>,
 *   imports: Record<string, Record<string, string>>,
 *   dependencies: Record<string, string>, peerDependencies: Record<string, string>,
 *   devDependencies: Record<string, string>,
 *   scripts: Record<string, string>,
 * }} PackageJson
 * @typedef {{ subpath: string, specifier: string, source: string, dist: string, types: string, key: string }} EntryPoint
 *   `key` is what stands in the exports map: the subpath, or the pattern that it fits.
 */

/** @type {PackageJson} */
export const PACKAGE = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))

/**
 * The source file that a file of `dist` is made from.
 * @param {string} dist such as `./dist/server/index.js`
 */
export const sourceOf = (dist) => dist.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts')

/**
 * The names that a pattern of the exports map stands for: one for each file at its `*`, the index aside.
 * @param {string} dist such as `./dist/exchange/catalogue/*.js`
 * @returns {string[]}
 */
function patternNames(dist) {
  const directory = ROOT + sourceOf(dist).replace(/\*.*$/, '')
  return existsSync(directory)
    ? readdirSync(directory)
        .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
        .map((file) => file.replace(/\.ts$/, ''))
        .sort()
    : []
}

/** Bundles are made from the sources of other entry points: they have none of their own. */
const BUNDLES = './dist/browser/'

/**
 * Every subpath that holds code, with the names it goes by.
 * @returns {EntryPoint[]}
 */
export function entryPoints(pkg = PACKAGE) {
  return Object.entries(pkg.exports).flatMap(([key, target]) => {
    if (target === null || typeof target === 'string' || target.default.startsWith(BUNDLES)) return []
    return (key.includes('*') ? patternNames(target.default) : ['']).map((name) => {
      const of = (/** @type {string} */ text) => text.replace('*', name)
      const dist = of(target.default)
      const subpath = of(key)
      return {
        subpath,
        specifier: pkg.name + subpath.slice(1),
        source: sourceOf(dist),
        dist,
        types: of(target.types),
        key,
      }
    })
  })
}

/**
 * Where the package's own `#…` names lead under some conditions, as source patterns: `#backend/*` to `src/…/*.ts`.
 * @param {readonly string[]} conditions
 * @returns {Array<{ name: string, source: string }>}
 */
export function importTargets(conditions, pkg = PACKAGE) {
  return Object.entries(pkg.imports).map(([name, targets]) => {
    // Order in the map decides, as in Node's own resolution.
    const found = Object.entries(targets).find(
      ([condition]) => condition === 'default' || conditions.includes(condition),
    )
    if (found === undefined) throw new Error(`package.json imports: ${name} has no target for ${conditions.join(', ')}`)
    return { name, source: sourceOf(found[1]) }
  })
}

/**
 * Aliases that make self-imports and `#…` names run from source: nothing has to be built before the tests.
 * @param {readonly string[]} conditions
 * @returns {Array<{ find: RegExp, replacement: string }>}
 */
export function sourceAliases(conditions) {
  const exact = (/** @type {string} */ text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  return [
    ...importTargets(conditions).map(({ name, source }) => ({
      find: new RegExp(`^${exact(name).replace('\\*', '(.+)')}$`),
      replacement: ROOT + source.replace('*', '$1'),
    })),
    ...entryPoints().map(({ specifier, source }) => ({
      find: new RegExp(`^${exact(specifier)}$`),
      replacement: ROOT + source,
    })),
  ]
}

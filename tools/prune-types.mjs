// Deletes the declarations of `dist` that no import of a user leads to: those of modules within the package.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { entryPoints, PACKAGE, ROOT } from './lib/package-map.mjs'

const DIST = `${ROOT}dist/`
const NAMED = /(?:\bfrom|\bimport\(?)\s*['"]([^'"]+)['"]/g

/** The declarations beside a file of JavaScript. */
const typesOf = (/** @type {string} */ path) => path.replace(/\.js$/, '.d.ts')

/**
 * What a specifier in a declaration stands for.
 * @param {string} specifier
 * @param {string} from
 * @returns {string[]}
 */
function targets(specifier, from) {
  if (specifier.startsWith('.')) return [typesOf(join(dirname(from), specifier))]
  // One file for each kind of host: `#backend/hash`.
  for (const [pattern, hosts] of Object.entries(PACKAGE.imports)) {
    const [start = '', end = ''] = pattern.split('*')
    if (specifier.startsWith(start) && specifier.endsWith(end))
      return Object.values(hosts).map((path) =>
        typesOf(join(ROOT, path.replace('*', specifier.slice(start.length, specifier.length - end.length)))),
      )
  }
  return []
}

const entries = [
  ...entryPoints().map(({ types }) => join(ROOT, types)),
  ...Object.values(PACKAGE.exports).flatMap((target) =>
    target === null || typeof target === 'string' || target.types.includes('*') ? [] : [join(ROOT, target.types)],
  ),
]
const reached = new Set()
for (let path = entries.pop(); path !== undefined; path = entries.pop()) {
  if (reached.has(path) || !existsSync(path)) continue
  reached.add(path)
  for (const [, specifier = ''] of readFileSync(path, 'utf8').matchAll(NAMED)) entries.push(...targets(specifier, path))
}

for (const name of readdirSync(DIST, { recursive: true, encoding: 'utf8' }))
  if (name.endsWith('.d.ts') && !reached.has(join(DIST, name))) rmSync(join(DIST, name))

import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { ROOT } from './lib/package-map.mjs'

/**
 * @typedef {{ version?: string, resolved?: string,
 *   dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} Locked
 */

/**
 * Every way in which a lockfile would stop `npm ci` on some machine. A lockfile that was written on one platform, from
 * packages already installed, lacks the other platforms' optional packages, and `npm ci` then refuses it.
 * @param {{ packages: Record<string, Locked> }} lock
 * @returns {string[]}
 */
export function checkLock({ packages }) {
  return Object.entries(packages).flatMap(([path, { resolved, dependencies, optionalDependencies }]) => [
    ...(resolved === undefined ? [] : [`${path}: names where it was downloaded from`]),
    ...Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !isLocked(packages, path, name))
      .map((name) => `${path || 'the package itself'}: "${name}" has no entry`),
  ])
}

/**
 * Looks where Node would look: in the package's own node_modules, then in that of each package around it.
 * @param {Record<string, Locked>} packages
 * @param {string} path
 * @param {string} name
 * @returns {boolean}
 */
function isLocked(packages, path, name) {
  const at = `${path === '' ? '' : `${path}/`}node_modules/${name}`
  if (packages[at]?.version !== undefined) return true
  return path !== '' && isLocked(packages, path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/'))), name)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const lock = JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8'))
  const problems = checkLock(lock)
  for (const problem of problems) console.error(`package-lock.json: ${problem}`)
  console.log(
    problems.length === 0
      ? `lock: ${Object.keys(lock.packages).length} packages, complete for every platform`
      : `lock: ${problems.length} wrong`,
  )
  process.exitCode = problems.length === 0 ? 0 : 1
}

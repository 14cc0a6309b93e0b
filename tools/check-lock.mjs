import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { ROOT } from './lib/package-map.mjs'

/**
 * @typedef {{ version?: string, resolved?: string, integrity?: string, link?: boolean, inBundle?: boolean, dev?: boolean,
 *   optional?: boolean, peer?: boolean, devOptional?: boolean, license?: string, hasInstallScript?: boolean,
 *   dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} Locked
 */

/**
 * Every way in which a lockfile would stop `npm ci` on some machine, or let it install what was never looked at. A lockfile
 * that was written on one platform, from packages already installed, lacks the other platforms' optional packages (`npm ci`
 * then refuses it), or lists them without a hash (`npm ci` then takes whatever it is given).
 * @param {{ packages: Record<string, Locked> }} lock
 * @returns {string[]}
 */
export function checkLock({ packages }) {
  return Object.entries(packages).flatMap(([path, entry]) => [
    ...(entry.resolved === undefined || entry.link ? [] : [`${path}: names where it was downloaded from`]),
    ...(path === '' || entry.link || entry.inBundle || /^sha512-[A-Za-z0-9+/]{86}==$/.test(entry.integrity ?? '')
      ? []
      : [`${path}: has no sha512 integrity`]),
    ...Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
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

/** All that comes along where the package is installed. Another one is a decision, and changes this list. */
const RUNTIME = ['@noble/ciphers', '@noble/curves', '@noble/hashes']
const LICENCES = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0']

/**
 * What is wrong with the packages that are installed along with the package: another one than expected, a licence that binds
 * users, a script that runs at the install.
 * @param {{ packages: Record<string, Locked> }} lock of the package itself
 * @returns {string[]}
 */
export function checkRuntime({ packages }) {
  const found = Object.entries(packages).filter(
    ([path, { dev, optional, peer, devOptional }]) => path !== '' && !dev && !optional && !peer && !devOptional,
  )
  const names = found.map(([path]) => path.replace(/^node_modules\//, ''))
  return [
    ...names.filter((name) => !RUNTIME.includes(name)).map((name) => `${name}: comes along at run time`),
    ...RUNTIME.filter((name) => !names.includes(name)).map((name) => `${name}: is missing`),
    ...found.flatMap(([path, { license, hasInstallScript }]) => [
      ...(LICENCES.includes(license ?? '') ? [] : [`${path}: has the licence ${license ?? 'of none'}`]),
      ...(hasInstallScript ? [`${path}: runs a script when it is installed`] : []),
    ]),
  ]
}

/** Installs that name a package on the command line, and actions of a workflow: what they may be followed by. */
const INSTALLS =
  /\b(?:npm\s+(?:pack|install|i|add|exec|x)|npx|pnpm\s+(?:add|dlx)|yarn\s+(?:add|dlx)|go\s+install)\b([^\n|;&]*)/g
const NAMED = /(?:^|\s)((?:@[\w.-]+\/)?[\w./-]+)@(\S+)/g
const USES = /^\s*-?\s*uses:\s*([^\s#]+)/gm

/**
 * Every package or action that a script of the CI takes without saying exactly which one.
 * @param {string} text of `.ci/run` or a workflow
 * @returns {string[]}
 */
export function checkPins(text) {
  const installs = [...text.matchAll(INSTALLS)].flatMap(([, rest = '']) =>
    [...rest.matchAll(NAMED)]
      .filter(([, , version = '']) => !/^v?\d+\.\d+\.\d+(?:[-+][\w.-]+)?[)"']*$/.test(version))
      .map(([, name, version]) => `${name}@${version} is not an exact version`),
  )
  const actions = [...text.matchAll(USES)]
    .map(([, action = '']) => action)
    .filter((action) => !action.startsWith('./') && !/@[0-9a-f]{40}$/.test(action))
    .map((action) => `action ${action} is not pinned by its commit`)
  return [...installs, ...actions]
}

/**
 * The committed files (or those about to be) that match.
 * @param {RegExp} pattern
 */
const committed = (pattern) =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter((path) => pattern.test(path) && existsSync(ROOT + path))

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const locks = committed(/(?:^|\/)package-lock\.json$/)
  const scripts = committed(/^\.ci\/run$|^\.github\/workflows\/.+\.ya?ml$/)
  let packages = 0
  const problems = [
    ...locks.flatMap((path) => {
      const lock = JSON.parse(readFileSync(ROOT + path, 'utf8'))
      packages += Object.keys(lock.packages).length
      return [...checkLock(lock), ...(path === 'package-lock.json' ? checkRuntime(lock) : [])].map(
        (problem) => `${path}: ${problem}`,
      )
    }),
    ...scripts.flatMap((path) => checkPins(readFileSync(ROOT + path, 'utf8')).map((problem) => `${path}: ${problem}`)),
  ]
  for (const problem of problems) console.error(problem)
  console.log(
    problems.length === 0
      ? `lock: ${packages} packages in ${locks.length} lock files, each with its integrity; ${scripts.length} scripts of the CI name exact versions`
      : `lock: ${problems.length} wrong`,
  )
  process.exitCode = problems.length === 0 ? 0 : 1
}

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { ROOT } from './lib/package-map.mjs'

/**
 * Publishes what is committed. The public address of the repository is named here and nowhere else: `repository`, `homepage`
 * and `bugs` are written into the package that goes out, so that no address is claimed before there is one.
 *
 *     npm run release -- --repository https://example.com/owner/name            # everything but the publishing
 *     npm run release -- --repository https://example.com/owner/name --publish
 *
 * @typedef {{ name: string, version: string, repository?: unknown, homepage?: unknown, bugs?: unknown }} Manifest
 */

/** An address of a repository: HTTPS, an owner and a name, nothing behind them. */
const ADDRESS = /^https:\/\/[a-z0-9.-]+\.[a-z]{2,}(?:\/[A-Za-z0-9._-]+){2,4}$/

/**
 * The manifest as it is published.
 * @template {Manifest} T
 * @param {T} manifest
 * @param {string} address
 */
export const withAddress = (manifest, address) => ({
  ...manifest,
  repository: { type: 'git', url: `git+${address}.git` },
  homepage: `${address}#readme`,
  bugs: { url: `${address}/issues` },
})

/**
 * Why this may not be published.
 * @param {{ address: string | undefined, manifest: Manifest, changelog: string, dirty: string, tags: readonly string[] }} state
 *   `dirty` is what `git status --porcelain` prints, `tags` are those of the commit.
 * @returns {string[]}
 */
export function releaseProblems({ address, manifest, changelog, dirty, tags }) {
  const { version } = manifest
  const section = changelog.split(/^## /m).find((text) => text.startsWith(`${version}\n`))
  return [
    ...(address === undefined
      ? ['--repository is missing: the public address of the repository, such as https://example.com/owner/name']
      : ADDRESS.test(address)
        ? []
        : [`--repository must be an https address of a repository, got ${JSON.stringify(address)}`]),
    ...['repository', 'homepage', 'bugs']
      .filter((name) => name in manifest)
      .map((name) => `package.json must not name "${name}": publishing sets it`),
    ...(section === undefined || section.replace(/^.*\n/, '').trim() === ''
      ? [`CHANGELOG.md must say what is in ${version} under "## ${version}"`]
      : []),
    ...(/^## Unreleased/m.test(changelog) ? ['CHANGELOG.md must have no section "Unreleased" in a release'] : []),
    ...(dirty.trim() === '' ? [] : ['the working tree must be clean: what is published is what is committed']),
    ...(tags.includes(`v${version}`) ? [] : [`the commit must have the tag v${version}`]),
  ]
}

/**
 * What a bill of materials leaves out or has too much of: it must name what is installed with the package, and nothing else.
 * @param {{ bomFormat?: string, components?: ReadonlyArray<{ name: string }> }} bill
 * @param {Readonly<Record<string, string>>} dependencies
 * @returns {string[]}
 */
export function billProblems({ bomFormat, components = [] }, dependencies) {
  const named = components.map(({ name }) => name)
  const wanted = Object.keys(dependencies)
  return [
    ...(bomFormat === 'CycloneDX' ? [] : ['the bill of materials is not in the form of CycloneDX']),
    ...wanted.filter((name) => !named.includes(name)).map((name) => `the bill of materials lacks ${name}`),
    ...named.filter((name) => !wanted.includes(name)).map((name) => `the bill of materials names ${name}`),
  ]
}

/**
 * The lockfile's entries of what is installed with the package: of `npm sbom`, `--omit=dev` leaves nothing where the lockfile alone
 * is read.
 * @param {Readonly<Record<string, { dependencies?: Record<string, string> }>>} packages
 * @param {Readonly<Record<string, string>>} dependencies
 * @returns {Record<string, object>}
 */
export function installedWith(packages, dependencies) {
  /** @type {Record<string, object>} */
  const found = {}
  const queue = Object.keys(dependencies)
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const path = `node_modules/${name}`
    const entry = packages[path]
    if (entry === undefined) throw new Error(`package-lock.json has no ${path}`)
    if (path in found) continue
    found[path] = entry
    queue.push(...Object.keys(entry.dependencies ?? {}))
  }
  return found
}

/** What is installed with the package, made by npm from the lockfile. @param {string} folder an empty one */
export function billOfMaterials(folder) {
  const { name, version, license, dependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
  const lock = JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8'))
  const root = { name, version, license, dependencies }
  const packages = { '': root, ...installedWith(lock.packages, dependencies) }
  // npm takes the name from the folder.
  const home = join(folder, name)
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'package.json'), JSON.stringify(root))
  writeFileSync(join(home, 'package-lock.json'), JSON.stringify({ ...lock, packages }))
  const args = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=library']
  return JSON.parse(execFileSync('npm', args, { cwd: home, encoding: 'utf8' }))
}

const git = (/** @type {string[]} */ ...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' })

function main() {
  const { values } = parseArgs({
    options: { repository: { type: 'string' }, publish: { type: 'boolean', default: false } },
  })
  const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
  const problems = releaseProblems({
    address: values.repository,
    manifest,
    changelog: readFileSync(`${ROOT}CHANGELOG.md`, 'utf8'),
    dirty: git('status', '--porcelain'),
    tags: git('tag', '--points-at', 'HEAD').split('\n'),
  })
  if (problems.length > 0) {
    for (const problem of problems) console.error(`release: ${problem}`)
    process.exitCode = 1
    return
  }
  const scratch = mkdtempSync(join(tmpdir(), 'countersign-release-'))
  const run = (/** @type {string} */ command, /** @type {string[]} */ args, cwd = ROOT) =>
    execFileSync(command, args, { cwd, stdio: 'inherit' })
  try {
    run('npm', ['run', 'check:package'])
    const bill = billOfMaterials(join(scratch, 'bill'))
    const wrong = billProblems(bill, manifest.dependencies)
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
    run('npm', ['pack', '--ignore-scripts', '--pack-destination', scratch])
    run('tar', ['-xzf', join(scratch, `${manifest.name}-${manifest.version}.tgz`), '-C', scratch])
    const folder = join(scratch, 'package')
    const published = withAddress(manifest, /** @type {string} */ (values.repository))
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
    // Beside the build, for the workflow to keep: what the release was made with is no file of the package.
    writeFileSync(`${ROOT}dist/sbom.cdx.json`, `${JSON.stringify(bill, null, 2)}\n`)
    // Provenance names the workflow that built it, so it exists only there.
    const provenance = process.env['GITHUB_ACTIONS'] === 'true' ? ['--provenance'] : []
    run('npm', ['publish', '--access', 'public', ...provenance, ...(values.publish ? [] : ['--dry-run'])], folder)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../tools/lib/package-map.mjs'

/** Pages in the root of the repository. Those of other folders are for readers of the code. */
const ROOT_PAGES = ['README.md', 'SECURITY.md', 'CHANGELOG.md', 'CONTRIBUTING.md']

/**
 * Files below a folder, relative to the root, with `/` between their parts.
 * @param {string} folder
 * @param {string} ending
 * @returns {string[]}
 */
export const filesBelow = (folder, ending) =>
  existsSync(ROOT + folder)
    ? readdirSync(ROOT + folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
        .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length).replaceAll('\\', '/'))
        .sort()
    : []

/** Where the site is built to. */
export const OUTPUT = 'docs/.site'

/** Pages that the build makes: the reference and the example programs. */
export const GENERATED = 'site/generated'

/** Every page that a person wrote and the site must show. */
export const writtenPages = () => [
  ...ROOT_PAGES,
  ...filesBelow('docs', '.md').filter((file) => !file.startsWith(OUTPUT)),
]

/** Programs that pages link to. Each has a page that shows it. */
export const programs = () => [...filesBelow('docs/examples', '.mjs'), 'demo/server.mjs']

/** Files that pages link to and that a reader saves. */
export const DOWNLOADS = ['docs/telemetry/grafana.json']

// The keys page as modules, and as files that a portal serves: node tools/build-console.mjs [folder]
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assertSizes, bundleConsole } from './lib/bundle-console.mjs'
import { ROOT } from './lib/package-map.mjs'

const folder = process.argv[2] ?? `${ROOT}dist/console/page`
const { modules, files, licences, gzipBytes } = await bundleConsole()
assertSizes(gzipBytes)
mkdirSync(folder, { recursive: true })
// Names hold a hash: those of an older build would stay.
for (const file of readdirSync(folder)) if (file.endsWith('.js')) rmSync(join(folder, file))
for (const [name, text] of Object.entries(modules)) writeFileSync(join(folder, name), text)
writeFileSync(join(folder, 'LICENSES.txt'), licences)
// The scripts are files already: only the rest has its text in the list.
const listed = Object.entries(files).map(([name, [type, text]]) => [
  name,
  Object.hasOwn(modules, name) ? [type] : [type, text],
])
writeFileSync(join(folder, 'files.js'), `export const PAGE_FILES = ${JSON.stringify(Object.fromEntries(listed))}\n`)
console.log(
  `console: ${Object.entries(gzipBytes)
    .map(([what, bytes]) => `${what} ${(bytes / 1_000).toFixed(1)} kB`)
    .join(', ')} in gzip`,
)

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { fromSource } from './bundle.mjs'
import { ROOT } from './package-map.mjs'

const FOLDER = `${ROOT}src/console/page/`
/** The module that sites import, and the script of the page that a portal serves. */
const ENTRIES = { keys: `${FOLDER}main.tsx`, site: `${FOLDER}site.ts` }

const hashed = (/** @type {string} */ name, /** @type {string} */ text) =>
  `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 10)}`
const gzip = (/** @type {string} */ text) => gzipSync(text, { level: 9 }).length

/** One sheet of those that it imports. */
async function styleOf(/** @type {string} */ file) {
  const { outputFiles } = await build({
    entryPoints: [FOLDER + file],
    bundle: true,
    minify: true,
    write: false,
    logLevel: 'silent',
  })
  return (outputFiles[0]?.text ?? '').trim()
}

/**
 * The keys page: its modules by name, the files of the page that a portal serves, and what is loaded first in gzip.
 * @returns {Promise<{
 *   modules: Record<string, string>,
 *   files: Record<string, readonly [type: string, text: string]>,
 *   gzipBytes: Record<string, number>,
 * }>}
 */
export async function bundleConsole() {
  const { outputFiles, metafile } = await build({
    entryPoints: ENTRIES,
    absWorkingDir: ROOT,
    outdir: 'dist/console/page',
    entryNames: '[name]-[hash]',
    chunkNames: 'part-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    // Served as UTF-8: escapes of Japanese and Chinese are three times as long.
    charset: 'utf8',
    platform: 'browser',
    conditions: ['browser'],
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
    define: { PAGE_STYLE: JSON.stringify(await styleOf('page.css')) },
    plugins: [fromSource()],
  })
  const nameOf = (/** @type {string} */ path) => path.slice(path.lastIndexOf('/') + 1)
  /** @type {Record<string, string>} */
  const modules = Object.fromEntries(outputFiles.map(({ path, text }) => [nameOf(path), text.trim()]))
  const entry = (/** @type {'keys' | 'site'} */ name) =>
    Object.keys(modules).find((file) => file.startsWith(`${name}-`)) ?? ''
  // Everything that is imported and not only loaded when it is needed.
  const first = (/** @type {string} */ file, seen = new Set()) => {
    if (seen.has(file)) return seen
    seen.add(file)
    const { imports } = metafile.outputs[`dist/console/page/${file}`] ?? { imports: [] }
    for (const { path, kind } of imports) if (kind === 'import-statement') first(nameOf(path), seen)
    return seen
  }
  const css = await styleOf('site.css')
  const style = `${hashed('site', css)}.css`
  const html = readFileSync(`${FOLDER}site.html`, 'utf8')
    .replace('site.css', `assets/${style}`)
    .replace('site.js', `assets/${entry('site')}`)
    // The script is asked for together with what it imports, not before.
    .replace(
      '</title>',
      `</title>\n${[...first(entry('site'))].map((file) => `<link rel="modulepreload" href="assets/${file}">`).join('\n')}`,
    )
  const ofSite = [...first(entry('site'))].map((file) => modules[file] ?? '')
  const english = Object.values(modules).filter((text) => text.includes('Create your first key'))
  const later = Object.entries(modules).filter(([file]) => !first(entry('site')).has(file) && file !== entry('keys'))
  return {
    modules: { ...modules, 'keys.js': `export*from"./${entry('keys')}";\n` },
    files: {
      'index.html': ['text/html; charset=utf-8', html],
      [style]: ['text/css; charset=utf-8', css],
      ...Object.fromEntries(
        Object.entries(modules)
          .filter(([file]) => file !== entry('keys'))
          .map(([file, text]) => [file, /** @type {const} */ (['text/javascript; charset=utf-8', text])]),
      ),
    },
    gzipBytes: {
      first: [...ofSite, ...english, html, css].reduce((sum, text) => sum + gzip(text), 0),
      everything: [...ofSite, html, css, ...later.map(([, text]) => text)].reduce((sum, text) => sum + gzip(text), 0),
    },
  }
}

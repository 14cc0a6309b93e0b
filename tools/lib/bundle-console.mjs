import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build, transform } from 'esbuild'
import { fromSource } from './bundle.mjs'
import { ROOT } from './package-map.mjs'

const FOLDER = `${ROOT}src/console/page/`
/** The module that sites import, and the script of the page that a portal serves. */
const ENTRIES = { keys: `${FOLDER}main.tsx`, site: `${FOLDER}site.ts` }

const hashed = (/** @type {string} */ name, /** @type {string} */ text) =>
  `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 10)}`
const gzip = (/** @type {string} */ text) => gzipSync(text, { level: 9 }).length

/** The names of the texts, in the order of their values in every table. */
const NAMES = 'text-names'

/**
 * The tables of texts as lists of values: the names stand once and not in every language, which is a quarter of each.
 * @returns {import('esbuild').Plugin}
 */
const packedTexts = () => ({
  name: 'packed-texts',
  setup(plugin) {
    const tableOf = async (/** @type {string} */ language) => {
      const { code } = await transform(readFileSync(`${FOLDER}text/${language}.ts`, 'utf8'), { loader: 'ts' })
      /** @type {Record<string, Record<string, string>>} */
      const tables = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)
      return tables[language] ?? {}
    }
    const english = tableOf('en').then(Object.keys)
    plugin.onResolve({ filter: new RegExp(`^${NAMES}$`) }, () => ({ path: NAMES, namespace: NAMES }))
    plugin.onLoad({ filter: /.*/, namespace: NAMES }, async () => ({
      contents: `const names = ${JSON.stringify((await english).join(' '))}.split(' ')
export const named = (values) => Object.fromEntries(names.map((name, i) => [name, values[i]]))`,
    }))
    // Together with what asks for a table, and not one after the other.
    plugin.onLoad({ filter: /console\/page\/text\/text\.ts$/ }, ({ path }) => ({
      contents: `import '${NAMES}'\n${readFileSync(path, 'utf8')}`,
      loader: 'ts',
    }))
    plugin.onLoad({ filter: /console\/page\/text\/(?:en|de|ja|zh)\.ts$/ }, async ({ path }) => {
      const language = path.slice(-5, -3)
      const table = await tableOf(language)
      const values = (await english).map((name) => table[name] ?? '')
      return {
        contents: `import { named } from '${NAMES}'\nexport const ${language} = named(${JSON.stringify(values)})`,
      }
    })
  },
})

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
 * The keys page: its modules by name, the files of the page that a portal serves, and in gzip what is loaded before the first rows,
 * all of it in one language (the longest), and all of it.
 * @returns {Promise<{
 *   modules: Record<string, string>,
 *   files: Record<string, readonly [type: string, text: string]>,
 *   licences: string,
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
    plugins: [packedTexts(), fromSource()],
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
  const tables = Object.entries(metafile.outputs).flatMap(([path, { inputs }]) => {
    const table = Object.keys(inputs).find((input) => /console\/page\/text\/(?:en|de|ja|zh)\.ts$/.test(input))
    return table === undefined ? [] : [[table.slice(-5, -3), nameOf(path)]]
  })
  /** @type {Record<string, string>} */
  const languages = Object.fromEntries(tables)
  const sum = (/** @type {Iterable<string>} */ names) =>
    [...names].reduce((all, name) => all + gzip(modules[name] ?? ''), gzip(html) + gzip(css))
  const ofSite = [...first(entry('site'))]
  const all = Object.keys(modules).filter((name) => name !== entry('keys'))
  const isTable = (/** @type {string} */ name) => Object.values(languages).includes(name)
  const inOneLanguage = (/** @type {string} */ table) => sum(all.filter((name) => name === table || !isTable(name)))
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
  )
  return {
    licences: licencesOf(used),
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
      first: sum(new Set([...ofSite, ...first(languages['en'] ?? '')])),
      page: Math.max(...Object.values(languages).map(inOneLanguage)),
      everything: sum(all),
    },
  }
}

/** What the page may weigh, in bytes of gzip. */
const CEILINGS = { first: 30_000, page: 60_000, everything: 75_000 }

/** @throws where a part of the page has grown beyond its ceiling */
export function assertSizes(/** @type {Record<string, number>} */ gzipBytes) {
  for (const [what, most] of Object.entries(CEILINGS))
    if (!((gzipBytes[what] ?? Number.NaN) <= most))
      throw new Error(`console: ${what} has ${gzipBytes[what]} bytes in gzip, at most ${most}`)
}

/** The packages of whose code something is in the page, with their licences. */
const licencesOf = (/** @type {readonly string[]} */ inputs) =>
  [...new Set(inputs.flatMap((input) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []))]
    .sort()
    .map((name) => {
      const folder = `${ROOT}node_modules/${name}/`
      const { version } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'))
      const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one))
      return `${name} ${version}\n\n${file === undefined ? '' : readFileSync(folder + file, 'utf8').trim()}\n`
    })
    .join(`\n${'-'.repeat(72)}\n\n`)

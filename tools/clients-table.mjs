import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './lib/package-map.mjs'

/**
 * @typedef {{ id: string, name: string, syntax: string, needs: string, algorithms: readonly string[], run: string,
 *   files: Record<string, readonly string[]> }} Client
 *   A file may be one of another language: `../python/x.py`.
 */

const TEMPLATES = `${ROOT}src/clients/templates/`
/** @type {readonly Client[]} */
export const CLIENTS = JSON.parse(readFileSync(`${ROOT}clients/clients.json`, 'utf8'))

const quoted = (/** @type {string} */ text) => `'${text.replace(/['\\]/g, '\\$&')}'`
const literal = (/** @type {string} */ text) => `\`${text.replace(/[`\\]|\$(?=\{)/g, '\\$&')}\``
export const nameOf = (/** @type {string} */ id) => id.replace(/-(.)/g, (_, letter) => letter.toUpperCase())

/** @param {Client} client */
function moduleOf({ id, name, syntax, needs, algorithms, run, files }) {
  const names = [...new Set(Object.values(files).flat())]
  const constant = (/** @type {string} */ file) => `FILE_${names.indexOf(file)}`
  const texts = names.map(
    (file) =>
      `const ${constant(file)}: ClientFile = {\n  name: ${quoted(basename(file))},\n  text: ${literal(readFileSync(`${ROOT}clients/${id}/${file}`, 'utf8'))},\n}`,
  )
  const schemes = Object.entries(files).map(
    ([scheme, list]) => `    ${/^\w+$/.test(scheme) ? scheme : quoted(scheme)}: [${list.map(constant).join(', ')}],`,
  )
  return `// Made from clients/${id} by tools/clients-table.mjs: npm run docs:clients
import type { ClientFile, ClientTemplate } from '../template.js'

${texts.join('\n\n')}

export const ${nameOf(id)}: ClientTemplate = {
  id: ${quoted(id)},
  name: ${quoted(name)},
  syntax: ${quoted(syntax)},
  needs: ${quoted(needs)},
  algorithms: [${algorithms.map(quoted).join(', ')}],
  run: ${quoted(run)},
  files: {
${schemes.join('\n')}
  },
}
`
}

function index() {
  const names = CLIENTS.map(({ id }) => nameOf(id))
  const start = 'export const CLIENTS: readonly ClientTemplate[] = ['
  const line = `${start}${names.join(', ')}]`
  // As the formatter has it.
  const list = line.length <= 120 ? line : `${start}\n${names.map((name) => `  ${name},\n`).join('')}]`
  return `// Made from clients/clients.json by tools/clients-table.mjs: npm run docs:clients
import type { ClientTemplate } from './template.js'
${CLIENTS.map(({ id }) => id)
  .sort()
  .map((id) => `import { ${nameOf(id)} } from './templates/${id}.js'`)
  .join('\n')}

/** Every client, in the order of the table in docs/clients.md. */
${list}
`
}

const PAGE = `${ROOT}docs/clients.md`
const RESULTS = `${ROOT}test/clients/results.json`
const TABLE = /(<!-- clients: npm run docs:clients -->\n)[\s\S]*?(\n<!-- end of clients -->)/
const SCHEMES = /** @type {const} */ ({ rfc9421: 'RFC 9421', 'header-scheme': 'a header scheme' })

/**
 * What `npm run test:clients -- --write` wrote.
 * @typedef {{ language: string, scheme: string, version: string, files: string, passed: number, failed: number, parsed?: true }} Result
 */

/** The page, with its table of what ran: a file that has changed since it ran counts as not executed. */
export function page() {
  /** @type {readonly Result[]} */
  const results = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : []
  const rows = CLIENTS.flatMap(({ id, name, needs, algorithms, files }) =>
    Object.entries(files).map(([scheme, list]) => {
      const texts = list.map((file) => readFileSync(`${ROOT}clients/${id}/${file}`, 'utf8'))
      const hash = createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 16)
      const found = results.find((one) => one.language === id && one.scheme === scheme && one.files === hash)
      const verdict =
        found === undefined
          ? 'not executed'
          : found.failed > 0
            ? `${found.failed} tests fail`
            : found.parsed
              ? 'parsed, not executed'
              : `executed, ${found.passed} of ${found.passed} tests pass`
      const lines = texts.map((text) => text.trimEnd().split('\n').length)
      const links = list.map((file) => basename(file)).join(', ')
      const keys = algorithms.map((one) => (one === 'ed25519' ? 'Ed25519' : 'HMAC')).join(', ')
      const shown = SCHEMES[/** @type {keyof typeof SCHEMES} */ (scheme)]
      return `| ${name} | ${shown} | ${links} | ${lines.join(' + ')} | ${keys} | ${needs} | ${verdict} | ${found?.version.replace(/ (?:\([^)]*\)|\[[^\]]*\])/g, '') ?? '–'} |`
    }),
  )
  const head =
    '| language | scheme | files | lines | keys | needs | verdict | with |\n| --- | --- | --- | --- | --- | --- | --- | --- |'
  const text = readFileSync(PAGE, 'utf8')
  if (!TABLE.test(text)) throw new Error('docs/clients.md has no place for its table')
  return text.replace(TABLE, (_, before, after) => [before + head, ...rows].join('\n') + after)
}

/** What the files must hold, by their paths. */
export const generated = () =>
  new Map([
    ...CLIENTS.map((client) => /** @type {const} */ ([`${TEMPLATES}${client.id}.ts`, moduleOf(client)])),
    [`${ROOT}src/clients/templates.ts`, index()],
    [PAGE, page()],
  ])

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const check = process.argv.includes('--check')
  for (const [path, text] of generated()) {
    let found = ''
    try {
      found = readFileSync(path, 'utf8')
    } catch {}
    if (found === text) continue
    if (check) {
      console.error(`${path.slice(ROOT.length)} differs from clients/: npm run docs:clients`)
      process.exitCode = 1
    } else writeFileSync(path, text)
  }
}

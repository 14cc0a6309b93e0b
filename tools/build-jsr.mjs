import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import ts from 'typescript'
import { importsOf, parseFile, sourceFiles, walk } from './lib/imports.mjs'
import { entryPoints, importTargets, PACKAGE, ROOT } from './lib/package-map.mjs'

/**
 * The package as JSR publishes it: sources with the extensions that are on disk, and a `jsr.json` in place of package.json.
 *
 *     npm run build:jsr                    # .jsr/, then: deno publish --dry-run in that folder
 *     npm run build:jsr -- --scope name    # for the scope that it is published in
 *
 * JSR knows no conditions and no patterns: names are written out, and `#backend/*` leads to the portable backend, which runs
 * everywhere that JSR is used. Packages from outside are named with the range of package.json.
 */

export const FOLDER = join(ROOT, '.jsr')

/** JSR publishes into scopes; there is none to claim here before there is one. */
const SCOPE = 'countersign'

/**
 * What JSR cannot hold: the keys page is a bundle with a framework in it, and these two add to the types of their host, which
 * JSR refuses (https://jsr.io/docs/publishing-packages#jsr-rules: no global augmentation).
 */
export const NPM_ONLY = /^\.\/(?:console(?:\/react)?|server\/(?:express|fastify))$/

const entries = (pkg = PACKAGE) => entryPoints(pkg).filter(({ subpath }) => !NPM_ONLY.test(subpath))

/** Where the types of a package stand apart from it. */
const TYPES = new Set(['koa', 'ws'])

/**
 * What an import becomes. Undefined where it stays.
 * @param {string} file the importing file, relative to `src/`
 * @param {string} specifier
 * @param {boolean} typeOnly
 * @param {(file: string) => boolean} exists
 * @returns {string | undefined}
 */
export function jsrSpecifier(file, specifier, typeOnly, exists, pkg = PACKAGE) {
  if (specifier.startsWith('node:')) return undefined
  if (specifier.startsWith('.'))
    return specifier.replace(/\.js$/, exists(resolved(file, specifier, '.ts')) ? '.ts' : '.tsx')
  if (specifier.startsWith('#')) {
    for (const { name, source } of importTargets([], pkg)) {
      const prefix = name.replace('*', '')
      if (!specifier.startsWith(prefix)) continue
      const target = source.replace(/^src\//, '').replace('*', specifier.slice(prefix.length))
      const path = posix.relative(posix.dirname(file), target)
      return path.startsWith('.') ? path : `./${path}`
    }
    throw new Error(`${file}: ${specifier} is not in "imports"`)
  }
  const [, name = '', rest = ''] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier) ?? []
  const typed = typeOnly && TYPES.has(name) ? `@types/${name}` : name
  const range = { ...pkg.devDependencies, ...pkg.peerDependencies, ...pkg.dependencies }[typed]
  if (range === undefined) throw new Error(`${file}: ${specifier} is no declared dependency`)
  // One range: JSR's names know no alternatives, and the newest is the one that is tested.
  return `npm:${typed}@${range.split('||').at(-1)?.trim()}${rest}`
}

const resolved = (/** @type {string} */ file, /** @type {string} */ specifier, /** @type {string} */ extension) =>
  posix.join(posix.dirname(file), specifier).replace(/\.js$/, extension)

/**
 * A source file with its imports rewritten; comments and all else stay as they are.
 * @param {string} file relative to `src/`
 * @param {ts.SourceFile} parsed
 * @param {(file: string) => boolean} exists
 */
export function jsrSource(file, parsed, exists, pkg = PACKAGE) {
  /** @type {Array<{ start: number, end: number, text: string }>} */
  const changes = []
  const change = (/** @type {ts.Node | undefined} */ node, /** @type {boolean} */ typeOnly) => {
    if (node === undefined || !ts.isStringLiteralLike(node)) return
    const text = jsrSpecifier(file, node.text, typeOnly, exists, pkg)
    if (text !== undefined) changes.push({ start: node.getStart(parsed), end: node.getEnd(), text: `'${text}'` })
  }
  walk(parsed, (node) => {
    if (ts.isImportDeclaration(node)) change(node.moduleSpecifier, node.importClause?.isTypeOnly === true)
    else if (ts.isExportDeclaration(node)) change(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) change(node.argument.literal, true)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      change(node.arguments[0], false)
  })
  let text = parsed.text
  for (const { start, end, text: by } of changes.sort((a, b) => b.start - a.start))
    text = text.slice(0, start) + by + text.slice(end)
  return text
}

/**
 * Every file that the entry points reach, relative to `src/`.
 * @param {readonly string[]} entries
 * @param {(file: string) => ReadonlyArray<string | undefined>} importsOfFile
 * @param {(file: string) => boolean} exists
 */
function reached(entries, importsOfFile, exists) {
  const found = new Set()
  const queue = [...entries]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (found.has(file)) continue
    found.add(file)
    for (const specifier of importsOfFile(file)) {
      const target =
        specifier === undefined || !/^[.#]/.test(specifier) ? undefined : jsrSpecifier(file, specifier, false, exists)
      if (target !== undefined) queue.push(posix.join(posix.dirname(file), target))
    }
  }
  return [...found].sort()
}

/** `jsr.json`. @param {string} scope */
export const manifest = (scope, pkg = PACKAGE) => ({
  name: `@${scope}/${pkg.name}`,
  version: pkg.version,
  license: pkg.license,
  exports: Object.fromEntries(entries(pkg).map(({ subpath, source }) => [subpath, `./${source}`])),
  // For the check alone: the key of a browser names what a compiler of servers does not know.
  compilerOptions: { lib: ['deno.window', 'dom', 'dom.iterable', 'dom.asynciterable'] },
  // The folder is ignored by git, and what git ignores is not published unless it is named.
  publish: { exclude: ['src', ...BESIDE].map((path) => `!${path}`) },
})

/** Beside the sources; JSR shows the README. */
const BESIDE = ['README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md']

/** @param {string} scope */
export function buildJsr(scope) {
  const source = join(ROOT, 'src')
  const all = new Set(sourceFiles(source))
  const exists = (/** @type {string} */ file) => all.has(file)
  const parsed = new Map()
  const parse = (/** @type {string} */ file) => {
    if (!parsed.has(file)) parsed.set(file, parseFile(join(source, file)))
    return parsed.get(file)
  }
  const files = reached(
    entries().map((entry) => entry.source.replace(/^src\//, '')),
    (file) => importsOf(parse(file)).map(({ specifier }) => specifier),
    exists,
  )
  rmSync(FOLDER, { recursive: true, force: true })
  for (const file of files) {
    const target = join(FOLDER, 'src', file)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, jsrSource(file, parse(file), exists))
  }
  for (const file of BESIDE) cpSync(join(ROOT, file), join(FOLDER, file))
  writeFileSync(join(FOLDER, 'jsr.json'), `${JSON.stringify(manifest(scope), null, 2)}\n`)
  return files.length
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { scope: { type: 'string', default: SCOPE } } })
  console.log(`jsr: ${buildJsr(values.scope)} files, ${entries().length} exports in .jsr/`)
}

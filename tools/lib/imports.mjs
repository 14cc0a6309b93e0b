import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import ts from 'typescript'

/**
 * @typedef {{ specifier: string | undefined, typeOnly: boolean, line: number }} Import
 *   `specifier` is undefined where it is computed at run time.
 */

/**
 * Every TypeScript file below a directory, as paths with forward slashes relative to it.
 * @param {string} directory
 */
export function sourceFiles(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

/** @param {string} path */
export const parseFile = (path) =>
  ts.createSourceFile(
    path,
    readFileSync(path, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
    path.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  )

/**
 * Visit every node of a tree, in order of appearance.
 * @param {ts.Node} node
 * @param {(node: ts.Node) => void} visit
 */
export function walk(node, visit) {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

/**
 * Line of a node, from 1.
 * @param {ts.SourceFile} file
 * @param {ts.Node} node
 */
export const lineOf = (file, node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1

/**
 * `require('…')`; a local function of that name is none.
 * @param {ts.Node} node
 * @returns {node is ts.CallExpression}
 */
const isRequire = (node) =>
  ts.isCallExpression(node) &&
  ts.isIdentifier(node.expression) &&
  node.expression.text === 'require' &&
  node.arguments[0] !== undefined &&
  ts.isStringLiteralLike(node.arguments[0])

/**
 * Every import of a file: static, re-exported, dynamic and in types.
 * @param {ts.SourceFile} file
 * @returns {Import[]}
 */
export function importsOf(file) {
  /** @type {Import[]} */
  const found = []
  const add = (
    /** @type {ts.Node} */ at,
    /** @type {ts.Node | undefined} */ specifier,
    /** @type {boolean} */ typeOnly,
  ) =>
    found.push({
      specifier: specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : undefined,
      typeOnly,
      line: lineOf(file, at),
    })
  walk(file, (node) => {
    if (ts.isImportDeclaration(node)) {
      // `import { type X } from` still loads the module under verbatimModuleSyntax, so only the whole clause counts.
      add(node, node.moduleSpecifier, node.importClause?.isTypeOnly ?? false)
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
      add(node, node.moduleSpecifier, node.isTypeOnly)
    } else if (ts.isImportTypeNode(node)) {
      add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true)
    } else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      add(node, node.moduleReference.expression, node.isTypeOnly)
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], false)
    } else if (isRequire(node)) {
      add(node, node.arguments[0], false)
    }
  })
  return found
}

/**
 * The source file that a relative specifier names, or why it names none.
 * @param {string} directory the root of the tree
 * @param {string} from importing file, relative to the root
 * @param {string} specifier
 * @returns {{ file: string } | { problem: string }}
 */
export function resolveRelative(directory, from, specifier) {
  if (!specifier.endsWith('.js')) return { problem: `relative import "${specifier}" must end in .js` }
  const path = posix.join(posix.dirname(from), specifier.replace(/\.js$/, ''))
  if (path.startsWith('../')) return { problem: `"${specifier}" leaves the source tree` }
  const file = [`${path}.ts`, `${path}.tsx`, `${path}.d.ts`].find((one) => existsSync(join(directory, one)))
  return file === undefined ? { problem: `"${specifier}" names no source file` } : { file }
}

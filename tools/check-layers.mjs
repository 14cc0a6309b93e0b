import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import * as table from './layers.mjs'
import { importsOf, lineOf, parseFile, resolveRelative, sourceFiles, walk } from './lib/imports.mjs'
import { ROOT } from './lib/package-map.mjs'

/** @typedef {{ file: string, line: number, message: string }} Violation */

/**
 * The room a source file belongs to; each family of schemes is a room of its own.
 * @param {string} file relative to `src/`
 */
export function roomOf(file) {
  const [first = '', second] = file.replace(/\.ts$/, '').split('/')
  return first === 'schemes' ? `schemes/${second}` : first
}

const matches = (/** @type {readonly RegExp[]} */ patterns, /** @type {string} */ text) =>
  patterns.some((pattern) => pattern.test(text))

/** The row of the table for a room: its own, or the one all families share. */
const rowOf = (/** @type {string} */ room) =>
  Object.hasOwn(table.ARROWS, room) ? room : room.startsWith('schemes/') ? 'schemes/*' : undefined

/** Files without a clock, randomness or I/O: those of pure rooms, their edges aside. */
const isPure = (/** @type {string} */ file) =>
  table.PURE.includes(rowOf(roomOf(file)) ?? '') && !table.EDGES.files.test(file)

/**
 * Why a file may not import another file of the package, or undefined where it may.
 * @param {string} from
 * @param {string} to
 * @param {boolean} typeOnly
 * @returns {string | undefined}
 */
function wrongArrow(from, to, typeOnly) {
  const room = roomOf(from)
  const target = roomOf(to)
  const fromLeaf = matches(table.LEAVES, from)
  if (matches(table.LEAVES, to) && !table.LEAF_USERS.includes(room)) {
    return fromLeaf
      ? `a leaf must not import another leaf (${to})`
      : `only ${table.LEAF_USERS.join(' and ')} may import a leaf (${to})`
  }
  if (table.BACKENDS.test(to) && !from.startsWith('crypto/backend/')) {
    return `a backend is chosen by the imports map: use #backend/… instead of ${to}`
  }
  if (/\/portable\//.test(from) && /\/native\//.test(to))
    return `the portable backend must not import the native one (${to})`
  if (isPure(from) && !typeOnly && matches(table.IMPURE_MODULES, to)) {
    return `${room} is pure: it must not import ${to}`
  }
  if (Object.hasOwn(table.ENTRY_POINTS, to) && from !== 'index.ts')
    return `${to} is for users: import the module itself`
  if (table.SHARED.some((row) => row.from.test(from) && row.files.test(to))) return undefined
  if (room === target || (table.EDGES.files.test(from) && matches(table.EDGES.imports, to))) return undefined
  const allowed = [...(table.ARROWS[rowOf(room) ?? ''] ?? []), ...(table.ENTRY_POINTS[from] ?? [])]
  const names = target.startsWith('schemes/') && target !== 'schemes/scheme' ? [target, 'schemes/*'] : [target]
  if (names.some((name) => allowed.includes(name))) return undefined
  if (names.some((name) => allowed.includes(`type:${name}`))) {
    return typeOnly ? undefined : `${room} may import ${target} only with "import type" (${to})`
  }
  return `${room} must not import ${target} (${to})`
}

/**
 * Why a file may not import a package from outside, or undefined where it may.
 * @param {string} from
 * @param {string} specifier
 * @param {boolean} typeOnly
 * @returns {string | undefined}
 */
function wrongExternal(from, specifier, typeOnly) {
  if (specifier.startsWith('#backend/')) return wrongArrow(from, 'crypto/backend/backend.ts', typeOnly)
  const row = table.EXTERNALS.find((external) => external.specifier.test(specifier))
  if (row === undefined) return `"${specifier}" is not in the table of packages`
  if (!matches(row.files, from)) return `"${specifier}" must not be imported here`
  const loads = row.typeOnly === true && !typeOnly
  return loads ? `"${specifier}" is an optional peer: only "import type … from" may name it` : undefined
}

const isNamed = (/** @type {ts.Node} */ node, /** @type {string} */ name) => ts.isIdentifier(node) && node.text === name

/**
 * The global that a node uses by its name, or undefined: the name of a member, a key or a declaration is no use.
 * @param {ts.Node} node
 * @returns {string | undefined}
 */
function globalName(node) {
  if (ts.isElementAccessExpression(node) && isNamed(node.expression, 'globalThis')) {
    return ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : undefined
  }
  if (!ts.isIdentifier(node)) return undefined
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) && isNamed(parent.expression, 'globalThis')) return node.text
  if (ts.isQualifiedName(parent) && parent.right === node) return undefined
  const { name, propertyName } = /** @type {{ name?: ts.Node, propertyName?: ts.Node }} */ (parent)
  if (propertyName === node) return undefined
  return name === node && !ts.isShorthandPropertyAssignment(parent) ? undefined : node.text
}

/**
 * The impure thing a node does, in words, or undefined.
 * @param {ts.Node} node
 * @returns {string | undefined}
 */
function impurity(node) {
  const name = globalName(node)
  if (name !== undefined && table.IMPURE_GLOBALS.includes(name)) return name
  if (ts.isMetaProperty(node)) return 'import.meta'
  if (ts.isPropertyAccessExpression(node)) {
    const member = node.getText().replace(/^globalThis\./, '')
    return table.IMPURE_MEMBERS.includes(member) ? member : undefined
  }
  const makesDate = (ts.isCallExpression(node) || ts.isNewExpression(node)) && isNamed(node.expression, 'Date')
  // With an argument it is a conversion; called without `new` it ignores its arguments.
  return makesDate && (ts.isCallExpression(node) || !node.arguments?.length) ? 'the current Date' : undefined
}

/**
 * Every place where a source tree breaks the table.
 * @param {string} directory the `src` directory
 * @returns {Violation[]}
 */
export function checkLayers(directory) {
  /** @type {Violation[]} */
  const violations = []
  for (const from of sourceFiles(directory)) {
    const file = parseFile(join(directory, from))
    const room = roomOf(from)
    const report = (/** @type {number} */ line, /** @type {string | undefined} */ message) => {
      if (message !== undefined) violations.push({ file: from, line, message })
    }
    if (rowOf(room) === undefined) report(1, `"${room}" is not a room of the table`)
    for (const { specifier, typeOnly, line } of importsOf(file)) {
      if (specifier === undefined) {
        report(line, 'an import whose name is computed cannot be checked')
      } else if (specifier.startsWith('.')) {
        const target = resolveRelative(directory, from, specifier)
        report(line, 'problem' in target ? target.problem : wrongArrow(from, target.file, typeOnly))
      } else {
        report(line, wrongExternal(from, specifier, typeOnly))
      }
    }
    const nodeOnly = matches(table.NODE_ONLY, from)
    const pure = isPure(from)
    walk(file, (node) => {
      const name = globalName(node)
      if (!nodeOnly && name !== undefined && table.NODE_GLOBALS.includes(name)) {
        report(lineOf(file, node), `${name} exists only on Node: this file must also run in browsers`)
      }
      const impure = pure ? impurity(node) : undefined
      if (impure !== undefined) report(lineOf(file, node), `${room} is pure: it must not use ${impure}`)
    })
    if (/(^|\/)index\.ts$/.test(from)) {
      for (const statement of file.statements) {
        if (!ts.isExportDeclaration(statement)) report(lineOf(file, statement), 'an index holds re-exports only')
      }
    }
  }
  return violations
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const violations = checkLayers(join(ROOT, 'src'))
  for (const { file, line, message } of violations) console.error(`src/${file}:${line}  ${message}`)
  console.log(
    violations.length === 0
      ? `layers: ${sourceFiles(join(ROOT, 'src')).length} files, every import follows the table`
      : `layers: ${violations.length} wrong`,
  )
  process.exitCode = violations.length === 0 ? 0 : 1
}

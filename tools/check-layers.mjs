import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import * as table from './layers.mjs'
import { importsOf, lineOf, parseFile, resolveRelative, sourceFiles, walk } from './lib/imports.mjs'
import { ROOT } from './lib/package-map.mjs'

/** @typedef {{ file: string, line: number, message: string }} Violation */

/**
 * The room a source file belongs to: the row of the table with the longest name that the file's path begins with. Each family of
 * schemes is a room of its own.
 * @param {string} file relative to `src/`
 */
export function roomOf(file) {
  const parts = file.replace(/\.tsx?$/, '').split('/')
  for (let length = parts.length; length > 0; length--) {
    const name = parts.slice(0, length).join('/')
    if (Object.hasOwn(table.ROOMS, name)) return name
    if (length === 2 && parts[0] === 'schemes') return name
  }
  return parts[0] ?? ''
}

const matches = (/** @type {readonly RegExp[]} */ patterns, /** @type {string} */ text) =>
  patterns.some((pattern) => pattern.test(text))

/** The row of the table for a room: its own, or the one all families share. */
const rowOf = (/** @type {string} */ room) =>
  Object.hasOwn(table.ROOMS, room) ? room : room.startsWith('schemes/') ? 'schemes/*' : undefined

/** Files without a clock, randomness or I/O. */
const isPure = (/** @type {string} */ file) => table.PURE.includes(rowOf(roomOf(file)) ?? '')

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
      : `only ${table.LEAF_USERS.join(', ')} may import a leaf (${to})`
  }
  if (table.BACKENDS.test(to) && !from.startsWith('crypto/backend/')) {
    return `a backend is chosen by the imports map: use #backend/… instead of ${to}`
  }
  if (/\/portable\//.test(from) && /\/native\//.test(to))
    return `the portable backend must not import the native one (${to})`
  const problem = room === target ? undefined : wrongRoom(room, target, to, typeOnly)
  return problem === undefined && !typeOnly && matches(table.NODE_ONLY, to) && !matches(table.NODE_ONLY, from)
    ? `${to} runs only on Node: this file must also run in browsers`
    : problem
}

/**
 * @param {string} room
 * @param {string} target
 * @param {string} to
 * @param {boolean} typeOnly
 * @returns {string | undefined}
 */
function wrongRoom(room, target, to, typeOnly) {
  const allowed = table.ROOMS[rowOf(room) ?? ''] ?? []
  const names = target.startsWith('schemes/') && target !== 'schemes/scheme' ? [target, 'schemes/*'] : [target]
  if (names.some((name) => allowed.includes(name))) return undefined
  if (names.some((name) => allowed.includes(`type:${name}`)))
    return typeOnly ? undefined : `${room} may import ${target} only with "import type" (${to})`
  return `${room} must not import ${target} (${to})`
}

/**
 * Circles of files, imports of types included: a file in one cannot be read, tested or moved alone.
 * @param {ReadonlyMap<string, ReadonlySet<string>>} graph
 * @returns {string[][]} strongly connected components of more than one file (Tarjan 1972)
 */
export function circlesOf(graph) {
  /** @type {Map<string, number>} */
  const order = new Map()
  /** @type {Map<string, number>} */
  const low = new Map()
  /** @type {string[]} */
  const stack = []
  /** @type {string[][]} */
  const found = []
  const visit = (/** @type {string} */ file) => {
    order.set(file, order.size)
    low.set(file, order.size - 1)
    stack.push(file)
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) visit(next)
      // What has left the stack belongs to a component that is complete.
      if (stack.includes(next)) low.set(file, Math.min(low.get(file) ?? 0, low.get(next) ?? 0))
    }
    if (low.get(file) !== order.get(file)) return
    const members = stack.splice(stack.indexOf(file))
    if (members.length > 1) found.push(members.sort())
  }
  for (const file of graph.keys()) if (!order.has(file)) visit(file)
  return found
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
  const rows = table.EXTERNALS.filter((external) => external.specifier.test(specifier))
  if (rows.length === 0) return `"${specifier}" is not in the table of packages`
  const row = rows.find(({ files }) => matches(files, from))
  if (row === undefined) return `"${specifier}" must not be imported here`
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
  /** @type {Map<string, Set<string>>} */
  const graph = new Map()
  for (const from of sourceFiles(directory)) {
    /** @type {Set<string>} */
    const targets = new Set()
    graph.set(from, targets)
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
        if ('file' in target) targets.add(target.file)
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
  for (const [first = '', ...others] of circlesOf(graph))
    violations.push({ file: first, line: 1, message: `is in a circle with ${others.join(', ')}` })
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

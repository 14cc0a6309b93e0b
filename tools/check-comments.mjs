// Every export of a subpath, and every member of what it exports, has a doc comment: npm run check:comments
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { entryPoints, ROOT } from './lib/package-map.mjs'

/**
 * What has no doc comment: exports, and the members of exported interfaces, classes and types, also those that are inherited and
 * those of an object inside. A literal on one line is described as a whole, by the comment of what it is the type of.
 *
 * @param {readonly string[]} files absolute paths of the modules
 * @param {ts.CompilerOptions} options
 * @param {string} root of the sources: what stands elsewhere is not ours to describe
 * @returns {string[]} `src/file.ts:7 Name.member`
 */
export function commentGaps(files, options, root) {
  const program = ts.createProgram([...files], options)
  const checker = program.getTypeChecker()
  /** @type {Set<ts.Node | ts.Symbol>} */
  const seen = new Set()
  /** @type {string[]} */
  const gaps = []

  const isOurs = (/** @type {ts.Node} */ node) => {
    const { fileName } = node.getSourceFile()
    return fileName.startsWith(root) && !fileName.startsWith(`${root}node_modules/`)
  }
  const lineOf = (/** @type {ts.Node} */ node, /** @type {number} */ at) =>
    node.getSourceFile().getLineAndCharacterOfPosition(at).line
  const report = (/** @type {ts.Node} */ node, /** @type {string} */ name) => {
    const { fileName } = node.getSourceFile()
    gaps.push(`${fileName.slice(root.length)}:${lineOf(node, node.getStart()) + 1} ${name}`)
  }
  const isSilent = (/** @type {ts.Symbol} */ symbol) => symbol.getDocumentationComment(checker).length === 0

  /** @param {ts.Node} node @param {string} path */
  const members = (node, path) => {
    if (isOneLine(node)) return
    let own = path
    if (isMember(node)) {
      if (isHidden(node)) return
      own = `${path}.${node.name.getText()}`
      const symbol = checker.getSymbolAtLocation(node.name)
      if (symbol !== undefined && !seen.has(node) && isSilent(symbol)) report(node, own)
      seen.add(node)
    }
    // Of code only the types are public, and what a conditional type looks for has no members of its own.
    if (ts.isBlock(node) || ts.isHeritageClause(node)) return
    ts.forEachChild(node, (child) => {
      if (!(ts.isConditionalTypeNode(node) && child === node.extendsType)) members(child, own)
    })
  }
  const isOneLine = (/** @type {ts.Node} */ node) =>
    ts.isTypeLiteralNode(node) && lineOf(node, node.getStart()) === lineOf(node, node.getEnd())

  for (const file of files) {
    const source = program.getSourceFile(file)
    const module = source && checker.getSymbolAtLocation(source)
    if (module === undefined) throw new Error(`check-comments: ${file} is no module`)
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
      const [first, ...more] = (symbol.declarations ?? []).filter(isOurs)
      if (first === undefined || seen.has(symbol)) continue
      seen.add(symbol)
      if (isSilent(symbol) && !(ts.isSourceFile(first) && hasHead(first))) report(first, exported.name)
      // Behind overloads the implementation is called by no program.
      const isCode = (/** @type {ts.Node} */ node) => ts.isFunctionDeclaration(node) && node.body !== undefined
      const called = [first, ...more].filter((node) => more.length === 0 || !isCode(node))
      if (!ts.isSourceFile(first)) for (const node of called) members(node, exported.name)
      if ((symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) === 0) continue
      const type = checker.getDeclaredTypeOfSymbol(symbol)
      for (const one of type.isUnion() ? type.types : [type])
        for (const inherited of checker.getPropertiesOfType(one)) {
          const [node] = inherited.declarations ?? []
          const isPublic = node !== undefined && isOurs(node) && isMember(node) && !isHidden(node)
          if (!isPublic || seen.has(node) || isOneLine(node.parent)) continue
          seen.add(node)
          if (isSilent(inherited)) report(node, `${exported.name}.${node.name.getText()}`)
        }
    }
  }
  return gaps.sort()
}

/** @param {ts.Node} node @returns {node is ts.Node & { readonly name: ts.PropertyName }} */
const isMember = (node) =>
  ts.isPropertySignature(node) ||
  ts.isMethodSignature(node) ||
  ts.isPropertyDeclaration(node) ||
  ts.isMethodDeclaration(node) ||
  ts.isGetAccessor(node)

/** Members that no caller reaches. @param {ts.Node & { readonly name: ts.PropertyName }} node */
const isHidden = (node) =>
  ts.isPrivateIdentifier(node.name) ||
  (ts.getCombinedModifierFlags(/** @type {ts.Declaration} */ (/** @type {unknown} */ (node))) &
    ts.ModifierFlags.Private) !==
    0

/** A module that is exported under a name is described by the comment at its head. @param {ts.SourceFile} file */
const hasHead = (file) => /^\s*\/\*\*(?!\/)/.test(file.text)

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.node.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['src/index.ts'] }, ts.sys, ROOT)
  const gaps = commentGaps(
    entryPoints().map(({ source }) => ROOT + source.replace(/^\.\//, '')),
    options,
    ROOT,
  )
  for (const gap of gaps) console.error(`${gap} has no doc comment`)
  if (gaps.length > 0) process.exitCode = 1
}

import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { entryPoints, ROOT } from './lib/package-map.mjs'

/** @typedef {{ name: string, text: string, required: boolean }} Option */
/** @typedef {{ name: string, specifier: string, options: Option[] }} Options */

const PAGE = `${ROOT}docs/options.md`
const HEAD = `# Options

Every option of every function that takes an object of them, by the name of its type, as the doc comments say it. Made by \`npm run docs:options\`. An option that is not listed is refused by its name. A name in **bold** must be given; one in brackets is a symbol that is imported from the same place.
`

/**
 * Every exported interface or type whose name ends in `Options`, once, with what each member's doc comment says.
 * @returns {Options[]}
 */
export function publicOptions() {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.node.json`, ts.sys.readFile)
  const parsed = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['src/index.ts'] }, ts.sys, ROOT)
  const entries = entryPoints()
  const program = ts.createProgram(
    entries.map(({ source }) => ROOT + source.replace(/^\.\//, '')),
    parsed.options,
  )
  const checker = program.getTypeChecker()
  const seen = new Set()
  /** @type {Options[]} */
  const found = []
  for (const { source, specifier } of entries) {
    const file = program.getSourceFile(ROOT + source.replace(/^\.\//, ''))
    const module = file && checker.getSymbolAtLocation(file)
    if (module === undefined) continue
    for (const exported of checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
      const isType = symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)
      if (!isType || !exported.name.endsWith('Options') || seen.has(symbol)) continue
      seen.add(symbol)
      const type = checker.getDeclaredTypeOfSymbol(symbol)
      /** @type {Map<string, Option>} */
      const options = new Map()
      for (const one of type.isUnion() ? type.types : [type]) {
        for (const member of checker.getPropertiesOfType(one)) {
          const name = nameOf(member)
          const text = ts.displayPartsToString(member.getDocumentationComment(checker)).replace(/\s+/g, ' ').trim()
          if (!options.has(name))
            options.set(name, { name, text, required: (member.flags & ts.SymbolFlags.Optional) === 0 })
        }
      }
      if (options.size > 0) found.push({ name: exported.name, specifier, options: [...options.values()] })
    }
  }
  return found
}

/** Symbols are known to the compiler by a name of its own. @param {ts.Symbol} member */
function nameOf(member) {
  const unique = /^__@(\w+)@/.exec(member.name)
  return unique === null ? member.name : `[${unique[1]}]`
}

/** @param {readonly Options[]} all */
function page(all) {
  const lines = [HEAD]
  let last = ''
  for (const { name, specifier, options } of all) {
    if (specifier !== last) lines.push(`## ${specifier}\n`)
    last = specifier
    lines.push(`### ${name}\n`, '| option | meaning |', '| --- | --- |')
    for (const { name: option, text, required } of options) {
      const code = `\`${option}\``
      lines.push(`| ${required ? `**${code}**` : code} | ${text.replaceAll('|', '\\|').replaceAll('<', '&lt;')} |`)
    }
    lines.push('')
  }
  return `${lines.join('\n').trimEnd()}\n`
}

/** Option names that no page mentions in code, with the types that have them. @param {string} text all pages */
export function undocumented(text, all = publicOptions()) {
  const words = new Set()
  for (const [code] of text.matchAll(/```[\s\S]*?```|`[^`\n]*`/g))
    for (const [word] of code.matchAll(/[A-Za-z_$][\w$]*/g)) words.add(word)
  return all.flatMap(({ name, options }) =>
    options.filter((one) => !words.has(one.name.replace(/[[\]]/g, ''))).map((one) => `${name}.${one.name}`),
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const all = publicOptions()
  const silent = all.flatMap(({ name, options }) =>
    options.filter(({ text }) => text === '').map((one) => `${name}.${one.name}`),
  )
  if (silent.length > 0) {
    console.error(`without a doc comment: ${silent.join(', ')}`)
    process.exitCode = 1
  }
  const made = page(all)
  const old = process.argv.includes('--check') ? readFileSync(PAGE, 'utf8') : made
  if (made !== old) {
    console.error('docs/options.md is not what the doc comments say: npm run docs:options')
    process.exitCode = 1
  } else writeFileSync(PAGE, made)
}

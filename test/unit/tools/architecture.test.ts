import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { ROOMS } from '../../../tools/layers.mjs'
import { importsOf, parseFile, resolveRelative } from '../../../tools/lib/imports.mjs'
import { ROOT, sourceAliases } from '../../../tools/lib/package-map.mjs'

const SRC = join(ROOT, 'src')
const PAGE = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8')
const ALIASES = sourceAliases(['node'])

interface Walk {
  readonly title: string
  /** The files, relative to `src`, in the order of the list. */
  readonly files: readonly string[]
  /** The program in front of the list: what a user writes. */
  readonly program: string
}

/** The sections that hold a program and a numbered list of files. */
const walksOf = (page: string): Walk[] =>
  page
    .split(/^## /m)
    .slice(1)
    .filter((section) => section.startsWith('Walk: '))
    .map((section) => ({
      title: section.split('\n', 1)[0] as string,
      // Of a step that does not begin with a file, its text, which then is no file that exists.
      files: [...section.matchAll(/^\d+\. (?:`([^`]+)`|(.*))/gm)].map((match) => (match[1] ?? match[2]) as string),
      program: /^```ts(?: needs [a-z ]+)?\n([\s\S]*?)^```$/m.exec(section)?.[1] ?? '',
    }))

/** The source file behind a specifier, relative to `src`; `undefined` for a package from outside. */
function sourceOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) {
    const found = resolveRelative(SRC, from, specifier)
    return 'file' in found ? found.file : undefined
  }
  const alias = ALIASES.find(({ find }) => find.test(specifier))
  return alias && specifier.replace(alias.find, alias.replacement).slice(SRC.length + 1)
}

/** Each file is parsed once: most are asked about again by every step behind them. */
function remembered<T>(make: (file: string) => T): (file: string) => T {
  const known = new Map<string, T>()
  return (file) => {
    const found = known.get(file) ?? make(file)
    known.set(file, found)
    return found
  }
}
const parsed = remembered((file) => parseFile(join(SRC, file)))

/** The files that a file imports by value. */
const importedBy = remembered(
  (file): ReadonlyArray<string | undefined> =>
    importsOf(parsed(file)).flatMap(({ specifier, typeOnly }) =>
      specifier === undefined || typeOnly ? [] : [sourceOf(file, specifier)],
    ),
)

/** The file that declares an export of an entry point, which may hand it on from another file. */
function declaringFile(file: string, name: string): string | undefined {
  for (const statement of parsed(file).statements) {
    if (!ts.isExportDeclaration(statement)) {
      const declared =
        ts.isVariableStatement(statement) || ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)
          ? statement
          : undefined
      const names =
        declared === undefined
          ? []
          : ts.isVariableStatement(declared)
            ? declared.declarationList.declarations.map((one) => one.name.getText())
            : [declared.name?.text]
      if (declared?.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) && names.includes(name))
        return file
      continue
    }
    const { exportClause, moduleSpecifier } = statement
    if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier) || statement.isTypeOnly) continue
    const next = sourceOf(file, moduleSpecifier.text)
    if (next === undefined) continue
    if (exportClause === undefined) {
      const found = declaringFile(next, name)
      if (found !== undefined) return found
    } else if (ts.isNamedExports(exportClause)) {
      const one = exportClause.elements.find((element) => element.name.text === name)
      if (one !== undefined) return declaringFile(next, (one.propertyName ?? one.name).text)
    }
  }
  return undefined
}

/** The files that declare what a program imports of this package. */
function startsOf(program: string): Array<string | undefined> {
  const source = ts.createSourceFile('program.ts', program, ts.ScriptTarget.Latest, true)
  return source.statements.filter(ts.isImportDeclaration).flatMap((statement) => {
    const entry = sourceOf('', (statement.moduleSpecifier as ts.StringLiteral).text)
    const names = statement.importClause?.namedBindings
    return entry === undefined || names === undefined || !ts.isNamedImports(names)
      ? []
      : names.elements.map((one) => declaringFile(entry, (one.propertyName ?? one.name).text))
  })
}

/** What is wrong with a walk, one line per fault. */
function faultsOf({ files, program }: Walk): string[] {
  const starts = startsOf(program)
  return files.flatMap((file, at) => {
    if (!existsSync(join(SRC, file))) return [`${file} does not exist`]
    if (files.indexOf(file) < at) return [`${file} is named twice`]
    const earlier = files.slice(0, at).filter((one) => existsSync(join(SRC, one)))
    return starts.includes(file) || earlier.some((one) => importedBy(one).includes(file))
      ? []
      : [`${file} is imported by no file before it, nor by the program`]
  })
}

const walks = walksOf(PAGE)

describe('the walks of docs/architecture.md', () => {
  test('are a signed fetch, a verified request and an exchange order', () => {
    expect(walks.map(({ title }) => title)).toEqual([
      'Walk: a signed fetch',
      'Walk: a verified request',
      'Walk: an exchange order',
    ])
  })

  test.each(walks.map((walk) => [walk.title, walk] as const))(
    '%s: its files are real, each named once, each imported by one before it or by the program',
    (_, walk) => {
      expect(walk.files.length).toBeGreaterThanOrEqual(10)
      expect(faultsOf(walk)).toEqual([])
    },
  )

  test('two walks share no file', () => {
    const all = walks.flatMap(({ files }) => files)
    expect(all.filter((file, at) => all.indexOf(file) < at)).toEqual([])
  })

  test('begin where the program does', () => {
    expect(walks.map(({ files }) => files[0])).toEqual([
      'client/fetch/signed-fetch.ts',
      'server/middleware/node.ts',
      'exchange/catalogue/binance.ts',
    ])
  })

  test('fail when a file moved, is named twice, is reached by a type only, or comes before what imports it', () => {
    const program = "import { createSignedFetch } from 'countersign'\n"
    const of = (...files: string[]) => faultsOf({ title: '', files, program })
    const start = 'client/fetch/signed-fetch.ts'
    expect(of(start, 'client/fetch/request.ts')).toEqual([])
    expect(of(start, 'client/fetch/gone.ts')).toEqual(['client/fetch/gone.ts does not exist'])
    expect(of(start, start)).toEqual([`${start} is named twice`])
    for (const unreached of ['schemes/scheme.ts', 'client/fetch/body.ts', 'crypto/hmac-key.ts', 'server/verifier.ts'])
      expect(of(start, unreached)).toEqual([`${unreached} is imported by no file before it, nor by the program`])
  })
})

describe('the table of rooms in docs/architecture.md', () => {
  const table = PAGE.slice(PAGE.indexOf('\n## Rooms'), PAGE.indexOf('\n## The contract'))
  const rows = table.split('\n').filter((line) => line.startsWith('| `'))

  /** The name that stands for a room in its row: `crypto/random` is `random.ts` in the row of `src/crypto`. */
  function isNamed(room: string): boolean {
    const [top = '', inner] = room.split('/')
    if (room === 'index' || inner === 'index') return rows.some((row) => row.startsWith('| `index.ts`'))
    const row = rows.find((one) => one.startsWith(`| \`src/${top}\``) || one.startsWith(`| \`src/${top}.ts\``))
    if (row === undefined || inner === undefined || inner === '*') return row !== undefined
    return row.includes(`\`${inner}/\``) || row.includes(`\`${inner}.ts\``)
  }

  const onDisk = Object.keys(ROOMS).filter(
    (room) => existsSync(join(SRC, room.replace('/*', ''))) || existsSync(join(SRC, `${room}.ts`)),
  )

  test.each(onDisk)('names the room %s', (room) => {
    expect(isNamed(room)).toBe(true)
  })

  test('does not name a room that is not there', () => {
    expect(['gone', 'crypto/gone', 'exchange/gone'].filter(isNamed)).toEqual([])
  })
})

describe('the table of what is written here', () => {
  const section = PAGE.split(/^## /m).find((one) => one.startsWith('Written here')) ?? ''
  const [taken = '', written = ''] = section.split('| written here |')

  test('names files that exist', () => {
    const files = [...written.matchAll(/`([\w/-]+\.ts)`/g)].map((match) => match[1] as string)
    expect(files.length).toBeGreaterThan(10)
    expect(files.filter((file) => !existsSync(join(SRC, file)))).toEqual([])
  })

  test('names each package that is installed with this one or beside it', () => {
    const { dependencies, devDependencies, peerDependencies } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string>>
    const named = [...taken.matchAll(/`([@\w/-]+)`/g)].map((match) => match[1] as string)
    const known = { ...dependencies, ...devDependencies, ...peerDependencies }
    expect(named.filter((name) => !Object.hasOwn(known, name))).toEqual([])
    expect(Object.keys(dependencies ?? {}).filter((name) => !named.includes(name))).toEqual([])
  })
})

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import ts from 'typescript'
import { beforeAll, describe, expect, test } from 'vitest'

const FILE = resolve('test/types/misuse.test-d.ts')
const text = readFileSync(FILE, 'utf8')
const DIRECTIVE = /^ *\/\/ @ts-expect-error\b.*$/gm

/** What the compiler says about one text in the place of the file, by line from 1. */
interface Finding {
  readonly line: number
  readonly code: number
}

const host = (() => {
  const { config } = ts.readConfigFile('tsconfig.node.json', ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['src/index.ts'] }, ts.sys, '.')
  const base = ts.createCompilerHost(options)
  const parsed = new Map<string, ts.SourceFile | undefined>()
  let current = text
  return {
    options,
    set: (other: string) => {
      current = other
    },
    compiler: {
      ...base,
      // Only the one file changes; what it imports is parsed once.
      getSourceFile: (name: string, how: ts.ScriptTarget | ts.CreateSourceFileOptions) => {
        if (resolve(name) === FILE) return ts.createSourceFile(name, current, how)
        if (!parsed.has(name)) parsed.set(name, base.getSourceFile(name, how))
        return parsed.get(name)
      },
    } satisfies ts.CompilerHost,
  }
})()

let previous: ts.Program | undefined

function compile(source: string): readonly Finding[] {
  host.set(source)
  previous = ts.createProgram([FILE], host.options, host.compiler, previous)
  const file = previous.getSourceFile(FILE)
  if (file === undefined) throw new Error('the file was not compiled')
  const all = [...previous.getSyntacticDiagnostics(file), ...previous.getSemanticDiagnostics(file)]
  return all.map(({ start = 0, code }) => ({ line: file.getLineAndCharacterOfPosition(start).line + 1, code }))
}

/** Each directive with the name of the case it stands in, and its line from 1. */
const cases = [...text.matchAll(DIRECTIVE)].map(({ index }) => {
  const before = text.slice(0, index)
  const what = [...before.matchAll(/^misuse\(\s*'([^']*)'/gm)].at(-1)?.[1] ?? ''
  return { what, line: before.split('\n').length }
})
let bare: readonly Finding[] = []

beforeAll(() => {
  // Without its directives every mistake shows where it is.
  bare = compile(text.replace(DIRECTIVE, '//'))
}, 120_000)

describe('mistakes that do not compile', () => {
  test('with the directives, the file has no error', () => {
    expect(compile(text)).toEqual([])
  }, 120_000)

  test.each(cases)('the compiler refuses this: $what', ({ line }) => {
    expect(bare.filter((found) => found.line === line + 1).length).toBeGreaterThan(0)
  })

  test('nothing else in the file is wrong, and every case has one directive and a separate name', () => {
    const lines = new Set(cases.map(({ line }) => line + 1))
    expect(bare.filter(({ line }) => !lines.has(line))).toEqual([])
    const names = cases.map(({ what }) => what)
    expect(new Set(names).size).toBe(names.length)
    expect(text.split('\n').filter((line) => line.startsWith('misuse(')).length).toBe(names.length)
    expect(names).toEqual(
      expect.arrayContaining([
        'signing synchronously with an asynchronous key',
        'a verifier without a policy',
        'a string as a signing key',
      ]),
    )
  })

  test('a directive over a line that compiles is itself an error', () => {
    const right = '\n// @ts-expect-error\nsignRequestSync(request, rfc9421({ key }))\n'
    const line = text.split('\n').length + 1
    // TS2578: unused '@ts-expect-error' directive.
    expect(compile(text + right)).toEqual([{ line, code: 2578 }])
  }, 120_000)
})

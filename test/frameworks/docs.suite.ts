import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, expect, it } from 'vitest'

// Beside the packages, so that they are found.
const FOLDER = join('test', 'frameworks', '.blocks')
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }))

it('compiles every block of docs/frameworks.md against the packages it names', () => {
  const text = readFileSync('docs/frameworks.md', 'utf8')
  const blocks = [...text.matchAll(/^```(tsx?) frameworks\n([\s\S]*?)^```$/gm)].map((match) => ({
    file: join(FOLDER, `line-${text.slice(0, match.index).split('\n').length}.${match[1]}`),
    code: match[2] as string,
  }))
  expect(blocks.length).toBeGreaterThan(1)
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  for (const { file, code } of blocks) writeFileSync(file, code)
  const { config } = ts.readConfigFile('tsconfig.node.json', ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['src/index.ts'] }, ts.sys, '.')
  const program = ts.createProgram(
    blocks.map(({ file }) => file),
    {
      ...options,
      noUnusedLocals: false,
      isolatedDeclarations: false,
      declaration: false,
      incremental: false,
      // As the frameworks have it in their own projects.
      experimentalDecorators: true,
      erasableSyntaxOnly: false,
      exactOptionalPropertyTypes: false,
    },
  )
  const problems = blocks.flatMap(({ file }) => {
    const source = program.getSourceFile(file)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      (one) => `${file}: ${ts.flattenDiagnosticMessageText(one.messageText, ' ')}`,
    )
  })
  expect(problems).toEqual([])
})

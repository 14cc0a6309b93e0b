import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import ts from 'typescript'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { VERDICT_STATUS } from '../../src/errors.js'
import { type Block, exampleBlocks, pageBlocks } from './blocks.js'

// The tools are JavaScript, which this program does not look into.
const TOOL: string = '../../tools/lib/source-bundle.mjs'
const { bundleSource } = (await import(TOOL)) as { bundleSource: (entry: string, outfile: string) => Promise<void> }

const folder = join('test', 'docs', '.blocks')
const blocks: readonly Block[] = [...pageBlocks(), ...exampleBlocks()]
const fileOf = (block: Block): string => join(folder, `${block.at.replace(/[^A-Za-z0-9]+/g, '-')}.ts`)

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  // A block without imports or exports would be a script and share its names with the others.
  for (const block of blocks) writeFileSync(fileOf(block), `${block.code}\nexport {}\n`)
})
afterEach(() => void vi.restoreAllMocks())
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('what the documentation says', () => {
  it('has blocks to check', () => {
    expect(blocks.length).toBeGreaterThan(40)
  })

  it('compiles, every block of it', () => {
    const { config } = ts.readConfigFile('tsconfig.node.json', ts.sys.readFile)
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['src/index.ts'] }, ts.sys, '.')
    const program = ts.createProgram(blocks.map(fileOf), {
      ...options,
      // Names of an example are there to be read, and its exports need no annotation.
      noUnusedLocals: false,
      noUnusedParameters: false,
      isolatedDeclarations: false,
      declaration: false,
    })
    const problems = blocks.flatMap((block) => {
      const source = program.getSourceFile(fileOf(block))
      return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
        (one) => `${block.at}: ${ts.flattenDiagnosticMessageText(one.messageText, ' ')}`,
      )
    })
    expect(problems).toEqual([])
  }, 120_000)

  it.each(blocks.filter((block) => block.runs).map((block) => [block.at, block] as const))(
    'the block at %s runs as it stands',
    async (_at, block) => {
      // By itself it prints and goes on.
      vi.spyOn(console, 'assert').mockImplementation((holds) => {
        if (!holds) throw new Error(`an assertion of ${block.at} does not hold`)
      })
      await import(/* @vite-ignore */ join(process.cwd(), fileOf(block)))
    },
  )

  it('runs to its end, every block of a page that does not say what it needs', async () => {
    // The programs of the README are run by tools/check-examples.mjs, with what they print.
    const free = blocks.filter(
      ({ at, runs, needs, file }) => /^(?!README)[\w/-]+\.md:/.test(at) && !(runs || needs || file),
    )
    expect(free.length).toBeGreaterThan(90)
    const modules = free.map((block) => `${JSON.stringify(block.at)}: () => import('./${basename(fileOf(block))}')`)
    writeFileSync(join(folder, 'all.ts'), `export const blocks = {\n${modules.join(',\n')}\n}\n`)
    const built = join(process.cwd(), folder, 'all.mjs')
    await bundleSource(join(folder, 'all.ts'), built)
    // In an empty folder: some of them write files. And in a process of its own: some start what runs on.
    const cwd = mkdtempSync(join(tmpdir(), 'countersign-blocks-'))
    const program = join(process.cwd(), 'test/docs/run-blocks.mjs')
    const { stdout } = await promisify(execFile)(process.execPath, [program, pathToFileURL(built).href], { cwd })
    rmSync(cwd, { recursive: true, force: true })
    expect(JSON.parse(stdout)).toEqual([])
  }, 240_000)

  it('a page links only to pages and headings that exist', () => {
    const slug = (heading: string): string =>
      heading
        .toLowerCase()
        .replace(/[^a-z0-9_ -]/g, '')
        .trim()
        .replaceAll(' ', '-')
    const headings = (page: string): string[] =>
      [...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map((match) => slug(match[1] as string))
    const broken: string[] = []
    for (const page of new Set(pageBlocks().map((block) => block.at.split(':')[0] as string))
      .add('README.md')
      .add('SECURITY.md')) {
      for (const [, target] of readFileSync(page, 'utf8').matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
        const [path, anchor] = (target as string).split('#') as [string, string?]
        const file = path === '' ? page : join(page, '..', path)
        if (!existsSync(file) || (anchor !== undefined && !headings(file).includes(anchor)))
          broken.push(`${page} -> ${target}`)
      }
    }
    expect(broken).toEqual([])
  })

  it('has one heading for every code', () => {
    const headings = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^### ([A-Z_]+)$/gm)].map((match) => match[1])
    const usage = [...readFileSync('src/errors/error.ts', 'utf8').matchAll(/^ \* - `([A-Z_]+)`/gm)].map(
      (match) => match[1],
    )
    expect(headings.toSorted()).toEqual([...Object.keys(VERDICT_STATUS), ...usage].toSorted())
  })
})

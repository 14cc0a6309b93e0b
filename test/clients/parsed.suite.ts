import { execFileSync, spawnSync } from 'node:child_process'
import { Script } from 'node:vm'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { fillHeaderScheme, fillRfc9421 } from '../../src/clients/fill.js'
import type { ClientFile, ClientScheme } from '../../src/clients/template.js'
import { CLIENTS } from '../../src/clients/templates.js'
import { filesHash, type Result, writeResults } from './results.js'
import { PYTHON } from './rows.js'
import { ZENITH } from './server.js'

// Languages whose toolchain no package registry has. A grammar finds a misspelt program, and nothing of what it does.
const GRAMMARS = { swift: 'tree_sitter_swift', powershell: 'tree_sitter_powershell' } as const

/** The places that do not parse, text by text. */
type Parse = (texts: readonly string[]) => readonly (readonly string[])[]

const bySitter =
  (module: string): Parse =>
  (texts) =>
    JSON.parse(execFileSync(PYTHON, ['test/clients/parse.py', module], { input: JSON.stringify(texts) }).toString())
/** Insomnia runs a script as the body of an async function. */
const byNode: Parse = (texts) =>
  texts.map((text) => {
    try {
      new Script(`(async () => {${text}\n})`)
      return []
    } catch (error) {
      return [(error as Error).message]
    }
  })

/** Undefined where the grammar is not installed. */
function versionOf(module: string): string | undefined {
  const name = module.replaceAll('_', '-')
  const code = `import importlib.metadata as m; print(m.version("${name}"))`
  const { status, stdout } = spawnSync(PYTHON, ['-c', code], { encoding: 'utf8' })
  return status === 0 ? `${name} ${stdout.trim()}` : undefined
}

const ROWS: ReadonlyArray<readonly [language: string, parse: Parse, version: string | undefined]> = [
  ...Object.entries(GRAMMARS).map(([language, module]) => [language, bySitter(module), versionOf(module)] as const),
  ['insomnia', byNode, `node ${process.version}`],
]

const results: Result[] = []
afterAll(() => writeResults(results))

for (const [language, parse, version] of ROWS) {
  if (version === undefined) console.error(`!!! ${language}: not parsed, there is no grammar`)
  describe.skipIf(version === undefined)(language, () => {
    const template = CLIENTS.find(({ id }) => id === language)
    if (template === undefined) throw new Error(`there is no client "${language}"`)
    const texts = (files: readonly ClientFile[]): readonly string[] => files.map(({ text }) => text)

    describe.each(Object.keys(template.files) as ClientScheme[])('%s, parsed and not executed', (scheme) => {
      const result: Result = {
        language,
        scheme,
        version: version ?? '',
        files: filesHash(template, scheme),
        parsed: true,
        passed: 0,
        failed: 0,
      }
      afterEach(({ task }) => {
        if (result.passed + result.failed === 0) results.push(result)
        if (task.result?.state === 'fail') result.failed++
        else result.passed++
      })

      test('parses, as it is and filled', () => {
        const filled =
          scheme === 'rfc9421'
            ? fillRfc9421(template, {
                covered: ['@method', 'x-account'],
                label: 'zenith',
                tag: 'orders',
                expiresIn: 20,
              })
            : fillHeaderScheme(template, ZENITH)
        const all = [...texts(template.files[scheme] ?? []), ...texts(filled)]
        expect(parse(all)).toEqual(all.map(() => []))
      })

      test('does not parse without one of its braces', () => {
        for (const text of texts(template.files[scheme] ?? [])) {
          const at = text.lastIndexOf('}')
          expect(parse([text.slice(0, at) + text.slice(at + 1)])[0]?.length).toBeGreaterThan(0)
        }
      })
    })
  })
}

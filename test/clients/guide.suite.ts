import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GuideCode } from '../../src/guide/index.js'
import { CASES, type GuideWorld, KEY_ENVIRONMENTS, startService } from './guide-world.js'
import { BUILT, CARGO, have, PYTHON, ROWS, type Row } from './rows.js'

const run = promisify(execFile)
/** What has no command line of its own, or another one here than where it is at home. */
const AS_ROWS: readonly string[] = ['kotlin', 'csharp', 'httpie', 'postman', 'bruno']
const { SIGNING_SECRET: _, SIGNING_KEY_FILE: __, ...inherited } = process.env
const PATH = `${PYTHON.includes('/') ? `${dirname(PYTHON)}:` : ''}${process.env['PATH']}`
const env = { ...inherited, PATH, CARGO_TARGET_DIR: CARGO }

/** The command line of the page, in a folder that holds the files of the page and nothing else. */
function saved(row: Row, { files, run: line }: GuideCode, cwd: string): (args: readonly string[]) => readonly string[] {
  rmSync(cwd, { recursive: true, force: true })
  mkdirSync(cwd, { recursive: true })
  for (const { name, text } of files) writeFileSync(`${cwd}/${name}`, text, { mode: 0o755 })
  if (!AS_ROWS.includes(row.language)) return (args) => ['sh', '-c', `${line} "$@"`, 'sh', ...args]
  for (const [program, ...args] of (row.build ?? []) as [string, ...string[]][])
    execFileSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'], env })
  return (args) => [...row.command, ...(row.args?.(args) ?? args)]
}

describe.each(CASES)('the page for $name', (service) => {
  const kind = service.schemes === undefined ? 'rfc9421' : 'header-scheme'
  let world: GuideWorld
  beforeAll(async () => {
    world = await startService(service)
  })
  afterAll(() => world.close())

  for (const row of ROWS.filter(({ scheme }) => scheme === kind))
    test.skipIf(!have(row.needs))(`its program for ${row.language} is accepted`, { timeout: 300_000 }, async () => {
      const { code, codes, origin } = world
      const own = code.find(({ language }) => language === row.language) as GuideCode
      const cwd = `${BUILT}guide/${CASES.indexOf(service)}-${row.language}`
      const command = saved(row, own, cwd)
      for (const algorithm of row.algorithms) {
        expect(own.algorithms).toContain(algorithm)
        codes.length = 0
        const sent = ['POST', `${origin}/orders?dry=1&b=%20+`, '{"note":"Zürich"}', ...(service.lines ?? [])]
        const [program, ...args] = command(sent) as [string, ...string[]]
        const { stdout, stderr } = await run(program, args, { cwd, env: { ...env, ...KEY_ENVIRONMENTS[algorithm] } })
        expect(codes, stdout + stderr).toEqual(['ok'])
      }
    })
})

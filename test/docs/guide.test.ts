import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GuideCode } from '../../src/guide/index.js'
import { fromSource } from '../../tools/lib/bundle.mjs'
import { CASES, type GuideWorld, KEY_ENVIRONMENTS, startService } from '../clients/guide-world.js'
import { has } from '../proxy/services.js'

// In every language that can be had: npm run test:clients.
const TOOLS: ReadonlyArray<readonly [language: string, is: boolean]> = [
  ['bash', has('bash', '--version') && has('curl', '--version') && has('openssl', 'version')],
  ['python', has('python3', '-c', 'import cryptography')],
  ['go', has('go', 'version')],
  ['node', true],
]
for (const [language, is] of TOOLS)
  if (!is) console.warn(`SKIPPED (not on this machine): the guide's program for ${language}`)

const folder = mkdtempSync(join(tmpdir(), 'countersign-guide-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const run = promisify(execFile)

/** What is run for one program: the command line of the guide, in a folder with its files. */
async function saved({ language, files, run: line }: GuideCode, name: string): Promise<readonly string[]> {
  const own = join(folder, `${name}-${language}`.replace(/\W+/g, '-'))
  mkdirSync(own)
  for (const file of files) writeFileSync(join(own, file.name), file.text, { mode: 0o755 })
  const main = join(own, files[0]?.name ?? '')
  if (language === 'go') {
    const program = join(own, 'program')
    await run('go', ['build', '-o', program, ...files.map((file) => join(own, file.name))])
    return [program]
  }
  if (language === 'node') {
    // In place of what `npm install countersign` puts beside it.
    const outfile = join(own, 'bundled.mjs')
    const conditions = ['browser']
    await build({
      entryPoints: [main],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      conditions,
      plugins: [fromSource()],
    })
    return ['node', outfile]
  }
  return [...line.split(' ').slice(0, -1), main]
}

describe.each(CASES)('$name', (one) => {
  const { name, lines = [] } = one
  let world: GuideWorld
  beforeAll(async () => {
    world = await startService(
      one,
      TOOLS.map(([language]) => language),
    )
  })
  afterAll(() => world.close())

  for (const [language, is] of TOOLS)
    test.skipIf(!is)(`the program for ${language} is accepted`, { timeout: 120_000 }, async () => {
      const { origin, codes } = world
      const own = world.code.find((row) => row.language === language) as GuideCode
      expect(own.algorithms).toEqual(['hmac-sha256', 'ed25519'])
      const [program, ...first] = (await saved(own, name)) as [string, ...string[]]
      const { SIGNING_SECRET: _, SIGNING_KEY_FILE: __, ...env } = process.env
      for (const key of Object.values(KEY_ENVIRONMENTS)) {
        codes.length = 0
        const sent = [`${origin}/orders?dry=1&b=%20+`, '{"note":"Zürich"}', ...lines]
        const { stdout } = await run(program, [...first, 'POST', ...sent], { env: { ...env, ...key } })
        expect([stdout.trim(), codes]).toEqual(['accepted', ['ok']])
      }
    })
})

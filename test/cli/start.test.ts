import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.js'
import { type Built, build } from './built.js'
import { invoke } from './invoke.js'

let built: Built
beforeAll(() => {
  built = build()
})
afterAll(() => built.remove())

/** The scripts of the package that a command line loads, as V8 has counted them: how busy the machine is changes nothing of it. */
function loaded(...argv: string[]): { readonly files: number; readonly bytes: number } {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-start-'))
  try {
    execFileSync(process.execPath, [built.file, ...argv], {
      cwd: built.folder,
      env: { ...process.env, NODE_V8_COVERAGE: folder },
      stdio: ['ignore', 'ignore', 'ignore'],
    })
    const urls = readdirSync(folder).flatMap((name) =>
      (JSON.parse(readFileSync(join(folder, name), 'utf8')).result as { url: string }[]).map(({ url }) => url),
    )
    const files = urls.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url))
    return { files: files.length, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test.each([[['--help']], [['sign', '--help']], [['keys', 'audit', 'verify', '-h']], [['help', 'request']]])(
  'the help of %j costs one small script',
  (argv) => {
    const { files, bytes } = loaded(...argv)
    expect(files).toBe(1)
    expect(bytes).toBeLessThan(2_000)
  },
)

test('a command loads its own part and what it shares, not the others', () => {
  const whole = readdirSync(join(built.folder, 'bin/cli')).filter((name) => name.endsWith('.js'))
  const all = whole.reduce((sum, name) => sum + statSync(join(built.folder, 'bin/cli', name)).size, 0)
  const { bytes } = loaded('keygen', 'bot')
  expect(bytes).toBeLessThan(all / 2)
})

test('the quick help is what the parser prints, for every command and group', async () => {
  const groups = COMMANDS.flatMap(({ name }) => name.split(' ').map((_, i, words) => words.slice(0, i).join(' ')))
  for (const name of new Set([...groups, ...COMMANDS.map((row) => row.name)])) {
    const words = name === '' ? [] : name.split(' ')
    const { stdout } = await invoke([...words, '--help'])
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    const quick = await built.run([...words, '--help'])
    expect(quick).toEqual({ code: 0, stdout: stdout.replaceAll('0.0.0', version), stderr: '' })
    expect(await built.run(['help', ...words])).toEqual(quick)
  }
}, 120_000)

test('what is no command has no help, and no path leads out of the folder', async () => {
  for (const words of [['nope'], ['../../package'], ['keys', '..'], ['constructor']])
    expect(await built.run([...words, '--help'])).toMatchObject({ stdout: expect.not.stringContaining('"type"') })
  expect((await built.run(['help', 'nope'])).code).toBe(2)
})

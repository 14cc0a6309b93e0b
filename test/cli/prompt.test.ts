import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Built, build } from './built.js'

let built: Built
beforeAll(() => {
  built = build()
})
afterAll(() => built.remove())

// util-linux: gives a separate program a terminal.
const hasTerminal = spawnSync('script', ['--version']).stdout?.includes('util-linux') === true
const hasSetsid = spawnSync('setsid', ['--version']).status === 0

/** Runs the command in a terminal and types a line at each question. */
const typing = (command: string, ...lines: string[]): Promise<{ code: number; shown: string }> =>
  new Promise((resolve, reject) => {
    const program = `"${process.execPath}" "${built.file}" ${command}`
    const child = spawn('script', ['--quiet', '--return', '--command', program, '/dev/null'], { cwd: built.folder })
    let shown = ''
    let asked = 0
    child.stdout.on('data', (chunk) => {
      shown += chunk
      // A question ends in a colon and a blank, and nothing else that is printed here does.
      const questions = shown.match(/: (?=\r?\n|$)/g)?.length ?? 0
      for (; asked < questions; asked++) child.stdin.write(`${lines[asked]}\r`)
    })
    child.on('error', reject).on('close', (code) => resolve({ code: code ?? -1, shown }))
  })

test.runIf(hasTerminal)(
  'a passphrase is asked for twice, and nothing of it is shown',
  async () => {
    const made = await typing('keygen shut --encrypt', 'correct horse battery', 'correct horse battery')
    expect(made.code).toBe(0)
    expect(readFileSync(join(built.folder, 'shut.pem'), 'utf8')).toContain('ENCRYPTED')
    const env = { PASS: 'correct horse battery' }
    const message = 'GET /a HTTP/1.1\nHost: a.example\n\n'
    const argv = ['sign', '--key', 'file:shut.pem', '--passphrase']
    expect((await built.run([...argv, 'env:PASS'], { stdin: message, env })).code).toBe(0)
    expect(made.shown).not.toContain('correct')
  },
  30_000,
)

test.runIf(hasTerminal)(
  'two passphrases that differ make no key',
  async () => {
    const { code, shown } = await typing('keygen slip --encrypt', 'correct horse battery', 'correct house battery')
    expect(code).toBe(2)
    expect(shown).toContain('the two are not the same')
  },
  30_000,
)

test.runIf(hasTerminal)(
  'a key with a passphrase is opened while the message comes from a file',
  async () => {
    await built.run(['keygen', 'asked', '--passphrase', 'env:PASS'], { env: { PASS: 'a longer passphrase' } })
    const argv = 'request GET https://api.example.com/ --key file:asked.pem --passphrase prompt --print-curl'
    // A slip is taken back with Backspace.
    const { code, shown } = await typing(argv, 'a longer passphrasx\u007fe')
    expect(code).toBe(0)
    expect(shown).toContain("--header 'Signature: sig1=")
  },
  30_000,
)

test.runIf(hasSetsid)('without a terminal a prompt says what to state in its place', () => {
  const argv = ['--wait', process.execPath, built.file, 'sign', '--key', 'prompt']
  const { status, stderr } = spawnSync('setsid', argv, { input: 'GET / HTTP/1.1\nHost: a\n\n', encoding: 'utf8' })
  expect(status).toBe(2)
  expect(stderr).toContain('there is no terminal to ask on: state env:NAME')
})

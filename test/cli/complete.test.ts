import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Built, build } from './built.js'

let built: Built
beforeAll(() => {
  built = build()
})
afterAll(() => built.remove())

/** The words that are offered, without their explanations. */
const offered = async (...words: string[]) =>
  (await built.run(['complete', '--', ...words])).stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(':'))
    .map((line) => line.split('\t')[0])

test('commands, options and the values of options are completed', async () => {
  expect(await offered('ver')).toEqual(['verify'])
  expect(await offered('keys', 'r')).toEqual(['rotate', 'renew', 'revoke', 'rewrap', 'rules'])
  expect(await offered('verify', '--pub')).toEqual(['--public-key'])
  expect(await offered('sign', '--algorithm', 'ecdsa')).toEqual([
    'ecdsa-p256-sha256',
    'ecdsa-p384-sha384',
    'ecdsa-p521-sha512',
  ])
  for (const command of ['request', 'sign', 'verify', 'doctor', 'proxy'])
    expect(await offered(command, '--exchange', 'kra'), command).toEqual(['kraken', 'kraken-futures'])
  expect(await offered('request', '--exchange', 'okx', '--env', '')).toEqual(['live', 'demo'])
  expect(await offered('doctor', '-x', 'binance', '-e', 't')).toEqual(['testnet'])
  expect(await offered('request', '--exchange=okx', '--env=d')).toEqual(['demo'])
  expect(await offered('request', '--env', '')).toEqual([])
  expect(await offered('complete', '')).toEqual(['bash', 'zsh', 'fish'])
  expect(await offered('help', 'ver')).toEqual(['verify'])
  expect(await offered('explain', '--scheme', 's3')).toEqual(['s3-v2'])
  expect(await offered('explain', '--scheme', 'okx')).toEqual(['okx'])
})

const CHECKS = [
  ['bash', ['-n']],
  ['zsh', ['-n']],
  ['fish', ['--no-execute']],
] as const

test.each(CHECKS)('the script for %s is one that this shell reads', async (shell, flags) => {
  const { code, stdout } = await built.run(['complete', shell])
  expect(code).toBe(0)
  expect(stdout).toContain('countersign complete --')
  const script = join(built.folder, `complete.${shell}`)
  writeFileSync(script, stdout)
  const there = await promisify(execFile)(shell, ['--version']).catch(() => undefined)
  if (there !== undefined) await promisify(execFile)(shell, [...flags, script])
})

const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ')

/** How each shell is asked what it offers behind a line, without its keyboard. */
const ASKED: Readonly<Record<string, (words: readonly string[]) => readonly string[]>> = {
  bash: (words) => [
    '-c',
    `. ./complete.bash
COMP_WORDS=(countersign ${quoted(words)}); COMP_CWORD=${words.length}
_countersign; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  // What the completion system of zsh would show, and where it would offer files.
  zsh: (words) => [
    '-f',
    '-c',
    `compdef() { }; _files() { print files }; _describe() { print -l -- "\${(@P)2}" }
. ./complete.zsh
words=(countersign ${quoted(words)}); CURRENT=${words.length + 1}
_countersign`,
  ],
  fish: (words) => ['--no-config', '-c', `. ./complete.fish; complete -C "countersign ${words.join(' ')}"`],
}

/** What a shell offers behind a line; `undefined` where it is not installed. */
async function inShell(shell: string, ...words: string[]): Promise<readonly string[] | undefined> {
  if ((await promisify(execFile)(shell, ['--version']).catch(() => undefined)) === undefined) return undefined
  const { stdout: script } = await built.run(['complete', shell])
  writeFileSync(join(built.folder, `complete.${shell}`), script)
  const program = `#!/bin/sh\nexec "${process.execPath}" "${built.file}" "$@"\n`
  writeFileSync(join(built.folder, 'countersign'), program, { mode: 0o755 })
  const env = { ...process.env, PATH: `${built.folder}:${process.env['PATH']}`, HOME: built.folder }
  const { stdout } = await promisify(execFile)(shell, ASKED[shell]?.(words) ?? [], { cwd: built.folder, env })
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split(/[\t:]/)[0] as string)
}

test.each(Object.keys(ASKED))('%s offers what the command offers, where it is installed', async (shell) => {
  const found = await inShell(shell, 'keys', 'ro')
  if (found === undefined) {
    expect(shell, 'bash is installed everywhere').not.toBe('bash')
    return
  }
  expect(found).toEqual(['rotate'])
  expect(await inShell(shell, 'keys', 'audit', 've')).toEqual(['verify'])
  expect(await inShell(shell, 'sign', '--exchange', 'krak')).toEqual(['kraken', 'kraken-futures'])
  // Where the command has no word, the shell offers files.
  if (shell !== 'bash') expect(await inShell(shell, 'verify', '--public-key', 'complete.z')).toContain(FILES[shell])
})
const FILES: Readonly<Record<string, string>> = { zsh: 'files', fish: 'complete.zsh' }

test('bash completes the value of --option=value, which it takes for three words', async () => {
  expect(await inShell('bash', 'keygen', '--algorithm', '=', 'rsa-v')).toEqual(['rsa-v1_5-sha256', 'rsa-v1_5-sha512'])
  expect(await inShell('bash', 'keygen', '--algorithm', '=')).toContain('ed25519')
  expect(await inShell('bash', 'request', '--exchange', '=', 'okx', '--env', '=', 'd')).toEqual(['demo'])
  expect(await inShell('bash', 'request', 'a', '=', 'b', '--exchange', 'krak')).toEqual(['kraken', 'kraken-futures'])
})

test('fish completes the value of --option=value as the whole word', async () => {
  const found = await inShell('fish', 'keygen', '--algorithm=rsa-v')
  if (found !== undefined) expect(found).toEqual(['--algorithm=rsa-v1_5-sha256', '--algorithm=rsa-v1_5-sha512'])
})

test.each(['bash', 'zsh'])('no word of a line that is not entered yet is run by %s', async (shell) => {
  await inShell(shell, 'keys', '$(touch ran)', '`touch ran`', 'ro')
  expect(existsSync(join(built.folder, 'ran'))).toBe(false)
})

test('fish runs no word of a line that is not entered yet', async () => {
  await inShell('fish', 'keys', '(touch', 'ran)', '\\$(touch', 'ran)', 'ro').catch(() => undefined)
  expect(existsSync(join(built.folder, 'ran'))).toBe(false)
})

test('another shell is refused with those that are known', async () => {
  expect(await built.run(['complete', 'tcsh'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('bash, zsh, fish'),
  })
})

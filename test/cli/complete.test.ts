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
  expect(await offered('request', '--exchange', 'kra')).toEqual(['kraken', 'kraken-futures'])
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

/** What bash offers behind a line. */
const inBash = async (...words: string[]) => {
  const { stdout: script } = await built.run(['complete', 'bash'])
  writeFileSync(join(built.folder, 'complete.bash'), script)
  const program = `#!/bin/sh\nexec "${process.execPath}" "${built.file}" "$@"\n`
  writeFileSync(join(built.folder, 'countersign'), program, { mode: 0o755 })
  const line = words.map((word) => `'${word}'`).join(' ')
  const asked = `PATH="${built.folder}:$PATH"; . ./complete.bash
COMP_WORDS=(countersign ${line}); COMP_CWORD=${words.length}
_countersign; printf '%s\\n' "\${COMPREPLY[@]}"`
  return (await promisify(execFile)('bash', ['-c', asked], { cwd: built.folder })).stdout.trim().split('\n')
}

test('bash offers what the command offers', async () => {
  expect(await inBash('keys', 'ro')).toEqual(['rotate'])
  expect(await inBash('keys', 'audit', '')).toContain('verify')
})

test('no word of a line that is not entered yet is run', async () => {
  await inBash('keys', '$(touch ran)', '`touch ran`', 'ro')
  expect(existsSync(join(built.folder, 'ran'))).toBe(false)
})

test('another shell is refused with those that are known', async () => {
  expect(await built.run(['complete', 'tcsh'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('bash, zsh, fish'),
  })
})

import { expect, test } from 'vitest'
import { COMMANDS } from '../../../src/cli/commands.js'
import { invoke } from '../../cli/invoke.js'

const SECRET = `acmes_live_${'aB3'.repeat(16)}x`

test.each([
  [['sgin'], "unknown command 'sgin'", 'sign'],
  [['sign', '--keey', 'x'], "unknown option '--keey'", '--key'],
  [['verify', '--public-kye', 'x'], "unknown option '--public-kye'", '--public-key'],
  [['keys', 'serve', '--port', '80'], "unknown option '--port'", '--listen <address>'],
  [['proxy', '--host', 'x', '--bind', 'y'], "unknown option '--bind'", '--listen <address>'],
])('%j is refused with the nearest name', async (argv, says, near) => {
  const { code, stderr } = await invoke(argv)
  expect(code).toBe(2)
  expect(stderr).toBe(`countersign: ${says}\n(Did you mean ${near}?)\n`)
})

test.each([
  ['--password', ['sign', '--password', 'hunter2hunter2']],
  ['--token', ['request', 'GET', 'https://a.example/', '--token=hunter2hunter2']],
  ['--private-key', ['sign', '--private-key', 'hunter2hunter2']],
  ['--api-secret', ['sign', '--api-secret=hunter2hunter2']],
  ['--key', ['sign', '--key', 'hunter2hunter2']],
  ['--passphrase', ['keygen', '/nowhere/x', '--passphrase', 'hunter2hunter2']],
  ['Authorization', ['request', 'GET', 'https://a.example/', 'Authorization:Bearer hunter2hunter2']],
])('a secret behind %s is refused with what to do, and not repeated', async (name, argv) => {
  const { code, stdout, stderr } = await invoke(argv)
  expect(code).toBe(2)
  expect(stderr).toContain(name)
  expect(stderr).toContain('env:NAME')
  expect(stdout + stderr).not.toContain('hunter2')
})

test.each([
  ['a secret of a keyring', ['sign', '--key-id', SECRET]],
  ['one inside an item', ['request', 'GET', 'https://a.example/', `X-Key:${SECRET}`]],
  ['a private key', ['sign', '--label', '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw\n']],
])('%s in any argument is refused before anything is done', async (_what, argv) => {
  const { code, stdout, stderr } = await invoke(argv)
  expect(code).toBe(2)
  expect(stderr).toMatch(/^countersign: argument \d holds a secret/)
  expect(stdout + stderr).not.toMatch(/aB3aB3|MC4CAQ/)
})

test('help and version end with 0 and write to standard output', async () => {
  const help = await invoke(['--help'])
  expect(help).toMatchObject({ code: 0, stderr: '' })
  for (const { name } of COMMANDS) expect(help.stdout).toContain(name.split(' ')[0])
  expect(await invoke(['--version'])).toMatchObject({ code: 0, stderr: '' })
})

test('a command line without a command ends with 2', async () => {
  expect(await invoke([])).toMatchObject({ code: 2, stdout: '' })
})

test('usage mistakes are a document with --json', async () => {
  const { code, stderr } = await invoke(['sign', '--jso', '--json'])
  expect(code).toBe(2)
  expect(JSON.parse(stderr)).toEqual({ error: { message: expect.stringContaining("unknown option '--jso'") }, exit: 2 })
})

test.each(COMMANDS.map((row) => [row.name, row] as const))('%s explains every option it takes', async (name, row) => {
  const { code, stdout } = await invoke([...name.split(' '), '--help'])
  expect(code).toBe(0)
  for (const { flags } of row.options) expect(stdout).toContain(flags)
  expect(stdout).toContain('--json')
})

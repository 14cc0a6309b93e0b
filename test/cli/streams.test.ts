import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Built, build } from './built.js'

let built: Built
beforeAll(async () => {
  built = build()
  await built.run(['keygen', 'bot'])
  await built.run(['keygen', 'kek', '--algorithm', 'hmac-sha256'])
})
afterAll(() => built.remove())

/** In a shell, which has the streams that Node's functions have not. */
const shell = (line: string) => {
  const script = line.replaceAll('countersign', `'${process.execPath}' '${built.file}'`)
  return spawnSync('bash', ['-c', `set -o pipefail; ${script}`], { cwd: built.folder, encoding: 'utf8' })
}

test('a reader that has seen enough is no fault, on either stream', () => {
  expect(shell('countersign --help | head -1')).toMatchObject({ status: 0, stderr: '' })
  expect(shell('(countersign sign --nope; echo $? >&3) 3>code 2>&1 >/dev/null | true; cat code').stdout).toBe('2\n')
})

test.runIf(existsSync('/dev/full'))('a disk that is full is said, with the documented code and no stack', () => {
  const { status, stderr } = shell('countersign --help > /dev/full')
  expect(status).toBe(2)
  expect(stderr).toBe('countersign: standard output cannot be written: ENOSPC\n')
  expect(shell('countersign sign --nope 2>/dev/full').status).toBe(2)
})

test('closed streams are empty ones', () => {
  const { status, stderr } = shell('countersign sign --key file:bot.pem <&-')
  expect(status).toBe(2)
  expect(stderr).toContain('standard input is empty')
  expect(shell('countersign --version >&-').status).toBeLessThanOrEqual(2)
})

test('a message may come from a pipe that a shell makes', () => {
  const line = `countersign sign --key file:bot.pem <(printf 'GET /a HTTP/1.1\\nHost: a.example\\n\\n')`
  expect(shell(`${line} | countersign verify -P <(cat bot.pub.pem)`)).toMatchObject({ status: 0, stderr: '' })
})

test('Ctrl-C ends a request that waits', async () => {
  const server = (await import('node:net')).createServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const argv = [built.file, 'request', 'GET', `http://127.0.0.1:${port}/`, '--key', 'file:bot.pem']
  const child = spawn(process.execPath, argv, { cwd: built.folder, stdio: 'ignore' })
  const ended = new Promise((resolve) => child.on('close', (_code, signal) => resolve(signal)))
  await new Promise((resolve) => server.on('connection', resolve))
  child.kill('SIGINT')
  expect(await ended).toBe('SIGINT')
  server.close()
})

test('twelve commands at the same time lose no key of a store in a file', async () => {
  const env = { COUNTERSIGN_STORE: 'file:many', COUNTERSIGN_PREFIX: 'acme', COUNTERSIGN_KEK: 'file:kek.secret' }
  const issued = await Promise.all(
    Array.from({ length: 12 }, (_, i) => built.run(['keys', 'issue', '--owner', `o${i}`, '--json'], { env })),
  )
  const ids = issued.map(({ code, stdout, stderr }) => {
    // Some came before there was a file, whose first one of them made.
    expect(stderr).toMatch(/^(?:countersign: a new keyring was made at many\n)?$/)
    expect(code).toBe(0)
    return JSON.parse(stdout).key.id as string
  })
  const { stdout } = await built.run(['keys', 'list', '--ids'], { env })
  expect(stdout.trim().split('\n').sort()).toEqual(ids.sort())
}, 60_000)

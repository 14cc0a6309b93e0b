import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Built, build } from './built.js'

let built: Built
beforeAll(() => {
  built = build()
})
afterAll(() => built.remove())

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

test('keys serve answers requests that a key of the keyring signed, and stops when it is told to', async () => {
  const env = { COUNTERSIGN_STORE: 'file:keys', COUNTERSIGN_PREFIX: 'acme', COUNTERSIGN_KEK: 'file:kek.secret' }
  await built.run(['keygen', 'kek', '--algorithm', 'hmac-sha256'])
  const scopes = ['keys:*', 'orders:*'].flatMap((scope) => ['--scope', scope])
  const admin = await built.run(
    ['keys', 'issue', '--owner', 'ops', ...scopes, '--secret-file', 'admin.secret', '--json'],
    { env },
  )
  const { id } = JSON.parse(admin.stdout).key

  const port = await freePort()
  const server = spawn(process.execPath, [built.file, 'keys', 'serve', '--listen', `127.0.0.1:${port}`], {
    cwd: built.folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = new Promise((resolve) => server.on('close', resolve))
  const line = await new Promise<string>((resolve) => server.stdout.on('data', (text) => resolve(String(text))))
  expect(line).toContain(`http://localhost:${port}/v1/keys`)

  const key = ['--algorithm', 'hmac-sha256', '--key-id', id, '--key', 'file:admin.secret']
  const url = `http://localhost:${port}/v1/keys`
  const made = await built.run(['request', 'POST', url, 'owner=alice', 'scopes:=["orders:read"]', ...key])
  expect(made).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(made.stdout)).toMatchObject({
    key: { owner: 'alice' },
    secret: expect.stringMatching(/^acmes_live_/),
  })
  const refused = await built.run(['request', 'GET', url, ...key.slice(0, -1), 'file:kek.secret'])
  expect(refused.code).toBe(1)

  server.kill('SIGTERM')
  expect(await closed).toBe(0)
  expect(readFileSync(join(built.folder, 'keys'), 'utf8')).toContain('alice')
}, 60_000)

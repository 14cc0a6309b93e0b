import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
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

/** As a browser goes to an address that a person has typed; `fetch` states that it does not. */
const navigate = (port: number, path: string, host: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = { host, 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' }
    get({ port, host: '127.0.0.1', path, headers }, (response) => {
      response.resume()
      resolve(response)
    }).on('error', reject)
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
  // By whichever name of this machine it is called.
  const byAddress = await built.run(['request', 'GET', `http://127.0.0.1:${port}/v1/keys`, ...key])
  expect(byAddress).toMatchObject({ code: 0, stderr: '' })
  const refused = await built.run(['request', 'GET', url, ...key.slice(0, -1), 'file:kek.secret'])
  expect(refused.code).toBe(1)

  server.kill('SIGTERM')
  expect(await closed).toBe(0)
  expect(readFileSync(join(built.folder, 'keys'), 'utf8')).toContain('alice')
}, 60_000)

test('keys serve --console makes a keyring from nothing, and lets one administrator in, once', async () => {
  execFileSync(process.execPath, ['tools/build-console.mjs', join(built.folder, 'bin', 'console', 'page')])
  const port = await freePort()
  const folder = join(built.folder, 'first')
  mkdirSync(folder)
  const { COUNTERSIGN_STORE: _, COUNTERSIGN_KEK: __, COUNTERSIGN_PREFIX: ___, ...env } = process.env
  const args = ['keys', 'serve', '--console', '--alone', '--scope', 'orders:read', '--api', 'api.example.com']
  const server = spawn(process.execPath, [built.file, ...args, '--listen', `127.0.0.1:${port}`, '--actor', 'ops'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = new Promise((resolve) => server.on('close', resolve))
  let printed = ''
  let noted = ''
  server.stderr.on('data', (text) => {
    noted += text
  })
  const link = await new Promise<string>((resolve) => {
    server.stdout.on('data', (text) => {
      printed += text
      const [found] = /http:\/\/localhost:\d+\/keys\/enter\/\S+/.exec(printed) ?? []
      if (found !== undefined) resolve(found)
    })
  })
  // Seconds without a line look like a program that hangs.
  expect(noted).toContain('waiting until no request from before this start can be replayed')
  expect(statSync(join(folder, 'countersign-keys', 'kek')).mode & 0o777).toBe(0o600)
  const origin = `http://localhost:${port}`
  expect((await fetch(`${origin}/keys/api/session`)).status).toBe(401)
  const follow = () => navigate(port, new URL(link).pathname, `127.0.0.1:${port}`)
  const entered = await follow()
  expect(entered.statusCode).toBe(303)
  expect((await follow()).statusCode).toBe(404)
  const [cookie = ''] = entered.headers['set-cookie']?.[0]?.split(';') ?? []
  const page = await fetch(`${origin}/keys/`, { headers: { cookie } })
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
  const session = (await (await fetch(`${origin}/keys/api/session`, { headers: { cookie } })).json()) as {
    csrf: string
  }
  expect(session).toMatchObject({ owner: 'ops', isAdmin: true, features: { audit: true, incident: true, guide: true } })
  const guide = await fetch(`${origin}/keys/api/guide?language=python`, { headers: { cookie } })
  expect(((await guide.json()) as { code: string }).code).toContain('import')
  // A change comes from a page of the name it goes to, and each has tokens of its own.
  const elsewhere = await fetch(`http://127.0.0.1:${port}/keys/api/keys`, {
    method: 'POST',
    headers: { cookie, origin, 'content-type': 'application/json', 'x-csrf-token': session.csrf },
    body: JSON.stringify({ scopes: ['orders:read'] }),
  })
  expect(elsewhere.status).toBe(403)
  const made = await fetch(`${origin}/keys/api/keys`, {
    method: 'POST',
    headers: { cookie, origin, 'content-type': 'application/json', 'x-csrf-token': session.csrf },
    body: JSON.stringify({ scopes: ['orders:read'] }),
  })
  expect(made.status).toBe(201)
  expect(((await made.json()) as { secret: string }).secret).toMatch(/^mys_live_/)
  expect((await navigate(port, '/keys/', 'evil.example')).statusCode).toBe(421)
  server.kill('SIGTERM')
  expect(await closed).toBe(0)
  const trail = readFileSync(join(folder, 'countersign-keys', 'audit.jsonl'), 'utf8')
  expect(trail).toContain('"actor":"ops"')
  expect(trail).not.toMatch(/mys_live_|enter\//)
}, 60_000)

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { exportPublicKey } from '../../../src/crypto/index.js'
import { probe } from '../../../src/proxy/index.js'
import { bot, ed, HOST, ORDER, SECRET } from '../../attacks/world.js'

const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'
const KEYS = [
  { keyId: bot.keyId, algorithm: bot.algorithm, secret: Buffer.from(SECRET).toString('hex') },
  { keyId: ed.keyId, algorithm: ed.algorithm, publicKey: exportPublicKey(ed, 'pem') },
]

/**
 * What the hosts decide before the application is asked. httptools hands on the path of an absolute target and not its host, so
 * that what the application reads is what was signed; docs/vectors.md names it. gunicorn answers unknown codings itself.
 */
const BY_THE_HOST: Readonly<Record<string, readonly string[]>> = {
  'uvicorn, httptools': ['68 of another host: accepted 200'],
  gunicorn: ['82 chunks in disguise: failed 501'],
}

/** Hosts that services in Python run in, with one worker each: memory is not shared. */
const HOSTS = [
  ['uvicorn, h11', (port: number) => ['uvicorn', 'hosts_app:asgi', '--port', String(port), '--http', 'h11']],
  [
    'uvicorn, httptools',
    (port: number) => ['uvicorn', 'hosts_app:asgi', '--port', String(port), '--http', 'httptools'],
  ],
  ['gunicorn', (port: number) => ['gunicorn', 'hosts_app:wsgi', '-b', `127.0.0.1:${port}`, '--threads', '4']],
] as const

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

describe.each(HOSTS)('the verifying half in %s', (name, argumentsOf) => {
  let child: ChildProcess
  let port = 0
  const output: string[] = []
  beforeAll(async () => {
    port = await freePort()
    child = spawn(python, ['-m', ...argumentsOf(port)], {
      cwd: 'test/interop/python',
      env: { ...process.env, CLIENTS: `${process.cwd()}/clients/python`, KEYS: JSON.stringify(KEYS) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout?.on('data', (text: Buffer) => output.push(text.toString()))
    child.stderr?.on('data', (text: Buffer) => output.push(text.toString()))
    await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(401), {
      timeout: 30_000,
      interval: 100,
    })
  }, 60_000)
  afterAll(() => void child?.kill())

  test.each([
    ['HMAC, with a body', bot, '/v1/orders?a=1&b=2', ORDER],
    ['Ed25519, without one', ed, '/v1/orders?symbol=BTCUSDT&side=buy%20it', undefined],
  ] as const)('every attack of the catalogue is refused: %s', { timeout: 120_000 }, async (_, key, target, body) => {
    const report = await probe(`http://${HOST}${target}`, {
      key,
      connectTo: `127.0.0.1:${port}`,
      ...(body !== undefined && { body }),
    })
    expect([report.honest, report.honestAfter], output.join('')).toEqual([200, 200])
    expect(report.rows.length).toBeGreaterThan(100)
    const open = report.rows
      .filter(({ outcome }) => outcome !== 'refused')
      .map((row) => `${row.number} ${row.name}: ${row.outcome} ${row.got}`)
    expect(open, name).toEqual(BY_THE_HOST[name] ?? [])
    expect(output.join('')).not.toMatch(/STORE_UNAVAILABLE|HOST_FAULT|Traceback/)
  })
})

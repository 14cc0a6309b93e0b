import { writeFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { run } from '../../../src/cli/run.js'
import { invoke } from '../../cli/invoke.js'
import { folder, listener } from './world.js'

const at = folder()
const SECRET = 'a secret of thirty-two characters'

/** The command until the test ends it, with its first lines of output. */
async function running(argv: readonly string[], env: Record<string, string> = {}) {
  const lines: string[] = []
  const waiting: Array<() => void> = []
  const out = {
    write: (text: string | Uint8Array) => {
      lines.push(...String(text).split('\n').filter(Boolean))
      for (const next of waiting.splice(0)) next()
    },
  }
  const ended = run({ argv, env, stdin: new PassThrough().end(), stdout: out, stderr: out })
  const line = async (count: number): Promise<string> => {
    while (lines.length < count) await new Promise<void>((resolve) => waiting.push(resolve))
    return lines[count - 1] as string
  }
  return {
    line,
    stop: async () => {
      process.emit('SIGTERM', 'SIGTERM')
      return ended
    },
  }
}

const originOf = (line: string): string => /http:\/\/[\d.]+:\d+/.exec(line)?.[0] ?? line

test('proxy signs what is sent through it, and gate verifies it in front of a service', async () => {
  const service = await listener()
  const keys = at('keys.json')
  writeFileSync(
    keys,
    '{ "keys": [{ "keyId": "bot-1", "algorithm": "hmac-sha256", "secret": "env:BOT", "owner": "alice", "scopes": ["orders:write"] }] }',
  )
  const env = { BOT: SECRET }
  const gateArgs = ['--upstream', service.origin, '--keys', `file:${keys}`, '--listen', '127.0.0.1:0']
  const gate = await running(
    [
      'gate',
      ...gateArgs,
      '--origin',
      'http://127.0.0.1:1',
      '--route',
      'POST /orders orders:write',
      '--admin',
      '127.0.0.1:0',
      '--json',
    ],
    env,
  )
  const started = JSON.parse(await gatherJson(gate)) as { origin: string; adminOrigin: string }
  expect((await fetch(`${started.adminOrigin}/readyz`)).status).toBe(200)
  const refused = await fetch(`${started.origin}/orders`, { method: 'POST', body: 'x' })
  // It was told another name than the port that it listens on.
  expect(refused.status).toBe(421)
  expect(await (await fetch(`${started.adminOrigin}/metrics`)).text()).toContain('code="HOST_MISMATCH",status="4xx"}')
  expect(await gate.stop()).toBe(0)
  expect(service.received).toHaveLength(0)
})

/** The lines of the first document. */
async function gatherJson(one: { line(count: number): Promise<string> }): Promise<string> {
  let text = ''
  for (let count = 1; ; count++) {
    const line = await one.line(count)
    text += line
    if (line === '}') return text
  }
}

test('proxy and gate work together on their own', async () => {
  const service = await listener()
  const keys = at('pair.json')
  writeFileSync(
    keys,
    '{ "keys": [{ "keyId": "bot-1", "algorithm": "hmac-sha256", "secret": "env:BOT", "owner": "alice" }] }',
  )
  const env = { BOT: SECRET }
  const port = await freePort()
  const gate = await running(
    [
      'gate',
      '--upstream',
      service.origin,
      '--keys',
      `file:${keys}`,
      '--listen',
      `127.0.0.1:${port}`,
      '--origin',
      `http://127.0.0.1:${port}`,
      // No process was there before.
      '--skip-restart-wait',
    ],
    env,
  )
  expect(await gate.line(1)).toContain(`http://127.0.0.1:${port}`)
  const proxy = await running(
    [
      'proxy',
      '--target',
      `http://127.0.0.1:${port}`,
      '--key',
      'bot-1',
      '--secret',
      'env:BOT',
      '--listen',
      '127.0.0.1:0',
      '--route',
      'POST /orders/*',
    ],
    env,
  )
  const origin = originOf(await proxy.line(1))
  const answer = await fetch(`${origin}/orders/1?a=1`, { method: 'POST', body: '{"qty":1}' })
  expect([answer.status, await answer.text()]).toEqual([200, '{"ok":true}'])
  expect(service.received[0]?.headers).toMatchObject({ 'x-countersign-key': 'bot-1', 'x-countersign-owner': 'alice' })
  expect(service.received[0]?.body).toBe('{"qty":1}')
  expect((await fetch(`${origin}/other`)).status).toBe(403)
  expect(await proxy.line(2)).toMatch(
    / POST \/orders\/1 -> http:\/\/127\.0\.0\.1:\d+ 200 key=bot-1 upstream-id=[0-9a-f]{16} [\d.]+ms$/,
  )
  expect(await proxy.line(3)).toMatch(/ GET \/other 403 ROUTE_REFUSED "no route of the policy/)
  // Both wait for the same signal.
  expect(await Promise.all([proxy.stop(), gate.stop()])).toEqual([0, 0])
}, 60_000)

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

test.each([
  [['proxy'], '--target is missing'],
  [['proxy', '--target', 'https://a.example'], '--key is missing'],
  [['proxy', '--target', 'http://a.example', '--key-id', 'b', '--secret', 'env:BOT'], 'plain http to another machine'],
  [
    ['proxy', '--target', 'https://a.example', '--key-id', 'b', '--secret', 'env:BOT', '--listen', '0.0.0.0:8787'],
    'needs --listen-beyond-loopback',
  ],
  [['proxy', '--config', 'x.json', '--target', 'https://a.example'], '--target must be left out'],
  [['gate', '--upstream', 'http://127.0.0.1:1'], '--keys is missing'],
  [['gate', '--keys', 'file:/gone.json', '--upstream', 'http://127.0.0.1:1'], 'must be a file that can be read'],
])('%j is refused: %s', async (argv, text) => {
  const { code, stderr } = await invoke(argv, { env: { BOT: SECRET } })
  expect([code, stderr]).toEqual([2, expect.stringContaining(text)])
})

test('--config is checked as a whole before anything listens, and --check does only that', async () => {
  const good = at('good.jsonc')
  const keys = '"keys": { "bot": { "keyId": "bot-1", "algorithm": "hmac-sha256", "key": "env:BOT" } }'
  writeFileSync(good, `{ // one target\n ${keys}, "targets": [{ "target": "https://a.example", "key": "bot" }] }`)
  const checked = await invoke(['proxy', '--config', good, '--check'], { env: { BOT: SECRET } })
  expect([checked.code, checked.stdout]).toEqual([0, 'the configuration is in order: 1 target(s)\n'])
  const bad = at('bad.jsonc')
  writeFileSync(bad, `{\n ${keys},\n "targets": [{ "target": "https://a.example", "key": "bto" }] }`)
  const refused = await invoke(['proxy', '--config', bad], { env: { BOT: SECRET } })
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain(`${bad}:3: "targets[0].key" must be a name of "keys"; did you mean "bot"?`)
  expect(refused.stderr + refused.stdout).not.toContain(SECRET)
})

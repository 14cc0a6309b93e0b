import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readGateKeys } from '../../../src/proxy/config/gate-keys.js'
import { readJsonc } from '../../../src/proxy/config/jsonc.js'
import { readProxyConfig } from '../../../src/proxy/config/proxy-config.js'
import type { Signer } from '../../../src/schemes/scheme.js'

const folder = mkdtempSync(join(tmpdir(), 'countersign-proxy-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string, text: string, mode = 0o600): string => {
  const path = join(folder, name)
  writeFileSync(path, text, { mode })
  chmodSync(path, mode)
  return path
}
const secret = file('bot.secret', 'a'.repeat(32))
const open = file('open.secret', 'a'.repeat(32), 0o644)
/** What is wrong with a configuration, line by line, without the folder. */
const problems = async (text: string, env = {}): Promise<readonly string[]> => {
  const path = file('proxy.jsonc', text)
  try {
    await readProxyConfig(path, { env })
  } catch (error) {
    return (error as Error).message.replaceAll(`${folder}/`, '').split('\n')
  }
  return []
}

test('a configuration with several targets, comments and last commas is read', async () => {
  const path = file(
    'good.jsonc',
    `// all targets of this machine
    {
      "listen": "127.0.0.1:8787",
      "keys": {
        "bot": { "keyId": "bot-1", "algorithm": "hmac-sha256", "key": "file:${secret}" }, // shared
        "binance": { "exchange": "binance", "environment": "testnet", "apiKey": "env:KEY", "secret": "env:SECRET" },
      },
      "targets": [
        { "target": "https://api.example.com", "key": "bot", "routes": ["GET /orders/*", "POST,PUT /orders", { "path": "/health" }] },
        { "prefix": "/binance", "key": "binance", "timeoutMs": 5000, "routes": ["GET /*"] }, /* more */
      ],
    }`,
  )
  const options = await readProxyConfig(path, { env: { KEY: 'k', SECRET: 'a secret of the account' } })
  expect(options.listen).toEqual({ host: '127.0.0.1', port: 8787 })
  expect(options.targets.map(({ prefix, routes, timeoutMs }) => [prefix, routes, timeoutMs])).toEqual([
    [
      '/',
      [{ path: '/orders/*', method: ['GET'] }, { path: '/orders', method: ['POST', 'PUT'] }, { path: '/health' }],
      undefined,
    ],
    ['/binance', [{ path: '/*', method: ['GET'] }], 5000],
  ])
})

test('everything that is wrong with a configuration is said at once, by name and line', async () => {
  expect(
    await problems(`{
      "listen": "127.0.0.1:8787",
      "target": [],
      "keys": {
        "bot": { "keyId": "bot-1", "algorithm": "hmac-sha265", "key": "file:${secret}" },
        "open": { "keyId": "bot-2", "algorithm": "hmac-sha256", "key": "file:${open}" },
        "gone": { "keyId": "bot-3", "algorithm": "hmac-sha256", "key": "file:${folder}/gone" },
        "plain": { "keyId": "bot-4", "algorithm": "hmac-sha256", "key": "hunter2hunter2" },
        "idle": { "keyId": "bot-5", "algorithm": "hmac-sha256", "key": "file:${secret}" }
      },
      "targets": [
        { "target": "https://a.example", "key": "bot", "prefx": "/a" },
        { "target": "http://127.0.0.1:8787", "key": "opne", "prefix": "/b",
          "routes": ["GET /a", "GET /A", "get /b"] },
        { "target": "https://c.example", "key": "open", "prefix": "/b", "timeoutMs": "5s" },
        { "target": "http://d.example", "key": "idle", "prefix": "/d" },
        { "key": "gone", "prefix": "/e" }, { "key": "plain", "prefix": "/f" }
      ]
    }`),
  ).toEqual([
    'proxy.jsonc:3: unknown name "target"; did you mean "targets"?',
    expect.stringMatching(/^proxy\.jsonc:5: "keys\.bot\.algorithm" must be one of .*; did you mean "hmac-sha256"\?$/),
    'proxy.jsonc:6: "keys.open.key" cannot be used: "open.secret" must be closed to group and others (chmod 600), its mode is 0644',
    'proxy.jsonc:7: "keys.gone.key" cannot be used: "gone" is not readable: got ENOENT: there is no such file',
    expect.stringMatching(
      /^proxy\.jsonc:8: "keys\.plain\.key" must be where the secret is kept .*, never the secret itself, got a string$/,
    ),
    'proxy.jsonc:12: unknown name "prefx" in "targets[0]"; did you mean "prefix"?',
    'proxy.jsonc:13: "targets[1].key" must be a name of "keys"; did you mean "open"?',
    'proxy.jsonc:13: "targets[1].target" must be another server, got the proxy itself',
    'proxy.jsonc:14: "targets[1].routes[1]" must not overlap: it matches the same requests as "routes[0]"',
    'proxy.jsonc:14: "targets[1].routes[2]" must be a method and a path such as "GET /orders/*"',
    'proxy.jsonc:15: "targets[2].prefix" must not be that of "targets[1]" too: "/b"',
    'proxy.jsonc:15: "targets[2].timeoutMs" must be an integer from 1 to 600000, got a string',
    expect.stringMatching(
      /^proxy\.jsonc:16: "targets\[3\]\.target" must be .*plain http to another machine, which needs "allowHttp": true$/,
    ),
  ])
})

test('what is no JSON is refused with its line, and nothing of it is repeated', async () => {
  expect(await problems('{\n  "keys": {\n    "a": hunter2\n  }\n}')).toEqual([
    'proxy.jsonc:3 cannot be read as JSON: look for a missing comma, quote or bracket',
  ])
  expect(await problems('{\n  "keys": {')).toEqual([expect.stringMatching(/^proxy\.jsonc:2 cannot be read as JSON/)])
  expect(await problems('{\n  "keys": {},\n  "keys": {}, "targets": []\n}')).toContain(
    'proxy.jsonc:3: "keys" must stand once, it is there twice',
  )
})

test('another address than loopback needs the option that names it', async () => {
  const text = (more: string) => `{ "listen": "0.0.0.0:8787"${more},
    "keys": { "b": { "keyId": "b", "algorithm": "hmac-sha256", "key": "file:${secret}" } },
    "targets": [{ "target": "https://a.example", "key": "b" }] }`
  expect(await problems(text(''))).toEqual([expect.stringContaining('"beyondLoopback": true')])
  expect(await problems(text(', "beyondLoopback": true'))).toEqual([])
})

test('comments and strings do not mistake each other', () => {
  const text = '{ "a//b": "/* no */ \\" // no", /* "x": 1, */ "c": [1, 2, // 3\n ], "d": "}," }'
  const { value, lineOf } = readJsonc(text, 'x')
  expect(value).toEqual({ 'a//b': '/* no */ " // no', c: [1, 2], d: '},' })
  expect([lineOf(['c', 1]), lineOf(['d']), lineOf(['gone'])]).toEqual([1, 2, 1])
})

test('keys of a gate are read as a whole', async () => {
  const jwk = file(
    'bot.jwk',
    JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }),
  )
  const good = file(
    'keys.jsonc',
    `{ "keys": [
      { "keyId": "bot-1", "algorithm": "ed25519", "publicKey": "${jwk}", "owner": "alice", "scopes": ["orders:read"], "rate": "10/s" },
      { "keyId": "bot-2", "algorithm": "hmac-sha256", "secret": "file:${secret}", "allowIp": ["10.0.0.0/8"], "expiresAt": "2030-01-01T00:00:00Z" }
    ] }`,
  )
  expect(await readGateKeys(good)).toMatchObject([
    { owner: 'alice', scopes: ['orders:read'], rateLimit: { limit: 10, windowMs: 1_000 } },
    { allowIp: ['10.0.0.0/8'], expiresAtMs: Date.parse('2030-01-01T00:00:00Z') },
  ])
  const bad = file(
    'bad.jsonc',
    `{ "keys": [
    { "keyId": "a", "algorithm": "ed25519", "secret": "file:${secret}" },
    { "keyId": "b", "algorithm": "hmac-sha256", "secret": "file:${open}", "scope": "x" }
  ] }`,
  )
  await expect(readGateKeys(bad)).rejects.toThrow(
    /bad\.jsonc:2: .*must have "publicKey".*\n.*:3: unknown name "scope".*"scopes"/s,
  )
})

test('a file that other users may write is not used: they would choose what is signed, and who is let in', async () => {
  const path = file('writable.jsonc', '{ "keys": [] }', 0o646)
  for (const read of [readProxyConfig, readGateKeys])
    await expect(read(path)).rejects.toThrow(/must not be writable by other users \(chmod o-w\), its mode is 0646/)
})

test('a key may cover components of one’s own, and never less than the preset', async () => {
  const config = (lists: string): string =>
    `{ "keys": { "bot": { "keyId": "b", "algorithm": "hmac-sha256", "key": "file:${secret}", ${lists} } },
      "targets": [{ "target": "https://a.example", "key": "bot" }] }`
  const own =
    '"components": ["@method", "@authority", "@path", "@query", "x-account"], "whenPresent": ["content-type", "content-digest", "x-trace"]'
  const { targets } = await readProxyConfig(file('own.jsonc', config(own)))
  const signer = targets[0]?.signer as Signer
  const request = {
    method: 'GET',
    scheme: 'https' as const,
    authority: 'a.example',
    target: '/',
    fields: ['X-Account', '7'],
    body: null,
  }
  const { fields } = signer.scheme
    .prepare(request, { keyId: 'b', algorithm: 'hmac-sha256', nowMs: 0, nonce: 'n'.repeat(16) })
    .attach(new Uint8Array(32))
  expect(fields.join(' ')).toContain('sig1=("@method" "@authority" "@path" "@query" "x-account");created=')
  expect(await problems(config('"components": ["@method"]'))).toEqual([
    expect.stringMatching(/^proxy\.jsonc:1: "keys\.bot\.components" leaves out authority, path, query/),
  ])
  expect(await problems(config('"components": ["@method", 7], "whenPresent": "date"'))).toEqual([
    'proxy.jsonc:1: "keys.bot.components[1]" must be a component such as "@method" or "date", got 7',
    'proxy.jsonc:1: "keys.bot.whenPresent" must be a list, got a string',
  ])
})

import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { wholeUrl } from '../../../src/proxy/config/parts.js'
import { invoke } from '../../cli/invoke.js'
import { folder } from './world.js'

const at = folder()
const env = {
  BOT: 'a secret of thirty-two characters',
  KEK: randomBytes(32).toString('base64'),
  COUNTERSIGN_PREFIX: 'acme',
}
writeFileSync(at('keys.json'), '{ "keys": [{ "keyId": "bot-1", "algorithm": "hmac-sha256", "secret": "env:BOT" }] }')
const PROXY = ['--secret', 'env:BOT', '--key-id', 'b']
const GATE = ['--keys', `file:${at('keys.json')}`]
const PROBE = ['--key', 'env:BOT', '--key-id', 'b', '--algorithm', 'hmac-sha256']
const STORE = ['--store', `file:${at('store')}`, '--kek', 'env:KEK']
const KEYS = ['--owner', 'alice', ...STORE]
const A = ['--target', 'https://a.example']
const B = ['--upstream', ':1']

test.each<readonly [string, readonly string[], RegExp]>([
  ['proxy', ['--target', 'http://a.example', ...PROXY], /^--target must be .*, which needs --allow-http$/],
  ['mcp', ['--target', 'http://a.example', ...PROXY], /^--target must be .*, which needs --allow-http$/],
  ['gate', ['--upstream', 'http://a.example', ...GATE], /^--upstream must be .*, which needs --allow-http$/],
  ['probe', ['http://a.example', ...PROBE], /must be on this machine.* needs --i-own-this-server$/],
  ['proxy', ['--target', 'a.example', ...PROXY], /^--target must be .* got a text without http/],
  ['proxy', ['--target', ':8787', ...PROXY], /^--target must be another server, got the proxy itself$/],
  ['gate', ['--upstream', 'localhost:8443', ...GATE], /^--upstream must be another server, got the gate itself$/],
  ['proxy', [...A, '--timeout', '2h', ...PROXY], /^--timeout must be from 1ms to 10m, got 2h$/],
  ['gate', [...B, '--drain', '2h', ...GATE], /^--drain must be from 0ms to 10m, got 2h$/],
  ['probe', ['localhost:1', '--timeout', '2h', ...PROBE], /^--timeout must be from 1ms to 10m, got 2h$/],
  ['gate', [...B, '--max-body', '9g', ...GATE], /^--max-body must be from 0 to 2g, got 9g$/],
  ['gate', [...B, '--rate', '5', ...GATE], /^--rate must be requests in a time such as 600\/1m$/],
  [
    'proxy',
    [...A, '--route', 'GET /a', '--route', 'GET /a', ...PROXY],
    /^--route no\. 2 matches .* as --route no\. 1$/,
  ],
  ['gate', [...B, '--route', 'GET /a A:B', ...GATE], /^the scope of --route no\. 1 must be resource:action/],
  ['proxy', [...A, '--listen', '10.0.0.1:9', ...PROXY], /^the host of --listen must be .* --listen-beyond-loopback$/],
  ['gate', [...B, '--admin', '10.0.0.1:9', ...GATE], /^the host of --admin must be .* needs --admin-beyond-loopback$/],
  ['proxy', [...A, '--host', 'a b', ...PROXY], /^--host no\. 1 must be host\[:port\]/],
  ['gate', [...B, '--trust-proxy', 'target', ...GATE], /^--trust-proxy no\. 1 must be .* got "target"$/],
  ['gate', [...B, '--origin', 'http://a.example/x', ...GATE], /^--origin must be an origin/],
  ['proxy', [...A, '--label', 'UPPER', ...PROXY], /^--label must be /],
  ['probe', ['http://localhost:1', '--connect-to', 'a', ...PROBE], /^--connect-to must be host:port/],
  ['probe', ['http://localhost:1', '--method', 'G T', ...PROBE], /^--method must be an HTTP token/],
  ['keys issue', ['--scope', 'a:b', '--scope', 'Orders Read', ...KEYS], /^--scope no\. 2 must be resource:action/],
  ['keys issue', ['--tag', '', ...KEYS], /^--tag no\. 1 must be 1 to 64 printable characters, got an empty string$/],
  ['keys issue', ['--allow-ip', '10.0.0.300', ...KEYS], /^--allow-ip no\. 1 must be .* got "10\.0\.0\.300"$/],
  ['keys issue', ['--deny-ip', 'x', ...KEYS], /^--deny-ip no\. 1 must be an IP address or CIDR range/],
  ['keys issue', ['--lock-after-idle', '5s', ...KEYS], /^--lock-after-idle must be at least an hour$/],
  ['keys issue', ['--rotate-every', '5s', ...KEYS], /^--rotate-every must be at least a day$/],
  ['keys issue', ['--owner', 'a', '--store', 'file:x', '--kek', 'env:BOT'], /^--kek must be 32 random bytes/],
  ['keys issue', ['--former-kek', 'env:BOT', ...KEYS], /^--former-kek must be 32 random bytes/],
  ['keys issue', ['--owner', '', ...STORE], /^--owner must be 1 to 256 printable characters, got an empty string$/],
  ['keys issue', ['--rate', '600/min', ...KEYS], /^--rate must be requests in a time such as 600\/1m$/],
  ['keys issue', ['--rate', '0/1m', ...KEYS], /^the number of --rate must be an integer from 1 to/],
  ['keys issue', ['--prefix', 'A B', ...KEYS], /^--prefix must be 2 to 16 lower-case letters/],
  ['keys serve', ['--console', '--scope', 'a b', ...STORE], /^--scope no\. 1 must be resource:action/],
])('%s %j names the option of the command line that is wrong', async (command, argv, text) => {
  const { code, stderr } = await invoke([...command.split(' '), ...argv], { env })
  const [line = ''] = stderr.split('\n')
  expect(code).toBe(2)
  expect(line.replace(/^countersign: /, '')).toMatch(text)
  expect(line).not.toMatch(/create[A-Z]|targets\[|\[allowInsecure\]|Ms"/)
})

test('a file names its own members, each problem once and none around another', async () => {
  const file = at('proxy.jsonc')
  writeFileSync(
    file,
    [
      '{ "listen": "0.0.0.0:1",',
      '"keys": { "b": { "keyId": "b", "algorithm": "hmac-sha256", "key": "env:BOT", "label": "UP" },',
      '"c": { "keyId": "c", "algorithm": "hmac-sha256", "key": "env:BOT" } },',
      '"targets": [{ "key": "b" },',
      '{ "key": "c", "target": "http://a.example",',
      '"prefix": "/c" },',
      '{ "key": "c", "target": "localhost:5", "prefix": "/d",',
      '"routes": ["GET /a*b"] }] }',
    ].join('\n'),
  )
  const { stderr } = await invoke(['proxy', '--config', file, '--check'], { env })
  expect(stderr.replaceAll(file, 'F').split('\n').slice(0, -2)).toEqual([
    expect.stringMatching(/^countersign: F:1: "listen\.host" must be of this machine/),
    expect.stringMatching(/^F:2: "keys\.b\.label" must be a structured-field key/),
    expect.stringMatching(/^F:5: "targets\[1\]\.target" must be .* which needs "allowHttp": true$/),
    expect.stringMatching(/^F:8: "targets\[2\]\.routes\[0\]\.path" must be a path with "\*" as its last segment/),
  ])
})

test('every option takes the short forms of a URL of this machine, and leaves others alone', async () => {
  expect(
    [':8080/x', 'localhost', 'LOCALHOST:1?a', '127.0.0.1:8080', '[::1]:1/x', 'a.localhost/b'].map(wholeUrl),
  ).toEqual([
    ...['http://localhost:8080/x', 'http://localhost', 'http://LOCALHOST:1?a', 'http://127.0.0.1:8080'],
    ...['http://[::1]:1/x', 'http://a.localhost/b'],
  ])
  const others = [
    'https://a.example',
    'a.example:80',
    'localhost.example.com',
    'localhost@evil.example',
    '/x',
    '',
    'GET',
  ]
  expect(others.map(wholeUrl)).toEqual(others)
  // Nothing listens there: the form of the URL is no reason any more.
  for (const argv of [
    ['request', 'GET', ':1/x', ...PROBE, '--timeout', '2s'],
    ['probe', ':1/x', ...PROBE],
    ['doctor', '--url', 'localhost:1'],
  ])
    expect([argv[0], (await invoke(argv, { env })).code]).toEqual([argv[0], 3])
})

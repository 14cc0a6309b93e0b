import { existsSync, writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { invoke } from '../../cli/invoke.js'
import { folder } from './world.js'

const at = folder()
const URL_A = 'https://a.example/'
const env = { KEY: 'api-key-1', SECRET: 'an-exchange-secret-1', PASS: 'the-phrase-1' }
const OKX = ['-x', 'okx', '--api-key', 'env:KEY', '--secret', 'env:SECRET', '--passphrase', 'env:PASS']

beforeAll(async () => {
  await invoke(['keygen', at('bot')])
})
const request = (...argv: string[]) =>
  invoke(['request', 'GET', URL_A, '--key', `file:${at('bot.pem')}`, '--print-curl', ...argv], { env })

test.each([
  ['an environment without an exchange', ['--env', 'testnet'], '--env needs --exchange'],
  ['a receive window without one', ['--recv-window', '5000'], '--recv-window needs --exchange'],
  ['an API key without one', ['--api-key', 'k'], '--api-key needs --exchange'],
  ['the clock of an exchange without one', ['--exchange-clock'], '--exchange-clock needs --exchange'],
  ['parts to print of an answer that never comes', ['--print', 'h'], '--print must be left out beside --print-curl'],
  ['an option that is given twice', ['--label', 'a', '--label', 'b'], '--label must be given once'],
  ['a key that is given twice', ['--key', 'file:other.pem'], '--key must be given once'],
  ['a choice that is given twice', ['-a', 'ed25519', '-a', 'ed25519'], '--algorithm must be given once'],
])('%s is refused, because it would be ignored', async (_what, argv, says) => {
  expect(await request(...argv)).toEqual({ code: 2, stdout: '', stderr: `countersign: ${says}\n` })
})

test.each([
  ['--label', ['--label', 'a']],
  ['--tag', ['--tag', 'a']],
  ['--expires-in', ['--expires-in', '5m']],
  ['--alg', ['--alg']],
  ['--key-id', ['--key-id', 'a']],
  ['--algorithm', ['--algorithm', 'ed25519']],
  ['--form', ['--form']],
])('%s beside an exchange is refused, whose rules leave no choice', async (name, argv) => {
  const { code, stderr } = await invoke(['request', 'GET', '/a', ...OKX, ...argv, '--print-curl'], { env })
  expect({ code, stderr }).toEqual({ code: 2, stderr: `countersign: ${name} must be left out beside --exchange\n` })
})

test.each([
  [['keygen', 'x', '--encrypt', '--passphrase', 'env:PASS'], '--passphrase must be left out beside --encrypt'],
  [['explain', '--public-key', 'a', '--key', 'env:KEY'], '--public-key must be left out beside --key'],
  [['explain', '--clipboard', 'file'], '--clipboard must be left out beside a file'],
  [['keys', 'issue', '--never-expires', '--expires-in', '5d'], '--never-expires must be left out beside --expires-in'],
  [['keys', 'revoke', 'id', '--alone'], '--alone needs --wait'],
  [['keys', 'rules', '--prefix', 'acme', '--verify-url', URL_A], '--verify-url needs --for trufflehog'],
  [['doctor', '--env', 'testnet'], '--env needs --exchange'],
])('%j is refused, because a part of it would be ignored', async (argv, says) => {
  expect(await invoke(argv, { env })).toEqual({ code: 2, stdout: '', stderr: `countersign: ${says}\n` })
})

test('a receive window is a number to the exchange', async () => {
  const binance = ['/api/v3/account', '-x', 'binance', '--api-key', 'env:KEY', '--secret', 'env:SECRET', '--print-curl']
  const { code, stdout } = await invoke(['request', ...binance, '--recv-window', '4321'], { env })
  expect(code).toBe(0)
  expect(stdout).toContain('recvWindow=4321')
  expect(await invoke(['request', ...binance, '--recv-window', '5s'], { env })).toMatchObject({
    code: 2,
    stderr: 'countersign: --recv-window must be milliseconds, such as 5000, or none\n',
  })
})

test.each(['https://evil.example/', 'http://www.okx.com/', 'https://www.okx.com.evil.example/'])(
  'an account of an exchange is not shown to %s',
  async (url) => {
    const { code, stdout, stderr } = await invoke(['request', 'GET', url, ...OKX, '--print-curl'], { env })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('ORIGIN_REFUSED')
    const raw = `GET / HTTP/1.1\nHost: ${new URL(url).host}\n\n`
    const scheme = ['--scheme', new URL(url).protocol.slice(0, -1)]
    expect(await invoke(['sign', ...OKX, ...scheme], { env, stdin: raw })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('ORIGIN_REFUSED'),
    })
  },
)

test.each([
  ['X-Api-Secret:hunter2hunter2', 'X-Api-Secret:@env:NAME'],
  ['X-Amz-Security-Token:hunter2hunter2', 'X-Amz-Security-Token:@env:NAME'],
  ['OK-ACCESS-PASSPHRASE:hunter2hunter2', 'OK-ACCESS-PASSPHRASE:@env:NAME'],
  ['password=hunter2hunter2', 'password=@env:NAME'],
  ['client_secret:="hunter2hunter2"', 'client_secret=@env:NAME'],
  ['access_token==hunter2hunter2', 'access_token=@env:NAME'],
])('the secret of %s must not stand on the command line, and is not repeated', async (item, says) => {
  const { code, stdout, stderr } = await request(item)
  expect(code).toBe(2)
  expect(stderr).toContain(says)
  expect(stdout + stderr).not.toContain('hunter2')
})

test('a secret in the query of the URL is refused, and none of the URL repeated', async () => {
  const argv = ['request', 'GET', 'https://a.example/x?a=1&access_token=hunter2', '--key', `file:${at('bot.pem')}`]
  const { code, stdout, stderr } = await invoke(argv)
  expect(code).toBe(2)
  expect(stderr).toContain('access_token: its value must not stand in the URL')
  expect(stdout + stderr).not.toContain('hunter2')
})

test('a member of the body is read from a place for secrets', async () => {
  const argv = ['request', 'POST', URL_A, 'user=a', 'password=@env:PASS', '--key', `file:${at('bot.pem')}`]
  const { code, stdout } = await invoke([...argv, '--print-curl'], { env })
  expect(code).toBe(0)
  expect(stdout).toContain(`--data-raw '{"user":"a","password":"'"$PASS"'"}'`)
  expect(stdout).not.toContain(env.PASS)
})

test('a secret behind -- is refused like any other', async () => {
  const { code, stdout, stderr } = await request('--', '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw')
  expect(code).toBe(2)
  expect(stderr).toMatch(/^countersign: argument \d+ holds a secret/)
  expect(stdout + stderr).not.toContain('MC4CAQ')
})

test.each(['Signature:x', 'signature-input:x', 'Content-Digest:x', 'Upgrade:h2c', 'Expect:100-continue'])(
  '%s is made by the command or asks for another protocol, and is refused',
  async (item) => {
    expect(await request(item)).toMatchObject({ code: 2, stderr: expect.stringContaining('is made of the URL') })
  },
)

test.each([['X-A:a\r\nEvil: 1'], ['X-A\r\nEvil:1'], ['X A:1'], ['X-A:a\0b']])(
  'a field such as %j injects no line, here and at an exchange',
  async (item) => {
    expect(await request(item)).toMatchObject({ code: 2, stdout: '' })
    const atExchange = await invoke(['request', 'GET', '/a', item, ...OKX, '--print-curl'], { env })
    expect(atExchange).toMatchObject({ code: 2, stdout: '' })
  },
)

test.each(['https://a.example/\r\nX: 1', 'https://a.example/a b', 'https://a.exa\tmple/'])(
  'the URL %j is refused and not corrected',
  async (url) => {
    const argv = ['request', 'GET', url, '--key', `file:${at('bot.pem')}`, '--print-curl']
    expect(await invoke(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining('the URL must have no space') })
  },
)

test('credentials in a URL are refused and not repeated', async () => {
  for (const argv of [
    ['request', 'GET', 'https://u:hunter2@a.example/', '--key', `file:${at('bot.pem')}`],
    ['doctor', '--url', 'https://u:hunter2@a.example/'],
    ['request', '/a', ...OKX, '--origin', 'https://u:hunter2@a.example', '--print-curl'],
    ['request', '/a', ...OKX, '--base-url', 'https://u:hunter2@a.example', '--print-curl'],
  ])
    for (const more of [[], ['--json']]) {
      const { code, stdout, stderr } = await invoke([...argv, ...more], { env })
      expect(code).toBe(2)
      expect(stdout + stderr).not.toContain('hunter2')
    }
})

test('--json is taken anywhere before --, and its errors are documents', async () => {
  for (const argv of [
    ['--json', 'sign', '--nope'],
    ['keys', '--json', 'nope'],
    ['keys', '--json'],
    ['help', 'nope', '--json'],
    ['complete', 'tcsh', '--json'],
  ]) {
    const { code, stdout, stderr } = await invoke(argv)
    expect([argv, code, stdout]).toEqual([argv, 2, ''])
    expect(JSON.parse(stderr)).toEqual({ error: { message: expect.any(String) }, exit: 2 })
    expect(stderr).not.toContain("option '--json'")
  }
  const behind = await request('--', '--json')
  expect(behind.stderr).toMatch(/^countersign: an item must be/)
})

test('with --json the version, help and the script of a shell are documents as well', async () => {
  const document = async (...argv: string[]) => {
    const { code, stdout, stderr } = await invoke(argv)
    expect({ argv, code, stderr }).toEqual({ argv, code: 0, stderr: '' })
    return JSON.parse(stdout)
  }
  expect(await document('--version', '--json')).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+/) })
  for (const argv of [
    ['--help', '--json'],
    ['--json', '--help'],
    ['help', '--json'],
  ])
    expect(await document(...argv)).toEqual({ help: expect.stringMatching(/^Usage: countersign \[options\]/) })
  expect(await document('keys', 'issue', '-h', '--json')).toEqual({ help: expect.stringContaining('--owner <name>') })
  const script = await invoke(['complete', 'zsh'])
  expect(await document('complete', 'zsh', '--json')).toEqual({ shell: 'zsh', script: script.stdout })
})

test('what is missing or unknown is said with the command it belongs to', async () => {
  expect((await invoke(['keys'])).stderr).toBe('countersign: a command is missing: countersign keys --help\n')
  expect((await invoke(['help', 'nope'])).stderr).toBe('countersign: there is no command "nope": countersign --help\n')
})

test.each([
  ['request', ['request', 'GET', URL_A, '--timeout', '999999999d']],
  ['request of no time', ['request', 'GET', URL_A, '--timeout', '0s']],
  ['sign', ['sign', '--expires-in', '999999999d']],
  ['keys issue', ['keys', 'issue', '--owner', 'a', '--expires-in', '999999999d']],
])('a duration that no timer holds is a mistake of the line: %s', async (_what, argv) => {
  const key = argv[0] === 'keys' ? [] : ['--key', `file:${at('bot.pem')}`]
  const { code, stderr } = await invoke([...argv, ...key], { stdin: 'GET / HTTP/1.1\nHost: a\n\n' })
  expect(code).toBe(2)
  expect(stderr).toMatch(/^countersign: --[\w-]+ must be/)
})

test('half a pair is not left behind', async () => {
  writeFileSync(at('half.pub.pem'), 'mine')
  expect(await invoke(['keygen', at('half')])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('half.pub.pem'),
  })
  expect(existsSync(at('half.pem'))).toBe(false)
})

test('the next step that keygen prints is a line that a shell reads as it is meant', async () => {
  const { stdout } = await invoke(['keygen', at('odd'), '--key-id', 'root#~1'])
  expect(stdout).toContain(`--key-id 'root#~1'`)
})

test.each(['0.0.0.0:8787', '[::]:8787', '192.0.2.1:8787'])(
  'keys serve at %s is refused without a name behind TLS: answers hold secrets',
  async (listen) => {
    for (const origin of [[], ['--origin', 'http://keys.example.com']])
      expect(await invoke(['keys', 'serve', '--listen', listen, ...origin])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('state --origin https://'),
      })
  },
)

test.each(['127.0.0.1:99999', '127.0.0.1:0', ':8787', 'x'])('keys serve at %s is refused in words', async (listen) => {
  expect(await invoke(['keys', 'serve', '--listen', listen])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--listen must be an address and a port'),
  })
})

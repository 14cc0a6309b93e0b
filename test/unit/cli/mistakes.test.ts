import { existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { beforeAll, expect, test, vi } from 'vitest'
import { clipboard } from '../../../src/cli/clipboard.js'
import { storeName } from '../../../src/cli/keyring-store.js'
import { placeHint } from '../../../src/cli/secrets.js'
import { invoke } from '../../cli/invoke.js'
import { folder, listener } from './world.js'

const at = folder()
const env = { BOT_KEY: 'the-secret-itself', KEK: '01c9'.repeat(16) }
const KEYRING = ['--prefix', 'acme', '--kek', 'env:KEK']
beforeAll(() => invoke(['keygen', at('bot')]))

/** The words and what the one error contains. */
async function refused(argv: readonly string[], says: string): Promise<string> {
  const { code, stdout, stderr } = await invoke(argv, { env })
  expect(stderr).toContain(says)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  return stderr
}

test('a bare path, variable or misspelt place of a secret is answered with the right one', async () => {
  await refused(['request', 'GET', ':1/', '--key', at('bot.pem')], `: write --key file:${at('bot.pem')}`)
  await refused(['request', 'GET', ':1/', '--key', 'BOT_KEY'], ': write --key env:BOT_KEY')
  await refused(['request', 'GET', ':1/', '--key', 'flie:bot.pem'], ': did you mean file:?')
  await refused(['request', 'GET', ':1/', '--key', 'none/there.pem'], ': before the path of a file write file:')
})

test.each(['MIIEvQIBADANBgkq/+8=', '/9j/4AAQ==', 'correct horse', 'SECRET_LIKE', 'sk_live_4eC39', 'a:b', ''])(
  'what may be a secret has no hint, and is not repeated: %s',
  async (value) => {
    expect(placeHint('--key', value, env)).toBe('')
    if (value !== '') expect(await refused(['sign', '--key', value], 'never the secret itself')).not.toContain(value)
  },
)

test('a secret is not repeated where its place is misspelt or it is no choice of an option', async () => {
  expect(await refused(['sign', '--key', 'envv:hunter2'], 'did you mean env:?')).not.toContain('hunter2')
  expect(await refused(['sign', '--algorithm', 'hunter2'], '--algorithm must be one of')).not.toContain('hunter2')
})

test.each([
  ['Ed25519', 'ed25519'],
  ['hmac-sha-256', 'hmac-sha256'],
])('a choice that is spelt %s is answered with the nearest', async (value, near) => {
  await refused(['keygen', '--algorithm', value, at('x')], `; did you mean ${near}?`)
})

test.each([
  [['-X', 'POST', ':1/'], 'The method stands in front of the URL'],
  [['POST', ':1/', '-H', 'a: b'], 'Name:value'],
  [['POST', ':1/', '-d', '{"a":1}'], 'field=value'],
  [['POST', ':1/', '-i'], '--key-id'],
  [['POST', ':1/', '--location'], 'not followed'],
  [['POST', ':1/', '{"a":1}'], 'write field=value and field:=json, or @file'],
  [['GET', 'api.example.com/v1?x=1'], 'the URL must begin with https://: write https://api.example.com/v1\n'],
  [['api.example.com'], ': write https://api.example.com'],
  // A token in the place of the URL is not repeated, and a port is no password for another machine.
  [['GET', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcDEF-_1234567890abcdef'], 'the URL must begin with https://\n'],
  [['GET', ':8080@b.example/'], 'the URL must begin with https://\n'],
  [['GET', '/v1'], 'a path alone has no host; of this machine write :8080/path'],
  [['GET', 'ftp://api.example.com'], 'the URL must begin with https://, got ftp://'],
])('request %j is answered with what to write', async (words, says) => {
  const key = words.includes('-i') ? [] : ['--key', `file:${at('bot.pem')}`]
  await refused(['request', ...words, ...key], says)
})

test.each([
  ['sqllite:keys.db', '; did you mean sqlite:?'],
  ['postgress://h/d', '; did you mean postgres:?'],
  ['flie:keys', '; did you mean file:?'],
  ['./keys', ': before the path of a file write file: or sqlite:'],
  ['mysql://user:hunter2@host/d', 'redis://HOST'],
])('a store %s is answered with the nearest, before a key is read', async (store, says) => {
  const text = await refused(['keys', 'list', '--store', store, '--prefix', 'acme', '--kek', 'env:NONE'], says)
  expect(text).not.toContain('hunter2')
})

test('everything that a keyring needs is named at once', async () => {
  await refused(
    ['keys', 'list'],
    '--prefix, --store and --kek are missing: --prefix acme --store file:keys --kek file:',
  )
  await refused(['keys', 'list', '--prefix', 'acme', '--store', 'file:x'], '--kek is missing: --kek file:kek.secret')
})

test('the name of a store holds no user, password or parameter', () => {
  expect(storeName('file:keys')).toBe('file:keys')
  expect(storeName('postgres://a:hunter2@db.example:5432/keys?password=hunter2')).toBe(
    'postgres://db.example:5432/keys',
  )
  expect(storeName('redis://:hunter2@cache.example')).toBe('redis://cache.example')
  expect(storeName('postgres://a:hunter2@[/keys')).toBe('postgres')
  expect(storeName('postgres:a:hunter2@db.example/keys')).toBe('postgres')
  expect(storeName('redis:hunter2@cache.example')).toBe('redis')
})

test('a link that leads nowhere is named as one by everything that writes a key', async () => {
  for (const name of ['a.pem', 'b.pub.pem', 'c.secret', 'd.secret']) symlinkSync(at('not-there'), at(name))
  const link = 'it is a link to a file that is not there: remove it, or name the file itself'
  await refused(['keygen', at('a')], `${at('a.pem')}: ${link}`)
  await refused(['keygen', at('b')], `${at('b.pub.pem')}: ${link}`)
  await refused(['keygen', '--algorithm', 'hmac-sha256', at('c')], `${at('c.secret')}: ${link}`)
  const issue = ['keys', 'issue', '--owner', 'alice', '--store', `file:${at('ring')}`, ...KEYRING]
  await refused([...issue, '--secret-file', at('d.secret')], `${at('d.secret')}: ${link}`)
  // Half a pair is not left behind, and nothing is made at the other end of the link.
  expect([at('b.pem'), at('not-there')].filter((path) => existsSync(path))).toEqual([])
})

test('a folder that is missing is named, for every file', async () => {
  await refused(['keygen', at('none/x')], `: there is no folder ${at('none')}`)
})

test('an address that is in use is named', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  try {
    const store = ['--store', `file:${at('served')}`, ...KEYRING]
    const issue = ['keys', 'issue', '--owner', 'alice', ...store, '--secret-file', at('e.secret')]
    expect((await invoke(issue, { env })).code).toBe(0)
    await refused(
      ['keys', 'serve', ...store, '--listen', `127.0.0.1:${port}`],
      `127.0.0.1:${port}: the address is in use: stop what`,
    )
  } finally {
    server.close()
  }
})

test('a public key where the private one is meant is named before its mode', async () => {
  await refused(['sign', '--key', `file:${at('bot.pub.pem')}`], `: file:${at('bot.pub.pem')} holds the public key`)
})

test('a key file that is missing is said to be, with the folder it was looked for from', async () => {
  await refused(['sign', '--key', `file:${at('none.pem')}`], 'got ENOENT: there is no such file\n')
  await refused(['sign', '--key', 'file:none.pem'], `there is no such file, seen from ${process.cwd()}\n`)
})

test('explain names a scheme that was meant, and its own options', async () => {
  await refused(['explain', '--scheme', 'stipe', at('bot.pub.pem')], '--scheme must be rfc9421, an exchange')
  await refused(['explain', '--scheme', 'okxx', at('bot.pub.pem')], '; did you mean okx?')
  await refused(['explain', '--exchange', 'okx', at('bot.pub.pem')], 'Did you mean -s, --scheme <name>?')
  await refused(['explain', at('bot.pub.pem')], 'countersign: the request must be an HTTP request')
  writeFileSync(at('bare.http'), 'GET / HTTP/1.1\nHost: api.example.com\n\n')
  expect((await invoke(['explain', at('bare.http')])).stdout).toContain('Fix: State --scheme')
})

test('a refusal by this machine names the key id that it was signed as, and the other name of the machine', async () => {
  let status = 401
  const { port } = await listener(() => ({ status }))
  const argv = ['request', `:${port}/`, '--key', `file:${at('bot.pem')}`, '--key-id', 'bot-1']
  const { code, stderr } = await invoke(argv)
  expect(code).toBe(1)
  const other = `is set up for 127.0.0.1:${port} refuses that. Its log has the reason`
  expect(stderr).toBe(
    `countersign: it was signed as "bot-1" for localhost:${port}; a server that does not know this key id, or ${other}\n`,
  )
  expect((await invoke([...argv, '--json'])).stderr).toBe('')
  // 421 is about the host alone.
  status = 421
  expect((await invoke(argv)).stderr).toBe(`countersign: it was signed for localhost:${port}; a server that ${other}\n`)
})

test('a file may be named as the place of a secret is', async () => {
  writeFileSync(at('m.http'), 'GET / HTTP/1.1\nHost: api.example.com\n\n')
  const { stdout } = await invoke(['sign', '--key', `file:${at('bot.pem')}`, `file:${at('m.http')}`])
  const { code } = await invoke(['verify', '-P', `file:${at('bot.pub.pem')}`], { stdin: stdout })
  expect(code).toBe(0)
})

test('what to do next is spelt as npx needs it where npx runs the command', async () => {
  const { stdout } = await invoke(['keygen', at('n')], { env: { npm_command: 'exec' } })
  expect(stdout).toContain('\n  npx countersign request GET')
})

test.each([
  [['request', '/api/v3/account', '-x', 'binance', '--testnet'], '--testnet', 'Did you mean -e, --env <name>?'],
  [['doctor', '-x', 'okx', '--environment', 'demo'], '--environment', 'Did you mean -e, --env <name>?'],
  [['verify', '--pubkey', 'a.pub.pem'], '--pubkey', 'Did you mean -P, --public-key <file>?'],
  [['explain', '--pubkey', 'a.pub.pem'], '--pubkey', 'Did you mean -P, --public-key <file>?'],
  [['explain', '--curl', 'a'], '--curl', 'The request is a file (explain request.txt), standard input or --clipboard'],
  [['keygen', '--type', 'rsa'], '--type', 'Did you mean -a, --algorithm <name>?'],
  [['keygen', '--out', 'a'], '--out', 'The name of both files is a word: keygen bot-1'],
  [['keygen', '--force'], '--force', 'A key is never overwritten: state another name, or move its files away'],
  [['keys', 'issue', '--ip', '10.0.0.1'], '--ip', 'Did you mean --allow-ip <range>?'],
  [['keys', 'issue', '--ttl', '3d'], '--ttl', 'Did you mean --expires-in <duration>?'],
  [['inspect', '--open'], '--open', 'It opens nothing by itself: follow the address that it prints'],
])('an option that %j has from another program is answered with what to write', async (argv, option, says) => {
  await refused(argv, `unknown option '${option}'\n(${says})\n`)
})

test.each([
  [['keys', 'show', 'id'], 'show', 'describe'],
  [['keys', 'delete', 'id'], 'delete', 'revoke'],
  [['keys', 'create'], 'create', 'issue'],
  [['curl', 'https://a.example'], 'curl', 'request'],
  [['debug'], 'debug', 'explain'],
])('the command %j of another program is answered with the one that is meant', async (argv, word, meant) => {
  await refused(argv, `unknown command '${word}'\n(Did you mean ${meant}?)\n`)
})

test('an encrypted key without its passphrase is answered with the option for it', async () => {
  await invoke(['keygen', at('enc'), '--passphrase', 'env:BOT_KEY'], { env })
  await refused(
    ['sign', '--key', `file:${at('enc.pem')}`],
    'countersign: the key is encrypted: state --passphrase prompt, or where it is kept\nKEY_PASSPHRASE,',
  )
})

test('a key of another algorithm is answered with the option for it', async () => {
  await invoke(['keygen', at('p256'), '--algorithm', 'ecdsa-p256-sha256'])
  await refused(
    ['sign', '--key', `file:${at('p256.pem')}`],
    ': state the one of this key with --algorithm\nKEY_MALFORMED,',
  )
})

test('a duration without a unit is said to have none', async () => {
  await refused(
    ['request', ':1/', '--timeout', '5'],
    '--timeout must be a duration such as 30d, 12h, 5m or 30s: 5 has no unit\n',
  )
  await refused(['request', ':1/', '--timeout', 'soon'], 'must be a duration such as 30d, 12h, 5m or 30s\n')
})

test('a clipboard that cannot be read is answered with the other ways', () => {
  vi.stubEnv('PATH', at('nowhere'))
  const rest = '. Paste the request into a file, or into this command without --clipboard'
  expect(() => clipboard('linux')).toThrow(`the clipboard cannot be read: none of wl-paste, xclip, xsel answers${rest}`)
  expect(() => clipboard('darwin')).toThrow(`the clipboard cannot be read: pbpaste does not answer${rest}`)
  vi.unstubAllEnvs()
})

test.skipIf(process.getBuiltinModule('node:sqlite') !== undefined)(
  'a Node without node:sqlite is answered with the store that it has',
  async () => {
    await refused(
      ['keys', 'list', '--store', `sqlite:${at('k.db')}`, ...KEYRING],
      `sqlite: needs Node 22.13 or later, this is ${process.versions.node}: state --store file:PATH, or run a newer Node`,
    )
  },
)

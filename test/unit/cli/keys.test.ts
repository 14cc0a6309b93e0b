import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { assertSameKeyring } from '../../../src/cli/new-keyring.js'
import {
  createKeyring,
  createSealing,
  isWellFormedSecret,
  type KeyStore,
  memoryKeyStore,
} from '../../../src/keyring/index.js'
import { invoke } from '../../cli/invoke.js'
import { folder } from './world.js'

const at = folder()
const env = {
  COUNTERSIGN_STORE: `file:${at('store')}`,
  COUNTERSIGN_PREFIX: 'acme',
  COUNTERSIGN_KEK: `file:${at('kek.secret')}`,
}
const keys = (...argv: string[]) => invoke(['keys', ...argv], { env })
const json = async (...argv: string[]) => JSON.parse((await keys(...argv, '--json')).stdout)

beforeAll(async () => {
  // What keygen makes for HMAC is what a key-encryption key has to be.
  await invoke(['keygen', at('kek'), '--algorithm', 'hmac-sha256'])
})

const issue = (...argv: string[]) => json('issue', '--owner', 'alice', '--scope', 'orders:read', ...argv)

test('issue shows the secret once, and nothing else ever does', async () => {
  const { key, secret } = await issue(
    '--name',
    'bot on vm-7',
    '--rate',
    '600/1m',
    '--allow-ip',
    '203.0.113.7',
    '--expires-in',
    '30d',
  )
  expect(isWellFormedSecret(secret, { prefix: 'acme' })).toBe(true)
  expect(key).toMatchObject({
    ...{ owner: 'alice', name: 'bot on vm-7', scopes: ['orders:read'], allowIp: ['203.0.113.7'] },
    rateLimit: { limit: 600, windowMs: 60_000 },
    expiresAtMs: key.createdAtMs + 30 * 86_400_000,
  })
  for (const argv of [['list'], ['describe', key.id]])
    for (const more of [[], ['--json']])
      expect((await keys(...argv, ...more)).stdout).not.toContain(secret.slice(0, 20))
})

test('--secret-file takes the secret in place of the screen, for its owner only', async () => {
  const { code, stdout } = await keys('issue', '--owner', 'alice', '--secret-file', at('s1'))
  const secret = readFileSync(at('s1'), 'utf8').trim()
  expect(code).toBe(0)
  expect(isWellFormedSecret(secret, { prefix: 'acme' })).toBe(true)
  expect(statSync(at('s1')).mode & 0o777).toBe(0o600)
  expect(stdout).not.toContain(secret)
})

test('a file that is there is not overwritten, and no key is issued whose secret could be written nowhere', async () => {
  writeFileSync(at('s2'), 'mine')
  const before = (await json('list')).keys.length
  expect(await keys('issue', '--owner', 'alice', '--secret-file', at('s2'))).toMatchObject({ code: 2 })
  expect(readFileSync(at('s2'), 'utf8')).toBe('mine')
  expect((await json('list')).keys).toHaveLength(before)
})

test('no file is left where the keyring refuses', async () => {
  expect(await keys('issue', '--owner', 'alice', '--scope', 'NO SCOPE', '--secret-file', at('s3'))).toMatchObject({
    code: 2,
  })
  expect(existsSync(at('s3'))).toBe(false)
})

test('list is a table whose columns stand under each other', async () => {
  await issue('--name', 'the other')
  const { stdout } = await keys('list', '--owner', 'alice')
  const [head = '', ...rows] = stdout.trimEnd().split('\n')
  expect(head).toMatch(/^ID +STATE +OWNER +NAME +SCOPES +ENDS +USED$/)
  for (const row of rows) expect(row.indexOf('active')).toBe(head.indexOf('STATE'))
  expect((await keys('list', '--owner', 'stranger')).stdout).toBe('no keys\n')
})

test('a list goes on behind the first page, up to the limit', async () => {
  const all = (await json('list')).keys
  expect((await json('list', '--limit', '2')).keys).toEqual(all.slice(0, 2))
  expect((await json('list', '--limit', '2')).next).toBe(all[1].id)
})

test('a key is disabled, enabled, rotated, renewed and revoked', async () => {
  const { key } = await issue()
  expect((await json('disable', key.id, '--reason', 'asked for')).key).toMatchObject({ state: 'disabled' })
  expect((await json('enable', key.id)).key).toMatchObject({ state: 'active' })
  const rotated = await json('rotate', key.id, '--overlap', '1h')
  expect(rotated.key).toMatchObject({ replaces: key.id, state: 'active' })
  expect((await json('describe', key.id)).key).toMatchObject({ state: 'rotating', replacedBy: rotated.key.id })
  const renewed = await json('renew', rotated.key.id, '--expires-in', '200d')
  expect(renewed.key.expiresAtMs).toBeGreaterThan(rotated.key.expiresAtMs)
  const revoked = await json('revoke', renewed.key.id, '--reason', 'gone', '--wait', '--alone')
  expect(revoked).toMatchObject({ how: 'acknowledged', key: { state: 'revoked', revokedReason: 'gone' } })
  expect(await keys('enable', renewed.key.id)).toMatchObject({ code: 1, stderr: expect.stringContaining('KEY_STATE') })
})

test('a public key is registered, and there is no secret', async () => {
  await invoke(['keygen', at('owner')])
  const issued = await issue('--public-key', at('owner.pub.pem'))
  expect(issued.secret).toBeUndefined()
  expect(issued.key).toMatchObject({ algorithm: 'ed25519', thumbprint: expect.stringMatching(/^[\w-]{43}$/) })
})

test('a leaked key is revoked and replaced, and the trail of its use is reported and verified', async () => {
  const audit = ['--audit', at('audit.jsonl')]
  const { key } = await issue(...audit)
  const { code, stdout } = await keys(
    'compromise',
    key.id,
    '--alone',
    '--reason',
    'in a gist',
    '--secret-file',
    at('next'),
    ...audit,
  )
  expect(code).toBe(0)
  expect(stdout).toContain('revoked everywhere: acknowledged, 0 other nodes')
  expect(stdout).toContain(`replaces`)
  expect(stdout).toMatch(/Changes of the key: \d/)
  expect(isWellFormedSecret(readFileSync(at('next'), 'utf8').trim(), { prefix: 'acme' })).toBe(true)

  const whole = await keys('audit', 'verify', at('audit.jsonl'))
  expect(whole).toMatchObject({ code: 0, stdout: expect.stringMatching(/^unbroken: \d+ lines, 2 chains\n/) })
  const lines = readFileSync(at('audit.jsonl'), 'utf8').split('\n')
  writeFileSync(at('one.jsonl'), `${lines[0]}\n`)
  expect((await keys('audit', 'verify', at('one.jsonl'))).stdout).toMatch(/^unbroken: 1 line, 1 chain\n/)
  writeFileSync(at('cut.jsonl'), [lines[0], ...lines.slice(2)].join('\n'))
  expect(await keys('audit', 'verify', at('cut.jsonl'))).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^broken at line 2: /),
  })
})

test('a new key-encryption key takes over what the former one sealed', async () => {
  await issue()
  await invoke(['keygen', at('kek-2'), '--algorithm', 'hmac-sha256'])
  const next = ['--kek', `file:${at('kek-2.secret')}`]
  const former = ['--former-kek', env.COUNTERSIGN_KEK]
  expect(await keys('rewrap', ...next)).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^rewrapped: 0\nfailed: acmek_.*\nA key that was sealed with .* as --former-kek\n$/),
  })
  const { rewrapped, failed } = await json('rewrap', ...next, ...former)
  expect(failed).toEqual([])
  expect(rewrapped).toBe((await json('list', ...next, '--limit', '1000')).keys.length)
  // From there on the former one alone reads nothing.
  expect(await keys('list')).toMatchObject({ code: 2, stderr: expect.stringContaining('--kek opens none') })
  await json('rewrap', '--former-kek', `file:${at('kek-2.secret')}`)
  expect((await keys('list')).code).toBe(0)
})

test.each(['gitleaks', 'trufflehog', 'secretlint', 'github'])(
  'rules for %s are printed as its file',
  async (scanner) => {
    const { code, stdout } = await keys('rules', '--for', scanner)
    expect(code).toBe(0)
    expect(stdout).toContain('acmes_')
    if (scanner !== 'gitleaks' && scanner !== 'trufflehog') expect(() => JSON.parse(stdout)).not.toThrow()
  },
)

test.each([
  ['no store', { ...env, COUNTERSIGN_STORE: '' }, ['list'], '--store is missing: --store file:keys'],
  ['a store of no kind', { ...env, COUNTERSIGN_STORE: 'nowhere' }, ['list'], '--store must be'],
  [
    'no prefix',
    { COUNTERSIGN_STORE: env.COUNTERSIGN_STORE },
    ['list'],
    '--prefix and --kek are missing: --prefix acme --kek file:kek.secret',
  ],
  ['no key-encryption key', { ...env, COUNTERSIGN_KEK: 'the key itself' }, ['list'], '--kek must say where'],
  ['a duration without a unit', env, ['issue', '--owner', 'a', '--expires-in', '30'], 'duration such as 30d'],
  ['a password in the URL', env, ['list', '--store', 'postgres://a:hunter2@h/d'], 'must hold no password'],
])('%s is refused in words', async (_what, variables, argv, says) => {
  const { code, stderr } = await invoke(['keys', ...argv], { env: variables })
  expect(code).toBe(2)
  expect(stderr).toContain(says)
  expect(stderr).not.toMatch(/hunter2|the key itself/)
})

test('an id that is unknown ends with 1', async () => {
  expect(await keys('describe', 'acmek_live_AAAAAAAAAAAAAAAAAAAA')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('KEY_NOT_FOUND'),
  })
})

test('a trail that is misspelt, empty or no file is not unbroken', async () => {
  expect(await keys('audit', 'verify', at('nowhere.jsonl'))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is no trail at'),
  })
  writeFileSync(at('empty.jsonl'), '')
  const { code, stdout } = await keys('audit', 'verify', at('empty.jsonl'))
  expect({ code, stdout }).toEqual({ code: 1, stdout: 'empty: there is no line to verify\n' })
  expect(JSON.parse((await keys('audit', 'verify', at('empty.jsonl'), '--json')).stdout)).toMatchObject({ ok: false })
})

test('a trail that cannot be written is said once, before anything is changed', async () => {
  const before = (await json('list')).keys.length
  const { code, stderr } = await keys('issue', '--owner', 'alice', '--audit', at('none/audit.jsonl'))
  expect(code).toBe(2)
  expect(stderr).toBe(`countersign: ${at('none/audit.jsonl')}: there is no folder ${at('none')}\n`)
  expect((await json('list')).keys).toHaveLength(before)
})

test('a keyring that another process begins between two looks at the store is the same one, and its key-encryption key is held to it', async () => {
  const kept = await memoryWith('kek-1')
  const begun = (): KeyStore => {
    let isThere = false
    const list: KeyStore['list'] = async (query) => {
      const found = isThere ? await kept.list(query) : []
      isThere = true
      return found
    }
    return { ...kept, list }
  }
  const sealing = (id: string) => createSealing({ primary: { id, key: new Uint8Array(32).fill(7) } })
  await expect(assertSameKeyring(begun(), 'acme', sealing('kek-1'))).resolves.toBeUndefined()
  await expect(assertSameKeyring(begun(), 'acme', sealing('kek-2'))).rejects.toThrow('--kek opens none of the keys')
  await expect(assertSameKeyring(begun(), 'other', sealing('kek-1'))).rejects.toThrow(
    'the store has keys of --prefix acme',
  )
})

async function memoryWith(kekId: string): Promise<KeyStore> {
  const store = memoryKeyStore()
  const sealing = createSealing({ primary: { id: kekId, key: new Uint8Array(32).fill(7) } })
  await createKeyring({ store, prefix: 'acme', sealing }).issue({ owner: 'o', scopes: ['orders:read'], actor: 'ops' })
  return store
}

test('a store whose path is misspelt is not an empty one', async () => {
  for (const argv of [['list'], ['describe', 'acmek_live_AAAAAAAAAAAAAAAAAAAA'], ['rewrap']])
    expect(await keys(...argv, '--store', `file:${at('misspelt')}`)).toMatchObject({
      code: 2,
      stderr: `countersign: there is no store at ${at('misspelt')}: keys issue makes one\n`,
    })
  expect(existsSync(at('misspelt'))).toBe(false)
})

describe('a keyring is made once', () => {
  const one = (...argv: string[]) =>
    invoke(['keys', 'issue', '--owner', 'alice', ...argv], { env: { ...env, COUNTERSIGN_STORE: `file:${at('ring')}` } })

  test('and said to be made, where the first key is issued', async () => {
    const first = await one()
    expect(first).toMatchObject({ code: 0, stderr: `countersign: a new keyring was made at ${at('ring')}\n` })
    expect(await one()).toMatchObject({ code: 0, stderr: '' })
  })

  test.each(['rign', 'ring2'])('not beside it under a name that is nearly its own: %s', async (name) => {
    const { code, stderr } = await one('--store', `file:${at(name)}`)
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      `countersign: there is no store at ${at(name)}, but one at ${at('ring')}: for a second keyring state --create`,
    ])
    expect(existsSync(at(name))).toBe(false)
    expect(await one('--store', `sqlite:${at(name)}`)).toMatchObject({ code: 2 })
    expect(existsSync(at(name))).toBe(false)
  })

  test('not in it with another prefix, or with a key-encryption key that opens none of its keys', async () => {
    const before = readFileSync(at('ring'), 'utf8')
    const other = await one('--prefix', 'acne')
    expect([other.code, other.stderr]).toEqual([
      2,
      'countersign: the store has keys of --prefix acme and none of acne: for a second keyring in it state --create\n',
    ])
    await invoke(['keygen', at('other-kek'), '--algorithm', 'hmac-sha256'])
    const kek = ['--kek', `file:${at('other-kek.secret')}`]
    const strange = await one(...kek)
    expect([strange.code, strange.stderr]).toEqual([
      2,
      expect.stringMatching(/^countersign: --kek opens none of the keys/),
    ])
    expect(readFileSync(at('ring'), 'utf8')).toBe(before)
    // As before a rewrap.
    expect(await one(...kek, '--former-kek', `file:${at('kek.secret')}`)).toMatchObject({ code: 0, stderr: '' })
  })

  const ring = (...argv: string[]) =>
    invoke(['keys', ...argv], { env: { ...env, COUNTERSIGN_STORE: `file:${at('ring')}` } })

  test('and no command reads it with a key-encryption key that opens none of its keys', async () => {
    const [id = ''] = (await ring('list', '--ids', '--former-kek', `file:${at('other-kek.secret')}`)).stdout.split('\n')
    await invoke(['keygen', at('third-kek'), '--algorithm', 'hmac-sha256'])
    const before = readFileSync(at('ring'), 'utf8')
    for (const argv of [['list'], ['describe', id], ['revoke', id], ['rotate', id]]) {
      const { code, stdout, stderr } = await ring(...argv, '--kek', `file:${at('third-kek.secret')}`)
      expect([argv[0], code, stdout, stderr]).toEqual([
        argv[0],
        2,
        '',
        'countersign: --kek opens none of the keys in the store: state theirs, also as --former-kek beside a new one\n',
      ])
    }
    // One that opens some of them.
    const some = await ring('list')
    expect(some.code).not.toBe(0)
    expect(some.stderr).toMatch(/not known here; state it as --former-kek$/m)
    expect(some.stderr).not.toContain('others')
    expect(readFileSync(at('ring'), 'utf8')).toBe(before)
  })

  test('unless another one is asked for by --create', async () => {
    expect(await one('--create', '--store', `file:${at('ring2')}`)).toMatchObject({ code: 0 })
    expect(await one('--create', '--prefix', 'acne')).toMatchObject({ code: 0, stderr: '' })
    expect(await one('--prefix', 'acne')).toMatchObject({ code: 0, stderr: '' })
  })
})

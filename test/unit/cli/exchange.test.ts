import { readdirSync, writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { EXCHANGES } from '../../../src/cli/exchanges.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import { mockExchange } from '../../../src/testing/index.js'
import { invoke } from '../../cli/invoke.js'
import { folder } from './world.js'

const at = folder()
const env = { KEY: 'api-key-1', SECRET: 'an-exchange-secret-1', PASS: 'the-phrase-1', MEMO: 'the-memo-1' }
const ACCOUNT = ['--api-key', 'env:KEY', '--secret', 'env:SECRET']
const curl = async (...argv: string[]) => invoke(['request', ...argv, '--print-curl'], { env })

test('every exchange of the catalogue is there, by the name of its subpath', async () => {
  const files = readdirSync('src/exchange/catalogue').map((file) => file.replace(/\.ts$/, ''))
  expect(Object.keys(EXCHANGES)).toEqual(expect.arrayContaining(files))
  expect(Object.keys(EXCHANGES)).toHaveLength(files.length)
  for (const [name, factory] of Object.entries(EXCHANGES)) expect(factory().spec.id, name).toBeTypeOf('string')
})

test('a request to an exchange is signed by its rules and accepted by its verifier', async () => {
  const exchange = await mockExchange(okx(), {
    accounts: [{ apiKey: env.KEY, secret: env.SECRET, passphrase: env.PASS }],
    strict: false,
  })
  afterAll(() => exchange.close())
  const account = ['--exchange', 'okx', ...ACCOUNT, '--passphrase', 'env:PASS', '--origin', exchange.origin]
  const order = await invoke(['request', 'POST', '/api/v5/trade/order', 'instId=BTC-USDT', 'sz=1', ...account], { env })
  expect(order).toMatchObject({ code: 0, stderr: '' })
  const read = await invoke(['request', '/api/v5/account/balance', 'ccy=BTC', ...account], { env })
  expect(read).toMatchObject({ code: 0 })
})

test('the exchange decides where the parameters stand', async () => {
  const okxAccount = ['-x', 'okx', ...ACCOUNT, '--passphrase', 'env:PASS']
  expect((await curl('GET', '/api/v5/account/balance', 'ccy=BTC', ...okxAccount)).stdout).toContain(
    "'https://www.okx.com/api/v5/account/balance?ccy=BTC'",
  )
  expect((await curl('POST', '/api/v5/trade/order', 'instId=BTC-USDT', 'px:=1.5', ...okxAccount)).stdout).toContain(
    `--data-raw '{"instId":"BTC-USDT","px":1.5}'`,
  )
})

test('--env takes the exchange’s name, or a common one where it has one place without real money', async () => {
  const account = [...ACCOUNT, '--passphrase', 'env:PASS']
  for (const name of ['demo', 'testnet'])
    expect((await curl('/api/v5/account/balance', '-x', 'okx', '-e', name, ...account)).stdout).toMatch(
      /x-simulated-trading: 1/i,
    )
  const wrong = await curl('/api/v5/account/balance', '-x', 'okx', '-e', 'tesnet', ...account)
  expect(wrong).toMatchObject({ code: 2, stdout: '', stderr: 'countersign: --env must be live, demo at okx\n' })
  expect((await curl('/a', '-x', 'okxx', ...account)).stderr).toContain('did you mean okx?')
})

test('no secret of an account is in anything that is printed', async () => {
  const memo = ['-x', 'bitmart', ...ACCOUNT, '--passphrase', 'env:MEMO']
  const traced = await curl('POST', '/spot/v2/submit_order', 'symbol=BTC_USDT', '--trace', ...memo)
  expect(traced).toMatchObject({ code: 0 })
  expect(traced.stderr).toContain('#[secret]#{"symbol":"BTC_USDT"}')
  for (const secret of [env.SECRET, env.MEMO]) expect(traced.stdout + traced.stderr).not.toContain(secret)
})

test('a secret that the exchange is shown stands in the curl line as what a shell reads it from', async () => {
  writeFileSync(at('phrase'), `${env.PASS}\n`, { mode: 0o600 })
  const okxAccount = ['-x', 'okx', ...ACCOUNT]
  const byName = await curl('/api/v5/account/balance', ...okxAccount, '--passphrase', 'env:PASS')
  expect(byName.stdout).toContain(`--header 'OK-ACCESS-PASSPHRASE: '"$PASS"`)
  const byFile = await curl('/api/v5/account/balance', ...okxAccount, '--passphrase', `file:${at('phrase')}`)
  expect(byFile.stdout).toContain(`--header 'OK-ACCESS-PASSPHRASE: '"$(cat '${at('phrase')}')"`)
  for (const { stdout } of [byName, byFile])
    for (const secret of Object.values(env)) expect(stdout).not.toContain(secret)
})

test('a private key of an exchange is read from its file', async () => {
  await invoke(['keygen', at('bot')])
  const argv = [
    '/api/v3/account',
    '-x',
    'binance',
    '--env',
    'testnet',
    '--api-key',
    'k1',
    '--key',
    `file:${at('bot.pem')}`,
  ]
  expect((await curl(...argv, '--key-type', 'ed25519')).stdout).toMatch(/testnet.*\/api\/v3\/account\?.*signature=/)
  expect(await curl(...argv)).toMatchObject({ code: 2, stderr: expect.stringContaining('--key-type') })
})

test.each([
  [
    'binance',
    'wallet',
    'Binance takes no --key-type wallet: state --api-key and --secret, or --key with --key-type ed25519 or rsa',
  ],
  ['grvt', 'wallet', 'GRVT takes no --key-type wallet: state --api-key and --secret'],
  ['edgex', 'wallet', 'edgeX takes no --key-type wallet: state --api-key and --secret, with --passphrase'],
  ['polymarket', 'wallet', 'Polymarket takes no --key-type wallet: state --api-key and --secret, with --passphrase'],
  ['hyperliquid', 'cosmos', 'Hyperliquid takes no --key-type cosmos: state --key with --key-type wallet'],
  ['okx', 'ed25519', 'OKX takes no --key-type ed25519: state --api-key and --secret, with --passphrase'],
  ['hyperliquid', undefined, 'Hyperliquid takes no --secret: state --key with --key-type wallet'],
  [
    'coinbase',
    undefined,
    'Coinbase Advanced Trade takes no --secret: state --key with --key-type ed25519 or ecdsa-p256',
  ],
])('a key that an exchange has not is refused with the options to state: %s, %s', async (id, type, text) => {
  writeFileSync(at('some.key'), '05'.repeat(32), { mode: 0o600 })
  const place = `file:${at('some.key')}`
  const argv = [
    '-x',
    id,
    '--api-key',
    'k1',
    ...(type === undefined ? ['--secret', place] : ['--key', place, '--key-type', type]),
  ]
  expect(await curl('/a', ...argv)).toMatchObject({ code: 2, stdout: '', stderr: `countersign: ${text}\n` })
  const { code, stdout, stderr } = await invoke(['doctor', ...argv, '--origin', 'http://127.0.0.1:9'])
  expect([code, stderr]).toEqual([1, ''])
  expect(stdout).toContain(`account: ${text}`)
  expect(stdout).not.toMatch(/\w\(\)/)
})

test('what is missing of an account is said by the option that states it', async () => {
  expect((await curl('/a', '-x', 'okx')).stderr).toContain('--api-key is missing')
  expect((await curl('/a', '-x', 'okx', '--api-key', 'k')).stderr).toContain('--secret is missing')
  writeFileSync(at('open'), 'secret', { mode: 0o644 })
  const open = await curl('/a', '-x', 'okx', '--api-key', 'k', '--secret', `file:${at('open')}`)
  expect(open).toMatchObject({ code: 2, stderr: expect.stringContaining('SECRET_UNAVAILABLE') })
})

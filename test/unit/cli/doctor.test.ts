import { once } from 'node:events'
import { chmodSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import * as starknet from '@scure/starknet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeCheck } from '../../../src/cli/set-up-checks.js'
import { hyperliquid } from '../../../src/exchange/catalogue/hyperliquid.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import { paradex } from '../../../src/exchange/catalogue/paradex.js'
import type { Exchange } from '../../../src/exchange/index.js'
import { starkKey, walletKey } from '../../../src/exchange/wallet/index.js'
import { type MockAccount, type MockAccountOptions, mockExchange } from '../../../src/testing/index.js'
import { invoke } from '../../cli/invoke.js'
import { folder, listener } from './world.js'

const at = folder()
const env = { KEY: 'api-key-1', SECRET: 'an-exchange-secret-1', PASS: 'the-phrase-1' }
const doctor = async (...argv: string[]) => {
  const { code, stdout, stderr } = await invoke(['doctor', ...argv, '--json'], { env })
  return { code, stderr, checks: stderr === '' ? JSON.parse(stdout).checks : [], stdout }
}
/** The results by what was checked. */
const results = (checks: Array<{ check: string; result: string }>) =>
  Object.fromEntries(checks.map(({ check, result }) => [check, result]))

beforeAll(async () => {
  await invoke(['keygen', at('bot')])
})

const account = async (more: MockAccountOptions = {}, skewMs = 0) => {
  const exchange = await mockExchange(okx(), {
    accounts: [{ apiKey: env.KEY, secret: env.SECRET, passphrase: env.PASS, ...more }],
    skewMs,
  })
  afterAll(() => exchange.close())
  return [
    '-x',
    'okx',
    '--origin',
    exchange.origin,
    '--api-key',
    'env:KEY',
    '--secret',
    'env:SECRET',
    '--passphrase',
    'env:PASS',
  ]
}

test('a key that its owner alone can read, of the given algorithm, is all right', async () => {
  const { code, checks } = await doctor('--key', `file:${at('bot.pem')}`)
  expect(results(checks)).toEqual({ node: 'ok', [`file ${at('bot.pem')}`]: 'ok', key: 'ok' })
  expect(code).toBe(0)
})

test('a key file that others can read is wrong, and so is a key of another algorithm', async () => {
  await invoke(['keygen', at('open')])
  chmodSync(at('open.pem'), 0o644)
  const open = await doctor('--key', `file:${at('open.pem')}`)
  expect(open.code).toBe(1)
  expect(results(open.checks)).toMatchObject({ [`file ${at('open.pem')}`]: 'wrong', key: 'wrong' })
  const other = await doctor('--key', `file:${at('bot.pem')}`, '--algorithm', 'rsa-pss-sha512')
  expect(results(other.checks)).toMatchObject({ [`file ${at('bot.pem')}`]: 'ok', key: 'wrong' })
})

test('the clock is compared with a Date field, and nothing that answers leaves it undecided', async () => {
  const server = await listener()
  const right = await doctor('--url', `${server.origin}/`)
  expect(right).toMatchObject({ code: 0 })
  const hours = await listener(() => ({ headers: { date: new Date(Date.now() + 7_200_000).toUTCString() } }))
  const late = await doctor('--url', `${hours.origin}/`)
  expect(late.code).toBe(1)
  expect(late.checks[1]).toMatchObject({
    result: 'wrong',
    text: expect.stringMatching(/^this machine is 7\d{6} ms late/),
  })
  const none = await doctor('--url', 'http://127.0.0.1:9/')
  expect(none).toMatchObject({ code: 3 })
  expect(none.checks[1]).toMatchObject({ result: 'unknown' })
})

test('what cannot be reached is said as that, and not as a clock that is wrong', async () => {
  // The port of a connection is taken, and nothing listens at it.
  const { port } = await listener()
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const origin = `http://127.0.0.1:${socket.localPort}`
  const refused = await doctor('--url', `${origin}/`)
  expect(refused.code).toBe(3)
  expect(refused.checks[1]).toMatchObject({ result: 'unknown', text: 'nothing answers there (ECONNREFUSED)' })
  const exchange = await doctor('--exchange', 'binance', '--origin', origin)
  expect(exchange.checks[1]).toMatchObject({ result: 'unknown', text: 'nothing answers there (ECONNREFUSED)' })
  socket.destroy()
  const forbidden = await doctor('--url', 'http://127.0.0.1:9/')
  expect(forbidden.checks[1]).toMatchObject({ text: 'there was no answer: bad port' })
})

test('an exchange is asked for its time, and for what the key may do', async () => {
  const { code, checks } = await doctor(
    ...(await account({ allowIp: ['127.0.0.1'], permissions: ['read', 'trade'] })),
    '--needs',
    'trade',
  )
  expect(results(checks)).toMatchObject({ 'clock (okx)': 'ok', 'OKX (live)': 'ok' })
  expect(code).toBe(0)
})

test('a key that can withdraw, and a permission that is missing, are findings', async () => {
  const danger = await doctor(...(await account({ permissions: ['read', 'trade', 'withdraw'] })))
  expect(danger.code).toBe(1)
  expect(results(danger.checks)).toMatchObject({ WITHDRAW_ENABLED: 'wrong' })
  const lacking = await doctor(
    ...(await account({ permissions: ['read'], allowIp: ['127.0.0.1'] })),
    '--needs',
    'trade',
  )
  expect(results(lacking.checks)).toMatchObject({ PERMISSION_MISSING: expect.stringMatching(/wrong|warning/) })
})

test('a clock that the exchange’s differs from is said with how much', async () => {
  const { code, checks } = await doctor(...(await account({}, 60_000)))
  expect(code).toBe(1)
  expect(checks.find(({ check }: { check: string }) => check === 'clock (okx)')).toMatchObject({
    result: 'wrong',
    text: expect.stringMatching(/^this machine is (?:59|60)\d{3} ms late: set its clock/),
  })
})

describe('a key of a wallet', () => {
  const privateKey = '05'.repeat(32)
  const start = async (exchange: Exchange, account: MockAccount) => {
    const mock = await mockExchange(exchange, { accounts: [account] })
    afterAll(() => mock.close())
    return ['--origin', mock.origin, '--key', `file:${at('wallet.key')}`]
  }
  beforeAll(() => writeFileSync(at('wallet.key'), `${privateKey}\n`, { mode: 0o600 }))

  test('is an approved agent of Hyperliquid, and the end of its approval is shown', async () => {
    const { verifyingKey } = walletKey({ privateKey })
    const argv = await start(hyperliquid(), { verifyingKey, expiresAtMs: Date.now() + 86_400_000 })
    const { code, checks, stdout } = await doctor('-x', 'hyperliquid', ...argv, '--key-type', 'wallet')
    expect(results(checks)).toMatchObject({ 'Hyperliquid (live)': 'ok', EXPIRES_SOON: 'warning' })
    expect(code).toBe(0)
    expect(stdout).not.toContain(privateKey)
  })

  test('is that of no account, or the account’s own', async () => {
    const { verifyingKey } = walletKey({ privateKey: '06'.repeat(32) })
    const stranger = await doctor(
      ...['-x', 'hyperliquid', '--key-type', 'wallet'],
      ...(await start(hyperliquid(), { verifyingKey })),
    )
    expect(stranger.code).toBe(1)
    expect(results(stranger.checks)).toMatchObject({ NOT_APPROVED: 'wrong' })
    const owner = await doctor(
      ...['-x', 'hyperliquid', '--key-type', 'wallet'],
      ...(await start(hyperliquid(), {
        verifyingKey: walletKey({ privateKey }).verifyingKey,
        permissions: ['read', 'trade', 'withdraw'],
      })),
    )
    expect(results(owner.checks)).toMatchObject({ WITHDRAW_ENABLED: 'wrong' })
  })

  test('is a subkey of Paradex', async () => {
    const { verifyingKey } = starkKey({ privateKey: privateKey.slice(2), account: '0x1234', starknet })
    writeFileSync(at('wallet.key'), privateKey.slice(2), { mode: 0o600 })
    const argv = await start(paradex(), { verifyingKey, allowIp: ['127.0.0.1'] })
    const { checks } = await doctor('-x', 'paradex', ...argv, '--key-type', 'stark', '--api-key', '0x1234')
    expect(results(checks)).toMatchObject({ 'Paradex (live)': 'ok' })
    const none = await doctor('-x', 'paradex', ...argv, '--key-type', 'stark')
    expect(none.code).toBe(1)
    expect(none.checks.at(-1)).toEqual({
      check: 'account',
      result: 'wrong',
      text: 'Paradex needs the account that --key signs for: state --api-key',
    })
  })

  test.each([
    ['dydx', 'dYdX (live)', 'dYdX', ['--key-type', 'cosmos', '--option', 'accountNumber=5']],
    ['aster', 'Aster (live)', 'Aster', ['--key-type', 'wallet']],
    ['polymarket-l1', 'Polymarket level 1 (live)', 'Polymarket level 1', ['--key-type', 'wallet']],
  ])('is not checked at an exchange that has no endpoint for it: %s', async (id, account, name, argv) => {
    writeFileSync(at('wallet.key'), privateKey, { mode: 0o600 })
    const away = ['--key', `file:${at('wallet.key')}`, '--origin', 'http://127.0.0.1:9', ...argv]
    const { code, checks } = await doctor('-x', id, ...away)
    const text = `the key is read, and not checked: ${name} has no endpoint for what a key may do`
    expect(checks.at(-1)).toEqual({ check: account, result: 'ok', text })
    // The clock of Aster is asked on this machine, where nothing answers.
    expect(code).toBe(id === 'aster' ? 3 : 0)
    const needs = await doctor('-x', id, ...away, '--needs', 'trade')
    expect([needs.code, needs.checks.at(-1)]).toEqual([
      1,
      { check: account, result: 'wrong', text: expect.stringContaining('--needs cannot be checked') },
    ])
  })
})

test('no secret stands in the report, also where the exchange refuses', async () => {
  writeFileSync(at('wrong'), 'another-secret-1\n', { mode: 0o600 })
  const argv = (await account()).map((text) => (text === 'env:SECRET' ? `file:${at('wrong')}` : text))
  const { code, stdout, stderr, checks } = await doctor(...argv)
  expect(code).toBe(1)
  expect(results(checks)).toMatchObject({ 'OKX (live)': 'wrong' })
  for (const secret of [...Object.values(env), 'another-secret-1']) expect(stdout + stderr).not.toContain(secret)
})

test('Node before 20.19 is wrong', () => {
  expect(nodeCheck('20.18.3').result).toBe('wrong')
  expect(nodeCheck('20.19.0').result).toBe('ok')
  expect(nodeCheck('26.0.0').result).toBe('ok')
})

import { describe, expect, test } from 'vitest'
import { generateKeyPair } from '../../../src/crypto/generate.js'
import type { CountersignError } from '../../../src/errors.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { mockExchange } from '../../../src/testing/mock-exchange.js'
import { start } from './support.js'

const account = { apiKey: 'bot-1', secret: 'a-secret-for-tests' }
const ed = await generateKeyPair('ed25519', { keyId: 'bot-2' })

describe('the options of a mock', () => {
  const wrong = async (options: object): Promise<CountersignError> =>
    mockExchange(binance(), { accounts: [account], ...options } as never).then(
      (mock) => mock.close().then(() => Promise.reject(new Error('accepted'))),
      (error: CountersignError) => error,
    )
  test.each([
    [{ route: {} }, 'unknown option "route"; did you mean "routes"?'],
    [{ accounts: [{ ...account, ballances: {} }] }, 'unknown option "ballances"; did you mean "balances"?'],
    [
      { accounts: [{ ...account, balances: { USDT: 100 } }] },
      '"accounts[0].balances.USDT" must be a decimal number as text, got a number',
    ],
    [
      { accounts: [{ ...account, balances: { USDT: '-1' } }] },
      '"accounts[0].balances.USDT" must be a decimal number as text',
    ],
    [{ accounts: account }, '"accounts" must be a list, got an object'],
    [{ window: { past: 1 } }, 'unknown option "past"; did you mean "pastMs"?'],
    [{ answers: { refusal: {} } }, 'unknown option "refusal"; did you mean "refusals"?'],
    [{ routes: { '/api/v3/order': () => ({}) } }, '"routes" must name calls such as "GET /path"'],
    [{ routes: { 'GET /api/v3/order': { a: 1 } } }, '"routes" must hold functions, got an object'],
    [{ routes: null }, '"routes" must be an object such as { "GET /path": () => ({}) }, got null'],
    [{ publicRoutes: [] }, '"publicRoutes" must be an object such as { "GET /path": () => ({}) }, got an array'],
    [{ accounts: undefined }, '"accounts" must be a list, got nothing'],
    [{ accounts: null }, '"accounts" must be a list, got null'],
    [
      { accounts: [undefined] },
      '"accounts[0]" must be an account of Binance, { apiKey, secret }, or { verifyingKey }, the public half',
    ],
    [{ accounts: [{}] }, '"accounts[0]" must be { apiKey, secret }, or { verifyingKey }, the public half'],
    [{ accounts: Promise.resolve([]) }, '"accounts" must be a list, got a Promise (is an await missing?)'],
    [{ skewMs: '5' }, '"skewMs" must be milliseconds that the clock is ahead, negative for late, got a string'],
    [{ skewMs: null }, '"skewMs" must be milliseconds that the clock is ahead, negative for late, got null'],
    [{ skewMs: Number.NaN }, 'negative for late, got NaN'],
    [{ skewMs: Date.now() }, '"skewMs" must be milliseconds that the clock is ahead'],
    [{ strict: 'no' }, '"strict" must be true or false, got a string'],
    [{ clock: Date.now }, '"clock" must be a clock, such as { now: () => Date.now() }, got a function'],
    [{ clock: { now: () => Date.now() / 1000 } }, 'since the epoch, got a number: are these seconds?'],
    [{ clock: { now: () => -5 } }, '"clock" must answer now() with milliseconds since the epoch, got a number'],
    [{ clock: { now: () => '5' } }, '"clock" must answer now() with milliseconds since the epoch, got a string'],
    [{ window: 5000 }, '"window" needs options: { … }, got a number'],
    [{ window: { pastMs: '5' } }, '"window.pastMs" must be milliseconds, 0 or more, got a string'],
    [{ window: { futureMs: -1 } }, '"window.futureMs" must be milliseconds, 0 or more, got -1'],
    [{ maxBodyBytes: '1mb' }, '"maxBodyBytes" must be an integer from 0 to 2147483648, got a string'],
    [{ maxBodyBytes: -1 }, '"maxBodyBytes" must be an integer from 0 to 2147483648, got -1'],
    [{ port: 'a' }, '"port" must be an integer from 0 to 65535, got a string'],
    [{ port: 65_536 }, '"port" must be an integer from 0 to 65535, got 65536'],
    [{ onMessage: {} }, '"onMessage" must be a function, got an object'],
    [{ prices: { X: 5 } }, '"prices.X" must be a decimal number as text, got a number'],
    [{ strict: false, prices: [] }, '"prices" must be an object, got an array'],
    [{ answers: { success: {} } }, '"answers.success" must be a function, got an object'],
    [{ answers: { refusals: 'none' } }, '"answers.refusals" must be an object, got a string'],
    [{ answers: { window: { pastMs: '5' } } }, '"answers.window.pastMs" must be milliseconds, 0 or more, got a string'],
    [{ apiKey: 'a' }, 'unknown option "apiKey"; did you mean accounts: [{ apiKey, secret }]?'],
  ])('%j is refused by name', async (options, text) => {
    const error = await wrong(options)
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message).toContain(text)
  })

  const seconds = Math.floor(Date.now() / 1_000)
  test.each([
    [{ status: 'off' }, '"accounts[0].status" must be active, disabled or revoked, got a string'],
    [{ status: null }, '"accounts[0].status" must be active, disabled or revoked, got null'],
    [{ permissions: 'trade' }, '"accounts[0].permissions" must be a list of read, trade and withdraw, got a string'],
    [{ permissions: ['read', 'spot'] }, '"accounts[0].permissions[1]" must be read, trade or withdraw, got a string'],
    [{ permissions: null }, '"accounts[0].permissions" must be a list of read, trade and withdraw, got null'],
    [{ expiresAtMs: '2030-01-01' }, '"accounts[0].expiresAtMs" must be milliseconds since the epoch, got a string'],
    [{ expiresAtMs: new Date() }, '"accounts[0].expiresAtMs" must be milliseconds since the epoch, got a Date'],
    [{ expiresAtMs: seconds }, `must be milliseconds since the epoch, got ${seconds}, which seems to be seconds`],
    [{ createdMs: seconds }, `"accounts[0].createdMs" must be milliseconds since the epoch, got ${seconds}`],
    [{ createdMs: null }, '"accounts[0].createdMs" must be milliseconds since the epoch, got null'],
    [{ allowIp: '127.0.0.1' }, '"accounts[0].allowIp" must be a list of address ranges, got a string'],
    [{ allowIp: null }, '"accounts[0].allowIp" must be a list of address ranges, got null'],
    [{ balances: null }, '"accounts[0].balances" must be an object, got null'],
    [{ passphrase: 'p' }, '"accounts[0].passphrase" must be left out: Binance has none, got a string'],
    [
      { secret: undefined, key: ed.verifyingKey },
      'did you mean { apiKey, secret }, or { verifyingKey }, the public half',
    ],
  ])('an account with %j is refused by name', async (members, text) => {
    const error = await wrong({ accounts: [{ ...account, ...members }] })
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message).toContain(text)
  })

  test.each([
    [
      { verifyingKey: ed.signingKey },
      '"accounts[0].verifyingKey" must be the public half of a key: pass the "verifyingKey" of this one',
      'a signing key',
    ],
    [
      { verifyingKey: ed.verifyingKey, secret: 'x' },
      'did you mean { apiKey, secret }, or { verifyingKey }, the public half',
      '',
    ],
    [
      { verifyingKey: 'PEM' },
      '"accounts[0].verifyingKey" must be the public half of a key: accounts[0] is',
      'a string',
    ],
    [{ verifyingKey: null }, '"accounts[0].verifyingKey" must be the public half of a key: accounts[0] is', 'null'],
    [{ apiKey: 'a', secret: ed.signingKey }, '"secret" must be', 'a signing key'],
    [{ apiKey: 'a', secret: ed.verifyingKey }, '"secret" must be', 'a verifying key'],
  ])('a key of the wrong half is said: %#', async (one, text, got) => {
    const { message } = await wrong({ accounts: [one] })
    expect(message).toContain(text)
    expect(message).toContain(got)
  })

  test('a clock cannot be set to what is no number', async () => {
    const mock = await start(binance(), { accounts: [] })
    for (const bad of ['5', null, undefined, Number.NaN])
      expect(() => mock.setSkewMs(bad as never)).toThrow(/^"skewMs" must be milliseconds/)
    mock.setSkewMs(5)
  })

  test('a signer or nothing in place of an exchange is said', async () => {
    await expect(mockExchange(undefined as never, { accounts: [] })).rejects.toThrow(/"exchange" must be an exchange/)
    await expect(mockExchange(binance(), undefined as never)).rejects.toThrow(/"accounts" must be a list/)
  })
})

import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { EXCHANGES } from '../../../src/doctor/exchanges.js'
import { makerOf } from '../../../src/exchange/spec/credentials.js'
import { walletKey } from '../../../src/exchange/wallet/index.js'
import { KEY_MAKERS, typescriptOf } from '../../../src/inspector/code.js'
import { compose } from '../../../src/inspector/engine-compose.js'
import type { Composed } from '../../../src/inspector/engine-types.js'
import { EMPTY_SIGN, type SignForm } from '../../../src/inspector/forms.js'

const NOW = 1_795_924_800_000
const formOf = (form: Partial<SignForm>): SignForm => ({ ...EMPTY_SIGN, created: '1795924800', ...form })
const composed = async (form: Partial<SignForm>): Promise<Composed> => {
  const found = await compose(formOf(form), NOW)
  if ('problem' in found) throw new Error(found.problem)
  return found
}

test('the page knows which exchanges take no shared secret, and what makes their keys', () => {
  const pairs = Object.entries(EXCHANGES).flatMap(([id, factory]) => {
    const { spec } = factory()
    return spec.secretKey === undefined ? [[id, makerOf(spec)]] : []
  })
  expect(KEY_MAKERS).toEqual(Object.fromEntries(pairs))
})

/** A request that each of them signs. */
const REQUESTS: Readonly<Record<string, Partial<SignForm>>> = {
  aster: { method: 'GET', url: '/fapi/v3/account', body: '' },
  backpack: { method: 'GET', url: '/api/v1/capital', body: '' },
  coinbase: { method: 'GET', url: '/api/v3/brokerage/accounts', body: '' },
  hyperliquid: { url: '/exchange', body: '{"action":{"type":"noop"}}' },
  kalshi: { method: 'GET', url: '/trade-api/v2/portfolio/balance', body: '' },
  nado: {
    url: '/v1/execute',
    body: '{"place_order":{"product_id":2,"order":{"priceX18":"10000","amount":"1000","expiration":"1800000000","appendix":"1"}}}',
  },
  pacifica: { url: '/api/v1/orders/cancel_all', body: '{"all_symbols":true}' },
  paradex: { url: '/v1/auth', body: '' },
  'polymarket-l1': { url: '/auth/api-key', body: '' },
  'revolut-x': { method: 'GET', url: '/api/1.0/balances', body: '' },
  robinhood: { method: 'GET', url: '/api/v1/crypto/trading/accounts/', body: '' },
}

test.each(Object.keys(REQUESTS))('the string of %s is there before there is a key', async (scheme) => {
  const { base, signed } = await composed({ scheme, ...REQUESTS[scheme] })
  expect(base).not.toBe('')
  expect(signed).toBeUndefined()
})

test('where an address is signed, one stands in until the own one is given, and the page says so', async () => {
  const request = { scheme: 'polymarket-l1', ...REQUESTS['polymarket-l1'] }
  const stand = await composed(request)
  expect(stand.standsIn).toBe(true)
  const own = await composed({ ...request, keyId: '0x4a62316623ad457f02cdc5d997ded67a383ec569' })
  expect(own.standsIn).toBeUndefined()
  expect(own.base).not.toBe(stand.base)
})

test('the key of a wallet signs as this package does with it', async () => {
  const privateKey = `0x${'4f'.repeat(32)}`
  const request = { scheme: 'polymarket-l1', ...REQUESTS['polymarket-l1'] }
  const { base, signed } = await composed({ ...request, key: privateKey })
  const key = walletKey({ privateKey })
  const headers = new Map(signed?.headers.map(([name, value]) => [name.toLowerCase(), value]))
  expect(headers.get('poly_address')?.toLowerCase()).toBe(key.address.toLowerCase())
  const signature = key.sign(Uint8Array.from(base.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)))
  expect(headers.get('poly_signature')).toBe(`0x${Buffer.from(signature as Uint8Array).toString('hex')}`)
})

test('a key of an exchange without shared secrets is read in the forms that exchanges hand out', async () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const seed = (privateKey.export({ type: 'pkcs8', format: 'der' }) as Buffer).subarray(-32).toString('base64')
  const of = async (key: string): Promise<Composed> => composed({ scheme: 'backpack', ...REQUESTS['backpack'], key })
  const [byPem, bySeed] = [await of(pem), await of(seed)]
  expect(byPem.signed?.headers.map(([name]) => name)).toContain('X-Signature')
  expect(bySeed).toEqual(byPem)
})

test('what a Stark key signs is shown, and the page says that it has no such curve', async () => {
  const paradex = formOf({ scheme: 'paradex', ...REQUESTS['paradex'], key: '0x1234' })
  expect(await compose(paradex, NOW)).toMatchObject({ field: 'key', problem: expect.stringContaining('Starknet') })
})

test('the program makes the key that the exchange takes', () => {
  const code = (scheme: string): string => typescriptOf(formOf({ scheme, keyId: '0x12' }), false)
  expect(code('hyperliquid')).toContain(
    "import { walletKey } from 'countersign/exchange/wallet'\nimport { hyperliquid } from 'countersign/exchange/hyperliquid'\n\nconst key = walletKey({ privateKey: process.env['HYPERLIQUID_PRIVATE_KEY'] ?? '' })",
  )
  expect(code('paradex')).toContain(
    "import * as starknet from '@scure/starknet'\nimport { starkKey } from 'countersign/exchange/wallet'",
  )
  expect(code('robinhood')).toContain("{ apiKey: '0x12', type: 'ed25519' }")
  for (const scheme of Object.keys(KEY_MAKERS)) expect(code(scheme)).not.toContain('secret')
})

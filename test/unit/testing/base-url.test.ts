import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createSignedFetch } from '../../../src/client/index.js'
import { ecdsaPrivateKey } from '../../../src/crypto/index.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { bitget } from '../../../src/exchange/catalogue/bitget.js'
import { coinbase } from '../../../src/exchange/catalogue/coinbase.js'
import { htx } from '../../../src/exchange/catalogue/htx.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import type { Exchange } from '../../../src/exchange/index.js'
import { mockExchange } from '../../../src/testing/index.js'

const account = { apiKey: 'bot-1', secret: 'a secret for tests' }

test.each([
  ['Binance', binance(), (baseUrl: string) => binance({ ...account, baseUrl }), '/api/v3/account'],
  ['HTX, which signs its host', htx(), (baseUrl: string) => htx({ ...account, baseUrl }), '/v1/account/accounts'],
] as const)('a mock is a proxy as well: %s', async (_, exchange, make, path) => {
  await using mock = await mockExchange(exchange, { accounts: [account] })
  expect((await createSignedFetch(make(`${mock.origin}/`))(path)).status).toBe(200)
  expect(mock.requests.map(({ code }) => code)).toEqual([undefined])
})

test('a token for the exchange itself is taken behind a proxy, and one for another host is not', async () => {
  const key = ecdsaPrivateKey({ keyId: 'bot-1', algorithm: 'ecdsa-p256-sha256', scalar: new Uint8Array(32).fill(9) })
  await using mock = await mockExchange(coinbase(), { accounts: [{ verifyingKey: key.verifyingKey }] })
  const path = '/api/v3/brokerage/accounts'
  expect((await createSignedFetch(coinbase({ key, baseUrl: mock.origin }))(path)).status).toBe(200)
  const { headers } = coinbase({ key, origin: 'https://api.other.example' }).sign({ path })
  expect((await fetch(mock.origin + path, { headers })).status).toBe(401)
})

test('the mock of a demo takes what its signer sends', async () => {
  const withPhrase = { ...account, passphrase: 'phrase-1' }
  await using mock = await mockExchange(okx({ environment: 'demo' }), { accounts: [withPhrase] })
  const demo = okx({ ...withPhrase, environment: 'demo', origin: mock.origin })
  const path = '/api/v5/account/balance'
  expect((await createSignedFetch(demo)(path)).status).toBe(200)
  expect(mock.requests.map(({ code }) => code)).toEqual([undefined])
})

const withPhrase = { ...account, passphrase: 'phrase-1' }

/** Every exchange that distinguishes its environments by a field, in each of them. */
const BY_FIELD = [
  ['OKX', okx, '/api/v5/account/balance', '50101'],
  ['Bitget', bitget, '/api/v2/spot/account/assets', '40099'],
] as const

test.each(BY_FIELD)(
  'a mock of %s refuses what its fields send to another environment',
  async (_, exchange, path, code) => {
    for (const [mocked, sent] of [
      [{ environment: 'demo' }, {}],
      [{}, { environment: 'demo' }],
    ] as const) {
      await using mock = await mockExchange(exchange(mocked), { accounts: [withPhrase] })
      const right = exchange({ ...withPhrase, ...mocked, baseUrl: mock.origin })
      const wrong = exchange({ ...withPhrase, ...sent, baseUrl: mock.origin })
      expect((await createSignedFetch(right)(path)).status).toBe(200)
      const answer = await createSignedFetch(wrong)(path)
      expect([answer.ok, ((await answer.json()) as { code: string }).code]).toEqual([false, code])
      expect(mock.requests.map((one) => one.code)).toEqual([undefined, 'KEY_UNKNOWN'])
    }
  },
)

test('no other exchange tells its environments apart by a field', async () => {
  const directory = new URL('../../../src/exchange/catalogue/', import.meta.url)
  const told: string[] = []
  for (const file of readdirSync(directory)) {
    const module = (await import(/* @vite-ignore */ new URL(file, directory).href)) as Readonly<Record<string, unknown>>
    for (const factory of Object.values(module)) {
      if (typeof factory !== 'function' || !('environments' in factory)) continue
      const { spec } = (factory as unknown as () => Exchange)()
      if (Object.values(spec.environments ?? {}).some(({ headers = [] }) => headers.length > 0)) told.push(spec.id)
    }
  }
  expect(told).toEqual(['bitget', 'okx'])
})

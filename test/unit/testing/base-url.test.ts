import { expect, test } from 'vitest'
import { createSignedFetch } from '../../../src/client/index.js'
import { ecdsaPrivateKey } from '../../../src/crypto/index.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { coinbase } from '../../../src/exchange/catalogue/coinbase.js'
import { htx } from '../../../src/exchange/catalogue/htx.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
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

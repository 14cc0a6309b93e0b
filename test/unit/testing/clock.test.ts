import { describe, expect, test } from 'vitest'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { bybit } from '../../../src/exchange/catalogue/bybit.js'
import { coinbaseExchange } from '../../../src/exchange/catalogue/coinbase-exchange.js'
import { kucoin } from '../../../src/exchange/catalogue/kucoin.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import type { ExchangeFactory } from '../../../src/exchange/index.js'
import type { MockExchange } from '../../../src/testing/mock-exchange.js'
import { answerOf, start } from './support.js'

const account = { apiKey: 'bot-1', secret: 'a-secret-for-tests' }
interface Credentials {
  readonly apiKey: string
  readonly secret: string
  readonly passphrase?: string
  readonly recvWindow?: number
}

const withPhrase = { ...account, passphrase: 'phrase-1' }
const window = { pastMs: 2_000, futureMs: 1_000 }
const codes = ({ requests }: MockExchange): readonly unknown[] => requests.map(({ code }) => code)

const EXCHANGES: ReadonlyArray<readonly [string, ExchangeFactory, Credentials, string]> = [
  ['Binance', binance, { ...account, recvWindow: 2_000 }, '/api/v3/order'],
  ['Bybit', bybit, { ...account, recvWindow: 2_000 }, '/v5/order/create'],
  ['OKX', okx, withPhrase, '/api/v5/trade/order'],
  ['KuCoin', kucoin, withPhrase, '/api/v1/orders'],
  ['Coinbase Exchange', coinbaseExchange, { ...withPhrase, secret: 'c2VjcmV0IQ==' }, '/orders'],
]

describe.each(EXCHANGES)('a client of %s whose clock is wrong', (_, make, credentials, path) => {
  const { apiKey, secret, passphrase } = { passphrase: undefined, ...credentials }
  const accounts = [{ apiKey, secret, ...(passphrase === undefined ? {} : { passphrase }) }]
  const fetchOf = (origin: string) => createSignedFetch(make({ ...credentials, origin }))
  const order = { method: 'POST', params: { symbol: 'BTCUSDT', size: '1' } }

  test.each([
    ['three seconds late', 3_000, 'TIMESTAMP_EXPIRED'],
    ['three seconds ahead', -3_000, 'TIMESTAMP_FUTURE'],
  ])('%s: signs once more, and then knows', async (_, skewMs, code) => {
    const mock = await start(make(), { accounts, skewMs, window })
    const exchangeFetch = fetchOf(mock.origin)
    const [status, body] = await answerOf(exchangeFetch(path, order))
    expect(status).toBe(200)
    expect(JSON.stringify(body)).toContain('BTCUSDT')
    expect(codes(mock)).toEqual([code, undefined])
    await exchangeFetch(path, order)
    expect(codes(mock)).toEqual([code, undefined, undefined])
  })

  test('recovers again when the clock of the exchange moves', async () => {
    const mock = await start(make(), { accounts, skewMs: -3_000, window })
    const exchangeFetch = fetchOf(mock.origin)
    await exchangeFetch(path, order)
    mock.setSkewMs(5_000)
    expect((await exchangeFetch(path, order)).status).toBe(200)
    expect(codes(mock)).toEqual(['TIMESTAMP_FUTURE', undefined, 'TIMESTAMP_EXPIRED', undefined])
  })

  test('recovers with every one of several requests under way', async () => {
    const mock = await start(make(), { accounts, skewMs: -3_000, window })
    const exchangeFetch = fetchOf(mock.origin)
    await Promise.all(Array.from({ length: 5 }, () => exchangeFetch(path, order)))
    expect(codes(mock).filter((code) => code === undefined).length).toBe(5)
    expect(mock.requests.length).toBeLessThanOrEqual(10)
  })

  test('passes the refusal on where nothing can be learned', async () => {
    const mock = await start(make(), { accounts, skewMs: -3_000, window })
    const fixed = { now: () => Date.now() }
    const exchangeFetch = createSignedFetch(make({ ...credentials, origin: mock.origin }), { clock: fixed })
    const response = await exchangeFetch(path, order)
    const text = await response.text()
    expect(text).toMatch(make().spec.clock?.error as RegExp)
    expect(response.status).toBe(mock.requests[0]?.status)
    expect(codes(mock)).toEqual(['TIMESTAMP_FUTURE'])
  })

  test('accepts no clock that is ten minutes away', async () => {
    const mock = await start(make(), { accounts, skewMs: 600_000, window })
    const text = await (await fetchOf(mock.origin)(path, order)).text()
    expect(text).toMatch(make().spec.clock?.error as RegExp)
    expect(codes(mock)).toEqual(['TIMESTAMP_EXPIRED'])
  })
})

import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { coinbaseExchange } from '../../../src/exchange/catalogue/coinbase-exchange.js'
import { coinbaseInternational } from '../../../src/exchange/catalogue/coinbase-international.js'
import { coinbasePrime } from '../../../src/exchange/catalogue/coinbase-prime.js'
import { exchangeVerifier, readMessage } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'

const NOW = { clock: { now: () => 1_700_000_000_123 } }
const base64Account = { apiKey: 'key', secret: 'c2VjcmV0', passphrase: 'phrase' }
const exchange = coinbaseExchange(base64Account)
const international = coinbaseInternational(base64Account)
const prime = coinbasePrime({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' })
// The same bytes, once written as base64.
const hmac = (text: string): string => createHmac('sha256', 'secret').update(text).digest('base64')

describe('the sockets of Coinbase', () => {
  test('Exchange signs a request that is never sent', () => {
    const { messages, expiresAtMs } = exchange.login({ channels: ['user'], productIds: ['BTC-USD'] }, NOW)
    const sign = hmac('1700000000GET/users/self/verify')
    expect(messages).toEqual([
      `{"type":"subscribe","channels":["user"],"product_ids":["BTC-USD"],"signature":"${sign}","key":"key","passphrase":"phrase","timestamp":"1700000000"}`,
    ])
    expect(expiresAtMs).toBe(1_700_000_030_123)
  })

  test('International signs key and passphrase with a word of its own', () => {
    const { messages } = international.login({ channels: ['MATCH'], productIds: ['BTC-PERP'] }, NOW)
    const sign = hmac('1700000000keyCBINTLMDphrase')
    expect(messages).toEqual([
      `{"type":"SUBSCRIBE","product_ids":["BTC-PERP"],"channels":["MATCH"],"time":"1700000000","key":"key","passphrase":"phrase","signature":"${sign}"}`,
    ])
  })

  test('Prime signs channel, account, portfolio and products', () => {
    const args = {
      channel: 'orders',
      apiKeyId: 'service',
      portfolioId: 'portfolio',
      productIds: ['ETH-USD', 'BTC-USD'],
    }
    const [message] = prime.login(args, NOW).messages
    const sign = hmac('orderskeyservice1700000000portfolioETH-USDBTC-USD')
    expect(message).toBe(
      `{"type":"subscribe","channel":"orders","access_key":"key","api_key_id":"service","timestamp":"1700000000","passphrase":"phrase","signature":"${sign}","portfolio_id":"portfolio","product_ids":["ETH-USD","BTC-USD"]}`,
    )
    const found = readMessage(prime.spec, 'login', JSON.parse(String(message)))
    expect(found?.signature.base).toBe('orderskeyservice1700000000portfolioETH-USDBTC-USD')
    expect(found?.signature.passphrase).toEqual({ text: 'phrase' })
  })

  test('Prime’s market data belongs to no portfolio', () => {
    const [message] = prime.login({ channel: 'l2_data', apiKeyId: 'service', productIds: ['ETH-USD'] }, NOW).messages
    expect(message).not.toContain('portfolio_id')
    expect(message).toContain(hmac('l2_datakeyservice1700000000ETH-USD'))
    expect(() => prime.login({ channel: 'l2_data' })).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
  })
})

describe('the requests of Coinbase', () => {
  test('International and Prime leave the query out, and say that they do', () => {
    for (const signer of [international, prime]) {
      const { headers, url } = signer.sign({ path: '/v1/orders', params: { product: 'BTC-USD' } }, NOW)
      expect(url).toContain('/v1/orders?product=BTC-USD')
      expect(Object.values(headers)).toContain(hmac('1700000000GET/v1/orders'))
      expect(exchangeVerifier(signer).demands.require).toEqual(['method', 'path'])
    }
  })

  test('Exchange takes decimal seconds from others', () => {
    const made = exchange.sign({ path: '/accounts' }, NOW)
    expect(made.headers['CB-ACCESS-TIMESTAMP']).toBe('1700000000')
    const headers = { ...made.headers, 'CB-ACCESS-TIMESTAMP': '1700000000.5' }
    expect(exchangeVerifier(exchange).parse(httpRequest({ ...made, headers }))[0]?.createdMs).toBe(1_700_000_000_500)
  })

  test('a secret that is no base64 is refused, without being repeated', () => {
    const bad = { apiKey: 'key', secret: 'no base64!', passphrase: 'phrase' }
    for (const exchange of [coinbaseExchange, coinbaseInternational]) {
      expect(() => exchange(bad)).toThrow(expect.objectContaining({ code: 'KEY_MALFORMED' }))
      expect(() => exchange(bad)).not.toThrow(/no base64!/)
    }
  })
})

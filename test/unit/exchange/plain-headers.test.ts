import { createHmac, createPublicKey, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ed25519PrivateKey, importRsaSigningKey } from '../../../src/crypto/index.js'
import { apexOmni } from '../../../src/exchange/catalogue/apex-omni.js'
import { delta } from '../../../src/exchange/catalogue/delta.js'
import { hollaex } from '../../../src/exchange/catalogue/hollaex.js'
import { kalshi } from '../../../src/exchange/catalogue/kalshi.js'
import { orderly } from '../../../src/exchange/catalogue/orderly.js'
import { polymarket } from '../../../src/exchange/catalogue/polymarket.js'
import { revolutX } from '../../../src/exchange/catalogue/revolut-x.js'
import type { ExchangeFactory } from '../../../src/exchange/index.js'
import { exchangeVerifier, importExchangeKey, readMessage, readUpgrade } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { withCode } from '../../expect-code.js'
import { keyFile } from '../crypto/key-files.js'

const at = (ms: number) => ({ clock: { now: () => ms } })
const NOW = at(1_700_000_000_123)
const account = { apiKey: 'key', secret: 'secret' }
const mac = (text: string, secret = 'secret') => createHmac('sha256', secret).update(text)
const edKey = ed25519PrivateKey({ keyId: 'key', seed: new Uint8Array(32).fill(7) })
const edSign = (text: string, encoding: 'base64' | 'base64url') => Buffer.from(edKey.sign(text)).toString(encoding)

describe('Orderly', () => {
  // Base58 of 32 bytes of 7, and of their public key.
  const SECRET = 'ed25519:US517G5965aydkZ46HS38QLi7UQiSojurfbQfKCELFx'

  test('takes the key as the exchange writes it', async () => {
    const apiKey = 'ed25519:GmaDrppBC7P5ARKV8g3djiwP89vz1jLK23V2GBjuAEGB'
    const key = await importExchangeKey(SECRET, { apiKey, type: 'ed25519' })
    expect(key.sign('x')).toEqual(edKey.sign('x'))
    expect(orderly({ key, accountId: '0x1' }).sign({ path: '/v1/orders' }).headers['orderly-key']).toBe(apiKey)
    expect(() => orderly({ ...account, accountId: '0x1' })).toThrow(withCode('CONFIG_INVALID'))
  })

  test('signs path and query as they are sent, or before they are encoded', () => {
    const params = { symbol: 'A B,C' }
    const sign = (variant?: 'raw') =>
      orderly({ key: edKey, accountId: '0x1', variant }).sign({ path: '/v1/orders', params }, NOW)
    expect(sign()).toEqual({
      method: 'GET',
      url: 'https://api.orderly.org/v1/orders?symbol=A%20B%2CC',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'orderly-account-id': '0x1',
        'orderly-key': 'key',
        'orderly-timestamp': '1700000000123',
        'orderly-signature': edSign('1700000000123GET/v1/orders?symbol=A%20B%2CC', 'base64url'),
      },
    })
    expect(sign('raw').headers['orderly-signature']).toBe(
      edSign('1700000000123GET/v1/orders?symbol=A B,C', 'base64url'),
    )
    const body = orderly({ key: edKey, accountId: '0x1' }).sign(
      { method: 'POST', path: '/v1/order', json: { a: 1 } },
      NOW,
    )
    expect(body.headers['Content-Type']).toBe('application/json')
    expect(() => (orderly as ExchangeFactory)({ key: edKey }).sign({ path: '/v1/orders' })).toThrow(
      withCode('CONFIG_INVALID'),
    )
  })

  test('the login signs the time', () => {
    const signer = orderly({ key: edKey, accountId: '0x1' })
    const [message] = signer.login({ id: '123r' }, NOW).messages
    const value = JSON.parse(message as string)
    expect(value).toEqual({
      id: '123r',
      event: 'auth',
      params: {
        orderly_key: 'key',
        sign: edSign('1700000000123', 'base64url'),
        timestamp: 1_700_000_000_123,
      },
    })
    expect(readMessage(signer.spec, 'login', value)?.signature).toMatchObject({ keyId: 'key', base: '1700000000123' })
  })
})

describe('Polymarket', () => {
  const credentials = {
    apiKey: '00000000-0000-4000-8000-000000000000',
    secret: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    passphrase: 'phrase',
    address: `0x${'00'.repeat(20)}`,
  }

  test('the signature is that of the exchange’s client', () => {
    // Polymarket/clob-client, tests/signing/hmac.test.ts
    const body = '{"hash": "0x123"}'
    const made = polymarket(credentials).sign({ method: 'test-sign', path: '/orders', body }, at(1_000_000_000))
    expect(made.headers).toEqual({
      POLY_ADDRESS: credentials.address,
      POLY_SIGNATURE: 'ZwAdJKvoYRlEKDkNMwd5BuwNNtg93kNaR_oU2HrfVvc=',
      POLY_TIMESTAMP: '1000000',
      POLY_API_KEY: credentials.apiKey,
      POLY_PASSPHRASE: 'phrase',
    })
  })

  test('a cancellation has a body, a query is not signed', () => {
    const signer = polymarket(credentials)
    expect(signer.sign({ method: 'DELETE', path: '/order', params: { orderID: '0x1' } }, NOW)).toMatchObject({
      url: 'https://clob.polymarket.com/order',
      body: '{"orderID":"0x1"}',
    })
    const [one, two] = ['?a=1', ''].map((query) => signer.sign({ path: `/data/orders${query}` }, NOW).headers)
    expect(one).toEqual(two)
    const { address: _, ...rest } = credentials
    expect(() => (polymarket as ExchangeFactory)(rest).sign({ path: '/' })).toThrow(withCode('CONFIG_INVALID'))
  })
})

describe('Kalshi', () => {
  test('signs method and path with RSA-PSS, requests and the upgrade alike', async () => {
    const pem = keyFile('rsa')
    const key = await importRsaSigningKey(pem, { keyId: 'key', algorithm: 'rsa-pss-sha256' })
    const signer = kalshi({ key })
    const publicKey = createPublicKey(pem)
    const valid = (text: string, sign: string | undefined) =>
      verify(
        'sha256',
        Buffer.from(text),
        { key: publicKey, padding: 6, saltLength: 32 },
        Buffer.from(sign ?? '', 'base64'),
      )
    const made = await signer.sign({ path: '/trade-api/v2/portfolio/orders?status=resting' }, NOW)
    expect(valid('1700000000123GET/trade-api/v2/portfolio/orders', made.headers['KALSHI-ACCESS-SIGNATURE'])).toBe(true)
    const { headers = {}, messages } = await signer.login({}, NOW)
    expect(messages).toEqual([])
    expect(valid('1700000000123GET/trade-api/ws/v2', headers['KALSHI-ACCESS-SIGNATURE'])).toBe(true)
    expect(readUpgrade(signer.spec, 'login', Object.entries(headers).flat())?.signature).toMatchObject({
      keyId: 'key',
      base: '1700000000123GET/trade-api/ws/v2',
    })
  })
})

describe('Revolut X', () => {
  test('signs the query without its mark', () => {
    const made = revolutX({ key: edKey }).sign({ path: '/api/1.0/orders/active', params: { symbols: 'BTC-USD' } }, NOW)
    expect(made.headers).toEqual({
      'X-Revx-API-Key': 'key',
      'X-Revx-Timestamp': '1700000000123',
      'X-Revx-Signature': edSign('1700000000123GET/api/1.0/orders/activesymbols=BTC-USD', 'base64'),
    })
  })
})

describe('ApeX Omni', () => {
  const signer = apexOmni({ ...account, passphrase: 'phrase' })
  // The characters of the secret's base64 are the key.
  const hmac = (text: string): string => mac(text, 'c2VjcmV0').digest('base64')

  test('signs before percent-encoding, a form by name', () => {
    const params = { symbol: 'BTC,ETH', a: 'x y' }
    const made = signer.sign({ method: 'POST', path: '/api/v3/order', params }, NOW)
    expect(made.body).toBe('a=x%20y&symbol=BTC%2CETH')
    expect(made.headers['APEX-SIGNATURE']).toBe(hmac('1700000000123POST/api/v3/ordera=x y&symbol=BTC,ETH'))
    const other = signer.sign({ method: 'POST', path: '/api/v3/order', body: 'symbol=BTC%2CETH&a=x%20y' }, NOW)
    expect(other.body).toBe('symbol=BTC%2CETH&a=x%20y')
    expect(other.headers['APEX-SIGNATURE']).toBe(made.headers['APEX-SIGNATURE'])
    const query = signer.sign({ path: '/api/v3/fills', params: { symbol: 'BTC,ETH', limit: 1 } }, NOW)
    expect(query.headers['APEX-SIGNATURE']).toBe(hmac('1700000000123GET/api/v3/fills?limit=1&symbol=BTC,ETH'))
  })

  test('one spelling of what is encoded', () => {
    const made = signer.sign({ method: 'POST', path: '/api/v3/order', body: 'a=x%2Cy' }, NOW)
    const parse = (body: string) => exchangeVerifier(apexOmni()).parse(httpRequest({ ...made, body }))
    expect(parse('a=x%2Cy')).toHaveLength(1)
    expect(() => parse('a=x%2cy')).toThrow(withCode('AUTH_MALFORMED'))
  })

  test('the login is JSON inside JSON', () => {
    const [message] = signer.login({}, NOW).messages
    const inside = {
      type: 'login',
      topics: ['ws_zk_accounts_v3'],
      httpMethod: 'GET',
      requestPath: '/ws/accounts',
      apiKey: 'key',
      passphrase: 'phrase',
      timestamp: '1700000000123',
      signature: hmac('1700000000123GET/ws/accounts'),
    }
    expect(JSON.parse(message as string)).toEqual({ op: 'login', args: [JSON.stringify(inside)] })
    const read = (value: unknown) => readMessage(apexOmni().spec, 'login', value)
    expect(read(JSON.parse(message as string))?.signature).toMatchObject({
      keyId: 'key',
      base: '1700000000123GET/ws/accounts',
      passphrase: { text: 'phrase' },
    })
    for (const bad of [['{'], [{}], ['{"type":"logout"}'], []]) expect(read({ op: 'login', args: bad })).toBeUndefined()
  })
})

describe('HollaEx', () => {
  test('a request says until when it is good', () => {
    const signer = hollaex(account)
    const made = signer.sign({ method: 'POST', path: '/v2/order', json: { size: 1 } }, NOW)
    expect(made.headers).toMatchObject({
      'api-expires': '1700000060',
      'api-signature': mac('POST/v2/order1700000060{"size":1}').digest('hex'),
    })
    expect(exchangeVerifier(hollaex()).parse(httpRequest(made))[0]).toMatchObject({
      createdMs: 1_700_000_000_000,
      expiresMs: 1_700_000_060_000,
    })
  })

  test('the login stands in the URL of the socket', () => {
    const { query, messages, expiresAtMs } = hollaex({ ...account, apiKey: 'key+1' }).login({}, NOW)
    const sign = mac('CONNECT/stream1700000060').digest('hex')
    expect(messages).toEqual([])
    expect(expiresAtMs).toBe(1_700_000_060_123)
    expect(query).toBe(`api-key=key%2B1&api-signature=${sign}&api-expires=1700000060`)
    const read = (text: string) => readUpgrade(hollaex().spec, 'login', [], '', text)?.signature
    expect(read(query as string)).toMatchObject({ keyId: 'key+1', base: 'CONNECT/stream1700000060' })
    expect(read('')).toBeUndefined()
    expect(() => read(`${query}&api-expires=1800000060`)).toThrow(withCode('AUTH_DUPLICATE'))
  })
})

describe('Delta Exchange', () => {
  test('requests and the login are signed', () => {
    const signer = delta(account)
    const made = signer.sign({ path: '/v2/orders', params: { state: 'open' } }, NOW)
    expect(made.headers).toEqual({
      'api-key': 'key',
      timestamp: '1700000000',
      signature: mac('GET1700000000/v2/orders?state=open').digest('hex'),
    })
    const { messages, expiresAtMs } = signer.login({}, NOW)
    expect(JSON.parse(messages[0] as string)).toEqual({
      type: 'key-auth',
      payload: { 'api-key': 'key', signature: mac('GET1700000000/live').digest('hex'), timestamp: '1700000000' },
    })
    expect(expiresAtMs).toBe(1_700_000_005_123)
    expect(readMessage(delta().spec, 'login', JSON.parse(messages[0] as string))?.signature.base).toBe(
      'GET1700000000/live',
    )
  })
})

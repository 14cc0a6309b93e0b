import { describe, expect, test } from 'vitest'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { backpack } from '../../../src/exchange/catalogue/backpack.js'
import { type ExchangeRequest, exchangeVerifier, readMessage } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'

const keyId = 'FVWvG9OoqGSHOf35A8QwMR5fGPlb0xdaM/hmF4p0tXU='
const key = ed25519PrivateKey({ keyId, seed: new Uint8Array(32).fill(5) })
const at = (ms: number) => ({ clock: { now: () => ms } })
const malformed = expect.objectContaining({ code: 'MESSAGE_MALFORMED' })

/** What was signed, as the verifier finds it out. */
const signed = (request: ExchangeRequest, ms: number, options = {}): unknown => {
  const made = backpack({ key, ...options }).sign(request, at(ms))
  const [found] = exchangeVerifier(backpack(options)).parse(httpRequest(made))
  expect(key.verifyingKey.verify(found?.base as string, found?.signature as Uint8Array)).toBe(true)
  return found?.base
}

describe('Backpack', () => {
  test('the base of one order is that of the page’s example', () => {
    const request = { method: 'DELETE', path: '/api/v1/order', json: { symbol: 'BTC_USDT', orderId: 28 } }
    expect(signed(request, 1_614_550_000_000)).toBe(
      'instruction=orderCancel&orderId=28&symbol=BTC_USDT&timestamp=1614550000000&window=5000',
    )
  })

  test('the base of a batch is that of the page’s example', () => {
    const order = { symbol: 'SOL_USDC_PERP', side: 'Bid', orderType: 'Limit' }
    const json = [
      { ...order, price: '141', quantity: '12' },
      { ...order, price: '140', quantity: '11' },
    ]
    expect(signed({ method: 'POST', path: '/api/v1/orders', json }, 1_750_793_021_519)).toBe(
      'instruction=orderExecute&orderType=Limit&price=141&quantity=12&side=Bid&symbol=SOL_USDC_PERP&' +
        'instruction=orderExecute&orderType=Limit&price=140&quantity=11&side=Bid&symbol=SOL_USDC_PERP&' +
        'timestamp=1750793021519&window=5000',
    )
  })

  test('parameters by name, not encoded, nothing where there are none', () => {
    const path = '/wapi/v1/history/fills'
    expect(signed({ path, params: { symbol: 'MØTH,a b', limit: 5 } }, 1_700_000_000_123)).toBe(
      'instruction=fillHistoryQueryAll&limit=5&symbol=MØTH,a b&timestamp=1700000000123&window=5000',
    )
    expect(signed({ path: '/api/v1/capital' }, 1_700_000_000_123)).toBe(
      'instruction=balanceQuery&timestamp=1700000000123&window=5000',
    )
    expect(signed({ path, params: { symbol: 'a,b' } }, 1_700_000_000_123, { variant: 'encoded' })).toBe(
      'instruction=fillHistoryQueryAll&symbol=a%2Cb&timestamp=1700000000123&window=5000',
    )
  })

  test('an endpoint that is not in the table is refused, unless its instruction is given', () => {
    const request = { method: 'POST', path: '/api/v1/new', params: { live: true } }
    expect(() => backpack({ key }).sign(request)).toThrow(malformed)
    const instructions = { 'POST /api/v1/new': 'newExecute' }
    const { headers } = backpack({ key, instructions }).sign(request, at(1_700_000_000_123))
    const text = 'instruction=newExecute&live=true&timestamp=1700000000123&window=5000'
    expect(headers['X-Signature']).toBe(Buffer.from(key.sign(text)).toString('base64'))
    expect(() => backpack({ key }).sign({ path: '/api/v1/constructor' })).toThrow(malformed)
  })

  test('a window that is not given is still signed', () => {
    const { url, headers } = backpack({ key }).sign({ path: '/api/v1/capital' }, at(1_700_000_000_123))
    const { 'X-Window': _, ...others } = headers
    const [found] = exchangeVerifier(backpack()).parse(httpRequest({ url, headers: others }))
    expect(key.verifyingKey.verify(found?.base as string, found?.signature as Uint8Array)).toBe(true)
  })

  test('a subscription carries its own signature', () => {
    const signer = backpack({ key, recvWindow: 60_000 })
    const params = ['account.orderUpdate', 'account.positionUpdate']
    const text = 'instruction=subscribe&timestamp=1700000000123&window=60000'
    const signature = [keyId, Buffer.from(key.sign(text)).toString('base64'), '1700000000123', '60000']
    const said = signer.signMessage('subscribe', { params }, at(1_700_000_000_123))
    expect(JSON.parse(said)).toEqual({ method: 'SUBSCRIBE', params, signature })
    expect(JSON.parse(signer.signMessage('unsubscribe', { params }, at(1_700_000_000_123)))).toEqual({
      method: 'UNSUBSCRIBE',
      params,
      signature,
    })
    expect(readMessage(signer.spec, 'subscribe', JSON.parse(said))?.signature.base).toBe(text)
    expect(readMessage(signer.spec, 'unsubscribe', JSON.parse(said))).toBeUndefined()
  })

  test.each([
    ['two places', { method: 'POST', path: '/api/v1/order?a=1', json: {} }],
    ['a batch of texts', { method: 'POST', path: '/api/v1/orders', json: ['a'] }],
    ['no JSON', { method: 'POST', path: '/api/v1/order', body: 'a=1' }],
  ])('a request with %s is refused', (_, request) => {
    expect(() => backpack({ key }).sign(request)).toThrow(malformed)
  })

  test('a shared secret is no key of Backpack', () => {
    expect(() => backpack({ apiKey: 'key', secret: 'secret' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })
})

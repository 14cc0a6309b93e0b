import { describe, expect, test } from 'vitest'
import { nado } from '../../../src/exchange/catalogue/nado.js'
import { exchangeVerifier, readMessage } from '../../../src/exchange/index.js'
import { nadoOrders } from '../../../src/exchange/orders/nado.js'
import { walletKey } from '../../../src/exchange/wallet/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { withCode } from '../../expect-code.js'

const NOW = 1_800_000_000_123
const key = walletKey({ privateKey: '07'.repeat(32) })
const at = { nonces: { next: () => '5' }, clock: { now: () => NOW } }
const signer = nado({ key })
const order = { priceX18: '10000000000000000000000', amount: 10n ** 15n, expiration: '1800003600', appendix: '1' }
const bodyOf = (json: object, exchange = signer) =>
  exchange.sign({ method: 'POST', path: '/v1/execute', json }, at).body as string
const received = (body: string, host = 'gateway.prod.nado.xyz') =>
  httpRequest({
    method: 'POST',
    url: `https://${host}/v1/execute`,
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(body),
  })
const parse = (body: string, exchange = nado()) => exchangeVerifier(exchange).parse(received(body))[0]

describe('a call of the gateway', () => {
  test('gets sender, nonce and signature, with large numbers as text', () => {
    const { place_order: made } = JSON.parse(bodyOf({ place_order: { id: 12345678901234567n, product_id: 2, order } }))
    expect(made.order).toEqual({
      ...order,
      amount: '1000000000000000',
      sender: `${key.address.toLowerCase()}64656661756c740000000000`,
      nonce: String(((BigInt(NOW) + 90_000n) << 20n) + 5n),
    })
    expect(bodyOf({ place_order: { id: 12345678901234567n, product_id: 2, order } })).toContain(
      '"id":12345678901234567,',
    )
    const { place_order } = nadoOrders({
      ...{ key, chainId: 57_073, endpoint: '0x05ec92d78ed421f3d3ada77ffde167106565974e' },
    })
    const { id: _, signature, ...call } = made
    expect(place_order.signerOf({ ...call, signature })).toBe(key.keyId)
  })

  test('with what is stated keeps it, and is signed for its own network', () => {
    const sender = `0x${'1'.repeat(40)}64656661756c740000000000`
    const linked = nado({ key, sender, environment: 'testnet' })
    const nonce = String((BigInt(NOW) + 5_000n) << 20n)
    const body = bodyOf({ cancel_product_orders: { tx: { productIds: [2], nonce } } }, linked)
    expect(JSON.parse(body).cancel_product_orders.tx).toEqual({ productIds: [2], nonce, sender })
    expect(parse(body, nado({ environment: 'testnet' }))?.keyId).toBe(key.keyId)
    expect(parse(body)?.keyId).not.toBe(key.keyId)
    expect(parse(body, nado({ environment: 'testnet' }))?.expiresMs).toBe(NOW + 5_000)
  })

  test('with what no wallet signs proves no parameters', () => {
    const plain = { product_id: 2, order }
    const trigger = { price_trigger: { oracle_price_above: '1' } }
    expect(parse(bodyOf({ place_order: plain }))?.covered).toEqual(['parameters'])
    for (const more of [{ id: 1 }, { spot_leverage: false }, { trigger }, { digest: '0x1' }])
      expect(parse(bodyOf({ place_order: { ...plain, ...more } }))?.covered).toEqual([])
  })

  test.each<[name: string, json: object, text: string]>([
    ['two calls', { place_order: { product_id: 2, order }, cancel_orders: {} }, 'one call'],
    ['an unknown call', { place_orders: { orders: [] } }, 'one call'],
    ['a misspelt member', { place_order: { product_id: 2, order, stop: 1 } }, '"stop"'],
    [
      'a misspelt member inside',
      { place_order: { product_id: 2, order: { ...order, reduceOnly: true } } },
      'reduceOnly',
    ],
    ['no product', { place_order: { order } }, '"product_id"'],
    ['no order', { place_order: { product_id: 2 } }, '"place_order.order"'],
    ['a nonce that is none', { place_order: { product_id: 2, order: { ...order, nonce: '1e3' } } }, '"order.nonce"'],
    ['a short sender', { cancel_orders: { tx: { sender: '0x1', productIds: [], digests: [] } } }, 'sender'],
  ])('%s is refused by name', (_, json, text) => {
    expect(() => bodyOf(json)).toThrow(withCode('ARGUMENT_INVALID', text))
  })

  test('that is signed already, and what is no call, is refused', () => {
    expect(() => bodyOf({ place_order: { product_id: 2, order, signature: '0x' } })).toThrow('already')
    expect(() => signer.sign({ path: '/v1/query' })).toThrow('POST /v1/execute')
  })

  test('is refused in another spelling, which would recover to the same signer', () => {
    const body = bodyOf({ place_order: { product_id: 2, order } })
    for (const changed of [
      body.replace('"1000000000000000"', '"01000000000000000"'),
      body.replace('"1000000000000000"', '"0x38d7ea4c68000"'),
      body.replace('"1000000000000000"', '1000000000000000000000'),
      body.replace('"appendix":"1"', '"appendix":"1","appendix":"1"'),
      body.replace(/0x[0-9a-f]{64}"/, (text) => text.toUpperCase().replace('0X', '0x')),
    ]) {
      expect(changed).not.toBe(body)
      expect(() => parse(changed)).toThrow()
    }
  })
})

test('the login of the stream is signed for the sub-account, and read back', () => {
  const [text] = signer.login({}, at).messages
  const message = JSON.parse(text as string)
  expect(message).toMatchObject({
    method: 'authenticate',
    tx: { sender: `${key.address.toLowerCase()}64656661756c740000000000`, expiration: String(NOW + 90_000) },
  })
  const { authenticate } = nadoOrders({
    ...{ key, chainId: 57_073, endpoint: '0x05ec92d78ed421f3d3ada77ffde167106565974e' },
  })
  expect(authenticate.signerOf({ tx: message.tx, signature: message.signature })).toBe(key.keyId)
  expect(readMessage(nado().spec, 'login', message)?.signature.keyId).toBe(key.keyId)
})

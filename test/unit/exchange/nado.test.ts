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

  test('with what is given keeps it, and is signed for its own network', () => {
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

  const spelt: ReadonlyArray<readonly [name: string, json: object]> = [
    ['an order', { place_order: { product_id: 2, order } }],
    ['products', { cancel_product_orders: { tx: { productIds: [0, 2] } } }],
    ['digests', { cancel_orders: { tx: { productIds: [1], digests: [`0x${'a1'.repeat(32)}`] } } }],
    [
      'a liquidation',
      {
        liquidate_subaccount: {
          tx: { liquidatee: `0x${'1b'.repeat(32)}`, productId: 1, isEncodedSpread: true, amount: '-5' },
        },
      },
    ],
    [
      'a withdrawal',
      {
        withdraw_collateral_v2: {
          tx: { productId: 2, amount: '10', sendTo: `0x${'c3'.repeat(20)}`, appendix: '0' },
        },
      },
    ],
  ]
  test.each(spelt)('with %s has one spelling for each value, in which it is taken', (_, json) => {
    const body = bodyOf(json)
    expect(parse(body)?.keyId).toBe(key.keyId)
    const changed = [...otherSpellings(body)]
    expect(changed.length).toBeGreaterThan(15)
    for (const one of changed)
      expect(() => parse(one), one).toThrow(expect.objectContaining({ code: expect.stringMatching(/_MALFORMED$/) }))
  })

  test('gets the one spelling whatever its caller writes', () => {
    const tx = { productId: '2', amount: 10, sendTo: `0x${'C3'.repeat(20)}`, appendix: '0x0' }
    const body = bodyOf({ withdraw_collateral_v2: { tx } })
    const { nonce: _, sender: __, ...written } = JSON.parse(body).withdraw_collateral_v2.tx
    expect(written).toEqual({ productId: 2, amount: '10', sendTo: `0x${'c3'.repeat(20)}`, appendix: '0' })
    expect(parse(body)?.keyId).toBe(key.keyId)
    const cancelled = bodyOf({ cancel_product_orders: { tx: { productIds: ['0x2', 3n], nonce: 5 } } })
    expect(cancelled).toContain('"productIds":[2,3],"nonce":"5"')
    // A number that was rounded already is not written out.
    expect(() => bodyOf({ mint_nlp: { tx: { quoteAmount: 1e24 } } })).toThrow(
      withCode('ARGUMENT_INVALID', 'quoteAmount'),
    )
  })

  test('may stand in the white space of its client', () => {
    const spaced = (json: object) => JSON.stringify(JSON.parse(bodyOf(json)), null, 2)
    for (const [, json] of spelt) expect(parse(spaced(json))?.keyId).toBe(key.keyId)
  })

  test.each<[name: string, tx: object]>([
    ['list_trigger_orders', { recvTime: '1800000900000' }],
    ['authenticate', { expiration: '1800000900000' }],
    ['leaderboard_authentication', { expiration: '1800000900', contestIds: [1] }],
    ['social_authentication', { expiration: '1800000900', provider: 'x' }],
  ])('named %s has no nonce, and is refused on both sides with where it is signed', (name, tx) => {
    expect(() => bodyOf({ [name]: { tx } })).toThrow(withCode('ARGUMENT_INVALID', `"${name}" has no nonce`))
    const signed = { [name]: { tx, signature: `0x${'1'.repeat(128)}1b` } }
    expect(() => parse(JSON.stringify(signed))).toThrow(withCode('AUTH_MALFORMED', 'nadoOrders'))
  })
})

/** A body with one of its values in each other spelling that a lenient reader takes for the same one. */
function* otherSpellings(body: string): Iterable<string> {
  const at = (index: number, old: string, text: string) => body.slice(0, index) + text + body.slice(index + old.length)
  for (const { 0: text, 1: digits, index } of body.matchAll(/"(-?\d+)"(?=[,}\]])/g)) {
    const value = digits as string
    const hex = value.startsWith('-') ? [] : [`"0x${BigInt(value).toString(16)}"`]
    const more = [value, `"0${value}"`, `"+${value}"`, `"${value} "`, `"${value}.0"`, `"${value}e0"`, ...hex]
    for (const one of [...more, `["${value}"]`, `"\\u003${value.at(-1)}"`]) yield at(index, text, one)
  }
  for (const { 0: text, index } of body.matchAll(/(?<=[:[,])\d+(?=[,}\]])/g)) {
    const zero = text === '0' ? ['-0', '-0.0', '0e9'] : []
    for (const one of [`"${text}"`, `${text}.0`, `${text}e0`, `[${text}]`, `"0x${text}"`, ...zero])
      yield at(index, text, one)
  }
  for (const { 0: text, index } of body.matchAll(/"0x([0-9a-f]+)"/g)) {
    const inside = text.slice(1, -1)
    for (const one of [inside.toUpperCase(), inside.toUpperCase().replace('X', 'x'), inside.slice(2), ` ${inside}`])
      if (one !== inside) yield at(index, text, `"${one}"`)
    if (inside.length === 132) {
      const v = Number.parseInt(inside.slice(130), 16)
      for (const one of [v - 27, v + 8, v ^ 0x80])
        yield at(index, text, `"${inside.slice(0, 130)}${one.toString(16).padStart(2, '0')}"`)
    }
  }
  for (const one of ['1', '"true"', '"1"']) if (body.includes(':true')) yield body.replace(':true', `:${one}`)
}

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

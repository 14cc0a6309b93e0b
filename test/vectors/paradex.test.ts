import { readFileSync } from 'node:fs'
import * as starknet from '@scure/starknet'
import { describe, expect, test } from 'vitest'
import { paradex } from '../../src/exchange/catalogue/paradex.js'
import { exchangeVerifier } from '../../src/exchange/index.js'
import { type ParadexOrder, paradexOrders } from '../../src/exchange/orders/paradex.js'
import { starkKey } from '../../src/exchange/wallet/index.js'
import { httpRequest } from '../../src/message/message.js'

interface Case {
  readonly name: string
  readonly kind: 'login' | 'order'
  readonly environment: 'live' | 'testnet'
  readonly hash: string
  readonly signature: string
  readonly timestamp: number
  readonly expiration: number
  readonly order: ParadexOrder
}
const { privateKey, publicKey, account, cases } = JSON.parse(
  readFileSync(new URL('wallet/paradex.json', import.meta.url), 'utf8'),
) as {
  readonly privateKey: string
  readonly publicKey: string
  readonly account: string
  readonly cases: readonly Case[]
}
/** The module, and the hashes that were signed with it. */
const hashes: string[] = []
const key = starkKey({
  privateKey,
  account,
  starknet: {
    ...starknet,
    sign: (hash, scalar) => {
      hashes.push(`0x${hash}`)
      return starknet.sign(hash, scalar)
    },
  },
})

test('the public key of a private key is that of the official client', () => {
  expect(key.publicKey).toBe(publicKey)
})

// It signs with another random number than RFC 6979 gives: hashes are the same, and each side's signatures verify.
describe.each(cases.filter(({ kind }) => kind === 'login'))('Paradex: $name, $environment', (one) => {
  const { environment, timestamp, expiration, hash, signature } = one
  const origin = paradex({ environment }).spec.origins[0] as string

  test('the hash is that of the official client, whose headers verify', () => {
    const at = { clock: { now: () => timestamp * 1000 } }
    const { headers } = paradex({ key, environment }).sign({ method: 'POST', path: '/v1/auth' }, at)
    expect(hashes.pop()).toBe(hash)
    expect(headers).toMatchObject({
      'PARADEX-STARKNET-ACCOUNT': account,
      'PARADEX-TIMESTAMP': String(timestamp),
      'PARADEX-SIGNATURE-EXPIRATION': String(expiration),
    })
    const own = headers['PARADEX-STARKNET-SIGNATURE'] as string
    for (const text of [signature, own]) {
      const received = httpRequest({
        method: 'POST',
        url: `${origin}/v1/auth`,
        headers: { ...headers, 'PARADEX-STARKNET-SIGNATURE': text },
      })
      const [found] = exchangeVerifier(paradex({ environment })).parse(received)
      expect(found?.keyId).toBe(account)
      expect(key.verifyingKey.verify(found?.base ?? '', found?.signature ?? new Uint8Array())).toBe(true)
    }
  })
})

describe.each(cases.filter(({ kind }) => kind === 'order'))('Paradex: $name', ({ environment, order, ...one }) => {
  const orders = paradexOrders({ key, environment })

  test('the hash is that of the official client, whose signature verifies', () => {
    const signed = orders.sign(order)
    expect(hashes.pop()).toBe(one.hash)
    expect(orders.verify(signed, key.verifyingKey)).toBe(true)
    expect(orders.verify({ ...order, signature: one.signature }, key.verifyingKey)).toBe(true)
  })

  test('no other order has its signature', () => {
    const signed = orders.sign(order)
    for (const change of [{ size: '0.2' }, { market: 'SOL-USD-PERP' }, { signature_timestamp: 1 }, { id: '5' }])
      expect(orders.verify({ ...signed, ...change }, key.verifyingKey)).toBe(false)
    for (const signature of ['', '[]', '["1","2"]', signed.signature.replace('["', '["0'), `${signed.signature} `])
      expect(orders.verify({ ...signed, signature }, key.verifyingKey)).toBe(false)
  })
})

test.each([
  [{ price: undefined }, '"price"'],
  [{ price: '1e3' }, '"price"'],
  [{ size: '0.123456789' }, 'at most 8 decimals'],
  [{ size: 1 }, '"size"'],
  [{ side: 'buy' }, '"side"'],
  [{ signature_timestamp: '1' }, '"signature_timestamp"'],
  [{ market: 'A'.repeat(32) }, '"market"'],
])('an order with %j is refused', (change, text) => {
  const order = { market: 'A-B', side: 'BUY', type: 'LIMIT', size: '1', price: '1', signature_timestamp: 1 }
  expect(() => paradexOrders({ key }).base({ ...order, ...change } as never)).toThrow(text)
})

test('options that cannot be meant are refused', () => {
  expect(() => paradexOrders({ key, enviroment: 'testnet' } as never)).toThrow('did you mean "environment"?')
  expect(() => paradexOrders({ key, environment: 'prod' } as never)).toThrow('"environment" must be')
  expect(() => paradex({ key, environment: 'tesnet' as never })).toThrow('"testnet"')
  expect(() => starkKey({ privateKey, starknet: {} as never })).toThrow('@scure/starknet')
  expect(() => starkKey({ privateKey: '0', starknet })).toThrow('"privateKey" must be from 1')
})

import { readFileSync } from 'node:fs'
import * as starknet from '@scure/starknet'
import { describe, expect, test } from 'vitest'
import { paradex } from '../../src/exchange/catalogue/paradex.js'
import { exchangeVerifier } from '../../src/exchange/index.js'
import { paradexOnboarding } from '../../src/exchange/logins/paradex.js'
import { type ParadexOrder, paradexOrders } from '../../src/exchange/orders/paradex.js'
import { type ParadexBlock, type ParadexBlockMarket, paradexBlocks } from '../../src/exchange/orders/paradex-blocks.js'
import { starkKey } from '../../src/exchange/wallet/index.js'
import { httpRequest } from '../../src/message/message.js'
import { withCode } from '../expect-code.js'

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

test('a key whose account was not given signs nothing: its public key is no account', () => {
  const none = starkKey({ privateKey, starknet })
  expect(none.keyId).toBe(publicKey)
  for (const make of [
    () => paradex({ key: none }),
    () => paradex.login({ key: none }),
    () => paradexOrders({ key: none }),
    () => paradexBlocks({ key: none }),
    () => paradexOnboarding({ key: none, ethereumAccount: `0x${'1'.repeat(40)}` }),
  ])
    expect(make).toThrow(withCode('CONFIG_INVALID', 'state "account" of starkKey()'))
  // A key from elsewhere has a key id and no more.
  const { keyId, algorithm, sign } = key
  expect(paradex({ key: { keyId, algorithm, sign } }).key.keyId).toBe(account)
})

/** paradex-py, tests/message/test_block_trades.py: two hashes of account 0x1111, on a chain whose id is 1. */
describe('a block of trades at Paradex', () => {
  const account = '0x1111'
  const blockKey = starkKey({
    ...{ privateKey, account },
    starknet: {
      ...starknet,
      sign: (hash, scalar) => {
        hashes.push(`0x${hash}`)
        return starknet.sign(hash, scalar)
      },
    },
  })
  const blocks = paradexBlocks({ key: blockKey })
  const chain = `"0x${Buffer.from('PRIVATE_SN_PARACLEAR_MAINNET').toString('hex')}"`
  const trade = (size: string, price: string, taker: boolean): ParadexBlockMarket => {
    const order = { type: 'LIMIT', size, price }
    return {
      ...{ size, price },
      maker_order: { account, side: 'SELL', ...order },
      ...(taker && { taker_order: { account: '0x2222', side: 'BUY', ...order } }),
    }
  }
  const trades = (taker: boolean) => ({
    'ETH-USD-PERP': trade('1', '3000', taker),
    'BTC-USD-PERP': trade('0.1', '73000', taker),
  })
  const block = { nonce: '1234567890', expiration: 1_700_000_000_000, trades: trades(true) }
  const offer = {
    nonce: 'offer_nonce_1',
    expiration: 1_700_000_300_000,
    block_trade_id: 'parent_block_xyz',
    trades: trades(false),
  }

  test.each([
    ['block', block, '0x426f5dd572deed472db9aa9ac2469f4a456a3a72854b723065daf3ccc350812'],
    ['offer', offer, '0x3d43168f6def95bf9371aae3b20a2e9713e91a773b1a192f5e0729e96b7b139'],
  ] as const)('has the hash of the official client: %s', (_, one, hash) => {
    const base = blocks.base(one)
    expect(base).toContain(chain)
    blockKey.sign(base.replace(chain, '"0x1"'))
    expect(hashes.pop()).toBe(hash)
  })

  test('is verified by its own account and network alone, and any change is seen', async () => {
    const signature = blocks.sign(block)
    const { verifyingKey } = blockKey
    expect(blocks.verify(block, signature, verifyingKey)).toBe(true)
    expect(paradexBlocks({ key: blockKey, environment: 'testnet' }).verify(block, signature, verifyingKey)).toBe(false)
    const market = block.trades['BTC-USD-PERP']
    const changed: readonly ParadexBlock[] = [
      { ...block, nonce: '1234567891' },
      { ...block, expiration: 1_700_000_000_001 },
      { ...block, block_trade_id: '1' },
      { ...block, trades: { 'BTC-USD-PERP': market } },
      { ...block, trades: { ...block.trades, 'SOL-USD-PERP': market } },
      ...(['price', 'size', 'min_size', 'max_size', 'min_price', 'max_price', 'oracle_tolerance'] as const).map(
        (name) => ({ ...block, trades: { ...block.trades, 'BTC-USD-PERP': { ...market, [name]: '0.00000001' } } }),
      ),
      ...(
        [
          ['account', '0x3333'],
          ['side', 'BUY'],
          ['type', 'MARKET'],
          ['size', '2'],
          ['price', '2'],
        ] as const
      ).map(([name, value]) => ({
        ...block,
        trades: {
          ...block.trades,
          'BTC-USD-PERP': { ...market, maker_order: { ...Object(market.maker_order), [name]: value } },
        },
      })),
    ]
    for (const one of changed) expect(blocks.verify(one, signature, verifyingKey), JSON.stringify(one)).toBe(false)
    expect(blocks.verify(block, '["1","2"]', verifyingKey)).toBe(false)
    expect(blocks.verify(block, 'text', verifyingKey)).toBe(false)
  })

  test.each([
    [{ ...block, trades: {} }, '"trades" must have 1 to 32 markets'],
    [{ ...block, nonce: '' }, '"nonce" must be text'],
    [{ ...block, expiration: 'soon' }, '"expiration" must be milliseconds'],
    [{ ...block, expires: 1 }, '"block" must have no member "expires"'],
    [{ ...block, trades: { 'BTC-USD-PERP': { sise: '1' } } }, 'must have no member "sise": did you mean "size"?'],
    [{ ...block, trades: { 'BTC-USD-PERP': { price: 1 } } }, '"trades.BTC-USD-PERP.price" must be a decimal number'],
    [{ ...block, trades: { 'BTC-USD-PERP': { maker_order: { side: 'buy' } } } }, 'must be "BUY" or "SELL"'],
  ])('is refused by what does not fit, %#', (one, message) => {
    expect(() => blocks.sign(one as never)).toThrow(message)
  })
})

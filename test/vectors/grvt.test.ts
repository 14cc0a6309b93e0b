import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hex } from '../../src/crypto/encoding.js'
import { type GrvtOrder, type GrvtTransfer, grvtOrders } from '../../src/exchange/orders/grvt.js'
import { typedDataBase, walletKey } from '../../src/exchange/wallet/index.js'
import { domainSeparator, typeHash } from '../../src/exchange/wallet/typed-data.js'
import { withCode } from '../expect-code.js'

const vectors = JSON.parse(readFileSync(new URL('wallet/grvt.json', import.meta.url), 'utf8'))
const { instruments, signature } = vectors
const key = walletKey({ privateKey: vectors.privateKey })
const own = { key, instruments }
const { order, transfer, withdrawal, derisk } = grvtOrders({ ...own, environment: 'testnet' })

const leg = { instrument: 'BTC_USDT_Perp', size: '1.013', limit_price: '68900.5', is_buying_asset: false }
const plain: GrvtOrder = {
  sub_account_id: vectors.subAccount,
  time_in_force: 'GOOD_TILL_TIME',
  legs: [leg],
  signature,
  metadata: { client_order_id: '1' },
}
const account = '0x0c1f4c8ee7acd9ea19b91bbb343cbaf6efd58ce1'
const sent: GrvtTransfer = {
  from_account_id: account,
  from_sub_account_id: '0',
  to_account_id: account,
  to_sub_account_id: vectors.subAccount,
  currency: 'USDT',
  num_tokens: '1',
  signature,
  transfer_type: 'STANDARD',
  transfer_metadata: '',
}
const withdrawn = { from_account_id: account, to_eth_address: account, currency: 'USDT', num_tokens: '25', signature }
const ratio = { sub_account_id: vectors.subAccount, ratio: '2.0', signature }

interface OrderVector {
  readonly size: string
  readonly price: string
  readonly builder?: string
  readonly fee?: string
  readonly r: string
  readonly s: string
  readonly v: number
}

describe('GRVT', () => {
  test.each(vectors.orders as readonly OrderVector[])(
    'the signature is that of the SDK’s order of $size at $price, fee $fee',
    (one) => {
      const { size, price, builder, fee, r, s, v } = one
      const made = order.sign({
        ...plain,
        legs: [{ ...leg, size, limit_price: price }],
        ...(builder !== undefined && { builder }),
        ...(fee !== undefined && { builder_fee: fee }),
      })
      expect(made.signature).toEqual({ signer: key.keyId, r, s, v, ...signature })
      expect(order.signerOf(made)).toBe(key.keyId)
    },
  )

  test.each(vectors.transfers as ReadonlyArray<Record<string, never>>)(
    'the signature is that of the SDK’s transfer %#',
    (one) => {
      const { from = [], to = [], amount, r, s, v } = one as Record<string, never>
      // Its tests state a chain that is neither network's.
      const typed = transfer.typedData({
        ...sent,
        from_account_id: from[0] as never,
        from_sub_account_id: from[1] as never,
        to_account_id: to[0] as never,
        to_sub_account_id: to[1] as never,
        num_tokens: amount as never,
      })
      const base = typedDataBase({ ...typed, domain: { ...typed.domain, chainId: vectors.transferChainId } })
      expect(hex(key.sign(base))).toBe(`${String(r).slice(2)}${String(s).slice(2)}${Number(v).toString(16)}`)
    },
  )

  test('type and domain are those of the contract', () => {
    const typed = grvtOrders(own).order.typedData(plain)
    expect(hex(domainSeparator(typed))).toBe(vectors.separator)
    expect(hex(typeHash(typed.types, 'Order'))).toBe(vectors.typeHash)
  })

  test('a nonce that is left out is another one each time', () => {
    const { expiration } = signature
    const nonces = [0, 1, 2, 3].map(() => order.sign({ ...plain, signature: { expiration } }).signature.nonce)
    expect(new Set(nonces).size).toBeGreaterThan(1)
    for (const nonce of nonces) expect(nonce).toBeLessThan(2 ** 32)
  })

  test('everything that is signed has its signer, and loses it with any change', () => {
    expect(transfer.signerOf(transfer.sign(sent))).toBe(key.keyId)
    expect(withdrawal.signerOf(withdrawal.sign(withdrawn))).toBe(key.keyId)
    expect(derisk.signerOf(derisk.sign(ratio))).toBe(key.keyId)
    const made = order.sign(plain)
    const changed: ReadonlyArray<Partial<typeof made>> = [
      { sub_account_id: '1' },
      { is_market: true },
      { time_in_force: 'FILL_OR_KILL' },
      { post_only: true },
      { reduce_only: true },
      { legs: [{ ...leg, size: '2' }] },
      { legs: [{ ...leg, limit_price: '2' }] },
      { legs: [{ ...leg, is_buying_asset: true }] },
      { legs: [leg, leg] },
      { builder: account, builder_fee: '0' },
      { signature: { ...made.signature, nonce: 1 } },
      { signature: { ...made.signature, expiration: '1730800479321350001' } },
      { signature: { ...made.signature, signer: account } },
      { signature: { ...made.signature, v: 29 } },
      { signature: { ...made.signature, v: made.signature.v === 27 ? 28 : 27 } },
      { signature: { ...made.signature, r: '0x' } },
      { signature: { ...made.signature, s: `0x${'f'.repeat(64)}` } },
    ]
    for (const change of changed) expect(order.signerOf({ ...made, ...change })).toBeUndefined()
    expect(grvtOrders(own).order.signerOf(made)).toBeUndefined()
    // What is not signed proves nothing.
    expect(order.signerOf({ ...made, metadata: {} })).toBe(key.keyId)
  })

  test.each<[name: string, call: () => unknown, text: string]>([
    ['a misspelt member', () => order.sign({ ...plain, reduceonly: true } as never), 'did you mean "reduce_only"?'],
    ['one of a leg', () => order.sign({ ...plain, legs: [{ ...leg, price: '1' } as never] }), '"order.legs[0]"'],
    ['no side', () => order.sign({ ...plain, legs: [{ ...leg, is_buying_asset: 'buy' as never }] }), 'true or false'],
    ['a size as number', () => order.sign({ ...plain, legs: [{ ...leg, size: 1 as never }] }), 'decimal as text'],
    [
      'a size with an exponent',
      () => order.sign({ ...plain, legs: [{ ...leg, size: '1e3' }] }),
      '"order.legs[0].size"',
    ],
    ['a negative price', () => order.sign({ ...plain, legs: [{ ...leg, limit_price: '-1' }] }), 'limit_price'],
    ['another instrument', () => order.sign({ ...plain, legs: [{ ...leg, instrument: 'X' }] }), '"instruments"'],
    [
      'a name of every object',
      () => order.sign({ ...plain, legs: [{ ...leg, instrument: 'toString' }] }),
      'instruments',
    ],
    ['no legs', () => order.sign({ ...plain, legs: [] }), '"order.legs"'],
    ['another lifetime', () => order.sign({ ...plain, time_in_force: 'GTC' as never }), 'GOOD_TILL_TIME'],
    ['a flag as text', () => order.sign({ ...plain, post_only: 'false' as never }), '"order.post_only"'],
    ['a fee without a builder', () => order.sign({ ...plain, builder_fee: '1' }), '"builder"'],
    ['a builder without a fee', () => order.sign({ ...plain, builder: account }), 'order.builder_fee'],
    ['milliseconds', () => order.sign({ ...plain, signature: { expiration: '1730800479321' } }), 'nanoseconds'],
    ['a long nonce', () => order.sign({ ...plain, signature: { ...signature, nonce: 2 ** 32 } }), 'uint32'],
    ['what is signed', () => order.sign(order.sign(plain)), '"signer" yet'],
    ['another currency', () => transfer.sign({ ...sent, currency: 'ETH' }), '"currencies"'],
    ['no address', () => withdrawal.sign({ ...withdrawn, to_eth_address: '0x1' }), 'toEthAddress'],
    ['a ratio as number', () => derisk.sign({ ...ratio, ratio: 2 as never }), '"derisk.ratio"'],
  ])('%s is refused by name', (_, call, text) => {
    expect(call).toThrow(withCode('ARGUMENT_INVALID', text))
  })

  test('a misspelt environment is refused', () => {
    expect(() => grvtOrders({ key, environment: 'tesnet' as never })).toThrow(withCode('CONFIG_INVALID', 'environment'))
  })
})

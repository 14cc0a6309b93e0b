import { LocalWallet } from '@dydxprotocol/v4-client-js'
import * as bip32 from '@scure/bip32'
import * as bip39 from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english'
import * as scure from '@scure/starknet'
import fc from 'fast-check'
import Long from 'long'
import { ec, hash, typedData } from 'starknet'
import { describe, expect, test } from 'vitest'
import { base64, base64Decode, utf8 } from '../../src/crypto/encoding.js'
import { dydx } from '../../src/exchange/catalogue/dydx.js'
import { PARADEX_CHAINS, quantumsOf } from '../../src/exchange/families/paradex-messages.js'
import { exchangeVerifier } from '../../src/exchange/index.js'
import { type ParadexOrder, paradexOrders } from '../../src/exchange/orders/paradex.js'
import { cosmosKey, cosmosMnemonicKey, starkKey } from '../../src/exchange/wallet/index.js'
import { httpRequest } from '../../src/message/message.js'

/*
 * dYdX's transactions against its official client, Starknet's typed data and signatures against starknet.js. The same inputs in
 * every run.
 */
const RUNS = { numRuns: 200, seed: 118 }
const privateKey = '0123456789012345678901234567890123456789012345678901234567890123'
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff })
const uint64 = fc.bigInt(0n, 2n ** 64n - 1n).map(String)

describe('dYdX', () => {
  const key = cosmosKey({ privateKey })
  const long = (text: unknown): Long => Long.fromString(String(text), true)
  const subaccount = fc.record({ owner: fc.constant(key.address), number: fc.nat(128_000) })
  const orderId = fc.record({
    subaccount_id: subaccount,
    client_id: uint32,
    order_flags: fc.constantFrom(0, 32, 64, 128),
    clob_pair_id: fc.nat(500),
  })
  type Id = typeof orderId extends fc.Arbitrary<infer T> ? T : never
  const idOf = ({ subaccount_id, client_id, order_flags, clob_pair_id }: Id) => ({
    subaccountId: subaccount_id,
    clientId: client_id,
    orderFlags: order_flags,
    clobPairId: clob_pair_id,
  })
  const order = fc.record({
    order_id: orderId,
    side: fc.constantFrom('SIDE_BUY', 'SIDE_SELL'),
    quantums: uint64,
    subticks: uint64,
    good_til: fc.oneof(fc.record({ good_til_block: uint32 }), fc.record({ good_til_block_time: uint32 })),
    time_in_force: fc.constantFrom('TIME_IN_FORCE_UNSPECIFIED', 'TIME_IN_FORCE_IOC', 'TIME_IN_FORCE_POST_ONLY'),
    reduce_only: fc.boolean(),
    client_metadata: uint32,
    condition_type: fc.constantFrom(
      'CONDITION_TYPE_UNSPECIFIED',
      'CONDITION_TYPE_STOP_LOSS',
      'CONDITION_TYPE_TAKE_PROFIT',
    ),
    conditional_order_trigger_subticks: uint64,
  })
  const SIDES = ['SIDE_UNSPECIFIED', 'SIDE_BUY', 'SIDE_SELL']
  const TIMES = ['TIME_IN_FORCE_UNSPECIFIED', 'TIME_IN_FORCE_IOC', 'TIME_IN_FORCE_POST_ONLY']
  const CONDITIONS = ['CONDITION_TYPE_UNSPECIFIED', 'CONDITION_TYPE_STOP_LOSS', 'CONDITION_TYPE_TAKE_PROFIT']

  /** A message as we take it, and as the official client does. */
  const message = fc.oneof(
    order.map(({ good_til, ...one }) => ({
      own: { '@type': '/dydxprotocol.clob.MsgPlaceOrder', order: { ...one, ...good_til } },
      theirs: {
        order: {
          orderId: idOf(one.order_id),
          side: SIDES.indexOf(one.side),
          quantums: long(one.quantums),
          subticks: long(one.subticks),
          ...('good_til_block' in good_til
            ? { goodTilBlock: good_til.good_til_block }
            : { goodTilBlockTime: good_til.good_til_block_time }),
          timeInForce: TIMES.indexOf(one.time_in_force),
          reduceOnly: one.reduce_only,
          clientMetadata: one.client_metadata,
          conditionType: CONDITIONS.indexOf(one.condition_type),
          conditionalOrderTriggerSubticks: long(one.conditional_order_trigger_subticks),
          orderRouterAddress: '',
        },
      },
    })),
    fc.tuple(orderId, uint32).map(([id, block]) => ({
      own: { '@type': '/dydxprotocol.clob.MsgCancelOrder', order_id: id, good_til_block: block },
      theirs: { orderId: idOf(id), goodTilBlock: block },
    })),
    fc
      .tuple(subaccount, fc.array(fc.tuple(uint32, fc.array(uint32, { minLength: 1 }))), uint32)
      .map(([id, batches, block]) => ({
        own: {
          '@type': '/dydxprotocol.clob.MsgBatchCancel',
          subaccount_id: id,
          short_term_cancels: batches.map(([clob_pair_id, client_ids]) => ({ clob_pair_id, client_ids })),
          good_til_block: block,
        },
        theirs: {
          subaccountId: id,
          shortTermCancels: batches.map(([clobPairId, clientIds]) => ({ clobPairId, clientIds })),
          goodTilBlock: block,
        },
      })),
    fc.tuple(subaccount, fc.array(fc.tuple(uint32, uint32), { minLength: 1 })).map(([id, entries]) => ({
      own: {
        '@type': '/dydxprotocol.clob.MsgUpdateLeverage',
        subaccount_id: id,
        clob_pair_leverage: entries.map(([clob_pair_id, custom_imf_ppm]) => ({ clob_pair_id, custom_imf_ppm })),
      },
      theirs: {
        subaccountId: id,
        clobPairLeverage: entries.map(([clobPairId, customImfPpm]) => ({ clobPairId, customImfPpm })),
      },
    })),
    fc.tuple(subaccount, subaccount, uint64).map(([sender, recipient, amount]) => ({
      own: { '@type': '/dydxprotocol.sending.MsgCreateTransfer', transfer: { sender, recipient, asset_id: 0, amount } },
      theirs: { transfer: { sender, recipient, assetId: 0, amount: long(amount) } },
    })),
  )

  test('transactions are those of the official client, to the byte, and its own verify', async () => {
    const wallet = await LocalWallet.fromPrivateKey(privateKey, 'dydx')
    expect(wallet.address).toBe(key.address)
    const inputs = fc.record({
      messages: fc.array(message, { minLength: 1, maxLength: 3 }),
      // The official client writes larger ones in another way than protobuf has them.
      accountNumber: fc.nat(),
      // The account's own, or a time in milliseconds: of 10 or 16 digits it would be in another unit.
      sequence: fc.oneof(fc.nat(999_999_999), fc.integer({ min: 10 ** 12, max: 10 ** 13 - 1 })),
      authenticators: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      memo: fc.string({ unit: 'grapheme', maxLength: 40 }),
      live: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(inputs, async ({ messages, accountNumber, sequence, authenticators, memo, live }) => {
        const made = await wallet.signTransaction(
          messages.map(({ own, theirs }) => ({ typeUrl: own['@type'], value: theirs })),
          { accountNumber, sequence, chainId: live ? 'dydx-mainnet-1' : 'dydx-testnet-4', authenticators } as never,
          { amount: [], gas: '1000000' },
          memo,
        )
        const place = { accountNumber, environment: live ? 'live' : 'testnet' } as const
        const signer = dydx({ key, ...place, authenticators, nonces: { next: () => String(sequence) } })
        const json = { messages: messages.map(({ own }) => own), memo }
        const body = signer.sign({ method: 'POST', path: '/', json }).body as string
        expect(base64Decode(JSON.parse(body).params.tx)).toEqual(new Uint8Array(made))
        const call = { jsonrpc: '2.0', id: 1, method: 'broadcast_tx_sync', params: { tx: base64(made) } }
        const [found] = exchangeVerifier(dydx(place)).parse(
          httpRequest({ method: 'POST', url: 'https://node.example/', body: utf8(JSON.stringify(call)) }),
        )
        expect(key.verifyingKey.verify(found?.base ?? '', found?.signature ?? new Uint8Array())).toBe(true)
      }),
      RUNS,
    )
  })
})

test('keys of mnemonics are those of the official client of dYdX', async () => {
  for (const length of [16, 20, 24, 28, 32]) {
    const mnemonic = bip39.entropyToMnemonic(new Uint8Array(length).fill(length), wordlist)
    const theirs = await LocalWallet.fromMnemonic(mnemonic, 'dydx')
    expect(cosmosMnemonicKey({ mnemonic, bip39, bip32, wordlist }).address).toBe(theirs.address)
  }
})

describe('Paradex', () => {
  const hashes: bigint[] = []
  const account = '0x129c135ed63df9353885e292be4426b8ed6122b13c6c0e1bb787288a1f5adfa'
  const key = starkKey({
    privateKey,
    account,
    starknet: {
      ...scure,
      sign: (digits, scalar) => {
        hashes.push(BigInt(`0x${digits}`))
        return scure.sign(digits, scalar)
      },
    },
  })
  const order: fc.Arbitrary<ParadexOrder> = fc.record({
    market: fc.stringMatching(/^[A-Z]{2,8}-USD-PERP$/),
    side: fc.constantFrom('BUY' as const, 'SELL' as const),
    type: fc.constantFrom('LIMIT', 'STOP_LIMIT', 'TAKE_PROFIT_LIMIT'),
    size: fc.integer({ min: 1, max: 1e9 }).map((one) => String(one / 1000)),
    price: fc.integer({ min: 1, max: 1e9 }).map((one) => String(one / 100)),
    signature_timestamp: fc.integer({ min: 10 ** 12, max: 10 ** 13 - 1 }),
  })
  const felts = (names: readonly string[]) => names.map((name) => ({ name, type: 'felt' }))
  const typed = (one: ParadexOrder, chain: string) => ({
    types: {
      StarkNetDomain: felts(['name', 'chainId', 'version']),
      Order: felts(['timestamp', 'market', 'side', 'orderType', 'size', 'price']),
    },
    primaryType: 'Order',
    domain: { name: 'Paradex', chainId: `0x${Buffer.from(chain).toString('hex')}`, version: '1' },
    message: {
      timestamp: String(one.signature_timestamp),
      market: one.market,
      side: one.side === 'BUY' ? '1' : '2',
      orderType: one.type,
      size: String(quantumsOf(one.size, 'size')),
      price: String(quantumsOf(one.price, 'price')),
    },
  })

  test('orders are hashed and signed as starknet.js does, and its signatures verify', () => {
    expect(BigInt(key.publicKey)).toBe(BigInt(ec.starkCurve.getStarkKey(`0x${privateKey}`)))
    expect(hash.computePedersenHash('0x1', '0x2')).toBe(scure.pedersen(1n, 2n))
    fc.assert(
      fc.property(order, fc.constantFrom('live' as const, 'testnet' as const), (one, environment) => {
        const orders = paradexOrders({ key, environment })
        const digest = typedData.getMessageHash(typed(one, PARADEX_CHAINS[environment]) as never, account)
        const signed = orders.sign(one)
        expect(hashes.pop()).toBe(BigInt(digest))
        const { r, s } = ec.starkCurve.sign(digest, privateKey)
        expect(signed.signature).toBe(`["${r}","${s}"]`)
        expect(orders.verify(signed, key.verifyingKey)).toBe(true)
      }),
      { numRuns: 25, seed: RUNS.seed },
    )
  })
})

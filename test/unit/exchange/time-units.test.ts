import * as starknet from '@scure/starknet'
import { describe, expect, it } from 'vitest'
import { aster } from '../../../src/exchange/catalogue/aster.js'
import { dydx } from '../../../src/exchange/catalogue/dydx.js'
import { hyperliquid } from '../../../src/exchange/catalogue/hyperliquid.js'
import { nado } from '../../../src/exchange/catalogue/nado.js'
import { edgexOrders } from '../../../src/exchange/orders/edgex.js'
import { extendedOrders } from '../../../src/exchange/orders/extended.js'
import { extendedPayments } from '../../../src/exchange/orders/extended-payments.js'
import { grvtOrders } from '../../../src/exchange/orders/grvt.js'
import { hyperliquidMultiSig, signHyperliquidAction } from '../../../src/exchange/orders/hyperliquid.js'
import { nadoOrders } from '../../../src/exchange/orders/nado.js'
import { paradexOrders } from '../../../src/exchange/orders/paradex.js'
import { paradexBlocks } from '../../../src/exchange/orders/paradex-blocks.js'
import { type PolymarketOrder, polymarketOrders } from '../../../src/exchange/orders/polymarket.js'
import { cosmosKey, starkKey, walletKey } from '../../../src/exchange/wallet/index.js'
import { withCode } from '../../expect-code.js'

// A moment in another unit is signed as readily as any number, and the exchange answers that it is long past, or far ahead: each place
// where a caller states one refuses what is plainly in another unit, before anything is signed.

const MOMENTS = {
  seconds: 1_700_000_000n,
  milliseconds: 1_700_000_000_000n,
  microseconds: 1_700_000_000_000_000n,
  nanoseconds: 1_700_000_000_000_000_000n,
} as const
type Unit = keyof typeof MOMENTS

const privateKey = '01'.repeat(32)
const key = walletKey({ privateKey })
const { address } = key
const stark = starkKey({ privateKey: '05'.repeat(31), account: '0x1234', starknet })
const cosmos = cosmosKey({ privateKey })
const NOW = Number(MOMENTS.milliseconds)
const action = { type: 'scheduleCancel' }
const nonces = (moment: bigint) => ({ nonces: { next: () => String(moment) } })
const zeros = `0x${'0'.repeat(64)}`

const order = {
  order_id: { subaccount_id: { owner: cosmos.address, number: 0 }, client_id: 1, order_flags: 0, clob_pair_id: 0 },
  side: 'SIDE_BUY',
  quantums: '10000000',
  subticks: '40000000000',
  good_til_block: 20,
}
const dydxCall = {
  method: 'POST',
  path: '/',
  json: { messages: [{ '@type': '/dydxprotocol.clob.MsgPlaceOrder', order }] },
} as const
const multiSig = hyperliquidMultiSig({ multiSigUser: address, outerSigner: address })
const nadoOrder = { priceX18: '1', amount: '1', expiration: '1800000000', appendix: '1' }
const nadoNonce = String((MOMENTS.milliseconds + 90_000n) << 20n)
const nadoSigner = nadoOrders({ key, chainId: 57_073, endpoint: address })
const polymarketOrder: Omit<PolymarketOrder, 'timestamp'> = {
  ...{ salt: 1, maker: address, signer: address, tokenId: '1234', makerAmount: '100', takerAmount: '50' },
  side: 0,
  signatureType: 0,
  ...{ metadata: zeros, builder: zeros },
}
const market = { syntheticId: '0x1', syntheticResolution: 1, collateralId: '0x1', collateralResolution: 1 }

/** What is given where, in its unit, and which others differ from it there. */
const PLACES: ReadonlyArray<
  readonly [place: string, unit: Unit, sign: (moment: bigint) => unknown, told?: readonly Unit[]]
> = [
  ['signHyperliquidAction, nonce', 'milliseconds', (at) => signHyperliquidAction({ action, key, nonce: Number(at) })],
  [
    'signHyperliquidAction, expiresAfter',
    'milliseconds',
    (at) => signHyperliquidAction({ action, key, nonce: NOW, expiresAfter: Number(at) }),
  ],
  [
    'hyperliquid, nonces',
    'milliseconds',
    (at) => hyperliquid({ key }).sign({ method: 'POST', path: '/exchange', json: { action } }, nonces(at)),
  ],
  [
    'hyperliquid, expiresAfter',
    'milliseconds',
    (at) =>
      hyperliquid({ key }).sign(
        { method: 'POST', path: '/exchange', json: { action, expiresAfter: Number(at) } },
        nonces(MOMENTS.milliseconds),
      ),
  ],
  [
    'hyperliquid on the socket, nonces',
    'milliseconds',
    (at) => hyperliquid({ key }).signMessage('action', { id: 1, action }, nonces(at)),
  ],
  [
    'hyperliquid on the socket, expiresAfter',
    'milliseconds',
    (at) =>
      hyperliquid({ key }).signMessage(
        'action',
        { id: 1, action, expiresAfter: Number(at) },
        nonces(MOMENTS.milliseconds),
      ),
  ],
  ['hyperliquidMultiSig, nonce', 'milliseconds', (at) => multiSig.sign(key, { action, nonce: Number(at) })],
  [
    'hyperliquidMultiSig, expiresAfter',
    'milliseconds',
    (at) => multiSig.sign(key, { action, nonce: NOW, expiresAfter: Number(at) }),
  ],
  [
    'aster, nonces',
    'microseconds',
    (at) =>
      aster({ key, user: address }).sign(
        { method: 'POST', path: '/fapi/v3/order', params: { symbol: 'X' } },
        nonces(at),
      ),
  ],
  ['dydx, nonces', 'milliseconds', (at) => dydx({ key: cosmos, accountNumber: 1 }).sign(dydxCall, nonces(at))],
  [
    'nado, expiration of an order',
    'seconds',
    (at) =>
      nado({ key }).sign({
        method: 'POST',
        path: '/v1/execute',
        json: { place_order: { product_id: 2, order: { ...nadoOrder, expiration: String(at) } } },
      }),
    // From 2^62 its bits are more than a time.
    ['milliseconds', 'microseconds'],
  ],
  [
    'nadoOrders, expiration',
    'seconds',
    (at) =>
      nadoSigner.place_order.sign({
        product_id: 2,
        order: { ...nadoOrder, sender: zeros, nonce: nadoNonce, expiration: String(at) },
      }),
    ['milliseconds', 'microseconds'],
  ],
  [
    'polymarketOrders, timestamp',
    'milliseconds',
    (at) => polymarketOrders({ key, exchange: 'v3' }).sign({ ...polymarketOrder, timestamp: at }),
  ],
  [
    'edgexOrders, expirationTimestamp',
    'seconds',
    (at) =>
      edgexOrders({ key, chainId: 1, contract: address }).sign('LimitOrderParams', {
        base: { nonce: '1', signer: address, accountId: '1', expirationTimestamp: String(at) },
        ...{ amountSynthetic: '1', amountCollateral: '1', amountFee: '1', assetIdSynthetic: '1' },
        ...{ assetIdCollateral: '1', isBuyingSynthetic: true, parentOrderHash: zeros, subOrderIndex: '0' },
      }),
  ],
  [
    'edgexOrders, deadline',
    'seconds',
    (at) =>
      edgexOrders({ key, chainId: 1, contract: address }).sign('TransferParams', {
        ...{ from: '1', to: '2', assetId: '1', amount: '1', nonce: '1', signer: address, deadline: at },
      }),
  ],
  [
    'extendedOrders, expiryEpochMillis',
    'milliseconds',
    (at) =>
      extendedOrders({ key: stark, position: 1, markets: { X: market } as never }).sign({
        ...{ market: 'X', side: 'BUY', qty: '1', price: '1', fee: '0', nonce: 1, expiryEpochMillis: Number(at) },
      } as never),
    ['seconds', 'microseconds'],
  ],
  [
    'extendedPayments, expirationTimestamp',
    'seconds',
    (at) =>
      extendedPayments({ key: stark, position: 1 }).transfer.sign({
        ...{ receiverPositionId: 2, receiverPublicKey: '0x1', assetId: '0x1', amount: 1, nonce: 1 },
        expirationTimestamp: Number(at),
      }),
  ],
  [
    'grvtOrders, expiration',
    'nanoseconds',
    (at) =>
      grvtOrders({ key }).transfer.sign({
        ...{ from_account_id: address, from_sub_account_id: '0', to_account_id: address, to_sub_account_id: '0' },
        ...{ currency: 'USDT', num_tokens: '1', signature: { expiration: String(at), nonce: 1 } },
      }),
  ],
  [
    'paradexOrders, signature_timestamp',
    'milliseconds',
    (at) =>
      paradexOrders({ key: stark }).sign({
        ...{ market: 'ETH-USD-PERP', side: 'BUY', type: 'LIMIT', size: '1', price: '500' },
        signature_timestamp: Number(at),
      }),
    ['seconds', 'microseconds'],
  ],
  [
    'paradexBlocks, expiration',
    'milliseconds',
    (at) => paradexBlocks({ key: stark }).sign({ nonce: '1', expiration: Number(at), trades: {} } as never),
    ['seconds', 'microseconds'],
  ],
]

const ROWS = PLACES.map(([place, unit, sign, told]) => ({ place, unit, sign, told }))

describe.each(ROWS)('$place', ({ place, unit, sign, told }) => {
  const others = (Object.keys(MOMENTS) as Unit[]).filter((one) => one !== unit && (told ?? [one]).includes(one))

  it.each(others)(`refuses what is in %s, and says that it must be in ${unit}`, (other) => {
    const attempt = () => sign(MOMENTS[other])
    expect(attempt).toThrow(withCode('ARGUMENT_INVALID', ''))
    // A range of seconds says it by its numbers, and nanoseconds are no safe integer in JSON.
    if (!place.startsWith('extendedPayments') && other !== 'nanoseconds')
      expect(attempt).toThrow(`${unit} since the epoch`)
  })

  it(`takes what is in ${unit}`, () => {
    // A block needs trades as well, which are looked at later.
    if (place.startsWith('paradexBlocks')) expect(() => sign(MOMENTS[unit])).toThrow('"trades"')
    else expect(() => sign(MOMENTS[unit])).not.toThrow()
  })
})

it.each(['order', 'tx'])(
  'a nonce of Nado that is the time alone, without 20 bits behind it, is refused (%s)',
  (part) => {
    const call = (nonce: string) =>
      part === 'order'
        ? { place_order: { product_id: 2, order: { ...nadoOrder, nonce } } }
        : { cancel_product_orders: { tx: { productIds: [2], nonce } } }
    const request = (nonce: string) => ({ method: 'POST', path: '/v1/execute', json: call(nonce) })
    for (const unit of ['seconds', 'milliseconds', 'microseconds'] as const)
      expect(() => nado({ key }).sign(request(String(MOMENTS[unit])))).toThrow(
        withCode('ARGUMENT_INVALID', '"nonce" must be milliseconds since the epoch, shifted by 20 bits'),
      )
    expect(() => nado({ key }).sign(request(nadoNonce))).not.toThrow()
  },
)

it('what is signed as a number that tells no unit stays signable, such as the nonce of the official vectors', () => {
  expect(() => signHyperliquidAction({ action, key, nonce: 0 })).not.toThrow()
  expect(() => dydx({ key: cosmos, accountNumber: 1 }).sign(dydxCall, nonces(7n))).not.toThrow()
})

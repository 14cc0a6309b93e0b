import * as starknet from '@scure/starknet'
import { describe, expect, it } from 'vitest'
import { pacifica } from '../../../src/exchange/catalogue/pacifica.js'
import { edgexOrders } from '../../../src/exchange/orders/edgex.js'
import { extendedOrders } from '../../../src/exchange/orders/extended.js'
import { grvtOrders } from '../../../src/exchange/orders/grvt.js'
import { hyperliquidMultiSig, signHyperliquidAction } from '../../../src/exchange/orders/hyperliquid.js'
import { nadoOrders } from '../../../src/exchange/orders/nado.js'
import { paradexOrders } from '../../../src/exchange/orders/paradex.js'
import { polymarketOrders } from '../../../src/exchange/orders/polymarket.js'
import { solanaKey, starkKey, walletKey } from '../../../src/exchange/wallet/index.js'

const privateKey = '01'.repeat(32)
const key = walletKey({ privateKey })
const stark = starkKey({ privateKey, account: '0x1234', starknet })
const { address } = key

/** What each needs to be made at all, and whether a network has a name there. */
const MAKERS: ReadonlyArray<readonly [(options: never) => unknown, needed: object, named: boolean]> = [
  [edgexOrders, { key, chainId: 1, contract: address }, false],
  [nadoOrders, { key, chainId: 1, endpoint: address }, false],
  [polymarketOrders, { key, exchange: 'v3' }, false],
  [grvtOrders, { key }, true],
  [paradexOrders, { key: stark }, true],
  [extendedOrders, { key: stark, position: 1, markets: {} }, true],
  [signHyperliquidAction, { action: { type: 'noop' }, key, nonce: 1 }, true],
  [hyperliquidMultiSig, { multiSigUser: address, outerSigner: address }, true],
]

describe.each(MAKERS.map(([make, ...rest]) => [make.name, make, ...rest] as const))(
  '%s',
  (name, make, needed, named) => {
    const made = (options: unknown) => () => make(options as never)

    it.each(Object.keys(needed))('is refused without %s, by name', (option) => {
      expect(made(needed)).not.toThrow()
      expect(made({ ...needed, [option]: undefined })).toThrow(
        new RegExp(`^${name}: "${option}" must be .+, got nothing$`),
      )
    })

    it('is refused without options', () => {
      for (const none of [undefined, null, 'live']) expect(made(none)).toThrow(`${name} needs options: { `)
    })

    it('a network by another name is distinguished from a mistake', () => {
      const hint = named ? 'environment: "testnet"' : '"chainId"'
      expect(made({ ...needed, testnet: true })).toThrow(`${name}: unknown option "testnet"; did you mean ${hint}?`)
      if (!named) return
      expect(made({ ...needed, environment: 'live' })).not.toThrow()
      expect(made({ ...needed, environment: 'testnett' })).toThrow(
        `${name}: "environment" must be "live" or "testnet", got "testnett"`,
      )
    })
  },
)

it.each(MAKERS.filter(([, needed]) => 'key' in needed).map(([make, needed]) => [make.name, make, needed] as const))(
  '%s takes no key of another kind, whose signature the exchange would refuse',
  (_, make, needed) => {
    const other = solanaKey({ privateKey: new Uint8Array(32) })
    expect(() => make({ ...needed, key: other } as never)).toThrow(
      /"key" must be the key of an account, from \w+\(\), got a key of "ed25519"$/,
    )
  },
)

describe('hyperliquidMultiSig', () => {
  const { sign } = hyperliquidMultiSig({ multiSigUser: address, outerSigner: address })
  const call = { action: { type: 'scheduleCancel' }, nonce: 1 }

  it.each([
    [key, undefined, '"call" must be an object'],
    [key, { action: call.action }, '"nonce" must be milliseconds since the epoch'],
    [key, { nonce: 1 }, '"call.action" must be an object'],
    // As 64 bits it would be the end of time, and the exchange was told another one.
    [key, { ...call, expiresAfter: -1 }, '"expiresAfter" must be milliseconds since the epoch, got -1'],
    [key, { ...call, expiresAfter: Number.NaN }, '"expiresAfter" must be milliseconds since the epoch'],
    [key, { ...call, expiresAfter: '5' }, '"expiresAfter" must be milliseconds since the epoch'],
    [key, { ...call, vault: address }, 'did you mean "vaultAddress"?'],
    [call, key, '"key" must be the key of an account, from walletKey()'],
    [stark, call, '"key" must be the key of an account, from walletKey()'],
  ])('a call that lacks something is refused by name (%#)', (by, what, message) => {
    expect(() => sign(by as never, what as never)).toThrow(message)
  })
})

it('what is not an order is refused as that', () => {
  const orders: ReadonlyArray<{ readonly sign: (order: never) => unknown }> = [
    paradexOrders({ key: stark }),
    extendedOrders({ key: stark, position: 1, markets: {} }),
    { sign: (_: never) => edgexOrders({ key, chainId: 1, contract: address }).sign('Order' as never, {}) },
  ]
  const messages = ['"order" must be an object', '"order" must be an object', '"struct" must be LimitOrderParams, ']
  for (const [at, { sign }] of orders.entries()) expect(() => sign(undefined as never)).toThrow(messages[at])
})

it('Pacifica asks for the key of a Solana account', () => {
  expect(() => pacifica({ key } as never)).toThrow('from solanaKey()')
  expect(() => pacifica({ privateKey } as never)).toThrow('did you mean "key": solanaKey({ privateKey })?')
})

it('the module of a Stark key is asked for before it is used', () => {
  expect(() => starkKey({ privateKey } as never)).toThrow('"starknet" must be the module @scure/starknet')
})

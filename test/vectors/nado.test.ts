import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type NadoCall, nadoOrders } from '../../src/exchange/orders/nado.js'
import { walletKey } from '../../src/exchange/wallet/index.js'
import { withCode } from '../expect-code.js'

const vectors = JSON.parse(readFileSync(new URL('wallet/nado.json', import.meta.url), 'utf8'))
const key = walletKey({ privateKey: vectors.privateKey })
const { chainId, endpoint, productId } = vectors
const signers = nadoOrders({ key, chainId, endpoint })

interface Call {
  readonly call: NadoCall | 'place_order'
  readonly message: Readonly<Record<string, never>>
  readonly signature: string
}
const calls = vectors.calls as readonly Call[]
const { message: order } = calls[0] as Call
const place = { product_id: productId, order: order as never }

describe('Nado', () => {
  test.each(calls)('$call as the official SDK describes it (signed by another implementation)', (one) => {
    const { call, message, signature } = one
    if (call === 'place_order') {
      const signed = signers.place_order.sign(place)
      expect(signed).toEqual({ ...place, signature })
      expect(signers.place_order.signerOf(signed)).toBe(key.keyId)
    } else {
      const signed = signers[call].sign({ tx: message })
      expect(signed).toEqual({ tx: message, signature })
      expect(signers[call].signerOf(signed)).toBe(key.keyId)
    }
  })

  test('product, network and every member are signed', () => {
    const { place_order } = signers
    const signed = place_order.sign(place)
    const changed = [
      { ...signed, product_id: 2 },
      { ...signed, order: { ...signed.order, appendix: '2' } },
      { ...signed, order: { ...signed.order, amount: '10000000000000000' } },
      { ...signed, signature: `${signed.signature.slice(0, -2)}1d` },
      { ...signed, signature: '0x' },
    ]
    for (const one of changed) expect(place_order.signerOf(one)).not.toBe(key.keyId)
    expect(nadoOrders({ key, chainId: 1, endpoint }).place_order.signerOf(signed)).not.toBe(key.keyId)
  })

  test.each<[name: string, call: () => unknown, text: string]>([
    ['a member that is not signed', () => signers.place_order.sign({ ...place, id: 1 } as never), 'did you mean'],
    ['one of the order', () => signers.place_order.sign({ ...place, order: { ...order, x: 1 } as never }), '"x"'],
    ['a missing one', () => signers.mint_nlp.sign({ tx: { sender: order['sender'] } }), 'quoteAmount'],
    ['a short sender', () => signers.link_signer.sign({ tx: { sender: '0x1', signer: '0x1', nonce: 1 } }), 'sender'],
    ['a negative withdrawal', () => withdraw(-1), 'uint128'],
    ['no product', () => signers.place_order.sign({ ...place, product_id: -1 }), '"product_id"'],
    ['no order', () => signers.place_order.sign({ product_id: 1 } as never), '"order"'],
    ['no tx', () => signers.mint_nlp.sign({} as never), '"tx"'],
    ['what is signed', () => signers.place_order.sign(signers.place_order.sign(place)), '"signature"'],
    ['no address', () => nadoOrders({ key, chainId, endpoint: '0x1' }), '"endpoint"'],
  ])('%s is refused by name', (_, call, text) => {
    expect(call).toThrow(withCode('ARGUMENT_INVALID', text))
  })

  const withdraw = (amount: number) =>
    signers.withdraw_collateral.sign({ tx: { sender: order['sender'], productId: 1, amount, nonce: 1 } })
})

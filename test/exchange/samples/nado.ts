import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { nado } from '../../../src/exchange/catalogue/nado.js'
import { walletKey } from '../../../src/exchange/wallet/index.js'
import type { ExchangeSample } from '../sample.js'

const key = walletKey({ privateKey: '07'.repeat(32) })
const json = (params: object): string =>
  JSON.stringify(params, (_, value) => (typeof value === 'bigint' ? `#${value}#` : value))

/** A struct has no place for other members: what a suite asks for stands in the numbers of products. */
const call = (params: object): object => {
  const digest = createHash('sha256').update(json(params)).digest()
  return { cancel_product_orders: { tx: { productIds: [0, 4, 8, 12].map((at) => digest.readUInt32BE(at)) } } }
}

/** An id is not signed: a verifier would not take the parameters of such a request for proven. */
const asked = ({ id, ...params }: { readonly id?: unknown }): object => {
  const { cancel_product_orders } = call(params) as { readonly cancel_product_orders: object }
  return { cancel_product_orders: { ...cancel_product_orders, id } }
}

export const samples: readonly ExchangeSample[] = [
  {
    name: 'nado',
    exchange: nado(),
    signer: nado({ key }),
    verifyingKey: key.verifyingKey,
    arbitraryNonce: (nowMs) =>
      fc
        .integer({ min: 0, max: 2 ** 20 - 1 })
        .map((bits) => String((BigInt(Math.floor(nowMs) + 90_000) << 20n) + BigInt(bits))),
    bodies: { POST: 'json' },
    paths: ['/v1/execute'],
    queryOn: [],
    asked,
    forged: 'KEY_UNKNOWN',
    wrap: (_, params) => call(params),
  },
]

import type { Mistake } from '../../../../schemes/scheme/mistakes.js'
import { isObject } from '../../../spec/json-text.js'
import { NADO_ORDER } from '../../../wallet/nado-structs.js'
import type { TypedData } from '../../../wallet/typed-data.js'
import { ofContent, signaturesIn, type WalletReading, type WalletState } from '../reading.js'
import { TYPED_MISTAKES } from '../typed-mistakes.js'

/** An order, its product and the network. */
interface Content {
  readonly order: Readonly<Record<string, unknown>>
  readonly product: number
  readonly chainId: number
}

/** Ink and its test network, by their EIP-155 numbers. */
const CHAINS = [57_073, 763_373] as const
const PRODUCTS = 64

const typed = ({ order, product, chainId }: Content): TypedData => {
  const [primaryType, fields] = NADO_ORDER
  const verifyingContract = `0x${product.toString(16).padStart(40, '0')}`
  return {
    types: { [primaryType]: fields },
    primaryType,
    domain: { name: 'Nado', version: '0.0.1', chainId, verifyingContract },
    message: Object.fromEntries(fields.map(({ name }) => [name, order[name]])),
  }
}

const change = (one: Content, members: Content['order']): Content => ({ ...one, order: { ...one.order, ...members } })
const whole = (value: unknown): bigint | undefined => {
  try {
    return BigInt(value as string)
  } catch {
    return undefined
  }
}
const UNIT = 10n ** 18n

const MISTAKES: ReadonlyArray<Mistake<WalletState<Content>>> = [
  ofContent(
    'nado-product',
    'product',
    1,
    'The order was signed for another product: its number stands in the place of the verifying contract.',
    'Put the product id of the request, padded to 20 bytes, into verifyingContract; the endpoint is for everything but orders.',
    function* (one) {
      for (let product = 0; product < PRODUCTS; product++) yield [{ ...one, product }, `product ${product}`]
    },
  ),
  ofContent(
    'nado-network',
    'network',
    1,
    'The order was signed for the other network.',
    'Take chain_id from the "contracts" query of the gateway that the order is sent to.',
    function* (one) {
      for (const chainId of CHAINS) yield [{ ...one, chainId }, `chainId ${chainId}`]
    },
  ),
  ofContent(
    'nado-units',
    'amounts',
    1,
    'Price or amount was signed without its 18 decimals, or with them twice.',
    'Multiply price and amount by 10^18, sign the integers and send them as text.',
    function* (one) {
      const [price, amount] = [whole(one.order['priceX18']), whole(one.order['amount'])]
      if (price === undefined || amount === undefined) return
      yield [change(one, { priceX18: price / UNIT }), 'the price without decimals']
      yield [change(one, { amount: amount / UNIT }), 'the amount without decimals']
      yield [change(one, { priceX18: price / UNIT, amount: amount / UNIT }), 'both without decimals']
      yield [change(one, { amount: -amount }), 'the amount with the other sign']
    },
  ),
  ofContent(
    'nado-nonce',
    'nonce',
    1,
    'Another nonce was signed than was sent: without the shift by 20 bits, or made twice.',
    'The nonce is the time until which the order may arrive, in milliseconds, times 2^20, plus a number; make it once.',
    function* (one) {
      const nonce = whole(one.order['nonce'])
      if (nonce === undefined) return
      yield [change(one, { nonce: nonce >> 20n }), 'not shifted']
      yield [change(one, { nonce: (nonce >> 20n) << 20n }), 'without the number at its end']
    },
  ),
  ofContent(
    'nado-expiration',
    'expiration',
    2,
    'The end was signed in another unit than it was sent in.',
    'The expiration is in seconds.',
    function* (one) {
      const expiration = whole(one.order['expiration'])
      if (expiration === undefined) return
      yield [change(one, { expiration: expiration * 1000n }), 'in milliseconds']
      yield [change(one, { expiration: expiration / 1000n }), 'divided by a thousand']
    },
  ),
  ofContent(
    'nado-sender',
    'sender',
    1,
    'Another sub-account was signed than was sent.',
    'The sender is the address and 12 bytes of the name: "default" in ASCII, zeros behind it.',
    function* (one) {
      const address = String(one.order['sender']).slice(0, 42)
      for (const [name, bytes] of [
        ['default', '64656661756c740000000000'],
        ['no name', '0'.repeat(24)],
      ])
        yield [change(one, { sender: `${address}${bytes}` }), `${name}`]
    },
  ),
  ...(TYPED_MISTAKES as unknown as ReadonlyArray<Mistake<WalletState<Content>>>),
]

/** A request that places an order at Nado. */
export function readNadoOrder(body: unknown, testnet: boolean): WalletReading<Content> | undefined {
  const call = isObject(body) && isObject(body['place_order']) ? body['place_order'] : body
  const order = isObject(call) ? call['order'] : undefined
  if (!isObject(call) || !isObject(order) || order['priceX18'] === undefined) return undefined
  const stated = String(order['sender']).slice(0, 42).toLowerCase()
  const signature = String(call['signature'] ?? '')
  return {
    content: { order, product: Number(call['product_id']) || 0, chainId: CHAINS[testnet ? 1 : 0] },
    typed,
    mistakes: MISTAKES,
    signText: signature,
    signatures: signaturesIn(signature, false),
    ...(/^0x[0-9a-f]{40}$/.test(stated) && { stated }),
  }
}

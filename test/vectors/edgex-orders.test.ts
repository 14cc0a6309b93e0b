import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hex } from '../../src/crypto/encoding.js'
import { type EdgexStruct, edgexNonce, edgexOrders } from '../../src/exchange/orders/edgex.js'
import { typedDataBase, walletKey } from '../../src/exchange/wallet/index.js'
import { typeHash } from '../../src/exchange/wallet/typed-data.js'
import { withCode } from '../expect-code.js'

const { wallet } = JSON.parse(readFileSync(new URL('wallet/edgex.json', import.meta.url), 'utf8'))
const key = walletKey({ privateKey: wallet.privateKey })
const orders = edgexOrders({ key, chainId: wallet.chainId, contract: wallet.contract })

interface Row {
  readonly struct: EdgexStruct
  readonly message: Readonly<Record<string, unknown>>
  readonly signature: string
}
const structs = wallet.structs as readonly Row[]

describe('what a wallet signs at edgeX', () => {
  test.each(structs)('$struct, as another implementation signs it', ({ struct, message, signature }) => {
    expect(orders.sign(struct, message)).toBe(signature)
    const [name] = Object.keys(message)
    expect(() => orders.sign(struct, { ...message, [name as string]: undefined })).toThrow(
      withCode('ARGUMENT_INVALID', name as string),
    )
    expect(() => orders.sign(struct, { ...message, more: 1 })).toThrow(withCode('ARGUMENT_INVALID', 'more'))
  })

  test('the type of an order is that of the contract, and the toy of the SDK’s tests has its signature', () => {
    const typed = orders.typedData('LimitOrderParams', structs[0]?.message ?? {})
    expect(hex(typeHash(typed.types, 'LimitOrderParams'))).toBe(wallet.typeHash)
    const toy = { types: { Message: [{ name: 'value', type: 'uint256' }] }, primaryType: 'Message' }
    expect(hex(key.sign(typedDataBase({ ...toy, domain: typed.domain, message: { value: '1' } })))).toBe(wallet.toy)
  })

  test('the nonce is the start of a hash, as a whole number', () => {
    expect(edgexNonce('my-order-1')).toMatch(/^\d{1,10}$/)
    expect(edgexNonce('abc')).toBe(String(0xba7816bf))
    expect(() => edgexOrders({ key, chainId: 1, contract: '0x1' })).toThrow(withCode('ARGUMENT_INVALID', '"contract"'))
  })
})

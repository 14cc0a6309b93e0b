import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { keccak256 } from '../../src/crypto/backend/secp256k1.js'
import { hex } from '../../src/crypto/encoding.js'
import { polymarketOrders } from '../../src/exchange/orders/polymarket.js'
import { type TypedData, typedDataBase, walletKey, walletVerifyingKey } from '../../src/exchange/wallet/index.js'
import { typeHash } from '../../src/exchange/wallet/typed-data.js'

const { polymarket } = JSON.parse(readFileSync(new URL('wallet/orders.json', import.meta.url), 'utf8'))
const ZERO = `0x${'0'.repeat(40)}`

const struct = (text: string): TypedData['types'] => {
  const [name, members] = text.slice(0, -1).split('(') as [string, string]
  return { [name]: members.split(',').map((one) => ({ type: one.split(' ')[0] ?? '', name: one.split(' ')[1] ?? '' })) }
}

// Constants that the exchanges' official SDKs and contracts have.
const TYPES: ReadonlyArray<readonly [type: string, hash: string]> = [
  [
    'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)',
    '8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f',
  ],
  [
    'EIP712Domain(string name,string version,uint256 chainId)',
    'c2f8787176b8ac6bf7215b4adcc1e069bf4ab82d9ab1df05a57a91d425935b6e',
  ],
  ['Agent(string source,bytes32 connectionId)', '26f05c2f7239b6983075e58321292d77b3aa173d19b27257ac96ab362570f508'],
  [
    'ClobAuth(address address,string timestamp,uint256 nonce,string message)',
    '52578c5c725a28a84fedc8c22aa47947822942f35b4dc350db028e45320e035c',
  ],
  ['Message(string msg)', 'c4cfb57eea370ef2a92403a7e865b2de262d7ca272333665b54ad7e6a602ef68'],
]

const DOMAINS: ReadonlyArray<readonly [domain: TypedData['domain'], separator: string]> = [
  [
    { name: 'Exchange', version: '1', chainId: 1337, verifyingContract: ZERO },
    'd79297fcdf2ffcd4ae223d01edaa2ba214ff8f401d7c9300d995d17c82aa4040',
  ],
  [
    { name: 'HyperliquidSignTransaction', version: '1', chainId: '0x66eee', verifyingContract: ZERO },
    'feb1393ca4412a4ca577bd51d04f0a77033514c602f4d0a11490fb95f7428df6',
  ],
  [
    { name: 'ClobAuthDomain', version: '1', chainId: 137 },
    'cfc66be2a3b30464cb3b588324101f660c9a205fa76e8e5f83ee16a528e1c4cb',
  ],
  [
    { name: 'AsterSignTransaction', version: '1', chainId: 1666, verifyingContract: ZERO },
    'a95d0a7a6f3f17fcebb0c2336645385ce79cde7523f71ab147fdb7f15e9f37f9',
  ],
]

describe('constants of exchanges that wallets sign for', () => {
  test.each(TYPES)('the hash of %s is that of its exchange', (type, hash) => {
    const types = struct(type)
    expect(hex(typeHash(types, Object.keys(types)[0] as string))).toBe(hash)
  })

  test.each(DOMAINS)('the separator of %o is that of its exchange', (domain, separator) => {
    const base = typedDataBase({
      domain,
      types: { Note: [{ name: 'text', type: 'string' }] },
      primaryType: 'Note',
      message: { text: '' },
    })
    expect(hex(base.subarray(2, 34))).toBe(separator)
  })
})

test('an order of version 2 has the digest and the signature that another implementation makes of it', () => {
  const key = walletKey({ privateKey: polymarket.privateKey })
  const { typedData } = polymarketOrders({ key, exchange: 'v2' })
  const typed = typedData({
    salt: '479249096354',
    maker: polymarket.address,
    signer: polymarket.address,
    tokenId: '1234',
    makerAmount: '100000000',
    takerAmount: '50000000',
    side: 0,
    signatureType: 0,
    timestamp: '1780449126930',
    metadata: `0x${'0'.repeat(64)}`,
    builder: `0x${'0'.repeat(64)}`,
  })
  // Its contract on the test network is not known: the one of the main network, with the other chain.
  const base = typedDataBase({ ...typed, domain: { ...typed.domain, chainId: 80002 } })
  expect(hex(keccak256(base))).toBe(polymarket.version2.digest)
  expect(hex(key.sign(base))).toBe(polymarket.version2.signature)
  expect(walletVerifyingKey({ address: polymarket.address }).verify(base, key.sign(base))).toBe(true)
})

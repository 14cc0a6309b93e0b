import { describe, expect, test } from 'vitest'
import { hex } from '../../../../src/crypto/encoding.js'
import {
  personalMessageBase,
  type TypedData,
  typedDataBase,
  typedDataOf,
} from '../../../../src/exchange/wallet/index.js'
import { domainSeparator, typeHash } from '../../../../src/exchange/wallet/typed-data.js'
import { walletKey, walletVerifyingKey } from '../../../../src/exchange/wallet/wallet-key.js'
import { withCode } from '../../../expect-code.js'

// The example of EIP-712: its key is keccak256("cow").
const MAIL: TypedData = {
  types: {
    EIP712Domain: [
      { name: 'name', type: 'string' },
      { name: 'version', type: 'string' },
      { name: 'chainId', type: 'uint256' },
      { name: 'verifyingContract', type: 'address' },
    ],
    Person: [
      { name: 'name', type: 'string' },
      { name: 'wallet', type: 'address' },
    ],
    Mail: [
      { name: 'from', type: 'Person' },
      { name: 'to', type: 'Person' },
      { name: 'contents', type: 'string' },
    ],
  },
  primaryType: 'Mail',
  domain: {
    name: 'Ether Mail',
    version: '1',
    chainId: 1,
    verifyingContract: '0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC',
  },
  message: {
    from: { name: 'Cow', wallet: '0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826' },
    to: { name: 'Bob', wallet: '0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB' },
    contents: 'Hello, Bob!',
  },
}
const COW = walletKey({ privateKey: 'c85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4' })

describe('typed data', () => {
  test('the example of the standard has its type, domain and signature', () => {
    expect(hex(typeHash(MAIL.types, 'Mail'))).toBe('a0cedeb2dc280ba39b857546d74f5549c3a1d7bdc2dd96bf881f76108e23dac2')
    expect(hex(domainSeparator(MAIL))).toBe('f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f')
    expect(hex(typedDataBase(MAIL))).toBe(
      '1901f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090fc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e',
    )
    expect(COW.address).toBe('0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826')
    expect(hex(COW.sign(typedDataBase(MAIL)))).toBe(
      '4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c',
    )
  })

  test('the domain’s type may be left out: it follows from its members', () => {
    const { EIP712Domain: _, ...types } = MAIL.types
    expect(typedDataBase({ ...MAIL, types })).toEqual(typedDataBase(MAIL))
  })

  test('the base holds its typed data, for wallets that are asked for it', () => {
    const base = typedDataBase(MAIL)
    expect(typedDataOf(base)).toBe(MAIL)
    expect(typedDataOf(base.slice())).toBeUndefined()
    expect(typedDataOf('text')).toBeUndefined()
  })

  const atoms: ReadonlyArray<readonly [type: string, good: readonly unknown[], bad: readonly unknown[]]> = [
    ['uint8', [0, 255, 255n, '255', '0xff'], [256, -1, 1.5, '1.5', 'x', '', null, undefined, Number.NaN]],
    ['int8', [-128, 127, '-128'], [128, -129, '-0x1']],
    ['uint256', [`0x${'f'.repeat(64)}`], [`0x1${'0'.repeat(64)}`, 2 ** 53]],
    ['int256', [-(2n ** 255n)], [2n ** 255n]],
    ['bool', [true, false], [0, 1, 'true', null]],
    ['string', ['', 'ä'], [1, null, new Uint8Array()]],
    ['bytes', ['0x', '0xAb', new Uint8Array(3)], ['ab', '0xa', '0xzz', 1]],
    ['bytes4', ['0x01020304', new Uint8Array(4)], ['0x010203', '0x0102030405', 'abcd']],
    ['address', [`0x${'0'.repeat(40)}`], [`0x${'0'.repeat(39)}`, '0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD82a', 1]],
    ['uint8[]', [[], [1, 2]], [1, [256], ['x']]],
    ['uint8[2]', [[1, 2]], [[1], [1, 2, 3]]],
    ['string[][1]', [[['a', 'b']]], [['a']]],
  ]
  const one = (type: string, value: unknown): TypedData => ({
    types: { One: [{ name: 'a', type }] },
    primaryType: 'One',
    domain: { name: 'x' },
    message: { a: value },
  })
  test.each(atoms)('a %s takes what fits it and refuses the rest by its path', (type, good, bad) => {
    for (const value of good) expect(typedDataBase(one(type, value))).toHaveLength(66)
    for (const value of bad)
      expect(() => typedDataBase(one(type, value)), String(value)).toThrow(withCode('ARGUMENT_INVALID', '"message.a'))
  })

  test.each(['uint', 'int', 'uint7', 'uint264', 'uint08', 'bytes0', 'bytes33', 'byte', 'Address', 'Two', 'uint8[', ''])(
    'the type "%s" is none',
    (type) => expect(() => typedDataBase(one(type, 1))).toThrow(withCode('ARGUMENT_INVALID')),
  )

  test('a member that the type does not have is refused: it would not be signed', () => {
    expect(() => typedDataBase({ ...MAIL, message: { ...MAIL.message, content: 'x' } })).toThrow(
      withCode('ARGUMENT_INVALID', 'no member "content", which Mail does not sign: did you mean "contents"?'),
    )
    expect(() => typedDataBase({ ...MAIL, domain: { ...MAIL.domain, chainid: 1 } as never })).toThrow(
      withCode('ARGUMENT_INVALID', '"chainId"'),
    )
  })

  test('types that name themselves end where the values do', () => {
    const types = { Node: [{ name: 'next', type: 'Node[]' }] }
    const deep = (levels: number): object => (levels === 0 ? { next: [] } : { next: [deep(levels - 1)] })
    const typed = (levels: number): TypedData => ({
      types,
      primaryType: 'Node',
      domain: {},
      message: deep(levels) as TypedData['message'],
    })
    expect(typedDataBase(typed(3))).toHaveLength(66)
    expect(() => typedDataBase(typed(200))).toThrow(withCode('ARGUMENT_INVALID', 'levels'))
  })

  test('names of prototypes are no structs', () => {
    expect(() => typedDataBase({ ...MAIL, primaryType: 'constructor' })).toThrow(withCode('ARGUMENT_INVALID'))
    expect(() => typedDataBase({ ...MAIL, primaryType: '__proto__' })).toThrow(withCode('ARGUMENT_INVALID'))
  })
})

describe('personal messages', () => {
  test('the length is that of the bytes', () => {
    expect(hex(personalMessageBase('ä'))).toBe(
      `${hex(new TextEncoder().encode('\x19Ethereum Signed Message:\n2'))}c3a4`,
    )
  })
})

describe('verifying', () => {
  const base = typedDataBase(MAIL)
  const signature = COW.sign(base)
  const key = walletVerifyingKey({ address: COW.address })

  test('the address verifies what its key signed', () => {
    expect(key.keyId).toBe(COW.keyId)
    expect(key.verify(base, signature)).toBe(true)
  })

  test('any other byte is another signature, or none', () => {
    for (let at = 0; at < 65; at++) {
      const other = signature.slice()
      other[at] = (other[at] as number) ^ (at === 64 ? 7 : 1)
      expect(key.verify(base, other), `byte ${at}`).toBe(false)
    }
    expect(
      key.verify(
        base.map((byte, at) => (at === 10 ? byte ^ 1 : byte)),
        signature,
      ),
    ).toBe(false)
    for (const length of [0, 64, 66]) expect(key.verify(base, new Uint8Array(length))).toBe(false)
  })

  test('the other signature of the same message, with a high s, is none', () => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const s = BigInt(`0x${hex(signature.subarray(32, 64))}`)
    const high = signature.slice()
    high.set(
      Uint8Array.from((order - s).toString(16).padStart(64, '0').match(/../g) ?? [], (byte) =>
        Number.parseInt(byte, 16),
      ),
      32,
    )
    high[64] = 27 + 28 - (signature[64] as number)
    expect(key.verify(base, high)).toBe(false)
  })
})
